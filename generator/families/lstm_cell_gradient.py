"""The gradient of an LSTM's cell state, some steps back: the product of forget gates, and what comes through h."""

from __future__ import annotations

from collections.abc import Callable

from generator.algebra import slope
from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.lstm_over_time import ONE_UNIT, WRITTEN, Cell, cell
from generator.notation import Expr, Sym, add, div, mul
from generator.readout import partial

GATES = ("f", "i", "ctilde")
NOT_IN = {"through gates": (2, 3, 4), "through h": (4,), "cell state alone": (1,)}  # steps that are not asked


@family(
    "lstm-cell-gradient",
    topic="Derivations",
    sources=("003", "004"),
    tags=("rnn", "lstm", "vanishing"),
    paths=tuple(NOT_IN),
    steps=(1, 2, 3, 4),
    coupled=(False, True),
    written=WRITTEN,
)
def lstm_cell_gradient(paths: str, steps: int, coupled: bool, written: str) -> Problem | None:
    """The gradient that reaches an earlier cell state of an LSTM: by forget gates alone, or through h as well."""
    if steps in NOT_IN[paths] or (coupled and paths != "through gates"):
        return None  # the input gate is on no path but those through the gates
    found = cell(written, steps, coupled)
    kinds: dict[str, Callable[[], Problem]] = {
        "cell state alone": lambda: Alone(found, steps).problem(),
        "through h": lambda: ThroughHidden(found, steps).problem(),
        "through gates": lambda: ThroughGates(found).problem(),
    }
    return kinds[paths]()


def by_own_value(cell: Cell, back: int) -> Expr:
    """∂h/∂c at a step: the output gate times the derivative of tanh."""
    return cell.at("o", back) * (1 - tanh(cell.at("c", back)) ** 2)


