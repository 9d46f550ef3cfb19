"""JSON Lines: one self-contained record per question. The schema is described in docs/record.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.bank import Bank
from generator.figures import described
from generator.formats.md import escape
from generator.forms import Form, task_of
from generator.holes import Fill, bare, block, template, unquoted
from generator.sheet import Sheet
from generator.task import OPTIONS, PROMPTS, SLIPS, Task, Typed, Varied, flat

SCHEMA = 2
OPEN, CLOSE = "\ue005", "\ue006"  # around the number of a block: characters that no wording may contain


def dumps(value: object) -> str:
    """JSON with holes and blocks in it."""
    blocks: list[str] = []

    def held(value: Any) -> Any:
        if isinstance(value, Varied):
            blocks.append(block(value.name, value.separator, [dumps(piece) for piece in value.pieces]))
            return f"{OPEN}{len(blocks) - 1}{CLOSE}"
        if isinstance(value, dict):
            return {key: held(each) for key, each in value.items()}
        return [held(each) for each in value] if isinstance(value, list | tuple) else value

    text = json.dumps(held(value), ensure_ascii=False)
    for place, each in enumerate(blocks):
        text = text.replace(f'"{OPEN}{place}{CLOSE}"', each)
    return unquoted(text)


def record(sheet: Sheet, form: Form) -> Fill:
    """The record of every question of this sheet and form, as a function that fills it (no line end)."""
    task = sheet.once(task_of, form)
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
            "numbers": {**sheet.numbers, **_variant(sheet, form)},
            "stem": "\n\n".join(map(flat, task.stem)),
            "code": sheet.code,
            "figure": _figure(sheet),
            "answer": _answer(task),
            "options": _options(task, form),
            "prompts": _all(task.prompts, PROMPTS),
            "blanks": [_blank(each) for each in task.blanks],
            "parts": {letter: task.part(letter) for letter in task.parts},
            "slips": _all(list(map(_slip, task.slips)), SLIPS),
            "rubric": [{"points": points, "text": text} for points, text in task.rubric],
            "solution": _solution(sheet, task),
            "hints": list(sheet.hints if task.hints is None else task.hints),
            "model": sheet.model,
            "sources": list(sheet.sources),
        }
    )
    return template(text, sheet.slots, words=lambda words: _quoted(escape(words)), latex=_quoted)


def _variant(sheet: Sheet, form: Form) -> dict[str, Varied]:
    return {form.variant: Varied(form.variants(sheet.blueprint))} if form.variant else {}


def _figure(sheet: Sheet) -> Any:
    """The figure: by name and parameters, in words, and as SVG."""
    if not sheet.problem.figure:
        return ""
    svg = sheet.figure(f"figure-{sheet.reserved('id')}")
    return {"name": sheet.problem.figure.name, "settings": sheet.figure_settings, "alt": described(svg), "svg": svg}


def _answer(task: Task) -> dict[str, Any]:
    kind = "list" if task.kind == "shapes" else task.kind
    found = {"kind": kind, "value": task.value, "tolerance": task.tolerance, "unit": task.unit}
    more = {"before": task.before, "vocabulary": task.vocabulary}
    return found | {name: value for name, value in more.items() if value}


def _all(pieces: Any, name: str) -> list[Varied]:
    """A list of which each question shows its own."""
    return [Varied(tuple(pieces), name, ", ")] if pieces else []


def _options(task: Task, form: Form) -> list[Varied]:
    marked = form.response in ("one", "many")
    told: list[dict[str, Any]] = [
        {"text": o.text, "correct": o.correct, "feedback": o.feedback, "slip": o.slip, "credit": o.credit}
        if marked
        else {"text": o.text}
        for o in task.options
    ]
    return _all(told, OPTIONS)


def _slip(slip: Typed) -> dict[str, Any]:
    return {"key": slip.key, "value": slip.json, "words": slip.words, "credit": slip.credit}


def _blank(blank: Any) -> dict[str, Any]:
    return {
        "label": blank.label,
        "kind": blank.kind,
        "value": blank.json,
        "tolerance": blank.tolerance,
        "follow": blank.follow,
        "part": blank.part,
        "share": blank.share,
    }


def _solution(sheet: Sheet, task: Task) -> dict[str, object]:
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
    return {
        "lines": lines,
        "running": running,
        "closed_form": sheet.closed,
        "remarks": list(task.remarks),
        "note": sheet.problem.note,
    }


def _quoted(text: str) -> str:
    """Text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def lines(bank: Bank) -> Iterator[str]:
    """The record of each distinct question, a line each."""
    for placed in bank.distinct():
        question = placed.question
        yield question.sheet.once(record, question.form)(placed.row, question.chosen) + "\n"


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``questions.jsonl``: a record for every distinct question."""
    with (folder / "questions.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(bank))
    return ()
