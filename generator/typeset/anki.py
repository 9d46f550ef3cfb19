"""Anki decks: questions as notes, of a type for each way to answer, written so that importing a deck again improves it.

A note is the question's id (its GUID), its fields, and the time its content last changed. Anki matches notes by GUID
and takes over what is newer, so a reworded card keeps its reviews. A note type's fields may never change once they
are released; that is what the spare ones are for. Equal input gives the same bytes.
"""

from __future__ import annotations

import io
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from html import escape
from pathlib import Path
from typing import Any

from generator.filling import filler
from generator.forms import Form
from generator.holes import Fill
from generator.question import Question
from generator.resources import folder
from generator.sheet import Sheet
from generator.typeset.pages import page, pages
from generator.typeset.parts import names

SEPARATOR = "\x1f"  # what Anki puts between two fields

FIRST_NOTE = 1_577_836_800_000  # Anki's ids are times in milliseconds: these lie in the five years from 2020 on
SPAN = 157_766_400_000
OLDEST = (1980, 1, 1, 0, 0, 0)  # the first date that a zip file can tell


@dataclass(frozen=True)
class Note:
    """A question in a deck. ``modified`` (unix seconds): when what it says last changed. ``due``: teaching order."""

    question: Question
    deck: str
    due: int
    tags: tuple[str, ...]
    modified: int


# --- note types ----------------------------------------------------------------------------------------------------

COMMON = (
    "Summary", "Id", "Topic", "Question", "Figure", "Hints", "Answer",
    "Lines", "Running", "Formula", "Convention", "Legend", "Note", "Source",
)  # fmt: skip
PREFIX = "netdrill "
SPARE = ("Spare1", "Spare2", "Spare3", "Spare4")


@dataclass(frozen=True)
class NoteType:
    """A kind of card. Its id, its fields and their order are for ever: a change would cut users off from updates."""

    name: str
    id: int
    fields: tuple[str, ...]

    @property
    def front(self) -> str:
        return page(f"anki/{self.name}.front.html.j2")()

    @property
    def back(self) -> str:
        return page(f"anki/{self.name}.back.html.j2")()


TYPES = {
    "typed": NoteType("drill", 1_763_600_000_001, (*COMMON, "Check", "Slips", *SPARE)),
    "one": NoteType("choice", 1_763_600_000_002, (*COMMON, "Options", "Key", *SPARE)),
    "turned": NoteType("flash", 1_763_600_000_003, (*COMMON, *SPARE)),
    "many": NoteType("select", 1_763_600_000_004, (*COMMON, "Options", *SPARE)),
    "order": NoteType("order", 1_763_600_000_005, (*COMMON, "Options", "Check", *SPARE)),
    "match": NoteType("match", 1_763_600_000_006, (*COMMON, "Prompts", "Options", "Check", *SPARE)),
    "blanks": NoteType("blanks", 1_763_600_000_007, (*COMMON, "Blanks", "Slips", *SPARE)),
    "written": NoteType("explain", 1_763_600_000_008, (*COMMON, "Rubric", *SPARE)),
}


def note_type(form: Form) -> NoteType:
    """The note type that asks for this kind of response."""
    return TYPES[form.response]


def note_types() -> dict[str, str]:
    """Each note type by name, with a digest of all that Anki stores of it."""
    css = style()
    return {kind.name: _digest(kind.front, kind.back, css, *kind.fields) for kind in TYPES.values()}


def style() -> str:
    return (folder("templates") / "anki" / "style.css").read_text(encoding="utf-8")


def _digest(*texts: str) -> str:
    return blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()


# --- fields --------------------------------------------------------------------------------------------------------

FIELDS = "anki/fields.html.j2"


def content(question: Question) -> str:
    """The question's fields in the order of its note type, as Anki stores them: all that its note says."""
    return question.sheet.once(fields, question.form)(question.row(), question.chosen)


def fields(sheet: Sheet, form: Form) -> Fill:
    """The fields of every question of this sheet and form, as a function that fills them."""
    wanted = note_type(form).fields
    module = pages().get_template(FIELDS).make_module(names(sheet, form))
    texts = [str(getattr(module, "Spare" if name in SPARE else name)()).strip() for name in wanted]
    return filler(SEPARATOR.join(texts), sheet.slots, escape, escape)


# --- the file ------------------------------------------------------------------------------------------------------


def write_deck(path: Path, notes: Sequence[Note], stamps: Mapping[str, int]) -> None:
    """Write the notes as an .apkg file, whole or not at all.

    ``stamps``: for each note type by name the unix seconds at which it last changed. Raises OSError.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(_zipped(_database(notes, stamps)))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _zipped(database: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, content in (("collection.anki2", database), ("media", b"{}")):
            entry = zipfile.ZipInfo(name, OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content)
    return out.getvalue()


def _database(notes: Sequence[Note], stamps: Mapping[str, int]) -> bytes:
    """The collection that the package carries."""
    from genanki import Package

    connection = sqlite3.connect(":memory:")
    Package(_decks(notes, stamps)).write_to_db(connection.cursor(), 0, iter(()))
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content


def _decks(notes: Sequence[Note], stamps: Mapping[str, int]) -> list[Any]:
    """The notes in genanki's words: decks in the order in which they come up."""
    from genanki import Deck

    make, decks = _noted(stamps), {}
    for note, identity in zip(notes, _identities(notes), strict=True):
        if note.deck not in decks:
            decks[note.deck] = Deck(deck_id(note.deck), note.deck)
        decks[note.deck].add_note(make(note, identity))
    return list(decks.values())


def deck_id(name: str) -> int:
    """A deck's id, by its name: positive, 49 bits."""
    return (1 << 48) + int.from_bytes(blake2b(f"deck/{name}".encode(), digest_size=6).digest(), "big")


def _identities(notes: Iterable[Note]) -> Iterator[int]:
    """A number for each note and its card, by the question's id; where two fall together the later moves on."""
    taken: set[int] = set()
    for note in notes:
        place = int.from_bytes(blake2b(note.question.id.encode(), digest_size=8).digest(), "big") % SPAN
        while place in taken:
            place = (place + 1) % SPAN
        taken.add(place)
        yield FIRST_NOTE + place


def _noted(stamps: Mapping[str, int]) -> Callable[[Note, int], Any]:
    """A function that makes genanki's note of ours: stamped with its own time, under its own number."""
    import genanki

    class Stamped(genanki.Model):  # type: ignore[misc]
        def to_json(self, timestamp: float, deck_id: int) -> Any:
            return super().to_json(stamps[self.name.removeprefix(PREFIX)], deck_id)

    class Numbered(genanki.Note):  # type: ignore[misc]
        def __init__(self, note: Note, identity: int, **rest: Any) -> None:
            super().__init__(guid=note.question.id, due=note.due, tags=note.tags, **rest)
            self.modified, self.identity = note.modified, identity

        def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Any) -> None:
            super().write_to_db(cursor, self.modified, deck_id, iter((self.identity, self.identity)))

    css = style()

    @cache
    def model(kind: NoteType) -> Stamped:
        card = {"name": "Card", "id": kind.id * 1000 + 900, "qfmt": kind.front, "afmt": kind.back}
        named = [{"name": name, "id": kind.id * 1000 + place} for place, name in enumerate(kind.fields, 1)]
        return Stamped(kind.id, PREFIX + kind.name, fields=named, templates=[card], css=css)

    return lambda note, identity: Numbered(
        note, identity, model=model(note_type(note.question.form)), fields=content(note.question).split(SEPARATOR)
    )
