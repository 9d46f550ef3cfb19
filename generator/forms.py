"""The kinds of question made from one problem. A family needs no code for them: what a problem can take follows from
what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generator.blueprint import Blueprint
from generator.errors import RecipeError, unknown


@dataclass(frozen=True)
class Form:
    """``takes``: whether a structure can be asked this way; ``options``: whether wrong options are shown."""

    id: str
    says: str
    takes: Callable[[Blueprint], bool]
    options: bool = False


FORMS: Mapping[str, Form] = {
    form.id: form
    for form in (
        Form("open", "the answer is worked out and written down", lambda found: found.problem.answer.kind != "words"),
        Form("choice", "one of four options is right", lambda found: found.choices, options=True),
        Form("flash", "a card to turn over", lambda found: True),
    )
}


def find_form(id: str) -> Form:
    if id not in FORMS:
        raise RecipeError(unknown("form", id, FORMS))
    return FORMS[id]
