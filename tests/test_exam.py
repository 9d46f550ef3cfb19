"""An exam by specification: what is asked is what was wished for, and what students practise is kept out of it."""

from __future__ import annotations

import json
import re
from itertools import takewhile
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from conftest import each, problems
from recipes import build, contents, ids, netdrill, records, refused, toml, write

from generator.bank import Placed
from generator.bloom import BY_OBJECTIVE, LEVELS, bloom
from generator.blueprint import Blueprint
from generator.build import bank_of
from generator.derivation import tidy
from generator.draw import Compiler, Pool, draw
from generator.family import families
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.lock import NAME, read_lock
from generator.minutes import DECIMALS, IN, OUT, READING, minutes
from generator.pool import EXAM, ONE_IN, PRACTICE, SHARED, belongs, split
from generator.question import Question
from generator.recipe import Item, find_recipe, read_recipe
from generator.task import OPTIONS
from generator.versions import MOST, names
from generator.writing import LETTERS

SIDES = (PRACTICE, EXAM)

MANY: dict[str, Any] = {"family": "text-classifier-parameters", "form": ["open", "choice"], "count": 5000}
SHAPES: dict[str, Any] = {"topic": "Shapes", "form": "mix", "count": 6}
CARDS: dict[str, Any] = {"family": "lstm", "form": "flash", "count": 3}


def drawn(record: dict) -> tuple:
    """What was drawn, whatever the form and the structure."""
    return record["family"], *record["numbers"].values()


def test_practice_and_exam_share_no_question_in_any_form(tmp_path: Path) -> None:
    sides = {
        pool: records(build(tmp_path / pool, MANY, pool=pool, seed=seed, formats=["jsonl"]))
        for seed, pool in enumerate(SIDES)
        if not (tmp_path / pool).mkdir()
    }
    assert sum(map(len, sides.values())) == 10_000
    practice, exam = ({drawn(record) for record in sides[pool]} for pool in SIDES)
    assert not practice & exam


