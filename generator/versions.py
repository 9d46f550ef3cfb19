"""Names of the versions of a paper: A to Z, then AA, AB and so on, as the columns of a spreadsheet."""

from __future__ import annotations

from string import ascii_uppercase

MOST = 1000
FIRST = "A"


def names(count: int) -> list[str]:
    """The first so many names."""
    return [_name(place) for place in range(count)]


def _name(place: int) -> str:
    before, letter = divmod(place, len(ascii_uppercase))
    return (_name(before - 1) if before else "") + ascii_uppercase[letter]
