"""Transposed convolution: the way back from a map to a larger one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from generator.errors import NoEquivalent
from generator.functions import at_least, floored
from generator.layers.base import Dim, PerAxis, Shape, Weight, expect_rank, per_axis
from generator.layers.conv import (
    AXES,
    Conv,
    divides,
    keras_padding,
    known_channels,
    not_causal,
    one_of_both,
    positive,
    reach,
    share,
)


@dataclass(frozen=True)
class ConvTranspose(Conv):
    """Keras ConvNDTranspose: kernel (sizes…, filters, channels), bias (filters,).

    PyTorch's kernel is (channels, filters / groups, sizes…).
    """

    abstract: ClassVar[bool] = True

    output_padding: PerAxis = None

    torch: ClassVar[str] = "ConvTranspose"

    @property
    def called(self) -> str:
        return "a transposed convolution" if self.rank == 2 else f"a transposed {self.rank}D convolution"

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, self.rank + 1, AXES[self.rank])
        known_channels(shape)
        not_causal(self.padding)
        if convention == "keras":
            keras_padding(self.padding)
            one_of_both(self.strides, self.dilation_rate)
            if self.groups != 1:
                raise NoEquivalent("Keras has no groups in a transposed convolution")
        if convention == "pytorch":
            for axis in range(self.rank):
                self._torch(axis)
        divides(self.groups, shape[-1], "the input channels")
        divides(self.groups, self.filters, "the filters")
        positive(self.output_shape(shape, convention), "kernel", self.kernel, shape)

    def _axis(self, axis: int) -> tuple[Dim, Dim, Dim, Dim]:
        """Stride, dilation, reach and output padding along an axis."""
        stride = per_axis(self.strides, self.rank, "strides")[axis]
        dilation = per_axis(self.dilation_rate, self.rank, "dilation_rate")[axis]
        extra = per_axis(self.output_padding, self.rank, "output_padding")[axis]
        return stride, dilation, reach(self.kernel[axis], dilation), extra

    def _torch(self, axis: int) -> None:
        """Raises NoEquivalent where PyTorch would need an output padding as large as stride and dilation."""
        stride, dilation, far, extra = self._axis(axis)
        if not (isinstance(stride, int) and isinstance(dilation, int) and isinstance(far, int)):
            return
        if extra is None:
            short = stride - far
            extra = max(short, 0) if self.padding == "valid" or short > 0 else -short % 2
        if isinstance(extra, int) and isinstance(self.padding, str) and extra and extra >= max(stride, dilation):
            limit = max(stride, dilation)
            raise NoEquivalent(f"PyTorch's output_padding would be {extra}, and must be below {limit}")

    def settings(self) -> Iterator[tuple[str, Any, Any]]:
        yield from super().settings()
        yield "output_padding", self.output_padding, None

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        channels, filters = shape[-1], share(self.filters, self.groups)
        kernel = (*self.kernel, filters, channels)
        if convention == "pytorch":
            kernel = (channels, filters, *self.kernel)
        return (Weight("kernel", kernel),) + ((Weight("bias", (self.filters,)),) if self.use_bias else ())

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (*(self._side(n, axis) for axis, n in enumerate(shape[:-1])), self.filters)

    def _side(self, n: Dim, axis: int) -> Dim:
        """n·s + max(e - s, 0), n·s for "same", or (n - 1)s + e - 2p + o with the output padding o given."""
        stride, _, far, extra = self._axis(axis)
        if n is None or stride is None or far is None:
            return None
        if self.padding == "same" and extra is None:
            return n * stride
        if self.padding == "valid" and extra is None:
            return n * stride + at_least(far - stride, 0)
        if self.padding == "same":
            around: Dim = floored(far, 2)
        else:
            around = 0 if isinstance(self.padding, str) else per_axis(self.padding, self.rank, "padding")[axis]
        return (n - 1) * stride + far - 2 * (around or 0) + (extra or 0)


@dataclass(frozen=True)
class Conv1DTranspose(ConvTranspose):
    """Along one axis; input (steps, channels)."""

    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class Conv2DTranspose(ConvTranspose):
    """Along two axes; input (rows, columns, channels)."""


@dataclass(frozen=True)
class Conv3DTranspose(ConvTranspose):
    """Along three axes; input (depth, rows, columns, channels)."""

    rank: ClassVar[int] = 3
