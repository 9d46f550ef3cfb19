"""Every family and concept deck, in every form that it takes, in every format, a spread of structures.

Each file passes its check, or it would not be written; read by the rules of the format it gives right answers, each
known slip and wrong ones the marks and the feedback that the record says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import banked
import test_blackboard
import test_canvas
import test_csv
import test_gift
import test_moodle
import test_qti21
from conftest import each

from generator.blueprint import Blueprint
from generator.question import Question

Record = dict[str, Any]
DOCS = Path(__file__).parent.parent / "docs" / "banks.md"
FORMATS = (test_moodle, test_gift, test_canvas, test_qti21, test_blackboard, test_csv)


# what a record may have, and the words by which a report says that a format does not hold it
LOST: dict[str, tuple[Callable[[Record], object], str]] = {
    "hints": (lambda record: record["hints"], "- hints: "),
    "hints of an essay": (
        lambda record: record["hints"] and not typed(record) and not record["options"],
        "the hints of an essay",
    ),
    "credit": (lambda record: any(credits(record)), "part marks for known mistakes"),
    "slips": (lambda record: typed(record) > 1 and record["slips"], "feedback for known mistakes in gaps"),
    "unit": (lambda record: typed(record) and record["answer"]["unit"], "the unit of the answer"),
    "expression": (lambda record: record["answer"]["kind"] == "expression", "right in any equal form"),
    "order": (lambda record: record["answer"]["kind"] == "order", "order"),
    "carried": (lambda record: record["blanks"] and record["solution"]["remarks"], "errors carried forward"),
    "whole": (lambda record: typed(record) > max(len(record["blanks"]), 1), "marked as one answer"),
    "weights": (lambda record: len(set(shares(record))) > 1, "weights of gaps"),
    "sharing": (lambda record: record["answer"]["kind"] == "choices", "several right options"),
    "rubric": (lambda record: record["rubric"], "a rubric"),
    "figure": (lambda record: record["figure"], "a figure: "),
    "tags": (lambda record: True, "tags"),
    "points": (lambda record: True, "points"),
    "feedback": (lambda record: True, "- feedback and solutions: "),
}
EVERYWHERE = ("unit", "expression", "order", "carried", "whole")
LOSES = {
    "moodle": (*EVERYWHERE, "hints of an essay"),
    "bank": (*EVERYWHERE, "hints", "rubric", "figure", "points"),
    "canvas": (*EVERYWHERE, "hints", "rubric", "credit", "slips", "weights", "sharing", "tags"),
    "qti21": (*EVERYWHERE, "hints", "tags"),
    "blackboard": (*EVERYWHERE[:2], "carried", "rubric", "figure", "credit", "weights", "sharing", "tags", "feedback"),
}


def typed(record: Record) -> int:
    """How many numbers or letters are typed."""
    kind, value = record["answer"]["kind"], record["answer"]["value"]
    alone = kind == "list" and not (isinstance(value[0], list) and isinstance(value[0][0], int))  # of words or ids
    return 0 if record["options"] or kind in ("words", "expression") or alone else len(banked.numbers(value))


def credits(record: Record) -> list[float]:
    wrong = [option["credit"] for option in record["options"] if option.get("correct") is False]
    slips = [slip["credit"] for slip in record["slips"]] if typed(record) else []
    return [*(wrong if record["answer"]["kind"] == "choice" else []), *slips]


def shares(record: Record) -> list[float]:
    """Of each gap its share of the points."""
    each = [(blank["share"] or 1 / len(record["blanks"]), banked.numbers(blank["value"])) for blank in record["blanks"]]
    return [round(share / len(values), 9) for share, values in each for _ in values]


def none_lost_in_silence(questions: Sequence[Question], folder: Path) -> None:
    """What a record has and a format does not hold is in the report of that form, and what it holds is not."""
    reports = {name: (folder / f"losses-{name}.md").read_text(encoding="utf-8") for name in LOSES}
    for question in questions:
        record = banked.told(question)
        for name, report in reports.items():
            told = report.partition(f"## {question.form.id}\n")[2].partition("##")[0]
            if "the question is left out" in told:
                assert question.id in report.partition("## Left out")[2]
                continue
            for has, words in map(LOST.__getitem__, LOSES[name]):
                assert (words in told) == bool(has(record)), (name, question.form.id, words, told)


@each(spread=banked.OFTEN, most=banked.MOST)
def test_every_form_in_every_format(blueprint: Blueprint, tmp_path: Path) -> None:
    questions = banked.made(blueprint)
    assert questions
    for each_format in FORMATS:
        each_format.proven(questions, tmp_path)
    none_lost_in_silence(questions, tmp_path)


def test_every_trap_has_its_planted_fault() -> None:
    """The table of traps names faults that are planted, and at least one for each trap."""
    traps = {module.__name__.removeprefix("test_"): getattr(module, "TRAPS", {}) for module in FORMATS}
    rows = re.findall(r"^\| (.+) \| (.+) \|$", DOCS.read_text(encoding="utf-8").partition("## Traps")[2], re.MULTILINE)
    assert len(rows) > 20
    for _, told in rows[1:]:
        for part in told.split("; "):
            name, _, faults = part.partition(": ")
            assert set(faults.split(", ")) <= set(traps[name]), part
