"""An Anki deck of a bank: which subdeck, in which order, with which tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from generator.bank import Bank, Placed
from generator.typeset.anki import Note, content, write_deck


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``deck.apkg``: every distinct question once, in a numbered subdeck for each topic, easy ones first."""
    write_deck(folder / "deck.apkg", notes(bank), bank.types)
    return ()


def contents(bank: Bank) -> dict[str, str]:
    """By id all that a question's note says: when this changes, and only then, the note needs a newer stamp."""
    return {each.question.id: " ".join((*_tags(each), content(each.question))) for each in bank.distinct()}


def notes(bank: Bank) -> list[Note]:
    placed = list(bank.distinct())
    topics = list(dict.fromkeys(each.question.sheet.topic for each in placed))
    ordered = sorted(placed, key=lambda each: (topics.index(each.question.sheet.topic), each.question.sheet.difficulty))
    return [
        Note(
            question=each.question,
            deck=_deck(bank.title, topics, each.question.sheet.topic),
            due=due,
            tags=tuple(_tags(each)),
            modified=bank.changed[each.question.id],
        )
        for due, each in enumerate(ordered, 1)
    ]


def _deck(title: str, topics: list[str], topic: str) -> str:
    return f"{_plain(title)}::{topics.index(topic) + 1:02} {_plain(topic)}"


def _plain(name: str) -> str:
    """A part of a deck's name: Anki reads a double colon as a subdeck, and keeps no quotes."""
    return " ".join(re.sub(":+", ":", name).strip(": ").replace('"', "'").split()) or "netdrill"


def _tags(placed: Placed) -> Iterable[str]:
    sheet = placed.question.sheet
    yield f"topic::{_tag(sheet.topic)}"
    yield f"family::{_tag(sheet.blueprint.family.id)}"
    yield f"form::{placed.question.form.id}"
    yield f"difficulty::{sheet.difficulty}"
    yield from (f"source::{_tag(source)}" for source in sheet.sources)
    yield from map(_tag, sheet.tags)


def _tag(text: str) -> str:
    """Anki's tags hold no spaces, and a double colon makes a hierarchy."""
    return re.sub(r"[\s:\"]+", "-", text.strip()).lower() or "none"
