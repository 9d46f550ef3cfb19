"""Typed expressions: equal forms are right, others are not, and nothing that can be typed is a traceback or takes long.

sympy rewrites expressions and tells them apart here, with fifty digits; the checker itself knows nothing of it.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import sympy
from conftest import DATA, blueprints, compiled, each, evaluate, load, records, seeded

from generator.algebra import to_sympy
from generator.blueprint import Blueprint
from generator.derivation import Answer, Line, Problem, slip
from generator.distractors import opened, slipped
from generator.errors import ExpressionError
from generator.functions import exp, floor
from generator.grammar import CALLED, Letters, read, table, tidied
from generator.notation import Call, Expr, Pow, Sym, as_expr, children
from generator.reading import plain
from generator.typed import Asked, Verdict, asked, check, valued
from generator.typeset.pages import page
from generator.vocabulary import vocabulary

EXPRESSIONS = load("typed_expressions.json")
TYPED = [function for function in CALLED.values() if not function.between]  # remainders are of numbers, in no formula


def record(question: dict[str, Any]) -> dict[str, Any]:
    """A question of the vectors as a record would hold it."""
    slips = [{"key": str(n), "words": "", "value": {"plain": text}} for n, text in enumerate(question["slips"])]
    answer = {"kind": "expression", "value": {"plain": question["value"]}, "vocabulary": question["vocabulary"]}
    return {"id": "", "answer": answer, "slips": slips}


def of(value: str, names: str = "a b c d", slips: tuple[str, ...] = (), whole: str = "") -> Asked:
    """A question about letters that stand for nothing else."""
    letters = {"names": {name: name for name in names.split()}, "opens": {}, "whole": whole.split()}
    return asked(record({"value": value, "vocabulary": letters, "slips": slips}))


def expressions() -> list[Blueprint]:
    return blueprints(lambda problem: problem.answer.kind == "expression")


# --- the vectors, by both readers ----------------------------------------------------------------------------------

Told = tuple[Any, str]  # right, wrong, unclear, empty or the place of a slip; and what an unclear text is told


def in_python(cases: list[list[Any]], questions: dict[str, Any]) -> list[Told]:
    known = {name: asked(record(question)) for name, question in questions.items()}
    found = [check(text, known[name]) for name, text, *_ in cases]
    return [
        (int(each.slip) if each.state == "slip" else each.state, each.message if each.state == "unclear" else "")
        for each in found
    ]


def in_javascript(cases: list[list[Any]], questions: dict[str, Any]) -> list[Told]:
    node = shutil.which("node")
    if node is None:
        pytest.fail("Node is needed to run the cards' script")
    told = {name: record(question) for name, question in questions.items()}
    given = [[text, told[name]["answer"], [each["value"] for each in told[name]["slips"]]] for name, text, *_ in cases]
    call = f"{json.dumps(given)}.map(function (each) {{ return judgeExpression.apply(null, each); }})"
    script = f'"use strict";\n{page("anki/expression.js")()}\nconsole.log(JSON.stringify({call}));'
    done = subprocess.run([node], input=script, capture_output=True, text=True, check=True, encoding="utf-8")
    return [(each.get("slip", each["state"]), each.get("says", "")) for each in json.loads(done.stdout)]


@pytest.mark.parametrize("reader", [in_python, pytest.param(in_javascript, marks=pytest.mark.external)])
def test_texts_are_told_what_is_recorded(reader: Callable[..., list[Told]]) -> None:
    cases = EXPRESSIONS["cases"]
    for (name, text, wanted, *says), (state, said) in zip(cases, reader(cases, EXPRESSIONS["questions"]), strict=True):
        assert state == wanted, f"{name}: {text!r} is {state} ({said}), not {wanted}"
        assert bool(said) == (wanted == "unclear") and "\n" not in said
        assert not says or said == says[0], f"{name}: {text!r}: {said}"


def test_the_script_runs_nothing_and_calls_nobody() -> None:
    script = page("anki/expression.js")()
    assert not re.search(
        r"\beval\b|Function\s*\(|import|require|fetch|XMLHttp|document|window|setTimeout|innerHTML", script
    )
    assert not re.search(r"\(\?<|\{\{|\}\}", script), "newer than ES2017, or a field to Anki"


@pytest.mark.external
def test_both_readers_say_the_same_of_anything() -> None:
    """Mutations of the recorded texts, and what else may be typed."""
    questions = EXPRESSIONS["questions"]
    cases = [[name, text] for name, text in fuzzed("both", 3000) if text.isprintable()]
    for case, one, other in zip(cases, in_python(cases, questions), in_javascript(cases, questions), strict=True):
        assert one == other, case


@pytest.mark.external
@pytest.mark.parametrize("function", TYPED, ids=lambda function: function.name)
def test_both_readers_know_every_function(function: Any) -> None:
    several = function.name in table()["several"]
    call = f"{function.name}(a, 2)" if several else f"{function.name}(a)"
    question = {"value": call, "vocabulary": {"names": {"a": "a"}, "opens": {}, "whole": []}, "slips": []}
    typed = [["it", call], ["it", f"{call} + a/1000"]]
    assert (
        in_javascript(typed, {"it": question}) == in_python(typed, {"it": question}) == [("right", ""), ("wrong", "")]
    )


# --- what is read --------------------------------------------------------------------------------------------------


@each(lambda problem: problem.answer.kind == "expression")
def test_a_key_is_right_as_it_is_written_and_every_slip_is_named(blueprint: Blueprint) -> None:
    for found in records(blueprint, "open", 1):
        question, value = asked(found), found["answer"]["value"]
        assert check(value["plain"], question).state == check(value["latex"], question).state == "right"
        assert sum(each is not None for each in question.values) >= table()["points"] // 2, "hardly defined"
        for wrong in found["slips"]:
            for text in (wrong["value"]["plain"], wrong["value"]["latex"]):
                told = check(text, question)
                assert told.state == "slip", f"{text} is {told}"
                same = next(other for other in found["slips"] if other["key"] == told.slip)
                assert told.message == same["words"]
                if told.slip != wrong["key"]:  # another slip that comes to the same
                    assert check(text, of_record(found, same["value"]["plain"])).state == "right"


def of_record(found: dict[str, Any], value: str) -> Asked:
    """The same question with another key."""
    return asked({**found, "answer": {**found["answer"], "value": {"plain": value}}, "slips": []})


@each(lambda problem: problem.answer.kind == "expression")
def test_what_is_read_has_the_value_of_what_was_written(blueprint: Blueprint) -> None:
    """A second way to the value: the tree that was printed, worked out by plain arithmetic."""
    problem = blueprint.problem
    told = vocabulary(problem)
    letters = Letters(told["names"])
    written = [opened(problem.lines, problem.answer.symbol), *problem.opens.values()]
    written += [slipped(problem, each) for each in blueprint.slips]
    for expr in written:
        for seed in range(3):
            point = {name: seeded(f"{name}/{seed}").uniform(0.1, 0.9) for name in told["names"]}
            found = read(plain(expr), letters, most=10_000)
            assert found is not None
            value = valued(found, {name: (value, 0.0) for name, value in point.items()})
            assert value and value[0] == pytest.approx(evaluate(expr, point), rel=1e-12)
            assert abs(value[0] - evaluate(expr, point)) <= 4 * value[1] + 1e-15


def test_the_letters_of_a_question_and_what_they_stand_for() -> None:
    n, m, x, y, h, out = (Sym(name) for name in ("n", "m", "x", "y", "h", "out"))
    problem = Problem(
        ask="?",
        answer=Answer("expression", out),
        lines=(Line(out, Pow(as_expr(2), n) * h + floor(m / 2) + x, "it"),),
        slips=(slip("y", "took y", {out: y}),),
        opens={h: exp(x)},
        proves={out: x},
    )
    assert vocabulary(problem) == {
        "names": {"n": "n", "h": "h", "m": "m", "x": "x", "y": "y"},
        "opens": {"h": "exp(x)"},
        "whole": ["n", "m"],
    }
    above = Line(Sym("dh_dx", r"\frac{\partial h}{\partial x}"), h * 1, "slope")
    assert vocabulary(problem, [above])["names"]["dh_dx"] == above.symbol.latex
    assert vocabulary(problem, [above])["opens"] == {"dh_dx": "h", "h": "exp(x)"}


def test_the_example_in_the_documentation() -> None:
    linear = compiled("bptt-recurrent-weight", timesteps=3, activation="linear", loss="squared", start="zero")
    question = asked(records(linear, "open", 1)[0])
    told = check("2(ŷ - y) w_y h_2", question)
    assert (told.state, told.slip) == ("slip", "only-last-step") and told.message.startswith("stopped at the last")
    shown = (DATA.parent.parent / "docs" / "typed-answers.md").read_text(encoding="utf-8")
    assert f"{table()['length']:,} characters, {table()['depth']} brackets" in shown
    assert f"exponents up to {table()['exponent']}" in shown and f"at {table()['points']} points" in shown
    assert 'check("2(ŷ - y) w_y h_2", question)  # Verdict(state="slip", message="stopped' in shown


def test_only_an_expression_can_be_checked() -> None:
    with pytest.raises(ExpressionError, match="kind integer is no expression"):
        asked({"id": "it", "answer": {"kind": "integer", "value": 3}, "slips": []})


@pytest.mark.parametrize(
    ("name", "latex", "texts"),
    [
        ("h_3", "h_{3}", ["h_3", "h3", "h_{3}", "h_(3)", "h₃", "H_3", "h_{ 3 }", "h _ 3"]),
        ("yhat", r"\hat{y}", ["yhat", "y_hat", "ŷ", "y\u0302", "y^", r"\hat{y}", r"\hat y", "hat(y)", "Yhat"]),
        ("yhat_2", r"\hat{y}_2", ["yhat_2", "yhat2", "ŷ_2", "ŷ₂", "y_2^", "y^_2", r"\hat{y}_{2}", "y_2_hat"]),
        ("c_prev", "c_{t-1}", ["c_prev", "cprev", "c_{t-1}", "c_(t-1)", "c_t-1", "cₜ₋₁", "c_{t − 1}"]),
        ("delta_2", r"\delta_{2}", ["delta_2", "delta2", "δ_2", "δ₂", "δ2", r"\delta_2", "𝛿_2"]),
        ("ctilde_t", r"\tilde{c}_t", ["ctilde_t", "c_tilde_t", "c̃_t", r"\tilde{c}_t", r"\tilde c_{t}", "c_t_tilde"]),
        ("W_hh", "W_{hh}", ["W_hh", "Whh", "W_{hh}", "w_hh", r"\mathbf{W}_{hh}"]),
        ("h_1", "{h}_{1}", ["h_1", "h1", "h_{1}"]),
        ("dc_3", r"\delta c_3", ["dc_3", "dc3", "δc_3", "δ c_3", r"\delta c_3", r"\delta c_{3}", "delta c3"]),
        ("dL_dh_2", r"\frac{\partial L}{\partial h_{2}}", ["dL_dh_2", "dL/dh_2", "∂L/∂h_2", "∂L/∂h₂"]),
    ],
)
def test_the_spellings_of_a_name(name: str, latex: str, texts: list[str]) -> None:
    letters = Letters({name: latex, "w": "w", "q": "q"})
    for text in texts:
        assert read(text, letters) == Sym(name, latex), text
        for around in ("2*{}*q", "({})q", "q·{}", "{} + w", "({})", "{}/q"):
            assert read(around.format(text), letters) == read(around.format(name), letters), (around, text)


def test_a_spelling_that_could_mean_two_names_means_neither() -> None:
    letters = Letters({"w_12": "w_{12}", "w_1_2": "w_{1}_{2}", "h_t": "h_t", "h_next": "h_{t+1}"})
    with pytest.raises(ExpressionError, match="“w12” is no name here"):
        read("w12", letters)
    assert read("h_t+1", letters) == read("1*(h_t) + 1", letters) or plain(read("h_t+1", letters)) == "h_t + 1"  # type: ignore[arg-type]
    assert read("h_{t+1}", letters) == Sym("h_next", "h_{t+1}")


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("-a^2", "-a^2"),
        ("2^a^b", "2^(a^b)"),
        ("a/b*c", "a*c/b"),
        ("a/b/c", "a/(b*c)"),
        ("1/2(a + b)", "1*(a + b)/2"),
        ("a^2b", "a^2*b"),
        ("2(a - 1)b", "2*(a - 1)*b"),
        ("tanh^2(a)", "tanh(a)^2"),
        ("tanh a b", None),
        ("a - -b", "a - (-b)"),
        ("2e-3a", "0.002*a"),
        ("2e^a", "2*2.718281828459045^a"),
        ("|a|b|c|", "absolute(a)*b*absolute(c)"),
        ("|a - |b||", None),
        ("|(|a|)|", "absolute(absolute(a))"),
        ("max(a, b, 1)", "largest(a, b, 1)"),
    ],
)
def test_what_binds_what(text: str, read_as: str | None) -> None:
    letters = Letters({name: name for name in "abc"})
    if read_as is None:
        with pytest.raises(ExpressionError):
            read(text, letters)
    else:
        found = read(text, letters)
        assert found is not None
        assert plain(found) == read_as


# --- equal forms ---------------------------------------------------------------------------------------------------

LETTERS = ("h_2", "h_3", "w_h", "yhat", "y", "delta")
SYMBOLS = {name: sympy.Symbol(name, real=True) for name in LETTERS}


def drawn(chance: random.Random, depth: int = 3) -> Any:
    """A random expression, as sympy has it."""
    if depth == 0 or chance.random() < 0.15:
        return sympy.Integer(chance.randint(1, 4)) if chance.random() < 0.25 else chance.choice(list(SYMBOLS.values()))
    one, other = drawn(chance, depth - 1), drawn(chance, depth - 1)
    match chance.randrange(10):
        case 0 | 1 | 2:
            return one + other
        case 3 | 4:
            return one - other
        case 5 | 6 | 7:
            return one * other
        case 8:
            return one**2 if chance.random() < 0.5 else one / (other**2 + 1)
    return chance.choice((sympy.tanh, sympy.exp, lambda inner: 1 / (1 + sympy.exp(-inner))))(one)


def commuted(expr: Any, chance: random.Random, opens: Mapping[Any, Any] | None = None) -> str:
    """The text of an expression with its sums and products in any order, and some of its letters opened."""
    if opens and expr in opens and chance.random() < 0.3:
        return f"({commuted(opens[expr], chance, opens)})"
    if isinstance(expr, sympy.Add | sympy.Mul):
        parts = [commuted(part, chance, opens) for part in expr.args]
        chance.shuffle(parts)
        return (" + " if isinstance(expr, sympy.Add) else "*").join(f"({part})" for part in parts)
    if isinstance(expr, sympy.Pow):
        if expr.exp.is_Integer and expr.exp < 0:
            return f"1/({commuted(expr.base**-expr.exp, chance, opens)})"
        return f"({commuted(expr.base, chance, opens)})^({commuted(expr.exp, chance, opens)})"
    if isinstance(expr, sympy.Function):
        return text_of(expr.func(sympy.Symbol("it"))).replace("it", commuted(expr.args[0], chance, opens))
    return text_of(expr)


def text_of(expr: Any) -> str:
    """An expression as sympy prints it, with its e and its logarithm as they are typed."""
    return re.sub(r"\bE\b", "e", str(expr)).replace("log(", "ln(")


def halved(expr: Any, chance: random.Random) -> str:
    """Divided and multiplied by something that is never zero."""
    other = drawn(chance, 1) ** 2 + chance.randint(1, 3)
    return f"({text_of(expr)})/({text_of(other)})*({text_of(sympy.expand(other))})"


def shifted(expr: Any, chance: random.Random) -> str:
    """With something added and taken away again, written otherwise."""
    other = drawn(chance, 2)
    return f"{text_of(expr)} - ({text_of(other)}) + {commuted(other, chance)}"


REWRITES: tuple[Callable[[Any, random.Random], str], ...] = (
    lambda expr, chance: text_of(sympy.expand(expr)),
    lambda expr, chance: text_of(sympy.expand_mul(expr)),
    lambda expr, chance: text_of(sympy.together(expr)),
    lambda expr, chance: text_of(sympy.factor_terms(expr)),
    lambda expr, chance: text_of(expr.rewrite(sympy.exp)),
    lambda expr, chance: text_of(sympy.powsimp(sympy.expand(expr))),
    lambda expr, chance: sympy.latex(expr, symbol_names={SYMBOLS["yhat"]: r"\hat{y}"}, mul_symbol="dot"),
    commuted,
    halved,
    shifted,
)
SPELLINGS = {"h_2": ("h2", "h₂", "h_{2}"), "w_h": ("wh",), "yhat": ("ŷ", "y_hat"), "delta": ("δ",), "h_3": ("h3",)}


def spelled(text: str, chance: random.Random) -> str:
    """The same in another of the ways to type it."""
    for name, ways in SPELLINGS.items():
        if "\\" not in text and chance.random() < 0.5:
            text = text.replace(name, chance.choice(ways))
    if chance.random() < 0.5:
        text = text.replace("**", "^").replace("*", chance.choice(("·", "×", " * ", "*")))
    if "\\" not in text and chance.random() < 0.3:
        text = text.replace(" ", "")
    return text.replace("-", chance.choice("-−"))


def test_two_thousand_equal_forms_are_right() -> None:
    chance, made = random.Random("equal"), 0
    while made < 1000:
        expr = drawn(chance)
        question = of(text_of(expr), " ".join(LETTERS))
        if not expr.free_symbols or sum(each is not None for each in question.values) < table()["points"] // 2:
            continue
        for rewrite in chance.sample(REWRITES, 2):
            text = spelled(rewrite(expr, chance), chance)
            if len(text) <= table()["length"]:
                told = check(text, question)
                assert told == Verdict("right"), f"{text!r} for {expr}: {told}"
                made += 1
    for question, text in rewritten("equal keys", 1000):
        told = check(text, question)
        assert told == Verdict("right"), f"{text!r}: {told}"
        made += 1
    assert made >= 2000


def test_no_formula_holds_a_remainder() -> None:
    for blueprint in expressions():
        problem = blueprint.problem
        for expression in (opened(problem.lines, problem.answer.symbol), *(slipped(problem, s) for s in problem.slips)):
            assert not [each for each in nodes(expression) if isinstance(each, Call) and each.function not in TYPED]


def nodes(expression: Expr) -> list[Expr]:
    return [expression, *(node for part in children(expression) for node in nodes(part))]


def known_to_sympy(expression: Expr) -> bool:
    return all(each.function.sympy for each in nodes(expression) if isinstance(each, Call))


@cache
def keys() -> tuple[tuple[Asked, tuple[Any, ...], tuple[tuple[Any, Any], ...]], ...]:
    """Every question about an expression: key and slips as sympy has them, and what the letters stand for."""
    found = []
    for blueprint in expressions():
        problem, meaning = blueprint.problem, dict[str, Any]()
        written = [opened(problem.lines, problem.answer.symbol), *(slipped(problem, each) for each in blueprint.slips)]
        if not all(map(known_to_sympy, written)):
            continue
        told = tuple(to_sympy(expr, meaning, whole=False) for expr in written)
        opens = tuple(
            (to_sympy(sym, meaning, whole=False), to_sympy(expr, meaning, whole=False))
            for sym, expr in problem.opens.items()
        )
        found.append((asked(records(blueprint, "open", 1)[0]), told, opens))
    return tuple(found)


@cache
def bases(place: int) -> tuple[Any, ...]:
    """A key as it is, multiplied out, and with common factors in front."""
    key = keys()[place][1][0]
    return key, sympy.expand_mul(key), sympy.factor_terms(key)


def rewritten(seed: str, count: int) -> Iterator[tuple[Asked, str]]:
    """Keys of the registry in other words: rewritten, and here and there a letter replaced by what it stands for."""
    chance, made, tried = random.Random(seed), 0, 0
    while made < count:
        place = chance.randrange(len(keys()))
        question, _, opens = keys()[place]
        tried += 1
        assert tried < 20 * count, "hardly any rewriting is short enough to be typed"
        text = commuted(chance.choice(bases(place)), chance, dict(opens) if chance.random() < 0.5 else {})
        if len(text) <= table()["length"]:
            made += 1
            yield question, text


# --- other forms ---------------------------------------------------------------------------------------------------


def mutated(expr: Any, chance: random.Random) -> Any:
    """The expression with one thing changed somewhere in it."""
    if not expr.args or chance.random() < 0.3:
        other = chance.choice([each for each in SYMBOLS.values() if each != expr])
        return chance.choice([expr + 1, 2 * expr, -expr, expr**2, other, expr * other, expr + other])
    place = chance.randrange(len(expr.args))
    args = list(expr.args)
    if isinstance(expr, sympy.Add | sympy.Mul) and chance.random() < 0.3:
        del args[place]
    else:
        args[place] = mutated(args[place], chance)
    return expr.func(*args)


def differ(one: Any, other: Any, chance: random.Random) -> bool:
    """Whether two expressions have different values somewhere, worked out with fifty digits."""
    for _ in range(3):
        point = {each: sympy.Rational(chance.randint(3, 17), 10) for each in one.free_symbols | other.free_symbols}
        gap, size = ((one - other).evalf(50, subs=point), abs(one.evalf(50, subs=point)))
        if gap.is_comparable and size.is_comparable and abs(gap) > 1e-6 * max(1, size):
            return True
    return False


def test_two_thousand_other_expressions_are_wrong() -> None:
    chance, made = random.Random("unequal"), 0
    while made < 1000:
        expr = drawn(chance)
        other = mutated(expr, chance)
        if other.has(sympy.zoo, sympy.nan) or not differ(expr, other, chance):
            continue
        question, text = of(text_of(expr), " ".join(LETTERS)), spelled(text_of(other), chance)
        if not any(question.values):
            continue
        told = check(text, question)
        assert told.state in ("wrong", "unclear"), f"{text!r} for {expr}: {told}"
        assert told.state == "wrong" or sum(map(bool, question.values)) < table()["points"] // 2, f"{text!r}: {told}"
        made += 1
    for question, told_, _ in keys():
        for number, wrong in enumerate(told_[1:]):
            text = commuted(wrong, chance)
            told = check(text, question)
            assert (told.state, told.slip) == ("slip", question.slips[number].key), f"{text!r}: {told}"
            made += 1
    while made < 2000:
        question, (key, *_), _ = chance.choice(keys())
        letters = sorted(key.free_symbols, key=str)
        moved = key.subs(letters[chance.randrange(len(letters))], chance.choice([*letters, sympy.Integer(2)]))
        moved = moved if chance.random() < 0.5 else key + moved / 7
        if differ(key, moved, chance):
            text = text_of(moved)
            assert check(text, question).state in ("wrong", "slip"), text
            made += 1


# --- anything that may be typed ------------------------------------------------------------------------------------

PIECES = (
    *"0123456789.+-*/^()[]{}|,'!=<>%$&_\\ abehnxyσδ²₃ŷ√⌊⌋½",
    *(
        "tanh",
        "exp",
        "ln",
        "log2",
        "max",
        "frac",
        "\\frac",
        "\\left(",
        "1e9",
        "9^9^9",
        "e^e^e",
        "exp(exp(",
        "((((((((",
        "h_3",
    ),
    *(
        "^^",
        "**",
        "__",
        "{}",
        "_{",
        "^{",
        "\u0302",
        "\u200b",
        "\ud7ff",
        "🧮",
        "١",
        "ﷺ",
        "\x00",
        "\n",
        "1/",
        "|",
        "-" * 60,
    ),
)


def fuzzed(seed: str, count: int) -> Iterator[tuple[str, str]]:
    """Random pieces, random characters, and recorded texts with pieces put in, left out, doubled and swapped."""
    chance, cases = random.Random(seed), EXPRESSIONS["cases"]
    for number in range(count):
        name, text, *_ = chance.choice(cases)
        match number % 4:
            case 0:
                text = "".join(chance.choices(PIECES, k=chance.choice((1, 3, 10, 60, 300))))
            case 1:
                text = "".join(chr(chance.choice((chance.randrange(32, 0x3000), chance.randrange(0x10000, 0x20000))))
                               for _ in range(chance.choice((1, 5, 50, 499))))  # fmt: skip
            case _:
                for _ in range(chance.randint(1, 4)):
                    at, to = sorted(chance.choices(range(len(text) + 1), k=2))
                    start, middle, end = text[:at], text[at:to], text[to:]
                    put_in = chance.choice(PIECES)
                    text = start + chance.choice([put_in + middle + end, end, 2 * middle + end, end + middle])
        yield name, text


HEAVY = [
    "exp(" * 29 + "a" + ")" * 29,
    "+".join(["tanh(a)"] * 60),
    "^".join("a" * 30),
    "^".join("9" * 30),
    "a^" * 249 + "a",
    "a/" * 249 + "a",
    "-" * 499 + "a",
    "(" * 499,
    "a" * 500,
    "a+" * 249 + "a",
    "|" * 500,
    "max(" + "a," * 240 + "a)",
    "99^99^99^99",
    "(((9^99)^99)^99)^99",
    "9" * 499,
    "0." + "0" * 490 + "1",
    "1e" + "9" * 400,
    "⁹" * 500,
    "ﷺ" * 500,
    "\\frac{" * 80,
    "a_{" * 160,
    "ŷ" * 500,
    "\\text{" * 80,
    "=" * 500,
    "ln " * 160 + "a",
    "a" * 1_000_000,
]
LIMIT = 0.1  # seconds of the processor


def test_ten_thousand_texts_make_no_trouble() -> None:
    """No traceback, a message of one line, and none slow (the best of three, for the machine may be busy)."""
    questions = {name: asked(record(question)) for name, question in EXPRESSIONS["questions"].items()}
    states: dict[str, int] = {}
    for name, text in [*fuzzed("fuzz", 10_000), *((name, text) for name in questions for text in HEAVY)]:
        spent = []
        while len(spent) < 3 and (not spent or min(spent) > LIMIT):
            start = time.process_time()
            told = check(text, questions[name])
            spent.append(time.process_time() - start)
        assert min(spent) <= LIMIT, f"{text[:80]!r} took {min(spent):.2f} s"
        assert told.state in ("right", "wrong", "slip", "unclear", "empty")
        assert "\n" not in told.message and len(told.message) < 400, told
        states[told.state] = states.get(told.state, 0) + 1
    assert states["unclear"] > 1000 and states["wrong"] > 500 and states["right"] > 50, states


def test_nothing_takes_much_memory() -> None:
    question = of("a + b")
    check("a", question)  # what is made once for a question
    tracemalloc.start()
    for text in [*HEAVY, *(text for _, text in fuzzed("memory", 200))]:
        check(text, question)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000 and kept < 200_000, f"{peak} bytes, {kept} kept"


def test_the_work_is_bounded() -> None:
    """By the number of values that are computed: that many letters, at that many points, for key and slips at most."""
    for text in HEAVY:
        try:
            found = read(text, Letters({"a": "a"}))
        except ExpressionError:
            continue
        assert found is None or size(found) <= 2 * table()["length"]
    assert len(tidied("⁹" * 500)) <= 2 * table()["length"]


def size(expr: Expr) -> int:
    from generator.notation import children

    return 1 + sum(map(size, children(expr)))
