"""Expressions as written: what is printed, what is computed, and how far off it may be."""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod
from typing import Any

import pytest
import sympy
from conftest import evaluate, reckon, seeded

from generator.algebra import to_sympy
from generator.functions import (
    NAMESPACE,
    absolute,
    ceil,
    exp,
    floor,
    largest,
    ln,
    round_half_up,
    sigmoid,
    smallest,
    sqrt,
    tanh,
)
from generator.notation import (
    Add,
    Div,
    Expr,
    Grid,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    add,
    div,
    entries,
    mul,
    named_already,
    neg,
    replace,
)
from generator.reading import arranged, bound, decimals, latex, number, plain, python

x, h, b = Sym("x"), Sym("h"), Sym("b", r"\beta")
W, v = Sym("W", "", (2, 2)), Sym("v", "", (2,))

WRITTEN = [  # expression, LaTeX, plain text, Python
    (x * h, r"x \cdot h", "x*h", "x*h"),
    (4 * (x + h + 1), r"4 \cdot \left(x + h + 1\right)", "4*(x + h + 1)", "4*(x+h+1)"),
    (x - h, "x - h", "x - h", "(x+(-h))"),
    (x - (h - b), r"x - \left(h - \beta\right)", "x - (h - b)", "(x+(-(h+(-b))))"),
    (x - (-h), "x + h", "x + h", "(x+h)"),
    (-(x + h), r"-\left(x + h\right)", "-(x + h)", "(-(x+h))"),
    (-x * h, r"\left(-x\right) \cdot h", "(-x)*h", "(-x)*h"),
    (x * -h, r"x \cdot \left(-h\right)", "x*(-h)", "x*(-h)"),
    (x + -3, "x - 3", "x - 3", "(x+(-3))"),
    (Add((x, Add((Num(-3), h)))), r"x + (-3) + h", "x + -3 + h", "(x+(-3)+h)"),
    (x * Add((Num(-3), h)), r"x \cdot \left(-3 + h\right)", "x*(-3 + h)", "x*(-3+h)"),
    (x * -3, r"x \cdot (-3)", "x*(-3)", "x*(-3)"),
    (Num(-3) * x, r"-3 \cdot x", "(-3)*x", "(-3)*x"),
    (Num(-3) ** 2, "(-3)^{2}", "(-3)^2", "((-3))**2"),
    (x**2 + h, "x^{2} + h", "x^2 + h", "((x)**2+h)"),
    ((x + h) ** 2, r"\left(x + h\right)^{2}", "(x + h)^2", "((x+h))**2"),
    ((x * h) ** 2, r"\left(x \cdot h\right)^{2}", "(x*h)^2", "(x*h)**2"),
    ((-x) ** 2, r"\left(-x\right)^{2}", "(-x)^2", "((-x))**2"),
    ((x / h) ** 2, r"\left(\frac{x}{h}\right)^{2}", "(x/h)^2", "(quotient(x,h))**2"),
    (x / h, r"\frac{x}{h}", "x/h", "quotient(x,h)"),
    ((x + 1) / (h - 1), r"\frac{x + 1}{h - 1}", "(x + 1)/(h - 1)", "quotient((x+1),(h+(-1)))"),
    (x / (h * b), r"\frac{x}{h \cdot \beta}", "x/(h*b)", "quotient(x,h*b)"),
    (x / h * b, r"\frac{x}{h} \cdot \beta", "x/h*b", "quotient(x,h)*b"),
    (-x / 2, r"\frac{-x}{2}", "(-x)/2", "quotient((-x),2)"),
    (sqrt(x + 1), r"\sqrt{x + 1}", "sqrt(x + 1)", "sqrt((x+1))"),
    (floor(x / 2) + 1, r"\left\lfloor \frac{x}{2} \right\rfloor + 1", "floor(x/2) + 1", "(floor(quotient(x,2))+1)"),
    (1 - tanh(x) ** 2, r"1 - \tanh\left(x\right)^{2}", "1 - tanh(x)^2", "(1+(-(tanh(x))**2))"),
    (as_big := Num(12_416) + x, "12{,}416 + x", "12416 + x", "(12416+x)"),
    (0 * x + h, "h", "h", "h"),
    (1 * x + 0, "x", "x", "x"),
    (add(), "0", "0", "0"),
    (mul(), "1", "1", "1"),
    (div(x, 1), "x", "x", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "tex", "text", "code"), WRITTEN, ids=[row[2] for row in WRITTEN])
def test_readings(expr: Expr, tex: str, text: str, code: str) -> None:
    assert latex(expr) == tex
    assert plain(expr) == text
    assert eval(python(expr), dict(NAMESPACE), VALUES) == pytest.approx(eval(code, dict(NAMESPACE), VALUES))


