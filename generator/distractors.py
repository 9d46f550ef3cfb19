"""Which slips serve as wrong answers: those that bite, and as many pairs of them as the sides of the key need."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from random import Random
from typing import Any

from generator.algebra import opened
from generator.derivation import Answer, Problem, Slip, faulty, pairs
from generator.notation import Expr, Sym
from generator.proof import part_value, points, value_of
from generator.row import Layout, layout
from generator.sample import named, sample

OPTIONS = 4


def answers(
    laid: Layout, problem: Problem, row: Sequence[object], slips: int
) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """The key and the answer of each slip, as tuples of their parts."""
    shift = len(laid.kinds) - len(row)
    values = named(laid, row)
    key = tuple(values[p.name] if isinstance(p, Sym) else part_value(p, values) for p in problem.answer.parts)
    return key, [tuple(row[place - shift] for place in laid.slips[n]) for n in range(slips)]


def sides(laid: Layout, problem: Problem, row: Sequence[object], slips: int) -> tuple[int, int]:
    """How many different wrong answers lie below the key and above it (or, without an order, differ from it)."""
    key, found = answers(laid, problem, row, slips)
    wrong = {each for each in found if each != key and possible(each, problem.answer)}
    below = sum(1 for each in wrong if each < key)
    return below, len(wrong) - below


def possible(parts: tuple[Any, ...], answer: Answer) -> bool:
    """Whether an answer could be believed: counts and sides are at least one, and nothing is nan."""
    least = 1 if answer.counts else -inf
    return all(part == part and not (isinstance(part, int) and part < least) for part in parts)


def useful(problem: Problem) -> tuple[tuple[Slip, ...], int]:
    """The slips that bite somewhere, and as many pairs of them as the sides of the key need."""
    if problem.answer.static:
        singles = _told_apart(problem)
        return singles, len(singles)
    laid = layout(problem, problem.slips, ())
    rows = sample(problem, laid, "slips")
    tolerance = laid.index.get("tolerance")
    biting = []
    for number, each in enumerate(problem.slips):
        if any(_bites(laid, problem, row, number, tolerance) for row in rows):
            biting.append(each)
    if problem.answer.ordered and any(_Sides(laid, problem, row, len(problem.slips)).short for row in rows):
        return tuple(biting + _pairs(problem, biting)), len(biting)
    return tuple(biting), len(biting)


def _bites(laid: Layout, problem: Problem, row: Sequence[object], number: int, tolerance: int | None) -> bool:
    key, found = answers(laid, problem, row, number + 1)
    if found[number] in found[:number]:
        return False  # another slip says the same
    if tolerance is None:
        return found[number] != key and possible(found[number], problem.answer)
    allowed: Any = row[tolerance - (len(laid.kinds) - len(row))]
    return bool(max(abs(a - b) for a, b in zip(found[number], key, strict=True)) > allowed)


def _pairs(problem: Problem, singles: list[Slip]) -> list[Slip]:
    """Pairs of slips, as long as some sampled draw has too few wrong answers on a side of its key."""
    chosen: list[Slip] = []
    order = [line.symbol for line in problem.lines]
    left = pairs(sorted(singles, key=lambda single: min(map(order.index, single.instead))))
    while True:
        batch = left[:BATCH]
        laid = layout(problem, [*singles, *chosen, *batch], ())
        lots = [_Sides(laid, problem, row, len(singles) + len(chosen)) for row in sample(problem, laid, "pairs")]
        if not batch or not any(lot.short for lot in lots):
            return chosen
        for number, pair in enumerate(batch, len(singles) + len(chosen)):
            helped = [lot for lot in lots if lot.gains(number)]
            if helped:
                chosen.append(pair)
                for lot in helped:
                    lot.take(number)
        left = left[BATCH:]


BATCH = 24  # pairs tried at a time


class _Sides:
    """The wrong answers of one draw, below and above its key."""

    def __init__(self, laid: Layout, problem: Problem, row: Sequence[object], taken: int) -> None:
        self.answer = problem.answer
        self.key, self.found = answers(laid, problem, row, len(laid.slips))
        self.have: dict[bool, set[tuple[Any, ...]]] = {True: set(), False: set()}
        for number in range(taken):
            self.take(number)

    @property
    def short(self) -> bool:
        return any(len(side) < OPTIONS for side in self.have.values())

    def gains(self, number: int) -> bool:
        """Whether this slip adds a wrong answer to a side that is short of them."""
        answer = self.found[number]
        side = self.have[answer < self.key]
        return answer != self.key and possible(answer, self.answer) and answer not in side and len(side) < OPTIONS

    def take(self, number: int) -> None:
        answer = self.found[number]
        if answer != self.key and possible(answer, self.answer):
            self.have[answer < self.key].add(answer)


def _told_apart(problem: Problem) -> tuple[Slip, ...]:
    """The slips that change an answer that is an expression, each to another; those in words as they are."""
    if problem.answer.kind != "expression":
        return problem.slips
    right = fingerprint(opened(problem.lines, problem.answer.symbol), problem)
    found = {fingerprint(slipped(problem, each), problem): each for each in reversed(problem.slips)}
    return tuple(each for each in problem.slips if found.get(right) is not each and each in found.values())


def fingerprint(expression: Expr, problem: Problem) -> tuple[float, ...]:
    """The expression's values at the points of its problem: equal expressions, however written, have the same."""
    names = {sym.name for sym in expression.written}
    drawn = [{name: Random(f"{name}/{point}").uniform(-1, 1) for name in names} for point in range(3)]
    return tuple(round(value_of(expression, at), 9) for at in points(problem.letters) or drawn)


def slipped(problem: Problem, slip: Slip) -> Expr:
    """The expression that a slip leads to."""
    wrong = {line.symbol: line for line in faulty(problem.lines, slip.instead)}
    lines = [wrong.get(line.symbol, line) for line in problem.lines]
    return opened(lines, problem.answer.symbol)
