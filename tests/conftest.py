"""What the tests share: the registry to run over, questions drawn from it, and a second way to work out anything.

The second way (`work`, `reckon`) reads the expression tree and the printed LaTeX on its own, with whole numbers,
fractions and numpy, and uses neither the compiled row nor sympy.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import operator
import random
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache, reduce
from numbers import Rational
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator.blueprint import Blueprint, compile_structure
from generator.concepts import concept_family
from generator.derivation import Problem, Slip
from generator.family import Family, families, find
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.model import Model
from generator.notation import Add, Call, Div, Expr, Grid, Joined, MatMul, Mul, Neg, Num, Pow, Sym
from generator.question import Question, drawn, maker
from generator.space import walk

DATA = Path(__file__).parent / "data"


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def recorded() -> tuple[dict[str, Any], ...]:
    """Models, and what Keras and PyTorch answered for them."""
    with gzip.open(DATA / "models.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(map(json.loads, lines))


# --- the registry ------------------------------------------------------------------------------------------------


@cache
def problems() -> tuple[tuple[Family, dict[str, object], Problem], ...]:
    """Every structure of every family that makes a question, as the family wrote it."""
    return tuple(
        (family, dict(structure), problem)
        for family in families().values()
        for structure in family.structures()
        if (problem := family.problem(structure))
    )


@cache
def _compiled(place: int) -> Blueprint:
    family, structure, problem = problems()[place]
    found = compile_structure(family, structure, problem)
    assert found, f"{family.id} {structure}: compiled to nothing"
    return found


def blueprints(wanted: Callable[[Problem], object] = lambda problem: True) -> list[Blueprint]:
    return [_compiled(place) for place, (_, _, problem) in enumerate(problems()) if wanted(problem)]


def compiled(id: str, **structure: object) -> Blueprint:
    """The blueprint of one structure by name."""
    for place, (family, each, _) in enumerate(problems()):
        if family.id == id and each == structure:
            return _compiled(place)
    raise KeyError(f"{id} has no structure {structure}; its axes are {find(id).axes}")


SPREAD = 3  # structures of a family that a test of the everyday run is given; `-m slow` has the others


def each(
    wanted: Callable[[Problem], object] = lambda problem: True,
    everyday: bool = False,
    spread: int = SPREAD,
    most: int = 0,
) -> pytest.MarkDecorator:
    """Parametrise a test over the structures of the registry, as ``blueprint``.

    Those beyond a ``spread`` of each family are slow tests, unless ``everyday``. ``most``: so many of a family are
    enough for a test that takes its time.
    """
    by_family: dict[str, list[int]] = {}
    for place, (family, _, problem) in enumerate(problems()):
        if wanted(problem):
            by_family.setdefault(family.id, []).append(place)
    params = []
    for family_id, found in by_family.items():
        places = sorted({found[number * len(found) // most] for number in range(most)}) if most else found
        often = {places[number * len(places) // spread] for number in range(spread)}
        for place in places:
            named = "-".join(str(getattr(value, "__name__", value)) for value in problems()[place][1].values())
            marks = () if everyday or place in often else pytest.mark.slow
            params.append(pytest.param(place, id=f"{family_id}:{named}", marks=marks))
    return pytest.mark.parametrize("blueprint", params, indirect=True)


each_family = pytest.mark.parametrize("family", families().values(), ids=list(families()))


@pytest.fixture
def blueprint(request: pytest.FixtureRequest) -> Blueprint:
    return _compiled(request.param)


# --- questions drawn from it -------------------------------------------------------------------------------------


def draws(blueprint: Blueprint, seed: str = "tests") -> Iterator[tuple[Any, ...]]:
    """Raw draws, each once, in the order of a seed."""
    read, step = blueprint.space.reader(), walk(blueprint.space.size, seed)
    return (read(step(place)) for place in range(blueprint.space.size))


def accepted(blueprint: Blueprint, count: int, seed: str = "tests") -> Iterator[dict[str, Any]]:
    """Rows of accepted draws, every value by name."""
    found = 0
    for numbers in draws(blueprint, seed):
        if found < count and (row := blueprint.layout.compute(numbers)) is not None:
            found += 1
            yield dict(zip(list(blueprint.layout.index)[-len(row) :], row, strict=True))
        if found == count:
            return


def questions(blueprint: Blueprint, form: str, count: int, seed: str = "tests") -> list[Question]:
    sheet, space = FORMS[form].sheet(blueprint), drawn(blueprint, FORMS[form])
    if sheet is None:
        return []
    make = maker(sheet, FORMS[form], seed)
    read, step = space.reader(), walk(space.size, seed)
    found: list[Question] = []
    for place in range(space.size):
        if (question := make(read(step(place)))) is not None:
            found.append(question)
        if len(found) == count:
            break
    return found


def records(blueprint: Blueprint, form: str, count: int, seed: str = "tests") -> list[dict[str, Any]]:
    """Filled records, parsed."""
    found = questions(blueprint, form, count, seed)
    if not found:
        return []
    fill = record(found[0].sheet, FORMS[form])
    return [json.loads(fill(question.row(place, 1), question.chosen)) for place, question in enumerate(found, 1)]


# --- a concept card with a model answer --------------------------------------------------------------------------

EXPLAINED = r"""
title = "Explained"
topic = "LSTM"

