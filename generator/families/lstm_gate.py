"""One gate of an LSTM cell by hand, or its candidate."""

from __future__ import annotations

from math import tanh as math_tanh

from generator.cells import KEEP, PLACES, SMALL, Size, logistic, read, row_times, shown, unsaturated
from generator.derivation import Answer, Figure, Line, Numbers, Problem, Slip, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Expr, Joined, Sym

LATEX = {"forget gate": "f_t", "input gate": "i_t", "output gate": "o_t", "candidate": r"\tilde{c}_t"}
UNITS = 2


@family(
    "lstm-gate",
    topic="By hand",
    sources=("002", "003", "004"),
    tags=("rnn", "lstm"),
    gate=tuple(LATEX),
    written=("apart", "joined"),
)
def lstm_gate(gate: str, written: str) -> Problem:
    """One gate of an LSTM cell, or its candidate, with a kernel for input and state each or with one for both."""
    found = Gate(gate, joined=written == "joined")
    return Problem(
        ask=found.ask(),
        numbers=dict.fromkeys(found.drawn, SMALL),
        lines=tuple(found.lines()),
        slips=tuple(found.slips()),
        answer=Answer("vector", found.gate),
        check=found.by_loops,
        where=unsaturated((found.z,)),
        figure=Figure("lstm-cell", {"gate": "input" if gate == "candidate" else gate.split(maxsplit=1)[0]}),
    )


class Gate:
    """The quantities of a gate. ``joined``: one kernel for the last state and the input, one below the other."""

    def __init__(self, name: str, joined: bool) -> None:
        self.name, self.joined = name, joined
        self.size = Size(UNITS, 1 if joined else UNITS)
        letter = "c" if name == "candidate" else name[0]
        self.x, self.before = self.size.input(), self.size.state("last_state", "h_{t-1}")
        self.U = self.size.recurrent("recurrent_kernel", f"U_{letter}")
        rows = UNITS + self.size.features
        self.W = Sym("kernel", f"W_{letter}", (UNITS, rows)) if joined else self.size.kernel("kernel", f"W_{letter}")
        self.b, self.z = self.size.state("bias", f"b_{letter}"), self.size.state("z", f"z_{letter}")
        self.both, self.gate = Sym("v", "v_t", (rows,)), self.size.state("gate", LATEX[name])
        self.function, self.other = (tanh, sigmoid) if name == "candidate" else (sigmoid, tanh)

    @property
    def drawn(self) -> tuple[Sym, ...]:
        return (self.x, self.before, *self.weights)

    @property
    def weights(self) -> tuple[Sym, ...]:
        return (self.W, self.b) if self.joined else (self.W, self.U, self.b)

    @property
    def weighted(self) -> Expr:
        return self.W @ self.both if self.joined else self.W @ self.x + self.U @ self.before

    def ask(self) -> str:
        W, b = self.W.latex, self.b.latex
        inner = rf"{W} [h_{{t-1}}, x_t] + {b}" if self.joined else f"{W} x_t + {self.U.latex} h_{{t-1}} + {b}"
        function = r"\tanh" if self.name == "candidate" else r"\sigma"
        joined = "Here $[h_{t-1}, x_t]$ is the last hidden state with the input below it. " if self.joined else ""
        return (
            f"The {self.name} of an LSTM cell with {self.size.words} is\n\n"
            f"$$\n{self.gate.latex} = {function}({inner})\n$$\n\n{joined}Its weights are\n\n{shown(*self.weights)}\n\n"
            f"The input and the last hidden state are\n\n{shown(self.x, self.before)}\n\n"
            f"What is ${self.gate.latex}$? {KEEP}"
        )

    def lines(self) -> list[Line]:
        joined = Line(self.both, Joined((self.before, self.x)), "joined: the state above, the input below", places=1)
        within = "between $-1$ and $1$" if self.name == "candidate" else "between 0 and 1"
        return [
            *([joined] if self.joined else []),
            Line(self.z, self.weighted + self.b, f"into the {self.name}: all weighted, and the bias", places=PLACES),
            Line(self.gate, self.function(self.z), f"{self.name}: {within}", places=PLACES),
        ]

    def slips(self) -> list[Slip]:
        names = ("tanh", "the sigmoid") if self.function is tanh else ("the sigmoid", "tanh")
        found = [
            slip("no-bias", "left out the bias", {self.z: self.weighted}, credit=0.5),
            slip("other-activation", f"took {names[1]} instead of {names[0]}", {self.gate: self.other(self.z)}),
            slip("no-activation", f"left out {names[0]}", {self.gate: self.z}),
            slip("bias-after", "added the bias after the activation function",
                 {self.z: self.weighted, self.gate: self.function(self.z) + self.b}),
            slip("gate-complement", "took what is missing to 1", {self.gate: 1 - self.function(self.z)}),
        ]  # fmt: skip
        return found + (self._joined_slips() if self.joined else self._apart_slips())

    def _joined_slips(self) -> list[Slip]:
        return [slip("input-above", "put the input above the last state", {self.both: Joined((self.x, self.before))})]

    def _apart_slips(self) -> list[Slip]:
        input_, state = self.W @ self.x, self.U @ self.before
        return [
            slip("no-recurrent-term", "left out the last state", {self.z: input_ + self.b}),
            slip("no-input-term", "left out the input", {self.z: state + self.b}),
            slip("kernels-swapped", "swapped the weights of the input and those of the state",
                 {self.z: self.U @ self.x + self.W @ self.before + self.b}),
            slip("columns-for-rows", f"multiplied with the columns of ${self.U.latex}$ instead of its rows",
                 {self.z: input_ + self.before @ self.U + self.b}),
        ]  # fmt: skip

    def by_loops(self, n: Numbers) -> list[float]:
        """The second way: unit by unit, in full precision."""
        x, before, bias = (read(n, sym) for sym in (self.x, self.before, self.b))
        found = []
        for unit in range(UNITS):
            if self.joined:
                total = row_times(n, self.W, unit, [*before, *x])
            else:
                total = row_times(n, self.W, unit, x) + row_times(n, self.U, unit, before)
            total += bias[unit]
            found.append(math_tanh(total) if self.name == "candidate" else logistic(total))
        return found
