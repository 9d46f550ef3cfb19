"""Concept decks: questions whose answers are words, from ``decks/concepts/*.toml``.

A deck is a family with one structural axis, its cards. A card's wrong options, if it has any, are slips in words, so
it can be asked as multiple choice; without them it is a card to turn over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from generator.derivation import Answer, Problem, Slip
from generator.errors import RecipeError
from generator.family import Family
from generator.holes import PRIVATE
from generator.resources import folder
from generator.settings import convert, read_toml

Text = Annotated[str, msgspec.Meta(min_length=1)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
OBJECTIVES = ("define", "explain", "compare", "apply")


class Wrong(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A wrong option and the reason why it is wrong."""

    text: Text
    reason: Text


class Point(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A line of a rubric: what must be there, and what it is worth."""

    points: Annotated[float, msgspec.Meta(gt=0)]
    text: Text


class Card(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A concept card. ``source`` names the note that it comes from."""

    id: Id
    question: Text
    answer: Text
    objective: str
    difficulty: Annotated[int, msgspec.Meta(ge=1, le=5)]
    source: Text
    topic: str = ""
    tags: list[Id] = []
    wrong: list[Wrong] = []
    model_answer: str = ""
    rubric: list[Point] = []


class ConceptDeck(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A concept file."""

    title: Text
    topic: Text
    card: Annotated[list[Card], msgspec.Meta(min_length=1)]


@dataclass(frozen=True)
class Concepts:
    """A deck's cards as a family asks for them."""

    deck: ConceptDeck

    def problem(self, card: str) -> Problem:
        found = next(each for each in self.deck.card if each.id == card)
        return Problem(
            ask=found.question.strip(),
            answer=Answer("words", text=found.answer.strip()),
            slips=tuple(
                Slip(f"{found.id}-{place}", each.reason.strip(), text=each.text.strip())
                for place, each in enumerate(found.wrong, 1)
            ),
            difficulty=found.difficulty,
            topic=found.topic,
            sources=(found.source,),
            tags=(*found.tags, found.objective),
        )


def concept_families() -> list[Family]:
    """The shipped concept decks as families, in the order of their names."""
    return [concept_family(path) for path in sorted((folder("decks") / "concepts").glob("*.toml"))]


def concept_family(path: Path) -> Family:
    """A concept file as a family. Raises RecipeError with the file, the place in it and what is allowed."""
    text = read_toml(path)
    deck = convert(text, ConceptDeck, path)
    ids = [card.id for card in deck.card]
    for card in deck.card:
        where = f"{path.name}: card '{card.id}'"
        if ids.count(card.id) > 1:
            raise RecipeError(f"{where}: the id is used twice")
        if card.objective not in OBJECTIVES:
            raise RecipeError(f"{where}: objective '{card.objective}' is not one of {', '.join(OBJECTIVES)}")
        options = [card.answer, *(each.text for each in card.wrong)]
        if len({option.strip() for option in options}) < len(options):
            raise RecipeError(f"{where}: two options are the same")
        if any(PRIVATE.search(each) for each in (card.question, card.answer, *(w.text + w.reason for w in card.wrong))):
            raise RecipeError(f"{where}: private-use characters cannot be set")
    return Family(
        id=path.stem,
        topic=deck.topic,
        asks=f"{deck.title}: concept cards",
        axes={"card": tuple(ids)},
        build=Concepts(deck).problem,
        concept=True,
    )


