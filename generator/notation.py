"""Expressions as written on paper: what a student reads, kept in the order in which it was written.

sympy does the algebra (see `algebra`), but it reorders sums and multiplies numbers out, so it cannot hold
what is *shown*. This small tree can. Its nodes are frozen, its sums and products n-ary, and only
``+ 0``, ``* 1`` and ``* 0`` are simplified away, so that a layer without biases prints no term for them.

An expression has a ``shape``: ``()`` for a scalar, ``(n,)`` for a vector, ``(m, n)`` for a matrix.
``entries`` opens an array into scalars in row-major order; values and proofs use those, the page the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

Shape = tuple[int, ...]


class Expr:
    """A node of the tree. Python's operators build further nodes."""

    shape: Shape = ()

    def __add__(self, other: Written) -> Expr:
        return add(self, other)

    def __radd__(self, other: Written) -> Expr:
        return add(other, self)

    def __sub__(self, other: Written) -> Expr:
        return add(self, neg(other))

    def __rsub__(self, other: Written) -> Expr:
        return add(other, neg(self))

    def __mul__(self, other: Written) -> Expr:
        return mul(self, other)

    def __rmul__(self, other: Written) -> Expr:
        return mul(other, self)

    def __matmul__(self, other: Expr) -> Expr:
        return MatMul(self, other)

    def __truediv__(self, other: Written) -> Expr:
        return div(self, other)

    def __rtruediv__(self, other: Written) -> Expr:
        return div(other, self)

    def __pow__(self, exponent: int) -> Expr:
        return Pow(self, as_expr(exponent))

    def __neg__(self) -> Expr:
        return neg(self)


Written = Expr | int | float


@dataclass(frozen=True)
class Num(Expr):
    """A number that stands in the wording of the line itself, as the 4 of an LSTM's four gates."""

    value: int | float


@dataclass(frozen=True)
class Sym(Expr):
    """A named quantity. ``name`` is an identifier (and the axis name of a drawn number), ``latex`` what is printed."""

    name: str
    latex: str = ""
    shape: Shape = ()

    def __post_init__(self) -> None:
        if not self.latex:
            object.__setattr__(self, "latex", self.name)

    @cached_property
    def parts(self) -> tuple[Sym, ...]:
        """The scalars of an array, row-major; a scalar is its own only part."""
        if not self.shape:
            return (self,)
        places = product(*(range(1, n + 1) for n in self.shape))
        return tuple(
            Sym("_".join((self.name, *map(str, at))), f"{{{self.latex}}}_{{{''.join(map(str, at))}}}") for at in places
        )


