"""Drawing the questions of a recipe: structures take turns, no question comes twice, a lock keeps what was drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, takewhile
from string import ascii_uppercase
from typing import Any

from generator.bloom import bloom, objective
from generator.blueprint import Blueprint, compile_structure, structure_key
from generator.derivation import Problem, tidy
from generator.difficulty import difficulty
from generator.errors import RecipeError
from generator.family import Family, Structure
from generator.forms import FORMS, Form
from generator.lock import Pin
from generator.mental import easily, possible
from generator.minutes import minutes
from generator.pool import belongs, split
from generator.question import Make, Question, maker
from generator.recipe import Item, Recipe
from generator.sheet import Sheet
from generator.space import Space, shuffled, walk

LISTED = 1_000_000  # spaces up to this size are gone through to the last draw
PATIENCE = 20_000  # in larger ones so many draws refused in a row end the search


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
    """Blueprints, each compiled once, and their sheets."""

    def __init__(self) -> None:
        self.blueprints: dict[tuple[str, str], Blueprint | None] = {}
        self.sheets: dict[tuple[str, str], Sheet] = {}

    def blueprint(self, family: Family, structure: Structure, problem: Problem) -> Blueprint | None:
        key = (family.id, structure_key(structure))
        if key not in self.blueprints:
            self.blueprints[key] = compile_structure(family, structure, problem)
        return self.blueprints[key]

    def sheet(self, blueprint: Blueprint, form: Form) -> Sheet | None:
        """The sheet for a form; forms that need nothing of their own share one."""
        if form.whole or form.extends:
            return form.sheet(blueprint)
        key = (blueprint.family.id, blueprint.key)
        if key not in self.sheets:
            self.sheets[key] = Sheet(blueprint)
        return self.sheets[key]


class Source:
    """The questions of one structure in one form, in the order of a seeded walk."""

    def __init__(self, sheet: Sheet, form: Form, space: Space, seed: int, mental: bool = False, pool: str = "") -> None:
        self.sheet, self.space = sheet, space
        self.inside = belongs(sheet.blueprint, pool)
        self.make: Make = maker(sheet, form, str(seed))
        if mental:
            self.make = easily(self.make, sheet.blueprint)
        self.read = space.reader()
        blueprint = sheet.blueprint
        self.step: Callable[[int], int] = walk(space.size, f"{seed}/{blueprint.family.id}/{form.id}/{blueprint.key}")
        self.place = 0
        self.met = 0

    def next(self, taken: set[str]) -> Question | None:
        """The next question that is not taken, or None when there are no more."""
        refused = 0
        while self.place < self.space.size and (refused < PATIENCE or self.space.size <= LISTED):
            drawn = self.read(self.step(self.place))
            question = self.make(drawn) if self.inside(drawn) else None
            self.place += 1
            if question is None:
                refused += 1
                continue
            refused = 0
            self.met += 1
            if question.id not in taken:
                taken.add(question.id)
                return question
        return None

    def again(self, numbers: tuple[Any, ...], taken: set[str]) -> Question | None:
        """The question with these numbers, None if it can no longer be asked or is taken."""
        question = self.make(numbers) if _holds(self.space, numbers) and self.inside(numbers) else None
        if question is None or question.id in taken:
            return None
        taken.add(question.id)
        return question

    @property
    def used_up(self) -> bool:
        """Whether every draw has been tried."""
        return self.place >= self.space.size

    def like(self, question: Question) -> bool:
        """Whether its questions are of the same family and difficulty."""
        return (self.sheet.blueprint.family, self.sheet.difficulty) == (
            question.sheet.blueprint.family,
            question.sheet.difficulty,
        )


def _holds(space: Space, numbers: tuple[Any, ...]) -> bool:
    """Whether the numbers, read from a file, are a draw of the space."""
    return len(numbers) == len(space.axes) and all(
        type(number) is type(axis.values[0]) and axis.allows(number)
        for number, axis in zip(numbers, space.axes, strict=True)
    )


class Pool:
    """What an item draws from: its families take turns, and within each its structures, in a seeded order."""

    def __init__(self, item: Item, seed: int, compiler: Compiler) -> None:
        self.item, self.seed, self.compiler = item, seed, compiler
        self.forms = [FORMS[name] for name in item.forms]
        self.found = item.structures()
        self.lots = [Lot(self, form, self._shuffled(structures, form)) for structures, form in self._turns()]
        self.made: dict[tuple[str, str, str], Source | None] = {}
        self.left_out: dict[str, set[Any]] = {}  # by key of the item: what the structures have that it leaves out
        self.refused_form: dict[str, set[str]] = {}  # by family: the forms that its structures take instead

    def _turns(self) -> Iterator[tuple[list[tuple[Family, Structure]], Form]]:
        """Every family in every form; from one turn to the next both change."""
        for start in range(len(self.forms)):
            for place, structures in enumerate(self.found):
                yield structures, self.forms[(start + place) % len(self.forms)]

    def _shuffled(self, structures: list[tuple[Family, Structure]], form: Form) -> Iterator[tuple[Family, Structure]]:
        return iter(shuffled(structures, f"{self.seed}/{form.id}/{structures[0][0].id}/order"))

    @property
    def sources(self) -> list[Source]:
        return [source for lot in self.lots for source in lot.sources]

    def source_of(self, family: Family, structure: Structure, form: Form) -> Source | None:
        """The source of a structure in a form, made once; None if the item leaves it no question."""
        key = (family.id, structure_key(structure), form.id)
        if key not in self.made:
            self.made[key] = self._source(family, structure, form)
        return self.made[key]

    def _source(self, family: Family, structure: Structure, form: Form) -> Source | None:
        problem = family.problem(structure)
        if problem is None:
            return None
        axes = self.item.narrow(structure, problem)
        if axes is None:
            return None
        for name, value in traits(tidy(problem), form).items():
            if not self.item.wants(name, value):
                self.left_out.setdefault(name, set()).add(value)
                return None
        blueprint = self.compiler.blueprint(family, structure, problem)
        if blueprint is None or (self.item.mental and not possible(blueprint)):
            return None
        sheet = self.compiler.sheet(blueprint, form) if form.asks(blueprint) else None
        if sheet is None:
            takes = {each.id for each in FORMS.values() if each.asks(blueprint)}
            self.refused_form.setdefault(family.id, set()).update(takes)
            return None
        drawn = tuple(axis for sym, axis in axes.items() for _ in sym.parts)
        if form.variant:
            variants = self.item.variants(form, blueprint)
            if not variants.size:
                return None
            drawn = (*drawn, variants)
        return Source(sheet, form, Space(drawn), self.seed, self.item.mental, self.item.pool)

    def draw(self, turn: int, taken: set[str], like: Question | None = None) -> Question | None:
        """The question for a turn: from the family whose turn it is, or from the next that has one left.

        ``like``: it must be of that question's family and difficulty.
        """
        lots = self.turns
        for offset in range(len(lots)):
            lot = lots[(turn + offset) % len(lots)]
            if question := lot.draw(turn // len(lots), taken, like):
                return question
        return None

    @cached_property
    def turns(self) -> list[Lot]:
        """The lots that take turns: in a mix not those of a form that the family does not take.

        They would leave their turns to the next one, which would come twice as often.
        """
        return self.lots if len(self.forms) == 1 else [lot for lot in self.lots if lot.source(0)]

    @cached_property
    def structures(self) -> dict[tuple[str, str], tuple[Family, Structure]]:
        """The item's structures as the lock names them."""
        return {(family.id, structure_key(each)): (family, each) for found in self.found for family, each in found}

    def again(self, pin: Pin, taken: set[str]) -> Question | None:
        """A question that the lock pins, made anew from its numbers; None if it can no longer be asked."""
        found = self.structures.get((pin.family, pin.structure))
        form = FORMS.get(pin.form or self.item.forms[0])
        source = self.source_of(*found, form) if found and form in self.forms else None
        return source.again(pin.numbers, taken) if source else None


