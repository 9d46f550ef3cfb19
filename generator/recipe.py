"""A recipe: what to build, in TOML, checked strictly.

An item names a family or a topic, a form, how many, and restrictions on any axis:
``cell = ["LSTM", "GRU"]``, ``units = { min = 8, max = 64 }``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Annotated, Any

import msgspec

from generator.derivation import Problem
from generator.errors import RecipeError, unknown
from generator.family import Family, Structure, families, find, topics, word
from generator.formats import FORMATS
from generator.forms import find_form
from generator.notation import Sym
from generator.resources import folder
from generator.settings import convert, read_toml
from generator.space import Axis

DEFAULT = "exam-practice"
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Level = Annotated[int, msgspec.Meta(ge=1, le=5)]
Points = Annotated[float, msgspec.Meta(gt=0, le=1000)]
Versions = Annotated[int, msgspec.Meta(ge=1, le=26)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Range(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``{ min = 8, max = 64 }``, either end optional."""

    min: float | None = None
    max: float | None = None

    def holds(self, value: Any) -> bool:
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)


class ItemKeys(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of an item that are not axes."""

    count: Count
    family: str = ""
    topic: str = ""
    form: str = "open"
    difficulty: Level | list[Level] | Range | None = None
    points: Points = 1


class RecipeKeys(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of a recipe."""

    title: Name
    items: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1)]
    course: str = ""
    seed: int = 1
    versions: Versions = 1
    formats: list[str] | None = None


@dataclass(frozen=True)
class Item:
    """One line of a recipe. ``axes`` are the restrictions as the user wrote them."""

    where: str
    form: str
    count: int
    points: float
    families: tuple[str, ...]
    difficulty: Any
    axes: Mapping[str, Any]

    @property
    def key(self) -> str:
        """What the item asks for, whatever its count and points: a grown item keeps its questions."""
        asked = {"form": self.form, "families": self.families, "difficulty": self.difficulty, "axes": self.axes}
        return json.dumps(asked, sort_keys=True, default=msgspec.to_builtins)

    def structures(self) -> list[list[tuple[Family, Structure]]]:
        """For each family the structures that the restrictions leave."""
        return [[(each, s) for s in each.structures() if self._keeps(s)] for each in map(find, self.families)]

    def _keeps(self, structure: Structure) -> bool:
        return all(_allowed(word(structure[name]), wish) for name, wish in self.axes.items() if name in structure)

    def level(self, difficulty: int) -> bool:
        """Whether a difficulty is one that the item asks for."""
        return self.difficulty is None or _allowed(difficulty, self.difficulty)

    def narrow(self, problem: Problem) -> dict[Sym, Axis] | None:
        """The problem's axes as restricted, or None where nothing is left or an axis is not there."""
        names = {sym.name: sym for sym in problem.numbers}
        structural = {name for each in self.families for name in find(each).axes}
        if any(name not in names and name not in structural for name in self.axes):
            return None
        axes = dict(problem.numbers)
        for name, wish in self.axes.items():
            if name in names:
                axes[names[name]] = narrowed(axes[names[name]], wish)
                if not axes[names[name]].size:
                    return None
        return axes


@dataclass(frozen=True)
class Recipe:
    """A checked recipe; ``name`` is the name of its folder of outputs."""

    name: str
    title: str
    course: str
    seed: int
    versions: int
    formats: tuple[str, ...]
    items: tuple[Item, ...]

    def with_options(self, seed: int | None, versions: int | None, formats: Iterable[str] | None) -> Recipe:
        """The recipe with what the command line says instead."""
        return changed(
            self,
            seed=self.seed if seed is None else seed,
            versions=self.versions if versions is None else versions,
            formats=self.formats if formats is None else _formats(tuple(formats), "--formats"),
        )


