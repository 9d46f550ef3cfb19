"""The parts of a question in HTML, as the templates of cards and of the practice page name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.formats.jsonl import dumps
from generator.forms import Form, task_of
from generator.sheet import Sheet
from generator.task import Blank, Task, Varied, mapped
from generator.texts import Chain, LineText
from generator.typeset import markup

NUMERIC = ("integer", "decimal", "vector", "matrix", "shape", "shapes")  # answers that can be typed and checked
NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # which HTML does without


def names(sheet: Sheet, form: Form) -> dict[str, Any]:
    """What a template may name: texts with holes, and the functions that set them."""
    task = sheet.once(task_of, form)
    return {
        "sheet": sheet,
        "form": form,
        "task": task,
        "typed": form.response != "typed" or _typed(task),
        "paragraphs": lambda text: mapped(text, markup.blocks),
        "sentence": lambda text: mapped(text, markup.inline),
        "blocks": markup.blocks,
        "inline": markup.inline,
        "summary": markup.summary,
        "attribute": _attribute,
        "apart": _apart,
        "worked": _worked,
        "chained": _chained,
        "formula": _formula,
        "check": _check,
        "checked": _checked,
        "figure": sheet.figure(f"figure-{sheet.reserved('id')}").replace(NAMESPACE, ""),
        "hints": sheet.hints if task.hints is None else task.hints,
        "each": lambda macro, items: [str(macro(item)).strip() for item in items],
    }


def _typed(task: Task) -> bool:
    """Whether the answer can be typed and checked."""
    return isinstance(task.kind, Varied) or task.kind in NUMERIC or bool(task.vocabulary)


def _apart(hint: str) -> str:
    """A hint with its formulas one below the other."""
    return hint.replace("$, $", "$\\\n$").replace(": $", ":\\\n$", 1) if "$, $" in hint else hint


def _worked(sheet: Sheet, line: LineText) -> str:
    parts = dict.fromkeys(filter(None, (line.expression, line.substituted, line.value)))
    return _spans(markup.steps(line.symbol, (_told(sheet, part) for part in parts)))


def _told(sheet: Sheet, part: str) -> str:
    """A list of words or of pairs as words, which can be broken where they are too wide; anything else as it is."""
    index, _, kind = next((key for key, char in sheet.slots.found.items() if char == part), (0, "", ""))
    return rf"\text{{{sheet.slots.hole(index)}}}" if kind in ("pairs", "terms") else part


def _chained(chain: Chain) -> str:
    return _spans(markup.steps(chain.symbol, chain.steps))


def _formula(sheet: Sheet) -> str:
    symbol, *parts = sheet.closed_worked.split(" = ")
    return _spans(markup.steps(symbol, dict.fromkeys(parts)))


def _spans(steps: Iterable[str]) -> str:
    return "\n".join(f'<span class="step">{step}</span>' for step in steps)


def _check(task: Task) -> str:
    """What the card's script compares an answer with, as JSON."""
    found = {"kind": task.kind, "value": task.value, "tolerance": task.tolerance}
    more = {"before": task.before, "vocabulary": task.vocabulary}
    return _attribute(found | {name: value for name, value in more.items() if value})


def _attribute(value: object) -> str:
    """JSON that can stand in an attribute between single quotes."""
    return dumps(value).replace("&", r"\u0026").replace("'", r"\u0027").replace("<", r"\u003c")


def _checked(blank: Blank) -> str:
    """The same for one of several blanks, and how it follows from those above it."""
    return _attribute(
        {
            "kind": blank.kind,
            "value": blank.json,
            "tolerance": blank.tolerance,
            "names": blank.names,
            "rules": blank.rules,
        }
    )
