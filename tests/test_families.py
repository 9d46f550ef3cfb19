"""Every structure of every family: compiled, proven, and its answers found another way."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from conftest import OWN, accepted, answer, arrays, draws, each, each_family, reckon, records, size, work

from generator.blueprint import Blueprint
from generator.derivation import Answer, Line, Problem
from generator.errors import RecipeError
from generator.explain import explain
from generator.family import Family, enter, families, find
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.layers import Weight
from generator.model_file import read_model
from generator.notation import Sym
from generator.question import maker
from generator.row import RESERVED, layout
from generator.sheet import Sheet
from generator.space import span

DRAWS = 50


def drawn(problem: Problem) -> bool:
    return bool(problem.numbers)


@each_family
def test_family_makes_questions_and_says_what_it_asks(family: Family) -> None:
    structures = [dict(structure) for structure in family.structures()]
    assert any(family.problem(structure) for structure in structures), f"{family.id} refuses every structure"
    assert family.asks and family.topic, f"{family.id} needs a docstring and a topic"
    assert family.id == family.id.lower() and "_" not in family.id


def test_a_second_family_of_the_same_id_is_an_error() -> None:
    with pytest.raises(ValueError, match="two families"):
        enter(next(iter(families().values())))


def test_a_misspelt_family_is_named_with_the_nearest() -> None:
    with pytest.raises(RecipeError, match="id you mean 'lstm-step'"):
        find("lstm-stpe")


@pytest.mark.parametrize("name", RESERVED)
def test_a_quantity_cannot_take_the_name_of_what_is_said_of_a_question(name: str) -> None:
    taken, other = Sym(name), Sym("other")
    for drawn, line in ((taken, other), (other, taken)):
        lines = (Line(line, drawn + 1, "one more"),)
        problem = Problem("", Answer("integer", line), lines, {drawn: span(1, 3)}, proves={line: drawn + 1})
        with pytest.raises(ValueError, match=f"its own {name}"):
            layout(problem, (), ())


@each(everyday=True)
def test_structure_compiles_into_what_was_asked(blueprint: Blueprint) -> None:
    written = blueprint.family.problem(blueprint.structure)
    assert written
    if isinstance(written.answer.of, Sym):
        assert blueprint.problem.answer == written.answer, "the answer goes by another name than the family gave it"
    led = {sym for part in (*blueprint.problem.answer.parts, *blueprint.problem.proves) for sym in part.written}
    for line in reversed(blueprint.problem.lines):
        told = f"{line.symbol.name}: {line.why!r} neither leads to the answer nor is proven"
        assert line.symbol in led or led & set(line.symbol.parts), told
        led |= set(line.expression.written)


@each()
def test_some_form_takes_it(blueprint: Blueprint) -> None:
    taken = [form.id for form in FORMS.values() if form.asks(blueprint)]
    assert "flash" in taken
    assert ("choice" in taken) == bool(blueprint.slips), f"takes {taken} with {len(blueprint.slips)} slips"


@each(drawn)
def test_half_of_the_draws_or_more_are_accepted(blueprint: Blueprint) -> None:
    tried = list(islice(draws(blueprint), 400))
    taken = sum(blueprint.layout.compute(numbers) is not None for numbers in tried)
    assert taken * 3 >= len(tried), f"{taken} of {len(tried)} draws accepted"


# --- the answer, another way -------------------------------------------------------------------------------------


@each(drawn)
def test_row_is_what_the_lines_come_to(blueprint: Blueprint) -> None:
    """By the tree, as the family wrote it: exact fractions, or decimals rounded line by line."""
    written = blueprint.family.problem(blueprint.structure)
    assert written
    for values in accepted(blueprint, DRAWS):
        numbers = _drawn(written, values)
        by_hand, row = (
            answer(written, work(written, numbers)),
            answer(blueprint.problem, arrays(blueprint.problem, values)),
        )
        assert row == by_hand, f"{numbers}: the row says {row}, the lines {by_hand}"


@each(lambda problem: problem.model and problem.answer.kind == "integer" and problem.convention)
def test_count_is_the_size_of_thearrays(blueprint: Blueprint) -> None:
    """By whole numbers: every weight's shape multiplied out; a number of parameters may be given instead of asked."""
    for found in records(blueprint, "open", DRAWS):
        convention = found["convention"] or "classic"
        network = read_model(found["model"])
        assert size(network, convention) == network.parameters(convention)
        if kept := KEPT.get(found["answer"]["unit"]):
            told, wanted = found["answer"]["value"], kept
        elif "parameters" in (values := blueprint.values(dict(found["numbers"].items()))):
            told, wanted = values["parameters"], KEPT["parameters"]
        else:
            continue
        arrays = [weight for weight in network.weights(convention) if wanted(weight)]
        assert sum(math.prod(weight.shape) for weight in arrays) == told, f"{found['numbers']} {found['model']}"


