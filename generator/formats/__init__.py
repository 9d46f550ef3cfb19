"""Writers: each module here is a format by its own name, with ``write(bank, folder)`` for all its files of a bank,
which returns what the reader should be told: what the format cannot hold, a line each.

A module is imported only when its format is built, so that what it needs is loaded only then.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from generator.bank import Bank

FORMATS = tuple(sorted(module.name for module in iter_modules(__path__)))


def writer(name: str) -> Callable[[Bank, Path], tuple[str, ...]]:
    """The format's ``write``."""
    found: Callable[[Bank, Path], tuple[str, ...]] = import_module(f"{__name__}.{name}").write
    return found
