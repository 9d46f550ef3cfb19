"""sympy at work: folding lines into one formula, closed forms, derivatives, proofs.

sympy is imported when the first structure is compiled and never runs per question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

from generator.derivation import Line
from generator.errors import ProofError
from generator.functions import ALL, sqrt
from generator.notation import (
    Add,
    Call,
    Div,
    Expr,
    Function,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    add,
    children,
    div,
    entries,
    mul,
    neg,
    rebuild,
    replace,
)
from generator.reading import plain

if TYPE_CHECKING:
    import sympy

TRIES = 32  # points tried for every one that is wanted
Meaning = dict[str, Any]  # symbol name -> sympy expression
BY_NAME = {function.sympy: function for function in ALL if function.sympy}


def symbol(sym: Sym, whole: bool) -> sympy.Symbol:
    """sympy's symbol for ours: a positive whole number in a count, any real number in calculus."""
    import sympy

    return sympy.Symbol(sym.name, integer=True, positive=True) if whole else sympy.Symbol(sym.name, real=True)


def to_sympy(expr: Expr, meaning: Meaning, whole: bool = True) -> Any:
    """A scalar expression as sympy's, each symbol replaced by its meaning if it has one."""
    import sympy

    def convert(e: Expr) -> Any:
        match e:
            case Num(value):
                return sympy.nsimplify(value)
            case Sym(name):
                if name not in meaning:
                    meaning[name] = symbol(e, whole)
                return meaning[name]
            case Add(terms):
                return sympy.Add(*map(convert, terms))
            case Neg(operand):
                return -convert(operand)
            case Mul(factors):
                return sympy.Mul(*map(convert, factors))
            case Div(over, under):
                return convert(over) / convert(under)
            case Pow(base, exponent):
                return convert(base) ** convert(exponent)
            case Call(function, arguments):
                inner = [convert(argument) for argument in arguments]
                if function.name == "sigmoid":
                    return 1 / (1 + sympy.exp(-inner[0]))
                if function.name == "sqrt":  # a perfect square comes out of the root only once it is factored
                    return sympy.sqrt(sympy.factor(inner[0]))
                return getattr(sympy, function.sympy)(*inner)
        raise TypeError(f"no sympy for {type(e).__name__}")

    return convert(expr)


def from_sympy(expr: Any, known: Iterable[Sym]) -> Expr:
    """sympy's expression as ours, ready to be set: numbers first, then symbols in the order of ``known``, then sums."""
    import sympy

    names = {sym.name: (place, sym) for place, sym in enumerate(known)}

    def weight(e: Any) -> tuple[int, int, int]:
        """Where a factor goes: 4, then h, then (x + h + 1)."""
        found = [names[s.name][0] for s in e.free_symbols if s.name in names]
        return (0 if e.is_Number else 2 if e.has(sympy.Add) else 1, min(found, default=0), len(found))

    def rank(e: Any) -> tuple[bool, int, int]:
        """Where a term goes: what is subtracted behind, the highest degree first."""
        found = [names[s.name][0] for s in e.free_symbols if s.name in names]
        degree = sum(int(power) for power in e.as_powers_dict().values() if power.is_Integer)
        return (e.could_extract_minus_sign(), -degree if degree > 1 else 0, min(found, default=0))

    def convert(e: Any) -> Expr:
        if e.is_Integer:
            return Num(int(e))
        if e.is_Rational:
            return div(Num(int(e.p)), Num(int(e.q)))
        if e.is_Symbol:
            return names[e.name][1]
        if e.is_Add:  # n - k + 1, but 1 - h²
            terms = sorted((term for term in e.args if not term.is_Number), key=rank)
            numbers = [term for term in e.args if term.is_Number]
            first = bool(terms) and terms[0].could_extract_minus_sign()
            return add(*map(convert, [*numbers, *terms] if first else [*terms, *numbers]))
        if e.is_Mul:
            if e.could_extract_minus_sign():
                sums = [factor for factor in e.args if factor.is_Add]
                if sums:  # -h(h - 1) is written h(1 - h)
                    rest = (-e.args[0], *(f for f in e.args[1:] if f != sums[0]))
                    return convert(sympy.Mul(*(f for f in rest if f != 1), -sums[0], evaluate=False))
                return neg(convert(-e))
            over, under = e.as_numer_denom()
            if under != 1:
                return div(convert(over), convert(under))
            return mul(*(convert(factor) for factor in sorted(e.args, key=weight)))
        if e.is_Pow:
            if e.exp == sympy.Rational(1, 2):
                return sqrt(convert(e.base))
            if e.exp.is_Integer and e.exp < 0:
                return div(1, convert(e.base**-e.exp))
            return Pow(convert(e.base), convert(e.exp))
        if e.func.__name__ in BY_NAME:
            return BY_NAME[e.func.__name__](*(convert(argument) for argument in e.args))
        raise TypeError(f"no notation for {e.func.__name__}")

    return convert(expr)


def fold(lines: Sequence[Line], given: Mapping[Sym, Expr], whole: bool = True) -> Meaning:
    """Every line's formula in terms of the drawn numbers alone, exact: no line is rounded here."""
    meaning: Meaning = {}
    for sym, expr in given.items():
        define(sym, expr, meaning, whole)
    for line in lines:
        define(line.symbol, line.expression, meaning, whole)
    return meaning