[[card]]
id = "sum"
question = "Why does an LSTM forget less than a simple recurrent network?"
answer = "Its cell state is added to."
model_answer = '''
The cell state $c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t$ is **added to**, not multiplied by a matrix.

So a gradient along it is scaled by $f_t$ alone, which the cell learns to keep near 1.
'''
objective = "explain"
difficulty = 2
source = "000"
[[card.rubric]]
points = 2
text = 'names the sum $f_t \odot c_{t-1} + i_t \odot \tilde{c}_t$'
[[card.rubric]]
points = 0.5
text = "says what scales the gradient"
"""


def explained(folder: Path) -> Family:
    """A concept deck of one card, which can be explained in words."""
    path = folder / "explained.toml"
    path.write_text(EXPLAINED, encoding="utf-8")
    return concept_family(path)


# --- models from JSON --------------------------------------------------------------------------------------------


def size(found: Model, convention: str) -> int:
    """How many numbers all the arrays hold, by plain multiplication."""
    return sum(math.prod(weight.shape) for weight in found.weights(convention))  # type: ignore[arg-type]


# --- a second way: the expression tree ---------------------------------------------------------------------------

Values = dict[str, Any]


def work(problem: Problem, numbers: Mapping[str, Any], slip: Slip | None = None, exact: bool = False) -> Values:
    """Every line of a problem worked out from its drawn numbers, with a slip in it or without."""
    instead = slip.instead if slip else {}
    values: Values = {name: np.array(value) if isinstance(value, list) else value for name, value in numbers.items()}
    for sym in problem.numbers:
        if not sym.shape and isinstance(values[sym.name], np.ndarray):
            values[sym.name] = tuple(values[sym.name].tolist())  # a text
        values |= entries_of(sym, values)
    for sym, expression in problem.given.items():
        values[sym.name] = evaluate(expression, values)
    for line in problem.lines:
        value = evaluate(instead.get(line.symbol, line.expression), values)
        if line.symbol.shape:
            value = np.broadcast_to(value, line.symbol.shape)
        values[line.symbol.name] = value if line.places is None or exact else on_paper(value, line.places)
        values |= entries_of(line.symbol, values)
    return values


def arrays(problem: Problem, values: Mapping[str, Any]) -> Values:
    """A row's values with its arrays put together again."""
    found = dict(values)
    for sym in [*problem.numbers, *(line.symbol for line in problem.lines)]:
        if sym.shape and sym.name not in found:
            found[sym.name] = np.array([values[part.name] for part in sym.parts]).reshape(sym.shape)
    return found


def entries_of(sym: Sym, values: Values) -> Values:
    """The entries of an array under names of their own: a line may use one of them."""
    return (
        dict(zip((part.name for part in sym.parts), np.ravel(values[sym.name]).tolist(), strict=True))
        if sym.shape
        else {}
    )


