"""sympy at work: closed forms, derivatives, and proofs that refuse a wrong line."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import sympy
from conftest import blueprints, compiled, each, evaluate, seeded

from generator.algebra import agree, closed_form, derivative, from_sympy, prove, slope, to_sympy
from generator.blueprint import Blueprint, compile_structure
from generator.derivation import Answer, Problem, less
from generator.errors import ProofError
from generator.functions import ceil, sigmoid, sqrt, tanh
from generator.notation import Expr, Num, Sym, as_expr, spoken
from generator.reading import latex, plain

x, h, y, s = Sym("x"), Sym("h"), Sym("y"), Sym("s")


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (4 * (x * h + h * h + h), "4*h*(x + h + 1)"),
        (x * h + h, "x*h + h"),  # no longer than h*(x + 1)
        (3 * (h * h - h * x), "3*h*(h - x)"),
        (3 * (h - h * h), "3*h*(1 - h)"),
    ],
)
def test_closed_form_reads_as_written_by_hand(expr: Expr, text: str) -> None:
    assert plain(closed_form({"P": to_sympy(expr, {})}, Sym("P"), [x, h])) == text


def test_closed_form_is_set_without_dots() -> None:
    found = closed_form({"P": to_sympy(4 * (x * h + h * h + h), {})}, Sym("P"), [x, h])
    assert latex(found, times="") == r"4h\left(x + h + 1\right)"


@each(lambda problem: problem.answer.kind == "integer")
def test_closed_form_has_the_value_of_the_lines(blueprint: Blueprint) -> None:
    if blueprint.closed is None:
        lines = blueprint.problem.lines
        read_off = any(spoken(line.expression) for line in lines)
        rounds = any(name in str(lines) for name in ("floor", "ceil"))
        told = blueprint.problem.given or read_off or rounds or not blueprint.problem.proves
        assert told, "proven, and no closed form told"
        return
    assert isinstance(blueprint.problem.answer.of, Sym)
    random = seeded(blueprint.key)
    for _ in range(20):
        values = {sym.name: random.randint(1, 500) for sym in blueprint.problem.numbers}
        folded = dict(values)
        for line in blueprint.problem.lines:
            folded[line.symbol.name] = evaluate(line.expression, folded)
        wanted = folded[blueprint.problem.answer.of.name]
        assert evaluate(blueprint.closed, values) == wanted, f"{plain(blueprint.closed)} at {values}"


@pytest.mark.parametrize("expr", [
    (x - y) ** 2 / 2, tanh(x * y + 1), x * tanh(y * tanh(x)), sqrt(x * x + 1), (x + y) / (x * x + 2),
], ids=plain)  # fmt: skip
def test_derivative_is_the_slope_of_the_curve(expr: Expr) -> None:
    random = seeded(plain(expr))
    found = derivative(expr, x)
    for _ in range(5):
        at = {"x": random.uniform(-1, 1), "y": random.uniform(-1, 1)}
        step = 1e-5
        up, down = (float(evaluate(expr, at | {"x": at["x"] + move})) for move in (step, -step))
        assert float(evaluate(found, at)) == pytest.approx((up - down) / (2 * step), abs=1e-7), (
            f"{plain(found)} at {at}"
        )


@pytest.mark.parametrize(("function", "text"), [(tanh, "1 - s^2"), (sigmoid, "s*(1 - s)")])
def test_slope_is_written_with_the_value(function, text: str) -> None:
    assert plain(slope(function, s)) == text
    for point in (-1.5, -0.2, 0.7):
        value = float(function.python(point))
        steep = (float(function.python(point + 1e-6)) - float(function.python(point - 1e-6))) / 2e-6
        assert math.isclose(float(evaluate(slope(function, s), {"s": value})), steep, rel_tol=1e-6)


def test_from_sympy_undoes_to_sympy() -> None:
    a, b = sympy.symbols("x h", integer=True, positive=True)
    for expr in (
        a * b - 3,
        -a * (b + 1),
        a / b,
        sympy.sqrt(a**2 + 4 * b),
        (b - a) ** 2,
        -a - b,
        sympy.Rational(3, 4) * a,
        1 / a,
        b**-2 - a,
    ):
        written = from_sympy(expr, [x, h])
        assert sympy.simplify(to_sympy(written, {}) - expr) == 0, f"{expr} came back as {plain(written)}"


def test_prove_takes_equal_things_and_no_others() -> None:
    a = sympy.Symbol("a", positive=True)
    prove("fine", (a + 1) ** 2, a**2 + 2 * a + 1)
    with pytest.raises(ProofError, match="wrong: the lines come to"):
        prove("wrong", (a + 1) ** 2, a**2 + 1)
    agree("fine", sympy.tanh(a) ** 2, 1 - 1 / sympy.cosh(a) ** 2)
    with pytest.raises(ProofError, match="wrong"):
        agree("wrong", sympy.tanh(a), sympy.tanh(a) ** 2)


def test_agree_passes_over_points_where_nothing_is_defined() -> None:
    a = sympy.Symbol("a", real=True)
    agree("fine", 2 * sympy.log(a), sympy.log(a) + sympy.log(a))
    with pytest.raises(ProofError, match="wrong: the lines come to"):
        agree("wrong", 2 * sympy.log(a), sympy.log(a))
    with pytest.raises(ProofError, match="defined together hardly anywhere"):
        agree("nowhere", sympy.log(a - 2), sympy.log(a - 2, evaluate=False))


# --- deliberately wrong lines ------------------------------------------------------------------------------------


def spoiled(blueprint: Blueprint, name: str, wrong) -> Problem:
    """The blueprint's problem with one line changed."""
    lines = blueprint.problem.lines
    assert any(line.symbol.name == name for line in lines), f"no line {name} in {[line.symbol.name for line in lines]}"
    return replace(
        blueprint.problem,
        lines=tuple(
            replace(line, expression=as_expr(wrong(line.expression))) if line.symbol.name == name else line
            for line in lines
        ),
    )


