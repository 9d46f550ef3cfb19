"""Recurrent cells on paper: the quantities of a cell by its size, and what its families share in asking for a step.

A cell of one unit and one feature is written with plain numbers, a larger one with vectors and matrices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from generator.derivation import Answer, Condition, less
from generator.notation import Expr, Sym
from generator.space import tenths

PLACES = 3
FINE = 4  # where a sigmoid at the end would leave too little of a difference between right and wrong
KEEP = f"Keep {PLACES} decimals in every line."
KEEP_FINE = f"Keep {FINE} decimals in every line."
SMALL = tenths(-9, 9)
WIDE = tenths(-20, 20)
STEEP = 2.5  # beyond it a gate is so far open or shut that its slope, and with it every slip inside it, is gone


@dataclass(frozen=True)
class Size:
    """How many units and input features a cell has; each method names an array of the cell."""

    units: int
    features: int

    def state(self, name: str, latex: str) -> Sym:
        """One number per unit: a state, a gate, a bias."""
        return self._array(name, latex, self.units)

    def input(self) -> Sym:
        return self._array("input", "x_t", self.features)

    def kernel(self, name: str, latex: str) -> Sym:
        return self._array(name, latex, self.units, self.features)

    def recurrent(self, name: str, latex: str) -> Sym:
        return self._array(name, latex, self.units, self.units)

    def readout(self, name: str, latex: str) -> Sym:
        """The weights of one output neuron."""
        return self._array(name, latex, 1, self.units)

    def single(self, name: str, latex: str) -> Sym:
        """A quantity of one output neuron."""
        return self._array(name, latex, 1)

    def _array(self, name: str, latex: str, *shape: int) -> Sym:
        return Sym(name, latex, () if self._alone else shape)

    @property
    def _alone(self) -> bool:
        return self.units == self.features == 1

    @property
    def words(self) -> str:
        """2 units and 1 input feature."""
        return f"{several(self.units, 'unit')} and {several(self.features, 'input feature')}"


def several(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count > 1)}"


def state_answer(state: Sym) -> Answer:
    return Answer("vector" if state.shape else "decimal", state)


def weigh(weights: Sym, values: Expr) -> Expr:
    """Weights times values: a product of numbers, or of a matrix and a vector."""
    return weights @ values if weights.shape else weights * values


def shown(*symbols: Sym) -> str:
    """Drawn quantities for the stem, side by side."""
    return "$$\n" + r", \quad ".join(f"{sym.latex} = [[ {sym.name} ]]" for sym in symbols) + "\n$$"


def unsaturated(sums: Sequence[Sym]) -> tuple[Condition, ...]:
    """No gate so far open or shut that nothing can be seen of what went into it."""
    return tuple(bound for each in sums for part in each.parts for bound in (less(part, STEEP), less(-STEEP, part)))


# --- the second way: plain loops, in full precision


def read(numbers: Mapping[str, Any], sym: Sym) -> list[float]:
    """The values of a drawn array, row by row."""
    return [numbers[part.name] for part in sym.parts]


def row_times(numbers: Mapping[str, Any], weights: Sym, unit: int, values: Sequence[float]) -> float:
    """One unit's weights times the values."""
    flat = read(numbers, weights)
    return sum(flat[unit * len(values) + place] * value for place, value in enumerate(values))


def logistic(value: float) -> float:
    return 1 / (1 + exp(-value))
