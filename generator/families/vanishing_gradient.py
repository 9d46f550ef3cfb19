"""How small a gradient becomes on its way back through time, or how large, in numbers."""

from __future__ import annotations

from decimal import Decimal

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import ceil, floor, ln, log10
from generator.notation import Expr, Num, Sym, div
from generator.readout import partial
from generator.space import Axis, among, tenths

SLOPES = ("sigmoid", "tanh", "given")
STEPS: tuple[int | str, ...] = (2, 3, 4, "asked for")
VANISHING, EXPLODING = "vanishing", "exploding"
weight, slope, arrived, limit = (
    Sym("weight", "w_h"), Sym("slope", "m"), Sym("arrived", r"\delta"), Sym("limit", "n")
)  # fmt: skip
factor, left, steps = Sym("factor", "q"), Sym("left", r"\delta'"), Sym("steps", "k")
of_factor, of_limit, ratio = Sym("log_factor", r"\ell_q"), Sym("log_limit", r"\ell_n"), Sym("ratio", "r")
STEEPEST = {"sigmoid": (div(1, 4), "the sigmoid's at most, at 0"), "tanh": (Num(1), "that of tanh at most, at 0")}


@family(
    "vanishing-gradient",
    topic="Derivations",
    sources=("003",),
    tags=("rnn", "bptt", "vanishing"),
    goes=(VANISHING, EXPLODING),
    asked=("factor", "gradient"),
    slopes=SLOPES,
    steps=STEPS,
)
def vanishing_gradient(goes: str, asked: str, slopes: str, steps: int | str) -> Problem | None:
    """What is left of a gradient after some steps back through time, or after how many steps it is gone or exploded."""
    if isinstance(steps, str):
        return None if asked == "gradient" else Asked(goes, slopes).problem()
    if slopes == "given" and steps == 4:
        return None  # products of hundredths soon have more places than one works out by hand
    return Walked(goes, slopes, steps, asked == "gradient").problem()


class Way:
    """The way back through time: at every step the gradient is multiplied by the same factor."""

    def __init__(self, goes: str, slopes: str) -> None:
        self.goes, self.slopes = goes, slopes

    @property
    def given(self) -> bool:
        return self.slopes == "given"

    def numbers(self) -> dict[Sym, Axis]:
        """Weights for which the factor comes out in tenths, and a slope for which it does in hundredths."""
        vanishing = self.goes == VANISHING
        if self.given:
            return {
                slope: tenths(4, 9) if vanishing else tenths(5, 9),
                weight: among(*(n / 10 for n in range(4, 13) if n != 10)) if vanishing else tenths(20, 50),
            }
        parts = range(2, 10) if vanishing else [n for n in range(11, 30) if n % 10]
        scale = 4 if self.slopes == "sigmoid" else 1
        return {weight: among(*(scale * n / 10 for n in parts))}

    def where(self) -> tuple[Condition, ...]:
        if not self.given:
            return ()
        return (less(0.2, factor), less(factor, 0.85)) if self.goes == VANISHING else (less(1.1, factor),)

    def network(self) -> str:
        """The network in words, for a stem."""
        f = {"sigmoid": r"\sigma", "tanh": r"\tanh"}.get(self.slopes, "f")
        told = (
            "At every step the activation function has the slope $f' = [[ slope ]]$."
            if self.given
            else f"Take the largest slope that {'the sigmoid' if self.slopes == 'sigmoid' else 'tanh'} can have, "
            "at every step."
        )
        return (
            f"A recurrent network with one unit computes $h_t = {f}(w_x x_t + w_h h_{{t-1}})$ with the recurrent "
            f"weight $w_h = [[ weight ]]$. {told}"
        )

    def lines(self) -> list[Line]:
        why = "factor per step: chain rule, slope times recurrent weight"
        product = Line(factor, slope * weight, why, places={"sigmoid": 3, "tanh": 1, "given": 2}[self.slopes])
        if self.given:
            return [product]
        steepest, words = STEEPEST[self.slopes]
        places = {"sigmoid": 2}.get(self.slopes)
        return [Line(slope, steepest, f"slope: {words}", places=places), product]

    def slips(self) -> list[Slip]:
        found = [
            slip("no-recurrent-weight", "left out the recurrent weight", {factor: slope}),
            slip("added-within-a-step", "added slope and weight instead of multiplying", {factor: slope + weight}),
        ]
        if self.slopes != "tanh":
            found.append(slip("no-slope", "left out the derivative of the activation function", {factor: weight}))
        if self.slopes == "sigmoid":
            words = "took the sigmoid's value at 0, one half, for its slope"
            found.append(slip("value-for-slope", words, {slope: div(1, 2)}))
        if self.slopes == "tanh":
            found += [
                slip("slope-of-sigmoid", "took the largest slope of the sigmoid, 1/4, for that of tanh",
                     {slope: div(1, 4)}),
                slip("value-for-slope", "took one half for the slope of tanh at 0", {slope: div(1, 2)}),
            ]  # fmt: skip
        return found


