"""Markdown with math as it can be read in a terminal: LaTeX becomes plain Unicode."""

from __future__ import annotations

import re

SYMBOLS = {
    "cdot": "·", "odot": "⊙", "times": "×", "to": "→", "sigma": "σ", "tanh": "tanh", "partial": "∂", "ell": "ℓ",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "approx": "≈", "varnothing": "∅", "quad": "   ",
    "qquad": "      ", "left": "", "right": "", "displaystyle": "", "thinspace": " ", "le": "≤", "ge": "≥", "sum": "∑",
    "eta": "η", "mu": "μ", "Gamma": "Γ", "delta": "δ", "log": "log", "ln": "ln", "exp": "exp", "pm": "±", "infty": "∞",
    "ldots": "…", "!": "", "alpha": "α", "beta": "β", "gamma": "γ", "epsilon": "ε", "theta": "θ", "lambda": "λ",
    "Delta": "Δ", "prod": "∏", "nabla": "∇", "sim": "∼", "in": "∈", "neq": "≠", "ll": "≪", "gg": "≫", "lim": "lim",
    "leftarrow": "←", "rightarrow": "→", "oplus": "⊕", "otimes": "⊗", "max": "max", "min": "min", "circ": "∘",
    "Vert": "‖", "cdots": "⋯", "dots": "…", "prime": "′",
}  # fmt: skip
RAISED = dict(zip("0123456789+-=()nitT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵗᵀ", strict=True))
LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
ACCENTS = {
    "hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "vec": "\u20d7",
    "overrightarrow": "\u20d7", "overleftarrow": "\u20d6",
}  # fmt: skip
FRACTIONS = ("frac", "dfrac", "tfrac")
UPRIGHT = ("text", "mathrm", "operatorname", "mathcal", "mathbb", "mathbf")
MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$", re.DOTALL)
CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)


def readable(markdown: str) -> str:
    """The Markdown with every formula as Unicode text; code stays as it is."""
    parts = CODE.split(markdown)
    return "".join(part if place % 2 else MATH.sub(_formula, part) for place, part in enumerate(parts))


def _formula(match: re.Match[str]) -> str:
    if match[2] is not None:
        return _guarded(unicode_math(match[2]))
    rows = [row.strip() for row in unicode_math(match[1]).splitlines() if row.strip()]
    indent = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    return ("\n\n" + indent).join(map(_guarded, rows))


def _guarded(text: str) -> str:
    """Characters that Markdown would take for markup."""
    return re.sub(r"([*_\[\]<>])", r"\\\1", re.sub(r" +", " ", text).strip())


def unicode_math(latex: str) -> str:
    """LaTeX of the kind that this program prints, as one or more lines of Unicode."""
    return _Reader(latex).until("")


class _Reader:
    """Reads LaTeX from left to right."""

    def __init__(self, latex: str) -> None:
        self.latex, self.at = latex, 0

    def until(self, end: str) -> str:
        out = ""
        while self.at < len(self.latex):
            char = self.latex[self.at]
            if char == end:
                self.at += 1
                return out
            out += self.item()
        return out

    def item(self) -> str:
        """The next character, group or command."""
        char = self.latex[self.at]
        self.at += 1
        match char:
            case "{":
                return self.until("}")
            case "\\":
                return self.command()
            case "^":
                return _script(self.argument(), RAISED, "^")
            case "_":
                return _script(self.argument(), LOWERED, "_")
            case "&":
                return " "
            case "\n":
                return " "
        return char

    def argument(self) -> str:
        while self.at < len(self.latex) and self.latex[self.at] == " ":
            self.at += 1
        return self.item() if self.at < len(self.latex) else ""

    def command(self) -> str:
        found = re.compile(r"[A-Za-z]+|.", re.DOTALL).match(self.latex, self.at)
        name = found[0] if found else ""
        self.at += len(name)
        if name == "\\":
            return "\n"
        if name in FRACTIONS:
            return f"{_bracketed(self.argument())}/{_bracketed(self.argument())}"
        if name == "sqrt":
            return f"√{_bracketed(self.argument())}"
        if name == "underbrace":
            inner = self.argument()
            self.at += 1  # the underscore
            self.argument()
            return inner
        if name in ACCENTS:
            return self.argument() + ACCENTS[name]
        if name in UPRIGHT:
            return self.argument()
        if name == "begin":
            return self.environment()
        return SYMBOLS.get(name, name if name.isalpha() or name in "{}%#&_$" else " ")

    def environment(self) -> str:
        name = self.argument()
        end = self.latex.find(rf"\end{{{name}}}", self.at)
        inner = _Reader(self.latex[self.at : end]).until("")
        self.at = end + len(rf"\end{{{name}}}")
        if "matrix" in name:
            rows = [" ".join(row.split()) for row in inner.split("\n")]
            return f"[{'; '.join(row for row in rows if row)}]"
        return inner


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"[\w.,∂⁺\u0300-\u036f₀-ₜ]+", text) else f"({text})"


def _script(text: str, table: dict[str, str], mark: str) -> str:
    if all(char in table for char in text):
        return "".join(table[char] for char in text)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
