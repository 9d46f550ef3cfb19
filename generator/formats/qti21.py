"""QTI 2.1: a zip with a test, an item for each question, and the figures. Marks for known slips are kept."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import blake2b
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from generator.bank import Bank
from generator.holes import Chosen
from generator.lms.check import checked
from generator.lms.gap import Gap
from generator.lms.item import MOST, Item
from generator.lms.loss import Loss, Losses
from generator.lms.package import Package, packed
from generator.lms.qti21 import MANIFEST, TEST, faults
from generator.lms.target import Entry, Target
from generator.typeset.pages import page

SHARE, FIGURE = "\ue00d", "\ue00e"  # what is put in when a question is filled

FREE = Loss("several right orders of steps", "a rule in the question says which is meant")
HINTS = Loss("hints", "left out")
TAGS = Loss("tags and difficulty", "left out")


class File(NamedTuple):
    """An item of the package, as the manifest and the test name it."""

    id: str
    name: str
    topic: str
    figure: str


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``qti21.zip``, and the report of what it cannot hold; returns the report as notices."""
    losses, path = Losses(QTI21.file), folder / QTI21.file
    with packed(path) as package:
        items = [_added(entry, package) for entry in QTI21.entries(bank, losses)]
        topics = [(escape(topic), list(held)) for topic, held in groupby(items, key=lambda item: item.topic)]
        package.add(TEST, page("qti21/test.xml.j2")(title=escape(bank.title), topics=topics))
        package.add(MANIFEST, page("qti21/manifest.xml.j2")(items=items))
    checked(QTI21.file, faults(path))
    return losses.report(folder)


def _added(entry: Entry, package: Package) -> File:
    text = entry.text.strip() + "\n"
    text = text.replace(SHARE, f"{1 / max(text.count(SHARE), 1):.8f}")
    figure = ""
    if entry.figure:
        figure = f"figures/{blake2b(entry.figure.encode(), digest_size=8).hexdigest()}.svg"
        package.add(figure, entry.figure)
    name = f"items/q{entry.id}.xml"
    package.add(name, text.replace(FIGURE, f"../{figure}"))
    return File(f"q{entry.id}", name, entry.topic, figure)


def _lost(item: Item, chosen: Chosen) -> Iterator[Loss]:
    if item.kind == "order":
        yield FREE
    if item.hints:
        yield HINTS
    yield TAGS


def _more(item: Item) -> dict[str, Any]:
    return {
        "numbered": lambda items: list(enumerate(items)),
        "sharings": [
            (number, option, count) for count in range(1, MOST + 1) for number, option in enumerate(item.options)
        ],
        "ordered": [f"<value>o{number}</value>" for number in range(len(item.options))],
        "whole": sum(gap.weight for gap in item.gaps),
        "of": _wrong,
        "SHARE": SHARE,
        "FIGURE": FIGURE,
    }


def _wrong(gap: Gap) -> list[tuple[int, Any, Gap]]:
    """The wrong answers of a gap, each with its number."""
    return [(number, each, gap) for number, each in enumerate(gap.wrong)]


def _settled(told: str) -> str:
    """A bound of a number, reckoned when it is filled in."""
    what, value, tolerance = told.split("|")
    number, off = Decimal(value), Decimal(tolerance)
    return f"{number + off if what == 'upper' else number - off:f}"


QTI21 = Target("qti21.zip", "qti21/item.xml.j2", _lost, _more, _settled)