VALUES = {"x": 7, "h": 3, "b": -5}


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (999, "999"), (1000, "1{,}000"), (12_416, "12{,}416"), (3_938_570, "3{,}938{,}570"), (-1000, "-1{,}000"),
    (0.5, "0.5"), (-0.25, "-0.25"), (1234.5, "1{,}234.5"),
])  # fmt: skip
def test_thousands_are_kept_apart(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("value", "places", "rounded"), [
    (0.285, 2, 0.29), (-0.285, 2, -0.29), (2.5, 0, 3), (-2.5, 0, -3), (1.0005, 3, 1.001), (-0.0004, 3, 0.0),
    (0.4449999, 2, 0.44), (2.675, 2, 2.68), (1e-12, 3, 0.0),
])  # fmt: skip
def test_halves_are_rounded_away_from_zero(value: float, places: int, rounded: float) -> None:
    assert round_half_up(value, places) == rounded
    assert str(round_half_up(value, places))[0] != "-" or rounded < 0, "minus zero"


def test_arrays_open_row_by_row() -> None:
    assert [sym.name for sym in W.parts] == ["W_1_1", "W_1_2", "W_2_1", "W_2_2"]
    assert [plain(e) for e in entries(W @ v + v * v)] == [
        "W_1_1*v_1 + W_1_2*v_2 + v_1*v_1",
        "W_2_1*v_1 + W_2_2*v_2 + v_2*v_2",
    ]
    assert latex(W @ v + v * v).replace(r"\, ", "") == r"W v + v \odot v"
    assert [plain(e) for e in entries(sigmoid(v) * 2)] == ["sigmoid(v_1)*2", "sigmoid(v_2)*2"]


def test_an_array_goes_with_scalars_element_by_element() -> None:
    written = {
        b + v / x: ["b + v_1/x", "b + v_2/x"],
        x - v**2: ["x - v_1^2", "x - v_2^2"],
        Pow(Num(2), v): ["2^v_1", "2^v_2"],
        smallest(v, x): ["smallest(v_1, x)", "smallest(v_2, x)"],
    }
    for expr, opened in written.items():
        assert expr.shape == v.shape
        assert [plain(e) for e in entries(expr)] == opened


def test_an_array_is_written_out_entry_by_entry() -> None:
    grid = Grid((x, x + h, Num(-1), W.parts[0]), (2, 2))
    assert entries(grid) == grid.cells and grid.written == (x, x, h, W.parts[0])
    assert latex(grid) == "\\begin{pmatrix} x & x + h \\\\\n-1 & W_{11} \\end{pmatrix}"
    assert replace(grid, {x: b}) == Grid((b, b + h, Num(-1), W.parts[0]), (2, 2))
    assert named_already(Grid((x, h), (2,))) and not named_already(grid)


@pytest.mark.parametrize(("shape", "flat", "text"), [
    ((1,), False, "1"), ((4,), True, "(1, 2, 3, 4)"), ((5,), False, "(1, 2, 3, 4, 5)"),
    ((2,), False, "\\begin{pmatrix} 1 \\\\\n2 \\end{pmatrix}"),
    ((1, 3), True, "\\begin{pmatrix} 1 & 2 & 3 \\end{pmatrix}"),
])  # fmt: skip
def test_long_vectors_lie_flat(shape: tuple[int, ...], flat: bool, text: str) -> None:
    assert arranged(["1", "2", "3", "4", "5"][: prod(shape)], shape, flat) == text


def test_replaced_once_and_simplified_again() -> None:
    assert replace(x * h + b, {x: Num(0)}) == b
    assert replace(x + h, {x: h, h: x}) == h + x
    assert (x * h + x).written == (x, h, x)


# --- random expressions ------------------------------------------------------------------------------------------

LETTERS = [Sym(name) for name in "abcdef"]


def grown(rand: random.Random, depth: int, calls: bool = True) -> Expr:
    """A random expression of every node, raw ones as well as simplified ones."""
    if depth == 0 or rand.random() < 0.15:
        return rand.choice([*LETTERS, Num(rand.randint(-4, 9))])

    def part() -> Expr:
        return grown(rand, depth - 1, calls)

    kind = rand.randrange(9 if calls else 6)
    if kind == 0:
        return add(*(part() for _ in range(rand.randint(2, 4))))
    if kind == 1:
        return mul(*(part() for _ in range(rand.randint(2, 3))))
    if kind == 2:
        return part() - part()
    if kind == 3:
        return neg(part())
    if kind == 4:
        return Add((part(), Neg(part())))
    if kind == 5:
        return Mul((part(), part()))
    if kind == 6:
        return Pow(part(), Num(rand.randint(2, 3)))
    if kind == 7:
        return Div(part(), rand.choice([*LETTERS, Num(rand.randint(1, 7))]))
    return rand.choice([floor, ceil])(Div(part(), Num(rand.randint(2, 5))))


