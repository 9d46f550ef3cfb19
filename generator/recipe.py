"""A recipe: what to build, in TOML, checked strictly.

An item names a family or a topic, a form, how many, and restrictions on any axis:
``cell = ["LSTM", "GRU"]``, ``units = { min = 8, max = 64 }``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from generator import mental
from generator.bloom import BY_OBJECTIVE as OBJECTIVES
from generator.bloom import LEVELS as LEVEL_NAMES
from generator.blueprint import Blueprint
from generator.derivation import Problem
from generator.errors import RecipeError, nearest, unknown
from generator.family import Family, Structure, families, find, topics, word
from generator.formats import FORMATS
from generator.forms import FORMS, Form
from generator.layout import Centimetres, Minutes, Printed, Ruled, read_layout
from generator.notation import Sym
from generator.pool import EXAM, PRACTICE, SHARED
from generator.resources import folder
from generator.settings import convert, read_toml
from generator.space import Axis, Value
from generator.versions import MOST

DEFAULT = "exam-practice"
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="a whole number from 1 to 1,000,000")]
Level = Annotated[int, msgspec.Meta(ge=1, le=5)]
MIX = "mix"  # as a form: all of them in turn
LEVELS = "a whole number from 1 to 5, a list of them, or a range such as { min = 2, max = 4 }"
MINUTES = "a number of minutes, or a range such as { max = 5 }"
Names = Annotated[str | list[str], msgspec.Meta(description="a name or a list of names")]
Points = Annotated[float, msgspec.Meta(gt=0, le=1000, description="a number above 0, at most 1,000")]
Versions = Annotated[int, msgspec.Meta(ge=1, le=MOST, description=f"a whole number from 1 to {MOST:,}")]
Title = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=200, description="text of 1 to 200 characters")]
USUAL = ("apkg", "jsonl", "md")  # the formats of a recipe that names none
Formats = Annotated[list[str], msgspec.Meta(min_length=1, description=f"a list of some of: {', '.join(FORMATS)}")]
Excluded = Annotated[list[str], msgspec.Meta(description="a list of paths to questions.jsonl of earlier builds")]
Items = Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, description="one table [[items]] or more")]


class Range(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``{ min = 8, max = 64 }``, either end optional."""

    min: float | None = None
    max: float | None = None

    def holds(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)


Quantity = float | Range


