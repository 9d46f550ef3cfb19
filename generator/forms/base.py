"""What every form answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from generator.blueprint import Blueprint, compile_structure
from generator.derivation import Problem
from generator.forms.wrong import Values
from generator.holes import Chosen
from generator.sheet import Sheet
from generator.space import walk
from generator.task import Task

RESPONSES = ("typed", "one", "many", "order", "match", "blanks", "turned", "written")
"""How a question is answered: a value typed, one option or several picked, options put in order or matched with
prompts, several values typed, a card turned over, a text written."""

TRIED, ENOUGH = 128, 0.55  # draws on which a form is tried; their share lies within some hundredths of that of all
BITS = (1 << 400) // 7  # as good as random, and always the same
Picked = tuple[Chosen, int]  # the pieces of each block, and the place of the key among the options
Picker = Callable[[Values, int, int], Picked | None]


def _no_variants(_: Blueprint) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Form:
    """A kind of question made of any problem that has what it takes.

    ``takes``: whether a structure can be asked this way. ``task``: its texts. ``picker``: from a row, random bits and
    the place of its variant a question's own choice of pieces, or None for a draw that makes no question. ``variant``
    names what is drawn beside the numbers ("line", "slip"), ``variants`` its values for a structure. ``whole``: its
    sheet needs every line of a faulty working. ``extends`` adds to the problem what more is asked for.
    """

    id: str
    says: str
    response: str
    takes: Callable[[Blueprint], bool]
    task: Callable[[Sheet], Task]
    picker: Callable[[Sheet], Picker]
    variant: str = ""
    variants: Callable[[Blueprint], tuple[str, ...]] = _no_variants
    whole: bool = False
    extends: Callable[[Problem], Problem | None] | None = None

    def __hash__(self) -> int:
        return hash(self.id)

    def sheet(self, blueprint: Blueprint) -> Sheet | None:
        """The texts of a structure as this form needs them, None if it cannot take the structure."""
        if self.extends:
            problem = self.extends(blueprint.problem)
            extended = compile_structure(blueprint.family, blueprint.structure, problem) if problem else None
            if extended is None:
                return None
            blueprint = extended
        return Sheet(blueprint, self.whole) if self.takes(blueprint) else None

    def asks(self, blueprint: Blueprint) -> bool:
        """Whether a structure can be asked this way, and clearly more than half of its draws make a question."""
        sheet = self.sheet(blueprint)
        if sheet is None:
            return False
        pick, variants = self.picker(sheet), max(len(self.variants(blueprint)), 1)
        space = blueprint.space
        read, step = space.reader(), walk(space.size, f"asks/{self.id}")
        tried = min(space.size, TRIED)
        rows = (sheet.laid.compute(read(step(place))) for place in range(tried))
        made = (
            row is not None and pick(row, BITS >> place, place % variants) is not None for place, row in enumerate(rows)
        )
        enough = int(ENOUGH * tried) + 1
        return sum(islice(filter(None, made), enough)) == enough


def task_of(sheet: Sheet, form: Form) -> Task:
    """A form's task on a sheet, in the shape that `Sheet.once` takes."""
    return form.task(sheet)
