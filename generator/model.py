"""Layers in a row: shapes, weights, code, and the count worked layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.errors import ProofError
from generator.layers import Dim, Layer, Weight, Worked, parameters
from generator.layers.base import source
from generator.notation import Expr, Sym, add, as_expr
from generator.space import Axis


@dataclass(frozen=True)
class Model:
    """A sequential model. ``input`` is its shape without the batch axis; None is an unknown length.

    ``input_dtype``: "int32" where the input is word indices.
    """

    input: tuple[Dim, ...]
    layers: tuple[Layer, ...]
    input_dtype: str = ""

    @property
    def shapes(self) -> tuple[tuple[Dim, ...], ...]:
        """The input's shape and then every layer's output shape."""
        shapes = [self.input]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return tuple(shapes)

    def weights(self, convention: str) -> tuple[tuple[Weight, ...], ...]:
        return tuple(layer.weights(shape, convention) for layer, shape in zip(self.layers, self.shapes, strict=False))

    def parameters(self, convention: str) -> int | Expr:
        """The size of every array added up: what the worked count must come to."""
        return parameters([weight for arrays in self.weights(convention) for weight in arrays])

    def worked(self, convention: str) -> Worked:
        """The layers' counts one after the other, and their sum."""
        counted = [
            (layer, shape)
            for layer, shape in zip(self.layers, self.shapes, strict=False)
            if layer.weights(shape, convention)
        ]
        if len(counted) == 1:
            layer, shape = counted[0]
            return layer.worked(shape, convention)
        works = [layer.worked(shape, convention, str(n)) for n, (layer, shape) in enumerate(counted, 1)]
        total = Sym("T")
        counts = [work.count for work in works if work.count]
        names = ["first", "second", "third", "fourth", "fifth", "sixth"]
        missing = [
            slip(f"layer-missing-{n}", f"left the {names[n - 1]} layer with weights out of the total",
                 {total: add(*(c for c in counts if c is not count))})
            for n, count in enumerate(counts, 1)
        ]  # fmt: skip
        twice = [slip("last-layer-twice", "added the last layer twice", {total: add(*counts, counts[-1])})]
        return Worked(
            lines=(
                *(line for work in works for line in work.lines),
                Line(total, add(*counts), "model: all layers", result=True),
            ),
            slips=(
                *_widths(counted, works, convention),
                *_everywhere([layer for layer, _ in counted], works),
                *missing,
                *twice,
            ),
            count=total,
        )

    def keras(self) -> str:
        """The model as Keras code; drawn numbers stand as places in the wording."""
        rows = [f"layers.Input({source(self.input)})", *(layer.keras() for layer in self.layers)]
        return "model = keras.Sequential([\n" + "".join(f"    {row},\n" for row in rows) + "])"

    def config(self) -> dict[str, object]:
        """The model in the JSON model format."""
        dtype = {"input_dtype": self.input_dtype} if self.input_dtype else {}
        return {"input": list(self.input), **dtype, "layers": [layer.config() for layer in self.layers]}


def counting(model: Model, convention: str, ask: str, numbers: Mapping[Sym, Axis], **rest: Any) -> Problem:
    """The problem of counting a model's parameters: lines, slips and proof come with its layers."""
    worked = model.worked(convention)
    if worked.count is None:
        raise ProofError(f"a model without weights cannot be counted: {model.config()}")
    return Problem(
        ask=ask,
        numbers=numbers,
        lines=worked.lines,
        slips=worked.slips,
        answer=Answer("integer", worked.count, unit="parameters"),
        proves={worked.count: as_expr(model.parameters(convention))},
        model=model.config(),
        convention=convention,
        **rest,
    )


def _everywhere(layers: Sequence[Layer], works: Sequence[Worked]) -> list[Slip]:
    """The layers' own slips, each made in every layer of its kind: who forgets the biases forgets them throughout."""
    found: dict[str, Slip] = {}
    for layer, work in zip(layers, works, strict=True):
        for each in work.slips:
            key = f"{type(layer).__name__.lower()}-{each.key}"
            before = found[key].instead if key in found else {}
            found[key] = replace(each, key=key, instead={**before, **each.instead})
    return list(found.values())


def _widths(counted: Sequence[tuple[Layer, Sequence[Dim]]], works: Sequence[Worked], convention: str) -> list[Slip]:
    """The slip of feeding a layer with the width that the layer before it was fed with."""
    found = []
    for n in range(2, len(counted) + 1):
        (_, before), (layer, shape) = counted[n - 2], counted[n - 1]
        if before[-1] in (None, shape[-1]) or (len(before) != len(shape) and len(before) < 2):
            continue
        fed = layer.worked(before, convention, str(n))
        kernel, wrong = works[n - 1].lines[0], fed.lines[0]
        if kernel != wrong:
            words = f"fed layer {n} with the width that layer {n - 1} is fed with, not the one it puts out"
            found.append(Slip(f"width-before-{n}", words, {kernel.symbol: wrong.expression}))
    return found
