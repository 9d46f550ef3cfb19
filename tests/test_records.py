"""What a record says of its model: the model's own count is the key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import blueprints, numbers_in, records

from generator.derivation import Problem
from generator.explain import BYTES, Explanation, explain, size
from generator.family import families
from generator.model_file import read_model

QUESTIONS = 500
Record = dict[str, Any]


def _backwards(found: Record, told: Explanation) -> Any:
    """The size that the model has, if its count is the one that the stem gives."""
    assert told.total in numbers_in(found["stem"]), f"{told.total} is not in {found['stem']!r}"
    config = found["model"]
    return config["layers"][0]["units"] if found["answer"]["unit"] == "units" else config["input"][-1]


def _more_in_pytorch(found: Record, told: Explanation) -> int:
    model = read_model(found["model"])
    return explain(model, "pytorch").total - explain(model, "keras").total


# what `explain` says of the answer, by the answer's unit
TOLD: dict[str, Callable[[Record, Explanation], Any]] = {
    "parameters": lambda found, told: told.total,
    "trainable parameters": lambda found, told: told.trainable,
    "non-trainable parameters": lambda found, told: told.non_trainable,
    "numbers": lambda found, told: sum(size([weight]) for weight in told.arrays if weight.buffer),
    "bytes": lambda found, told: told.total * BYTES[found["structure"]["dtype"]],
    "units": _backwards,
    "features": _backwards,
    "parameters more in PyTorch": _more_in_pytorch,
    "shapes": lambda found, told: [list(weight.shape) for weight in told.arrays],
}


def _unit(problem: Problem) -> str:
    counting = (problem.topic or COUNTING) == COUNTING
    return problem.answer.unit or (problem.answer.kind if counting else "")


COUNTING = "Counting parameters"
FAMILIES = [family.id for family in families().values() if family.topic == COUNTING]


@pytest.mark.parametrize("family", FAMILIES)
def test_answers_are_what_explain_counts(family: str) -> None:
    """500 questions over all structures, each model read back from its record and worked out with its numbers."""
    told_of = blueprints(lambda each: each.model and _unit(each) in TOLD)
    asked = [found for found in told_of if found.family.id == family]
    checked = 0
    for blueprint in asked:
        for found in records(blueprint, "open", -(-QUESTIONS // len(asked)), seed="counts"):
            explained = explain(read_model(found["model"]), found["convention"] or "classic")
            wanted = TOLD[_unit(blueprint.problem)](found, explained)
            assert wanted == found["answer"]["value"], f"{found['structure']} {found['numbers']}"
            checked += 1
    enough = min(QUESTIONS, sum(blueprint.space.size for blueprint in asked))
    assert asked and checked >= enough, f"only {checked} questions in {len(asked)} structures"
