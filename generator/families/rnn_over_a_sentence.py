"""A simple recurrent network run over three words by hand, each fed as a one-hot vector."""

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
    several,
    shown,
    unsaturated,
    weigh,
)
from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Call, Expr, Function, Sym
from generator.resources import sentences
from generator.space import Axis

STEPS, VOCABULARY = 3, 4
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth"}
sentence = Sym("sentence", "s")
# where the sentence's first four words stand in the vocabulary
PLACES_OF = {"3 1 4 2": (3, 1, 4, 2), "2 4 1 3": (2, 4, 1, 3)}


def word(place: int) -> Expr:
    return Call(Function(f"pick_{place}", str, lambda s: s[place - 1]), (sentence,))


different = Function("different", str, lambda s: len(set(s[:VOCABULARY])))


@family(
    "rnn-over-a-sentence",
    topic="By hand",
    sources=("002", "003"),
    tags=("rnn", "nlp"),
    asked=("state", "output"),
    units=(1, 2),
    places=tuple(PLACES_OF),
)
def rnn_over_a_sentence(asked: str, units: int, places: str) -> Problem:
    """The last state of a simple recurrent network over three one-hot words, or its output."""
    network = Network(units, PLACES_OF[places], asked == "output")
    return Problem(
        ask=network.ask(),
        numbers={sentence: Axis(sentences()), **network.numbers},
        given=network.words,
        lines=tuple(network.lines()),
        slips=tuple(network.slips()),
        answer=network.answer(),
        check=network.by_one_hot,
        where=network.where(),
    )


