"""Reading TOML that a user wrote: every fault becomes one line with the file, the place in it and what is allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from generator.errors import RecipeError, unknown
from generator.holes import PRIVATE

T = TypeVar("T")


def read_toml(path: Path) -> dict[str, Any]:
    """The file's table. Raises RecipeError if it is missing, not text or not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RecipeError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})") from None
    if PRIVATE.search(text):
        raise RecipeError(f"{path}: holds private-use characters, which cannot be set")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path}: not valid TOML: {error}") from None


def convert(value: object, kind: type[T], where: object) -> T:
    """The value as a msgspec struct. Raises RecipeError naming the key, with the nearest spelling of an unknown one."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise RecipeError(f"{where}: {_said(str(error), kind)}") from None


def _said(message: str, kind: type[Any]) -> str:
    """msgspec's message in the words of a user: the key first, unknown keys with their nearest spelling."""
    text, _, place = message.partition(" - at ")
    key = place.strip("`").removeprefix("$").removeprefix(".").replace("[...]", "")
    if found := re.match(r"Object contains unknown field `(.*)`", text):
        inside = f"{key}: " if key else ""
        return inside + unknown("key", found[1], _fields(kind, key))
    if found := re.match(r"Object missing required field `(.*)`", text):
        return f"{key + ': ' if key else ''}the key '{found[1]}' is missing"
    return f"{key + ': ' if key else ''}{text[0].lower()}{text[1:]}"


def _fields(kind: type[Any], place: str) -> tuple[str, ...]:
    """The keys allowed at a place such as ``card[2].wrong``."""
    for name in filter(None, re.sub(r"\[\d*\]", "", place).split(".")):
        found = next(field.type for field in msgspec.structs.fields(kind) if field.name == name)
        kind = _struct(found)
    return tuple(field.name for field in msgspec.structs.fields(kind))


def _struct(kind: Any) -> Any:
    """The struct inside list[…] or Annotated[…]."""
    while getattr(kind, "__args__", None):
        kind = kind.__args__[0]
    return kind
