"""Markdown to HTML for cards, with math as MathJax reads it: ``\\(…\\)`` and ``\\[…\\]``.

Holes pass through untouched. Raw HTML in wording is shown as text, never taken as markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

VERSION = 1  # raise it when the same Markdown comes out as other HTML
SUMMARY = 140


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


def math(latex: str) -> str:
    """LaTeX as inline math."""
    return rf"\({escape(latex.strip(), quote=False)}\)"


def display(latex: str) -> str:
    """LaTeX as math on lines of its own."""
    return f"\\[\n{escape(latex.strip(), quote=False)}\n\\]"


def blocks(markdown: str) -> str:
    """Markdown as HTML paragraphs, lists, listings and tables."""
    return str(parser().render(markdown)).strip()


def inline(markdown: str) -> str:
    """Markdown of one paragraph as HTML without the paragraph, so that it can stand in a button or a sentence."""
    return str(parser().renderInline(markdown)).strip()


def steps(symbol: str, parts: Iterable[str]) -> list[str]:
    """``symbol = a = b = c`` as math of its own for each step: a narrow screen breaks the line between them."""
    first, *rest = parts
    return [math(f"{symbol} = {first}"), *(math(f"{{}} = {part}") for part in rest)]


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
