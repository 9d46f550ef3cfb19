"""Counting the parameters of one convolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.counting import counting
from generator.derivation import Condition, Line, Problem, Slip, at_most, slip
from generator.family import family
from generator.layers import Conv2D, Dim, Layer
from generator.layers.base import prod_of
from generator.layers.conv import Conv1D, Conv3D
from generator.layers.depthwise import DepthwiseConv2D, SeparableConv2D
from generator.layers.transposed import Conv2DTranspose
from generator.listing import CONVENTION, tell
from generator.model import sequential
from generator.notation import Expr, Sym, as_expr, mul
from generator.space import Axis, among, span

n, depth, length = Sym("size", "n"), Sym("depth", "t"), Sym("length", "n")
c, f, k, g = Sym("channels", "c"), Sym("filters", "f"), Sym("kernel", "k"), Sym("groups", "g")
stride, padding = Sym("stride", "s"), Sym("padding", "p")

IMAGES = "Images of [[ size ]] × [[ size ]] with [[ channels | counted('channel') ]]"
DATA = {
    "one axis": "Sequences of [[ length ]] steps with [[ channels | counted('channel') ]]",
    "three axes": "Volumes of [[ depth ]] × [[ size ]] × [[ size ]] with [[ channels | counted('channel') ]]",
}
WIDE = (4, 8, 16, 24, 32, 48, 64, 96, 128, 256)
KINDS = ("two axes", "one axis", "three axes", "grouped", "depthwise", "separable", "transposed", "no bias")


@family(
    "conv-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("cnn",),
    kind=KINDS,
    told=("words", "keras", "pytorch"),
)
def conv_parameters(kind: str, told: str) -> Problem:
    """How many parameters one convolution has: along one, two or three axes, in groups, depthwise, transposed."""
    model = sequential(_input(kind), _layers(kind, told))
    way = tell(model, told)
    goes = {
        "words": f"go through one layer: {way.text}",
        "keras": "go through this Keras model.",
        "pytorch": "go through this PyTorch model.",
    }[told]
    it = "the layer" if told == "words" else "the model"
    biases = ", biases included," if told == "words" and kind != "no bias" else ""
    problem = counting(
        model,
        CONVENTION[told],
        ask=f"{DATA.get(kind, IMAGES)} {goes} How many parameters{biases} does {it} have?",
        numbers=_numbers(kind, told),
        code=way.code,
        given=way.given,
        where=_where(kind, told),
    )
    kernel = problem.lines[0]
    return replace(problem, slips=(*problem.slips, *_slips(kind, told, kernel), *_kernels(kind, kernel)))


def _input(kind: str) -> tuple[Dim, ...]:
    return {"one axis": (length, c), "three axes": (depth, n, n, c)}.get(kind, (n, n, c))


def _layers(kind: str, told: str) -> list[Layer]:
    """The convolution; stride and padding are told where they could mislead. PyTorch has two modules if separable."""
    around: Dim | str = "same" if told == "keras" else padding
    square = (k, k)
    if kind == "separable" and told == "pytorch":
        return [DepthwiseConv2D(square), Conv2D(f, (1, 1))]
    layer: Layer = {
        "two axes": Conv2D(f, square, strides=stride, padding=around),
        "one axis": Conv1D(f, k),
        "three axes": Conv3D(f, (k, k, k)),
        "grouped": Conv2D(f, square, groups=g),
        "depthwise": DepthwiseConv2D(square),
        "separable": SeparableConv2D(filters=f, kernel_size=square),
        "transposed": Conv2DTranspose(f, square, strides=stride),
        "no bias": Conv2D(f, square, use_bias=False),
    }[kind]
    return [layer]


def _numbers(kind: str, told: str) -> Mapping[Sym, Axis]:
    images = {n: among(16, 24, 28, 32, 48, 64, 96, 128, 224, bounds=(2, 4096))}
    inner = among(*WIDE, bounds=(1, 4096))
    few = among(1, 3, 4, 8, 16, 32, 64, bounds=(1, 4096))
    found: dict[Sym, Axis] = {
        "one axis": {length: span(50, 500, step=10, bounds=(2, 100_000))},
        "three axes": {depth: among(8, 16, 32, 64, bounds=(2, 4096))} | images,
    }.get(kind, images)
    found |= {c: inner if kind in ("depthwise", "separable", "transposed") else few}
    found |= {f: inner, k: among(3, 5, 7, bounds=(1, 64))}
    if kind == "depthwise":
        del found[f]
        found |= {c: span(8, 256, step=8, bounds=(1, 4096))}
    if kind == "grouped":  # the groups divide all of these
        found |= dict.fromkeys((c, f), among(16, 32, 48, 64, 80, 96, 112, 128, 256)) | {g: among(2, 4, 8)}
    if kind == "transposed":
        found |= {k: among(2, 3, 4, 5, bounds=(1, 64)), stride: among(2, 4, bounds=(2, 8))}
    if kind == "two axes":
        found |= {stride: among(2, 3, bounds=(1, 8))}
        found |= {} if told == "keras" else {padding: among(1, 2, 3, bounds=(0, 32))}
    return found


def _where(kind: str, told: str) -> tuple[Condition, ...]:
    narrowest = {"one axis": length, "three axes": depth}.get(kind, n)
    padded = kind == "two axes" and told != "keras"
    return (at_most(k, narrowest), *([at_most(padding, k)] if padded else []))


def _kernels(kind: str, kernel: Line) -> Iterator[Slip]:
    """Kernels that differ in number from those there are."""
    if kind in ("depthwise", "separable"):
        return
    window = mul(*([k] * {"one axis": 1, "three axes": 3}.get(kind, 2)))
    channels = c / g if kind == "grouped" else c
    yield slip("one-filter", "counted the kernel of a single filter", {kernel.symbol: window * channels})
    if kind != "grouped":
        words = "took the number of filters for that of the input channels, too"
        yield slip("filters-for-channels", words, {kernel.symbol: window * f * f})


def _slips(kind: str, told: str, kernel: Line) -> Iterator[Slip]:
    """What goes wrong with the size of the input and with what stands beside it; the rest comes with the layer."""
    sides, out = _input(kind)[:-1], c if kind == "depthwise" else f
    cells, cell = as_expr(prod_of(sides)), {"one axis": "step", "three axes": "cell"}.get(kind, "pixel")

    def instead(key: str, words: str, wrong: Expr) -> Slip:
        return slip(key, words, {kernel.symbol: wrong})

    yield instead("per-pixel", f"gave every {cell} of the input a kernel of its own", mul(kernel.expression, cells))
    if kind != "separable":
        words = f"connected every {cell} with every filter, as a dense layer does"
        yield instead("as-dense", words, mul(cells, c, out))
    if kind == "one axis":
        yield instead("kernel-squared", "squared the kernel's width, as along two axes", mul(k, kernel.expression))
    if kind == "two axes":
        wide = k + 2 * (1 if told == "keras" else padding)
        yield instead("padding-in-kernel", "added the padding to the kernel", mul(wide, wide, c, f))
    if kind in ("two axes", "transposed"):
        yield instead("times-stride", "multiplied the kernel with the stride", mul(kernel.expression, stride))
