"""What a record says of its model: the model's own count is the key."""

from __future__ import annotations

import pytest
from conftest import blueprints, problems, records

from generator.explain import explain
from generator.model_file import read_model

QUESTIONS = 500
COUNTED = {"parameters": "total", "trainable parameters": "trainable", "non-trainable parameters": "non_trainable"}
FAMILIES = dict.fromkeys(
    family.id for family, _, problem in problems() if problem.model and problem.answer.unit in COUNTED
)


@pytest.mark.parametrize("family", FAMILIES)
def test_answers_are_what_explain_counts(family: str) -> None:
    """500 questions over all structures, each model read back from its record and worked out with its numbers."""
    asked = [
        found
        for found in blueprints(lambda problem: problem.model and problem.answer.unit in COUNTED)
        if found.family.id == family
    ]
    checked = 0
    for blueprint in asked:
        for found in records(blueprint, "open", -(-QUESTIONS // len(asked)), seed="counts"):
            explained = explain(read_model(found["model"]), found["convention"])
            told = f"{found['structure']} {found['numbers']}"
            assert getattr(explained, COUNTED[found["answer"]["unit"]]) == found["answer"]["value"], told
            checked += 1
    enough = min(QUESTIONS, sum(blueprint.space.size for blueprint in asked))
    assert checked >= enough, f"only {checked} questions in {len(asked)} structures"
