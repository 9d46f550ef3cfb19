"""Multiple choice: the key among three wrong answers that are known mistakes."""

from __future__ import annotations

from functools import cache
from itertools import combinations, permutations
from operator import itemgetter

from generator.distractors import OPTIONS as FOUR
from generator.forms.base import Form, Picked, Picker
from generator.forms.told import singles, wrong_answers
from generator.forms.wrong import Values
from generator.sheet import Sheet
from generator.task import OPTIONS, SLIPS, Task, Typed

ORDERS = tuple((itemgetter(*order), order.index(0)) for order in permutations(range(FOUR)))  # and where the key goes


def _task(sheet: Sheet) -> Task:
    listed = () if sheet.problem.answer.kind == "words" else sheet.slips
    return Task(
        stem=(sheet.stem,),
        kind="choice",
        value=sheet.key_json,
        answer=sheet.key_text,
        options=sheet.options,
        slips=tuple(Typed(each.key, each.json, each.words, each.feedback) for each in listed),
    )


def _picker(sheet: Sheet) -> Picker:
    wrong, told, need = wrong_answers(sheet), singles(sheet), FOUR - 1
    if not sheet.blueprint.ordered:

        def any_three(values: Values, bits: int, variant: int) -> Picked | None:
            slip, answers, _ = wrong(values)
            if len(answers) < need:
                return None
            sets = _sets(0, need, len(answers))
            a, b, c = sets[bits % len(sets)]
            options, key = _mixed(slip[answers[a]], slip[answers[b]], slip[answers[c]], bits >> 32)
            return {SLIPS: told(slip), OPTIONS: options}, key

        return any_three

    def both_sides(values: Values, bits: int, variant: int) -> Picked | None:
        slip, answers, below = wrong(values)
        above = len(answers) - below
        if below < need or above < need:
            return None  # whatever the rank: dropping by rank would make one rank likelier than another
        rank = bits % FOUR
        lower, upper = _sets(0, rank, below), _sets(below, need - rank, above)
        a, b, c = lower[(bits >> 2) % len(lower)] + upper[(bits >> 18) % len(upper)]
        options, key = _mixed(slip[answers[a]], slip[answers[b]], slip[answers[c]], bits >> 34)
        return {SLIPS: told(slip), OPTIONS: options}, key

    return both_sides


@cache
def _sets(first: int, count: int, size: int) -> tuple[tuple[int, ...], ...]:
    """All choices of so many of the places ``first``, ``first`` + 1 …, of which there are ``size``."""
    return tuple(combinations(range(first, first + size), count))


def _mixed(a: int, b: int, c: int, bits: int) -> tuple[tuple[int, ...], int]:
    """The pieces to show for three slips, in order (piece 0 is the key), and the place of the key."""
    ordered, key = ORDERS[bits % len(ORDERS)]
    return ordered((0, a + 1, b + 1, c + 1)), key


FORM = Form(
    id="choice",
    says="one of four options is right",
    response="one",
    takes=lambda found: found.choices,
    task=_task,
    picker=_picker,
)
