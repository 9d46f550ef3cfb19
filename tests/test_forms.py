"""Forms: for every structure of the registry and every form that takes it, what a record says is worked out again.

The second way is `work` on the problem's lines (see conftest) and the printed page, never the row or the form's picker.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FUNCTIONS, blueprints, by_latex, each, evaluate, numbers_in, questions, reckon, work

from generator.blueprint import Blueprint, compile_structure
from generator.concepts import concept_family
from generator.derivation import Line, Problem, Slip
from generator.family import families
from generator.formats.jsonl import record
from generator.formats.md import answer as key_page
from generator.forms import FORMS
from generator.forms.wrong import worked
from generator.notation import Expr, Num, Sym, as_expr, children, spoken
from generator.question import Question
from generator.reading import latex

DRAWS = 3
SHOWN = 4  # suspicions of find-the-slip


@dataclass(frozen=True)
class Made:
    """A question with its record, and the working that belongs to it, right and wrong."""

    question: Question
    record: dict[str, Any]

    @property
    def problem(self) -> Problem:
        return self.question.sheet.problem

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.problem.lines

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """What was drawn; of a derivation, which draws nothing, some number for every letter, between 0 and 1."""
        if self.problem.answer.static:
            letters = {sym.name for sym in self.letters} - {sym.name for sym in self.symbols}
            whole = {sym.name: axis.values[-1] for sym, axis in self.problem.letters.items()}
            return {name: 0.1 + 0.8 * (0.381966 * place % 1) for place, name in enumerate(sorted(letters))} | whole
        return {name: value for name, value in self.record["numbers"].items() if name != self.question.form.variant}

    @property
    def symbols(self) -> list[Sym]:
        return [line.symbol for line in self.lines]

    @cached_property
    def expressions(self) -> list[Expr]:
        """The right-hand side of every line, right or wrong."""
        wrong = [expression for slip in self.slips.values() for expression in slip.instead.values()]
        return [*(line.expression for line in self.lines), *wrong]

    @cached_property
    def letters(self) -> set[Sym]:
        """All that a line is written with, right or wrong."""
        return {sym for expression in self.expressions for sym in expression.written}

    @cached_property
    def nodes(self) -> list[Expr]:
        """Everything that stands in a line, right or wrong."""
        return [node for expression in self.expressions for node in within(expression)]

    @cached_property
    def said(self) -> set[str]:
        """What stands in a line as words."""
        return {latex(node) for node in self.nodes if spoken(node)}

    @cached_property
    def values(self) -> dict[str, Any]:
        return work(self.problem, self.numbers)

    @cached_property
    def slips(self) -> dict[str, Slip]:
        blueprint = self.question.sheet.blueprint
        return {slip.key: slip for slip in blueprint.slips[: blueprint.singles]}

    @cache  # noqa: B019 — a question lives as long as its test
    def spoiled(self, slip: str) -> dict[str, Any]:
        """Every value in the working with a slip."""
        return work(self.problem, self.numbers, self.slips[slip])

    def first(self, slip: str) -> int:
        """The place of the first line that a slip replaces."""
        return min(map(self.symbols.index, self.slips[slip].instead))

    def named(self, latex: str) -> Line:
        """The line whose quantity is written so."""
        (found,) = (line for line in self.lines if line.symbol.latex == latex)
        return found

    def uses(self, place: int) -> set[int]:
        """The places of the lines that a line uses."""
        written = {sym.name for sym in self.lines[place].expression.written}
        return {n for n, sym in enumerate(self.symbols) if written & {sym.name, *(part.name for part in sym.parts)}}

    def __hash__(self) -> int:
        return hash(self.question.id)

    def __str__(self) -> str:
        return f"{self.record['family']} {self.record['structure']} {self.record['numbers']}"


def made(blueprint: Blueprint, id: str, count: int = DRAWS) -> list[Made]:
    """Some questions of a structure in a form; none if it cannot be asked so."""
    form = FORMS[id]
    found = questions(blueprint, id, count) if form.asks(blueprint) else []
    if not found:
        return []
    fill = record(found[0].sheet, form)
    return [Made(each, json.loads(fill(each.row(1, 1), each.chosen))) for each in found]


worked_by_lines = each(lambda problem: problem.lines and not any(line.kind for line in problem.lines))


def within(expression: Expr) -> list[Expr]:
    """An expression and all that it is made of."""
    return [expression, *(node for part in children(expression) for node in within(part))]


def flat(value: Any) -> list[Any]:
    """Nested lists and arrays laid flat."""
    if isinstance(value, np.ndarray):
        return [float(leaf) for leaf in value.ravel()]
    return [leaf for part in value for leaf in flat(part)] if isinstance(value, list | tuple) else [value]


def same(got: Any, wanted: Any, within: float = 1e-6) -> bool:
    got, wanted = flat(got), flat(wanted)
    return len(got) == len(wanted) and all(abs(a - b) <= within for a, b in zip(got, wanted, strict=True))


def defined(value: Any) -> bool:
    return not any(math.isnan(leaf) for leaf in flat(value))


def half(line: Line) -> float:
    """Half of the last place that a line keeps."""
    return 0 if line.places is None else 0.5 * 10**-line.places


CUT = r"{\ldots}"  # behind a number cut after two decimals


def shows(text: str, value: Any) -> bool:
    """Whether a printed value is this one: cut after two decimals (21.33…), or with what it is rounded to (≈ 21)."""
    printed = text.split(r"\approx", maxsplit=1)[0]
    return same(numbers_in(printed), value, 0.01 if CUT in printed else 1e-6)


def check_line(one: Made, math_: str, values: Mapping[str, Any], place: int) -> None:
    """One printed line, symbol = expression = numbers = value: every side comes to the line's value."""
    line, sides = one.lines[place], math_.split(" = ")
    wanted = values[line.symbol.name]
    assert sides[0] == line.symbol.latex, f"{one}: {math_}"
    if line.symbol.shape:
        # a side alone is a step of the working, perhaps not the last
        assert shows(sides[-1], wanted) or (len(sides) == 2 and not is_value(sides[1], line)), f"{one}: {math_}"
        for side in sides[2:-1]:
            assert set(numbers_in(side)) <= numerals(one, values), f"{one}: {math_}"
        return
    rewritten, names = by_latex(one.problem, dict(values))
    names |= letters(one, values)
    for side in sides[1:]:
        if any(words in side for words in one.said):  # said in words: only the value can be told
            continue
        if CUT in side:  # numbers cut after two decimals: only what they come to can be told
            worked_out = not re.fullmatch(rf"-?[\d{{}},]+\.\d+{re.escape(CUT)}( \\approx .*)?", side)
            assert worked_out or shows(side, wanted), f"{one}: {math_} should come to {wanted}"
            continue
        found = reckon(rewritten(side.split(r"\approx")[0]), names)
        near = 1e-6 * max(1, abs(wanted)) + (half(line) if line.places is not None else 0)
        assert abs(found - wanted) <= near + 1e-9, f"{one}: {side} in {math_} is {found}, not {wanted}"