class Alone:
    """Along the cell states, with the gates given: δc is multiplied by a forget gate at every step back."""

    def __init__(self, cell: Cell, steps: int) -> None:
        self.cell, self.steps = cell, steps
        self.came, self.asked = cell.at("dc", 0), Sym("asked", cell.latex("dc", steps))
        self.product = self.between(0, steps)

    def between(self, late: int, early: int) -> Sym:
        """∂c/∂c from a step to an earlier one."""
        return partial(self.cell.latex("c", late), self.cell.latex("c", early), f"dc_{late}_dc_{early}")

    def problem(self) -> Problem:
        whole = self.came * self.cell.at("c", 0)
        states = {self.cell.at("c", back): self.unrolled(back) for back in range(self.steps)}
        return Problem(
            ask=f"An LSTM cell updates its state by\n\n$$\n{self.cell.equation()}\n$$\n\n{ONE_UNIT} Let "
            f"${self.came.latex}$ be the gradient of the loss that has reached ${self.cell.latex('c', 0)}$. What of it "
            f"reaches ${self.cell.latex('c', self.steps)}$ along the cell states alone, with the gates and candidates "
            f"held fixed: what is ${self.asked.latex}$?",
            lines=tuple(self.lines()),
            slips=tuple(self.slips()),
            answer=Answer("expression", self.asked),
            proves={self.asked: Derivative(whole, self.cell.at("c", self.steps))},
            opens=states,
        )

    def unrolled(self, back: int) -> Expr:
        at = self.cell.at
        return at("f", back) * at("c", back + 1) + at("i", back) * at("ctilde", back)

    def factors(self) -> list[Sym]:
        return [self.between(back, back + 1) for back in range(self.steps)]

    def lines(self) -> list[Line]:
        at, latex = self.cell.at, self.cell.latex
        return [
            *(Line(self.between(back, back + 1), at("f", back),
                   f"factor {back + 1}: immediate partial, ${latex('c', back)}$ by ${latex('c', back + 1)}$")
              for back in range(self.steps)),
            Line(self.product, mul(*self.factors()), "product: chain rule along the cell states"),
            Line(self.asked, self.came * self.product, "gradient: chain rule, what comes times the product"),
        ]  # fmt: skip

    def slips(self) -> list[Slip]:
        at, steps = self.cell.at, range(self.steps)

        def every(key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
            return slip(key, words, {self.between(back, back + 1): wrong(back) for back in steps})

        return [
            slip("forward", "ran the recursion forward, and divided by the forget gates",
                 {self.asked: div(self.came, self.product)}),
            every("index-off-by-one", "took the forget gate of the earlier state's step instead of the later one's",
                  lambda back: at("f", back + 1)),
            slip("one-step", "went one step back only", {self.product: self.factors()[0]}),
            slip("one-step-too-few", "stopped one step too early", {self.product: mul(*self.factors()[:-1])}),
            slip("forget-gates-added", "added the forget gates instead of multiplying them",
                 {self.product: add(*self.factors())}),
            every("input-gate", "took the input gates for the forget gates", lambda back: at("i", back)),
            every("complement", "took $1 - f$, what is forgotten, for what is kept", lambda back: 1 - at("f", back)),
            every("gate-derived", "derived the forget gates, which are held fixed",
                  lambda back: at("f", back) * (1 - at("f", back))),
            every("candidate-as-well", "took what the input gate lets in as part of the factor",
                  lambda back: at("f", back) + at("i", back)),
            slip("same-gate", "took the last forget gate at every step",
                 {self.product: mul(*(self.factors()[0] for _ in steps))}),
            slip("not-passed-on", "gave the product alone and left out what comes from later",
                 {self.asked: self.product}),
            every("tanh", "multiplied by the derivative of a tanh, of which there is none on this way",
                  lambda back: at("f", back) * (1 - tanh(at("c", back)) ** 2)),
        ]  # fmt: skip


class ThroughHidden:
    """The recursion in full: at every step back, through the forget gate and through the hidden state."""

    def __init__(self, cell: Cell, steps: int) -> None:
        self.cell, self.steps = cell, steps
        self.came, self.asked = cell.at("dc", 0), Sym("asked", cell.latex("dc", steps))

    def state(self, back: int) -> Sym:
        """δc at a step: the last one is given, the earliest asked for."""
        if back == 0:
            return self.came
        return self.asked if back == self.steps else Sym(f"e_{back}", self.cell.latex("e", back))

    def kept(self, back: int) -> Sym:
        return Sym(f"k_{back}", self.cell.latex("k", back))

    def out(self, back: int) -> Sym:
        return Sym(f"r_{back}", self.cell.latex("r", back))

    def slope(self, back: int) -> Sym:
        h, c = self.cell.latex("h", back), self.cell.latex("c", back)
        return partial(h, c, f"dh_{back}_dc_{back}")

    def problem(self) -> Problem:
        at, latex = self.cell.at, self.cell.latex
        first, rest = self.came * at("c", 0), [at("dh", back) * at("h", back) for back in range(1, self.steps + 1)]
        given = ", ".join(f"${latex('dh', back)}$" for back in range(1, self.steps + 1))
        states = ", ".join(f"${latex('h', back)}$" for back in range(1, self.steps + 1))
        opens = {at("h", back): at("o", back) * tanh(at("c", back)) for back in range(1, self.steps + 1)}
        inner = {at("c", back): at("f", back) * at("c", back + 1) + at("i", back) * at("ctilde", back)
                 for back in range(self.steps)}  # fmt: skip
        return Problem(
            ask=f"An LSTM cell updates its states by\n\n$$\n{self.cell.equation()}, \\qquad h_t = o_t \\odot "
            f"\\tanh(c_t)\n$$\n\n{ONE_UNIT} Let ${self.came.latex}$ be the gradient of the loss that has reached "
            f"${latex('c', 0)}$, and {given} what has reached {states} from the outputs and gates that read "
            f"{'them' if self.steps > 1 else 'it'}. What is ${self.asked.latex}$, through the cell states as well as "
            "through the hidden states?",
            lines=tuple(self.lines()),
            slips=tuple(self.slips()),
            answer=Answer("expression", self.asked),
            proves={self.asked: Derivative(add(first, *rest), at("c", self.steps))},
            opens={**opens, **inner},
            note="The recursion runs backward: $\\delta c_{t-1} = \\delta c_t \\odot f_t + \\delta h_{t-1} \\odot "
            "o_{t-1} \\odot (1 - \\tanh^2(c_{t-1}))$.",
        )

    def lines(self) -> list[Line]:
        at, latex, found = self.cell.at, self.cell.latex, list[Line]()
        for back in range(1, self.steps + 1):
            name = latex("c", back)
            found += [
                Line(self.kept(back), self.state(back - 1) * at("f", back - 1),
                     f"by the cell state to ${name}$: chain rule, through the forget gate"),
                Line(self.slope(back), by_own_value(self.cell, back),
                     f"slope of ${latex('h', back)}$: derivative of tanh, through the output gate"),
                Line(self.out(back), at("dh", back) * self.slope(back),
                     f"by the hidden state to ${name}$: chain rule, through the output"),
                Line(self.state(back), self.kept(back) + self.out(back), f"gradient at ${name}$: sum rule, both paths"),
            ]  # fmt: skip
        return found

    def slips(self) -> list[Slip]:
        at, steps = self.cell.at, range(1, self.steps + 1)

        def slopes(key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
            return slip(key, words, {self.slope(back): wrong(back) for back in steps})

        found = [
            slip("no-hidden-path", "left out the paths through the hidden states",
                 {self.state(back): self.kept(back) for back in steps}),
            slip("no-cell-path", "left out the paths along the cell states",
                 {self.state(back): self.out(back) for back in steps}),
            slip("forward", "ran the recursion forward, and divided by the forget gates",
                 {self.kept(back): div(self.state(back - 1), at("f", back - 1)) for back in steps}),
            slip("index-off-by-one", "took the forget gate of the earlier state's step instead of the later one's",
                 {self.kept(back): self.state(back - 1) * at("f", back) for back in steps}),
            slopes("tanh-not-derived", "took the tanh itself for its derivative",
                   lambda back: at("o", back) * tanh(at("c", back))),
            slopes("tanh-prime", "took $1 - \\tanh$ for the derivative of tanh, without the square",
                   lambda back: at("o", back) * (1 - tanh(at("c", back)))),
            slopes("no-output-gate", "left out the output gate", lambda back: 1 - tanh(at("c", back)) ** 2),
            slopes("no-tanh", "left out the derivative of tanh", lambda back: at("o", back)),
            slip("paths-multiplied", "multiplied the two paths instead of adding them",
                 {self.state(back): self.kept(back) * self.out(back) for back in steps}),
            slip("no-forget-gate", "passed the gradient on along the cell states past the forget gates",
                 {self.kept(back): self.state(back - 1) for back in steps}),
        ]  # fmt: skip
        if self.steps > 1:
            last = self.steps
            one = self.kept(last - 1) + self.out(last - 1) * at("f", last - 1)
            found.append(slip("one-summand", "multiplied only one summand by the forget gate", {self.kept(last): one}))
        return found


class ThroughGates:
    """One step in full: the cell state, and the gates, that read the hidden state before."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.asked = partial(cell.latex("c", 0), cell.latex("c", 1), "dc_dc")
        self.slope = partial(cell.latex("h", 1), cell.latex("c", 1), "dh_dc")
        self.by_hidden = partial(cell.latex("c", 0), cell.latex("h", 1), "dc_dh")

    def through(self, gate: str) -> Sym:
        return Sym(f"p_{gate}", f"p_{'c' if gate == 'ctilde' else gate}")

    def weight(self, gate: str) -> Sym:
        return Sym(f"u_{'c' if gate == 'ctilde' else gate}")

    def inside(self, gate: str) -> Expr:
        letter = "c" if gate == "ctilde" else gate
        return Sym(f"w_{letter}") * Sym("input") + self.weight(gate) * self.cell.at("h", 1)

    def gates(self) -> tuple[str, ...]:
        return tuple(gate for gate in GATES if not (self.cell.coupled and gate == "i"))

    def effect(self, gate: str) -> Expr:
        """∂c by a gate."""
        at = self.cell.at
        kept = at("c", 1) - at("ctilde", 0) if self.cell.coupled else at("c", 1)
        return {"f": kept, "i": at("ctilde", 0), "ctilde": self.cell.let_in(0)}[gate]

    def steep(self, gate: str) -> Expr:
        return slope(tanh if gate == "ctilde" else sigmoid, self.cell.at(gate, 0))

    def problem(self) -> Problem:
        at, latex = self.cell.at, self.cell.latex
        called = ", \\qquad ".join(map(self._gate, self.gates()))
        now = at("f", 0) * at("c", 1) + self.cell.let_in(0) * at("ctilde", 0)
        return Problem(
            ask=f"{self.cell.words} of one unit updates its states by\n\n$$\n{called}\n$$\n\n$$\n"
            f"{self._equation()}, \\qquad {latex('h', 1)} = {latex('o', 1)} \\tanh({latex('c', 1)})\n$$\n\nWhat is "
            f"$\\dfrac{{\\partial {latex('c', 0)}}}{{\\partial {latex('c', 1)}}}$ in full: by the cell state, and "
            f"through ${latex('h', 1)}$, which the gates and the candidate read? Write it with the gates and the "
            f"states; ${latex('o', 1)}$ does not depend on ${latex('c', 1)}$.",
            lines=tuple(self.lines()),
            slips=tuple(self.slips()),
            answer=Answer("expression", self.asked),
            proves={self.asked: Derivative(now, at("c", 1))},
            opens={
                **{at(gate, 0): (tanh if gate == "ctilde" else sigmoid)(self.inside(gate)) for gate in self.gates()},
                at("h", 1): at("o", 1) * tanh(at("c", 1)),
            },
        )

    def _gate(self, gate: str) -> str:
        """How a gate or the candidate comes about, as the stem has it."""
        latex, letter = self.cell.latex, "c" if gate == "ctilde" else gate
        called = r"\tanh" if gate == "ctilde" else r"\sigma"
        return f"{latex(gate, 0)} = {called}(w_{letter} {latex('x', 0)} + u_{letter} {latex('h', 1)})"

    def _equation(self) -> str:
        latex = self.cell.latex
        gate = f"(1 - {latex('f', 0)})" if self.cell.coupled else latex("i", 0)
        return f"{latex('c', 0)} = {latex('f', 0)} {latex('c', 1)} + {gate} {latex('ctilde', 0)}"

    def lines(self) -> list[Line]:
        names = {"f": "forget gate", "i": "input gate", "ctilde": "candidate"}
        h = self.cell.latex("h", 1)
        return [
            Line(self.slope, by_own_value(self.cell, 1),
                 f"slope of ${h}$: derivative of tanh, through the output gate"),
            *(Line(self.through(gate), self.effect(gate) * self.steep(gate) * self.weight(gate),
                   f"path by the {names[gate]}: chain rule") for gate in self.gates()),
            Line(self.by_hidden, add(*map(self.through, self.gates())), f"by ${h}$: sum rule, all gates that read it"),
            Line(self.asked, self.cell.at("f", 0) + self.by_hidden * self.slope,
                 "derivative: sum rule, the direct path and that by the hidden state"),
        ]  # fmt: skip

    def slips(self) -> list[Slip]:
        at, gates = self.cell.at, self.gates()

        def paths(key: str, words: str, wrong: Callable[[str], Expr]) -> Slip:
            return slip(key, words, {self.through(gate): wrong(gate) for gate in gates})

        return [
            slip("forget-gate-alone", "left out everything that comes through the hidden state",
                 {self.asked: at("f", 0)}),
            slip("no-direct-path", "left out the direct path, through the forget gate",
                 {self.asked: self.by_hidden * self.slope}),
            slip("no-tanh", "left out the derivative of the tanh in the hidden state", {self.slope: at("o", 1)}),
            slip("no-output-gate", "left out the output gate", {self.slope: 1 - tanh(at("c", 1)) ** 2}),
            slip("tanh-prime", "took $1 - \\tanh$ for the derivative of tanh, without the square",
                 {self.slope: at("o", 1) * (1 - tanh(at("c", 1)))}),
            paths("gates-not-derived", "forgot the derivatives of the gates' activation functions",
                  lambda gate: self.effect(gate) * self.weight(gate)),
            paths("no-recurrent-weights", "left out the recurrent weights",
                  lambda gate: self.effect(gate) * self.steep(gate)),
            slip("candidate-as-sigmoid", "took the derivative of the sigmoid for the candidate's tanh",
                 {self.through("ctilde"): mul(self.effect("ctilde"), slope(sigmoid, at("ctilde", 0)),
                                              self.weight("ctilde"))}),
            slip("no-candidate-path", "left out the path by the candidate",
                 {self.by_hidden: add(*(self.through(gate) for gate in gates if gate != "ctilde"))}),
            slip("no-forget-path", "left out the path by the forget gate, which reads the hidden state as well",
                 {self.by_hidden: add(*(self.through(gate) for gate in gates if gate != "f"))}),
            slip("hidden-not-derived", "added the paths by the hidden state without its own derivative",
                 {self.asked: at("f", 0) + self.by_hidden}),
            paths("effects-left-out", "left out what each gate multiplies",
                  lambda gate: mul(self.steep(gate), self.weight(gate))),
        ]  # fmt: skip
