"""Moodle XML: the kind of question that Moodle has for each item, with part marks and feedback for known slips."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from generator.bank import Bank, Placed
from generator.formats.md import figure
from generator.holes import Fill, template
from generator.lms import text
from generator.lms.check import checked
from generator.lms.gap import Gap, Wrong
from generator.lms.item import MOST, Asked, Item, item_of
from generator.lms.loss import Loss, Losses
from generator.lms.moodle import faults, fraction, share
from generator.sheet import Sheet
from generator.typeset.pages import page

NAME = "moodle.xml"
FIGURE = "\ue007"  # where the figure goes: a character that no wording may contain
TYPES = {"one": "multichoice", "many": "multichoice", "number": "numerical", "gaps": "cloze", "match": "matching"}
TYPES |= {"order": "matching", "essay": "essay"}

POINTS = Loss("the points of several gaps", "the gaps have whole weights; set the points in the quiz")
MATH = Loss("math among the values to match", "plain text in the drop-down lists")
HINTS = Loss("the hints of an essay", "left out")
CREDIT = Loss("the exact share of the points of a known mistake", "the nearest that Moodle allows")


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``moodle.xml``, and the report of what it cannot hold; returns the report as notices."""
    losses = Losses(NAME)
    with (folder / NAME).open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
        file.writelines(_entries(bank, losses))
        file.write("</quiz>\n")
    checked(NAME, faults(folder / NAME))
    return losses.report(folder)


def _entries(bank: Bank, losses: Losses) -> Iterator[str]:
    """The questions by topic, each topic behind its category."""
    topics: dict[str, list[Placed]] = {}
    for placed in bank.distinct():
        topics.setdefault(placed.question.sheet.topic, []).append(placed)
    for topic, questions in topics.items():
        path = "/".join(["$course$/top", *(escape(name).replace("/", "//") for name in (bank.title, topic))])
        yield f'<question type="category">\n<category><text>{path}</text></category>\n</question>\n'
        for placed in questions:
            yield _entry(placed, losses)


def _entry(placed: Placed, losses: Losses) -> str:
    question = placed.question
    item, fill = question.sheet.once(entry, Asked(question.form, question.variant))
    losses.add(question.form.id, question.id, _lost(item))
    written = text.settled(fill(placed.row, item.choose(question)), gapped)
    if not question.sheet.problem.figure:
        return written
    svg = question.sheet.once(figure, question.form)(placed.row, question.chosen)
    return written.replace(FIGURE, b64encode(svg.encode()).decode())


def _lost(item: Item) -> Iterator[Loss]:
    yield from item.lost
    if item.kind == "gaps":
        yield POINTS
    if item.kind == "match":
        yield MATH
    if item.kind == "essay" and item.hints:
        yield HINTS
    credits = [option.credit for option in item.options] if item.kind == "one" else []
    credits += [wrong.credit for gap in item.gaps for wrong in gap.wrong if wrong]
    if any(abs(float(fraction(credit)) - 100 * credit) > 0.001 for credit in credits):
        yield CREDIT


def entry(sheet: Sheet, asked: Asked) -> tuple[Item, Fill]:
    """The item, and the XML of every question of it as a function that fills it."""
    item = item_of(sheet, asked)
    steps = [(option, place) for option in item.options for place in range(1, MOST + 1)]
    shares = [(option, count) for count in range(1, MOST + 1) for option in item.options]
    names: dict[str, Any] = {
        "item": item,
        "type": TYPES[item.kind],
        "name": f"{sheet.blueprint.family.id} {asked.form.id} {sheet.reserved('id')}",
        "id": sheet.reserved("id"),
        "points": sheet.reserved("points", "json"),
        "stem": text.stem(item),
        "figure": text.figure(sheet),
        "FIGURE": FIGURE,
        "solution": text.solution(item),
        "rubric": text.rubric(item),
        "tags": text.tags(item),
        "steps": steps,
        "shares": shares,
        "plain": lambda markdown: text.plain(sheet, markdown),
        "inline": text.inline,
        "blocks": text.blocks,
        "before": text.before,
        "escape": escape,
        "cdata": cdata,
        "gapped": text.late,
        "off": _off,
        "fraction": fraction,
        "share": share,
        "each": lambda macro, items: [str(macro(each)) for each in items],
    }
    return item, template(page("moodle/question.xml.j2")(**names), sheet.slots, words=escape, latex=escape)


def _off(it: Gap | Wrong) -> str:
    """The tolerance behind a number in a gap; a letter has none."""
    return f":{it.tolerance}" if it.tolerance else ""


def cdata(html: str) -> str:
    return f"<![CDATA[{html.replace(']]>', ']]]]><![CDATA[>')}]]>"


def gapped(html: str) -> str:
    """HTML within a gap: Moodle decodes its entities once more, and takes braces, tildes and hashes for its own."""
    text = html.replace("&", "&amp;").replace("#", r"\#").replace("}", r"\}")
    return text.replace("~", "&#126;").replace("\n", " ")