def is_value(side: str, line: Line) -> bool:
    """Whether a side is one array written out in numbers."""
    array = side.replace(r"\begin{pmatrix}", "").replace(r"\end{pmatrix}", "")
    return not re.search("[A-Za-z]", array) and len(numbers_in(side)) == math.prod(line.symbol.shape)


def numerals(one: Made, values: Mapping[str, Any]) -> set[float]:
    """Every number that the working may put in, as it is printed: values and constants, also behind a minus sign."""
    leaves = [leaf for value in values.values() for leaf in flat(value) if not isinstance(leaf, str)]
    found = {round(leaf, 6) for leaf in leaves} | {each.value for each in one.nodes if isinstance(each, Num)}
    return found | {-each for each in found}


def letters(one: Made, values: Mapping[str, Any]) -> dict[str, Any]:
    """The letters of a working, as `reckon` spells them: by name those of a derivation, else as they are printed."""
    known = [sym for sym in one.letters if sym.name in values]
    printed = {re.sub(r"_\{(\w+)\}", r"_\1", sym.latex): values[sym.name] for sym in known}
    return {sym.name: values[sym.name] for sym in known} | printed


def listed(text: str) -> list[tuple[str, str]]:
    """The numbered lines of a text: label and formula."""
    items = re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]
    found = []
    for item in items:
        label, math_ = re.fullmatch(r"(.*?):\s+\$+\s*(.*?)\s*\$+.*", item.strip(), re.DOTALL).groups()  # type: ignore[union-attr]
        found.append((label, re.sub(r"\s*\n\s*", " ", math_)))
    return found


# --- fill the line -----------------------------------------------------------------------------------------------