@dataclass(frozen=True)
class Add(Expr):
    terms: tuple[Expr, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.terms[0].shape


@dataclass(frozen=True)
class Neg(Expr):
    operand: Expr

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.operand.shape


@dataclass(frozen=True)
class Mul(Expr):
    """A product; of arrays, element by element (⊙)."""

    factors: tuple[Expr, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return max((factor.shape for factor in self.factors), key=len)


@dataclass(frozen=True)
class MatMul(Expr):
    """Matrix (m, n) times vector (n,)."""

    matrix: Expr
    vector: Expr

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.matrix.shape[:1]


@dataclass(frozen=True)
class Div(Expr):
    numerator: Expr
    denominator: Expr


@dataclass(frozen=True)
class Pow(Expr):
    base: Expr
    exponent: Expr


@dataclass(frozen=True)
class Call(Expr):
    """A named function (see `functions`) of arguments, element by element where the argument is an array."""

    function: Function
    arguments: tuple[Expr, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.arguments[0].shape if len(self.arguments) == 1 else ()


@dataclass(frozen=True)
class Labelled(Expr):
    """An expression with its name underneath."""

    inner: Expr
    label: str


@dataclass(frozen=True)
class Function:
    """A function by name, with the readings that the tree asks of it.

    ``latex`` sets it from its set arguments; ``python`` computes it; ``bound(value, error)`` is how far its
    result may move when its argument moves by ``error``; ``sympy`` names its counterpart in sympy.
    """

    name: str
    latex: Callable[..., str]
    python: Callable[..., object]
    sympy: str = ""
    bound: Callable[[float, float], float] | None = None

    def __call__(self, *arguments: Written) -> Expr:
        return Call(self, tuple(as_expr(argument) for argument in arguments))

    def __hash__(self) -> int:
        return hash(self.name)


def as_expr(value: Written | None) -> Expr:
    """A number as an expression. Raises TypeError for an unknown side of a shape: it cannot be computed with."""
    if value is None:
        raise TypeError("an unknown size cannot be computed with")
    return value if isinstance(value, Expr) else Num(value)


def is_number(expr: Expr, value: int) -> bool:
    return isinstance(expr, Num) and expr.value == value


def add(*terms: Written) -> Expr:
    """A sum without its zeros; sums inside sums are laid flat."""
    flat: list[Expr] = []
    for term in map(as_expr, terms):
        flat.extend(term.terms if isinstance(term, Add) else [term])
    kept = [term for term in flat if not is_number(term, 0)]
    if not kept:
        return Num(0)
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def neg(operand: Written) -> Expr:
    expr = as_expr(operand)
    if isinstance(expr, Num):
        return Num(-expr.value)
    return expr.operand if isinstance(expr, Neg) else Neg(expr)


def mul(*factors: Written) -> Expr:
    """A product without its ones; zero if a factor is."""
    flat: list[Expr] = []
    for factor in map(as_expr, factors):
        flat.extend(factor.factors if isinstance(factor, Mul) else [factor])
    if any(is_number(factor, 0) for factor in flat):
        return Num(0)
    kept = [factor for factor in flat if not is_number(factor, 1)]
    if not kept:
        return Num(1)
    return kept[0] if len(kept) == 1 else Mul(tuple(kept))


def div(numerator: Written, denominator: Written) -> Expr:
    over, under = as_expr(numerator), as_expr(denominator)
    return over if is_number(under, 1) else Div(over, under)


def children(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Add(terms):
            return terms
        case Mul(factors):
            return factors
        case Neg(operand):
            return (operand,)
        case MatMul(matrix, vector):
            return (matrix, vector)
        case Div(over, under):
            return (over, under)
        case Pow(base, exponent):
            return (base, exponent)
        case Call(_, arguments):
            return arguments
        case Labelled(inner):
            return (inner,)
        case _:
            return ()


def rebuild(expr: Expr, parts: Iterable[Expr]) -> Expr:
    """The same node over other children, simplified as it would have been when written."""
    new = tuple(parts)
    match expr:
        case Add():
            return add(*new)
        case Mul():
            return mul(*new)
        case Neg():
            return neg(new[0])
        case MatMul():
            return MatMul(*new)
        case Div():
            return div(*new)
        case Pow():
            return Pow(*new)
        case Call(function):
            return Call(function, new)
        case _:
            return expr


def replace(expr: Expr, by: Mapping[Sym, Expr]) -> Expr:
    """The expression with symbols replaced, each once (what is put in is not searched again)."""
    if isinstance(expr, Sym):
        return by.get(expr, expr)
    parts = children(expr)
    if not parts:
        return expr
    new = [replace(part, by) for part in parts]
    return expr if all(a is b for a, b in zip(new, parts, strict=True)) else rebuild(expr, new)


def symbols(expr: Expr) -> Iterator[Sym]:
    """Every symbol in the order of writing, repeats included."""
    if isinstance(expr, Sym):
        yield expr
    for part in children(expr):
        yield from symbols(part)


def entries(expr: Expr) -> tuple[Expr, ...]:
    """The scalars of an array expression, row-major; a scalar expression alone."""
    if not expr.shape:
        return (expr,)
    match expr:
        case Sym():
            return expr.parts
        case MatMul(matrix, vector):
            rows, columns = matrix.shape
            flat, across = entries(matrix), entries(vector)
            return tuple(
                add(*(mul(flat[row * columns + column], across[column]) for column in range(columns)))
                for row in range(rows)
            )
        case _:
            size = prod(expr.shape)
            opened = [entries(part) if part.shape else (part,) * size for part in children(expr)]
            return tuple(rebuild(expr, column) for column in zip(*opened, strict=True))


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
        text, binding = self.bare(expr, after or least > PRODUCT)
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
                return self.sum(terms), SUM
            case Neg(operand):
                return "-" + self.text(operand, PRODUCT, after=True), SUM
            case Mul(factors):
                return self.product(expr, factors, after), PRODUCT
            case MatMul(matrix, vector):
                alone = self.leaf is not by_name and matrix.shape == (1, 1)
                by = r" \cdot " if alone else " "
                return self.text(matrix, PRODUCT, after=after) + by + self.text(vector, POWER, after=True), PRODUCT
            case Div(over, under):
                return rf"\frac{{{self.text(over)}}}{{{self.text(under)}}}", POWER
            case Pow(base, exponent):
                return f"{self.text(base, ATOM, after=True)}^{{{self.text(exponent)}}}", POWER
            case Call(function, arguments):
                return function.latex(*(self.text(argument) for argument in arguments)), ATOM
            case Labelled(inner, label):
                text, binding = self.bare(inner, after)
                return rf"\underbrace{{{text}}}_{{\text{{{label}}}}}", binding
        raise TypeError(f"no LaTeX for {type(expr).__name__}")

    def sum(self, terms: tuple[Expr, ...]) -> str:
        text = self.text(terms[0], SUM)
        for term in terms[1:]:
            if isinstance(term, Neg):
                text += " - " + self.text(term.operand, PRODUCT, after=True)
            elif isinstance(term, Num) and term.value < 0:
                text += " - " + number(-term.value)
            else:
                text += " + " + self.text(term, SUM, after=True)
        return text

    def product(self, whole: Mul, factors: tuple[Expr, ...], after: bool) -> str:
        by = r" \odot " if whole.shape and prod(whole.shape) > 1 else self.times
        pieces = [self.text(factor, PRODUCT, after=after or place > 0) for place, factor in enumerate(factors)]
        text = pieces[0]
        for factor, piece in zip(factors[1:], pieces[1:], strict=True):
            # two numbers side by side would read as one, so juxtaposition is for letters and brackets only
            text += (r" \cdot " if not by.strip() and isinstance(factor, Num) else by) + piece
        return text


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
        case Call(function, (argument,)) if function.bound:
            inner = bound(argument, error)
            return "0" if inner == "0" else f"{function.name}_bound({python(argument)},{inner})"
    raise TypeError(f"no error bound for {type(expr).__name__}")


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
