"""One step of an LSTM cell by hand."""

from math import exp
from math import tanh as math_tanh

from generator.derivation import Answer, Condition, Figure, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Expr, Sym
from generator.space import Axis, tenths

PLACES = 3
GATES = {
    "f": ("forget gate", sigmoid),
    "i": ("input gate", sigmoid),
    "o": ("output gate", sigmoid),
    "g": ("candidate", tanh),
}
LATEX = {"f": "f", "i": "i", "o": "o", "g": "c"}  # the candidate is written c̃, its weights W_c
Gates = dict[str, Sym]  # a quantity of each gate
EQUATIONS = r"""$$
\begin{aligned}
f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) & i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i) \\
o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o) & \tilde{c}_t &= \tanh(W_c x_t + U_c h_{t-1} + b_c) \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tilde{c}_t & h_t &= o_t \odot \tanh(c_t)
\end{aligned}
$$"""


@family(
    "lstm-step",
    topic="By hand",
    sources=("000", "002", "003", "004"),
    tags=("rnn", "lstm"),
    units=(1, 2, 3),
    features=(1, 2, 3),
)
def lstm_step(units: int, features: int) -> Problem:
    """The new state of an LSTM cell after one timestep, gate by gate, with decimals."""
    x = Sym("x", "x_t", (features,))
    before, memory = Sym("h_prev", "h_{t-1}", (units,)), Sym("c_prev", "c_{t-1}", (units,))
    W = {gate: Sym(f"W_{gate}", f"W_{LATEX[gate]}", (units, features)) for gate in GATES}
    U = {gate: Sym(f"U_{gate}", f"U_{LATEX[gate]}", (units, units)) for gate in GATES}
    b = {gate: Sym(f"b_{gate}", f"b_{LATEX[gate]}", (units,)) for gate in GATES}
    z = {gate: Sym(f"z_{gate}", f"z_{LATEX[gate]}", (units,)) for gate in GATES}
    a = {gate: Sym(gate, r"\tilde{c}_t" if gate == "g" else f"{gate}_t", (units,)) for gate in GATES}
    c, h = Sym("c", "c_t", (units,)), Sym("h", "h_t", (units,))
    lines: list[Line] = []
    for gate, (name, function) in GATES.items():
        inside = W[gate] @ x + U[gate] @ before + b[gate]
        lines += [
            Line(z[gate], inside, f"{name}: what goes in", places=PLACES),
            Line(a[gate], function(z[gate]), f"{name}: {_reading(gate)}", places=PLACES),
        ]
    lines += [
        Line(c, a["f"] * memory + a["i"] * a["g"], "cell state: what is kept and what is added", places=PLACES),
        Line(h, a["o"] * tanh(c), "hidden state: what the output gate lets out", places=PLACES, result=True),
    ]
    return Problem(
        ask=_ask(units, features),
        numbers=_numbers(units, x, before, memory, W, U, b),
        lines=tuple(lines),
        slips=_slips(x, before, memory, W, U, b, z, a, c, h),
        answer=Answer("vector", h),
        check=lambda numbers: _by_loops(units, features, numbers),
        where=tuple(_unsaturated(z)),
        figure=Figure("lstm-cell"),
    )


def _reading(gate: str) -> str:
    return {
        "f": "near 0 forgets, near 1 keeps",
        "i": "how much of the candidate is let in",
        "o": "how much of the memory is shown",
        "g": "what could be added, between $-1$ and $1$",
    }[gate]


def _numbers(units: int, x: Sym, before: Sym, memory: Sym, *weights: dict[str, Sym]) -> dict[Sym, Axis]:
    small, state = tenths(-9, 9), tenths(-20, 20)
    return {x: small, before: small, memory: state, **{array: small for kind in weights for array in kind.values()}}


