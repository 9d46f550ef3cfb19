"""Batch normalization by hand: one feature over a small batch."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import sqrt
from generator.notation import Expr, Sym, add
from generator.space import among, span, tenths

PLACES, EPSILON = 3, 0.001
x, n, y = (Sym(name, latex, (4,)) for name, latex in (("batch", "x"), ("normalized", r"\hat{x}"), ("y", "y")))
value, one = Sym("value", "x"), Sym("out", "y")
mean, variance, deviation = Sym("mean", r"\mu"), Sym("variance", r"\sigma^2"), Sym("deviation", "s")
gamma, beta, scaled = Sym("gamma", r"\gamma"), Sym("beta", r"\beta"), Sym("scaled", r"\hat{x}")
moving, momentum, kept, new = Sym("moving", "m"), Sym("momentum", r"\alpha"), Sym("kept", "k"), Sym("new", "m'")
SHARED = f"$\\varepsilon = {EPSILON}$. Keep {PLACES} decimals in every line."


@family(
    "batch-norm-by-hand",
    topic="By hand",
    sources=("002",),
    tags=("normalization",),
    asked=("batch", "first value", "prediction", "moving mean in Keras", "moving mean in PyTorch"),
)
def batch_norm_by_hand(asked: str) -> Problem:
    """Batch normalization of one feature: in training, in prediction, and how the moving mean follows."""
    if asked == "prediction":
        return _prediction()
    return _moving(asked.endswith("Keras")) if asked.startswith("moving") else _training(asked == "batch")


def _training(whole: bool) -> Problem:
    """The batch's own mean and variance; all of its values, or the first."""
    one_, last = Sym("first", r"\hat{x}_{1}"), Sym("y_one", "y_{1}")
    centred, result = (n, y) if whole else (one_, last)
    told = x if whole else x.parts[0]
    wanted = "What does batch normalization make of the batch?" if whole else "What does it make of the first value?"
    return Problem(
        ask="In training, batch normalization sees this feature in a batch of four examples:\n\n$$\nx = [[ batch ]]\n"
        f"$$\n\n{wanted} $\\gamma = [[ gamma ]]$, $\\beta = [[ beta ]]$, {SHARED}",
        numbers={x: span(0, 20), gamma: tenths(5, 25), beta: tenths(-20, 20)},
        lines=(
            Line(mean, add(*x.parts) / 4, "mean: of the batch", places=PLACES),
            Line(variance, _squares(mean) / 4, "variance: the mean of the squared distances", places=PLACES),
            Line(deviation, sqrt(variance + EPSILON), "standard deviation: never 0 with epsilon", places=PLACES),
            Line(centred, (told - mean) / deviation, "normalized: mean 0 and variance 1", places=PLACES),
            Line(result, gamma * centred + beta, "output: scaled and shifted", places=PLACES, result=True),
        ),
        slips=(
            slip("divided-by-n-minus-1", "divided by 3 instead of 4 for the variance", {variance: _squares(mean) / 3}),
            slip("squares-not-divided", "did not divide the squared distances by their number",
                 {variance: _squares(mean)}),
            slip("mean-not-subtracted", "squared the values themselves for the variance",
                 {variance: add(*(part**2 for part in x.parts)) / 4}),
            slip("mean-by-3", "divided by 3 instead of 4 for the mean", {mean: add(*x.parts) / 3}),
            *_slips(told, centred, result),
        ),
        answer=Answer("vector" if whole else "decimal", result),
        check=lambda numbers: _by_standardizing(whole, numbers),
        where=(less(2, variance),),
    )  # fmt: skip


def _squares(centre: Sym) -> Expr:
    return add(*((part - centre) ** 2 for part in x.parts))


def _prediction() -> Problem:
    """The statistics kept from training, and no batch."""
    return Problem(
        ask="After training, batch normalization has kept for a feature the moving mean $\\mu = [[ mean ]]$ and the "
        "moving variance $\\sigma^2 = [[ variance ]]$. In prediction the feature is $x = [[ value ]]$. What does batch "
        f"normalization make of it? $\\gamma = [[ gamma ]]$, $\\beta = [[ beta ]]$, {SHARED}",
        numbers={
            mean: tenths(-50, 50),
            variance: tenths(20, 90),
            value: tenths(-90, 90),
            gamma: tenths(5, 25),
            beta: tenths(-20, 20),
        },
        lines=(
            Line(deviation, sqrt(variance + EPSILON), "standard deviation: never 0 with epsilon", places=PLACES),
            Line(scaled, (value - mean) / deviation, "normalized: as the training's values were", places=PLACES),
            Line(one, gamma * scaled + beta, "output: scaled and shifted", places=PLACES, result=True),
        ),
        slips=_slips(value, scaled, one),
        answer=Answer("decimal", one),
        check=lambda v: v["gamma"] * (v["value"] - v["mean"]) * (v["variance"] + EPSILON) ** -0.5 + v["beta"],
        where=(less(0.25, (value - mean) ** 2),),
    )


