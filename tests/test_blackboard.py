"""Blackboard's file of questions: each line says what the record says, and traps are caught."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import banked
import pytest
from conftest import DATA

from generator.family import find
from generator.formats.blackboard import write
from generator.lms.blackboard import faults

GOLDEN = DATA / "banks" / "blackboard.txt"
FORMS = ("open", "choice", "select-all", "order-the-lines", "several-blanks")
KINDS = {
    "choice": {"MC"}, "find-the-slip": {"MC"}, "select-all": {"MA"}, "match": {"MAT"}, "order-the-lines": {"ORD"},
    "several-blanks": {"FIB_PLUS"}, "parts": {"FIB_PLUS"}, "open": {"NUM", "FIB_PLUS", "ESS"},
    "fill-the-line": {"NUM", "FIB_PLUS", "ESS"}, "flash": {"NUM", "FIB_PLUS", "ESS"},
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], list[str]]]:
    """The record of each question that is not left out, with its fields."""
    folder = tmp_path_factory.mktemp("blackboard")
    questions = sorted(banked.sample(), key=lambda each: list(_topics()).index(each.sheet.topic))
    write(banked.bank(questions), folder)
    left = (folder / "losses-blackboard.md").read_text(encoding="utf-8").partition("Left out:")[2]
    lines = (folder / "blackboard.txt").read_text(encoding="utf-8").splitlines()
    kept = [question for question in questions if question.id not in left]
    return [(banked.told(q), line.split("\t")) for q, line in zip(kept, lines, strict=True)]


def _topics() -> dict[str, None]:
    return dict.fromkeys(question.sheet.topic for question in banked.sample())


def test_kinds(written: list[tuple[dict[str, Any], list[str]]]) -> None:
    assert {"MC", "MA", "NUM", "ORD", "FIB_PLUS", "ESS"} <= {fields[0] for _, fields in written}
    for record, fields in written:
        assert fields[0] in KINDS[record["form"]]
        assert not record["code"]


def test_answers(written: list[tuple[dict[str, Any], list[str]]]) -> None:
    for record, (kind, asked, *answers) in written:
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


TRAPS = {
    "comma": (r"(NUM\t.*?\t)(\d)(\d*)\t", r"\1\2,\3\t", "decimal points"),
    "no right option": (r"\tcorrect", "\tincorrect", "right number of right options"),
    "another mark": (r"\tcorrect", "\tright", "correct or incorrect"),
    "equal options": (r"(MC\t[^\t]*\t)([^\t]*)(\t\w+\t)[^\t]*", r"\1\2\3\2", "equal"),
    "blank line": (r"\n", "\n\n", "no question"),
    "math": (r"NUM\t", r"NUM\t\\(x\\) ", "has math"),
    "gap": (r"\[gap0\]", "[gap]", "does not stand once"),
    "empty step": (r"(ORD\t[^\t]*\t)[^\t]*", r"\1", "empty"),
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
