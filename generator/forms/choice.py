"""Multiple choice: the key among three wrong answers that are known mistakes."""

from __future__ import annotations

from functools import cache
from itertools import combinations, permutations
from operator import itemgetter

from generator.distractors import OPTIONS as FOUR
from generator.forms.base import Form, Picked, Picker
from generator.forms.told import wrong_answers
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
        slips=tuple(Typed(each.key, each.json, each.words, each.feedback, each.slip.credit) for each in listed),
    )


def _picker(sheet: Sheet) -> Picker:
    wrong, need = wrong_answers(sheet), FOUR - 1
    if not sheet.blueprint.ordered:

        def any_three(values: Values, bits: int, variant: int) -> Picked | None:
            told, slips, _, _ = wrong(values)
            if len(slips) < need:
                return None
            sets = _sets(0, need, len(slips))
            a, b, c = sets[bits % len(sets)]
            options, key = _mixed(slips[a] + 1, slips[b] + 1, slips[c] + 1, bits >> 32)
            return {SLIPS: told, OPTIONS: options}, key

        return any_three

    def both_sides(values: Values, bits: int, variant: int) -> Picked | None:
        told, ranked, answers, below = wrong(values)
        above = len(ranked) - below - 1
        if below < need or above < need:
            return None  # whatever the rank: dropping by rank would make one rank likelier than another
        rank = bits % FOUR
        lower, upper = _sets(0, rank, below), _sets(below + 1, need - rank, above)
        a, b, c = lower[(bits >> 2) % len(lower)] + upper[(bits >> 18) % len(upper)]
        piece = answers.index  # the key's is 0; of slips with the same answer the first is found
        options, key = _mixed(piece(ranked[a]), piece(ranked[b]), piece(ranked[c]), bits >> 34)
        return {SLIPS: told, OPTIONS: options}, key

    return both_sides


@cache
def _sets(first: int, count: int, size: int) -> tuple[tuple[int, ...], ...]:
    """All choices of so many of the places ``first``, ``first`` + 1 …, of which there are ``size``."""
    return tuple(combinations(range(first, first + size), count))


def _mixed(a: int, b: int, c: int, bits: int) -> tuple[tuple[int, ...], int]:
    """These pieces and the key's in the order that they are shown in, and the place of the key."""
    ordered, key = ORDERS[bits % len(ORDERS)]
    return ordered((0, a, b, c)), key


FORM = Form(
    id="choice",
    says="one of four options is right",
    response="one",
    takes=lambda found: found.choices,
    task=_task,
    picker=_picker,
)
