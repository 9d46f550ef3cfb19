"""Word: a paper to edit and its key, for every version, with equations as Word's own."""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.printing.files import write_all
from generator.printing.typesetting import png


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``worksheet.docx`` and ``answers.docx``, or one of each for every version."""
    write_all(bank, folder, "docx", ".png", png, ["--syntax-highlighting=none"])
    return ()
