"""Checking a typed expression: it is right in every form that is equal to the key.

Two expressions are equal if they have the same values at random points, each value with a bound on its rounding error;
a point where one of them is undefined, or too inexact, is passed over. Letters that stand for something (a state h_3
for tanh(w_x x_3 + w_h h_2)) get the value of what they stand for, so both ways to write it count. The points are always
the same, and the same as in the cards' script, `templates/anki/expression.js`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from generator.errors import ExpressionError
from generator.grammar import LOGARITHMS, Letters, read, table
from generator.notation import Add, Call, Div, Expr, Function, Mul, Neg, Num, Pow, Sym

Value = tuple[float, float]  # a number, and how far it may be off: 0 for exact whole numbers, and for nothing else
Point = Mapping[str, Value]

EPSILON = 2.0**-52
EXACT = 2.0**53  # whole numbers below it are exact
TOLERANCE = 1e-9  # relative; and how far a value may be off to count

# of a perfect square, or a power of 2, the root or logarithm is exact: ⌈log₂ n⌉ and ⌊log₂ n⌋ + 1 differ nowhere else
INVERSES: Mapping[str, Callable[[int], float]] = {
    "sqrt": lambda root: root * root,
    "log2": lambda power: math.pow(2, power),
    "log10": lambda power: math.pow(10, power),
}


@dataclass(frozen=True)
class Known:
    """An expression that a known slip leads to, the slip's key, and its words, which continue "You …"."""

    key: str
    words: str
    value: Expr


@dataclass(frozen=True)
class Verdict:
    """``state``: right, wrong, slip (wrong, and it is known how), unclear (it cannot be read) or empty.

    ``message`` is what an unclear answer is told, or the words of the slip; ``slip`` is its key.
    """

    state: str
    message: str = ""
    slip: str = ""


@dataclass(frozen=True)
class Asked:
    """A question whose answer is an expression: the key, the letters, what these stand for, and known wrong answers.

    ``opens`` names each letter before those that it is defined by; letters in ``whole`` are whole numbers.
    """

    value: Expr
    letters: Letters
    opens: tuple[tuple[str, Expr], ...] = ()
    whole: frozenset[str] = frozenset()
    slips: tuple[Known, ...] = ()

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Where expressions are compared: values of the letters, drawn by a generator that is the same everywhere."""
        random = _uniform()
        drawn = (self._point(place, random) for place in range(table()["points"]))
        return tuple(point for point in drawn if point)

    def _point(self, place: int, random: Iterator[float]) -> dict[str, Value]:
        """A point from one of the ranges, taken in turns; none if a letter is undefined there."""
        least, most, signed = _turn("ranges", place)
        counts = _turn("counts", place)
        point: dict[str, Value] = {}
        for name in self.letters.names:
            size, sign = next(random), next(random)
            if name in self.whole:
                point[name] = (float(counts[math.floor(size * len(counts))]), 0.0)
            else:
                value = least + (most - least) * size
                point[name] = (-value if signed and sign < 0.5 else value, EPSILON * value)
        for name, expr in reversed(self.opens):
            value_of = valued(expr, point)
            if value_of is None:
                return {}
            point[name] = value_of
        return point

    @cached_property
    def values(self) -> tuple[Value | None, ...]:
        """The key's value at every point."""
        return tuple(valued(self.value, point) for point in self.points)


def _turn(name: str, place: int) -> Any:
    """One of the ranges of real letters or the lists of counts, which take turns."""
    return table()[name][place % len(table()[name])]


def _uniform() -> Iterator[float]:
    """Numbers between 0 and 1: the multiplicative generator of Park and Miller, exact in floating point too."""
    state = 20
    while True:
        state = state * 48271 % 2147483647
        yield state / 2147483647


def asked(record: Mapping[str, Any]) -> Asked:
    """The question of a record (see docs/record.md). Raises ExpressionError if its answer is no expression to type."""
    answer = record["answer"]
    if answer["kind"] != "expression" or "vocabulary" not in answer:
        raise ExpressionError(f"question {record['id']}: an answer of kind {answer['kind']} is no expression to type")
    told = answer["vocabulary"]
    texts = (answer["value"]["plain"], *told["opens"].values())
    used = {word for text in texts for word in re.findall(r"\b\w+\b", text) if word in LOGARITHMS}
    letters = Letters(told["names"], used.pop() if len(used) == 1 else "ln")
    return Asked(
        value=_own(answer["value"]["plain"], letters),
        letters=letters,
        opens=tuple((name, _own(text, letters)) for name, text in told["opens"].items()),
        whole=frozenset(told["whole"]),
        slips=tuple(
            Known(slip["key"], slip["words"], _own(slip["value"]["plain"], letters)) for slip in record["slips"]
        ),
    )


def _own(text: str, letters: Letters) -> Expr:
    """An expression of the question itself."""
    found = read(text, letters, most=math.inf)
    if found is None:
        raise ExpressionError("a question's own expression is empty")
    return found


