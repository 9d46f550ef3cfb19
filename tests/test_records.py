"""What a record says of its model: the listing is code, and the model's own count is the key."""

from __future__ import annotations

import ast
import json

import pytest
from conftest import blueprints, questions

from generator.blueprint import Blueprint
from generator.explain import explain
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.model_file import read_model

NAMES = {"keras", "layers", "nn", "self", "base"}  # what a listing may use that it does not make


def named(blueprint: Blueprint) -> str:
    return f"{blueprint.family.id}:{blueprint.key}"


def records(blueprint: Blueprint, count: int) -> list[dict[str, object]]:
    fill = record(questions(blueprint, "open", 1)[0].sheet, FORMS["open"])
    return [json.loads(fill(each.row(1, 1), each.chosen)) for each in questions(blueprint, "open", count)]


@pytest.mark.parametrize("blueprint", blueprints(lambda problem: bool(problem.code)), ids=named)
def test_a_listing_is_python_with_numbers_in_it(blueprint: Blueprint) -> None:
    for found in records(blueprint, 3):
        code = str(found["code"])
        tree = ast.parse(code)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        made = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        assert names <= NAMES | made, f"{names - NAMES - made} in {code}"
        assert code in str(found["stem"])


COUNTS = {"parameters": "total", "trainable parameters": "trainable", "non-trainable parameters": "non_trainable"}


@pytest.mark.parametrize(
    "blueprint", blueprints(lambda problem: problem.model and problem.answer.unit in COUNTS), ids=named
)
def test_the_models_own_count_is_the_key(blueprint: Blueprint) -> None:
    for found in records(blueprint, 20):
        explained = explain(read_model(found["model"]), str(found["convention"]))
        count = getattr(explained, COUNTS[found["answer"]["unit"]])  # type: ignore[index]
        assert count == found["answer"]["value"], found["model"]  # type: ignore[index]
