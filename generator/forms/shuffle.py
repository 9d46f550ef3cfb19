"""Choosing and ordering by a question's own random bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from generator.task import ORDER

T = TypeVar("T")


def some(items: Sequence[T], count: int, bits: int) -> tuple[list[T], int]:
    """So many of the items in a random order, each choice as likely; and the bits that are left."""
    left = list(items)
    found = []
    for _ in range(count):
        bits, place = divmod(bits, len(left))
        found.append(left.pop(place))
    return found, bits


def matched(shown: Sequence[int], wanted: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """The block that says where each wanted piece is among those shown."""
    return {ORDER: tuple(shown.index(each) for each in wanted)}
