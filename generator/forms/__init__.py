"""The kinds of question made of one problem, a file each. A family needs no code for them: what a problem can take
follows from what it has.
"""

from __future__ import annotations

from collections.abc import Mapping

from generator.errors import RecipeError, unknown
from generator.forms import (
    answered,
    choice,
    explain_in_words,
    fill_the_line,
    find_the_slip,
    match,
    order_the_lines,
    parts,
    select_all,
    several_blanks,
)
from generator.forms.base import Form, Picked, Picker, task_of

FORMS: Mapping[str, Form] = {
    form.id: form
    for form in (
        answered.OPEN,
        choice.FORM,
        select_all.FORM,
        fill_the_line.FORM,
        find_the_slip.FORM,
        order_the_lines.FORM,
        match.FORM,
        several_blanks.FORM,
        parts.FORM,
        answered.FLASH,
        explain_in_words.FORM,
    )
}


def find_form(id: str) -> Form:
    if id not in FORMS:
        raise RecipeError(unknown("form", id, FORMS))
    return FORMS[id]


__all__ = ["FORMS", "Form", "Picked", "Picker", "find_form", "task_of"]
