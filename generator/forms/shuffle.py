"""Choosing and ordering by a question's own random bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from generator.holes import Chosen
from generator.space import shuffled
from generator.task import BEFORE, OPTIONS, ORDER, PLACES

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


def rearranged(chosen: Chosen, key: int, response: str, seed: str) -> tuple[Chosen, int]:
    """The same pieces with the options in an order that depends on the seed; the key and all letters follow.

    Steps to put in order are not put in order by it: then they stay as they are.
    """
    shown = chosen.get(OPTIONS, ())
    order = shuffled(range(len(shown)), seed)
    now = {old: new for new, old in enumerate(order)}
    found = {**chosen, OPTIONS: tuple(shown[old] for old in order)} if shown else chosen
    if ORDER in chosen:
        letters = [now[old] for old in chosen[ORDER]]
        found[ORDER] = tuple(sorted(letters) if response == "many" else letters)
    if BEFORE in chosen:
        pairs = [(now[first], now[second]) for first, second in (divmod(pair, PLACES) for pair in chosen[BEFORE])]
        if all(first < second for first, second in pairs):
            return chosen, key
        found[BEFORE] = tuple(first * PLACES + second for first, second in pairs)
    return found, now[key] if response == "one" else key
