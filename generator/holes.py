"""Holes: the places in a text where a question's values go, and the functions that fill them.

A hole is one private-use character. It passes untouched through jinja2, Markdown, HTML, XML and JSON, so a text is
rendered once per structure and filled per question. Where a hole lies (its *place*) decides how its value is
written: ``12,416`` in text, ``12{,}416`` in math, bracketed there if negative behind an operator, ``12416`` in code
and JSON. Blocks that differ from question to question (which options, in which order) are marked inline as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

from generator.writing import ABOUT, ESCAPED, LETTERS, MORE, MORE_MATH, WHOLES, WRITES, rare, rarely, source, whole

FIRST = 0xF0000  # supplementary private use area A: one character per (quantity, place)
HOLE = re.compile("[\U000f0000-\U000ffffd]")
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd]")  # what no text of a user may contain

OPEN, PIECE, CLOSE, LETTER, BARE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
MARK = re.compile(f"({HOLE.pattern}|{OPEN})")
BLOCK = re.compile(f"{OPEN}(\\w+){PIECE}(.*?){CLOSE}", re.DOTALL)


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
        self.about, self.more = latex(ABOUT), latex(MORE_MATH)
        self.scope = {**WRITES, "words": words, "latex": latex}
        self.scope |= {"about": self.about, "more_text": MORE, "more_math": self.more}

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
        if places:
            self.scope.setdefault(rare(places), rarely(places, self.more, self.about))
            body += whole(value, places, always)
        return body

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


def block(name: str, separator: str, pieces: Sequence[str]) -> str:
    """Pieces of which each question shows some, in its own order; LETTER in a piece becomes A, B, C …"""
    return OPEN + name + PIECE + separator + "".join(PIECE + piece for piece in pieces) + CLOSE


def bare(hole: str) -> str:
    """A hole that must lose the quotes that JSON puts around it."""
    return BARE + hole + BARE


def unquoted(text: str) -> str:
    return text.replace(f'"{BARE}', "").replace(f'{BARE}"', "")
