"""Counting the parameters of a toy U-Net: one convolution per level, and what concatenation does to the way up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from generator.counting import counting, side
from generator.derivation import Line, Problem, Slip, less, slip
from generator.family import family
from generator.layers import Conv2D, Dim, MaxPooling2D
from generator.layers.merge import Concatenate
from generator.layers.reshape import UpSampling2D
from generator.listing import CONVENTION, tell
from generator.model import Model, Node
from generator.notation import Sym, as_expr
from generator.space import among, span

c, k, classes = Sym("channels", "c"), Sym("kernel", "k"), Sym("classes", "q")
IMAGE, SIDE = "image", 128  # the convolutions do not care how large it is
FILTERS = (
    (8, 12, 16, 20, 24, 32, 40, 48, 64),
    (32, 48, 64, 80, 96, 112, 128, 160),
    (96, 128, 192, 224, 256),
    (256, 320, 384, 512),
)


@family(
    "unet-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("cnn", "u-net"),
    levels=(1, 2, 3),
    output=("mask", "classes"),
    told=("words", "keras", "summary"),
)
def unet_parameters(levels: int, output: str, told: str) -> Problem:
    """How many parameters a small U-Net has, with one convolution on every level."""
    filters = [Sym(f"filters_{n}", f"f_{{{n}}}") for n in range(1, levels + 2)]
    out: Dim = 1 if output == "mask" else classes
    model = Model({IMAGE: (SIDE, SIDE, c)}, tuple(nodes(filters, out)))
    way = tell(model, told)
    ask = {
        "words": f"{_words(filters, out)} How many parameters, biases included, does it have?",
        "keras": "How many parameters does this U-Net have?",
        "summary": f"How many parameters does this U-Net have?\n\n{way.text}",
    }[told]
    problem = counting(
        model,
        CONVENTION[told],
        ask=ask,
        code=way.code,
        given=way.given,
        numbers={
            c: among(2, 3, 4, 6, 10, bounds=(1, 512)),
            **{each: among(*FILTERS[n], bounds=(1, 4096)) for n, each in enumerate(filters)},
            k: among(3, 5, 7, bounds=(2, 31)),
            **({classes: span(2, 20, bounds=(2, 1000))} if output == "classes" else {}),
        },
        where=tuple(less(upper, lower) for upper, lower in pairwise(filters)),
    )
    last = next(line for line in reversed(problem.lines[:-1]) if line.result)
    joins = [] if way.given else _joins(filters)
    return replace(problem, slips=(*joins, *problem.slips, _output(filters[0], out, last)))


def nodes(filters: list[Sym], out: Dim) -> Iterator[Node]:
    """Down, the bottom, up: every level of the way up sees the enlarged map and the one from across."""
    before, levels = IMAGE, range(1, len(filters))
    for n in levels:
        yield Node(f"down_{n}", _conv(filters[n - 1]), (before,))
        yield Node(f"pool_{n}", MaxPooling2D(2), (f"down_{n}",))
        before = f"pool_{n}"
    yield Node("bottom", _conv(filters[-1]), (before,))
    before = "bottom"
    for n in reversed(levels):
        yield Node(f"large_{n}", UpSampling2D(2), (before,))
        yield Node(f"both_{n}", Concatenate(), (f"large_{n}", f"down_{n}"))
        yield Node(f"up_{n}", _conv(filters[n - 1]), (f"both_{n}",))
        before = f"up_{n}"
    yield Node("out", Conv2D(out, (1, 1), activation="sigmoid" if out == 1 else "softmax"), (before,))


def _conv(filters: Sym) -> Conv2D:
    return Conv2D(filters, (k, k), padding="same", activation="relu")


def _words(filters: list[Sym], out: Dim) -> str:
    *down, bottom = [f"[[ {each.name} ]]" for each in filters]
    puts = "1 channel" if out == 1 else "[[ classes ]] channels"
    return (
        "A U-Net for images with [[ channels | counted('channel') ]] has one convolution of [[ kernel ]] × "
        f"[[ kernel ]] on every level: on the way down with {_then(down)} filters, at the bottom with {bottom}, and on "
        f"the way up with {_then(down[::-1])}. On the way up a map is enlarged without any weights and concatenated "
        "with the map of the same level on the way down, before it is convolved. A last convolution of 1 × 1 puts out "
        f"{puts}."
    )


def _then(numbers: list[str]) -> str:
    return " and then ".join(numbers)


def _joins(filters: list[Sym]) -> Iterator[Slip]:
    """What goes wrong where two maps become one, on every level in the order of the way up."""
    levels = range(len(filters) - 1, 0, -1)
    joins = {side(n): level for n, level in enumerate(levels, 1)}
    yield slip("not-concatenated", "let the convolutions on the way up see the enlarged map alone", {
        join: filters[level] for join, level in joins.items()})  # fmt: skip
    yield slip("added", "added the maps instead of concatenating them, which keeps the channels of the way down", {
        join: filters[level - 1] for join, level in joins.items()})  # fmt: skip
    yield slip("own-map-twice", "concatenated the map from across with itself", {
        join: 2 * filters[level - 1] for join, level in joins.items()})  # fmt: skip
    yield slip("enlarged-twice", "concatenated the enlarged map with itself", {
        join: 2 * filters[level] for join, level in joins.items()})  # fmt: skip


def _output(filters: Sym, out: Dim, count: Line) -> Slip:
    words = "gave the last convolution the same kernel size as the others"
    return slip("output-with-window", words, {count.symbol: k * k * filters * as_expr(out) + as_expr(out)})
