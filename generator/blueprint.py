"""Compile a structure: prove the problem, lay out its row, choose the slips that serve as wrong options.

Done once per structure; what comes out is frozen and knows no drawn number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from generator.algebra import Meaning, agree, closed_form, define, fold, prove, symbol, to_sympy
from generator.derivation import Derivative, Line, Problem, Slip, faulty, pairs, tidy
from generator.errors import ProofError
from generator.family import Family, Structure, word
from generator.functions import NAMESPACE
from generator.notation import Call, Expr, Sym, children, python, replace, symbols
from generator.row import Layout, layout
from generator.running import Steps, running
from generator.space import Space, walk

SAMPLES = 32  # draws that a structure is tried on
OPTIONS = 4


@dataclass(frozen=True)
class Blueprint:
    """One structure of a family, compiled: the proven problem, its row, its slips (single ones first, then pairs)."""

    family: Family
    structure: Structure
    problem: Problem
    slips: tuple[Slip, ...]
    singles: int  # so many of the slips are single ones
    chains: tuple[tuple[Line, tuple[Expr, ...]], ...]  # running lines
    closed: Expr | None
    layout: Layout

    @cached_property
    def space(self) -> Space:
        return Space(tuple(axis for sym, axis in self.problem.numbers.items() for _ in sym.parts))

    @cached_property
    def exact(self) -> Layout:
        """The row without rounding: what a computer would get."""
        return layout(self.problem, (), (), exact=True)

    @cached_property
    def key(self) -> str:
        """The structure as the identity of a question writes it."""
        return structure_key(self.structure)

    @property
    def drawn(self) -> int:
        """How many scalars are drawn."""
        return sum(len(sym.parts) for sym in self.problem.numbers)

    @property
    def ordered(self) -> bool:
        return self.problem.answer.ordered

    @cached_property
    def choices(self) -> bool:
        """Whether a multiple-choice question can be made: enough wrong options, on both sides where there are sides."""
        if self.problem.answer.static:
            return len(self.slips) >= OPTIONS - 1
        rows = sample(self.problem, self.layout, "choices")
        return bool(rows) and sum(self._offers(row) for row in rows) * 2 > len(rows)

    def _offers(self, row: Sequence[object]) -> bool:
        below, above = sides(self.layout, self.problem, row, len(self.slips))
        need = OPTIONS - 1
        return min(below, above) >= need if self.ordered else below + above >= need

    def values(self, numbers: dict[str, Any]) -> dict[str, Any]:
        """Every quantity by name, for numbers given by name (arrays as nested lists or by entry). None if refused."""
        row = self.layout.compute(self.flat(numbers))
        return named(self.layout, row) if row is not None else {}

    def flat(self, numbers: dict[str, Any]) -> tuple[Any, ...]:
        """Numbers by name as the row's function takes them."""
        found: list[Any] = []
        for sym in self.problem.numbers:
            if sym.name in numbers:
                found.extend(_flatten(numbers[sym.name]) if sym.shape else [numbers[sym.name]])
            else:
                found.extend(numbers[part.name] for part in sym.parts)
        return tuple(found)


def _flatten(value: Any) -> list[Any]:
    return [leaf for each in value for leaf in _flatten(each)] if isinstance(value, list | tuple) else [value]


def named(laid: Layout, row: Sequence[object]) -> dict[str, Any]:
    return dict(zip(list(laid.index)[-len(row) :], row, strict=True))


def structure_key(structure: Structure) -> str:
    return json.dumps({name: word(value) for name, value in structure.items()}, sort_keys=True, ensure_ascii=False)


def compile_structure(family: Family, structure: Structure, problem: Problem | None = None) -> Blueprint | None:
    """The blueprint of a structure, or None where the family has none.

    Raises ProofError if the lines do not come to the answer.
    """
    found = problem or family.problem(structure)
    if found is None:
        return None
    problem = tidy(found)
    meaning = verify(problem, family.id)
    steps = Steps()
    chains: list[tuple[Line, tuple[Expr, ...]]] = []
    if not problem.answer.static and not any(line.kind for line in problem.lines):
        chains = [(line, tuple(running(line, problem.lines, steps))) for line in problem.lines if line.result]
    slips, singles = _useful(problem, meaning)
    return Blueprint(
        family=family,
        structure=structure,
        problem=problem,
        slips=slips,
        singles=singles,
        chains=tuple(chains),
        closed=_closed(problem, meaning),
        layout=layout(problem, slips, [(e, s) for e, s in steps.found.items()], tell_apart=singles),
    )


# --- proof ---------------------------------------------------------------------------------------------------------


def verify(problem: Problem, what: str) -> Meaning | None:
    """Prove what is claimed and run the check on sampled draws; returns the folded lines where there is algebra."""
    meaning: Meaning | None = None
    whole = not problem.answer.static
    if problem.proves:
        meaning = fold(problem.lines, problem.given, whole)
        for claimed, target in problem.proves.items():
            if isinstance(target, Derivative):
                agree(what, *derived(problem, meaning, claimed, target))
            else:
                prove(what, meaning[claimed.name], to_sympy(target, dict(meaning_of_numbers(problem)), whole))
    if problem.check:
        _checked(problem, what)
    return meaning


def meaning_of_numbers(problem: Problem) -> Meaning:
    return {part.name: symbol(part, True) for sym in problem.numbers for part in sym.parts}


