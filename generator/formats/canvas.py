"""QTI 1.2 as Canvas reads it: a zip with one quiz, its manifest and figures. Feedback is kept, part marks are not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import blake2b
from html import escape
from pathlib import Path
from typing import Any

from generator.bank import Bank
from generator.holes import Chosen
from generator.lms.canvas import MANIFEST, QUIZ, faults
from generator.lms.check import checked
from generator.lms.gap import EXACT, accepted
from generator.lms.item import MOST, PLACED, Item
from generator.lms.loss import Loss, Losses
from generator.lms.package import Package, packed
from generator.lms.target import Entry, Target
from generator.typeset.pages import page

START, END, CHOICES, SHARE, FIGURE = "\ue00a", "\ue00b", "\ue00c", "\ue00d", "\ue00e"  # what is put in when filled
TYPES = {
    "one": "multiple_choice_question",
    "many": "multiple_answers_question",
    "number": "numerical_question",
    "gaps": "fill_in_multiple_blanks_question",
    "match": "matching_question",
    "order": "matching_question",
    "essay": "essay_question",
}
CREDIT = Loss("part marks for known mistakes", "no points")
SLIPS = Loss("feedback for known mistakes in gaps", "left out; the solution tells them apart")
TEXTS = Loss("numbers in gaps", "texts: those within the tolerance, to as many decimals, thousands marked or not")
WEIGHTS = Loss("weights of gaps", "all gaps count alike")
SHARED = Loss("points for some of several right options", "all or nothing, unless Canvas is set to share them")
NEAR = Loss("known mistakes that are rounded otherwise", "their feedback is for the exact number alone")
HINTS = Loss("hints", "left out")
TAGS = Loss("tags, difficulty and topic", "left out")
MATH = Loss("math among the values to match", "plain text in the drop-down lists")
RUBRIC = Loss("a rubric for whoever marks the answer", "it stands in the feedback")


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``canvas.zip``, and the report of what it cannot hold; returns the report as notices."""
    losses, path = Losses(CANVAS.file), folder / CANVAS.file
    with packed(path) as package:
        package.add(QUIZ, _quiz(bank, losses, package))
        manifest = page("canvas/manifest.xml.j2")(title=escape(bank.title), quiz=QUIZ, names=list(package.names))
        package.add(MANIFEST, manifest)
    checked(CANVAS.file, faults(path))
    return losses.report(folder)


def _quiz(bank: Bank, losses: Losses, package: Package) -> Iterator[str]:
    head, foot = page("canvas/quiz.xml.j2")(title=escape(bank.title), items=START).split(START)
    yield head
    for entry in CANVAS.entries(bank, losses):
        yield _put_in(entry, package)
    yield foot


def _put_in(entry: Entry, package: Package) -> str:
    """The item with its choices in every row, the share of each row, and its figure in the package."""
    text = entry.text
    if START in text:
        before, rest = text.split(START)
        choices, after = rest.split(END)
        text = before + after
        rows = text.count(CHOICES)
        text = text.replace(CHOICES, choices).replace(SHARE, f"{100 / rows:.4f}")
    if not entry.figure:
        return text
    name = f"figures/{blake2b(entry.figure.encode(), digest_size=8).hexdigest()}.svg"
    package.add(name, entry.figure)
    return text.replace(FIGURE, name)


def _lost(item: Item, chosen: Chosen) -> Iterator[Loss]:
    if item.kind == "order":
        yield PLACED
    if any(item.credits(chosen)):
        yield CREDIT
    if item.kind == "many":
        yield SHARED
    if item.kind == "number" and any(each.tolerance != EXACT for each in item.wrong(chosen)):
        yield NEAR
    if item.kind == "gaps":
        yield TEXTS
    if item.kind == "gaps" and item.wrong(chosen):
        yield SLIPS
    if len({gap.weight for gap in item.gaps}) > 1:
        yield WEIGHTS
    if item.hints:
        yield HINTS
    if item.kind == "match":
        yield MATH
    if item.rubric:
        yield RUBRIC
    yield TAGS


def _more(item: Item) -> dict[str, Any]:
    return {
        "type": TYPES[item.kind],
        "numbered": lambda items: list(enumerate(items)),
        "places": [
            (number, option, place) for number, option in enumerate(item.options) for place in range(1, MOST + 1)
        ],
        "START": START,
        "END": END,
        "CHOICES": CHOICES,
        "SHARE": SHARE,
        "FIGURE": FIGURE,
    }


def _settled(told: str) -> str:
    """What a filled question reckons with: a bound of a number, or the texts of a gap that are right."""
    what, *rest = told.split("|")
    if what == "accepted":
        gap, value, tolerance = rest
        labels = (
            f'<response_label ident="{gap}_{place}"><material><mattext>{text}</mattext></material></response_label>'
            for place, text in enumerate(accepted(value, tolerance))
        )
        return "".join(labels)
    number, off = map(Decimal, rest)
    return f"{number + off if what == 'upper' else number - off:f}"


CANVAS = Target("canvas.zip", "canvas/item.xml.j2", _lost, _more, _settled)
