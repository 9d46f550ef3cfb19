"""Multiple choice: one right option of four, on any rank and place, and feedback whose numbers hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import (
    accepted,
    answer,
    blueprints,
    by_latex,
    chance,
    each,
    each_family,
    numbers_in,
    on_paper,
    questions,
    reckon,
    records,
    seeded,
    work,
)

from generator.blueprint import Blueprint
from generator.derivation import Line, Problem, Slip
from generator.family import Family
from generator.notation import Sym

OPTIONS = 4
WANTED = 2000
Record = dict[str, Any]


@cache
def _drawn() -> dict[str, list[Record]]:
    """2,000 records and more, over every structure with wrong answers; by family."""
    asked = blueprints(lambda problem: problem.slips)
    share = [found for found in asked if found.space.size > 1]
    count = -(-WANTED // len(share))
    found: dict[str, list[Record]] = {}
    for blueprint in asked:
        found.setdefault(blueprint.family.id, []).extend(records(blueprint, "choice", count))
    return found


def test_two_thousand_are_drawn() -> None:
    assert sum(map(len, _drawn().values())) >= WANTED


@each_family
def test_four_different_options_of_which_one_is_right(family: Family) -> None:
    for found in _drawn().get(family.id, []):
        options, told = found["options"], f"{family.id} {found['structure']} {found['numbers']}"
        assert len(options) == OPTIONS, told
        assert [option["correct"] for option in options].count(True) == 1, told
        assert len({option["text"] for option in options}) == OPTIONS, f"{told}: {[o['text'] for o in options]}"
        assert options[found["answer"]["value"]]["correct"], f"{told}: the key is {found['answer']['value']}"
        for option in options:
            assert option["feedback"], told
            assert bool(option["slip"]) != option["correct"], told
            assert option["credit"] == 1 if option["correct"] else 0 <= option["credit"] < 1, told


# --- the key does not give itself away ---------------------------------------------------------------------------


@each(lambda problem: problem.answer.ordered and problem.slips)
def test_three_wrong_answers_below_and_three_above(blueprint: Blueprint) -> None:
    """In most accepted draws; draws without are passed over, whatever the rank."""
    problem, enough, tried = blueprint.problem, 0, 0
    for values in accepted(blueprint, 40):
        tried += 1
        numbers = _numbers(blueprint, values)
        (key,) = answer(problem, work(problem, numbers))
        wrong = {answer(problem, work(problem, numbers, slip))[0] for slip in blueprint.slips}
        credible = {each for each in wrong if not math.isnan(each) and (problem.answer.kind != "integer" or each > 0)}
        below, above = sum(each < key for each in credible), sum(each > key for each in credible)
        enough += below >= OPTIONS - 1 and above >= OPTIONS - 1
    assert enough * 2 > tried, f"{blueprint.family.id} {blueprint.key}: only {enough} of {tried} draws have both sides"


def _numbers(blueprint: Blueprint, values: dict[str, Any]) -> dict[str, Any]:
    return {
        sym.name: np.array([values[part.name] for part in sym.parts]).reshape(sym.shape)
        if sym.shape
        else values[sym.name]
        for sym in blueprint.problem.numbers
    }


@each(lambda problem: problem.answer.ordered and problem.slips)
def test_rank_of_the_key_is_uniform(blueprint: Blueprint) -> None:
    """Structure by structure; the bar is shared among the hundred and more structures tested."""
    made = questions(blueprint, "choice", 400)
    sheet = made[0].sheet
    places = {0: sheet.laid.place(blueprint.problem.answer.parts[0])}
    places |= {number + 1: slip[0] for number, slip in enumerate(sheet.laid.slips)}
    ranks: Counter[int] = Counter()
    for question in made:
        row = question.row()
        shown = sorted(row[places[piece]] for piece in question.chosen["options"])
        assert len(set(shown)) == OPTIONS, f"{blueprint.key}: {shown}"
        ranks[shown.index(row[places[0]])] += 1
    p = chance([ranks[rank] for rank in range(OPTIONS)])
    assert p > 1e-5, f"{blueprint.family.id} {blueprint.key}: ranks {dict(ranks)}, p = {p:.2g}"


@each_family
def test_rank_is_uniform_over_the_family(family: Family) -> None:
    ranks: Counter[int] = Counter()
    for found in _drawn().get(family.id, []):
        if all(re.fullmatch(r"[\d,]+|\$-?[\d.]+\$", option["text"]) for option in found["options"]):
            shown = sorted((numbers_in(option["text"])[0], option["correct"]) for option in found["options"])
            ranks[[correct for _, correct in shown].index(True)] += 1
    if ranks:
        p = chance([ranks[rank] for rank in range(OPTIONS)])
        assert p > 0.001, f"{family.id}: ranks {dict(ranks)}, p = {p:.2g}"


@each_family
def test_place_of_the_key_is_uniform(family: Family) -> None:
    """With one draw only (a derivation, a concept) over shuffles, else over draws."""
    places: Counter[int] = Counter()
    for blueprint in blueprints(lambda problem: problem.slips):
        if blueprint.family.id == family.id:
            single = blueprint.space.size == 1
            for seed in range(40 if single else 1):
                places.update(
                    question.key for question in questions(blueprint, "choice", 1 if single else 100, str(seed))
                )
    if places:
        p = chance([places[place] for place in range(OPTIONS)])
        assert p > 0.001, f"{family.id}: places {dict(places)}, p = {p:.2g}"


# --- options and feedback, recomputed ----------------------------------------------------------------------------


def slip_of(blueprint: Blueprint, key: str) -> Slip:
    return next(slip for slip in blueprint.slips if slip.key == key)


def listed(value: tuple) -> str:
    """A list as the page has it: words, pairs of words, or ids in brackets."""
    if value and isinstance(value[0], int):
        return f"({', '.join(map(str, value))})"
    return ", ".join(f"({', '.join(each)})" if isinstance(each, tuple) else each for each in value)


@each(lambda problem: problem.numbers and problem.slips)
def test_options_are_what_the_faulty_lines_come_to(blueprint: Blueprint) -> None:
    problem = blueprint.problem
    for found in records(blueprint, "choice", 13):
        for option in found["options"]:
            slip = None if option["correct"] else slip_of(blueprint, option["slip"])
            wanted = answer(problem, work(problem, found["numbers"], slip))
            told = f"{found['numbers']}: option {option['text']!r} ({option['slip'] or 'key'}) should be {wanted}"
            if problem.answer.kind == "list":
                assert option["text"] == (listed(wanted[0]) or "none"), told
            else:
                assert numbers_in(option["text"].replace(r"\times", " ")) == pytest.approx(
                    [float(w) for w in wanted]
                ), told


@each(lambda problem: problem.answer.kind == "expression")
def test_derivations_offered_are_what_the_faulty_lines_come_to(blueprint: Blueprint) -> None:
    problem = blueprint.problem
    assert isinstance(problem.answer.of, Sym)
    for seed in range(3):
        (found,) = records(blueprint, "choice", 1, str(seed))
        values = letters(blueprint, seed)
        for option in found["options"]:
            slip = None if option["correct"] else slip_of(blueprint, option["slip"])
            wanted = work(problem, values, slip)[problem.answer.of.name]
            got = reckon(option["text"].strip("$"), values)
            assert got == pytest.approx(wanted), f"{option['text']} ({option['slip'] or 'key'}) at {values}"


def letters(blueprint: Blueprint, seed: int) -> dict[str, float]:
    """A value for every letter that no line defines."""
    random = seeded(f"{blueprint.key}/{seed}")
    defined = {line.symbol for line in blueprint.problem.lines}
    written = [line.expression for line in blueprint.problem.lines]
    written += [each for slip in blueprint.slips for each in slip.instead.values()]
    free = sorted({sym.name for expr in written for sym in expr.written if sym not in defined})
    return {name: random.uniform(-1, 1) for name in free}


@each(lambda problem: problem.slips and problem.answer.kind != "words")
def test_feedback_tells_the_faulty_line_the_right_one_and_where_it_leads(blueprint: Blueprint) -> None:
    problem = blueprint.problem
    for seed, found in enumerate(records(blueprint, "choice", 13)):
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
    if line.kind:
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


@each(lambda problem: problem.numbers and problem.answer.kind in ("integer", "vector"))
def test_feedback_of_the_key_ends_with_the_key(blueprint: Blueprint) -> None:
    for found in records(blueprint, "choice", 5):
        (right,) = (option for option in found["options"] if option["correct"])
        key = numbers_in(right["text"])
        if shown := numbers_in(right["feedback"].rsplit("=", 1)[-1]):
            assert shown[-len(key) :] == key, f"{right} in {found['numbers']}"
