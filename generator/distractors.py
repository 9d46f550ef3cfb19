"""Which slips serve as wrong answers: those that bite, and as many pairs of them as the sides of the key need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from random import Random
from typing import Any

from generator.algebra import opened
from generator.derivation import Answer, Line, Problem, Slip, faulty, pairs
from generator.gathering import gathered
from generator.notation import Expr
from generator.proof import points, value_of
from generator.row import RESERVED, Layout, layout
from generator.sample import sample

OPTIONS = 4


Told = tuple[Any, ...]  # an answer, as its parts


def answers(laid: Layout, problem: Problem, row: Sequence[object]) -> tuple[Told, list[Told]]:
    """The key and the answer of each slip."""
    shift = len(RESERVED)
    keys = [laid.place(*part.written) for part in problem.answer.parts]
    found = [tuple([row[place - shift] for place in slip]) for slip in laid.slips]
    return tuple([row[place - shift] for place in keys]), found


def sides(laid: Layout, problem: Problem, row: Sequence[object]) -> tuple[int, int]:
    """How many different wrong answers lie below the key and above it (or, without an order, differ from it)."""
    key, found = answers(laid, problem, row)
    wrong = {each for each in found if each != key and possible(each, problem.answer)}
    below = sum(1 for each in wrong if each < key)
    return below, len(wrong) - below


def possible(parts: Told, answer: Answer) -> bool:
    """Whether an answer could be believed: counts and sides are at least one, and nothing is nan."""
    least = 1 if answer.counts else -inf
    return all(part == part and not (isinstance(part, int) and part < least) for part in parts)


def useful(problem: Problem, laid: Layout) -> tuple[tuple[Slip, ...], int]:
    """The slips that bite somewhere, and as many pairs of them as the sides of the key need; how many are single.

    ``laid`` holds all slips of the problem.
    """
    if problem.answer.static:
        singles = _apart(problem)
        return singles, len(singles)
    rows = sample(problem, laid, "slips")
    told = [answers(laid, problem, row) for row in rows]
    place = laid.index.get("tolerance")
    near = [row[place - len(RESERVED)] if place else None for row in rows]
    biting = [
        number
        for number in range(len(problem.slips))
        if any(_bites(problem.answer, *each, number, tolerance) for each, tolerance in zip(told, near, strict=True))
    ]
    slips = [problem.slips[number] for number in biting]
    if problem.answer.ordered and any(_Sides(problem.answer, *each).short for each in told):
        return tuple(slips + _pairs(problem, laid, biting)), len(biting)
    return tuple(slips), len(biting)


def _bites(answer: Answer, key: Told, found: list[Told], number: int, tolerance: Any) -> bool:
    if found[number] in found[:number]:
        return False  # another slip says the same
    if tolerance is None:
        return found[number] != key and possible(found[number], answer)
    return bool(max(abs(a - b) for a, b in zip(found[number], key, strict=True)) > tolerance)


def _pairs(problem: Problem, laid: Layout, biting: list[int]) -> list[Slip]:
    """Pairs of slips, as long as some sampled draw has too few wrong answers on a side of its key.

    ``laid`` holds all single slips; those ``biting`` are kept, by number.
    """
    lots = []
    for row in sample(problem, laid, "pairs"):
        key, found = answers(laid, problem, row)
        lots.append(_Sides(problem.answer, key, [found[number] for number in biting]))
    chosen: list[Slip] = []
    order = [line.symbol for line in problem.lines]
    singles = [problem.slips[number] for number in biting]
    left = pairs(sorted(singles, key=lambda single: min(map(order.index, single.instead))))
    while left and any(lot.short for lot in lots):
        batch, left = left[:BATCH], left[BATCH:]
        laid = layout(problem, batch, ())
        told = [answers(laid, problem, row)[1] for row in sample(problem, laid, "pairs")]  # the same draws
        for pair, came_to in zip(batch, zip(*told, strict=True), strict=True):
            helped = [(lot, answer) for lot, answer in zip(lots, came_to, strict=True) if lot.gains(answer)]
            if helped:
                chosen.append(pair)
            for lot, answer in helped:
                lot.take(answer)
    return chosen


BATCH = 24  # pairs tried at a time


class _Sides:
    """The wrong answers of one draw, below and above its key."""

    def __init__(self, asked: Answer, key: Told, found: Iterable[Told]) -> None:
        self.asked, self.key = asked, key
        self.have: dict[bool, set[Told]] = {True: set(), False: set()}
        for answer in found:
            self.take(answer)

    @property
    def short(self) -> bool:
        return any(len(side) < OPTIONS for side in self.have.values())

    def gains(self, answer: Told) -> bool:
        """Whether this is a wrong answer on a side that is short of them, and not there yet."""
        side = self.have[answer < self.key]
        return answer != self.key and possible(answer, self.asked) and answer not in side and len(side) < OPTIONS

    def take(self, answer: Told) -> None:
        if answer != self.key and possible(answer, self.asked):
            self.have[answer < self.key].add(answer)


def _apart(problem: Problem) -> tuple[Slip, ...]:
    """The slips that change an answer that is an expression, each to another; those in words as they are."""
    if problem.answer.kind != "expression":
        return problem.slips
    told = {fingerprint(opened(problem.lines, problem.answer.symbol), problem)}
    kept = []
    for each in problem.slips:
        if (wrong := fingerprint(slipped(problem, each), problem)) not in told:
            told.add(wrong)
            kept.append(each)
    return tuple(kept)


def fingerprint(expression: Expr, problem: Problem) -> tuple[float, ...]:
    """The expression's values at the points of its problem: equal expressions, however written, have the same."""
    names = {sym.name for sym in expression.written}
    drawn = [{name: Random(f"{name}/{point}").uniform(-1, 1) for name in names} for point in range(3)]
    return tuple(round(value_of(expression, at), 9) for at in points(problem.letters) or drawn)


def slipped(problem: Problem, slip: Slip) -> Expr:
    """The expression that a slip leads to."""
    wrong = {line.symbol: line for line in faulty(problem.lines, slip.instead)}
    lines = [wrong.get(line.symbol, line) for line in problem.lines]
    return reached(lines, problem.answer.symbol)


def reached(lines: Sequence[Line], expression: Expr) -> Expr:
    """What an expression comes to in the letters of the stem, as one writes it down."""
    return gathered(opened(lines, expression))