class Walked(Way):
    """So many steps back. ``gradient``: asked for what is left of a gradient, and not for the factor alone."""

    def __init__(self, goes: str, slopes: str, back: int, gradient: bool) -> None:
        super().__init__(goes, slopes)
        self.back, self.gradient = back, gradient
        self.total = partial("h_T", f"h_{{T-{back}}}", "total")
        self.places = 2 * back if self.given else back + (goes == VANISHING)  # so that the product comes out even

    def problem(self) -> Problem:
        first = rf"\dfrac{{\partial h_T}}{{\partial h_{{T-{self.back}}}}}"
        wanted = (
            f"The gradient that arrives at $h_T$ is [[ arrived ]]. What is left of it at $h_{{T-{self.back}}}$, along "
            "the states?"
            if self.gradient
            else f"What is ${first}$, the factor for {self.back} steps back?"
        )
        numbers = self.numbers()
        return Problem(
            ask=f"{self.network()} {wanted} Give {self.places + self.gradient} decimals.",
            numbers={**numbers, arrived: tenths(1, 30)} if self.gradient else numbers,
            lines=tuple(self.lines()),
            slips=tuple(self.slips()),
            answer=Answer("decimal", left if self.gradient else self.total),
            check=self.step_by_step,
            where=self.where(),
        )

    def lines(self) -> list[Line]:
        found = super().lines()
        found.append(Line(self.total, factor**self.back, f"product: {self.back} equal factors", self.places,
                          result=not self.gradient))  # fmt: skip
        if self.gradient:
            found.append(Line(left, arrived * self.total, "gradient: chain rule, what arrives times the product",
                              self.places + 1, result=True))  # fmt: skip
        return found

    def slips(self) -> list[Slip]:
        back, total = self.back, self.total
        found = [
            slip("one-step-fewer", "took one step too few", {total: factor ** (back - 1) if back > 2 else factor}),
            slip("one-step-more", "took one step too many", {total: factor ** (back + 1)}),
            slip("times-the-steps", "multiplied by the number of steps instead of raising to its power",
                 {total: factor * back}),
            slip("divided-by-the-steps", "divided by the number of steps instead of raising to its power",
                 {total: factor / back}),
            slip("same-amount", "took the same amount away, or added it, at every step",
                 {total: 1 - back * (1 - factor)}),
            slip("steps-counted-twice", "raised to twice the power, once for the slope and once for the weight",
                 {total: factor ** (2 * back)}),
            slip("slope-once", "took the slope once and the weight at every step", {total: slope * weight**back}),
            slip("weight-once", "took the weight once and the slope at every step", {total: weight * slope**back}),
            *super().slips(),
        ]  # fmt: skip
        if self.gradient:
            found += [
                slip("added", "added the product instead of multiplying by it", {left: arrived + total}),
                slip("subtracted", "subtracted the product instead of multiplying by it", {left: arrived - total}),
                slip("product-alone", "left out the gradient that arrives", {left: total}),
            ]
        return found

    def step_by_step(self, n: Numbers) -> float:
        """The second way: one step after another."""
        steep = Decimal({"sigmoid": "0.25", "tanh": "1"}.get(self.slopes) or str(n["slope"]))
        gradient = Decimal(str(n["arrived"])) if self.gradient else Decimal(1)
        for _ in range(self.back):
            gradient *= steep * Decimal(str(n["weight"]))
        return float(gradient)


