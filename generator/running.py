"""The running line of handwritten notes: all numbers put in at once, then worked out one level at a time.

4·(64·32 + 32·32 + 32) = 4·(2048 + 1024 + 32) = 4·3104 = 12416, with the terms labelled underneath in the first step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.derivation import Line
from generator.functions import ceil, floor
from generator.notation import Call, Div, Expr, Labelled, Neg, Num, Sym, children, named_already, rebuild, spoken


@dataclass(frozen=True)
class Inlined(Expr):
    """A line's expression in the place of its symbol."""

    symbol: Sym
    inner: Expr
    leaf: bool  # no other line inside: its term gets a label
    label: str


@dataclass
class Steps:
    """Values of intermediate results that no line names, collected for the row."""

    found: dict[Expr, Sym] = field(default_factory=dict)

    def name(self, expr: Expr) -> Sym:
        if expr not in self.found:
            self.found[expr] = Sym(f"step_{len(self.found) + 1}")
        return self.found[expr]


def running(line: Line, lines: Sequence[Line], steps: Steps) -> list[Expr]:
    """The right-hand sides of the running line, first substituted, last the value; leaves are symbols to be filled."""
    if line.symbol.shape:
        return [line.symbol] if named_already(line.expression) else [line.expression, line.symbol]
    if spoken(line.expression):
        return [line.expression, line.symbol]
    before = lines[: list(lines).index(line)]
    above = {each.symbol: each for each in before if not (each.result or spoken(each.expression))}
    whole = _inline(line.expression, above)
    chain: list[Expr] = [_labelled(whole)]
    for level in range(1, depth(whole)):
        chain.append(_collapse(whole, level, steps))
    return [*chain, line.symbol]


def depth(expr: Expr) -> int:
    """How many levels of working lie in an expression; a sign is none."""
    match expr:
        case Num() | Sym():
            return 0
        case Neg(operand):
            return depth(operand)
        case Inlined():
            return depth(expr.inner)
        case Call(function, (Div(over, under),)) if function in (floor, ceil):
            return 1 + max(depth(over), depth(under))  # divided and rounded in one step
    return 1 + max(map(depth, children(expr)))


def _inline(expr: Expr, above: Mapping[Sym, Line]) -> Expr:
    if isinstance(expr, Sym):
        line = above.get(expr)
        if line is None:
            return expr
        inner = _inline(line.expression, above)
        return Inlined(expr, inner, not any(sym in above for sym in line.expression.written), line.term or line.label)
    parts = children(expr)
    return rebuild_raw(expr, [_inline(part, above) for part in parts]) if parts else expr


def rebuild_raw(expr: Expr, parts: list[Expr]) -> Expr:
    """`rebuild`, but sums inside sums stay apart: each is a level of its own."""
    return type(expr)(tuple(parts)) if hasattr(expr, "terms") or hasattr(expr, "factors") else rebuild(expr, parts)  # type: ignore[call-arg]


def _labelled(expr: Expr) -> Expr:
    """The first step: everything inlined, the terms labelled."""
    if isinstance(expr, Inlined):
        inner = _labelled(expr.inner)
        return Labelled(inner, expr.label) if expr.leaf else inner
    parts = children(expr)
    return rebuild_raw(expr, [_labelled(part) for part in parts]) if parts else expr


def _collapse(expr: Expr, level: int, steps: Steps) -> Expr:
    """What is at most ``level`` levels deep, replaced by its value."""
    if isinstance(expr, Neg):
        return Neg(_collapse(expr.operand, level, steps))
    if isinstance(expr, Inlined):
        return expr.symbol if depth(expr) <= level else _collapse(expr.inner, level, steps)
    parts = children(expr)
    if not parts:
        return expr
    if depth(expr) <= level:
        return steps.name(_named(expr))
    if isinstance(expr, Call) and expr.function in (floor, ceil) and isinstance(expr.arguments[0], Div):
        (share,) = expr.arguments
        return Call(expr.function, (rebuild(share, [_collapse(part, level, steps) for part in children(share)]),))
    return rebuild_raw(expr, [_collapse(part, level, steps) for part in parts])


def _named(expr: Expr) -> Expr:
    """The expression with inlined lines named again: their values are in the row already."""
    if isinstance(expr, Inlined):
        return expr.symbol
    parts = children(expr)
    return rebuild(expr, [_named(part) for part in parts]) if parts else expr
