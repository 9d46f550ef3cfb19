"""Wording: it cannot branch on a number, cannot reach out of its sandbox, and its marks never show."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from conftest import compiled, draws, each, each_family, problems, records
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from generator.blueprint import Blueprint
from generator.concepts import concept_family
from generator.errors import RecipeError
from generator.family import Family
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.holes import HOLE, PRIVATE, Slots
from generator.question import maker
from generator.sheet import Sheet
from generator.wording import context, environment, placed, worded


@pytest.fixture
def conv() -> Blueprint:
    return compiled("conv-output-size", padding="valid", strided=True, dilated=False)


def asked(blueprint: Blueprint, text: str) -> str:
    """The stem of the first draw, under another wording."""
    sheet = Sheet(replace(blueprint, problem=replace(blueprint.problem, ask=text)))
    make, fill = maker(sheet, FORMS["open"]), record(sheet, FORMS["open"])
    question = next(filter(None, map(make, draws(blueprint))))
    return json.loads(fill(question.row(1), question.chosen))["stem"]


BRANCHING = [
    "[% if size %]big[% endif %]",
    "[% if not size %]none[% endif %]",
    "[% if size == 32 %]fine[% endif %]",
    "[% if size != 32 %]fine[% endif %]",
    "[% if size < 32 %]small[% endif %]",
    "[% if size >= kernel %]fits[% endif %]",
    "[% if size in [1, 2] %]few[% endif %]",
    "[[ size + 1 ]]",
    "[[ 1 + size ]]",
    "[[ size - 1 ]]",
    "[[ size * 2 ]]",
    "[[ size // 2 ]]",
    "[[ -size ]]",
    "[[ size or 'none' ]]",
    "[[ 'one' if size else 'none' ]]",
    "[[ size is odd ]]",
    "[% for each in size %]x[% endfor %]",
    "[% for each in range(size) %]x[% endfor %]",
]


@pytest.mark.parametrize("text", BRANCHING)
def test_wording_cannot_branch_on_a_number(conv: Blueprint, text: str) -> None:
    with pytest.raises(TypeError):
        asked(conv, text)


FILTERED = ["int", "float", "string | length", "upper | length", "length", "abs", "round", "filesizeformat"]


@pytest.mark.parametrize("filters", FILTERED)
def test_no_filter_makes_a_number_of_a_hole(conv: Blueprint, filters: str) -> None:
    """Left alone, jinja2's int and float print 0 for what they cannot read: a number that nobody drew."""
    with pytest.raises((TypeError, TemplateSyntaxError)):
        asked(conv, f"[[ size | {filters} ]]")


@pytest.mark.parametrize("text", ["[% if W_f %]x[% endif %]", "[[ W_f | length ]]", "[% if x == '' %]x[% endif %]"])
def test_wording_cannot_branch_on_an_array(text: str) -> None:
    with pytest.raises((TypeError, TemplateSyntaxError)):
        asked(compiled("lstm-step", units=2, features=2), text)


@pytest.mark.parametrize("text", [
    "[[ size.__class__ ]]", "[[ size.__class__.__mro__ ]]", "[[ ''.__class__ ]]", "[[ size._slots ]]",
    "[[ size.counted.__globals__ ]]", "[[ self.__init__.__globals__ ]]", "[[ size.__init__ ]]",
])  # fmt: skip
def test_wording_is_sandboxed(conv: Blueprint, text: str) -> None:
    with pytest.raises(SecurityError):
        asked(conv, text)


def test_unknown_names_and_broken_templates_are_errors(conv: Blueprint) -> None:
    with pytest.raises(UndefinedError, match="'units' is undefined"):
        asked(conv, "[[ units ]]")
    with pytest.raises(TemplateSyntaxError):
        asked(conv, "[[ size ")
    with pytest.raises(TemplateSyntaxError):
        asked(conv, "[% include 'x' %][% nonsense %]")


# --- how a value is written --------------------------------------------------------------------------------------


