"""GIFT: read back by its rules it says what the record says, what it cannot hold is told, and its traps are caught.

The golden file is written anew by ``NETDRILL_OVERWRITE=1 python -m pytest tests/test_gift.py -k golden``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import banked
import gift
import pytest
from conftest import DATA

from generator.family import find
from generator.formats.gift import write
from generator.lms.gift import faults
from generator.lms.text import inline
from generator.question import Question

GOLDEN = DATA / "banks" / "bank.gift"
Read = tuple[dict[str, Any], gift.Question]


def written(questions: Sequence[Question], folder: Path) -> list[Read]:
    """The record of each question that is not left out, with what is read of it."""
    write(banked.bank(questions), folder)
    read = {each.id: each for each in gift.read(folder / "bank.gift")}
    told = (folder / "losses-bank.md").read_text(encoding="utf-8")
    left = [question for question in questions if question.id not in read]
    assert f"{len(read):,} question{'s' * (len(read) != 1)} written, {len(left)} left out" in told
    for question in left:
        record = banked.told(question)
        assert f"{record['family']} {record['form']} {record['id']}: " in told
        assert len(banked.numbers(record["answer"]["value"])) > 1 or record["blanks"] or record["figure"]
    return [(banked.told(each), read[each.id]) for each in questions if each.id in read]


def proven(questions: Sequence[Question], folder: Path) -> None:
    """That all of it is marked as its record says, or left out and told."""
    for record, question in written(questions, folder):
        whole(record, question)
        MARKED[question.kind](record, question)


def test_every_kind_is_there(tmp_path: Path) -> None:
    assert {question.kind for _, question in written(banked.sample(), tmp_path)} == set(MARKED)


def test_a_bank_of_which_nothing_is_left(tmp_path: Path) -> None:
    assert written(banked.asked(find("lstm-cell-parts")), tmp_path) == []


def whole(record: dict[str, Any], each: gift.Question) -> None:
    """Texts come back with all their markup."""
    assert each.text.count("\\(") == each.text.count("\\)")
    assert each.solution
    for line in record["solution"]["lines"]:
        assert _line(inline(line["why"])) in each.solution
    if "```" in record["stem"] and record["code"] and record["form"] == "open":
        assert each.text.count("&#10;") >= record["code"].count("\n")
    assert ("<i>Figure: " in each.text) == bool(record["figure"])


def number(record: dict[str, Any], each: gift.Question) -> None:
    (value,) = banked.numbers(record["answer"]["value"])
    for off in (0, record["answer"]["tolerance"], -record["answer"]["tolerance"]):
        assert each.type_in(str(value + off)).mark == 1
    for slip in record["slips"]:
        (wrong,) = banked.numbers(slip["value"])
        mark, feedback = each.type_in(str(wrong))
        assert mark == slip["credit"]
        assert inline(slip["words"].split("$")[0].strip()) in feedback
    mark, feedback = each.type_in(str(value + 987_654_321.5))
    assert mark == 0
    assert feedback.startswith("Not right")


def options(record: dict[str, Any], each: gift.Question) -> None:
    found = {answer.text: answer for answer in each.answers}
    assert list(found) == [_line(inline(option["text"])) for option in record["options"]]
    right = [option for option in record["options"] if option["correct"]]
    for option in record["options"]:
        answer = found[_line(inline(option["text"]))]
        assert answer.feedback == _line(inline(option["feedback"]))
        if record["form"] != "select-all":
            assert answer.percent == 100 * option["credit"]
        elif option["correct"]:
            assert answer.percent == pytest.approx(100 / len(right), abs=1e-4)
        else:
            assert answer.percent < 0


def _line(html: str) -> str:
    return html.replace("\n", " ")


def rows(record: dict[str, Any], each: gift.Question) -> None:
    if record["form"] == "match":
        assert [prompt for prompt, _ in each.rows if prompt] == [inline(prompt) for prompt in record["prompts"]]
        assert len(each.rows) == len(record["options"])
        assert all(value for _, value in each.rows)
    else:
        assert sorted(int(value) for _, value in each.rows) == list(range(1, len(record["options"]) + 1))


def essay(record: dict[str, Any], each: gift.Question) -> None:
    assert not each.answers
    assert not each.rows
    for point in record["rubric"]:
        assert _line(f"{point['points']:g}: {inline(point['text'])}") in each.solution


MARKED = {"number": number, "one": options, "many": options, "match": rows, "essay": essay}


# --- traps ---------------------------------------------------------------------------------------------------------


def planted(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    def plant(text: str) -> str:
        spoilt, count = re.subn(pattern, by, text, count=1)
        assert count, pattern
        return spoilt

    return plant


TRAPS = {
    "unescaped math": (planted(r"<p>", r"<p>\\(x^{2}\\) "), "backslash"),
    "unescaped braces": (planted(r"<p>", "<p>{2} "), "braces"),
    "nabla": (planted(r"<p>", r"<p>\\nabla "), "backslash"),
    "comma": (planted(r"\n=(\d+):0#", r"\n=\1,5:0#"), "decimal point"),
    "percent": (planted(r"\n=(\d+):0#", r"\n=\1:5%#"), "decimal point"),
    "weight": (planted("=%0%", "=%33%"), "weight"),
    "no right number": (planted(r"\n=(\d+):0#", r"\n=%50%\1:0#"), "one right number"),
    "no right option": (planted(r"\n=([^:\n]*#Right)", r"\n~%50%\1"), "100 %"),
    "a whole weight": (planted(r"\n=([^:\n]*#Right)", r"\n~%100%\1"), "no weight that could be read"),
    "blank value": (planted(r"-> [^\n]+", "-> "), "no value"),
    "blank line": (planted("</p>{", "</p>\n\n{"), "blank lines"),
    "control character": (planted("<p>", "<p>\x02"), "control"),
    "hole": (planted("<p>", "<p>\U000f0003"), "control"),
    "open math": (planted("<p>", r"<p>\\\\(x "), "not closed"),
    "dollars": (planted("<p>", "<p>$x$ "), "single dollars"),
    "less than in math": (planted("<p>", r"<p>\\\\(a < b\\\\) "), "< in math"),
    "nbsp": (planted("<p>", "<p>&nbsp;"), "nbsp"),
    "image": (planted("<p>", '<p><img src\\="x.svg">'), "image"),
    "tilde in the question": (planted("<p>", "<p>a ~ b "), "~ that is not escaped"),
    "equals sign in the question": (planted("<p>", "<p>a = b "), "= that is not escaped"),
    "hash in the question": (planted("<p>", "<p>a # b "), "# that is not escaped"),
    "colon in the question": (planted("<p>", "<p>a: b "), ": that is not escaped"),
    "tilde in an option": (planted(r"\n~%0%", "\n~%0%a ~ b"), "~ not escaped"),
    "equals sign in an option": (planted(r"\n~%0%", "\n~%0%a = b"), "100 %"),
    "hash in a feedback": (planted(r"(\n~%0%[^#\n]*#)", r"\1a # b"), "# that is not escaped"),
    "tilde in the feedback of a number": (planted(r"(\n=\d+:0#)", r"\1a ~ b"), "not escaped"),
    "equals sign in the feedback of a number": (planted(r"(\n=\d+:0#)", r"\1a = b"), "decimal point"),
    "equals sign in the solution": (planted("####", "####a = b"), "= that is not escaped"),
    "two arrows": (planted("-> ", "-> a -> "), "two arrows"),
    "math in a drop-down list": (planted("-> ", r"-> \\\\(x\\\\) "), "no drop-down list"),
    "equal options": (planted(r"\n~%0%([^#\n]*)#", r"\n~%0%\1#\n~%0%\1#"), "equal"),
    "the same number twice": (planted(r"\n=(\d+):0#", r"\n=\1:0#\n=%0%\1:0#"), "the same twice"),
    "question twice": (
        lambda text: text.replace(text.split("\n\n")[1], "\n\n".join(text.split("\n\n")[1:2] * 2)),
        "twice",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_planted_fault(trap: str, tmp_path: Path) -> None:
    forms = ("open", "choice", "select-all", "match", "order-the-lines")
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, forms)), tmp_path)
    path = tmp_path / "bank.gift"
    assert list(faults(path)) == []
    plant, says = TRAPS[trap]
    path.write_text(plant(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(says in fault for fault in faults(path)), list(faults(path))


def test_golden(tmp_path: Path) -> None:
    """A change of the format is looked at before it is kept."""
    forms = ("open", "choice", "select-all", "match", "order-the-lines")
    write(banked.bank(banked.asked(find("conv-output-size"), 0, forms), "Golden"), tmp_path)
    text = (tmp_path / "bank.gift").read_text(encoding="utf-8")
    if os.environ.get("NETDRILL_OVERWRITE"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")
