"""Markdown for whoever sets the paper: what it covers, and where each question comes from."""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.coverage import coverage, covered
from generator.formats.md import escape
from generator.typeset.pages import page


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``instructor.md``: of every version the coverage table, the list of questions, and its code."""
    versions = [
        {
            "name": version,
            "same": placed[0].first is not None,
            "code": bank.codes.get(version, ""),
            "coverage": coverage(placed),
            "questions": [(each, each.question.sheet.blueprint, covered(each)) for each in placed],
        }
        for version, placed in bank.versions().items()
    ]
    text = page("md/instructor.md.j2")(escape=escape, title=bank.title, course=bank.course, versions=versions)
    (folder / "instructor.md").write_text(text, encoding="utf-8", newline="\n")
    return ()
