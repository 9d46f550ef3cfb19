"""Multiple choice: one right option of four, on any rank and place, and feedback whose numbers hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
from choices import (
    OPTIONS,
    Record,
    derivations_hold,
    feedback_holds,
    feedback_of_the_key_holds,
    options_differ,
    options_hold,
)
from conftest import (
    accepted,
    answer,
    blueprints,
    each,
    each_family,
    numbers_in,
    questions,
    records,
    work,
)

from generator.blueprint import Blueprint
from generator.chance import chance
from generator.family import Family

WANTED = 2000


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
        options_differ(found)


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


@each(lambda problem: problem.numbers and problem.slips)
def test_options_are_what_the_faulty_lines_come_to(blueprint: Blueprint) -> None:
    for found in records(blueprint, "choice", 13):
        options_hold(blueprint, found)


@each(lambda problem: problem.answer.kind == "expression")
def test_derivations_offered_are_what_the_faulty_lines_come_to(blueprint: Blueprint) -> None:
    for seed in range(3):
        (found,) = records(blueprint, "choice", 1, str(seed))
        derivations_hold(blueprint, found, seed)


@each(lambda problem: problem.slips and problem.answer.kind != "words")
def test_feedback_tells_the_faulty_line_the_right_one_and_where_it_leads(blueprint: Blueprint) -> None:
    for seed, found in enumerate(records(blueprint, "choice", 13)):
        feedback_holds(blueprint, found, seed)


@each(lambda problem: problem.numbers and problem.answer.kind in ("integer", "vector"))
def test_feedback_of_the_key_ends_with_the_key(blueprint: Blueprint) -> None:
    for found in records(blueprint, "choice", 5):
        feedback_of_the_key_holds(found)
