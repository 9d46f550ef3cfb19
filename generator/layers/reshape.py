"""Layers without weights that change the shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.layers.base import Dim, Layer, prod_of, source
from generator.layers.conv import windows


@dataclass(frozen=True)
class MaxPooling2D(Layer):
    """The largest value of each window; the stride is the window's size, a rest at the edge is dropped."""

    pool_size: Dim = 2

    def output_shape(self, shape: Sequence[Dim]) -> tuple[Dim, ...]:
        height, width, channels = shape
        return (*(windows(n, self.pool_size, self.pool_size, "valid") for n in (height, width)), channels)

    def arguments(self) -> list[str]:
        return [source(self.pool_size)]

    def pytorch(self, shape: Sequence[Dim]) -> str:
        return f"nn.MaxPool2d({source(self.pool_size)})"


@dataclass(frozen=True)
class Flatten(Layer):
    """All axes laid into one."""

    def output_shape(self, shape: Sequence[Dim]) -> tuple[Dim, ...]:
        return (prod_of(shape),)

    def pytorch(self, shape: Sequence[Dim]) -> str:
        return "nn.Flatten()"
