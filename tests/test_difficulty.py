"""Difficulty: of two structures, the one that asks for more of everything is never the easier."""

from __future__ import annotations

from itertools import permutations

import pytest
from conftest import blueprints, each_family

from generator.derivation import Answer, Line, Problem
from generator.difficulty import BARS, difficulty, effort
from generator.family import Family
from generator.notation import Num, Sym, as_expr


def demands(problem: Problem) -> tuple[int, ...]:
    """Lines, layers, directions, whether asked backwards, whether an expression is the answer."""
    layers = problem.model["layers"] if isinstance(problem.model, dict) else []
    backwards = any(isinstance(target, Sym) for target in problem.proves.values())
    twice = sum(layer["type"] == "Bidirectional" for layer in layers)
    return len(problem.lines), len(layers), twice, backwards, problem.answer.kind == "expression"


@each_family
def test_asking_for_more_is_never_easier(family: Family) -> None:
    found = [each for each in blueprints(lambda problem: not problem.difficulty) if each.family.id == family.id]
    for more, less in permutations(found, 2):
        if all(a >= b for a, b in zip(demands(more.problem), demands(less.problem), strict=True)):
            told = f"{more.key} {demands(more.problem)} against {less.key} {demands(less.problem)}"
            assert difficulty(more.problem) >= difficulty(less.problem), told


@each_family
def test_difficulty_is_a_level(family: Family) -> None:
    for found in blueprints():
        if found.family.id == family.id:
            assert 1 <= difficulty(found.problem) <= 5, found.key


def problem(lines: int = 1, layers: tuple[str, ...] = (), backwards: bool = False, kind: str = "integer") -> Problem:
    symbols = [Sym(f"a_{n}") for n in range(1, lines + 1)]
    return Problem(
        ask="",
        answer=Answer(kind, symbols[-1]),
        lines=tuple(Line(symbol, Num(1), "one") for symbol in symbols),
        model={"input": [1], "layers": [{"type": layer} for layer in layers]},
        proves={symbols[-1]: Sym("n") if backwards else as_expr(1)},
    )


@pytest.mark.parametrize(
    ("harder", "by"),
    [
        (problem(lines=2), 1),
        (problem(layers=("Dense",)), 0),  # there is one in every question about a model
        (problem(layers=("Dense", "Dense", "Dense")), 2),
        (problem(layers=("Dense", "Bidirectional")), 2),
        (problem(backwards=True), 4),
        (problem(kind="expression"), 4),
    ],
)
def test_effort_of_each_demand(harder: Problem, by: int) -> None:
    assert effort(harder) == effort(problem()) + by


def test_levels_begin_above_the_bars() -> None:
    for level, bar in enumerate(BARS, 1):
        assert difficulty(problem(lines=bar)) == level and difficulty(problem(lines=bar + 1)) == level + 1
