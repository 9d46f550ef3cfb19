"""Moodle XML: the kind of question that Moodle has for each item, with part marks and feedback for known slips."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from generator.bank import Bank
from generator.holes import Chosen
from generator.lms.check import checked
from generator.lms.gap import Gap, Wrong
from generator.lms.item import PLACED, Item
from generator.lms.loss import Loss, Losses
from generator.lms.moodle import category, faults, fraction, share
from generator.lms.target import Target

FIGURE = "\ue007"  # where the figure goes: a character that no wording may contain
TYPES = {"one": "multichoice", "many": "multichoice", "number": "numerical", "gaps": "cloze", "match": "matching"}
TYPES |= {"order": "matching", "essay": "essay"}

POINTS = Loss("the points of several gaps", "the gaps have whole weights; set the points in the quiz")
MATH = Loss("math among the values to match", "plain text in the drop-down lists")
HINTS = Loss("the hints of an essay", "left out")
CREDIT = Loss("the exact share of the points of a known mistake", "the nearest that Moodle allows")


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``moodle.xml``, and the report of what it cannot hold; returns the report as notices."""
    losses, path = Losses(MOODLE.file), folder / MOODLE.file
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
        file.writelines(_entries(bank, losses))
        file.write("</quiz>\n")
    checked(MOODLE.file, faults(path))
    return losses.report(folder)


def _entries(bank: Bank, losses: Losses) -> Iterator[str]:
    """The questions by topic, each topic behind its category."""
    topic = ""
    for entry in MOODLE.entries(bank, losses):
        if entry.topic != topic:
            topic = entry.topic
            path = escape(category(bank.title, topic))
            yield f'<question type="category">\n<category><text>{path}</text></category>\n</question>\n'
        yield entry.text.replace(FIGURE, b64encode(entry.figure.encode()).decode())


def _lost(item: Item, chosen: Chosen) -> Iterator[Loss]:
    if item.kind == "order":
        yield PLACED
    if item.kind == "gaps":
        yield POINTS
    if item.kind == "match":
        yield MATH
    if item.kind == "essay" and item.hints:
        yield HINTS
    if any(abs(float(fraction(credit)) - 100 * credit) > 0.001 for credit in item.credits(chosen)):
        yield CREDIT


def _more(item: Item) -> dict[str, Any]:
    return {
        "type": TYPES[item.kind],
        "FIGURE": FIGURE,
        "cdata": cdata,
        "off": _off,
        "fraction": fraction,
        "share": share,
    }


def _off(it: Gap | Wrong) -> str:
    """The tolerance behind a number in a gap; a letter has none."""
    return f":{it.tolerance}" if it.tolerance else ""


def cdata(html: str) -> str:
    return f"<![CDATA[{html.replace(']]>', ']]]]><![CDATA[>')}]]>"


def gapped(html: str) -> str:
    """HTML within a gap: Moodle decodes its entities once more, and takes braces, tildes and hashes for its own."""
    text = html.replace("&", "&amp;").replace("#", r"\#").replace("}", r"\}")
    return text.replace("~", "&#126;").replace("\n", " ")


MOODLE = Target("moodle.xml", "moodle/question.xml.j2", _lost, _more, gapped)
