"""A question: a sheet, a form and a row of values, and nothing more.

Its id is a hash of family, form, structure and numbers, never of wording, seed or position: a reworded question
keeps it. Which options it shows comes from a stream of its own, so shuffling never moves the content.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from itertools import combinations, permutations
from operator import itemgetter
from typing import Any, NamedTuple

from generator.blueprint import Blueprint
from generator.distractors import OPTIONS, possible
from generator.forms import Form
from generator.holes import Chosen
from generator.notation import Expr, Sym, symbols
from generator.row import RESERVED
from generator.sheet import Sheet

MIX = int.from_bytes(blake2b(b"mix", digest_size=20).digest(), "big") | 1  # spreads an id over the upper bits
ORDERS = tuple((itemgetter(*order), order.index(0)) for order in permutations(range(OPTIONS)))  # and where the key goes
Values = Sequence[Any]
Pick = tuple[tuple[int, ...], tuple[int, ...], int]  # slips shown, options in order, place of the key


class Question(NamedTuple):
    """``values`` is the row without its reserved entries; ``chosen`` says which pieces of each block it shows."""

    sheet: Sheet
    form: Form
    id: str
    values: tuple[Any, ...]
    chosen: Chosen
    key: int

    def row(self, number: int = 0, points: float = 1) -> tuple[Any, ...]:
        """The whole row, for the place that the question has in a worksheet."""
        return (self.id, number, points, self.key) + self.values  # noqa: RUF005 — half the time of unpacking


Make = Callable[[Values], Question | None]


def maker(sheet: Sheet, form: Form, shuffle: str = "") -> Make:
    """A function from drawn numbers to the question, or None where the draw is refused.

    ``shuffle`` seeds which wrong options are shown and in which order.
    """
    blueprint = sheet.blueprint
    hashed = blake2b(f"{blueprint.family.id}/{form.id}/{blueprint.key}/".encode(), digest_size=10).copy
    salt = int.from_bytes(blake2b(f"shuffle/{shuffle}".encode(), digest_size=20).digest(), "big")
    compute = blueprint.layout.compute
    pick = _picker(sheet, form)

    def make(numbers: Values) -> Question | None:
        values = compute(numbers)
        if values is None:
            return None
        hash = hashed()
        hash.update(repr(numbers).encode())
        id = hash.hexdigest()
        picked = pick(values, (int(id, 16) ^ salt) * MIX >> 80)
        if picked is None:
            return None
        slips, options, key = picked
        return Question(sheet, form, id, values, {"slips": slips, "options": options}, key)

    return make


def _picker(sheet: Sheet, form: Form) -> Callable[[Values, int], Pick | None]:
    """A function from a row and random bits to the slips and options that the question shows."""
    blueprint = sheet.blueprint
    singles, need = blueprint.singles, OPTIONS - 1
    wrong = _wrong_everywhere(blueprint) if blueprint.problem.answer.static else _wrong(sheet)
    every = tuple(range(singles))

    def told(slip: dict[Any, int], answers: list[Any]) -> tuple[int, ...]:
        if len(answers) == len(blueprint.slips):
            return every
        shown = sorted(map(slip.__getitem__, answers))
        return tuple(shown[: bisect_left(shown, singles)])  # pairs come last

    if not form.options:

        def only_slips(values: Values, bits: int) -> Pick | None:
            slip, below, above = wrong(values)
            return told(slip, below + above), (), 0

        return only_slips
    if not blueprint.ordered:

        def any_three(values: Values, bits: int) -> Pick | None:
            slip, found, _ = wrong(values)
            if len(found) < need:
                return None
            return told(slip, found), *_mixed([slip[answer] for answer in _some(found, need, bits)], bits >> 32)

        return any_three

    def both_sides(values: Values, bits: int) -> Pick | None:
        slip, below, above = wrong(values)
        if len(below) < need or len(above) < need:
            return None  # whatever the rank: dropping by rank would make one rank likelier than another
        rank = bits % OPTIONS
        shown = _some(below, rank, bits >> 2) + _some(above, need - rank, bits >> 18)
        return told(slip, below + above), *_mixed([slip[answer] for answer in shown], bits >> 34)

    return both_sides


def _some(items: list[Any], count: int, bits: int) -> list[Any]:
    """So many of the items, by the bits given."""
    sets = _sets(len(items), count)
    return [items[place] for place in sets[bits % len(sets)]]


@cache
def _sets(size: int, count: int) -> tuple[tuple[int, ...], ...]:
    return tuple(combinations(range(size), count))


def _mixed(shown: list[int], bits: int) -> tuple[tuple[int, ...], int]:
    """The pieces to show, in order (piece 0 is the key), and the place of the key."""
    ordered, key = ORDERS[bits % len(ORDERS)]
    a, b, c = shown
    return ordered((0, a + 1, b + 1, c + 1)), key


# which slip gives a wrong answer; the wrong answers below the key and above it (without an order: all, and none)
Wrong = Callable[[Values], tuple[dict[Any, int], list[Any], list[Any]]]


def _wrong_everywhere(blueprint: Blueprint) -> Wrong:
    """Of answers that are the same for every draw all slips are wrong answers."""
    slips = {number: number for number in range(len(blueprint.slips))}
    return lambda values: (slips, list(slips), [])


def _wrong(sheet: Sheet) -> Wrong:
    """From a row: the answers of slips that differ from the key and from each other."""
    layout, answer, shift = sheet.laid, sheet.problem.answer, len(RESERVED)
    parts = [tuple(place - shift for place in slip) for slip in layout.slips]
    keys = [layout.place(_only(part)) - shift for part in answer.parts]
    near = layout.index["tolerance"] - shift if "tolerance" in layout.index else None
    if len(parts) > 1 and answer.ordered:
        never_nan = all(layout.kinds[slip[0]] == "integer" for slip in layout.slips)
        least = 0 if answer.kind == "integer" else float("-inf")
        return _scalar([part[0] for part in parts], keys[0], near, least, never_nan)

    def compare(values: Values) -> tuple[dict[Any, int], list[Any], list[Any]]:
        key = tuple([values[place] for place in keys])
        found: dict[Any, int] = {}
        for number, slip in enumerate(parts):
            told = tuple([values[place] for place in slip])
            if told == key or told in found or not possible(told):
                continue
            if near is not None and max(abs(a - b) for a, b in zip(told, key, strict=True)) <= values[near]:
                continue
            found[told] = number
        return found, list(found), []

    return compare


def _only(part: Expr) -> Sym:
    (sym,) = symbols(part)
    return sym


def _scalar(places: list[int], key: int, near: int | None, least: float, never_nan: bool) -> Wrong:
    """The same for one number, more than ``least``.

    Of slips with the same answer the first is kept: built backwards, it is the last to stay.
    """
    order = tuple(range(len(places)))[::-1]
    read = itemgetter(*reversed(places))

    def compare(values: Values) -> tuple[dict[Any, int], list[Any], list[Any]]:
        answers = read(values) if never_nan else [answer if answer == answer else least for answer in read(values)]
        slip = dict(zip(answers, order, strict=True))
        ranked = sorted(slip)
        low = high = values[key]
        if near is not None:
            low, high = low - values[near], high + values[near]
        start = bisect_right(ranked, least)
        return slip, ranked[start : bisect_left(ranked, low)], ranked[bisect_right(ranked, high) :]

    return compare