class Lot:
    """The sources of one family in one form, each compiled when its first turn comes."""

    def __init__(self, pool: Pool, form: Form, waiting: Iterator[tuple[Family, Structure]]) -> None:
        self.pool, self.form, self.waiting = pool, form, waiting
        self.sources: list[Source] = []

    def source(self, turn: int) -> Source | None:
        """The source whose turn it is, None if there are none."""
        while len(self.sources) <= turn and (found := next(self.waiting, None)):
            if source := self.pool.source_of(*found, self.form):
                self.sources.append(source)
        return self.sources[turn % len(self.sources)] if self.sources else None

    def draw(self, turn: int, taken: set[str], like: Question | None) -> Question | None:
        """The question for a turn: from the source whose turn it is, or from the next that has one left."""
        for offset in count():
            source = self.source(turn + offset)
            if source is None or offset >= len(self.sources):
                return None
            if (like is None or source.like(like)) and (question := source.next(taken)):
                return question
        return None


def draw(
    recipe: Recipe,
    seed: int,
    pins: dict[str, list[Pin]],
    progress: Callable[[int], None] = lambda n: None,
    dropped: Iterable[str] = (),
) -> Drawn:
    """All questions of a recipe. ``pins``: for "version/item key" what the lock keeps, but for those ``dropped``.

    Raises RecipeError where an item can give no question, or fewer than it asks for (it says how many there are).
    """
    compiler = Compiler()
    pools = [Pool(item, seed, compiler) for item in recipe.items]
    found = Drawn()
    taken = {*recipe.exclude, *dropped}
    first: dict[tuple[int, int], Question] = {}
    kept = _kept(recipe, pools, pins, taken, found, frozenset(dropped))
    for version in ascii_uppercase[: recipe.versions]:
        for place, (item, pool) in enumerate(zip(recipe.items, pools, strict=True)):
            for turn in range(item.count):
                before = first.get((place, turn))
                question = kept.get((version, place, turn)) or pool.draw(turn, taken, before)
                if question is None and before:
                    question = before
                    found.reused += 1
                if question is None:
                    raise too_few(item, turn, pool)
                first.setdefault((place, turn), question)
                found.slots.append(Slot(place, version, question))
                progress(1)
    found.structures = sum(1 for blueprint in compiler.blueprints.values() if blueprint)
    return found


