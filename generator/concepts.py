"""Concept decks: questions whose answers are words, from ``decks/concepts/*.toml``.

A deck is a family with one structural axis, its cards. A card's wrong options, if it has any, are slips in words, so
it can be asked as multiple choice; without them it is a card to turn over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from generator.derivation import Answer, Problem, Slip
from generator.errors import RecipeError
from generator.family import Family
from generator.resources import folder
from generator.settings import convert, read_toml

Text = Annotated[str, msgspec.Meta(pattern=r"\S", description="text that is not empty")]
Id = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="small letters and digits with hyphens")
]
Objective = Literal["define", "explain", "compare", "apply"]
OBJECTIVES: tuple[str, ...] = get_args(Objective)
Level = Annotated[int, msgspec.Meta(ge=1, le=5, description="a whole number from 1 to 5")]
Points = Annotated[float, msgspec.Meta(gt=0, description="a number above 0")]
Cards = Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, description="one table [[card]] or more")]


class Wrong(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A wrong option and the reason why it is wrong."""

    text: Text
    reason: Text


class Point(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A line of a rubric: what must be there, and what it is worth."""

    points: Points
    text: Text


class Card(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A concept card. ``source`` names the note that it comes from."""

    id: Id
    question: Text
    answer: Text
    objective: Annotated[Objective, msgspec.Meta(description=f"one of {', '.join(OBJECTIVES)}")]
    difficulty: Level
    source: Text
    topic: str = ""
    tags: list[Id] = []
    wrong: list[Wrong] = []
    model_answer: str = ""
    rubric: list[Point] = []


class DeckKeys(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of a concept file."""

    title: Text
    topic: Text
    card: Cards


@dataclass(frozen=True)
class Concepts:
    """A deck's cards, by id, as a family asks for them."""

    cards: Mapping[str, Card]

    def problem(self, card: str) -> Problem:
        found = self.cards[card]
        return Problem(
            ask=found.question.strip(),
            answer=Answer("words", text=found.answer.strip()),
            slips=tuple(
                Slip(f"{found.id}-{place}", each.reason.strip(), text=each.text.strip())
                for place, each in enumerate(found.wrong, 1)
            ),
            model_answer=found.model_answer.strip(),
            rubric=tuple((each.points, each.text.strip()) for each in found.rubric),
            difficulty=found.difficulty,
            topic=found.topic,
            sources=(found.source,),
            tags=(*found.tags, found.objective),
        )


def concept_families() -> list[Family]:
    """The shipped concept decks as families, in the order of their names."""
    return list(map(concept_family, shipped()))


def shipped() -> list[Path]:
    """The shipped concept files, in the order of their names."""
    return sorted((folder("decks") / "concepts").glob("*.toml"))


def concept_family(path: Path) -> Family:
    """A concept file as a family. Raises RecipeError with the file, the place in it and what is allowed."""
    deck = read_deck(path)
    cards: dict[str, Card] = {}
    for where, table in placed(deck, path):
        card = read_card(table, where)
        if card.id in cards:
            raise RecipeError(f"{where}: the id is used twice")
        cards[card.id] = card
    return Family(
        id=path.stem,
        topic=deck.topic,
        asks=f"{deck.title}: concept cards",
        axes={"card": tuple(cards)},
        build=Concepts(cards).problem,
    )


def read_deck(path: Path) -> DeckKeys:
    """A concept file with its cards as they stand. Raises RecipeError with the place and what is allowed."""
    return convert(read_toml(path), DeckKeys, path)


def placed(deck: DeckKeys, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each card's table, after the place where it stands."""
    for place, table in enumerate(deck.card, 1):
        yield f"{path}: card[{place}]{_named(table)}", table


def read_card(table: dict[str, Any], where: str) -> Card:
    """One card. Raises RecipeError that begins with ``where``."""
    card = convert(table, Card, where)
    options = [" ".join(text.split()) for text in (card.answer, *(each.text for each in card.wrong))]
    if len(set(options)) < len(options):
        raise RecipeError(f"{where}: two options are the same")
    return card


def _named(table: dict[str, Any]) -> str:
    return f" '{table['id']}'" if isinstance(table.get("id"), str) else ""
