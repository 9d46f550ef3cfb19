"""Reading an expression that was typed in plain text (or in simple LaTeX) into our own notation.

Nothing of the text is run: it is cut into tokens and read by a small recursive grammar, which the cards' script follows
line by line (`templates/anki/expression.js`). What both know of characters, words, limits and messages is in
`templates/anki/grammar.json`.

    sum      = sign product { ("+" | "-") product }
    product  = signed { ("*" | "/" | nothing) signed }
    signed   = { "+" | "-" } power
    power    = atom [ "^" signed ]
    atom     = number | name | "(" sum ")" | "|" sum "|" | call | "frac" group group
    call     = function [ "^" number ] ( "(" sum { "," sum } ")" | atom )

Names are those that a question declares, in the usual spellings: h_3, h3, h_{3}, h₃; yhat, ŷ, y^; sigma, σ. Brackets of
all kinds are brackets. Where a text has two readings there is a rule, or it is asked for brackets:

- The longest name wins: ``wh`` is the declared w_h, even where w and h are declared, too. A name wins over a function.
- ``y^`` is the declared ŷ before an operator, a closing bracket or the end; but ``y^-1`` is a power.
- ``-x^2`` is -(x²), ``2^n^2`` is 2^(n²), ``x^2y`` is x²y; ``2^nm`` and ``e^2x`` are asked about.
- ``1/2(y - t)`` is half of the bracket; ``1/2n`` and ``a/bc`` are asked about, ``a/b*c`` is (a/b)·c.
- ``tanh x`` is read, ``ln 2n`` and ``ln x^2`` are asked about; ``tanh^2(x)`` is the square of tanh(x).
- ``log`` is the logarithm that the question uses, and the natural one if it uses none or several.
- ``2e-3`` is a number. Of an equation what is right of the last ``=`` is read.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from generator.errors import ExpressionError
from generator.functions import ALL
from generator.functions import sigmoid as logistic
from generator.notation import Add, Call, Div, Expr, Function, Mul, Neg, Num, Pow, Sym
from generator.resources import folder


@cache
def table() -> dict[str, Any]:
    """What this grammar and the cards' script have in common."""
    found: dict[str, Any] = json.loads((folder("templates") / "anki" / "grammar.json").read_text(encoding="utf-8"))
    return found


def _logistic_slope(value: float) -> float:
    s = logistic.python(value)
    return s * (1 - s)  # type: ignore[operator]


# what may be typed besides the functions that our own lines call
MORE = (
    Function("sinh", r"\sinh\left({}\right)".format, math.sinh),
    Function("cosh", r"\cosh\left({}\right)".format, math.cosh),
    Function("sech", r"\operatorname{{sech}}\left({}\right)".format, lambda value: 1 / math.cosh(value)),
    Function("tanh'", r"\tanh'\left({}\right)".format, lambda value: 1 - math.tanh(value) ** 2),
    Function("sigmoid'", r"\sigma'\left({}\right)".format, _logistic_slope),
)
CALLED = {function.name: function for function in (*ALL, *MORE)}
FRACTION = "frac"
LOGARITHMS = ("ln", "log2", "log10")

# --- characters ----------------------------------------------------------------------------------------------------


@cache
def _rules(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(pattern, re.ASCII), by.replace("$&", r"\g<0>").replace("$", "\\")) for pattern, by in table()[name]
    )


def tidied(text: str) -> str:
    """One way to write what keyboards and LaTeX write in many: ``σ₂`` and ``\\sigma_{2}`` are ``sigma_2``."""
    for pattern, by in _rules("rules"):
        text = pattern.sub(by, text)
    text = unicodedata.normalize("NFKD", text)
    for letter, name in table()["greek"].items():
        text = text.replace(letter, name)
    for pattern, by in _rules("decomposed"):
        text = pattern.sub(by, text)
    return re.sub(" +", " ", text).strip(" ")


# --- words ---------------------------------------------------------------------------------------------------------

Meaning = Sym | Function | Num | str
HAT_ENDS = r"(?= ?(?:$|[+*/^)\]},|⌋⌉])|-(?! ?[\d.])| +-)"  # what makes y^ a name and no power