KEPT: dict[str, Callable[[Weight], bool]] = {
    "parameters": lambda weight: not weight.buffer,
    "trainable parameters": lambda weight: weight.trainable,
    "non-trainable parameters": lambda weight: not weight.trainable,
}


@each(lambda problem: problem.answer.unit == "bytes")
def test_memory_is_what_explain_says(blueprint: Blueprint) -> None:
    for found in records(blueprint, "open", DRAWS):
        told = explain(read_model(found["model"]), found["convention"])
        assert told.memory[found["structure"]["dtype"]] == found["answer"]["value"]


@each(lambda problem: problem.check and problem.numbers)
def test_check_agrees(blueprint: Blueprint) -> None:
    problem = blueprint.problem
    assert problem.check
    for values in accepted(blueprint, DRAWS):
        expected = problem.check(values)
        flat = list(expected) if isinstance(expected, list) else [expected]
        got = answer(problem, arrays(problem, values))
        near = values.get("tolerance", 0)
        told = f"{_drawn(problem, values)}: {got} against {flat} ± {near}"
        if near:
            assert got == pytest.approx(flat, abs=near), told
        else:
            assert got == flat, told


def _drawn(problem: Problem, values: dict[str, Any]) -> dict[str, Any]:
    return {sym.name: arrays(problem, values)[sym.name] for sym in problem.numbers}


# --- derivations -------------------------------------------------------------------------------------------------


@each(lambda problem: problem.answer.static and problem.check)
def test_expression_is_what_the_second_way_counts(blueprint: Blueprint) -> None:
    """The printed answer, as text and as LaTeX, for every value of its letters that is checked."""
    problem = blueprint.problem
    assert problem.check and problem.letters
    (found,) = records(blueprint, "open", 1)
    value = found["answer"]["value"]
    for values in itertools.product(*(axis.values for axis in problem.letters.values())):
        names = dict(zip((sym.name for sym in problem.letters), values, strict=True))
        wanted = problem.check(names)
        plain = eval(value["plain"].replace("^", "**"), {"__builtins__": {}} | OWN, dict(names))
        assert plain == pytest.approx(wanted), f"{value['plain']} at {names}"
        assert float(reckon(value["latex"], names)) == pytest.approx(wanted), f"{value['latex']} at {names}"


# --- the page ----------------------------------------------------------------------------------------------------


@each(lambda problem: problem.answer.kind in ("integer", "shapes"))
def test_every_step_shown_has_the_value_of_its_line(blueprint: Blueprint) -> None:
    """The substituted lines and the running lines, read back from the LaTeX of ten records.

    Within half of the last place, where a line is rounded.
    """
    rounded = {line.symbol.latex: line.places for line in blueprint.problem.lines if line.places is not None}
    for found in records(blueprint, "open", 10):
        values = {}
        for line in found["solution"]["lines"]:
            values[line["symbol"]] = line["value"]
            if line["substituted"]:
                got = reckon(line["substituted"])
                near = 0.5 * 10 ** -rounded[line["symbol"]] + 1e-9 if line["symbol"] in rounded else None
                assert float(got) == pytest.approx(float(line["value"]), abs=near), f"{line} in {found['numbers']}"
        for chain in found["solution"]["running"]:
            for step in chain["steps"]:
                got = reckon(step)
                assert float(got) == pytest.approx(float(values[chain["symbol"]])), f"{step} in {found['numbers']}"


@each(drawn)
def test_stem_shows_every_number_that_the_lines_need(blueprint: Blueprint) -> None:
    problem = blueprint.problem
    needed = {sym.name for line in problem.lines for sym in line.expression.written}
    sheet = Sheet(blueprint)
    question = next(filter(None, map(maker(sheet, FORMS["open"]), draws(blueprint))))
    assert record(sheet, FORMS["open"])(question.row(1), question.chosen)
    for sym in problem.numbers:
        if sym.name in needed and not any(sym.name in {s.name for s in e.written} for e in problem.given.values()):
            shown = f"[[ {sym.name}" in problem.ask or f"[[ {sym.name}" in problem.code
            assert shown, f"{sym.name} is needed but neither in the stem nor in the code"
