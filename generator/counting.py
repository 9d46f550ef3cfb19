"""A model's parameters counted as on paper: the layers' counts one after the other, and their sum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.branches import misfed, source
from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.errors import ProofError
from generator.layers import Weight, Worked, parameters
from generator.layers.base import Shape, named, prod_of
from generator.layers.pooling import Pooling
from generator.model import Applied, Model
from generator.notation import Expr, Num, Sym, add, as_expr, is_number, mul
from generator.notation import replace as put
from generator.space import Axis

TOTAL = Sym("T")
LONG = 4  # of a model with more layers to count each is worked in one line
Kept = Callable[[Weight], bool]


def everything(weight: Weight) -> bool:
    return True


def own(weight: Weight) -> bool:
    """What a framework's total counts: PyTorch leaves buffers out."""
    return not weight.buffer


def trained(weight: Weight) -> bool:
    return weight.trainable


def untrained(weight: Weight) -> bool:
    return not weight.trainable


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
    frozen: bool = False,
    given: Mapping[Sym, Expr] | None = None,
    unit: str = "",
    **rest: Any,
) -> Problem:
    """The problem of counting a model's parameters, the ``trainable`` ones or those that are not (``frozen``).

    Lines, slips and proof come with its layers. ``slips`` are further ones; they come first and stand in for those of
    the model that make the same change, as a family knows better words than "left the second layer out". A size of the
    model that the stem gives is not worked out. ``unit`` where that is not the usual one.
    """
    mine = tuple(slips)
    kept = trained if trainable else untrained if frozen else own
    work = worked(model, convention, kept, given or {})
    if work.count is None:
        raise ProofError(f"a model without weights cannot be counted: {model.config()}")
    usual = {trained: "trainable parameters", untrained: "non-trainable parameters", own: "parameters"}[kept]
    return Problem(
        ask=ask,
        numbers=numbers,
        lines=work.lines,
        slips=(*mine, *(each for each in work.slips if each.instead not in [better.instead for better in mine])),
        answer=Answer("integer", work.count, unit=unit or usual),
        proves={work.count: as_expr(parameters(list(filter(kept, model.weights(convention)))))},
        model=model.config(),
        network=model,
        convention=convention,
        given=given or {},
        **rest,
    )


def worked(model: Model, convention: str, kept: Kept = everything, given: Mapping[Sym, Expr] | None = None) -> Worked:
    """The lines and slips of all that is ``kept``, and the total; of a model with one layer to count, that layer's."""
    sizes = _Sizes({expression: symbol for symbol, expression in (given or {}).items()})
    groups = _groups([sizes.named(each, convention) for each in model.applied(convention)], kept)
    work = _Work(convention, kept, short=len(groups) > LONG)
    several = sum(map(len, groups)) > 1
    works = [work.of(group, str(n) if several else "") for n, group in enumerate(groups, 1)]
    if not works:
        return Worked()
    total = _total(groups, works, kept) if several else works[0].lines[-1]
    between = [total] if several else []
    return Worked(
        lines=tuple(_leading((*sizes.lines, *(line for each in works for line in each.lines), *between), total.symbol)),
        slips=(
            *(_between(model, groups, works, work, total.expression) if between else works[0].slips),
            *_beside(model, convention, kept, total),
        ),
        count=total.symbol,
    )


def side(n: int) -> Sym:
    """The n-th size within a model that has a line of its own."""
    return Sym(f"side_{n}", f"n_{{{n}}}")


@dataclass
class _Sizes:
    """Sizes within a model that are expressions: each gets a name, and a line where the stem does not give it."""

    names: dict[Expr, Sym]
    lines: list[Line] = field(default_factory=list)

    def named(self, each: Applied, convention: str) -> Applied:
        """The node on its input in names; the sides of its output get theirs."""
        each = replace(each, fed=self._put(each.fed))
        layer = each.node.layer
        for axis, found in enumerate(each.output_shape):
            if layer.sized and isinstance(found, Expr) and not isinstance(found, Sym | Num) and found not in self.names:
                self.names[found] = side(len(self.lines) + 1)
                expression = as_expr(layer.output_shape(each.fed, convention)[axis])
                # the line of a layer with weights goes into the next one's running line: its own ends with its count
                self.lines.append(Line(self.names[found], expression, layer.sized, result=not each.weights))
        return each

    def _put(self, shape: Shape) -> Shape:
        return tuple(self._put(s) if isinstance(s, tuple) else self.names.get(s, s) for s in shape)


def _groups(applied: Sequence[Applied], kept: Kept) -> list[list[Applied]]:
    """The layers to count; equal ones on equal inputs together, as they are counted once and multiplied."""
    groups: list[list[Applied]] = []
    for each in applied:
        if not (each.counted and any(map(kept, each.weights))):
            continue
        for group in groups:
            if (group[0].node.layer, group[0].fed) == (each.node.layer, each.fed):
                group.append(each)
                break
        else:
            groups.append([each])
    return groups