class Network:
    """The quantities of a run: a column of the kernel for every word of the vocabulary, a sum and a state per step."""

    def __init__(self, units: int, places: tuple[int, ...], output: bool) -> None:
        self.units, self.places, self.output = units, places, output
        self.kept = FINE if output else PLACES
        size = Size(units, units)  # one unit is written with plain numbers
        self.columns = {place: size.state(f"weight_{place}", f"w_{place}") for place in range(1, VOCABULARY + 1)}
        self.U, self.b = size.recurrent("recurrent_kernel", "W_{hh}"), size.state("bias", "b_h")
        self.V, self.c = size.readout("output_kernel", "W_{hy}"), size.single("output_bias", "b_y")
        self.a = {step: size.state(f"a_{step}", f"a_{step}") for step in self.steps}
        self.h = {step: size.state(f"h_{step}", f"h_{step}") for step in self.steps}
        self.s, self.y = size.single("s", "s"), size.single("y", "y")

    @property
    def steps(self) -> range:
        return range(1, STEPS + 1)

    @property
    def words(self) -> dict[Sym, Expr]:
        return {Sym(f"word_{place}"): word(place) for place in range(1, VOCABULARY + 1)}

    @property
    def numbers(self) -> dict[Sym, Axis]:
        drawn = dict.fromkeys((*self.columns.values(), self.U, self.b), SMALL)
        return {**drawn, self.V: WIDE, self.c: SMALL} if self.output else drawn

    def answer(self) -> Answer:
        asked = self.y if self.output else self.h[STEPS]
        return Answer("vector" if asked.shape else "decimal", asked)

    def where(self) -> tuple[Condition, ...]:
        sums = (*self.a.values(), self.s) if self.output else tuple(self.a.values())
        return (less(VOCABULARY - 1, different(sentence)), *unsaturated(sums))

    def ask(self) -> str:
        text = " ".join(f"[[ word_{step} ]]" for step in self.steps)
        vocabulary = ", ".join(f"[[ word_{self.places.index(place) + 1} ]]" for place in self.columns)
        kernel = (
            r"W_{xh} = \begin{pmatrix} " + " & ".join(sym.latex for sym in self.columns.values()) + r" \end{pmatrix}"
        )
        output = r", \qquad y = \sigma(W_{hy} h_3 + b_y)" if self.output else ""
        weights = shown(self.U, self.b, self.V, self.c) if self.output else shown(self.U, self.b)
        asked = "the output $y$ after the last word" if self.output else "the state $h_3$ after the last word"
        return (
            f"A simple recurrent network with {several(self.units, 'unit')} reads the text “{text}”, one word per "
            f"timestep. Each word $x_t$ is a one-hot vector over the vocabulary {vocabulary} (in this order).\n\n"
            "$$\nh_0 = 0, \\qquad h_t = \\tanh(W_{xh} x_t + W_{hh} h_{t-1} + b_h)" + output + "\n$$\n\n"
            f"The kernel ${kernel}$ has one column per word of the vocabulary:\n\n{shown(*self.columns.values())}\n\n"
            f"The other weights are\n\n{weights}\n\nWhat is {asked}? {KEEP_FINE if self.output else KEEP}"
        )

    # --- the working

    def column(self, step: int) -> Sym:
        """The column that the word of a step picks."""
        return self.columns[self.places[step - 1]]

    def inside(self, step: int, column: Sym | None = None) -> Expr:
        """What goes into a step; the state before the first one is zero."""
        chosen = column or self.column(step)
        return chosen + weigh(self.U, self.h[step - 1]) + self.b if step > 1 else chosen + self.b

    def lines(self) -> list[Line]:
        found = []
        for step in self.steps:
            place = ORDINALS[self.places[step - 1]]
            came = f"the one-hot vector picks the {place} column" + ("; no state before" if step == 1 else "")
            found += [
                Line(self.a[step], self.inside(step), f"into step {step}: {came}", places=self.kept),
                Line(self.h[step], tanh(self.a[step]), f"state {step}: between $-1$ and $1$", places=self.kept),
            ]
        if self.output:
            weighted = weigh(self.V, self.h[STEPS]) + self.c
            found += [
                Line(self.s, weighted, "into the output: the last state, weighted, and the bias", places=self.kept),
                Line(self.y, sigmoid(self.s), "output: between 0 and 1", places=self.kept),
            ]
        return found

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        a, h, b = self.a, self.h, self.b
        found = [
            slip("columns-in-order", "took the columns one after the other, whatever the words",
                 {a[step]: self.inside(step, self.columns[step]) for step in self.steps}),
            slip("read-backwards", "read the words backwards",
                 {a[step]: self.inside(step, self.column(STEPS + 1 - step)) for step in (1, STEPS)}),
            slip("zero-state", "began every step from the zero state",
                 {a[step]: self.column(step) + b for step in self.steps[1:]}),
            slip("state-not-weighted", "added the state before without its weights",
                 {a[step]: self.column(step) + h[step - 1] + b for step in self.steps[1:]}),
            slip("step-skipped", "went on from the first state in the third step",
                 {a[3]: self.column(3) + weigh(self.U, h[1]) + b}),
            slip("stopped-early", "stopped after the second word", {h[3]: h[2]}),
            slip("no-bias", "left out the bias",
                 {a[1]: self.column(1)} | {a[step]: self.column(step) + weigh(self.U, h[step - 1])
                                           for step in self.steps[1:]}, credit=0.5),
            slip("no-activation", "left out tanh", {h[step]: a[step] for step in self.steps}),
            slip("sigmoid-for-tanh", "took the sigmoid instead of tanh",
                 {h[step]: sigmoid(a[step]) for step in self.steps}),
        ]  # fmt: skip
        if self.units > 1:
            found.append(slip("columns-for-rows", "multiplied with the columns of $W_{hh}$ instead of its rows",
                              {a[step]: self.column(step) + h[step - 1] @ self.U + b
                               for step in self.steps[1:]}))  # fmt: skip
        return found + self._output_slips() if self.output else found

    def _output_slips(self) -> list[Slip]:
        return [
            slip("no-output-bias", "left out the bias of the output", {self.s: weigh(self.V, self.h[3])}, credit=0.5),
            slip("no-output-activation", "left out the sigmoid of the output", {self.y: self.s}),
            slip("tanh-for-sigmoid", "took tanh instead of the sigmoid for the output", {self.y: tanh(self.s)}),
        ]

    def by_one_hot(self, n: Numbers) -> list[float]:
        """The second way: the whole kernel times the one-hot vectors, in full precision."""
        kernel = [read(n, column) for column in self.columns.values()]
        vocabulary = sorted(range(VOCABULARY), key=lambda spoken: self.places[spoken])
        state = [0.0] * self.units
        for spoken in range(STEPS):
            one_hot = [int(each == spoken) for each in vocabulary]
            state = [
                math_tanh(
                    sum(hot * column[unit] for hot, column in zip(one_hot, kernel, strict=True))
                    + row_times(n, self.U, unit, state)
                    + read(n, self.b)[unit]
                )
                for unit in range(self.units)
            ]
        return [logistic(row_times(n, self.V, 0, state) + read(n, self.c)[0])] if self.output else state
