"""Drawing: no question twice, the same ones under a lock, versions alike, spaces used up."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest
from recipes import Item, build, ids, records, refused, write
from recipes import netdrill as run

from generator.draw import Compiler, Pool
from generator.errors import RecipeError
from generator.family import families
from generator.lock import Pin
from generator.recipe import Item as Asked
from generator.recipe import read_recipe

COUNTS: Item = {"family": "recurrent-parameters", "count": 12}
SIZES: Item = {"family": "conv-output-size", "form": "choice", "count": 8}
CARDS: Item = {"family": "lstm", "form": "flash", "count": 4}
DECK = len(families()["lstm"].axes["card"])


def by_item(path: Path) -> dict[str, list[str]]:
    """The ids of a build, for each family and form in order."""
    found: dict[str, list[str]] = {}
    for record in records(path):
        found.setdefault(f"{record['family']} {record['form']}", []).append(record["id"])
    return found


def test_ten_thousand_questions_differ(tmp_path: Path) -> None:
    """10,000 ids, and 10,000 pairs of stem and answer, from one recipe."""
    items = [
        {"family": "recurrent-parameters", "count": 2500},
        {"family": "recurrent-parameters", "form": "choice", "count": 1500},
        {"family": "text-classifier-parameters", "count": 2000},
        {"family": "conv-output-size", "count": 1500},
        {"family": "cnn-shape-trace", "count": 800},
        {"topic": "Counting parameters", "form": "choice", "count": 1700},
    ]
    found = records(build(tmp_path, *items, formats=["jsonl"]))
    assert len(found) == 10_000
    assert len({record["id"] for record in found}) == 10_000
    read = Counter(json.dumps([record["stem"], record["answer"], record["options"]]) for record in found)
    assert len(read) == 10_000, f"reads like another: {read.most_common(1)}"


LSTM: Item = {"family": "recurrent-parameters", "cell": "LSTM", "bias": True, "convention": "keras"}
VALID: Item = {"family": "conv-output-size", "padding": "valid", "strided": True, "dilated": False}
NARROW: Item = {"family": "skip-gram-pairs", "window": 2}


@pytest.mark.parametrize("item, n", [(LSTM, 1200), (VALID, 1500), (NARROW, 90)], ids=["counts", "sizes", "sentences"])
def test_two_seeds_share_no_more_than_chance(item: Item, n: int, tmp_path: Path) -> None:
    """Two independent draws of n out of N share n²/N, and at most 3σ more."""
    told = refused(run("build", write(tmp_path, item | {"count": 500_000}), "-o", tmp_path / "none"))
    size = int(told.split("there are only ")[1].split()[0].replace(",", ""))
    drawn = []
    for seed in (42, 43):
        (tmp_path / str(seed)).mkdir()
        drawn.append(set(ids(build(tmp_path / str(seed), item | {"count": n}, seed=seed, formats=["jsonl"]))))
    shared, mean = len(drawn[0] & drawn[1]), n * n / size
    sigma = math.sqrt(mean * (1 - n / size) * (size - n) / (size - 1))
    assert abs(shared - mean) <= 3 * sigma, f"{shared} shared of {size}, expected {mean:.1f} ± {sigma:.1f}"


# --- under a lock ------------------------------------------------------------------------------------------------


def test_a_recipe_that_grows_keeps_its_questions(tmp_path: Path) -> None:
    before = by_item(build(tmp_path, COUNTS, SIZES, formats=["jsonl"]).folder)
    front: Item = {"family": "recurrent-parameters", "form": "choice", "count": 5}
    grown = [front, COUNTS | {"count": 20}, CARDS, SIZES | {"points": 7, "count": 30}]
    after = by_item(build(tmp_path, *grown, formats=["jsonl"]).folder)
    for name, kept in before.items():
        assert after[name][: len(kept)] == kept, f"{name}: not kept, or not in order"
    assert {name: len(found) for name, found in after.items()} == {
        "recurrent-parameters choice": 5,
        "recurrent-parameters open": 20,
        "lstm flash": 4,
        "conv-output-size choice": 30,
    }


def test_a_grown_recipe_keeps_more_than_patience(tmp_path: Path) -> None:
    """Many kept questions are no sign of a space used up."""
    item = {"family": "recurrent-parameters", "cell": "LSTM", "bias": True, "convention": "keras"}
    item |= {"features": {"max": 60}, "units": {"max": 64}}
    before = ids(build(tmp_path, item | {"count": 430}, formats=["jsonl"]))
    assert ids(build(tmp_path, item | {"count": 510}, formats=["jsonl"]))[:430] == before


@pytest.mark.parametrize("first", [3, 5, 9])
def test_an_equal_item_in_front_keeps_them_too(first: int, tmp_path: Path) -> None:
    """Two items that ask for the same: whichever comes first, no question handed out is lost."""
    before = ids(build(tmp_path, COUNTS | {"count": 5}, formats=["jsonl"]))
    after = ids(build(tmp_path, COUNTS | {"count": first, "points": 2}, COUNTS | {"count": 5}, formats=["jsonl"]))
    assert set(before) <= set(after)
    assert len(set(after)) == first + 5
    again = ids(build(tmp_path, COUNTS | {"count": first, "points": 2}, COUNTS | {"count": 6}, formats=["jsonl"]))
    assert again[: len(after)] == after


def test_a_topic_that_gains_a_family_keeps_its_questions(tmp_path: Path) -> None:
    """What a lock pins goes by the topic's name, not by the families that it has today."""
    recipe = read_recipe(write(tmp_path, {"topic": "Shapes", "count": 3}))
    (item,) = recipe.items
    fewer = Asked(item.where, item.forms, 3, 1, item.families[:1], None, {}, "Shapes")
    assert fewer.key == item.key
    assert Asked(item.where, item.forms, 3, 1, item.families[:1], None, {}).key != item.key


