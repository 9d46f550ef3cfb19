"""Inverted dropout by hand."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.notation import Sym, add, mul
from generator.space import among, span, tenths

PLACES = 3
WEIGHTS = ", \\quad w = [[ weights ]]"
NEXT = "The next neuron has the weights $w$ and no bias. "
rate, keep, out = Sym("rate", "p"), Sym("keep", "q"), Sym("z")


@family(
    "dropout-by-hand",
    topic="By hand",
    sources=("002",),
    tags=("regularization",),
    units=(3, 4, 5),
    asked=("layer", "next neuron"),
)
def dropout_by_hand(units: int, asked: str) -> Problem:
    """What inverted dropout leaves of a layer's activations, with its mask given, or what the next neuron gets."""
    h, mask, kept, y, w = (
        Sym(name, latex, (units,))
        for name, latex in (("activations", "h"), ("mask", "m"), ("kept", "d"), ("y", "y"), ("weights", "w"))
    )
    whole = asked == "layer"
    lines = [
        Line(keep, 1 - rate, "share that is kept: dropout scales by it, so that the mean stays", places=1),
        Line(kept, mul(h, mask), "masked: what the mask leaves", places=1),
        Line(y, kept / keep, "scaled up: what is left stands in for what is not", places=PLACES, result=whole),
    ]
    if not whole:
        weighted = add(*(a * b for a, b in zip(w.parts, y.parts, strict=True)))
        lines.append(Line(out, weighted, "next neuron: the weighted sum", places=PLACES, result=True))
    wanted = "What does the layer pass on?" if whole else "What is its weighted sum?"
    return Problem(
        ask="In training, inverted dropout with the rate $p = [[ rate ]]$ is applied to the activations $h$ with the "
        f"mask $m$ (1 = kept):\n\n$$\nh = [[ activations ]], \\quad m = [[ mask ]]{'' if whole else WEIGHTS}\n$$\n\n"
        f"{'' if whole else NEXT}{wanted} Keep {PLACES} decimals in every line.",
        numbers={h: tenths(1, 30), mask: span(0, 1), rate: among(0.1, 0.2, 0.3, 0.4)}
        | ({} if whole else {w: tenths(-20, 20)}),
        lines=tuple(lines),
        slips=_slips(h, mask, kept, y, None if whole else w),
        answer=Answer("vector", y) if whole else Answer("decimal", out),
        check=lambda numbers: _one_by_one(units, whole, numbers),
        where=(less(0, add(*mask.parts)), less(add(*mask.parts), units)),
    )


def _slips(h: Sym, mask: Sym, kept: Sym, y: Sym, w: Sym | None) -> tuple[Slip, ...]:
    found = [
        slip("not-scaled", "left the kept activations as they were, unscaled", {y: kept}),
        slip("scaled-down", "multiplied by the share that is kept instead of dividing by it", {y: kept * keep}),
        slip("by-rate", "divided by the rate instead of the share that is kept", {keep: rate}),
        slip("mask-reversed", "dropped what the mask keeps", {kept: mul(h, 1 - mask)}),
        slip("no-mask", "scaled all activations and dropped none", {kept: h}),
        slip("plus-rate", "added the rate to 1 instead of subtracting it", {keep: 1 + rate}),
        slip("times-one-plus-rate", "scaled by $1 + p$", {y: kept * (1 + rate)}),
    ]
    if w is not None:
        terms = [a * b for a, b in zip(w.parts, y.parts, strict=True)]
        found += [
            slip("no-weights", "added up what is passed on without the weights", {out: add(*y.parts)}),
            slip("scaled-twice", "divided by the share that is kept twice", {y: kept / keep / keep}),
            slip("mean", "divided the weighted sum by the number of activations", {out: add(*terms) / len(terms)}),
        ]
    return tuple(found)


def _one_by_one(units: int, whole: bool, n: Numbers) -> list[float] | float:
    """The second way: every activation on its own, dropped or divided."""
    passed = []
    for unit in range(1, units + 1):
        passed.append(n[f"activations_{unit}"] / (1 - n["rate"]) if n[f"mask_{unit}"] else 0.0)
    return passed if whole else sum(n[f"weights_{unit}"] * value for unit, value in enumerate(passed, 1))