def define(sym: Sym, expr: Expr, meaning: Meaning, whole: bool) -> None:
    for part, entry in zip(sym.parts, entries(expr), strict=True):
        meaning[part.name] = to_sympy(entry, meaning, whole)


def closed_form(meaning: Meaning, result: Sym, known: Sequence[Sym]) -> Expr:
    """The shorter of the count factored and expanded."""
    forms = [from_sympy(form, known) for form in _forms(meaning[result.name])]
    return min(forms, key=lambda form: len(plain(form)))


@lru_cache(1024)
def _forms(whole: Any) -> tuple[Any, Any]:
    """A count factored, and expanded: structures of a family have layers in common."""
    import sympy

    return sympy.factor(whole), sympy.expand(whole)


def derivative(expr: Expr, by: Sym) -> Expr:
    """sympy's partial derivative of an expression, in our notation."""
    import sympy

    meaning: Meaning = {}
    found = sympy.diff(to_sympy(expr, meaning, whole=False), to_sympy(by, meaning, whole=False))
    return from_sympy(sympy.factor(found), dict.fromkeys(expr.written))


@cache
def slope(function: Function, value: Sym) -> Expr:
    """f'(a) written with s = f(a), as one does by hand: 1 - s² for tanh, s(1 - s) for the sigmoid."""
    import sympy

    a, s = sympy.Symbol("a", real=True), symbol(value, whole=False)
    called = to_sympy(function(Sym("a")), {"a": a})
    found = sympy.diff(called, a).subs(called, s)
    if found.has(a):  # the sigmoid: s = f(a) is linear in the exponential, so the exponential can be put into s
        power = sympy.Dummy()
        equation, _ = sympy.fraction(sympy.together(called.subs(sympy.exp(-a), power) - s))
        linear = sympy.Poly(equation, power)
        found = sympy.factor(found.subs(sympy.exp(-a), -linear.nth(0) / linear.nth(1)))
    return from_sympy(found, [value])


def opened(lines: Sequence[Line], expression: Expr) -> Expr:
    """An expression with every line in it replaced by what the line comes to, down to the symbols of the stem."""
    meaning: dict[Sym, Expr] = {}
    for line in lines:
        value = replace(line.expression, meaning)
        meaning[line.symbol] = shortest(value) if line.shortened else value
    return replace(expression, meaning)


def shortest(expr: Expr) -> Expr:
    """The expression multiplied out or factored, whatever is shorter; its letters are positive whole numbers.

    A logarithm, a rounding and the like are letters of their own.
    """
    import sympy

    calls: dict[Expr, Sym] = {}
    lettered = _uncalled(expr, calls)
    letters = list(dict.fromkeys(lettered.written))
    found = to_sympy(lettered, {})
    forms = [*(from_sympy(form(found), letters) for form in (sympy.factor, sympy.expand, sympy.powsimp)), lettered]
    back = {letter: call for call, letter in calls.items()}
    return min((replace(form, back) for form in forms), key=_length)


def _length(expr: Expr) -> tuple[int, int, int]:
    """How long an expression seems: by its fractions, its products, and what there is to type."""
    return _nodes(expr, Div), _nodes(expr, Mul), len(plain(expr))


def _nodes(expr: Expr, kind: type[Expr]) -> int:
    return isinstance(expr, kind) + sum(_nodes(part, kind) for part in children(expr))


def _uncalled(expr: Expr, calls: dict[Expr, Sym]) -> Expr:
    """The expression with every call of a function in it as a letter."""
    if isinstance(expr, Call):
        return calls.setdefault(expr, Sym(f"call_{len(calls) + 1}"))
    parts = children(expr)
    return rebuild(expr, [_uncalled(part, calls) for part in parts]) if parts else expr


def prove(what: str, claimed: Any, target: Any) -> None:
    """Raises ProofError unless the two expressions are the same for every value of their symbols."""
    import sympy

    if claimed == target or sympy.expand(claimed - target) == 0:
        return
    if sympy.simplify(claimed - target) != 0:
        raise ProofError(f"{what}: the lines come to {claimed}, and not to {target}")


def agree(what: str, claimed: Any, target: Any, points: int = 6) -> None:
    """Raises ProofError unless two expressions agree at random points where both are defined.

    For calculus, where sympy derives both sides and simplifying them to the same letters would be the slow part.
    """
    import sympy

    random = Random(what)
    free = sorted(claimed.free_symbols | target.free_symbols, key=str)
    both = sympy.lambdify(free, [claimed, target], "math", cse=True)
    tried = 0
    for _ in range(points * TRIES):
        try:
            left, right = both(*(random.uniform(-1, 1) for _ in free))
        except ValueError:
            continue  # a logarithm of what is not positive
        if abs(left - right) > 1e-9 * max(1.0, abs(left)):
            raise ProofError(f"{what}: the lines come to {claimed}, and not to {target}")
        tried += 1
        if tried == points:
            return
    raise ProofError(f"{what}: {claimed} and {target} are defined together hardly anywhere")
