"""PDF: a paper to print and its key, for every version, and the papers of all versions together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generator.bank import Bank
from generator.printing.paper import documents
from generator.printing.typesetting import Body, Job, bodies, gathered, job, pdfs


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``worksheet.pdf`` and ``answers.pdf``, or one of each for every version and ``worksheets.pdf`` with all papers.

    So many papers that they are too much for one file go into several, such as ``worksheets-A-J.pdf``.
    Returns what should be looked at before it is printed.
    """
    lints: list[str] = []
    papers: list[Body] = []
    for key in (False, True):
        found = documents(bank, key)
        for some in bodies(found):
            jobs = {body[0].file(len(found)): job([body], bank.printed, bank.title) for body in some}
            lints += save(jobs, folder)
            papers += some if len(found) > 1 and not key else []
    files = gathered(papers)
    for some in files:
        ends = (some[0][0].version, some[-1][0].version) if len(files) > 1 else ()
        name = "-".join(dict.fromkeys(("worksheets", *ends)))
        save({name: job(some, bank.printed, bank.title)}, folder)  # its lints are those of the papers by themselves
    return tuple(lints)


def save(jobs: Mapping[str, Job], folder: Path) -> list[str]:
    """Set each job as the PDF of its name; the lints."""
    lints = []
    for name, pdf in zip(jobs, pdfs(list(jobs.values())), strict=True):
        (folder / f"{name}.pdf").write_bytes(pdf.content)
        lints += [f"{name}.pdf: {lint}" for lint in dict.fromkeys(pdf.lints)]
    return lints
