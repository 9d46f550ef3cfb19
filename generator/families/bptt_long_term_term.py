"""Backpropagation through time: the product along a long path, and the term of the gradient that it makes."""

from __future__ import annotations

from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.notation import Expr, Sym, add, mul
from generator.readout import partial
from generator.unrolled import ACTIVATIONS, NOTE, Unrolled, W_h, W_x

ASKED = {"product": W_h, "term of w_h": W_h, "term of w_x": W_x}
copy = Sym("own_weight", "w'")


@family(
    "bptt-long-term-term",
    topic="Derivations",
    sources=("003",),
    tags=("rnn", "bptt", "vanishing"),
    asked=tuple(ASKED),
    timesteps=(3, 4, 5),
    step=(1, 2, 3),
    activation=tuple(ACTIVATIONS),
)
def bptt_long_term_term(asked: str, timesteps: int, step: int, activation: str) -> Problem | None:
    """The product of partials along a path back through time, or the term of the gradient that it makes."""
    if timesteps - step < 2:
        return None  # a path of one step is no product
    path = Path(Unrolled(timesteps, ACTIVATIONS[activation], True, ASKED[asked]), step, asked == "product")
    return Problem(
        ask=path.ask(activation),
        lines=tuple(path.lines()),
        slips=tuple(path.slips()),
        answer=Answer("expression", path.product if path.alone else path.term),
        proves=path.proves(),
        opens=path.opens(),
        note="" if path.alone else NOTE,
    )


class Path:
    """The path from the last state of a network back to that of a step. ``alone``: without what stands at its ends."""

    def __init__(self, net: Unrolled, step: int, alone: bool) -> None:
        self.net, self.step, self.alone = net, step, alone
        last = f"h_{{{net.timesteps}}}"
        self.product = partial(last, f"h_{{{step}}}", f"dh_{net.timesteps}_dh_{step}")
        self.term, self.back = net.term(step), range(net.timesteps, step, -1)
        self.direct = range(step, step - 1, -1)

    def ask(self, activation: str) -> str:
        last = self.net.timesteps
        if self.alone:
            return (
                f"A recurrent network with one unit computes\n\n$$\n{self.net.equation()}\n$$\n\nWhat is "
                f"$\\dfrac{{\\partial h_{{{last}}}}}{{\\partial h_{{{self.step}}}}}$, along the path back through the "
                "states, written with the states $h_t$?"
            )
        weight = self.net.weight.latex
        letters = "inputs $x_t$, the states" if self.net.weight == W_x else "states"
        return (
            f"{self.net.asked(activation)}\n\n$\\partial L / \\partial {weight}$ is a sum of {last} terms, one for "
            f"every timestep at which ${weight}$ is used. What is $g_{{{self.step}}}$, the term of timestep "
            f"{self.step}, written with the {letters} $h_t$ and the output $\\hat{{y}}$?"
        )

    def lines(self) -> list[Line]:
        net, first, last = self.net, self.step, self.net.timesteps
        product = Line(
            self.product, mul(*map(net.through, self.back)), f"product: chain rule, from step {last} back to {first}",
            result=self.alone,
        )  # fmt: skip
        through = [net.through_line(t) for t in self.back]
        if self.alone:
            return [*through, product]
        term = Line(self.term, self._term(), f"term {first}: chain rule, along the whole path", result=True)
        return [*net.to_the_state(), *through, product, net.direct_line(first), term]

    def _term(self) -> Expr:
        return mul(self.net.dL_dh, self.product, self.net.direct(self.step))

    def opens(self) -> dict[Sym, Expr]:
        """The states on the path. For the term the weight of its timestep goes by a letter of its own."""
        net = self.net
        if self.alone:
            opened = net.opens(self.step + 1)
            return {sym: each for sym, each in opened.items() if sym.name.startswith("h_")}
        inside = {W_h: W_x * net.input(self.step) + copy * net.before(self.step),
                  W_x: copy * net.input(self.step) + W_h * net.before(self.step)}[net.weight]  # fmt: skip
        return {**net.opens(self.step + 1), net.state(self.step): inside if net.f is None else net.f(inside)}

    def proves(self) -> dict[Sym, Derivative]:
        if self.alone:
            return {self.product: Derivative(self.net.state(self.net.timesteps), self.net.state(self.step))}
        return {self.term: Derivative(self.net.readout.lost(), copy)}

    def slips(self) -> list[Slip]:
        net, last = self.net, self.net.timesteps
        factors = [net.through(t) for t in self.back]
        one = factors[0]
        found = [
            slip("one-factor-too-few", "stopped the product one step too early", {self.product: mul(*factors[:-1])}),
            slip("one-factor-too-many", "went one step too far back",
                 {self.product: mul(*factors, net.steep(self.step) * W_h)}),
            slip("added", "added the factors instead of multiplying them", {self.product: add(*factors)}),
            slip("one-factor", "took the last step alone for the whole way", {self.product: one}),
            slip("same-factor", "took the factor of the last step for every step",
                 {self.product: mul(*(one for _ in factors))}),
            *net.through_slips(self.back),
        ]  # fmt: skip
        if self.alone:
            slopes = net.slope_slips(self.back, range(0))
            own = [slip("states-before", "took every slope at the state before",
                        {net.through(t): net.steep(t - 1) * W_h for t in self.back})]  # fmt: skip
            return [*found, *slopes, *own]
        return [
            *found,
            slip("no-product", "left out the way back between the steps",
                 {self.term: net.dL_dh * net.direct(self.step)}),
            slip("direct-at-the-end", "took the immediate partial of the last step",
                 {net.direct(self.step): self._at(last)}),
            slip("no-immediate-partial", "left out the immediate partial", {self.term: net.dL_dh * self.product}),
            slip("loss-left-out", "left out how the loss depends on the last state",
                 {self.term: self.product * net.direct(self.step)}),
            slip("sum-for-term", "added the term of the last step as well",
                 {self.term: self._term() + net.dL_dh * self._at(last)}),
            *net.readout_slips(),
            *net.slope_slips(self.back, self.direct),
        ]  # fmt: skip

    def _at(self, t: int) -> Expr:
        """The immediate partial of a step."""
        return self.net.direct_line(t).expression