def derived(problem: Problem, meaning: Meaning, claimed: Sym, target: Derivative) -> tuple[Any, Any]:
    """The line and sympy's derivative of the whole, with every opened symbol replaced by what it stands for."""
    import sympy

    opened: Meaning = {}
    for sym, expression in reversed(list(problem.opens.items())):  # the innermost definition comes last
        define(sym, expression, opened, whole=False)
    replaced = {symbol(sym, False): opened[sym.name] for sym in problem.opens}
    by = to_sympy(target.by, {}, whole=False)
    right = sympy.diff(to_sympy(target.of, dict(opened), whole=False), by)
    return meaning[claimed.name].subs(replaced), right


def _checked(problem: Problem, what: str) -> None:
    laid = layout(problem, (), ())
    rows = sample(problem, laid, what)
    if not rows:
        raise ProofError(f"{what}: no draw satisfies the conditions")
    for row in rows[:8]:
        values = named(laid, row)
        expected = _flatten(problem.check(values)) if problem.check else []
        tolerance = values.get("tolerance", 0)
        got = _flatten(
            [values[name.name] if isinstance(name, Sym) else _number(name, values) for name in problem.answer.parts]
        )
        if not _same(got, expected, tolerance):
            raise ProofError(f"{what}: the lines come to {got}, the second way to {expected}")


def _number(expression: Expr, values: dict[str, Any]) -> Any:
    (sym,) = symbols(expression)
    return values[sym.name]


def _same(got: list[Any], expected: list[Any], tolerance: float) -> bool:
    if len(got) != len(expected):
        return False
    return all(a == b or (tolerance and abs(a - b) <= tolerance) for a, b in zip(got, expected, strict=True))


def _closed(problem: Problem, meaning: Meaning | None) -> Expr | None:
    """The closed form of a count: a polynomial in the drawn numbers, shown where it says more than the last line."""
    if meaning is None or problem.answer.kind != "integer" or problem.given or not isinstance(problem.answer.of, Sym):
        return None
    if any(_calls(line.expression) for line in problem.lines):
        return None
    results = [line.symbol for line in problem.lines if line.result]
    known = [part for sym in problem.numbers for part in sym.parts]
    return closed_form(meaning, results, known)


def _calls(expression: Expr) -> bool:
    return isinstance(expression, Call) or any(map(_calls, children(expression)))


# --- slips ---------------------------------------------------------------------------------------------------------


def sample(problem: Problem, laid: Layout, seed: str) -> list[tuple[object, ...]]:
    """Rows of accepted draws, the same ones every time."""
    space = Space(tuple(axis for sym, axis in problem.numbers.items() for _ in sym.parts))
    read, step = space.reader(), walk(space.size, f"sample/{seed}")
    rows = []
    for place in range(min(space.size, SAMPLES * 16)):
        row = laid.compute(read(step(place)))
        if row is not None:
            rows.append(row)
            if len(rows) == SAMPLES:
                break
    return rows


def answers(
    laid: Layout, problem: Problem, row: Sequence[object], slips: int
) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """The key and the answer of each slip, as tuples of their parts."""
    shift = len(laid.kinds) - len(row)
    values = named(laid, row)
    key = tuple(values[p.name] if isinstance(p, Sym) else _number(p, values) for p in problem.answer.parts)
    return key, [tuple(row[place - shift] for place in laid.slips[n]) for n in range(slips)]


def sides(laid: Layout, problem: Problem, row: Sequence[object], slips: int) -> tuple[int, int]:
    """How many different wrong answers lie below the key and above it (or, without an order, differ from it)."""
    key, found = answers(laid, problem, row, slips)
    wrong = {each for each in found if each != key and possible(each)}
    below = sum(1 for each in wrong if each < key)
    return below, len(wrong) - below


def possible(parts: tuple[Any, ...]) -> bool:
    """Whether an answer could be believed: whole counts and sides are at least one, and nothing is nan."""
    return all(part == part and not (isinstance(part, int) and part < 1) for part in parts)


def _useful(problem: Problem, meaning: Meaning | None) -> tuple[tuple[Slip, ...], int]:
    """The slips that bite somewhere, and as many pairs of them as the sides of the key need."""
    if problem.answer.static:
        singles = [each for each in problem.slips if each.text or _differs(problem, each)]
        return tuple(singles), len(singles)
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
        return found[number] != key and possible(found[number])
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
        return answer != self.key and possible(answer) and answer not in side and len(side) < OPTIONS

    def take(self, number: int) -> None:
        answer = self.found[number]
        if answer != self.key and possible(answer):
            self.have[answer < self.key].add(answer)


def _differs(problem: Problem, slip: Slip) -> bool:
    """Whether a slip changes the value of an answer that is an expression."""
    right = opened(problem.lines, problem.answer.symbol)
    wrong = slipped(problem, slip)
    return fingerprint(right) != fingerprint(wrong)


def fingerprint(expression: Expr) -> tuple[float, ...]:
    """The expression's values at three points: equal expressions, however written, have the same."""
    names = sorted({sym.name for sym in symbols(expression)})
    points = [{name: Random(f"{name}/{point}").uniform(-1, 1) for name in names} for point in range(3)]
    code = compile(python(expression), "expression", "eval")
    return tuple(
        round(eval(code, dict(NAMESPACE), point), 9) for point in points
    )  # our own source, printed from the tree


def slipped(problem: Problem, slip: Slip) -> Expr:
    """The expression that a slip leads to."""
    wrong = {line.symbol: line for line in faulty(problem.lines, slip.instead)}
    lines = [wrong.get(line.symbol, line) for line in problem.lines]
    return opened(lines, problem.answer.symbol)


def opened(lines: Sequence[Line], expression: Expr) -> Expr:
    """An expression with every line in it replaced by what the line says, down to the symbols of the stem."""
    meaning: dict[Sym, Expr] = {}
    for line in lines:
        meaning[line.symbol] = replace(line.expression, meaning)
    return replace(expression, meaning)
