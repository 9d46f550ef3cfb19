"""GIFT: read back by its rules it says what the record says, what it cannot hold is told, and its traps are caught.

The golden file is written anew by ``NETDRILL_OVERWRITE=1 python -m pytest tests/test_gift.py -k golden``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import banked
import gift
import pytest
from conftest import DATA

from generator.family import find
from generator.formats.gift import write
from generator.lms.gift import faults
from generator.lms.text import inline

GOLDEN = DATA / "banks" / "bank.gift"
Read = tuple[dict[str, Any], gift.Question]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gift")
    write(banked.bank(banked.sample()), folder)
    return folder


@pytest.fixture(scope="module")
def written(folder: Path) -> list[Read]:
    read = {each.id: each for each in gift.read(folder / "bank.gift")}
    return [(banked.told(each), read[each.id]) for each in banked.sample() if each.id in read]


def test_what_is_left_out_is_told(folder: Path, written: list[Read]) -> None:
    told = (folder / "losses-bank.md").read_text(encoding="utf-8")
    there = {record["id"] for record, _ in written}
    left = [record for record in map(banked.told, banked.sample()) if record["id"] not in there]
    assert left
    for record in left:
        assert f"- {record['id']}" in told
        assert len(banked.numbers(record["answer"]["value"])) > 1 or record["blanks"] or record["figure"]
    assert f"{len(there)} questions written, {len(left)} questions left out" in told


def test_numbers(written: list[Read]) -> None:
    numbers = [(record, each) for record, each in written if each.kind == "number"]
    assert numbers
    for record, each in numbers:
        (value,) = banked.numbers(record["answer"]["value"])
        assert each.type_in(str(value)).mark == 1
        for slip in record["slips"]:
            (wrong,) = banked.numbers(slip["value"])
            mark, feedback = each.type_in(str(wrong))
            assert mark == slip["credit"]
            assert inline(slip["words"].split("$")[0].strip()) in feedback
        mark, feedback = each.type_in(str(value + 987_654_321.5))
        assert mark == 0
        assert feedback.startswith("Not right")


def test_options(written: list[Read]) -> None:
    marked = [(record, each) for record, each in written if each.kind in ("one", "many")]
    for record, each in marked:
        found = {answer.text: answer for answer in each.answers}
        assert list(found) == [_line(inline(option["text"])) for option in record["options"]]
        right = [option for option in record["options"] if option["correct"]]
        for option in record["options"]:
            answer = found[_line(inline(option["text"]))]
            assert answer.feedback == _line(inline(option["feedback"]))
            if record["form"] != "select-all":
                assert answer.percent == 100 * option["credit"]
            elif option["correct"]:
                assert answer.percent == pytest.approx(100 / len(right), abs=1e-4)
            else:
                assert answer.percent < 0
    assert {each.kind for _, each in marked} == {"one", "many"}


def _line(html: str) -> str:
    return html.replace("\n", " ")


def test_rows(written: list[Read]) -> None:
    for record, each in written:
        if record["form"] == "match":
            assert [prompt for prompt, _ in each.rows if prompt] == [inline(prompt) for prompt in record["prompts"]]
            assert len(each.rows) == len(record["options"])
            assert all(value for _, value in each.rows)
        if record["form"] == "order-the-lines":
            assert sorted(int(value) for _, value in each.rows) == list(range(1, len(record["options"]) + 1))


def test_texts_come_back_whole(written: list[Read]) -> None:
    for record, each in written:
        assert each.text.count("\\(") == each.text.count("\\)")
        for line in record["solution"]["lines"]:
            assert _line(inline(line["why"])) in each.solution
        if "```" in record["stem"] and record["code"] and record["form"] == "open":
            assert each.text.count("&#10;") >= record["code"].count("\n")


# --- traps ---------------------------------------------------------------------------------------------------------


def planted(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    def plant(text: str) -> str:
        spoilt, count = re.subn(pattern, by, text, count=1)
        assert count, pattern
        return spoilt

    return plant


TRAPS = {
    "unescaped math": (planted(r"<p>", r"<p>\\(x^{2}\\) "), "backslash"),
    "unescaped braces": (planted(r"<p>", "<p>{2} "), "braces"),
    "nabla": (planted(r"<p>", r"<p>\\nabla "), "backslash"),
    "comma": (planted(r"\n=(\d+):0#", r"\n=\1,5:0#"), "decimal point"),
    "percent": (planted(r"\n=(\d+):0#", r"\n=\1:5%#"), "decimal point"),
    "weight": (planted("=%0%", "=%33%"), "weight"),
    "no right number": (planted(r"\n=(\d+):0#", r"\n=%50%\1:0#"), "one right number"),
    "no right option": (planted(r"\n=([^:\n]*#Right)", r"\n~%50%\1"), "100 %"),
    "a whole weight": (planted(r"\n=([^:\n]*#Right)", r"\n~%100%\1"), "read as text"),
    "blank value": (planted(r"-> [^\n]+", "-> "), "no value"),
    "blank line": (planted("</p>{", "</p>\n\n{"), "blank lines"),
    "control character": (planted("<p>", "<p>\x02"), "control"),
    "hole": (planted("<p>", "<p>\U000f0003"), "control"),
    "open math": (planted("<p>", r"<p>\\\\(x "), "not closed"),
    "dollars": (planted("<p>", "<p>$x$ "), "single dollars"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_planted_fault(trap: str, tmp_path: Path) -> None:
    forms = ("open", "choice", "select-all", "match", "order-the-lines")
    write(banked.bank(banked.asked(find("mlp-parameters"), 0, forms)), tmp_path)
    path = tmp_path / "bank.gift"
    assert list(faults(path)) == []
    plant, says = TRAPS[trap]
    path.write_text(plant(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(says in fault for fault in faults(path)), list(faults(path))


def test_golden(tmp_path: Path) -> None:
    """A change of the format is looked at before it is kept."""
    forms = ("open", "choice", "select-all", "match", "order-the-lines")
    write(banked.bank(banked.asked(find("conv-output-size"), 0, forms), "Golden"), tmp_path)
    text = (tmp_path / "bank.gift").read_text(encoding="utf-8")
    if os.environ.get("NETDRILL_OVERWRITE"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")
