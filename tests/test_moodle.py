"""Moodle XML: read and marked by Moodle's rules it says what the record says; and what Moodle would swallow is caught.

The golden file is written anew by ``NETDRILL_OVERWRITE=1 python -m pytest tests/test_moodle.py -k golden``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import banked
import moodle
import pytest
from conftest import DATA, explained

from generator.errors import OutputError
from generator.family import find
from generator.formats.moodle import write
from generator.lms.check import checked
from generator.lms.moodle import FRACTIONS, faults
from generator.lms.text import inline
from generator.question import Question

GOLDEN = DATA / "banks" / "moodle.xml"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], moodle.Question]]:
    """By id the record and what Moodle reads, for every question of the sample."""
    folder = tmp_path_factory.mktemp("moodle")
    own = banked.asked(explained(folder), forms=("explain-in-words", "flash"))
    questions = (*banked.sample(), *own)
    write(banked.bank(questions), folder)
    read = {each.id: each for each in moodle.read(folder / "moodle.xml")}
    assert set(read) == {question.id for question in questions}
    return {question.id: (banked.told(question), read[question.id]) for question in questions}


def of(written: Any, *types: str) -> list[tuple[dict[str, Any], moodle.Question]]:
    found = [(record, each) for record, each in written.values() if each.type in types]
    assert found, f"the sample has no question of {types}"
    return found


def test_every_form_is_there(written: Any) -> None:
    types = {record["form"]: set[str]() for record, _ in written.values()}
    for record, each in written.values():
        types[record["form"]].add(each.type)
    assert types["choice"] == types["find-the-slip"] == types["select-all"] == {"multichoice"}
    assert types["match"] == types["order-the-lines"] == {"matching"}
    assert types["several-blanks"] == types["parts"] == {"cloze"}
    assert types["explain-in-words"] == {"essay"}
    assert types["open"] == {"numerical", "cloze", "essay"}


def test_what_every_question_has(written: Any) -> None:
    for record, each in written.values():
        assert each.category == f"$course$/top/Exam // practice & more/{record['topic']}"
        tags = [tag.text for tag in each.element.iterfind("tags/tag/text")]
        assert {record["topic"], record["family"], record["form"], *record["tags"]} <= set(tags)
        assert each.type == "cloze" or each.element.findtext("defaultgrade") == "2"
        hints = each.element.findall("hint")
        assert len(hints) == (0 if each.type == "essay" else len(record["hints"]))
        assert each.text("generalfeedback") or not record["solution"]["lines"]
        for line in record["solution"]["lines"]:
            assert inline(line["why"]) in each.text("generalfeedback")


def test_a_number_right_known_wrong_and_wrong(written: Any) -> None:
    for record, each in of(written, "numerical"):
        answer = record["answer"]
        value = _number(answer["value"])
        for off in (0, answer["tolerance"], -answer["tolerance"]):
            assert each.type_in(str(value + off)).mark == 1, record["id"]
        assert record["slips"] or record["form"] == "fill-the-line"
        for slip in record["slips"]:
            mark, feedback = each.type_in(str(_number(slip["value"])))
            assert mark == slip["credit"], (record["id"], slip)
            assert inline(slip["words"].split("$")[0].strip()) in feedback
        mark, feedback = each.type_in(str(value + 987_654_321.5))
        assert mark == 0
        assert feedback.startswith("Not right")


def _number(value: Any) -> float:
    (found,) = banked.numbers(value)
    return float(found)


def test_one_option_is_right_and_each_says_why(written: Any) -> None:
    for record, each in of(written, "multichoice"):
        if record["form"] == "select-all":
            continue
        assert each.element.findtext("single") == "true"
        found = {answer.text: answer for answer in each.answers}
        assert list(found) == [inline(option["text"]) for option in record["options"]]
        for option in record["options"]:
            answer = found[inline(option["text"])]
            assert answer.percent == 100 * option["credit"]
            assert answer.feedback == inline(option["feedback"])


def test_several_options(written: Any) -> None:
    for record, each in of(written, "multichoice"):
        if record["form"] != "select-all":
            continue
        texts = [inline(option["text"]) for option in record["options"]]
        right = [text for text, option in zip(texts, record["options"], strict=True) if option["correct"]]
        wrong = [text for text in texts if text not in right]
        assert each.element.findtext("single") == "false"
        assert each.pick(*right) == pytest.approx(1, abs=1e-4)
        assert each.pick(*texts) == pytest.approx(0, abs=1e-4)
        assert each.pick(*right[1:]) == pytest.approx(1 - 1 / len(right), abs=1e-4)
        assert each.pick(*right, wrong[0]) == pytest.approx(1 - 1 / len(wrong), abs=1e-4)


def test_pairs(written: Any) -> None:
    for record, each in of(written, "matching"):
        if record["form"] != "match":
            continue
        asked = [(prompt, value) for prompt, value in each.rows if prompt]
        assert [prompt for prompt, _ in asked] == [inline(prompt) for prompt in record["prompts"]]
        assert len(each.rows) == len(record["options"])
        for (_, value), place in zip(asked, record["answer"]["value"], strict=True):
            shown = record["options"][place]["text"]
            assert re.sub(r"\W|times|text", "", value.replace("×", "")) == re.sub(r"\W|times|text", "", shown)


def test_steps_have_one_right_order_and_it_is_a_right_one(written: Any) -> None:
    for record, each in of(written, "matching"):
        if record["form"] != "order-the-lines":
            continue
        assert [prompt.partition("</b> ")[2] for prompt, _ in each.rows] == [
            inline(o["text"]) for o in record["options"]
        ]
        places = [int(value) for _, value in each.rows]
        before = record["answer"]["before"]
        right = [
            order
            for order in permutations(range(len(places)))
            if all(order.index(a) < order.index(b) for a, b in before)
        ]
        meant = tuple(sorted(range(len(places)), key=places.__getitem__))
        assert meant == min(right)  # the first letter that can come next does
        assert ("the one with the first letter does" in each.text("questiontext")) == (len(right) > 1)


def test_gaps_right_and_known_wrong(written: Any) -> None:
    for record, each in of(written, "cloze"):
        key = banked.numbers(record["answer"]["value"])
        assert len(each.gaps) == len(key)
        if record["blanks"] and record["blanks"][0]["kind"] == "letter":
            assert each.fill_in(*map(str, key)) == 1
            continue
        assert each.fill_in(*map(str, key)) == 1, record["id"]
        tolerances = [blank["tolerance"] for blank in record["blanks"] for _ in banked.numbers(blank["value"])]
        tolerances = tolerances or [record["answer"]["tolerance"]] * len(key)
        weights = [gap.weight for gap in each.gaps]
        for slip in record["slips"]:
            given = banked.numbers(slip["value"])
            mark = 0.0
            for gap, value, right, off, weight in zip(each.gaps, given, key, tolerances, weights, strict=True):
                answered = moodle.typed(gap.answers, str(value))
                if abs(value - right) <= off + 1e-9:
                    assert answered.mark == 1
                else:
                    assert answered.mark < 1
                    assert answered.feedback.startswith("You ")
                mark += weight * answered.mark
            assert each.fill_in(*map(str, given)) == pytest.approx(mark / sum(weights))
        assert each.fill_in(*("987654321.5" for _ in key)) == 0


def test_gaps_count_by_the_share_of_their_part(written: Any) -> None:
    for record, each in of(written, "cloze"):
        if record["form"] != "parts":
            continue
        whole, gaps = sum(gap.weight for gap in each.gaps), iter(each.gaps)
        for blank in record["blanks"]:
            weight = sum(next(gaps).weight for _ in banked.numbers(blank["value"]))
            assert weight / whole == pytest.approx(blank["share"])


def test_an_essay_has_the_rubric_for_whoever_marks_it(written: Any) -> None:
    for record, each in of(written, "essay"):
        told = each.text("graderinfo")
        assert "Answer:" in told
        for point in record["rubric"]:
            assert f"{point['points']:g}: {inline(point['text'])}" in told


def test_a_figure_comes_along(written: Any) -> None:
    found = [(record, each) for record, each in written.values() if record["figure"]]
    assert found
    for _, each in found:
        assert each.element.find("questiontext/file[@name='figure.svg']") is not None
        assert "@@PLUGINFILE@@/figure.svg" in each.text("questiontext")


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
