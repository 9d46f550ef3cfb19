"""What must hold of a choice question, worked out a second way: its options, and every number of its feedback.

Every function takes a structure and a record of it, and raises AssertionError where something does not hold.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from conftest import answer, by_latex, numbers_in, on_paper, reckon, seeded, work

from generator.blueprint import Blueprint
from generator.derivation import Line, Problem, Slip
from generator.notation import Sym

OPTIONS = 4
Record = dict[str, Any]


def holds(blueprint: Blueprint, found: Record, seed: int) -> None:
    """All of it, as far as it applies. ``seed``: for the values of letters, where nothing is drawn."""
    problem = blueprint.problem
    options_differ(found)
    if problem.answer.kind == "expression":
        derivations_hold(blueprint, found, seed)
    elif problem.numbers:
        options_hold(blueprint, found)
    if problem.answer.kind != "words":
        feedback_holds(blueprint, found, seed)
    if problem.numbers and problem.answer.kind in ("integer", "vector"):
        feedback_of_the_key_holds(found)


def options_differ(found: Record) -> None:
    """Four different options of which one is right."""
    options, told = found["options"], f"{found['family']} {found['structure']} {found['numbers']}"
    assert len(options) == OPTIONS, told
    assert [option["correct"] for option in options].count(True) == 1, told
    assert len({option["text"] for option in options}) == OPTIONS, f"{told}: {[o['text'] for o in options]}"
    assert options[found["answer"]["value"]]["correct"], f"{told}: the key is {found['answer']['value']}"
    for option in options:
        assert option["feedback"], told
        assert bool(option["slip"]) != option["correct"], told
        assert option["credit"] == 1 if option["correct"] else 0 <= option["credit"] < 1, told


def options_hold(blueprint: Blueprint, found: Record) -> None:
    """Each option is what its faulty lines come to."""
    problem = blueprint.problem
    for option in found["options"]:
        slip = None if option["correct"] else slip_of(blueprint, option["slip"])
        wanted = answer(problem, work(problem, found["numbers"], slip))
        told = f"{found['numbers']}: option {option['text']!r} ({option['slip'] or 'key'}) should be {wanted}"
        if problem.answer.kind == "list":
            assert option["text"] == (listed(wanted[0]) or "none"), told
        else:
            assert numbers_in(option["text"].replace(r"\times", " ")) == pytest.approx([float(w) for w in wanted]), told


def listed(value: tuple[Any, ...]) -> str:
    """A list as the page has it: words, pairs of words, or ids in brackets."""
    if value and isinstance(value[0], int):
        return f"({', '.join(map(str, value))})"
    return ", ".join(f"({', '.join(each)})" if isinstance(each, tuple) else each for each in value)


def derivations_hold(blueprint: Blueprint, found: Record, seed: int) -> None:
    """The same where options are expressions."""
    problem = blueprint.problem
    assert isinstance(problem.answer.of, Sym)
    values = letters(blueprint, seed)
    for option in found["options"]:
        slip = None if option["correct"] else slip_of(blueprint, option["slip"])
        wanted = work(problem, values, slip)[problem.answer.of.name]
        got = reckon(option["text"].strip("$"), values)
        assert got == pytest.approx(wanted), f"{option['text']} ({option['slip'] or 'key'}) at {values}"


def slip_of(blueprint: Blueprint, key: str) -> Slip:
    return next(slip for slip in blueprint.slips if slip.key == key)


def letters(blueprint: Blueprint, seed: int) -> dict[str, float]:
    """A value for every letter that no line defines."""
    random = seeded(f"{blueprint.key}/{seed}")
    defined = {line.symbol for line in blueprint.problem.lines}
    written = [line.expression for line in blueprint.problem.lines]
    written += [each for slip in blueprint.slips for each in slip.instead.values()]
    free = sorted({sym.name for expr in written for sym in expr.written if sym not in defined})
    allowed = {sym.name: axis.values for sym, axis in blueprint.problem.letters.items()}
    return {name: random.choice(allowed[name]) if name in allowed else random.uniform(-1, 1) for name in free}


def feedback_holds(blueprint: Blueprint, found: Record, seed: int) -> None:
    """Feedback tells the faulty line, the right one, and where it leads."""
    problem = blueprint.problem
    numbers = found["numbers"] or letters(blueprint, seed)
    right = work(problem, numbers)
    for option in found["options"]:
        if option["correct"]:
            assert option["feedback"].startswith("Right"), option["feedback"]
            continue
        slip = slip_of(blueprint, option["slip"])
        wrong = work(problem, numbers, slip)
        prefix = f"You {slip.words}: "
        assert option["feedback"].startswith(prefix), f"{option['feedback']!r} does not start with {prefix!r}"
        told = option["feedback"].removeprefix(prefix)
        where = f"{numbers}, {slip.key}: {option['feedback']}"
        claims = re.findall(r"\$([^$]+)\$ instead of \$([^$]+)\$", told)
        assert len(claims) == len(slip.made), where
        for (claim, instead), single in zip(claims, slip.made, strict=True):
            line = next(line for line in problem.lines if line.symbol in single.instead)
            name, *steps = claim.split(" = ")
            assert name == line.symbol.latex, where
            _agrees(problem, steps[-1], wrong, line, where)
            _agrees(problem, instead, right, line, where)
            if len(steps) > 1 and not (line.symbol.shape or line.kind or r"\text{" in steps[0]):
                rewritten, named = by_latex(problem, wrong)
                got = reckon(rewritten(steps[0]), named)
                assert _same(got, wrong[line.symbol.name], line.places), f"{steps[0]} in {where}"
        for leads in re.findall(r"That leads to \$([^$]+)\$", told):
            assert isinstance(problem.answer.of, Sym)
            name, *steps = leads.split(" = ")
            assert name == problem.answer.of.latex, where
            last = next(line for line in problem.lines if line.symbol == problem.answer.of)
            _agrees(problem, steps[-1], wrong, last, where)
        _tells_the_option(option, told, where, problem.answer.kind)


def _agrees(problem: Problem, shown: str, values: dict[str, Any], line: Line, where: str) -> None:
    """The LaTeX of a line's value (or of its expression, in a derivation) against the value, as the page rounds it."""
    value = values[line.symbol.name]
    if line.kind and line.kind != "integer":
        said = re.sub(r"\\text\{(.*)\}|\\varnothing", r"\1", shown)
        assert said == listed(value) or not value, f"{shown} for {value}: {where}"
        return
    if line.symbol.shape:
        assert numbers_in(shown) == pytest.approx(np.ravel(value).tolist(), abs=1e-9), f"{shown} for {value}: {where}"
        return
    if isinstance(value, float) and math.isnan(value):
        assert "–" in shown, where
        return
    exact, _, rounded = shown.partition(r" \approx ")
    rewritten, named = by_latex(problem, values)
    got = reckon(rewritten(exact), named)
    assert _same(got, value, line.places), f"{shown} for {value}: {where}"
    if rounded:
        assert int(numbers_in(rounded)[0]) == math.floor(float(value) + 0.5), f"{shown} for {value}: {where}"


def _same(got: Any, value: Any, places: int | None) -> bool:
    if places is not None:
        return math.isclose(float(on_paper(float(got), places)), float(value), abs_tol=1e-9)
    whole = float(value) == int(value)
    return math.isclose(float(got), float(value), rel_tol=1e-9, abs_tol=0 if whole else 0.01001)


def _tells_the_option(option: Record, told: str, where: str, kind: str) -> None:
    """The feedback ends at the number that the option shows."""
    if kind == "integer":
        assert numbers_in(option["text"])[0] in numbers_in(told), f"the option {option['text']} is not in {where}"


def feedback_of_the_key_holds(found: Record) -> None:
    """Feedback of the key ends with the key."""
    (right,) = (option for option in found["options"] if option["correct"])
    key = numbers_in(right["text"])
    if shown := numbers_in(right["feedback"].rsplit("=", 1)[-1]):
        assert shown[-len(key) :] == key, f"{right} in {found['numbers']}"