def _slips(told: Expr, centred: Sym, result: Sym) -> tuple[Slip, ...]:
    return (
        slip("no-root", "divided by the variance instead of its root", {deviation: variance + EPSILON}),
        slip("not-divided", "subtracted the mean and did not divide", {centred: told - mean}),
        slip("not-centred", "did not subtract the mean", {centred: told / deviation}),
        slip("other-way-round", "subtracted the value from the mean", {centred: (mean - told) / deviation}),
        slip("no-gamma", "left out the scale gamma", {result: centred + beta}),
        slip("no-beta", "left out the shift beta", {result: gamma * centred}),
        slip("swapped", "took gamma for the shift and beta for the scale", {result: beta * centred + gamma}),
        slip("shift-first", "added the shift before scaling", {result: gamma * (centred + beta)}),
        slip("shift-subtracted", "subtracted the shift", {result: gamma * centred - beta}),
    )


def _moving(keras: bool) -> Problem:
    """The two frameworks weigh old and new the other way round."""
    values = x.parts
    old, fresh = (momentum, 1 - momentum) if keras else (1 - momentum, momentum)
    name, kind = ("Keras", "keras") if keras else ("PyTorch", "pytorch")
    shares = ("\\alpha", "(1 - \\alpha)")
    rule = "m' = {} \\cdot m + {} \\cdot \\mu".format(*(shares if keras else shares[::-1]))
    return Problem(
        ask=f"Batch normalization in {name} updates its moving mean with every batch, by ${rule}$ with the momentum "
        "$\\alpha = [[ momentum ]]$. It was $m = [[ moving ]]$ before the batch\n\n$$\nx = [[ batch ]]\n$$\n\nWhat is "
        f"it after the batch? Keep {PLACES} decimals in every line.",
        numbers={
            x: span(0, 20),
            momentum: among(0.6, 0.7, 0.8, 0.9) if keras else among(0.1, 0.2, 0.3, 0.4),
            moving: tenths(10, 190),
        },
        lines=(
            Line(mean, add(*values) / 4, "mean: of the batch", places=PLACES),
            Line(kept, old * moving, "kept: the share of the old moving mean", places=PLACES),
            Line(new, kept + fresh * mean, "moving mean: a share of the batch's added", places=PLACES, result=True),
        ),
        slips=(
            slip("shares-swapped", f"weighed old and new as {'PyTorch' if keras else 'Keras'} does",
                 {kept: fresh * moving, new: kept + old * mean}),
            slip("batch-only", "took the batch's mean and forgot the old one", {new: mean}),
            slip("unweighted", "took the mean of old and new, whatever the momentum", {new: (moving + mean) / 2}),
            slip("not-kept", "left out the old moving mean", {kept: 0 * moving}),
            slip("mean-added-whole", "added the batch's mean without its share", {new: kept + mean}),
            slip("old-kept-whole", "kept the old moving mean without its share", {kept: moving}),
            slip("old-only", "left out the batch's mean", {new: kept}),
            slip("sum-for-mean", "added up the batch and did not divide", {mean: add(*values)}),
            slip("mean-by-3", "divided by 3 instead of 4 for the mean", {mean: add(*values) / 3}),
            slip("subtracted", "subtracted the batch's share", {new: kept - fresh * mean}),
        ),
        answer=Answer("decimal", new),
        check=lambda v: _towards(keras, v),
        where=(less(1, (moving - mean) ** 2),),
        convention=kind,
    )  # fmt: skip


def _towards(keras: bool, v: Numbers) -> float:
    """The second way: a step from the old mean towards the batch's."""
    centre = sum(v[f"batch_{place}"] for place in (1, 2, 3, 4)) / 4
    step = 1 - v["momentum"] if keras else v["momentum"]
    return round(float(v["moving"] + step * (centre - v["moving"])), 6)


def _by_standardizing(whole: bool, v: Numbers) -> list[float] | float:
    """The second way: the variance as the mean of the squares less the square of the mean."""
    values = [v[f"batch_{place}"] for place in (1, 2, 3, 4)]
    centre = sum(values) / 4
    spread = sum(each * each for each in values) / 4 - centre * centre
    found = [v["beta"] + v["gamma"] * (each - centre) / (spread + EPSILON) ** 0.5 for each in values]
    return found if whole else found[0]
