"""Windows that slide over a small matrix, for convolution and pooling by hand: every result is a map of 2 × 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.derivation import Line
from generator.notation import Expr, Grid, Sym

CORNERS = {(0, 0): "top left", (0, 1): "top right", (1, 0): "bottom left", (1, 1): "bottom right"}


def side(size: int, stride: int) -> int:
    """The side of the image on which a window of this size finds two places in each direction."""
    return size + stride


def cell(image: Sym, row: int, column: int) -> Sym:
    """An entry of a matrix, counted from 0."""
    return image.parts[row * image.shape[1] + column]


def window(image: Sym, top: int, left: int, size: int) -> tuple[Sym, ...]:
    """The entries under a window, row by row."""
    return tuple(cell(image, top + row, left + column) for row in range(size) for column in range(size))


def corners() -> dict[tuple[int, int], Sym]:
    """What the entries of the map are called, by row and column from 0."""
    return {(row, column): Sym(f"o_{row + 1}{column + 1}", f"o_{{{row + 1}{column + 1}}}") for row, column in CORNERS}


def corner_lines(value: Callable[[int, int], Expr], says: str, places: int | None = None) -> list[Line]:
    """A line for each entry of the map; ``value`` is told which, by row and column."""
    named = corners()
    return [Line(named[place], value(*place), f"{name}: {says}", places) for place, name in CORNERS.items()]


def in_place(entries: Sequence[Expr]) -> Grid:
    """The map, from its entries row by row."""
    return Grid(tuple(entries), (2, 2))


def columns_first(entries: Sequence[Expr]) -> tuple[Expr, ...]:
    """The entries as they stand if the map is filled column by column."""
    top_left, top_right, bottom_left, bottom_right = entries
    return (top_left, bottom_left, top_right, bottom_right)
