"""What a build has drawn, ready to be written: every question with its place, points and time of last change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.layout import Printed
from generator.question import Question
from generator.task import OPTIONS
from generator.writing import LETTERS


@dataclass(frozen=True)
class Placed:
    """A question in its place: the number on the sheet, its points, and the recipe's item it was drawn for.

    ``space`` (cm) and ``ruled``: the room to answer it on paper, where its item says; see `layout`. ``first``: its
    place in version A, where all versions ask the same questions.
    """

    question: Question
    version: str
    number: int
    points: float
    item: int
    space: float | None = None
    ruled: str = ""
    first: Placed | None = None

    @property
    def row(self) -> tuple[Any, ...]:
        return self.question.row(self.number, self.points)

    @property
    def letters(self) -> list[str]:
        """The letters that its options have in version A, in the order that they stand in here."""
        there = self.first.question.chosen.get(OPTIONS, ()) if self.first else ()
        return [LETTERS[there.index(piece)] for piece in self.question.chosen[OPTIONS]] if there else []


@dataclass(frozen=True)
class Bank:
    """The questions of all versions. ``changed``: id to the time its content last changed; ``types`` likewise for
    Anki's note types. ``printed``: how they go on paper; ``codes``: what is printed there to tell a version by.
    ``secret``: keys stay with the instructor, so no file for students may hold answers.
    """

    title: str
    course: str
    placed: tuple[Placed, ...]
    changed: Mapping[str, int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)
    printed: Printed = field(default_factory=Printed)
    codes: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False

    def versions(self) -> dict[str, list[Placed]]:
        found: dict[str, list[Placed]] = {}
        for each in self.placed:
            found.setdefault(each.version, []).append(each)
        return found

    def distinct(self) -> Iterator[Placed]:
        """Each question once: versions may share some."""
        seen: set[str] = set()
        for each in self.placed:
            if each.question.id not in seen:
                seen.add(each.question.id)
                yield each


def number(value: float) -> float:
    """Points without a needless .0."""
    return int(value) if value == int(value) else value
