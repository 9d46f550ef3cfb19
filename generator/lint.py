"""Faults of concept files that reading them does not show: cards that give their answer away, or that come twice.

    read every file ──► rules for a card ──► rules for a deck ──► rules for all decks ──► findings, counts

A rule yields clauses that say what is wrong and what is allowed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from generator.concepts import OBJECTIVES, Card, Id, placed, read_card, read_deck
from generator.distractors import OPTIONS
from generator.errors import RecipeError
from generator.formula import faults
from generator.guessing import picks
from generator.settings import convert, read_toml
from generator.terminal import readable

NOTES = ("000", "001", "002", "003", "004")
MARGIN = 0.05  # how much oftener than chance the key may be the longest option, or the shortest
MUCH = 1.5  # a key longer than this times the longest wrong option stands out
ALIKE = 0.75  # share of the words of two questions that both have
PLAIN = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "does", "do", "for", "from", "has", "have", "how", "if",
    "in", "into", "is", "it", "its", "no", "not", "of", "on", "or", "so", "than", "that", "the", "their", "then",
    "there", "this", "to", "was", "what", "when", "where", "which", "while", "who", "why", "will", "with", "yes",
    "you", "your",
))  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Where something is wrong, and what; a warning is for somebody to look at, and no fault."""

    where: str
    what: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {'warning: ' if self.warning else ''}{self.what}"


@dataclass(frozen=True)
class Deck:
    """The sound cards of a file, by the place where each stands."""

    path: Path
    cards: Mapping[str, Card]

    @property
    def choices(self) -> list[Card]:
        """The cards that can be asked as multiple choice."""
        return [card for card in self.cards.values() if card.wrong]

    @property
    def explained(self) -> list[Card]:
        """The cards with a rubric."""
        return [card for card in self.cards.values() if card.rubric]

    def share(self, rule: str) -> float:
        """How often the key is what a guessing rule picks ("longest text", "shortest text"), from 0 to 1."""
        hits = [(0 in found) / len(found) for found in (_picked(card, rule) for card in self.choices)]
        return sum(hits) / len(hits) if hits else 0.0


@dataclass(frozen=True)
class Rules:
    """What a user may state: sources beside the notes, and tags that a deck must have."""

    sources: Collection[str] = NOTES
    items: Mapping[str, Sequence[str]] = field(default_factory=dict)


def lint(paths: Iterable[Path], rules: Rules) -> tuple[list[Deck], list[Finding]]:
    """The decks as far as they can be read, and everything that is wrong with them, in the order of the files."""
    decks: list[Deck] = []
    found: list[Finding] = []
    for path in paths:
        deck, unread = _read(path)
        decks.append(deck)
        found += unread
        for where, card in deck.cards.items():
            found += (Finding(where, what) for rule in CARD for what in rule(card, rules))
            found += (Finding(where, what, warning=True) for what in _stands_out(card))
        found += (Finding(str(path), what) for rule in DECK for what in rule(deck, rules))
    return decks, found + list(_alike(decks))


def read_items(path: Path) -> Mapping[str, Sequence[str]]:
    """A table of decks, each with the tags that its cards must have. Raises RecipeError."""
    return convert(read_toml(path), dict[str, list[Id]], path)


def _read(path: Path) -> tuple[Deck, list[Finding]]:
    """A file's sound cards, and why the others are none. A file that cannot be read has no cards."""
    cards: dict[str, Card] = {}
    found: list[Finding] = []
    try:
        tables = list(placed(read_deck(path), path))
    except RecipeError as error:
        return Deck(path, {}), [_refused(str(path), error)]
    for where, table in tables:
        try:
            cards[where] = read_card(table, where)
        except RecipeError as error:
            found.append(_refused(where, error))
    return Deck(path, cards), found


def _refused(where: str, error: RecipeError) -> Finding:
    return Finding(where, str(error).removeprefix(f"{where}: "))


# --- rules for a card ------------------------------------------------------------------------------------------------


def _source(card: Card, rules: Rules) -> Iterator[str]:
    if card.source not in rules.sources:
        yield f"unknown source '{card.source}'. Allowed: {', '.join(sorted(rules.sources))}"


def _tags(card: Card, rules: Rules) -> Iterator[str]:
    if not card.tags:
        yield "has no tag. Allowed: one or more"
    for tag, times in Counter(card.tags).items():
        if times > 1:
            yield f"has the tag '{tag}' {times} times. Allowed: once"
        if tag in OBJECTIVES:
            yield f"the tag '{tag}' is an objective, which every card has as a tag of its own"


def _whole(card: Card, rules: Rules) -> Iterator[str]:
    """What only makes a question together is there together."""
    if 0 < len(card.wrong) < OPTIONS - 1:
        yield f"has {len(card.wrong)} wrong option(s). Allowed: none, or {OPTIONS - 1} or more, to be a choice"
    if bool(card.model_answer.strip()) != bool(card.rubric):
        yield "has only one of model_answer and rubric. Allowed: both, or neither"


