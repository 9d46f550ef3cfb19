"""The fully connected layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from generator.derivation import Line, slip
from generator.errors import ModelError
from generator.layers.base import Dim, Layer, Shape, Weight, Worked, named
from generator.layers.writing import activated, applied, source, units
from generator.notation import as_expr


@dataclass(frozen=True)
class Dense(Layer):
    """Keras Dense, PyTorch Linear: kernel (features, units), bias (units,). The same count in every convention."""

    units: Dim = 1
    activation: str | None = None
    use_bias: bool = True

    required: ClassVar[tuple[str, ...]] = ("units",)

    def check(self, shape: Shape, convention: str) -> None:
        if not shape or shape[-1] is None:
            raise ModelError("depends on an unknown number of features")

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        features = shape[-1]
        kernel = (self.units, features) if convention == "pytorch" else (features, self.units)
        return (Weight("kernel", kernel),) + ((Weight("bias", (self.units,)),) if self.use_bias else ())

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (*shape[:-1], self.units)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        features, units = as_expr(shape[-1]), as_expr(self.units)
        kernel, bias, count = named("W", tag), named("b", tag), named("P", tag)
        return Worked(
            lines=(
                Line(kernel, features * units, "kernel: every input feeds every unit"),
                Line(bias, units * int(self.use_bias), "biases: one per unit"),
                Line(count, kernel + bias, "dense layer: kernel and biases", result=True),
            ),
            slips=(
                slip("no-bias", "left out the dense layer's biases", {bias: 0}, credit=0.5),
                slip("one-bias", "counted one bias for the whole dense layer", {bias: 1}),
                slip("bias-per-input", "counted a bias per input of the dense layer as well", {bias: units + features}),
            ),
            count=count,
        )

    def pytorch(self, shape: Shape) -> list[str]:
        call = f"nn.Linear({source(shape[-1])}, {source(self.units)}{'' if self.use_bias else ', bias=False'})"
        return [call, *activated(self.activation)]

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        return applied(self.activation, super().forward(module, inputs))

    def words(self) -> str:
        return f"a dense layer of {units(self.units)}{'' if self.use_bias else ' without biases'}"

    @property
    def detail(self) -> str:
        return "" if self.use_bias else "no biases"
