"""Flash cards as canonical Markdown: a sheet of questions, then one of their answers mirrored, so that each lies behind
its question when the paper is turned on its long edge.
"""

from __future__ import annotations

from collections.abc import Sequence

from generator.bank import Bank, Placed
from generator.formats.md import asked, filled, piece
from generator.forms import Form
from generator.holes import Fill
from generator.printing.paper import Document, asker, figure
from generator.sheet import Sheet
from generator.typeset.pages import page

ACROSS, DOWN = 2, 4
RESPONSES = ("turned", "typed")  # of the forms whose answer has room on the back of a card


def cards(bank: Bank) -> Document | None:
    """All questions of a bank that make cards, each once; None if there are none."""
    found = [each for each in bank.distinct() if each.question.form.response in RESPONSES]
    figures: dict[str, str] = {}
    sheets = []
    for start in range(0, len(found), ACROSS * DOWN):
        some = found[start : start + ACROSS * DOWN]
        fronts = [asked(each, asker(bank.printed.layout.language), figure) for each in some]
        figures |= {path: svg for _, drawn in fronts for path, svg in drawn.items()}
        sheets.append(_sides(some, [text for text, _ in fronts], start + 1, back=False))
        sheets.append(_sides(some, [filled(each, back) for each in some], start + 1, back=True))
    return Document("", False, page("print/cards.md.j2")(sheets=sheets), figures) if found else None


def _sides(
    some: Sequence[Placed], texts: Sequence[str], first: int, back: bool
) -> list[tuple[int, int, int, str, str]]:
    """Row, column, number, topic and text of the sides of a sheet; a back is in the other column."""
    return [
        (place // ACROSS, ACROSS - 1 - place % ACROSS if back else place % ACROSS, first + place, topic, text)
        for place, (topic, text) in enumerate(zip((each.question.sheet.topic for each in some), texts, strict=True))
    ]


def back(sheet: Sheet, form: Form) -> Fill:
    """The answer without its working, for the back of a card."""
    return piece("print/back.md.j2", sheet, form)
