"""Counting the parameters of one recurrent layer."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from generator.counting import counting
from generator.derivation import Figure, Problem, Slip
from generator.family import family
from generator.layers import CONVENTIONS, GRU, LSTM, Bidirectional, Dense, Recurrent, SimpleRNN
from generator.listing import Told, counted, stem
from generator.model import Model, sequential
from generator.notation import Sym, replace
from generator.space import among, span

x, h = Sym("features", "x"), Sym("units", "h")


def both_ways(cell: type[Recurrent], units: Sequence[Sym], merge: str) -> Figure:
    """Layers in two directions, on top of each other."""
    return Figure(
        "bidirectional-rnn",
        {
            "layers": len(units),
            "cell": cell.torch,
            "merge": merge,
            "names": [f"[[ {each.name} ]] units" for each in units],
            "input": "[[ features ]] features",
            "until": "T",
        },
    )


def configured(cell: type[Recurrent], convention: str, **settings: Any) -> Recurrent:
    """The layer, as the convention has it: the textbook's GRU resets before the recurrent product."""
    if cell is GRU and convention == "classic":
        settings["reset_after"] = False
    return cell(**settings)


def asked(told: Told, way: str, what: str) -> str:
    """The stem of counting a network of recurrent layers that is told in one of `WAYS`."""
    intro = f"A {what} sees [[ features ]] features at every timestep. Its layers, in order: {told.text}"
    return stem(told, way, "How many parameters does {} have in all?", intro, "it")


def behind_directions(model: Model, convention: str) -> Iterator[Slip]:
    """What goes wrong behind a bidirectional layer, in a model whose layers all have weights: the next layer is fed
    with another width, or a dense one is doubled as well.
    """
    for n, (before, here) in enumerate(pairwise(model.applied(convention)), 2):
        layer = before.node.layer
        if not isinstance(layer, Bidirectional) or here.fed != before.output_shape:
            continue
        right, narrow, wide = (
            here.node.layer.worked((*here.fed[:-1], width), convention, str(n)).lines
            for width in (here.fed[-1], layer.layer.units, 2 * layer.layer.units)  # type: ignore[operator]
        )
        kernel, count = right[0].symbol, right[-1]
        concat = layer.merge_mode == "concat"
        words = "one direction's output only" if concat else "both outputs side by side, where they are merged into one"
        wrong = narrow if concat else wide
        yield Slip(f"directions-before-{n}", f"fed layer {n} with {words}", {kernel: wrong[0].expression})
        if isinstance(here.node.layer, Dense):
            words = "doubled the dense layer as well, as if all of the network ran in two directions"
            twice = 2 * replace(count.expression, {kernel: narrow[0].expression})
            yield Slip(f"doubled-too-{n}", words, {count.symbol: twice})


@family(
    "recurrent-parameters",
    topic="Counting parameters",
    sources=("000", "001", "002", "003"),
    tags=("rnn",),
    cell=(SimpleRNN, LSTM, GRU),
    bias=(True, False),
    convention=CONVENTIONS,
)
def recurrent_parameters(cell: type[Recurrent], bias: bool, convention: str) -> Problem:
    """How many trainable parameters one recurrent layer has, in three conventions."""
    layer = configured(cell, convention, units=h, use_bias=bias)
    model = sequential((None, x), (layer,))
    code = {"classic": "", "keras": layer.keras(), "pytorch": layer.pytorch((None, x))[0]}[convention]
    article = "An" if cell is LSTM else "A"
    what = f"{article} `{cell.__name__}` layer {'' if bias else 'without biases '}has" if not code else "This layer has"
    return counting(
        model,
        convention,
        ask=f"{what} [[ units ]] units and sees [[ features ]] input features at every timestep. "
        f"How many trainable parameters does it have? {counted(model, convention)}".strip(),
        numbers={
            x: span(4, 512, bounds=(1, 100_000)),
            h: among(8, 10, 12, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 200, 256, bounds=(1, 10_000)),
        },
        code=code,
    )
