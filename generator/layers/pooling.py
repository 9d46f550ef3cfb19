"""Pooling: layers without weights that keep one value per window, or per channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from generator.errors import ModelError, NoEquivalent
from generator.functions import at_least, ceiled
from generator.layers.base import Dim, Layer, PerAxis, Shape, expect_rank, per_axis
from generator.layers.conv import AXES, keras_padding, not_causal, positive, slide
from generator.layers.writing import by, source


@dataclass(frozen=True)
class Pooling(Layer):
    """The stride is the window's size unless given. ``ceil_mode``, PyTorch's: an incomplete last window counts too."""

    abstract: ClassVar[bool] = True

    pool_size: PerAxis = 2
    strides: PerAxis = None
    padding: str | PerAxis = "valid"
    ceil_mode: bool = False

    rank: ClassVar[int] = 2
    torch: ClassVar[str] = "MaxPool"
    pools: ClassVar[str] = "max pooling"
    first: ClassVar[tuple[str, ...]] = ("pool_size",)

    @property
    def window(self) -> tuple[Dim, ...]:
        return per_axis(self.pool_size, self.rank, "pool_size")

    @property
    def steps(self) -> tuple[Dim, ...]:
        return self.window if self.strides is None else per_axis(self.strides, self.rank, "strides")

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])
        not_causal(self.padding)
        if convention == "keras":
            keras_padding(self.padding)
            if self.ceil_mode:
                raise NoEquivalent("Keras' pooling has no ceil_mode")
        if not isinstance(self.padding, str):
            for p, k in zip(per_axis(self.padding, self.rank, "padding"), self.window, strict=True):
                if isinstance(p, int) and isinstance(k, int) and 2 * p > k:
                    raise ModelError(f"the padding of {p} is more than half of the window of {k}")
        positive(self.output_shape(shape, convention), "window", self.window, shape)

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        sides = slide(shape[:-1], self.window, self.steps, self.padding)
        if self.ceil_mode and not isinstance(self.padding, str):
            around = per_axis(self.padding, self.rank, "padding")
            sides = tuple(map(_with_last, shape[:-1], self.window, self.steps, around))
        return (*sides, shape[-1])

    def pytorch(self, shape: Shape) -> list[str]:
        return [f"nn.{self.torch}{self.rank}d({source(self.window)})"]

    def words(self) -> str:
        return f"{self.pools} over windows of {by(self.window)}"

    @property
    def sized(self) -> str:
        return "pooled map: a cell for each whole window, side by side"


def _with_last(n: Dim, k: Dim, stride: Dim, around: Dim) -> Dim:
    """Windows with an incomplete last one, unless it would start in the padding behind the input."""
    if n is None or k is None or stride is None or around is None:
        return None
    covering, starting = ceiled(n + 2 * around - k, stride) + 1, ceiled(n + around, stride)
    return covering + starting - at_least(covering, starting)  # the smaller of the two


@dataclass(frozen=True)
class MaxPooling1D(Pooling):
    """The largest value of each window."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class MaxPooling2D(Pooling):
    """The largest value of each window."""


@dataclass(frozen=True)
class MaxPooling3D(Pooling):
    """The largest value of each window."""

    rank: ClassVar[int] = 3


@dataclass(frozen=True)
class AveragePooling1D(Pooling):
    """The mean of each window."""

    rank: ClassVar[int] = 1
    torch: ClassVar[str] = "AvgPool"
    pools: ClassVar[str] = "average pooling"


@dataclass(frozen=True)
class AveragePooling2D(Pooling):
    """The mean of each window."""

    torch: ClassVar[str] = "AvgPool"
    pools: ClassVar[str] = "average pooling"


@dataclass(frozen=True)
class AveragePooling3D(Pooling):
    """The mean of each window."""

    rank: ClassVar[int] = 3
    torch: ClassVar[str] = "AvgPool"
    pools: ClassVar[str] = "average pooling"


@dataclass(frozen=True)
class GlobalPooling(Layer):
    """One value per channel; ``keepdims`` keeps the axes as ones."""

    abstract: ClassVar[bool] = True

    keepdims: bool = False

    rank: ClassVar[int] = 2
    torch: ClassVar[str] = "Avg"

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (*((1,) * self.rank if self.keepdims else ()), shape[-1])

    def pytorch(self, shape: Shape) -> list[str]:
        call = f"nn.Adaptive{self.torch}Pool{self.rank}d(1)"
        return [call] if self.keepdims else [call, "nn.Flatten()"]

    def words(self) -> str:
        return f"global {'average' if self.torch == 'Avg' else 'max'} pooling"


@dataclass(frozen=True)
class GlobalAveragePooling1D(GlobalPooling):
    """The mean of each channel."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class GlobalAveragePooling2D(GlobalPooling):
    """The mean of each channel."""


@dataclass(frozen=True)
class GlobalAveragePooling3D(GlobalPooling):
    """The mean of each channel."""

    rank: ClassVar[int] = 3


@dataclass(frozen=True)
class GlobalMaxPooling1D(GlobalPooling):
    """The largest value of each channel."""

    rank: ClassVar[int] = 1
    torch: ClassVar[str] = "Max"


@dataclass(frozen=True)
class GlobalMaxPooling2D(GlobalPooling):
    """The largest value of each channel."""

    torch: ClassVar[str] = "Max"


@dataclass(frozen=True)
class GlobalMaxPooling3D(GlobalPooling):
    """The largest value of each channel."""

    rank: ClassVar[int] = 3
    torch: ClassVar[str] = "Max"