def find_recipe(name: str) -> Path:
    """A recipe's file: a path, or the name of a shipped deck. Raises RecipeError if there is none."""
    shipped = {path.stem: path for path in folder("decks").glob("*.toml")}
    if name in shipped and not Path(name).is_file():
        return shipped[name]
    path = Path(name)
    if path.is_file():
        return path
    if path.suffix == ".toml" or "/" in name:
        raise RecipeError(f"{name}: {'is a folder' if path.is_dir() else 'no such file'}")
    raise RecipeError(unknown("recipe", name, shipped))


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises RecipeError: one line with file, key and what is allowed."""
    keys = convert(read_toml(path), RecipeKeys, path)
    items = tuple(_item(table, f"{path}: items[{place}]") for place, table in enumerate(keys.items, 1))
    return Recipe(
        name=path.stem,
        title=keys.title,
        course=keys.course,
        seed=keys.seed,
        versions=keys.versions,
        formats=_formats(tuple(FORMATS if keys.formats is None else keys.formats), f"{path}: formats"),
        items=items,
    )


def _formats(names: tuple[str, ...], where: str) -> tuple[str, ...]:
    for name in names:
        if name not in FORMATS:
            raise RecipeError(f"{where}: {unknown('format', name, FORMATS)}")
    if not names:
        raise RecipeError(f"{where}: names no format. Allowed: {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in names)


def _item(table: dict[str, Any], where: str) -> Item:
    known = tuple(field.name for field in msgspec.structs.fields(ItemKeys))
    keys = convert({name: value for name, value in table.items() if name in known}, ItemKeys, where)
    if bool(keys.family) == bool(keys.topic):
        raise RecipeError(f"{where}: needs either 'family' or 'topic'")
    if keys.topic and keys.topic not in topics():
        raise RecipeError(f"{where}: {unknown('topic', keys.topic, topics())}")
    try:
        form = find_form(keys.form)
        chosen = [find(keys.family)] if keys.family else [f for f in families().values() if f.topic == keys.topic]
    except RecipeError as error:
        raise RecipeError(f"{where}: {error}") from None
    axes = {name: _wish(value, f"{where}: {name}") for name, value in table.items() if name not in known}
    item = Item(where, form.id, keys.count, keys.points, tuple(f.id for f in chosen), keys.difficulty, axes)
    if axes:
        check_axes(item, [*known, *axis_names(chosen)])
    return item


def _wish(value: Any, where: str) -> Any:
    """A restriction as written: a value, a list of values, or a range."""
    if isinstance(value, dict):
        return convert(value, Range, where)
    if isinstance(value, list) and not value:
        raise RecipeError(f"{where}: an empty list leaves nothing")
    return value


def axis_names(chosen: Iterable[Family]) -> list[str]:
    """Every axis of the families, structural and drawn."""
    return sorted({name for each in chosen for name in (*each.axes, *numeric_axes(each))})


def numeric_axes(each: Family) -> dict[str, Axis]:
    """The drawn quantities of a family over all its structures."""
    found: dict[str, Axis] = {}
    for structure in each.structures():
        problem = each.problem(structure)
        for sym, axis in (problem.numbers if problem else {}).items():
            found.setdefault(sym.name, axis)
    return found


def check_axes(item: Item, known: Iterable[str]) -> None:
    """Raises RecipeError for a restriction on an axis that is not there, or to a value that it cannot take."""
    chosen = [find(name) for name in item.families]
    for name, wish in item.axes.items():
        where = f"{item.where}: {name}"
        structural = [each.axes[name] for each in chosen if name in each.axes]
        numeric = [axes[name] for each in chosen if name in (axes := numeric_axes(each))]
        if not structural and not numeric:
            raise RecipeError(f"{item.where}: {unknown('key', name, known)}")
        values = sorted({str(word(value)) for axis in structural for value in axis})
        for value in () if isinstance(wish, Range) else wish if isinstance(wish, list) else [wish]:
            fits = any(_same(word(v), value) for axis in structural for v in axis)
            if not fits and not any(_takes(axis, value) for axis in numeric):
                allowed = ", ".join(values) or numeric[0].describe()
                raise RecipeError(f"{where}: '{value}' is not allowed. Allowed: {allowed}")
        if isinstance(wish, Range) and not numeric and any(isinstance(v, str | bool) for axis in structural for v in axis):
            raise RecipeError(f"{where}: a range does not apply to it. Allowed: {', '.join(values)}")


def _same(value: object, wish: object) -> bool:
    return value == wish and isinstance(value, bool) == isinstance(wish, bool)


def _takes(axis: Axis, value: Any) -> bool:
    return axis.allows(_as_drawn(axis, value))


def _as_drawn(axis: Axis, value: Any) -> Any:
    """A value as the axis holds it: a sentence as its words."""
    return tuple(value.split()) if isinstance(value, str) and isinstance(axis.values[0], tuple) else value


def _allowed(value: Any, wish: Any) -> bool:
    if isinstance(wish, Range):
        return wish.holds(value)
    return any(_same(value, each) for each in (wish if isinstance(wish, list) else [wish]))


def narrowed(axis: Axis, wish: Any) -> Axis:
    """An axis with only the values wished for; named values may lie beyond those usually drawn."""
    if isinstance(wish, Range):
        return Axis(tuple(value for value in axis.values if wish.holds(value)), axis.bounds)
    wished = [_as_drawn(axis, value) for value in (wish if isinstance(wish, list) else [wish])]
    return Axis(tuple(value for value in dict.fromkeys(wished) if axis.allows(value)), axis.bounds)
