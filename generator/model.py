"""Models: layers in a row or a graph, with their shapes and weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from generator.errors import ModelError, NoEquivalent
from generator.layers import Dim, Layer, Weight, parameters
from generator.layers.base import Shape
from generator.notation import Expr

LARGEST = 10**15  # a side beyond it is no network, and its digits would fill the page
LONGEST = 400  # characters of a message
INPUT = "input"  # the id of the input where there is one


@dataclass(frozen=True)
class Node:
    """A layer in its place: what feeds it, whether it learns, and the node whose weights it uses, if any."""

    id: str
    layer: Layer
    inputs: tuple[str, ...]
    trainable: bool = True
    share: str = ""
    name: str = ""  # as its maker calls it, where that differs from the id


@dataclass(frozen=True)
class Applied:
    """A node on its input, in a convention."""

    node: Node
    number: int  # its place in the model, from 1
    fed: Shape  # the input's shape; for a layer that merges, all of them
    weights: tuple[Weight, ...]
    output_shape: tuple[Dim, ...]

    @property
    def counted(self) -> bool:
        """Whether its weights are its own: those of a shared layer count once."""
        return not self.node.share


@dataclass(frozen=True)
class Model:
    """``inputs`` by id, without the batch axis (None is an unknown length); nodes in an order in which they can be
    computed; ``outputs`` by id, the last node unless given. ``input_dtype``: "int32" where the input is word indices.
    """

    inputs: Mapping[str, tuple[Dim, ...]]
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...] = ()
    input_dtype: Any = field(default="", compare=False)

    def applied(self, convention: str) -> Iterator[Applied]:
        """Every node on its input, in order.

        Raises ModelError or NoEquivalent, naming the layer, for one that cannot take its input.
        """
        shapes: dict[str, tuple[Dim, ...]] = dict(self.inputs)
        arrays: dict[str, tuple[Weight, ...]] = {}
        for number, node in enumerate(self.nodes, 1):
            layer = node.layer
            fed: Shape = tuple(shapes[each] for each in node.inputs)
            if not layer.merges and not (layer.several and len(fed) > 1):
                if len(fed) > 1:
                    raise ModelError(f"{said(number, node)}: takes one input, and is given {len(fed)}")
                fed = fed[0]
            try:
                layer.check(fed, convention)
                weights = layer.weights(fed, convention)
                shapes[node.id] = layer.output_shape(fed, convention)
            except (ModelError, NoEquivalent) as error:
                raise type(error)(within(said(number, node), error)) from None
            if any(isinstance(side, int) and side > LARGEST for side in shapes[node.id]):
                raise ModelError(f"{said(number, node)}: its output has a side of more than {LARGEST:,}")
            arrays[node.id] = weights
            if node.share and [w.shape for w in weights] != [w.shape for w in arrays[node.share]]:
                raise ModelError(
                    f"{said(number, node)}: its weights have other shapes than those of {node.share[:60]!r}"
                )
            if not node.trainable:
                weights = tuple(replace(weight, trainable=False) for weight in weights)
            yield Applied(node, number, fed, weights, shapes[node.id])

    @property
    def last(self) -> tuple[str, ...]:
        return self.outputs or (self.nodes[-1].id if self.nodes else next(iter(self.inputs)),)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(node.layer for node in self.nodes)

    @cached_property
    def shapes(self) -> tuple[tuple[Dim, ...], ...]:
        """The first input's shape and then every layer's output shape."""
        return (next(iter(self.inputs.values())), *(each.output_shape for each in self.applied("classic")))

    def weights(self, convention: str) -> list[Weight]:
        """The arrays of the model, those of a shared layer once."""
        return [weight for each in self.applied(convention) if each.counted for weight in each.weights]

    def parameters(self, convention: str, trainable: bool | None = None) -> int | Expr:
        """The size of every array added up, or of those that are trained, or not: what a worked count must come to."""
        return parameters(self.weights(convention), trainable)

    def config(self) -> dict[str, object]:
        """The model in the JSON model format."""
        dtype = {"input_dtype": self.input_dtype} if self.input_dtype else {}
        if self.in_a_row:
            (shape,) = self.inputs.values()
            return {"input": list(shape), **dtype, "layers": [_config(node, row=True) for node in self.nodes]}
        inputs = {name: list(shape) for name, shape in self.inputs.items()}
        outputs = {"outputs": list(self.last)} if self.last != (self.nodes[-1].id,) else {}
        return {"inputs": inputs, **dtype, "layers": [_config(node, row=False) for node in self.nodes], **outputs}

    @property
    def in_a_row(self) -> bool:
        """Whether every layer is fed by the one before it."""
        before = [*self.inputs, *(node.id for node in self.nodes)]
        return len(self.inputs) == 1 and all(
            node.inputs == (previous,) and not node.share for previous, node in zip(before, self.nodes, strict=False)
        )


def sequential(input: tuple[Dim, ...], layers: Sequence[Layer], input_dtype: str = "") -> Model:
    """A model with its layers in a row."""
    ids = [INPUT, *(f"layer_{n}" for n in range(1, len(layers) + 1))]
    nodes = tuple(Node(id, layer, (before,)) for before, id, layer in zip(ids, ids[1:], layers, strict=False))
    return Model({INPUT: input}, nodes, input_dtype=input_dtype)


def said(number: int, node: Node) -> str:
    """A node in a message: layer 3 (Conv2D 'stem')."""
    named = node.name or ("" if node.id == f"layer_{number}" else node.id)
    short = named if len(named) <= 60 else named[:60] + "…"
    return f"layer {number} ({node.layer.kind}{f' {short!r}' if named else ''})"


def within(where: str, error: Exception) -> str:
    """Where and why in one line; of models in models in models the outermost and the innermost are told."""
    told = f"{where}: {error}"
    return told if len(told) <= LONGEST else f"{told[: LONGEST // 3]} … {told[-2 * LONGEST // 3 :]}"


def _config(node: Node, row: bool) -> dict[str, object]:
    place: dict[str, object] = {} if row else {"id": node.id, "from": list(node.inputs)}
    share = {"share": node.share} if node.share else {}
    return {**node.layer.config(), **place, **share, **({} if node.trainable else {"trainable": False})}
