"""Open questions, and cards to turn over."""

from __future__ import annotations

from generator.forms.base import Form, Picked, Picker
from generator.forms.told import wrong_answers
from generator.forms.wrong import Values
from generator.sheet import Sheet
from generator.task import SLIPS, Task, Typed


def _task(sheet: Sheet) -> Task:
    answer = sheet.problem.answer
    listed = () if answer.kind == "words" else sheet.slips
    return Task(
        stem=(sheet.stem,),
        kind=answer.kind,
        value=sheet.answer_json,
        answer=sheet.answer_text,
        tolerance=sheet.tolerance,
        unit=answer.unit,
        vocabulary=sheet.vocabulary,
        slips=tuple(Typed(each.key, each.json, each.words, each.feedback, each.slip.credit) for each in listed),
    )


def _picker(sheet: Sheet) -> Picker:
    wrong = wrong_answers(sheet)

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        return {SLIPS: wrong(values)[0]}, 0

    return pick


OPEN = Form(
    id="open",
    says="the answer is worked out and written down",
    response="typed",
    takes=lambda found: found.problem.answer.kind != "words",
    task=_task,
    picker=_picker,
)
FLASH = Form(
    id="flash",
    says="a card to turn over",
    response="turned",
    takes=lambda found: True,
    task=_task,
    picker=_picker,
)
