"""Filling a text hole by hole, for worksheets and decks: they show a handful of questions of each structure.

To compile a function for each of their texts, as `holes.template` does for records by the thousand, would take longer
than the filling itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import repeat

from generator.holes import BLOCK, LETTER, MARK, PIECE, Chosen, Escape, Fill, Row, Slots, same, writer
from generator.writing import LETTERS


def filler(text: str, slots: Slots, words: Escape = same, latex: Escape = same) -> Fill:
    """What `holes.template` gives: sooner made, and slower."""
    keys = {char: key for key, char in slots.found.items()}

    def plain(text: str) -> Callable[[Row], str]:
        """A text without blocks."""
        parts = MARK.split(text)
        held = [(at, *keys[part]) for at, part in enumerate(parts) if part in keys]
        holes = [(at, index, writer(place, kind, words, latex)) for at, index, place, kind in held]

        def fill(row: Row) -> str:
            told = parts.copy()
            for at, index, write in holes:
                told[at] = write(row[index])
            return "".join(told)

        return fill

    def block(separator: str, *pieces: str) -> Callable[[Row, tuple[int, ...]], str]:
        """The chosen pieces of a block, in the order chosen."""
        letters = LETTERS if any(LETTER in piece for piece in pieces) else repeat("")
        piece = cache(lambda place: plain(pieces[place]))  # of many options a build shows few
        return lambda row, chosen: separator.join(
            [piece(place)(row).replace(LETTER, letter) for place, letter in zip(chosen, letters, strict=False)]
        )

    first, *rest = BLOCK.split(text)
    opening = plain(first)
    blocks = [
        (name, block(*inner.split(PIECE)), plain(after))
        for name, inner, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    ]

    def fill(row: Row, chosen: Chosen) -> str:
        return opening(row) + "".join([block(row, chosen[name]) + after(row) for name, block, after in blocks])

    return fill
