"""Practice and exam apart: which side of the split a problem is on, by a hash of what was drawn for it.

The hash knows neither form nor structure, so a problem asked as a choice, or told in other words, is on the same side.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from generator.blueprint import Blueprint

PRACTICE, EXAM = "practice", "exam"
POOLS = (PRACTICE, EXAM)
ONE_IN = 8  # so many problems are kept for exams
SPREAD = 0x9E3779B1  # carries every bit of a checksum into the highest, by which is split
SMALLEST = 100  # spaces with fewer draws are not split: whoever practises meets all of them, and exams may ask them


def split(blueprint: Blueprint) -> bool:
    """Whether a structure has so many draws that some are kept for exams."""
    return blueprint.space.size >= SMALLEST


def belongs(blueprint: Blueprint, pool: str) -> Callable[[tuple[object, ...]], bool]:
    """A function that says of a draw (numbers first) whether it is in a pool; "" is both together."""
    if not pool or not split(blueprint):
        return lambda drawn: True
    start, count, wanted = crc32(blueprint.family.id.encode()), blueprint.drawn, pool == EXAM

    def inside(drawn: tuple[object, ...]) -> bool:
        hashed = crc32(repr(drawn[:count]).encode(), start) * SPREAD & 0xFFFFFFFF
        return (hashed >> 24 < 256 // ONE_IN) == wanted

    return inside
