"""How many questions a family has: counted where that is possible, estimated and said to be so where not."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from generator.blueprint import Blueprint, compile_structure
from generator.derivation import Problem
from generator.family import Family, families
from generator.forms import FORMS, Form
from generator.question import drawn, maker
from generator.row import layout
from generator.space import Space, walk

COUNTED = 10_000  # spaces up to this size are counted one by one
TRIED = 1_000
IN_FORM = 1_000, 100  # the same where every draw is made into a question, in every form: that takes its time


@dataclass(frozen=True)
class Entry:
    """A family as `netdrill list` shows it."""

    id: str
    topic: str
    structures: int
    questions: int
    exact: bool
    forms: tuple[str, ...]
    asks: str


def census() -> list[Entry]:
    return [entry(family) for family in families().values()]


def entry(family: Family) -> Entry:
    problems = [(structure, problem) for structure in family.structures() if (problem := family.problem(structure))]
    counts = [questions(problem) for _, problem in problems]
    total, exact = _added(counts)
    missing = dict(FORMS)
    for structure, problem in problems:
        if not missing:
            break
        blueprint = compile_structure(family, structure, problem)
        if blueprint:
            missing = {name: form for name, form in missing.items() if not form.asks(blueprint)}
    return Entry(
        id=family.id,
        topic=family.topic,
        structures=len(problems),
        questions=total,
        exact=exact,
        forms=tuple(name for name in FORMS if name not in missing),
        asks=family.asks,
    )


def forms_of(family: Family) -> dict[str, tuple[int, bool]]:
    """By form how many different questions the family has, and whether they were counted; no form it does not take."""
    found: dict[str, list[tuple[int, bool]]] = {name: [] for name in FORMS}
    for structure in family.structures():
        blueprint = compile_structure(family, structure)
        for name, form in FORMS.items() if blueprint else ():
            if blueprint and form.asks(blueprint):
                found[name].append(in_form(blueprint, form))
    return {name: _added(counts) for name, counts in found.items() if counts}


def _added(counts: list[tuple[int, bool]]) -> tuple[int, bool]:
    total, exact = sum(count for count, _ in counts), all(exact for _, exact in counts)
    return total if exact else _two_digits(total), exact


def in_form(blueprint: Blueprint, form: Form) -> tuple[int, bool]:
    """How many questions a structure makes, counted, or draws × variants by the share that makes one in a sample."""
    sheet, space = form.sheet(blueprint), drawn(blueprint, form)
    if sheet is None:
        return 0, True
    make, read, step = maker(sheet, form), space.reader(), walk(space.size, f"census/{form.id}")
    most, tried = IN_FORM
    tried = space.size if space.size <= most else tried
    made = sum(make(read(step(index))) is not None for index in range(tried))
    return space.size * made // tried, tried == space.size


def questions(problem: Problem) -> tuple[int, bool]:
    """How many draws the conditions leave, and whether that was counted."""
    axes = tuple(axis for sym, axis in problem.numbers.items() for _ in sym.parts)
    size = prod(axis.size for axis in axes)
    if not problem.where:
        return size, True
    space = Space(axes)
    read, compute = space.reader(), layout(problem, (), ()).compute
    if size <= COUNTED:
        return sum(1 for index in range(size) if compute(read(index)) is not None), True
    step = walk(size, "census")
    kept = sum(1 for index in range(TRIED) if compute(read(step(index))) is not None)
    return size * kept // TRIED, False


def _two_digits(count: int) -> int:
    """An estimate does not pretend to more than two digits."""
    scale: int = 10 ** max(len(str(count)) - 2, 0)
    return count // scale * scale
