"""Backpropagation through time: the gradient of the output weight, which no path leads back through the states of."""

from __future__ import annotations

from collections.abc import Callable

from generator.algebra import derivative, slope
from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import tanh
from generator.notation import Expr, Num, Sym, add, div, mul
from generator.readout import READOUTS, Readout, partial
from generator.unrolled import ZERO, Unrolled, W_h, W_y

gradient, total = partial("L", "w_y", "dL_dw_y"), Sym("total", "S")
TOTALS = {
    "sum": r"L = \sum_{t=1}^{%d} L_t",
    "mean": r"L = \frac{1}{%d} \sum_{t=1}^{%d} L_t",
}


@family(
    "bptt-output-weight",
    topic="Derivations",
    sources=("003",),
    tags=("rnn", "bptt"),
    timesteps=(2, 3, 4, 5),
    loss=tuple(READOUTS),
    over=tuple(TOTALS),
)
def bptt_output_weight(timesteps: int, loss: str, over: str) -> Problem:
    """The gradient of the output weight of a recurrent network with an output at every timestep, as an expression."""
    net = Outputs(timesteps, READOUTS[loss], over == "mean")
    return Problem(
        ask=net.ask(),
        lines=tuple(net.lines()),
        slips=tuple(net.slips()),
        answer=Answer("expression", gradient),
        proves={gradient: Derivative(net.lost(), W_y)},
        opens={net.output(t): net.readout.out(W_y * net.net.state(t)) for t in net.steps},
        note="The states do not depend on the output weight: every timestep adds one product, and no path leads back.",
    )


class Outputs:
    """A recurrent network with an output, and a loss, at every timestep. ``mean``: of the losses, not their sum."""

    def __init__(self, timesteps: int, readout: Readout, mean: bool) -> None:
        self.timesteps, self.readout, self.mean = timesteps, readout, mean
        self.net = Unrolled(timesteps, tanh)
        self.steps = range(1, timesteps + 1)

    def ask(self) -> str:
        out, loss = self.readout.output("w_y h_t", "_t"), self.readout.formula("_t")
        total = TOTALS["mean"] % (self.timesteps, self.timesteps) if self.mean else TOTALS["sum"] % self.timesteps
        return (
            f"A recurrent network with one unit and tanh runs over {self.timesteps} timesteps, from {ZERO}, and has an "
            f"output at every timestep:\n\n$$\n{self.net.equation()}, \\qquad {out}\n$$\n\n$$\nL_t = {loss}, \\qquad "
            f"{total}\n$$\n\nWhat is $\\dfrac{{\\partial L}}{{\\partial w_y}}$, written with the states $h_t$ and the "
            "outputs $\\hat{y}_t$?"
        )

    def lost(self) -> Expr:
        every = add(*(self.readout.lost(self.output(t), self.target(t)) for t in self.steps))
        return every / self.timesteps if self.mean else every

    # --- the quantities of the lines

    def output(self, t: int) -> Sym:
        return Sym(f"yhat_{t}", rf"\hat{{y}}_{{{t}}}")

    def target(self, t: int) -> Sym:
        return Sym(f"y_{t}", f"y_{{{t}}}")

    def error(self, t: int) -> Sym:
        inside = f"a_{{{t}}}" if self.readout.g else rf"\hat{{y}}_{{{t}}}"
        return partial(f"L_{{{t}}}", inside, f"dL_{t}_d{'a' if self.readout.g else 'yhat'}_{t}")

    def term(self, t: int) -> Sym:
        return partial(f"L_{{{t}}}", "w_y", f"dL_{t}_dw_y")

    # --- the working

    def lines(self) -> list[Line]:
        through = "chain rule through the sigmoid" if self.readout.g else "the loss derived by the output"
        inner = "$a = w_y h$" if self.readout.g else "$\\hat{y} = w_y h$"
        terms = add(*map(self.term, self.steps))
        return [
            *(Line(self.error(t), self.passed(t), f"error {t}: {through}") for t in self.steps),
            *(Line(self.term(t), self.error(t) * derivative(W_y * self.net.state(t), W_y),
                   f"term {t}: chain rule through {inner}") for t in self.steps),
            *([Line(total, terms, "sum: of all timesteps")] if self.mean else []),
            Line(gradient, div(total, self.timesteps) if self.mean else terms,
                 "gradient: their mean" if self.mean else "gradient: sum rule, one term per timestep", result=True),
        ]  # fmt: skip

    def passed(self, t: int) -> Expr:
        """What the loss of a step passes back, through the output's activation function."""
        return mul(self.readout.steep(self.output(t), self.target(t)), self._out(t))

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        state, last = self.net.state, self.timesteps
        added = total if self.mean else gradient
        found = [
            self._errors("sign-of-the-error", "turned the errors around (target minus output)",
                         lambda t: mul(self.readout.turned(self.output(t), self.target(t)), self._out(t))),
            self._terms("state-before", "took the state before instead of the state that the output reads",
                        self.net.before),
            self._terms("last-state", "took the last state at every timestep", lambda t: state(last)),
            self._terms("weight-as-well", "multiplied by the output weight, too", lambda t: W_y * state(t)),
            self._terms("weight-for-state", "took the output weight where the state belongs", lambda t: W_y),
            self._terms("input-for-state", "took the input where the state belongs", self.net.input),
            self._terms("state-derived", "put the derivative of tanh in, though the weight comes after it",
                        lambda t: state(t) * self.net.steep(t)),
            self._terms("back-through-time", "led paths back through the states, which the output weight does not feed",
                        lambda t: mul(*(self.net.steep(k) * W_h for k in range(last, t, -1)), state(t))),
            slip("only-last-step", "took the last timestep alone", {added: self.term(last)}),
        ]  # fmt: skip
        if self.mean:
            found.append(slip("not-averaged", "took the sum for the mean", {gradient: total}))
        else:
            found.append(slip("averaged", "divided by the number of timesteps",
                              {gradient: div(add(*map(self.term, self.steps)), last)}))  # fmt: skip
        if self.readout.loss == "cross-entropy":
            found.append(self._errors("squared-error", "took the squared error for the cross-entropy",
                                      lambda t: mul(self.output(t) - self.target(t), self._out(t))))  # fmt: skip
        else:
            found.append(self._errors("factor-two", "put a factor 2 too many into the derivatives of the losses",
                                      lambda t: 2 * self.passed(t)))  # fmt: skip
        if self.readout.g:
            found.append(self._errors("output-not-derived", "forgot the derivative of the output's sigmoid",
                                      lambda t: self.readout.steep(self.output(t), self.target(t))))  # fmt: skip
        return found

    def _out(self, t: int) -> Expr:
        return Num(1) if self.readout.g is None else slope(self.readout.g, self.output(t))

    def _errors(self, key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
        return slip(key, words, {self.error(t): wrong(t) for t in self.steps})

    def _terms(self, key: str, words: str, wrong: Callable[[int], Expr]) -> Slip:
        return slip(key, words, {self.term(t): self.error(t) * wrong(t) for t in self.steps})
