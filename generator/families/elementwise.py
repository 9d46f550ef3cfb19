"""Adding and multiplying vectors element by element, as the gates of a cell do."""

from __future__ import annotations

from generator.cells import read
from generator.derivation import Answer, Condition, Line, Problem, Slip, less, slip
from generator.family import family
from generator.notation import Expr, Sym, add
from generator.space import Axis, span, tenths

WHOLE = span(1, 9, bounds=(1, 99))
GATE = Axis(tuple(n / 10 for n in range(11)))  # shut, half open, open


@family(
    "elementwise",
    topic="By hand",
    sources=("002", "003"),
    tags=("lstm",),
    operation=("sum", "product"),
    numbers=("whole", "gate"),
    length=(3, 4),
)
def elementwise(operation: str, numbers: str, length: int) -> Problem:
    """The sum or the product of two vectors element by element, of whole numbers or of a state and a gate."""
    gate = numbers == "gate"
    a = Sym("state" if gate else "first", "a", (length,))
    b = Sym("gate" if gate else "second", "b", (length,))
    out = Sym("result", "c", (length,))
    is_sum = operation == "sum"
    places = None if not gate else 1 if is_sum else 2
    why = "sum: each entry with its own" if is_sum else "product: each entry with its own"
    return Problem(
        ask=_ask(is_sum, gate, a, b),
        numbers={a: tenths(1, 20), b: GATE} if gate else {a: WHOLE, b: WHOLE},
        lines=(Line(out, a + b if is_sum else a * b, why, places=places),),
        slips=tuple(_slips(is_sum, gate, a, b, out)),
        answer=Answer("vector", out),
        check=lambda n: _entry_by_entry(is_sum, gate, read(n, a), read(n, b)),
        where=_neither_shut_nor_open(b) if gate else (),
    )


def _ask(is_sum: bool, gate: bool, a: Sym, b: Sym) -> str:
    sign, verb = (r"\oplus", "added") if is_sum else (r"\otimes", "multiplied")
    what = "A state and a gate" if gate else "Two vectors"
    return (
        f"{what} are {verb} element by element:\n\n"
        f"$$\na = [[ {a.name} ]], \\quad b = [[ {b.name} ]]\n$$\n\nWhat is $c = a {sign} b$?"
    )


def _neither_shut_nor_open(gate: Sym) -> tuple[Condition, ...]:
    opened = add(*gate.parts)
    return (less(0, opened), less(opened, len(gate.parts)))


def _slips(is_sum: bool, gate: bool, a: Sym, b: Sym, out: Sym) -> list[Slip]:
    def wrong(key: str, words: str, expression: Expr) -> Slip:
        return slip(key, words, {out: expression})

    first = b.parts[0]
    common = [
        wrong("product-for-sum", "multiplied instead of adding", a * b)
        if is_sum
        else wrong("sum-for-product", "added instead of multiplying", a + b),
        wrong("product-on-top", "added the product to the first vector", a + a * b),
        wrong("one-number", "took the first entry of $b$ for every entry", a + first if is_sum else a * first),
        wrong("first-alone", "wrote down the first vector as it is", a),
    ]
    if gate:
        rest = 1 - b
        return [*common, wrong("complement", "took $1 - b$ instead of $b$", a + rest if is_sum else a * rest)]
    return [*common, wrong("second-alone", "wrote down the second vector as it is", b)]


def _entry_by_entry(is_sum: bool, gate: bool, a: list[float], b: list[float]) -> list[float]:
    """The second way: in whole tenths, one entry after the other."""
    if not gate:
        return [sum((x, y)) if is_sum else sum([x] * int(y)) for x, y in zip(a, b, strict=True)]
    tens = [(round(10 * x), round(10 * y)) for x, y in zip(a, b, strict=True)]
    return [(x + y) / 10 if is_sum else x * y / 100 for x, y in tens]
