"""Whether the math of a text can be set: dollars in pairs, groups that close, commands that every format knows.

The commands are those that `terminal` can read; MathJax and the other formats know all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.errors import nearest
from generator.terminal import ACCENTS, CODE, FRACTIONS, MATH, SYMBOLS, UPRIGHT

ARGUMENTS = {
    **dict.fromkeys((name for name in SYMBOLS if name.isalpha()), 0),
    **dict.fromkeys(FRACTIONS, 2),
    **dict.fromkeys((*ACCENTS, *UPRIGHT, "sqrt", "underbrace", "begin", "end"), 1),
}
"""How many groups follow a command."""
ENVIRONMENTS = ("aligned", "pmatrix", "bmatrix", "cases")
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


class FormulaError(ValueError):
    """What is wrong with a formula, as a clause."""


def faults(markdown: str) -> Iterator[str]:
    """What is wrong with the math of a text, a clause each; code is passed over."""
    if "\t" in markdown:
        yield "holds a tab, as '\\t' makes one in TOML: double the backslash"
    prose = CODE.sub(" ", markdown)
    if prose.count("$") % 2:
        yield "a $ has no partner"
        return
    for match in MATH.finditer(prose):
        latex = match[1] or match[2]
        try:
            _check(latex, inline=match[1] is None)
        except FormulaError as error:
            yield f"the formula '{' '.join(latex.split())}': {error}"
    if outside := re.search(r"\\[A-Za-z]+", MATH.sub(" ", prose)):
        yield f"{outside[0]} stands outside of $…$"


def _check(latex: str, inline: bool) -> None:
    """Raises FormulaError for the first fault of a formula."""
    if inline and latex != latex.strip():
        raise FormulaError("begins or ends with a space, so it is not taken for a formula")
    if inline and "\n" in latex:
        raise FormulaError("holds a line break, as '\\n' makes one in TOML: double the backslash")
    _Formula(latex).until("")


class _Formula:
    """Reads tokens from left to right and raises FormulaError at the first that cannot stand where it does."""

    def __init__(self, latex: str) -> None:
        self.tokens: list[str] = [token for token in TOKEN.findall(latex) if not token.isspace()]
        self.at = 0

    def next(self, after: str) -> str:
        if self.at == len(self.tokens):
            raise FormulaError(f"something is missing after '{after}'")
        self.at += 1
        return self.tokens[self.at - 1]

    def until(self, end: str) -> None:
        """Everything up to ``end``, which may be nothing: the end of the formula."""
        scripts = ""
        while self.at < len(self.tokens):
            token = self.next(end)
            if token == end:
                return
            if token not in ("^", "_"):
                scripts = ""
                self.item(token)
            elif token in scripts:
                raise FormulaError(f"two '{token}' in a row: which one comes first needs braces")
            else:
                scripts += token
                self.item(self.next(token))
        if end:
            raise FormulaError(f"'{end}' is missing")

    def item(self, token: str) -> None:
        """The rest of what begins with a token: a group, a command with its arguments."""
        if token == "{":
            self.until("}")
        elif token in ("}", "\\right", "\\end", "^", "_"):
            raise FormulaError(f"'{token}' has nothing before it that it belongs to")
        elif token == "\\left":
            self.next(token)
            self.until("\\right")
            self.next("\\right")
        elif token == "\\begin":
            self.environment()
        elif token[0] == "\\" and token[1].isalpha():
            self.command(token)

    def command(self, token: str) -> None:
        if token[1:] not in ARGUMENTS:
            raise FormulaError(f"unknown command {token}.{nearest(token[1:], ARGUMENTS)}")
        for _ in range(ARGUMENTS[token[1:]]):
            self.item(self.next(token))

    def environment(self) -> None:
        name = self.name("\\begin")
        if name not in ENVIRONMENTS:
            raise FormulaError(f"unknown environment '{name}'. Allowed: {', '.join(ENVIRONMENTS)}")
        self.until("\\end")
        if (closed := self.name("\\end")) != name:
            raise FormulaError(f"\\begin{{{name}}} is closed by \\end{{{closed}}}")

    def name(self, after: str) -> str:
        if self.next(after) != "{":
            raise FormulaError(f"'{{' is missing after '{after}'")
        return "".join(iter(lambda: self.next(after), "}"))