@worked_by_lines
def test_fill_the_line(blueprint: Blueprint) -> None:
    for one in made(blueprint, "fill-the-line"):
        name, answer = one.record["numbers"]["line"], one.record["answer"]
        place = [sym.name for sym in one.symbols].index(name)
        line, key = one.lines[place], one.values[name]
        assert same(valued(one, answer["value"]), key), f"{one}: {answer['value']} is not {key}"
        assert answer["tolerance"] == pytest.approx(half(line))
        assert answer["kind"] == _kind(one, line), f"{one}: {answer['kind']}"

        shown = listed(one.record["stem"].partition("Somebody works")[2])
        assert len(shown) == place + 1, f"{one}: {shown}"
        for above, (label, math_) in enumerate(shown[:-1]):
            assert label == one.lines[above].label
            check_line(one, math_, one.values, above)
        assert re.fullmatch(re.escape(line.symbol.latex) + r" = \\boxed\{.*\}", shown[-1][1]), f"{one}: {shown[-1]}"

        told = {each["key"]: valued(one, each["value"]) for each in one.record["slips"]}
        for key_, value in told.items():
            assert one.first(key_) == place, f"{one}: {key_} is a slip in another line"
            assert same(value, one.spoiled(key_)[name]), f"{one}: {key_} comes to {one.spoiled(key_)[name]}"
            assert not same(value, key, half(line)), f"{one}: {key_} is right"
        values = [tuple(flat(value)) for value in told.values()]
        assert len(set(values)) == len(values), f"{one}: {told}"
        for key_ in set(one.slips) - set(told):
            if one.first(key_) == place and defined(wrong := one.spoiled(key_)[name]):
                known = same(wrong, key, half(line)) or any(same(wrong, value) for value in told.values())
                assert known, f"{one}: {key_} comes to {wrong}, which is not listed"


def valued(one: Made, value: Any) -> Any:
    """What a record's value comes to: an expression at the values of its letters, typed and printed alike."""
    if not isinstance(value, dict):
        return value
    typed = eval(value["plain"].replace("^", "**"), {"__builtins__": {}}, FUNCTIONS | one.numbers)
    assert same(typed, reckon(value["latex"], letters(one, one.values))), f"{one}: {value}"
    return typed


def _kind(one: Made, line: Line) -> str:
    if one.problem.answer.static:
        return "expression"
    if line.symbol.shape:
        return "vector" if len(line.symbol.shape) == 1 else "matrix"
    return "integer" if line.places is None else "decimal"


# --- find the slip -----------------------------------------------------------------------------------------------


@worked_by_lines
def test_find_the_slip(blueprint: Blueprint) -> None:
    for one in made(blueprint, "find-the-slip"):
        key = one.record["numbers"]["slip"]
        wrong = one.spoiled(key)
        shown = listed(one.record["stem"].partition("A student answers")[2])
        assert [label for label, _ in shown] == [line.label for line in one.lines]
        for place, (_, math_) in enumerate(shown):
            check_line(one, math_, wrong, place)
            if one.symbols[place] not in one.slips[key].instead:
                right = one.question.sheet.lines[place].math
                assert looks(math_) == looks(right), f"{one}: {math_} is set otherwise than {right}"
        place = one.first(key)
        name = one.symbols[place].name
        assert not same(wrong[name], one.values[name]), f"{one}: the slip does not show in its line"
        assert all(same(wrong[sym.name], one.values[sym.name]) for sym in one.symbols[:place])

        options = one.record["options"]
        assert len(options) == SHOWN and [option["correct"] for option in options].count(True) == 1
        assert options[one.record["answer"]["value"]]["correct"]
        assert len({option["text"] for option in options}) == SHOWN
        for option in options:
            suspected = option["slip"] or key
            assert bool(option["slip"]) != option["correct"] and (suspected == key) == option["correct"]
            line = one.first(suspected)
            assert option["text"] == f"In line {line + 1} the student {one.slips[suspected].words}."
            if option["correct"]:
                check_right(one, option["feedback"], place, wrong)
            else:
                check_suspicion(one, option["feedback"], suspected, line, wrong)


def looks(math_: str) -> tuple[int, bool]:
    """What gives a line away that is set otherwise: how many sides it has, and whether arrays stand upright."""
    return math_.count(" = "), "pmatrix" in math_