def answer(problem: Problem, values: Values) -> list[Any]:
    """The parts of the answer; a count that comes out broken is rounded, as a student would."""
    found: list[Any] = []
    parts = [problem.answer.of] if isinstance(problem.answer.of, Sym) else problem.answer.parts
    for part in parts:
        value = evaluate(part, values)
        found.extend(value.ravel().tolist() if isinstance(value, np.ndarray) else [value])
    if problem.answer.kind == "integer":
        return [math.floor(value + Fraction(1, 2)) if not math.isnan(value) else value for value in found]
    return found


def evaluate(expr: Expr, values: Values) -> Any:
    match expr:
        case Num(value):
            return value
        case Sym(name, _, shape) if shape and name not in values:
            return np.array([values[part.name] for part in expr.parts]).reshape(shape)
        case Sym(name):
            return values[name]
        case Add(terms):
            return reduce(operator.add, (evaluate(term, values) for term in terms))
        case Neg(operand):
            return -evaluate(operand, values)
        case Mul(factors):
            return reduce(operator.mul, (evaluate(factor, values) for factor in factors))
        case MatMul(left, right):
            return evaluate(left, values) @ evaluate(right, values)
        case Joined(vectors):
            return np.concatenate([np.ravel(evaluate(vector, values)) for vector in vectors])
        case Div(over, under):
            top, bottom = evaluate(over, values), evaluate(under, values)
            return (
                Fraction(top) / bottom if isinstance(top, Rational) and isinstance(bottom, Rational) else top / bottom
            )
        case Pow(base, exponent):
            return evaluate(base, values) ** evaluate(exponent, values)
        case Call(function, arguments):
            given = [evaluate(argument, values) for argument in arguments]
            return OWN[function.name](*given) if function.name in OWN else function.python(*given)
        case Grid(cells, shape):
            return np.array([evaluate(cell, values) for cell in cells]).reshape(shape)
    raise TypeError(f"cannot evaluate {expr!r}")


def root(value: Any) -> Any:
    if math.isnan(value) or value < 0:
        return math.nan
    if isinstance(value, Rational):
        over, under = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if over * over == value.numerator and under * under == value.denominator:
            return Fraction(over, under)
    return math.sqrt(value)


OWN: dict[str, Callable[..., Any]] = {
    "sqrt": lambda value: np.sqrt(value) if isinstance(value, np.ndarray) else root(value),
    "sigmoid": lambda value: 1 / (1 + np.exp(-value)),
    "tanh": np.tanh,
    "relu": lambda value: np.maximum(value, 0),
    "exp": np.exp,
    "ln": lambda value: np.vectorize(lambda each: math.log(each) if each > 0 else math.nan)(value)[()],
    "log2": lambda value: float(np.log2(float(value))) if value > 0 else math.nan,
    "log10": lambda value: float(np.log10(float(value))) if value > 0 else math.nan,
    "remainder": lambda value, by: value - by * math.floor(Fraction(value) / by),
    "floor": lambda value: value if math.isnan(value) else math.floor(value),
    "ceil": lambda value: value if math.isnan(value) else math.ceil(value),
    "absolute": abs,
    "largest": lambda *values: elementwise(np.maximum, max, values),
    "smallest": lambda *values: elementwise(np.minimum, min, values),
}


