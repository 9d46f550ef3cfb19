"""How often the innermost statement of nested loops runs, and what that is in O notation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from generator.algebra import opened
from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import log2
from generator.notation import Sym, Written, as_expr
from generator.reading import latex
from generator.space import Axis, among, span

n, size = Sym("n"), Sym("size", "n")
turns, inner, innermost = Sym("turns", "k"), Sym("inner", "m"), Sym("innermost", "p")
first, last, further, total = Sym("first", "a"), Sym("last", "z"), Sym("further", "w"), Sym("total", "S")
SMALL = span(1, 10)
POWERS = among(*(2**power for power in range(1, 9)))

Working = tuple[tuple[Line, ...], tuple[Slip, ...]]


@dataclass(frozen=True)
class Loops:
    """Loops as they are written, how the runs of their innermost statement are counted, and in which order they grow.

    ``runs`` is the second way: the same loops, gone through. ``given`` says of which kind n is.
    """

    code: str
    working: Callable[[Sym], Working]
    runs: Callable[[int], int]
    grows: str
    drawn: Axis
    letter: Axis = SMALL
    given: str = ""

    def lines(self, size: Sym, shortened: bool) -> tuple[Line, ...]:
        return tuple(replace(line, shortened=shortened) for line in self.working(size)[0])


# --- ways to count -----------------------------------------------------------------------------------------------


def product_of(
    outer: Callable[[Sym], Written], inside: Callable[[Sym], Written], told: str, how: str = ""
) -> Callable[[Sym], Working]:
    """The same number of runs in every turn of the outer loop."""

    def working(size: Sym) -> Working:
        many, each = as_expr(outer(size)), as_expr(inside(size))
        return (
            (
                Line(turns, many, f"outer loop: its turns{how}"),
                Line(inner, each, f"inner loop: {told}"),
                Line(total, turns * inner, "product rule: as many runs in every turn", result=True),
            ),
            (
                slip("added", "added the loops instead of multiplying them", {total: turns + inner}),
                slip("range-to-n", "gave the outer loop one turn too many", {turns: many + 1}),
                slip("inner-only", "counted one turn of the outer loop only", {total: inner}),
                slip("inner-one-more", "gave the inner loop one run too many", {inner: each + 1}),
                slip("halved", "halved, as if the inner loop ended at i", {total: turns * inner / 2}),
                slip("squared", "took the inner loop for one over all of the outer one's range", {inner: turns}),
                slip("all-of-n", "took both loops for loops over all of n", {turns: size, inner: size}),
                slip("doubled", "counted every run twice", {total: 2 * turns * inner}),
            ),
        )

    return working


def series_of(
    begins: Callable[[Sym], Written], ends: Callable[[Sym], Written], told: tuple[str, str], term: str
) -> Callable[[Sym], Working]:
    """One run more, or one less, from turn to turn: an arithmetic series."""

    def working(size: Sym) -> Working:
        start, end = as_expr(begins(size)), as_expr(ends(size))
        added = rf"arithmetic sum: $\sum_{{i=0}}^{{n-1}} {term}$, turns times the mean of first and last"
        return (
            (
                Line(turns, size, "outer loop: its turns, i from 0 to n − 1"),
                Line(first, start, f"first turn: {told[0]}"),
                Line(last, end, f"last turn: {told[1]}"),
                Line(total, turns * (first + last) / 2, added,
                     result=True),
            ),
            (
                slip("square", "let the inner loop run n times in every turn", {total: turns * turns}),
                slip("not-halved", "did not halve first and last turn together", {total: turns * (first + last)}),
                slip("range-to-n", "gave the outer loop one turn too many", {turns: size + 1}),
                slip("first-one-more", "gave the inner loop one run too many in the first turn", {first: start + 1}),
                slip("last-one-more", "gave the inner loop one run too many in the last turn", {last: end + 1}),
                slip("last-one-less", "gave the inner loop one run too few in the last turn", {last: end - 1}),
                slip("outer-only", "counted the outer loop only", {total: turns}),
                slip("linear", "took the turns twice, once for each loop", {total: 2 * turns}),
            ),
        )  # fmt: skip

    return working


def doubling(
    largest: Callable[[Sym], Written], told: str, series: str, others: Callable[[Sym], tuple[Slip, ...]]
) -> Callable[[Sym], Working]:
    """1 + 2 + 4 + … up to the largest turn: a geometric series."""

    def working(size: Sym) -> Working:
        top = as_expr(largest(size))
        return (
            (
                Line(last, top, f"largest turn: {told}"),
                Line(further, 2 * last, "twice the largest: the largest of the doubled sum"),
                Line(total, further - 1, f"geometric sum: ${series}$, doubled and less itself, which leaves two terms",
                     result=True),
            ),
            (
                slip("largest-only", "counted the largest turn only", {total: last}),
                slip("largest-left-out", "left out the largest turn", {further: last}),
                slip("one-not-subtracted", "forgot to subtract the 1 with which the sum begins", {total: further}, 0.5),
                slip("one-added", "added 1 instead of subtracting it", {total: further + 1}),
                slip("square", "took both loops for loops over all of n", {total: size**2}),
                *others(size),
            ),
        )  # fmt: skip

    return working


def after_each_other(size: Sym) -> Working:
    """A loop, and behind it a loop in a loop."""
    return (
        (
            Line(first, size, "first loop: its turns"),
            Line(last, size * size, "nested loops: n turns in each of n"),
            Line(total, first + last, "sum rule: what stands one after the other is added", result=True),
        ),
        (
            slip("multiplied", "multiplied what stands one after the other", {total: first * last}),
            slip("first-lost", "left out the first loop", {total: last}),
            slip("nested-lost", "counted the first loop only", {total: first}),
            slip("nested-added", "added the turns of the nested loops", {last: size + size}),
            slip("nested-once", "counted the inner of the nested loops once", {last: size}),
            slip("halved", "halved the nested loops, as if the inner one ended at i", {last: size * size / 2}),
            slip("nested-twice", "counted the nested loops twice", {total: first + 2 * last}),
            slip("loop-too-many", "counted the first loop twice", {total: 2 * first + last}),
        ),
    )


def three_deep(size: Sym) -> Working:
    """Three loops in each other, each over all of n."""
    return (
        (
            Line(turns, size, "outer loop: its turns"),
            Line(inner, size, "middle loop: n turns every time"),
            Line(innermost, size, "inner loop: n runs every time"),
            Line(total, turns * inner * innermost, "product rule: as many runs in every turn", result=True),
        ),
        (
            slip("added", "added the loops instead of multiplying them", {total: turns + inner + innermost}),
            slip("two-only", "counted two of the three loops", {total: turns * inner}),
            slip(
                "inner-added", "added the inner loop instead of multiplying by it", {total: turns * inner + innermost}
            ),
            slip("range-to-n", "gave the outer loop one turn too many", {turns: size + 1}),
            slip("one-turn-less", "gave the outer loop one turn too few", {turns: size - 1}),
            slip("halved", "halved, as if the inner loop ended at i", {total: turns * inner * innermost / 2}),
            slip(
                "tripled", "counted every run three times, once for each loop", {total: 3 * turns * inner * innermost}
            ),
            slip("fourth-loop", "multiplied by n once too often", {total: turns * inner * innermost * size}),
        ),
    )


# --- the loops ---------------------------------------------------------------------------------------------------


def _halvings(size: int) -> int:
    return 0 if size <= 1 else 1 + _halvings(size // 2)


def _doublings(size: int, reached: int = 1) -> int:
    return 0 if reached >= size else 1 + _doublings(size, 2 * reached)


def _halved(size: int) -> int:
    return 0 if size == 0 else sum(1 for _ in range(size)) + _halved(size // 2)


POWER_OF_2, EVEN = ", where $n \\ge 2$ is a power of 2", ", where $n$ is even"
LOOPS = {
    "square": Loops(
        "for i in range(n):\n    for j in range(n):\n        runs += 1",
        product_of(lambda n: n, lambda n: n, "n runs every time"),
        lambda n: sum(1 for _ in range(n) for _ in range(n)),
        "n^2",
        span(4, 30),
    ),
    "one after the other": Loops(
        "for i in range(n):\n    runs += 1\nfor i in range(n):\n    for j in range(n):\n        runs += 1",
        after_each_other,
        lambda n: sum(1 for _ in range(n)) + sum(1 for _ in range(n) for _ in range(n)),
        "n^2",
        span(4, 30),
    ),
    "up to i": Loops(
        "for i in range(n):\n    for j in range(i):\n        runs += 1",
        series_of(lambda n: 0, lambda n: n - 1, ("range(0) is empty", "i is n − 1, and so many runs"), "i"),
        lambda n: sum(1 for i in range(n) for _ in range(i)),
        "n^2",
        span(5, 40),
    ),
    "up to i + 1": Loops(
        "for i in range(n):\n    for j in range(i + 1):\n        runs += 1",
        series_of(lambda n: 1, lambda n: n, ("i is 0, one run", "i is n − 1, so n runs"), "(i + 1)"),
        lambda n: sum(1 for i in range(n) for _ in range(i + 1)),
        "n^2",
        span(5, 40),
    ),
    "from i on": Loops(
        "for i in range(n):\n    for j in range(i, n):\n        runs += 1",
        series_of(lambda n: n, lambda n: 1, ("i is 0, so n runs", "i is n − 1, one run"), "(n - i)"),
        lambda n: sum(1 for i in range(n) for _ in range(i, n)),
        "n^2",
        span(5, 40),
    ),
    "from i + 1 on": Loops(
        "for i in range(n):\n    for j in range(i + 1, n):\n        runs += 1",
        series_of(
            lambda n: n - 1, lambda n: 0, ("i is 0, so j goes from 1 to n − 1", "range(n, n) is empty"), "(n - 1 - i)"
        ),
        lambda n: sum(1 for i in range(n) for _ in range(i + 1, n)),
        "n^2",
        span(5, 40),
    ),
    "in steps of 2": Loops(
        "for i in range(0, n, 2):\n    for j in range(n):\n        runs += 1",
        product_of(lambda n: n / 2, lambda n: n, "n runs every time", ", every second number"),
        lambda n: sum(1 for _ in range(0, n, 2) for _ in range(n)),
        "n^2",
        span(6, 40, 2),
        span(2, 20, 2),
        EVEN,
    ),
    "halving inside": Loops(
        "for i in range(n):\n    j = n\n    while j > 1:\n        runs += 1\n        j //= 2",
        product_of(lambda n: n, log2, "as often as n can be halved down to 1"),
        lambda n: sum(_halvings(n) for _ in range(n)),
        "n log n",
        among(8, 16, 32, 64, 128, 256, 512, 1024),
        POWERS,
        POWER_OF_2,
    ),
    "doubling inside": Loops(
        "for i in range(n // 2):\n    j = 1\n    while j < n:\n        runs += 1\n        j *= 2",
        product_of(lambda n: n / 2, log2, "as often as 1 can be doubled up to n", ", half of n"),
        lambda n: sum(_doublings(n) for _ in range(n // 2)),
        "n log n",
        among(8, 16, 32, 64, 128, 256, 512, 1024),
        POWERS,
        POWER_OF_2,
    ),
    "halving outside": Loops(
        "i = n\nwhile i > 0:\n    for j in range(i):\n        runs += 1\n    i //= 2",
        doubling(
            lambda n: n,
            "the first, with i = n; then half, a quarter and so on down to 1",
            r"n + \tfrac{n}{2} + \tfrac{n}{4} + \dots + 1",
            lambda n: (
                slip("all-as-the-first", "took every turn for as large as the first", {total: n * (log2(n) + 1)}),
                slip("turns-only", "counted the turns of the outer loop", {total: log2(n) + 1}),
            ),
        ),
        _halved,
        "n",
        among(8, 16, 32, 64, 128, 256, 512, 1024),
        POWERS,
        POWER_OF_2,
    ),
    "powers of 2": Loops(
        "for i in range(n):\n    for j in range(2 ** i):\n        runs += 1",
        doubling(
            lambda n: 2 ** (n - 1),
            "the last, with i = n − 1; before it half as many, down to 1",
            r"\sum_{i=0}^{n-1} 2^i",
            lambda n: (
                slip("power-too-high", "took i = n for the last turn", {last: 2**n}),
                slip("all-as-the-last", "took every turn for as large as the last", {total: n * last}),
            ),
        ),
        lambda n: sum(1 for i in range(n) for _ in range(2**i)),
        "2^n",
        span(4, 12),
    ),
    "three deep": Loops(
        "for i in range(n):\n    for j in range(n):\n        for k in range(n):\n            runs += 1",
        three_deep,
        lambda n: sum(1 for _ in range(n) for _ in range(n) for _ in range(n)),
        "n^3",
        span(4, 20),
    ),
}
# how a count grows, and what that would mean from n = 8 to n = 16
GROWTHS = {
    "log n": (r"$O(\log n)$", "a little more"),
    "n": ("$O(n)$", "twice as many"),
    "n log n": (r"$O(n \log n)$", "not quite three times as many"),
    "n^2": ("$O(n^2)$", "four times as many"),
    "n^3": ("$O(n^3)$", "eight times as many"),
    "2^n": ("$O(2^n)$", "256 times as many"),
}


@family(
    "loop-complexity",
    topic="Complexity",
    sources=("003",),
    tags=("python-code", "loops"),
    loops=tuple(LOOPS),
    asked=("formula", "number", "growth"),
)
def loop_complexity(loops: str, asked: str) -> Problem:
    """How often the innermost statement of nested loops runs: as a formula, as a number, or in O notation."""
    found = LOOPS[loops]
    return {"formula": _formula, "number": _number, "growth": _growth}[asked](found)


def _formula(loops: Loops) -> Problem:
    return Problem(
        ask=f"How often does `runs += 1` run in all, as a formula in $n${loops.given}?",
        code=loops.code,
        letters={n: loops.letter},
        lines=loops.lines(n, shortened=True),
        slips=loops.working(n)[1],
        answer=Answer("expression", total),
        check=lambda at: loops.runs(at["n"]),
    )


def _number(loops: Loops) -> Problem:
    return Problem(
        ask="What does this program print?",
        code=f"n = [[ size ]]\nruns = 0\n{loops.code}\nprint(runs)",
        numbers={size: loops.drawn},
        lines=loops.lines(size, shortened=False),
        slips=loops.working(size)[1],
        answer=Answer("integer", total),
        check=lambda at: loops.runs(at["size"]),
    )


def _growth(loops: Loops) -> Problem:
    small, large = loops.runs(8), loops.runs(16)
    text, _ = GROWTHS[loops.grows]
    exact = latex(opened(loops.lines(n, shortened=True), total), times=" ")
    return Problem(
        ask="Which is the tightest bound on how often `runs += 1` runs, in O notation?",
        code=loops.code,
        slips=tuple(
            Slip(
                name.replace(" ", "-").replace("^", "-to-the-"),
                f"From $n = 8$ to $n = 16$ the count goes from {small:,} to {large:,}; {other} would mean {more}.",
                text=other,
            )
            for name, (other, more) in GROWTHS.items()
            if name != loops.grows
        ),
        answer=Answer("words", text=text),
        note=f"Exactly, it runs ${exact}$ times{loops.given}. Of that the term that grows "
        "fastest counts, without its factor.",
        difficulty=2,
    )
