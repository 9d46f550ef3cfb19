"""The cell state of an LSTM by the cell state some steps before it."""

from __future__ import annotations

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import tanh
from generator.lstm_over_time import ONE_UNIT, WRITTEN, Cell, cell
from generator.notation import Expr, Sym, replace

HIDDEN = r"h_t = o_t \odot \tanh(c_t)"


@family(
    "lstm-cell-unrolled",
    topic="Derivations",
    sources=("004",),
    tags=("rnn", "lstm"),
    asked=("cell state", "hidden state"),
    steps=(2, 3, 4),
    coupled=(False, True),
    written=WRITTEN,
)
def lstm_cell_unrolled(asked: str, steps: int, coupled: bool, written: str) -> Problem:
    """The cell state of an LSTM, or its hidden state, by the cell state some steps before, as an expression."""
    found = Unrolled(cell(written, steps, coupled), steps, asked == "hidden state")
    return Problem(
        ask=found.ask(),
        lines=tuple(found.lines()),
        slips=tuple(found.slips()),
        answer=Answer("expression", found.answer),
        proves={found.answer: found.expanded()},
    )


class Unrolled:
    """A cell over some steps back from its last one. ``hidden``: asked for the hidden state, and not the cell state."""

    def __init__(self, cell: Cell, steps: int, hidden: bool) -> None:
        self.cell, self.steps, self.hidden = cell, steps, hidden
        self.first = cell.at("c", steps)
        self.answer = self.shown("h", 0) if hidden else self.state(0)

    def ask(self) -> str:
        told = rf"{self.cell.equation()}, \qquad {HIDDEN}" if self.hidden else self.cell.equation()
        wanted = self.cell.latex("h" if self.hidden else "c", 0)
        return (
            f"{self.cell.words} updates its state by\n\n$$\n{told}\n$$\n\n{ONE_UNIT} What is ${wanted}$ in terms of "
            f"${self.first.latex}$, the gates and the candidates?"
        )

    # --- the quantities of the lines

    def state(self, back: int) -> Sym:
        """A cell state by the first one: the last goes by its own name, those between by s."""
        return self.shown("c", 0) if back == 0 else Sym(f"s_{back}", self.cell.latex("s", back))

    def shown(self, letter: str, back: int) -> Sym:
        """The quantity that is asked for."""
        return Sym(f"asked_{letter}", self.cell.latex(letter, back))

    def kept(self, back: int) -> Sym:
        return Sym(f"k_{back}", self.cell.latex("k", back))

    def before(self, back: int) -> Expr:
        return self.first if back + 1 == self.steps else self.state(back + 1)

    def new(self, back: int) -> Expr:
        return self.cell.let_in(back) * self.cell.at("ctilde", back)

    # --- the working

    def lines(self) -> list[Line]:
        found = []
        for back in reversed(range(self.steps)):
            name = self.cell.latex("c", back)
            first = back + 1 == self.steps
            why = "the cell's equation at that step" if first else "substitution of the state before"
            found += [
                Line(self.kept(back), self.cell.at("f", back) * self.before(back),
                     f"kept in ${name}$: {why}"),
                Line(self.state(back), self.kept(back) + self.new(back),
                     f"cell state ${name}$: what is kept and what is let in"),
            ]  # fmt: skip
        if self.hidden:
            found.append(Line(self.answer, self.cell.at("o", 0) * tanh(self.state(0)), "hidden state: substitution"))
        return found

    def expanded(self) -> Expr:
        """The answer multiplied out: every candidate through its input gate and all later forget gates."""
        cell, found = self.cell, list[Expr]()
        for back in range(self.steps + 1):
            term = self.first if back == self.steps else self.new(back)
            for later in range(back):
                term = cell.at("f", later) * term
            found.append(term)
        total = sum(found[1:], found[0])
        return cell.at("o", 0) * tanh(total) if self.hidden else total

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        at, last, steps = self.cell.at, self.steps - 1, range(self.steps)
        one = self.cell.latex("c", 1)
        found = [
            slip("one-step", f"stopped at ${one}$, one step back", {self.kept(0): at("f", 0) * at("c", 1)}),
            slip("gates-not-shifted", "took the last step's gates and candidate at the steps before as well",
                 {line: replace(expr, self._unshifted(back)) for back in range(1, self.steps)
                  for line, expr in self._of(back).items()}),
            slip("state-skipped", f"put ${self.first.latex}$ where ${one}$ belongs",
                 {self.kept(0): at("f", 0) * self.first}),
            slip("earlier-candidates-left-out", "left out what was let in at the steps before",
                 {self.state(back): self.kept(back) for back in range(1, self.steps)}),
            slip("bracket-forgotten", "multiplied only one summand of the state before by the forget gate",
                 {self.kept(0): at("f", 0) * self.kept(1) + self.new(1)}),
            slip("forget-gate-on-all", "multiplied the last candidate by the forget gate, too",
                 {self.state(0): self.kept(0) + at("f", 0) * self.new(0)}),
            slip("no-input-gate", "let the candidates in past their gates",
                 {self.state(back): self.kept(back) + at("ctilde", back) for back in steps}),
            slip("forget-gates-added", "added the forget gate to the state instead of multiplying",
                 {self.kept(back): at("f", back) + self.before(back) for back in steps}),
            slip("forgot-complement", "kept what should be forgotten, with $1 - f$ for $f$",
                 {self.kept(back): (1 - at("f", back)) * self.before(back) for back in steps}),
            slip("no-last-candidate", "left out what is let in at the last step", {self.state(0): self.kept(0)}),
            slip("first-forget-gate-missing", f"took ${self.first.latex}$ over past its forget gate",
                 {self.kept(last): self.first}),
        ]  # fmt: skip
        if not self.cell.coupled:
            found.append(slip("gates-swapped", "swapped forget and input gates", {
                **{self.kept(back): at("i", back) * self.before(back) for back in steps},
                **{self.state(back): self.kept(back) + at("f", back) * at("ctilde", back) for back in steps},
            }))  # fmt: skip
        return found + self._hidden_slips() if self.hidden else found

    def _hidden_slips(self) -> list[Slip]:
        out, state = self.cell.at("o", 0), self.state(0)
        return [
            slip("no-tanh", "left out the tanh around the cell state", {self.answer: out * state}),
            slip("no-output-gate", "left out the output gate", {self.answer: tanh(state)}),
            slip("output-gate-inside", "put the output gate into the tanh", {self.answer: tanh(out * state)}),
        ]  # fmt: skip

    def _of(self, back: int) -> dict[Sym, Expr]:
        """The two lines of a step."""
        return {self.kept(back): self.cell.at("f", back) * self.before(back),
                self.state(back): self.kept(back) + self.new(back)}  # fmt: skip

    def _unshifted(self, back: int) -> dict[Sym, Expr]:
        return {self.cell.at(letter, back): self.cell.at(letter, 0) for letter in ("f", "i", "ctilde")}
