"""Normalization layers: a scale and a shift per channel, and what some of them remember of the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from generator.derivation import Line, Slip, slip
from generator.errors import ModelError, NoEquivalent
from generator.layers.base import Dim, Layer, Shape, Weight, Worked, named
from generator.layers.writing import source
from generator.notation import Expr, Sym, as_expr


@dataclass(frozen=True)
class Channelwise(Layer):
    """A value per channel; channels are the last axis (``axis`` is counted with the batch axis if positive)."""

    abstract: ClassVar[bool] = True

    axis: int | tuple[int, ...] = field(default=-1, kw_only=True)

    def check(self, shape: Shape, convention: str) -> None:
        axes = self.axis if isinstance(self.axis, tuple) else (self.axis,)
        if not axes or not {-1, len(shape)}.issuperset(axes):
            told = ", ".join(map(str, axes)) or "none"
            raise ModelError(f"normalizes along axis {told} of {len(shape)}, and layers here along the last")
        if shape[-1] is None:
            raise ModelError("depends on an unknown number of channels")


@dataclass(frozen=True)
class Affine(Channelwise):
    """``scale`` (gamma) and ``center`` (beta), a vector of one per channel each."""

    abstract: ClassVar[bool] = True

    center: bool = True
    scale: bool = True

    def affine(self, shape: Shape) -> tuple[Weight, ...]:
        kept = (("gamma", self.scale), ("beta", self.center))
        return tuple(Weight(name, (shape[-1],)) for name, there in kept if there)

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        return self.affine(shape)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        channels, vectors = as_expr(shape[-1]), self.scale + self.center
        P = named("P", tag)
        told = " and ".join(["a scale"] * self.scale + ["a shift"] * self.center) or "nothing to learn"
        line = Line(P, vectors * channels, f"normalization: {told} per channel", result=True)
        return Worked((line,), tuple(self.slips(P, channels)), P)

    def slips(self, P: Sym, channels: Expr) -> list[Slip]:
        return [slip("one-vector", "counted one vector per channel only", {P: channels}, credit=0.5)]


@dataclass(frozen=True)
class BatchNormalization(Affine):
    """Over the batch: scale and shift are trained, moving mean and variance are not.

    Keras: 4C, of which 2C trainable. PyTorch: the same and a counter of batches that is not trained.
    """

    momentum: float = 0.99
    epsilon: float = 1e-3

    def check(self, shape: Shape, convention: str) -> None:
        super().check(shape, convention)
        if convention == "pytorch" and self.center != self.scale:
            raise NoEquivalent("PyTorch's batch normalization has scale and shift or neither")

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        channels = shape[-1]
        torch = convention == "pytorch"
        names = ("running_mean", "running_var") if torch else ("moving_mean", "moving_variance")
        moving = tuple(Weight(name, (channels,), False, torch) for name in names)
        counter = (Weight("num_batches_tracked", (), False, True),) if torch else ()
        return (*self.affine(shape), *moving, *counter)

    def pytorch(self, shape: Shape) -> list[str]:
        affine = "" if self.scale else ", affine=False"
        return [f"nn.BatchNorm{max(len(shape) - 1, 1)}d({source(shape[-1])}{affine})"]

    def words(self) -> str:
        return "batch normalization" + ("" if self.scale else " without a scale")

    @property
    def detail(self) -> str:
        return "" if self.scale else "no scale"

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        channels, vectors = as_expr(shape[-1]), self.scale + self.center
        T, M, c, N, P = named("T", tag), named("M", tag), named("k", tag), named("N", tag), named("P", tag)
        told = " and ".join(["scale"] * self.scale + ["shift"] * self.center)
        counter = int(convention == "pytorch")
        return Worked(
            lines=(
                Line(T, vectors * channels, f"trained: {told or 'nothing'}, one per channel"),
                Line(M, 2 * channels, "not trained: moving mean and variance, one per channel"),
                Line(c, as_expr(counter), "counter: of the batches seen"),
                Line(N, M + c, "buffers: moving mean and variance, and the counter"),
                Line(P, T + N, "batch normalization: all its numbers", result=True),
            ),
            slips=(
                slip("only-trained", "left out the moving mean and variance", {M: 0}, credit=0.5),
                *self.trained_slips(T, channels),
                slip("per-channel-once", "counted one number per channel", {T: channels, M: 0}),
                *([slip("no-counter", "left out the counter", {c: 0}, credit=0.5)] if counter else []),
            ),
            count=P,
            trained=T,
            untrained=N,
        )

    def trained_slips(self, T: Sym, channels: Expr) -> Iterator[Slip]:
        if not self.scale or not self.center:
            yield slip("as-usual", "counted a scale and a shift, as if none were switched off", {T: 2 * channels})
            return
        yield slip("one-vector", "counted one trained vector only", {T: channels}, credit=0.5)
        yield slip("bias-too", "gave every channel a bias beside its scale and shift", {T: 3 * channels})
        yield slip("one-scale", "counted one scale and one shift for all channels", {T: 2})


@dataclass(frozen=True)
class LayerNormalization(Affine):
    """Over the features of each sample: scale and shift per feature."""

    epsilon: float = 1e-3

    def check(self, shape: Shape, convention: str) -> None:
        super().check(shape, convention)
        if convention == "pytorch" and self.center and not self.scale:
            raise NoEquivalent("PyTorch's layer normalization has no shift without a scale")

    def pytorch(self, shape: Shape) -> list[str]:
        return [f"nn.LayerNorm({source(shape[-1])})"]

    def words(self) -> str:
        return "layer normalization"


@dataclass(frozen=True)
class GroupNormalization(Affine):
    """Over groups of channels: scale and shift per channel; the groups must divide the channels."""

    groups: int = 32
    epsilon: float = 1e-3

    def check(self, shape: Shape, convention: str) -> None:
        super().check(shape, convention)
        channels = shape[-1]
        groups = channels if self.groups == -1 else self.groups
        if isinstance(channels, int) and (groups < 1 or channels % groups):
            raise ModelError(f"{groups} groups do not divide the {channels} channels")
        if convention == "pytorch" and self.center != self.scale:
            raise NoEquivalent("PyTorch's group normalization has scale and shift or neither")


@dataclass(frozen=True)
class RMSNormalization(Channelwise):
    """By the root mean square: a scale per feature and no shift."""

    epsilon: float = 1e-6

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        return (Weight("scale", (shape[-1],)),)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        features, P = as_expr(shape[-1]), named("P", tag)
        line = Line(P, features, "RMS normalization: a scale per feature", result=True)
        return Worked((line,), (slip("with-shift", "counted a shift as well", {P: 2 * features}),), P)


@dataclass(frozen=True)
class Normalization(Channelwise):
    """By the data's mean and variance, learnt by ``adapt`` and never trained: mean, variance and a count.

    Nothing is stored where both are given.
    """

    mean: Any = None
    variance: Any = None

    def check(self, shape: Shape, convention: str) -> None:
        if convention == "pytorch":
            raise NoEquivalent("PyTorch has no normalization layer that adapts to the data")
        super().check(shape, convention)

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        if self.mean is not None and self.variance is not None:
            return ()
        features: Dim = shape[-1]
        return (Weight("mean", (features,), False), Weight("variance", (features,), False), Weight("count", (), False))

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        if not self.weights(shape, convention):
            return Worked()
        features, P = as_expr(shape[-1]), named("P", tag)
        line = Line(P, 2 * features + 1, "normalization: mean and variance per feature, and a count", result=True)
        return Worked((line,), (slip("no-count", "left out the count", {P: 2 * features}),), P)
