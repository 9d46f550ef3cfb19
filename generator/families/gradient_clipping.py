"""Gradient clipping by hand: by value, by norm, by the norm of all layers together."""

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import absolute, largest, smallest, sqrt
from generator.notation import Sym, add
from generator.space import among, span, tenths

PLACES = 3
limit, eta = Sym("limit", "c"), Sym("rate", r"\eta")
squares, norm, factor = Sym("squares", "S"), Sym("norm", "n"), Sym("factor", "f")


@family(
    "gradient-clipping",
    topic="By hand",
    sources=("002", "003", "004"),
    tags=("optimizer", "rnn"),
    by=("value", "norm", "global norm"),
    asked=("gradient", "weights"),
)
def gradient_clipping(by: str, asked: str) -> Problem | None:
    """What clipping makes of a gradient, by value or by norm, or the weights after a step along it."""
    if by == "global norm":
        return _global() if asked == "gradient" else None
    g, clipped = Sym("gradient", "g", (3,)), Sym("clipped", r"\tilde{g}", (3,))
    w, new = Sym("weights", "w", (3,)), Sym("new", "w'", (3,))
    lines, slips, where = _by_value(g, clipped) if by == "value" else _by_norm(g, clipped)
    if asked == "weights":
        why, places = "new weights: against the clipped gradient", PLACES if by == "norm" else 2
        lines = [*lines, Line(new, w - eta * clipped, why, places, result=True)]
        slips += _steps(g, clipped, w, new)
    told = (
        "to the range from $-c$ to $c$, entry by entry (clipping by value)"
        if by == "value"
        else "to the Euclidean norm $c$ if its own is larger (clipping by norm)"
    )
    step, more, rounded = "What is the clipped gradient?", "", ""
    if asked == "weights":
        more = ", \\quad w = [[ weights ]]"
        step = "What are the weights $w$ after a step of gradient descent with it and $\\eta = [[ rate ]]$?"
    if by == "norm":
        rounded = f" Keep {PLACES} decimals in every line."
    return Problem(
        ask=f"The gradient{' of the weights $w$' if more else ''}\n\n$$\ng = [[ gradient ]]{more}\n$$\n\n"
        f"is clipped {told}, with $c = [[ limit ]]$. {step}{rounded}",
        numbers={g: tenths(-60, 60), limit: span(1, 4) if by == "value" else span(2, 6)}
        | ({w: tenths(-30, 30), eta: among(0.1, 0.2, 0.3, 0.4, 0.5)} if more else {}),
        lines=tuple(lines),
        slips=tuple(slips),
        answer=Answer("vector", clipped if asked == "gradient" else new),
        check=lambda n: _one_by_one(by, asked == "weights", n),
        where=tuple(where),
    )


Clipping = tuple[list[Line], list[Slip], list[Condition]]


def _by_value(g: Sym, clipped: Sym) -> Clipping:
    """At least one entry is cut, and one is not."""
    below = Sym("capped", "a", (3,))
    lines = [
        Line(below, smallest(g, limit), "cut from above: nothing beyond the limit", places=1),
        Line(clipped, largest(below, -limit), "clipped gradient: cut from below as well", places=1, result=True),
    ]
    slips = [
        slip("only-from-above", "left entries below the range as they were", {clipped: below}),
        slip("only-from-below", "left entries above the range as they were", {below: g}),
        slip("signs-lost", "cut the size of each entry and lost its sign", {clipped: smallest(absolute(g), limit)}),
        slip("to-zero", "cut negative entries at 0", {clipped: largest(below, 0)}),
        slip("by-largest", "scaled the whole gradient by its largest entry",
             {clipped: g * limit / largest(*map(absolute, g.parts))}),
        slip("subtracted", "took the limit off each entry", {below: g - limit}),
        slip("away", "kept at least the limit instead of at most", {below: largest(g, limit)}),
    ]  # fmt: skip
    sizes = [absolute(part) for part in g.parts]
    return lines, slips, [less(limit, largest(*sizes)), less(smallest(*sizes), limit)]


