"""Layers that take several inputs and make one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from generator.errors import ModelError
from generator.layers.base import Dim, Layer, Shape, shown
from generator.notation import add


@dataclass(frozen=True)
class Merge(Layer):
    """Element by element; axes of one are stretched. ``shape`` is a tuple of shapes."""

    abstract: ClassVar[bool] = True

    merges: ClassVar[bool] = True
    operator: ClassVar[str] = ""  # PyTorch's, where it has one

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        if not self.operator:
            raise NotImplementedError(f"no PyTorch code for {type(self).__name__}")
        return f" {self.operator} ".join(inputs)

    def check(self, shape: Shape, convention: str) -> None:
        if len(shape) < 2:
            raise ModelError("needs two inputs or more")
        if len({len(each) for each in shape}) > 1:
            raise ModelError(f"cannot merge {' and '.join(map(shown, shape))}")
        for sides in zip(*shape, strict=True):
            if len({side for side in sides if side not in (1, None)}) > 1:
                raise ModelError(f"cannot merge {' and '.join(map(shown, shape))}")

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return tuple(next((side for side in sides if side != 1), 1) for sides in zip(*shape, strict=True))


@dataclass(frozen=True)
class Add(Merge):
    """The sum."""

    operator: ClassVar[str] = "+"


@dataclass(frozen=True)
class Subtract(Merge):
    """The difference."""

    operator: ClassVar[str] = "-"


@dataclass(frozen=True)
class Multiply(Merge):
    """The product."""

    operator: ClassVar[str] = "*"


@dataclass(frozen=True)
class Average(Merge):
    """The mean."""


@dataclass(frozen=True)
class Maximum(Merge):
    """The larger value."""


@dataclass(frozen=True)
class Minimum(Merge):
    """The smaller value."""


@dataclass(frozen=True)
class Concatenate(Layer):
    """The inputs side by side along ``axis`` (the last; counted with the batch axis if positive)."""

    axis: int = -1

    merges: ClassVar[bool] = True

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        return f"torch.cat([{', '.join(inputs)}], dim={self.axis})"

    def place(self, shape: Shape) -> int:
        rank = len(shape[0])
        return self.axis + rank if self.axis < 0 else self.axis - 1

    def check(self, shape: Shape, convention: str) -> None:
        told = " and ".join(map(shown, shape))
        if len(shape) < 2 or len({len(each) for each in shape}) > 1:
            raise ModelError(f"cannot put {told or 'nothing'} side by side")
        place = self.place(shape)
        if not 0 <= place < len(shape[0]):
            raise ModelError(f"axis {self.axis} is not one of {told}")
        for axis, sides in enumerate(zip(*shape, strict=True)):
            if axis != place and len({side for side in sides if side is not None}) > 1:
                raise ModelError(f"cannot put {told} side by side along axis {self.axis}")

    @property
    def sized(self) -> str:
        return "concatenation: the channels of both, side by side"

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        place = self.place(shape)
        sides = [each[place] for each in shape]
        if None in sides:
            whole: Dim = None
        else:
            whole = sum(sides) if all(isinstance(side, int) for side in sides) else add(*sides)
        return (*shape[0][:place], whole, *shape[0][place + 1 :])
