"""Papers without a calculator: numbers that can be worked in one's head.

A factor is easy if, its trailing zeros dropped, it is at most 12, or one of 15, 16, 25, 32 and 64. A question is easy
if its factors are, and if no line of its working comes to more than four digits before its trailing zeros.
"""

from __future__ import annotations

from generator.blueprint import Blueprint
from generator.forms.wrong import Values
from generator.question import Make, Question
from generator.row import RESERVED
from generator.space import Axis

SMALL = 12
FAMILIAR = (15, 16, 25, 32, 64)
DIGITS = 4


def easy(value: object) -> bool:
    """Whether one can reckon with a drawn value; words always."""
    if not isinstance(value, int):
        return True
    digits = _significant(value)
    return digits <= SMALL or digits in FAMILIAR


def narrowed(axis: Axis) -> Axis:
    return Axis(tuple(filter(easy, axis.values)))


def possible(blueprint: Blueprint) -> bool:
    """Whether a structure is for the head at all: none is whose lines are rounded."""
    return all(line.places is None for line in blueprint.problem.lines)


def easily(make: Make, blueprint: Blueprint) -> Make:
    """The same function, which refuses draws with a line that is too long."""
    parts = [part for line in blueprint.problem.lines for part in line.symbol.parts]
    places = [blueprint.layout.place(part) - len(RESERVED) for part in parts if part.name in blueprint.layout.index]

    def asked(numbers: Values) -> Question | None:
        question = make(numbers)
        return question if question and all(_short(question.values[place]) for place in places) else None

    return asked


def _short(value: object) -> bool:
    return not isinstance(value, int | float) or (value == int(value) and _significant(int(value)) < 10**DIGITS)


def _significant(value: int) -> int:
    """The digits before the trailing zeros."""
    digits = abs(value)
    while digits and digits % 10 == 0:
        digits //= 10
    return digits
