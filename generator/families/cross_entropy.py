"""Cross-entropy by hand."""

from collections.abc import Callable
from math import exp as e_to
from math import log

from generator.derivation import Answer, Line, Problem, Slip, less, slip
from generator.family import family
from generator.functions import exp, ln
from generator.notation import Expr, Sym, add
from generator.space import hundredths, tenths

PLACES = 3
L, logarithm = Sym("L"), Sym("logarithm", r"\ell")
ROUNDED = f"Use the natural logarithm and keep {PLACES} decimals in every line."


@family(
    "cross-entropy",
    topic="By hand",
    sources=("002",),
    tags=("loss", "classification"),
    of=("classes", "yes", "no", "scores", "batch"),
)
def cross_entropy(of: str) -> Problem:
    """The cross-entropy loss of a prediction: of a class, of yes or no, from scores, or the mean over a batch."""
    made: dict[str, Callable[[], Problem]] = {"classes": _classes, "scores": _scores, "batch": _batch}
    return made[of]() if of in made else _binary(of == "yes")


def _classes() -> Problem:
    """Three classes, of which the second is the true one."""
    first, true, last = (Sym(f"predicted_{place}", rf"\hat{{y}}_{{{place}}}") for place in (1, 2, 3))
    return Problem(
        ask="A classifier gives three classes the probabilities $\\hat{y} = ([[ predicted_1 ]], [[ predicted_2 ]], "
        f"[[ predicted_3 ]])$. The target is $y = (0, 1, 0)$. What is the cross-entropy loss? {ROUNDED}",
        numbers={first: hundredths(5, 60), true: hundredths(5, 60)},
        given={last: 1 - first - true},
        lines=_loss(true, "logarithm: of the true class's probability, for all others are multiplied by 0"),
        slips=(
            *_of_one(true),
            slip("all-classes", "added the logarithms of all classes, as if each were the target",
                 {logarithm: add(*map(ln, (first, true, last)))}),
            slip("entropy", "weighted each logarithm with its own probability instead of the target",
                 {logarithm: add(*(each * ln(each) for each in (first, true, last)))}),
            slip("first-class", "took the first class's probability", {logarithm: ln(first)}),
            slip("last-class", "took the last class's probability", {logarithm: ln(last)}),
            slip("mean-over-classes", "divided by the number of classes", {L: -logarithm / 3}),
        ),
        answer=Answer("decimal", L),
        check=lambda n: log(1 / n["predicted_2"]),
        where=(less(0.04, last),),
    )  # fmt: skip


def _binary(yes: bool) -> Problem:
    """One sigmoid output, of a positive or a negative example."""
    predicted, other = Sym("predicted", r"\hat{y}"), Sym("q")
    right, wrong = (predicted, 1 - predicted) if yes else (other, predicted)
    first = () if yes else (Line(other, 1 - predicted, "probability of 0: what is left to 1", places=2),)
    why = f"logarithm: of the probability given to the target {int(yes)}, for the other term is 0"
    return Problem(
        ask=f"A sigmoid output predicts $\\hat{{y}} = [[ predicted ]]$ for an example with the target "
        f"$y = {int(yes)}$. What is the binary cross-entropy loss? {ROUNDED}",
        numbers={predicted: hundredths(3, 97)},
        lines=(*first, *_loss(right, why)),
        slips=(
            *_of_one(right),
            slip("other-target", f"took the term for the target {int(not yes)}", {logarithm: ln(wrong)}),
            slip("both-terms", "added both terms, whatever the target", {logarithm: ln(right) + ln(wrong)}),
            slip("entropy", "weighted both logarithms with the prediction instead of the target",
                 {logarithm: predicted * ln(predicted) + (1 - predicted) * ln(1 - predicted)}),
            slip("mean-of-two", "divided by 2, as if there were two outputs", {L: -logarithm / 2}),
        ),
        answer=Answer("decimal", L),
        check=lambda n: -log(n["predicted"] if yes else 1 - n["predicted"]),
    )  # fmt: skip


