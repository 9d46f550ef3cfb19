"""The loss of a variational autoencoder by hand: reconstruction and KL divergence."""

from math import log

from generator.derivation import Answer, Line, Numbers, Problem, Slip, slip
from generator.families.kl_divergence import KL, by_parts, divergence
from generator.family import family
from generator.functions import ln
from generator.notation import Expr, Sym, add
from generator.space import Axis, hundredths, span, tenths

PLACES = 3
reconstruction, loss, beta = Sym("reconstruction", "R"), Sym("loss", "L"), Sym("beta", r"\beta")
LOSSES = {
    "squared error": "the sum of the squared errors",
    "mean squared error": "the mean of the squared errors",
    "binary cross-entropy": "the sum of the binary cross-entropies",
}


@family(
    "vae-loss",
    topic="By hand",
    sources=("002",),
    tags=("generative", "vae", "loss"),
    reconstructed=tuple(LOSSES),
    weighted=(False, True),
)
def vae_loss(reconstructed: str, weighted: bool) -> Problem:
    """The loss of a variational autoencoder for one example: its reconstruction loss and its KL divergence."""
    x, out = Sym("x", "x", (3,)), Sym("output", r"\hat{x}", (3,))
    mean, given = Sym("mean", r"\mu", (2,)), Sym("spread", r"\ell", (2,))
    binary = reconstructed == "binary cross-entropy"
    first, slips = _cross_entropies(x, out) if binary else _squares(x, out, reconstructed.startswith("mean"))
    regular, wrong = divergence("log-variance", mean, given)
    share: Expr = beta * KL if weighted else KL
    told = ", weighted with $\\beta = [[ beta ]]$" if weighted else ""
    return Problem(
        ask="A variational autoencoder gives for the input $x$ the mean $\\mu$ and the log-variance "
        "$\\ell = \\ln \\sigma^2$ of two latent dimensions, and the output $\\hat{x}$:\n\n"
        "$$\nx = [[ x ]], \\quad \\hat{x} = [[ output ]], \\quad \\mu = [[ mean ]], \\quad \\ell = [[ spread ]]\n$$\n\n"
        f"What is its loss? The reconstruction loss is {LOSSES[reconstructed]}, the regularization term the KL "
        f"divergence from the standard normal distribution{told}. Keep {PLACES} decimals in every line.",
        numbers={
            x: span(0, 1) if binary else tenths(1, 20),
            out: hundredths(10, 95, 5) if binary else tenths(1, 20),
            mean: tenths(-15, 15),
            given: tenths(-15, 10),
        }
        | ({beta: Axis((2, 3, 4, 5))} if weighted else {}),
        lines=(*first, *regular[:-1], _plain(regular[-1]), _sum(share)),
        slips=(
            slip("no-divergence", "left out the KL divergence", {loss: reconstruction}),
            slip("no-reconstruction", "left out the reconstruction loss", {loss: share}),
            slip("half", "took half of the sum", {loss: (reconstruction + share) / 2}),
            *slips,
            *(each for each in wrong if each.key in KEPT),
            *(_weights() if weighted else ()),
        ),
        answer=Answer("decimal", loss),
        check=lambda n: _in_one_go(reconstructed, weighted, n),
    )


KEPT = ("sign", "no-half", "mean-not-squared", "no-one", "deviation", "first-only")


def _plain(line: Line) -> Line:
    """The same line, with what the loss adds still to come."""
    return Line(line.symbol, line.expression, "divergence: minus half of the sum", PLACES)


def _sum(share: Expr) -> Line:
    return Line(loss, reconstruction + share, "loss: both together", PLACES, result=True)


def _weights() -> tuple[Slip, ...]:
    return (
        slip("not-weighted", "left out the weight of the divergence", {loss: reconstruction + KL}),
        slip("wrong-term-weighted", "weighted the reconstruction loss", {loss: beta * reconstruction + KL}),
        slip("both-weighted", "weighted both terms", {loss: beta * (reconstruction + KL)}),
    )


def _squares(x: Sym, out: Sym, mean: bool) -> tuple[tuple[Line, ...], tuple[Slip, ...]]:
    error = Sym("errors", "d", (3,))
    whole = add(*(part**2 for part in error.parts))
    right, other = (whole / 3, whole) if mean else (whole, whole / 3)
    words = "added up the squared errors and did not divide" if mean else "took the mean of the squared errors"
    says = "mean of the squared errors" if mean else "sum of the squared errors"
    return (
        Line(error, x - out, "errors: input less output", places=1),
        Line(reconstruction, right, f"reconstruction loss: the {says}", places=PLACES),
    ), (
        slip("mean-for-sum" if not mean else "sum-for-mean", words, {reconstruction: other}),
        slip("halved", "halved the reconstruction loss", {reconstruction: right / 2}),
        slip("not-squared", "added up the errors without squaring them", {reconstruction: add(*error.parts)}),
        slip("errors-added", "added input and output for the errors", {error: x + out}),
    )


def _cross_entropies(x: Sym, out: Sym) -> tuple[tuple[Line, ...], tuple[Slip, ...]]:
    given, logarithm = Sym("given", "p", (3,)), Sym("logarithms", "q", (3,))
    whole = add(*logarithm.parts)
    return (
        Line(given, x * out + (1 - x) * (1 - out), "probability: that the output gives to each input", places=2),
        Line(logarithm, ln(given), "logarithms: of these probabilities", places=PLACES),
        Line(reconstruction, -whole, "reconstruction loss: minus their sum", places=PLACES),
    ), (
        slip("as-if-ones", "took the outputs themselves, as if every input were 1", {given: out}),
        slip("no-minus", "left out the minus sign of the cross-entropy", {reconstruction: whole}),
        slip("mean-for-sum", "took the mean of the cross-entropies", {reconstruction: -whole / 3}),
        slip("base-10", "took logarithms to base 10", {logarithm: ln(given) / ln(10)}),
    )


def _in_one_go(reconstructed: str, weighted: bool, n: Numbers) -> float:
    """The second way: entry by entry, and the divergence by its parts."""
    pairs = [(n[f"x_{k}"], n[f"output_{k}"]) for k in (1, 2, 3)]
    if reconstructed == "binary cross-entropy":
        found = -sum(log(out if x else 1 - out) for x, out in pairs)
    else:
        found = sum((x - out) ** 2 for x, out in pairs) / (3 if reconstructed.startswith("mean") else 1)
    return float(found + by_parts("log-variance", 2, n) * (n["beta"] if weighted else 1))
