"""GIFT: Moodle's plain text format, which other platforms read as well. It has no gaps, figures, hints or points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.bank import Bank
from generator.holes import Chosen
from generator.lms.check import checked
from generator.lms.gift import escaped, faults
from generator.lms.item import PLACED, Item
from generator.lms.loss import Loss, Losses
from generator.lms.moodle import category, fraction, share
from generator.lms.target import Target
from generator.task import Text

GAPS = Loss("several numbers to type", "the question is left out", whole=True)
LETTERED = Loss("a figure whose letters are asked for", "the question is left out", whole=True)
FIGURE = Loss("a figure", "what it shows, in words")
HINTS = Loss("hints", "left out")
POINTS = Loss("points", "set them in the quiz")
ALONE = Loss(
    "several options to pick where one alone is right, or wrong", "one can be picked, or the wrong one takes off 90 %"
)
MATH = Loss("math among the values to match", "plain text in the drop-down lists")
RUBRIC = Loss("a rubric for whoever marks the answer", "it stands in the feedback")


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``bank.gift``, and the report of what it cannot hold; returns the report as notices."""
    losses, path = Losses(GIFT.file), folder / GIFT.file
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_entries(bank, losses))
    checked(GIFT.file, faults(path))
    return losses.report(folder)


def _entries(bank: Bank, losses: Losses) -> Iterator[str]:
    topic = ""
    for entry in GIFT.entries(bank, losses):
        if entry.topic != topic:
            topic = entry.topic
            yield f"$CATEGORY: {category(bank.title, topic)}\n\n"
        yield re.sub(r"\n\s*\n", "\n", entry.text.strip()) + "\n\n"  # a blank line would end the question


def _lost(item: Item, chosen: Chosen) -> Iterator[Loss]:
    if item.kind == "order":
        yield PLACED
    if item.kind == "gaps":
        yield GAPS
    if item.sheet.problem.figure:
        yield LETTERED if item.sheet.problem.answer.kind == "letters" else FIGURE
    if item.hints:
        yield HINTS
    if item.kind == "many":
        yield ALONE
    if item.kind == "match":
        yield MATH
    if item.rubric:
        yield RUBRIC
    yield POINTS


def _more(item: Item) -> dict[str, Any]:
    return {"fraction": fraction, "minus": _minus}


def _minus(it: tuple[Text, int]) -> str:
    """The share of one of so many; a whole one cannot be written, and what is nearest serves to take it off."""
    return share(it[1]) if it[1] > 1 else "90"


GIFT = Target("bank.gift", "gift/question.gift.j2", _lost, _more, escaped)
