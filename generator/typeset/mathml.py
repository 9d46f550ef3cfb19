"""Formulas of a page in MathML, which browsers show without any script."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from generator.printing.pandoc import PrintError, run

# code and tags, in which nothing is a formula; math within a sentence; math on lines of its own
PARTS = re.compile(
    r"""(?:<code\b.*?</code>|<[a-zA-Z/](?:"[^"]*"|'[^']*'|[^'">])*>)|\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\]""",
    re.DOTALL,
)
PARAGRAPH = re.compile(r"^<p>(.*?)</p>$", re.DOTALL | re.MULTILINE)
SOURCE = re.compile(r"</?semantics>|<annotation\b.*?</annotation>| xmlns=\"[^\"]*\"| display=\"inline\"", re.DOTALL)
TEXT = re.compile(r"<mtext[^>]*>([^<]*\S[^<]*)</mtext>")
DOLLAR = re.compile(r"(?<!\\)((?:\\\\)*)\$")  # that is not escaped
LAST = re.compile(r"\$$|(?<!\\)(?:\\\\)*\\$")  # a sign that would make one with the dollar behind it
ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0304": "¯"}  # few fonts set those that combine
ACCENT = re.compile(f'<mo accent="true">([{"".join(ACCENTS)}])</mo>')


def set_math(texts: Sequence[str]) -> list[str]:
    """HTML texts with ``\\(…\\)`` and ``\\[…\\]`` in MathML. pandoc runs once, and sets each different formula once.

    Raises PrintError for a formula that pandoc cannot read.
    """
    formulas = dict.fromkeys(filter(None, (_markdown(part) for text in texts for part in PARTS.finditer(text))))
    if not formulas:
        return list(texts)
    told = PARAGRAPH.findall(run("\n\n".join(formulas), "html", ["--mathml", "--wrap=none"]))
    if len(told) != len(formulas):
        raise PrintError(f"pandoc set {len(told)} of {len(formulas)} formulas")
    found = dict(zip(formulas, map(_mended, told), strict=True))
    return [PARTS.sub(lambda part: found.get(_markdown(part), part[0]), text) for text in texts]


def _markdown(part: re.Match[str]) -> str:
    """A formula as a paragraph for pandoc; empty if the part is none."""
    dollars = "$" if part["inline"] else "$$"
    latex = " ".join(html.unescape(part["inline"] or part["display"] or "").split())
    return f"{dollars}{_closed(latex)}{dollars}" if latex else ""


def _closed(latex: str) -> str:
    """The formula so that nothing in it ends it: what follows would be read as Markdown."""
    found = DOLLAR.sub(r"\1\\$", latex)
    return found + "{}" if LAST.search(found) else found


def _mended(mathml: str) -> str:
    """Without the source, and as browsers set it well."""
    found = TEXT.sub(_named, SOURCE.sub("", mathml))
    return ACCENT.sub(lambda mark: f'<mo stretchy="false">{ACCENTS[mark[1]]}</mo>', found)


def _named(text: re.Match[str]) -> str:
    """Text as a number or a name: between mere texts MathML gives a sign no space."""
    said = text[1]
    return f"<mn>{said}</mn>" if re.fullmatch(r"[\d,.]+", said) else f'<mi mathvariant="normal">{said}</mi>'
