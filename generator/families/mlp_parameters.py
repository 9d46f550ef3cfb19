"""Counting the parameters of a network of dense layers."""

from generator.counting import TOTAL, counting, layer_counts
from generator.derivation import Problem, slip
from generator.family import family
from generator.layers import Dense
from generator.listing import CONVENTION, WAYS, stem, tell
from generator.model import sequential
from generator.notation import Sym, add
from generator.space import among, span

x, c = Sym("features", "x"), Sym("classes", "c")
UNITS = (8, 10, 12, 16, 20, 24, 32, 48, 50, 64, 80, 96, 100, 128, 200, 256)


def hidden_units(layers: int) -> list[Sym]:
    """The units of so many hidden layers."""
    return [Sym("units" if n == 1 else f"units_{n}", f"h_{{{n}}}" if layers > 1 else "h") for n in range(1, layers + 1)]


@family(
    "mlp-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("ann",),
    hidden=(1, 2, 3),
    output=("binary", "classes"),
    told=WAYS,
)
def mlp_parameters(hidden: int, output: str, told: str) -> Problem:
    """How many parameters a network of dense layers has."""
    units = hidden_units(hidden)
    last = Dense(1, "sigmoid") if output == "binary" else Dense(c, "softmax")
    model = sequential((x,), (*(Dense(h, "relu") for h in units), last))
    shown = tell(model, told)
    parts = ", weights and biases together," if told == "words" else ""
    total = add(*layer_counts(hidden + 1))
    numbers = {
        x: span(8, 800, step=4, bounds=(1, 1_000_000)),
        **{h: among(*UNITS, bounds=(1, 65_536)) for h in units},
    }
    if output == "classes":
        numbers[c] = span(3, 20, bounds=(2, 100_000))
    return counting(
        model,
        CONVENTION[told],
        ask=stem(
            shown,
            told,
            f"How many parameters{parts} does {{}} have in all?",
            f"In a network, [[ features ]] features go through {shown.text}",
            "the network",
        ),
        numbers=numbers,
        slips=(
            slip("biases-of-the-inputs", "gave the inputs biases, as if they were units", {TOTAL: total + x}),
            slip(
                "input-as-a-layer",
                "took the input for a dense layer of as many units, with weights of its own",
                {TOTAL: total + x * x + x},
            ),
        ),
        code=shown.code,
        given=shown.given,
    )
