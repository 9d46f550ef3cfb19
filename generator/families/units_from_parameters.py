"""Backwards: from the number of parameters to the units."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, slip
from generator.families.recurrent_parameters import configured
from generator.family import family
from generator.functions import sqrt
from generator.layers import CONVENTIONS, GRU, LSTM, Recurrent, SimpleRNN
from generator.listing import counted
from generator.model import sequential
from generator.notation import Sym, as_expr
from generator.space import span

x, h, N = Sym("features", "x"), Sym("units", "h"), Sym("parameters", "N")
A, B, D, R, low, found = Sym("A"), Sym("B"), Sym("D"), Sym("R"), Sym("h_minus", "h_{-}"), Sym("h_plus", "h_{+}")


@family(
    "units-from-parameters",
    topic="Counting parameters",
    sources=("000", "001"),
    tags=("rnn", "backwards"),
    cell=(SimpleRNN, LSTM, GRU),
    bias=(True, False),
    convention=CONVENTIONS,
)
def units_from_parameters(cell: type[Recurrent], bias: bool, convention: str) -> Problem | None:
    """How many units a recurrent layer has, given its parameters and features."""
    if not bias and convention != "classic":
        return None  # without biases the conventions agree, and the stem would read the same
    layer = configured(cell, convention, units=h, use_bias=bias)
    model = sequential((None, x), (layer,))
    g, biases = layer.gates, layer.biases(convention)
    one_set = "the number of parameters" if g == 1 else f"the size of one of the {g} weight sets"
    rest = f"(x + {biases})" if biases else "x"
    lines = (
        Line(A, N / g, f"one set: $h^2 + {rest} h$ must come to {one_set}"),
        Line(B, x + biases, "linear coefficient: what one unit has beside its recurrent weights"),
        Line(D, B**2 + 4 * A, "discriminant: of $h^2 + B h - A = 0$"),
        Line(R, sqrt(D), "root: of the discriminant"),
        Line(low, (-B - R) / 2, "first solution: negative, so it is dropped"),
        Line(found, (-B + R) / 2, "second solution: the number of units", result=True),
    )
    return Problem(
        ask=f"{'An' if cell is LSTM else 'A'} `{cell.__name__}` layer "
        f"{'' if bias else 'without biases '}has [[ parameters ]] trainable "
        f"parameters and sees [[ features ]] input features at every timestep. How many units does it have? "
        f"{counted(model, convention)}".strip(),
        numbers={x: span(8, 300, bounds=(1, 100_000)), h: span(8, 256, bounds=(2, 10_000))},
        given={N: as_expr(model.parameters(convention))},
        lines=lines,
        slips=_slips(g, biases),
        answer=Answer("integer", found, unit="units"),
        proves={found: h, low: -(x + biases + h)},
        check=lambda numbers: _by_trial(layer, convention, numbers),
        model=model.config(),
        convention=convention,
    )


def _slips(g: int, biases: int) -> tuple[Slip, ...]:
    return (
        slip("gates-forgotten", "did not divide by the number of weight sets", {A: N}),
        slip("one-gate-fewer", f"divided by {g - 1} weight sets instead of {g}", {A: N / max(g - 1, 1)}),
        slip("one-gate-more", _divided(g + 1, g), {A: N / (g + 1)}),
        slip("two-sets-more", _divided(g + 2, g), {A: N / (g + 2)}),
        slip("not-halved", "forgot to halve at the end", {found: -B + R}),
        slip("no-linear-part", "left $B^2$ out of the discriminant", {D: 4 * A}),
        slip("no-minus-b", "forgot to subtract the linear coefficient", {found: R / 2}),
        slip("only-the-kernel", "left the recurrent kernel out of the equation and solved $B h = A$", {found: A / B}),
        slip("a-not-times-four", "forgot the factor 4 in the discriminant", {D: B**2 + A}),
        slip("a-times-two", "took 2 for the factor 4 in the discriminant", {D: B**2 + 2 * A}),
        slip("features-twice", "counted the features twice", {B: 2 * x + biases}),
        slip("quarter", "divided by 4 instead of 2 at the end", {found: (-B + R) / 4}),
        slip("only-recurrent", "took the recurrent kernel for the whole set", {found: sqrt(A)}),
    )


def _divided(by: int, sets: int) -> str:
    return (
        f"divided by {by} weight sets instead of {sets}"
        if sets > 1
        else f"divided by {by}, where there is one weight set"
    )


def _by_trial(layer: Recurrent, convention: str, numbers: Numbers) -> int:
    """The second way: count upwards until the parameters fit."""
    gates, biases, features = layer.gates, layer.biases(convention), numbers["features"]
    target = numbers["parameters"]
    units = 1
    while gates * (units * features + units * units + biases * units) < target:
        units += 1
    return units
