"""Convolution along one, two or three axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from generator.derivation import Line, Slip, slip
from generator.errors import ModelError, NoEquivalent
from generator.functions import ceiled, floored
from generator.layers.base import Dim, Layer, PerAxis, Shape, Weight, Worked, expect_rank, named, per_axis
from generator.layers.writing import activated, by, placed, source, units
from generator.notation import Sym, as_expr, div, mul

AXES = {1: "(steps, channels)", 2: "(rows, columns, channels)", 3: "(depth, rows, columns, channels)"}


@dataclass(frozen=True)
class Conv(Layer):
    """Keras ConvND: kernel (sizes…, channels / groups, filters), bias (filters,); channels last.

    ``padding``: "valid", "same", "causal" (one axis), or a number of rings of zeros as PyTorch counts them.
    """

    abstract: ClassVar[bool] = True

    filters: Dim = 1
    kernel_size: PerAxis = 1
    strides: PerAxis = 1
    padding: str | PerAxis = "valid"
    dilation_rate: PerAxis = 1
    groups: Dim = 1
    activation: str | None = None
    use_bias: bool = True

    rank: ClassVar[int] = 2
    causal: ClassVar[bool] = False
    torch: ClassVar[str] = "Conv"
    required: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")

    @property
    def kernel(self) -> tuple[Dim, ...]:
        return per_axis(self.kernel_size, self.rank, "kernel_size")

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])
        known_channels(shape)
        if not self.causal:
            not_causal(self.padding)
        if convention == "keras":
            keras_padding(self.padding)
            one_of_both(self.strides, self.dilation_rate)
        divides(self.groups, shape[-1], "the input channels")
        divides(self.groups, self.filters, "the filters")
        positive(self.output_shape(shape, convention), "kernel", self.kernel, shape)

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        channels = share(shape[-1], self.groups)
        kernel = (*self.kernel, channels, self.filters)
        if convention == "pytorch":
            kernel = (self.filters, channels, *self.kernel)
        return (Weight("kernel", kernel),) + ((Weight("bias", (self.filters,)),) if self.use_bias else ())

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (*slide(shape[:-1], self.kernel, self.strides, self.padding, self.dilation_rate), self.filters)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        window = mul(*map(as_expr, self.kernel))
        channels, filters = as_expr(share(shape[-1], self.groups)), as_expr(self.filters)
        K, b, P = named("K", tag), named("b", tag), named("P", tag)
        seen = "all channels" if self.groups == 1 else "the channels of its group"
        return Worked(
            lines=(
                Line(K, window * channels * filters, f"kernels: one per filter, over {seen}"),
                Line(b, filters * int(self.use_bias), "biases: one per filter"),
                Line(P, K + b, "convolution: kernels and biases", result=True),
            ),
            slips=tuple(self.slips(shape, K, b)),
            count=P,
        )

    def slips(self, shape: Shape, K: Sym, b: Sym) -> Iterator[Slip]:
        window, side = mul(*map(as_expr, self.kernel)), as_expr(self.kernel[0])
        whole, filters = as_expr(shape[-1]), as_expr(self.filters)
        channels = as_expr(share(shape[-1], self.groups))
        yield slip("no-channels", "left out the input channels", {K: window * filters})
        if self.rank > 1 and self.kernel != (1,) * self.rank:
            words = "took one side of the kernel instead of all its cells"
            yield slip("kernel-one-side", words, {K: side * channels * filters})
        if self.groups != 1:
            parts = filters / as_expr(self.groups)
            yield slip("groups-ignored", "let every filter see all channels", {K: window * whole * filters})
            yield slip("one-group", "counted the kernels of a single group", {K: window * channels * parts})
        if self.use_bias:
            yield slip("no-bias", "left out the convolution's biases", {b: 0}, credit=0.5)
            yield slip("bias-per-input", "counted a bias per input channel instead of per filter", {b: whole})
            yield slip("bias-per-channel", "counted a bias per filter and channel", {b: filters * channels})
        else:
            words = "added biases, which this convolution does not have"
            yield slip("bias-anyway", words, {K: window * channels * filters + filters}, credit=0.5)

    def pytorch(self, shape: Shape) -> list[str]:
        given = [source(shape[-1]), source(self.filters), f"kernel_size={as_argument(self.kernel)}"]
        given += [f"{name}={source(value)}" for name, value, usual in self.settings() if value != usual]
        given += ["bias=False"] * (not self.use_bias)
        return [f"nn.{self.torch}{self.rank}d({', '.join(given)})", *activated(self.activation)]

    def settings(self) -> Iterator[tuple[str, Any, Any]]:
        """PyTorch's name for each setting beside the sizes, its value, and the value that need not be written."""
        yield "stride", self.strides, 1
        yield "padding", self.padding, "valid"
        yield "dilation", self.dilation_rate, 1
        yield "groups", self.groups, 1

    def words(self) -> str:
        biases = "" if self.use_bias else ", without biases"
        movement = moved(self.strides, self.padding, self.dilation_rate)
        settings = "".join(f", {each}" for each in (*in_groups(self.groups), *movement))
        return f"{self.called} with {units(self.filters, 'filter')} of {window_of(self.kernel)}{settings}{biases}"

    @property
    def called(self) -> str:
        """The kind of convolution in a sentence."""
        return "a convolution" if self.rank == 2 else f"a {self.rank}D convolution"

    @property
    def detail(self) -> str:
        settings = "".join(f", {each}" for each in in_groups(self.groups))
        return f"kernels of {window_of(self.kernel)}{settings}{'' if self.use_bias else ', no biases'}"

    @property
    def sized(self) -> str:
        return "map: one cell for each position of the kernel"