def check(text: str, question: Asked) -> Verdict:
    """The verdict on a typed text. Never raises: what cannot be read is told in the verdict's message."""
    try:
        typed = read(text, question.letters)
    except ExpressionError as error:
        return Verdict("unclear", str(error))
    if typed is None:
        return Verdict("empty")
    points = question.points
    at = cache(lambda place: valued(typed, points[place]))
    equal = same(at, question.values)
    if equal:
        return Verdict("right")
    if equal is None:
        return Verdict("unclear", table()["messages"]["undefined"])
    for slip in question.slips:
        if same(at, (valued(slip.value, point) for point in points)):
            return Verdict("slip", slip.words, slip.key)
    return Verdict("wrong")


def same(one: Callable[[int], Value | None], other: Iterable[Value | None]) -> bool | None:
    """Whether an expression, by the place of a point, has these values; None if hardly any can be compared."""
    compared = 0
    for place, b in enumerate(other):
        if b is None or (a := one(place)) is None:
            continue
        size, off = max(abs(a[0]), abs(b[0])), a[1] + b[1]
        if off > TOLERANCE * max(1.0, size):
            continue
        if abs(a[0] - b[0]) > TOLERANCE * size + off:
            return False
        compared += 1
    return True if compared >= table()["enough"] else None


# --- values --------------------------------------------------------------------------------------------------------


def valued(expr: Expr, point: Point) -> Value | None:
    """The value of an expression at a point, None where it has none."""
    try:
        return _value(expr, point)
    except (ArithmeticError, ValueError):
        return None


def _value(expr: Expr, point: Point) -> Value:
    """Raises ArithmeticError or ValueError where the expression is undefined, or beyond what floating point holds."""
    match expr:
        case Num(value):
            return float(value), 0.0 if isinstance(value, int) else EPSILON * abs(value)
        case Sym(name):
            return point[name]
        case Neg(operand):
            value, off = _value(operand, point)
            return -value, off
        case Add(terms):
            return _sum([_value(term, point) for term in terms])
        case Mul(factors):
            found = (1.0, 0.0)
            for factor in factors:
                found = _product(found, _value(factor, point))
            return found
        case Div(over, under):
            return _quotient(_value(over, point), _value(under, point))
        case Pow(base, exponent):
            return _power(_value(base, point), _value(exponent, point))
        case Call(function, arguments):
            return _called(function, [_value(argument, point) for argument in arguments])
    raise TypeError(f"no value for {type(expr).__name__}")


def _rounded(value: float, off: float, size: float) -> Value:
    """A result that was rounded once: ``off`` is what its terms leave open, ``size`` what rounding is relative to."""
    if not math.isfinite(value) or not math.isfinite(off):
        raise OverflowError
    exact = off == 0 and value.is_integer() and size < EXACT
    return value, 0.0 if exact else off + EPSILON * size


def _sum(terms: list[Value]) -> Value:
    total = size = off = 0.0
    for value, error in terms:
        total += value
        size += abs(value)
        off += error
    return _rounded(total, off, size * len(terms))


def _product(a: Value, b: Value) -> Value:
    value = a[0] * b[0]
    return _rounded(value, abs(a[0]) * b[1] + abs(b[0]) * a[1] + a[1] * b[1], abs(value))


def _quotient(over: Value, under: Value) -> Value:
    nearest = abs(under[0]) - under[1]
    if nearest <= 0:
        raise ZeroDivisionError
    value = over[0] / under[0]
    return _rounded(value, (over[1] + abs(value) * under[1]) / nearest, abs(value))


def _power(base: Value, exponent: Value) -> Value:
    if base[0] < 0 and not (exponent[0].is_integer() and exponent[1] == 0):
        raise ValueError
    value = math.pow(base[0], exponent[0])
    if base[0] == 0:
        return _rounded(value, base[1], value)
    if value == 0:
        raise ArithmeticError  # too small to be told from 0
    steep = abs(exponent[0]) * base[1] / abs(base[0]) + abs(math.log(abs(base[0]))) * exponent[1]
    return _rounded(value, abs(value) * steep, abs(value))


def _called(function: Function, arguments: list[Value]) -> Value:
    """How far the result may be off is what it moves by when an argument does."""
    values = [value for value, _ in arguments]
    result, off = _result(function, values), 0.0
    if function.name in INVERSES and INVERSES[function.name](round(result)) == values[0] and not arguments[0][1]:
        return float(round(result)), 0.0
    for place, (value, error) in enumerate(arguments):
        worst = 0.0
        if error:
            for moved in (value - error, value + error):
                other = _result(function, [*values[:place], moved, *values[place + 1 :]])
                worst = max(worst, abs(other - result))
            off += worst
    if function.name in table()["exact"]:
        return _rounded(result, off, 0.0)
    return _rounded(result, off + EPSILON * abs(result), abs(result))


def _result(function: Function, values: list[float]) -> float:
    found: Any = function.python(*values)
    value = float(found)
    if not math.isfinite(value):
        raise ValueError
    return value
