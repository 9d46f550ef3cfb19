"""Counting the parameters of batch normalization, of which half are trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.counting import counting
from generator.derivation import Problem, Slip, slip
from generator.family import family
from generator.layers import Conv2D, Dense, Dim, Layer
from generator.layers.base import named
from generator.layers.normalization import BatchNormalization
from generator.listing import CONVENTION, tell
from generator.model import sequential
from generator.notation import Sym
from generator.space import Axis, among, span

n, c, k = Sym("size", "n"), Sym("channels", "c"), Sym("kernel", "k")
f, x, h = Sym("filters", "f"), Sym("features", "x"), Sym("units", "h")


@family(
    "batch-norm-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("cnn", "normalization"),
    behind=("nothing", "convolution", "dense"),
    scale=(True, False),
    asked=("all", "trained", "not trained"),
    told=("words", "keras", "pytorch"),
)
def batch_norm_parameters(behind: str, scale: bool, asked: str, told: str) -> Problem | None:
    """How many parameters batch normalization has, alone or behind a layer: all, trained, or not trained."""
    if told == "pytorch" and asked == "trained":
        return None  # PyTorch calls nothing else a parameter: the same as all
    if not scale and ((behind, told) != ("convolution", "keras") or asked == "not trained"):
        return None  # an idiom of Keras before a ReLU, which makes a scale needless
    if behind == "dense" and told == "words":
        return None
    model = sequential(_input(behind), (*_before(behind, scale), BatchNormalization(scale=scale)))
    way = tell(model, told)
    layers = "one layer" if behind == "nothing" else "these layers"
    goes = {"words": f"go through {layers}: {way.text}", "keras": "go through this Keras model.",
            "pytorch": "go through this PyTorch model."}[told]  # fmt: skip
    frozen = asked == "not trained"
    return counting(
        model,
        CONVENTION[told],
        ask=f"{_data(behind)} {goes} {QUESTION[told, asked]}",
        numbers=_numbers(behind),
        trainable=asked == "trained",
        frozen=frozen,
        unit="numbers" if frozen and told == "pytorch" else "",
        slips=_slips(behind, scale, asked, told),
        code=way.code,
        given=way.given,
    )


QUESTION = {
    ("words", "all"): "How many parameters is that in all, those that are not trained included?",
    ("words", "trained"): "How many parameters of that are trained?",
    ("words", "not trained"): "How many parameters of that are not trained by gradient descent?",
    ("keras", "all"): "How many parameters does Keras count in all?",
    ("keras", "trained"): "How many trainable parameters does Keras count?",
    ("keras", "not trained"): "How many non-trainable parameters does Keras count?",
    ("pytorch", "all"): "How many parameters (`model.parameters()`) does it have?",
    ("pytorch", "not trained"): "How many numbers do its buffers (`model.buffers()`) hold, the counter of batches "
    "included?",
}


def _data(behind: str) -> str:
    if behind == "dense":
        return "Vectors of [[ features ]] features"
    return "Maps of [[ size ]] × [[ size ]] with [[ channels | counted('channel') ]]"


def _input(behind: str) -> tuple[Dim, ...]:
    return (x,) if behind == "dense" else (n, n, c)


def _before(behind: str, scale: bool) -> tuple[Layer, ...]:
    """What is normalized; a convolution mostly has no biases then, as the shift does their work."""
    layers: dict[str, tuple[Layer, ...]] = {
        "nothing": (),
        "convolution": (Conv2D(f, (k, k), padding="same", use_bias=not scale),),
        "dense": (Dense(h),),
    }
    return layers[behind]


def _numbers(behind: str) -> Mapping[Sym, Axis]:
    wide = span(8, 512, step=8, bounds=(1, 65_536))
    if behind == "dense":
        return {x: span(10, 500, step=10, bounds=(1, 100_000)), h: wide}
    size = {n: span(8, 128, step=4, bounds=(1, 4096))}
    if behind == "nothing":
        return size | {c: wide}
    few = among(1, 3, 8, 16, 32, 64, 128, 256, bounds=(1, 65_536))
    return size | {c: few, f: among(8, 16, 32, 64, 128, 256, bounds=(1, 65_536)), k: among(3, 5, 7, bounds=(1, 31))}


def _slips(behind: str, scale: bool, asked: str, told: str) -> Iterator[Slip]:
    """What goes wrong with the vectors themselves; the rest comes with the layers."""
    several = behind != "nothing" and asked != "not trained"
    tag = "2" if several else ""
    T, M = named("T", tag), named("M", tag)
    channels = {"nothing": c, "convolution": f, "dense": h}[behind]
    trained = (int(scale) + 1) * channels
    cells = n * n if behind != "dense" else x
    place = "cell of the map" if behind != "dense" else "feature of the input"
    if asked == "not trained":
        yield slip("only-mean", "kept a moving mean and no variance", {M: channels})
        yield slip("one-mean", "kept one moving mean and one variance for all channels", {M: 2})
        yield slip("one-variance", "kept a moving mean per channel, but one variance for all", {M: channels + 1})
        yield slip("three-moving", "kept a third moving vector beside mean and variance", {M: 3 * channels})
        yield slip("all-four", "counted scale and shift as not trained, too", {M: 2 * channels + trained})
        yield slip("moving-per-cell", f"kept a mean and a variance for every {place}", {M: 2 * channels * cells})
        return
    yield slip("scale-per-cell", f"learnt a scale and a shift for every {place}", {T: trained * cells})
    if scale:
        words = "learnt a scale per channel, but one shift for all"
        yield slip("one-shift", words, {T: channels + 1})
    else:
        yield slip("shift-for-all", "learnt one shift for all channels", {T: 1})
    if told == "pytorch":
        yield slip("buffers-too", "counted the running mean and variance as parameters", {T: 2 * trained})
