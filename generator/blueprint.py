"""Compile a structure: prove the problem, lay out its row, choose the slips that serve as wrong options.

Done once per structure; what comes out is frozen and knows no drawn number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator.algebra import Meaning, closed_form
from generator.derivation import Line, Problem, Slip, tidy
from generator.distractors import OPTIONS, sides, useful
from generator.family import Family, Structure, word
from generator.notation import Call, Expr, Sym, children, replace
from generator.proof import verify
from generator.row import Layout, layout
from generator.running import Steps, running
from generator.sample import flattened, named, sample
from generator.space import Space


@dataclass(frozen=True)
class Blueprint:
    """One structure of a family, compiled: the proven problem, its row, its slips (single ones first, then pairs)."""

    family: Family
    structure: Structure
    problem: Problem
    slips: tuple[Slip, ...]
    singles: int  # so many of the slips are single ones
    chains: tuple[tuple[Line, tuple[Expr, ...]], ...]  # running lines
    steps: tuple[tuple[Expr, Sym], ...]  # intermediate steps of the running lines, and what holds each
    closed: Expr | None
    layout: Layout

    @cached_property
    def space(self) -> Space:
        return Space(tuple(axis for sym, axis in self.problem.numbers.items() for _ in sym.parts))

    @cached_property
    def whole(self) -> Layout:
        """The row with every line of each single slip's working."""
        singles = self.slips[: self.singles]
        return layout(self.problem, singles, self.steps, tell_apart=self.singles, whole=True)

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
        below, above = sides(self.layout, self.problem, row)
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
                found.extend(flattened(numbers[sym.name]) if sym.shape else [numbers[sym.name]])
            else:
                found.extend(numbers[part.name] for part in sym.parts)
        return tuple(found)


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
        worked = [(line, tuple(running(line, problem.lines, steps))) for line in problem.lines if line.result]
        chains = [(line, chain) for line, chain in worked if len(chain) > 1]
    laid = layout(problem, problem.slips, steps.found.items())
    slips, singles = useful(problem, laid)
    if slips != problem.slips or "tolerance" in laid.index:
        laid = layout(problem, slips, steps.found.items(), tell_apart=singles)
    return Blueprint(
        family=family,
        structure=structure,
        problem=problem,
        slips=slips,
        singles=singles,
        chains=tuple(chains),
        steps=tuple(steps.found.items()),
        closed=_closed(problem, meaning),
        layout=laid,
    )


def _closed(problem: Problem, meaning: Meaning | None) -> Expr | None:
    """The closed form of a count: a polynomial in the drawn numbers, shown where it says more than the last line.

    Of several layers it is their total, each layer's count in closed form.
    """
    if meaning is None or problem.answer.kind != "integer" or not isinstance(problem.answer.of, Sym):
        return None
    if any(sym in problem.given for line in problem.lines for sym in line.expression.written):
        return None  # asked backwards
    if any(_calls(line.expression) for line in problem.lines):
        return None
    known = [part for sym in problem.numbers for part in sym.parts]
    last = next(line for line in problem.lines if line.symbol == problem.answer.of)
    counts = [line.symbol for line in problem.lines if line.result and line.symbol in last.expression.written]
    if not counts:
        return closed_form(meaning, last.symbol, known)
    return replace(last.expression, {count: closed_form(meaning, count, known) for count in counts})


def _calls(expression: Expr) -> bool:
    return isinstance(expression, Call) or any(map(_calls, children(expression)))
