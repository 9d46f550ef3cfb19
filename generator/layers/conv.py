"""Convolution in two dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from generator.derivation import Line, slip
from generator.functions import ceiled, floored
from generator.layers.base import Dim, Layer, Weight, Worked, named, prod_of, source
from generator.notation import as_expr


@dataclass(frozen=True)
class Conv2D(Layer):
    """Keras Conv2D: kernel (height, width, channels, filters), bias (filters,); input (height, width, channels).

    ``padding``: "valid", "same", or a number of rings of zeros as PyTorch counts them.
    """

    filters: Dim = 1
    kernel_size: tuple[Dim, Dim] = (1, 1)
    strides: Dim = 1
    padding: str | Dim = "valid"
    activation: str | None = None
    use_bias: bool = True

    required: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")

    def weights(self, shape: Sequence[Dim], convention: str) -> tuple[Weight, ...]:
        channels = shape[-1]
        kernel = (*self.kernel_size, channels, self.filters)
        if convention == "pytorch":
            kernel = (self.filters, channels, *self.kernel_size)
        return (Weight("kernel", kernel),) + ((Weight("bias", (self.filters,)),) if self.use_bias else ())

    def output_shape(self, shape: Sequence[Dim]) -> tuple[Dim, ...]:
        height, width, _ = shape
        sides = zip((height, width), self.kernel_size, strict=True)
        return (*(windows(n, k, self.strides, self.padding) for n, k in sides), self.filters)

    def worked(self, shape: Sequence[Dim], convention: str, tag: str = "") -> Worked:
        window = as_expr(prod_of(self.kernel_size))
        channels, filters = as_expr(shape[-1]), as_expr(self.filters)
        K, b, P = named("K", tag), named("b", tag), named("P", tag)
        return Worked(
            lines=(
                Line(K, window * channels * filters, "kernels: one per filter, over all channels"),
                Line(b, filters * int(self.use_bias), "biases: one per filter"),
                Line(P, K + b, "convolution: kernels and biases", result=True),
            ),
            slips=(
                slip("no-bias", "left out the convolution's biases", {b: 0}, credit=0.5),
                slip("no-channels", "left out the input channels", {K: window * filters}),
                slip("bias-per-channel", "counted a bias per filter and channel", {b: filters * channels}),
            ),
            count=P,
        )

    def arguments(self) -> list[str]:
        height, width = self.kernel_size
        given = [source(self.filters), source(height) if height == width else source(self.kernel_size)]
        if self.strides != 1:
            given.append(f"strides={source(self.strides)}")
        if self.padding != "valid":
            given.append(f'padding="{self.padding}"')
        given += [f'activation="{self.activation}"'] * bool(self.activation)
        return given + ["use_bias=False"] * (not self.use_bias)

    def pytorch(self, shape: Sequence[Dim]) -> str:
        height, width = self.kernel_size
        kernel = source(height) if height == width else source(self.kernel_size)
        given = [source(shape[-1]), source(self.filters), f"kernel_size={kernel}"]
        if self.strides != 1:
            given.append(f"stride={source(self.strides)}")
        if self.padding != "valid":
            given.append('padding="same"' if self.padding == "same" else f"padding={source(self.padding)}")
        given += ["bias=False"] * (not self.use_bias)
        return f"nn.Conv2d({', '.join(given)})"


def windows(n: Dim, k: Dim, stride: Dim, padding: str | Dim) -> Dim:
    """How many windows of k fit along n cells: floor((n + 2p - k)/s) + 1, or ceil(n/s) for "same".

    Unknown for an unknown n.
    """
    if n is None or k is None or stride is None or padding is None:
        return None
    if padding == "same":
        return ceiled(n, stride)
    around = 0 if isinstance(padding, str) else padding
    return floored(n + 2 * around - k, stride) + 1
