"""A table of the records: a row for each question, a column for each key. Nothing of a record is lost."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.bank import Bank
from generator.formats.jsonl import lines
from generator.lms.check import checked

NAME = "questions.csv"
RUN = re.compile(r"[=+@\t\r-]")  # a spreadsheet runs a cell that begins so
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``questions.csv``: what is a list or an object in a record is JSON in its cell."""
    path = folder / NAME
    with path.open(
        "w", encoding="utf-8-sig", newline=""
    ) as file:  # marked as UTF-8, or spreadsheets take it for another
        out = csv.writer(file, lineterminator="\n")
        for number, line in enumerate(lines(bank)):
            record = json.loads(line)
            if not number:
                out.writerow(record)
            out.writerow(map(cell, record.values()))
    checked(NAME, faults(path))
    return ()


def cell(value: Any) -> str:
    """A value as a cell holds it; what a spreadsheet would run has a space before it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f" {text}" if RUN.match(text) and not NUMBER.fullmatch(text) else text


def faults(path: Path) -> Iterator[str]:
    """A line for each fault: rows of another length than the head, cells that a spreadsheet would run."""
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        head = next(rows, [])
        for number, row in enumerate(rows, 1):
            if len(row) != len(head):
                yield f"row {number}: has {len(row)} cells and not {len(head)}"
            if any(RUN.match(each) and not NUMBER.fullmatch(each) for each in row):
                yield f"row {number}: has a cell that a spreadsheet would run"
