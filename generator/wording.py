"""Wording: Markdown with ``[[ holes ]]``, rendered by sandboxed jinja2 once per structure.

The delimiters are not braces, so that LaTeX needs no escapes. Holes refuse to be compared, tested, added or
measured: wording cannot branch on a number. What depends on one (unit/units) is a filter:
``[[ n | counted("unit") ]]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from generator.derivation import Problem
from generator.holes import Slots
from generator.notation import Sym
from generator.reading import arranged
from generator.row import Layout


class Hole:
    """A drawn or given number in wording, or an array of them. It can be printed, and nothing else."""

    def __init__(self, text: str, slots: Slots, index: int | None = None) -> None:
        self._text, self._slots, self._index = text, slots, index

    def __str__(self) -> str:
        return self._text

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("wording cannot branch on a number or compute with it: it is set once for all draws")

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __len__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    def counted(self, one: str, many: str) -> str:
        if self._index is None:
            self._refuse()
        return self._slots.hole(self._index, "text", f"noun:{one}/{many}")


def counted(hole: Hole, one: str, many: str = "") -> str:
    """A number with its noun in the right form: 1 ring, 2 rings."""
    return hole.counted(one, many or one + "s")


SETTINGS: dict[str, Any] = {
    "block_start_string": "[%",
    "block_end_string": "%]",
    "variable_start_string": "[[",
    "variable_end_string": "]]",
    "comment_start_string": "[#",
    "comment_end_string": "#]",
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}


@cache
def environment() -> SandboxedEnvironment:
    found = SandboxedEnvironment(**SETTINGS)
    found.filters.clear()  # jinja2's own could turn a hole into a number or a length
    found.filters["counted"] = counted
    return found


def context(problem: Problem, laid: Layout, slots: Slots) -> dict[str, Any]:
    """What wording may name: every drawn and given number, arrays as matrices in math."""
    found: dict[str, Any] = {}
    for sym in [*problem.numbers, *problem.given]:
        if sym.shape:
            found[sym.name] = Hole(array(sym, laid, slots), slots)
        else:
            index = laid.place(sym)
            found[sym.name] = Hole(slots.hole(index), slots, index)
    return found


def array(sym: Sym, laid: Layout, slots: Slots, flat: bool = False) -> str:
    """LaTeX of an array's values; ``flat``: within a sentence."""
    return arranged([slots.hole(laid.place(part), "math") for part in sym.parts], sym.shape, flat)


def worded(text: str, names: Mapping[str, Any], slots: Slots) -> str:
    """The wording with its holes in it, each written for where it lies: text, math or code."""
    return placed(named(text, names), slots)


def named(text: str, names: Mapping[str, Any]) -> str:
    """The wording with its holes as they are, each written as in a text."""
    return environment().from_string(text).render(**names)


MATH_OR_CODE = re.compile(r"(\$\$.*?\$\$|\$[^$]*\$)|(```.*?```|`[^`]*`)", re.DOTALL)


def placed(markdown: str, slots: Slots) -> str:
    """Holes within ``$…$`` become math, holes within backticks code."""

    def move(match: re.Match[str]) -> str:
        return slots.moved(match[0], "math" if match[1] else "code")

    return MATH_OR_CODE.sub(move, markdown)
