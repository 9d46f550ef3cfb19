"""How often a recursive function is called, and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

from generator.derivation import Answer, Line, Problem, Slip, differ, slip
from generator.family import family
from generator.functions import floor, log2
from generator.notation import Expr, Num, Sym, Written, as_expr
from generator.space import Axis, among, span

n, depth = Sym("n"), Sym("depth", "n")
elements = Sym("elements", "n")
zero, one = Sym("at_zero", "f_{0}"), Sym("at_one", "f_{1}")
last, further, total = Sym("last", "z"), Sym("further", "w"), Sym("calls", "c")
whole, half, subsets = Sym("whole", "k"), Sym("half", "h"), Sym("subsets", "s")

FIB = """def fib(n):
    if n < 2:
        return 1
    return fib(n - 1) + fib(n - 2)"""
SEEDED = """def f(n):
    if n == 0:
        return [[ at_zero ]]
    if n == 1:
        return [[ at_one ]]
    return f(n - 1) + f(n - 2)"""
SUBSETS = """def subsets(items):
    found = [()]
    for item in items:
        found += [subset + (item,) for subset in found]
    return found"""
ALL = "Count the first call as well."


@dataclass(frozen=True)
class Tree:
    """A function that calls itself ``branches`` times: with n − 1 down to 0, or with half of n down to 1."""

    branches: int
    halved: bool = False

    @property
    def code(self) -> str:
        inside = "        f(n // 2)" if self.halved else "        f(n - 1)"
        return "\n".join(["def f(n):", f"    if n > {int(self.halved)}:", *[inside] * self.branches])

    @property
    def axis(self) -> Axis:
        if self.halved:
            return among(*(2**power for power in range(3, 13)))
        return span(3, 9) if self.branches == 2 else span(3, 6)

    @property
    def letter(self) -> Axis:
        return among(*(2**power for power in range(8))) if self.halved else span(1, 7)

    def calls(self, size: int) -> int:
        """The second way: the function itself, counting."""
        if size <= int(self.halved):
            return 1
        return 1 + sum(self.calls(size // 2 if self.halved else size - 1) for _ in range(self.branches))


TREES = {"two branches": Tree(2), "three branches": Tree(3), "two halves": Tree(2, halved=True)}
FIBS = {f"fib({count})": count for count in range(3, 9)}
VALUES = {f"value of f({count})": count for count in (4, 5, 6)}
FORMULAS = {f"{name}, as a formula": tree for name, tree in TREES.items()}


@family(
    "recursive-calls",
    topic="Complexity",
    sources=("003",),
    tags=("python-code", "recursion"),
    asked=(*FIBS, *VALUES, *TREES, *FORMULAS, "halving", "subsets", "growth of fib"),
)
def recursive_calls(asked: str) -> Problem:
    """How often a recursive function is called, or what it returns; how many subsets a set has."""
    if asked in FIBS:
        return _fib(FIBS[asked])
    if asked in VALUES:
        return _value(VALUES[asked])
    if asked in TREES:
        return _tree(TREES[asked])
    if asked in FORMULAS:
        return _formula(FORMULAS[asked])
    return {"halving": _halving, "subsets": _subsets, "growth of fib": _growth}[asked]()


# --- Fibonacci ---------------------------------------------------------------------------------------------------


def _fib(count: int) -> Problem:
    calls = [Sym(f"calls_{at}", f"c_{{{at}}}") for at in range(count + 1)]
    asked = calls[-1]
    rest = range(2, count + 1)

    def each(wrong: Callable[[Expr, Expr], Expr]) -> dict[Sym, Written]:
        return {calls[at]: wrong(calls[at - 1], calls[at - 2]) for at in rest}

    return Problem(
        ask=f"How often is `fib` called in all, when `fib({count})` is called? {ALL}",
        code=FIB,
        lines=(
            Line(calls[0], Num(1), "fib(0): this call alone"),
            Line(calls[1], Num(1), "fib(1): this call alone"),
            *(Line(calls[at], 1 + calls[at - 1] + calls[at - 2],
                   f"fib({at}): this call, and those of fib({at - 1}) and fib({at - 2})")
              for at in rest),
        ),
        slips=(
            slip("doubled", "let the calls double with every step (1, 2, 4, 8, 16 …)", {asked: 2 ** (count - 1)}),
            slip("itself-left-out", "left out the call itself, which gives the value of fib", each(lambda a, b: a + b)),
            slip("two-equal-branches", "took both branches for equally deep", each(lambda a, b: 1 + 2 * a)),
            slip("one-branch", "followed the first branch only", each(lambda a, b: 1 + a)),
            slip("full-tree", "took the tree of calls for full", {asked: 2 ** (count + 1) - 1}),
            slip("power-of-two", "took 2 to the power of n", {asked: 2**count}),
            slip("first-call-left-out", "did not count the first call", {asked: calls[-2] + calls[-3]}, 0.5),
            slip("different-ones", "counted calls with the same argument once", {asked: count + 1}),
            slip("direct-only", "counted the calls that it makes directly", {asked: 2}),
            slip("end-at-one", "counted two calls for fib(1)", {calls[1]: 2}),
        ),
        answer=Answer("integer", asked, unit="calls"),
        check=lambda _: _fib_calls(count),
    )  # fmt: skip


def _fib_calls(at: int) -> int:
    """The second way: the function itself, counting."""
    return 1 if at < 2 else 1 + _fib_calls(at - 1) + _fib_calls(at - 2)


def _value(count: int) -> Problem:
    values = [zero, one, *(Sym(f"value_{at}", f"f_{{{at}}}") for at in range(2, count + 1))]
    asked = values[-1]
    rest = range(2, count + 1)

    def before(at: int) -> Expr:
        return values[at - 1] + values[at - 2]

    return Problem(
        ask=f"What does `f({count})` return?",
        code=SEEDED,
        numbers={zero: span(1, 12), one: span(1, 12)},
        lines=tuple(
            Line(values[at], before(at), f"f({at}): what the two before return", result=at == count) for at in rest
        ),
        slips=(
            slip("one-step-short", f"stopped at f({count - 1})", {asked: values[-2]}),
            slip("one-step-more", f"went on to f({count + 1})", {asked: before(count) + values[-2]}),
            slip("swapped", "took f(0) and f(1) the other way round", {values[3]: values[2] + zero}),
            slip("doubled", "doubled the one before instead of adding the two", {asked: 2 * values[-2]}),
            slip("calls-added", "added 1 for every call", {values[at]: 1 + before(at) for at in rest}),
            slip("first-two-only", "added f(0) and f(1) only", {asked: zero + one}),
            slip("all-added", "added everything from f(0) on",
                 {asked: sum((values[at] for at in range(1, count)), start=as_expr(zero))}),
            slip("product", "multiplied the two before", {values[2]: one * zero}),
        ),
        answer=Answer("integer", asked),
        check=lambda at: _returned(count, at["at_zero"], at["at_one"]),
        where=(differ(zero, one),),
    )  # fmt: skip


def _returned(at: int, zero: int, one: int) -> int:
    """The second way: the function itself."""
    return zero if at == 0 else one if at == 1 else _returned(at - 1, zero, one) + _returned(at - 2, zero, one)


def _growth() -> Problem:
    def wrong(key: str, text: str, why: str) -> Slip:
        return Slip(key, why, text=text)

    return Problem(
        ask="How does the number of calls grow, when `fib(n)` is called for larger and larger $n$?",
        code=FIB,
        slips=(
            wrong("doubled", "Exponentially: from one $n$ to the next it doubles, 1, 2, 4, 8, 16 …",
                  "It does not quite double: for $n = 1, 2, 3, 4, 5$ there are 1, 3, 5, 9, 15 calls. $O(2^n)$ is an "
                  "upper bound only."),
            wrong("linear", "Linearly: from one $n$ to the next two calls are added.",
                  "Two calls are made directly, but each of them calls again, down to the ends of the tree."),
            wrong("quadratic", "Quadratically: there are two calls in each call.",
                  "Two calls in each call multiply along the depth of the tree, which is $n$."),
            wrong("logarithmic", "Logarithmically: the problem is halved in every call.",
                  "The argument gets smaller by 1 or 2; it is not halved."),
        ),
        answer=Answer(
            "words", text="Exponentially: from one $n$ to the next it grows by a factor of about 1.6."
        ),
        note="With $c_0 = c_1 = 1$ and $c_n = 1 + c_{n-1} + c_{n-2}$ "
        "there are 1, 3, 5, 9, 15 calls for $n = 1$ to $5$. "
        "The factor tends to $(1 + \\sqrt{5})/2 \\approx 1.618$.",
        difficulty=3,
    )  # fmt: skip


# --- full trees --------------------------------------------------------------------------------------------------


def _tree(tree: Tree) -> Problem:
    return Problem(
        ask=f"How often is `f` called in all, when `f([[ depth ]])` is called? {ALL}",
        code=tree.code,
        numbers={depth: tree.axis},
        lines=_tree_lines(tree, depth, shortened=False),
        slips=_tree_slips(tree, depth),
        answer=Answer("integer", total, unit="calls"),
        check=lambda at: tree.calls(at["depth"]),
    )


def _formula(tree: Tree) -> Problem:
    given = "Let $n$ be a power of 2. " if tree.halved else ""
    return Problem(
        ask=f"{given}How often is `f` called in all, when `f(n)` is called, as a formula in $n$? {ALL}",
        code=tree.code,
        letters={n: tree.letter},
        lines=_tree_lines(tree, n, shortened=True),
        slips=_tree_slips(tree, n),
        answer=Answer("expression", total),
        check=lambda at: tree.calls(at["n"]),
    )


def _tree_lines(tree: Tree, size: Sym, shortened: bool) -> tuple[Line, ...]:
    by = tree.branches
    lowest = (
        Line(last, size, "last level: n is cut into n ones")
        if tree.halved
        else Line(last, by**size, f"last level: every level has {by} times as many calls as the one above")
    )
    between = f"levels added up: {by} times the sum, less the sum, leaves the level below less the first call"
    return (
        lowest,
        Line(further, by * last, f"a level below: it would have {by} times as many calls", shortened=shortened),
        Line(total, (further - 1) / (by - 1), between, result=True, shortened=shortened),
    )


def _tree_slips(tree: Tree, size: Sym) -> tuple[Slip, ...]:
    by = tree.branches
    right, levels = (further - 1) / (by - 1), log2(size) + 1 if tree.halved else size + 1
    return (
        slip("last-level-only", "counted the last level only", {total: last}),
        slip("last-level-left-out", "left the last level out", {further: last}),
        slip("first-call-left-out", "did not count the first call", {total: right - 1}, 0.5),
        slip("level-too-many", "counted a level too many", {last: by * size if tree.halved else by ** (size + 1)}),
        slip("one-not-subtracted", "forgot to subtract the first call in the sum of the levels",
             {total: further / (by - 1)}, 0.5),
        slip("one-added", "added 1 in the sum of the levels", {total: (further + 1) / (by - 1)}),
        slip("as-last", "took every level for as large as the last", {total: levels * last}),
        slip("one-branch", "followed one branch only", {total: levels}),
        *(() if tree.halved else (
            slip("base-and-exponent", "took n to the power of the branches for the last level", {last: size**by}),
        )),
        *(() if by == 2 else (
            slip("not-divided", "did not divide by the branches less one", {total: further - 1}, 0.5),
        )),
    )  # fmt: skip


# --- one branch, halved; subsets ---------------------------------------------------------------------------------


def _halving() -> Problem:
    right = whole + 2
    return Problem(
        ask=f"How often is `f` called in all, when `f([[ depth ]])` is called? {ALL}",
        code="def f(n):\n    if n > 0:\n        f(n // 2)",
        numbers={depth: span(20, 2000, bounds=(1, 10**9))},
        lines=(
            Line(whole, floor(log2(depth)), "halvings down to 1: $2^k$ is the largest power of 2 not above $n$"),
            Line(total, right, "all calls: the first one as well, and f(0)", result=True),
        ),
        slips=(
            slip("zero-left-out", "left out the call of f(0)", {total: whole + 1}, 0.5),
            slip("both-left-out", "left out the first call and that of f(0)", {total: whole}),
            slip("one-too-many", "counted one call too many", {total: whole + 3}),
            slip("one-by-one", "let n go down by 1", {total: depth + 1}),
            slip("linear", "took half of n", {total: floor(depth / 2)}),
            slip("two-branches", "let the calls double with every halving", {total: 2 ** right - 1}),
            slip("stopped-at-two", "stopped at f(2), and left the first call out", {total: whole - 1}),
        ),
        answer=Answer("integer", total, unit="calls"),
        check=lambda at: len(bin(at["depth"])) - 1,
    )  # fmt: skip


def _subsets() -> Problem:
    return Problem(
        ask="How many subsets does a set of [[ elements ]] elements have, as this function lists them?",
        code=SUBSETS,
        numbers={elements: span(3, 12, bounds=(1, 40))},
        lines=(
            Line(half, 2 ** (elements - 1), "without the last: every other element is in or out"),
            Line(subsets, half + half, "all: each of them without the last element, and again with it", result=True),
        ),
        slips=(
            slip("no-empty-set", "left out the empty set", {subsets: half + half - 1}, 0.5),
            slip("proper-only", "left out the empty set and the whole one", {subsets: half + half - 2}),
            slip("with-last-only", "counted only those with the last element", {subsets: half}),
            slip("squared", "took the square of the number of elements", {subsets: elements**2}),
            slip("elements-doubled", "took twice the number of elements", {subsets: 2 * elements}),
            slip("one-more", "let one element more be in or out", {half: 2**elements}),
            slip("three-choices", "gave each element three choices", {subsets: 3**elements}),
            slip("one-added", "counted the empty set once more", {subsets: half + half + 1}),
            slip("ordered-pairs", "multiplied by the number of elements", {subsets: elements * (half + half)}),
        ),
        answer=Answer("integer", subsets, unit="subsets"),
        check=lambda at: sum(comb(at["elements"], size) for size in range(at["elements"] + 1)),
    )  # fmt: skip
