"""What forms ask of the lines and slips of a sheet: which line a slip spoils first, where values stand in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.blueprint import Blueprint
from generator.derivation import Line, Slip
from generator.notation import Num, Sym
from generator.row import RESERVED, Layout, double

Values = Sequence[Any]
Places = tuple[int, ...]


def worked(blueprint: Blueprint) -> list[int]:
    """The places of the lines in which something is worked out: not a mere number, another name, or words."""
    lines = blueprint.problem.lines
    return [place for place, line in enumerate(lines) if not (isinstance(line.expression, Sym | Num) or line.kind)]


def first_line(blueprint: Blueprint, slip: Slip) -> int:
    """The place of the first line that a slip replaces."""
    order = [line.symbol for line in blueprint.problem.lines]
    return min(map(order.index, slip.instead))


def places(laid: Layout, symbol: Sym) -> Places:
    """Where a quantity's parts stand among the values of a row."""
    return tuple(laid.place(part) - len(RESERVED) for part in symbol.parts)


def given(blueprint: Blueprint, laid: Layout) -> Places:
    """Where the numbers that the stem tells stand."""
    problem = blueprint.problem
    return tuple(place for symbol in (*problem.numbers, *problem.given) for place in places(laid, symbol))


def spoiled(laid: Layout, number: int, symbol: Sym) -> Places:
    """Where a line's values stand in the working with that slip: where ever they do, if it does not reach the line."""
    wrong = double(number, symbol)
    return places(laid, wrong if wrong.parts[0].name in laid.index else symbol)


def read(values: Values, where: Places) -> tuple[Any, ...]:
    return tuple([values[place] for place in where])


def alike(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether values are as long, digits and sign, so that neither stands out."""
    return all(length(a) == length(b) for a, b in zip(one, other, strict=True))


def lengths(values: Sequence[Any], key: Any) -> tuple[int, ...]:
    """How long values are beside the key: -1 for a shorter one, 0 for one as long, 1 for a longer one."""
    own = length(key)
    found = [length(value) for value in values]
    return tuple([(each > own) - (each < own) for each in found])


def length(value: Any) -> int:
    """How long a value is as it is written, without its decimals."""
    if isinstance(value, tuple):
        return sum(map(length, value))
    return len(value) if isinstance(value, str) else len(str(abs(int(value)))) + (value < 0)


def sound(told: tuple[Any, ...]) -> bool:
    """Whether every value can be written out: a letter, or a number that is not nan and of not too many places."""
    return all(each == each and (isinstance(each, int | str) or round(each, 6) == each) for each in told)


def half_a_place(line: Line) -> float:
    """How far a value of the line may be off, worked from the values shown: half of its last place."""
    return 0 if line.places is None else 5 / 10 ** (line.places + 1)


def kind(line: Line) -> str:
    """The kind of answer that a line's value is."""
    if line.symbol.shape:
        return "vector" if len(line.symbol.shape) == 1 else "matrix"
    return "integer" if line.places is None else "decimal"
