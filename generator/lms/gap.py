"""Gaps: what is typed into a question, number by number, with the known wrong answers to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any

from generator.holes import BARE, Key
from generator.sheet import Sheet
from generator.task import Blank, Task, Typed

EXACT, ROUNDED = "0", "0.5"  # how far off a typed number may be
LISTED = 100  # texts of a gap that count as right, at most
SPELT = ("letter", "word")  # kinds of values that are letters
NUMBERS = ("integer", "decimal", "vector", "matrix", "shape", "shapes", "list", "letters")


@dataclass(frozen=True)
class Wrong:
    """A known wrong answer: as it is typed, how far off it may be, and what it is answered."""

    value: str
    tolerance: str
    feedback: str
    credit: float

    @property
    def exact(self) -> Wrong:
        return replace(self, tolerance=EXACT) if self.tolerance else self


@dataclass(frozen=True)
class Gap:
    """One number, or one letter, to type.

    ``tolerance`` is empty for a letter. ``wrong`` has a place for every slip of the task, None where the slip has no
    value for this gap, and then all of them once more without any tolerance; ``block`` names the block that chooses
    among them. ``weight`` is the gap's share, in whole numbers.
    """

    value: str
    tolerance: str
    right: str
    wrong: tuple[Wrong | None, ...]
    block: str
    letter: bool
    weight: int


@dataclass(frozen=True)
class Line:
    """A label and the gaps behind it, in rows: a matrix has several. ``heading`` opens a part of the question."""

    label: str
    kind: str
    rows: tuple[tuple[Gap, ...], ...]
    heading: str = ""


@dataclass(frozen=True)
class _Wanted:
    """A line before its gaps are made: its numbers as a record has them."""

    label: str
    kind: str
    rows: list[list[Any]]
    tolerance: str
    heading: str = ""
    weight: int = 1


def typed_lines(sheet: Sheet, task: Task, right: str) -> tuple[Line, ...]:
    """The gaps of an answer that is typed; none if it is not made of numbers or letters."""
    values = flat(task.value)
    if task.kind not in NUMBERS or not values or not all(map(_Typing(sheet).takes, values)):
        return ()
    tolerance = task.tolerance.strip(BARE) if isinstance(task.tolerance, str) else number(task.tolerance)
    return _lines(sheet, task.slips, [_Wanted(*each, tolerance) for each in _laid(sheet, task)], right)


def _laid(sheet: Sheet, task: Task) -> list[tuple[str, str, list[list[Any]]]]:
    """Label, kind and rows of numbers of every line."""
    if task.kind == "matrix":
        return [("", "matrix", task.value)]
    if task.kind == "letters" or (task.kind in ("shapes", "list") and isinstance(task.value[0], list)):
        kind = "letter" if task.kind == "letters" else "shape"
        return [(name, kind, [flat(part)]) for name, part in zip(sheet.shape_names, task.value, strict=True)]
    return [("", task.kind, [flat(task.value)])]


def blank_lines(sheet: Sheet, task: Task) -> tuple[Line, ...]:
    """The gaps of several blanks, weighted by the share of the points that each blank has."""
    wanted, part = [], ""
    for blank, weight in zip(task.blanks, _weights(task.blanks), strict=True):
        rows = blank.json if blank.kind == "matrix" else [flat(blank.json)]
        heading = task.part(blank.part) if blank.part != part else ""
        wanted.append(_Wanted(blank.label, blank.kind, rows, number(blank.tolerance), heading, weight))
        part = blank.part
    return _lines(sheet, task.slips, wanted, "Right.")


def _weights(blanks: Sequence[Blank]) -> list[int]:
    """Whole weights of a gap of each blank, in proportion to the blank's share of the points."""
    shares = [Fraction(blank.share or 1).limit_denominator(1000) / len(flat(blank.json)) for blank in blanks]
    scale = lcm(*(share.denominator for share in shares))
    whole = [int(share * scale) for share in shares]
    return [weight // gcd(*whole) for weight in whole]


def _lines(sheet: Sheet, slips: Sequence[Typed], wanted: Sequence[_Wanted], right: str) -> tuple[Line, ...]:
    typing = _Typing(sheet)
    count = sum(len(row) for each in wanted for row in each.rows)
    wrong = [_values(typing, each, count) for each in slips]
    place, lines = 0, []
    for each in wanted:
        rows = []
        for row in each.rows:
            gaps = []
            for value in row:
                told = tuple(
                    None if values is None else typing.wrong(values[place], each.tolerance, slip)
                    for values, slip in zip(wrong, slips, strict=True)
                )
                letter = typing.kind(value) in SPELT
                off = "" if letter else each.tolerance
                wrongs = (*told, *(wrong and wrong.exact for wrong in told))
                gaps.append(Gap(typing.text(value), off, right, wrongs, f"gap{place}", letter, each.weight))
                place += 1
            rows.append(tuple(gaps))
        lines.append(Line(each.label, each.kind, tuple(rows), each.heading))
    return tuple(lines)


def _values(typing: _Typing, slip: Typed, count: int) -> list[Any] | None:
    """What a slip makes of every gap; None if that is something else than so many numbers."""
    values = flat(slip.json)
    return values if len(values) == count and all(map(typing.takes, values)) else None


class _Typing:
    """How the numbers of a sheet's record are typed: each is a number, or a hole that loses its quotes."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @cached_property
    def known(self) -> dict[str, Key]:
        return {char: key for key, char in self.sheet.slots.found.items()}

    def kind(self, value: Any) -> str:
        """The kind of the hole; empty if it is none."""
        return self.known[value.strip(BARE)][2] if isinstance(value, str) and value.strip(BARE) in self.known else ""

    def takes(self, value: Any) -> bool:
        kind = self.kind(value)
        return isinstance(value, int | float) or kind in ("integer", "number", *SPELT) or kind[:7] == "decimal"

    def text(self, value: Any) -> str:
        if not isinstance(value, str):
            return number(value)
        index, _, kind = self.known[value.strip(BARE)]
        return self.sheet.slots.hole(index, "text", kind) if kind in SPELT else value.strip(BARE)

    def wrong(self, value: Any, tolerance: str, slip: Typed) -> Wrong:
        """Where a slip breaks a count, what a student rounds it to is known as well."""
        off = "" if self.kind(value) in SPELT else ROUNDED if tolerance == EXACT else tolerance
        return Wrong(self.text(value), off, slip.feedback, slip.credit)


def flat(value: Any) -> list[Any]:
    """All numbers of a nested list, or the one number."""
    return [each for part in value for each in flat(part)] if isinstance(value, list | tuple) else [value]


def number(value: float) -> str:
    """A number as it is typed, without an exponent."""
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def accepted(value: str, tolerance: str) -> list[str]:
    """Every text of a number that counts as right, the key first: the values within the tolerance, in steps of its
    last place or the key's. A letter is itself."""
    if not tolerance:
        return [value]
    key, off = Decimal(value), Decimal(tolerance)
    places = max(-int(key.as_tuple().exponent), -off.adjusted() if off else 0, 0)
    step = Decimal(1).scaleb(-places)
    around = min(int(off / step), LISTED // 8)
    values = [key, *(key + sign * step * count for count in range(1, around + 1) for sign in (1, -1))]
    forms = (str, lambda each: f"{each:.{places}f}", lambda each: f"{each.normalize():f}", lambda each: f"{each:,f}")
    return list(dict.fromkeys(form(each) for each in values for form in forms))[:LISTED]
