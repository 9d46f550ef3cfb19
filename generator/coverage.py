"""What a paper covers: topic by level, in questions, points and minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.bank import Placed, number
from generator.bloom import LEVELS, bloom
from generator.minutes import minutes


@dataclass(frozen=True)
class Covered:
    """A question as the table counts it."""

    topic: str
    level: str
    points: float
    minutes: float


def covered(placed: Placed) -> Covered:
    blueprint, form = placed.question.sheet.blueprint, placed.question.form
    problem = blueprint.problem
    return Covered(
        placed.question.sheet.topic, bloom(problem, form.id), placed.points, number(minutes(problem, form.response))
    )


def coverage(placed: Sequence[Placed]) -> list[list[str]]:
    """The table: a head, a row of points for every topic and one of totals; minutes come last."""
    found = [covered(each) for each in placed]
    levels = [level for level in LEVELS if any(each.level == level for each in found)]
    rows = [["topic", *levels, "points", "minutes"]]
    for topic in sorted({each.topic for each in found}):
        rows.append(_row(topic, [each for each in found if each.topic == topic], levels))
    return [*rows, _row("total", found, levels)]


def _row(name: str, found: Sequence[Covered], levels: Sequence[str]) -> list[str]:
    cells = [sum(each.points for each in found if each.level == level) for level in levels]
    cells += [sum(each.points for each in found), sum(each.minutes for each in found)]
    return [name, *(f"{number(cell)}" if cell else "–" for cell in cells)]
