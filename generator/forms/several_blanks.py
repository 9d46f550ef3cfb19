"""Several blanks: every quantity of the working, or every shape, is filled in; errors are carried forward."""

from __future__ import annotations

from collections.abc import Sequence

from generator.blueprint import Blueprint
from generator.derivation import Line
from generator.forms.base import Form
from generator.forms.blanks import Wanted, carried, filled, line_wanted, picker, slips
from generator.forms.wrong import worked
from generator.sheet import Sheet
from generator.task import Task

LEAST, MOST = 2, 8  # blanks


def _wanted(blueprint: Blueprint, names: Sequence[str] = ()) -> list[Wanted]:
    """The shapes or, of a count or a number, the lines; of a long working those that end a layer or the whole."""
    problem = blueprint.problem
    if shapes := problem.answer.shapes:
        kind = "letter" if problem.answer.kind == "letters" else "shape"
        return [Wanted(name, shape, kind) for name, shape in zip(names or [""] * len(shapes), shapes, strict=True)]
    if problem.answer.kind not in ("integer", "decimal"):
        return []
    lines = [problem.lines[place] for place in worked(blueprint)]
    return [line_wanted(line) for line in (lines if len(lines) <= MOST else _results(lines))]


def _results(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.result][-MOST:]


def _task(sheet: Sheet) -> Task:
    wanted = _wanted(sheet.blueprint, sheet.shape_names)
    blanks = filled(sheet, wanted)
    return Task(
        stem=(sheet.stem, "Fill in the blanks."),
        kind="blanks",
        value=[blank.json for blank in blanks],
        answer="; ".join(f"({place}) {blank.value}" for place, blank in enumerate(blanks, 1)),
        blanks=blanks,
        slips=slips(sheet, wanted),
        remarks=carried(blanks),
    )


FORM = Form(
    id="several-blanks",
    says="all quantities of the working, or all shapes, are filled in",
    response="blanks",
    takes=lambda found: len(_wanted(found)) >= LEAST,
    task=_task,
    picker=lambda sheet: picker(sheet, _wanted(sheet.blueprint)),
    whole=True,
)