@dataclass(frozen=True)
class Letters:
    """The names that a question declares, by name with their LaTeX, and which logarithm ``log`` is."""

    names: Mapping[str, str]
    log: str = "ln"

    @cached_property
    def words(self) -> dict[str, Meaning]:
        """Every word that may be typed, with what it means; a name comes before a function."""
        found: dict[str, Meaning] = {name: Sym(name, latex) for name, latex in self.names.items()}
        near: dict[str, set[str]] = {}
        for name, latex in self.names.items():
            for form in _forms(name, latex):
                near.setdefault(form, set()).add(name)
        for form, meant in near.items():
            if len(meant) == 1 and not (set("-+,") & set(form) and re.split("[-+,]", form)[0] in near):
                found.setdefault(form, found[min(meant)])
        for word, function in table()["functions"].items():
            for written in (word, word.capitalize(), word.upper(), "ReLU" if word == "relu" else word):
                found.setdefault(written, CALLED[self.log if function == "log" else function])
        for word, value in table()["constants"].items():
            found.setdefault(word, Num(value))
        found.setdefault(FRACTION, FRACTION)
        return found

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the longest word. A digit or an underscore behind it would make it another one."""
        longest = sorted(self.words, key=lambda word: (-len(word), word))
        ends = {word: HAT_ENDS if word.endswith("^") else r"(?![\d_])" for word in longest}
        return re.compile("|".join(re.escape(word) + end for word, end in ends.items()), re.ASCII)


def _forms(name: str, latex: str) -> Iterator[str]:
    """The spellings of a name."""
    set_ = re.sub(r"\{([A-Za-z0-9]+)\}", r"\1", tidied(latex))
    for form in (name, set_, set_.replace(" ", "")):
        if re.fullmatch(r"[A-Za-z][\w {}()+,'^-]*", form, re.ASCII):
            for each in (form, *_loose(form)):
                yield from (each, each.lower(), each[0].upper() + each[1:])


def _loose(form: str) -> Iterator[str]:
    yield form.replace("_", "")
    yield form.replace("{", "").replace("}", "")
    yield form.replace("_{", "").replace("}", "")
    if quotient := re.fullmatch(r"d(\w+)_d(\w+)", form):
        yield f"d{quotient[1]}/d{quotient[2]}"
    if accented := re.fullmatch(r"([A-Za-z]+?)_?(hat|tilde|bar)(_?.*)", form):
        letter, accent, rest = accented.groups()
        yield from (f"{letter}_{accent}{rest}", f"{letter}{rest}{accent}", f"{letter}{rest}_{accent}")
        if accent == "hat":
            yield from (f"{letter}{rest}^", f"{letter}^{rest}")


# --- tokens --------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"\d+⁄\d+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
UNKNOWN = re.compile(r"[A-Za-z_][\w']*", re.ASCII)
CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
ROUNDED = {"⌊": "floor", "⌈": "ceil"}
SHOWN, BEFORE = 20, 12  # characters that a message shows of what it is about, and of what stands before


@dataclass(frozen=True)
class Token:
    """``kind``: number, name, function, frac, open, close, end, or an operator itself. ``at``: where it begins."""

    kind: str
    text: str
    at: int
    means: Any = None


def tokens(text: str, letters: Letters) -> Iterator[Token]:
    """The tokens of a tidied text, the last one of kind end. Raises ExpressionError."""
    at = 0
    while at < len(text):
        char = text[at]
        if char == " ":
            at += 1
            continue
        token = _token(text, at, letters)
        yield token
        at += len(token.text)
    yield Token("end", "", len(text))


def _token(text: str, at: int, letters: Letters) -> Token:
    char = text[at]
    if char in "+-*/^,|":
        return Token(char, char, at)
    if char in CLOSING:
        return Token("open", char, at)
    if char in CLOSING.values():
        return Token("close", char, at)
    if number := NUMBER.match(text, at):
        return Token("number", number[0], at, _number(number[0]))
    if word := letters.pattern.match(text, at):
        means = letters.words[word[0]]
        kinds = {Sym: "name", Function: "function", Num: "constant", str: FRACTION}
        return Token(kinds[type(means)], word[0], at, means)
    if unknown := UNKNOWN.match(text, at):
        raise _refused("name", text, at, _shown(unknown[0]), ", ".join(letters.names))
    raise _refused("character", text, at, char)


def _number(text: str) -> Num:
    over, _, under = text.partition("⁄")
    value = float(over) / (float(under or "1") or math.nan)
    if not value <= table()["largest"]:
        raise ExpressionError(_message("number", _shown(text)))
    return Num(int(value) if value.is_integer() else value)


def _shown(text: str) -> str:
    """As much of it as a message shows."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _message(key: str, *values: object) -> str:
    said: str = table()["messages"][key]
    for place, value in enumerate(values):
        said = said.replace(f"{{{place}}}", str(value))
    return said


