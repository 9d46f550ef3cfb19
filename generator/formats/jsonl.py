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
    text = dumps(
        {
            "schema": SCHEMA,
            "id": sheet.reserved("id"),
            "family": sheet.blueprint.family.id,
            "form": form.id,
            "topic": sheet.topic,
            "tags": list(sheet.tags),
            "difficulty": sheet.difficulty,
            "points": bare(sheet.reserved("points", "json")),
            "convention": sheet.problem.convention,
            "structure": sheet.structure,
            "numbers": sheet.numbers,
            "stem": sheet.stem,
            "code": sheet.code,
            "figure": sheet.problem.figure,
            "answer": _answer(sheet, form),
            "options": OPTIONS,
            "slips": SLIPS,
            "solution": _solution(sheet),
            "hints": list(sheet.hints),
            "model": sheet.model,
            "sources": list(sheet.sources),
        }
    )
    whole = text.replace(f'"{OPTIONS}"', _options(sheet, form)).replace(f'"{SLIPS}"', _slips(sheet))
    return template(whole, sheet.slots, words=lambda words: _quoted(escape(words)), latex=_quoted)


def _answer(sheet: Sheet, form: Form) -> dict[str, object]:
    answer = sheet.problem.answer
    if form.options:
        return {"kind": "choice", "value": bare(sheet.reserved("key", "json")), "tolerance": 0, "unit": ""}
    kind = "list" if answer.kind == "shapes" else answer.kind
    return {"kind": kind, "value": sheet.answer_json, "tolerance": sheet.tolerance, "unit": answer.unit}


def _solution(sheet: Sheet) -> dict[str, object]:
    lines = [
        {
            "symbol": line.symbol,
            "expression": line.expression,
            "substituted": line.substituted,
            "value": line.json,
            "why": line.why,
        }
        for line in sheet.lines
    ]
    running = [{"symbol": chain.symbol, "steps": list(chain.steps)} for chain in sheet.chains]
    return {"lines": lines, "running": running, "closed_form": sheet.closed, "note": sheet.problem.note}


def _options(sheet: Sheet, form: Form) -> str:
    """The options as JSON, of which each question shows its own."""
    if not form.options:
        return "[]"
    pieces = [
        dumps({"text": o.text, "correct": o.correct, "feedback": o.feedback, "slip": o.slip, "credit": o.credit})
        for o in sheet.options
    ]
    return f"[{block('options', ', ', pieces)}]"


def _slips(sheet: Sheet) -> str:
    """The wrong answers that may be typed, as JSON."""
    if not sheet.slips or sheet.problem.answer.kind == "words":
        return "[]"
    pieces = [dumps({"key": slip.key, "value": slip.json, "words": slip.words}) for slip in sheet.slips]
    return f"[{block('slips', ', ', pieces)}]"


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
