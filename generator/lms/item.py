"""A question as learning platforms know it: options, gaps, pairs or an essay, with feedback, hints and a solution.

An `Item` is made once for a structure, a form and a variant. Its texts are Markdown with holes; what differs from
question to question stands in blocks, and `Item.choose` says which of their pieces a question shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations
from typing import Any, NamedTuple

from generator.formats.jsonl import dumps
from generator.forms import Form, task_of
from generator.holes import Chosen, bare, template
from generator.lms.gap import EXACT, ROUNDED, Gap, Line, Wrong, blank_lines, typed_lines
from generator.lms.loss import Loss
from generator.question import Question
from generator.sheet import Sheet
from generator.task import OPTIONS, ORDER, PROMPTS, SLIPS, VARIANT, Task, Text, Varied
from generator.texts import OptionText
from generator.typeset.pages import page

MOST = 6  # steps, and right or wrong statements, of a question: see the forms
# names of blocks
SHARED, PAIRS, SPARE, STEPS, ORDERED, LETTERED, RULE = (
    "shared", "pairs", "spare", "steps", "ordered", "lettered", "rule",
)  # fmt: skip
FREE = "Where more than one step could come next, the one with the first letter does."

PLACED = Loss("steps put in order", "matching: each step with its place, by a rule where several orders are right")
APART = Loss("several numbers marked as one answer", "a gap for each number, each marked by itself")
CARRIED = Loss("errors carried forward", "every gap is marked against the key")
UNIT = Loss("the unit of the answer", "the number alone is typed")
EQUAL = Loss("an expression that is right in any equal form", "an essay, with the key for whoever marks it")
LISTED = Loss("a list that is checked", "an essay, with the key for whoever marks it")
WORDS = Loss("an answer in words that one compares oneself", "an essay, with the answer for whoever marks it")
TURNED = Loss("a card to turn over", "the answer is typed")


class Asked(NamedTuple):
    """A form and, where it has variants, which of them."""

    form: Form
    variant: int


@dataclass(frozen=True)
class Item:
    """``kind``: one, many, number, gaps, match, order or essay.

    ``key`` is the answer, ``working`` the solution behind it. ``pairs`` are prompts and what belongs to each; those
    without a prompt belong to none. ``lost`` is what most platforms cannot hold.
    """

    sheet: Sheet
    form: Form
    kind: str
    stem: tuple[Text, ...]
    key: Text
    remarks: tuple[Text, ...]
    hints: tuple[str, ...]
    options: tuple[OptionText, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    rubric: tuple[tuple[float, str], ...] = ()
    before: tuple[Varied, ...] = ()
    lost: tuple[Loss, ...] = ()

    @property
    def working(self) -> str:
        """The solution step by step, as Markdown."""
        return page("md/working.md.j2")(sheet=self.sheet, marks=False).strip()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(gap for line in self.lines for row in line.rows for gap in row)

    def wrong(self, chosen: Chosen) -> list[Wrong]:
        """The known wrong answers to the gaps, of those that a question shows."""
        found = (gap.wrong[place] for gap in self.gaps for place in chosen[gap.block])
        return [each for each in found if each]

    def credits(self, chosen: Chosen) -> list[float]:
        """The shares of the points that the wrong answers of a question have."""
        options = [self.options[place] for place in chosen[OPTIONS]] if self.kind == "one" else []
        return [*(each.credit for each in options if not each.correct), *(each.credit for each in self.wrong(chosen))]

    @cached_property
    def choose(self) -> Callable[[Question], Chosen]:
        """From a question to the pieces that it shows, of the blocks of its form and of those named here."""
        ways = {"many": self._shared, "match": _paired, "order": self._placed, "number": self._told, "gaps": self._told}
        return ways.get(self.kind, lambda question: question.chosen)

    def _shared(self, question: Question) -> Chosen:
        """The options by how many of their kind, right or wrong, are shown: `SHARED` has them for every number."""
        shown = question.chosen[OPTIONS]
        right = sum(self.options[place].correct for place in shown)
        alike = [right if self.options[place].correct else len(shown) - right for place in shown]
        told = tuple(len(self.options) * (count - 1) + place for count, place in zip(alike, shown, strict=True))
        return {**question.chosen, SHARED: told}

    def _placed(self, question: Question) -> Chosen:
        """Every step with its place in the right order; where there are several, in the one that `FREE` tells.

        `ORDERED` has the steps in that order, `LETTERED` with the letters that they are shown with.
        """
        shown = question.chosen[OPTIONS]
        order, alone = right_order(len(shown), self._facts(question))
        steps = tuple(MOST * step + order.index(place) for place, step in enumerate(shown))
        ordered = tuple(shown[place] for place in order)
        lettered = tuple(MOST * shown[place] + place for place in order)
        rule = (0 if alone else 1,)
        return {**question.chosen, STEPS: steps, ORDERED: ordered, LETTERED: lettered, ORDER: order, RULE: rule}

    def _told(self, question: Question) -> Chosen:
        """For every gap the slips that it can tell apart."""
        slips = question.chosen.get(SLIPS, ())
        facts = zip(self.gaps, self._facts(question), strict=True)
        return {**question.chosen, **{gap.block: told_apart(slips, *of) for gap, of in facts}}

    @cached_property
    def _facts(self) -> Callable[[Question], Any]:
        """The numbers that decide: of every gap the right one, the tolerance and the wrong ones; of steps which must
        come before which."""
        facts: Sequence[Any] = self.before
        if self.gaps:
            facts = [
                [
                    _json(gap.value, gap),
                    bare(gap.tolerance or EXACT),
                    [each and _json(each.value, gap) for each in gap.wrong[: len(gap.wrong) // 2]],
                ]
                for gap in self.gaps
            ]
        fill = template(dumps(facts), self.sheet.slots)
        return lambda question: json.loads(fill(question.row(), question.chosen))


def _json(value: str, gap: Gap) -> str:
    return value if gap.letter else bare(value)


def told_apart(slips: Sequence[int], key: Any, tolerance: float, values: Sequence[Any]) -> tuple[int, ...]:
    """The pieces of the slips whose value is neither right nor that of an earlier one.

    Answers are looked for in turn, and the first that is near enough counts. So a value has room for rounding (the
    tolerance, or the half that rounds a broken count) only where no other value lies in it; else its piece is the one
    without any, as many places later.
    """
    found: dict[Any, int] = {}
    for slip in slips:
        value = values[slip]
        if value is not None and value != key and (isinstance(key, str) or abs(value - key) > tolerance + 1e-9):
            found.setdefault(value, slip)
    return tuple(
        slip if isinstance(value, str) or _alone(value, found, tolerance) else slip + len(values)
        for value, slip in found.items()
    )


def _alone(value: float, found: Iterable[float], tolerance: float) -> bool:
    room = tolerance or (float(ROUNDED) if value % 1 else 0)
    return room > 0 and all(abs(value - other) > 2 * room for other in found if other != value)


def right_order(count: int, before: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], bool]:
    """The first right order of steps by their places, and whether it is the only one."""
    found = [
        order
        for order in permutations(range(count))
        if all(order.index(first) < order.index(second) for first, second in before)
    ]
    return found[0], len(found) == 1


def _paired(question: Question) -> Chosen:
    """What belongs to a prompt has the prompt's number; what belongs to none is spare."""
    prompts, options = question.chosen[PROMPTS], question.chosen[OPTIONS]
    return {**question.chosen, PAIRS: prompts, SPARE: tuple(place for place in options if place not in prompts)}


