"""Practice and exam apart: which side of the split a problem is on, by a hash of what was drawn for it.

The hash knows neither form nor structure, so a problem asked as a choice, or told in other words, is on the same side.
Spaces too small to be split are for practice alone, unless an exam says openly that it shares them.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from generator.blueprint import Blueprint

PRACTICE, EXAM, SHARED = "practice", "exam", "exam and small spaces"
"""The sides of the split, and what an exam draws from that openly shares the small spaces with practice."""
ONE_IN = 8  # so many problems are kept for exams
SPREAD = 0x9E3779B1  # carries every bit of a checksum into the highest, by which is split
SMALLEST = 100  # draws: of fewer an eighth is soon used up, and practice would miss what is kept


def split(blueprint: Blueprint) -> bool:
    """Whether a structure has so many draws that some are kept for exams."""
    return blueprint.space.size >= SMALLEST


def closed(blueprint: Blueprint, pool: str) -> bool:
    """Whether a pool holds nothing of a structure."""
    return pool == EXAM and not split(blueprint)


def belongs(blueprint: Blueprint, pool: str) -> Callable[[tuple[object, ...]], bool]:
    """A function that says of a draw (numbers first) whether it is in a pool; "" is all of them together."""
    if not pool or not split(blueprint):
        return lambda drawn: not closed(blueprint, pool)
    start, count, kept = crc32(blueprint.family.id.encode()), blueprint.drawn, pool != PRACTICE

    def inside(drawn: tuple[object, ...]) -> bool:
        hashed = crc32(repr(drawn[:count]).encode(), start) * SPREAD & 0xFFFFFFFF
        return (hashed >> 24 < 256 // ONE_IN) == kept

    return inside
