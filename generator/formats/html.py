"""HTML: a paper to print from any browser and its key, for every version, each in one file with equations in MathML."""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.printing.files import write_all
from generator.resources import folder as resources


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``worksheet.html`` and ``answers.html``, or one of each for every version."""
    home = resources("templates").resolve() / "print"
    options = ["--mathml", "--standalone", "--embed-resources", "--syntax-highlighting=none"]
    options += [f"--template={home / 'page.html'}", f"--css={home / 'print.css'}"]
    write_all(bank, folder, "html", ".svg", str.encode, options)
    return ()
