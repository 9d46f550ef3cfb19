"""Branches of a graph that meet before a layer: what feeds it, and what it may be taken to be fed with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.layers.base import Shape, prod_of
from generator.layers.merge import Concatenate
from generator.model import Applied

WHICH = ("first", "second", "third", "fourth", "fifth", "sixth")


def source(applied: Mapping[str, Applied], here: Applied) -> Applied | None:
    """The node that feeds another, layers without weights passed over: one that has weights or merges; or an input."""
    before = applied.get(here.node.inputs[0])
    while before and not before.weights and not before.node.layer.merges:
        before = applied.get(before.node.inputs[0])
    return before


def misfed(applied: Mapping[str, Applied], here: Applied) -> Iterator[tuple[str, str, Shape]]:
    """The wrong inputs of a layer behind branches that are merged: a key, words with the layer's number as ``{}``, and
    the shape.
    """
    merged = source(applied, here)
    if not merged or not merged.node.layer.merges or merged.output_shape != tuple(here.fed):
        return
    *rest, _ = merged.output_shape
    widths = [branch[-1] for branch in merged.fed]
    if None in widths:
        return
    if not isinstance(merged.node.layer, Concatenate):
        side_by_side = Concatenate().output_shape(merged.fed)[-1]
        told = "put the branches side by side before layer {}, where they are merged element by element"
        yield "side-by-side", told, (*rest, side_by_side)
        return
    for which, width in zip(WHICH, widths, strict=False):
        yield f"{which}-branch-only", f"fed layer {{}} with the {which} of the branches only", (*rest, width)
    told = "multiplied the widths of the branches before layer {}, where they lie side by side"
    yield "branches-multiplied", told, (*rest, prod_of(widths))
