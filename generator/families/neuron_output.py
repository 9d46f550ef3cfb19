"""What one neuron answers: a weighted sum, a bias, an activation function."""

from __future__ import annotations

from math import tanh as math_tanh

from generator.cells import PLACES, SMALL, logistic, unsaturated
from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.functions import relu, sigmoid, tanh
from generator.notation import Expr, Function, Sym, add
from generator.space import among, tenths

WHOLE = among(-2, -1, 1, 2, 3)
FUNCTIONS: dict[str, Function | None] = {"none": None, "relu": relu, "sigmoid": sigmoid, "tanh": tanh}
NAMES = {"relu": "ReLU", "sigmoid": "the sigmoid", "tanh": "tanh"}
OTHERS = {"relu": "sigmoid", "sigmoid": "tanh", "tanh": "sigmoid"}  # what each is mixed up with
CURVED = ("sigmoid", "tanh")
b, s, z, y = Sym("bias", "b"), Sym("s"), Sym("z"), Sym("y")


@family(
    "neuron-output",
    topic="By hand",
    sources=("002",),
    tags=("ann",),
    inputs=(2, 3),
    activation=tuple(FUNCTIONS),
)
def neuron_output(inputs: int, activation: str) -> Problem:
    """The output of one neuron: the weighted sum of its inputs, the bias, and an activation function."""
    x = [Sym(f"input_{place}", f"x_{place}") for place in range(1, inputs + 1)]
    w = [Sym(f"weight_{place}", f"w_{place}") for place in range(1, inputs + 1)]
    # of a bias above zero ReLU lets most sums through
    bias = tenths(5, 25) if activation == "relu" else SMALL
    return Problem(
        ask=_ask(activation, x, w),
        numbers={**dict.fromkeys(x, WHOLE), **dict.fromkeys(w, SMALL), b: bias},
        lines=tuple(_lines(activation, x, w)),
        slips=tuple(_slips(activation, x, w)),
        answer=Answer("decimal", y),
        check=lambda n: _in_tenths(inputs, activation, n),
        where=unsaturated((z,)) if activation in CURVED else (differ(y if activation == "none" else z, 0),),
    )


def _ask(activation: str, x: list[Sym], w: list[Sym]) -> str:
    inputs, weights = (", ".join(f"${sym.latex} = [[ {sym.name} ]]$" for sym in syms) for syms in (x, w))
    function = f"{NAMES[activation]} as its activation function" if activation != "none" else "no activation function"
    places = f" Give {PLACES} decimals." if activation in CURVED else ""
    return (
        f"A neuron has the weights {weights}, the bias $b = [[ bias ]]$ and {function}. "
        f"What is its output $y$ for the inputs {inputs}?{places}"
    )


def _lines(activation: str, x: list[Sym], w: list[Sym]) -> list[Line]:
    summed = Line(s, add(*(a * v for a, v in zip(w, x, strict=True))), "weighted sum: each input by its weight", 1)
    function = FUNCTIONS[activation]
    if function is None:
        return [summed, Line(y, s + b, "output: the sum and the bias, as it is", places=1)]
    return [
        summed,
        Line(z, s + b, "with the bias: what the activation function is taken of", places=1),
        Line(y, function(z), f"output: {NAMES[activation]}", places=PLACES if activation in CURVED else 1),
    ]


def _slips(activation: str, x: list[Sym], w: list[Sym]) -> list[Slip]:
    def summed(*terms: Expr) -> dict[Sym, Expr]:
        return {s: add(*terms)}

    products = [a * v for a, v in zip(w, x, strict=True)]
    last = y if activation == "none" else z
    found = [
        slip("no-bias", "left out the bias", {last: s}, credit=0.5),
        slip("bias-subtracted", "subtracted the bias", {last: s - b}),
        slip("bias-multiplied", "multiplied with the bias instead of adding it", {last: s * b}),
        slip("last-input-left-out", "left out the last input", summed(*products[:-1])),
        slip("not-weighted", "added the inputs without their weights", summed(*x)),
        slip("weights-alone", "added the weights without the inputs", summed(*w)),
        slip("sign-lost", "turned the sign of the first product around", summed(-products[0], *products[1:])),
    ]
    function = FUNCTIONS[activation]
    if function is None:
        return found
    other = FUNCTIONS[OTHERS[activation]]
    assert other
    name, instead = NAMES[activation], NAMES[OTHERS[activation]]
    return [
        *found,
        slip("no-activation", f"left out {name}", {y: z}),
        slip("other-activation", f"took {instead} instead of {name}", {y: other(z)}),
        slip("bias-after", "added the bias after the activation function", {y: function(s) + b}),
    ]


def _in_tenths(inputs: int, activation: str, n: Numbers) -> float:
    """The second way: from the bias on, in whole tenths."""
    total: int = round(10 * n["bias"])
    for place in range(1, inputs + 1):
        total += round(10 * n[f"weight_{place}"]) * n[f"input_{place}"]
    value = total / 10
    if activation == "relu":
        return value if value > 0 else 0.0
    if activation == "none":
        return value
    return logistic(value) if activation == "sigmoid" else math_tanh(value)
