"""Readings of an expression: LaTeX, plain text, Python for the row, data, and a bound on its rounding error.

(The reading by sympy is in `algebra`.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Any

from generator.notation import (
    Add,
    Call,
    Div,
    Expr,
    Grid,
    Joined,
    Labelled,
    MatMul,
    Mul,
    Neg,
    Num,
    Pow,
    Shape,
    Sym,
    children,
    mul,
)

# --- LaTeX -----------------------------------------------------------------------------------------------------

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a node binds

Leaf = Callable[[Sym, bool], str]  # (symbol, "bracket it if negative") -> text


def by_name(symbol: Sym, _bracket: bool) -> str:
    """The leaf that prints names: W = x·h."""
    return symbol.latex


def latex(expr: Expr, leaf: Leaf = by_name, times: str = r" \cdot ") -> str:
    """LaTeX of the expression; ``leaf`` says what stands for a symbol (its name, or a hole for its value)."""
    return _Printer(leaf, times).text(expr)


@dataclass(frozen=True)
class _Printer:
    leaf: Leaf
    times: str

    def text(self, expr: Expr, least: int = SUM, after: bool = False) -> str:
        """``least``: the loosest binding that needs no brackets here; ``after``: stands behind an operator."""
        bracketed = isinstance(expr, Add) and least > SUM
        text, binding = self.bare(expr, (after or least > PRODUCT) and not bracketed)
        return rf"\left({text}\right)" if binding < least else text

    def bare(self, expr: Expr, after: bool) -> tuple[str, int]:
        match expr:
            case Num(value):
                if value < 0 and after:
                    return f"({number(value)})", ATOM
                return number(value), ATOM
            case Sym():
                return self.leaf(expr, after), ATOM
            case Add(terms):
                return self.sum(terms, after), SUM
            case Neg(operand):
                return "-" + self.text(operand, PRODUCT, after=True), SUM
            case Mul(factors):
                return self.product(factors, after), PRODUCT
            case MatMul(left, right):
                alone = self.leaf is not by_name and left.shape == (1, 1)
                by = r" \cdot " if alone else " "
                return self.text(left, PRODUCT, after=after) + by + self.text(right, POWER, after=True), PRODUCT
            case Div(over, under):
                return rf"\frac{{{self.text(over)}}}{{{self.text(under)}}}", POWER
            case Pow(base, exponent):
                return f"{self.text(base, ATOM, after=True)}^{{{self.text(exponent)}}}", POWER
            case Call(function, arguments):
                least = ATOM if function.between else SUM
                return function.latex(
                    *(self.text(each, least) for each in arguments)
                ), SUM if function.between else ATOM
            case Joined(vectors):
                return rf"\left[{', '.join(map(self.text, vectors))}\right]", ATOM
            case Grid(cells, shape):
                return arranged([self.text(cell) for cell in cells], shape), ATOM
            case Labelled(inner, label):
                text, binding = self.bare(inner, after)
                return rf"\underbrace{{{text}}}_{{\text{{{label}}}}}", binding
        raise TypeError(f"no LaTeX for {type(expr).__name__}")

    def sum(self, terms: tuple[Expr, ...], after: bool) -> str:
        text = self.text(terms[0], SUM, after)
        for term in terms[1:]:
            if isinstance(term, Neg):
                text += " - " + self.text(term.operand, PRODUCT, after=True)
            elif isinstance(term, Num) and term.value < 0:
                text += " - " + number(-term.value)
            else:
                text += " + " + self.text(term, SUM, after=True)
        return text

    def product(self, factors: tuple[Expr, ...], after: bool) -> str:
        arrays = [factor for factor in factors if prod(factor.shape) > 1]
        by = r" \odot " if len(arrays) > 1 else self.times
        pieces = [self.text(factor, PRODUCT, after=after or place > 0) for place, factor in enumerate(factors)]
        text = pieces[0]
        for factor, piece in zip(factors[1:], pieces[1:], strict=True):
            # two numbers side by side would read as one, so juxtaposition is for letters and brackets only
            text += (r" \cdot " if not by.strip() and _starts_with_number(factor) else by) + piece
        return text


def _starts_with_number(expr: Expr) -> bool:
    """Whether a factor is set with a number first: 2, or 2 to some power."""
    return isinstance(expr, Num) or (isinstance(expr, Pow) and _starts_with_number(expr.base))


TALL = 4  # entries of a vector that stands upright; a longer one would take half a page


def arranged(cells: Sequence[str], shape: Shape, flat: bool = False) -> str:
    """LaTeX of an array by its entries: a matrix, a column vector, or the one entry that it has.

    Every row ends its line, as GitHub wants it. ``flat``: a vector within a sentence, (0.3, -0.1).
    """
    if len(cells) == 1:
        return cells[0]
    if len(shape) == 1 and (flat or len(cells) > TALL):
        return f"({', '.join(cells)})"
    columns = shape[1] if len(shape) == 2 else 1
    rows = [" & ".join(cells[start : start + columns]) for start in range(0, len(cells), columns)]
    return "\\begin{pmatrix} " + " \\\\\n".join(rows) + " \\end{pmatrix}"


def number(value: int | float) -> str:
    """A number in math: thousands apart, so that 12416 reads 12{,}416."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return text.replace(",", "{,}")


# --- plain text and Python ---------------------------------------------------------------------------------------


def plain(expr: Expr) -> str:
    """One line of text as one would type it: ``(yhat - y)*w_y*(1 - h_3^2)``."""
    return _plain(expr, SUM)


