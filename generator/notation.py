"""Expressions as written on paper: what a student reads, kept in the order in which it was written.

sympy does the algebra (see `algebra`), but it reorders sums and multiplies numbers out, so it cannot hold
what is *shown*. This small tree can. Its nodes are frozen, its sums and products n-ary, and only
``+ 0``, ``* 1`` and ``* 0`` are simplified away, so that a layer without biases prints no term for them.

An expression has a ``shape``: ``()`` for a scalar, ``(n,)`` for a vector, ``(m, n)`` for a matrix.
``entries`` opens an array into scalars in row-major order; values and proofs use those, the page the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

Shape = tuple[int, ...]


class Expr:
    """A node of the tree. Python's operators build further nodes."""

    shape: Shape = ()

    @cached_property
    def written(self) -> tuple[Sym, ...]:
        """Every symbol in the order of writing, repeats included."""
        return tuple(sym for part in children(self) for sym in part.written)

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

    def __pow__(self, exponent: Written) -> Expr:
        return Pow(self, as_expr(exponent))

    def __rpow__(self, base: Written) -> Expr:
        return Pow(as_expr(base), self)

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

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def written(self) -> tuple[Sym, ...]:
        return (self,)

    @cached_property
    def parts(self) -> tuple[Sym, ...]:
        """The scalars of an array, row-major; a scalar is its own only part. Those of a single row show no row."""
        if not self.shape:
            return (self,)
        row = len(self.shape) == 2 and self.shape[0] == 1
        places = product(*(range(1, n + 1) for n in self.shape))
        return tuple(Sym("_".join((self.name, *map(str, at))), _entry(self.latex, at[row:])) for at in places)


def _entry(latex: str, at: tuple[int, ...]) -> str:
    """How an entry of an array is written: x_{1}; of one that has an index already h_{t-1,1}."""
    place = "".join(map(str, at))
    found = re.fullmatch(r"([^_^']+)_(?:\{([^{}]*)\}|(\w))", latex)
    if found:
        return f"{found[1]}_{{{found[2] or found[3]},{place}}}"
    return f"{{{latex}}}_{{{place}}}" if re.search("[_^']", latex) else f"{latex}_{{{place}}}"


def widest(*parts: Expr) -> Shape:
    """The shape of what is computed element by element: that of the largest, to which the others are repeated."""
    return max((part.shape for part in parts), key=lambda shape: (len(shape), prod(shape)))


@dataclass(frozen=True)
class Add(Expr):
    terms: tuple[Expr, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return widest(*self.terms)


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
        return widest(*self.factors)


@dataclass(frozen=True)
class MatMul(Expr):
    """A matrix product: (m, n) times (n,), (m, n) times (n, p), or (n,) times (n, p)."""

    left: Expr
    right: Expr

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.left.shape[:-1] + self.right.shape[1:]


@dataclass(frozen=True)
class Joined(Expr):
    """Vectors one below the other, as one: [h, x]."""

    vectors: tuple[Expr, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (sum(prod(vector.shape) for vector in self.vectors),)


@dataclass(frozen=True)
class Div(Expr):
    numerator: Expr
    denominator: Expr

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return widest(self.numerator, self.denominator)


@dataclass(frozen=True)
class Pow(Expr):
    base: Expr
    exponent: Expr

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return widest(self.base, self.exponent)


@dataclass(frozen=True)
class Call(Expr):
    """A named function (see `functions`) of arguments, element by element where one of them is an array."""

    function: Function
    arguments: tuple[Expr, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return widest(*self.arguments)


@dataclass(frozen=True)
class Grid(Expr):
    """An array written out entry by entry, row-major: each entry is a scalar of its own."""

    cells: tuple[Expr, ...]
    shape: Shape = ()


@dataclass(frozen=True)
class Labelled(Expr):
    """An expression with its name underneath."""

    inner: Expr
    label: str


@dataclass(frozen=True)
class Function:
    """A function by name, with the readings that the tree asks of it.

    ``latex`` sets it from its set arguments; ``python`` computes it; ``bound(value, error)`` is how far its
    result may move when its argument moves by ``error``; ``sympy`` names its counterpart in sympy. One that is
    ``spoken`` reads as words on the page: its value is read off, and no numbers are put in. ``between``: it is set
    between its arguments, and so in brackets under a power or in a product.
    """

    name: str
    latex: Callable[..., str]
    python: Callable[..., object]
    sympy: str = ""
    bound: Callable[[float, float], float] | None = None
    spoken: bool = False
    between: bool = False

    def __call__(self, *arguments: Written) -> Expr:
        return Call(self, tuple(as_expr(argument) for argument in arguments))

    def __hash__(self) -> int:
        return hash(self.name)


def as_expr(value: Written | None) -> Expr:
    """A number as an expression. Raises TypeError for an unknown side of a shape: it cannot be computed with."""
    if value is None:
        raise TypeError("an unknown size cannot be computed with")
    return value if isinstance(value, Expr) else Num(value)


def spoken(expr: Expr) -> bool:
    """Whether an expression reads as words on the page."""
    return isinstance(expr, Call) and expr.function.spoken


def named_already(expr: Expr) -> bool:
    """Whether nothing is worked out in an expression: another name, or names put side by side."""
    return isinstance(expr, Sym) or (isinstance(expr, Grid) and all(isinstance(cell, Sym) for cell in expr.cells))


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
        case MatMul(left, right):
            return (left, right)
        case Div(over, under):
            return (over, under)
        case Pow(base, exponent):
            return (base, exponent)
        case Call(_, arguments) | Joined(arguments):
            return arguments
        case Grid(cells):
            return cells
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
        case Joined():
            return Joined(new)
        case Grid(_, shape):
            return Grid(new, shape)
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


def entries(expr: Expr) -> tuple[Expr, ...]:
    """The scalars of an array expression, row-major; a scalar expression alone.

    Where arrays of fewer rows or axes meet larger ones they are repeated, as numpy does: a bias for every sample.
    """
    if not expr.shape:
        return (expr,)
    match expr:
        case Sym():
            return expr.parts
        case Grid(cells):
            return cells
        case MatMul(left, right):
            a, b, inner = entries(left), entries(right), left.shape[-1]
            columns = len(b) // inner
            return tuple(
                add(*(mul(a[row * inner + place], b[place * columns + column]) for place in range(inner)))
                for row in range(len(a) // inner)
                for column in range(columns)
            )
        case Joined(vectors):
            return tuple(entry for vector in vectors for entry in entries(vector))
        case _:
            size = prod(expr.shape)
            opened = [entries(part) * (size // prod(part.shape)) for part in children(expr)]
            return tuple(rebuild(expr, column) for column in zip(*opened, strict=True))