class Asked(Way):
    """Asked for the number of steps, until a gradient is less than a fraction, or more than a multiple, of itself."""

    def problem(self) -> Problem:
        until = (
            "less than $\\frac{1}{[[ limit ]]}$ of what it was"
            if self.goes == VANISHING
            else "more than [[ limit ]] times what it was"
        )
        return Problem(
            ask=f"{self.network()} After how many steps back is the gradient for the first time {until}? Keep 3 "
            "decimals of the logarithms, and 2 of their quotient.",
            numbers={**self.numbers(), limit: among(50, 100, 200, 500, 1000, bounds=(2, 1_000_000))},
            lines=tuple(self.lines()),
            slips=tuple(self.slips()),
            answer=Answer("integer", steps, unit="steps"),
            check=self.until,
            where=(*self.where(), less(0.1, ratio - floor(ratio)), less(ratio - floor(ratio), 0.9), less(1, steps),
                   less(steps, 40)),
        )  # fmt: skip

    def lines(self) -> list[Line]:
        sign = ", without its sign" if self.goes == VANISHING else ""
        return [
            *super().lines(),
            Line(of_factor, self._size(ln(factor)), f"logarithm of the factor: natural{sign}", places=3),
            Line(of_limit, ln(limit), "logarithm of the limit: natural as well", places=3),
            Line(ratio, of_limit / of_factor, "quotient: steps until the limit is reached", places=2),
            Line(steps, ceil(ratio), "steps: whole ones, so rounded up", result=True),
        ]

    def _size(self, logarithm: Expr) -> Expr:
        return -logarithm if self.goes == VANISHING else logarithm

    def slips(self) -> list[Slip]:
        return [
            slip("rounded-down", "rounded down, so that the limit is not yet passed", {steps: floor(ratio)}),
            slip("one-more", "added a step after rounding up", {steps: ceil(ratio) + 1}),
            slip("quotient-turned-round", "divided the wrong way round", {ratio: of_factor / of_limit}),
            slip("logarithms-subtracted", "subtracted the logarithms instead of dividing them",
                 {ratio: of_limit - of_factor}),
            slip("factor-for-its-logarithm", "divided by the factor itself, not by its logarithm",
                 {ratio: of_limit / factor}),
            slip("limit-for-its-logarithm", "divided the limit itself, not its logarithm", {of_limit: limit}),
            slip("decimal-logarithm-of-the-factor", "took the decimal logarithm of the factor beside a natural one",
                 {of_factor: self._size(log10(factor))}),
            slip("decimal-logarithm-of-the-limit", "took the decimal logarithm of the limit beside a natural one",
                 {of_limit: log10(limit)}),
            *(each for each in super().slips() if each.key in self._never_one()),
        ]  # fmt: skip

    def _never_one(self) -> tuple[str, ...]:
        """The slips whose factor is never one: its logarithm would be zero."""
        return () if self.slopes == "tanh" else ("no-slope", "no-recurrent-weight")

    def until(self, n: Numbers) -> int:
        """The second way: one step after another, until it is so far."""
        steep = n["slope"] if self.given else {"sigmoid": 0.25, "tanh": 1.0}[self.slopes]
        gradient, count = 1.0, 0
        while gradient >= 1 / n["limit"] if self.goes == VANISHING else gradient <= n["limit"]:
            gradient, count = gradient * steep * n["weight"], count + 1
        return count
