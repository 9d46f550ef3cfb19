"""QTI 2.1: response processing gives the marks and feedback that the record says, and traps are caught.

The golden file is written anew by ``NETDRILL_OVERWRITE=1 python -m pytest tests/test_qti21.py -k golden``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import banked
import pytest
import qti21
from conftest import DATA
from qti21_schema import against

from generator.family import find
from generator.formats.qti21 import write
from generator.lms.package import packed
from generator.lms.qti21 import MANIFEST, faults
from generator.question import Question

GOLDEN = DATA / "banks" / "qti21.xml"
FORMS = ("open", "choice", "select-all", "match", "order-the-lines")
Read = tuple[dict[str, Any], qti21.Item]


def written(questions: Sequence[Question], folder: Path) -> list[Read]:
    """Of every question the record, and what a player reads."""
    write(banked.bank(questions), folder)
    read = {each.id: each for each in qti21.read(folder / "qti21.zip")}
    assert set(read) == {question.id for question in questions}
    return [(banked.told(question), read[question.id]) for question in questions]


def proven(questions: Sequence[Question], folder: Path) -> None:
    """That all of it is marked as its record says."""
    found = written(questions, folder)
    with ZipFile(folder / "qti21.zip") as package:
        files = set(package.namelist())
    for record, item in found:
        common(record, item, files)
        MARKED[item.interactions[0]](record, item)


def test_every_kind_is_there(tmp_path: Path) -> None:
    found = written(banked.sample(), tmp_path)
    assert {name for _, item in found for name in item.interactions} == set(MARKED)


def common(record: dict[str, Any], each: qti21.Item, files: set[str]) -> None:
    """Points, solution, rubric, and the figure among the files; and it is as the schema has it."""
    assert list(against(each.element)) == []
    assert each.declared("MAXSCORE") == ["2"]
    solution = each.feedback("SOLUTION", "solution")
    assert each.answer({}).outcomes["SOLUTION"] == ["solution"]
    for line in record["solution"]["lines"]:
        assert _plain(line["why"]) in re.sub(r"\W", "", solution)
    for point in record["rubric"]:
        assert f"<li>{point['points']:g}: " in each.body
    figures = re.findall(r'<img src="\.\./([^"]+)" alt="([^"]+)" ?/>', each.body)
    assert len(figures) == bool(record["figure"])
    assert {name for name, _ in figures} <= files


def options(record: dict[str, Any], each: qti21.Item) -> None:
    (several if record["form"] == "select-all" else one)(record, each)


def one(record: dict[str, Any], each: qti21.Item) -> None:
    assert len(each.choices()) == len(record["options"])
    for name, option in zip(each.choices(), record["options"], strict=True):
        mark, feedback, _ = each.answer({"RESPONSE": [name]})
        assert mark == option["credit"]
        assert feedback == [each.feedback("FEEDBACK", name)]
        assert _plain(option["feedback"]) in re.sub(r"\W", "", feedback[0])
    assert each.answer({}).mark == 0


def _plain(markdown: str) -> str:
    """The words before the first formula, without anything between them."""
    return re.sub(r"\W", "", re.split(r"[$`*<&]", markdown)[0])


def several(record: dict[str, Any], each: qti21.Item) -> None:
    names = list(each.choices())
    right = [name for name, option in zip(names, record["options"], strict=True) if option["correct"]]
    wrong = [name for name in names if name not in right]
    assert each.key() == right
    assert each.answer({"RESPONSE": right}).mark == pytest.approx(1, abs=1e-6)
    assert each.answer({"RESPONSE": names}).mark == pytest.approx(0, abs=1e-6)
    assert each.answer({"RESPONSE": right[1:]}).mark == pytest.approx(1 - 1 / len(right), abs=1e-6)
    assert each.answer({"RESPONSE": [*right, wrong[0]]}).mark == pytest.approx(1 - 1 / len(wrong), abs=1e-6)
    for told, option in zip(each.answer({"RESPONSE": names}).feedback, record["options"], strict=True):
        assert _plain(option["feedback"]) in re.sub(r"\W", "", told)


def pairs(record: dict[str, Any], each: qti21.Item) -> None:
    cells = list(each.choices("simpleAssociableChoice"))
    rows, values = [name for name in cells if name[0] == "r"], [name for name in cells if name[0] == "v"]
    assert len(values) == len(record["options"])
    pairs = [f"{row} {values[place]}" for row, place in zip(rows, record["answer"]["value"], strict=True)]
    assert sorted(each.key()) == sorted(pairs)
    assert each.answer({"RESPONSE": pairs}).mark == pytest.approx(1, abs=1e-6)
    assert each.answer({"RESPONSE": pairs[1:]}).mark == pytest.approx(1 - 1 / len(pairs), abs=1e-6)


def steps(record: dict[str, Any], each: qti21.Item) -> None:
    shown = list(each.choices())
    order = [shown.index(name) for name in each.key()]
    assert sorted(order) == list(range(len(record["options"])))
    for before, after in record["answer"]["before"]:
        assert order.index(before) < order.index(after)
    assert each.answer({"RESPONSE": each.key()}).mark == 1
    assert each.answer({"RESPONSE": shown}).mark == 0  # what is shown is never right


def numbers(record: dict[str, Any], each: qti21.Item) -> None:
    key = banked.numbers(record["answer"]["value"])
    offs = [blank["tolerance"] for blank in record["blanks"] for _ in banked.numbers(blank["value"])]
    offs = offs or [record["answer"]["tolerance"]] * len(key)
    assert len(each.responses) == len(key)
    assert each.answer(_given(each, key)).mark == pytest.approx(1, abs=1e-6), record["id"]
    assert each.answer(_given(each, ["987654321.5"] * len(key))).mark == 0
    assert each.answer({}).mark == 0
    for sign in (1, -1) if not isinstance(key[0], str) else ():
        ends = [f"{Decimal(str(value)) + sign * Decimal(str(off)):f}" for value, off in zip(key, offs, strict=True)]
        assert each.answer(_given(each, ends)).mark == pytest.approx(1)
    for slip in record["slips"]:
        given = banked.numbers(slip["value"])
        mark, feedback, _ = each.answer(_given(each, given))
        if len(key) == 1:
            assert mark == pytest.approx(slip["credit"])
        for place, (value, right, off, told) in enumerate(zip(given, key, offs, feedback, strict=True)):
            if banked.right(value, right, off):
                assert told.startswith("Right")
            else:  # in one gap two slips may have the same value
                alike = [other for other in record["slips"] if banked.numbers(other["value"])[place] == value]
                assert any(_plain(other["words"]) in re.sub(r"\W", "", told) for other in alike)
    at = 0
    for blank in record["blanks"]:
        values = banked.numbers(blank["value"])
        within = each.responses[at : at + len(values)]
        given = {
            name: [str(values[within.index(name)] if name in within else "987654321.5")] for name in each.responses
        }
        assert each.answer(given).mark == pytest.approx(blank["share"] or 1 / len(record["blanks"]), abs=1e-6)
        at += len(values)


def _given(item: qti21.Item, values: Sequence[Any]) -> dict[str, list[str]]:
    return {name: [str(value)] for name, value in zip(item.responses, values, strict=True)}


def essay(record: dict[str, Any], each: qti21.Item) -> None:
    assert each.answer({"RESPONSE": ["words"]}).mark == 0
    assert '<rubricBlock view="scorer">' in each.body
    assert "Answer:" in each.feedback("SOLUTION", "solution")


MARKED = {
    "choiceInteraction": options, "matchInteraction": pairs, "orderInteraction": steps,
    "textEntryInteraction": numbers, "extendedTextInteraction": essay,
}  # fmt: skip


def test_the_test_adds_up_what_its_items_say(tmp_path: Path) -> None:
    """The points of all questions together, with the items answered and without."""
    found = written(banked.sample(), tmp_path)
    with ZipFile(tmp_path / "qti21.zip") as package:
        test = ElementTree.fromstring(package.read("test.xml"))
    assert list(against(test)) == []
    answered = [item.answer({"RESPONSE": item.key()} if "RESPONSE" in item.responses else {}) for _, item in found]
    for outcome in ("SCORE", "MAXSCORE"):
        (rule,) = [e for e in qti21.every(test, "setOutcomeValue") if e.get("identifier") == outcome]
        (summed,) = qti21.every(rule, "testVariables")
        values = [float(each.outcomes[summed.get("variableIdentifier") or ""][0]) for each in answered]
        assert sum(values) == (
            2 * len(found) if outcome == "MAXSCORE" else pytest.approx(2 * sum(a.mark for a in answered))
        )


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        ("<p><p/></p>", "<p> holds p and not Inline*"),
        ("<p><wbr/></p>", "<wbr> is not known"),
        ("<itemBody>How many</itemBody>", "<itemBody> holds text"),
        ('<ol start="2"/>', "<ol> has start='2'"),
        ('<img src="x"/>', "<img> has no alt"),
        ('<matchInteraction responseIdentifier="R"><simpleMatchSet/></matchInteraction>', "and not prompt?"),
        ("<responseCondition><responseElse/></responseCondition>", "and not responseIf"),
        ('<mapEntry mapKey="o1" mappedValue="0,5"/>', "<mapEntry> has mappedValue='0,5'"),
        ('<variable identifier="1"/>', "<variable> has identifier='1'"),
    ],
)
def test_the_schema_finds_faults(held: str, fault: str) -> None:
    (element,) = ElementTree.fromstring(f'<all xmlns="{qti21.NAMESPACE[1:-1]}">{held}</all>')
    assert any(fault in each for each in against(element))


# --- traps ---------------------------------------------------------------------------------------------------------


def planted(form: str, pattern: str, by: str) -> Callable[[dict[str, str]], None]:
    """A fault in the item of that form."""

    def plant(held: dict[str, str]) -> None:
        name = next(name for name, text in held.items() if f'title="mlp-parameters {form}' in text)
        spoilt, count = re.subn(pattern, by, held[name], count=1, flags=re.DOTALL)
        assert count, pattern
        held[name] = spoilt

    return plant


def gone(held: dict[str, str]) -> None:
    del held[next(name for name in held if name.startswith("items/"))]


TRAPS = {
    "key": (planted("choice", r"<value>o\d+", "<value>o99"), "choices that are not there"),
    "no right option": (planted("choice", 'mappedValue="1.0"', 'mappedValue="0.9"'), "all the points"),
    "equal options": (
        planted("choice", r">([^<]+)</simpleChoice>(\s*<simpleChoice[^>]*>)[^<]+<", r">\1</simpleChoice>\2\1<"),
        "two options are equal",
    ),
    "feedback": (planted("open", r">w\d+</baseValue>", ">gone</baseValue>"), "not there"),
    "bounds": (planted("open", r'float">\d+<', 'float">99999999<'), "not in order"),
    "comma": (planted("open", r'float">(\d+)<', r'float">\1,5<'), "not numbers"),
    "variable": (planted("open", '<variable identifier="gap0"', '<variable identifier="gap9"'), "not declared"),
    "response": (planted("open", 'responseIdentifier="gap0"', 'responseIdentifier="gap9"'), "declared or asked"),
    "points": (planted("open", r">1.00000000<", ">0.50000000<"), "all the points"),
    "steps": (planted("order-the-lines", r"<value>o\d+", "<value>o99"), "choices that are not there"),
    "inline text": (planted("open", "<itemBody>", "<itemBody>How many"), "directly in the body"),
    "inline element": (planted("open", "<itemBody>", "<itemBody><b>How</b>"), "directly in the body"),
    "unknown element": (planted("open", "<itemBody>", "<itemBody><p><wbr/></p>"), "no element"),
    "unknown attribute": (planted("open", "<p>", '<p style="color: red">'), "does not know"),
    "open math": (planted("open", "<p>", r"<p>\\(x "), "not closed"),
    "hole": (planted("open", "<p>", "<p>\U000f0001"), "control"),
    "nbsp": (planted("open", "<p>", "<p>\xa0"), "nbsp"),
    "entity": (planted("open", "<p>", "<p>&nbsp;"), "well-formed"),
    "figure": (planted("open", "<p>", '<p><img src="gone.svg" alt=""/>'), "not in the package"),
    "missing item": (gone, "differ"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_planted_fault(trap: str, tmp_path: Path) -> None:
    plant, says = TRAPS[trap]
    path = tmp_path / "qti21.zip"
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, FORMS)), tmp_path)
    assert list(faults(path)) == []
    with ZipFile(path) as package:
        held = {name: package.read(name).decode() for name in package.namelist()}
    plant(held)
    with packed(path) as again:
        for name, text in held.items():
            again.add(name, text)
    assert any(says in fault for fault in faults(path)), list(faults(path))


def test_a_file_that_no_manifest_names(tmp_path: Path) -> None:
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, ("open",))), tmp_path)
    with ZipFile(tmp_path / "qti21.zip", "a") as package:
        package.writestr("more.txt", "more")
    found = list(faults(tmp_path / "qti21.zip"))
    assert any("differ" in fault for fault in found)
    assert any("time of its own" in fault for fault in found)


def test_golden_and_same_bytes(tmp_path: Path) -> None:
    """A change of the format is looked at before it is kept."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(banked.bank(banked.asked(find("conv-output-size"), 0, FORMS), "Golden"), tmp_path / name)
    assert (tmp_path / "one/qti21.zip").read_bytes() == (tmp_path / "two/qti21.zip").read_bytes()
    with ZipFile(tmp_path / "one/qti21.zip") as package:
        names = [MANIFEST, *(name for name in package.namelist() if name != MANIFEST)]
        text = "".join(package.read(name).decode() for name in names)
    if os.environ.get("NETDRILL_OVERWRITE"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")
