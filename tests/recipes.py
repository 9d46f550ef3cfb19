"""Recipes as the tests write them, build them and read what came out."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from generator.build import Summary
from generator.build import build as run_build
from generator.command import main
from generator.recipe import read_recipe

Item = dict[str, Any]


def toml(*items: Item, **keys: Any) -> str:
    """A recipe's text: its keys, then a table for each item."""
    tables = [{"title": "Test"} | keys, *items]
    return "\n[[items]]\n".join("".join(f"{name} = {_value(value)}\n" for name, value in t.items()) for t in tables)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {_value(each)}' for name, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value)


def write(folder: Path, *items: Item, name: str = "test.toml", **keys: Any) -> Path:
    path = folder / name
    path.write_text(toml(*items, **keys), encoding="utf-8")
    return path


def build(folder: Path, *items: Item, relock: bool = False, **keys: Any) -> Summary:
    """Build a recipe of these items into ``folder/out/test``."""
    return run_build(read_recipe(write(folder, *items, **keys)), folder / "out", relock)


def records(built: Summary | Path) -> list[dict[str, Any]]:
    folder = built if isinstance(built, Path) else built.folder
    return [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def ids(built: Summary | Path) -> list[str]:
    return [record["id"] for record in records(built)]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, with its bytes; folders with None."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def netdrill(*arguments: object) -> Ran:
    """The command in this process."""
    code = 0
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            main([str(each) for each in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def refused(ran: Ran) -> str:
    """The one line that a fault of the user gives."""
    assert ran.code == 2, f"exit code {ran.code}: {ran.err}{ran.out}"
    assert not ran.out, f"on standard output: {ran.out}"
    assert ran.err.startswith("netdrill: "), ran.err
    assert ran.err.count("\n") == 1, f"more than one line: {ran.err}"
    assert "Traceback" not in ran.err
    return ran.err.removeprefix("netdrill: ").rstrip("\n")
