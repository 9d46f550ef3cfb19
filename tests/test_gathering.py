"""Numbers gathered in front: what is tidied, and what is left as it was written."""

from __future__ import annotations

import pytest

from generator.functions import exp
from generator.gathering import gathered
from generator.notation import Expr, Mul, Neg, Num, Pow, Sym, div, neg
from generator.reading import plain

a, b, c = Sym("a"), Sym("b"), Sym("c")


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (neg(div(neg(2 * a), 2)), "a"),
        (2 * (2 * (a - b)), "4*(a - b)"),  # a sum is not multiplied out
        (b * a * 2, "2*b*a"),  # letters stay in their order
        (a * b * b, "a*b^2"),
        (b * a * b, "b*a*b"),  # only neighbours become a power
        (Pow(a, Num(2)) * a, "a^3"),
        (div(a - b, a * (1 - a)) * a * (1 - a), "a - b"),
        (div(a * b, b), "a"),
        (div(1, div(1, a)), "a"),
        (div(a, 2) * div(2, 3), "a/3"),
        (Mul((a, Neg(b))), "-a*b"),
        (Mul((Neg(a), Neg(b))), "a*b"),
        (a - Mul((b, Neg(c))), "a + b*c"),
        (exp(div(2 * a, 2)), "exp(a)"),
        (div(a, a), "1"),
        (Mul((a, Num(0))), "0"),
        (div(a, Num(0) * b), "a/0"),  # nothing is divided by zero on the way
        (1 - Mul((a, a)), "1 - a^2"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_gathered(expr: Expr, text: str) -> None:
    assert plain(gathered(expr)) == text
    assert gathered(gathered(expr)) == gathered(expr)
