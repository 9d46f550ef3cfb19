"""JSON Lines: one self-contained record per question. The schema is described in docs/record.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from generator.bank import Bank
from generator.formats.md import escape
from generator.forms import Form
from generator.holes import Fill, bare, block, template, unquoted
from generator.sheet import Sheet

SCHEMA = 1
OPTIONS, SLIPS = "\ue005", "\ue006"  # where the blocks go: characters that no wording may contain


def dumps(value: object) -> str:
    return unquoted(json.dumps(value, ensure_ascii=False))


def record(sheet: Sheet, form: Form) -> Fill:
    """The record of every question of this sheet and form, as a function that fills it (no line end)."""
    problem, family = sheet.problem, sheet.blueprint.family
    options, slips = "[]", "[]"
    answer = {
        "kind": "list" if problem.answer.kind == "shapes" else problem.answer.kind,
        "value": sheet.answer_json,
        "tolerance": sheet.tolerance,
        "unit": problem.answer.unit,
    }
    if form.options:
        answer = {"kind": "choice", "value": bare(sheet.reserved("key", "json")), "tolerance": 0, "unit": ""}
        pieces = [
            dumps({"text": o.text, "correct": o.correct, "feedback": o.feedback, "slip": o.slip, "credit": o.credit})
            for o in sheet.options
        ]
        options = f"[{block('options', ', ', pieces)}]"
    if sheet.slips and problem.answer.kind != "words":
        pieces = [dumps({"key": slip.key, "value": slip.json, "words": slip.words}) for slip in sheet.slips]
        slips = f"[{block('slips', ', ', pieces)}]"
    text = dumps(
        {
            "schema": SCHEMA,
            "id": sheet.reserved("id"),
            "family": family.id,
            "form": form.id,
            "topic": sheet.topic,
            "tags": list(sheet.tags),
            "difficulty": sheet.difficulty,
            "points": bare(sheet.reserved("points", "json")),
            "convention": problem.convention,
            "structure": sheet.structure,
            "numbers": sheet.numbers,
            "stem": sheet.stem,
            "code": sheet.code,
            "figure": problem.figure,
            "answer": answer,
            "options": OPTIONS,
            "slips": SLIPS,
            "solution": {
                "lines": [
                    {
                        "symbol": line.symbol,
                        "expression": line.expression,
                        "substituted": line.substituted,
                        "value": line.json,
                        "why": line.why,
                    }
                    for line in sheet.lines
                ],
                "running": [{"symbol": chain.symbol, "steps": list(chain.steps)} for chain in sheet.chains],
                "closed_form": sheet.closed,
                "note": problem.note,
            },
            "hints": list(sheet.hints),
            "model": sheet.model,
            "sources": list(sheet.sources),
        }
    )
    whole = text.replace(f'"{OPTIONS}"', options).replace(f'"{SLIPS}"', slips)
    return template(whole, sheet.slots, words=lambda words: _quoted(escape(words)), latex=_quoted)


def _quoted(text: str) -> str:
    """Text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def lines(bank: Bank) -> Iterator[str]:
    """The record of each distinct question, a line each."""
    for placed in bank.distinct():
        question = placed.question
        yield question.sheet.once(record, question.form)(placed.row, question.chosen) + "\n"


def write(bank: Bank, folder: Path) -> None:
    """``questions.jsonl``: a record for every distinct question."""
    with (folder / "questions.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(bank))
