"""QTI 1.2 for Canvas: response processing gives the marks and feedback that the record says, and traps are caught.

The golden file is written anew by ``NETDRILL_OVERWRITE=1 python -m pytest tests/test_canvas.py -k golden``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import banked
import canvas
import pytest
from conftest import DATA

from generator.family import find
from generator.formats.canvas import write
from generator.lms.canvas import QUIZ, faults
from generator.lms.gap import accepted
from generator.lms.package import packed
from generator.lms.text import inline
from generator.question import Question

GOLDEN = DATA / "banks" / "canvas.xml"
FORMS = ("open", "choice", "select-all", "match", "order-the-lines")
Read = tuple[dict[str, Any], canvas.Item]


def written(questions: Sequence[Question], folder: Path) -> list[Read]:
    """Of every question the record, and what a reader of QTI 1.2 finds."""
    write(banked.bank(questions), folder)
    read = {each.id: each for each in canvas.read(folder / "canvas.zip")}
    assert set(read) == {question.id for question in questions}
    return [(banked.told(question), read[question.id]) for question in questions]


def proven(questions: Sequence[Question], folder: Path) -> None:
    """That all of it is marked as its record says."""
    found = written(questions, folder)
    with ZipFile(folder / "canvas.zip") as package:
        files = set(package.namelist())
    for record, item in found:
        common(record, item, files)
        MARKED[item.fields["question_type"]](record, item)


def test_every_kind_is_there(tmp_path: Path) -> None:
    assert {item.fields["question_type"] for _, item in written(banked.sample(), tmp_path)} == set(MARKED)


def common(record: dict[str, Any], each: canvas.Item, files: set[str]) -> None:
    """Points, solution, and the figure among the files."""
    assert each.fields["points_possible"] == "2"
    for line in record["solution"]["lines"]:
        assert inline(line["why"]) in each.feedback["general_fb"]
    for point in record["rubric"]:
        assert f"{point['points']:g}: {inline(point['text'])}" in each.feedback["general_fb"]
    figures = re.findall(r'<img src="\$IMS-CC-FILEBASE\$/([^"]+)" alt="([^"]+)">', each.text)
    assert len(figures) == bool(record["figure"])
    assert {name for name, _ in figures} <= files


def number(record: dict[str, Any], each: canvas.Item) -> None:
    (value,) = banked.numbers(record["answer"]["value"])
    off = Decimal(str(record["answer"]["tolerance"]))
    for given in (Decimal(str(value)) + off, Decimal(str(value)), Decimal(str(value)) - off):
        mark, feedback = each.answer({"response1": [f"{given:f}"]})
        assert mark == 1, record["id"]
        assert feedback[0] == each.feedback["correct_fb"]
    for slip in record["slips"]:
        (wrong,) = banked.numbers(slip["value"])
        mark, feedback = each.answer({"response1": [str(wrong)]})
        assert mark == 0
        assert inline(slip["words"].split("$")[0].strip()) in feedback[0]
    mark, feedback = each.answer({"response1": [str(value + 987_654_321.5)]})
    assert mark == 0
    assert feedback[0].startswith("Not right")


def one(record: dict[str, Any], each: canvas.Item) -> None:
    labels = each.responses["response1"][1]
    assert list(labels.values()) == [inline(option["text"]) for option in record["options"]]
    for name, option in zip(labels, record["options"], strict=True):
        mark, feedback = each.answer({"response1": [name]})
        assert mark == option["correct"]
        assert inline(option["feedback"]) in feedback


def several(record: dict[str, Any], each: canvas.Item) -> None:
    labels = list(each.responses["response1"][1])
    right = [name for name, option in zip(labels, record["options"], strict=True) if option["correct"]]
    mark, feedback = each.answer({"response1": labels})
    assert mark == 0
    assert feedback[: len(labels)] == [inline(option["feedback"]) for option in record["options"]]
    assert each.answer({"response1": right}).mark == 1
    assert each.answer({"response1": right[1:]}).mark == 0


def rows(record: dict[str, Any], each: canvas.Item) -> None:
    (steps if record["form"] == "order-the-lines" else pairs)(record, each)


def pairs(record: dict[str, Any], each: canvas.Item) -> None:
    rows = {name: labels for name, (_, labels) in each.responses.items()}
    assert [prompt for prompt, _ in each.responses.values()] == [inline(p) for p in record["prompts"]]
    key = [list(labels)[place] for labels, place in zip(rows.values(), record["answer"]["value"], strict=True)]
    given = {name: [label] for name, label in zip(rows, key, strict=True)}
    assert each.answer(given).mark == pytest.approx(1, abs=1e-4)
    first = next(iter(rows))
    wrong = next(label for label in rows[first] if label != given[first][0])
    assert each.answer(given | {first: [wrong]}).mark == pytest.approx(1 - 1 / len(rows), abs=1e-4)


def steps(record: dict[str, Any], each: canvas.Item) -> None:
    shown = [prompt.partition("</b> ")[2] for prompt, _ in each.responses.values()]
    assert shown == [inline(option["text"]) for option in record["options"]]
    places = {}
    for name, (_, labels) in each.responses.items():
        found = [label for label in labels if each.answer({name: [label]}).mark > 0]
        assert len(found) == 1
        places[name] = int(labels[found[0]])
    order = [list(places.values()).index(place) for place in sorted(places.values())]
    assert sorted(places.values()) == list(range(1, len(places) + 1))
    for before, after in record["answer"]["before"]:
        assert order.index(before) < order.index(after)


def gaps(record: dict[str, Any], each: canvas.Item) -> None:
    key = banked.numbers(record["answer"]["value"])
    offs = [blank["tolerance"] for blank in record["blanks"] for _ in banked.numbers(blank["value"])]
    offs = offs or [record["answer"]["tolerance"]] * len(key)
    assert len(each.responses) == len(key)
    for place, ((name, (gap, labels)), value) in enumerate(zip(each.responses.items(), key, strict=True)):
        assert each.text.count(f"[{gap}]") == 1
        assert str(value) in labels.values()
        assert each.answer({name: [next(iter(labels))]}).mark == pytest.approx(1 / len(key), abs=1e-4)
        if not isinstance(value, str):
            listed(labels.values(), Decimal(str(value)), Decimal(str(offs[place])))
        for slip in record["slips"]:
            given = banked.numbers(slip["value"])[place]
            assert (str(given) in labels.values()) == banked.right(given, value, offs[place])


def listed(texts: Iterable[str], key: Decimal, off: Decimal) -> None:
    """Every value within the tolerance is there, with as many decimals as the most exact one."""
    found = {Decimal(text.replace(",", "")) for text in texts}
    step = Decimal(1).scaleb(min(int(value.as_tuple().exponent) for value in found))
    count = int(off / step)
    assert found == {key + step * away for away in range(-count, count + 1)}


def essay(record: dict[str, Any], each: canvas.Item) -> None:
    assert each.answer({"response1": ["words"]}) == (0, [each.feedback["general_fb"]])
    assert "Answer:" in each.feedback["general_fb"]


MARKED = {
    "numerical_question": number, "multiple_choice_question": one, "multiple_answers_question": several,
    "matching_question": rows, "fill_in_multiple_blanks_question": gaps, "essay_question": essay,
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "tolerance", "texts", "others"),
    [
        ("7850", "0", {"7850", "7,850"}, {"7851", "7.850"}),
        ("0.13", "0.002", {"0.13", "0.130", "0.131", "0.128", "0.132"}, {"0.127", "0.133", "0.14"}),
        ("-0.5", "0.0005", {"-0.5", "-0.5000", "-0.5005", "-0.4995"}, {"-0.501", "0.5"}),
        ("C", "", {"C"}, {"c"}),
    ],
)
def test_texts_of_a_gap(value: str, tolerance: str, texts: set[str], others: set[str]) -> None:
    found = accepted(value, tolerance)
    assert found[0] == value
    assert texts <= set(found)
    assert not others & set(found)


# --- traps ---------------------------------------------------------------------------------------------------------


def planted(pattern: str, by: str) -> Callable[[str], str]:
    def plant(text: str) -> str:
        spoilt, count = re.subn(pattern, by, text, count=1, flags=re.DOTALL)
        assert count, pattern
        return spoilt

    return plant


SLIP = r'<conditionvar>(<varequal respident="response1">\d+</varequal>)</conditionvar><displayfeedback'
TRAPS = {
    "known number within an or": (
        planted(SLIP, r"<conditionvar><or>\1</or></conditionvar><displayfeedback"),
        "directly in its condition",
    ),
    "comma": (
        planted(r"<or><varequal respident=\"response1\">(\d)", r'<or><varequal respident="response1">\1,'),
        "bounds",
    ),
    "bounds": (planted(r"(<vargte[^>]*>)\d+", r"\g<1>99999999"), "between its bounds"),
    "no bounds": (planted(r"<and><vargte.*?</and>", ""), "bounds"),
    "another number before the right one": (
        planted(r"(<respcondition continue=\"No\">.*?</respcondition>\n)(<respcondition.*?</respcondition>)", r"\2\1"),
        "before the right one",
    ),
    "known number twice": (
        planted(
            r"(<respcondition continue=\"Yes\"><conditionvar><varequal respident=\"response1\">\d.*?</respcondition>)",
            r"\1\1",
        ),
        "are equal",
    ),
    "equal options": (
        planted(
            r'(label ident="o\d">)(<material>.*?</material>)(.*?label ident="o\d">)<material>.*?</material>',
            r"\1\2\3\2",
        ),
        "two options are equal",
    ),
    "less than in math": (planted("&lt;p&gt;", r"&lt;p&gt;\\(a &lt; b\\) "), "< in math"),
    "ampersand in math": (planted("&lt;p&gt;", r"&lt;p&gt;\\(a &amp;= b\\) "), "& in math"),
    "no points": (planted(r">100</setvar>", ">90</setvar>"), "all the points"),
    "unknown option": (planted(r'(<varequal respident="response1">)o\d+', r"\1o99"), "are not there"),
    "feedback": (planted(r'linkrefid="o\d+_fb"', 'linkrefid="gone"'), "feedback"),
    "blank value": (planted(r"(<response_label[^>]*><material><mattext>)[^<]+", r"\1"), "blank value"),
    "math in a drop-down list": (
        planted(r"(<response_label[^>]*><material><mattext>)", r"\1\\(x\\)"),
        "no drop-down list",
    ),
    "row without a right value": (planted(r'(respident="response_\d+">)[op]\d+', r"\1o99"), "no right value"),
    "twice": (planted(r'<item ident="q\w+"', '<item ident=""'), "id of its own"),
    "type": (planted("numerical_question", "number"), "unknown type"),
    "open math": (planted("&lt;p&gt;", r"&lt;p&gt;\\(x "), "not closed"),
    "hole": (planted("&lt;p&gt;", "&lt;p&gt;\U000f0001"), "control"),
    "nbsp": (planted("&lt;p&gt;", "&lt;p&gt;&amp;nbsp;"), "nbsp"),
    "markup": (planted("&lt;p&gt;", "<p>"), "well-formed"),
    "figure": (planted("&lt;p&gt;", '&lt;img src="$IMS-CC-FILEBASE$/gone.svg"&gt;&lt;p&gt;'), "not in the package"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_planted_fault(trap: str, tmp_path: Path) -> None:
    plant, says = TRAPS[trap]
    path = tmp_path / "canvas.zip"
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, FORMS)), tmp_path)
    assert list(faults(path)) == []
    with ZipFile(path) as package:
        held = {name: package.read(name).decode() for name in package.namelist()}
    with packed(path) as again:
        for name, text in held.items():
            again.add(name, plant(text) if name == QUIZ else text)
    assert any(says in fault for fault in faults(path)), list(faults(path))


def test_a_file_that_no_manifest_names(tmp_path: Path) -> None:
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, ("open",))), tmp_path)
    with ZipFile(tmp_path / "canvas.zip", "a") as package:
        package.writestr("more.txt", "more")
    found = list(faults(tmp_path / "canvas.zip"))
    assert any("differ" in fault for fault in found)
    assert any("time of its own" in fault for fault in found)


def test_a_gap_that_is_not_in_the_text(tmp_path: Path) -> None:
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, ("several-blanks",))), tmp_path)
    path = tmp_path / "canvas.zip"
    with ZipFile(path) as package:
        held = {name: package.read(name).decode() for name in package.namelist()}
    with packed(path) as again:
        for name, text in held.items():
            again.add(name, text.replace("[gap0]", "[gap]"))
    assert any("does not stand once" in fault for fault in faults(path))


def test_golden_and_same_bytes(tmp_path: Path) -> None:
    """A change of the format is looked at before it is kept."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(banked.bank(banked.asked(find("conv-output-size"), 0, FORMS), "Golden"), tmp_path / name)
    assert (tmp_path / "one/canvas.zip").read_bytes() == (tmp_path / "two/canvas.zip").read_bytes()
    with ZipFile(tmp_path / "one/canvas.zip") as package:
        text = package.read(QUIZ).decode()
    if os.environ.get("NETDRILL_OVERWRITE"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")
