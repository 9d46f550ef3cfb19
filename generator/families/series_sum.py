"""The sum of a geometric or an arithmetic series."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from generator.algebra import shortest
from generator.derivation import Answer, Line, Numbers, Problem, Slip, slip
from generator.family import family
from generator.notation import Expr, Sym, Written, as_expr
from generator.reading import latex
from generator.space import Axis, span

first, ratio, step = Sym("first", "a"), Sym("ratio", "q"), Sym("difference", "d")
terms, upper, n = Sym("terms", "n"), Sym("upper_limit", "m"), Sym("n")
number, last, behind = Sym("number_of_terms", "k"), Sym("last", "z"), Sym("behind", "w")
gap, pair, total = Sym("gap", "D"), Sym("pair", "p"), Sym("total", "S")


@dataclass(frozen=True)
class Series:
    """Its first term, by what the terms grow (a ratio or a difference), and how many there are."""

    geometric: bool
    first: Written
    by: Written
    terms: Written
    counted: str = ""  # how the terms are counted, where their number is not simply given
    shortened: bool = False  # lines are expressions, set in their shorter form

    def line(self, symbol: Sym, written: Written, why: str, result: bool = False) -> Line:
        return Line(symbol, as_expr(written), why, result=result, shortened=self.shortened)


@dataclass(frozen=True)
class Told:
    """A series as a question writes it, with a letter for how many terms it has."""

    written: str
    series: Series
    listed: Callable[[int], Iterable[int]]


def _in_letters(geometric: bool, start: int, by: int, count: Expr = n, counted: str = "") -> Series:
    return Series(geometric, start, by, count, counted, shortened=True)


TOLD = {
    "powers of 2": Told(r"1 + 2 + 4 + \dots + 2^{n-1}", _in_letters(True, 1, 2), lambda n: (1 << i for i in range(n))),
    "powers of 2 from 2": Told(
        r"2 + 4 + 8 + \dots + 2^{n}", _in_letters(True, 2, 2), lambda n: (2 << i for i in range(n))
    ),
    "powers of 2 to the n": Told(
        r"1 + 2 + 4 + \dots + 2^{n}",
        _in_letters(True, 1, 2, n + 1, "the exponents run from 0 to n"),
        lambda n: (1 << i for i in range(n + 1)),
    ),
    "powers of 3": Told(r"1 + 3 + 9 + \dots + 3^{n-1}", _in_letters(True, 1, 3), lambda n: (3**i for i in range(n))),
    "powers of 4": Told(
        r"1 + 4 + 16 + \dots + 4^{n-1}", _in_letters(True, 1, 4), lambda n: (1 << 2 * i for i in range(n))
    ),
    "whole numbers": Told(r"1 + 2 + 3 + \dots + n", _in_letters(False, 1, 1), lambda n: range(1, n + 1)),
    "whole numbers below n": Told(
        r"1 + 2 + 3 + \dots + (n - 1)",
        _in_letters(False, 1, 1, n - 1, "from 1 to n − 1"),
        lambda n: range(1, n),
    ),
    "odd numbers": Told(r"1 + 3 + 5 + \dots + (2n - 1)", _in_letters(False, 1, 2), lambda n: range(1, 2 * n, 2)),
    "even numbers": Told(r"2 + 4 + 6 + \dots + 2n", _in_letters(False, 2, 2), lambda n: range(2, 2 * n + 1, 2)),
}
ASK = {
    "geometric": "A geometric series begins with [[ first ]], each term is [[ ratio ]] times the one before, and it "
    "has [[ terms ]] terms. What is its sum?",
    "geometric with Σ": r"What is $\displaystyle\sum_{i=0}^{[[ upper_limit ]]} [[ first ]] \cdot [[ ratio ]]^{i}$?",
    "arithmetic": "An arithmetic series begins with [[ first ]], each term is [[ difference ]] more than the one "
    "before, and it has [[ terms ]] terms. What is its sum?",
    "arithmetic with Σ": r"What is $\displaystyle\sum_{i=0}^{[[ upper_limit ]]} \left([[ first ]] + "
    r"[[ difference ]] \cdot i\right)$?",
}


@family(
    "series-sum",
    topic="Complexity",
    sources=("003",),
    tags=("series",),
    series=(*ASK, *TOLD),
)
def series_sum(series: str) -> Problem:
    """The sum of a geometric or an arithmetic series, in numbers or in n, with the steps that lead to its formula."""
    if series in TOLD:
        told = TOLD[series]
        found = told.series
        return Problem(
            ask=f"What is the sum $S = {told.written}$, as a formula in $n$ without dots?",
            letters={n: span(1, 10)},
            lines=_lines(found),
            slips=_slips(found),
            answer=Answer("expression", total),
            check=lambda at: sum(told.listed(at["n"])),
        )
    geometric, sigma = series.startswith("geometric"), "Σ" in series
    grows = ratio if geometric else step
    found = (
        Series(geometric, first, grows, upper + 1, "the one for 0 counts as well")
        if sigma
        else Series(geometric, first, grows, terms)
    )
    return Problem(
        ask=ASK[series],
        numbers=_numbers(geometric, sigma),
        lines=_lines(found),
        slips=_slips(found),
        answer=Answer("integer", total),
        check=_by_adding_up,
    )


def _numbers(geometric: bool, sigma: bool) -> dict[Sym, Axis]:
    many = upper if sigma else terms
    if geometric:
        least, most = (3, 7) if sigma else (4, 8)
        return {
            first: span(1, 12, bounds=(1, 1000)),
            ratio: span(2, 6, bounds=(2, 20)),
            many: span(least, most, bounds=(2, 20)),
        }
    return {
        first: span(1, 20, bounds=(1, 1000)),
        step: span(2, 9, bounds=(1, 1000)),
        many: span(5, 30, bounds=(3, 1000)),
    }


def _count(series: Series) -> tuple[Sym, tuple[Line, ...]]:
    """How many terms there are, and the line that says so where they are not simply given."""
    if isinstance(series.terms, Sym):
        return series.terms, ()
    return number, (series.line(number, series.terms, f"terms: {series.counted}"),)


def _lines(series: Series) -> tuple[Line, ...]:
    many, counted = _count(series)
    start, by = as_expr(series.first), as_expr(series.by)
    if not series.geometric:
        return (
            *counted,
            series.line(last, start + by * (many - 1), "last term: one step fewer than there are terms"),
            series.line(pair, start + last, "pair: first and last, second and last but one, and so on"),
            series.line(total, many * pair / 2, "sum: half as many pairs as terms, all of them equal", result=True),
        )
    multiple = f"${latex(by)}S$"
    shared = (
        *counted,
        series.line(last, start * by ** (many - 1), "last term: multiplied once less often than there are terms"),
        series.line(behind, by * last, f"next term: the last one times the ratio, with which {multiple} ends"),
    )
    if series.by == 2:
        why = f"sum: {multiple} minus $S$, in which all terms but these two cancel, is $S$"
        return (*shared, series.line(total, behind - start, why, result=True))
    return (
        *shared,
        series.line(gap, behind - start, f"difference: {multiple} minus $S$, in which all other terms cancel"),
        series.line(total, gap / (by - 1), "sum: the difference is the sum times the ratio less one", result=True),
    )


def _slips(series: Series) -> tuple[Slip, ...]:
    many, counted = _count(series)
    return (*(_geometric if series.geometric else _arithmetic)(series, many), *(_counted(series) if counted else ()))


def _counted(series: Series) -> tuple[Slip, ...]:
    return (slip("one-too-few", "counted one term too few", {number: shortest(as_expr(series.terms) - 1)}),)


def _geometric(series: Series, many: Expr) -> tuple[Slip, ...]:
    start, by = as_expr(series.first), as_expr(series.by)
    over = total if series.by == 2 else gap
    return (
        slip("power-too-high", "raised the ratio to the number of terms for the last term", {last: start * by**many}),
        slip("not-shifted", "subtracted the first term from the last of the same series", {behind: last}),
        slip("first-forgotten", "forgot to subtract the first term", {over: behind}, 0.5),
        slip("first-added", "added the first term instead of subtracting it", {over: behind + start}),
        *_divided(series, by),
        slip("last-term", "gave the last term", {total: last}),
        slip("as-arithmetic", "took the series for an arithmetic one", {total: many * (start + last) / 2}),
        slip("terms-times-last", "took all terms for as large as the last", {total: many * last}),
    )


def _divided(series: Series, by: Expr) -> tuple[Slip, ...]:
    """With the ratio 2 there is nothing to divide by."""
    if series.by == 2:
        return ()
    return (
        slip("not-divided", "did not divide by the ratio less one", {total: gap}, 0.5),
        slip("divided-by-ratio", "divided by the ratio, not by the ratio less one", {total: gap / by}),
    )


def _arithmetic(series: Series, many: Expr) -> tuple[Slip, ...]:
    start, by = as_expr(series.first), as_expr(series.by)
    return (
        slip("step-too-many", "took as many steps as there are terms", {last: start + by * many}),
        slip("not-halved", "did not halve, though every pair holds two terms", {total: many * pair}, 0.5),
        slip("one-term-less", "multiplied by one term too few", {total: (many - 1) * pair / 2}),
        slip("one-term-more", "multiplied by one term too many", {total: (many + 1) * pair / 2}),
        slip("last-only", "left the first term out of the pair", {pair: last}),
        slip("first-only", "took all terms for as large as the first", {total: many * start}),
        slip("all-as-last", "took all terms for as large as the last", {total: many * last}),
        slip("steps-only", "added up the steps only", {total: by * many * (many - 1) / 2}),
    )


def _by_adding_up(at: Numbers) -> int:
    """The second way: term by term."""
    found, term = 0, at["first"]
    for _ in range(at["terms"] if "terms" in at else at["upper_limit"] + 1):
        found += term
        term = term * at["ratio"] if "ratio" in at else term + at["difference"]
    return int(found)
