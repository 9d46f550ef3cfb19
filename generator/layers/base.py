"""What every layer kind answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import prod
from typing import Any, ClassVar

from generator.derivation import Line, Slip
from generator.errors import ModelError
from generator.layers.writing import source
from generator.notation import Expr, Sym, add, mul

CONVENTIONS = ("classic", "keras", "pytorch")

Dim = int | Expr | None  # a side of a shape: a number, an expression, or unknown (the timesteps of a text)
Shape = Sequence[Any]  # of sides; for a layer that merges, of shapes
PerAxis = Dim | tuple[Dim, ...]  # one value for every axis, or one for each


def per_axis(value: PerAxis, rank: int, what: str) -> tuple[Dim, ...]:
    """A value for each axis. Raises ModelError if there are more or fewer than axes."""
    if not isinstance(value, tuple):
        return (value,) * rank
    if len(value) == 1:
        return value * rank
    if len(value) != rank:
        raise ModelError(f"{what} has {len(value)} values, and the input {rank} axes to move along")
    return value


def expect_rank(shape: Shape, rank: int, words: str) -> None:
    """Raises ModelError unless the input has that many axes."""
    if len(shape) != rank:
        raise ModelError(f"needs an input of {words}, and gets {shown(shape)}")


def shown(shape: Shape) -> str:
    """A shape for a reader: (None, 64)."""
    return (
        "("
        + ", ".join("None" if side is None else str(side) for side in shape)
        + ("," if len(shape) == 1 else "")
        + ")"
    )


@dataclass(frozen=True)
class Weight:
    """One array of a layer, by the framework's own name and shape.

    ``buffer``: PyTorch keeps it beside the parameters and counts it to none of them.
    """

    name: str
    shape: tuple[Dim, ...]
    trainable: bool = True
    buffer: bool = False


@dataclass(frozen=True)
class Worked:
    """A layer's count as worked on paper: its lines, its slips, and the line that holds the count.

    ``trained`` and ``untrained``: the lines that hold what is trained and what is not, where that is not all.
    """

    lines: tuple[Line, ...] = ()
    slips: tuple[Slip, ...] = ()
    count: Sym | None = None
    trained: Sym | None = None
    untrained: Sym | None = None


@dataclass(frozen=True)
class Layer:
    """A layer's configuration. Field names are Keras' constructor arguments. Shapes are without the batch axis."""

    abstract: ClassVar[bool] = True  # a base of layer kinds and none itself: said in the class that is one
    required: ClassVar[tuple[str, ...]] = ()  # the arguments for which Keras has no default
    stated: ClassVar[tuple[str, ...]] = ()  # the same, where they change neither weights nor shapes
    first: ClassVar[tuple[str, ...]] = ()  # further arguments that code gives by place and not by name
    merges: ClassVar[bool] = False  # takes several inputs: ``shape`` is then a tuple of shapes
    several: ClassVar[bool] = False  # may take several inputs: ``shape`` is a tuple of shapes if it does

    @property
    def kind(self) -> str:
        """Its type as the user wrote it."""
        return type(self).__name__

    def check(self, shape: Shape, convention: str) -> None:
        """Raises ModelError for an input that the layer cannot take, NoEquivalent where the framework has none."""

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        """Every array of the layer on an input of this shape."""
        return ()

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        """The shape of the output; by default that of the input."""
        return tuple(shape)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        """The count on paper; ``tag`` tells this layer's letters from another's (W₂, b₂)."""
        return Worked()

    def keras(self, *more: str) -> str:
        """The constructor call as Keras code; ``more`` are further arguments."""
        return f"layers.{type(self).__name__}({', '.join([*self.arguments(), *more])})"

    def arguments(self) -> list[str]:
        """The constructor's arguments as Keras code: those needed by place, others by name where they say something."""
        places = (*self.required, *self.stated, *self.first)
        rest = [f for f in fields(self) if f.name not in places and getattr(self, f.name) != f.default]
        return [
            *(_code(getattr(self, name)) for name in places),
            *(f"{f.name}={_code(getattr(self, f.name))}" for f in rest),
        ]

    def pytorch(self, shape: Shape) -> list[str]:
        """The constructor calls as PyTorch code: for most layers one, none for what PyTorch does in ``forward``."""
        raise NotImplementedError(f"no PyTorch code for {type(self).__name__}")

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        """The layer applied in PyTorch's ``forward``: ``module`` is its module, ``inputs`` what it is fed with."""
        return f"{module}({', '.join(inputs)})"

    def words(self) -> str:
        """The layer in a sentence: "a dense layer of 10 units", numbers as their places in the wording."""
        given = ", ".join(self.arguments())
        return f"`{self.kind}({given})`" if given else f"`{self.kind}`"

    @property
    def detail(self) -> str:
        """What a row of a summary must say beside the output shape for the count to follow from it."""
        return ""

    @property
    def sized(self) -> str:
        """Why a side of the output is as it is, for a line of its own; empty where it needs none."""
        return ""

    def config(self) -> dict[str, object]:
        """The layer in the JSON model format; fields that have Keras' default value are left out."""
        values = {f.name: (getattr(self, f.name), f.default) for f in fields(self)}
        always = (*self.required, *self.stated)
        changed = {name: value for name, (value, usual) in values.items() if value != usual or name in always}
        return {"type": type(self).__name__, **{name: _plain(value) for name, value in changed.items()}}


def _code(value: Any) -> str:
    return value.keras() if isinstance(value, Layer) else source(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Layer):
        return value.config()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def parameters(weights: Sequence[Weight], trainable: bool | None = None) -> int | Expr:
    """How many numbers the arrays hold: the product of each shape, added up."""
    counts = [prod_of(w.shape) for w in weights if trainable is None or w.trainable == trainable]
    return sum(counts) if all(isinstance(c, int) for c in counts) else add(*counts)


def prod_of(shape: Sequence[Dim]) -> int | Expr:
    """The sides multiplied; an unknown side counts as one."""
    sides = [side for side in shape if side is not None]
    numbers = [side for side in sides if isinstance(side, int)]
    return prod(numbers) if len(numbers) == len(sides) else mul(*sides)


def named(letter: str, tag: str, latex: str = "") -> Sym:
    """A quantity of a layer: W, or W₂ in the second of several layers."""
    base = latex or letter
    return Sym(f"{letter}_{tag.replace('.', '_')}", f"{base}_{{{tag}}}") if tag else Sym(letter, base)
