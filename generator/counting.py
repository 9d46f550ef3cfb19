"""A model's parameters counted as on paper: the layers' counts one after the other, and their sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.errors import ProofError
from generator.layers import Weight, Worked
from generator.layers.base import named
from generator.model import Applied, Model
from generator.notation import Expr, Sym, add, as_expr
from generator.space import Axis

TOTAL = Sym("T")


def layer_counts(layers: int) -> list[Sym]:
    """The lines that hold the counts of so many layers (two or more), which a family's own slips put together anew."""
    return [named("P", str(n)) for n in range(1, layers + 1)]


def counting(
    model: Model,
    convention: str,
    ask: str,
    numbers: Mapping[Sym, Axis],
    slips: Iterable[Slip] = (),
    trainable: bool = False,
    **rest: Any,
) -> Problem:
    """The problem of counting a model's parameters, or the ``trainable`` ones: lines, slips and proof come with its
    layers. ``slips`` are further ones; they come first and stand in for those of the model that make the same change,
    as a family knows better words than "left the second layer out".
    """
    own = tuple(slips)
    work = worked(model, convention, trainable)
    if work.count is None:
        raise ProofError(f"a model without weights cannot be counted: {model.config()}")
    return Problem(
        ask=ask,
        numbers=numbers,
        lines=work.lines,
        slips=(*own, *(each for each in work.slips if each.instead not in [mine.instead for mine in own])),
        answer=Answer("integer", work.count, unit="trainable parameters" if trainable else "parameters"),
        proves={work.count: as_expr(model.parameters(convention, True if trainable else None))},
        model=model.config(),
        convention=convention,
        **rest,
    )


def worked(model: Model, convention: str, trainable: bool = False) -> Worked:
    """The layers' lines and slips, and the total; of a model with one layer to count, that layer's."""
    counted = [each for each in model.applied(convention) if each.counted and _counts(each, trainable)]
    tags = [str(n) for n in range(1, len(counted) + 1)] if len(counted) > 1 else [""]
    works = [each.node.layer.worked(each.fed, convention, tag) for each, tag in zip(counted, tags, strict=False)]
    if trainable:
        works = [replace(work, count=work.trained or work.count) for work in works]
    counts = [work.count for work in works if work.count]
    if len(counts) < 2:
        return works[0] if works else Worked()
    lines = (*(line for work in works for line in work.lines), Line(TOTAL, add(*counts), _sum(trainable), result=True))
    return Worked(
        lines=tuple(_leading(lines, TOTAL)),
        slips=(
            *_widths(counted, works, convention),
            *_everywhere(counted, works),
            *_missing(counted, counts),
            *_shared(model, counted, counts),
            *_not_trained(model, convention, counts, trainable),
            slip("last-layer-twice", "added the last layer twice", {TOTAL: add(*counts, counts[-1])}),
        ),
        count=TOTAL,
    )


def _counts(each: Applied, trainable: bool) -> bool:
    return any(weight.trainable or not trainable for weight in each.weights)


def _sum(trainable: bool) -> str:
    return "model: all layers that are trained" if trainable else "model: all layers"


def _leading(lines: Sequence[Line], to: Sym) -> list[Line]:
    """The lines that lead to a quantity, in order."""
    needed, kept = {to}, list[Line]()
    for line in reversed(lines):
        if line.symbol in needed:
            needed.update(line.expression.written)
            kept.append(line)
    return kept[::-1]


# --- what goes wrong between the layers ------------------------------------------------------------------------------


def _missing(counted: Sequence[Applied], counts: Sequence[Expr]) -> Iterator[Slip]:
    """A layer left out; of layers with the same arrays only the first, as each of them leaves the same."""
    seen: list[tuple[Weight, ...]] = []
    for n, (each, count) in enumerate(zip(counted, counts, strict=True), 1):
        if each.weights not in seen:
            seen.append(each.weights)
            rest = add(*(other for other in counts if other is not count))
            yield slip(f"layer-missing-{n}", f"left {ordinal(n)} layer with weights out of the total", {TOTAL: rest})


def _shared(model: Model, counted: Sequence[Applied], counts: Sequence[Expr]) -> Iterator[Slip]:
    """Weights that several layers share, counted once for each."""
    for each, count in zip(counted, counts, strict=True):
        if uses := sum(node.share == each.node.id for node in model.nodes):
            again = add(*counts, *([count] * uses))
            yield slip("shared-counted-again", "counted the shared layer once for every use", {TOTAL: again})


def _not_trained(model: Model, convention: str, counts: Sequence[Expr], trainable: bool) -> Iterator[Slip]:
    if trainable and (rest := model.parameters(convention, False)):
        yield slip("not-trained-too", "counted what is not trained as well", {TOTAL: add(*counts, as_expr(rest))})


def _everywhere(counted: Sequence[Applied], works: Sequence[Worked]) -> list[Slip]:
    """The layers' own slips, each made in every layer of its kind: who forgets the biases forgets them throughout."""
    found: dict[str, Slip] = {}
    for applied, work in zip(counted, works, strict=True):
        for each in work.slips:
            key = f"{type(applied.node.layer).__name__.lower()}-{each.key}"
            before = found[key].instead if key in found else {}
            found[key] = replace(each, key=key, instead={**before, **each.instead})
    return list(found.values())


def _widths(counted: Sequence[Applied], works: Sequence[Worked], convention: str) -> list[Slip]:
    """The slip of feeding a layer with the width that the layer before it was fed with."""
    found = []
    for n in range(2, len(counted) + 1):
        before, here = counted[n - 2], counted[n - 1]
        wide, narrow = before.fed, here.fed
        if before.node.layer.merges or here.node.layer.merges:
            continue
        if wide[-1] in (None, narrow[-1]) or (len(wide) != len(narrow) and len(wide) < 2):
            continue
        fed = here.node.layer.worked(wide, convention, str(n))
        kernel, wrong = works[n - 1].lines[0], fed.lines[0]
        if kernel != wrong:
            words = f"fed layer {n} with the width that layer {n - 1} is fed with, not the one it puts out"
            found.append(Slip(f"width-before-{n}", words, {kernel.symbol: wrong.expression}))
    return found


def ordinal(n: int) -> str:
    words = ("the first", "the second", "the third", "the fourth", "the fifth", "the sixth")
    return words[n - 1] if n <= len(words) else f"the {n}th"
