"""Backpropagation through time: the gradient of the recurrent weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.algebra import derivative, slope
from generator.derivation import Answer, Derivative, Figure, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Expr, Function, Num, Sym, add, mul

W_x, W_h, W_y = Sym("w_x"), Sym("w_h"), Sym("w_y")
y, yhat = Sym("y"), Sym("yhat", r"\hat{y}")
ACTIVATIONS: dict[str, Function | None] = {"tanh": tanh, "sigmoid": sigmoid, "linear": None}
NAMES = {"tanh": "tanh", "sigmoid": "the sigmoid", "linear": "no activation function"}
LOSSES = {"half squared": r"\tfrac{1}{2}(\hat{y} - y)^2", "squared": r"(\hat{y} - y)^2"}
NOTE = (
    r"$\partial^{+}$ is the immediate partial: the states before are held fixed, and the sum over the timesteps "
    "does the rest."
)


def partial(top: str, bottom: str, name: str, immediate: bool = False) -> Sym:
    plus = "^{+}" if immediate else ""
    return Sym(name, rf"\frac{{\partial{plus} {top}}}{{\partial {bottom}}}")


dL_dyhat, dL_dw = partial("L", r"\hat{y}", "dL_dyhat"), partial("L", "w_h", "dL_dw_h")


@family(
    "bptt-recurrent-weight",
    topic="Derivations",
    sources=("003",),
    tags=("rnn", "bptt"),
    timesteps=(2, 3, 4),
    activation=tuple(ACTIVATIONS),
    loss=tuple(LOSSES),
    start=("zero", "given"),
)
def bptt_recurrent_weight(timesteps: int, activation: str, loss: str, start: str) -> Problem:
    """The gradient of a recurrent weight by backpropagation through time, as an expression."""
    squared = (yhat - y) ** 2
    lost = squared / 2 if loss == "half squared" else squared
    net = Unrolled(timesteps, ACTIVATIONS[activation], start == "given", lost)
    return Problem(
        ask=_ask(timesteps, activation, loss, start),
        lines=tuple(net.lines()),
        slips=tuple(net.slips()),
        answer=Answer("expression", dL_dw),
        proves={dL_dw: Derivative(lost, W_h)},
        opens=net.opens(),
        note=NOTE,
        figure=Figure("bptt", {"timesteps": timesteps}),
    )


def _ask(timesteps: int, activation: str, loss: str, start: str) -> str:
    inner = "w_x x_t + w_h h_{t-1}"
    update = {"tanh": rf"\tanh({inner})", "sigmoid": rf"\sigma({inner})", "linear": inner}[activation]
    first = "$h_0 = 0$" if start == "zero" else "a given $h_0$ that does not depend on the weights"
    return (
        f"A recurrent network with one unit and {NAMES[activation]} runs over {timesteps} timesteps, from {first}:\n\n"
        f"$$\nh_t = {update}, \\qquad \\hat{{y}} = w_y h_{{{timesteps}}}, \\qquad L = {LOSSES[loss]}\n$$\n\nWhat is "
        r"$\dfrac{\partial L}{\partial w_h}$, written with the states $h_t$ and the output $\hat{y}$?"
    )


@dataclass(frozen=True)
class Unrolled:
    """The network over time: h_t = f(w_x x_t + w_h h_{t-1}), with f None for the identity."""

    timesteps: int
    f: Function | None
    given: bool  # h_0 is a given number; else it is 0
    lost: Expr  # the loss in terms of yhat and y

    @property
    def steps(self) -> range:
        """The timesteps, last first, as the gradient runs."""
        return range(self.timesteps, 0, -1)

    @property
    def back(self) -> range:
        """The timesteps through which a path leads back; from h_0 = 0 none leads on to step 1."""
        return range(self.timesteps, 1 if self.given else 2, -1)

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

    def opens(self) -> dict[Sym, Expr]:
        """What the output and each state stand for, last first."""
        states = {self.state(t): self.inside(t) if self.f is None else self.f(self.inside(t)) for t in self.steps}
        return {yhat: W_y * self.state(self.timesteps), **states}

    # --- the quantities of the lines

    @property
    def dL_dh(self) -> Sym:
        return partial("L", f"h_{{{self.timesteps}}}", f"dL_dh_{self.timesteps}")

    def through(self, t: int) -> Sym:
        return partial(f"h_{{{t}}}", f"h_{{{t - 1}}}", f"dh_{t}_dh_{t - 1}")

    def direct(self, t: int) -> Sym:
        return partial(f"h_{{{t}}}", "w_h", f"dh_{t}_dw_h", immediate=True)

    def term(self, t: int) -> Sym:
        return Sym(f"g_{t}", f"g_{{{t}}}")

    @property
    def terms(self) -> list[Sym]:
        """The paths that are not zero, last step first."""
        return [self.term(t) for t in self.steps if t > 1 or self.given]

    # --- the working

    def lines(self) -> list[Line]:
        last = self.state(self.timesteps)
        return [
            Line(dL_dyhat, derivative(self.lost, yhat), "loss: its derivative with respect to the output"),
            Line(self.dL_dh, dL_dyhat * derivative(W_y * last, last), "output: chain rule through $\\hat{y} = w_y h$"),
            *(Line(self.through(t), self.steep(t) * derivative(self.inside(t), self.state(t - 1)),
                   f"step {t}: back to the state before") for t in self.back),
            *(Line(self.direct(t), self.steep(t) * derivative(self.inside(t), W_h),
                   f"immediate partial {t}: the state before held fixed") for t in self.steps),
            *self._sum(),
        ]  # fmt: skip

    def _sum(self) -> list[Line]:
        if len(self.terms) == 1:
            product = self.dL_dh * self.direct(self.timesteps)
            return [Line(dL_dw, product, "gradient: the one path there is, to step 2", result=True)]
        paths = [
            Line(self.term(t), mul(self.dL_dh, *map(self.through, range(self.timesteps, t, -1)), self.direct(t)),
                 f"term {t}: the path back to step {t}")
            for t in self.steps if t > 1 or self.given
        ]  # fmt: skip
        return [*paths, Line(dL_dw, add(*self.terms), "gradient: all paths added up", result=True)]

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        found = [
            slip("no-output-weight", "left out the output weight", {self.dL_dh: dL_dyhat}),
            slip("sign-of-the-error", "turned the error around (target minus output)",
                 {dL_dyhat: derivative(-self.lost, yhat)}),
            self._direct("index-off-by-one", "took the state itself instead of the state before it",
                         lambda t: self.steep(t) * self.state(t)),
            self._direct("input-for-state", "took the input $x_t$ where the state before it, $h_{t-1}$, belongs",
                         lambda t: self.steep(t) * self.input(t)),
            self._through("no-recurrent-weight", "left the recurrent weight out of the way back", self.steep),
            slip("output-weight-twice", "multiplied by the output weight twice", {self.dL_dh: dL_dyhat * W_y * W_y}),
            slip("factor-two", "put a factor 2 too many into the derivative of the loss",
                 {dL_dyhat: 2 * derivative(self.lost, yhat)}),
            self._direct("input-as-well", "multiplied the immediate partials by the input $x_t$ as well",
                         lambda t: self.steep(t) * self.before(t) * self.input(t)),
            self._direct("recurrent-weight-as-well", "multiplied the immediate partials by the recurrent weight, too",
                         lambda t: self.steep(t) * self.before(t) * W_h),
            self._through("recurrent-weight-twice", "took the recurrent weight twice at every step of the way back",
                          lambda t: self.steep(t) * W_h * W_h),
        ]  # fmt: skip
        if len(self.terms) > 1:
            found += [
                slip("only-last-step", "stopped at the last timestep and left out the paths through earlier states",
                     {dL_dw: self.terms[0]}),
                slip("first-step-only", "kept only the longest path", {dL_dw: self.terms[-1]}),
            ]  # fmt: skip
        if self.f is not None:
            found += [
                self._through("no-inner-derivative", "forgot the derivative of the activation function on the way back",
                              lambda t: W_h),
                self._direct("activation-not-derived",
                             "forgot the derivative of the activation function in the immediate partials", self.before),
            ]  # fmt: skip
        if self.f is tanh:
            words = "took $1 - \\tanh$ for the derivative of tanh, without the square"
            found.append(self._steeper("tanh-prime", words, lambda t: 1 - self.state(t)))
        if self.f is sigmoid:
            words = "took the derivative of tanh for that of the sigmoid"
            found.append(self._steeper("sigmoid-as-tanh", words, lambda t: 1 - self.state(t) ** 2))
        return found

    def _direct(self, key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
        return slip(key, words, {self.direct(t): wrong(t) for t in self.steps})

    def _through(self, key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
        return slip(key, words, {self.through(t): wrong(t) for t in self.back})

    def _steeper(self, key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
        """A wrong f' wherever it stands."""
        back = {self.through(t): wrong(t) * W_h for t in self.back}
        return slip(key, words, {**back, **{self.direct(t): wrong(t) * self.before(t) for t in self.steps}})
