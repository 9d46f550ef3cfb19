"""Proving a problem: its lines must lead to its answer, symbolically or by a second method.

What does not hold raises ProofError, so a structure with a wrong line does not compile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from generator.algebra import Meaning, agree, define, fold, opened, prove, symbol, to_sympy
from generator.derivation import Derivative, Numbers, Problem
from generator.errors import ProofError
from generator.functions import NAMESPACE
from generator.notation import Expr, Sym
from generator.reading import python
from generator.row import NOISE, layout
from generator.sample import flattened, named, sample
from generator.space import Axis


def verify(problem: Problem, what: str) -> Meaning | None:
    """Prove what is claimed and run the check on sampled draws; returns the folded lines where there is algebra."""
    meaning: Meaning | None = None
    whole = not problem.answer.static
    if problem.proves:
        meaning = fold(problem.lines, problem.given, whole)
        for claimed, target in problem.proves.items():
            if isinstance(target, Derivative):
                agree(what, *derived(problem, meaning, claimed, target))
            else:
                prove(what, meaning[claimed.name], to_sympy(target, dict(meaning_of_numbers(problem)), whole))
    if problem.check and problem.answer.static:
        _checked_at_points(problem, problem.check, what)
    elif problem.check:
        _checked(problem, what)
    return meaning


def meaning_of_numbers(problem: Problem) -> Meaning:
    return {part.name: symbol(part, True) for sym in problem.numbers for part in sym.parts}


def derived(problem: Problem, meaning: Meaning, claimed: Sym, target: Derivative) -> tuple[Any, Any]:
    """The line and sympy's derivative of the whole, with every opened symbol replaced by what it stands for."""
    import sympy

    opened: Meaning = {}
    for sym, expression in reversed(list(problem.opens.items())):  # the innermost definition comes last
        define(sym, expression, opened, whole=False)
    replaced = {symbol(sym, False): opened[sym.name] for sym in problem.opens}
    by = to_sympy(target.by, {}, whole=False)
    right = sympy.diff(to_sympy(target.of, dict(opened), whole=False), by)
    return meaning[claimed.name].subs(replaced), right


def _checked(problem: Problem, what: str) -> None:
    laid = layout(problem, (), ())
    rows = sample(problem, laid, what)
    if not rows:
        raise ProofError(f"{what}: no draw satisfies the conditions")
    for row in rows[:8]:
        values = named(laid, row)
        expected = flattened(problem.check(values)) if problem.check else []
        tolerance = values.get("tolerance", 0)
        got = flattened(
            [values[name.name] if isinstance(name, Sym) else part_value(name, values) for name in problem.answer.parts]
        )
        if not _same(got, expected, tolerance):
            raise ProofError(f"{what}: the lines come to {got}, the second way to {expected}")


def _checked_at_points(problem: Problem, check: Callable[[Numbers], object], what: str) -> None:
    """An expression against the second way, for values of its letters."""
    found = opened(problem.lines, problem.answer.symbol)
    for at in points(problem.letters):
        got, expected = value_of(found, at), check(at)
        if not isinstance(expected, int | float) or abs(got - expected) > NOISE * max(1, abs(expected)):
            raise ProofError(f"{what}: the lines come to {got}, the second way to {expected}, for {at}")


def points(letters: Mapping[Sym, Axis]) -> list[dict[str, Any]]:
    """Values for letters by name, in all combinations; none for no letters."""
    names = [sym.name for sym in letters]
    found = product(*(axis.values for axis in letters.values()))
    return [dict(zip(names, values, strict=True)) for values in found] if names else []


def value_of(expression: Expr, at: Mapping[str, Any]) -> float:
    """What an expression comes to: our own source, printed from the tree."""
    value: float = eval(compile(python(expression), "expression", "eval"), dict(NAMESPACE), dict(at))
    return value


def part_value(expression: Expr, values: dict[str, Any]) -> Any:
    (sym,) = expression.written
    return values[sym.name]


def _same(got: list[Any], expected: list[Any], tolerance: float) -> bool:
    if len(got) != len(expected):
        return False
    return all(a == b or (tolerance and abs(a - b) <= tolerance + NOISE) for a, b in zip(got, expected, strict=True))