def _math(card: Card, rules: Rules) -> Iterator[str]:
    for name, text in _texts(card):
        yield from (f"{name}: {what}" for what in faults(text))


def _answer_told(card: Card, rules: Rules) -> Iterator[str]:
    """The question has the answer's opening, or all its words, and those of no wrong option: so it offers no choice."""
    if _told(card.answer, card.question) and not any(_told(each.text, card.question) for each in card.wrong):
        told = f"the answer '{_opening(card.answer)}' stands in the question"
        yield f"{told}. Allowed: other words, or a wrong option that does so too"


CARD: tuple[Callable[[Card, Rules], Iterator[str]], ...] = (_source, _tags, _whole, _math, _answer_told)


def _stands_out(card: Card) -> Iterator[str]:
    """A key that is much longer, or much shorter, than every wrong option."""
    key, *wrong = (len(readable(text)) for text in _options(card))
    if wrong and key > MUCH * max(wrong):
        yield f"the key has {key} characters, the longest wrong option {max(wrong)}. Allowed: {MUCH} times as many"
    if wrong and key * MUCH < min(wrong):
        yield f"the key has {key} characters, the shortest wrong option {min(wrong)}. Allowed: 1/{MUCH} of them"


# --- rules for a deck ------------------------------------------------------------------------------------------------


def _ids(deck: Deck, rules: Rules) -> Iterator[str]:
    for id, times in Counter(card.id for card in deck.cards.values()).items():
        if times > 1:
            yield f"{times} cards have the id '{id}'. Allowed: one"


def _guessed(deck: Deck, rules: Rules) -> Iterator[str]:
    """The key is the longest option, or the shortest, oftener than chance would have it; once it may always be."""
    choices = deck.choices
    if not choices:
        return
    chance = sum(1 / len(_options(card)) for card in choices) / len(choices)
    allowed = max(chance + MARGIN, 1 / len(choices))
    for rule in ("longest text", "shortest text"):
        if (share := deck.share(rule)) > allowed:
            yield f"the key is the {rule} in {share:.0%} of {len(choices)} choices. Allowed: {allowed:.0%}"


def _missing(deck: Deck, rules: Rules) -> Iterator[str]:
    tagged = {tag for card in deck.cards.values() for tag in card.tags}
    for item in rules.items.get(deck.path.stem, ()):
        if item not in tagged:
            yield f"no card has the tag '{item}'. Allowed: every tag that the deck must have, on one card or more"


DECK: tuple[Callable[[Deck, Rules], Iterator[str]], ...] = (_ids, _guessed, _missing)


# --- rules for all decks ---------------------------------------------------------------------------------------------


def _alike(decks: Iterable[Deck]) -> Iterator[Finding]:
    """Two questions, of one deck or of two, that share most of their words."""
    asked = [(where, _telling(card.question)) for deck in decks for where, card in deck.cards.items()]
    for (first, one), (second, other) in combinations(asked, 2):
        shared, words = len(one & other), len(one | other)
        if words and shared >= ALIKE * words:
            told = f"{shared} of {words} words are the same. Allowed: fewer than {ALIKE:.0%}"
            yield Finding(second, f"asks nearly what {first} asks: {told}")


# --- texts -----------------------------------------------------------------------------------------------------------


def _options(card: Card) -> list[str]:
    """The key and the wrong options."""
    return [card.answer, *(each.text for each in card.wrong)]


def _picked(card: Card, rule: str) -> list[int]:
    return picks(_options(card), card.question)[rule]


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    """Every text of a card that is shown, after the key under which it stands."""
    yield "question", card.question
    yield "answer", card.answer
    for place, wrong in enumerate(card.wrong, 1):
        yield f"wrong[{place}].text", wrong.text
        yield f"wrong[{place}].reason", wrong.reason
    yield "model_answer", card.model_answer
    for place, point in enumerate(card.rubric, 1):
        yield f"rubric[{place}].text", point.text


def _words(text: str) -> list[str]:
    """Words and numbers in small letters, words with hyphens in one; formulas as they are read."""
    return re.findall(r"\w+(?:[-.']\w+)*", readable(text).lower())


def _telling(text: str) -> frozenset[str]:
    """The words that say something of what a text is about, one or several of a thing alike."""
    return frozenset(word.rstrip("s") for word in _words(text) if word not in PLAIN)


def _opening(text: str) -> str:
    """What stands before the first mark that ends a clause."""
    return re.split(r"[.:;,](?:\s|$)", text.strip(), maxsplit=1)[0]


def _told(answer: str, question: str) -> bool:
    """Whether the opening of an answer, or every word of it, stands in a question."""
    opening = _opening(answer)
    verbatim = f" {' '.join(_words(opening))} " in f" {' '.join(_words(question))} "
    return bool(_telling(opening)) and (verbatim or _telling(answer) <= _telling(question))
