"""Counting the parameters of a dense variational autoencoder."""

from collections.abc import Iterator

from generator.counting import TOTAL, counting, layer_counts
from generator.derivation import Problem, Slip, slip
from generator.families.autoencoder_parameters import narrowing, sizes, through
from generator.families.mlp_parameters import hidden_units
from generator.family import family
from generator.layers import Dense
from generator.layers.activation import Activation, Rescaling
from generator.layers.base import named
from generator.layers.merge import Add, Multiply
from generator.listing import CONVENTION, tell
from generator.model import Model, Node
from generator.notation import Sym, add

x, c = Sym("features", "x"), Sym("latent", "c")

SPREADS = {"log_variance": "log variance", "deviation": "standard deviation"}


@family(
    "variational-autoencoder-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("autoencoder", "vae"),
    hidden=(0, 1, 2),
    spread=tuple(SPREADS),
    told=("words", "keras", "pytorch"),
)
def variational_autoencoder_parameters(hidden: int, spread: str, told: str) -> Problem:
    """How many parameters a dense variational autoencoder has."""
    units = hidden_units(hidden)
    model = Model({"x": (x,), "epsilon": (c,)}, tuple(_nodes(units, spread)))
    shown = tell(model, told)
    return counting(
        model,
        CONVENTION[told],
        ask={
            "words": _in_words(units, spread),
            "keras": "This Keras model is a variational autoencoder; `epsilon` is the random noise that is drawn for "
            "each sample. How many parameters does the model have?",
            "pytorch": "This PyTorch model is a variational autoencoder; `epsilon` is the random noise that is drawn "
            "for each sample. How many parameters does the model have?",
        }[told],
        numbers=sizes(hidden),
        where=narrowing(units),
        slips=_slips(units),
        code=shown.code,
        given=shown.given,
    )


def _in_words(units: list[Sym], spread: str) -> str:
    decoder = "The decoder is a dense layer that makes the features again."
    if units:
        decoder = (
            f"The decoder mirrors the encoder's hidden layer{'s' * (len(units) > 1)} and ends with a dense layer that "
            "makes the features again."
        )
    return (
        f"The encoder of a variational autoencoder sends [[ features ]] features {through(units)}into two dense heads "
        f"side by side, one for the mean and one for the {SPREADS[spread]} of "
        f"[[ latent | counted('latent variable') ]]. What is sampled from them is fed to the decoder. {decoder} "
        "How many parameters, weights and biases together, does the autoencoder have?"
    )


def _nodes(units: list[Sym], spread: str) -> Iterator[Node]:
    """The graph; noise is an input, so that the sampling is layers without weights: mean + deviation · noise."""
    yield from _row("x", units, "encoder")
    top = f"encoder_{len(units)}" if units else "x"
    yield Node("mean", Dense(c), (top,))
    if spread == "log_variance":
        yield Node("log_variance", Dense(c, "linear"), (top,))  # told apart: each head is a line of its own
        yield Node("half", Rescaling(0.5), ("log_variance",))
        yield Node("deviation", Activation("exponential"), ("half",))
    else:
        yield Node("deviation", Dense(c, "softplus"), (top,))
    yield Node("noise", Multiply(), ("deviation", "epsilon"))
    yield Node("z", Add(), ("mean", "noise"))
    yield from _row("z", units[::-1], "decoder")
    yield Node("output", Dense(x, "sigmoid"), (f"decoder_{len(units)}" if units else "z",))


def _row(before: str, units: list[Sym], name: str) -> Iterator[Node]:
    """Hidden layers in a row."""
    for n, h in enumerate(units, 1):
        yield Node(f"{name}_{n}", Dense(h, "relu"), (before,))
        before = f"{name}_{n}"


def _slips(units: list[Sym]) -> tuple[Slip, ...]:
    """What goes wrong about the heads and the sample; the heads are the two layers behind the hidden ones."""
    heads = len(units) + 1, len(units) + 2
    counts = layer_counts(2 * len(units) + 3)
    mean = counts[heads[0] - 1]
    second, decoder = named("W", str(heads[1])), named("W", str(heads[1] + 1))
    fed = units[-1] if units else x
    return (
        slip("one-head", "counted one of the two heads only", {TOTAL: add(*(p for p in counts if p != mean))}),
        slip("third-head", "counted the sample as a third head", {TOTAL: add(*counts, mean)}),
        slip("noise-counted", "counted the random noise as parameters", {TOTAL: add(*counts, c)}),
        slip(
            "decoder-fed-by-both-heads", "fed the decoder with both heads instead of a sample", {decoder: 2 * c * fed}
        ),
        slip("head-behind-head", "fed the second head with the first one, not with what feeds both", {second: c * c}),
        slip("encoder-only", "counted the encoder only", {TOTAL: add(*counts[: heads[1]])}),
    )
