"""The lock file beside a build's outputs: which questions were drawn, and when each last changed.

A recipe that grows keeps the questions already handed out, and a deck imported again updates what changed and
nothing else, because its notes are stamped with the times written here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any

import msgspec

from generator.errors import RecipeError

NAME = "netdrill.lock"
VERSION = 1
LATEST = 253_402_300_799  # the last second of the year 9999
Seconds = Annotated[int, msgspec.Meta(ge=0, le=LATEST)]


class Pin(msgspec.Struct, forbid_unknown_fields=True, frozen=True, array_like=True):
    """A drawn question: enough to make it again. ``reused``: a version had to take it from version A."""

    id: str
    family: str
    structure: str
    numbers: tuple[Any, ...]
    reused: bool = False
    form: str = ""


class Lock(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``pins``: "version/nth/item" to its questions; ``notes`` and ``types``: content digest and time of change.

    ``dropped``: ids of questions that were replaced, and are not drawn again.
    """

    lock: int = VERSION
    seed: int = 0
    pins: dict[str, list[Pin]] = {}
    notes: dict[str, tuple[str, Seconds]] = {}
    types: dict[str, tuple[str, Seconds]] = {}
    files: list[str] = []
    dropped: list[str] = []

    @property
    def versions(self) -> int:
        """How many versions it keeps the questions of."""
        return len({key.partition("/")[0] for key in self.pins})


def read_lock(path: Path) -> Lock | None:
    """The lock in a folder, None if there is none. Raises RecipeError for a damaged one."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Lock)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read ({error.strerror})") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise RecipeError(f"{path}: is damaged; remove {path.parent}, or build into another folder with -o") from None
    if found.lock != VERSION:
        raise RecipeError(f"{path}: a lock of version {found.lock}; this program reads version {VERSION}")
    pins = {key: [_restored(pin) for pin in pins] for key, pins in found.pins.items()}
    return msgspec.structs.replace(found, pins=pins)


def _restored(pin: Pin) -> Pin:
    """JSON has no tuples: a drawn sentence comes back as a list."""
    numbers = tuple(tuple(value) if isinstance(value, list) else value for value in pin.numbers)
    return msgspec.structs.replace(pin, numbers=numbers)


def text_of(lock: Lock) -> str:
    """The lock as text, one question a line, the same for the same content."""
    return json.dumps(msgspec.to_builtins(lock), ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def stamped(contents: Mapping[str, str], before: Mapping[str, tuple[str, int]], now: int) -> dict[str, tuple[str, int]]:
    """For each content its digest and when it last changed: the time before if the digest is the same, else now.

    A changed note needs a newer stamp than its last one even if the clock stands still, or Anki would not update it.
    """
    found = dict(before)  # of what is gone too: it may come back, and unchanged content must not look new
    for name, content in contents.items():
        hashed = digest(content)
        old = before.get(name)
        if old is None:
            found[name] = (hashed, now)
        else:
            found[name] = old if old[0] == hashed else (hashed, max(now, old[1] + 1))
    return found
