"""Draws that a structure is tried on when it is compiled: the same ones every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.derivation import Problem
from generator.row import Layout
from generator.space import Space, walk

SAMPLES = 32


def sample(problem: Problem, laid: Layout, seed: str) -> list[tuple[object, ...]]:
    """Rows of accepted draws, the same ones every time."""
    space = Space(tuple(axis for sym, axis in problem.numbers.items() for _ in sym.parts))
    read, step = space.reader(), walk(space.size, f"sample/{seed}")
    rows = []
    for place in range(min(space.size, SAMPLES * 16)):
        row = laid.compute(read(step(place)))
        if row is not None:
            rows.append(row)
            if len(rows) == SAMPLES:
                break
    return rows


def named(laid: Layout, row: Sequence[object]) -> dict[str, Any]:
    return dict(zip(list(laid.index)[-len(row) :], row, strict=True))


def flattened(value: Any) -> list[Any]:
    """Nested lists laid flat."""
    return [leaf for each in value for leaf in flattened(each)] if isinstance(value, list | tuple) else [value]
