"""Texts with holes that a sheet is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LineText:
    """One named line. ``symbol``, ``expression``, ``substituted`` and ``value`` are LaTeX, ``json`` the bare value."""

    symbol: str
    expression: str
    substituted: str
    value: str
    why: str
    json: Any

    @property
    def math(self) -> str:
        """symbol = expression = numbers put in = value, without saying a thing twice."""
        return " = ".join(dict.fromkeys(filter(None, (self.symbol, self.expression, self.substituted, self.value))))


@dataclass(frozen=True)
class Chain:
    """A running line: the quantity, and each step of its right-hand side as LaTeX."""

    symbol: str
    steps: tuple[str, ...]

    @property
    def math(self) -> str:
        return " = ".join((self.symbol, *self.steps))

    @property
    def aligned(self) -> str:
        first, *rest = self.steps
        rows = [f"{self.symbol} &= {first}", *(f"&= {step}" for step in rest)]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


@dataclass(frozen=True)
class OptionText:
    """A choice: what it says, and what it answers back."""

    text: str
    feedback: str
    slip: str = ""
    credit: float = 0.0

    @property
    def correct(self) -> bool:
        return not self.slip
