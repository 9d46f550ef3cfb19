"""Families of questions: one decorated function each, found by discovery.

    @family("recurrent-parameters", topic="Counting parameters", cell=(SimpleRNN, LSTM, GRU), bias=(True, False))
    def recurrent_parameters(cell, bias): ...

The function gets the structure only, never a drawn number, so it cannot branch on one. It returns the `Problem`,
or None for a structure that makes no question.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from generator.derivation import Problem
from generator.errors import RecipeError, unknown

Structure = Mapping[str, object]


@dataclass(frozen=True)
class Family:
    """An id (permanent once released), what it asks, its structural axes, and the function that sets the problem."""

    id: str
    topic: str
    asks: str
    axes: Mapping[str, tuple[object, ...]]
    build: Callable[..., Problem | None]
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def structures(self) -> Iterator[Structure]:
        """All combinations of the structural axes, impossible ones included."""
        for values in product(*self.axes.values()):
            yield dict(zip(self.axes, values, strict=True))

    def problem(self, structure: Structure) -> Problem | None:
        return self.build(**structure)


def word(value: object) -> object:
    """A structural value as recipes, ids and records write it: a layer kind by its name."""
    return value.__name__ if isinstance(value, type) else value


_REGISTERED: dict[str, Family] = {}


def family(
    id: str, *, topic: str, sources: tuple[str, ...] = (), tags: tuple[str, ...] = (), **axes: tuple[object, ...]
) -> Callable[[Callable[..., Problem | None]], Callable[..., Problem | None]]:
    """Register the decorated function. Its docstring's first line says what it asks."""

    def register(build: Callable[..., Problem | None]) -> Callable[..., Problem | None]:
        asks = (build.__doc__ or "").strip().splitlines()[0]
        enter(Family(id, topic, asks, axes, build, sources, tags))
        return build

    return register


def enter(found: Family) -> None:
    if found.id in _REGISTERED:
        raise ValueError(f"two families have the id '{found.id}'")
    _REGISTERED[found.id] = found


@cache
def families() -> Mapping[str, Family]:
    """Every family by id: those of the folder `families` and the concept decks."""
    from generator.concepts import concept_families

    for name in _modules():
        importlib.import_module(name)
    for deck in concept_families():
        enter(deck)
    return dict(sorted(_REGISTERED.items()))


@cache
def _modules() -> tuple[str, ...]:
    """The modules of the folder `families`."""
    from generator import families as folder

    return tuple(f"{folder.__name__}.{module.name}" for module in pkgutil.iter_modules(folder.__path__))


def find(id: str) -> Family:
    """The family of that id. Raises RecipeError with the nearest spelling."""
    module = f"generator.families.{id.replace('-', '_')}"
    if module in _modules():  # a family in the file of its name needs no other file
        importlib.import_module(module)
    known = _REGISTERED if id in _REGISTERED else families()
    if id not in known:
        raise RecipeError(unknown("family", id, known))
    return known[id]


def topics() -> list[str]:
    return sorted({each.topic for each in families().values()})
