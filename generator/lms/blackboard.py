"""Blackboard's rules for a file of questions, by its documentation, and a check of a written one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generator.lms.moodle import CONTROL, NUMBER

MOST = 100  # answers of a question
VARIABLES = 10  # gaps of a question
RECORDS = 500  # in a file that is sure to be uploaded in time
MARKUP = re.compile(r"</?[a-z]+[ >]|&#?\w+;")
MARKS = ("correct", "incorrect")


def faults(path: Path) -> Iterator[str]:
    """A line for each fault; the file is read line by line."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            for fault in _record(line.rstrip("\n").split("\t")):
                yield f"line {number}: {fault}"


def _record(fields: list[str]) -> Iterator[str]:
    kind, asked, answers = fields[0], fields[1] if len(fields) > 1 else "", fields[2:]
    if any(CONTROL.search(field) or "\r" in field for field in fields):
        yield "holds a control character, or a hole that was not filled"
    if not asked.strip():
        yield "has no question: blank lines and line ends within a question are not allowed"
        return
    if any("\\(" in field or "$" in field for field in fields):
        yield "has math, which is shown as it stands"
    if any(MARKUP.search(field) for field in fields):
        yield "has markup, which is shown as it stands"
    match kind:
        case "MC" | "MA":
            yield from _options(kind, answers)
        case "NUM":
            if len(answers) != 2 or not all(map(NUMBER.fullmatch, answers)):
                yield f"the answer and its tolerance {answers} are not two numbers with decimal points"
        case "ORD" | "MAT":
            yield from _rows(kind, answers)
        case "FIB_PLUS":
            yield from _gaps(asked, "\t".join(answers).split("\t\t"))
        case "ESS":
            if len(answers) != 1:
                yield "an essay has one example"
        case _:
            yield f"is of the unknown type {kind!r}"


def _options(kind: str, answers: list[str]) -> Iterator[str]:
    texts, marks = answers[::2], answers[1::2]
    right = marks.count("correct")
    if len(texts) != len(marks) or not set(marks) <= set(MARKS) or not 2 <= len(texts) <= MOST:
        yield "its options are not pairs of a text and correct or incorrect"
    if right < 1 or (kind == "MC" and right > 1):
        yield "has not the right number of right options"
    if len(set(texts)) < len(texts) or not all(map(str.strip, texts)):
        yield "two options are equal, or one is empty"


def _rows(kind: str, answers: list[str]) -> Iterator[str]:
    if not all(map(str.strip, answers)) or len(answers) > MOST or (kind == "MAT" and len(answers) % 2):
        yield "a row is empty, or has no value"
    for side in [answers[::2], answers[1::2]] if kind == "MAT" else [answers]:
        if len(set(side)) < len(side):
            yield "two rows or values are equal, and might be marked wrong"


def _gaps(asked: str, variables: list[str]) -> Iterator[str]:
    if len(variables) > VARIABLES:
        yield f"has more than {VARIABLES} gaps"
    for variable in variables:
        name, *texts = variable.split("\t")
        if asked.count(f"[{name}]") != 1:
            yield f"the gap {name} does not stand once in the text"
        if not 1 <= len(texts) <= MOST or not all(texts):
            yield f"the gap {name} has no right text, or too many"
