"""Formulas of a page in MathML, which browsers show without any script."""

from __future__ import annotations

import html
import re

from generator.printing.pandoc import PrintError, run

# code and tags, in which nothing is a formula; math within a sentence; math on lines of its own
PARTS = re.compile(
    r"""(?:<code\b.*?</code>|<[a-zA-Z/](?:"[^"]*"|'[^']*'|[^'">])*>)|\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\]""",
    re.DOTALL,
)
PARAGRAPH = re.compile(r"^<p>(.*?)</p>$", re.DOTALL | re.MULTILINE)
SOURCE = re.compile(r"</?semantics>|<annotation\b.*?</annotation>| xmlns=\"[^\"]*\"| display=\"inline\"", re.DOTALL)
TEXT = re.compile(r"<mtext[^>]*>([^<]*\S[^<]*)</mtext>")
ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0304": "¯"}  # few fonts set those that combine
ACCENT = re.compile(f'<mo accent="true">([{"".join(ACCENTS)}])</mo>')


def set_math(page: str) -> str:
    """HTML with ``\\(…\\)`` and ``\\[…\\]`` in MathML. pandoc runs once: most formulas of a page come many times.

    Raises PrintError for a formula that pandoc cannot read.
    """
    formulas = dict.fromkeys(filter(None, map(_markdown, PARTS.finditer(page))))
    if not formulas:
        return page
    told = PARAGRAPH.findall(run("\n\n".join(formulas), "html", ["--mathml", "--wrap=none"]))
    if len(told) != len(formulas):
        raise PrintError(f"pandoc set {len(told)} of {len(formulas)} formulas")
    found = dict(zip(formulas, map(_mended, told), strict=True))
    return PARTS.sub(lambda part: found.get(_markdown(part), part[0]), page)


def _markdown(part: re.Match[str]) -> str:
    """A formula as a paragraph for pandoc; empty if the part is none."""
    if part["inline"] is not None:
        return f"${_latex(part['inline'])}$"
    return f"$${_latex(part['display'])}$$" if part["display"] is not None else ""


def _latex(escaped: str) -> str:
    """The formula in one line, as it was before it became HTML."""
    return " ".join(html.unescape(escaped).split())


def _mended(mathml: str) -> str:
    """Without the source, and as browsers set it well."""
    found = TEXT.sub(_named, SOURCE.sub("", mathml))
    return ACCENT.sub(lambda mark: f'<mo stretchy="false">{ACCENTS[mark[1]]}</mo>', found)


def _named(text: re.Match[str]) -> str:
    """Text as a number or a name: between mere texts MathML gives a sign no space."""
    said = text[1]
    return f"<mn>{said}</mn>" if re.fullmatch(r"[\d,.]+", said) else f'<mi mathvariant="normal">{said}</mi>'