def _ask(units: int, features: int) -> str:
    sizes = f"{units} unit{'s' * (units > 1)} and {features} input feature{'s' * (features > 1)}"
    rows = [
        "$$\n" + r", \quad ".join(f"{kind}_{LATEX[gate]} = [[ {kind}_{gate} ]]" for kind in "WUb") + "\n$$"
        for gate in GATES
    ]
    return (
        f"An LSTM cell with {sizes} takes one step:\n\n{EQUATIONS}\n\nIts weights are\n\n" + "\n\n".join(rows) + "\n\n"
        "The input, the last hidden state and the last cell state are\n\n"
        "$$\nx_t = [[ x ]], \\quad h_{t-1} = [[ h_prev ]], \\quad c_{t-1} = [[ c_prev ]]\n$$\n\n"
        f"What is the new hidden state $h_t$? Keep {PLACES} decimals in every line."
    )


def _unsaturated(z: dict[str, Sym]) -> list[Condition]:
    """No gate so far open or shut that its slope, and with it every slip inside it, is gone."""
    return [bound for gate in z.values() for part in gate.parts for bound in (less(part, 2.5), less(-2.5, part))]


def _slips(
    x: Sym, before: Sym, memory: Sym, W: Gates, U: Gates, b: Gates, z: Gates, a: Gates, c: Sym, h: Sym
) -> tuple[Slip, ...]:
    f, i, o, g = a["f"], a["i"], a["o"], a["g"]

    def inside(gate: str, *terms: Expr) -> dict[Sym, Expr]:
        return {z[gate]: sum(terms[1:], terms[0])}

    return (
        slip("gates-swapped", "swapped forget and input gate", {c: i * memory + f * g}),
        slip("no-forget-gate", "kept the whole old cell state, past the forget gate", {c: memory + i * g}),
        slip("no-input-gate", "let the whole candidate in, past the input gate", {c: f * memory + g}),
        slip("forgot-complement", "forgot with $1 - f_t$ instead of $f_t$", {c: memory - f * memory + i * g}),
        slip("no-memory", "left out the old cell state", {c: i * g}),
        slip("no-candidate", "added nothing new to the cell state", {c: f * memory}),
        slip("no-tanh", "left out the tanh around the cell state", {h: o * c}, credit=0.5),
        slip("old-cell-state", "let out the old cell state instead of the new one", {h: o * tanh(memory)}),
        slip("no-output-gate", "left out the output gate", {h: tanh(c)}),
        slip("sigmoid-for-tanh", "took the sigmoid of the cell state instead of its tanh", {h: o * sigmoid(c)}),
        slip("candidate-sigmoid", "took the sigmoid for the candidate instead of tanh", {g: sigmoid(z["g"])}),
        slip("output-gate-tanh", "took tanh for the output gate instead of the sigmoid", {o: tanh(z["o"])}),
        slip("no-state-in-output-gate", "left the last hidden state out of the output gate",
             inside("o", W["o"] @ x, b["o"])),
    )  # fmt: skip


def _by_loops(units: int, features: int, n: Numbers) -> list[float]:
    """The second way: one fused product over input and state, in plain loops and full precision."""
    seen = [*_entries(n, "x", features), *_entries(n, "h_prev", units)]
    state = []
    for unit in range(1, units + 1):
        total = {}
        for gate in GATES:
            weights = [n[f"W_{gate}_{unit}_{j + 1}"] for j in range(features)]
            weights += [n[f"U_{gate}_{unit}_{j + 1}"] for j in range(units)]
            total[gate] = n[f"b_{gate}_{unit}"] + sum(w * value for w, value in zip(weights, seen, strict=True))
        open_ = {gate: 1 / (1 + exp(-total[gate])) for gate in "fio"}
        cell = open_["f"] * n[f"c_prev_{unit}"] + open_["i"] * math_tanh(total["g"])
        state.append(open_["o"] * math_tanh(cell))
    return state


def _entries(n: Numbers, name: str, size: int) -> list[float]:
    return [n[f"{name}_{j + 1}"] for j in range(size)]