def _by_norm(g: Sym, clipped: Sym) -> Clipping:
    lines = [
        Line(squares, add(*(part**2 for part in g.parts)), "squares: of all entries, added up", places=2),
        Line(norm, sqrt(squares), "norm: the gradient's length", places=PLACES),
        Line(factor, limit / norm, "factor: the length allowed by the length it has", places=PLACES),
        Line(clipped, factor * g, "clipped gradient: shorter, in the same direction", places=PLACES, result=True),
    ]
    slips = [
        slip("no-root", "left out the root of the norm", {norm: squares}),
        slip("sizes-added", "added up the sizes of the entries for the norm", {norm: add(*map(absolute, g.parts))}),
        slip("largest-for-norm", "took the largest entry for the norm", {norm: largest(*map(absolute, g.parts))}),
        slip("upside-down", "divided the norm by the limit", {factor: norm / limit}),
        slip("length-1", "scaled to the length 1", {factor: 1 / norm}),
        slip("limit-as-factor", "multiplied by the limit", {clipped: limit * g}),
        slip("by-value", "cut each entry instead of scaling the whole", {clipped: largest(smallest(g, limit), -limit)}),
        slip("mean-of-squares", "took the mean of the squares for their sum",
             {squares: add(*(part**2 for part in g.parts)) / 3}),
    ]  # fmt: skip
    return lines, slips, [less(limit**2, 0.8 * squares)]


def _steps(g: Sym, clipped: Sym, w: Sym, new: Sym) -> list[Slip]:
    return [
        slip("not-clipped", "took the step with the gradient as it was", {new: w - eta * g}),
        slip("added", "went up the gradient instead of down", {new: w + eta * clipped}),
        slip("no-rate", "left out the learning rate", {new: w - clipped}),
    ]


def _global() -> Problem:
    """Two layers, one factor: the norm of all gradients decides."""
    first, second = (Sym(f"gradient_{k}", f"g_{{{k}}}", (2,)) for k in (1, 2))
    cut = Sym("clipped", r"\tilde{g}_{1}", (2,))
    both = (*first.parts, *second.parts)
    one, two = (Sym(f"squares_{k}", f"S_{{{k}}}") for k in (1, 2))
    return Problem(
        ask="Two layers have the gradients\n\n$$\ng_1 = [[ gradient_1 ]], \\quad g_2 = [[ gradient_2 ]]\n$$\n\n"
        "They are clipped to the global norm $c = [[ limit ]]$: the Euclidean norm of all entries together. What "
        f"becomes of $g_1$? Keep {PLACES} decimals in every line.",
        numbers={first: tenths(-60, 60), second: tenths(-60, 60), limit: span(2, 6)},
        lines=(
            Line(one, add(*(part**2 for part in first.parts)), "first layer: its squares", places=2),
            Line(two, add(*(part**2 for part in second.parts)), "second layer: its squares", places=2),
            Line(norm, sqrt(one + two), "global norm: the length of all entries together", places=PLACES),
            Line(factor, limit / norm, "factor: the same for both layers", places=PLACES),
            Line(cut, factor * first, "clipped gradient: of the first layer", places=PLACES, result=True),
        ),
        slips=(
            slip("own-norm", "took the first layer's own norm", {norm: sqrt(one)}),
            slip("other-norm", "took the second layer's norm", {norm: sqrt(two)}),
            slip("norms-added", "added the layers' norms", {norm: sqrt(one) + sqrt(two)}),
            slip("no-root", "left out the root of the norm", {norm: one + two}),
            slip("upside-down", "divided the norm by the limit", {factor: norm / limit}),
            slip("length-1", "scaled to the length 1", {factor: 1 / norm}),
            slip("shared", "gave each layer half of the limit", {factor: limit / 2 / norm}),
            slip("second-layer", "scaled the second layer's gradient", {cut: factor * second}),
            slip("by-value", "cut each entry instead of scaling", {cut: largest(smallest(first, limit), -limit)}),
        ),
        answer=Answer("vector", cut),
        check=lambda n: _shortened([n[part.name] for part in both], n["limit"])[:2],
        where=(less(limit**2, 0.8 * (one + two)),),
    )


def _one_by_one(by: str, step: bool, n: Numbers) -> list[float]:
    """The second way: by value sorted into three cases, by norm as a unit vector times the limit."""
    g, c = [n[f"gradient_{k}"] for k in (1, 2, 3)], n["limit"]
    found = [sorted((-c, each, c))[1] for each in g] if by == "value" else _shortened(g, c)
    if step:
        found = [n[f"weights_{k}"] - n["rate"] * each for k, each in enumerate(found, 1)]
    return [round(float(each), 6) for each in found] if by == "value" else found


def _shortened(entries: list[float], length: float) -> list[float]:
    size = sum(each * each for each in entries) ** 0.5
    return [each / size * length for each in entries]
