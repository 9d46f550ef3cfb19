"""One step of a simple recurrent cell by hand."""

from __future__ import annotations

from math import tanh as math_tanh

from generator.cells import (
    FINE,
    KEEP,
    KEEP_FINE,
    PLACES,
    SMALL,
    WIDE,
    Size,
    logistic,
    read,
    row_times,
    shown,
    state_answer,
    unsaturated,
    weigh,
)
from generator.derivation import Line, Numbers, Problem, Slip, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Sym
from generator.space import Axis

STATE = r"h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b_h)"
OUTPUT = r"y_t = \sigma(W_{hy} h_t + b_y)"


@family(
    "rnn-step",
    topic="By hand",
    sources=("002",),
    tags=("rnn",),
    units=(1, 2),
    features=(1, 2),
    asked=("state", "output"),
)
def rnn_step(units: int, features: int, asked: str) -> Problem:
    """The new state of a simple recurrent cell after one timestep, or its output, with decimals."""
    cell = Cell(Size(units, features), asked == "output")
    return Problem(
        ask=cell.ask(),
        numbers=cell.numbers,
        lines=tuple(cell.lines()),
        slips=tuple(cell.slips()),
        answer=state_answer(cell.y if cell.output else cell.h),
        check=cell.by_loops,
        where=unsaturated((cell.a, cell.s) if cell.output else (cell.a,)),
    )


class Cell:
    """The quantities of a step; of the output only where it is asked for."""

    def __init__(self, size: Size, output: bool) -> None:
        self.size, self.output, self.places = size, output, FINE if output else PLACES
        self.x, self.before = size.input(), size.state("last_state", "h_{t-1}")
        self.W, self.U = size.kernel("kernel", "W_{xh}"), size.recurrent("recurrent_kernel", "W_{hh}")
        self.b, self.a, self.h = size.state("bias", "b_h"), size.state("a", "a_t"), size.state("h", "h_t")
        self.V, self.c = size.readout("output_kernel", "W_{hy}"), size.single("output_bias", "b_y")
        self.s, self.y = size.single("s", "s_t"), size.single("y", "y_t")

    @property
    def numbers(self) -> dict[Sym, Axis]:
        drawn = dict.fromkeys((self.x, self.before, self.W, self.U, self.b), SMALL)
        return {**drawn, self.V: WIDE, self.c: SMALL} if self.output else drawn

    def ask(self) -> str:
        equations = rf"{STATE}, \qquad {OUTPUT}" if self.output else STATE
        weights = shown(self.W, self.U, self.b) + ("\n\n" + shown(self.V, self.c) if self.output else "")
        asked = "output $y_t$" if self.output else "new hidden state $h_t$"
        return (
            f"A simple recurrent cell with {self.size.words} takes one step:\n\n$$\n{equations}\n$$\n\n"
            f"Its weights are\n\n{weights}\n\nThe input and the last hidden state are\n\n{shown(self.x, self.before)}"
            f"\n\nWhat is the {asked}? {KEEP_FINE if self.output else KEEP}"
        )

    def lines(self) -> list[Line]:
        inside = weigh(self.W, self.x) + weigh(self.U, self.before) + self.b
        found = [
            Line(self.a, inside, "before tanh: input and last state, weighted, and the bias", places=self.places),
            Line(self.h, tanh(self.a), "new state: between $-1$ and $1$", places=self.places),
        ]
        if self.output:
            weighted = weigh(self.V, self.h) + self.c
            found += [
                Line(self.s, weighted, "before the sigmoid: the new state, weighted, and the bias", places=self.places),
                Line(self.y, sigmoid(self.s), "output: between 0 and 1", places=self.places),
            ]
        return found

    def slips(self) -> list[Slip]:
        input_, state = weigh(self.W, self.x), weigh(self.U, self.before)
        found = [
            slip("no-recurrent-term", "left out the last state", {self.a: input_ + self.b}),
            slip("no-input-term", "left out the input", {self.a: state + self.b}),
            slip("no-bias", "left out the bias of the state", {self.a: input_ + state}, credit=0.5),
            slip("state-not-weighted", "added the last state without its weights",
                 {self.a: input_ + self.before + self.b}),
            slip("no-activation", "left out tanh", {self.h: self.a}),
            slip("sigmoid-for-tanh", "took the sigmoid instead of tanh for the state", {self.h: sigmoid(self.a)}),
        ]  # fmt: skip
        if self.size.units > 1:
            found.append(slip("columns-for-rows", "multiplied with the columns of $W_{hh}$ instead of its rows",
                              {self.a: input_ + self.before @ self.U + self.b}))  # fmt: skip
        if self.size.units == self.size.features:
            found.append(slip("kernels-swapped", "swapped the weights of the input and those of the state",
                              {self.a: weigh(self.U, self.x) + weigh(self.W, self.before) + self.b}))  # fmt: skip
        return found + self._output_slips() if self.output else found

    def _output_slips(self) -> list[Slip]:
        return [
            slip("old-state-out", "made the output from the last state instead of the new one",
                 {self.s: weigh(self.V, self.before) + self.c}),
            slip("no-output-bias", "left out the bias of the output", {self.s: weigh(self.V, self.h)}, credit=0.5),
            slip("no-output-activation", "left out the sigmoid of the output", {self.y: self.s}),
            slip("tanh-for-sigmoid", "took tanh instead of the sigmoid for the output", {self.y: tanh(self.s)}),
        ]  # fmt: skip

    def by_loops(self, n: Numbers) -> object:
        """The second way: unit by unit, in full precision."""
        x, before, b = (read(n, sym) for sym in (self.x, self.before, self.b))
        state = [
            math_tanh(row_times(n, self.W, unit, x) + row_times(n, self.U, unit, before) + b[unit])
            for unit in range(self.size.units)
        ]
        return [logistic(row_times(n, self.V, 0, state) + read(n, self.c)[0])] if self.output else state
