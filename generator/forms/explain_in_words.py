"""Explain in words: an answer of a few sentences, with a model answer and a rubric."""

from __future__ import annotations

from generator.forms.base import Form, Picker
from generator.sheet import Sheet
from generator.task import Task


def _task(sheet: Sheet) -> Task:
    problem = sheet.problem
    return Task(
        stem=(sheet.stem,),
        kind="words",
        value=problem.model_answer,
        answer=problem.model_answer,
        rubric=problem.rubric,
    )


def _picker(sheet: Sheet) -> Picker:
    return lambda values, bits, variant: ({}, 0)


FORM = Form(
    id="explain-in-words",
    says="an answer in a few sentences, marked by a rubric",
    response="written",
    takes=lambda found: bool(found.problem.model_answer),
    task=_task,
    picker=_picker,
)
