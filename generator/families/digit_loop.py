"""Loops that take a number apart with // and %."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

from generator.derivation import Answer, Condition, Line, Problem, Slip, differ, less, slip
from generator.family import family
from generator.functions import ceil, floor, log2, log10, remainder, sqrt
from generator.notation import Expr, Function, Sym, Written, add, mul
from generator.space import among, span

n, value, result = Sym("n"), Sym("value", "n"), Sym("result", "r")
exact, whole, turns = Sym("exact", "x"), Sym("whole", "k"), Sym("turns", "t")
PLACES = ("last digit", "tens digit", "hundreds digit", "thousands digit")


def left(turn: int) -> Sym:
    """What is left of n after so many turns."""
    return Sym(f"left_{turn}", f"n_{{{turn}}}") if turn else value


def digit(turn: int) -> Sym:
    """The last digit of what is left before a turn."""
    return Sym(f"digit_{turn}", f"d_{{{turn}}}")


@dataclass(frozen=True)
class Loop:
    """A loop over the digits of n, the last one first: what it does with them, and how many there are."""

    does: str
    count: int

    @property
    def code(self) -> str:
        begins, takes, prints = CODE[self.does]
        return f"n = [[ value ]]\n{begins}\nwhile n > 0:\n    {takes}\n    n //= 10\n{prints}"

    @property
    def digits(self) -> tuple[Sym, ...]:
        return tuple(map(digit, range(1, self.count + 1)))


CODE = {
    "sum": ("total = 0", "total += n % 10", "print(total)"),
    "squares": ("total = 0", "total += (n % 10) ** 2", "print(total)"),
    "product": ("product = 1", "product *= n % 10", "print(product)"),
    "reversed": ("found = 0", "found = 10 * found + n % 10", "print(found)"),
}
LOOPS = {
    "sum of 3 digits": Loop("sum", 3),
    "sum of 4 digits": Loop("sum", 4),
    "squares of 3 digits": Loop("squares", 3),
    "product of 3 digits": Loop("product", 3),
    "3 digits reversed": Loop("reversed", 3),
    "4 digits reversed": Loop("reversed", 4),
}
HALVING = """n = [[ value ]]
turns = 0
while n > {}:
    n //= 2
    turns += 1
print(turns)"""
DIVIDING = """def turns(n):
    count = 0
    while n > 0:
        n //= {}
        count += 1
    return count"""
FORMULAS = {"turns by 10, as a formula": (10, log10), "turns by 2, as a formula": (2, log2)}


@family(
    "digit-loop",
    topic="Complexity",
    sources=("003",),
    tags=("python-code",),
    asked=(*LOOPS, "halvings until 0", "halvings until 1", *FORMULAS, "growth"),
)
def digit_loop(asked: str) -> Problem:
    """What a loop with // and % prints, and how often it runs."""
    if asked in LOOPS:
        return _digits(LOOPS[asked])
    if asked in FORMULAS:
        return _formula(*FORMULAS[asked])
    return _growth() if asked == "growth" else _halvings(until=int(asked[-1]))


# --- what is printed ---------------------------------------------------------------------------------------------


def _digits(loop: Loop) -> Problem:
    return Problem(
        ask="What does this program print?",
        code=loop.code,
        numbers={value: span(10 ** (loop.count - 1), 10**loop.count - 1)},
        lines=(*_taken_apart(loop), *_last(loop)),
        slips=(*_turn_slips(loop), *_RESULT_SLIPS[loop.does](loop)),
        answer=Answer("integer", result),
        check=lambda at: _by_the_digits(loop, str(at["value"])),
        where=_where(loop),
    )


def _where(loop: Loop) -> tuple[Condition, ...]:
    """No digit is zero, and n is not the same read backwards."""
    return (*(less(0, each) for each in loop.digits), differ(loop.digits[0], loop.digits[-1]))


def _taken_apart(loop: Loop) -> Iterator[Line]:
    for turn in range(1, loop.count + 1):
        what = "% 10 leaves the last digit of what there is"
        yield Line(digit(turn), remainder(left(turn - 1), 10), f"{PLACES[turn - 1]}: {what}")
        if turn < loop.count:
            yield Line(left(turn), floor(left(turn - 1) / 10), f"n after turn {turn}: // 10 takes the last digit off")


