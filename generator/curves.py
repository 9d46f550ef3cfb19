"""Activation functions in calculus: the derivative by the function's own value, and what it is mistaken for."""

from __future__ import annotations

from dataclasses import dataclass

from generator.algebra import slope
from generator.functions import sigmoid, tanh
from generator.notation import Expr, Function, Num, Sym

Mistaken = tuple[str, str, Expr]  # the key and the words of a slip, and the wrong derivative


@dataclass(frozen=True)
class Curve:
    """``f`` is None for a ReLU above zero, the identity there; ``written``: the function as the page has it."""

    name: str
    f: Function | None
    written: str

    def of(self, inside: Expr) -> Expr:
        return inside if self.f is None else self.f(inside)

    def steep(self, value: Sym) -> Expr:
        """f'(a), written with its value f(a)."""
        return Num(1) if self.f is None else slope(self.f, value)

    def mistaken(self, value: Sym) -> list[Mistaken]:
        """The derivatives that students take for this one."""
        if self.f is None:
            return [
                ("value-for-slope", "took the value of the ReLU for its derivative", value),
                ("sigmoid-prime", "took the derivative of the sigmoid for that of the ReLU", value * (1 - value)),
                ("tanh-prime", "took the derivative of tanh for that of the ReLU", 1 - value**2),
            ]
        if self.f is sigmoid:
            return [
                ("tanh-prime", "took the derivative of tanh for that of the sigmoid", 1 - value**2),
                ("one-minus", "left out the first factor of the sigmoid's derivative", 1 - value),
                ("not-derived", "left the sigmoid as it is", value),
            ]
        return [
            ("tanh-prime", "took $1 - \\tanh$ for the derivative of tanh, without the square", 1 - value),
            ("sigmoid-prime", "took the derivative of the sigmoid for that of tanh", value * (1 - value)),
            ("not-derived", "left the tanh as it is", value),
        ]


CURVES = {
    "sigmoid": Curve("the sigmoid", sigmoid, r"\sigma"),
    "tanh": Curve("tanh", tanh, r"\tanh"),
    "ReLU": Curve("ReLU", None, r"\mathrm{ReLU}"),
}