def check_right(one: Made, feedback: str, place: int, wrong: Mapping[str, Any]) -> None:
    """Right: the faulty line, the value or expression that it should have, and in the remark the right line."""
    assert feedback.startswith("Right. The student "), feedback
    remarks = one.record["solution"]["remarks"]
    mended = re.findall(r"Line (\d+) should read \$([^$]*)\$ — (.*)\.$", "\n".join(remarks), re.MULTILINE)
    changed = [n for n, sym in enumerate(one.symbols) if sym in one.slips[one.record["numbers"]["slip"]].instead]
    assert [int(number) - 1 for number, _, _ in mended] == changed and changed[0] == place, f"{one}: {remarks}"
    for number, math_, why in mended:
        assert why == one.lines[int(number) - 1].why
        check_line(one, math_, one.values, int(number) - 1)


def check_suspicion(one: Made, feedback: str, key: str, place: int, wrong: Mapping[str, Any]) -> None:
    """Not so: what the line would read in that case, and that it does not."""
    found = re.fullmatch(r"Not so: line (\d+) would then read \$([^$]*)\$\.", feedback)
    assert found, feedback
    would, told = one.spoiled(key), int(found[1]) - 1
    first, name = one.symbols[place].name, one.symbols[told].name
    assert told == place if not same(would[first], wrong[first]) else told > place, f"{one}: {feedback}"
    check_line(one, found[2], would, told)
    assert not same(would[name], wrong[name]), f"{one}: line {told + 1} reads as {key} has it"


# --- order the lines ---------------------------------------------------------------------------------------------


@worked_by_lines
def test_order_the_lines(blueprint: Blueprint) -> None:
    for one in made(blueprint, "order-the-lines"):
        steps, order = [step_of(one, option["text"]) for option in one.record["options"]], one.record["answer"]["value"]
        assert sorted(order) == list(range(len(steps))) and len(steps) >= 3
        assert len(set(steps)) == len(steps)
        run = sorted(steps)
        assert [steps[place] for place in order] == run, f"{one}: {steps} by {order}"
        everything = [(place, stage) for place in range(len(one.lines)) for stage in stages(one, place)]
        start = everything.index(run[0])
        assert run == everything[start : start + len(run)], f"{one}: not a run of the working: {run}"
        assert in_order(one, run), f"{one}: {run} uses what comes later"
        assert not in_order(one, steps), f"{one}: shown in a right order"


Step = tuple[int, int]  # the place of a line; how far it is worked: formula, numbers put in, value (0 for a whole line)


def stages(one: Made, place: int) -> list[int]:
    if len(one.lines) >= 3:
        return [0]
    expression = one.lines[place].expression
    return [0] if isinstance(expression, Num) else [0, 2] if isinstance(expression, Sym) else [0, 1, 2]


def step_of(one: Made, text: str) -> Step:
    """Which step of the working an option is; its numbers are right."""
    label, math_ = re.fullmatch(r"(?:(.*?): )?\$(.*)\$", text, re.DOTALL).groups()  # type: ignore[union-attr]
    line = one.named(math_.split(" = ")[0])
    place = one.lines.index(line)
    check_line(one, re.sub(r"\s*\n\s*", " ", math_), one.values, place)
    if len(one.lines) >= 3:
        assert label == line.label
        return place, 0
    assert label is None and math_.count(" = ") == 1
    told = one.record["solution"]["lines"][place]
    side = math_.split(" = ")[1]
    return place, 0 if side == told["expression"] else 1 if side == told["substituted"] else 2


def in_order(one: Made, steps: list[Step]) -> bool:
    """Whether each step stands below those that it needs, as far as they are shown."""
    for n, (place, stage) in enumerate(steps):
        for other, far in steps[n + 1 :]:
            earlier = other == place and far < stage
            used = other in one.uses(place) and far == (0 if stage == 0 else max(stages(one, other)))
            if earlier or used:
                return False
    return True


# --- match -------------------------------------------------------------------------------------------------------


@worked_by_lines
def test_match(blueprint: Blueprint) -> None:
    for one in made(blueprint, "match"):
        prompts, options = one.record["prompts"], [option["text"] for option in one.record["options"]]
        order, stem = one.record["answer"]["value"], one.record["stem"]
        assert len(order) == len(prompts) >= 3 and len(set(order)) == len(order) and len(set(prompts)) == len(prompts)
        shown = [numbers_in(option) for option in options]
        assert len({tuple(value) for value in shown}) == len(shown), f"{one}: {options}"
        for prompt, place in zip(prompts, order, strict=True):
            assert same(shown[place], prompted(one, prompt)), f"{one}: {prompt} is not {options[place]}"
        extra = [place for place in range(len(options)) if place not in order]
        assert len(extra) == ("One of the values belongs to none." in stem) == (not one.problem.answer.shapes)
        for place in extra:
            keys = [key for key in one.slips if same(one.spoiled(key)[one.symbols[one.first(key)].name], shown[place])]
            (remark,) = one.record["solution"]["remarks"]
            assert any(f"whoever takes it {one.slips[key].words}: " in remark for key in keys), f"{one}: {remark}"