def test_a_number_is_written_for_where_it_lies() -> None:
    blueprint = compiled("recurrent-parameters", **_axes("recurrent-parameters"))
    slots = Slots(blueprint.layout.kinds)
    names = context(blueprint.problem, blueprint.layout, slots)
    text = worded("[[ units ]] $[[ units ]]$ `[[ units ]]` $$[[ units ]]$$\n```\n[[ units ]]\n```", names, slots)
    places = {mark: place for (_, place, _), mark in slots.found.items()}
    assert [places[mark] for mark in HOLE.findall(text)] == ["text", "math", "code", "math", "code"]


def _axes(family: str) -> dict[str, object]:
    return next(dict(structure) for found, structure, _ in problems() if found.id == family)


@pytest.mark.parametrize(("padding", "said"), [(1, "1 ring"), (2, "2 rings")])
def test_a_noun_follows_its_number(padding: int, said: str) -> None:
    blueprint = compiled("conv-output-size", padding="number", strided=False, dilated=False)
    sheet = Sheet(replace(blueprint, problem=replace(blueprint.problem, ask='[[ padding | counted("ring") ]]')))
    question = maker(sheet, FORMS["open"])((40, 5, padding))
    assert question
    assert json.loads(record(sheet, FORMS["open"])(question.row(1), question.chosen))["stem"] == said


def test_thousands_by_place() -> None:
    blueprint = compiled("text-classifier-parameters", **_axes("text-classifier-parameters"))
    written = asked(blueprint, "[[ vocabulary ]] $[[ vocabulary ]]$ `[[ vocabulary ]]`").split("\n")[0]
    text, math, code = written.split()
    assert int(code.strip("`")) >= 1000
    assert text == f"{int(code.strip('`')):,}"
    assert math == "$" + text.replace(",", "{,}") + "$"


def test_braces_need_no_escape(conv: Blueprint) -> None:
    stem = asked(conv, r"$x^{{{ n }}}$ and {# no comment #} and $\frac{a}{[[ kernel ]]}$")
    assert stem.startswith(r"$x^{{{ n }}}$ and {# no comment #} and $\frac{a}{")
    assert environment().from_string("[# a comment #]").render() == ""


def test_marks_outside_math_are_left_alone() -> None:
    slots = Slots(("integer",))
    hole = slots.hole(0)
    assert placed(f"{hole} costs $5", slots) == f"{hole} costs $5"


# --- what is left of the marks -----------------------------------------------------------------------------------


@each()
def test_filled_records_hold_no_private_characters(blueprint: Blueprint) -> None:
    for form in FORMS.values():
        if form.asks(blueprint):
            for found in records(blueprint, form.id, 3):
                assert not PRIVATE.search(json.dumps(found, ensure_ascii=False)), f"{form.id}: {found}"


@each_family
def test_no_drawn_value_holds_private_characters(family: Family) -> None:
    for found, _, problem in problems():
        if found.id == family.id:
            for sym, axis in problem.numbers.items():
                for value in islice(axis.values, 1000):
                    assert not PRIVATE.search(str(value)), f"{sym.name}: {value!r}"


@pytest.mark.parametrize("mark", ["\ue000", "\ue004", "\U000f0000", "\U000ffffd"])
def test_private_characters_of_a_user_are_refused(tmp_path: Path, mark: str) -> None:
    deck = tmp_path / "own.toml"
    deck.write_text(
        f'title = "t"\ntopic = "t"\n[[card]]\nid = "a"\nquestion = "What{mark}?"\nanswer = "This."\n'
        'objective = "define"\ndifficulty = 1\nsource = "own"\n',
        encoding="utf-8",
    )
    with pytest.raises(RecipeError, match="private-use"):
        concept_family(deck)


@each()
def test_every_hint_says_something(blueprint: Blueprint) -> None:
    for hint in Sheet(blueprint).hints:
        assert not hint.endswith(": ."), hint
