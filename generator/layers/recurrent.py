"""Recurrent layers and the two directions around them.

All of them are one formula, gates · (kernel + recurrent kernel + biases); the conventions differ in the biases only:
classic has one per gate and unit, PyTorch two, Keras one but two in its default GRU (``reset_after=True``).
Sources: the notes (classic), the weights of Keras 3 and PyTorch 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from generator.derivation import Line, Slip, slip
from generator.errors import ModelError, NoEquivalent
from generator.layers.base import Dim, Layer, Shape, Weight, Worked, expect_rank, named
from generator.layers.writing import source, units
from generator.notation import Expr, Sym, add, as_expr


@dataclass(frozen=True)
class Recurrent(Layer):
    """kernel (features, gates·units), recurrent kernel (units, gates·units), bias (gates·units,)."""

    abstract: ClassVar[bool] = True

    units: Dim = 1
    use_bias: bool = True
    return_sequences: bool = False

    required: ClassVar[tuple[str, ...]] = ("units",)
    gates: ClassVar[int] = 1
    sets: ClassVar[str] = "the cell"  # what the weight sets are, in words
    torch: ClassVar[str] = "RNN"

    def biases(self, convention: str) -> int:
        """How many bias vectors of one per gate and unit the layer has."""
        return int(self.use_bias) * (2 if convention == "pytorch" else 1)

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        features, wide = shape[-1], self.gates * self.units  # type: ignore[operator]
        if convention == "pytorch":
            arrays = (Weight("weight_ih", (wide, features)), Weight("weight_hh", (wide, self.units)))
            names = ("bias_ih", "bias_hh")
            return arrays + tuple(Weight(name, (wide,)) for name in names if self.use_bias)
        arrays = (Weight("kernel", (features, wide)), Weight("recurrent_kernel", (self.units, wide)))
        biases = self.biases(convention)
        return arrays + ((Weight("bias", (2, wide) if biases == 2 else (wide,)),) if biases else ())

    def check(self, shape: Shape, convention: str) -> None:
        expect_rank(shape, 2, "(timesteps, features)")
        if shape[-1] is None:
            raise ModelError("depends on an unknown number of features")

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (shape[0], self.units) if self.return_sequences else (self.units,)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        x, h = as_expr(shape[-1]), as_expr(self.units)
        W, U, b, G, P = (named(letter, tag) for letter in "WUbGP")
        biases = self.biases(convention)
        per_unit = "one per unit" if biases == 1 else "two vectors, one for the input and one for the state"
        lines = [
            Line(W, x * h, "kernel: every feature feeds every unit"),
            Line(U, h * h, "recurrent kernel: every unit feeds every unit"),
            Line(b, biases * h, f"biases: {per_unit}"),
        ]
        if self.gates == 1:
            lines.append(Line(P, W + U + b, "layer: all its weights", result=True))
        else:
            lines.append(Line(G, W + U + b, "one set: the weights of one gate"))
            lines.append(Line(P, self.gates * G, f"layer: {self.gates} sets, for {self.sets}", result=True))
        return Worked(tuple(lines), self.slips(x, h, biases, (W, U, b, G, P)), P)

    def slips(self, x: Expr, h: Expr, biases: int, letters: tuple[Sym, ...]) -> tuple[Slip, ...]:
        W, U, b, G, P = letters
        one = P if self.gates == 1 else G
        found = [
            slip("no-recurrent-kernel", "left out the recurrent kernel", {U: 0}),
            slip("recurrent-kernel-twice", "counted the recurrent kernel twice", {U: 2 * h * h}),
            slip("recurrent-kernel-sees-input", "let the recurrent kernel see the features too", {U: h * (h + x)}),
            slip("no-kernel", "left out the kernel of the input", {W: 0}),
        ]
        if biases:
            found.append(slip("no-bias", "left out the biases", {b: 0}, credit=0.5))
        if biases == 1:
            found.append(
                slip(
                    "two-biases",
                    "counted a second bias vector, which this convention does not have",
                    {b: 2 * h},
                    credit=0.5,
                )
            )
            if self.gates > 1:  # in a SimpleRNN it is as many as a bias per dimension of an embedding before it
                found.append(slip("bias-per-weight-vector", "counted a bias per feature as well", {b: h + x}))
        if biases == 2:
            found.append(slip("one-bias", "counted one bias vector, where this convention has two", {b: h}, credit=0.5))
            found.append(slip("three-biases", "counted three bias vectors, where there are two", {b: 3 * h}))
        if not biases:  # with biases it would leave out as many weights as they are
            found.append(slip("no-self-loops", "left out each unit's connection to itself", {U: h * (h - 1)}))
            found.append(
                slip("bias-anyway", "added biases, which this layer does not have", {one: W + U + h}, credit=0.5)
            )
        if self.gates == 1:
            found.append(slip("two-directions", "counted two directions, where there is one", {P: 2 * (W + U + b)}))
        else:
            fewer, more = self.gates - 1, self.gates + 1
            found += [
                slip("one-set", "counted the weights of a single gate", {P: G}),
                slip("set-missing", f"counted {fewer} sets of weights and forgot the candidate's", {P: fewer * G}),
                slip("set-too-many", f"counted {more} sets of weights, where there are {self.gates}", {P: more * G}),
                slip("two-directions", "counted two directions, where there is one", {P: 2 * (self.gates * G)}),
            ]
        return tuple(found)

    def pytorch(self, shape: Shape, bidirectional: bool = False) -> list[str]:
        given = [f"input_size={source(shape[-1])}", f"hidden_size={source(self.units)}"]
        given += ["bias=False"] * (not self.use_bias) + ["bidirectional=True"] * bidirectional
        return [f"nn.{self.torch}({', '.join(given)})"]

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        """PyTorch gives the outputs and the state; time is the first axis there."""
        return super().forward(module, inputs) + ("[0]" if self.return_sequences else "[0][-1]")

    def words(self) -> str:
        article = "an" if self.kind == "LSTM" else "a"
        return f"{article} `{self.kind}` layer of {units(self.units)}{'' if self.use_bias else ' without biases'}"

    @property
    def detail(self) -> str:
        return "" if self.use_bias else "no biases"


@dataclass(frozen=True)
class SimpleRNN(Recurrent):
    """h = tanh(W x + U h + b)."""


@dataclass(frozen=True)
class LSTM(Recurrent):
    """Forget, input and output gate, and the candidate: four sets of weights."""

    gates: ClassVar[int] = 4
    sets: ClassVar[str] = "forget, input and output gate and the candidate"
    torch: ClassVar[str] = "LSTM"


@dataclass(frozen=True)
class GRU(Recurrent):
    """Reset and update gate, and the candidate: three sets. ``reset_after`` (Keras' default) has a second bias."""

    reset_after: bool = True

    gates: ClassVar[int] = 3
    sets: ClassVar[str] = "reset and update gate and the candidate"
    torch: ClassVar[str] = "GRU"

    def check(self, shape: Shape, convention: str) -> None:
        super().check(shape, convention)
        if convention == "pytorch" and not self.reset_after:
            raise NoEquivalent("PyTorch's GRU has no reset_after=False variant")

    def biases(self, convention: str) -> int:
        two = convention == "pytorch" or (convention == "keras" and self.reset_after)
        return int(self.use_bias) * (2 if two else 1)


MERGES = ("concat", "sum", "ave", "mul")


@dataclass(frozen=True)
class Bidirectional(Layer):
    """A recurrent layer read in both directions; ``merge_mode`` concat makes 2·units of it, the others units."""

    layer: Recurrent = SimpleRNN()
    merge_mode: str = "concat"

    required: ClassVar[tuple[str, ...]] = ("layer",)

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        inner = self.layer.weights(shape, convention)
        return tuple(
            Weight(f"{direction}_{w.name}", w.shape, w.trainable)
            for direction in ("forward", "backward")
            for w in inner
        )

    def check(self, shape: Shape, convention: str) -> None:
        if not isinstance(self.layer, Recurrent):
            stack = " with num_layers" if isinstance(self.layer, Stack) else ""
            raise ModelError(f"reads a recurrent layer in both directions, and not {self.layer.kind}{stack}")
        if self.merge_mode not in MERGES:
            raise ModelError(f"merge_mode '{self.merge_mode}' is not one of {', '.join(MERGES)}")
        self.layer.check(shape, convention)

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        *steps, units = self.layer.output_shape(shape)
        return (*steps, 2 * units if self.merge_mode == "concat" else units)  # type: ignore[operator]

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        inner = self.layer.worked(shape, convention, tag)
        one, two = named("P", tag), named("B", tag)
        lines = tuple(
            Line(line.symbol, line.expression, "one direction: " + line.why.removeprefix("layer: "))
            if line.symbol == one else line for line in inner.lines
        )  # fmt: skip
        return Worked(
            lines=(*lines, Line(two, 2 * one, "both directions: each has weights of its own", result=True)),
            slips=(
                *(each for each in inner.slips if each.key != "two-directions"),
                slip("one-direction", "counted one direction only", {two: one}),
                slip("three-directions", "counted the merged output as a third direction", {two: 3 * one}),
            ),
            count=two,
        )

    def pytorch(self, shape: Shape) -> list[str]:
        return self.layer.pytorch(shape, bidirectional=True)

    def words(self) -> str:
        inner = self.layer
        merged = "concatenated" if self.merge_mode == "concat" else "added up"
        biases = "" if inner.use_bias else " and no biases"
        told = f"with {units(inner.units)} in each direction{biases}"
        return f"a bidirectional `{inner.kind}` layer {told} (the two outputs are {merged})"

    @property
    def detail(self) -> str:
        return ", ".join(filter(None, (f"`{self.layer.kind}`", self.layer.detail)))


@dataclass(frozen=True)
class Stack(Layer):
    """The same recurrent layer several times, one on the other; all but the last hand on every timestep."""

    abstract: ClassVar[bool] = True

    layer: Recurrent | Bidirectional = SimpleRNN()
    num_layers: int = 2

    @property
    def kind(self) -> str:
        return self.layer.kind

    def check(self, shape: Shape, convention: str) -> None:
        self.layer.check(shape, convention)
        one_way = isinstance(self.layer, Bidirectional) and self.layer.merge_mode != "concat"
        if convention == "pytorch" and one_way:
            raise NoEquivalent("PyTorch's stacked bidirectional layers concatenate their directions")

    def fed(self, shape: Shape) -> list[Shape]:
        """The input of each layer."""
        *steps, _ = shape
        width = self.layer.output_shape(shape)[-1]
        return [shape, *([(*steps, width)] * (self.num_layers - 1))]

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        return tuple(weight for fed in self.fed(shape) for weight in self.layer.weights(fed, convention))

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return self.layer.output_shape(shape, convention)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        works = [
            self.layer.worked(fed, convention, f"{tag}.{n}" if tag else str(n))
            for n, fed in enumerate(self.fed(shape), 1)
        ]
        total = named("S", tag)
        line = Line(total, add(*(work.count for work in works if work.count)), "stack: all layers", result=True)
        return Worked((*(line for work in works for line in work.lines), line), (), total)

    def config(self) -> dict[str, object]:
        return {**self.layer.config(), "num_layers": self.num_layers}