@pytest.mark.parametrize("seed", range(4))
def test_every_reading_has_sympys_value(seed: int) -> None:
    rand = seeded(f"readings/{seed}")
    for _ in range(100):
        expr = grown(rand, 4)
        values = {sym.name: rand.choice([n for n in range(-9, 10) if n]) for sym in LETTERS}
        wanted = Fraction(str(to_sympy(expr, {name: sympy.Integer(value) for name, value in values.items()})))
        if abs(wanted) > 1e15:
            continue
        readings: dict[str, Any] = {
            "tree": evaluate(expr, values),
            "python": eval(python(expr), dict(NAMESPACE), values),
            "latex": reckon(latex(expr), values),
            "numbers put in": reckon(latex(expr, lambda sym, bracket, at=values: _shown(at[sym.name], bracket))),
            "plain": eval(
                plain(expr).replace("^", "**").replace("floor(", "FL("), {**NAMESPACE, "FL": NAMESPACE["floor"]}, values
            ),
        }
        for name, found in readings.items():
            assert float(found) == pytest.approx(float(wanted), rel=1e-9), f"{name} of {plain(expr)} at {values}"


def _shown(value: int, bracket: bool) -> str:
    return f"({value})" if value < 0 and bracket else str(value)


@pytest.mark.parametrize("exponent", [x * h, x / h, x + h, -x, x**2, Num(-2)], ids=plain)
def test_an_exponent_is_read_whole(exponent: Expr) -> None:
    values = {"x": 3, "h": 2}
    expr = Pow(Num(2), exponent)
    wanted = 2.0 ** float(evaluate(exponent, values))
    assert float(eval(python(expr), dict(NAMESPACE), values)) == pytest.approx(wanted), python(expr)
    assert float(eval(plain(expr).replace("^", "**"), {}, values)) == pytest.approx(wanted), plain(expr)
    assert float(reckon(latex(expr), values)) == pytest.approx(wanted), latex(expr)


# --- error bounds ------------------------------------------------------------------------------------------------


def rough(rand: random.Random, depth: int) -> Expr:
    """A random expression of what lines with decimals are made of."""
    if depth == 0:
        return rand.choice([*LETTERS, Num(rand.randint(-3, 3))])
    kind = rand.randrange(12)
    parts = [rough(rand, depth - 1) for _ in range(rand.randint(2, 3))]
    if kind == 0:
        return Add(tuple(parts))
    if kind == 1:
        return Mul(tuple(parts))
    if kind == 2:
        return Neg(parts[0])
    if kind == 3:
        return Div(parts[0], parts[1] ** 2 + 1)  # away from zero
    if kind == 4:
        return Pow(parts[0], Num(rand.choice([2, 3])))
    if kind == 5:
        return exp(tanh(parts[0]))  # not beyond what a float can hold
    if kind == 6:
        return ln(parts[0] ** 2 + 2)
    if kind == 7:
        return sqrt(parts[0] ** 2 + 2)
    if kind == 8:
        return (largest if rand.random() < 0.5 else smallest)(*parts)
    return {9: sigmoid, 10: tanh, 11: absolute}[kind](parts[0])


def test_error_bound_bounds() -> None:
    """2,000 random expressions at random points, the errors at their extremes and inside."""
    rand = seeded("bounds")
    close = 0
    for _ in range(2000):
        expr = rough(rand, rand.randint(1, 4))
        values = {sym.name: rand.uniform(-2, 2) for sym in LETTERS}
        errors = {sym.name: rand.choice([0.0, 0.0005, 0.05, 0.5]) for sym in LETTERS}
        scope = {**NAMESPACE, **{f"e_{name}": error for name, error in errors.items()}}
        allowed = eval(bound(expr, {name: f"e_{name}" for name in errors}), scope, values)
        center = eval(python(expr), dict(NAMESPACE), values)
        worst = 0.0
        for attempt in range(8):
            moves = {name: rand.choice([-1, 1]) if attempt < 5 else rand.uniform(-1, 1) for name in values}
            moved = {name: value + moves[name] * errors[name] for name, value in values.items()}
            worst = max(worst, abs(eval(python(expr), dict(NAMESPACE), moved) - center))
        assert worst <= allowed * (1 + 1e-9) + 1e-9 * abs(center), (
            f"{plain(expr)} at {values} ± {errors}: off by {worst} > {allowed}"
        )
        close += worst > allowed / 2 > 0
    assert close > 200, f"only {close} bounds are within twice the error seen: too loose to be of use"


@pytest.mark.parametrize(("expr", "places"), [
    (x * h, 3), (x + h, 2), (x - 0.125, 3), (h**2, 4), (x / 4, 3), (absolute(h), 2), (largest(x, h), 2), (x / 3, None),
    (x / h, None), (exp(x), None), (b, None),
])  # fmt: skip
def test_decimals_that_a_value_has_at_most(expr: Expr, places: int | None) -> None:
    assert decimals(expr, {"x": 1, "h": 2}) == places
    if places is not None:
        exact = evaluate(expr, {"x": Fraction(17, 10), "h": Fraction(-223, 100)}) * 10**places
        assert float(exact).is_integer()


def test_error_bound_refuses_what_it_cannot_bound() -> None:
    with pytest.raises(TypeError, match="bound"):
        bound(floor(x), {"x": "e"})
