"""Convolutions that treat each channel on its own, with and without mixing the channels afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from generator.derivation import Line, Slip, slip
from generator.layers.base import Dim, Layer, PerAxis, Shape, Weight, Worked, expect_rank, named, per_axis, prod_of
from generator.layers.conv import (
    AXES,
    as_argument,
    keras_padding,
    known_channels,
    moved,
    not_causal,
    one_of_both,
    positive,
    slide,
    window_of,
)
from generator.layers.writing import activated, source, units
from generator.notation import Expr, Sym, as_expr, mul


@dataclass(frozen=True)
class Depthwise(Layer):
    """Keras DepthwiseConvND: kernel (sizes…, channels, depth_multiplier), bias (channels · depth_multiplier,)."""

    abstract: ClassVar[bool] = True

    kernel_size: PerAxis = 1
    strides: PerAxis = 1
    padding: str | PerAxis = "valid"
    depth_multiplier: Dim = 1
    dilation_rate: PerAxis = 1
    activation: str | None = None
    use_bias: bool = True

    rank: ClassVar[int] = 2
    required: ClassVar[tuple[str, ...]] = ("kernel_size",)

    @property
    def kernel(self) -> tuple[Dim, ...]:
        return per_axis(self.kernel_size, self.rank, "kernel_size")

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])
        known_channels(shape)
        not_causal(self.padding)
        if convention == "keras":
            keras_padding(self.padding)
            one_of_both(self.strides, self.dilation_rate)
        positive(self.output_shape(shape, convention), "kernel", self.kernel, shape)

    def deep(self, shape: Shape) -> Dim:
        """The channels behind the depthwise step."""
        return prod_of((shape[-1], self.depth_multiplier))

    def per_channel(self, shape: Shape, convention: str) -> Weight:
        if convention == "pytorch":
            return Weight("depthwise_kernel", (self.deep(shape), 1, *self.kernel))
        return Weight("depthwise_kernel", (*self.kernel, shape[-1], self.depth_multiplier))

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        kernel = self.per_channel(shape, convention)
        return (kernel,) + ((Weight("bias", (self.deep(shape),)),) if self.use_bias else ())

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (*slide(shape[:-1], self.kernel, self.strides, self.padding, self.dilation_rate), self.deep(shape))

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        window, deep = mul(*map(as_expr, self.kernel)), as_expr(self.deep(shape))
        D, b, P = named("D", tag), named("b", tag), named("P", tag)
        return Worked(
            lines=(
                Line(D, window * deep, "depthwise kernels: one for each channel, and no mixing"),
                Line(b, deep * int(self.use_bias), "biases: one per output channel"),
                Line(P, D + b, "depthwise convolution: kernels and biases", result=True),
            ),
            slips=(
                slip("no-bias", "left out the depthwise convolution's biases", {b: 0}, credit=0.5),
                slip("mixed-channels", "let every kernel see all channels", {D: window * as_expr(shape[-1]) * deep}),
                slip("one-kernel", "used a single kernel for all channels", {D: window}),
                slip("one-bias", "counted one bias for the whole depthwise convolution", {b: 1}),
                *self.one_side(D, deep),
            ),
            count=P,
        )

    def one_side(self, D: Sym, deep: Expr) -> Iterator[Slip]:
        if self.rank > 1:
            words = "took one side of the depthwise kernels instead of all their cells"
            yield slip("depthwise-one-side", words, {D: as_expr(self.kernel[0]) * deep})

    def pytorch(self, shape: Shape) -> list[str]:
        channels, deep = source(shape[-1]), source(self.deep(shape))
        biases = "" if self.use_bias else ", bias=False"
        settings = "".join(f", {name}={source(value)}" for name, value in self.moves())
        call = f"nn.Conv{self.rank}d({channels}, {deep}, kernel_size={as_argument(self.kernel)}{settings}"
        return [f"{call}, groups={channels}{biases})", *activated(self.activation)]

    def moves(self) -> Iterator[tuple[str, object]]:
        """Stride and padding as PyTorch's arguments, where they say something."""
        settings = ("stride", self.strides, 1), ("padding", self.padding, "valid")
        return ((name, value) for name, value, usual in settings if value != usual)

    def words(self) -> str:
        settings = "".join(f", {each}" for each in moved(self.strides, self.padding))
        biases = "" if self.use_bias else ", without biases"
        return f"a depthwise convolution with kernels of {window_of(self.kernel)}, one per channel{settings}{biases}"

    @property
    def detail(self) -> str:
        return f"kernels of {window_of(self.kernel)}{'' if self.use_bias else ', no biases'}"


@dataclass(frozen=True)
class DepthwiseConv1D(Depthwise):
    """Along one axis."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class DepthwiseConv2D(Depthwise):
    """Along two axes."""


@dataclass(frozen=True)
class Separable(Depthwise):
    """Keras SeparableConvND: a depthwise kernel, a pointwise one (1…, channels · depth_multiplier, filters), a bias."""

    abstract: ClassVar[bool] = True

    filters: Dim = 1

    required: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        ones = (1,) * self.rank
        point = (*ones, self.deep(shape), self.filters)
        if convention == "pytorch":
            point = (self.filters, self.deep(shape), *ones)
        bias = (Weight("bias", (self.filters,)),) if self.use_bias else ()
        return (self.per_channel(shape, convention), Weight("pointwise_kernel", point), *bias)

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (*super().output_shape(shape, convention)[:-1], self.filters)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        window, deep, filters = mul(*map(as_expr, self.kernel)), as_expr(self.deep(shape)), as_expr(self.filters)
        D, M, b, P = named("D", tag), named("M", tag), named("b", tag), named("P", tag)
        return Worked(
            lines=(
                Line(D, window * deep, "depthwise kernels: one for each channel"),
                Line(M, deep * filters, "pointwise kernel: mixes the channels, one by one in size"),
                Line(b, filters * int(self.use_bias), "biases: one per filter, behind the second step only"),
                Line(P, D + M + b, "separable convolution: both kernels and the biases", result=True),
            ),
            slips=(
                slip("no-bias", "left out the separable convolution's biases", {b: 0}, credit=0.5),
                slip("no-pointwise", "left out the pointwise kernel", {M: 0}),
                slip("bias-twice", "gave both steps biases", {b: filters + deep}),
                slip("as-convolution", "counted an ordinary convolution", {D: window * deep * filters, M: 0}),
                slip("mixed-channels", "let every depthwise kernel see all channels",
                     {D: window * as_expr(shape[-1]) * deep}),
                slip("pointwise-with-window", "gave the pointwise kernel the size of the depthwise ones",
                     {M: window * deep * filters}),
                *self.one_side(D, deep),
            ),
            count=P,
        )  # fmt: skip

    def words(self) -> str:
        settings = "".join(f", {each}" for each in moved(self.strides, self.padding))
        biases = ", with biases behind the second step only" if self.use_bias else ", without biases"
        return (
            f"a depthwise separable convolution with depthwise kernels of {window_of(self.kernel)}{settings} and "
            f"{units(self.filters, 'filter')} of 1 × 1 behind them{biases}"
        )


@dataclass(frozen=True)
class SeparableConv1D(Separable):
    """Along one axis."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class SeparableConv2D(Separable):
    """Along two axes."""