def test_relock_draws_anew(tmp_path: Path) -> None:
    """A lock with two questions in another order is kept as it is; --relock goes back to what the seed draws."""
    built = build(tmp_path, COUNTS, formats=["jsonl"])
    drawn = ids(built)
    assert not built.notices
    path = built.folder / "netdrill.lock"
    lock = json.loads(path.read_text(encoding="utf-8"))
    (pins,) = lock["pins"].values()
    pins[0], pins[7] = pins[7], pins[0]
    path.write_text(json.dumps(lock), encoding="utf-8")
    kept = build(tmp_path, COUNTS, formats=["jsonl"])
    assert ids(kept) == [drawn[7], *drawn[1:7], drawn[0], *drawn[8:]]
    assert not kept.notices
    relocked = build(tmp_path, COUNTS, formats=["jsonl"], relock=True)
    assert relocked.notices == ("all questions were drawn anew (--relock)",)
    assert ids(relocked) == drawn


def test_another_seed_draws_anew_and_says_so(tmp_path: Path) -> None:
    one = ids(build(tmp_path, COUNTS, formats=["jsonl"]))
    two = build(tmp_path, COUNTS, seed=2, formats=["jsonl"])
    assert two.notices == ("the seed changed from 1 to 2: all questions were drawn anew",)
    assert not set(one) & set(ids(two))
    assert not build(tmp_path, COUNTS, seed=2, formats=["jsonl"]).notices
    huge = build(tmp_path, COUNTS, seed=-(10**40), formats=["jsonl"])
    assert not build(tmp_path, COUNTS, seed=-(10**40), formats=["jsonl"]).notices
    assert not set(one) & set(ids(huge))


