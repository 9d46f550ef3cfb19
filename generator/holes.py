"""Holes: the places in a text where a question's values go, and how a value is written in each kind of text.

A hole is one private-use character. It passes untouched through jinja2, Markdown, HTML, XML and JSON, so a text is
rendered once per structure and filled per question. Where a hole lies (its *place*) decides how its value is
written: ``12,416`` in text, ``12{,}416`` in math, bracketed there if negative behind an operator, ``12416`` in code
and JSON. Blocks that differ from question to question (which options, in which order) are marked inline as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

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


MORE, MORE_MATH = "…", r"{\ldots}"  # a number that goes on


def _digits(value: float) -> str:
    """A number that should be whole but, in a slip or under a division, may not be: two decimals then, … if more."""
    if isinstance(value, int):
        return f"{value:,}"
    if value != value:
        return "–"
    hundredths = int(value * 100 + (1e-6 if value > 0 else -1e-6))
    more = MORE if abs(hundredths / 100 - value) > 1e-6 else ""
    if 0 <= hundredths < 100_000:
        return ONES[hundredths // 100] + DECIMALS[hundredths % 100] + more
    return f"{hundredths / 100:,.2f}".rstrip("0").rstrip(".") + more


def _number_math(value: float) -> str:
    return _digits(value).replace(",", "{,}").replace(MORE, MORE_MATH)


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
WHOLES = ("integer", "number", "approx")  # always whole, nearly always, and with what a student rounds it to

# Whole numbers and decimals are most of all values, so they are written by source in line and not by a call.
# Below a million a whole number is two look-ups: 12,416 is ONES[12] + GROUPS["text"][416].
ONES = [f"{n}" for n in range(1000)]
GROUPS = {"text": [f",{n:03}" for n in range(1000)], "math": [f"{{,}}{n:03}" for n in range(1000)]}
DECIMALS = [f".{n:02}".rstrip("0").rstrip(".") for n in range(100)]
ALIKE = {"bracket": "math", "approx": "math", "code": "json"}  # written alike, for a whole number that is not negative
DECIMAL = {
    "text": 'f"{{{v}:,.{p}f}}".replace("-", "−")',
    "math": 'f"{{{v}:,.{p}f}}".replace(",", "{{,}}")',
    "code": 'f"{{{v}:.{p}f}}"',
    "json": 'f"{{{v}}}"',
}
# what a number in math ({m}) becomes: bracketed if negative; with what a student rounds it to (38.40 ≈ 38) where a
# whole number was asked for, so that the option shown can be traced
AROUND = {
    "bracket": 'f"({{{m}}})" if {v} < 0 else {m}',
    "approx": 'f"{{{m}}}{{about}}{{int({v} + 0.5)}}" if type({v}) is float and {v} == {v} else {m}',
}


def whole(value: str, names: dict[str, str], always: bool) -> list[str]:
    """Statements that write a number, nearly always whole, in several places at once, under a name for each.

    Places: those of `PLACES`, and "approx". ``always``: the value cannot be anything but whole.
    """
    alike: dict[str, list[str]] = {}
    for place, name in names.items():
        alike.setdefault(ALIKE.get(place, place), []).append(name)
    written = {place: " = ".join(group) for place, group in alike.items()}
    digits = [f'{written["json"]} = f"{{{value}}}"'] if "json" in written else []
    if always and digits and len(written) == 1:
        return digits
    grouped = [place for place in written if place != "json"]
    plain = [place for place in names if place not in AROUND]
    otherwise = [f"{names[place]} = write_number_{place}({value})" for place in plain]
    around = [
        f"{name} = {AROUND[place].format(v=value, m=names['math'])}" for place, name in names.items() if place in AROUND
    ]
    statements = [
        f"if {value} < 1000:",
        f"    if {value} >= 0:",
        f"        {' = '.join(written.values())} = ones[{value}]",
        "    else:",
        *(f"        {statement}" for statement in [*otherwise, *around]),
        f"elif {value} < 1000000:",
        f"    over, rest = ones[{value} // 1000], {value} % 1000" if grouped else "",
        *(f"    {written[place]} = over + {place}[rest]" for place in grouped),
        *(f"    {statement}" for statement in digits),
        f"elif {value} < 1000000000:",
        f"    over, middle, rest = ones[{value} // 1000000], {value} // 1000 % 1000, {value} % 1000" if grouped else "",
        *(f"    {written[place]} = over + {place}[middle] + {place}[rest]" for place in grouped),
        *(f"    {statement}" for statement in digits),
        "else:",
        *(f"    {statement}" for statement in [*otherwise, *around]),
    ]
    if always:
        return statements
    statements = [f"if type({value}) is int:", *(f"    {statement}" for statement in statements)]
    if grouped == list(written):
        statements += [
            f"elif 0 < {value} < 999:",
            f"    hundredths = int({value} * 100 + 1e-6)",
            f"    {' = '.join(names.values())} = ones[hundredths // 100] + decimals[hundredths % 100]",
            f"    if {value} * 100 - hundredths > 1e-4:",
            *(f"        {' = '.join(group)} = {group[0]} + more_{place}" for place, group in alike.items()),
        ]
        if "approx" in names:
            statements.append(f"    {names['approx']} = {names['math']} + about + ones[int({value} + 0.5)]")
    escaped = [f"{names[place]} = {'latex' * (place == 'math')}(write_number_{place}({value}))" for place in plain]
    return [*statements, "else:", *(f"    {statement}" for statement in [*escaped, *around])]


def source(kind: str, place: str, value: str, math: str = "") -> str:
    """Python source that writes a value that is no whole number (itself a source) in a place.

    ``math`` is what writes it in math, where it may need brackets.
    """
    if kind == "letter":
        return f'"{LETTERS}"[{value}]' if place != "json" else f"str({value})"
    if kind.startswith("noun:"):
        one, many = kind[5:].split("/")
        return f'f"{{{value}:,}} " + ({one!r} if {value} == 1 else {many!r})'
    if kind == "raw":
        return f"str({value})"
    if math:
        return AROUND["bracket"].format(v=value, m=math)
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
PieceFill = Callable[[Row, Row], Any]  # from a row, and what the main text has written of it
Given = dict[Key, str]  # which values are written, and under which name


def same(text: str) -> str:
    return text


def template(text: str, slots: Slots, words: Escape = same, latex: Escape = same) -> Fill:
    """A function from a row of values (and the pieces chosen for each block) to the filled text.

    Built once per structure and format, for texts filled by the thousand (see `filling` for others). Values that are
    not numbers are escaped for the text they go into: ``words`` for a user's words, ``latex`` where they stand in math.
    """
    return _Compiler({char: key for key, char in slots.found.items()}, words, latex).template(text)


@cache
def writer(place: str, kind: str, words: Escape, latex: Escape) -> Callable[[object], str]:
    """A function that writes one value as `template` does."""
    compiler, key = _Compiler({}, words, latex), (0, place, kind)
    names: dict[Key, str] = {}
    return compiler.function("v", compiler.entry("v", [key], names), names[key])


class _Compiler:
    """Makes fill functions. What they call by name is in ``scope``: writers, tables of digits, fills of blocks.

    The main text writes each of its values once and passes those that a block writes too on to it, as ``w``.
    """

    def __init__(self, keys: dict[str, Key], words: Escape, latex: Escape) -> None:
        self.keys = keys
        self.scope = {**WRITES, "words": words, "latex": latex, "about": latex(r" \approx ")}
        self.scope |= {"more_text": MORE, "more_math": latex(MORE_MATH)}

    def template(self, text: str) -> Fill:
        blocks = [(name, *inner.split(PIECE)) for name, inner in BLOCK.findall(text)]
        main, again = BLOCK.sub(OPEN, text), set(self.held("".join(chain(*blocks))))
        shared = [key for key in self.held(main) if key in again]
        given = {key: f"w[{place}]" for place, key in enumerate(shared)}
        body, written = self.written(self.held(main), {})
        body.append(f"w = ({''.join(written[key] + ', ' for key in shared)})")
        for number, (name, separator, *pieces) in enumerate(blocks):
            self.scope[f"block{number}"] = self.block(separator, pieces, given)
            body.append(f'b{number} = block{number}(r, w, c["{name}"])')
        return self.function("r, c", body, self.literal(main, written, [f"b{n}" for n in range(len(blocks))]))

    def block(self, separator: str, pieces: list[str], given: Given) -> Callable[[Row, Row, tuple[int, ...]], Any]:
        """The function that fills the chosen pieces, in the order chosen."""

        def filled(*texts: str) -> PieceFill:
            """A function that fills texts: one as it is, several as a tuple."""
            body, written = self.written(self.held("".join(texts)), given)
            return self.function("r, w", body, ", ".join([self.literal(text, written) for text in texts]))

        one = _Fills(pieces, filled)
        if any(LETTER in piece for piece in pieces):
            return lambda row, w, chosen: separator.join(
                [one[n](row, w).replace(LETTER, letter) for n, letter in zip(chosen, LETTERS, strict=False)]
            )
        every, whole = tuple(range(len(pieces))), _Fills([separator.join(pieces)], filled)
        most = _Fills(["".join(pieces)], lambda _: filled(*pieces))

        def fill(row: Row, w: Row, chosen: tuple[int, ...]) -> Any:
            if chosen == every:  # a list of slips shows nearly always all of them
                return whole[0](row, w)
            if len(chosen) * 2 > len(every):  # or all but one or two
                told = most[0](row, w)
                return separator.join([told[n] for n in chosen])
            return separator.join([one[n](row, w) for n in chosen])

        return fill

    def function(self, arguments: str, body: list[str], result: str) -> Callable[..., Any]:
        """The function with these statements and this result."""
        # texts are in it as literals (repr), values only by index: nothing of a user is run
        lines = "".join(f"    {statement}\n" for statement in [*body, f"return {result}"])
        exec(f"def fill({arguments}):\n{lines}", self.scope)
        return self.scope["fill"]  # type: ignore[return-value]

    def held(self, text: str) -> list[Key]:
        """The values that a text holds, each once."""
        return [self.keys[char] for char in dict.fromkeys(HOLE.findall(text)) if char in self.keys]

    def literal(self, text: str, written: Given, blocks: Iterable[str] = ()) -> str:
        """The source of a text: an f-string, in parts, of the names of its written values and of its blocks."""
        waiting, parts = iter(blocks), ['""']
        for part in filter(None, MARK.split(text)):
            if part == OPEN or part in self.keys:
                parts.append(f'f"{{{next(waiting) if part == OPEN else written[self.keys[part]]}}}"')
            else:
                parts.append(repr(part))
        return " ".join(parts)

    def written(self, keys: Sequence[Key], given: Given) -> tuple[list[str], Given]:
        """The statements that write these values, and the name of each; those ``given`` are written already."""
        names = {key: given[key] for key in keys if key in given}
        entries: dict[int, list[Key]] = {}
        for key in keys:
            if key not in given:
                entries.setdefault(key[0], []).append(key)
        body = []
        for index, wanted in entries.items():
            body.append(f"v{index} = r[{index}]")
            body += self.entry(f"v{index}", wanted, names)
        return body, names

    def entry(self, value: str, wanted: list[Key], names: dict[Key, str]) -> list[str]:
        """The statements that write one value wherever it is wanted; their names are added to ``names``."""
        body: list[str] = []
        places: dict[str, str] = {}
        always = all(kind == "integer" for _, _, kind in wanted)
        for key in wanted:
            _, place, kind = key
            if kind in WHOLES:
                place = "approx" if kind == "approx" else place
                names[key] = places[place] = f"{place}_{value}"
                continue
            names[key], math = f"s{len(names)}_{value}", ""
            if place == "bracket" and kind not in ESCAPED:
                math = f"{names[key]}_math"
                body.append(f"{math} = {source(kind, 'math', value)}")
            body.append(f"{names[key]} = {self.escaped(kind, place, value, math)}")
        if places.keys() & AROUND:
            places.setdefault("math", f"math_{value}")
        return body + (whole(value, places, always) if places else [])

    def escaped(self, kind: str, place: str, value: str, math: str) -> str:
        """The source that writes a value that is no whole number, escaped if it holds a user's words."""
        if kind not in ESCAPED:
            return source(kind, place, value, math)
        place = "math" if place == "bracket" else place
        code = source(kind, place, value)
        return code if place == "json" else f"latex({code})" if place == "math" else f"words({code})"


class _Fills(dict[int, PieceFill]):
    """The fill functions of pieces, each compiled when it is first shown: of many options a build shows few."""

    def __init__(self, pieces: list[str], compiled: Callable[[str], PieceFill]) -> None:
        super().__init__()
        self.pieces, self.compiled = pieces, compiled

    def __missing__(self, place: int) -> PieceFill:
        fill = self[place] = self.compiled(self.pieces[place])
        return fill


WRITES: dict[str, object] = {f"write_{kind}_{place}": writer for (kind, place), writer in WRITERS.items()}
WRITES |= {"ones": ONES, "decimals": DECIMALS, **GROUPS}


def block(name: str, separator: str, pieces: Sequence[str]) -> str:
    """Pieces of which each question shows some, in its own order; LETTER in a piece becomes A, B, C …"""
    return OPEN + name + PIECE + separator + "".join(PIECE + piece for piece in pieces) + CLOSE


def bare(hole: str) -> str:
    """A hole that must lose the quotes that JSON puts around it."""
    return BARE + hole + BARE


def unquoted(text: str) -> str:
    return text.replace(f'"{BARE}', "").replace(f'{BARE}"', "")
