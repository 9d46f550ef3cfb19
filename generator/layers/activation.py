"""Layers that change values and not shapes: activations, dropout and the like; all but PReLU without weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from generator.derivation import Line, slip
from generator.errors import ModelError, NoEquivalent
from generator.layers.base import Layer, Shape, Weight, Worked, named, prod_of
from generator.layers.writing import activated, source
from generator.notation import as_expr

FUNCTIONS = {"exponential": "torch.exp"}  # for which PyTorch has a function and no module


@dataclass(frozen=True)
class Activation(Layer):
    """An activation function as a layer of its own."""

    activation: str = "linear"

    stated: ClassVar[tuple[str, ...]] = ("activation",)

    def pytorch(self, shape: Shape) -> list[str]:
        return [] if self.activation in FUNCTIONS else activated(self.activation)

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        plain = FUNCTIONS.get(self.activation)
        return f"{plain}({inputs[0]})" if plain else super().forward(module, inputs)


@dataclass(frozen=True)
class ReLU(Layer):
    """max(x, 0)."""

    def pytorch(self, shape: Shape) -> list[str]:
        return activated("relu")


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """x, or a small share of it below zero."""

    negative_slope: float = 0.3


@dataclass(frozen=True)
class ELU(Layer):
    """x, or an exponential below zero."""

    alpha: float = 1.0


@dataclass(frozen=True)
class Softmax(Layer):
    """Positive numbers that add up to one."""

    axis: Any = -1


@dataclass(frozen=True)
class Dropout(Layer):
    """Switches values off at random during training."""

    rate: float = 0.5

    stated: ClassVar[tuple[str, ...]] = ("rate",)

    def pytorch(self, shape: Shape) -> list[str]:
        return [f"nn.Dropout({source(self.rate)})"]

    def words(self) -> str:
        return f"dropout with a rate of {self.rate}"


@dataclass(frozen=True)
class SpatialDropout1D(Dropout):
    """Switches whole channels off."""


@dataclass(frozen=True)
class SpatialDropout2D(Dropout):
    """Switches whole channels off."""


@dataclass(frozen=True)
class GaussianDropout(Dropout):
    """Multiplies by noise."""


@dataclass(frozen=True)
class GaussianNoise(Layer):
    """Adds noise."""

    stddev: float = 0.1

    stated: ClassVar[tuple[str, ...]] = ("stddev",)


@dataclass(frozen=True)
class Rescaling(Layer):
    """x · scale + offset, with fixed numbers."""

    scale: float = 1.0
    offset: float = 0.0

    stated: ClassVar[tuple[str, ...]] = ("scale",)

    def pytorch(self, shape: Shape) -> list[str]:
        return []

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        moved = f" + {source(self.offset)}" if self.offset else ""
        return f"{source(self.scale)} * {inputs[0]}{moved}"


@dataclass(frozen=True)
class Masking(Layer):
    """Marks timesteps to be skipped."""

    mask_value: float = 0.0


@dataclass(frozen=True)
class UnitNormalization(Layer):
    """Scales each sample to length one."""

    axis: Any = -1


@dataclass(frozen=True)
class PReLU(Layer):
    """A leaky ReLU that learns its slopes: Keras one per element, but shared along ``shared_axes``; PyTorch 1 or C."""

    shared_axes: tuple[int, ...] | None = None

    def slopes(self, shape: Shape) -> tuple[Any, ...]:
        shared = self.shared_axes or ()
        return tuple(1 if axis in shared else side for axis, side in enumerate(shape, 1))

    def check(self, shape: Shape, convention: str) -> None:
        if self.shared_axes and not set(self.shared_axes) <= set(range(1, len(shape) + 1)):
            raise ModelError(f"shared_axes {list(self.shared_axes)} are not among the axes 1 to {len(shape)}")
        slopes = self.slopes(shape)
        if None in slopes:
            raise ModelError("depends on an unknown size")
        if convention == "pytorch" and any(side != 1 for side in slopes[:-1]):
            raise NoEquivalent("PyTorch's PReLU has one slope, or one per channel")

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        slopes = self.slopes(shape)
        return (Weight("alpha", slopes[-1:] if convention == "pytorch" else slopes),)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        P = named("P", tag)
        line = Line(
            P, as_expr(prod_of(self.slopes(shape))), "slopes: one for each element that has its own", result=True
        )
        slips = [slip("one-slope", "counted a single slope", {P: 1})]
        if any(side != 1 for side in self.slopes(shape)[:-1]):
            slips.append(slip("per-channel", "counted one slope per channel", {P: as_expr(shape[-1])}))
        return Worked((line,), tuple(slips), P)
