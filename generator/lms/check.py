"""What the checks of the written banks have in common."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from generator.errors import OutputError

SHOWN = 5


def checked(file: str, faults: Iterable[str]) -> None:
    """Raises OutputError that tells the first faults of a written bank, if it has any."""
    found = list(islice(faults, SHOWN))
    if found:
        raise OutputError(f"{file}: would not be read as it is meant: {'; '.join(found)}")