def _last(loop: Loop) -> list[Line]:
    match loop.does:
        case "sum":
            return [Line(result, add(*loop.digits), "sum: of all digits")]
        case "squares":
            return [Line(result, add(*(each**2 for each in loop.digits)), "sum of the squares: of all digits")]
        case "product":
            return [Line(result, mul(*loop.digits), "product: of all digits")]
    return _put_together(loop)


def _found(loop: Loop, turn: int) -> Sym:
    """What has been put together after a turn: after the first one it is the last digit."""
    if turn == 1:
        return digit(1)
    return result if turn == loop.count else Sym(f"found_{turn}", f"r_{{{turn}}}")


def _put_together(loop: Loop) -> list[Line]:
    """Horner: what was found moves one place up for every further digit."""
    return [
        Line(
            _found(loop, turn),
            10 * _found(loop, turn - 1) + digit(turn),
            f"found after turn {turn}: one place up, and the next digit behind",
        )
        for turn in range(2, loop.count + 1)
    ]


def _turn_slips(loop: Loop) -> tuple[Slip, ...]:
    def taken(wrong: Callable[[Sym], Written]) -> dict[Sym, Written]:
        return {digit(turn): wrong(left(turn - 1)) for turn in range(1, loop.count + 1)}

    return (
        slip("no-remainder", "took all of n where % 10 leaves its last digit", taken(lambda now: now)),
        slip("quotient", "took // 10 where % 10 stands", taken(lambda now: floor(now / 10))),
        slip("by-a-hundred", "took two digits, as % 100 would", taken(lambda now: remainder(now, 100))),
    )


def _missing(loop: Loop, together: Callable[..., Expr]) -> tuple[Slip, ...]:
    return (
        slip("a-turn-short", "stopped when a single digit was left", {result: together(*loop.digits[:-1])}),
        slip("last-digit-lost", "left the last digit out", {result: together(*loop.digits[1:])}),
        slip("digits-counted", "counted the digits", {result: loop.count}),
    )


def _sum_slips(loop: Loop) -> tuple[Slip, ...]:
    return (
        *_missing(loop, add),
        slip("multiplied", "multiplied the digits", {result: mul(*loop.digits)}),
        slip("a-turn-more", "added the first digit twice", {result: add(*loop.digits, loop.digits[-1])}),
    )


def _squares_slips(loop: Loop) -> tuple[Slip, ...]:
    squares = [each**2 for each in loop.digits]
    return (
        *_missing(loop, lambda *some: add(*(each**2 for each in some))),
        slip("not-squared", "added the digits themselves", {result: add(*loop.digits)}),
        slip("squared-at-the-end", "squared the sum", {result: add(*loop.digits) ** 2}),
        slip("doubled", "doubled the digits instead of squaring them", {result: 2 * add(*loop.digits)}),
        slip("a-turn-more", "added the first digit's square twice", {result: add(*squares, squares[-1])}),
    )


def _product_slips(loop: Loop) -> tuple[Slip, ...]:
    return (
        *_missing(loop, mul),
        slip("added", "added the digits", {result: add(*loop.digits)}),
        slip("a-turn-more", "multiplied by the first digit twice", {result: mul(*loop.digits, loop.digits[-1])}),
    )


def _reversed_slips(loop: Loop) -> tuple[Slip, ...]:
    before = _found(loop, loop.count - 1)
    others = (10 ** (loop.count - 2 - place) * each for place, each in enumerate(loop.digits[1:]))
    return (
        slip("a-turn-short", "stopped when a single digit was left", {result: before}),
        slip("last-digit-lost", "left the last digit out", {result: add(*others)}),
        slip("forwards", "kept the order of the digits", {result: value}),
        slip("no-tens", "added the digits without moving them up", {result: add(*loop.digits)}),
        slip("a-turn-more", "moved all digits up once more", {result: 10 * (10 * before + loop.digits[-1])}),
    )


_RESULT_SLIPS: dict[str, Callable[[Loop], tuple[Slip, ...]]] = {
    "sum": _sum_slips,
    "squares": _squares_slips,
    "product": _product_slips,
    "reversed": _reversed_slips,
}


def _by_the_digits(loop: Loop, written: str) -> int:
    """The second way: the digits as they are written."""
    digits = list(map(int, written))
    match loop.does:
        case "sum":
            return sum(digits)
        case "squares":
            return sum(each * each for each in digits)
        case "product":
            return prod(digits)
    return int(written[::-1])


# --- how often it runs -------------------------------------------------------------------------------------------


