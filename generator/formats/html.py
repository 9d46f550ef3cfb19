"""HTML: a page to practise on, for every version, that also prints well; of an exam, a paper to print and its key.

Each is one file with equations in MathML. What students practise on holds its answers, so that of an exam it would give
them away.
"""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.printing.files import write_all
from generator.resources import folder as resources
from generator.typeset.practice import practice_page


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``practice.html``, or where keys stay with the instructor ``worksheet.html`` and ``answers.html``; or as many of
    each as there are versions.
    """
    if bank.secret:
        _papers(bank, folder)
        return ()
    versions = bank.versions()
    for version in versions:
        path = folder / (f"practice-{version}.html" if len(versions) > 1 else "practice.html")
        path.write_text(practice_page(bank, version), encoding="utf-8", newline="\n")
    return ()


def _papers(bank: Bank, folder: Path) -> None:
    home = resources("templates").resolve() / "print"
    options = ["--mathml", "--standalone", "--embed-resources", "--syntax-highlighting=none"]
    options += [f"--template={home / 'page.html'}", f"--css={home / 'print.css'}"]
    write_all(bank, folder, "html", ".svg", str.encode, options)
