"""Recurrences, unrolled: substitute, see the pattern, reach the base case, add up, and prove what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as changed

from generator.algebra import opened
from generator.derivation import Answer, Line, Numbers, Problem, Slip, slip
from generator.family import family
from generator.functions import log2
from generator.notation import Expr, Sym, Written, add, as_expr, mul, replace
from generator.reading import latex
from generator.space import Axis, among, span

n, size = Sym("n"), Sym("argument", "n")
times, plus, base = Sym("multiplier", "a"), Sym("addend", "b"), Sym("base_case", "c")
steps, factor, start = Sym("substitutions", "k"), Sym("factor", "p"), Sym("start", "c")
added, T = Sym("added", "s"), Sym("T", "T(n)")
SMALL = span(1, 10)
POWERS = among(*(2**power for power in range(9)))


@dataclass(frozen=True)
class Rule:
    """T(n) = times · T(n − 1) + plus, or of T(n/2) where n is ``halved``; T(0), or T(1), is ``start``.

    ``plus`` None: n itself is added.
    """

    times: Written
    plus: Written | None
    start: Written
    halved: bool = False
    size: Sym = n

    @property
    def written(self) -> str:
        """The right-hand side, as LaTeX with holes for what is drawn."""
        front = "" if self.times == 1 else f"{_told(self.times)} "
        inner = "n/2" if self.halved else "n-1"
        return f"{front}T({inner})" + ("" if self.plus == 0 else _signed("n" if self.plus is None else self.plus))

    @property
    def name(self) -> str:
        return f"T(n) = {self.written}, T({self.least}) = {self.start}"

    @property
    def least(self) -> int:
        """The argument of the base case."""
        return int(self.halved)

    @property
    def growing(self) -> Expr:
        """What is added in a step."""
        return as_expr(self.size if self.plus is None else self.plus)

    @property
    def given(self) -> bool:
        """Whether the base case is drawn."""
        return isinstance(self.start, Expr)

    def value(self, at: int, numbers: Numbers) -> int:
        """The second way: the rule itself, again and again."""

        if at == self.least:
            return _number(self.start, numbers)
        below = self.value(at // 2 if self.halved else at - 1, numbers)
        return _number(self.times, numbers) * below + (at if self.plus is None else _number(self.plus, numbers))


def _number(written: Written, numbers: Numbers) -> int:
    """What a drawn number, or one that stands in the rule, is."""
    return int(numbers[written.name] if isinstance(written, Sym) else str(written))


def _told(written: Written) -> str:
    return f"[[ {written.name} ]]" if isinstance(written, Sym) else str(written)


def _signed(written: Written | str) -> str:
    """A term with the sign in front."""
    if isinstance(written, int) and written < 0:
        return f" - {-written}"
    return f" + {written if isinstance(written, str) else _told(written)}"


CONCRETE = (
    Rule(3, 0, 1),
    Rule(2, -1, 1),
    Rule(2, 1, 1),
    Rule(2, 3, 1),
    Rule(3, 2, 1),
    Rule(3, -2, 2),
    Rule(4, 3, 2),
    Rule(5, -4, 2),
    Rule(1, 3, 2),
    Rule(1, None, 3),
    Rule(1, None, 1),
    Rule(1, 1, 1, halved=True),
    Rule(1, 3, 2, halved=True),
    Rule(2, 1, 1, halved=True),
    Rule(2, 3, 1, halved=True),
    Rule(2, None, 1, halved=True),
    Rule(2, None, 2, halved=True),
)
RULES = {rule.name: rule for rule in CONCRETE}
DRAWN = {
    "a T(n-1) + b": Rule(times, plus, base, size=size),
    "T(n-1) + n": Rule(1, None, base, size=size),
    "T(n/2) + b": Rule(1, plus, base, halved=True, size=size),
    "2 T(n/2) + b": Rule(2, plus, base, halved=True, size=size),
    "2 T(n/2) + n": Rule(2, None, base, halved=True, size=size),
}


@family(
    "recurrence-unrolling",
    topic="Complexity",
    sources=("003",),
    tags=("recurrence", "recursion"),
    rule=(*RULES, *DRAWN),
    asked=("closed form", "substituted once", "value"),
)
def recurrence_unrolling(rule: str, asked: str) -> Problem | None:
    """What a recurrence comes to by unrolling it: as a formula, for a number, or after one substitution."""
    if rule in DRAWN:
        return _value(DRAWN[rule]) if asked == "value" else None
    found = RULES[rule]
    if asked == "closed form":
        return _closed_form(found)
    unrolls = asked == "substituted once" and found.times != 1 and not found.halved
    return _substituted(found) if unrolls else None


def _stem(rule: Rule) -> str:
    return (
        f"A recurrence says:\n\n$$\nT(n) = {rule.written} \\quad \\text{{for }} n > {rule.least}, \\qquad "
        f"T({rule.least}) = {_told(rule.start)}\n$$"
    )


def _closed_form(rule: Rule) -> Problem:
    lines = _lines(rule, shortened=True)
    powers = ", for $n$ a power of 2" if rule.halved else ""
    return Problem(
        ask=f"{_stem(rule)}\n\nUnroll it: what is $T(n)$ as a formula in $n${powers}?",
        letters={n: POWERS if rule.halved else SMALL},
        lines=lines,
        slips=_slips(rule),
        answer=Answer("expression", T),
        check=lambda at: rule.value(at["n"], at),
        note=_note(rule, opened(lines, T)),
    )


def _value(rule: Rule) -> Problem:
    return Problem(
        ask=f"{_stem(rule)}\n\nUnroll it: what is $T([[ argument ]])$?",
        numbers=_numbers(rule),
        lines=_lines(rule, shortened=False),
        slips=_slips(rule),
        answer=Answer("integer", T),
        check=lambda at: rule.value(at["argument"], at),
    )


def _numbers(rule: Rule) -> dict[Sym, Axis]:
    found = {times: span(2, 4, bounds=(2, 20))} if rule.times == times else {}
    found |= {plus: span(1, 9, bounds=(1, 1000))} if rule.plus == plus else {}
    longest = span(3, 7, bounds=(1, 20)) if rule.times == times else span(5, 20, bounds=(1, 1000))
    sizes = among(8, 16, 32, 64, 128, 256) if rule.halved else longest
    return {**found, base: span(1, 6, bounds=(1, 1000)), size: sizes}


# --- the working -------------------------------------------------------------------------------------------------


def _lines(rule: Rule, shortened: bool) -> tuple[Line, ...]:
    """Substitutions, factor, sum and base case, as far as the rule has them, and what they make together."""
    parts = (
        "the base case" + (" times the factor" if rule.times != 1 else "") + (", and the sum" if rule.plus != 0 else "")
    )
    whole = Line(T, _together(rule), f"closed form: {parts}", result=True)
    found = (*_counted(rule), *_factor(rule), *_added(rule), *_base(rule), whole)
    return tuple(changed(line, shortened=shortened) for line in found)


def _counts(rule: Rule) -> bool:
    """Whether it is needed how many substitutions there are: not for 2^k = n alone."""
    return not (rule.halved and rule.times == 2 and rule.plus is not None)


def _many(rule: Rule) -> Expr:
    return log2(rule.size) if rule.halved else rule.size


def _counted(rule: Rule) -> list[Line]:
    down = "each halves the argument, down to 1" if rule.halved else "each takes 1 off the argument, down to 0"
    return [Line(steps, _many(rule), f"substitutions: {down}")] if _counts(rule) else []


def _factor(rule: Rule) -> list[Line]:
    if rule.times == 1:
        return []
    if rule.halved:
        return [Line(factor, rule.size, "pattern: the factor is $2^k$, and $n/2^k = 1$ makes it $n$")]
    return [Line(factor, rule.times**steps, "pattern: every substitution multiplies by the factor once more")]


def _added(rule: Rule) -> list[Line]:
    if rule.plus == 0:
        return []
    if rule.plus is None:
        if rule.halved:
            return [Line(added, rule.size * steps, "sum: every substitution adds n, in two halves, four quarters …")]
        return [Line(added, steps * (steps + 1) / 2, "arithmetic sum: $n + (n - 1) + \\dots + 1$")]
    if rule.times == 1:
        return [Line(added, rule.growing * steps, "sum: every substitution adds the same")]
    a = "a" if isinstance(rule.times, Sym) else str(rule.times)
    series = f"geometric sum: $1 + {a} + \\dots + {a}^{{k-1}}$, the factors of what is added"
    return [Line(added, (factor - 1) / _less_one(rule.times), series)]


def _less_one(written: Written) -> Written:
    return written - 1


def _base(rule: Rule) -> list[Line]:
    return [] if rule.given else [Line(start, as_expr(rule.start), f"base case: $T({rule.least})$ is given")]


def _first(rule: Rule) -> Expr:
    return base if rule.given else start


def _sum(rule: Rule) -> Expr:
    """All that is added on the way."""
    if rule.plus == 0:
        return as_expr(0)
    if rule.plus is None or rule.times == 1:
        return added
    if isinstance(rule.plus, int) and rule.plus < 0:
        return -mul(-rule.plus, added)
    return mul(rule.plus, added)


def _together(rule: Rule) -> Expr:
    return add(_first(rule) if rule.times == 1 else factor * _first(rule), _sum(rule))


# --- what goes wrong ---------------------------------------------------------------------------------------------


def _slips(rule: Rule) -> tuple[Slip, ...]:
    found = _step_slips(rule) if _counts(rule) else ()
    if rule.times != 1:
        found += _factor_slips(rule)
    if rule.plus is None:
        found += _growing_slips(rule)
    elif rule.plus != 0:
        found += _sum_slips(rule)
    return found + _base_slips(rule)


def _step_slips(rule: Rule) -> tuple[Slip, ...]:
    a = "a" if isinstance(rule.times, Sym) else rule.times
    ahead = (
        slip("one-step-short", "stopped one substitution short of the base case", {steps: _many(rule) - 1})
        if rule.times == 1 or rule.halved
        else slip("index-ahead", f"let the argument run ahead of the factor, as in ${a}^2 T(n-3)$",
                  {steps: rule.size - 1})
    )  # fmt: skip
    found = (ahead, slip("one-step-more", "substituted once too often", {steps: _many(rule) + 1}))
    if rule.halved:
        return (*found, slip("one-by-one", "took 1 off the argument instead of halving it", {steps: rule.size - 1}),
                slip("half", "took half of n for the number of halvings", {steps: rule.size / 2}))  # fmt: skip
    return found


def _factor_slips(rule: Rule) -> tuple[Slip, ...]:
    if rule.halved:
        found = [slip("factor-squared", "took the square of n for the factor", {factor: rule.size**2})]
    else:
        found = [
            slip("factors-added", "added the factors instead of multiplying them", {factor: rule.times * steps}),
            slip("base-and-exponent", "exchanged base and exponent of the factor", {factor: steps**rule.times}),
        ]
    if rule.plus in (0, None):  # else the sum would be that of an addition made once
        found.append(slip("multiplied-once", "multiplied by the factor once only", {factor: rule.times}))
    return tuple(found)


def _growing_slips(rule: Rule) -> tuple[Slip, ...]:
    if rule.halved:
        return (
            slip("added-once", "counted what is added once only", {added: rule.size}),
            slip("halved-as-well", "halved what is added, and forgot that there are twice as many",
                 {added: 2 * rule.size - 2}),
            slip("ones", "added 1 in every substitution", {added: steps}),
        )  # fmt: skip
    return (
        slip("n-every-time", "added n in every substitution", {added: steps * steps}),
        slip("not-halved", "did not halve the sum", {added: steps * (steps + 1)}),
        slip("ones", "added 1 in every substitution", {added: steps}),
    )


def _sum_slips(rule: Rule) -> tuple[Slip, ...]:
    if rule.times == 1:
        return (
            slip("added-once", "counted what is added once only", {added: rule.growing}),
            slip("multiplied-up", "multiplied what is added instead of adding it up", {added: rule.growing**steps}),
            slip("steps-only", "added 1 in every substitution", {added: steps}),
        )
    under = _less_one(rule.times)
    found = (
        slip("added-once", "counted what is added once only", {added: 1}),
        slip("without-factors", "added the same in every substitution, without the factors in front",
             {added: steps if _counts(rule) else _many(rule)}),
        slip("one-not-subtracted", "forgot to subtract 1 in the geometric sum", {added: factor / under}, 0.5),
    )  # fmt: skip
    if rule.times == 2:
        return found
    return (*found, slip("not-divided", "did not divide the geometric sum by the factor less one", {added: factor - 1}))


def _base_slips(rule: Rule) -> tuple[Slip, ...]:
    first, many = _first(rule), as_expr(1) if rule.times == 1 else factor
    found = [slip("subtracted", "turned the sign of the sum around", {T: add(many * first, -_sum(rule))})]
    if rule.plus != 0:
        found.append(slip("base-left-out", "left out the base case", {T: _sum(rule)}))
    if rule.times != 1:
        found.append(slip("base-not-multiplied", "did not multiply the base case", {T: add(first, _sum(rule))}))
    return tuple(found)


# --- unrolled, as one writes it down -----------------------------------------------------------------------------


def _unrolled(rule: Rule, count: int, argument: str = "") -> str:
    """The right-hand side when the rule has been used so many times; ``argument``: another than it should be."""
    front = "" if rule.times == 1 else f"{_power(rule, count)} "
    inner = argument or (f"n/{2**count}" if rule.halved else f"n-{count}")
    return f"{front}T({inner})" + "".join(_term(rule, level) for level in reversed(range(count)))


def _power(rule: Rule, exponent: int) -> str:
    return f"{rule.times}" if exponent == 1 else f"{rule.times}^{exponent}"


def _term(rule: Rule, level: int) -> str:
    """What the rule adds at a level, with the factors that have come in front of it."""
    if rule.plus is None:
        return " + n" if rule.halved or not level else f" + (n-{level})"
    plus = rule.plus if isinstance(rule.plus, int) else 0
    if not plus:
        return ""
    factors = [] if rule.times == 1 or not level else [_power(rule, level)]
    size = [str(abs(plus))] if abs(plus) != 1 or not factors else []
    return (" - " if plus < 0 else " + ") + r" \cdot ".join(size + factors)


def _note(rule: Rule, closed: Expr) -> str:
    """The first lines unrolled, and the formula put into the rule: that proves it."""
    unrolled = " = ".join(_unrolled(rule, count) for count in (1, 2, 3))
    below = replace(closed, {n: n / 2 if rule.halved else n - 1})
    back = latex(add(mul(rule.times, below), rule.growing), times=" ")
    least = dict.fromkeys((latex(replace(closed, {n: as_expr(rule.least)}), times=" "), str(rule.start)))
    return (
        f"Unrolled: $T(n) = {unrolled}$, and so on.\n\n"
        f"Proof by substitution: put into the rule, the formula gives itself again, ${rule.written} = {back} = "
        f"{latex(closed, times=' ')}$; and in the base case it gives $T({rule.least}) = {' = '.join(least)}$."
    )


def _substituted(rule: Rule) -> Problem:
    """The first substitution, as words: the wrong options are lines that look like it."""
    a, right = rule.times, _unrolled(rule, 2)
    tail = right.partition(")")[2]

    def wrong(key: str, line: str, why: str) -> Slip:
        return Slip(key, why, text=f"$T(n) = {line}$")

    found = [
        wrong("index-ahead", f"{a}^2 T(n-3){tail}",
              f"One substitution takes 1 off the argument: with ${a}^2$ goes $T(n-2)$."),
        wrong("index-kept", f"{a}^2 T(n-1){tail}", "What is put in for $T(n-1)$ speaks of $T(n-2)$."),
        wrong("not-multiplied", f"{a} T(n-2){tail}", f"What is put in has a factor {a} of its own: ${a} \\cdot {a}$."),
        wrong("power-too-high", f"{a}^3 T(n-2){tail}", f"The factor {a} has come in twice, not three times."),
    ]  # fmt: skip
    if rule.plus != 0:
        found += [
            wrong("bracket-forgotten", f"{a}^2 T(n-2){2 * _term(rule, 0)}",
                  f"All that is put in is multiplied by {a}, what is added in it as well."),
            wrong("outer-lost", f"{a}^2 T(n-2){_term(rule, 1)}", "What the rule adds itself still stands behind."),
        ]  # fmt: skip
    return Problem(
        ask=f"{_stem(rule)}\n\nOn the right, $T(n-1)$ is replaced by what the rule says of it. What comes out?",
        slips=tuple(found),
        answer=Answer("words", text=f"$T(n) = {right}$"),
        note=f"$T(n-1) = {_unrolled(rule, 1).replace('n-1', 'n-2')}$, and all of it goes where $T(n-1)$ stands.",
        difficulty=2,
    )
