"""Questions for the tests of the banks: some structures in every form, as a bank and as records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any

from generator.bank import Bank, Placed
from generator.blueprint import Blueprint, compile_structure
from generator.family import Family, families
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.question import Question, drawn, maker
from generator.space import walk

OFTEN, MOST = 1, 6  # structures of a family, each in every form and format: everyday, and in all
# numbers, decimals with a figure, shapes, arrays, words, expressions, letters, and concept cards
SAMPLE = (
    "recurrent-parameters", "lstm-step", "conv-output-size", "cnn-shape-trace", "weight-shapes", "skip-gram-pairs",
    "bptt-recurrent-weight", "lstm-cell-parts", "softmax", "mlp-parameters", "parameter-memory", "lstm",
)  # fmt: skip


def asked(family: Family, structure: int = 0, forms: Iterable[str] = FORMS, count: int = 1) -> list[Question]:
    """Questions of one structure in every form that it takes."""
    blueprint = compile_structure(family, list(family.structures())[structure])
    return made(blueprint, forms, count) if blueprint else []


def made(blueprint: Blueprint, forms: Iterable[str] = FORMS, count: int = 1) -> list[Question]:
    """Questions of a blueprint in every form that it takes."""
    found: list[Question] = []
    for form in (FORMS[id] for id in forms):
        sheet = form.sheet(blueprint)
        if sheet is None:
            continue
        make, space = maker(sheet, form, "banks"), drawn(sheet.blueprint, form)
        read, step = space.reader(), walk(space.size, "banks")
        tried = (make(read(step(place))) for place in range(min(space.size, 300)))
        found += islice(filter(None, tried), count)
    return found


@cache
def sample() -> tuple[Question, ...]:
    """Questions of the sampled families in all their forms."""
    return tuple(
        question
        for id in SAMPLE
        for structure in range(min(3, len(list(families()[id].structures()))))
        for question in asked(families()[id], structure, count=2)
    )


def bank(questions: Sequence[Question], title: str = "Exam / practice & more") -> Bank:
    placed = tuple(Placed(question, "A", number, 2, 0) for number, question in enumerate(questions, 1))
    return Bank(title, "", placed, {question.id: 0 for question in questions})


def told(question: Question) -> dict[str, Any]:
    """The question's record: what the bank must say and mark."""
    found: dict[str, Any] = json.loads(record(question.sheet, question.form)(question.row(1, 2), question.chosen))
    return found


def right(value: Any, key: Any, tolerance: float) -> bool:
    """Whether a number or letter counts as right."""
    return bool(value == key) if isinstance(key, str) else abs(value - key) <= tolerance + 1e-9


def numbers(value: Any) -> list[Any]:
    return [each for part in value for each in numbers(part)] if isinstance(value, list) else [value]
