"""The KL divergence of a latent distribution from the standard normal one, by hand."""

from math import exp as e_to
from math import log

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import exp, ln
from generator.notation import Expr, Sym, add
from generator.space import tenths

PLACES = 3
total, KL = Sym("total", "S"), Sym("divergence", "D")
TOLD = {
    "log-variance": ("the log-variance $\\ell = \\ln \\sigma^2$", "\\ell", tenths(-20, 15)),
    "sigma": ("the standard deviation $\\sigma$", "\\sigma", tenths(2, 20)),
    "variance": ("the variance $v = \\sigma^2$", "v", tenths(1, 30)),
}


@family(
    "kl-divergence",
    topic="By hand",
    sources=("002",),
    tags=("generative", "vae", "loss"),
    told=tuple(TOLD),
    latent=(1, 2, 3),
)
def kl_divergence(told: str, latent: int) -> Problem:
    """The KL divergence of a variational autoencoder's latent distribution from the standard normal one."""
    words, latex, axis = TOLD[told]
    shape = (latent,) if latent > 1 else ()
    mean, given = Sym("mean", r"\mu", shape), Sym("spread", latex, shape)
    size = f"{latent} latent dimensions" if latent > 1 else "a single latent dimension"
    lines, slips = divergence(told, mean, given)
    return Problem(
        ask=f"The encoder of a variational autoencoder with {size} gives the mean $\\mu$ and {words}:\n\n$$\n"
        f"\\mu = [[ mean ]], \\quad {latex} = [[ spread ]]\n$$\n\nWhat is the KL divergence of this normal "
        f"distribution from the standard normal one? Use the natural logarithm and keep {PLACES} decimals in every "
        "line.",
        numbers={mean: tenths(-20, 20), given: axis},
        lines=lines,
        slips=slips,
        answer=Answer("decimal", KL),
        check=lambda n: by_parts(told, latent, n),
        where=(less(0.1, KL),),
    )


def divergence(told: str, mean: Sym, given: Sym) -> tuple[tuple[Line, ...], tuple[Slip, ...]]:
    """The lines that lead to `KL`, and what goes wrong in them."""
    variance, logarithm, term = (
        Sym(name, latex, mean.shape) for name, latex in (("var", "v"), ("logvar", r"\ell"), ("term", "k"))
    )
    log_var, var = {
        "log-variance": (given, variance), "sigma": (logarithm, variance), "variance": (logarithm, given)
    }[told]  # fmt: skip
    first = {
        "log-variance": (Line(variance, exp(given), "variance: the logarithm undone", places=PLACES),),
        "sigma": (
            Line(variance, given**2, "variance: the standard deviation squared", places=2),
            Line(logarithm, ln(variance), "log-variance: of the variance, not of its root", places=PLACES),
        ),
        "variance": (Line(logarithm, ln(given), "log-variance: its natural logarithm", places=PLACES),),
    }[told]
    several = len(mean.parts) > 1
    parts = add(*term.parts)
    whole = total if several else term
    lines = (
        *first,
        Line(term, 1 + log_var - mean**2 - var, "term: of each dimension" if several else "term: inside the brackets",
             places=PLACES),
        *((Line(total, parts, "sum: over the dimensions", places=PLACES),) if several else ()),
        Line(KL, -whole / 2, "divergence: minus half of it, never negative", PLACES, result=True),
    )  # fmt: skip

    def inside(*summands: Expr) -> dict[Sym, Expr]:
        return {term: sum(summands[1:], summands[0])}

    slips = [
        slip("sign", "took plus one half instead of minus one half", {KL: whole / 2}),
        slip("no-half", "left out the half", {KL: -whole}),
        slip("no-one", "left out the 1", {term: log_var - mean**2 - var}),
        slip("mean-not-squared", "did not square the mean", {term: 1 + log_var - mean - var}),
        slip("no-mean", "left out the mean", {term: 1 + log_var - var}),
        slip("mean-added", "added the squared mean instead of subtracting it", {term: 1 + log_var + mean**2 - var}),
        slip("no-logarithm", "left out the log-variance", {term: 1 - mean**2 - var}),
        slip("variance-added", "added the variance instead of subtracting it", {term: 1 + log_var - mean**2 + var}),
        slip("logarithm-subtracted", "subtracted the log-variance", {term: 1 - log_var - mean**2 - var}),
    ]
    if several:
        slips += [
            slip("mean-over-dimensions", "took the mean over the dimensions instead of the sum",
                 {total: parts / len(term.parts)}),
            slip("first-only", "stopped after the first dimension", {total: term.parts[0]}),
        ]  # fmt: skip
    slips += {
        "log-variance": [
            slip("deviation", "took the standard deviation for the variance", {variance: exp(given / 2)}),
            slip("no-exponential", "took the log-variance for the variance", {variance: given}),
        ],
        "sigma": [
            slip("not-squared", "took the standard deviation for the variance", {variance: given}),
            slip("log-of-deviation", "took the logarithm of the standard deviation", {logarithm: ln(given)}),
        ],
        "variance": [
            slip("log-10", "took the logarithm to base 10", {logarithm: ln(given) / ln(10)}),
            slip("half-logarithm", "took the logarithm of the standard deviation", {logarithm: ln(given) / 2}),
        ],
    }[told]
    return lines, tuple(slips)


def by_parts(told: str, latent: int, n: Numbers) -> float:
    """The second way: (σ² + μ² − 1) / 2 − ln σ, dimension by dimension."""
    found = 0.0
    for k in range(1, latent + 1):
        name = f"_{k}" if latent > 1 else ""
        mean, spread = n[f"mean{name}"], n[f"spread{name}"]
        variance = {"sigma": spread**2, "variance": spread, "log-variance": e_to(spread)}[told]
        found += (variance + mean**2 - 1) / 2 - log(variance) / 2
    return found