def prompted(one: Made, prompt: str) -> Any:
    """What a prompt asks for: a quantity by its letter, or a shape by its layer."""
    if shapes := one.problem.answer.shapes:
        place = one.question.sheet.shape_names.index(prompt)
        return [evaluate(side, one.values) for side in shapes[place]]
    label, latex = re.fullmatch(r"(.*), \$(.*)\$", prompt).groups()  # type: ignore[union-attr]
    line = one.named(latex)
    assert label == line.label
    return one.values[line.symbol.name]


# --- select all --------------------------------------------------------------------------------------------------


@worked_by_lines
def test_select_all(blueprint: Blueprint) -> None:
    for one in made(blueprint, "select-all"):
        options = one.record["options"]
        right = [place for place, option in enumerate(options) if option["correct"]]
        assert right == one.record["answer"]["value"] and 1 <= len(right) < len(options)
        quantities = []
        for option in options:
            label, symbol, stated = re.fullmatch(r"(.*): \$(.*?) = (.*)\$", option["text"], re.DOTALL).groups()  # type: ignore[union-attr]
            line = one.named(symbol)
            name = line.symbol.name
            quantities.append(name)
            assert label == line.label
            assert shows(stated, one.values[name]) == option["correct"], f"{one}: {option}"
            if option["correct"]:
                assert option["slip"] == "" and option["feedback"].startswith("True: $")
                check_line(
                    one,
                    option["feedback"].removeprefix("True: $").removesuffix("$."),
                    one.values,
                    one.lines.index(line),
                )
            else:
                assert one.first(option["slip"]) == one.lines.index(line)
                assert shows(stated, one.spoiled(option["slip"])[name]), f"{one}: {option}"
                words = one.slips[option["slip"]].words
                assert option["feedback"].startswith(f"False. Whoever says so {words}: "), option["feedback"]
        assert len(set(quantities)) == len(options), f"{one}: two statements of one quantity"


# --- several blanks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [id for id, form in FORMS.items() if form.response == "blanks"])
@worked_by_lines
def test_blanks(blueprint: Blueprint, form: str) -> None:
    for one in made(blueprint, form):
        blanks = one.record["blanks"]
        asked = [wanted(one, place) for place in range(len(blanks))]
        assert len(blanks) >= 2
        assert one.record["answer"]["value"] == [blank["value"] for blank in blanks]
        for blank, of in zip(blanks, asked, strict=True):
            assert same(blank["value"], [evaluate(side, one.values) for side in of]), f"{one}: {blank}"
            check_followed(one, blank, asked)
        rows = []
        for told in one.record["slips"]:
            wrong = one.spoiled(told["key"])
            row = [[evaluate(side, wrong) for side in of] for of in asked]
            assert same(told["value"], row), f"{one}: {told} should be {row}"
            assert not same(told["value"], one.record["answer"]["value"])
            rows.append(tuple(flat(row)))
        assert len(set(rows)) == len(rows), f"{one}: two slips make the same of it"


def wanted(one: Made, place: int) -> list[Any]:
    """What belongs in a blank: the quantity named in its label, or the sides of a shape."""
    blank = one.record["blanks"][place]
    found = re.search(r": \$(.*)\$$", blank["label"])
    if blank["kind"] != "shape" and found:
        line = one.named(found[1])
        assert blank["label"].startswith(line.title) and blank["tolerance"] == pytest.approx(half(line))
        return [line.symbol]
    if shapes := one.problem.answer.shapes:
        return list(shapes[place])
    model: Any = one.problem.network
    for applied in model.applied(one.problem.convention):
        for weight in applied.weights if applied.counted else ():
            words = f"{weight.name.replace('_', ' ')} of layer {applied.number}, `{applied.node.layer.kind}`"
            if words == blank["label"]:
                return [as_expr(side) for side in weight.shape]
    raise AssertionError(f"{one}: {blank['label']} is no array of the model")


