"""Which slips of a draw are told apart: their answers differ from the key and from each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Any

from generator.blueprint import Blueprint
from generator.distractors import possible
from generator.forms.wrong import Values, lengths
from generator.notation import Expr, Sym
from generator.row import RESERVED
from generator.sheet import Sheet

# The single slips to tell of, and what options are chosen from. Where answers have an order: the key and the wrong
# answers in that order, the answers by piece (the key, then every slip's), and the place of the key among the first.
# Where they have none: the slips that give wrong answers, and how long their answers are beside the key.
Wrong = tuple[tuple[int, ...], Sequence[Any], Sequence[Any], int]


def _wrong_everywhere(blueprint: Blueprint) -> Callable[[Values], Wrong]:
    """Of answers that are the same for every draw all slips are wrong answers."""
    slips = tuple(range(len(blueprint.slips)))
    signs = (0,) * len(slips)
    return lambda values: (slips[: blueprint.singles], slips, signs, 0)


def wrong_answers(sheet: Sheet) -> Callable[[Values], Wrong]:
    """From a row: the answers of slips that differ from the key and from each other."""
    if sheet.problem.answer.static:
        return _wrong_everywhere(sheet.blueprint)
    layout, answer, shift = sheet.laid, sheet.problem.answer, len(RESERVED)
    parts = [tuple(place - shift for place in slip) for slip in layout.slips]
    keys = [layout.place(_only(part)) - shift for part in answer.parts]
    near = layout.index["tolerance"] - shift if "tolerance" in layout.index else None
    singles = sheet.blueprint.singles
    if len(parts) > 1 and answer.ordered:
        least = 0 if answer.counts else float("-inf")
        return _scalar([part[0] for part in parts], singles, keys[0], near, least)

    def compare(values: Values) -> Wrong:
        key = tuple([values[place] for place in keys])
        found: dict[Any, int] = {}
        for number, slip in enumerate(parts):
            told = tuple([values[place] for place in slip])
            if told == key or told in found or not possible(told, answer):
                continue
            if near is not None and max(abs(a - b) for a, b in zip(told, key, strict=True)) <= values[near]:
                continue
            found[told] = number
        slips = tuple(found.values())
        return slips[: bisect_left(slips, singles)], slips, lengths(tuple(found), key), 0

    return compare


def _only(part: Expr) -> Sym:
    (sym,) = part.written
    return sym


def _scalar(places: list[int], singles: int, key: int, near: int | None, least: float) -> Callable[[Values], Wrong]:
    """The same for one number, more than ``least``. Of slips with the same answer the first is kept."""
    read, rising, every = itemgetter(key, *places), _rising(len(places) + 1), tuple(range(singles))

    def compare(values: Values) -> Wrong:
        answers = read(values)
        ranked, right = sorted(answers), answers[0]
        if near is None and ranked[0] > least and rising(ranked):
            return every, ranked, answers, ranked.index(right)  # all slips serve: so it is in most draws
        slips: dict[Any, int] = {right: -1}  # the key's piece comes before those of slips
        for slip, answer in enumerate(answers, -1):
            if answer not in slips and answer > least:
                slips[answer] = slip
        if near is not None:
            low, high = right - values[near], right + values[near]
            slips = {answer: slip for answer, slip in slips.items() if slip < 0 or not low <= answer <= high}
        told = tuple(slips.values())[1:]
        ranked = sorted(slips)
        return told[: bisect_left(told, singles)], ranked, answers, ranked.index(right)

    return compare


@cache
def _rising(count: int) -> Callable[[Sequence[Any]], bool]:
    """Whether each of so many numbers is more than the one before: none are the same, and none is nan."""
    names = [f"n{place}" for place in range(count)]
    tests = " and ".join(f"{one} < {next}" for one, next in pairwise(names))
    scope: dict[str, Any] = {}
    exec(f"def rising(numbers):\n {', '.join(names)}, = numbers\n if {tests}: return True\n return False", scope)
    return scope["rising"]  # type: ignore[no-any-return]
