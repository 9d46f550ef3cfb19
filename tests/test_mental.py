"""Questions for papers without a calculator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import each_family
from recipes import build, netdrill, records, refused, toml

from generator.blueprint import compile_structure
from generator.family import Family
from generator.mental import easy, possible
from generator.recipe import read_recipe

COUNTING = "Counting parameters"


@pytest.mark.parametrize("value", [1, 12, 20, 64, 120, 250, 640, 10_000, 16_000, "word"])
def test_easy(value: object) -> None:
    assert easy(value)


@pytest.mark.parametrize("value", [13, 24, 48, 96, 128, 130, 256, 512, 1_001, 10_001])
def test_not_easy(value: object) -> None:
    assert not easy(value)


def digits(value: int) -> int:
    return len(str(abs(value)).rstrip("0"))


@each_family
def test_every_counting_family_can_do_without_a_calculator(family: Family, tmp_path: Path) -> None:
    if family.topic != COUNTING:
        return
    found = records(build(tmp_path, {"family": family.id, "count": 20, "mental": True}, formats=["jsonl"]))
    assert len(found) == 20
    for record in found:
        told = f"{family.id} {record['structure']} {record['numbers']}"
        assert all(digits(n) <= 2 for n in record["numbers"].values() if isinstance(n, int)), told
        for line in record["solution"]["lines"]:
            assert isinstance(line["value"], int) and digits(line["value"]) <= 4, f"{told}: {line}"


def test_a_named_number_that_is_not_easy_leaves_nothing(tmp_path: Path) -> None:
    item: dict[str, Any] = {"family": "recurrent-parameters", "count": 1, "mental": True, "units": 96}
    (tmp_path / "r.toml").write_text(toml(item))
    assert "mental" in refused(netdrill("build", tmp_path / "r.toml", "-o", tmp_path))


def test_the_lock_keeps_no_question_that_is_not_easy(tmp_path: Path) -> None:
    """A recipe whose item becomes a mental one asks for something else: it is drawn anew."""
    item = {"family": "recurrent-parameters", "count": 8}
    before = records(build(tmp_path, item, formats=["jsonl"]))
    after = records(build(tmp_path, item | {"mental": True}, formats=["jsonl"]))
    assert any(not easy(n) for record in before for n in record["numbers"].values())
    assert all(easy(n) for record in after for n in record["numbers"].values())


def test_rounded_working_is_not_for_the_head() -> None:
    from generator.family import find

    step = find("lstm-step")
    blueprint = next(filter(None, (compile_structure(step, each) for each in step.structures())))
    assert not possible(blueprint)


def test_a_word_for_yes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(toml({"family": "recurrent-parameters", "count": 1, "mental": "yes"}))
    with pytest.raises(Exception, match="mental: must be true or false"):
        read_recipe(path)
