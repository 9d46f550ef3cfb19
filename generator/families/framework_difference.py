"""The same layers in Keras and in PyTorch: only their biases are counted differently."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.family import family
from generator.layers import GRU, LSTM, Bidirectional, Recurrent, SimpleRNN
from generator.layers.base import Dim, named
from generator.model import sequential
from generator.notation import Expr, Sym, add, as_expr, mul
from generator.notation import replace as put
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

    def biases(self, vector: Callable[[Recurrent], Expr]) -> dict[Sym, Expr]:
        """Keras' and PyTorch's biases of every layer: so many times one ``vector`` for every set and direction."""
        return {
            biases: layer.biases(framework) * vector(layer)
            for letter, framework in (("K", "keras"), ("P", "pytorch"))
            for biases, layer in zip(self.letters(letter), self.inner, strict=True)
        }

    def vector(self, layer: Recurrent, directions: int = 0, sets: int = 0, units: Dim = 0) -> Expr:
        """One bias vector for every set and direction, or for so many of them."""
        return mul(directions or self.directions, sets or layer.gates, as_expr(units or layer.units))

    @property
    def differences(self) -> list[Expr]:
        return [torch - keras for keras, torch in zip(self.letters("K"), self.letters("P"), strict=True)]

    def lines(self) -> Iterator[Line]:
        right = self.biases(self.vector)
        for n, (keras, torch, layer) in enumerate(
            zip(self.letters("K"), self.letters("P"), self.inner, strict=True), 1
        ):
            name = f"layer {n}" if len(self.cells) > 1 else layer.kind
            sets = f"each of the {layer.gates} sets" if layer.gates > 1 else "the one set"
            sets += " in both directions" if self.bidirectional else ""
            vectors = "two bias vectors" if layer.biases("keras") == 2 else "one bias vector"
            yield Line(keras, right[keras], f"{name} in Keras: {vectors} for {sets}")
            yield Line(torch, right[torch], f"{name} in PyTorch: two bias vectors for {sets}")
        why = "difference: PyTorch has more biases, and all else is the same"
        yield Line(D, add(*self.differences), why, result=True)

    def slips(self) -> Iterator[Slip]:
        yield from self._vectors()
        for key, words, wrong in (
            ("sets-forgotten", "counted one set of weights in every layer", lambda layer: self.vector(layer, sets=1)),
            ("set-missing", "left the candidate's set out", self._one_set_less),
            ("set-too-many", "counted a set of weights too many", self._one_set_more),
            ("one-bias-per-set", "counted one bias per set, and not one per unit of it",
             lambda layer: self.vector(layer, units=1)),
        ):  # fmt: skip
            yield Slip(key, words, self.biases(wrong))
        if len(self.cells) > 1:
            for n, kept in enumerate(reversed(self.differences), 1):
                yield slip(f"layer-missing-{n}", f"left layer {n} out", {D: kept})
            other = dict(zip(self.units, reversed(self.units), strict=True))
            swapped = self.biases(lambda layer: self.vector(layer, units=put(as_expr(layer.units), other)))
            yield Slip("units-swapped", "swapped the units of the two layers", swapped)
        if self.bidirectional:
            one = self.biases(lambda layer: self.vector(layer, directions=1))
            yield Slip("one-direction", "counted one direction only", one)
        else:
            two = self.biases(lambda layer: self.vector(layer, directions=2))
            yield Slip("two-directions", "counted two directions, where there is one", two)

    def _one_set_less(self, layer: Recurrent) -> Expr:
        return self.vector(layer, sets=max(layer.gates - 1, 1))

    def _one_set_more(self, layer: Recurrent) -> Expr:
        return self.vector(layer, sets=layer.gates + (layer.gates > 1))

    def _vectors(self) -> Iterator[Slip]:
        """More bias vectors or fewer than a framework has, or longer ones."""
        keras = dict(zip(self.letters("K"), self.inner, strict=True))
        torch = dict(zip(self.letters("P"), self.inner, strict=True))
        one = {biases: self.vector(layer) for biases, layer in keras.items()}
        yield Slip("keras-gru-one-bias", "forgot that Keras' GRU has two bias vectors, too", one)
        yield slip("keras-no-bias", "gave Keras no biases at all", dict.fromkeys(keras, 0))
        three = {biases: 3 * self.vector(layer) for biases, layer in torch.items()}
        yield Slip("pytorch-three-biases", "gave PyTorch a third bias vector", three)
        first, layer = next(iter(torch.items()))
        longer = self.vector(layer, units=as_expr(layer.units) + x)
        yield slip("bias-per-feature", "gave PyTorch's bias for the input one entry per feature", {first: longer})
