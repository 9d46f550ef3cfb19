"""Back to what was there before a change by some percent."""

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.family import family
from generator.notation import Expr, Sym
from generator.space import among, span

percent, after = Sym("percent", "p"), Sym("after", "y")
factor, changes, before = Sym("factor", "q"), Sym("changes", "Q"), Sym("before", "x")
PLACES = 1
ASK = {
    ("population", "rise", 1): "A population grew by [[ percent ]] % in a year and now counts [[ after ]]. How large "
    "was it a year ago?",
    ("population", "rise", 2): "A population grew by [[ percent ]] % in each of two years and now counts [[ after ]]. "
    "How large was it two years ago?",
    ("population", "fall", 1): "A population shrank by [[ percent ]] % in a year and now counts [[ after ]]. How large "
    "was it a year ago?",
    ("population", "fall", 2): "A population shrank by [[ percent ]] % in each of two years and now counts "
    "[[ after ]]. How large was it two years ago?",
    ("price", "rise", 1): "After a price rise of [[ percent ]] %, a computer costs [[ after ]]. What did it cost "
    "before?",
    ("price", "rise", 2): "After two price rises of [[ percent ]] % each, a computer costs [[ after ]]. What did it "
    "cost at first?",
    ("price", "fall", 1): "With a discount of [[ percent ]] %, a computer costs [[ after ]]. What does it cost without "
    "the discount?",
    (
        "price",
        "fall",
        2,
    ): "After two price cuts of [[ percent ]] % each, a computer costs [[ after ]]. What did it cost at first?",
}


@family(
    "percent-backwards",
    topic="Derivations",
    sources=("003",),
    tags=("arithmetic",),
    of=("population", "price"),
    change=("rise", "fall"),
    times=(1, 2),
)
def percent_backwards(of: str, change: str, times: int) -> Problem:
    """What a number was before it rose or fell by some percent, once or twice."""
    rise, whole = change == "rise", factor if times == 1 else changes
    one = 1 + percent / 100 if rise else 1 - percent / 100
    grown = "all of it, and the percentage on top" if rise else "all of it, less the percentage"
    twice = (Line(changes, factor**2, "both changes: one factor for each", places=4),) if times == 2 else ()
    return Problem(
        ask=f"{ASK[of, change, times]} Give the answer to {PLACES} decimal.",
        numbers={
            percent: among(5, 10, 15, 20, 25, 30, 40, bounds=(1, 99)),
            after: span(1000, 60_000, 100, bounds=(1, 10**9))
            if of == "population"
            else span(400, 3000, 5, bounds=(1, 10**9)),
        },
        lines=(
            Line(factor, one, f"factor: {grown}", places=2),
            *twice,
            Line(before, after / whole, "way back: a multiplication is undone by division", places=PLACES, result=True),
        ),
        slips=(*_slips(rise, whole), *(_twice_slips(rise) if times == 2 else _once_slips(rise))),
        answer=Answer("decimal", before),
        check=lambda n: _by_trying(n["after"], n["percent"] if rise else -n["percent"], times),
    )


def _slips(rise: bool, whole: Expr) -> tuple[Slip, ...]:
    share = after * percent / 100
    other = 1 - percent / 100 if rise else 1 + percent / 100
    off = "took the percentage off the new value" if rise else "added the percentage of the new value"
    return (
        slip("percent-of-the-new", off, {before: after - share if rise else after + share}, 0.25),
        slip("percent-twice", f"{off}, and that twice", {before: after - 2 * share if rise else after + 2 * share}),
        slip("forwards", "multiplied by the factor once more instead of dividing", {before: after * whole}),
        slip("other-direction", f"took the factor of a {'fall' if rise else 'rise'}", {factor: other}),
        slip("share-only", "gave the percentage of the new value", {before: share}),
        slip("percent-as-number", f"{'took off' if rise else 'added'} the percentage as if it were a number",
             {before: after - percent if rise else after + percent}),
        slip("divided-by-percent", "divided by the percentage alone", {factor: percent / 100}),
    )  # fmt: skip


def _doubled(rise: bool) -> Expr:
    return 1 + 2 * percent / 100 if rise else 1 - 2 * percent / 100


def _once_slips(rise: bool) -> tuple[Slip, ...]:
    return (slip("percent-doubled", "took twice the percentage", {factor: _doubled(rise)}),)


def _twice_slips(rise: bool) -> tuple[Slip, ...]:
    return (
        slip("one-change", "undid one of the two changes only", {before: after / factor}, 0.5),
        slip("percents-added", "added the two percentages up", {changes: _doubled(rise)}),
        slip("factors-added", "added the two factors", {changes: factor + factor}),
    )


def _by_trying(after: float, percent: int, times: int) -> float:
    """The second way: halving the range in which the number before must lie."""
    low, high = 0.0, 10.0 * after
    for _ in range(100):
        found = grown = (low + high) / 2
        for _ in range(times):
            grown += grown * percent / 100
        low, high = (found, high) if grown < after else (low, found)
    return low