def test_a_question_that_cannot_be_asked_any_more_is_drawn_anew(tmp_path: Path) -> None:
    """A lock edited by hand: numbers out of range, of another kind, too few, of no structure."""
    built = build(tmp_path, COUNTS | {"count": 6}, formats=["jsonl"])
    path = built.folder / "netdrill.lock"
    lock = json.loads(path.read_text(encoding="utf-8"))
    (pins,) = lock["pins"].values()
    pins[0][3] = [10**9, 10**9]
    pins[1][3] = ["a", None]
    pins[2][3] = [8]
    pins[3][2] = '{"cell": "none"}'
    pins[4][1] = "no-family"
    path.write_text(json.dumps(lock), encoding="utf-8")
    before = ids(built)
    again = build(tmp_path, COUNTS | {"count": 6}, formats=["jsonl"])
    assert again.notices == ("5 questions of the lock drawn anew: they cannot be asked any more",)
    assert len(set(ids(again))) == 6
    assert ids(again)[5] == before[5]


# --- versions ----------------------------------------------------------------------------------------------------


def test_versions_are_alike_item_by_item(tmp_path: Path) -> None:
    items = [COUNTS, SIZES, {"topic": "Counting parameters", "form": "choice", "count": 9}]
    found = records(build(tmp_path, *items, versions=3, formats=["jsonl"]))
    n = 12 + 8 + 9
    assert len({record["id"] for record in found}) == 3 * n, "a question stands in two versions"
    for first, *others in zip(found[:n], found[n : 2 * n], found[2 * n :], strict=True):
        for other in others:
            assert [first[key] for key in ALIKE] == [other[key] for key in ALIKE]
            assert first["numbers"] != other["numbers"] or first["structure"] != other["structure"]


ALIKE = ("family", "form", "topic", "difficulty", "points")


def test_a_space_used_up_is_reused_and_said_to_be(tmp_path: Path) -> None:
    """A deck in three versions that need more cards than it has: alike in difficulty, each once in a version."""
    share = DECK // 3 + 1
    built = build(tmp_path, CARDS | {"count": share}, versions=3, formats=["jsonl", "md"])
    drawn = {letter: _cards(built.folder / f"answers-{letter}.md") for letter in "ABC"}
    levels = {record["id"]: record["difficulty"] for record in records(built)}
    assert all(len(set(found)) == share for found in drawn.values()), drawn
    for one, two, three in zip(*drawn.values(), strict=True):
        assert levels[one] == levels[two] == levels[three]
    again = sum(card in drawn["A"] for letter in "BC" for card in drawn[letter])
    assert built.notices == (f"{again} questions of version B and later also stand in version A: there are no others",)
    assert len(records(built)) == 3 * share - again, "a record for each question, once"


def test_all_cards_in_two_versions_are_the_same(tmp_path: Path) -> None:
    built = build(tmp_path, CARDS | {"count": DECK}, versions=2, formats=["md"])
    assert _cards(built.folder / "answers-A.md") == _cards(built.folder / "answers-B.md")
    assert built.notices == (f"{DECK} questions of version B and later also stand in version A: there are no others",)