@dataclass(frozen=True)
class _Work:
    """How a layer is worked: in a convention, as far as it is counted, ``short`` in one line."""

    convention: str
    kept: Kept
    short: bool

    def of(self, group: Sequence[Applied], tag: str, fed: Shape | None = None) -> Worked:
        """A layer's working, on another input than its own if need be."""
        each = group[0]
        whole = each.node.layer.worked(each.fed if fed is None else fed, self.convention, tag)
        part = replace(whole, count=self._count(each, whole))
        if part.count is None:
            return part
        lines = _leading(part.lines, part.count)
        nothing = {line.symbol: line.expression for line in lines if is_number(line.expression, 0)}
        only = put(lines[-1].expression, nothing)
        if isinstance(only, Sym) and any(line.symbol == only for line in lines):  # the count is another line's
            lines = _leading(lines, only)
        lines[-1] = replace(lines[-1], result=True)
        there = {line.symbol for line in lines}
        slips = tuple(each for each in part.slips if there & set(each.instead))
        part = replace(part, lines=tuple(_of_layer(tag, lines)), slips=slips, count=lines[-1].symbol)
        return _in_one_line(part) if self.short else part

    def _count(self, each: Applied, whole: Worked) -> Sym | None:
        """The line that holds what is kept of a layer."""
        if all(map(self.kept, each.weights)):
            return whole.count
        own = each.node.layer.weights(each.fed, self.convention)
        learns = all(self.kept(weight) == plain.trainable for weight, plain in zip(each.weights, own, strict=True))
        return whole.trained if learns else whole.untrained


def _of_layer(tag: str, lines: Sequence[Line]) -> list[Line]:
    """The lines of one layer among several, whose labels say which: "kernel of layer 2", "layer 2, convolution"."""
    if not tag:
        return list(lines)
    *parts, count = lines
    which = f"layer {tag}" if count.label == "layer" else f"layer {tag}, {count.label}"
    return [*(each.labelled(f"{each.label} of layer {tag}") for each in parts), count.labelled(which)]


def _in_one_line(work: Worked) -> Worked:
    """The same working with all its lines in that of the count."""
    count = work.lines[-1]
    told = replace(count, expression=_opened(work.lines, {}))
    slips = [replace(each, instead={count.symbol: _opened(work.lines, each.instead)}) for each in work.slips]
    return replace(work, lines=(told,), slips=tuple(slips))


def _opened(lines: Sequence[Line], instead: Mapping[Sym, Expr]) -> Expr:
    """The last line with every other put in."""
    meaning: dict[Sym, Expr] = {}
    for line in lines:
        meaning[line.symbol] = put(instead.get(line.symbol, line.expression), meaning)
    return meaning[lines[-1].symbol]


def _total(groups: Sequence[Sequence[Applied]], works: Sequence[Worked], kept: Kept) -> Line:
    """The sum of the layers."""
    why: dict[Kept, str] = {trained: "model: all layers that are trained", untrained: "model: all that is not trained"}
    return Line(TOTAL, add(*_terms(groups, works)), why.get(kept, "model: all layers"), result=True)


def _terms(groups: Sequence[Sequence[Applied]], works: Sequence[Worked]) -> list[Expr]:
    return [mul(len(group), as_expr(work.count)) for group, work in zip(groups, works, strict=True)]


def _leading(lines: Sequence[Line], to: Sym) -> list[Line]:
    """The lines that lead to a quantity, in order."""
    needed, kept = {to}, list[Line]()
    for line in reversed(lines):
        if line.symbol in needed:
            needed.update(line.expression.written)
            kept.append(line)
    return kept[::-1]


# --- what goes wrong between the layers ------------------------------------------------------------------------------

Groups = Sequence[Sequence[Applied]]


def _between(model: Model, groups: Groups, works: Sequence[Worked], work: _Work, total: Expr) -> Iterator[Slip]:
    applied = {each.node.id: each for each in model.applied(work.convention)}
    yield from _widths(applied, groups, works, work)
    yield from _branches(applied, groups, works, work)
    yield from _everywhere(groups, works)
    yield from _missing(groups, works)
    yield from _shared(model, groups, works, total)
    yield slip("last-layer-twice", "added the last layer twice", {TOTAL: add(total, as_expr(works[-1].count))})


