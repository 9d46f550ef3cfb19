"""Numbers gathered in front: -(-2·μ)/2 is written μ.

What a line of a derivation comes to is its formula with the lines above put in, and those bring signs, numbers and
factors that cancel. This tidies products and quotients as one does on paper, and leaves letters in the order in which
they were written; sympy would reorder them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from generator.notation import Add, Div, Expr, Mul, Neg, Num, Pow, children, div, mul, neg, rebuild

Factors = tuple[Fraction, list[Expr], list[Expr]]  # a number, what it is multiplied by, what it is divided by


def gathered(expr: Expr) -> Expr:
    """The same expression, in every product one number in front, equal neighbours as a power, and nothing to cancel."""
    match expr:
        case Neg() | Mul() | Div() | Pow():
            return _product(*_factors(expr))
        case Add(terms):
            return rebuild(expr, map(gathered, terms))
    parts = children(expr)
    return rebuild(expr, map(gathered, parts)) if parts else expr


def _factors(expr: Expr) -> Factors:
    match expr:
        case Num(int(value)):
            return Fraction(value), [], []
        case Neg(operand):
            number, over, under = _factors(operand)
            return -number, over, under
        case Mul(factors):
            return _together([_factors(factor) for factor in factors])
        case Div(top, bottom):
            number, over, under = _factors(bottom)
            if not number:  # a slip may divide by zero, and shows it
                return Fraction(1), [Div(gathered(top), Num(0))], []
            return _together([_factors(top), (1 / number, under, over)])
        case Pow(base, Num(int(exponent))) if exponent > 0:
            return _together([_factors(base)] * exponent)
        case Pow(base, exponent):
            return Fraction(1), [Pow(gathered(base), gathered(exponent))], []
    told = gathered(expr)
    return _factors(told) if told != expr else (Fraction(1), [told], [])


def _together(parts: list[Factors]) -> Factors:
    number, over, under = Fraction(1), list[Expr](), list[Expr]()
    for value, top, bottom in parts:
        number, over, under = number * value, over + top, under + bottom
    return number, over, under


def _product(number: Fraction, over: list[Expr], under: list[Expr]) -> Expr:
    left = list(under)
    kept = []
    for factor in over:
        if factor in left:
            left.remove(factor)
        else:
            kept.append(factor)
    size = abs(number)
    found = div(mul(size.numerator, *_powers(kept)), mul(size.denominator, *_powers(left)))
    return neg(found) if number < 0 else found


def _powers(factors: list[Expr]) -> list[Expr]:
    """Equal neighbours as a power."""
    runs = [(factor, len(list(run))) for factor, run in groupby(factors)]
    return [factor if times == 1 else Pow(factor, Num(times)) for factor, times in runs]
