"""Writers, one module for each format. To add one: a module here with ``write(bank, folder)``, and its name below.

A module is imported only when its format is built, so that what it needs is loaded only then.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from generator.bank import Bank

FORMATS = {
    "md": "generator.formats.markdown",
    "apkg": "generator.formats.deck",
    "jsonl": "generator.formats.jsonl",
}


def writer(name: str) -> Callable[[Bank, Path], None]:
    """The format's ``write``: all its files of a bank, into a folder."""
    found: Callable[[Bank, Path], None] = import_module(FORMATS[name]).write
    return found
