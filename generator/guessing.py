"""Guessing: what one who knows nothing, but looks at the page, would answer, and how often that is right.

Every rule is set against chance, a uniform guess among what the page offers. A rule that cannot decide between some
of the options picks one of them by lot, so it hits by their share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import factorial
from typing import Any

from generator.forms.order_the_lines import in_order, wrong_orders
from generator.terminal import readable

Record = Mapping[str, Any]
Guess = tuple[float, float]  # how far a rule hits, from 0 to 1, and how far chance would
NUMBER = re.compile(r"(?<![\w.{])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
LINE = re.compile(r"In line (\d+) ")


def guesses(asked: Record, response: str) -> dict[str, Guess]:
    """By rule, how far it hits in a question as its record has it; no rule where nothing is to be picked or typed."""
    return RULES[response](asked) if response in RULES else {}


def numbers_in(markdown: str) -> list[float]:
    """The numbers that a text shows: 12,416 and 12{,}416, -0.5 and −0.5."""
    shown = re.sub(r"\\phantom\{\w*\}", "", markdown).replace("{,}", ",")
    return [_number(each) for each in NUMBER.findall(shown)]


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def ordered(texts: Sequence[str]) -> list[float]:
    """The options as numbers, where each is one; nothing otherwise."""
    found = [NUMBER.fullmatch(text.strip("$ ").replace("{,}", ",")) for text in texts]
    return [_number(each[0]) for each in found if each] if all(found) else []


def _lines(texts: Sequence[str]) -> list[float]:
    """The lines of a working that the options name, where each names one; nothing otherwise."""
    found = [LINE.match(text) for text in texts]
    return [float(each[1]) for each in found if each] if all(found) else []


# --- picking options ------------------------------------------------------------------------------------------------


def picks(texts: Sequence[str], stem: str) -> dict[str, list[int]]:
    """By rule the options that one would pick from: those that stand out by place, length, size or likeness."""
    everything, long, like = range(len(texts)), list(map(_length, texts)), _likeness(texts)
    found = {
        "first": [0],
        "last": [len(texts) - 1],
        "longest text": _most(long),
        "shortest text": _least(long),
        "odd one out": _least(like),
    }
    if values := ordered(texts) or _lines(texts):
        ends = {min(values), max(values)}
        inner = [place for place in everything if values[place] not in ends]
        found |= {
            "largest": _most(values),
            "smallest": _least(values),
            "middle": inner or list(everything),
        }
    if values := ordered(texts):
        given = set(numbers_in(stem))
        found["in the stem"] = [place for place in everything if values[place] in given] or list(everything)
    return found


def _length(markdown: str) -> int:
    return len(readable(markdown))


def _most(values: Sequence[float]) -> list[int]:
    return [place for place, value in enumerate(values) if value == max(values)]


def _least(values: Sequence[float]) -> list[int]:
    return _most([-value for value in values])


def _likeness(texts: Sequence[str]) -> list[float]:
    """How like the others each option is: numbers by how near they lie, texts by the words and signs they share."""
    if values := ordered(texts):
        return [-abs(value * len(values) - sum(values)) for value in values]
    tokens = [Counter(re.findall(r"\w+|\S", text)) for text in texts]
    return [sum((one & other).total() for other in tokens) / max(one.total(), 1) - 1 for one in tokens]


def _one(asked: Record) -> dict[str, Guess]:
    texts, key = [each["text"] for each in asked["options"]], asked["answer"]["value"]
    found = picks(texts, asked["stem"]).items()
    return {name: ((key in picked) / len(picked), 1 / len(texts)) for name, picked in found}


def _many(asked: Record) -> dict[str, Guess]:
    """A rule that picks one statement hits if that is true; of the whole answer neither all nor none is ever right."""
    texts, true = [each["text"] for each in asked["options"]], [each["correct"] for each in asked["options"]]
    share, answers = sum(true) / len(true), 2 ** len(true) - 2
    found: dict[str, Guess] = {
        "everything": (float(all(true)), 1 / answers),
        "nothing": (float(not any(true)), 1 / answers),
        "true of each": (share, 1 / 2),
        "false of each": (1 - share, 1 / 2),
    }
    for name, picked in picks(texts, asked["stem"]).items():
        found[name] = (sum(true[place] for place in picked) / len(picked), 1 / 2)
    return found


# --- putting in order -----------------------------------------------------------------------------------------------


def _orders(size: int) -> dict[str, list[int]]:
    return {"as they stand": list(range(size)), "reversed": list(range(size))[::-1]}


def _order(asked: Record) -> dict[str, Guess]:
    """Steps never stand in a right order, so chance is what any rearrangement makes of the wrong ones.

    ``uses``: for each step, which must stand before it; several orders may be right.
    """
    uses = tuple(map(frozenset, asked["uses"]))
    wrong = len(wrong_orders(uses))
    chance = (factorial(len(uses)) - wrong) / wrong
    return {name: (float(in_order(guess, uses)), chance) for name, guess in _orders(len(uses)).items()}


def _match(asked: Record) -> dict[str, Guess]:
    """By prompt; where a value belongs to none, also how well that one can be told."""
    texts, right = [each["text"] for each in asked["options"]], asked["answer"]["value"]
    found: dict[str, Guess] = {}
    for name, guess in _orders(len(texts)).items():
        hits = [one == other for one, other in zip(guess, right, strict=False)]
        found[name] = (sum(hits) / len(hits), 1 / len(texts))
    spare = set(range(len(texts))) - set(right)
    if len(spare) == 1:
        for name, picked in picks(texts, asked["stem"]).items():
            found[f"none: {name}"] = (len(spare & set(picked)) / len(picked), 1 / len(texts))
    return found


# --- typing ---------------------------------------------------------------------------------------------------------


def _typed(asked: Record) -> dict[str, Guess]:
    """A number of the stem is taken for the answer, or for every blank; chance is any of them."""
    blanks = [each["value"] for each in asked["blanks"]] or [asked["answer"]["value"]]
    wanted = [value for value in blanks if isinstance(value, int | float)]
    given = numbers_in(asked["stem"])
    if not (wanted and given):
        return {}
    taken = {"first": given[0], "last": given[-1], "largest": max(given), "smallest": min(given)}
    return {
        f"{name} number of the stem": (wanted.count(number) / len(wanted), 1 / len(set(given)))
        for name, number in taken.items()
    }


RULES: Mapping[str, Callable[[Record], dict[str, Guess]]] = {
    "one": _one,
    "many": _many,
    "order": _order,
    "match": _match,
    "typed": _typed,
    "blanks": _typed,
}
