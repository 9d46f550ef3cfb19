"""A question: a sheet, a form and a row of values, and nothing more.

Its id is a hash of family, form, structure and numbers, never of wording, seed or position: a reworded question
keeps it. Which options it shows comes from a stream of its own, so shuffling never moves the content.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from itertools import combinations, pairwise, permutations
from operator import itemgetter
from typing import Any, NamedTuple

from generator.blueprint import Blueprint
from generator.distractors import OPTIONS, possible
from generator.forms import Form
from generator.holes import Chosen
from generator.notation import Expr, Sym
from generator.row import RESERVED
from generator.sheet import Sheet

BITS = (1 << 60) - 1  # as many as a pick takes
ORDERS = tuple((itemgetter(*order), order.index(0)) for order in permutations(range(OPTIONS)))  # and where the key goes
Values = Sequence[Any]
Pick = tuple[tuple[int, ...], tuple[tuple[int, ...], int]]  # slips shown; options in order, and where the key goes


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
    spread = int.from_bytes(blake2b(f"shuffle/{shuffle}".encode(), digest_size=20).digest(), "big") | 1
    compute = blueprint.layout.compute
    pick = _picker(sheet, form)
    new = tuple.__new__  # what Question() comes to, in half the time

    def make(numbers: Values) -> Question | None:
        values = compute(numbers)
        if values is None:
            return None
        hash = hashed()
        hash.update(repr(numbers).encode())
        id = hash.hexdigest()
        picked = pick(values, int(id, 16) * spread >> 80 & BITS)
        if picked is None:
            return None
        slips, (options, key) = picked
        return new(Question, (sheet, form, id, values, {"slips": slips, "options": options}, key))

    return make


def _picker(sheet: Sheet, form: Form) -> Callable[[Values, int], Pick | None]:
    """A function from a row and random bits to the slips and options that the question shows."""
    blueprint = sheet.blueprint
    need = OPTIONS - 1
    wrong = _wrong_everywhere(blueprint) if blueprint.problem.answer.static else _wrong(sheet)
    if not form.options:

        def only_slips(values: Values, bits: int) -> Pick | None:
            return wrong(values)[0], ((), 0)

        return only_slips
    if not blueprint.ordered:

        def any_three(values: Values, bits: int) -> Pick | None:
            told, slips, _, _ = wrong(values)
            if len(slips) < need:
                return None
            sets = _sets(0, need, len(slips))
            a, b, c = sets[bits % len(sets)]
            return told, _mixed(slips[a] + 1, slips[b] + 1, slips[c] + 1, bits >> 32)

        return any_three

    def both_sides(values: Values, bits: int) -> Pick | None:
        told, ranked, answers, below = wrong(values)
        above = len(ranked) - below - 1
        if below < need or above < need:
            return None  # whatever the rank: dropping by rank would make one rank likelier than another
        rank = bits % OPTIONS
        lower, upper = _sets(0, rank, below), _sets(below + 1, need - rank, above)
        a, b, c = lower[(bits >> 2) % len(lower)] + upper[(bits >> 18) % len(upper)]
        piece = answers.index  # the key's is 0; of slips with the same answer the first is found
        return told, _mixed(piece(ranked[a]), piece(ranked[b]), piece(ranked[c]), bits >> 34)

    return both_sides


@cache
def _sets(first: int, count: int, size: int) -> tuple[tuple[int, ...], ...]:
    """All choices of so many of the places ``first``, ``first`` + 1 …, of which there are ``size``."""
    return tuple(combinations(range(first, first + size), count))


def _mixed(a: int, b: int, c: int, bits: int) -> tuple[tuple[int, ...], int]:
    """These pieces and the key's in the order that they are shown in, and the place of the key."""
    ordered, key = ORDERS[bits % len(ORDERS)]
    return ordered((0, a, b, c)), key


# The single slips to tell of, and what options are chosen from. Where answers have an order: the key and the wrong
# answers in that order, the answers by piece (the key, then every slip's), and the place of the key among the first.
# Where they have none: the slips that give wrong answers, and nothing more.
Wrong = tuple[tuple[int, ...], Sequence[Any], Sequence[Any], int]


def _wrong_everywhere(blueprint: Blueprint) -> Callable[[Values], Wrong]:
    """Of answers that are the same for every draw all slips are wrong answers."""
    slips = tuple(range(len(blueprint.slips)))
    return lambda values: (slips[: blueprint.singles], slips, (), 0)


def _wrong(sheet: Sheet) -> Callable[[Values], Wrong]:
    """From a row: the answers of slips that differ from the key and from each other."""
    layout, answer, shift = sheet.laid, sheet.problem.answer, len(RESERVED)
    parts = [tuple(place - shift for place in slip) for slip in layout.slips]
    keys = [layout.place(_only(part)) - shift for part in answer.parts]
    near = layout.index["tolerance"] - shift if "tolerance" in layout.index else None
    singles = sheet.blueprint.singles
    if len(parts) > 1 and answer.ordered:
        least = 0 if answer.kind == "integer" else float("-inf")
        return _scalar([part[0] for part in parts], singles, keys[0], near, least)

    def compare(values: Values) -> Wrong:
        key = tuple([values[place] for place in keys])
        found: dict[Any, int] = {}
        for number, slip in enumerate(parts):
            told = tuple([values[place] for place in slip])
            if told == key or told in found or not possible(told):
                continue
            if near is not None and max(abs(a - b) for a, b in zip(told, key, strict=True)) <= values[near]:
                continue
            found[told] = number
        slips = tuple(found.values())
        return slips[: bisect_left(slips, singles)], slips, (), 0

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