def _kept(
    recipe: Recipe,
    pools: list[Pool],
    pins: dict[str, list[Pin]],
    taken: set[str],
    found: Drawn,
    dropped: frozenset[str],
) -> dict[tuple[str, int, int], Question]:
    """The pinned questions by version, item and place; made first, so that no new draw takes one of them."""
    kept: dict[tuple[str, int, int], Question] = {}
    for version in ascii_uppercase[: recipe.versions]:
        for (place, turn), pin in _pinned(recipe, pins, version).items():
            if question := pools[place].again(pin, taken):
                kept[version, place, turn] = question
            elif not pin.reused and pin.id not in dropped:
                found.redrawn += 1
    return kept


def _pinned(recipe: Recipe, pins: dict[str, list[Pin]], version: str) -> dict[tuple[int, int], Pin]:
    """The lock's pins by item and turn. Items that ask for the same share what is left over, whichever is first."""
    found: dict[tuple[int, int], Pin] = {}
    for key in dict.fromkeys(item.key for item in recipe.items):
        places = [place for place, item in enumerate(recipe.items) if item.key == key]
        spare: list[Pin] = []
        for nth in takewhile(lambda nth: f"{version}/{nth}/{key}" in pins, count()):  # noqa: B023
            listed = pins[f"{version}/{nth}/{key}"]
            room = recipe.items[places[nth]].count if nth < len(places) else 0
            found |= {(places[nth], turn): pin for turn, pin in enumerate(listed[:room])}
            spare += listed[room:]
        free = ((place, turn) for place in places for turn in range(recipe.items[place].count))
        found |= dict(zip((slot for slot in free if slot not in found), spare, strict=False))
    return dict(sorted(found.items()))


def traits(problem: Problem, form: Form) -> dict[str, Any]:
    """What an item may ask of a structure in a form, by the item's key."""
    return {
        "difficulty": difficulty(problem),
        "level": bloom(problem, form.id),
        "minutes": minutes(problem, form.response),
        "objective": objective(problem) or "none",
    }


def too_few(item: Item, turn: int, pool: Pool) -> RecipeError:
    total = sum(source.met for source in pool.sources)
    if total:
        exact = all(source.used_up for source in pool.sources)
        others = f", of which other items have {total - turn:,}" if total > turn else ""
        there = "there are only" if exact else "no more were found than"
        within = f" in the {item.pool} pool" if _parted(item, pool) else ""
        return RecipeError(f"{item.where}: asks for {_questions(item.count)}, but {there} {total:,}{within}{others}")
    if pool.refused_form:
        names = ", ".join(pool.refused_form)
        takes = [form for form in FORMS if any(form in taken for taken in pool.refused_form.values())]
        told = f"form '{item.forms[0]}'" if len(item.forms) == 1 else f"the forms {', '.join(item.forms)}"
        return RecipeError(f"{item.where}: {told} cannot be made of {names}. Allowed: {', '.join(takes)}")
    if pool.left_out and not pool.sources:
        name, values = next(iter(pool.left_out.items()))
        told = ", ".join(map(str, sorted(values)))
        return RecipeError(f"{item.where}: {name}: leaves no question. Allowed here: {told}")
    if _parted(item, pool):
        return RecipeError(f"{item.where}: the restrictions leave no question of the {item.pool} pool")
    if item.mental:
        return RecipeError(f"{item.where}: mental: leaves no question; without it there may be some")
    return RecipeError(f"{item.where}: the restrictions leave no question")


def _parted(item: Item, pool: Pool) -> bool:
    """Whether some of the questions are on the other side of the split between practice and exam."""
    return bool(item.pool) and any(split(source.sheet.blueprint) for source in pool.sources)


def _questions(number: int) -> str:
    return f"{number:,} question{'s' * (number != 1)}"
