"""Layers without weights that change the shape."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from generator.errors import ModelError
from generator.layers.base import Dim, Layer, PerAxis, Shape, expect_rank, per_axis, prod_of, shown
from generator.layers.conv import AXES
from generator.layers.writing import source
from generator.notation import div


@dataclass(frozen=True)
class Flatten(Layer):
    """All axes laid into one; unknown if one of them is."""

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (None,) if None in shape else (prod_of(shape),)

    def pytorch(self, shape: Shape) -> list[str]:
        return ["nn.Flatten()"]

    def words(self) -> str:
        return "a flatten layer"

    @property
    def sized(self) -> str:
        return "flattened: rows × columns × channels"


@dataclass(frozen=True)
class Reshape(Layer):
    """The same values in another shape; one side may be -1 and is worked out."""

    target_shape: tuple[Dim, ...] = ()

    required: ClassVar[tuple[str, ...]] = ("target_shape",)

    def check(self, shape: Shape, convention: str) -> None:
        if self.target_shape.count(-1) > 1:
            raise ModelError(f"target_shape {shown(self.target_shape)} leaves more than one side open")
        known = [side for side in self.target_shape if isinstance(side, int) and side != -1]
        have = prod_of(shape)
        if (
            None in shape
            or not isinstance(have, int)
            or len(known) + self.target_shape.count(-1) < len(self.target_shape)
        ):
            return
        rest = prod(known)
        if rest < 1 or have % rest or (-1 not in self.target_shape and have != rest):
            raise ModelError(f"{have} values do not fit into {shown(self.target_shape)}")

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        if -1 not in self.target_shape:
            return self.target_shape
        rest = prod_of([side for side in self.target_shape if side != -1])
        have = prod_of(shape)
        if None in shape:
            return tuple(None if side == -1 else side for side in self.target_shape)
        left: Dim = have // rest if isinstance(have, int) and isinstance(rest, int) else div(have, rest)
        return tuple(left if side == -1 else side for side in self.target_shape)


Pairs = int | tuple[Any, ...]


def both_ends(value: Pairs, rank: int, what: str) -> tuple[tuple[Dim, Dim], ...]:
    """(before, after) for each axis, from 2, (2, 1) or ((1, 2), (0, 3))."""
    if rank == 1 and isinstance(value, tuple) and len(value) == 2:
        return ((value[0], value[1]),)
    each = per_axis(value, rank, what)
    return tuple((side[0], side[1]) if isinstance(side, tuple) else (side, side) for side in each)


@dataclass(frozen=True)
class ZeroPadding(Layer):
    """Zeros around the input; for each axis a number, or one before and one after."""

    abstract: ClassVar[bool] = True

    padding: Pairs = 1

    rank: ClassVar[int] = 2

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        ends = both_ends(self.padding, self.rank, "padding")
        return (*(None if n is None else n + a + b for n, (a, b) in zip(shape, ends, strict=False)), shape[-1])


@dataclass(frozen=True)
class ZeroPadding1D(ZeroPadding):
    """Along one axis."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class ZeroPadding2D(ZeroPadding):
    """Along two axes."""


@dataclass(frozen=True)
class ZeroPadding3D(ZeroPadding):
    """Along three axes."""

    rank: ClassVar[int] = 3


@dataclass(frozen=True)
class Cropping(Layer):
    """Cells cut off; for each axis a number, or one before and one after."""

    abstract: ClassVar[bool] = True

    cropping: Pairs = 1

    rank: ClassVar[int] = 2

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])
        if any(isinstance(side, int) and side < 1 for side in self.output_shape(shape)):
            raise ModelError(f"the cropping leaves nothing of {shown(shape)}")

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        ends = both_ends(self.cropping, self.rank, "cropping")
        return (*(None if n is None else n - a - b for n, (a, b) in zip(shape, ends, strict=False)), shape[-1])


@dataclass(frozen=True)
class Cropping1D(Cropping):
    """Along one axis."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class Cropping2D(Cropping):
    """Along two axes."""


@dataclass(frozen=True)
class Cropping3D(Cropping):
    """Along three axes."""

    rank: ClassVar[int] = 3


@dataclass(frozen=True)
class UpSampling(Layer):
    """Every cell repeated along every axis."""

    abstract: ClassVar[bool] = True

    size: PerAxis = 2

    rank: ClassVar[int] = 2
    first: ClassVar[tuple[str, ...]] = ("size",)

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        times = per_axis(self.size, self.rank, "size")
        return (*(None if n is None else n * t for n, t in zip(shape, times, strict=False)), shape[-1])

    def pytorch(self, shape: Shape) -> list[str]:
        return [f"nn.Upsample(scale_factor={source(self.size)})"]

    def words(self) -> str:
        return f"an upsampling by {source(self.size)}"


@dataclass(frozen=True)
class UpSampling1D(UpSampling):
    """Along one axis."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class UpSampling2D(UpSampling):
    """Along two axes."""


@dataclass(frozen=True)
class UpSampling3D(UpSampling):
    """Along three axes."""

    rank: ClassVar[int] = 3


@dataclass(frozen=True)
class Permute(Layer):
    """The axes in another order, counted from 1."""

    dims: tuple[int, ...] = ()

    required: ClassVar[tuple[str, ...]] = ("dims",)

    def check(self, shape: Shape, convention: str) -> None:
        if sorted(self.dims) != list(range(1, len(shape) + 1)):
            raise ModelError(f"dims {shown(self.dims)} are not the axes 1 to {len(shape)}")

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return tuple(shape[axis - 1] for axis in self.dims)


@dataclass(frozen=True)
class RepeatVector(Layer):
    """A vector repeated n times."""

    n: Dim = 1

    required: ClassVar[tuple[str, ...]] = ("n",)

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, 1, "(features,)")

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (self.n, *shape)
