"""Holes: the places in a text where a question's values go, and how a value is written in each kind of text.

A hole is one private-use character. It passes untouched through jinja2, Markdown, HTML, XML and JSON, so a text is
rendered once per structure and filled per question. Where a hole lies (its *place*) decides how its value is
written: ``12,416`` in text, ``12{,}416`` in math, bracketed there if negative behind an operator, ``12416`` in code
and JSON. Blocks that differ from question to question (which options, in which order) are marked inline as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

FIRST = 0xF0000  # supplementary private use area A: one character per (quantity, place)
HOLE = re.compile("[\U000f0000-\U000ffffd]")
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd]")  # what no text of a user may contain

OPEN, PIECE, CLOSE, LETTER, BARE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
MARK = re.compile(f"({HOLE.pattern}|{OPEN})")
BLOCK = re.compile(f"{OPEN}(\\w+){PIECE}(.*?){CLOSE}", re.DOTALL)

PLACES = ("text", "math", "bracket", "code", "json")
LETTERS = "ABCDEFGHIJ"


# --- how a value is written --------------------------------------------------------------------------------------


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _digits(value: float) -> str:
    """A number that should be whole but, in a slip or under a division, may not be: two decimals then, … if more."""
    if isinstance(value, int):
        return f"{value:,}"
    if value != value:
        return "–"
    cut = int(value * 100 + (1e-6 if value > 0 else -1e-6)) / 100
    return f"{cut:,.2f}".rstrip("0").rstrip(".") + ("…" if abs(cut - value) > 1e-6 else "")


def _number_math(value: float) -> str:
    return _digits(value).replace(",", "{,}")


def _number_json(value: float) -> str:
    return repr(value if isinstance(value, int) else round(value, 6)) if value == value else "null"


def _text_math(words: str) -> str:
    """Words in math: what LaTeX would take for markup stands for itself."""
    plain = re.sub(r"([#%&_{}$])", r"\\\1", words.translate(NO_TEXT))
    return rf"\text{{{plain}}}"


NO_TEXT = {ord("\\"): "/", ord("^"): "", ord("~"): " "}  # there is no short way to print these in \text


def _words_math(words: Sequence[str]) -> str:
    return _text_math(", ".join(words)) if words else r"\varnothing"


def _pairs_text(pairs: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"({', '.join(pair)})" for pair in pairs) or "none"


def _pairs_math(pairs: Sequence[Sequence[str]]) -> str:
    return _text_math(_pairs_text(pairs))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


Writer = Callable[..., str]
WRITERS: dict[tuple[str, str], Writer] = {
    ("number", "text"): lambda v: _minus(_digits(v)),
    ("number", "math"): _number_math,
    ("number", "code"): _number_json,
    ("number", "json"): _number_json,
    ("word", "text"): str,
    ("word", "math"): _text_math,
    ("word", "code"): str,
    ("word", "json"): _json,
    ("words", "text"): " ".join,
    ("words", "math"): _words_math,
    ("words", "json"): _json,
    ("pairs", "text"): _pairs_text,
    ("pairs", "math"): _pairs_math,
    ("pairs", "json"): _json,
}
ESCAPED = ("word", "words", "pairs")  # written with a user's words: escaped for where they go

# Whole numbers and decimals are most of all values, so they are written by source in line and not by a call:
# {v} is the value, {m} what stands for it in math.
ONES = [f"{n}" for n in range(1000)]
GROUPS = {"text": [f",{n:03}" for n in range(1000)], "math": [f"{{,}}{n:03}" for n in range(1000)]}
WHOLE = {
    place: f"ones[{{v}}] if 0 <= {{v}} < 1000 else ones[{{v}} // 1000] + {place}[{{v}} % 1000] if 0 < {{v}} < 1000000 "
    f"else write_number_{place}({{v}})"
    for place in GROUPS
} | {"code": 'f"{{{v}}}"', "json": 'f"{{{v}}}"'}
DECIMAL = {
    "text": 'f"{{{v}:,.{p}f}}".replace("-", "−")',
    "math": 'f"{{{v}:,.{p}f}}".replace(",", "{{,}}")',
    "code": 'f"{{{v}:.{p}f}}"',
    "json": 'f"{{{v}}}"',
}
BRACKET = 'f"({{{m}}})" if {v} < 0 else {m}'
# a result where a whole number was asked for: 38.40 ≈ 38, so that the option shown can be traced
APPROX = 'f"{{{m}}}{{about}}{{int({v} + 0.5)}}" if type({v}) is float and {v} == {v} else {m}'


def source(kind: str, place: str, value: str, math: str = "") -> str:
    """Python source that writes the value (itself a source) in a place; ``math`` is what writes it in math."""
    if kind == "letter":
        return f'"{LETTERS}"[{value}]' if place != "json" else f"str({value})"
    if kind.startswith("noun:"):
        one, many = kind[5:].split("/")
        return f'f"{{{value}:,}} " + ({one!r} if {value} == 1 else {many!r})'
    if kind == "raw":
        return f"str({value})"
    if math:
        return (APPROX if kind == "approx" else BRACKET).format(v=value, m=math)
    if kind == "integer":
        return WHOLE[place].format(v=value)
    if kind == "number":  # nearly always whole
        return f"({WHOLE[place].format(v=value)}) if type({value}) is int else write_number_{place}({value})"
    if kind.startswith("decimal"):
        return DECIMAL[place].format(v=value, p=kind.removeprefix("decimal"))
    return f"write_{kind}_{place}({value})"


@dataclass
class Slots:
    """The holes of one structure: which quantity, written how. ``kinds`` says what each entry of the row is."""

    kinds: Sequence[str]
    found: dict[Key, str] = field(default_factory=dict)

    def hole(self, index: int, place: str = "text", kind: str = "") -> str:
        """The hole for an entry of the row in a place (``kind`` overrides the entry's own)."""
        key = (index, place, kind or self.kinds[index])
        if key not in self.found:
            self.found[key] = chr(FIRST + len(self.found))
        return self.found[key]

    def moved(self, text: str, place: str) -> str:
        """The same holes, for another place: what was written as text stands in math after all."""
        known = {char: key for key, char in self.found.items()}

        def move(match: re.Match[str]) -> str:
            index, old, kind = known[match[0]]
            return self.hole(index, place, kind) if old == "text" and not kind.startswith("noun:") else match[0]

        return HOLE.sub(move, text)


# --- filling -----------------------------------------------------------------------------------------------------

Escape = Callable[[str], str]
Row = Sequence[object]
Key = tuple[int, str, str]  # which entry of the row, in which place, of which kind
Chosen = dict[str, tuple[int, ...]]
Fill = Callable[[Row, Chosen], str]


def same(text: str) -> str:
    return text


def template(text: str, slots: Slots, words: Escape = same, latex: Escape = same) -> Fill:
    """A function from a row of values (and the pieces chosen for each block) to the filled text.

    Built once per structure and format. Values that are not numbers are escaped for the text they go into: ``words``
    for a user's words, ``latex`` where they stand in math.
    """
    return _Compiler({char: key for key, char in slots.found.items()}, words, latex).template(text)


class _Compiler:
    """Makes fill functions. What they call by name is in ``scope``: writers, tables of digits, fills of blocks."""

    def __init__(self, keys: dict[str, Key], words: Escape, latex: Escape) -> None:
        self.keys = keys
        self.scope = {**WRITES, "words": words, "latex": latex, "about": latex(r" \approx ")}

    def template(self, text: str) -> Fill:
        blocks: list[str] = []

        def keep(match: re.Match[str]) -> str:
            separator, *pieces = match[2].split(PIECE)
            self.scope[f"block{len(blocks)}"] = self.block(separator, pieces)
            blocks.append(f'block{len(blocks)}(r, c["{match[1]}"])')
            return OPEN

        return self.fill(BLOCK.sub(keep, text), blocks)

    def block(self, separator: str, pieces: list[str]) -> Callable[[Row, tuple[int, ...]], str]:
        """The function that fills the chosen pieces, in the order chosen."""
        fills, every = _Fills([*pieces, separator.join(pieces)], self.fill), tuple(range(len(pieces)))
        whole = len(pieces)
        if any(LETTER in piece for piece in pieces):
            return lambda row, chosen: separator.join(
                [fills[n](row, NONE).replace(LETTER, letter) for n, letter in zip(chosen, LETTERS, strict=False)]
            )
        return lambda row, chosen: (  # a list of slips shows nearly always all of them
            fills[whole](row, NONE) if chosen == every else separator.join([fills[n](row, NONE) for n in chosen])
        )

    def fill(self, text: str, blocks: Sequence[str] = ()) -> Fill:
        """The fill function of a text, with the sources of its blocks. Each distinct value is read and written once."""
        named: dict[str, str] = {}  # source -> the name of what it gives
        waiting, parts = iter(blocks), []
        for part in filter(None, MARK.split(text)):
            if part == OPEN:
                parts.append(next(waiting))
            else:
                parts.append(self.written(named, *self.keys[part]) if part in self.keys else repr(part))
        body = "".join(f"    {name} = {code}\n" for code, name in named.items())
        # texts are in it as literals (repr), values only by index: nothing of a user is run
        exec(f"def fill(r, c):\n{body}    return join(({', '.join(parts)},))\n", self.scope)
        return self.scope["fill"]  # type: ignore[return-value]

    def written(self, named: dict[str, str], index: int, place: str, kind: str) -> str:
        """The name of a value as it is written in a place."""
        value, math = named.setdefault(f"r[{index}]", f"v{index}"), ""
        if kind in ESCAPED and place == "bracket":
            place = "math"
        elif place == "bracket" or kind == "approx":
            math = self.written(named, index, "math", "number" if kind == "approx" else kind)
        code = source(kind, place, value, math)
        if kind in ESCAPED and place != "json":
            code = f"latex({code})" if place == "math" else f"words({code})"
        return named.setdefault(code, f"s{len(named)}")


class _Fills(dict[int, Fill]):
    """The fill functions of pieces, each compiled when it is first shown: of many options a build shows few."""

    def __init__(self, pieces: list[str], compiled: Callable[[str], Fill]) -> None:
        super().__init__()
        self.pieces, self.compiled = pieces, compiled

    def __missing__(self, place: int) -> Fill:
        fill = self[place] = self.compiled(self.pieces[place])
        return fill


NONE: Chosen = {}
WRITES: dict[str, object] = {f"write_{kind}_{place}": writer for (kind, place), writer in WRITERS.items()}
WRITES |= {"join": "".join, "ones": ONES, **GROUPS}


def block(name: str, separator: str, pieces: Sequence[str]) -> str:
    """Pieces of which each question shows some, in its own order; LETTER in a piece becomes A, B, C …"""
    return OPEN + name + PIECE + separator + "".join(PIECE + piece for piece in pieces) + CLOSE


def bare(hole: str) -> str:
    """A hole that must lose the quotes that JSON puts around it."""
    return BARE + hole + BARE


def unquoted(text: str) -> str:
    return text.replace(f'"{BARE}', "").replace(f'{BARE}"', "")
