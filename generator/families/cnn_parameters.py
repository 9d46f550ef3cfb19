"""Counting the parameters of a convolutional network, in which the size of the image matters."""

from __future__ import annotations

from collections.abc import Iterator

from generator.counting import counting, side
from generator.derivation import Problem, Slip, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers import Conv2D, Dense, Flatten, Layer, MaxPooling2D
from generator.listing import CONVENTION, WAYS, tell
from generator.model import sequential
from generator.notation import Expr, Sym
from generator.space import among, span

n, c, k, p = Sym("size", "n"), Sym("channels", "c"), Sym("kernel", "k"), Sym("pool", "p")
u, classes = Sym("hidden", "u"), Sym("classes", "q")


@family(
    "cnn-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("cnn",),
    blocks=(1, 2),
    padding=("valid", "same"),
    told=WAYS,
)
def cnn_parameters(blocks: int, padding: str, told: str) -> Problem:
    """How many parameters a convolutional network with pooling, flattening and dense layers has."""
    filters = [Sym(f"filters_{b}", f"f_{{{b}}}") for b in range(1, blocks + 1)]
    made = [(Conv2D(each, (k, k), padding=padding, activation="relu"), MaxPooling2D((p, p))) for each in filters]
    layers: list[Layer] = [layer for block in made for layer in block]
    model = sequential((n, n, c), (*layers, Flatten(), Dense(u, "relu"), Dense(classes, "softmax")))
    way = tell(model, told)
    convolutions = "The convolutions move" if blocks > 1 else "The convolution moves"
    around = {"valid": "and nothing is padded", "same": "and padding keeps the size of the map"}[padding]
    this = {
        "words": f"goes through these layers, in this order: {way.text} {convolutions} one cell at a time, {around}. "
        "How many parameters, biases included, does the network have?",
        "keras": "goes through this Keras model. How many parameters does it have?",
        "pytorch": "goes through this PyTorch model. How many parameters does it have?",
        "summary": f"goes through this network. How many parameters does it have?\n\n{way.text}",
    }[told]
    return counting(
        model,
        CONVENTION[told],
        ask=f"An image of [[ size ]] × [[ size ]] × [[ channels ]] {this}",
        code=way.code,
        given=way.given,
        numbers={
            n: among(24, 28, 32, 48, 64, 96, 100, 128, 150, 224, bounds=(4, 1024)),
            c: among(1, 3, bounds=(1, 512)) if blocks == 1 else among(3, 4, bounds=(1, 512)),
            **dict.fromkeys(filters, among(8, 16, 32, 64, bounds=(1, 2048))),
            k: among(3, 5, bounds=(1, 31)),
            p: among(2, 3, bounds=(2, 8)),
            u: among(32, 64, 100, 128, 256, bounds=(1, 65_536)),
            classes: span(3, 20, bounds=(2, 10_000)),
        },
        slips=[] if way.given else _slips(blocks, padding, filters[-1]),
        where=(less(1, _pooled(blocks, padding)),),
    )


def _pooled(blocks: int, padding: str) -> Expr:
    """The side of the last map."""
    found: Expr = n
    for _ in range(blocks):
        found = floor((found - k + 1 if padding == "valid" else found) / p)
    return found


def _slips(blocks: int, padding: str, filters: Sym) -> Iterator[Slip]:
    """What goes wrong on the way to the flattened map; the rest comes with the layers."""
    maps = 2 if padding == "valid" else 1  # sizes with a line of their own in each block: the convolution may keep it
    convolved, pooled, flat = side(maps * blocks - 1), side(maps * blocks), side(maps * blocks + 1)
    if padding == "same":
        convolved = n if blocks == 1 else side(1)
    yield slip("flatten-no-channels", "left out the channels when flattening", {flat: pooled * pooled})
    yield slip("flatten-one-side", "took one side only when flattening", {flat: pooled * filters})
    yield slip("flatten-unpooled", "flattened the map before the last pooling", {pooled: convolved})
    yield slip("pool-by-area", "let the pooling divide the area of the map, and not each side", {
        flat: floor(convolved * convolved / p) * filters})  # fmt: skip
    yield slip("pool-rounded-up", "kept an incomplete pooling window", {pooled: ceil(convolved / p)})
    if padding == "valid":
        before = n if blocks == 1 else side(2)
        words = "kept the size of the map, as if the convolution were padded"
        yield slip("as-same", words, {convolved: before})
        yield slip("no-plus-one", "forgot the position that the kernel starts from", {convolved: before - k})
    else:
        words = "shrank the map, as if the convolution were not padded"
        yield slip("as-valid", words, {pooled: floor((convolved - k + 1) / p)})
