"""The output of a small network on paper: ŷ = g(a), and the loss that it is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from generator.algebra import slope
from generator.derivation import Line, Slip, slip
from generator.functions import ln, sigmoid
from generator.notation import Expr, Function, Sym, div


def partial(top: str, bottom: str, name: str, immediate: bool = False) -> Sym:
    """A partial derivative as a quantity; an immediate one has a plus."""
    plus = "^{+}" if immediate else ""
    return Sym(name, rf"\frac{{\partial{plus} {top}}}{{\partial {bottom}}}")


y, yhat = Sym("y"), Sym("yhat", r"\hat{y}")
dL_dyhat, dL_da = partial("L", r"\hat{y}", "dL_dyhat"), partial("L", "a", "dL_da")
dyhat_da = partial(r"\hat{y}", "a", "dyhat_da")


@dataclass(frozen=True)
class Readout:
    """``loss``: half squared, squared or cross-entropy. ``g``: the output's activation function, None for ŷ = a."""

    loss: str
    g: Function | None = None

    def formula(self, at: str = "") -> str:
        """The loss as the stem has it; ``at``: the index of an output of several, with its underscore."""
        out, wanted = rf"\hat{{y}}{at}", f"y{at}"
        if self.loss == "cross-entropy":
            return rf"-\left({wanted} \ln {out} + (1 - {wanted}) \ln(1 - {out})\right)"
        squared = f"({out} - {wanted})^2"
        return rf"\tfrac{{1}}{{2}}{squared}" if self.loss == "half squared" else squared

    def output(self, inside: str, at: str = "") -> str:
        """The output as the stem has it: ŷ = w h, or a = w h and ŷ = σ(a)."""
        out = rf"\hat{{y}}{at}"
        return rf"{out} = {inside}" if self.g is None else rf"a{at} = {inside}, \qquad {out} = \sigma(a{at})"

    def lost(self, yhat: Expr = yhat, y: Expr = y) -> Expr:
        """The loss of one output."""
        if self.loss == "cross-entropy":
            return -(y * ln(yhat) + (1 - y) * ln(1 - yhat))
        squared = (yhat - y) ** 2
        return squared / 2 if self.loss == "half squared" else squared

    def out(self, inside: Expr) -> Expr:
        """The output from what it sums up."""
        return inside if self.g is None else self.g(inside)

    def steep(self, yhat: Expr = yhat, y: Expr = y) -> Expr:
        """∂L/∂ŷ, of the cross-entropy over one denominator, as it cancels with the sigmoid's derivative."""
        if self.loss == "cross-entropy":
            return div(yhat - y, yhat * (1 - yhat))
        return 2 * (yhat - y) if self.loss == "squared" else yhat - y

    @property
    def error(self) -> Sym:
        """∂L/∂a, what the output passes back."""
        return dL_dyhat if self.g is None else dL_da

    def lines(self) -> list[Line]:
        """From the loss back to `error`."""
        found = [Line(dL_dyhat, self.steep(), "loss: its derivative with respect to the output")]
        if self.g is not None:
            found += [
                Line(dyhat_da, slope(self.g, yhat), "output's slope: the sigmoid's derivative, by its own value"),
                Line(dL_da, dL_dyhat * dyhat_da, "error: chain rule through the sigmoid"),
            ]
        return found

    def slips(self) -> list[Slip]:
        found = [
            slip("sign-of-the-error", "turned the error around (target minus output)",
                 {dL_dyhat: self.turned()}),
        ]  # fmt: skip
        if self.loss == "cross-entropy":
            found += [
                slip("squared-error", "took the derivative of the squared error for that of the cross-entropy",
                     {dL_dyhat: yhat - y}),
                slip("one-logarithm", "took the derivative of the first logarithm only", {dL_dyhat: -y / yhat}),
            ]  # fmt: skip
        else:
            found.append(
                slip("factor-two", "put a factor 2 too many into the derivative of the loss",
                     {dL_dyhat: 2 * self.steep()})
            )  # fmt: skip
        if self.g is not None:
            found += [
                slip("output-not-derived", "forgot the derivative of the output's sigmoid", {dL_da: dL_dyhat}),
                slip("output-as-tanh", "took the derivative of tanh for that of the output's sigmoid",
                     {dyhat_da: 1 - yhat**2}),
            ]  # fmt: skip
        return found

    def turned(self, yhat: Expr = yhat, y: Expr = y) -> Expr:
        """∂L/∂ŷ with the wrong sign."""
        if self.loss == "cross-entropy":
            return div(y - yhat, yhat * (1 - yhat))
        return 2 * (y - yhat) if self.loss == "squared" else y - yhat


READOUTS = {
    "half squared": Readout("half squared"),
    "squared": Readout("squared"),
    "cross-entropy": Readout("cross-entropy", sigmoid),
    "sigmoid, half squared": Readout("half squared", sigmoid),
}