# --- making one ----------------------------------------------------------------------------------------------------


def item_of(sheet: Sheet, asked: Asked) -> Item:
    """The item of every question of this sheet, form and variant."""
    form, task = asked.form, _resolved(sheet.once(task_of, asked.form), asked.variant)
    hints = sheet.hints if task.hints is None else task.hints
    item = Item(sheet, form, "essay", task.stem, task.answer, task.remarks, hints, rubric=task.rubric)
    match form.response:
        case "one" | "many":
            return replace(item, kind=form.response, options=task.options)
        case "match":
            prompts = (*task.prompts, *[""] * (len(task.options) - len(task.prompts)))
            values = (option.text for option in task.options)
            return replace(item, kind="match", pairs=tuple(zip(prompts, values, strict=True)))
        case "order":
            return replace(item, kind="order", options=task.options, before=task.before)
        case "blanks":
            lines = blank_lines(sheet, task)
            carried = (CARRIED,) if task.remarks else ()
            apart = (APART,) if len(lines) < sum(len(row) for line in lines for row in line.rows) else ()
            return replace(item, kind="gaps", lines=lines, remarks=(), lost=(*carried, *apart))
        case "written":
            return item
    return _typed(item, task)


def _resolved(task: Task, variant: int) -> Task:
    """The task of one variant: what differs by the variant is fixed."""

    def fixed(value: Any) -> Any:
        if isinstance(value, Varied):
            return value.pieces[variant] if value.name == VARIANT else value
        return tuple(map(fixed, value)) if isinstance(value, tuple) else value

    names = ("stem", "kind", "value", "answer", "tolerance", "remarks")
    return replace(task, **{name: fixed(getattr(task, name)) for name in names})


def _typed(item: Item, task: Task) -> Item:
    """A value to type, or to be marked by a person: one number, several, or something else."""
    whole = task.kind in ("integer", "decimal") and not item.form.variant
    right = item.sheet.options[0].feedback if whole else "Right."
    lines = typed_lines(item.sheet, task, right)
    if not lines:
        return replace(item, lost=({"words": WORDS, "expression": EQUAL}.get(task.kind, LISTED),))
    lost = ((TURNED,) if item.form.response == "turned" else ()) + ((UNIT,) if task.unit else ())
    one = len(lines) == len(lines[0].rows) == len(lines[0].rows[0]) == 1 and task.kind != "letters"
    return replace(item, kind="number" if one else "gaps", lines=lines, lost=lost if one else (*lost, APART))