def _plain(expr: Expr, least: int) -> str:
    match expr:
        case Num(value):
            text, binding = str(value), ATOM if value >= 0 else SUM
        case Sym(name):
            text, binding = name, ATOM
        case Add(terms):
            text, binding = _plain(terms[0], SUM), SUM
            for term in terms[1:]:
                if isinstance(term, Neg):
                    text += " - " + _plain(term.operand, PRODUCT)
                elif isinstance(term, Num) and term.value < 0:
                    text += f" - {-term.value}"
                else:
                    text += " + " + _plain(term, SUM)
        case Neg(operand):
            text, binding = "-" + _plain(operand, PRODUCT), SUM
        case Mul(factors):
            text, binding = "*".join(_plain(factor, PRODUCT) for factor in factors), PRODUCT
        case Div(over, under):
            text, binding = f"{_plain(over, PRODUCT)}/{_plain(under, POWER)}", PRODUCT
        case Pow(base, exponent):
            text, binding = f"{_plain(base, ATOM)}^{_plain(exponent, ATOM)}", POWER
        case Call(function, arguments):
            text, binding = f"{function.name}({', '.join(_plain(argument, SUM) for argument in arguments)})", ATOM
        case _:
            raise TypeError(f"no plain text for {type(expr).__name__}")
    return f"({text})" if binding < least else text


def python(expr: Expr) -> str:
    """Python source over the scalars' names; division and functions by the names in `functions.NAMESPACE`."""
    match expr:
        case Num(value):
            return repr(value) if value >= 0 else f"({value!r})"
        case Sym(name):
            return name
        case Add(terms):
            return "(" + "+".join(map(python, terms)) + ")"
        case Neg(operand):
            return f"(-{python(operand)})"
        case Mul(factors):
            return "*".join(map(python, factors))
        case Div(over, under):
            return f"quotient({python(over)},{python(under)})"
        case Pow(base, exponent):
            return f"({python(base)})**({python(exponent)})"
        case Call(function, arguments):
            return f"{function.name}({','.join(map(python, arguments))})"
    raise TypeError(f"no Python for {type(expr).__name__}")


def data(expr: Expr, leaf: Callable[[Sym], Any]) -> Any:
    """The expression as JSON: a number, what ``leaf`` gives for a symbol, or a list of an operation and its terms."""
    match expr:
        case Num(value):
            return value
        case Sym():
            return leaf(expr)
        case Labelled(inner):
            return data(inner, leaf)
        case Call(function):
            operation = function.name
        case _:
            operation = OPERATIONS[type(expr)]
    return [operation, *(data(term, leaf) for term in children(expr))]


OPERATIONS = {Add: "+", Neg: "-", Mul: "*", Div: "/", Pow: "^"}


def bound(expr: Expr, error: Mapping[str, str]) -> str:
    """Python source for how far the expression may be off, given the sources of its symbols' own errors.

    First-order terms and their products are all kept, so it is a bound and not an estimate.
    """
    match expr:
        case Num():
            return "0"
        case Sym(name):
            return error.get(name, "0")
        case Neg(operand):
            return bound(operand, error)
        case Add(terms):
            parts = [text for term in terms if (text := bound(term, error)) != "0"]
            return "(" + "+".join(parts) + ")" if parts else "0"
        case Mul(factors):
            return _bound_product(factors, error)
        case Div(over, under):
            off = [bound(over, error), bound(under, error)]
            told = ",".join((python(over), python(under), *off))
            return "0" if off == ["0", "0"] else f"quotient_bound({told})"
        case Pow(base, Num(int(exponent))) if exponent > 0:
            return _bound_product((base,) * exponent, error)
        case Call(function, arguments) if function.name in ("largest", "smallest"):
            off = [bound(argument, error) for argument in arguments]
            return "0" if set(off) == {"0"} else f"max({','.join(off)})"
        case Call(function, (argument,)) if function.bound:
            inner = bound(argument, error)
            return "0" if inner == "0" else f"{function.name}_bound({python(argument)},{inner})"
    raise TypeError(f"no error bound for {type(expr).__name__}")


def decimals(expr: Expr, known: Mapping[str, int]) -> int | None:
    """How many decimals a value has at most, given those of its symbols; None if it may not come out exactly."""
    match expr:
        case Num(value):
            return max(0, -int(Decimal(str(value)).as_tuple().exponent))
        case Sym(name):
            return known.get(name)
        case Pow(base, Num(int(exponent))) if exponent > 0:
            return _most((base,) * exponent, known, sum)
        case Mul(factors):
            return _most(factors, known, sum)
        case Add() | Neg():
            return _most(children(expr), known, max)
        case Call(function, arguments) if function.name in KEEPING:
            return _most(arguments, known, max)
        case Div(over, Num(under)) if under in HALVINGS:
            return _most((over, Num(HALVINGS[under])), known, sum)
    return None


KEEPING = ("largest", "smallest", "relu", "absolute")  # functions that answer with an argument, its size, or zero
# divisors that leave no remainder for ever
HALVINGS: dict[float, float] = {2: 0.5, 4: 0.25, 5: 0.2, 10: 0.1, 100: 0.01}


def _most(parts: Iterable[Expr], known: Mapping[str, int], together: Callable[[Iterable[int]], int]) -> int | None:
    found = [decimals(part, known) for part in parts]
    return None if None in found else together(found)  # type: ignore[arg-type]


def _bound_product(factors: tuple[Expr, ...], error: Mapping[str, str]) -> str:
    first, rest = factors[0], mul(*factors[1:]) if len(factors) > 1 else Num(1)
    a, b = bound(first, error), bound(rest, error) if len(factors) > 1 else "0"
    parts = []
    if b != "0":
        parts.append(f"abs({python(first)})*{b}")
    if a != "0":
        parts.append(f"abs({python(rest)})*{a}")
    if a != "0" and b != "0":
        parts.append(f"{a}*{b}")
    return "(" + "+".join(parts) + ")" if parts else "0"
