"""A question: a sheet, a form and a row of values, and nothing more.

Its id is a hash of family, form, structure and numbers, never of wording, seed or position: a reworded question
keeps it. Which options it shows comes from a stream of its own, so shuffling never moves the content.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple

from generator.blueprint import Blueprint
from generator.forms import Form
from generator.forms.shuffle import rearranged
from generator.forms.wrong import Values
from generator.holes import Chosen
from generator.sheet import Sheet
from generator.space import Axis, Space

BITS = (1 << 60) - 1  # as many as a pick takes


class Question(NamedTuple):
    """``values`` is the row without its reserved entries; ``chosen`` says which pieces of each block it shows.

    ``key`` is the place of the right option where one is to be picked, ``variant`` what was drawn beside the numbers.
    """

    sheet: Sheet
    form: Form
    id: str
    values: tuple[Any, ...]
    chosen: Chosen
    key: int
    variant: int = 0

    @property
    def numbers(self) -> tuple[Any, ...]:
        """What was drawn: from it the question can be made again."""
        blueprint = self.sheet.blueprint
        drawn = self.values[: blueprint.drawn]
        return (*drawn, self.form.variants(blueprint)[self.variant]) if self.form.variant else drawn

    @property
    def asks(self) -> tuple[str, str, tuple[Any, ...]]:
        """The problem, whatever the form it is asked in."""
        blueprint = self.sheet.blueprint
        return blueprint.family.id, blueprint.key, self.values[: blueprint.drawn]

    def shuffled(self, seed: str) -> Question:
        """The same question with its options in another order."""
        chosen, key = rearranged(self.chosen, self.key, self.form.response, seed)
        return self._replace(chosen=chosen, key=key)

    def row(self, number: int = 0, points: float = 1) -> tuple[Any, ...]:
        """The whole row, for the place that the question has in a worksheet."""
        return (self.id, number, points, self.key) + self.values  # noqa: RUF005 — half the time of unpacking


Make = Callable[[Values], Question | None]


def drawn(blueprint: Blueprint, form: Form) -> Space:
    """All that may be drawn for a question: the numbers and, in a form that has variants, the variant."""
    variants = (Axis(form.variants(blueprint)),) if form.variant else ()
    return Space((*blueprint.space.axes, *variants))


def maker(sheet: Sheet, form: Form, shuffle: str = "") -> Make:
    """A function from what was drawn to the question, or None where the draw is refused.

    Drawn are the numbers and, in a form that has variants, the variant. ``shuffle`` seeds which wrong options are
    shown and in which order.
    """
    blueprint = sheet.blueprint
    hashed = blake2b(f"{blueprint.family.id}/{form.id}/{blueprint.key}/".encode(), digest_size=10).copy
    spread = int.from_bytes(blake2b(f"shuffle/{shuffle}".encode(), digest_size=20).digest(), "big") | 1
    compute = sheet.laid.compute
    pick = form.picker(sheet)
    new = tuple.__new__  # what Question() comes to, in half the time

    def make(drawn: Values, numbers: Values | None = None, variant: int = 0) -> Question | None:
        values = compute(drawn if numbers is None else numbers)
        if values is None:
            return None
        hash = hashed()
        hash.update(repr(drawn).encode())
        id = hash.hexdigest()
        picked = pick(values, int(id, 16) * spread >> 80 & BITS, variant)
        if picked is None:
            return None
        chosen, key = picked
        return new(Question, (sheet, form, id, values, chosen, key, variant))

    if not form.variant:
        return make
    place = {name: number for number, name in enumerate(form.variants(blueprint))}
    return lambda drawn: make(drawn, drawn[:-1], place[drawn[-1]])
