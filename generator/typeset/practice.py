"""The practice page: one HTML file in which the questions of a version are answered, checked and added up.

Nothing is loaded from anywhere: formulas are MathML, figures stand in the page, and a content security policy lets no
other script run than the page's own. It shares the scripts that judge, and the colours, with the cards.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from html import escape

from generator.bank import Bank, Placed, number
from generator.filling import filler
from generator.forms import Form
from generator.holes import Fill
from generator.printing.paper import counted
from generator.resources import folder
from generator.sheet import Sheet
from generator.typeset import markup
from generator.typeset.anki import style as card_style
from generator.typeset.mathml import set_math
from generator.typeset.pages import page
from generator.typeset.parts import names

KINDS = {"svg": "svg+xml", "png": "png", "jpg": "jpeg"}  # of pictures, as a browser names them
PALETTE = re.compile(r"\{([^{}]*--ground:[^{}]*)\}")


@dataclass(frozen=True)
class Shown:
    """A question in its place: its points as a number and in words, its HTML, and the room to answer it on paper."""

    id: str
    number: int
    points: float
    worth: str
    text: str
    space: float
    ruled: str


def practice_page(bank: Bank, version: str) -> str:
    """The page of one version. Raises PrintError for a formula that cannot be set, or without the extra ``print``."""
    placed = bank.versions()[version]
    layout, words = bank.printed.layout, bank.printed.words
    filled = [each.question.sheet.once(question, each.question.form)(each.row, each.question.chosen) for each in placed]
    instructions, *texts = set_math([markup.blocks(layout.instructions), *filled])
    told = script()
    day, night = PALETTE.findall(card_style())
    return page("practice/page.html.j2")(
        title=bank.title,
        logo=_logo(bank),
        paper=layout.paper,
        about=_about(bank, version, placed),
        fields=[words[name] for name, wanted in (("name", layout.name), ("id", layout.id)) if wanted],
        instructions=instructions,
        questions=_shown(bank, placed, texts),
        points=layout.points,
        store=f"netdrill:{blake2b(f'{bank.title}/{version}'.encode(), digest_size=8).hexdigest()}",
        day=day,
        night=night,
        style=(folder("templates") / "practice" / "style.css").read_text(encoding="utf-8"),
        script=told,
        digest=b64encode(sha256(told.encode()).digest()).decode(),
    )


@cache
def script() -> str:
    """All that runs on the page, the same on every one."""
    return page("practice/script.js.j2")()


def question(sheet: Sheet, form: Form) -> Fill:
    """The HTML of every question of this sheet and form, with LaTeX in it."""
    text = page("practice/question.html.j2")(**names(sheet, form))
    return filler(text, sheet.slots, _words, escape)


def _words(drawn: str) -> str:
    """Drawn words in HTML; a backslash in them begins no formula."""
    return escape(drawn).replace("\\", "&#92;")


def _logo(bank: Bank) -> str:
    """The logo as an address that holds the picture itself, empty without one."""
    if not bank.printed.logo:
        return ""
    return f"data:image/{KINDS[bank.printed.layout.logo_kind]};base64,{b64encode(bank.printed.logo).decode()}"


def _about(bank: Bank, version: str, placed: Sequence[Placed]) -> list[str]:
    """What stands under the title."""
    layout, words = bank.printed.layout, bank.printed.words
    found = [each for each in (bank.course, layout.date) if each]
    found += [f"{words['version']} {version}"] if len(bank.versions()) > 1 else []
    if layout.total:
        found.append(counted(len(placed), words["question"].lower(), words["questions"]))
        found.append(counted(number(sum(each.points for each in placed)), words["point"], words["points"]))
    return found


def _shown(bank: Bank, placed: Sequence[Placed], texts: Sequence[str]) -> list[Shown]:
    layout, words = bank.printed.layout, bank.printed.words
    return [
        Shown(
            id=each.question.id,
            number=each.number,
            points=each.points,
            worth=counted(each.points, words["point"], words["points"]),
            text=text,
            space=layout.room(each.question.form.response, each.points) if each.space is None else each.space,
            ruled=each.ruled or layout.answer_space,
        )
        for each, text in zip(placed, texts, strict=True)
    ]
