"""Counting the parameters of a dense autoencoder."""

from itertools import pairwise

from generator.counting import TOTAL, counting, layer_counts
from generator.derivation import Condition, Problem, Slip, less, slip
from generator.families.mlp_parameters import hidden_units
from generator.family import family
from generator.layers import Dense
from generator.layers.base import named
from generator.listing import CONVENTION, WAYS, stem, tell
from generator.model import sequential
from generator.notation import Sym, add
from generator.space import Axis, among, span

x, c = Sym("features", "x"), Sym("latent", "c")


@family(
    "autoencoder-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("autoencoder",),
    hidden=(0, 1, 2),
    told=WAYS,
)
def autoencoder_parameters(hidden: int, told: str) -> Problem:
    """How many parameters a dense autoencoder has, encoder and decoder together."""
    units = hidden_units(hidden)
    inner = [Dense(h, "relu") for h in units]
    model = sequential((x,), (*inner, Dense(c), *inner[::-1], Dense(x, "sigmoid")))
    shown = tell(model, told)
    parts = ", weights and biases together," if told == "words" else ""
    return counting(
        model,
        CONVENTION[told],
        ask=stem(shown, told, f"How many parameters{parts} does {{}} have?", _in_words(units), "the autoencoder"),
        numbers=sizes(hidden),
        where=narrowing(units),
        slips=_slips(hidden + 1),
        code=shown.code,
        given=shown.given,
    )


def _in_words(units: list[Sym]) -> str:
    if not units:
        return (
            "The encoder of an autoencoder is one dense layer that turns [[ features ]] features into a code of "
            "[[ latent | counted('number') ]]; the decoder is another one, which turns the code into features again."
        )
    return (
        f"The encoder of an autoencoder sends [[ features ]] features {through(units)}to a dense layer of "
        "[[ latent | counted('unit') ]], the code. The decoder mirrors it layer by layer, with weights of its own, "
        "until there are [[ features ]] features again."
    )


def through(units: list[Sym]) -> str:
    """The hidden layers of an encoder, in words."""
    if not units:
        return ""
    *first, last = [f"[[ {h.name} ]]" for h in units]
    told = f"dense layers of {', '.join(first)} and {last}" if first else f"a dense layer of {last}"
    return f"through {told} units "


def sizes(hidden: int) -> dict[Sym, Axis]:
    """An encoder's sizes, from the input to the code."""
    wide = (
        among(32, 48, 64, 96, 100, 128, 150, 200, 256, bounds=(1, 65_536)),
        among(16, 20, 24, 30, 32, 40, 48, 50, 64, 80, bounds=(1, 65_536)),
    )
    return {
        x: span(64, 1024, step=8, bounds=(2, 1_000_000)),
        **dict(zip(hidden_units(hidden), wide, strict=False)),
        c: span(2, 32, bounds=(1, 10_000)),
    }


def narrowing(units: list[Sym]) -> tuple[Condition, ...]:
    """Every layer of an encoder is narrower than the one before."""
    order = [x, *units, c]
    return tuple(less(after, before) for before, after in pairwise(order))


def _slips(depth: int) -> tuple[Slip, ...]:
    """``depth``: the layers of the encoder, and of the decoder."""
    counts = layer_counts(2 * depth)
    encoder, decoder = counts[:depth], counts[depth:]
    kernels = [named("W", str(n)) for n in range(depth + 1, 2 * depth + 1)]
    return (
        slip("encoder-only", "counted the encoder only", {TOTAL: add(*encoder)}),
        slip(
            "encoder-doubled",
            "doubled the encoder's count, though the decoder has other biases",
            {TOTAL: 2 * add(*encoder)},
            credit=0.5,
        ),
        slip("decoder-doubled", "doubled the decoder's count, though the encoder has other biases",
             {TOTAL: 2 * add(*decoder)}, credit=0.5),
        slip("kernels-shared", "let the decoder use the encoder's kernels and counted only its biases",
             dict.fromkeys(kernels, 0)),
        slip("layer-within-the-code", "put a dense layer from the code to the code between encoder and decoder",
             {TOTAL: add(*counts, c * c, c)}),
        slip("code-biases-twice", "counted the biases of the code once for the encoder and once for the decoder",
             {TOTAL: add(*counts, c)}, credit=0.5),
    )  # fmt: skip
