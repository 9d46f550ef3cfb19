"""The files that ship with the program: templates and decks, inside the wheel or at the repository's root."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


def folder(name: str) -> Path:
    """``templates`` or ``decks``: within the package when installed, beside it in a checkout."""
    inside = HERE / name
    return inside if inside.is_dir() else HERE.parent / name


@cache
def sentences() -> tuple[tuple[str, ...], ...]:
    """The bank of plain sentences, in lower case, each a tuple of words."""
    lines = (folder("decks") / "sentences.txt").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if line and not line.startswith("#"))