def _halvings(until: int) -> Problem:
    ends = whole if until else turns
    down = "halvings down to 1: $2^k$ is the largest power of 2 that is not above $n$"
    last = () if until else (Line(turns, whole + 1, "turns: one more, from 1 to 0", result=True),)
    return Problem(
        ask="What does this program print?",
        code=HALVING.format(until),
        numbers={value: span(20, 2000, bounds=(2, 10**9))},
        lines=(Line(whole, floor(log2(value)), down, result=bool(until)), *last),
        slips=_halving_slips(ends, until),
        answer=Answer("integer", ends),
        check=lambda at: _by_running(at["value"], 2, until),
    )


def _halving_slips(ends: Sym, until: int) -> tuple[Slip, ...]:
    right = floor(log2(value)) + (0 if until else 1)
    end = (
        (
            slip("down-to-0", "went on to 0, though the loop ends at 1", {ends: right + 1}),
            slip("down-to-2", "stopped at 2, though the loop ends at 1", {ends: right - 1}),
        )
        if until
        else (slip("down-to-1", "stopped at 1, though the loop ends at 0", {ends: right - 1}),)
    )
    return (
        *end,
        slip("two-too-many", "counted two turns too many", {ends: right + 2}),
        slip("two-too-few", "counted two turns too few", {ends: right - 2}),
        slip("decimal-digits", "counted the decimal digits", {ends: floor(log10(value)) + 1}),
        slip("linear", "took half as many turns as the number says", {ends: floor(value / 2)}),
        slip("one-by-one", "took off 1 in every turn", {ends: value - until}),
        slip("square-root", "took the square root", {ends: floor(sqrt(value))}),
    )


def _formula(by: int, logarithm: Function) -> Problem:
    other, wrong = (log10, 10) if by == 2 else (log2, 2)
    return Problem(
        ask="How often does this loop run for a whole number $n \\ge 1$, as a formula in $n$?",
        code=DIVIDING.format(by),
        letters={n: among(1, 2, 3, 7, 8, 9, 10, 16, 31, 32, 99, 100, 345, 1000, 1024, 99_999)},
        lines=(
            Line(exact, logarithm(n), f"logarithm: how often $n$ is divided by {by} down to 1, if that came out even"),
            Line(whole, floor(exact), "rounded down: // drops the remainders"),
            Line(turns, whole + 1, "turns: one more, which makes 0", result=True),
        ),
        slips=(
            slip("down-to-1", "left out the last turn, which makes 0", {turns: whole}, 0.5),
            slip("one-too-many", "counted one turn too many", {turns: whole + 2}),
            slip("not-rounded", "did not round the logarithm", {whole: exact}, 0.5),
            slip("rounded-up", "rounded the logarithm up", {whole: ceil(exact)}),
            slip("other-base", f"took the logarithm to base {wrong}", {exact: other(n)}),
            slip("linear", f"divided by {by} once and took that for the turns", {exact: n / by}),
            slip("square-root", "took the square root for the logarithm", {exact: sqrt(n)}),
        ),
        answer=Answer("expression", turns),
        check=lambda at: _by_running(at["n"], by, 0),
    )


def _by_running(number: int, by: int, until: int) -> int:
    """The second way: the loop itself."""
    count = 0
    while number > until:
        number, count = number // by, count + 1
    return count


def _growth() -> Problem:
    def wrong(key: str, text: str, why: str) -> Slip:
        return Slip(key, why, text=text)

    return Problem(
        ask="Which is the tightest bound on how often this loop runs for a number $n$, in O notation?",
        code=DIVIDING.format(10),
        slips=(
            wrong("linear", "$O(n)$", "Taking off 1 in every turn would grow so; here each turn leaves a tenth."),
            wrong("constant", "$O(1)$", "A longer number has more digits, and each takes a turn."),
            wrong("linear-logarithmic", "$O(n \\log n)$", "There is one loop only, with the same work in every turn."),
            wrong(
                "square-root", "$O(\\sqrt{n})$", "A number of ten digits takes ten turns, and its root is over 30,000."
            ),
            wrong("exponential", "$O(2^n)$", "What doubles grows so; what is divided has a logarithm of turns."),
        ),
        answer=Answer("words", text="$O(\\log n)$"),
        note="Each turn divides $n$ by 10, so after $k$ turns about $n / 10^k$ is left: "
        "$\\lfloor \\log_{10} n \\rfloor + 1$ turns in all, one for every digit.",
        difficulty=2,
    )