def _widths(applied: Mapping[str, Applied], groups: Groups, works: Sequence[Worked], work: _Work) -> Iterator[Slip]:
    """The slip of feeding a layer with the width that the layer before it was fed with."""
    for n in range(2, len(groups) + 1):
        before, here = groups[n - 2][0], groups[n - 1][0]
        wide, narrow = before.fed, here.fed
        fed_by = source(applied, here)
        if fed_by is None or fed_by.node != before.node or isinstance(wide[-1], tuple):
            continue
        if wide[-1] in (None, narrow[-1]) or (len(wide) != len(narrow) and len(wide) != 2):
            continue
        wrong = work.of(groups[n - 1], str(n), wide).lines
        instead = {w.symbol: w.expression for w, r in zip(wrong, works[n - 1].lines, strict=False) if w != r}
        if instead:
            words = f"fed layer {n} with the width that layer {n - 1} is fed with, not the one it puts out"
            yield Slip(f"width-before-{n}", words, instead)


def _branches(applied: Mapping[str, Applied], groups: Groups, works: Sequence[Worked], work: _Work) -> Iterator[Slip]:
    """The slips of feeding a layer with a wrong width where branches meet before it."""
    for n, (group, right) in enumerate(zip(groups, works, strict=True), 1):
        met: list[Mapping[Sym, Expr]] = [{}]
        for key, words, fed in misfed(applied, applied[group[0].node.id]):
            wrong = work.of(group, str(n), fed).lines
            instead = {a.symbol: b.expression for a, b in zip(right.lines, wrong, strict=True) if a != b}
            if instead not in met:
                met.append(instead)
                yield Slip(f"{key}-{n}", words.format(n), instead)


def _everywhere(groups: Groups, works: Sequence[Worked]) -> list[Slip]:
    """The layers' own slips, each made in every layer of its kind: who forgets the biases forgets them throughout."""
    found: dict[str, Slip] = {}
    for group, work in zip(groups, works, strict=True):
        for each in work.slips:
            key = f"{type(group[0].node.layer).__name__.lower()}-{each.key}"
            before = found[key].instead if key in found else {}
            found[key] = replace(each, key=key, instead={**before, **each.instead})
    return list(found.values())


def _missing(groups: Groups, works: Sequence[Worked]) -> Iterator[Slip]:
    """A layer left out; of a long model the first or the last, and of equal layers one of them, or all but one."""
    terms = _terms(groups, works)
    alike = any(len(group) > 1 for group in groups)
    for n, (group, term) in enumerate(zip(groups, terms, strict=True), 1):
        count, times = as_expr(works[n - 1].count), len(group)
        rest = [each for each in terms if each is not term]
        if times > 1:
            words = f"counted one `{group[0].node.layer.kind}` layer too few"
            yield slip(f"layer-missing-{n}", words, {TOTAL: add(*rest, mul(times - 1, count))})
        elif n in (1, len(groups)) or len(groups) <= LONG:
            which = f"${works[n - 1].lines[-1].symbol.latex}$" if alike else f"{ordinal(n)} layer with weights"
            yield slip(f"layer-missing-{n}", f"left {which} out of the total", {TOTAL: add(*rest)})
    if alike:
        yield slip(
            "equal-layers-once", "counted equal layers once", {TOTAL: add(*(as_expr(work.count) for work in works))}
        )


def _shared(model: Model, groups: Groups, works: Sequence[Worked], total: Expr) -> Iterator[Slip]:
    """Weights that several nodes share, counted once for every use."""
    ids = [{each.node.id for each in group} for group in groups]
    uses = [sum(node.share in found for node in model.nodes) for found in ids]
    again = [as_expr(work.count) for work, times in zip(works, uses, strict=True) for _ in range(times)]
    if again:
        layers = "layer" if sum(map(bool, uses)) == 1 else "layers"
        words = f"counted the shared {layers} once for every use"
        yield slip("shared-counted-again", words, {TOTAL: add(total, *again)})


def _beside(model: Model, convention: str, kept: Kept, total: Line) -> Iterator[Slip]:
    """What does not belong to the total, counted to it."""
    rest = [as_expr(prod_of(each.shape)) for each in model.weights(convention) if own(each) and not trained(each)]
    if kept is trained and rest:
        words = "counted what is not trained as well"
        terms = [mul(rest.count(each), each) for each in dict.fromkeys(rest)]
        yield slip("not-trained-too", words, {total.symbol: add(total.expression, *terms)})
    windows = [layer.window for layer in model.layers if isinstance(layer, Pooling)]
    if windows and kept not in (trained, untrained):
        cells = [mul(*map(as_expr, window)) for window in windows]
        words = "gave the pooling a weight for every cell of its window"
        yield slip("pooling-weights", words, {total.symbol: add(total.expression, *cells)})


def ordinal(n: int) -> str:
    words = ("the first", "the second", "the third", "the fourth", "the fifth", "the sixth")
    return words[n - 1] if n <= len(words) else f"the {n}th"