def _refused(key: str, text: str, at: int, what: str = "", more: str = "") -> ExpressionError:
    """The error with the message of that key: what it is about, where, and what else there is to say."""
    before = text[max(0, at - BEFORE) : at].strip()
    where = table()["after"].replace("{0}", before) if before else table()["first"]
    return ExpressionError(_message(key, what, where, more))


# --- the grammar ---------------------------------------------------------------------------------------------------


def read(text: str, letters: Letters, most: float | None = None) -> Expr | None:
    """The expression that a text stands for, None if there is nothing in it. ``most``: characters that are read.

    Raises ExpressionError, which says in one line what could not be read and where.
    """
    limit = table()["length"] if most is None else most
    if len(text) > limit:
        raise ExpressionError(_message("long", limit))
    told = tidied(text)
    if len(told) > 2 * limit:  # of letters that decompose into many
        raise ExpressionError(_message("long", limit))
    return _Parser(told, tuple(tokens(told, letters))).whole() if told else None


class _Parser:
    """One pass over the tokens. ``loose``: the message that asks for brackets if a factor follows without operator."""

    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        self.text, self.tokens = text, tokens
        self.place = self.depth = 0
        self.bar = False  # within |…|, so that the next bar closes it
        self.loose, self.about = "", ""

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self, *kinds: str) -> Token | None:
        """The next token, if it is of such a kind."""
        token = self.next
        if token.kind not in kinds:
            return None
        self.place += 1
        return token

    def refused(self, key: str, what: str = "", more: str = "", at: int | None = None) -> ExpressionError:
        return _refused(key, self.text, self.next.at if at is None else at, what, more)

    def whole(self) -> Expr:
        found = self.sum()
        if self.next.kind == "close":
            raise self.refused("close", self.next.text)
        self.end("end")
        return found

    def end(self, kind: str) -> None:
        """Goes on behind a token that has to stand here."""
        if not self.take(kind):
            raise self.refused("comma" if self.next.kind == "," else "misplaced", self.next.text)

    def sum(self) -> Expr:
        terms = [self.signed(self.product)]
        while sign := self.take("+", "-"):
            term = self.signed(self.product)
            terms.append(Neg(term) if sign.kind == "-" else term)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def signed(self, rest: Callable[[], Expr]) -> Expr:
        negative = False
        while sign := self.take("+", "-"):
            negative ^= sign.kind == "-"
        found = rest()
        return Neg(found) if negative else found

    def product(self) -> Expr:
        over, under, below = [self.power()], list[Expr](), False  # below: the last factor stands below a line
        while True:
            if sign := self.take("*", "/"):
                below = sign.kind == "/"
                (under if below else over).append(self.signed(self.power))
            elif self.juxtaposed(over, under, below):
                over.append(self.power())
                below = False
            else:
                break
        above = over[0] if len(over) == 1 else Mul(tuple(over))
        return Div(above, under[0] if len(under) == 1 else Mul(tuple(under))) if under else above

    def juxtaposed(self, over: list[Expr], under: list[Expr], below: bool) -> bool:
        """Whether a factor follows without an operator. Raises ExpressionError if that could be read in two ways."""
        kind = self.next.kind
        if kind == "number":
            raise self.refused("side", self.next.text)
        if kind not in ("name", "constant", "function", "open", FRACTION) and (kind != "|" or self.bar):
            return False
        if self.loose and not (self.loose == "applied" and kind == "function"):
            raise self.refused(self.loose, self.about)
        numbers = len(over) == len(under) == 1 and isinstance(over[0], Num) and isinstance(under[0], Num)
        if below and not (numbers and kind in ("open", "function", FRACTION)):
            raise self.refused("below")
        return True

    def power(self) -> Expr:
        base = self.atom()
        if self.next.kind == "^" and self.loose:
            raise self.refused(self.loose, self.about)
        if not self.take("^"):
            return base
        bare = self.next.kind != "open"
        exponent = self.within(lambda: self.signed(self.power))
        size = exponent.operand if isinstance(exponent, Neg) else exponent
        if isinstance(size, Num) and size.value > table()["exponent"]:
            raise ExpressionError(_message("exponent", size.value, table()["exponent"]))
        plain = isinstance(exponent, Num) and not isinstance(base, Num)
        self.loose = "power" if bare and not plain else ""
        return Pow(base, exponent)

    def within(self, rest: Callable[[], Expr]) -> Expr:
        """What is nested in something else, which must not go too deep."""
        self.depth += 1
        if self.depth > table()["depth"]:
            raise ExpressionError(_message("deep", table()["depth"]))
        found = rest()
        self.depth -= 1
        return found

    def atom(self) -> Expr:
        self.loose = ""
        token = self.next
        if self.take("number", "name", "constant"):
            return token.means  # type: ignore[no-any-return]
        if self.take("open"):
            (inner,) = self.bracketed(token, 1)
            return CALLED[ROUNDED[token.text]](inner) if token.text in ROUNDED else inner
        if token.kind == "|" and not self.bar:
            return self.absolute()
        if self.take("function"):
            return self.called(token)
        if self.take(FRACTION):
            over, under = self.group(), self.group()
            return Div(over, under)
        raise self.refused("missing" if token.kind in ("end", "close", "|") else "misplaced", token.text)

    def group(self) -> Expr:
        bracket = self.next
        if not self.take("open"):
            raise self.refused("missing")
        (inner,) = self.bracketed(bracket, 1)
        return inner

    def bracketed(self, bracket: Token, most: int) -> list[Expr]:
        """The values up to the bracket that closes this one."""
        outer, self.bar = self.bar, False
        found = [self.within(self.sum)]
        while len(found) < most and self.take(","):
            found.append(self.within(self.sum))
        closing = self.next
        if closing.kind == "end":
            raise self.refused("open", bracket.text, at=bracket.at)
        self.end("close")
        if closing.text != CLOSING[bracket.text]:
            raise self.refused("pair", bracket.text, closing.text, at=bracket.at)
        self.bar, self.loose = outer, ""
        return found

    def absolute(self) -> Expr:
        opening = self.next
        self.place += 1
        self.bar = True
        inner = self.within(self.sum)
        if not self.take("|"):
            raise self.refused("open", "|", at=opening.at)
        self.bar, self.loose = False, ""
        return CALLED["absolute"](inner)

    def called(self, token: Token) -> Expr:
        function: Function = token.means
        power = self.raised(token) if self.take("^") else None
        bracket, several = self.next, function.name in table()["several"]
        if self.take("open"):
            found = Call(function, tuple(self.bracketed(bracket, table()["length"] if several else 1)))
        else:
            found = Call(function, (self.within(self.atom),))
            if bracket.kind != "|":
                self.loose, self.about = "applied", token.text
        if several and len(found.arguments) < 2:
            raise self.refused("missing", at=self.tokens[self.place - 1].at)
        return found if power is None else Pow(found, power)

    def raised(self, token: Token) -> Num:
        """The exponent of a function's name, as in tanh^2(x)."""
        bracket = self.take("open")
        power = self.take("number")
        if not power or not isinstance(power.means.value, int) or (bracket and not self.take("close")):
            raise self.refused("raised", token.text, at=token.at)
        if power.means.value > table()["exponent"]:
            raise ExpressionError(_message("exponent", power.text, table()["exponent"]))
        found: Num = power.means
        return found