def _cards(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [re.split("[ <]", line.removeprefix("<sub>"))[0] for line in lines if line.startswith("<sub>")]


def test_versions_under_a_lock_stay(tmp_path: Path) -> None:
    before = records(build(tmp_path, COUNTS, CARDS, versions=2, formats=["jsonl"]))
    after = records(build(tmp_path, SIZES, COUNTS, CARDS | {"count": 6}, versions=3, formats=["jsonl"]))
    kept = [record["id"] for record in after]
    assert {record["id"] for record in before} <= set(kept)
    families = [record["family"] for record in after]
    assert families[:26] == ["conv-output-size"] * 8 + ["recurrent-parameters"] * 12 + ["lstm"] * 6


# --- pools -------------------------------------------------------------------------------------------------------


def test_structures_take_turns(tmp_path: Path) -> None:
    """A structure with few questions comes as often as one with many, until it is used up."""
    found = records(build(tmp_path, {"family": "recurrent-parameters", "count": 36}, formats=["jsonl"]))
    turns = Counter(json.dumps(record["structure"]) for record in found)
    assert set(turns.values()) == {2}, turns


def test_a_pool_gives_every_question_of_a_small_family_once() -> None:
    item = Asked("here", ("flash",), 1, 1, ("bptt-recurrent-weight",), None, {})
    pool, taken = Pool(item, 7, Compiler()), set[str]()
    drawn = [pool.draw(turn, taken) for turn in range(49)]
    assert [question is None for question in drawn] == [False] * 48 + [True]
    assert len(taken) == 48


def test_a_pin_is_made_again_once() -> None:
    item = Asked("here", ("open",), 1, 1, ("recurrent-parameters",), None, {"units": [8, 10]})
    pool = Pool(item, 7, Compiler())
    question = pool.draw(0, set())
    assert question
    blueprint = question.sheet.blueprint
    pin = Pin(question.id, blueprint.family.id, blueprint.key, question.values[: blueprint.drawn])
    again, taken = Pool(item, 7, Compiler()), set[str]()
    made = again.again(pin, taken)
    assert made and (made.id, made.values, made.chosen) == (question.id, question.values, question.chosen)
    assert again.again(pin, taken) is None


def test_an_item_that_can_give_nothing_says_why(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"items\[1\]: form 'open' cannot be made of lstm. Allowed: choice, flash"):
        build(tmp_path, {"family": "lstm", "count": 1})


# --- forms: lists, mixes and variants -----------------------------------------------------------------------------

FORMED = ["choice", "fill-the-line", "find-the-slip", "match"]
SLIPS: Item = {"family": "recurrent-parameters", "form": "find-the-slip", "count": 6, "cell": "GRU"}
LINES: Item = {"family": "recurrent-parameters", "form": "fill-the-line", "count": 6}


def test_forms_of_a_list_take_turns(tmp_path: Path) -> None:
    found = records(build(tmp_path, COUNTS | {"form": FORMED}, formats=["jsonl"]))
    assert [record["form"] for record in found] == FORMED * 3


def test_forms_that_a_family_does_not_take_are_passed_over(tmp_path: Path) -> None:
    found = records(build(tmp_path, {"family": "lstm", "form": ["match", "flash", "choice"], "count": 6}))
    assert Counter(record["form"] for record in found) == {"flash": 3, "choice": 3}


def test_a_mix_is_of_every_form_that_the_family_takes(tmp_path: Path) -> None:
    taken = next(e["forms"] for e in json.loads(run("list", "--json").out) if e["id"] == "text-classifier-parameters")
    item = {"family": "text-classifier-parameters", "form": "mix", "count": 2 * len(taken)}
    found = [record["form"] for record in records(build(tmp_path, item, formats=["jsonl"]))]
    assert set(Counter(found).values()) == {2}, found
    assert set(found) == set(taken) and len(taken) >= 8
    assert found[: len(taken)] == taken, "in the order of the list"


def test_a_mix_over_a_topic_changes_both_family_and_form(tmp_path: Path) -> None:
    count = 4 * sum(family.topic == "Shapes" for family in families().values())
    item = {"topic": "Shapes", "form": ["open", "choice"], "count": count}
    found = records(build(tmp_path, item, formats=["jsonl"]))
    assert all(count >= 2 for count in Counter((record["family"], record["form"]) for record in found).values())
    assert len({record["family"] for record in found}) > 1 and {record["form"] for record in found} == {
        "open",
        "choice",
    }


@pytest.mark.parametrize("item", [SLIPS, LINES, COUNTS | {"form": FORMED}, COUNTS | {"form": "mix"}, SLIPS | LINES])
def test_a_growing_recipe_keeps_forms_and_variants(item: Item, tmp_path: Path) -> None:
    before = records(build(tmp_path, item, formats=["jsonl"]))
    grown = item | {"count": item["count"] + 5, "points": 3}
    built = build(tmp_path, CARDS, grown, LINES | {"family": "mlp-parameters"}, formats=["jsonl"])
    after = records(built)[CARDS["count"] :]
    assert not built.notices
    same = ("id", "form", "numbers", "stem", "answer", "options")
    for old, new in zip(before, after, strict=False):
        assert {key: old[key] for key in same} == {key: new[key] for key in same}


def test_a_list_of_forms_keeps_its_questions_by_form(tmp_path: Path) -> None:
    """A pin says in which form its question was set; one that the list no longer names is drawn anew."""
    built = build(tmp_path, COUNTS | {"form": ["open", "match"]}, formats=["jsonl"])
    pins = next(iter(json.loads((built.folder / "netdrill.lock").read_text(encoding="utf-8"))["pins"].values()))
    assert [pin[-1] for pin in pins] == ["open", "match"] * 6
    before = ids(built)
    assert ids(build(tmp_path, COUNTS | {"form": ["open", "match"]}, formats=["jsonl"])) == before


@pytest.mark.parametrize("item, name, wish", [
    (SLIPS, "slip", "no-bias"), (SLIPS, "slip", ["one-set", "set-missing"]), (LINES, "line", "U"),
    (LINES, "line", ["W", "P"]),
])  # fmt: skip
def test_variants_are_restricted(item: Item, name: str, wish: str | list[str], tmp_path: Path) -> None:
    found = records(build(tmp_path, item | {"count": 24, name: wish}, formats=["jsonl"]))
    allowed = wish if isinstance(wish, list) else [wish]
    assert len(found) == 24 and {record["numbers"][name] for record in found} == set(allowed)


def test_a_mix_takes_restrictions_of_the_forms_that_have_them(tmp_path: Path) -> None:
    item = COUNTS | {"form": ["open", "find-the-slip", "fill-the-line"], "slip": "one-set", "line": "U"}
    found = records(build(tmp_path, item, formats=["jsonl"]))
    assert Counter(record["form"] for record in found) == {"open": 4, "find-the-slip": 4, "fill-the-line": 4}
    assert {record["numbers"].get("slip", "one-set") for record in found} == {"one-set"}
    assert {record["numbers"].get("line", "U") for record in found} == {"U"}


@pytest.mark.parametrize("item", [
    {"family": "conv-output-size", "form": "find-the-slip", "size": {"max": 12}, "kernel": 3, "count": 30},
    {"family": "conv-output-size", "form": "fill-the-line", "size": {"max": 12}, "kernel": 3, "count": 30},
    {"family": "conv-output-size", "form": "mix", "size": {"max": 20}, "kernel": 3, "count": 80},
], ids=["slips", "lines", "mix"])  # fmt: skip
def test_no_question_of_an_item_comes_twice(item: Item, tmp_path: Path) -> None:
    """Neither its id nor, in a form, its structure, numbers and variant; two variants of a draw are two questions."""
    found = records(build(tmp_path, item, formats=["jsonl"]))
    assert len({record["id"] for record in found}) == item["count"]
    drawn = Counter(json.dumps([r["form"], r["structure"], r["numbers"]], sort_keys=True) for r in found)
    assert set(drawn.values()) == {1}


def test_every_variant_of_a_draw_is_asked_when_there_is_nothing_else(tmp_path: Path) -> None:
    """One draw, all its lines: as many questions as lines in which something is worked out."""
    fixed = {"cell": "LSTM", "bias": True, "convention": "keras", "features": 64, "units": 32}
    told = refused(run("build", write(tmp_path, LINES | fixed | {"count": 9}), "-o", tmp_path / "none"))
    assert "there are only 4" in told  # W, U, G and P; the biases are another name for the units
    found = records(build(tmp_path, LINES | fixed | {"count": 4}, formats=["jsonl"]))
    assert sorted(record["numbers"]["line"] for record in found) == ["G", "P", "U", "W"]
