"""A model explained: for every layer its count worked on paper, its arrays, and how its output shape comes about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator.derivation import Answer, Line, Problem, tidy
from generator.errors import ModelError, NoEquivalent
from generator.functions import NAMESPACE
from generator.layers import Dim, Weight, parameters
from generator.layers.base import Shape
from generator.model import Applied, Model
from generator.notation import Expr, Num, Sym, as_expr
from generator.reading import Leaf, latex, number, python
from generator.running import Steps, running

BYTES = {"float32": 4, "float16": 2, "int8": 1}


@dataclass(frozen=True)
class Explained:
    """One layer of a model, worked out."""

    applied: Applied
    convention: str

    @property
    def name(self) -> str:
        return self.applied.node.name or self.applied.node.id

    @property
    def type(self) -> str:
        return self.applied.node.layer.kind

    @property
    def title(self) -> str:
        """The layer's name where it has been given one."""
        return self.type if self.name == f"layer_{self.applied.number}" else f"{self.name} ({self.type})"

    @property
    def weights(self) -> tuple[Weight, ...]:
        return self.applied.weights

    @property
    def trainable(self) -> int:
        return size(self.weights, trainable=True)

    @property
    def non_trainable(self) -> int:
        return size(self.weights, trainable=False)

    @property
    def shared_with(self) -> str:
        return self.applied.node.share

    @property
    def output_shape(self) -> tuple[Dim, ...]:
        return self.applied.output_shape

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The working, without lines that come to nothing; empty for a layer without weights."""
        worked = self.applied.node.layer.worked(self.applied.fed, self.convention)
        if worked.count is None:
            return ()
        total = as_expr(parameters(self.weights))
        return tidy(Problem("", Answer("integer", worked.count), worked.lines, proves={worked.count: total})).lines

    @cached_property
    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for line in self.lines:
            found[line.symbol.name] = value(line.expression, found)
        return found

    @property
    def named(self) -> list[tuple[str, str]]:
        """Each line as LaTeX, with its reason."""
        return [(self._line(line), line.why) for line in self.lines]

    def _line(self, line: Line) -> str:
        written, put_in = latex(line.expression), latex(line.expression, self._leaf)
        parts = (line.symbol.latex, written, put_in, number(self.values[line.symbol.name]))
        return " = ".join(dict.fromkeys(parts))

    @property
    def _leaf(self) -> Leaf:
        return lambda sym, _bracket: number(self.values[sym.name])

    @property
    def chains(self) -> list[str]:
        """The running line of each result, as LaTeX: everything put in, then worked out level by level."""
        return [self._chain(line) for line in self.lines if line.result and self._long(line)]

    def _long(self, line: Line) -> bool:
        """A line that says no more than it does by itself needs no running line."""
        return any(sym.name in self.values for sym in line.expression.written)

    def _chain(self, line: Line) -> str:
        steps = Steps()
        sides = running(line, self.lines, steps)
        known = dict(self.values)
        for expression, sym in steps.found.items():
            known[sym.name] = value(expression, known)
        told = [latex(side, lambda sym, _bracket: number(known[sym.name])) for side in sides]
        return " = ".join(dict.fromkeys((line.symbol.latex, *told)))

    @property
    def sides(self) -> list[str]:
        """How each side of the output comes about, as LaTeX, where there is something to work out."""
        fed = self.applied.fed
        if self.applied.node.layer.merges or (fed and isinstance(fed[-1], tuple)):
            return []
        letters = [None if side is None else Sym(f"n_{place}") for place, side in enumerate(fed)]
        known = {sym.name: side for sym, side in zip(letters, fed, strict=True) if sym}
        try:
            out = self.applied.node.layer.output_shape(letters, self.convention)
        except (TypeError, ValueError, ModelError, NoEquivalent):
            return []  # letters cannot stand for the sizes that this layer compares
        told = [
            f"{latex(side, lambda sym, _bracket: number(known[sym.name]))} = {number(found)}"
            for side, found in zip(out, self.output_shape, strict=True)
            if isinstance(side, Expr) and not isinstance(side, Sym | Num) and isinstance(found, int)
        ]
        return list(dict.fromkeys(told))


@dataclass(frozen=True)
class Explanation:
    """A whole model in a convention. PyTorch counts buffers (running statistics) to no total."""

    model: Model
    convention: str
    layers: tuple[Explained, ...]

    @property
    def arrays(self) -> list[Weight]:
        """Every array once."""
        return [weight for each in self.layers if each.applied.counted for weight in each.weights]

    @property
    def total(self) -> int:
        return size([weight for weight in self.arrays if not weight.buffer])

    @property
    def trainable(self) -> int:
        return size(self.arrays, trainable=True)

    @property
    def buffers(self) -> int:
        return size([weight for weight in self.arrays if weight.buffer])

    @property
    def non_trainable(self) -> int:
        """Keras: all that is not trained. PyTorch: its buffers, as it keeps them apart from the parameters."""
        return self.buffers if self.convention == "pytorch" else self.total - self.trainable

    @property
    def memory(self) -> dict[str, int]:
        """Bytes by the type that the numbers are stored in."""
        return {name: (self.total + self.buffers) * bytes_ for name, bytes_ in BYTES.items()}

    @property
    def output_shapes(self) -> list[tuple[Dim, ...]]:
        found = {each.applied.node.id: each.output_shape for each in self.layers}
        return [{**self.model.inputs, **found}[id] for id in self.model.last]

    def record(self) -> dict[str, Any]:
        """The explanation as data; shapes without the batch axis."""
        outputs = [list(shape) for shape in self.output_shapes]
        return {
            "total": self.total,
            "trainable": self.trainable,
            "non_trainable": self.non_trainable,
            "output_shape": outputs[0] if len(outputs) == 1 else outputs,
            "layers": [
                {
                    "name": each.name,
                    "type": each.type,
                    "trainable": each.trainable,
                    "non_trainable": each.non_trainable,
                    "weights": [list(weight.shape) for weight in each.weights],
                    "output_shape": list(each.output_shape),
                }
                for each in self.layers
            ],
        }


def explain(model: Model, convention: str) -> Explanation:
    """Raises ModelError or NoEquivalent, naming the layer."""
    return Explanation(model, convention, tuple(Explained(each, convention) for each in model.applied(convention)))


def size(weights: Sequence[Weight], trainable: bool | None = None) -> int:
    """How many numbers the arrays of a model with known sizes hold."""
    counted = parameters(weights, trainable)
    if not isinstance(counted, int):
        raise TypeError("a model to explain has numbers for its sizes")
    return counted


def value(expression: Expr, known: Mapping[str, Any]) -> Any:
    """The number that an expression comes to."""
    code = compile(python(expression), "expression", "eval")
    return eval(code, dict(NAMESPACE), dict(known))  # our own source, printed from the tree


def shape_text(shape: Shape) -> str:
    """30 × 30 × 8, with ? for an unknown side."""
    return " × ".join("?" if side is None else f"{side:,}" for side in shape) or "one number"
