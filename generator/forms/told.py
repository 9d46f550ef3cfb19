"""Which slips of a draw are told apart: their answers differ from the key and from each other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from math import isnan
from operator import itemgetter
from typing import Any

from generator.blueprint import Blueprint
from generator.distractors import possible
from generator.forms.wrong import Values
from generator.notation import Expr, Sym
from generator.row import RESERVED
from generator.sheet import Sheet

# which slip gives each wrong answer; the wrong answers; how many of them lie below the key (they come first, in order)
Wrong = Callable[[Values], tuple[dict[Any, int], list[Any], int]]


def _wrong_everywhere(blueprint: Blueprint) -> Wrong:
    """Of answers that are the same for every draw all slips are wrong answers."""
    slips = {number: number for number in range(len(blueprint.slips))}
    return lambda values: (slips, list(slips), 0)


def wrong_answers(sheet: Sheet) -> Wrong:
    """From a row: the answers of slips that differ from the key and from each other."""
    if sheet.problem.answer.static:
        return _wrong_everywhere(sheet.blueprint)
    layout, answer, shift = sheet.laid, sheet.problem.answer, len(RESERVED)
    parts = [tuple(place - shift for place in slip) for slip in layout.slips]
    keys = [layout.place(_only(part)) - shift for part in answer.parts]
    near = layout.index["tolerance"] - shift if "tolerance" in layout.index else None
    if len(parts) > 1 and answer.ordered:
        never_nan = all(layout.kinds[slip[0]] == "integer" for slip in layout.slips)
        least = 0 if answer.counts else float("-inf")
        return _scalar([part[0] for part in parts], keys[0], near, least, never_nan, _usual(sheet.blueprint))

    def compare(values: Values) -> tuple[dict[Any, int], list[Any], int]:
        key = tuple([values[place] for place in keys])
        found: dict[Any, int] = {}
        for number, slip in enumerate(parts):
            told = tuple([values[place] for place in slip])
            if told == key or told in found or not possible(told, answer):
                continue
            if near is not None and max(abs(a - b) for a, b in zip(told, key, strict=True)) <= values[near]:
                continue
            found[told] = number
        return found, list(found), 0

    return compare


def _usual(blueprint: Blueprint) -> Values | None:
    """A row from the midst of the space; None if all those tried are refused."""
    read, size = blueprint.space.reader(), blueprint.space.size
    rows = (blueprint.layout.compute(read(size * place // 16)) for place in (9, 7, 10, 6, 11, 5))
    return next((row for row in rows if row is not None), None)


def _only(part: Expr) -> Sym:
    (sym,) = part.written
    return sym


def _scalar(
    places: list[int], key: int, near: int | None, least: float, never_nan: bool, usual: Values | None
) -> Wrong:
    """The same for one number, more than ``least``.

    The answers are read in the order that they have in a ``usual`` row: they are then nearly sorted. Of slips with
    the same answer the first is kept.
    """
    order = tuple(sorted(range(len(places)), key=lambda slip: usual[places[slip]] if usual else slip))
    read, numbers = itemgetter(*[places[slip] for slip in order]), range(len(places))[::-1]
    backwards = itemgetter(*[order.index(slip) for slip in numbers])

    def drop(slip: dict[Any, int], ranked: list[Any], start: int, end: int) -> None:
        for answer in ranked[start:end]:
            del slip[answer]
        del ranked[start:end]

    def compare(values: Values) -> tuple[dict[Any, int], list[Any], int]:
        answers = read(values)
        if not never_nan and isnan(sum(answers)):
            answers = tuple([answer if answer == answer else least for answer in answers])
        slip = dict(zip(answers, order))  # noqa: B905 — equally long by construction, and checking takes time
        if len(slip) < len(order):
            slip = dict(zip(backwards(answers), numbers, strict=True))  # the first slip is the last to stay
        ranked = sorted(slip)
        low = high = values[key]
        if near is not None:
            low, high = low - values[near], high + values[near]
        if ranked[0] <= least:
            drop(slip, ranked, 0, bisect_right(ranked, least))
        below = bisect_left(ranked, low)
        if below < len(ranked) and ranked[below] <= high:
            drop(slip, ranked, below, bisect_right(ranked, high))
        return slip, ranked, below

    return compare


def singles(sheet: Sheet) -> Callable[[dict[Any, int]], tuple[int, ...]]:
    """From the wrong answers of a draw: the single slips among them, in order."""
    slips, single = len(sheet.blueprint.slips), sheet.blueprint.singles
    every = tuple(range(single))

    def told(slip: dict[Any, int]) -> tuple[int, ...]:
        if len(slip) == slips:
            return every
        shown = sorted(slip.values())
        return tuple(shown[: bisect_left(shown, single)])  # pairs come last

    return told