def check_followed(one: Made, blank: Mapping[str, Any], asked: Iterable[list[Any]]) -> None:
    """How an error is carried forward: the rule holds, and rests on nothing but blanks and what is given."""
    if not blank["follow"]:
        return
    latex, rule = blank["follow"].split(" = ", 1)
    line = one.named(latex)
    filled = {side.name for of in asked for side in of if isinstance(side, Sym)}
    between = {sym.name for sym in one.symbols} - filled
    rewritten, names = by_latex(one.problem, {name: v for name, v in one.values.items() if name not in between})
    value = one.values[line.symbol.name]
    if line.symbol.shape:  # matrices side by side are more than this reader takes: `check_line` has them in the key
        assert not is_value(rule, line), f"{one}: {blank}"
        return
    assert abs(reckon(rewritten(rule), names) - value) <= 1e-6 * max(1, abs(value)) + half(line), f"{one}: {blank}"


# --- explain in words --------------------------------------------------------------------------------------------

DECK = """
title = "Test"
topic = "Test"

[[card]]
id = "forgetting"
question = "Why does an LSTM forget?"
answer = "By its forget gate."
objective = "explain"
difficulty = 2
source = "002"
model_answer = "Its forget gate scales the cell state, by $f_t$ between 0 and 1."
rubric = [
  { points = 2, text = "names the forget gate" },
  { points = 0.5, text = "says that $f_t$ lies between 0 and 1" },
]

[[card]]
id = "plain"
question = "What is a gate?"
answer = "A vector between 0 and 1."
objective = "define"
difficulty = 1
source = "002"
"""


def test_explain_in_words(tmp_path: Path) -> None:
    path = tmp_path / "test-deck.toml"
    path.write_text(DECK, encoding="utf-8")
    family = concept_family(path)
    found = {card: compile_structure(family, {"card": card}) for card in ("forgetting", "plain")}
    explained, plain = found["forgetting"], found["plain"]
    assert explained and plain
    assert not FORMS["explain-in-words"].asks(plain) and FORMS["explain-in-words"].asks(explained)
    (one,) = made(explained, "explain-in-words")
    model_answer = "Its forget gate scales the cell state, by $f_t$ between 0 and 1."
    assert one.record["answer"] == {"kind": "words", "value": model_answer, "tolerance": 0, "unit": ""}
    assert one.record["rubric"] == [
        {"points": 2, "text": "names the forget gate"},
        {"points": 0.5, "text": "says that $f_t$ lies between 0 and 1"},
    ]
    assert one.record["stem"] == "Why does an LSTM forget?" and one.record["options"] == one.record["slips"] == []
    page = key_page(one.question.sheet, one.question.form)(one.question.row(1, 2), one.question.chosen)
    assert model_answer in page and "- 2 — names the forget gate" in page and "- 0.5 — says that" in page


# --- which forms there are ---------------------------------------------------------------------------------------

SEVERAL = ("several-blanks", "match")
WORKED = {"fill-the-line": 1, "find-the-slip": 1, "order-the-lines": 3}  # lines that a form needs
LEAST = {
    "integer": ("open", "choice", "fill-the-line", "find-the-slip", "order-the-lines"),
    "decimal": ("open", "choice", "fill-the-line", "find-the-slip", "order-the-lines"),
    "vector": ("open", "choice", "fill-the-line", "find-the-slip"),
    "matrix": ("open", "choice", "fill-the-line", "find-the-slip"),
    "shape": ("open", "choice", "fill-the-line", "find-the-slip", "order-the-lines"),
    "shapes": ("open", "choice", "fill-the-line", "find-the-slip", "order-the-lines", *SEVERAL),
    "expression": ("open", "choice", "fill-the-line", "find-the-slip", "order-the-lines"),
    "letters": ("open", *SEVERAL),
    "list": ("open", "choice"),
    "words": ("flash",),
}


@pytest.mark.parametrize("id", families())
def test_every_family_takes_the_least_forms_of_its_answers(id: str) -> None:
    found = [blueprint for blueprint in blueprints() if blueprint.family.id == id]
    for kind in {blueprint.problem.answer.kind for blueprint in found}:
        alike = [blueprint for blueprint in found if blueprint.problem.answer.kind == kind]
        lines = max(len(worked(blueprint)) for blueprint in alike)
        for form in LEAST[kind]:
            if kind in ("shape", "shapes") and lines < WORKED.get(form, 0):
                continue  # shapes that are read off and not worked out
            assert any(map(FORMS[form].asks, alike)), f"{id}: no question of kind {kind} as {form}"