def elementwise(of_arrays: Callable[..., Any], of_numbers: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    return reduce(of_arrays, values) if any(isinstance(each, np.ndarray) for each in values) else of_numbers(values)


def on_paper(value: Any, places: int) -> Any:
    """Halves away from zero, by decimal arithmetic."""

    def rounded(number: float) -> float:
        near = number + math.copysign(1e-14 * max(1, abs(number)), number)  # a half may be stored as a little less
        return float(Decimal(float(near)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)) + 0.0

    return np.vectorize(rounded)(value) if isinstance(value, np.ndarray) else rounded(value)


# --- a second way: the printed page ------------------------------------------------------------------------------

FUNCTIONS = {"sqrt": root, "floor": math.floor, "ceil": math.ceil, "tanh": math.tanh, "F": Fraction}
FUNCTIONS["ReLU"] = lambda value: max(value, 0)
FUNCTIONS |= {"ln": OWN["ln"], "max": max, "min": min, "abs": abs}
FUNCTIONS |= {name: OWN[name] for name in ("log2", "log10")}
FUNCTIONS["sigma"] = lambda value: 1 / (1 + math.exp(-value))
FUNCTIONS |= {"exp": math.exp, "sigmoid": FUNCTIONS["sigma"]}  # as they are typed
SIMPLE = r"\{([^{}]*)\}"
RULES = (
    (r"\{,\}", ""),
    (r"\{\\ldots\}", ""),  # cut after two decimals
    (r"\\(hat|tilde)\{(\w)\}", r"\2\1"),
    (r"\\delta (\w)", r" d\1"),
    (r"\\(eta|mu|delta|beta|epsilon|ell)(?![a-z])", r" \1"),
    (r"_\{t-(\d)\}", r"_t_\1"),
    (r"\\left\\lfloor", "floor("),
    (r"\\left\\lceil", "ceil("),
    (r"\\right\\r(floor|ceil)", ")"),
    (r"\\left\|", "abs("),
    (r"\\right\|", ")"),
    (r"\\(left|right)", ""),
    (r"\\(cdot|times)", "*"),
    (r"\\bmod", "%"),
    (r"\\(tanh|sigma|ln|max|min)", r"\1"),
    (r"\\log_\{(\d+)\}", r"log\1"),
    (r"\\mathrm\{ReLU\}", "ReLU"),
    (r"_\{(\w+)\}", r"_\1"),
)


def by_latex(problem: Problem, values: Values) -> tuple[Callable[[str], str], Values]:
    """What stands for the letters of a printed line: a rewriting of its LaTeX, and the letters' values."""
    quantities = (*problem.numbers, *problem.given, *(each.symbol for each in problem.lines))
    named = {part.latex: part.name for sym in quantities for part in (sym, *sym.parts)}
    odd = sorted((latex for latex in named if re.search(r"[\\',-]|^\{", latex)), key=len, reverse=True)

    def rewritten(latex: str) -> str:
        for each in odd:
            latex = latex.replace(each, f" {named[each]} ")
        return latex

    short = {re.sub(r"_\{(\w+)\}", r"_\1", latex): values[name] for latex, name in named.items() if name in values}
    return rewritten, values | short


def reckon(latex: str, names: Mapping[str, Any] | None = None) -> Any:
    """The value of printed LaTeX, brackets, fractions, powers and labels as a reader takes them."""
    text = latex
    for pattern, by in RULES:
        text = re.sub(pattern, by, text)
    done = ""
    while done != text:
        done = text
        text = re.sub(rf"\\underbrace{SIMPLE}_\{{\\text{SIMPLE}\}}", r"\1", text)
        text = re.sub(rf"\^{SIMPLE}", r"**(\1)", text)
        text = re.sub(rf"\\sqrt{SIMPLE}", r"sqrt(\1)", text)
        text = re.sub(rf"\\t?frac{SIMPLE}{SIMPLE}", r"(F(1) * (\1) / (\2))", text)
    tokens = re.findall(r"\d+(?:\.\d+)?|[A-Za-z]\w*|\*\*|[-+*/%(),]|\S", text)
    assert "\\" not in text and all(re.match(r"[\w.]+$|\*\*$|[-+*/%(),]$", each) for each in tokens), (
        f"cannot read {latex!r}: {text}"
    )
    product = tokens[:1]
    for before, token in itertools.pairwise(tokens):
        ends, starts = re.match(r"[\w)]", before) and before not in FUNCTIONS, re.match(r"[\w(]", token)
        assert not (before[0].isdigit() and token[0].isdigit()), f"two numbers side by side in {latex!r}"
        product += ["*", token] if ends and starts else [token]
    return eval("".join(product), {**FUNCTIONS, "e": math.e, **(names or {})})


def numbers_in(text: str) -> list[float]:
    """The numbers that a text shows: 12,416 and 12{,}416, -0.5 and −0.5."""
    found = re.findall(r"[-−]?\d+(?:(?:,|\{,\})\d{3})*(?:\.\d+)?", text)
    return [float(re.sub(r"[,{}]", "", each).replace("−", "-")) for each in found]


# --- chance ------------------------------------------------------------------------------------------------------


def seeded(name: object) -> random.Random:
    return random.Random(str(name))
