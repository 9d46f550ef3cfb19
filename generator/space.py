"""The numbers a question may take, and a seeded walk over them that never meets the same draw twice.

A space is a mixed-radix number: one digit per drawn quantity. A seed gives a bijection of 0 … size-1 (a Feistel
network with cycle walking), so draws are distinct without any memory of earlier ones, and any stretch of the walk
can be made anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import isqrt, prod
from typing import TypeVar

from generator.errors import SpaceError

T = TypeVar("T")
Value = int | float | str | tuple[str, ...]


@dataclass(frozen=True)
class Axis:
    """The values one drawn quantity may take. ``bounds`` are those that a recipe may name beyond them (ends included).

    ``size`` and not ``len``: a space of texts has more than 2⁶³ elements.
    """

    values: Sequence[Value]
    bounds: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        return len(self.values)

    @property
    def places(self) -> int:
        """How many decimals the values have at most."""
        if not isinstance(self.values[0], float):
            return 0
        return max(len(f"{value!r}".partition(".")[2]) for value in self.values)

    def allows(self, value: object) -> bool:
        """Whether a recipe may ask for this value."""
        if value in self.values:
            return True
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.bounds is not None and self.bounds[0] <= value <= self.bounds[1]  # type: ignore[operator]

    def describe(self) -> str:
        """The allowed values in words, for an error message."""
        if isinstance(self.values, range):
            return f"{self.values[0]} to {self.values[-1]}" + self._beyond()
        shown = ", ".join(" ".join(v) if isinstance(v, tuple) else str(v) for v in self.values[:12])
        return shown + (", …" if self.size > 12 else "") + self._beyond()

    def _beyond(self) -> str:
        return f" (or by name any whole number from {self.bounds[0]} to {self.bounds[1]})" if self.bounds else ""


def span(low: int, high: int, step: int = 1, bounds: tuple[int, int] | None = None) -> Axis:
    """Whole numbers from ``low`` to ``high``, both included."""
    return Axis(range(low, high + 1, step), bounds)


def among(*values: Value, bounds: tuple[int, int] | None = None) -> Axis:
    """The values named, and no others."""
    return Axis(values, bounds)


def tenths(low: int, high: int) -> Axis:
    """Decimals with one place, from ``low``/10 to ``high``/10, zero left out: a zero weight hides its term."""
    return Axis(tuple(n / 10 for n in range(low, high + 1) if n))


def hundredths(low: int, high: int, step: int = 1) -> Axis:
    """Decimals with two places, from ``low``/100 to ``high``/100."""
    return Axis(tuple(n / 100 for n in range(low, high + 1, step) if n))


@dataclass(frozen=True)
class Space:
    """All draws of several axes."""

    axes: tuple[Axis, ...]

    @property
    def size(self) -> int:
        return prod(axis.size for axis in self.axes)

    def reader(self) -> Callable[[int], tuple[Value, ...]]:
        """A function from an index below ``size`` to the values it stands for."""
        # a tuple is quicker to look up than a range
        digits = [(tuple(axis.values) if axis.size <= 1000 else axis.values, axis.size) for axis in self.axes]

        def read(index: int) -> tuple[Value, ...]:
            values = []
            for choices, size in digits:
                values.append(choices[index % size])
                index //= size
            return tuple(values)

        return read


ROUNDS, ROUNDS_SMALL = 3, 8  # the halves of a small space hold few bits, and mix slowly
SMALL = 256


def walk(size: int, seed: str) -> Callable[[int], int]:
    """A seeded bijection of 0 … size-1: step n of the walk is the n-th draw.

    Raises SpaceError for an empty space.
    """
    if size < 1:
        raise SpaceError("there is nothing to draw from")
    left = isqrt(size - 1) + 1
    right = -(-size // left)
    width = max(left, right).bit_length()
    keys = [
        (*_divided(f"{seed}/left/{round_}", width), *_divided(f"{seed}/right/{round_}", width))
        for round_ in range(ROUNDS if size > SMALL else ROUNDS_SMALL)
    ]

    def step(index: int) -> int:
        while True:
            a, b = divmod(index, right)
            for over, plus, over_too, plus_too in keys:
                # each round moves one half by a hash of the other, so each can be undone: a bijection; the hash is
                # what a long number leaves when divided by the half (which neighbours do by quite different steps),
                # without its last bits, in which even divisors would show
                a = (a + (over % (b + plus) >> 8)) % left
                b = (b + (over_too % (a + plus_too) >> 8)) % right
            index = a * right + b
            if index < size:  # the few points beyond the space walk on until they land in it
                return index

    return step


def _divided(text: str, width: int) -> tuple[int, int]:
    """A number to divide, and what to add to a half of so many bits to divide it by: small numbers would be no hash."""
    over, plus = 4 * width + 32, width + 16
    key = _key(text, over + plus)
    return key >> plus | 1 << over - 1, key & (1 << plus) - 1 | 1 << plus - 1


def _key(text: str, bits: int) -> int:
    """As many bits as asked for, from a hash: never ``seed + n``, which would make neighbours of seeds."""
    digest = b"".join(blake2b(f"{text}/{part}".encode()).digest() for part in range(bits // 512 + 1))
    return int.from_bytes(digest, "big") & ((1 << bits) - 1)


def shuffled(items: Iterable[T], seed: str) -> list[T]:
    """The items in an order that depends on the seed alone."""
    found = list(items)
    return [found[place] for place in sorted(range(len(found)), key=lambda place: _key(f"{seed}/{place}", 64))]
