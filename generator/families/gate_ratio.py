"""SimpleRNN, GRU and LSTM compared by their sets of weights: 1 : 3 : 4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.families.recurrent_parameters import configured
from generator.family import family
from generator.layers import CONVENTIONS, GRU, LSTM, Recurrent, SimpleRNN
from generator.listing import counted
from generator.model import sequential
from generator.notation import Expr, Sym, as_expr
from generator.space import among, span

x, h, N = Sym("features", "x"), Sym("units", "h"), Sym("parameters_given", "N")
S, R, M = Sym("S"), Sym("R"), Sym("M")
CELLS = (SimpleRNN, GRU, LSTM)


@family(
    "gate-ratio",
    topic="Counting parameters",
    sources=("000", "001", "003"),
    tags=("rnn",),
    given=CELLS,
    wanted=CELLS,
    ask=("count", "difference"),
    convention=CONVENTIONS,
)
def gate_ratio(given: type[Recurrent], wanted: type[Recurrent], ask: str, convention: str) -> Problem | None:
    """How many parameters a recurrent layer has, or how many more, given those of another kind of the same size."""
    if given is wanted or (convention == "keras" and GRU not in (given, wanted)):
        return None  # without the GRU, Keras counts as textbooks do
    if convention != "classic" and ask == "difference":
        return None  # so many sets more: as textbooks count
    first, second = (configured(cell, convention, units=h) for cell in (given, wanted))
    pair = Pair(first, second, convention, ask)
    known, other = (sequential((None, x), (layer,)) for layer in (first, second))
    counts = as_expr(known.parameters(convention)), as_expr(other.parameters(convention))
    told = counted(known if given.gates > wanted.gates else other, convention)
    return Problem(
        ask=f"{_a(given).capitalize()} `{given.__name__}` layer of [[ units | counted('unit') ]] has "
        f"[[ parameters_given ]] parameters. How many {pair.more} does {_a(wanted)} `{wanted.__name__}` layer with as "
        f"many units and the same input features have? {told}",
        numbers={
            x: span(8, 300, bounds=(1, 100_000)),
            h: among(8, 10, 12, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 200, 256, bounds=(1, 10_000)),
        },
        given={N: counts[0]},
        lines=tuple(pair.lines()),
        slips=tuple(pair.slips()),
        answer=Answer("integer", pair.result, unit=pair.more),
        proves={pair.result: pair.proven(*counts)},
        model=other.config(),
        convention=convention,
    )


def _a(cell: type[Recurrent]) -> str:
    return "an" if cell is LSTM else "a"


@dataclass(frozen=True)
class Pair:
    """Two layers with the same units and features: one whose count is given, and one whose count is wanted, or by how
    much it differs.
    """

    given: Recurrent
    wanted: Recurrent
    convention: str
    ask: str

    @property
    def more(self) -> str:
        """What is asked for, in words."""
        if self.ask == "count":
            return "parameters"
        return "more parameters" if self.wanted.gates > self.given.gates else "fewer parameters"

    @property
    def sets(self) -> int:
        """How many sets of weights the answer is made of."""
        return self.wanted.gates if self.ask == "count" else abs(self.wanted.gates - self.given.gates)

    @property
    def more_biases(self) -> int:
        """How many bias vectors more a set of the wanted layer has."""
        return self.wanted.biases(self.convention) - self.given.biases(self.convention)

    @property
    def one(self) -> Sym:
        """The size of one set of the wanted layer."""
        return R if self.more_biases else S

    @property
    def result(self) -> Sym:
        return M if self.sets > 1 else self.one

    def proven(self, given: Expr, wanted: Expr) -> Expr:
        """What the result must come to, by the counts of the two layers."""
        return wanted if self.ask == "count" else given - wanted if self.more.startswith("fewer") else wanted - given

    def lines(self) -> Iterator[Line]:
        given, wanted = self.given, self.wanted
        many = f"{given.gates} sets of weights" if given.gates > 1 else "one set of weights"
        why = f"one set: {_a(type(given))} {given.kind} has {many}, {_a(type(wanted))} {wanted.kind} {wanted.gates}"
        yield Line(S, N / given.gates, why, result=self.result == S)
        if self.more_biases:
            told = (
                "Keras' GRU has a bias vector more" if self.more_biases > 0 else "only Keras' GRU has two bias vectors"
            )
            yield Line(R, S + self.more_biases * h, f"set of the {wanted.kind}: {told}", result=self.result == R)
        if self.sets > 1:
            told = f"{wanted.kind}: {self.sets} sets" if self.ask == "count" else f"difference: {self.sets} sets"
            yield Line(M, self.sets * self.one, told, result=True)

    def slips(self) -> Iterator[Slip]:
        g, w, sets, one = self.given.gates, self.wanted.gates, self.sets, self.one
        if g > 1:
            yield slip("given-not-divided", f"did not divide by the {g} sets of the {self.given.kind}", {S: N})
            yield slip("given-set-missing", f"divided by {g - 1} sets and forgot the candidate's", {S: N / (g - 1)})
        told = f"{g + 1} sets, where there {'are' if g > 1 else 'is'} {g}"
        yield slip("given-set-too-many", f"divided by {told}", {S: N / (g + 1)})
        yield slip("set-missing", f"multiplied by {sets - 1} instead of {sets}", {M: (sets - 1) * one})
        yield slip("set-too-many", f"multiplied by {sets + 1} instead of {sets}", {M: (sets + 1) * one})
        if self.ask == "difference":
            yield slip("whole-count", "gave the whole count, not the difference", {self.result: w * N / g})
            yield slip("sets-of-the-other", f"divided by the sets of the {self.wanted.kind}", {S: N / w})
        else:
            yield slip("upside-down", "turned the ratio upside down", {self.result: g * N / w})
            if g > 1 and w > 1:
                words = "counted the gates only and left the candidates out"
                yield slip("gates-only", words, {S: N / (g - 1), M: (w - 1) * one})
        if self.more_biases:
            yield slip("exact-ratio", "took the ratio to be exact, where the GRU has a bias vector more", {R: S})
            yield slip("bias-the-wrong-way", "moved the bias vector the wrong way", {R: S - self.more_biases * h})
        else:
            yield slip("no-bias", "took the biases off every set", {S: N / g - h})
            yield slip("second-bias", "gave every set another bias vector", {S: N / g + h})
        yield slip("two-directions", "doubled the set, as for two directions", {S: 2 * N / g})
        yield slip("half", "halved the set, as if the count were that of two directions", {S: N / (2 * g)})
