"""Figures: SVG by jinja2, a template for each in ``templates/figures/``.

A template is all there is to a figure: what it ``takes`` (its parameters, with defaults and what is allowed) and the
macro that draws it. It is drawn once per structure. A label may hold holes, so a figure shows the numbers of its
question; what decides where things stand (how many timesteps, which stride) is a whole number or a choice and cannot
be drawn. Strokes and text are in ``currentColor``; as a card of its own a figure brings its colours and a ground.
Same parameters, same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from types import SimpleNamespace
from typing import Any, NoReturn

from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from generator.errors import FigureError, unknown
from generator.resources import folder
from generator.wording import SETTINGS

FOLDER, SUFFIX = "figures", ".svg.j2"
LONGEST = 40  # characters of a label

Point = tuple[float, float]


# --- what a figure takes -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """A whole number that decides what is drawn."""

    default: int
    least: int
    most: int

    def check(self, value: object) -> object:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return value if whole and self.least <= value <= self.most else None  # type: ignore[operator]

    def describe(self) -> str:
        return f"a whole number from {self.least} to {self.most}"


@dataclass(frozen=True)
class OneOf:
    """One of several ways to draw it."""

    values: tuple[str, ...]

    @property
    def default(self) -> str:
        return self.values[0]

    def check(self, value: object) -> object:
        return value if value in self.values else None

    def describe(self) -> str:
        return f"one of {', '.join(self.values)}"


@dataclass(frozen=True)
class Label:
    """A short text, in which ``$…$`` is math; a whole number is written as it is."""

    default: str

    def check(self, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return value if isinstance(value, str) and len(value) <= LONGEST else None

    def describe(self) -> str:
        return f"a text of at most {LONGEST} characters"


@dataclass(frozen=True)
class Labels:
    """Several labels; so many as ``least`` and ``most`` say."""

    default: tuple[str, ...]
    least: int
    most: int

    def check(self, value: object) -> object:
        if isinstance(value, str) or not isinstance(value, Sequence) or not self.least <= len(value) <= self.most:
            return None
        found = [Label("").check(each) for each in value]
        return None if None in found else found

    def describe(self) -> str:
        return f"a list of {self.least} to {self.most} texts"


Parameter = Whole | OneOf | Label | Labels


def one_of(*values: str) -> OneOf:
    return OneOf(values)


# --- drawing -------------------------------------------------------------------------------------------------------


def names() -> tuple[str, ...]:
    """Every figure, by the name of its template."""
    found = (folder("templates") / FOLDER).glob(f"*{SUFFIX}")
    return tuple(sorted(path.name.removesuffix(SUFFIX) for path in found if not path.name.startswith("_")))


def parameters(name: str) -> Mapping[str, Parameter]:
    """What the figure takes. Raises FigureError for a name that is none."""
    if name not in names():
        raise FigureError(unknown("figure", name, names()))
    found: Mapping[str, Parameter] = _template(name).takes
    return found


def draw(name: str, settings: Mapping[str, object] | None = None, id: str = "", card: bool = False) -> str:
    """The figure as one ``<svg>`` element, with a title and a description.

    ``id`` begins the ids within it, so that several can stand on a page; ``card``: with colours and a ground of its
    own, to be shown by itself. Raises FigureError with what is allowed.
    """
    known, given = parameters(name), dict(settings or {})
    for key in given:
        if key not in known:
            raise FigureError(f"figure {name}: {unknown('parameter', key, known)}")
    chosen = {key: _allowed(name, key, takes, given.get(key, takes.default)) for key, takes in known.items()}
    drawn = _template(name).draw(SimpleNamespace(**chosen, id=id or name, card=card))
    return "".join(f"{line.strip()}\n" for line in str(drawn).splitlines() if line.strip())


def _allowed(name: str, key: str, takes: Parameter, value: object) -> object:
    found = takes.check(value)
    if found is None:
        raise FigureError(f"figure {name}: {key} is {value!r}, and must be {takes.describe()}")
    return found


def described(svg: str) -> str:
    """A figure's title and description as one plain text."""
    found = re.findall(r"<(?:title|desc) [^>]*>(.*?)</", svg)
    return unescape(". ".join(part.rstrip(".") for part in found) + ".")


@cache
def _template(name: str) -> Any:
    return _environment().get_template(f"{FOLDER}/{name}{SUFFIX}").module


@cache
def _environment() -> SandboxedEnvironment:
    """Sandboxed, and whatever a template prints is escaped unless it is markup that a macro made."""
    found = SandboxedEnvironment(loader=FileSystemLoader(folder("templates")), autoescape=True, **SETTINGS)
    found.globals |= {
        "whole": Whole,
        "one_of": one_of,
        "label": Label,
        "labels": Labels,
        "head": head,
        "refuse": refuse,
    }
    found.filters |= {"n": rounded, "set": set_, "line": line, "plain": plain}
    return found