def _scores() -> Problem:
    """Softmax first, as the losses "from logits" have it; the third class is the true one."""
    z, u = Sym("scores", "z", (3,)), Sym("powers", "u", (3,))
    total, p = Sym("S"), Sym("p", "p_{3}")
    target = u.parts[2]
    return Problem(
        ask="A network gives three classes the scores (logits)\n\n$$\nz = [[ scores ]]\n$$\n\nThe third class is the "
        f"true one. What is the cross-entropy loss, with softmax before it? {ROUNDED}",
        numbers={z: tenths(-10, 30)},
        lines=(
            Line(u, exp(z), "exponentials: all of them positive", places=PLACES),
            Line(total, add(*u.parts), "sum: of all exponentials", places=PLACES),
            Line(p, target / total, "probability of the true class: its exponential's share", places=PLACES),
            *_loss(p, "logarithm: of the true class's probability"),
        ),
        slips=(
            *_of_one(p),
            slip("no-softmax", "took the score itself, as if softmax had been applied already", {L: -z.parts[2]}),
            slip("first-class", "took the first class for the true one", {p: u.parts[0] / total}),
            slip("sum-of-others", "left the true class out of the sum", {total: add(*u.parts[:2])}),
            slip("mean-over-classes", "divided by the number of classes", {L: -logarithm / 3}),
        ),
        answer=Answer("decimal", L),
        check=lambda n: log(sum(e_to(n[f"scores_{place}"] - n["scores_3"]) for place in (1, 2, 3))),
        where=(less(0.05, p), less(p, 0.9)),
    )


def _batch() -> Problem:
    """The mean over three examples of yes or no."""
    predicted, other = Sym("predicted", r"\hat{y}", (3,)), Sym("q", "q_{2}")
    first, second, third = predicted.parts
    losses = tuple(Sym(f"loss_{place}", f"L_{{{place}}}") for place in (1, 2, 3))
    return Problem(
        ask="For three examples a sigmoid output predicts\n\n$$\n\\hat{y} = [[ predicted ]]\n$$\n\nTheir targets are "
        f"1, 0 and 1. What is the binary cross-entropy loss of this batch, the mean over its examples? {ROUNDED}",
        numbers={predicted: hundredths(10, 95)},
        lines=(
            Line(losses[0], -ln(first), "first loss: the target is 1", places=PLACES),
            Line(other, 1 - second, "probability of 0: the second example's target", places=2),
            Line(losses[1], -ln(other), "second loss: the target is 0", places=PLACES),
            Line(losses[2], -ln(third), "third loss: the target is 1", places=PLACES),
            Line(L, add(*losses) / 3, "mean: over the three examples", places=PLACES, result=True),
        ),
        slips=(
            slip("sum", "added up the losses and did not divide by their number", {L: add(*losses)}),
            slip("target-0-as-1", "took the second example's own output, as if its target were 1", {other: second}),
            slip("two-targets", "divided by the number of examples with target 1", {L: add(*losses) / 2}),
            slip("no-loss-for-0", "left out the example with target 0", {L: (losses[0] + losses[2]) / 3}),
            slip("minus-twice", "subtracted the loss of the example with target 0",
                 {L: (losses[0] - losses[1] + losses[2]) / 3}),
            slip("log-10", "took logarithms to base 10",
                 {loss: -(ln(p) / ln(10)) for loss, p in zip(losses, (first, other, third), strict=True)}),
            slip("log-2", "took logarithms to base 2",
                 {loss: -(ln(p) / ln(2)) for loss, p in zip(losses, (first, other, third), strict=True)}),
            slip("complements", "took the complements of the examples with target 1",
                 {losses[0]: -ln(1 - first), losses[2]: -ln(1 - third)}),
            slip("no-logarithms", "took $1 - \\hat{y}$ and no logarithms",
                 {loss: 1 - p for loss, p in zip(losses, (first, other, third), strict=True)}),
        ),
        answer=Answer("decimal", L),
        check=lambda n: -log(n["predicted_1"] * (1 - n["predicted_2"]) * n["predicted_3"]) / 3,
    )  # fmt: skip


def _loss(p: Expr, why: str) -> tuple[Line, Line]:
    return (
        Line(logarithm, ln(p), why, places=PLACES),
        Line(L, -logarithm, "loss: the sign makes it positive", places=PLACES, result=True),
    )


def _of_one(p: Expr) -> tuple[Slip, ...]:
    """What goes wrong with the logarithm of one probability."""
    return (
        slip("no-minus", "left out the minus sign", {L: logarithm}, credit=0.5),
        slip("log-10", "took the logarithm to base 10", {logarithm: ln(p) / ln(10)}),
        slip("log-2", "took the logarithm to base 2", {logarithm: ln(p) / ln(2)}),
        slip("no-logarithm", "took what is missing to 1, and no logarithm", {L: 1 - p}),
        slip("squared-error", "took the squared error", {L: (1 - p) ** 2}),
        slip("weighted", "multiplied the logarithm by the probability as well", {logarithm: p * ln(p)}),
        slip("reciprocal", "took the reciprocal instead of a logarithm", {L: 1 / p}),
    )
