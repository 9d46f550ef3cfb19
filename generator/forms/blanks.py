"""Several answers to one question: what is asked for, what slips make of it, and how errors are carried forward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from generator.algebra import opened
from generator.derivation import Line
from generator.forms.base import Picked, Picker
from generator.forms.wrong import Values, half_a_place, kind, places, read, sound, spoiled
from generator.notation import Expr, Num, Sym, replace
from generator.reading import data
from generator.sheet import Sheet
from generator.task import SLIPS, Blank, Typed


@dataclass(frozen=True)
class Wanted:
    """A blank: what stands before it, and the quantity, or the sides of the shape, that belongs in it."""

    label: str
    of: tuple[Expr, ...]
    kind: str
    line: Line | None = None
    part: str = ""
    share: float = 0  # of the question's points; 0 where all blanks count alike


def line_wanted(line: Line, part: str = "", share: float = 0) -> Wanted:
    return Wanted(f"{line.title}: ${line.symbol.latex}$", (line.symbol,), kind(line), line, part, share)


def filled(sheet: Sheet, wanted: Sequence[Wanted]) -> tuple[Blank, ...]:
    texts = {line.symbol: text for line, text in zip(sheet.problem.lines, sheet.lines, strict=True)}
    asked = {each.line.symbol for each in wanted if each.line}
    found = []
    for each, rules in zip(wanted, _rules(sheet, wanted), strict=True):
        json = [_json(sheet, part) for part in each.of]
        line = each.line
        found.append(
            Blank(
                label=each.label,
                value=f"${texts[line.symbol].math if line else sheet.shape(each.of, sheet.leaf)}$",
                json=json if each.kind == "shape" else json[0],
                kind=each.kind,
                tolerance=half_a_place(line) if line else 0,
                follow=_follow(sheet, line, asked) if line else "",
                names=tuple(name for part in each.of for name in _names(part)),
                rules=rules,
                part=each.part,
                share=each.share,
            )
        )
    return tuple(found)


def _names(part: Expr) -> list[str]:
    """What the numbers of a blank are called, an array's each by itself; a fixed number has no name."""
    return [entry.name for entry in part.parts] if isinstance(part, Sym) else [""]


def _json(sheet: Sheet, part: Expr) -> Any:
    if isinstance(part, Num):
        return part.value
    if not isinstance(part, Sym):
        raise TypeError("a blank is for a quantity that has a line, or for a number")
    return sheet.json(part)


def _follow(sheet: Sheet, line: Line, asked: set[Sym]) -> str:
    """How a line comes from other blanks, if it does; what nobody fills in is put in."""
    due = opened([each for each in sheet.problem.lines if each.symbol not in asked], line.expression)
    known = {part for symbol in asked for part in (symbol, *symbol.parts)}
    return f"{line.symbol.latex} = {sheet.latex(due)}" if not known.isdisjoint(due.written) else ""


def _rules(sheet: Sheet, wanted: Sequence[Wanted]) -> Iterator[tuple[Any, ...]]:
    """For each blank what its numbers come to by those of the blanks above; nothing if they do not depend on them.

    A rule is for numbers: it may rest on the entries of an array, but not on an array as a whole.
    """
    lines = {line.symbol: line for line in sheet.problem.lines}
    above: set[Sym] = set()
    for each in wanted:
        due = [_due(part, above, lines) for part in each.of]
        written = {sym for expr in due for sym in expr.written}
        carries = not above.isdisjoint(written) and not any(sym.shape for sym in (*each.of, *written))
        yield tuple(data(expr, partial(_told, sheet, frozenset(above))) for expr in due) if carries else ()
        above |= {entry for part in each.of if isinstance(part, Sym) for entry in part.parts}


def _due(part: Expr, above: set[Sym], lines: Mapping[Sym, Line]) -> Expr:
    """A number by the blanks above it: exact lines between them are put in, others stay as they are."""
    if not isinstance(part, Sym) or part in above or part not in lines:
        return part
    exact = {sym for sym in lines if lines[sym].places is None and not lines[sym].kind and not sym.shape}
    uses = lines[part].expression
    return replace(uses, {sym: _due(sym, above, lines) for sym in uses.written if sym in exact or sym in above})


def _told(sheet: Sheet, above: frozenset[Sym], sym: Sym) -> Any:
    """A blank above by its name, anything else by its value."""
    return sym.name if sym in above else sheet.json(sym)


def carried(blanks: Sequence[Blank]) -> tuple[str, ...]:
    """What the key says of errors carried forward."""
    if not any(blank.rules or blank.follow for blank in blanks):
        return ()
    follows = ", ".join(f"${blank.follow}$" for blank in blanks if blank.follow)
    told = "Error carried forward: a later answer is right if it follows from the student's own"
    return (f"{told}: {follows}." if follows else f"{told}.",)


def slips(sheet: Sheet, wanted: Sequence[Wanted]) -> tuple[Typed, ...]:
    """What all blanks come to in the working with each slip."""
    return tuple(
        Typed(each.key, _wrong(sheet, wanted, each.number), each.words, each.feedback, each.slip.credit)
        for each in sheet.slips
    )


def _wrong(sheet: Sheet, wanted: Sequence[Wanted], number: int) -> list[Any]:
    found = []
    for each in wanted:
        json = [_json(sheet, _double(sheet, number, part)) for part in each.of]
        found.append(json if each.kind == "shape" else json[0])
    return found


def _double(sheet: Sheet, number: int, part: Expr) -> Expr:
    if not isinstance(part, Sym):
        return part
    wrong = sheet.mistakes[number].double(part)
    return wrong if wrong.parts[0].name in sheet.laid.index else part


def picker(sheet: Sheet, wanted: Sequence[Wanted]) -> Picker:
    """Lists the slips that make another answer than the key's and each other's."""
    symbols = [part for each in wanted for part in each.of if isinstance(part, Sym)]
    right = tuple(place for symbol in symbols for place in places(sheet.laid, symbol))
    wrong = [
        tuple(place for symbol in symbols for place in spoiled(sheet.laid, each.number, symbol)) for each in sheet.slips
    ]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        key = read(values, right)
        if not sound(key):
            return None
        told: dict[tuple[object, ...], int] = {}
        for number, where in enumerate(wrong):
            value = read(values, where)
            if value != key and all(each == each for each in value):
                told.setdefault(value, number)
        return {SLIPS: tuple(told.values())}, 0

    return pick