@dataclass(frozen=True)
class Conv1D(Conv):
    """Along one axis; input (steps, channels)."""

    rank: ClassVar[int] = 1
    causal: ClassVar[bool] = True


@dataclass(frozen=True)
class Conv2D(Conv):
    """Along two axes; input (rows, columns, channels)."""


@dataclass(frozen=True)
class Conv3D(Conv):
    """Along three axes; input (depth, rows, columns, channels)."""

    rank: ClassVar[int] = 3


# --- in words ------------------------------------------------------------------------------------------------------


def as_argument(kernel: tuple[Dim, ...]) -> str:
    """A kernel's size in code: one number where its sides are equal."""
    return source(kernel if len(set(kernel)) > 1 else kernel[0])


def window_of(kernel: tuple[Dim, ...]) -> str:
    """A kernel's size: 3 × 3, or width 3 along one axis."""
    return by(kernel) if len(kernel) > 1 else f"width {by(kernel)}"


def in_groups(groups: Dim) -> tuple[str, ...]:
    return () if groups == 1 else (f"in {placed(groups)} groups",)


def moved(strides: PerAxis, padding: str | PerAxis, dilation: PerAxis = 1) -> Iterator[str]:
    """Stride, dilation and padding, where they say something."""
    if strides != 1 and not isinstance(strides, tuple):
        yield f"stride {placed(strides)}"
    if dilation != 1 and not isinstance(dilation, tuple):
        yield f"dilation {placed(dilation)}"
    if padding != "valid" and not isinstance(padding, tuple):
        yield f"padding “{padding}”" if isinstance(padding, str) else f"padding {placed(padding)}"


# --- how windows slide ---------------------------------------------------------------------------------------------


def slide(
    sides: Shape, kernel: Shape, strides: PerAxis, padding: str | PerAxis, dilation: PerAxis = 1
) -> tuple[Dim, ...]:
    """How many windows fit along each axis."""
    rank = len(sides)
    around = (padding,) * rank if isinstance(padding, str) else per_axis(padding, rank, "padding")
    steps, holes = per_axis(strides, rank, "strides"), per_axis(dilation, rank, "dilation_rate")
    return tuple(
        windows(n, reach(k, d), s, p) for n, k, s, p, d in zip(sides, kernel, steps, around, holes, strict=True)
    )


def reach(k: Dim, dilation: Dim) -> Dim:
    """How far a dilated kernel reaches: (k - 1)·d + 1."""
    if k is None or dilation is None or dilation == 1:
        return k
    return (k - 1) * dilation + 1


def windows(n: Dim, k: Dim, stride: Dim, padding: str | Dim) -> Dim:
    """How many windows of k fit along n cells: floor((n + 2p - k)/s) + 1, or ceil(n/s) for "same" and "causal".

    Unknown for an unknown n.
    """
    if n is None or k is None or stride is None or padding is None:
        return None
    if padding in ("same", "causal"):
        return ceiled(n, stride)
    around = 0 if isinstance(padding, str) else padding
    if k == stride and around == 0:  # side by side
        return floored(n, stride)
    return floored(n + 2 * around - k, stride) + 1


def share(whole: Dim, groups: Dim) -> Dim:
    """A group's part of the channels or filters."""
    if groups == 1 or whole is None:
        return whole
    return whole // groups if isinstance(whole, int) and isinstance(groups, int) else div(whole, groups or 1)


# --- what cannot be -------------------------------------------------------------------------------------------------


def known_channels(shape: Shape) -> None:
    if shape[-1] is None:
        raise ModelError("depends on an unknown number of channels")


def not_causal(padding: str | PerAxis) -> None:
    if padding == "causal":
        raise ModelError("padding causal is for Conv1D only")


def keras_padding(padding: str | PerAxis) -> None:
    if not isinstance(padding, str):
        raise NoEquivalent("Keras pads with valid or same, not by a number (ZeroPadding layers do that)")


def one_of_both(strides: PerAxis, dilation: PerAxis) -> None:
    """Raises ModelError where both stride and dilation are above 1: Keras refuses that."""
    if _above_one(strides) and _above_one(dilation):
        raise ModelError("Keras takes no stride above 1 together with a dilation above 1")


def _above_one(value: PerAxis) -> bool:
    return any(isinstance(each, int) and each > 1 for each in (value if isinstance(value, tuple) else (value,)))


def divides(groups: Dim, whole: Dim, what: str) -> None:
    if isinstance(groups, int) and isinstance(whole, int) and (groups < 1 or whole % groups):
        raise ModelError(f"{groups} groups do not divide {what}, {whole}")


def positive(out: Shape, what: str, window: Shape, shape: Shape) -> None:
    """Raises ModelError where no window fits."""
    if any(isinstance(side, int) and side < 1 for side in out):
        size = " × ".join(map(str, window))
        raise ModelError(f"the {what} of {size} is larger than the input of {' × '.join(map(str, shape[:-1]))}")
