"""Drawing the questions of a recipe: structures take turns, no question comes twice, a lock keeps what was drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from string import ascii_uppercase

from generator.blueprint import Blueprint, compile_structure, structure_key
from generator.derivation import tidy
from generator.errors import RecipeError
from generator.family import Family, Structure
from generator.forms import FORMS, Form
from generator.lock import Pin
from generator.question import Make, Question, maker
from generator.recipe import Item, Recipe
from generator.sheet import Sheet, difficulty
from generator.space import Space, shuffled, walk

PATIENCE = 20_000  # draws refused in a row before a structure counts as used up


@dataclass(frozen=True)
class Slot:
    """A place in the recipe, filled: the item's number, the version's letter, the question."""

    item: int
    version: str
    question: Question


@dataclass
class Drawn:
    """All questions of a build, version by version, and what the summary should say about them."""

    slots: list[Slot] = field(default_factory=list)
    reused: int = 0
    structures: int = 0
    redrawn: int = 0


class Compiler:
    """Blueprints and sheets, each compiled once."""

    def __init__(self) -> None:
        self.sheets: dict[tuple[str, str], Sheet | None] = {}

    def sheet(self, family: Family, structure: Structure) -> Sheet | None:
        key = (family.id, structure_key(structure))
        if key not in self.sheets:
            blueprint = compile_structure(family, structure)
            self.sheets[key] = Sheet(blueprint) if blueprint else None
        return self.sheets[key]


class Source:
    """The questions of one structure in one form, in the order of a seeded walk."""

    def __init__(self, blueprint: Blueprint, sheet: Sheet, form: Form, space: Space, seed: int) -> None:
        self.make: Make = maker(sheet, form, str(seed))
        self.size = space.size
        self.read = space.reader()
        self.step: Callable[[int], int] = walk(space.size, f"{seed}/{blueprint.family.id}/{form.id}/{blueprint.key}")
        self.place = 0

    def next(self, taken: set[str]) -> Question | None:
        """The next question that is not taken, or None when there are no more."""
        refused = 0
        while self.place < self.size and refused < PATIENCE:
            question = self.make(self.read(self.step(self.place)))
            self.place += 1
            if question is None or question.id in taken:
                refused += 1
                continue
            taken.add(question.id)
            return question
        return None


class Pool:
    """The sources of an item: families take turns, and within each its structures, in a seeded order."""

    def __init__(self, item: Item, seed: int, compiler: Compiler) -> None:
        self.item, self.seed, self.compiler = item, seed, compiler
        self.form = FORMS[item.form]
        self.waiting = self._candidates()
        self.sources: list[Source] = []
        self.by_key: dict[tuple[str, str], Source] = {}
        self.refused_form = 0

    def _candidates(self) -> Iterator[tuple[Family, Structure]]:
        lots = [
            shuffled(lot, f"{self.seed}/{self.item.form}/{lot[0][0].id}/order") for lot in self.item.structures() if lot
        ]
        for turn in range(max(map(len, lots), default=0)):
            for lot in lots:
                if turn < len(lot):
                    yield lot[turn]

    def source(self, turn: int) -> Source | None:
        """The source whose turn it is; compiled when its first turn comes."""
        while len(self.sources) <= turn:
            found = next(self.waiting, None)
            if found is None:
                break
            if source := self._source(*found):
                self.sources.append(source)
        return self.sources[turn % len(self.sources)] if self.sources else None

    def _source(self, family: Family, structure: Structure) -> Source | None:
        problem = family.problem(structure)
        if problem is None or not self.item.level(difficulty(tidy(problem))):
            return None
        axes = self.item.narrow(problem)
        if axes is None:
            return None
        sheet = self.compiler.sheet(family, structure)
        if sheet is None:
            return None
        if not self.form.takes(sheet.blueprint):
            self.refused_form += 1
            return None
        space = Space(tuple(axis for sym, axis in axes.items() for _ in sym.parts))
        source = Source(sheet.blueprint, sheet, self.form, space, self.seed)
        self.by_key[family.id, sheet.blueprint.key] = source
        return source

    def draw(self, turn: int, taken: set[str]) -> Question | None:
        """The question for a turn: from the source whose turn it is, or from the next that has one left."""
        for offset in count():
            source = self.source(turn + offset)
            if source is None or offset >= len(self.sources):
                return None
            if question := source.next(taken):
                return question
        return None

    def again(self, pin: Pin, taken: set[str]) -> Question | None:
        """A question that the lock pins, made anew from its numbers; None if it can no longer be asked."""
        for lot in self.item.structures():
            for family, structure in lot:
                if family.id == pin.family and structure_key(structure) == pin.structure:
                    sheet = self.compiler.sheet(family, structure)
                    if sheet is None or not self.form.takes(sheet.blueprint):
                        return None
                    if len(pin.numbers) != sheet.blueprint.drawn:
                        return None
                    question = maker(sheet, self.form, str(self.seed))(pin.numbers)
                    if question and question.id not in taken:
                        taken.add(question.id)
                        return question
        return None


def draw(recipe: Recipe, pins: dict[str, list[Pin]], progress: Callable[[int], None]) -> Drawn:
    """All questions of a recipe. ``pins``: for "version/item key" what the lock keeps.

    Raises RecipeError where an item can give no question, or fewer than it asks for (it says how many there are).
    """
    compiler = Compiler()
    pools = [Pool(item, recipe.seed, compiler) for item in recipe.items]
    found = Drawn()
    taken: set[str] = set()
    first: dict[tuple[int, int], Question] = {}
    kept = _kept(recipe, pools, pins, taken, found)
    for version in ascii_uppercase[: recipe.versions]:
        for place, (item, pool) in enumerate(zip(recipe.items, pools, strict=True)):
            for turn in range(item.count):
                question = kept.get((version, place, turn)) or pool.draw(turn, taken)
                if question is None and version != "A":
                    question = first[place, turn]
                    found.reused += 1
                if question is None:
                    raise _too_few(item, turn, pool)
                first.setdefault((place, turn), question)
                found.slots.append(Slot(place, version, question))
                progress(1)
    found.structures = sum(1 for sheet in compiler.sheets.values() if sheet)
    return found


def _kept(
    recipe: Recipe, pools: list[Pool], pins: dict[str, list[Pin]], taken: set[str], found: Drawn
) -> dict[tuple[str, int, int], Question]:
    """The pinned questions by version, item and place; made first, so that no new draw takes one of them."""
    kept: dict[tuple[str, int, int], Question] = {}
    for version in ascii_uppercase[: recipe.versions]:
        seen: dict[str, int] = {}
        for place, (item, pool) in enumerate(zip(recipe.items, pools, strict=True)):
            nth = seen[item.key] = seen.get(item.key, -1) + 1
            for turn, pin in enumerate(pins.get(f"{version}/{nth}/{item.key}", [])[: item.count]):
                if question := pool.again(pin, taken):
                    kept[version, place, turn] = question
                elif not pin.reused:
                    found.redrawn += 1
    return kept


def _too_few(item: Item, turn: int, pool: Pool) -> RecipeError:
    if turn:
        return RecipeError(f"{item.where}: asks for {item.count:,} questions, but there are only {turn:,}")
    if pool.refused_form:
        names = ", ".join(item.families)
        return RecipeError(f"{item.where}: form '{item.form}' cannot be made of {names}")
    return RecipeError(f"{item.where}: the restrictions leave no question")