class Exam(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of ``[exam]``: what the paper must come to, ``points`` exactly, ``minutes`` (estimated) at most.

    ``same_questions``: all versions ask the same, in other orders; else each has questions of its own.
    """

    points: Points | None = None
    minutes: Minutes | None = None
    same_questions: bool = False


class Identified(msgspec.Struct, frozen=True):
    """A record of a question, of which only the id is read."""

    id: str


class ItemKeys(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of an item that are not axes."""

    count: Count | None = None  # needed, but what is misspelt is said first
    family: str = ""
    topic: str = ""
    form: str | list[str] = "open"
    difficulty: Annotated[Level | list[Level] | Range | None, msgspec.Meta(description=LEVELS)] = None
    points: Points = 1
    mental: bool = False
    level: Names | None = None
    minutes: Annotated[Quantity | None, msgspec.Meta(description=MINUTES)] = None
    objective: Names | None = None
    space: Centimetres | None = None
    answer_space: Ruled | None = None
    small_spaces: bool | None = None


class RecipeKeys(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of a recipe."""

    title: Title
    items: Items
    course: str = ""
    seed: Annotated[int | Literal["random"], msgspec.Meta(description='a whole number or "random"')] = 1
    versions: Versions = 1
    formats: Formats = msgspec.field(default_factory=lambda: list(USUAL))
    layout: dict[str, Any] = {}
    exam: Exam | None = None
    pool: Annotated[Literal["practice", "exam"], msgspec.Meta(description='"practice" or "exam"')] = "practice"
    small_spaces: bool = False
    exclude: Excluded = []


@dataclass(frozen=True)
class Item:
    """One line of a recipe. ``axes`` are the restrictions as the user wrote them, ``topic`` is empty for a family.

    ``mental``: only numbers that need no calculator (see `mental`). ``space`` (cm) and ``ruled``: the room to answer on
    paper, where the layout's is not meant. ``wishes``: what is asked of level, minutes and objective, by key.
    ``pool``: see `pool`; empty for all.
    """

    where: str
    forms: tuple[str, ...]
    count: int
    points: float
    families: tuple[str, ...]
    difficulty: Any
    axes: Mapping[str, Any]
    topic: str = ""
    mental: bool = False
    space: float | None = None
    ruled: str = ""
    wishes: Mapping[str, Any] = field(default_factory=dict)
    pool: str = ""

    @property
    def key(self) -> str:
        """What the item asks for, whatever its count and points, and whatever families a topic has gained since."""
        asked = {"topic": self.topic} if self.topic else {"family": self.families[0]}
        rest = {
            "form": self.forms[0] if len(self.forms) == 1 else self.forms,
            "difficulty": self.difficulty,
            "axes": self.axes,
        }
        rest |= {"mental": True} if self.mental else {}
        rest |= {"wishes": self.wishes} if self.wishes else {}
        rest |= {"pool": self.pool} if self.pool not in ("", PRACTICE) else {}
        return json.dumps(asked | rest, sort_keys=True, default=msgspec.to_builtins)

    def structures(self) -> list[list[tuple[Family, Structure]]]:
        """Every structure of each family, those that the restrictions leave out included."""
        return [[(each, structure) for structure in each.structures()] for each in map(find, self.families)]

    def wants(self, name: str, value: Any) -> bool:
        """Whether a structure's difficulty, level, minutes or objective is one that the item asks for."""
        wish = self.difficulty if name == "difficulty" else self.wishes.get(name)
        return wish is None or _allowed(value, wish)

    def variants(self, form: Form, blueprint: Blueprint) -> Axis:
        """What a form draws beside the numbers, as restricted."""
        axis = Axis(form.variants(blueprint))
        return narrowed(axis, self.axes[form.variant]) if axis.size and form.variant in self.axes else axis

    def narrow(self, structure: Structure, problem: Problem) -> dict[Sym, Axis] | None:
        """The problem's axes as restricted, or None where nothing is left or an axis is not there.

        A name may be that of a structural axis and a drawn one: ``padding = "valid"``, ``padding = 2``.
        """
        axes = dict(problem.numbers)
        names = {sym.name: sym for sym in axes}
        for name, wish in self.axes.items():
            if name in structure and _allowed(word(structure[name]), wish):
                continue
            if name not in names:
                if any(FORMS[form].variant == name for form in self.forms):
                    continue
                return None
            axes[names[name]] = narrowed(axes[names[name]], wish)
        if self.mental:
            axes = {sym: mental.narrowed(axis) for sym, axis in axes.items()}
        return axes if all(axis.size for axis in axes.values()) else None


@dataclass(frozen=True)
class Recipe:
    """A checked recipe; ``name`` is the name of its folder of outputs. ``seed`` is None if it is drawn at random."""

    name: str
    title: str
    course: str
    seed: int | None
    versions: int
    formats: tuple[str, ...]
    items: tuple[Item, ...]
    printed: Printed = field(default_factory=Printed)
    exam: Exam | None = None
    pool: str = PRACTICE
    exclude: frozenset[str] = frozenset()

    @property
    def planned(self) -> bool:
        """Whether it is of an exam: then its coverage is told, and versions carry a code."""
        return self.exam is not None or self.pool != PRACTICE

    @property
    def same_questions(self) -> bool:
        """Whether all versions ask the same questions, in other orders."""
        return self.exam is not None and self.exam.same_questions

    @property
    def secret(self) -> bool:
        """Whether its keys stay with the instructor: its questions are of the exam pool, or its seed nobody's."""
        return self.pool == EXAM or self.seed is None

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
    if path.exists():
        raise RecipeError(f"{name}: is {'a folder' if path.is_dir() else 'not a file'}, and no recipe")
    if path.suffix == ".toml" or path.name != name:
        raise RecipeError(f"{name}: no such file")
    raise RecipeError(f"{unknown('recipe', name, shipped)}, or a path to a file of your own")


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises RecipeError: one line with file, key and what is allowed."""
    check_name(path)
    keys = convert(read_toml(path), RecipeKeys, path)
    items = tuple(_item(table, f"{path}: items[{place}]", keys) for place, table in enumerate(keys.items, 1))
    _check_points(items, keys.exam, path)
    return Recipe(
        name=path.stem,
        title=" ".join(keys.title.split()),
        course=" ".join(keys.course.split()),
        seed=None if keys.seed == "random" else keys.seed,
        versions=keys.versions,
        formats=_formats(tuple(keys.formats), f"{path}: formats"),
        items=items,
        printed=read_layout(keys.layout, path),
        exam=keys.exam,
        pool=keys.pool,
        exclude=_excluded(keys.exclude, path),
    )


def check_name(path: Path) -> None:
    """Raises RecipeError for a file whose name cannot be that of its folder of outputs, such as ``..``."""
    if path.stem.startswith(".") or not path.stem.isprintable():
        raise RecipeError(
            f"{path}: its outputs go to a folder of its name, which must be printable and must not begin with a dot"
        )


def _check_points(items: Iterable[Item], exam: Exam | None, path: Path) -> None:
    """Raises RecipeError if the items do not come to the points that the paper must have."""
    total = sum(item.count * item.points for item in items)
    if exam and exam.points is not None and abs(total - exam.points) > 1e-9:
        raise RecipeError(f"{path}: exam: points: the items come to {total:g}, and should come to {exam.points:g}")


def _excluded(names: Iterable[str], path: Path) -> frozenset[str]:
    """The ids of the questions in the files named, which lie where the recipe says, seen from its folder."""
    return frozenset(id for name in names for id in _ids(path.parent / name, f"{path}: exclude: '{name}'"))


def _ids(file: Path, where: str) -> Iterator[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{where} cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})") from None
    for number, line in enumerate(lines, 1):
        try:
            yield msgspec.json.decode(line, type=Identified).id
        except (msgspec.MsgspecError, RecursionError):
            raise RecipeError(f"{where}: line {number} is no record of a question") from None


def _formats(names: tuple[str, ...], where: str) -> tuple[str, ...]:
    for name in names:
        if name not in FORMATS:
            raise RecipeError(f"{where}: {unknown('format', name, FORMATS)}")
    if not names:
        raise RecipeError(f"{where}: names no format. Allowed: {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS if name in names)


def _item(table: dict[str, Any], where: str, recipe: RecipeKeys) -> Item:
    known = tuple(field.name for field in msgspec.structs.fields(ItemKeys))
    keys = convert({name: value for name, value in table.items() if name in known}, ItemKeys, where)
    axes = {name: _wish(value, f"{where}: {name}") for name, value in table.items() if name not in known}
    if bool(keys.family) == bool(keys.topic):
        raise _neither(where, axes) if not keys.family else RecipeError(f"{where}: has both 'family' and 'topic'")
    if keys.topic and keys.topic not in topics():
        raise RecipeError(f"{where}: {unknown('topic', keys.topic, topics())}")
    try:
        forms = _forms(keys.form)
        chosen = [find(keys.family)] if keys.family else [f for f in families().values() if f.topic == keys.topic]
    except RecipeError as error:
        raise RecipeError(f"{where}: {error}") from None
    levels = _range(keys.difficulty, f"{where}: difficulty")
    ids = tuple(each.id for each in chosen)
    item = Item(where, forms, keys.count or 0, keys.points, ids, levels, axes, keys.topic, keys.mental)
    item = changed(item, wishes=_wishes(keys, where), space=keys.space, ruled=keys.answer_space or "")
    small = recipe.small_spaces if keys.small_spaces is None else keys.small_spaces
    item = changed(item, pool=SHARED if small and recipe.pool == EXAM else recipe.pool)
    if axes:
        check_axes(item, [*known, *axis_names(chosen)])
    if not keys.count:
        raise RecipeError(f"{where}: the key 'count' is missing")
    return item


def _wishes(keys: ItemKeys, where: str) -> dict[str, Any]:
    """What an item asks of level, minutes and objective. Raises RecipeError for a name that is none."""
    for key, names, allowed in (("level", keys.level, LEVEL_NAMES), ("objective", keys.objective, OBJECTIVES)):
        for name in [names] if isinstance(names, str) else names or []:
            if name not in allowed:
                raise RecipeError(f"{where}: {key}: {unknown(key, name, allowed)}")
    wished = {"level": keys.level, "minutes": _range(keys.minutes, f"{where}: minutes"), "objective": keys.objective}
    for key, wish in wished.items():
        if wish == []:
            raise RecipeError(f"{where}: {key}: an empty list leaves nothing")
    return {key: wish for key, wish in wished.items() if wish is not None}


def _forms(wish: str | list[str]) -> tuple[str, ...]:
    """The forms that an item names: one, several that take turns, or "mix" for all."""
    if wish == MIX:
        return tuple(FORMS)
    names = [wish] if isinstance(wish, str) else wish
    if not names:
        raise RecipeError("form: an empty list leaves nothing")
    for name in names:
        if name not in FORMS:
            raise RecipeError(unknown("form", name, (*FORMS, MIX)))
    return tuple(dict.fromkeys(names))


def _neither(where: str, names: Iterable[str]) -> RecipeError:
    """The error of an item without family and topic; one of them may be there, but misspelt."""
    for name in names:
        if get_close_matches(name, ("family", "topic")):
            return RecipeError(f"{where}: {unknown('key', name, ('family', 'topic'))}")
    return RecipeError(f"{where}: needs a 'family' or a 'topic'")


def _wish(value: Any, where: str) -> Any:
    """A restriction as written: a value, a list of values, or a range."""
    if isinstance(value, dict):
        return _range(convert(value, Range, where), where)
    if isinstance(value, list) and not value:
        raise RecipeError(f"{where}: an empty list leaves nothing")
    return value


def _range(wish: Any, where: str) -> Any:
    """The same wish. Raises RecipeError for a range that holds nothing, or everything."""
    if isinstance(wish, Range) and wish.min is None and wish.max is None:
        raise RecipeError(f"{where}: a range needs 'min' or 'max' or both")
    if isinstance(wish, Range) and not (wish.min is None or wish.max is None or wish.min <= wish.max):
        raise RecipeError(f"{where}: min = {wish.min:g} is above max = {wish.max:g}")
    return wish


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
        axes = [variant for variant in _variants(item, chosen, name) if variant.size]
        axes += [Axis(tuple(map(word, each.axes[name]))) for each in chosen if name in each.axes]  # type: ignore[arg-type]
        axes += [found[name] for each in chosen if name in (found := numeric_axes(each))]
        if not axes:
            variants = {FORMS[form].variant for form in item.forms} - {""}
            raise RecipeError(f"{item.where}: {unknown('key', name, {*known, *variants})}")
        words = [value for axis in axes for value in axis.values if isinstance(value, str)]
        allowed = " or ".join(dict.fromkeys(_described(axis) for axis in axes))
        for each in wish if isinstance(wish, list) else [wish]:
            if not any(narrowed(axis, each if isinstance(each, Range) else [each]).size for axis in axes):
                hint = nearest(each, words) if isinstance(each, str) else ""
                raise RecipeError(f"{item.where}: {name}: {_told(each)} is not allowed.{hint} Allowed: {allowed}")


def _variants(item: Item, chosen: Iterable[Family], name: str) -> list[Axis]:
    """The slips, or the lines, of the families, if that is what a form draws under this name."""
    if not any(FORMS[form].variant == name for form in item.forms):
        return []
    problems = [problem for each in chosen for structure in each.structures() if (problem := each.problem(structure))]
    slips = [slip.key for problem in problems for slip in problem.slips]
    lines = [line.symbol.name for problem in problems for line in problem.lines]
    return [Axis(tuple(dict.fromkeys(slips if name == "slip" else lines)))]


def _described(axis: Axis) -> str:
    """An axis in the words of a recipe: true, not True."""
    return ", ".join(map(_told, axis.values)) if isinstance(axis.values[0], bool) else axis.describe()


def _told(wish: object) -> str:
    """A wish as a message names it."""
    match wish:
        case bool():
            return str(wish).lower()
        case Range(low, high):
            ends = (f"{name} = {end:g}" for name, end in (("min", low), ("max", high)) if end is not None)
            return f"{{ {', '.join(ends)} }}"
    return f"'{wish}'" if isinstance(wish, str) else str(wish)


def _allowed(value: object, wish: Any) -> bool:
    return bool(narrowed(Axis((value,)), wish).size)  # type: ignore[arg-type]


def narrowed(axis: Axis, wish: Any) -> Axis:
    """An axis with only the values wished for; named values may lie beyond those usually drawn."""
    if isinstance(wish, Range):
        return Axis(tuple(value for value in axis.values if wish.holds(value)))
    found = (_taken(axis, value) for value in (wish if isinstance(wish, list) else [wish]))
    return Axis(tuple(dict.fromkeys(value for value in found if value is not None)))


def _taken(axis: Axis, wish: Any) -> Value | None:
    """The axis's own value that a recipe names (not true for 1; a sentence as its words), None if there is none."""
    kinds = {int} if isinstance(axis.values, range) else set(map(type, axis.values))
    value = tuple(wish.split()) if isinstance(wish, str) and kinds == {tuple} else wish
    if kinds == {float} and type(value) is int:
        value = float(value)
    return value if type(value) in kinds and axis.allows(value) else None
