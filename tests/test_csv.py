"""The table of the records: read back it is the records."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import banked
import pytest

from generator.formats.csv import cell, faults, write
from generator.question import Question


def proven(questions: Sequence[Question], folder: Path) -> None:
    """That read back they are the records."""
    assert write(banked.bank(questions), folder) == ()
    with (folder / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(questions)
    for row, record in zip(rows, map(banked.told, questions), strict=True):
        assert list(row) == list(record)
        for key, value in record.items():
            if key not in ("points", "id"):
                assert (row[key].strip() if isinstance(value, str) else json.loads(row[key])) == (
                    value.strip() if isinstance(value, str) else value
                )
        assert row["id"] == record["id"]
        assert row["points"] == "2"


@pytest.mark.parametrize("text", ["=1+1", "+1", "@sum", "-x", "=cmd|'/c calc'!A1", "\t=1", "\r=1"])
def test_a_cell_is_not_run(text: str, tmp_path: Path) -> None:
    assert cell(text) == f" {text}"
    path = tmp_path / "questions.csv"
    path.write_text(f'id,stem\n1,"{text}"\n', encoding="utf-8-sig", newline="")
    assert any("run" in fault for fault in faults(path))
    path.write_text("id,stem\n1\n", encoding="utf-8-sig")
    assert any("cells" in fault for fault in faults(path))


def test_numbers_stay() -> None:
    assert cell(-0.5) == "-0.5"
    assert cell([-1, 2]) == "[-1, 2]"
