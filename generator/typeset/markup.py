"""Markdown to HTML for cards, with math as MathJax reads it: ``\\(…\\)`` and ``\\[…\\]``.

Holes pass through untouched. Raw HTML in wording is shown as text, never taken as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.holes import HOLE

SUMMARY = 140  # characters
NAME, SHORT, LONG = 8, 18, 24  # characters of a name, a formula and a term that stay in one piece

KEPT = 4096  # texts whose HTML is kept: the structures of a family have most of their sentences in common

EMPTY = "{}"
COMMANDS, UNSEEN = re.compile(r"\\[a-zA-Z]+"), re.compile("[{}^_ ]")
NESTING = re.compile(
    r"(?P<open>\\begin(?![a-z])|\\left(?![a-z])|(?<!\\)[{(\[])|(?P<close>\\end(?![a-z])|\\right(?![a-z])|(?<!\\)[})\]])"
)
BREAKS = re.compile(r" (?:=|\\to|\\approx|\\le|\\ge|\+|-) ")
FACTORS = re.compile(r"(?<!\\cdot)(?<!\\to)(?<![-+=]) (?=\\left|\\frac)")
WORDS = re.compile(r"\\text\{([^{}]*)\}")
GAPS = re.compile(r"\\q?quad(?![a-zA-Z])")
CELL = re.compile(r"(?<!\\)&")
ROW = re.compile(r"\\\\")
ALIGNED = re.compile(r"\\begin\{aligned\}(.*)\\end\{aligned\}", re.DOTALL)


@cache
def parser() -> MarkdownIt:
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    found = MarkdownIt("commonmark", {"html": False}).enable("table")
    dollarmath_plugin(found, allow_labels=False, double_inline=True, renderer=_delimited)
    found.add_render_rule("math_inline", _math_inline)
    return found


def _delimited(content: str, options: dict[str, Any]) -> str:
    return display(content) if options["display_mode"] else math(content)


def _math_inline(_renderer: object, tokens: list[Token], place: int, *_: object) -> str:
    """Inline math without a span around it: a card has many of them, and none needs one."""
    return math(tokens[place].content)


@lru_cache(KEPT)
def math(latex: str) -> str:
    """LaTeX as inline math; a long formula in pieces, so that a narrow screen can break the line between them."""
    pieces = split(latex, BREAKS) if width(latex) > SHORT else [latex]
    if len(pieces) > 1 and pieces[1].startswith(" =") and width(pieces[0]) <= NAME:  # a name stays with what it equals
        pieces[:2] = [(pieces[0] + pieces[1]).removeprefix(EMPTY)]
    return "<wbr>".join(_term(piece) for piece in pieces)


def _term(latex: str) -> str:
    """A piece of a formula: a box of its own if it is so long that it may have to break between its factors."""
    factors = split(latex, FACTORS) if width(latex) > LONG else [latex]
    whole = "<wbr>".join(_piece(factor, place > 0) for place, factor in enumerate(factors))
    return f'<span class="term">{whole}</span>' if len(factors) > 1 else whole


def _piece(latex: str, follows: bool) -> str:
    """What has something before it must say so, to be spaced as in the whole formula."""
    before = EMPTY if follows or BREAKS.match(latex) else ""
    return rf"\({before}{escape(latex.strip(), quote=False)}\)"


def width(latex: str) -> int:
    """About how many characters the formula shows; a hole counts as four."""
    return len(UNSEEN.sub("", COMMANDS.sub("0", HOLE.sub("0000", latex))))


def display(latex: str) -> str:
    """LaTeX as math on lines of its own; several formulas in a row as boxes that a narrow screen stacks."""
    parts = [part for piece in split(stacked(latex.strip()), GAPS) if (part := GAPS.sub("", piece).strip())]
    if len(parts) == 1:
        return f"\\[\n{escape(parts[0], quote=False)}\n\\]"
    return "\n".join(rf'<span class="step">\(\displaystyle {escape(part, quote=False)}\)</span>' for part in parts)


def stacked(latex: str) -> str:
    """Aligned equations that stand side by side, one below the other instead."""
    found = ALIGNED.fullmatch(latex)
    rows = [split(row.removeprefix(r"\\"), CELL) for row in split(found[1], ROW)] if found else []
    if all(len(row) <= 2 for row in rows):
        return latex
    pairs = ["".join(row[place : place + 2]) for row in rows for place in range(0, len(row), 2)]
    lines = [pair.strip().removeprefix("&").strip() for pair in pairs]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def split(latex: str, at: re.Pattern[str]) -> list[str]:
    """The LaTeX cut before each match that lies outside all brackets and environments."""
    cuts, depth = [0], 0
    for match in re.finditer(rf"{NESTING.pattern}|(?P<cut>{at.pattern})", latex):
        if not match["cut"]:
            depth += 1 if match["open"] else -1
        elif not depth and match.start():
            cuts.append(match.start())
    return [latex[start:end] for start, end in zip(cuts, [*cuts[1:], len(latex)], strict=True)]


@lru_cache(KEPT)
def blocks(markdown: str) -> str:
    """Markdown as HTML paragraphs, lists, listings and tables."""
    return str(parser().render(markdown)).strip()


@lru_cache(KEPT)
def inline(markdown: str) -> str:
    """Markdown of one paragraph as HTML without the paragraph, so that it can stand in a button or a sentence."""
    return str(parser().renderInline(markdown)).strip()


def steps(symbol: str, parts: Iterable[str]) -> list[str]:
    """``symbol = a = b = c``, each step by itself: a narrow screen breaks the line between them."""
    first, *rest = parts
    return [_step(f"{symbol} =", first), *(_step(f"{EMPTY} =", part) for part in rest)]


def _step(before: str, part: str) -> str:
    """Words stand outside the math, so that they can be broken as words are."""
    words = WORDS.fullmatch(part)
    return f"{math(before)} {escape(words[1], quote=False)}" if words else math(f"{before} {part}")


def summary(markdown: str) -> str:
    """The beginning of a text without markup, in one line, as HTML."""
    text = " ".join(" ".join(_spoken(parser().parse(markdown))).split())
    if len(text) > SUMMARY:
        text = text[:SUMMARY].rpartition(" ")[0] + " …"
    return escape(text, quote=False)


def _spoken(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_said(child) for child in token.children or ())


def _said(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return "…" if "\\" in token.content else token.content  # LaTeX commands say nothing in plain text
