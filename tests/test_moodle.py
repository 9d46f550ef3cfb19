"""Moodle XML: read and marked by Moodle's rules it says what the record says; and what Moodle would swallow is caught.

The golden file is written anew by ``NETDRILL_OVERWRITE=1 python -m pytest tests/test_moodle.py -k golden``.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import banked
import moodle
import pytest
from conftest import DATA, explained

from generator.errors import OutputError
from generator.family import find
from generator.formats.moodle import cdata, write
from generator.lms.check import checked
from generator.lms.moodle import FRACTIONS, faults
from generator.lms.text import inline
from generator.question import Question

GOLDEN = DATA / "banks" / "moodle.xml"
Record = dict[str, Any]


def written(questions: Sequence[Question], folder: Path) -> list[tuple[Record, moodle.Question]]:
    """Of every question the record, and what Moodle reads."""
    write(banked.bank(questions), folder)
    read = {each.id: each for each in moodle.read(folder / "moodle.xml")}
    assert set(read) == {question.id for question in questions}
    return [(banked.told(question), read[question.id]) for question in questions]


def proven(questions: Sequence[Question], folder: Path) -> None:
    """That all of it is marked as its record says."""
    for record, question in written(questions, folder):
        common(record, question)
        MARKED[question.type](record, question)


def test_a_model_answer_is_marked_by_its_rubric(tmp_path: Path) -> None:
    questions = banked.asked(explained(tmp_path), forms=("explain-in-words", "flash"))
    for record, question in written(questions, tmp_path):
        common(record, question)
        essay(record, question)
        assert record["rubric"] or record["form"] == "flash"


def test_every_kind_is_there(tmp_path: Path) -> None:
    types: dict[str, set[str]] = {}
    for record, question in written(banked.sample(), tmp_path):
        types.setdefault(record["form"], set()).add(question.type)
    assert types["choice"] == types["find-the-slip"] == types["select-all"] == {"multichoice"}
    assert types["match"] == types["order-the-lines"] == {"matching"}
    assert types["several-blanks"] == types["parts"] == {"cloze"}
    assert types["open"] == {"numerical", "cloze", "essay"}


def common(record: Record, each: moodle.Question) -> None:
    """What every question has: category, tags, points, hints, solution and figure."""
    assert each.category == f"$course$/top/Exam // practice & more/{record['topic'].replace('/', '//')}"
    tags = [tag.text for tag in each.element.iterfind("tags/tag/text")]
    assert {record["topic"], record["family"], record["form"], *record["tags"]} <= set(tags)
    assert each.type == "cloze" or each.element.findtext("defaultgrade") == "2"
    assert len(each.element.findall("hint")) == (0 if each.type == "essay" else len(record["hints"]))
    assert each.type == "essay" or not record["hints"] or each.element.findtext("penalty") == "0.3333333"
    assert each.text("generalfeedback") or not record["solution"]["lines"]
    for line in record["solution"]["lines"]:
        assert inline(line["why"]) in each.text("generalfeedback")
    file = each.element.find("questiontext/file[@name='figure.svg']")
    assert (file is not None) == bool(record["figure"])
    if file is not None:
        assert b64decode(file.text or "").startswith(b"<svg")
        (alt,) = re.findall(r'<img src="@@PLUGINFILE@@/figure.svg" alt="([^"]*)">', each.text("questiontext"))
        assert alt


def number(record: Record, each: moodle.Question) -> None:
    answer = record["answer"]
    value = _number(answer["value"])
    for off in (0, answer["tolerance"], -answer["tolerance"]):
        assert each.type_in(str(value + off)).mark == 1, record["id"]
    for text in (
        f"{Decimal(str(value)):,f}",
        f"{Decimal(str(value)):,f}".replace(",", " "),
        f"{Decimal(str(value)):E}",
    ):
        assert each.type_in(text).mark == 1, text
    for slip in record["slips"]:
        mark, feedback = each.type_in(str(_number(slip["value"])))
        assert mark == slip["credit"], (record["id"], slip)
        assert _words(slip) in feedback
    mark, feedback = each.type_in(str(value + 987_654_321.5))
    assert mark == 0
    assert feedback.startswith("Not right")


def _words(slip: Any) -> str:
    """What a slip is told, up to its first formula."""
    return inline(slip["words"].split("$")[0].strip())


def _number(value: Any) -> float:
    (found,) = banked.numbers(value)
    return float(found)


def options(record: Record, each: moodle.Question) -> None:
    (several if record["form"] == "select-all" else one)(record, each)


def one(record: Record, each: moodle.Question) -> None:
    assert each.element.findtext("single") == "true"
    found = {answer.text: answer for answer in each.answers}
    assert list(found) == [inline(option["text"]) for option in record["options"]]
    for option in record["options"]:
        answer = found[inline(option["text"])]
        assert answer.percent == 100 * option["credit"]
        assert answer.feedback == inline(option["feedback"])


def several(record: Record, each: moodle.Question) -> None:
    texts = [inline(option["text"]) for option in record["options"]]
    right = [text for text, option in zip(texts, record["options"], strict=True) if option["correct"]]
    wrong = [text for text in texts if text not in right]
    assert each.element.findtext("single") == "false"
    assert [answer.feedback for answer in each.answers] == [inline(option["feedback"]) for option in record["options"]]
    assert each.pick(*right) == pytest.approx(1, abs=1e-4)
    assert each.pick(*texts) == pytest.approx(0, abs=1e-4)
    assert each.pick(*right[1:]) == pytest.approx(1 - 1 / len(right), abs=1e-4)
    assert each.pick(*right, wrong[0]) == pytest.approx(1 - 1 / len(wrong), abs=1e-4)


def rows(record: Record, each: moodle.Question) -> None:
    (steps if record["form"] == "order-the-lines" else pairs)(record, each)


def pairs(record: Record, each: moodle.Question) -> None:
    asked = [(prompt, value) for prompt, value in each.rows if prompt]
    assert [prompt for prompt, _ in asked] == [inline(prompt) for prompt in record["prompts"]]
    assert len(each.rows) == len(record["options"])
    for (_, value), place in zip(asked, record["answer"]["value"], strict=True):
        shown = record["options"][place]["text"]
        assert re.sub(r"\W|times|text", "", value.replace("×", "")) == re.sub(r"\W|times|text", "", shown)


def steps(record: Record, each: moodle.Question) -> None:
    """One order is right there, and it is a right one."""
    assert [prompt.partition("</b> ")[2] for prompt, _ in each.rows] == [inline(o["text"]) for o in record["options"]]
    places = [int(value) for _, value in each.rows]
    before = record["answer"]["before"]
    right = [
        order for order in permutations(range(len(places))) if all(order.index(a) < order.index(b) for a, b in before)
    ]
    meant = tuple(sorted(range(len(places)), key=places.__getitem__))
    assert meant == min(right)  # the first letter that can come next does
    assert ("the one with the first letter does" in each.text("questiontext")) == (len(right) > 1)


def gaps(record: Record, each: moodle.Question) -> None:
    key = banked.numbers(record["answer"]["value"])
    assert len(each.gaps) == len(key)
    assert each.fill_in(*map(str, key)) == 1, record["id"]
    if record["form"] == "parts":
        shares(record, each)
    tolerances = [blank["tolerance"] for blank in record["blanks"] for _ in banked.numbers(blank["value"])]
    tolerances = tolerances or [record["answer"]["tolerance"]] * len(key)
    weights = [gap.weight for gap in each.gaps]
    for slip in record["slips"]:
        given = banked.numbers(slip["value"])
        mark = 0.0
        rows = zip(each.gaps, given, key, tolerances, weights, strict=True)
        for place, (gap, value, right, off, weight) in enumerate(rows):
            answered = moodle.typed(gap.answers, str(value))
            if banked.right(value, right, off):
                assert answered.mark == 1
            else:  # in one gap two slips may have the same value
                alike = [other for other in record["slips"] if banked.numbers(other["value"])[place] == value]
                assert any(answered.mark == other["credit"] and _words(other) in answered.feedback for other in alike)
            mark += weight * answered.mark
        assert each.fill_in(*map(str, given)) == pytest.approx(mark / sum(weights))
    assert each.fill_in(*("987654321.5" for _ in key)) == 0


def shares(record: Record, each: moodle.Question) -> None:
    """Gaps count by the share of their part."""
    whole, gaps = sum(gap.weight for gap in each.gaps), iter(each.gaps)
    for blank in record["blanks"]:
        weight = sum(next(gaps).weight for _ in banked.numbers(blank["value"]))
        assert weight / whole == pytest.approx(blank["share"])


def essay(record: Record, each: moodle.Question) -> None:
    """Key and rubric are there for whoever marks it."""
    told = each.text("graderinfo")
    assert "Answer:" in told
    for point in record["rubric"]:
        assert f"{point['points']:g}: {inline(point['text'])}" in told


MARKED = {"numerical": number, "multichoice": options, "matching": rows, "cloze": gaps, "essay": essay}


# --- what Moodle would swallow -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("sound")
    write(banked.bank(_few()), folder)
    return (folder / "moodle.xml").read_text(encoding="utf-8")


def _few() -> list[Question]:
    network = banked.asked(find("conv-output-size"), 0)
    return [*network, *banked.asked(find("lstm"), 0, ("flash",))]


def first(type: str, pattern: str, by: str) -> Callable[[str], str]:
    """A fault: the first such place in the first question of a type reads otherwise."""

    def plant(text: str) -> str:
        start = text.index(f'<question type="{type}">')
        end = text.index("</question>", start)
        spoilt, count = re.subn(pattern, by, text[start:end], count=1, flags=re.DOTALL)
        assert count, pattern
        return text[:start] + spoilt + text[end:]

    return plant


OPTION = r'<answer fraction="[^"]*" format="html"><text>(<!\[CDATA\[.*?\]\]>)</text>'
TRAPS = {
    "fraction 33": (first("numerical", 'fraction="0"', 'fraction="33"'), "fraction"),
    "fraction in a gap": (first("cloze", "~%0%", "~%33%"), "fraction"),
    "no 100 % in a choice": (first("multichoice", 'fraction="100"', 'fraction="90"'), "100 %"),
    "no 100 % in a number": (first("numerical", 'fraction="100"', 'fraction="90"'), "100 %"),
    "no right answer in a gap": (first("cloze", ":=", ":%50%"), "100 %"),
    "equal options": (
        lambda text: first("multichoice", rf"{OPTION}(.*?){OPTION}", _twice(text))(text),
        "two options are equal",
    ),
    "comma": (first("numerical", r"<text>(\d)(\d*)</text><feedback", r"<text>\1,\2</text><feedback"), "decimal point"),
    "percent": (first("numerical", "<tolerance>0<", "<tolerance>5%<"), "tolerance"),
    "comma in a gap": (first("cloze", r":=(\d+):0", r":=\1,5:0"), "number"),
    "unescaped brace": (first("cloze", r"\\\}", "}"), "escaped"),
    "blank value": (first("matching", "<answer><text>[^<]*<", "<answer><text> <"), "no value"),
    "drop-down in a gap": (first("cloze", ":NUMERICAL:", ":MULTICHOICE:"), "of the kind MULTICHOICE"),
    "math in a drop-down list": (first("matching", "<answer><text>", r"<answer><text>\\(x\\)"), "no drop-down list"),
    "rows that are equal": (
        first("matching", r"<subquestion.*?</subquestion>", r"\g<0>\g<0>"),
        "two rows to match are equal",
    ),
    "one option": (first("multichoice", r"(</answer>).*</answer>", r"\1"), "fewer than two options"),
    "short answer without 100 %": (
        lambda text: first("shortanswer", 'fraction="100"', 'fraction="90"')(
            text.replace('"numerical"', '"shortanswer"')
        ),
        "no answer has 100 %",
    ),
    "the same number twice": (first("numerical", r"<answer.*?</answer>", r"\g<0>\g<0>"), "two answers are equal"),
    "long tag": (first("numerical", "<tag><text>", "<tag><text>" + 50 * "x"), "tag is longer"),
    "less than in math": (first("numerical", "<p>", r"<p>\\(a < b\\) "), "< in math"),
    "ampersand in math": (first("numerical", "<p>", r"<p>\\(a & b\\) "), "& in math"),
    "markdown": (first("essay", '<questiontext format="html">', '<questiontext format="markdown">'), "format html"),
    "single dollars": (first("numerical", "<p>", "<p>$x$ "), "single dollars"),
    "open math": (first("numerical", "<p>", r"<p>\\(x "), "not closed"),
    "no id": (first("numerical", "<idnumber>.*?<", "<idnumber><"), "idnumber"),
    "long id": (first("numerical", "<idnumber>", "<idnumber>" + 100 * "x"), "idnumber"),
    "twice": (lambda text: re.sub("<idnumber>.*?<", "<idnumber>same<", text), "twice"),
    "control character": (first("numerical", "<p>", "<p>\x7f"), "control"),
    "unfilled hole": (first("numerical", "<p>", "<p>\U000f0001"), "control"),
    "character below a space": (first("numerical", "<p>", "<p>\x01"), "well-formed"),
    "nbsp": (first("numerical", "<p>", "<p>&nbsp;"), "nbsp"),
    "CDATA": (first("numerical", "<p>", "<p>]]>"), "well-formed"),
    "more than 100 %": (
        lambda text: re.sub(r'fraction="-[\d.]+"', 'fraction="50"', text),
        "100 % together",
    ),
    "missing file": (first("numerical", "<p>", '<p><img src="@@PLUGINFILE@@/gone.svg">'), "files"),
    "everything first": (
        first("numerical", r"(<answer.*?</answer>\n)(.*?)(<answer[^>]*><text>\*.*?</answer>\n)", r"\1\3\2"),
        "never looked at",
    ),
    "slip before the key": (first("numerical", r"(<answer.*?</answer>)\n(<answer.*?</answer>)", r"\2\n\1"), "first"),
    "category": (lambda text: text.replace("$course$/top", "top"), "category"),
}


def _twice(text: str) -> str:
    return r'<answer fraction="100" format="html"><text>\1</text>\2<answer fraction="0" format="html"><text>\1</text>'


@pytest.mark.parametrize("trap", TRAPS)
def test_planted_fault(trap: str, sound: str, tmp_path: Path) -> None:
    plant, says = TRAPS[trap]
    path = tmp_path / "moodle.xml"
    path.write_text(sound, encoding="utf-8")
    assert list(faults(path)) == []
    spoilt = plant(sound)
    assert spoilt != sound
    path.write_text(spoilt, encoding="utf-8")
    assert any(says in fault for fault in faults(path)), list(faults(path))
    with pytest.raises(OutputError, match=r"moodle\.xml: would not be read as it is meant"):
        checked("moodle.xml", faults(path))


def test_the_end_of_a_section_is_split() -> None:
    """Text that would end its section early comes back whole."""
    text = "x[y[0]]> 1 ]]>"
    assert ElementTree.fromstring(f"<text>{cdata(text)}</text>").text == text


def test_every_share_is_allowed() -> None:
    assert len(FRACTIONS) == len(set(FRACTIONS)) == 21


# --- bytes ---------------------------------------------------------------------------------------------------------


def test_golden(tmp_path: Path) -> None:
    """A change of the format is looked at before it is kept."""
    questions = [
        *banked.asked(find("conv-output-size"), 0, ("open", "choice", "select-all", "match", "order-the-lines"))
    ]
    questions += banked.asked(find("recurrent-parameters"), 0, ("several-blanks",))
    write(banked.bank(questions, "Golden"), tmp_path)
    text = (tmp_path / "moodle.xml").read_text(encoding="utf-8")
    if os.environ.get("NETDRILL_OVERWRITE"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_same_bytes(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(banked.bank(_few()), tmp_path / name)
        found.append((tmp_path / name / "moodle.xml").read_bytes())
    assert found[0] == found[1]
