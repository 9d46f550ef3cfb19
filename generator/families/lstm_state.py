"""The states of an LSTM cell by hand, from its gates: what is kept, what is added, what is let out."""

from __future__ import annotations

from math import tanh as math_tanh

from generator.cells import PLACES, SMALL, Size, read, several, shown, state_answer
from generator.derivation import Condition, Figure, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Sym, add
from generator.space import Axis, among, tenths

BETWEEN, MEMORY = tenths(1, 9), tenths(-60, 60)
# the axes of forget and input gate: how far each of them is open
OPEN: dict[str, tuple[Axis, Axis]] = {
    "between": (BETWEEN, BETWEEN),
    "keep": (among(1), among(0)),
    "replace": (among(0), among(1)),
    "switches": (among(0, 1), among(0, 1)),
}
CELL = r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t"
HIDDEN = r"h_t = o_t \odot \tanh(c_t)"


@family(
    "lstm-state",
    topic="By hand",
    sources=("002", "003", "004"),
    tags=("rnn", "lstm"),
    asked=("cell state", "hidden state"),
    gates=tuple(OPEN),
    units=(1, 3),
)
def lstm_state(asked: str, gates: str, units: int) -> Problem | None:
    """The new cell state of an LSTM, or its hidden state, from gates that are half open, or fully open or shut."""
    if gates != "between" and (units == 1 or asked == "hidden state"):
        return None
    cell = Cell(Size(units, 1), gates, asked == "hidden state")
    return Problem(
        ask=cell.ask(),
        numbers=cell.numbers(),
        lines=tuple(cell.lines()),
        slips=tuple(cell.slips()),
        answer=state_answer(cell.h if cell.hidden else cell.c),
        check=cell.by_branches,
        where=cell.where(),
        figure=Figure("lstm-cell"),
    )


class Cell:
    """The gates and states of a cell. ``hidden``: asked for the hidden state, and not for the cell state."""

    def __init__(self, size: Size, gates: str, hidden: bool) -> None:
        self.size, self.gates, self.hidden = size, gates, hidden
        self.f, self.i = size.state("forget_gate", "f_t"), size.state("input_gate", "i_t")
        self.o, self.g = size.state("output_gate", "o_t"), size.state("candidate", r"\tilde{c}_t")
        self.memory = size.state("last_cell_state", "c_{t-1}")
        self.kept, self.new = size.state("kept", "k_t"), size.state("added", "a_t")
        self.c, self.h = size.state("c", "c_t"), size.state("h", "h_t")

    def numbers(self) -> dict[Sym, Axis]:
        forget, let_in = OPEN[self.gates]
        if self.hidden:  # a gate and the other's complement are never the same: an exchange shows
            forget, let_in = tenths(6, 9), tenths(1, 3)
            return {self.f: forget, self.i: let_in, self.o: BETWEEN, self.g: SMALL, self.memory: tenths(-30, 30)}
        return {self.f: forget, self.i: let_in, self.g: SMALL, self.memory: MEMORY}

    def where(self) -> tuple[Condition, ...]:
        if self.gates != "switches":
            return ()
        opened = add(*self.f.parts)  # all open, or none, are cases of their own
        return (less(0, opened), less(opened, self.size.units))

    def ask(self) -> str:
        equations = rf"{CELL}, \qquad {HIDDEN}" if self.hidden else CELL
        gates = shown(self.f, self.i, self.o) if self.hidden else shown(self.f, self.i)
        asked = f"hidden state $h_t$? Give {PLACES} decimals." if self.hidden else "cell state $c_t$?"
        return (
            f"An LSTM cell with {several(self.size.units, 'unit')} updates its state by\n\n$$\n{equations}\n$$\n\n"
            f"In one step its gates are\n\n{gates}\n\nand the candidate and the last cell state are\n\n"
            f"{shown(self.g, self.memory)}\n\nWhat is the new {asked}"
        )

    def lines(self) -> list[Line]:
        places = 2 if self.gates == "between" else 1  # products of tenths, or of whole numbers and tenths
        found = [
            Line(self.kept, self.f * self.memory, "kept: the memory, through the forget gate", places=places),
            Line(self.new, self.i * self.g, "added: the candidate, through the input gate", places=places),
            Line(self.c, self.kept + self.new, "cell state: what is kept and what is added", places=places),
        ]
        if self.hidden:
            found.append(Line(self.h, self.o * tanh(self.c), "hidden state: through the output gate", places=PLACES))
        return found

    def slips(self) -> list[Slip]:
        f, i, g, memory = self.f, self.i, self.g, self.memory
        found = [
            slip("input-gate-on-memory", "put the memory through the input gate", {self.kept: i * memory}),
            slip("forget-gate-on-candidate", "put the candidate through the forget gate", {self.new: f * g}),
            slip("no-forget-gate", "kept the whole memory, past the forget gate", {self.kept: memory}),
            slip("no-input-gate", "let the whole candidate in, past the input gate", {self.new: g}),
            slip("forgot-complement", "forgot with $1 - f_t$ instead of $f_t$", {self.kept: (1 - f) * memory}),
            slip("forget-gate-added", "added the forget gate to the memory instead of multiplying",
                 {self.kept: f + memory}),
            slip("input-gate-added", "added the input gate to the candidate instead of multiplying", {self.new: i + g}),
            slip("no-memory", "left out what is kept", {self.c: self.new}),
            slip("no-candidate", "left out what is added", {self.c: self.kept}),
            slip("multiplied", "multiplied what is kept with what is added", {self.c: self.kept * self.new}),
            slip("candidate-for-state", "took the candidate itself for the new cell state", {self.c: g}),
        ]  # fmt: skip
        if self.hidden:
            return found + self._hidden_slips()
        return [*found, slip("memory-for-state", "left the cell state as it was", {self.c: memory})]

    def _hidden_slips(self) -> list[Slip]:
        return [
            slip("no-tanh", "left out the tanh around the cell state", {self.h: self.o * self.c}, credit=0.5),
            slip("no-output-gate", "left out the output gate", {self.h: tanh(self.c)}),
            slip("old-cell-state", "let out the old cell state instead of the new one",
                 {self.h: self.o * tanh(self.memory)}),
            slip("sigmoid-for-tanh", "took the sigmoid of the cell state instead of its tanh",
                 {self.h: self.o * sigmoid(self.c)}),
        ]  # fmt: skip

    def by_branches(self, n: Numbers) -> list[float]:
        """The second way: unit by unit, in hundredths, that come out whole."""
        found = []
        for f, i, g, memory in zip(*(read(n, sym) for sym in (self.f, self.i, self.g, self.memory)), strict=True):
            hundredths = round(10 * f) * round(10 * memory) + round(10 * i) * round(10 * g)
            found.append(hundredths / 100)
        if not self.hidden:
            return found
        return [o * math_tanh(c) for o, c in zip(read(n, self.o), found, strict=True)]