def refuse(why: str) -> NoReturn:
    """What a template calls where its parameters are not to be drawn together."""
    raise FigureError(why)


# --- geometry ------------------------------------------------------------------------------------------------------

HEAD, HALF = 7.0, 3.2  # an arrow's head: its length and half its width


def rounded(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def line(points: Iterable[Point]) -> str:
    """The path through these points."""
    return "M" + " L".join(f"{rounded(x)} {rounded(y)}" for x, y in points)


def head(points: Sequence[Point]) -> str:
    """The path of an arrow's head: its tip is the last point, and it looks along the last stretch."""
    (x0, y0), (x, y) = points[-2:]
    length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
    across, down = (x - x0) / length, (y - y0) / length
    back = (x - HEAD * across, y - HEAD * down)
    left = (back[0] - HALF * down, back[1] + HALF * across)
    right = (back[0] + HALF * down, back[1] - HALF * across)
    return f"{line([(x, y), left, right])} Z"


# --- labels --------------------------------------------------------------------------------------------------------

MATH = re.compile(r"\$([^$]*)\$")
TOKEN = re.compile(r"\\(tilde|hat)\{(\w)\}|\\([a-zA-Z]+) ?|([_^])(?:\{([^}]*)\}|(.))|([A-Za-z]+)|([^\\_^A-Za-z]+)")
SIGNS = {
    "sigma": "σ", "mu": "μ", "epsilon": "ε", "partial": "∂", "times": "×", "odot": "⊙", "cdot": "·", "to": "→",
    "ldots": "…", "tanh": "tanh",
}  # fmt: skip
ACCENTS = {"tilde": "\N{SMALL TILDE}", "hat": "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}"}
COMBINED = {
    "\N{SMALL TILDE}": "\N{COMBINING TILDE}",
    "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}": "\N{COMBINING CIRCUMFLEX ACCENT}",
}
OVER, TALL = -0.33, -0.22  # of the size: where an accent stands, seen from behind its letter, and from a low one's
ITALIC = 'font-family="Times New Roman, Liberation Serif, Times, serif" font-style="italic"'
LOWER, RAISE, SMALL = 0.25, -0.38, 0.78  # of the size: how far scripts are moved, and how large they are


@dataclass(frozen=True)
class Run:
    """A piece of a label: letters of a formula are italic, scripts are moved down (or up) and smaller.

    ``over``: an accent on the letter before it. It is no combining character, which not every font sets well.
    """

    text: str
    italic: bool = False
    down: float = 0.0
    over: bool = False

    @property
    def script(self) -> bool:
        return bool(self.down) and not self.over


def runs(label: str) -> list[Run]:
    """A label in pieces; what stands between dollars is math."""
    found: list[Run] = []
    for place, part in enumerate(MATH.split(label)):
        found += _formula(part, 0.0) if place % 2 else [Run(part)] * bool(part)
    return found


def _formula(text: str, down: float) -> list[Run]:
    found: list[Run] = []
    for accent, under, sign, script, braced, one, letters, other in TOKEN.findall(text):
        if script:
            found += _formula(braced or one, LOWER if script == "_" else RAISE)
        elif accent:
            found += [Run(under, True, down), Run(ACCENTS[accent], True, TALL * (under in "bdfhklt"), over=True)]
        elif letters:
            found.append(Run(letters, italic=True, down=down))
        else:
            found.append(Run(SIGNS.get(sign, sign) or other.replace("-", "−"), down=down))
    return found


def set_(label: str, size: float) -> Markup:
    """A label as the inside of a ``<text>`` element of that size."""
    found, before = Markup(), 0.0
    for run in runs(label):
        moved = (run.down - before) * size
        told = [f'dx="{rounded(OVER * size)}"'] * run.over + [f'dy="{rounded(moved)}"'] * bool(moved)
        told += [f'font-size="{rounded(size * SMALL)}"'] * run.script + [ITALIC] * run.italic
        found += Markup("<tspan {}>{}</tspan>").format(Markup(" ".join(told)), run.text) if told else escape(run.text)
        before = run.down
    return found


def plain(label: str) -> str:
    """A label as plain text, for a description: ``$c_{t-1}$`` is c t−1."""
    pieces, before = [], False
    for run in runs(label):
        pieces.append((" " if run.script and not before else "") + COMBINED.get(run.text, run.text))
        before = run.script
    return "".join(pieces)
