"""A recurrent network of one unit over time, and backpropagation through it to one of its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.algebra import derivative, slope
from generator.derivation import Line, Slip, slip
from generator.functions import sigmoid, tanh
from generator.notation import Expr, Function, Num, Sym, add, mul
from generator.readout import READOUTS, Readout, dL_dyhat, partial, yhat

W_x, W_h, W_y = Sym("w_x"), Sym("w_h"), Sym("w_y")
ACTIVATIONS: dict[str, Function | None] = {"tanh": tanh, "sigmoid": sigmoid, "linear": None}
NAMES = {"tanh": "tanh", "sigmoid": "the sigmoid", "linear": "no activation function"}
NOTE = (
    r"$\partial^{+}$ is the immediate partial: the states before are held fixed, and the sum over the timesteps "
    "does the rest."
)
ZERO, GIVEN = "$h_0 = 0$", "a given $h_0$ that does not depend on the weights"


@dataclass(frozen=True)
class Unrolled:
    """The network over time, h_t = f(w_x x_t + w_h h_{t-1}), with f None for the identity; ŷ from the last state."""

    timesteps: int
    f: Function | None = None
    given: bool = False  # h_0 is a given number; else it is 0
    weight: Sym = W_h  # by which the loss is derived: W_x or W_h
    readout: Readout = READOUTS["half squared"]

    @property
    def steps(self) -> range:
        """The timesteps, last first, as the gradient runs."""
        return range(self.timesteps, 0, -1)

    @property
    def reached(self) -> list[int]:
        """The timesteps at which the weight has a say, last first: w_h has none where the state before is zero."""
        return [t for t in self.steps if t > 1 or self.given or self.weight == W_x]

    @property
    def back(self) -> range:
        """The timesteps through which a path leads back to one of those."""
        return range(self.timesteps, self.reached[-1], -1)

    def state(self, t: int) -> Sym:
        return Sym(f"h_{t}", f"h_{{{t}}}")

    def before(self, t: int) -> Expr:
        return self.state(t - 1) if t > 1 or self.given else Num(0)

    def input(self, t: int) -> Sym:
        return Sym(f"x_{t}", f"x_{{{t}}}")

    def inside(self, t: int) -> Expr:
        return W_x * self.input(t) + W_h * self.before(t)

    def steep(self, t: int) -> Expr:
        """f' at step t, written with the state."""
        return Num(1) if self.f is None else slope(self.f, self.state(t))

    def opens(self, down_to: int = 1) -> dict[Sym, Expr]:
        """What the output and each state, down to that of a step, stand for; last first."""
        steps = range(self.timesteps, down_to - 1, -1)
        states = {self.state(t): self.inside(t) if self.f is None else self.f(self.inside(t)) for t in steps}
        return {yhat: self.readout.out(W_y * self.state(self.timesteps)), **states}

    def equation(self) -> str:
        """How a state comes from the one before, for a stem."""
        inner = "w_x x_t + w_h h_{t-1}"
        if self.f is None:
            return f"h_t = {inner}"
        name = r"\tanh" if self.f is tanh else r"\sigma"
        return f"h_t = {name}({inner})"

    def asked(self, activation: str) -> str:
        """The network in words and formulas, for a stem."""
        last = f"w_y h_{{{self.timesteps}}}"
        return (
            f"A recurrent network with one unit and {NAMES[activation]} runs over {self.timesteps} timesteps, from "
            f"{GIVEN if self.given else ZERO}:\n\n$$\n{self.equation()}, \\qquad {self.readout.output(last)}, "
            f"\\qquad L = {self.readout.formula()}\n$$"
        )

    # --- the quantities of the lines

    @property
    def dL_dw(self) -> Sym:
        return partial("L", self.weight.latex, f"dL_d{self.weight.name}")

    @property
    def dL_dh(self) -> Sym:
        return partial("L", f"h_{{{self.timesteps}}}", f"dL_dh_{self.timesteps}")

    def through(self, t: int) -> Sym:
        return partial(f"h_{{{t}}}", f"h_{{{t - 1}}}", f"dh_{t}_dh_{t - 1}")

    def direct(self, t: int) -> Sym:
        return partial(f"h_{{{t}}}", self.weight.latex, f"dh_{t}_d{self.weight.name}", immediate=True)

    def term(self, t: int) -> Sym:
        return Sym(f"g_{t}", f"g_{{{t}}}")

    @property
    def terms(self) -> list[Sym]:
        """The paths that are not zero, last step first."""
        return [self.term(t) for t in self.reached]

    # --- the working

    def lines(self) -> list[Line]:
        return [
            *self.to_the_state(),
            *(self.through_line(t) for t in self.back),
            *(self.direct_line(t) for t in self.steps),
            *self._sum(),
        ]

    def to_the_state(self) -> list[Line]:
        """From the loss back to the last state."""
        last = self.state(self.timesteps)
        inner = "$\\hat{y} = w_y h$" if self.readout.g is None else "$a = w_y h$"
        back = self.readout.error * derivative(W_y * last, last)
        return [*self.readout.lines(), Line(self.dL_dh, back, f"output: chain rule through {inner}")]

    def through_line(self, t: int) -> Line:
        slopes = self.steep(t) * derivative(self.inside(t), self.state(t - 1))
        return Line(self.through(t), slopes, f"step {t}: chain rule, back to the state before")

    def direct_line(self, t: int) -> Line:
        slopes = self.steep(t) * derivative(self.inside(t), self.weight)
        return Line(self.direct(t), slopes, f"immediate partial {t}: the state before held fixed")

    def path(self, t: int) -> Expr:
        """Back to step t, and there into the weight."""
        return mul(self.dL_dh, *map(self.through, range(self.timesteps, t, -1)), self.direct(t))

    def _sum(self) -> list[Line]:
        if len(self.terms) == 1:
            why = f"gradient: the one path there is, to step {self.reached[0]}"
            return [Line(self.dL_dw, self.path(self.timesteps), why, result=True)]
        paths = [Line(self.term(t), self.path(t), f"term {t}: the path back to step {t}") for t in self.reached]
        return [*paths, Line(self.dL_dw, add(*self.terms), "gradient: all paths added up", result=True)]

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        return [
            *self.readout_slips(),
            *self.direct_slips(),
            *self.through_slips(self.back),
            *self._sum_slips(),
            *self.slope_slips(self.back, self.steps),
        ]

    def readout_slips(self) -> list[Slip]:
        error = self.readout.error
        return [
            slip("no-output-weight", "left out the output weight", {self.dL_dh: error}),
            slip("output-weight-twice", "multiplied by the output weight twice", {self.dL_dh: error * W_y * W_y}),
            *self.readout.slips(),
        ]

    def direct_slips(self) -> list[Slip]:
        """What is wrong in the immediate partials."""
        if self.weight == W_x:
            return [
                self._direct("state-for-input", "took the state where the input $x_t$ belongs",
                             lambda t: self.steep(t) * self.state(t)),
                self._direct("last-input", "took the last input at every step",
                             lambda t: self.steep(t) * self.input(self.timesteps)),
                self._direct("no-input", "left the input $x_t$ out of the immediate partials", self.steep),
                self._direct("weight-for-input", "took the weight $w_x$ where the input $x_t$ belongs",
                             lambda t: self.steep(t) * W_x),
                self._direct("input-weight-as-well", "multiplied the immediate partials by the input weight, too",
                             lambda t: self.steep(t) * self.input(t) * W_x),
            ]  # fmt: skip
        return [
            self._direct("index-off-by-one", "took the state itself instead of the state before it",
                         lambda t: self.steep(t) * self.state(t)),
            self._direct("input-for-state", "took the input $x_t$ where the state before it, $h_{t-1}$, belongs",
                         lambda t: self.steep(t) * self.input(t)),
            self._direct("input-as-well", "multiplied the immediate partials by the input $x_t$ as well",
                         lambda t: self.steep(t) * self.before(t) * self.input(t)),
            self._direct("recurrent-weight-as-well", "multiplied the immediate partials by the recurrent weight, too",
                         lambda t: self.steep(t) * self.before(t) * W_h),
        ]  # fmt: skip

    def through_slips(self, steps: range) -> list[Slip]:
        """What is wrong on the way back through these steps."""
        return [
            self._through("no-recurrent-weight", "left the recurrent weight out of the way back", self.steep, steps),
            self._through("recurrent-weight-twice", "took the recurrent weight twice at every step of the way back",
                          lambda t: self.steep(t) * W_h * W_h, steps),
        ]  # fmt: skip

    def _sum_slips(self) -> list[Slip]:
        found = [
            slip("gradient-of-the-output", "stopped at $\\partial L / \\partial \\hat{y}$ and took it for the gradient",
                 {self.dL_dw: dL_dyhat}),
        ]  # fmt: skip
        if len(self.terms) > 1:
            found += [
                slip("only-last-step", "stopped at the last timestep and left out the paths through earlier states",
                     {self.dL_dw: self.terms[0]}),
                slip("first-step-only", "kept only the longest path", {self.dL_dw: self.terms[-1]}),
            ]  # fmt: skip
        return found

    def slope_slips(self, back: range, direct: range) -> list[Slip]:
        """A derivative of the activation function that is forgotten or wrong, in the steps of the way back and of the
        immediate partials."""
        if self.f is None:
            return []
        key, words, power = {
            tanh: ("tanh-prime", "took $1 - \\tanh$ for the derivative of tanh, without the square", 1),
            sigmoid: ("sigmoid-as-tanh", "took the derivative of tanh for that of the sigmoid", 2),
        }[self.f]
        steep = {t: 1 - (self.state(t) ** power if power > 1 else self.state(t)) for t in {*back, *direct}}
        inner = {t: derivative(self.inside(t), self.weight) for t in direct}
        return [
            self._through("no-inner-derivative", "forgot the derivative of the activation function on the way back",
                          lambda t: W_h, back),
            slip("activation-not-derived",
                 "forgot the derivative of the activation function in the immediate partials",
                 {self.direct(t): inner[t] for t in direct}),
            slip(key, words, {
                **{self.through(t): steep[t] * W_h for t in back},
                **{self.direct(t): steep[t] * inner[t] for t in direct},
            }),
        ]  # fmt: skip

    def _direct(self, key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
        return slip(key, words, {self.direct(t): wrong(t) for t in self.steps})

    def _through(self, key: str, words: str, wrong: Callable[[int], Expr], steps: range) -> Slip:
        return slip(key, words, {self.through(t): wrong(t) for t in steps})
