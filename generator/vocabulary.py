"""The letters in which an answer that is an expression may be written: those of the stem, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.algebra import opened
from generator.derivation import Line, Problem
from generator.distractors import slipped
from generator.notation import Call, Expr, Pow, Sym, children
from generator.reading import plain


def vocabulary(problem: Problem, above: Iterable[Line] = ()) -> dict[str, Any]:
    """What a typed expression is read and compared by, as data.

    ``names``: every letter that the key, a slip or a definition is written in, with its LaTeX. ``opens``: what letters
    stand for, in plain text, each before those that it is defined by. ``whole``: the letters that are counts.
    ``above``: lines that the question shows; an answer may use their names.
    """
    shown = tuple(above)
    opens: dict[Sym, Expr] = {line.symbol: line.expression for line in reversed(shown)} | dict(problem.opens)
    symbol = problem.answer.symbol
    told = [opened(problem.lines, symbol), *(slipped(problem, each) for each in problem.slips), *opens.values()]
    within = [opened(problem.lines, line.symbol) for line in problem.lines]  # letters may cancel on the way
    names = {sym.name: sym.latex for expr in (*told, *opens, *within) for sym in expr.written}
    return {
        "names": names,
        "opens": {sym.name: plain(expr) for sym, expr in opens.items() if sym.name in names},
        "whole": [name for name in names if name in set(_counts(told))],
    }


def _counts(told: Iterable[Expr]) -> Iterator[str]:
    """The names within exponents, floors and ceilings: they count something."""
    for expr in told:
        match expr:
            case Pow(_, exponent):
                yield from (sym.name for sym in exponent.written)
            case Call(function) if function.name in ("floor", "ceil"):
                yield from (sym.name for sym in expr.written)
        yield from _counts(children(expr))
