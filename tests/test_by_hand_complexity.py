"""Loops, calls, recurrences, series and percentages: against what is run, on draws of their own.

The code that a question shows is run as it stands (it is our own), recurrences are unrolled by their rule and solved by
sympy, series are added up term by term.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy
from conftest import accepted, answer, compiled, problems, records, work

from generator.algebra import opened, to_sympy
from generator.blueprint import Blueprint
from generator.derivation import Problem
from generator.distractors import slipped
from generator.families.recurrence_unrolling import RULES
from generator.families.series_sum import TOLD
from generator.family import Structure
from generator.notation import Written
from generator.proof import value_of

DRAWS = 200
Record = dict[str, Any]
Wanted = Callable[[Problem, Structure], bool]
n = sympy.Symbol("n", integer=True, positive=True)


def of(
    *ids: str, wanted: Callable[[Problem, Structure], bool] = lambda problem, structure: True
) -> pytest.MarkDecorator:
    """Parametrise a test over the structures of some families, as ``blueprint``."""
    places = [
        pytest.param(place, id=f"{family.id}:{'-'.join(map(str, structure.values()))}")
        for place, (family, structure, problem) in enumerate(problems())
        if family.id in ids and wanted(problem, structure)
    ]
    return pytest.mark.parametrize("blueprint", places, indirect=True)


def kind(name: str) -> Wanted:
    return lambda problem, structure: problem.answer.kind == name


def asks(text: str) -> Wanted:
    return lambda problem, structure: str(structure["asked"]).startswith(text)


def listing(stem: str) -> str:
    """The code in a stem."""
    (code,) = re.findall(r"```python\n(.*?)\n```", stem, re.DOTALL)
    return code


def printed(code: str) -> int:
    """What a program prints."""
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        exec(code, {})
    return int(page.getvalue())


def defined(code: str) -> Callable[..., Any]:
    """The one function that a listing defines."""
    scope: dict[str, Any] = {}
    exec(code, scope)
    (function,) = (value for name, value in scope.items() if name != "__builtins__")
    return function


def calls(code: str, at: int) -> int:
    """How often the function of a listing is called in all."""
    counted = re.sub(r"^(def \w+\(n\):)$", r"\1\n    calls.append(n)", code, flags=re.MULTILINE)
    made: list[int] = []
    scope: dict[str, Any] = {"calls": made}
    exec(counted, scope)
    (function,) = (value for name, value in scope.items() if name not in ("__builtins__", "calls"))
    function(at)
    return len(made)


def asked(blueprint: Blueprint) -> Iterator[Record]:
    """Two hundred open questions, or all that there are."""
    yield from records(blueprint, "open", DRAWS, "by hand")


def expression_at(blueprint: Blueprint, at: int) -> float:
    """The answer of a derivation for a value of its letter."""
    problem = blueprint.problem
    (letter,) = problem.letters
    return value_of(opened(problem.lines, problem.answer.symbol), {letter.name: at})


def points(blueprint: Blueprint) -> list[int]:
    """1 to 10, as far as the question is about such n, and what else it is checked with."""
    (axis,) = blueprint.problem.letters.values()
    allowed = {value for value in axis.values if isinstance(value, int)}
    steps = sorted(allowed)
    everything = steps == list(range(steps[0], steps[-1] + 1))
    return sorted(allowed | set(range(1, 11))) if everything else steps


# --- loops -------------------------------------------------------------------------------------------------------


@of("digit-loop", "loop-complexity", wanted=kind("integer"))
def test_program_prints_the_answer(blueprint: Blueprint) -> None:
    for found in asked(blueprint):
        assert printed(listing(found["stem"])) == found["answer"]["value"], found["stem"]


@of("loop-complexity", wanted=kind("expression"))
def test_formula_counts_what_runs(blueprint: Blueprint) -> None:
    (found,) = records(blueprint, "open", 1)
    for at in points(blueprint):
        ran = printed(f"n = {at}\nruns = 0\n{listing(found['stem'])}\nprint(runs)")
        assert expression_at(blueprint, at) == pytest.approx(ran), at


@of("digit-loop", wanted=kind("expression"))
def test_formula_counts_the_turns(blueprint: Blueprint) -> None:
    (found,) = records(blueprint, "open", 1)
    turns = defined(listing(found["stem"]))
    for at in (*range(1, 1200), 9_999, 10_000, 10_001, 2**16 - 1, 2**16, 10**6):
        assert expression_at(blueprint, at) == turns(at), at


# from n to 2n the count grows by about so much
DOUBLED = {"$O(n)$": 2, r"$O(n \log n)$": 2.25, "$O(n^2)$": 4, "$O(n^3)$": 8}


@of("loop-complexity", wanted=kind("words"))
def test_bound_is_how_the_count_grows(blueprint: Blueprint) -> None:
    code, bound = blueprint.problem.code, blueprint.problem.answer.text

    def ran(at: int) -> int:
        return printed(f"n = {at}\nruns = 0\n{code}\nprint(runs)")

    if bound == "$O(2^n)$":
        assert ran(15) / ran(14) == pytest.approx(2, rel=0.01)
    else:
        large = 64 if bound == "$O(n^3)$" else 256
        assert ran(2 * large) / ran(large) == pytest.approx(DOUBLED[bound], rel=0.02), bound
    for slip in blueprint.problem.slips:  # the counts that the reasons tell
        small, larger = map(int, re.findall(r"from ([\d,]+) to ([\d,]+);", slip.words.replace(",", ""))[0])
        assert (ran(8), ran(16)) == (small, larger)


# --- calls -------------------------------------------------------------------------------------------------------


@of("recursive-calls", wanted=lambda problem, structure: problem.answer.unit == "calls")
def test_calls_are_those_that_are_made(blueprint: Blueprint) -> None:
    for found in asked(blueprint):
        (at,) = re.findall(r"`\w+\((\d+)\)` is called", found["stem"])
        assert calls(listing(found["stem"]), int(at)) == found["answer"]["value"], found["stem"]


@of("recursive-calls", wanted=kind("expression"))
def test_formula_counts_the_calls(blueprint: Blueprint) -> None:
    (found,) = records(blueprint, "open", 1)
    for at in points(blueprint):
        assert expression_at(blueprint, at) == calls(listing(found["stem"]), at), at


@of("recursive-calls", wanted=asks("value"))
def test_function_returns_the_answer(blueprint: Blueprint) -> None:
    for found in asked(blueprint):
        (at,) = re.findall(r"`f\((\d+)\)` return", found["stem"])
        assert defined(listing(found["stem"]))(int(at)) == found["answer"]["value"], found["stem"]


def test_subsets_are_those_that_are_listed() -> None:
    for found in asked(compiled("recursive-calls", asked="subsets")):
        (count,) = re.findall(r"a set of (\d+) elements", found["stem"])
        subsets = defined(listing(found["stem"]))(range(int(count)))
        assert len(subsets) == len(set(subsets)) == found["answer"]["value"]


def test_calls_of_fib_do_not_double() -> None:
    """The notes let them: 1, 2, 4, 8, 16 for n = 1 to 5. There are 1, 3, 5, 9, 15, which grow by 1.618 in the end."""
    code = compiled("recursive-calls", asked="fib(5)").problem.code
    assert [calls(code, at) for at in range(1, 6)] == [1, 3, 5, 9, 15]
    assert calls(code, 20) / calls(code, 19) == pytest.approx((1 + 5**0.5) / 2, abs=1e-3)
    for at, wrong in ((3, 4), (4, 8), (5, 16)):
        blueprint = compiled("recursive-calls", asked=f"fib({at})")
        (doubled,) = (slip for slip in blueprint.slips if slip.key == "doubled")
        assert answer(blueprint.problem, work(blueprint.problem, {}, doubled)) == [wrong]


# --- recurrences -------------------------------------------------------------------------------------------------


def unrolled(rule: str, at: int) -> int:
    """A rule as it is written, "T(n) = 2 T(n/2) + 3, T(1) = 1", used until its base case."""
    times, halved, sign, plus, least, start = re.fullmatch(  # type: ignore[union-attr]
        r"T\(n\) = (\d*) ?T\((?:n-1|(n/2))\)(?: ([+-]) (\d+|n))?, T\(([01])\) = (\d+)", rule
    ).groups()
    if at == int(least):
        return int(start)
    added = 0 if not plus else at if plus == "n" else int(plus)
    below = unrolled(rule, at // 2 if halved else at - 1)
    return int(times or 1) * below + (-added if sign == "-" else added)


@of("recurrence-unrolling", wanted=kind("expression"))
def test_closed_form_is_what_the_rule_comes_to(blueprint: Blueprint) -> None:
    rule = str(blueprint.structure["rule"])
    for at in points(blueprint):
        assert expression_at(blueprint, at) == pytest.approx(unrolled(rule, at)), at


def meaning(written: Written) -> Any:
    return sympy.Integer(written)


@of("recurrence-unrolling", wanted=kind("expression"))
def test_closed_form_is_sympys(blueprint: Blueprint) -> None:
    """rsolve where the argument falls by 1; where it is halved, the same recurrence in k, with n = 2^k."""
    rule = RULES[str(blueprint.structure["rule"])]
    problem, T, k = blueprint.problem, sympy.Function("T"), sympy.Symbol("k", integer=True, nonnegative=True)
    at = 2**k if rule.halved else k
    plus = at if rule.plus is None else meaning(rule.plus)
    solved = sympy.rsolve(T(k) - meaning(rule.times) * T(k - 1) - plus, T(k), {T(0): meaning(rule.start)})
    found = opened(problem.lines, problem.answer.symbol)
    for number in range(8):
        letter = 2**number if rule.halved else number
        assert value_of(found, {"n": letter}) == pytest.approx(float(solved.subs(k, number))), number


@of("recurrence-unrolling", wanted=kind("integer"))
def test_value_is_what_the_rule_comes_to(blueprint: Blueprint) -> None:
    for found in asked(blueprint):
        rule, start, at = re.search(  # type: ignore[union-attr]
            r"(T\(n\) = .*?) \\quad.*?(T\([01]\) = \d+)\n.*T\(([\d,]+)\)\$\?", found["stem"], re.DOTALL
        ).groups()
        assert unrolled(f"{rule}, {start}", int(at)) == found["answer"]["value"], found["stem"]


@of("recurrence-unrolling", wanted=asks("substituted once"))
def test_only_the_key_is_the_rule_used_twice(blueprint: Blueprint) -> None:
    rule = str(blueprint.structure["rule"])

    def right(line: str, at: int) -> int:
        text = re.sub(r"T\(n-(\d)\)", r"* T(n-\1)", line.strip("$").removeprefix("T(n) = "))
        names = {"T": lambda below: unrolled(rule, below), "n": at}
        return int(eval(text.replace("^", "**").replace(r"\cdot", "*"), names))

    assert all(right(blueprint.problem.answer.text, at) == unrolled(rule, at) for at in range(4, 8))
    for slip in blueprint.problem.slips:
        if rule != "T(n) = 2 T(n-1) - 1, T(0) = 1":  # which is 1 for every n, whatever the index
            assert any(right(slip.text, at) != unrolled(rule, at) for at in range(4, 8)), slip.key


def test_index_that_runs_ahead_is_a_slip() -> None:
    """The notes go on from 3 T(n-1) to 3^2 T(n-3); it is 3^2 T(n-2)."""
    rule = "T(n) = 3 T(n-1), T(0) = 1"
    once = compiled("recurrence-unrolling", rule=rule, asked="substituted once").problem
    assert once.answer.text == "$T(n) = 3^2 T(n-2)$"
    assert [slip.text for slip in once.slips if slip.key == "index-ahead"] == ["$T(n) = 3^2 T(n-3)$"]
    closed = compiled("recurrence-unrolling", rule=rule, asked="closed form")
    (ahead,) = (slip for slip in closed.slips if slip.key == "index-ahead")
    assert "3^2 T(n-3)" in ahead.words
    assert value_of(slipped(closed.problem, ahead), {"n": 5}) == 3**4


# --- series and percentages --------------------------------------------------------------------------------------


@of("series-sum", wanted=kind("expression"))
def test_sum_is_sympys(blueprint: Blueprint) -> None:
    """Each series by its general term, summed by sympy."""
    term, low, high = SUMS[str(blueprint.structure["series"])]
    i = sympy.Symbol("i", integer=True)
    summed = sympy.summation(term(i), (i, low, high))
    problem = blueprint.problem
    found = to_sympy(opened(problem.lines, problem.answer.symbol), {"n": n})
    assert sympy.simplify(found - summed) == 0, f"{found} is not {summed}"


SUMS: dict[str, tuple[Callable[[Any], Any], int, Any]] = {
    "powers of 2": (lambda i: 2**i, 0, n - 1),
    "powers of 2 from 2": (lambda i: 2**i, 1, n),
    "powers of 2 to the n": (lambda i: 2**i, 0, n),
    "powers of 3": (lambda i: 3**i, 0, n - 1),
    "powers of 4": (lambda i: 4**i, 0, n - 1),
    "whole numbers": (lambda i: i, 1, n),
    "whole numbers below n": (lambda i: i, 1, n - 1),
    "odd numbers": (lambda i: 2 * i - 1, 1, n),
    "even numbers": (lambda i: 2 * i, 1, n),
}


def test_every_series_is_summed() -> None:
    assert set(SUMS) == set(TOLD)


@of("series-sum", wanted=kind("integer"))
def test_sum_is_that_of_its_terms(blueprint: Blueprint) -> None:
    geometric, sigma = (word in str(blueprint.structure["series"]) for word in ("geometric", "Σ"))
    for found in asked(blueprint):
        v = found["numbers"]
        count = v["upper_limit"] + 1 if sigma else v["terms"]
        term = [v["first"] * v["ratio"] ** i if geometric else v["first"] + v["difference"] * i for i in range(count)]
        assert sum(term) == found["answer"]["value"], v


@of("percent-backwards")
def test_what_was_there_before_becomes_what_is_there_now(blueprint: Blueprint) -> None:
    sign = 1 if blueprint.structure["change"] == "rise" else -1
    for values in itertools.islice(accepted(blueprint, DRAWS), DRAWS):
        before = Fraction(values["after"])
        for _ in range(int(str(blueprint.structure["times"]))):
            before /= 1 + sign * Fraction(values["percent"], 100)
        assert float(before) == pytest.approx(values["before"], abs=0.05 + 1e-9), values
        assert values["before"] == round(values["before"], 1)


# --- all of them -------------------------------------------------------------------------------------------------

FAMILIES = (
    "recurrence-unrolling",
    "loop-complexity",
    "recursive-calls",
    "digit-loop",
    "series-sum",
    "percent-backwards",
)


@of(*FAMILIES)
def test_every_structure_has_four_single_slips(blueprint: Blueprint) -> None:
    assert len(blueprint.slips[: blueprint.singles]) >= 4
