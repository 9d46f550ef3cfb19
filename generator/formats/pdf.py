"""PDF: a paper to print and its key, for every version, and the papers of all versions in one file."""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.printing.paper import documents
from generator.printing.typesetting import bodies, pdf


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``worksheet.pdf`` and ``answers.pdf``, or one of each for every version and ``worksheets.pdf`` with all papers.

    Returns what should be looked at before it is printed.
    """
    notices: list[str] = []
    for key in (False, True):
        found = documents(bank, key)
        set_ = bodies(found)
        for document, body in zip(found, set_, strict=True):
            name = f"{document.file(len(found))}.pdf"
            content, shrunk = pdf([document], [body], bank.printed, bank.title)
            (folder / name).write_bytes(content)
            if shrunk:
                notices.append(f"{name}: formulas had to shrink to {min(shrunk):.0%} to fit their line")
        if len(found) > 1 and not key:
            (folder / "worksheets.pdf").write_bytes(pdf(found, set_, bank.printed, bank.title)[0])
    return tuple(notices)
