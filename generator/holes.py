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
BLOCK = re.compile(f"{OPEN}(\\w+){PIECE}(.*?){CLOSE}", re.DOTALL)

PLACES = ("text", "math", "bracket", "code", "json")
LETTERS = "ABCDEFGHIJ"


# --- how a value is written --------------------------------------------------------------------------------------


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _digits(value: float) -> str:
    """A number that should be whole but, in a slip, may not be: two decimals then."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value == value else "–"


def _number_math(value: float) -> str:
    return _digits(value).replace(",", "{,}")


def _number_bracket(value: float) -> str:
    text = _number_math(value)
    return f"({text})" if text[0] == "-" else text


def _number_approx(value: float) -> str:
    """A result where a whole number was asked for: 38.40 ≈ 38, so that the option shown can be traced."""
    text = _number_math(value)
    return text if isinstance(value, int) or value != value else rf"{text} \approx {int(value + 0.5)}"


def _number_json(value: float) -> str:
    return repr(value if isinstance(value, int) else round(value, 6)) if value == value else "null"


def _words_math(words: Sequence[str]) -> str:
    return rf"\text{{{', '.join(words)}}}" if words else r"\varnothing"


def _pairs_text(pairs: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"({', '.join(pair)})" for pair in pairs) or "none"


def _pairs_math(pairs: Sequence[Sequence[str]]) -> str:
    return rf"\text{{{_pairs_text(pairs)}}}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


Writer = Callable[..., str]
WRITERS: dict[tuple[str, str], Writer] = {
    ("number", "text"): lambda v: _minus(_digits(v)),
    ("number", "math"): _number_math,
    ("number", "bracket"): _number_bracket,
    ("approx", "math"): _number_approx,
    ("number", "code"): _number_json,
    ("number", "json"): _number_json,
    ("word", "text"): str,
    ("word", "math"): lambda v: rf"\text{{{v}}}",
    ("word", "code"): str,
    ("word", "json"): _json,
    ("words", "text"): " ".join,
    ("words", "math"): _words_math,
    ("words", "json"): _json,
    ("pairs", "text"): _pairs_text,
    ("pairs", "math"): _pairs_math,
    ("pairs", "json"): _json,
}
ESCAPED = ("word", "words", "pairs", "approx")  # written with a user's words or LaTeX: escaped for where they go

SMALL = 20_000


class Written(dict[int, str]):
    """Whole numbers below SMALL as they are written, remembered: most numbers of a question are small."""

    def __init__(self, comma: str) -> None:
        super().__init__()
        self.comma = comma

    def __missing__(self, value: int) -> str:
        text = self[value] = f"{value:,}".replace(",", self.comma)
        return text


# integers and decimals are most of all values, so they are written by inlined source and not by a call
INTEGER = {
    "text": 'text[{v}] if -SMALL < {v} < SMALL else f"{{{v}:,}}"',
    "math": 'math[{v}] if -SMALL < {v} < SMALL else f"{{{v}:,}}".replace(",", "{{,}}")',
    "bracket": 'math[{v}] if 0 <= {v} < SMALL else f"{{{v}:,}}".replace(",", "{{,}}") if {v} > 0 else f"({{{v}}})"',
    "code": 'f"{{{v}}}"',
    "json": 'f"{{{v}}}"',
}
DECIMAL = {
    "text": 'f"{{{v}:,.{p}f}}".replace("-", "−")',
    "math": 'f"{{{v}:,.{p}f}}".replace(",", "{{,}}")',
    "bracket": 'f"{{{v}:,.{p}f}}" if {v} >= 0 else f"({{{v}:,.{p}f}})"',
    "code": 'f"{{{v}:.{p}f}}"',
    "json": 'f"{{{v}}}"',
}


def source(kind: str, place: str, value: str) -> str:
    """Python source that writes the value (itself a source) in a place."""
    if kind == "letter":
        return f'"{LETTERS}"[{value}]' if place != "json" else f"str({value})"
    if kind.startswith("noun:"):
        one, many = kind[5:].split("/")
        return f'f"{{{value}:,}} " + ({one!r} if {value} == 1 else {many!r})'
    if kind == "raw":
        return f"str({value})"
    if kind == "integer":
        return INTEGER[place].format(v=value)
    if kind == "number":  # nearly always whole
        return f"({INTEGER[place].format(v=value)}) if type({value}) is int else write_number_{place}({value})"
    if kind.startswith("decimal"):
        return DECIMAL[place].format(v=value, p=kind.removeprefix("decimal"))
    return f"write_{kind}_{'math' if place == 'bracket' else place}({value})"


@dataclass
class Slots:
    """The holes of one structure: which quantity, written how. ``kinds`` says what each entry of the row is."""

    kinds: Sequence[str]
    found: dict[tuple[int, str, str], str] = field(default_factory=dict)

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
Chosen = dict[str, tuple[int, ...]]
Fill = Callable[[Row, Chosen], str]


def template(text: str, slots: Slots, escape: Escape | None = None) -> Fill:
    """A function from a row of values (and the pieces chosen for each block) to the filled text.

    Built once per structure and format; it holds one ``%`` over values written in line.
    """
    keys = {char: key for key, char in slots.found.items()}
    blocks: list[_Block] = []

    def keep(match: re.Match[str]) -> str:
        separator, *pieces = match[2].split(PIECE)
        blocks.append(_Block(match[1], separator, [_simple(piece, keys, escape) for piece in pieces],
                             _simple(separator.join(pieces), keys, escape) if LETTER not in match[2] else None))  # fmt: skip
        return OPEN

    outer = BLOCK.sub(keep, text)
    if not blocks:
        fill = _simple(text, keys, escape)
        return lambda row, chosen: fill(row)
    parts = [_simple(part, keys, escape) for part in outer.split(OPEN)]

    def fill_all(row: Row, chosen: Chosen) -> str:
        out = [parts[0](row)]
        for block, part in zip(blocks, parts[1:], strict=True):
            out.append(block.text(row, chosen[block.name]))
            out.append(part(row))
        return "".join(out)

    return fill_all


@dataclass(frozen=True)
class _Block:
    name: str
    separator: str
    pieces: list[Callable[[Row], str]]
    whole: Callable[[Row], str] | None  # all pieces in their own order: the common case for lists of slips

    def text(self, row: Row, chosen: tuple[int, ...]) -> str:
        if self.whole and len(chosen) == len(self.pieces):
            return self.whole(row)
        if self.whole:
            return self.separator.join([self.pieces[place](row) for place in chosen])
        return self.separator.join(
            [self.pieces[place](row).replace(LETTER, letter) for place, letter in zip(chosen, LETTERS, strict=False)]
        )


def _simple(text: str, keys: dict[str, tuple[int, str, str]], escape: Escape | None) -> Callable[[Row], str]:
    """The fill function of a text without blocks, compiled: each distinct value is read and written once."""
    holes = HOLE.findall(text)
    if not holes:
        return lambda row: text
    body: list[str] = []
    names: dict[str, str] = {}
    for char in dict.fromkeys(holes):
        index, place, kind = keys[char]
        read = f"v{index} = r[{index}]"
        if read not in body:
            body.append(read)
        written = source(kind, place, f"v{index}")
        if escape and kind in ESCAPED and place != "json":
            written = f"escape({written})"
        names[char] = f"s{len(names)}"
        body.append(f"{names[char]} = {written}")
    parts = [part if even % 2 else repr(part) for even, part in enumerate(_interleaved(text, names)) if part]
    code = "def fill(r):\n" + "".join(f"    {line}\n" for line in body) + f"    return join(({', '.join(parts)},))\n"
    scope: dict[str, object] = {f"write_{kind}_{place}": writer for (kind, place), writer in WRITERS.items()}
    scope |= {"join": "".join, "escape": escape, "text": TEXT, "math": MATH, "SMALL": SMALL}
    exec(code, scope)  # texts are in it as literals (repr), values only by index: nothing of a user is run
    return scope["fill"]  # type: ignore[return-value]


TEXT, MATH = Written(","), Written("{,}")


def _interleaved(text: str, names: dict[str, str]) -> list[str]:
    """Text, hole, text, hole … text."""
    out, last = [], 0
    for match in HOLE.finditer(text):
        out += [text[last : match.start()], names[match[0]]]
        last = match.end()
    return [*out, text[last:]]


def block(name: str, separator: str, pieces: Sequence[str]) -> str:
    """Pieces of which each question shows some, in its own order; LETTER in a piece becomes A, B, C …"""
    return OPEN + name + PIECE + separator + "".join(PIECE + piece for piece in pieces) + CLOSE


def bare(hole: str) -> str:
    """A hole that must lose the quotes that JSON puts around it."""
    return BARE + hole + BARE


def unquoted(text: str) -> str:
    return text.replace(f'"{BARE}', "").replace(f'{BARE}"', "")
