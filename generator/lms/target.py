"""A target: one format of question banks, by its template, its way of escaping, and what it cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import chain
from typing import Any, NamedTuple

from generator.bank import Bank, Placed
from generator.formats.md import figure
from generator.holes import Chosen, Escape, Fill, same, template
from generator.lms import text
from generator.lms.item import MOST, Asked, Item, item_of
from generator.lms.loss import Loss, Losses
from generator.sheet import Sheet
from generator.typeset.pages import page


class Entry(NamedTuple):
    """A question as the target's template sets it."""

    placed: Placed
    item: Item
    text: str

    @property
    def id(self) -> str:
        return self.placed.question.id

    @property
    def topic(self) -> str:
        return self.item.sheet.topic

    @property
    def figure(self) -> str:
        """The figure as SVG, in colours of its own; empty if there is none."""
        question = self.placed.question
        if not question.sheet.problem.figure:
            return ""
        return question.sheet.once(figure, question.form)(self.placed.row, question.chosen)


def _nothing(_: Item) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Target:
    """``lost``: what the format cannot hold of an item, with the pieces that a question shows of it, beside what most
    cannot. ``more``: what the template may name.

    ``settle`` escapes what the template marked as `late`; ``words`` a user's words where they are filled in.
    """

    file: str
    template: str
    lost: Callable[[Item, Chosen], Iterable[Loss]]
    more: Callable[[Item], dict[str, Any]] = _nothing
    settle: Callable[[str], str] = same
    words: Escape = field(default=escape)

    def entries(self, bank: Bank, losses: Losses) -> Iterator[Entry]:
        """The questions that the format can hold, by topic; what it cannot is counted."""
        topics: dict[str, list[Placed]] = {}
        for placed in bank.distinct():
            topics.setdefault(placed.question.sheet.topic, []).append(placed)
        for placed in chain(*topics.values()):
            question = placed.question
            item, fill = question.sheet.once(self.set, Asked(question.form, question.variant))
            chosen = item.choose(question)
            if not losses.add(question, (*item.lost, *self.lost(item, chosen))):
                yield Entry(placed, item, text.settled(fill(placed.row, chosen), self.settle))

    def set(self, sheet: Sheet, asked: Asked) -> tuple[Item, Fill]:
        """The item of a sheet, form and variant, and its text as a function that fills it."""
        item = item_of(sheet, asked)
        names: dict[str, Any] = {
            "item": item,
            "id": sheet.reserved("id"),
            "name": f"{sheet.blueprint.family.id} {asked.form.id} {sheet.reserved('id')}",
            "points": sheet.reserved("points", "json"),
            "stem": text.stem(item),
            "figure": text.figure(sheet),
            "solution": text.solution(item),
            "rubric": text.rubric(item),
            "tags": text.tags(item),
            "steps": [(option, place) for option in item.options for place in range(1, MOST + 1)],
            "shares": [(option, count) for count in range(1, MOST + 1) for option in item.options],
            "plain": lambda markdown: text.plain(sheet, markdown),
            "inline": text.inline,
            "blocks": text.blocks,
            "before": text.before,
            "escape": escape,
            "late": text.late,
            "each": lambda macro, items: [str(macro(each)) for each in items],
        }
        told = page(self.template)(**names, **self.more(item))
        return item, template(told, sheet.slots, words=self.words, latex=self.words)