@each()
def test_every_draw_of_every_family_is_on_one_side_and_an_eighth_is_kept_for_exams(blueprint: Blueprint) -> None:
    practice, exam, shared = (belongs(blueprint, pool) for pool in (*SIDES, SHARED))
    read, size = blueprint.space.reader(), blueprint.space.size
    draws = {read(place * size // 2000) for place in range(2000)}
    if not split(blueprint):
        assert all(practice(each) and shared(each) and not exam(each) for each in draws)
        return
    assert all(practice(each) != exam(each) == shared(each) for each in draws)
    kept = sum(map(exam, draws))
    assert abs(kept - len(draws) / ONE_IN) < 6 * (len(draws) * (ONE_IN - 1)) ** 0.5 / ONE_IN


@pytest.mark.slow
def test_no_question_of_any_family_and_form_is_in_both_pools_nor_in_an_earlier_paper() -> None:
    """Ten thousand questions and more, of every family in all its forms."""
    sides: dict[str, set[str]] = {PRACTICE: set(), EXAM: set(), "another exam": set()}
    for name in families():
        drawn, compiler = {}, Compiler()
        for side in sides:
            found = questions(name, side, sides[EXAM] if side == "another exam" else set(), compiler)
            assert not {each.id for each in found} & set().union(*sides.values()), (name, side)
            sides[side] |= {each.id for each in found}
            drawn[side] = {(each.sheet.blueprint.key, each.values[: each.sheet.blueprint.drawn]) for each in found}
        assert drawn[PRACTICE] and not drawn[PRACTICE] & drawn[EXAM], name
    assert sum(map(len, sides.values())) >= 10_000 and all(sides.values())


def questions(family: str, side: str, before: set[str], compiler: Compiler) -> list[Question]:
    """Up to forty questions of a family, in all its forms, as a recipe would draw them; none of those before."""
    pool = PRACTICE if side == PRACTICE else EXAM
    item, taken = Item("items[1]", tuple(FORMS), 40, 1, (family,), None, {}, pool=pool), {*before}
    source = Pool(item, 1, compiler)
    return list(takewhile(bool, (source.draw(turn, taken) for turn in range(40))))


def test_a_recipe_is_for_practice_unless_it_says_otherwise(tmp_path: Path) -> None:
    one, two = ({}, {"pool": "practice"})
    assert ids(build(tmp_path, SHAPES, **one)) == ids(build(tmp_path, SHAPES, relock=True, **two))


def test_earlier_papers_are_kept_out(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    old = build(tmp_path / "old", MANY, seed=1, formats=["jsonl"])
    assert len(set(ids(old))) == 5000
    same = build(tmp_path, MANY, seed=1, exclude=["old/out/test/questions.jsonl"], formats=["jsonl"])
    assert not set(ids(old)) & set(ids(same))


def test_items_pick_by_level_minutes_and_objective(tmp_path: Path) -> None:
    items = [
        SHAPES | {"level": "analyse"},
        SHAPES | {"minutes": {"max": 3}},
        CARDS | {"objective": ["explain", "define"]},
        SHAPES | {"level": ["understand", "apply"], "difficulty": [1, 2]},
    ]
    text = (build(tmp_path, *items, formats=["instructor", "jsonl"]).folder / "instructor.md").read_text()
    rows = re.findall(r"^\| (\d+) \| .* \| (\w+) \| (\d) \| ([\d.]+) \| `\w{20}` \|$", text, re.MULTILINE)
    assert [int(number) for number, *_ in rows] == list(range(1, 22))
    assert {level for _, level, _, _ in rows[:6]} == {"analyse"}
    assert all(float(time) <= 3 for *_, time in rows[6:12])
    assert {level for _, level, _, _ in rows[12:15]} <= {"understand", "remember"}
    assert all(level in ("understand", "apply") and difficulty in "12" for _, level, difficulty, _ in rows[15:])


def test_the_table_adds_up(tmp_path: Path) -> None:
    built = build(tmp_path, SHAPES | {"points": 1.5}, CARDS, exam={"points": 12, "minutes": 3}, formats=["instructor"])
    head, *rows, total = built.coverage
    assert head[0] == "topic" and head[-2:] == ["points", "minutes"] and set(head[1:-2]) <= set(LEVELS)
    for column in range(1, len(head)):
        assert sum(float(row[column]) for row in rows if row[column] != "–") == float(total[column])
    assert total[-2] == "12" and sum(float(cell) for cell in total[1:-2]) == 12
    assert any("and the paper should take 3" in notice for notice in built.notices)
    text = (built.folder / "instructor.md").read_text(encoding="utf-8")
    assert all(f"| {' | '.join(row)} |" in text for row in built.coverage)


def test_an_exam_has_no_question_of_a_small_space_unless_it_says_so(tmp_path: Path) -> None:
    built = build(tmp_path, SHAPES, pool="exam", formats=["jsonl"])
    assert not [notice for notice in built.notices if "practised" in notice]
    for recipe, item in ((True, {}), (False, {"small_spaces": True})):
        built = build(tmp_path, CARDS | item, SHAPES, pool="exam", small_spaces=recipe, formats=["jsonl"], relock=True)
        told = [notice for notice in built.notices if "may be practised as well" in notice]
        assert len(told) == 1 and int(told[0].split()[0]) >= 3, built.notices


WRONG = {
    "level": (toml(SHAPES | {"level": "analyze"}), ["items[1]: level: unknown level 'analyze'", "mean 'analyse'?"]),
    "no level": (toml(SHAPES | {"level": []}), ["items[1]: level: an empty list leaves nothing"]),
    "objective": (toml(CARDS | {"objective": "explains"}), ["unknown objective 'explains'", "mean 'explain'?"]),
    "left out": (toml(SHAPES | {"objective": "define"}), ["objective: leaves no question. Allowed here: none"]),
    "minutes": (toml(SHAPES | {"minutes": "few"}), ["minutes: must be a number of minutes"]),
    "too quick": (toml(SHAPES | {"minutes": {"max": 0.1}}), ["minutes: leaves no question. Allowed here: 1.5, 2.0"]),
    "small spaces": (toml(CARDS, pool="exam"), ["items[1]: has only questions of small spaces", "small_spaces = true"]),
    "no word": (toml(CARDS | {"small_spaces": "yes"}), ["items[1]: small_spaces: must be"]),
    "pool": (toml(SHAPES, pool="exams"), ['pool: must be "practice" or "exam"']),
    "points": (toml(SHAPES, exam={"points": 7}), ["exam: points: the items come to 6, and should come to 7"]),
    "exam": (toml(SHAPES, exam={"point": 7}), ["exam: unknown key 'point'. Did you mean 'points'?"]),
    "missing": (toml(SHAPES, exclude=["none.jsonl"]), ["exclude: 'none.jsonl' cannot be read"]),
    "no record": (toml(SHAPES, exclude=["exam.toml"]), ["exclude: 'exam.toml': line 1 is no record of a question"]),
}


def test_minutes_are_those_of_what_is_written_and_typed() -> None:
    (step,) = (
        tidy(problem)
        for family, structure, problem in problems()
        if family.id == "lstm-step" and (structure["units"], structure["features"]) == (2, 2)
    )
    gate = OUT * 2 + IN * (4 + 2 + 4 + 2 + 2)  # W x + U h + b
    lines = 4 * (gate + OUT * 2 + IN * 2) + (OUT * 2 + IN * 8) + (OUT * 2 + IN * 4)
    assert minutes(step, "typed") == ceil(2 * (READING + DECIMALS * lines)) / 2
    assert minutes(step, "order") < minutes(step, "one") < minutes(step, "typed")


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=list(WRONG))
def test_a_fault_is_one_line(tmp_path: Path, text: str, told: list[str]) -> None:
    (tmp_path / "exam.toml").write_text(text, encoding="utf-8")
    said = refused(netdrill("build", tmp_path / "exam.toml", "-o", tmp_path / "out"))
    assert all(each in said for each in told), said


def test_levels_and_minutes_of_every_problem_and_form() -> None:
    met = set()
    for _, _, problem in problems()[::7]:
        for form in FORMS.values():
            level, time = bloom(problem, form.id), minutes(tidy(problem), form.response)
            assert level in LEVELS and 1 <= time <= 90 and time * 2 == int(time * 2)
            met.add(level)
    assert met >= {"understand", "apply", "analyse"} and set(BY_OBJECTIVE.values()) == set(LEVELS)


# --- codes, keys again, and questions replaced -----------------------------------------------------------------------

PAPER = {"title": "Paper", "seed": "random", "pool": "exam", "versions": 2, "formats": ["md", "jsonl"]}


def paper(folder: Path) -> tuple[Path, Path]:
    """A recipe with a random seed, and the folder that it was built into."""
    recipe = write(folder, SHAPES, {"family": "recurrent-parameters", "count": 4}, name="paper.toml", **PAPER)
    assert netdrill("build", recipe, "-o", folder / "out").code == 0
    return recipe, folder / "out" / "paper"


def codes(folder: Path) -> dict[str, str]:
    return {
        version: re.search(r"Code `(\S+)`", (folder / f"worksheet-{version}.md").read_text(encoding="utf-8"))[1]
        for version in "AB"
    }


def test_a_key_is_made_again_from_its_code_and_the_lock(tmp_path: Path) -> None:
    recipe, folder = paper(tmp_path)
    found = codes(folder)
    assert found["A"] != found["B"]
    for version, code in found.items():
        key = (folder / f"answers-{version}.md").read_text(encoding="utf-8")
        for typed in (code, code.lower(), code.replace("-", " ")):
            assert netdrill("key", recipe, typed, "-o", tmp_path / "out").out.strip() == key.strip()
    told = refused(netdrill("key", recipe, "AAAA-AAAA", "-o", tmp_path / "out"))
    assert "no version has the code 'AAAA-AAAA'; the lock keeps 2" in told
    (folder / "netdrill.lock").unlink()
    told = refused(netdrill("key", recipe, found["A"], "-o", tmp_path / "out"))
    assert "without the lock nothing of a paper can be made again" in told


def test_a_random_seed_stays_with_its_lock_and_is_another_without(tmp_path: Path) -> None:
    recipe, folder = paper(tmp_path)
    first = contents(folder)
    assert netdrill("build", recipe, "-o", tmp_path / "out").code == 0 and contents(folder) == first
    ran = netdrill("build", recipe, "-o", tmp_path / "other")
    assert "the seed was drawn at random" in ran.out
    assert not set(ids(folder)) & set(ids(tmp_path / "other" / "paper"))


def test_one_question_is_replaced_and_no_other(tmp_path: Path) -> None:
    recipe, folder = paper(tmp_path)
    before, old = numbered(folder), codes(folder)
    assert netdrill("replace", recipe, 7, "-o", tmp_path / "out").code == 0
    after = numbered(folder)
    assert [place for place, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [6, 16]
    assert not {before[6], before[16]} & set(after) and codes(folder) != old
    assert netdrill("build", recipe, "-o", tmp_path / "out").code == 0 and numbered(folder) == after
    assert netdrill("replace", recipe, 1, "--version", "B", "-o", tmp_path / "out").code == 0
    assert [place for place, (a, b) in enumerate(zip(after, numbered(folder), strict=True)) if a != b] == [10]
    told = refused(netdrill("replace", recipe, 11, "-o", tmp_path / "out"))
    assert "there is no question 11. Allowed: 1 to 10" in told
    told = refused(netdrill("replace", recipe, 1, "--version", "C", "-o", tmp_path / "out"))
    assert "there is no version 'C'. Allowed: A, B" in told


def numbered(folder: Path) -> list[str]:
    """The ids of all questions in their places, version by version."""
    texts = [(folder / f"answers-{version}.md").read_text(encoding="utf-8") for version in "AB"]
    return [id for text in texts for id in re.findall(r"<sub>(\w{20})", text)]


# --- the same questions in every version -----------------------------------------------------------------------------

MARKED = ["choice", "select-all", "match", "order-the-lines", "find-the-slip"]
ALIKE = [{"family": "recurrent-parameters", "form": MARKED, "count": 15}, CARDS | {"small_spaces": True}]


def alike(folder: Path, **keys: Any) -> list[list[Placed]]:
    """The versions of a paper whose versions ask the same."""
    recipe = read_recipe(write(folder, *ALIKE, pool="exam", exam={"same_questions": True}, versions=3, **keys))
    return list(bank_of(recipe, draw(recipe, recipe.seed or 0, {})).versions().values())


def test_versions_may_ask_the_same_in_another_order(tmp_path: Path) -> None:
    one, *others = alike(tmp_path)
    by_id = {placed.question.id: placed for placed in one}
    for version in others:
        assert sorted(placed.question.id for placed in version) == sorted(by_id)
        assert [placed.question.id for placed in version] != list(by_id)
        for placed in version:
            assert placed.first is by_id[placed.question.id] and placed.points == placed.first.points
            there, here = (found.question.chosen.get(OPTIONS, ()) for found in (placed.first, placed))
            assert sorted(there) == sorted(here) and placed.letters == [LETTERS[there.index(piece)] for piece in here]
    moved = [placed for version in others for placed in version if placed.letters != sorted(placed.letters)]
    assert {placed.question.form.id for placed in moved} == set(MARKED)
    again = alike(tmp_path)
    assert [[(placed.question.id, placed.letters) for placed in version] for version in again] == [
        [(placed.question.id, placed.letters) for placed in version] for version in (one, *others)
    ]


def test_the_key_follows_its_options(tmp_path: Path) -> None:
    """What is right is read from the records of both orders: the options' texts, by letter."""
    for version in alike(tmp_path)[1:]:
        for placed in filter(lambda placed: placed.letters, version):
            assert placed.first and right(placed.question) == right(placed.first.question), placed.question.id


def right(question: Question) -> Any:
    """The texts of what is right: of an order and of matches in their sequence, with what must come before what."""
    told = json.loads(question.sheet.once(record, question.form)(question.row(), question.chosen))
    texts = [option["text"] for option in told["options"]]
    value = told["answer"]["value"]
    if question.form.response == "one":
        assert [option["correct"] for option in told["options"]].index(True) == question.key
        return texts[question.key]
    found = [texts[place] for place in value]
    before = {(texts[first], texts[second]) for first, second in told["answer"].get("before", [])}
    if question.form.response == "order":
        assert value != sorted(value) and any(texts.index(first) > texts.index(second) for first, second in before)
    return (found if question.form.response != "many" else set(found)), before


def test_the_mapping_stands_in_the_key_and_the_lock_makes_it_again(tmp_path: Path) -> None:
    keys = {"pool": "exam", "exam": {"same_questions": True}, "versions": 2, "seed": "random"}
    recipe = write(tmp_path, *ALIKE, formats=["md", "instructor"], name="paper.toml", **keys)
    folder, out = tmp_path / "out" / "paper", ("-o", tmp_path / "out")
    assert netdrill("build", recipe, *out).code == 0
    one, two = numbered(folder)[:18], numbered(folder)[18:]
    key = (folder / "answers-B.md").read_text(encoding="utf-8")
    told = [int(number) for number in re.findall(r"<sub>Version A: question (\d+)", key)]
    assert [one[number - 1] for number in told] == two and sorted(told) == list(range(1, 19))
    assert "Version A:" not in (folder / "worksheet-B.md").read_text(encoding="utf-8")
    table = (folder / "instructor.md").read_text(encoding="utf-8")
    assert re.findall(r"\| `\w{20}` \| (\d+) \|", table) == [str(number) for number in told]
    assert netdrill("key", recipe, codes(folder)["B"], *out).out.strip() == key.strip()
    assert netdrill("replace", recipe, 7, *out).code == 0
    changed = numbered(folder)
    assert [place for place in range(18) if changed[place] != one[place]] == [6]
    assert [place for place in range(18) if changed[18 + place] != two[place]] == [told.index(7)]
    assert changed[6] == changed[18 + told.index(7)] not in one
    assert netdrill("replace", recipe, 1, "--version", "B", *out).code == 0
    assert numbered(folder)[:18] != changed[:18] and numbered(folder)[18] not in changed


# --- no problem twice ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("versions", [1, 3])
def test_a_paper_asks_no_card_in_two_forms(tmp_path: Path, versions: int) -> None:
    counts = {"explain-in-words": 3, "flash": 6, "choice": 6}
    forms = ({"family": "lstm", "form": form, "count": count} for form, count in counts.items())
    built = build(tmp_path, *forms, pool="exam", small_spaces=True, versions=versions, formats=["instructor"])
    keys = read_lock(built.folder / NAME).pins
    for version in names(versions):
        cards = [pin.structure for key, pins in keys.items() if key.startswith(f"{version}/") for pin in pins]
        assert len(cards) == len(set(cards)) == 15


def test_practice_may_ask_a_card_in_two_forms(tmp_path: Path) -> None:
    forms = ({"family": "lstm", "form": form, "count": 22} for form in ("flash", "choice"))
    assert len(records(build(tmp_path, *forms, formats=["jsonl"]))) == 44


def test_versions_are_named_like_the_columns_of_a_sheet() -> None:
    found = names(MOST)
    assert found[:3] == ["A", "B", "C"] and found[25:28] == ["Z", "AA", "AB"] and found[701:703] == ["ZZ", "AAA"]
    assert len(set(found)) == MOST


@pytest.mark.parametrize("name", ["instructor-exam", "dat300-final"])
def test_the_shipped_exams_come_to_their_totals(name: str, tmp_path: Path) -> None:
    ran = netdrill("build", name, "-o", tmp_path, "--formats", "instructor", "--seed", 300)
    assert ran.code == 0 and "and the paper should take" not in ran.out
    exam = read_recipe(find_recipe(name)).exam
    (found,) = re.findall(r"^  total .* (\d+) +([\d.]+)$", ran.out, re.MULTILINE)
    assert exam and exam.points == float(found[0]) and exam.minutes
    assert 0.85 * exam.minutes <= float(found[1]) <= exam.minutes


def test_the_final_to_practise_on_makes_one_to_set(tmp_path: Path) -> None:
    text = find_recipe("dat300-final").read_text(encoding="utf-8")
    changed = text.replace("seed = 300\n", 'seed = "random"\npool = "exam"\n')
    assert changed != text
    (tmp_path / "final.toml").write_text(changed, encoding="utf-8")
    ran = netdrill("build", tmp_path / "final.toml", "-o", tmp_path, "--formats", "instructor", "--versions", "2")
    assert ran.code == 0 and "may be practised as well" in ran.out
