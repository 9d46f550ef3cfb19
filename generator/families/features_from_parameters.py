"""Backwards: from the number of parameters to the features that a layer sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.families.recurrent_parameters import configured
from generator.family import family
from generator.layers import CONVENTIONS, GRU, LSTM, Dense, Layer, Recurrent, SimpleRNN
from generator.listing import counted
from generator.model import sequential
from generator.notation import Expr, Num, Sym, as_expr
from generator.space import among, span

x, h, N = Sym("features", "x"), Sym("units", "h"), Sym("parameters", "N")
A, B, d = Sym("A"), Sym("B"), Sym("d")


@family(
    "features-from-parameters",
    topic="Counting parameters",
    sources=("000", "001", "002"),
    tags=("backwards",),
    layer=(Dense, SimpleRNN, LSTM, GRU),
    bias=(True, False),
    convention=CONVENTIONS,
)
def features_from_parameters(layer: type[Layer], bias: bool, convention: str) -> Problem | None:
    """How many features a layer sees, given its parameters and units."""
    if convention != "classic" and (layer is Dense or not bias):
        return None  # the conventions agree
    if layer is Dense and not bias:
        return None  # a single division
    if issubclass(layer, Recurrent):
        cell = configured(layer, convention, units=h, use_bias=bias)
        unit, model = Unit(cell.gates, cell.biases(convention), recurrent=True), sequential((None, x), (cell,))
    else:
        unit, model = Unit(1, 1, recurrent=False), sequential((x,), (Dense(h),))
    told = model.layers[0].words()
    return Problem(
        ask=f"{told[0].upper()}{told[1:]} has [[ parameters ]] parameters. How many features does it see"
        f"{' at every timestep' if unit.recurrent else ''}? {counted(model, convention)}".strip(),
        numbers={
            x: span(4, 512, bounds=(1, 100_000)),
            h: among(8, 10, 12, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 200, 256, bounds=(2, 10_000)),
        },
        given={N: as_expr(model.parameters(convention))},
        lines=tuple(unit.lines()),
        slips=tuple(unit.slips()),
        answer=Answer("integer", d, unit="features"),
        proves={d: x},
        check=unit.by_trial,
        where=(differ(x, h),),
        model=model.config(),
        convention=convention,
    )


@dataclass(frozen=True)
class Unit:
    """One unit of one set of weights: it has a weight for every feature, one for every unit if it is recurrent, and
    its biases.
    """

    sets: int
    biases: int
    recurrent: bool

    @property
    def loops(self) -> Expr:
        """The weights that lead from every unit to this one."""
        return h if self.recurrent else Num(0)

    def lines(self) -> Iterator[Line]:
        many = "a dense layer has one set" if not self.recurrent else "there is one set"
        sets = f"there are {self.sets} of them" if self.sets > 1 else many
        rest = ["a weight for every unit"] * self.recurrent + ["a bias"] * (self.biases == 1)
        rest += ["two biases"] * (self.biases == 2)
        yield Line(A, N / self.sets, f"one set of weights: {sets}")
        yield Line(B, A / h, "one unit: all units have as many weights")
        yield Line(d, B - self.loops - self.biases, f"features: without {' and '.join(rest)}", result=True)

    def slips(self) -> Iterator[Slip]:
        sets, biases, loops = self.sets, self.biases, self.loops
        if sets > 1:
            yield slip("gates-forgotten", "did not divide by the number of weight sets", {A: N})
            yield slip("one-gate-fewer", f"divided by {sets - 1} weight sets instead of {sets}", {A: N / (sets - 1)})
            yield slip("one-gate-more", f"divided by {sets + 1} weight sets instead of {sets}", {A: N / (sets + 1)})
        yield slip("two-directions", "halved the count, as if of two directions", {A: N / (2 * sets)})
        yield slip("units-and-one", "divided by one more than the units", {B: A / (h + 1)})
        yield slip("units-less-one", "divided by one less than the units", {B: A / (h - 1)})
        if self.recurrent:
            yield slip("no-recurrent-weights", "left the recurrent weights in", {d: B - biases})
            yield slip("recurrent-weights-twice", "took the recurrent weights off twice", {d: B - 2 * h - biases})
        else:
            yield slip("recurrent-anyway", "took off recurrent weights, too", {d: B - h - biases})
        if biases:
            words = "left the bias in" if biases == 1 else "left both biases in"
            yield slip("no-bias", words, {d: B - loops}, credit=0.5)
            yield slip("bias-added", "added the bias instead of taking it off", {d: B - loops + biases})
        if biases == 2:
            yield slip("one-bias", "took off one bias, where there are two", {d: B - loops - 1}, credit=0.5)
        many = {0: "a bias, where there is none", 1: "two biases, where there is one", 2: "three biases instead of two"}
        yield slip("bias-too-many", f"took off {many[biases]}", {d: B - loops - (biases + 1)})

    def by_trial(self, numbers: Numbers) -> int:
        """The second way: one feature more until the parameters fit."""
        units, features = int(numbers["units"]), 1
        while self._count(units, features) < numbers["parameters"]:
            features += 1
        return features

    def _count(self, units: int, features: int) -> int:
        """Every weight of every unit, one set after the other."""
        return sum(features + units * self.recurrent + self.biases for _ in range(self.sets) for _ in range(units))
