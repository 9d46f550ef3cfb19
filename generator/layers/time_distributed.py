"""A layer applied to every timestep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from generator.errors import ModelError
from generator.layers.base import Dim, Layer, Shape, Weight, Worked


@dataclass(frozen=True)
class TimeDistributed(Layer):
    """The same weights at every timestep, so the count is that of the layer within."""

    layer: Layer = Layer()  # noqa: RUF009

    required: ClassVar[tuple[str, ...]] = ("layer",)

    def check(self, shape: Shape, convention: str) -> None:
        if self.layer.merges:
            raise ModelError(f"applies a layer with one input, and {self.layer.kind} takes several inputs")
        if len(shape) < 2:
            raise ModelError("needs an input of (timesteps, …)")
        self.layer.check(shape[1:], convention)

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        return self.layer.weights(shape[1:], convention)

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (shape[0], *self.layer.output_shape(shape[1:], convention))

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        return self.layer.worked(shape[1:], convention, tag)
