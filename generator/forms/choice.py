"""Multiple choice: the key among three wrong answers that are known mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, permutations
from operator import itemgetter

from generator.distractors import OPTIONS as FOUR
from generator.forms.base import Form, Picked, Picker
from generator.forms.told import wrong_answers
from generator.forms.wrong import Values, lengths
from generator.sheet import Sheet
from generator.task import OPTIONS, SLIPS, Task, Typed

WRONG = FOUR - 1
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
    wrong = wrong_answers(sheet)
    if not sheet.blueprint.ordered:

        def any_three(values: Values, bits: int, variant: int) -> Picked | None:
            told, slips, signs, _ = wrong(values)
            if len(slips) < WRONG:
                return None
            sets = _sets(signs, WRONG, _sought(signs, signs.count(0) >= WRONG))
            a, b, c = sets[bits % len(sets)]
            options, key = _mixed(slips[a] + 1, slips[b] + 1, slips[c] + 1, bits >> 32)
            return {SLIPS: told, OPTIONS: options}, key

        return any_three

    def both_sides(values: Values, bits: int, variant: int) -> Picked | None:
        told, ranked, answers, key = wrong(values)
        if key < WRONG or len(ranked) - key <= WRONG:
            return None  # whatever the rank: dropping by rank would make one rank likelier than another
        signs = lengths(ranked, ranked[key])
        below, above = signs[:key], signs[key + 1 :]
        sought = _sought(signs, below.count(0) >= WRONG <= above.count(0))
        rank = bits % FOUR
        lower, upper = _sets(below, rank, sought), _sets(above, WRONG - rank, sought)
        shown = [ranked[place] for place in lower[(bits >> 2) % len(lower)]]
        shown += [ranked[key + 1 + place] for place in upper[(bits >> 18) % len(upper)]]
        a, b, c = map(answers.index, shown)  # the key's is 0; of slips with the same answer the first is found
        options, place = _mixed(a, b, c, bits >> 34)
        return {SLIPS: told, OPTIONS: options}, place

    return both_sides


def _sought(signs: Sequence[int], alike: bool) -> int:
    """Which answers to show beside the key, so that it is not told by its length: as long ones if there are enough.

    Else of the longer and the shorter ones those that are fewer, without which the key would be the longest or the
    shortest of all.
    """
    return 0 if alike else 1 if signs.count(1) < signs.count(-1) else -1


@lru_cache(maxsize=10_000)
def _sets(signs: tuple[int, ...], count: int, sought: int) -> tuple[tuple[int, ...], ...]:
    """All choices of so many places that hold a sign sought; if none does, those with the most that are as long.

    ``signs``: of the wrong answers, as `lengths` has them.
    """
    sets = tuple(combinations(range(len(signs)), count))
    if sought and (found := tuple(each for each in sets if any(signs[place] == sought for place in each))):
        return found
    alike = [sum(not signs[place] for place in each) for each in sets]
    return tuple(each for each, many in zip(sets, alike, strict=True) if many == max(alike))


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
