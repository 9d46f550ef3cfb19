"""Counting the parameters of residual blocks, and of a small network made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.counting import TOTAL, counting
from generator.derivation import Condition, Line, Problem, Slip, differ, slip
from generator.family import family
from generator.layers import Conv2D, Layer
from generator.layers.activation import ReLU
from generator.layers.base import named
from generator.layers.merge import Add
from generator.layers.normalization import BatchNormalization
from generator.listing import CONVENTION, tell
from generator.model import Model, Node
from generator.notation import Sym, add, mul
from generator.space import Axis, among, span

n, c, f, k = Sym("size", "n"), Sym("channels", "c"), Sym("filters", "f"), Sym("kernel", "k")
IMAGE = "image"


@family(
    "residual-block-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("cnn", "resnet"),
    shape=("identity", "projection", "network"),
    asked=("all", "trained"),
    told=("words", "keras", "pytorch"),
)
def residual_block_parameters(shape: str, asked: str, told: str) -> Problem | None:
    """How many parameters a residual block has, with or without a projection, or a small network of two blocks."""
    if told == "pytorch" and asked == "trained":
        return None  # PyTorch calls nothing else a parameter: the same as all
    model = _model(shape, told)
    way = tell(model, told)
    what = "network" if shape == "network" else "block"
    count = "trainable parameters" if asked == "trained" else "parameters"
    if told == "words":
        ask = f"{WORDS[shape]} {_question(what, asked)}"
    elif told == "keras":
        ask = f"How many {count} does this residual {what} have in Keras?"
    else:
        ask = f"How many {count} does this residual {what} have in PyTorch?"
    problem = counting(
        model,
        CONVENTION[told],
        ask=ask,
        numbers=_numbers(shape, told),
        trainable=asked == "trained",
        code=way.code,
        given=way.given,
        where=_where(shape),
    )
    return replace(problem, slips=(*problem.slips, *_slips(shape, problem.lines[-1])))


BLOCK = (
    "two convolutions with [[ filters | counted('filter') ]] of [[ kernel ]] × [[ kernel ]], each with biases and "
    "followed by batch normalization"
)
WORDS = {
    "identity": f"A residual block for maps with [[ filters | counted('channel') ]] has {BLOCK}; its input is added to "
    "what comes out.",
    "projection": f"A residual block for maps with [[ channels | counted('channel') ]] has {BLOCK}. A convolution of "
    "1 × 1 with biases brings its input to as many channels, and the result is added to what comes out.",
    "network": "A network for images with [[ channels | counted('channel') ]] begins with a convolution of "
    "[[ filters | counted('filter') ]]. Two residual blocks follow, and a convolution that puts out as many channels "
    "as the image has. A block has two convolutions with [[ filters | counted('filter') ]], each followed by batch "
    "normalization, and adds its input to what comes out. All convolutions are of [[ kernel ]] × [[ kernel ]] and "
    "have biases.",
}


def _question(what: str, asked: str) -> str:
    if asked == "trained":
        return f"How many parameters of the {what} are trained?"
    return f"How many parameters does the {what} have, the moving means and variances included?"


def _model(shape: str, told: str) -> Model:
    side = n if told == "keras" else None  # no other way tells how large the maps are
    if shape == "identity":
        return Model({IMAGE: (side, side, f)}, tuple(_block(IMAGE, 1)))
    if shape == "projection":
        return Model({IMAGE: (side, side, c)}, tuple(_block(IMAGE, 1, projected=True)))
    first, last = Node("first", _conv(f), (IMAGE,)), Node("last", _conv(c), ("out_2",))
    return Model({IMAGE: (side, side, c)}, (first, *_block("first", 1), *_block("out_1", 2), last))


def _conv(filters: Sym, kernel: Sym | int = k) -> Layer:
    return Conv2D(filters, (kernel, kernel), padding="same")


def _block(before: str, b: int, projected: bool = False) -> Iterator[Node]:
    """Convolution, normalization and ReLU, convolution and normalization; what came in added, and a ReLU."""
    conv, norm, relu = f"conv_{b}", f"norm_{b}", f"relu_{b}"
    yield Node(f"{conv}a", _conv(f), (before,))
    yield Node(f"{norm}a", BatchNormalization(), (f"{conv}a",))
    yield Node(relu, ReLU(), (f"{norm}a",))
    yield Node(f"{conv}b", _conv(f), (relu,))
    yield Node(f"{norm}b", BatchNormalization(), (f"{conv}b",))
    if projected:
        yield Node(f"shortcut_{b}", _conv(f, 1), (before,))
        before = f"shortcut_{b}"
    yield Node(f"add_{b}", Add(), (f"{norm}b", before))
    yield Node(f"out_{b}", ReLU(), (f"add_{b}",))


def _numbers(shape: str, told: str) -> Mapping[Sym, Axis]:
    found = {f: span(4, 512, step=4, bounds=(1, 4096)), k: among(3, 5, 7, 9, bounds=(2, 31))}
    if told == "keras":
        found |= {n: among(8, 14, 16, 28, 32, 56, 64, bounds=(1, 4096))}
    if shape == "projection":
        found |= {c: among(8, 16, 24, 32, 48, 64, 96, 128, 256, bounds=(1, 4096))}
    if shape == "network":
        found |= {c: among(3, 4, 6, 10, bounds=(1, 512))}
    return found


def _where(shape: str) -> tuple[Condition, ...]:
    return () if shape == "identity" else (differ(c, f),)


def _slips(shape: str, total: Line) -> Iterator[Slip]:
    """What goes wrong with the shortcuts and the blocks; the rest comes with the layers."""
    if shape == "projection":
        words = "gave the projection on the shortcut the same kernel size as the other convolutions"
        yield slip("projection-with-window", words, {named("K", "4"): k * k * c * f})
        return
    shortcuts = mul(2 if shape == "network" else 1, f * f + f)
    words = "gave the shortcut a convolution of 1 × 1, which only a change of channels needs"
    yield slip("shortcut-weights", words, {TOTAL: add(total.expression, shortcuts)})
    if shape == "network":
        first, conv, norm, last = total.expression.written
        yield slip("one-block", "counted one of the two blocks", {TOTAL: add(first, 2 * conv, 2 * norm, last)})
