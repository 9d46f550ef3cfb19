"""Blackboard's file of questions: each line says what the record says, and traps are caught."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import banked
import pytest
from conftest import DATA

from generator.family import find
from generator.formats.blackboard import write
from generator.lms.blackboard import faults
from generator.question import Question

GOLDEN = DATA / "banks" / "blackboard.txt"
Read = tuple[dict[str, Any], list[str]]
FORMS = ("open", "choice", "select-all", "order-the-lines", "several-blanks")
KINDS = {
    "choice": {"MC"}, "find-the-slip": {"MC"}, "select-all": {"MA"}, "match": {"MAT"}, "order-the-lines": {"ORD"},
    "several-blanks": {"FIB_PLUS"}, "parts": {"FIB_PLUS"}, "open": {"NUM", "FIB_PLUS", "ESS"},
    "fill-the-line": {"NUM", "FIB_PLUS", "ESS"}, "flash": {"NUM", "FIB_PLUS", "ESS"}, "explain-in-words": {"ESS"},
}  # fmt: skip


def written(questions: Sequence[Question], folder: Path) -> list[Read]:
    """The record of each question that is not left out, with its fields."""
    topics = list(dict.fromkeys(question.sheet.topic for question in questions))
    ordered = sorted(questions, key=lambda each: topics.index(each.sheet.topic))
    write(banked.bank(ordered), folder)
    left = (folder / "losses-blackboard.md").read_text(encoding="utf-8").partition("## Left out")[2]
    lines = (folder / "blackboard.txt").read_text(encoding="utf-8").splitlines()
    kept = [question for question in ordered if question.id not in left]
    return [(banked.told(question), line.split("\t")) for question, line in zip(kept, lines, strict=True)]


def proven(questions: Sequence[Question], folder: Path) -> None:
    """That each line says what its record says, and what is left out is told."""
    for record, (kind, asked, *answers) in written(questions, folder):
        assert kind in KINDS[record["form"]]
        assert not record["code"] or "```" not in record["stem"]
        assert ("(Figure: " in asked) == bool(record["figure"])
        said(record, kind, asked, answers)


def test_every_kind_is_there(tmp_path: Path) -> None:
    assert {"MC", "MA", "NUM", "ORD", "FIB_PLUS", "ESS"} <= {
        fields[0] for _, fields in written(banked.sample(), tmp_path)
    }


def said(record: dict[str, Any], kind: str, asked: str, answers: list[str]) -> None:
    if kind in ("MC", "MA"):
        assert [mark == "correct" for mark in answers[1::2]] == [option["correct"] for option in record["options"]]
    if kind == "NUM":
        (value,) = banked.numbers(record["answer"]["value"])
        assert float(answers[0]) == value
        assert float(answers[1]) == record["answer"]["tolerance"]
    if kind == "FIB_PLUS":
        gaps = [each.split("\t") for each in "\t".join(answers).split("\t\t")]
        assert [texts[0] for _, *texts in gaps] == list(map(str, banked.numbers(record["answer"]["value"])))
        assert re.findall(r"\[(gap\d+)\]", asked) == [name for name, *_ in gaps]
    if kind == "ORD":
        letters = [answer[0] for answer in answers]
        assert sorted(letters) == sorted("ABCDEF"[: len(record["options"])])
        for before, after in record["answer"]["before"]:
            assert letters.index("ABCDEF"[before]) < letters.index("ABCDEF"[after])
    if kind == "MAT":
        assert len(answers) == 2 * len(record["prompts"])
    if kind == "ESS":
        assert len(answers) == 1
        assert answers[0].strip()


TRAPS = {
    "comma": (r"(NUM\t.*?\t)(\d)(\d*)\t", r"\1\2,\3\t", "decimal points"),
    "no right option": (r"\tcorrect", "\tincorrect", "right number of right options"),
    "another mark": (r"\tcorrect", "\tright", "correct or incorrect"),
    "equal options": (r"(MC\t[^\t]*\t)([^\t]*)(\t\w+\t)[^\t]*", r"\1\2\3\2", "equal"),
    "blank line": (r"\n", "\n\n", "no question"),
    "math": (r"NUM\t", r"NUM\t\\(x\\) ", "has math"),
    "gap": (r"\[gap0\]", "[gap]", "does not stand once"),
    "empty step": (r"(ORD\t[^\t]*\t)[^\t]*", r"\1", "empty"),
    "math in an option": (r"(MC\t[^\t]*\t)", r"\1\\(x\\) ", "has math"),
    "entity": (r"NUM\t", "NUM\tthe layer&#x27;s ", "has markup"),
    "tag": (r"NUM\t", "NUM\t<b>how</b> ", "has markup"),
    "hole": (r"NUM\t", "NUM\t\U000f0001", "control"),
    "type": (r"NUM\t", "NUMBER\t", "unknown type"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_planted_fault(trap: str, tmp_path: Path) -> None:
    pattern, by, says = TRAPS[trap]
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, FORMS)), tmp_path)
    path = tmp_path / "blackboard.txt"
    assert list(faults(path)) == []
    spoilt, count = re.subn(pattern, by, path.read_text(encoding="utf-8"), count=1)
    assert count
    path.write_text(spoilt, encoding="utf-8")
    assert any(says in fault for fault in faults(path)), list(faults(path))


def test_golden(tmp_path: Path) -> None:
    """Written anew by ``NETDRILL_OVERWRITE=1 python -m pytest tests/test_blackboard.py -k golden``."""
    write(banked.bank(banked.asked(find("conv-output-size"), 0, FORMS), "Golden"), tmp_path)
    text = (tmp_path / "blackboard.txt").read_text(encoding="utf-8")
    if os.environ.get("NETDRILL_OVERWRITE"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")
