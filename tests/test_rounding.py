"""Families whose lines are rounded: who rounds as told is right, who does not is right too, and no slip is.

At least 20,000 draws over all such structures. The unrounded working is that of the compiled row and that of the family's
second way; on some draws the working by hand is done again line by line.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import answer, arrays, draws, each, on_paper, problems, work

from generator.blueprint import Blueprint
from generator.derivation import Problem
from generator.row import NOISE
from generator.sample import flattened, named

DRAWS = 21_000  # a thousand to spare: some structures have fewer than their share, and give all they have
BY_HAND = 25  # draws per structure that are worked line by line
COARSE = 20  # units of the last place: a wider tolerance could tell nothing apart


def is_rounded(problem: Problem) -> bool:
    return any(line.places is not None for line in problem.lines)


STRUCTURES = sum(is_rounded(problem) for _, _, problem in problems())


@each(is_rounded)
def test_who_rounds_and_who_does_not_are_both_right(blueprint: Blueprint) -> None:
    problem, wanted, found = blueprint.problem, -(-DRAWS // STRUCTURES), 0
    places = next(line.places for line in problem.lines if line.symbol == problem.answer.of)
    assert places is not None, "an answer that is rounded says to how many places"
    for numbers in draws(blueprint, "rounding"):
        row = blueprint.layout.compute(numbers)
        if row is None:
            continue
        values = named(blueprint.layout, row)
        near = values.get("tolerance", 0) + NOISE
        told = f"{numbers}: key {key_of(problem, values)} ± {near}"
        assert near <= COARSE / 10**places + NOISE, f"{told}: too generous to tell anything"
        for student in unrounded(blueprint, numbers, values):
            assert student == pytest.approx(key_of(problem, values), abs=near), f"{told}: in full precision {student}"
            further = on_paper(np.array(student), places + 1).tolist()
            assert further == pytest.approx(key_of(problem, values), abs=near), f"{told}: one place more {further}"
        if "tolerance" in values:
            no_slip_is_right(blueprint, values, told)
        if found < BY_HAND:
            drawn = {sym.name: arrays(problem, values)[sym.name] for sym in problem.numbers}
            rounding = answer(problem, work(problem, drawn))
            assert rounding == pytest.approx(key_of(problem, values), abs=1e-12), f"{told}: by hand {rounding}"
        found += 1
        if found == wanted:
            return
    assert found * 2 > blueprint.space.size, f"only {found} of {blueprint.space.size} draws are accepted"


def key_of(problem: Problem, values: dict[str, Any]) -> list[float]:
    return [values[part.name] for part in problem.answer.symbol.parts]


def unrounded(blueprint: Blueprint, numbers: Any, values: dict[str, Any]) -> list[list[float]]:
    """The answer in full precision: by the row that rounds nothing, and by the family's second way."""
    row = blueprint.exact.compute(numbers)
    exact = [key_of(blueprint.problem, named(blueprint.exact, row))] if row else []  # a bound may lie in between
    check = blueprint.problem.check
    return [*exact, flattened(check(values))] if check else exact


def no_slip_is_right(blueprint: Blueprint, values: dict[str, Any], told: str) -> None:
    names, key = list(blueprint.layout.index), key_of(blueprint.problem, values)
    for slip, places in zip(blueprint.slips[: blueprint.singles], blueprint.layout.slips, strict=False):
        wrong = [values[names[place]] for place in places]
        off = max(abs(a - b) for a, b in zip(wrong, key, strict=True))
        assert not off <= values["tolerance"] + NOISE, (
            f"{told}: the slip {slip.key} comes to {wrong} and would be marked right"
        )