WRONG = [
    ("recurrent-parameters", "U", lambda right: right + 1),  # a count
    ("recurrent-parameters", "P", lambda right: 3 * Sym("W")),
    ("text-classifier-parameters", "T", lambda right: right - Sym("b_2")),
    ("units-from-parameters", "D", lambda right: right + 4),  # backwards
    ("conv-output-size", "o", lambda right: right + 1),  # a size
    ("cnn-shape-trace", "m_1", lambda right: ceil(right.arguments[0])),
    ("lstm-step", "c", lambda right: right.terms[0] - right.terms[1]),  # a vector of decimals
    ("lstm-step", "z_f", lambda right: right.terms[0] + right.terms[2]),
    ("bptt-recurrent-weight", "dh_2_dh_1", lambda right: -right),  # a derivative
    ("bptt-recurrent-weight", "dL_dw_h", lambda right: right * Num(2)),
    ("skip-gram-pairs", "context", lambda right: Sym("left")),  # words
]  # fmt: skip


@pytest.mark.parametrize(("family", "name", "wrong"), WRONG, ids=[f"{row[0]}-{row[1]}" for row in WRONG])
def test_a_wrong_line_is_caught(family: str, name: str, wrong) -> None:
    blueprint = next(
        found
        for found in blueprints()
        if found.family.id == family and any(line.symbol.name == name for line in found.problem.lines)
    )
    with pytest.raises(ProofError, match=family):
        compile_structure(blueprint.family, blueprint.structure, spoiled(blueprint, name, wrong))


def test_a_problem_with_nothing_to_prove_cannot_be_built() -> None:
    with pytest.raises(ProofError, match="needs something to prove"):
        Problem(ask="How many?", answer=Answer("integer", x))


def test_a_check_that_no_draw_reaches_is_refused() -> None:
    blueprint = compiled("conv-output-size", padding="valid", strided=False, dilated=False)
    with pytest.raises(ProofError, match="no draw satisfies"):
        impossible = replace(blueprint.problem, where=(less(Sym("size"), 0),))
        compile_structure(blueprint.family, blueprint.structure, impossible)
