"""Reading TOML that a user wrote: every fault becomes one line with the file, the place in it and what is allowed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from generator.errors import RecipeError, unknown
from generator.holes import PRIVATE

T = TypeVar("T")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def read_toml(path: Path) -> dict[str, Any]:
    """The file's table. Raises RecipeError if it is missing, not text or not TOML."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # as some editors begin a file
    except FileNotFoundError:
        raise RecipeError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})") from None
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise RecipeError(f"{path}: not valid TOML: nested too deep") from None
    except ValueError as error:
        raise RecipeError(f"{path}: not valid TOML: {error}") from None
    for key, value in _texts(table):
        if PRIVATE.search(value) or CONTROL.search(value):
            raise RecipeError(f"{path}: {key}: holds private-use or control characters, which cannot be set")
    return table


def _texts(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a table, names included, with the key under which it stands."""
    match value:
        case str():
            yield key, value
        case list():
            for place, each in enumerate(value, 1):
                yield from _texts(each, f"{key}[{place}]")
        case dict():
            for name, each in value.items():
                yield key or "a key", name
                yield from _texts(each, f"{key}.{name}".lstrip("."))


def convert(value: object, kind: type[T], where: object) -> T:
    """The value as a msgspec struct.

    Raises RecipeError with the key and what it must be: the ``description`` of its type, where it has one. An unknown
    key comes with its nearest spelling.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise RecipeError(f"{where}: {_said(str(error), kind)}") from None


def _said(message: str, kind: type[Any]) -> str:
    """msgspec's message in the words of a user."""
    text, _, place = message.partition(" - at ")
    path = [name for name in re.sub(r"\[[^\]]*\]", "", place.strip("`")).removeprefix("$").split(".") if name]
    before = "".join(f"{name}: " for name in path)
    there = _at(kind, path)
    if found := re.match(r"Object contains unknown field `(.*)`", text):
        return before + unknown("key", found[1], _fields(there))
    if found := re.match(r"Object missing required field `(.*)`", text):
        return f"{before}the key '{found[1]}' is missing"
    return f"{before}must be {_wanted(there)}"


def _at(kind: Any, path: list[str]) -> Any:
    """The type at a place such as ``card.wrong.reason``."""
    for name in path:
        kind = _fields(kind)[name]
    return kind


def _fields(kind: Any) -> dict[str, Any]:
    """The keys that a type allows, with theirs: those of the struct within list[…], Annotated[…] or a union."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return {field.name: field.type for field in msgspec.structs.fields(kind)}
    return next(filter(None, map(_fields, get_args(kind))), {})


def _wanted(kind: Any) -> str:
    """What a value of this type must be, in words."""
    for meta in getattr(kind, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and meta.description:
            return meta.description
    if kind in WORDS:
        return WORDS[kind]
    inner = [each for each in get_args(kind) if each is not type(None)]
    return (
        f"a list, each {_wanted(inner[0])}" if get_origin(kind) is list else _wanted(inner[0]) if inner else "a table"
    )
