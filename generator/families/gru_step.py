"""One step of a GRU by hand: as the textbooks write it, as Keras does and as PyTorch does; or its reset gate alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import tanh as math_tanh

from generator.cells import (
    KEEP,
    PLACES,
    SMALL,
    Size,
    logistic,
    read,
    row_times,
    shown,
    state_answer,
    unsaturated,
    weigh,
)
from generator.derivation import Figure, Line, Numbers, Problem, Slip, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Expr, Num, Sym, add

GATES = {"z": "update gate", "r": "reset gate", "h": "candidate"}
CONVENTION = {
    "classic": "as the textbooks write it (one bias each, reset before the recurrent product)",
    "keras": "as Keras does by default (`reset_after=True`: two biases each, reset after the recurrent product)",
    "pytorch": "as PyTorch does (two biases each, reset after the recurrent product)",
}


@dataclass(frozen=True)
class Letters:
    """How a convention writes the arrays of a gate, and the candidate."""

    W: str
    U: str
    b: str
    c: str  # the second bias
    candidate: str
    order: str  # of the gates

    def gate(self, gate: str) -> tuple[str, str, str, str]:
        letter = "n" if gate == "h" and self.candidate == "n_t" else gate
        return tuple(each.replace("?", letter) for each in (self.W, self.U, self.b, self.c))  # type: ignore[return-value]


OURS = Letters("W_?", "U_?", "b_?", "b_{u?}", r"\tilde{h}_t", "zrh")
WRITTEN = {
    "classic": OURS,
    "keras": OURS,
    "pytorch": Letters("W_{i?}", "W_{h?}", "b_{i?}", "b_{h?}", "n_t", "rzh"),
}


@family(
    "gru-step",
    topic="By hand",
    sources=("000", "001", "002", "003"),
    tags=("rnn", "gru"),
    asked=("state", "reset gate"),
    convention=("classic", "keras", "pytorch"),
    units=(1, 2),
)
def gru_step(asked: str, convention: str, units: int) -> Problem | None:
    """The new state of a GRU after one timestep, gate by gate, with decimals; or its reset gate alone."""
    if asked == "state":
        return whole_step(Size(units, 1), convention)
    return reset_gate(Size(units, 2)) if convention == "classic" else None


def whole_step(size: Size, convention: str) -> Problem:
    """The whole step of a cell of that size."""
    cell = Cell(size, convention)
    return Problem(
        ask=cell.ask(),
        numbers=dict.fromkeys(cell.drawn, SMALL),
        lines=tuple(cell.lines()),
        slips=tuple(cell.slips()),
        answer=state_answer(cell.new),
        check=cell.by_loops,
        where=unsaturated(tuple(cell.a.values())),
        figure=None if cell.after else Figure("gru-cell"),  # it resets before the recurrent product
    )


def reset_gate(size: Size) -> Problem:
    """The reset gate alone."""
    cell = Cell(size, "classic")
    return Problem(
        ask=cell.ask_reset(),
        numbers=dict.fromkeys(cell.of_gate("r"), SMALL),
        lines=tuple(cell.gate_lines("r")),
        slips=tuple(cell.reset_slips()),
        answer=state_answer(cell.open["r"]),
        check=cell.reset_by_loops,
        where=unsaturated((cell.a["r"],)),
    )


class Cell:
    """The quantities of a step, each by its gate: z, r, and h for the candidate."""

    def __init__(self, size: Size, convention: str) -> None:
        self.size, self.convention = size, convention
        self.after = convention != "classic"  # reset after the recurrent product, with a second bias
        self.letters = WRITTEN[convention]
        self.x, self.before = size.input(), size.state("last_state", "h_{t-1}")
        self.W, self.U, self.b, self.c = dict[str, Sym](), dict[str, Sym](), dict[str, Sym](), dict[str, Sym]()
        for gate, name in GATES.items():
            W, U, b, c = self.letters.gate(gate)
            word = name.replace(" ", "_")
            self.W[gate], self.U[gate] = size.kernel(f"{word}_kernel", W), size.recurrent(f"{word}_recurrent_kernel", U)
            self.b[gate], self.c[gate] = size.state(f"{word}_bias", b), size.state(f"{word}_recurrent_bias", c)
        last = "n" if convention == "pytorch" else "h"
        self.a = {gate: size.state(f"a_{gate}", f"a_{last if gate == 'h' else gate}") for gate in GATES}
        self.open = {
            "z": size.state("z", "z_t"),
            "r": size.state("r", "r_t"),
            "h": size.state("candidate", self.letters.candidate),
        }
        self.part = size.state("m", "m_t") if self.after else size.state("s", "s_t")
        self.new = size.state("h", "h_t")

    # --- the stem

    def of_gate(self, gate: str) -> tuple[Sym, ...]:
        """What is drawn for one gate alone."""
        return (self.x, self.before, *self.weights(gate))

    def weights(self, gate: str) -> tuple[Sym, ...]:
        weights = (self.W[gate], self.U[gate], self.b[gate])
        return (*weights, self.c[gate]) if self.after else weights

    @property
    def drawn(self) -> tuple[Sym, ...]:
        return (self.x, self.before, *(each for gate in self.letters.order for each in self.weights(gate)))

    def ask(self) -> str:
        rows = "\n\n".join(shown(*self.weights(gate)) for gate in self.letters.order)
        return (
            f"A GRU with {self.size.words} takes one step, {CONVENTION[self.convention]}:\n\n{self.equations()}\n\n"
            f"Its weights are\n\n{rows}\n\nThe input and the last hidden state are\n\n{shown(self.x, self.before)}\n\n"
            f"What is the new hidden state $h_t$? {KEEP}"
        )

    def ask_reset(self) -> str:
        return (
            f"The reset gate (or relevance gate) of a GRU with {self.size.words} is\n\n$$\n{self.equation('r')}\n$$\n\n"
            f"with the weights\n\n{shown(*self.weights('r'))}\n\n"
            f"The input and the last hidden state are\n\n{shown(self.x, self.before)}\n\nWhat is $r_t$? {KEEP}"
        )

    def equations(self) -> str:
        rows = [self.equation(gate, " &= ") for gate in self.letters.order]
        rows.append(rf"h_t &= z_t \odot h_{{t-1}} + (1 - z_t) \odot {self.letters.candidate}")
        return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"

    def equation(self, gate: str, equals: str = " = ") -> str:
        W, U, b, c = self.letters.gate(gate)
        old = f"{U} h_{{t-1}}"
        if self.after:
            bias = f" + {b} + "
            state = rf"r_t \odot ({old} + {c})" if gate == "h" else f"{old} + {c}"
        else:
            bias, state = " + ", (rf"{U} (r_t \odot h_{{t-1}})" if gate == "h" else old) + f" + {b}"
        function = r"\tanh" if gate == "h" else r"\sigma"
        return f"{self.open[gate].latex}{equals}{function}({W} x_t{bias}{state})"

    # --- the working

    def input_(self, gate: str) -> Expr:
        return weigh(self.W[gate], self.x)

    def state_(self, gate: str) -> Expr:
        return weigh(self.U[gate], self.before)

    def bias(self, gate: str) -> tuple[Expr, ...]:
        return (self.b[gate], self.c[gate]) if self.after else (self.b[gate],)

    def inside(self, gate: str) -> Expr:
        """What goes into a gate, in the order of its equation."""
        if self.after:
            return self.input_(gate) + self.b[gate] + self.state_(gate) + self.c[gate]
        return self.input_(gate) + self.state_(gate) + self.b[gate]

    def candidate(self, reset: Expr, part: Expr) -> Expr:
        """What goes into the candidate, with this for the reset gate and for the part that it resets."""
        if self.after:
            return self.input_("h") + self.b["h"] + reset * part
        return self.input_("h") + weigh(self.U["h"], part) + self.b["h"]

    def lines(self) -> list[Line]:
        z, r, g = self.open["z"], self.open["r"], self.open["h"]
        gates = [line for gate in self.letters.order[:2] for line in self.gate_lines(gate)]
        if self.after:
            part = Line(self.part, self.state_("h") + self.c["h"], "recurrent part: of the candidate", places=PLACES)
        else:
            part = Line(self.part, r * self.before, "reset state: what is left of the old state", places=PLACES)
        return [
            *gates,
            part,
            Line(self.a["h"], self.candidate(r, self.part), "into the candidate: what tanh is taken of", places=PLACES),
            Line(g, tanh(self.a["h"]), "candidate: what could be new, between $-1$ and $1$", places=PLACES),
            Line(self.new, z * self.before + (1 - z) * g, "new state: old and candidate in shares", places=PLACES),
        ]

    def gate_lines(self, gate: str) -> list[Line]:
        name = GATES[gate]
        says = {"z": "near 1 keeps the old state", "r": "near 0 leaves the old state out of the candidate"}[gate]
        return [
            Line(self.a[gate], self.inside(gate), f"into the {name}: what the sigmoid is taken of", places=PLACES),
            Line(self.open[gate], sigmoid(self.a[gate]), f"{name}: {says}", places=PLACES),
        ]

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        z, g = self.open["z"], self.open["h"]
        return [
            slip("shares-swapped", "gave the old state the share $1 - z_t$ and the candidate $z_t$",
                 {self.new: (1 - z) * self.before + z * g}),
            *self._reset_slips(),
            slip("no-old-state", "left the old state out of the new one", {self.new: (1 - z) * g}),
            slip("no-candidate", "left the candidate out of the new state", {self.new: z * self.before}),
            slip("whole-candidate", "added the whole candidate instead of its share $1 - z_t$",
                 {self.new: z * self.before + g}),
            slip("candidate-sigmoid", "took the sigmoid for the candidate instead of tanh",
                 {g: sigmoid(self.a["h"])}),
            slip("update-gate-tanh", "took tanh for the update gate instead of the sigmoid", {z: tanh(self.a["z"])}),
            slip("no-state-in-update-gate", "left the old state out of the update gate",
                 {self.a["z"]: add(self.input_("z"), *self.bias("z"))}),
            *self._bias_slips(),
        ]  # fmt: skip

    def _reset_slips(self) -> list[Slip]:
        """Of the reset gate: where it stands, and what stands in its place."""
        z, r, old, inside = self.open["z"], self.open["r"], self.before, self.a["h"]
        if self.after:
            changed, wrong = inside, [self.candidate(each, self.part) for each in (Num(1), z, 1 - r)]
            weighted = weigh(self.U["h"], r * old) + self.c["h"]
            moved = ("reset-before", "reset the old state before the recurrent product", weighted + self.b["h"])
        else:
            changed, wrong = self.part, [old, z * old, (1 - r) * old]
            moved = ("reset-after", "reset the recurrent product instead of the old state",
                     r * self.state_("h") + self.b["h"])  # fmt: skip
        keys = (
            ("no-reset", "left the reset gate out of the candidate"),
            ("update-for-reset", "reset with the update gate"),
            ("reset-complement", "reset with $1 - r_t$ instead of $r_t$"),
        )
        found = [slip(key, words, {changed: each}) for (key, words), each in zip(keys, wrong, strict=True)]
        if self.size.units > 1:  # of one unit the old state and the product are the same, but for a bias
            key, words, rest = moved
            found.append(slip(key, words, {inside: self.input_("h") + rest}))
        return found

    def _bias_slips(self) -> list[Slip]:
        if not self.after:
            no_bias = self.input_("h") + weigh(self.U["h"], self.part)
            return [slip("no-bias", "left out the bias of the candidate", {self.a["h"]: no_bias}, credit=0.5)]
        outside = self.input_("h") + self.b["h"] + self.open["r"] * self.state_("h") + self.c["h"]
        return [
            slip("bias-not-reset", "left the recurrent bias of the candidate out of the bracket that is reset",
                 {self.a["h"]: outside}, credit=0.5),
            slip("one-bias", "left out the recurrent bias of the candidate", {self.part: self.state_("h")}, credit=0.5),
        ]  # fmt: skip

    def reset_slips(self) -> list[Slip]:
        """Of the reset gate alone."""
        inside, gate = self.a["r"], self.open["r"]
        found = [
            slip("no-recurrent-term", "left out the last state", {inside: self.input_("r") + self.b["r"]}),
            slip("no-input-term", "left out the input", {inside: self.state_("r") + self.b["r"]}),
            slip("no-bias", "left out the bias", {inside: self.input_("r") + self.state_("r")}, credit=0.5),
            slip("state-not-weighted", "added the last state without its weights",
                 {inside: self.input_("r") + self.before + self.b["r"]}),
            slip("gate-tanh", "took tanh instead of the sigmoid", {gate: tanh(inside)}),
            slip("no-activation", "left out the sigmoid", {gate: inside}),
            slip("gate-complement", "took $1 - r_t$, as of the update gate", {gate: 1 - sigmoid(inside)}),
        ]  # fmt: skip
        if self.size.units > 1:
            columns = self.input_("r") + self.before @ self.U["r"] + self.b["r"]
            found.append(slip("columns-for-rows", "multiplied with the columns of $U_r$ instead of its rows",
                              {inside: columns}))  # fmt: skip
        return found

    # --- the second way: unit by unit, in full precision

    def by_loops(self, n: Numbers) -> list[float]:
        x, old = read(n, self.x), read(n, self.before)
        z, r = self._gate(n, "z"), self._gate(n, "r")
        reset = [each * gate for each, gate in zip(old, r, strict=True)]
        state = []
        for unit in range(self.size.units):
            total = row_times(n, self.W["h"], unit, x) + read(n, self.b["h"])[unit]
            if self.after:
                total += r[unit] * (row_times(n, self.U["h"], unit, old) + read(n, self.c["h"])[unit])
            else:
                total += row_times(n, self.U["h"], unit, reset)
            new = math_tanh(total)
            state.append(new + z[unit] * (old[unit] - new))
        return state

    def reset_by_loops(self, n: Numbers) -> list[float]:
        return self._gate(n, "r")

    def _gate(self, n: Numbers, gate: str) -> list[float]:
        x, old = read(n, self.x), read(n, self.before)
        biases = [self.b, self.c] if self.after else [self.b]
        return [
            logistic(
                row_times(n, self.W[gate], unit, x)
                + row_times(n, self.U[gate], unit, old)
                + sum(read(n, bias[gate])[unit] for bias in biases)
            )
            for unit in range(self.size.units)
        ]
