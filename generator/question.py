"""A question: a sheet, a form and a row of values, and nothing more.

Its id is a hash of family, form, structure and numbers, never of wording, seed or position: a reworded question
keeps it. Which options it shows comes from a stream of its own, so shuffling never moves the content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import permutations
from operator import itemgetter
from typing import Any, NamedTuple

from generator.blueprint import OPTIONS, Blueprint, possible
from generator.forms import Form
from generator.holes import Chosen
from generator.notation import Expr, Sym, symbols
from generator.row import RESERVED
from generator.sheet import Sheet

MASK = (1 << 160) - 1
MIX = int.from_bytes(blake2b(b"mix", digest_size=20).digest(), "big") | 1  # spreads an id over the upper bits
ORDERS = tuple(permutations(range(OPTIONS)))
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
        return (self.id, number, points, self.key, *self.values)


Make = Callable[[Values], Question | None]


def maker(sheet: Sheet, form: Form, shuffle: str = "") -> Make:
    """A function from drawn numbers to the question, or None where the draw is refused.

    ``shuffle`` seeds which wrong options are shown and in which order.
    """
    blueprint = sheet.blueprint
    prefix = f"{blueprint.family.id}/{form.id}/{blueprint.key}/".encode()
    salt = int.from_bytes(blake2b(f"shuffle/{shuffle}".encode(), digest_size=20).digest(), "big")
    compute = blueprint.layout.compute
    pick = _picker(sheet, form)

    def make(numbers: Values) -> Question | None:
        values = compute(numbers)
        if values is None:
            return None
        id = blake2b(prefix + repr(numbers).encode(), digest_size=10).hexdigest()
        picked = pick(values, ((int(id, 16) ^ salt) * MIX & MASK) >> 80)
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

    def slips(found: list[int]) -> tuple[int, ...]:
        return every if len(found) == len(blueprint.slips) else tuple(sorted([n for n in found if n < singles]))

    if not form.options:
        return lambda values, bits: (slips([n for side in wrong(values) for n in side]), (), 0)
    if not blueprint.ordered:

        def any_three(values: Values, bits: int) -> Pick | None:
            found, _ = wrong(values)
            if len(found) < need:
                return None
            return slips(found), *_mixed(_some(found.copy(), need, bits), bits >> 32)

        return any_three

    def both_sides(values: Values, bits: int) -> Pick | None:
        below, above = wrong(values)
        if len(below) < need or len(above) < need:
            return None  # whatever the rank: dropping by rank would make one rank likelier than another
        told = slips(below + above)
        rank = bits % OPTIONS
        shown = _some(below, rank, bits >> 2) + _some(above, need - rank, bits >> 18)
        return told, *_mixed(shown, bits >> 34)

    return both_sides


def _some(items: list[int], count: int, bits: int) -> list[int]:
    """So many of the items, by the bits given."""
    left = len(items)
    for place in range(count):
        other = place + bits % left
        bits //= left
        left -= 1
        items[place], items[other] = items[other], items[place]
    return items[:count]


def _mixed(shown: list[int], bits: int) -> tuple[tuple[int, ...], int]:
    """The pieces to show, in order (piece 0 is the key), and the place of the key."""
    pieces = [0, *[n + 1 for n in shown]]
    a, b, c, d = order = ORDERS[bits % len(ORDERS)]
    return (pieces[a], pieces[b], pieces[c], pieces[d]), order.index(0)


Wrong = Callable[[Values], tuple[list[int], list[int]]]


def _wrong_everywhere(blueprint: Blueprint) -> Wrong:
    """Of answers that are the same for every draw all slips are wrong answers."""
    return lambda values: (list(range(len(blueprint.slips))), [])


def _wrong(sheet: Sheet) -> Wrong:
    """From a row: the slips that answer differently from the key and from each other, below the key and above it.

    Without an order all are in the first list.
    """
    layout, answer, shift = sheet.laid, sheet.problem.answer, len(RESERVED)
    parts = [tuple(place - shift for place in slip) for slip in layout.slips]
    keys = [layout.place(_only(part)) - shift for part in answer.parts]
    near = layout.index["tolerance"] - shift if "tolerance" in layout.index else None
    if len(parts) > 1 and answer.ordered:
        return _scalar([part[0] for part in parts], keys[0], near, answer.kind == "integer")

    def compare(values: Values) -> tuple[list[int], list[int]]:
        key = tuple([values[place] for place in keys])
        seen, found = {key}, []
        for number, slip in enumerate(parts):
            told = tuple([values[place] for place in slip])
            if told in seen or not possible(told):
                continue
            if near is not None and max(abs(a - b) for a, b in zip(told, key, strict=True)) <= values[near]:
                continue
            seen.add(told)
            found.append(number)
        return found, []

    return compare


def _only(part: Expr) -> Sym:
    (sym,) = symbols(part)
    return sym


def _scalar(places: list[int], key_place: int, near: int | None, positive: bool) -> Wrong:
    """The same for one number. Of slips with the same answer the first is kept: built backwards, it is the last to stay."""
    order = tuple(range(len(places)))[::-1]
    read = itemgetter(*reversed(places))
    least = 0 if positive else float("-inf")

    def compare(values: Values) -> tuple[list[int], list[int]]:
        key = values[key_place]
        first = dict(zip(read(values), order, strict=True)).items()
        if near is None:
            return [n for v, n in first if least < v < key], [n for v, n in first if v > key]
        low, high = key - values[near], key + values[near]
        return [n for v, n in first if v < low], [n for v, n in first if v > high]

    return compare
