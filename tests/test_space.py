"""The walk over a space of draws, and the identity of what is drawn."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import islice, permutations

import pytest
from conftest import blueprints, compiled, draws, questions

from generator.blueprint import compile_structure
from generator.chance import chance
from generator.errors import SpaceError
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.question import maker
from generator.sheet import Sheet
from generator.space import Axis, Space, among, shuffled, span, tenths, walk

SIZES = [*range(1, 70), 97, 100, 127, 128, 129, 255, 256, 257, 1000, 1023, 1024, 1025, 4096, 9973, 10_000, 50_021]


@pytest.mark.parametrize("seed", ["42", "43", "seed/family/x"])
def test_walk_meets_everything_once(seed: str) -> None:
    for size in SIZES:
        step = walk(size, seed)
        assert sorted(map(step, range(size))) == list(range(size)), f"walk({size}, {seed!r}) is no bijection"


def test_walk_depends_on_the_seed_alone() -> None:
    assert [walk(1000, "42")(n) for n in range(50)] == [walk(1000, "42")(n) for n in range(50)]
    assert [walk(1000, "42")(n) for n in range(50)] != [walk(1000, "43")(n) for n in range(50)]


@pytest.mark.parametrize("size", [20_000, 1 << 20, 3_000_017])
def test_neighbouring_seeds_share_no_more_than_chance(size: int) -> None:
    n = 5000
    first, second = (list(map(walk(size, seed), range(n))) for seed in ("42", "43"))
    mean = n * n / size
    sigma = math.sqrt(mean * (1 - n / size) * (size - n) / (size - 1))
    shared = len(set(first) & set(second))
    assert abs(shared - mean) <= 3 * sigma, f"{shared} shared, expected {mean:.1f} ± {sigma:.1f}"
    together = sum(a == b for a, b in zip(first, second, strict=True))
    assert together <= n / size + 3 * math.sqrt(n / size) + 1, f"{together} draws at the same step"


@pytest.mark.parametrize("size", [64 * 1000, 10**9 + 7, 1 << 70])
def test_walk_is_uniform(size: int) -> None:
    step = walk(size, "42")
    drawn = [step(n) for n in range(16_000)]
    for what, cells in {
        "by size": [64 * each // size for each in drawn],
        "by remainder": [each % 64 for each in drawn],
    }.items():
        p = chance([cells.count(cell) for cell in range(64)])
        assert p > 0.001, f"walk({size}) {what}: p = {p:.2g}"


@pytest.mark.parametrize("size", [64 * 1000, 10**9 + 7, 1 << 70])
def test_neighbouring_draws_are_independent(size: int) -> None:
    """The distance from a draw to the one some steps on is as uniform as the draws."""
    step = walk(size, "42")
    drawn = [step(n) for n in range(16_000)]
    for lag in (1, 2, 5):
        cells = [64 * ((b - a) % size) // size for a, b in zip(drawn, drawn[lag:], strict=False)]
        p = chance([cells.count(cell) for cell in range(64)])
        assert p > 1e-4, f"walk({size}), {lag} steps on: p = {p:.2g}"


@pytest.mark.parametrize("size", [2, 3, 5, 7, 12, 40])
def test_first_draw_is_uniform_over_seeds(size: int) -> None:
    seeds = 400 * size
    first = Counter(walk(size, f"s/{seed}")(0) for seed in range(seeds))
    p = chance([first[place] for place in range(size)])
    assert p > 0.001, f"walk({size}): first draws {dict(first)}, p = {p:.2g}"


@pytest.mark.parametrize("size", [3, 4, 5])
def test_every_order_is_as_likely(size: int) -> None:
    seen = Counter(tuple(shuffled(range(size), f"s/{seed}")) for seed in range(12_000))
    p = chance([seen[order] for order in permutations(range(size))])
    assert p > 0.001, f"orders of {size}: {sorted(seen.items())}, p = {p:.2g}"


def test_walk_beyond_machine_words() -> None:
    axes = Space(tuple(tenths(-9, 9) for _ in range(60)))
    assert axes.size == 18**60 > 1 << 63
    step, read = walk(axes.size, "42"), axes.reader()
    drawn = [step(n) for n in range(2000)]
    assert len(set(drawn)) == 2000
    assert all(0 <= each < axes.size for each in drawn)
    assert step(axes.size - 1) < axes.size
    digits = Counter(value for each in drawn for value in read(each))
    assert chance([digits[value] for value in tenths(-9, 9).values]) > 0.001, digits


def test_reader_reads_every_combination_once() -> None:
    space = Space((span(3, 9, 2), among("a", "b", "c"), tenths(-2, 2)))
    read = space.reader()
    found = {read(index) for index in range(space.size)}
    assert len(found) == space.size == 4 * 3 * 4
    assert {each[0] for each in found} == {3, 5, 7, 9}
    assert {each[2] for each in found} == {-0.2, -0.1, 0.1, 0.2}


def test_empty_space_says_so() -> None:
    with pytest.raises(SpaceError, match="nothing"):
        walk(Space((span(1, 3), Axis(()))).size, "42")


def test_axis_allows_its_values_and_its_bounds() -> None:
    axis = span(4, 8, 2, bounds=(1, 100))
    assert [axis.allows(value) for value in (4, 5, 100, 101, 0, 4.5, "4", True)] == [True] * 3 + [False] * 5


# --- identity ----------------------------------------------------------------------------------------------------


def test_ten_thousand_questions_differ() -> None:
    """By id, and by stem and answer, over all families that draw numbers."""
    mix = [found for found in blueprints() if found.space.size > 1]
    ids, seen = set[str](), dict[tuple[str, str], str]()
    wanted = -(-10_000 // len(mix)) * 3 // 2
    made = 0
    for blueprint in mix:
        sheet, form = Sheet(blueprint), FORMS["open"]
        fill = record(sheet, form)
        make = maker(sheet, form)
        for question in islice(filter(None, map(make, draws(blueprint))), wanted):
            text = fill(question.row(1), question.chosen)
            stem, answer = text.split('"stem": ', 1)[1].split('"slips": ')[0], text.split('"answer": ')[1][:300]
            here = f"{blueprint.family.id} {blueprint.key} {question.values[:6]}"
            assert question.id not in ids, f"{here}: the id {question.id} was given before"
            assert (stem, answer) not in seen, f"{here} reads like {seen[stem, answer]}"
            ids.add(question.id)
            seen[stem, answer] = here
            made += 1
    assert made >= 10_000, f"only {made} questions in all"


def test_id_knows_neither_seed_nor_wording_nor_position() -> None:
    blueprint = compiled("conv-output-size", padding="valid", strided=True, dilated=False)
    reworded = replace(blueprint.problem, ask="How wide is it, [[ size ]], [[ kernel ]], [[ stride ]]?")
    other = compile_structure(blueprint.family, blueprint.structure, reworded)
    assert other
    numbers = (40, 5, 3)
    makers = [
        maker(Sheet(found), FORMS["choice"], shuffle) for found in (blueprint, other) for shuffle in ("", "42", "43")
    ]
    made = [make(numbers) for make in makers]
    assert len({question.id for question in made if question}) == 1
    assert len({question.row(place)[0] for question in made if question for place in (1, 7)}) == 1
    by_id = {seed: {q.values: q.id for q in questions(blueprint, "open", 400, seed)} for seed in ("42", "43")}
    shared = set(by_id["42"]) & set(by_id["43"])
    assert shared, "no draw in common to compare"
    assert all(by_id["42"][values] == by_id["43"][values] for values in shared)


def test_id_tells_form_structure_family_and_numbers_apart() -> None:
    narrow = compiled("conv-output-size", padding="valid", strided=False, dilated=False)
    trace = [maker(Sheet(narrow), FORMS[form])((size, 5)) for form in ("open", "choice", "flash") for size in (40, 41)]
    padded = compiled("conv-output-size", padding="number", strided=False, dilated=False)
    wide = maker(Sheet(padded), FORMS["open"])((40, 5, 2))
    ids = [question.id for question in [*trace, wide] if question]
    assert len(set(ids)) == len(ids) == 7


def test_options_are_shuffled_by_the_shuffle_seed_alone() -> None:
    blueprint = compiled("recurrent-parameters", **blueprint_axes("recurrent-parameters"))
    sheet = Sheet(blueprint)
    numbers = [tuple(each) for each in islice(draws(blueprint), 200)]
    one, two = (list(map(maker(sheet, FORMS["choice"], shuffle), numbers)) for shuffle in ("1", "2"))
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a and b]
    assert all(a.values == b.values for a, b in pairs)
    assert sum(a.chosen != b.chosen for a, b in pairs) > len(pairs) * 0.8


def blueprint_axes(family: str) -> dict[str, object]:
    return next(dict(found.structure) for found in blueprints() if found.family.id == family)
