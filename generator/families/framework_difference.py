"""The same layers in Keras and in PyTorch: only their biases are counted differently."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.family import family
from generator.layers import GRU, LSTM, Bidirectional, Recurrent, SimpleRNN
from generator.layers.base import named
from generator.model import sequential
from generator.notation import Expr, Sym, add, as_expr
from generator.space import among, span

x, D = Sym("features", "x"), Sym("D")
UNITS = (8, 10, 12, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 200, 256)
NOTHING = "nothing"


@family(
    "framework-difference",
    topic="Counting parameters",
    sources=("000", "001"),
    tags=("rnn", "conventions"),
    first=(SimpleRNN, LSTM, GRU),
    second=(NOTHING, SimpleRNN, LSTM, GRU),
    bidirectional=(False, True),
)
def framework_difference(first: type[Recurrent], second: type[Recurrent] | str, bidirectional: bool) -> Problem | None:
    """By how many parameters Keras' and PyTorch's counts of the same recurrent layers differ."""
    cells = [cell for cell in (first, second) if isinstance(cell, type)]
    if LSTM not in cells and cells != [SimpleRNN, SimpleRNN]:
        return None  # there is no difference, or it is one layer's units: nothing to work out
    stack = Stack(tuple(cells), bidirectional)
    model = sequential((None, x), stack.layers)
    many = "Both layers are" if len(cells) > 1 else "It is"
    alias = " Keras' `SimpleRNN` is PyTorch's `nn.RNN`." if SimpleRNN in cells else ""
    below, *above = (layer.words() for layer in stack.layers)
    return Problem(
        ask=f"A{below[1:]} sees [[ features ]] features at every timestep"
        + "".join(f", and {words} sees its outputs" for words in above)
        + f". {many} built in Keras and in PyTorch with the default settings.{alias} By how many parameters do the two "
        "counts differ?",
        numbers={
            x: span(8, 300, bounds=(1, 100_000)),
            **{h: among(*UNITS, bounds=(1, 10_000)) for h in stack.units},
        },
        lines=tuple(stack.lines()),
        slips=tuple(stack.slips()),
        answer=Answer("integer", D, unit="parameters more in PyTorch"),
        proves={D: as_expr(model.parameters("pytorch")) - as_expr(model.parameters("keras"))},
        model=model.config(),
    )


@dataclass(frozen=True)
class Stack:
    """One or two recurrent layers in both frameworks."""

    cells: tuple[type[Recurrent], ...]
    bidirectional: bool

    @property
    def units(self) -> list[Sym]:
        several = len(self.cells) > 1
        return [
            Sym("units" if n == 1 else f"units_{n}", f"h_{{{n}}}" if several else "h")
            for n in range(1, len(self.cells) + 1)
        ]

    @property
    def inner(self) -> list[Recurrent]:
        last = self.units[-1]
        return [cell(h, return_sequences=h != last) for cell, h in zip(self.cells, self.units, strict=True)]

    @property
    def layers(self) -> tuple[Recurrent | Bidirectional, ...]:
        return tuple(Bidirectional(layer) if self.bidirectional else layer for layer in self.inner)

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    def letters(self, letter: str) -> list[Sym]:
        several = len(self.cells) > 1
        return [named(letter, str(n) if several else "") for n in range(1, len(self.cells) + 1)]

    @property
    def differences(self) -> list[Expr]:
        return [torch - keras for keras, torch in zip(self.letters("K"), self.letters("P"), strict=True)]

    def biases(self, of: Callable[[Recurrent], Expr]) -> dict[Sym, Expr]:
        """Keras' and PyTorch's biases in every layer, if one bias vector of a set is as long as ``of`` says."""
        keras = {b: of(layer) * layer.biases("keras") for b, layer in zip(self.letters("K"), self.inner, strict=True)}
        torch = {b: of(layer) * layer.biases("pytorch") for b, layer in zip(self.letters("P"), self.inner, strict=True)}
        return keras | torch

    def vectors(self, layer: Recurrent) -> Expr:
        """One bias vector for every set of weights, in every direction."""
        return self.directions * layer.gates * as_expr(layer.units)

    def lines(self) -> Iterator[Line]:
        right = self.biases(self.vectors)
        for keras, torch, layer in zip(self.letters("K"), self.letters("P"), self.inner, strict=True):
            sets = f"each of the {layer.gates} sets" if layer.gates > 1 else "the one set"
            both = " in both directions" if self.bidirectional else ""
            vectors = "two bias vectors" if layer.biases("keras") == 2 else "one bias vector"
            yield Line(keras, right[keras], f"{layer.kind} in Keras: {vectors} for {sets}{both}")
            yield Line(torch, right[torch], f"{layer.kind} in PyTorch: two bias vectors for {sets}{both}")
        why = "difference: PyTorch has more biases, and all else is the same"
        yield Line(D, add(*self.differences), why, result=True)

    def slips(self) -> Iterator[Slip]:
        yield from self._biases()
        yield from self._sets()
        if len(self.cells) > 1:
            for n, kept in enumerate(reversed(self.differences), 1):
                yield slip(f"layer-missing-{n}", f"left layer {n} out", {D: kept})
            swapped: dict[object, Sym] = dict(zip(self.units, reversed(self.units), strict=True))
            other = self.biases(lambda layer: self.directions * layer.gates * swapped[layer.units])
            yield Slip("units-swapped", "swapped the units of the two layers", other)
        if self.bidirectional:
            one = self.biases(lambda layer: layer.gates * as_expr(layer.units))
            yield Slip("one-direction", "counted one direction only", one)
        else:
            twice = self.biases(lambda layer: 2 * self.vectors(layer))
            yield Slip("two-directions", "counted two directions, where there is one", twice)

    def _biases(self) -> Iterator[Slip]:
        keras = dict(zip(self.letters("K"), self.inner, strict=True))
        torch = dict(zip(self.letters("P"), self.inner, strict=True))
        one = {b: self.vectors(layer) for b, layer in keras.items()}
        yield Slip("keras-gru-one-bias", "forgot that Keras' GRU has two bias vectors, too", one)
        yield slip("keras-no-bias", "gave Keras no biases at all", dict.fromkeys(keras, 0))
        three = {b: 3 * self.vectors(layer) for b, layer in torch.items()}
        yield Slip("pytorch-three-biases", "gave PyTorch a third bias vector", three)
        first, layer = next(iter(torch.items()))
        per_feature = self.directions * layer.gates * (as_expr(layer.units) + x)
        yield slip("bias-per-feature", "gave PyTorch's bias for the input one entry per feature", {first: per_feature})

    def _sets(self) -> Iterator[Slip]:
        """One bias vector for too few sets, or for too many."""
        yield Slip("sets-forgotten", "counted one set of weights in every layer", self.biases(
            lambda layer: self.directions * as_expr(layer.units)))  # fmt: skip
        yield Slip("set-missing", "left the candidate's set out", self.biases(
            lambda layer: self.directions * max(layer.gates - 1, 1) * as_expr(layer.units)))  # fmt: skip
        yield Slip("set-too-many", "counted a set of weights too many", self.biases(
            lambda layer: self.directions * (layer.gates + (layer.gates > 1)) * as_expr(layer.units)))  # fmt: skip
        yield Slip("one-bias-per-set", "counted one bias per set, and not one per unit of it", self.biases(
            lambda layer: as_expr(self.directions * layer.gates)))  # fmt: skip
