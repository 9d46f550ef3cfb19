"""Slips: each bites somewhere, reads as the continuation of "You …", and never answers right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import permutations

import pytest
from conftest import answer, blueprints, each, each_family, problems, records, work

from generator.blueprint import Blueprint
from generator.derivation import Answer, Line, Problem, both, faulty, pairs, slip, tidy
from generator.family import Family
from generator.layers import KINDS
from generator.notation import Num, Sym
from generator.reading import plain

DRAWS = 20


# what layers and counting make for every model: in one family a slip of its own may say the same
MADE = re.compile(
    r"(layer-missing|width-before|side-by-side|\w+-branch-only|branches-multiplied)-\d+"
    r"|last-layer-twice|equal-layers-once|(" + "|".join(kind.lower() for kind in KINDS) + ")-.+"
)


@each_family
def test_every_slip_that_a_family_declares_bites_somewhere(family: Family) -> None:
    declared: dict[str, list[str]] = {}
    for found, structure, problem in problems():
        if found.id == family.id:
            for each_slip in problem.slips:
                if not MADE.fullmatch(each_slip.key):
                    declared.setdefault(each_slip.key, []).append(str(structure))
    biting = {s.key for found in blueprints() if found.family.id == family.id for s in found.slips[: found.singles]}
    lost = {key: places[0] for key, places in declared.items() if key not in biting}
    assert not lost, f"{family.id}: declared (first in the structure shown) but without effect anywhere: {lost}"


def test_every_slip_that_layers_and_counting_make_bites_in_some_family() -> None:
    def kinds(keys: Iterable[str]) -> set[str]:
        return {re.sub(r"-\d+$", "", key) for key in keys if MADE.fullmatch(key)}

    declared = kinds(s.key for _, _, problem in problems() for s in problem.slips)
    assert declared == kinds(s.key for found in blueprints() for s in found.slips[: found.singles])


@each_family
def test_slips_have_keys_and_credits(family: Family) -> None:
    for found, structure, problem in problems():
        if found.id == family.id:
            keys = [s.key for s in problem.slips]
            assert len(keys) == len(set(keys)), f"{structure}: a key twice in {keys}"
            assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in keys), keys
            assert all(0 <= s.credit < 1 for s in problem.slips)


@each(lambda problem: problem.slips and not problem.slips[0].text)
def test_words_continue_after_you(blueprint: Blueprint) -> None:
    for each_slip in blueprint.slips:
        words = each_slip.words
        assert words and words[0].islower(), f"{each_slip.key}: 'You {words}'"
        assert not words.rstrip().endswith((".", "!", ",", ":")), f"{each_slip.key}: '{words}' ends a sentence"
        assert "\n" not in words and "  " not in words and words == words.strip()
        assert words.count("$") % 2 == 0, f"{each_slip.key}: a dollar alone in '{words}'"
        assert not re.match(r"(you|your|the|a|an|it) ", words), f"{each_slip.key}: 'You {words}' has no verb"


@each(lambda problem: problem.slips and problem.slips[0].text)
def test_reasons_of_concepts_are_sentences(blueprint: Blueprint) -> None:
    for each_slip in blueprint.slips:
        assert not each_slip.words[0].islower(), each_slip.words  # a number, code or a quoted word may come first
        assert each_slip.words.endswith((".", "$", "?", "…")), each_slip.words


@each(lambda problem: problem.slips and problem.answer.kind != "words")
def test_listed_slips_differ_from_the_key_and_from_each_other(blueprint: Blueprint) -> None:
    for found in records(blueprint, "open", DRAWS):
        key = canonical(found["answer"]["value"])
        values = [canonical(each_slip["value"]) for each_slip in found["slips"]]
        told = f"{found['numbers']}: {[(s['key'], s['value']) for s in found['slips']]}"
        assert values, f"{found['numbers']}: no slip listed"
        assert key not in values, f"a slip answers right, {key}: {told}"
        assert len(set(values)) == len(values), f"two slips answer the same: {told}"


def canonical(value: object) -> str:
    return str(value["plain"]) if isinstance(value, dict) else json.dumps(value)


@each(lambda problem: problem.numbers and problem.slips)
def test_listed_slips_are_what_the_faulty_lines_come_to(blueprint: Blueprint) -> None:
    problem, by_key = blueprint.problem, {s.key: s for s in blueprint.slips}
    for found in records(blueprint, "open", DRAWS):
        for told in found["slips"]:
            wrong = answer(problem, work(problem, found["numbers"], by_key[told["key"]]))
            got = _flat(told["value"])
            wanted = _flat(wrong)
            assert got == pytest.approx(wanted, abs=1e-9), f"{told} in {found['numbers']}: should be {wrong}"
            assert told["words"] == by_key[told["key"]].words


def _flat(value: object) -> list:
    return [leaf for part in value for leaf in _flat(part)] if isinstance(value, (list, tuple)) else [value]


# --- how slips are made and kept ---------------------------------------------------------------------------------

a, b, c, n = Sym("a"), Sym("b"), Sym("c"), Sym("n")


def test_two_slips_go_together_unless_they_touch_the_same_line() -> None:
    one, two, three = (
        slip("one", "did this", {a: 0}, 0.5),
        slip("two", "did that", {b: 1}),
        slip("three", "erred", {a: 2}),
    )
    pair = both(one, two)
    assert pair and (pair.key, pair.words, pair.credit) == ("one+two", "did this, and did that", 0.0)
    assert pair.made == (one, two) and pair.instead == {a: Num(0), b: Num(1)}
    assert both(one, three) is None
    assert [found.key for found in pairs((one, two, three))] == ["one+two", "two+three"]


def test_lines_below_a_slip_follow_and_others_stay() -> None:
    lines = (Line(a, n + 1, "a"), Line(b, n * 2, "b"), Line(c, a + b, "c"))
    wrong = faulty(lines, {a: n})
    assert [(line.symbol.name, plain(line.expression)) for line in wrong] == [("a", "n"), ("c", "a + b")]


def _problem(slips: tuple) -> Problem:
    lines = (Line(a, n * 0, "nothing"), Line(b, n * 2, "twice"), Line(c, b + a, "same as b"))
    return Problem(ask="", answer=Answer("integer", c), lines=lines, slips=slips, proves={c: 2 * n})


def test_slips_without_effect_drop_out() -> None:
    kept = tidy(_problem((
        slip("gone", "touched a line that is not there", {a: 3}),
        slip("same", "wrote the same", {b: n * 2}),
        slip("bites", "halved", {b: n}),
        slip("again", "halved in other words", {b: n}),
    )))  # fmt: skip
    assert [found.key for found in kept.slips] == ["bites"]


@each(lambda problem: problem.slips and problem.answer.kind != "words")
def test_pairs_are_made_of_single_slips(blueprint: Blueprint) -> None:
    singles = blueprint.slips[: blueprint.singles]
    assert all(found.made == (found,) for found in singles)
    allowed = {f"{one.key}+{two.key}" for one, two in permutations(singles, 2)}
    assert {found.key for found in blueprint.slips[blueprint.singles :]} <= allowed
