"""Recipes: every fault is one clear line and leaves nothing behind, and restrictions are obeyed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from recipes import Item, build, contents, netdrill, records, refused, toml, write

from generator.errors import RecipeError
from generator.formats import FORMATS
from generator.forms import FORMS
from generator.pool import EXAM, PRACTICE
from generator.recipe import find_recipe, read_recipe

CARD: Item = {"family": "lstm", "form": "flash", "count": 1}
GRU: Item = {"family": "recurrent-parameters", "count": 1}
CONV: Item = {"family": "conv-output-size", "count": 1}
TEXT: Item = {"family": "text-classifier-parameters", "count": 1}
NAMED = ", ".join(sorted((*FORMS, "mix")))
STEP: Item = {"family": "lstm-step", "count": 1}


def message(folder: Path, text: str, name: str = "exam.toml") -> str:
    """What the command says of a recipe that it refuses; nothing may be left of the try."""
    (folder / name).write_text(text, encoding="utf-8")
    before = contents(folder)
    told = refused(netdrill("build", folder / name, "-o", folder / "out"))
    assert contents(folder) == before
    return told


ALLOWED = ", ".join(FORMATS)
WRONG = {
    "not toml": ('title = "x"\nseed = \n', ["not valid TOML", "line 2"]),
    "bad escape": (r'title = "\q"', ["not valid TOML", "line 1"]),
    "nested without end": ("a = " + "[" * 100_000, ["not valid TOML"]),
    "endless number": ("seed = " + "9" * 10_000, ["not valid TOML"]),
    "empty": ("", ["the key 'title' is missing"]),
    "no items": ('title = "x"', ["the key 'items' is missing"]),
    "one table": ('title = "x"\n[items]\ncount = 1', ["items: must be", "[[items]]"]),
    "items empty": ('title = "x"\nitems = []', ["items: must be one table"]),
    "items of texts": ('title = "x"\nitems = ["a"]', ["items: must be one table"]),
    "unknown key": (toml(CARD, sed=1), ["unknown key 'sed'", "Did you mean 'seed'?", "Allowed: course, exam, exclude"]),
    "title is a number": (toml(CARD, title=5), ["title: must be text"]),
    "title is blank": (toml(CARD, title="  "), ["title: must be text of 1 to 200"]),
    "title is endless": (toml(CARD, title="x" * 201), ["title: must be text of 1 to 200"]),
    "course is a list": (toml(CARD, course=["a"]), ["course: must be text"]),
    "seed is a text": (toml(CARD, seed="1"), ["seed: must be a whole number"]),
    "seed is broken": (toml(CARD, seed=1.5), ["seed: must be a whole number"]),
    "no version": (toml(CARD, versions=0), ["versions: must be", "1 to 1,000"]),
    "too many versions": (toml(CARD, versions=1001), ["versions: must be", "1 to 1,000"]),
    "format is no list": (toml(CARD, formats="md"), ["formats: must be a list", ALLOWED]),
    "format is a number": (toml(CARD, formats=["md", 5]), ["formats: must be a list", ALLOWED]),
    "no format": (toml(CARD, formats=[]), ["formats: must be a list", ALLOWED]),
    "unknown format": (toml(CARD, formats=["markdwn", "md"]), ["formats: unknown format 'markdwn'", ALLOWED]),
    "unknown key in an item": (toml(CARD, CARD | {"cuont": 1}), ["items[2]: unknown key 'cuont'", "mean 'count'?"]),
    "count misspelt": (toml({"family": "lstm", "form": "flash", "cuont": 1}), ["unknown key 'cuont'", "mean 'count'?"]),
    "family misspelt": (toml({"famly": "lstm", "count": 1}), ["items[1]: unknown key 'famly'", "mean 'family'?"]),
    "axis misspelt": (toml(STEP | {"unit": 1}), ["items[1]: unknown key 'unit'", "mean 'units'?", "features"]),
    "unknown key in a range": (toml(GRU | {"units": {"mim": 8}}), ["items[1]: units: unknown key 'mim'", "'min'?"]),
    "unknown key in a level": (toml(GRU | {"difficulty": {"mx": 3}}), ["difficulty: unknown key 'mx'", "'max'?"]),
    "count is missing": (toml({"family": "lstm"}), ["items[1]: the key 'count' is missing"]),
    "count is a text": (toml(CARD | {"count": "1"}), ["items[1]: count: must be a whole number from 1 to 1,000,000"]),
    "count is a truth": (toml(CARD | {"count": True}), ["count: must be a whole number"]),
    "count is none": (toml(CARD | {"count": 0}), ["count: must be a whole number from 1"]),
    "count is negative": (toml(CARD | {"count": -3}), ["count: must be a whole number from 1"]),
    "count is endless": (toml(CARD | {"count": 10**9}), ["count: must be a whole number from 1 to 1,000,000"]),
    "points are none": (toml(CARD | {"points": 0}), ["items[1]: points: must be a number above 0"]),
    "points are negative": (toml(CARD | {"points": -1.5}), ["points: must be a number above 0"]),
    "points are endless": (toml(CARD | {"points": 1001}), ["points: must be a number above 0, at most 1,000"]),
    "points are infinite": (toml(CARD) + "points = inf\n", ["points: must be a number above 0"]),
    "points are no number": (toml(CARD) + "points = nan\n", ["points: must be a number above 0"]),
    "points are a text": (toml(CARD | {"points": "2"}), ["points: must be a number"]),
    "level too high": (toml(GRU | {"difficulty": 6}), ["difficulty: must be a whole number from 1 to 5"]),
    "level in a list": (toml(GRU | {"difficulty": [1, 0]}), ["difficulty: must be a whole number from 1 to 5"]),
    "level is a text": (toml(GRU | {"difficulty": "hard"}), ["difficulty: must be a whole number from 1 to 5, a list"]),
    "level upside down": (toml(GRU | {"difficulty": {"min": 4, "max": 2}}), ["difficulty: min = 4 is above max = 2"]),
    "level not there": (toml(STEP | {"units": 1, "difficulty": 1}), ["difficulty: leaves no question. Allowed"]),
    "both": (toml(GRU | {"topic": "Shapes"}), ["items[1]: has both 'family' and 'topic'"]),
    "neither": (toml({"count": 1}), ["items[1]: needs a 'family' or a 'topic'"]),
    "unknown family": (toml(CARD, {"family": "lstm-stp", "count": 1}), ["items[2]: unknown family", "'lstm-step'?"]),
    "unknown topic": (toml({"topic": "Shape", "count": 1}), ["items[1]: unknown topic 'Shape'", "'Shapes'?"]),
    "unknown form": (toml(GRU | {"form": "chioce"}), ["unknown form 'chioce'", "'choice'?", NAMED]),
    "unknown form in a list": (toml(GRU | {"form": ["open", "mtach"]}), ["unknown form 'mtach'", "'match'?"]),
    "unknown mix": (toml(GRU | {"form": "mixed"}), ["unknown form 'mixed'", "'mix'?"]),
    "mix in a list": (toml(GRU | {"form": ["mix"]}), ["unknown form 'mix'"]),
    "no form": (toml(GRU | {"form": []}), ["form: an empty list leaves nothing"]),
    "form is a number": (toml(GRU | {"form": 3}), ["items[1]: form: must be"]),
    "forms not taken": (toml(CARD | {"form": ["open", "match"]}), ["the forms open, match cannot be made of lstm"]),
    "unknown slip": (toml(GRU | {"form": "find-the-slip", "slip": "no-bais"}), ["slip: 'no-bais' is", "'no-bias'?"]),
    "unknown line": (toml(TEXT | {"form": "fill-the-line", "line": "W2"}), ["line: 'W2' is not allowed", "'W_2'?"]),
    "slip of another form": (toml(GRU | {"form": "open", "slip": "no-bias"}), ["items[1]: unknown key 'slip'"]),
    "line of another form": (toml(GRU | {"form": "find-the-slip", "line": "W"}), ["items[1]: unknown key 'line'"]),
    "misspelt slip": (toml(GRU | {"form": "find-the-slip", "slp": "no-bias"}), ["unknown key 'slp'", "'slip'?"]),
    "form not taken": (toml(CARD | {"form": "open"}), ["form 'open' cannot be made of lstm. Allowed: choice, flash"]),
    "form by default": (toml({"family": "lstm", "count": 1}), ["form 'open' cannot be made of lstm"]),
    "value not there": (toml(GRU | {"cell": "LSTN"}), ["cell: 'LSTN' is not allowed. Did you mean 'LSTM'?"]),
    "value in a list": (toml(GRU | {"cell": ["LSTM", "RNN"]}), ["cell: 'RNN' is not allowed"]),
    "value of another kind": (toml(GRU | {"bias": "yes"}), ["bias: 'yes' is not allowed. Allowed: true, false"]),
    "number for a truth": (toml(GRU | {"bias": 1}), ["bias: 1 is not allowed. Allowed: true, false"]),
    "truth for a number": (toml(STEP | {"units": True}), ["units: true is not allowed. Allowed: 1, 2, 3"]),
    "decimal for a number": (toml(GRU | {"units": 8.0}), ["units: 8.0 is not allowed"]),
    "value out of bounds": (toml(GRU | {"features": 10**9}), ["1000000000 is not allowed", "any whole number"]),
    "date": (toml(GRU) + "units = 2020-01-01\n", ["units: 2020-01-01 is not allowed"]),
    "list in a list": (toml(GRU | {"units": [[8]]}), ["units: [8] is not allowed"]),
    "table in a list": (toml(GRU | {"units": [{"min": 8}]}), ["units:", "is not allowed"]),
    "empty list": (toml(GRU | {"units": []}), ["units: an empty list leaves nothing"]),
    "empty range": (toml(GRU | {"units": {}}), ["units: a range needs 'min' or 'max'"]),
    "range of words": (toml(GRU | {"cell": {"min": 1}}), ["cell: { min = 1 } is not allowed. Allowed: SimpleRNN"]),
    "range of truths": (toml(GRU | {"bias": {"max": 1}}), ["bias: { max = 1 } is not allowed"]),
    "range of sentences": (toml({"family": "skip-gram-pairs", "count": 1, "sentence": {"min": 1}}), ["{ min = 1 } is"]),
    "range upside down": (toml(GRU | {"units": {"min": 9, "max": 8}}), ["units: min = 9 is above max = 8"]),
    "range beyond": (toml(GRU | {"units": {"min": 9000}}), ["units: { min = 9000 } is not allowed", "10000"]),
    "range end is a text": (toml(GRU | {"units": {"min": "8"}}), ["units: min: must be a number"]),
    "nothing left": (toml(CONV | {"size": 5, "kernel": 9}), ["items[1]: the restrictions leave no question"]),
    "more than there are": (toml(CARD | {"count": 37}), ["items[1]: asks for 37 questions, but there are only 36"]),
    "more of a family": (toml({"family": "skip-gram-pairs", "count": 1300}), ["1,300", "only 1,110 in the"]),
    "more than others leave": (toml(CARD | {"count": 30}, CARD | {"count": 7}), ["36, of which other items have 30"]),
    "private-use characters": (toml(CARD, title="a\ue000b"), ["title: holds private-use"]),
    "private-use, escaped": ('title = "a\\U000F0001b"', ["title: holds private-use"]),
    "private-use, in an item": (toml(CARD | {"card": "\ue001"}), ["items[1].card: holds private-use"]),
    "control characters": (toml(CARD, course="a\u0007b"), ["course: holds private-use or control"]),
}  # fmt: skip


@pytest.mark.parametrize("text, parts", WRONG.values(), ids=WRONG)
def test_a_wrong_recipe_is_one_clear_line(text: str, parts: list[str], tmp_path: Path) -> None:
    told = message(tmp_path, text)
    assert told.startswith(f"{tmp_path / 'exam.toml'}: "), told
    for part in parts:
        assert part in told, f"{part!r} is not in: {told}"


def test_counts_told_are_those_of_a_second_way(tmp_path: Path) -> None:
    """conv-output-size restricted to a handful by plain loops: n > k, s ≤ k, p ≤ k, an answer that is none of them."""
    item = {"family": "conv-output-size", "padding": "number", "strided": True, "dilated": False, "count": 1000}
    item |= {"size": [3, 4, 5], "kernel": [2, 3, 4], "stride": [2, 3, 4], "padding": ["number"]}
    told = {pool: message(tmp_path, toml(item, pool=pool)) for pool in (PRACTICE, EXAM)}
    draws = [(n, k, s, p) for n in (3, 4, 5) for k in (2, 3, 4) for s in (2, 3, 4) for p in range(1, 6)]
    there = sum(k < n and s <= k and p <= k and (n + 2 * p - k) // s + 1 not in (k, s, p) for n, k, s, p in draws)
    counts = {pool: int(re.search(r"there are only (\d+) in the \w+ pool", told[pool])[1]) for pool in (PRACTICE, EXAM)}
    assert sum(counts.values()) == there


def test_a_missing_or_unreadable_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9t\xe9"')
    assert refused(netdrill("build", "none.toml")) == "none.toml: no such file"
    assert refused(netdrill("build", "some/none")) == "some/none: no such file"
    assert refused(netdrill("build", "folder")) == "folder: is a folder, and no recipe"
    assert refused(netdrill("build", "latin.toml")) == "latin.toml: cannot be read (not UTF-8 text)"
    assert "File name too long" in refused(netdrill("build", "x" * 300))
    told = refused(netdrill("build", "exam-practise"))
    assert "unknown recipe 'exam-practise'. Did you mean 'exam-practice'?" in told
    assert set(contents(tmp_path)) == {"folder", "latin.toml"}


@pytest.mark.parametrize("name", ["...toml", "..toml", ".toml", ".hidden.toml", "a\nb.toml", "a\x1b[31m.toml"])
def test_a_recipe_cannot_be_named_out_of_its_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert "must be printable and must not begin with a dot" in message(tmp_path, toml(CARD), name)


def test_a_folder_of_its_name_does_not_hide_a_shipped_deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exam-practice").mkdir()
    assert find_recipe("exam-practice").parent.name == "decks"


def test_a_file_of_its_name_stands_before_a_shipped_deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = write(tmp_path, CARD, name="exam-practice")
    assert find_recipe("exam-practice").resolve() == own


def test_a_recipe_of_an_editor_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "exam.toml"
    path.write_text(toml(CARD).replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert read_recipe(path).title == "Test"


def test_title_and_course_are_set_on_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, CARD, title="  Recurrent\n  networks ", course="a\tb")
    assert (read_recipe(path).title, read_recipe(path).course) == ("Recurrent networks", "a b")


def test_the_shipped_recipe_reads() -> None:
    recipe = read_recipe(find_recipe("exam-practice"))
    assert (recipe.name, recipe.versions, recipe.formats) == ("exam-practice", 1, ("apkg", "jsonl", "md"))


def test_the_command_line_is_checked_as_the_recipe_is(tmp_path: Path) -> None:
    recipe = read_recipe(write(tmp_path, CARD))
    assert recipe.with_options(5, 3, ["jsonl", "md"]).formats == ("jsonl", "md")
    with pytest.raises(RecipeError, match="--formats: unknown format 'odt'"):
        recipe.with_options(None, None, ["odt"])


# --- restrictions ------------------------------------------------------------------------------------------------

MANY = 40
OBEYED: dict[str, tuple[Item, dict[str, Any]]] = {
    "list": ({"family": "recurrent-parameters", "cell": ["LSTM", "GRU"]}, {"cell": {"LSTM", "GRU"}}),
    "list of one": ({"family": "recurrent-parameters", "cell": ["LSTM"]}, {"cell": {"LSTM"}}),
    "scalar": ({"family": "recurrent-parameters", "cell": "GRU", "bias": False}, {"cell": {"GRU"}, "bias": {False}}),
    "range": ({"family": "recurrent-parameters", "units": {"min": 8, "max": 64}}, {"units": range(8, 65)}),
    "half a range": ({"family": "recurrent-parameters", "features": {"max": 30}}, {"features": range(4, 31)}),
    "number": ({"family": "recurrent-parameters", "units": 100}, {"units": {100}}),
    "beyond the usual": ({"family": "recurrent-parameters", "features": 10_000}, {"features": {10_000}}),
    "beyond, listed": ({"family": "recurrent-parameters", "units": [7, 9, 11]}, {"units": {7, 9, 11}}),
    "structure": ({"family": "lstm-step", "units": 2, "features": {"max": 2}}, {"units": {2}, "features": {1, 2}}),
    "only where it is": ({"family": "conv-output-size", "stride": [2, 3]}, {"stride": {2, 3}, "strided": {True}}),
    "structure or number": (
        {"family": "conv-output-size", "padding": ["valid", 2, 3]},
        {"padding": {None, 2, 3}},
    ),
    "number behind a truth": ({"family": "text-classifier-parameters", "hidden": 64}, {"hidden": {64}}),
    "sentence": (
        {"family": "skip-gram-pairs", "form": "choice", "window": 2, "position": {"min": 2, "max": 5}},
        {"window": {2}, "position": range(2, 6)},
    ),
    "topic": ({"topic": "Counting parameters", "cell": ["LSTM"]}, {"cell": {"LSTM"}}),
    "topic with a number": ({"topic": "Counting parameters", "units": [16, 32]}, {"units": {16, 32}}),
    "topic and choice": ({"topic": "Shapes", "form": "choice", "kernel": [3, 5]}, {"kernel": {3, 5}}),
}  # fmt: skip


@pytest.mark.parametrize("item, wanted", OBEYED.values(), ids=OBEYED)
def test_restrictions_are_obeyed(item: Item, wanted: dict[str, Any], tmp_path: Path) -> None:
    """Every question has the axis and a value of it that the recipe allows."""
    found = records(build(tmp_path, {"count": MANY} | item, formats=["jsonl"]))
    assert len(found) == MANY
    for record in found:
        values = record["structure"] | record["numbers"]
        if values.get("padding") == "valid":
            values["padding"] = None
        for name, allowed in wanted.items():
            assert values.get(name) in allowed, f"{record['family']}: {name} = {values.get(name)}, wanted {allowed}"
    if "family" in item:
        assert {record["family"] for record in found} == {item["family"]}


def test_a_topic_takes_turns_between_its_families(tmp_path: Path) -> None:
    found = records(build(tmp_path, {"topic": "Counting parameters", "count": 40}, formats=["jsonl"]))
    counted = {name: sum(r["family"] == name for r in found) for name in {r["family"] for r in found}}
    assert len(counted) >= 4
    assert max(counted.values()) - min(counted.values()) <= 1, counted


@pytest.mark.parametrize("wish, allowed", [(2, {2}), ([2, 4], {2, 4}), ({"min": 3}, {3, 4, 5}), ({"max": 2}, {1, 2})])
def test_difficulty_is_obeyed(wish: Any, allowed: set[int], tmp_path: Path) -> None:
    item = {"topic": "Counting parameters", "count": 30, "difficulty": wish}
    found = records(build(tmp_path, item, formats=["jsonl"]))
    assert {record["difficulty"] for record in found} <= allowed


def test_a_named_sentence(tmp_path: Path) -> None:
    sentence = records(build(tmp_path, {"family": "skip-gram-pairs", "count": 1}, formats=["jsonl"]))[0]["numbers"][
        "sentence"
    ]
    item = {"family": "skip-gram-pairs", "count": 3, "sentence": " ".join(sentence)}
    for record in records(build(tmp_path, item, formats=["jsonl"])):
        assert record["numbers"]["sentence"] == sentence
