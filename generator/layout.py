"""How a paper is printed: the table ``[layout]`` of a recipe, and the fixed words of its language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from generator.errors import RecipeError, unknown
from generator.resources import folder
from generator.settings import convert, read_toml

PAPERS = {"a4": (21.0, 29.7), "letter": (21.59, 27.94)}  # cm
RULED = ("blank", "lined", "grid")
LOGOS = ("svg", "png", "jpg")
LARGEST = 5_000_000  # bytes of a logo
OWN_SPACE = ("typed", "blanks", "written")  # responses that need room to work in unless an item says otherwise

Centimetres = Annotated[float, msgspec.Meta(ge=0, le=25, description="a number of cm from 0 to 25")]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=1000, description="a whole number of minutes from 1 to 1,000")]
Size = Annotated[float, msgspec.Meta(ge=8, le=20, description="a size in pt from 8 to 20")]
Paper = Annotated[Literal["a4", "letter"], msgspec.Meta(description='"a4" or "letter"')]
Ruled = Annotated[Literal["blank", "lined", "grid"], msgspec.Meta(description='"blank", "lined" or "grid"')]
Columns = Annotated[int, msgspec.Meta(ge=1, le=2, description="1 or 2")]
Text = Annotated[str, msgspec.Meta(max_length=5000, description="text of at most 5,000 characters")]


class Layout(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The keys of ``[layout]``.

    ``space`` is the answer space of every question in cm; without it each gets ``space_per_point`` for every point,
    if it is of a form that is worked out on the paper. ``logo`` is a file beside the recipe.
    """

    language: str = "en"
    paper: Paper = "a4"
    font_size: Size = 11
    columns: Columns = 1
    header: bool = True
    cover: bool = False
    duplex: bool = False
    logo: str = ""
    date: Text = ""
    time: Minutes | None = None
    qr: bool = True
    name: bool = True
    id: bool = False
    instructions: Text = ""
    points: bool = True
    total: bool = True
    grading_table: bool = False
    answer_space: Ruled = "blank"
    space: Centimetres | None = None
    space_per_point: Centimetres = 1.5
    keep_together: bool = True

    @property
    def logo_kind(self) -> str:
        return Path(self.logo).suffix.lower().removeprefix(".")

    def room(self, response: str, points: float) -> float:
        """The answer space of a question in cm, where its item does not say."""
        if response not in OWN_SPACE:
            return 0
        return self.space if self.space is not None else min(self.space_per_point * points, 20)


@dataclass(frozen=True)
class Printed:
    """A layout ready to print: with its words, and the bytes of its logo."""

    layout: Layout = field(default_factory=Layout)
    logo: bytes = b""

    @property
    def words(self) -> Mapping[str, str]:
        return languages()[self.layout.language]


@cache
def languages() -> Mapping[str, Mapping[str, str]]:
    """The fixed words by language."""
    return read_toml(folder("templates") / "print" / "words.toml")


def read_layout(table: Mapping[str, Any], path: Path) -> Printed:
    """The layout of the recipe in the file ``path``. Raises RecipeError."""
    where = f"{path}: layout"
    layout = convert(table, Layout, where)
    if layout.language not in languages():
        raise RecipeError(f"{where}: language: {unknown('language', layout.language, languages())}")
    return Printed(layout, _logo(layout, path, f"{where}: logo") if layout.logo else b"")


def _logo(layout: Layout, path: Path, where: str) -> bytes:
    """The picture's bytes. It must lie in the recipe's folder, so that a recipe can make no other file public."""
    if layout.logo_kind not in LOGOS:
        raise RecipeError(f"{where}: '{layout.logo}' is no picture. Allowed: {', '.join(LOGOS)}")
    home = path.resolve().parent
    file = (home / layout.logo).resolve()
    if not file.is_relative_to(home):
        raise RecipeError(f"{where}: '{layout.logo}' lies outside the recipe's folder")
    try:
        found = file.read_bytes() if file.stat().st_size <= LARGEST else None
    except OSError as error:
        raise RecipeError(f"{where}: '{layout.logo}' cannot be read ({error.strerror})") from None
    if found is None:
        raise RecipeError(f"{where}: '{layout.logo}' is larger than {LARGEST:,} bytes")
    return found
