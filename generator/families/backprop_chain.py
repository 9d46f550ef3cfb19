"""Backpropagation through a small network, to one of its weights or its input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.algebra import derivative
from generator.curves import CURVES, Curve
from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.notation import Expr, Sym, mul
from generator.readout import READOUTS, Readout, dL_dyhat, partial, yhat

x, b, c = Sym("x"), Sym("b"), Sym("c")
UNITS = (1, 2)
ONE, TWO = "one neuron", "two hidden units"
WEIGHTS = {ONE: ("w_1", "b"), TWO: ("w_1", "b_1", "v_1", "x")}


@family(
    "backprop-chain",
    topic="Derivations",
    sources=("002",),
    tags=("backpropagation",),
    network=(ONE, TWO),
    activation=("none", *CURVES),
    loss=tuple(READOUTS),
    by=("w_1", "b", "b_1", "v_1", "x"),
)
def backprop_chain(network: str, activation: str, loss: str, by: str) -> Problem | None:
    """The gradient of one weight of a small network by the chain rule, as an expression."""
    if by not in WEIGHTS[network] or (activation == "none") != (network == ONE):
        return None
    if by == "v_1" and activation != "tanh":
        return None  # the hidden units' activation function comes before that weight
    made = Neuron(READOUTS[loss], Sym(by)) if network == ONE else Net(READOUTS[loss], CURVES[activation], Sym(by))
    return Problem(
        ask=made.ask(),
        lines=tuple(made.lines()),
        slips=tuple(made.slips()),
        answer=Answer("expression", made.gradient),
        proves={made.gradient: Derivative(made.readout.lost(), made.by)},
        opens=made.opens(),
    )


def indexed(letter: str, unit: int) -> Sym:
    return Sym(f"{letter}_{unit}")


@dataclass(frozen=True)
class Neuron:
    """A neuron with two inputs."""

    readout: Readout
    by: Sym

    @property
    def inside(self) -> Expr:
        return indexed("w", 1) * indexed("x", 1) + indexed("w", 2) * indexed("x", 2) + b

    @property
    def gradient(self) -> Sym:
        return partial("L", self.by.latex, f"dL_d{self.by.name}")

    @property
    def inner(self) -> Sym:
        return partial("a" if self.readout.g else r"\hat{y}", self.by.latex, f"inner_{self.by.name}")

    def opens(self) -> dict[Sym, Expr]:
        return {yhat: self.readout.out(self.inside)}

    def ask(self) -> str:
        return (
            f"A neuron has two inputs and is trained by a loss:\n\n$$\n{self.readout.output('w_1 x_1 + w_2 x_2 + b')}, "
            f"\\qquad L = {self.readout.formula()}\n$$\n\nWhat is $\\dfrac{{\\partial L}}{{\\partial {self.by.latex}}}$"
            ", written with the output $\\hat{y}$, the target $y$, the inputs and the weights?"
        )

    def lines(self) -> list[Line]:
        return [
            *self.readout.lines(),
            Line(self.inner, derivative(self.inside, self.by), f"weighted sum: derived by ${self.by.latex}$"),
            Line(self.gradient, mul(self.readout.error, self.inner), "gradient: chain rule"),
        ]

    def slips(self) -> list[Slip]:
        one, other = indexed("x", 1), indexed("x", 2)
        found = [
            *self.readout.slips(),
            slip("gradient-of-the-output", "stopped at $\\partial L / \\partial \\hat{y}$ and took it for the gradient",
                 {self.gradient: dL_dyhat}),
            slip("weight-for-input", "took the weight where the input belongs", {self.inner: indexed("w", 1)}),
            slip("other-input", "took the other input", {self.inner: other}),
            slip("both-inputs", "added up both inputs", {self.inner: one + other}),
            slip("sum-not-derived", "put the weighted sum where its derivative belongs", {self.inner: self.inside}),
        ]  # fmt: skip
        if self.by == b:
            return [*found, slip("input-as-well", "multiplied by the input, as for a weight", {self.inner: one})]
        return [*found, slip("no-input", "left out the input, as for a bias", {self.gradient: self.readout.error})]


@dataclass(frozen=True)
class Net:
    """One input, two hidden units, one output."""

    readout: Readout
    curve: Curve
    by: Sym

    def score(self, unit: int) -> Expr:
        return indexed("w", unit) * x + indexed("b", unit)

    @property
    def inside(self) -> Expr:
        return indexed("v", 1) * indexed("h", 1) + indexed("v", 2) * indexed("h", 2) + c

    def opens(self) -> dict[Sym, Expr]:
        hidden = {indexed("h", unit): self.curve.of(self.score(unit)) for unit in UNITS}
        return {yhat: self.readout.out(self.inside), **hidden}

    def ask(self) -> str:
        active = "Both hidden units are active: $z_1 > 0$ and $z_2 > 0$. " if self.curve.f is None else ""
        return (
            f"A network has one input, two hidden units with {self.curve.name} and one output ($k$ is 1 or 2):\n\n$$\n"
            f"z_k = w_k x + b_k, \\qquad h_k = {self.curve.written}(z_k)\n$$\n\n$$\n"
            f"{self.readout.output('v_1 h_1 + v_2 h_2 + c')}, \\qquad L = {self.readout.formula()}\n$$\n\n{active}What "
            f"is $\\dfrac{{\\partial L}}{{\\partial {self.by.latex}}}$, written with the output $\\hat{{y}}$, the "
            f"target $y$, the hidden values $h_k$, the input and the weights?"
        )

    # --- the quantities of the lines

    @property
    def gradient(self) -> Sym:
        return partial("L", self.by.latex, f"dL_d{self.by.name}")

    def passed(self, unit: int) -> Sym:
        return partial("L", f"h_{unit}", f"dL_dh_{unit}")

    def steep(self, unit: int) -> Sym:
        return partial(f"h_{unit}", f"z_{unit}", f"dh_{unit}_dz_{unit}")

    def inner(self, unit: int) -> Sym:
        return partial(f"z_{unit}", self.by.latex, f"dz_{unit}_d{self.by.name}")

    def path(self, unit: int) -> Sym:
        return Sym(f"g_{unit}")

    @property
    def outer(self) -> Sym:
        """How the output's sum follows one of its own weights."""
        return partial("a" if self.readout.g else r"\hat{y}", self.by.latex, f"outer_{self.by.name}")

    @property
    def units(self) -> tuple[int, ...]:
        """The hidden units on the way back."""
        return {"v_1": (), "x": UNITS}.get(self.by.name, (1,))

    # --- the working

    def lines(self) -> list[Line]:
        found = self.readout.lines()
        if not self.units:
            weighted = Line(self.outer, derivative(self.inside, self.by), "weighted sum: derived by its weight $v_1$")
            return [*found, weighted, Line(self.gradient, self.readout.error * self.outer, "gradient: chain rule")]
        for unit in self.units:
            found += [
                Line(self.passed(unit), self.readout.error * indexed("v", unit),
                     f"hidden unit {unit}: chain rule through its output weight"),
                Line(self.steep(unit), self.curve.steep(indexed("h", unit)),
                     f"slope {unit}: of the activation function, by its own value"),
                Line(self.inner(unit), derivative(self.score(unit), self.by),
                     f"score {unit}: derived by ${self.by.latex}$"),
            ]  # fmt: skip
        if len(self.units) == 1:
            return [*found, Line(self.gradient, self.product(1), "gradient: chain rule, all factors on the way")]
        paths = [Line(self.path(unit), self.product(unit), f"path {unit}: chain rule, by hidden unit {unit}")
                 for unit in UNITS]  # fmt: skip
        return [*found, *paths, Line(self.gradient, self.path(1) + self.path(2), "gradient: sum rule, both paths")]

    def product(self, unit: int) -> Expr:
        return mul(self.passed(unit), self.steep(unit), self.inner(unit))

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        found = [
            *self.readout.slips(),
            slip("gradient-of-the-output", "stopped at $\\partial L / \\partial \\hat{y}$ and took it for the gradient",
                 {self.gradient: dL_dyhat}),
        ]  # fmt: skip
        return [*found, *(self._hidden_slips() if self.units else self._outer_slips())]

    def _outer_slips(self) -> list[Slip]:
        own, other = indexed("h", 1), indexed("h", 2)
        return [
            slip("other-hidden-unit", "took the value of the other hidden unit", {self.outer: other}),
            slip("weight-for-value", "took the weight where the hidden value belongs", {self.outer: self.by}),
            slip("slope-as-well", "derived the hidden unit as well, though the weight comes after it",
                 {self.outer: own * self.curve.steep(own)}),
            slip("input-for-value", "took the input where the hidden value belongs", {self.outer: x}),
            slip("both-units", "added up both hidden units", {self.outer: own + other}),
        ]  # fmt: skip

    def _hidden_slips(self) -> list[Slip]:
        error, v = self.readout.error, {unit: indexed("v", unit) for unit in UNITS}
        found = [
            self._each("no-output-weight", "left out the output weight", self.passed, lambda unit: error),
            self._each("other-output-weight", "took the output weight of the other hidden unit", self.passed,
                       lambda unit: error * v[3 - unit]),
            self._each("output-weight-twice", "multiplied by the output weight twice", self.passed,
                       lambda unit: error * v[unit] * v[unit]),
            *self._slopes(),
        ]  # fmt: skip
        if self.curve.f is not None:
            found.append(self._each("no-inner-derivative", "forgot the derivative of the activation function",
                                    self.path if self.by == x else lambda unit: self.gradient,
                                    lambda unit: self.passed(unit) * self.inner(unit)))  # fmt: skip
        if self.by == x:
            return [
                *found,
                slip("path-missing", "left out the path by the second hidden unit", {self.gradient: self.path(1)}),
                slip("paths-multiplied", "multiplied the two paths instead of adding them",
                     {self.gradient: self.path(1) * self.path(2)}),
                self._each("no-hidden-weight", "left out the hidden units' weights", self.path,
                           lambda unit: self.passed(unit) * self.steep(unit)),
                self._each("input-for-weight", "took the input where the weight belongs", self.inner, lambda unit: x),
            ]  # fmt: skip
        wrong, words = (Sym("w_1"), "took the weight where the input belongs")
        own = {
            "w_1": slip("no-input", "left out the input, as for a bias",
                        {self.gradient: self.passed(1) * self.steep(1)}),
            "b_1": slip("input-as-well", "multiplied by the input, as for a weight", {self.inner(1): x}),
        }[self.by.name]  # fmt: skip
        h = indexed("h", 1)
        return [
            *found,
            own,
            slip("weight-for-input", words, {self.inner(1): wrong}),
            slip("value-as-well", "multiplied by the hidden value as well", {self.gradient: self.product(1) * h}),
            slip("other-path-as-well", "added a path by the other hidden unit, which this letter does not feed",
                 {self.passed(1): error * (v[1] + v[2])}),
        ]  # fmt: skip

    def _slopes(self) -> list[Slip]:
        told = {unit: self.curve.mistaken(indexed("h", unit)) for unit in self.units}
        return [
            slip(key, words, {self.steep(unit): told[unit][place][2] for unit in self.units})
            for place, (key, words, _) in enumerate(told[1])
        ]

    def _each(self, key: str, words: str, line: Callable[[int], Sym], wrong: Callable[[int], Expr]) -> Slip:
        """The same slip in the line of every hidden unit on the way."""
        return slip(key, words, {line(unit): wrong(unit) for unit in self.units})
