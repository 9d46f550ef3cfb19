"""PDF: a paper to print and its key, for every version, and the papers of all versions in one file."""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.printing.paper import documents
from generator.printing.typesetting import Job, bodies, job, pdfs


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``worksheet.pdf`` and ``answers.pdf``, or one of each for every version and ``worksheets.pdf`` with all papers.

    Returns what should be looked at before it is printed.
    """
    jobs: dict[str, Job] = {}
    for key in (False, True):
        found = documents(bank, key)
        set_ = bodies(found)
        for document, body in zip(found, set_, strict=True):
            jobs[f"{document.file(len(found))}.pdf"] = job([document], [body], bank.printed, bank.title)
        if len(found) > 1 and not key:
            jobs["worksheets.pdf"] = job(found, set_, bank.printed, bank.title)
    notices: list[str] = []
    for name, (content, shrunk) in zip(jobs, pdfs(list(jobs.values())), strict=True):
        (folder / name).write_bytes(content)
        if shrunk:
            notices.append(f"{name}: formulas had to shrink to {min(shrunk):.0%} to fit their line")
    return tuple(notices)
