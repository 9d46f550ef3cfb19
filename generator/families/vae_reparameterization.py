"""The reparameterization of a variational autoencoder by hand."""

from math import exp as e_to

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import exp, sqrt
from generator.notation import Sym, add
from generator.space import tenths

PLACES = 3
FORMS = {
    "sigma": ("the standard deviation $\\sigma$", "\\sigma", tenths(1, 25)),
    "variance": ("the variance $\\sigma^2$", "\\sigma^2", tenths(1, 40)),
    "log-variance": ("the log-variance $\\ell = \\ln \\sigma^2$", "\\ell", tenths(-30, 20)),
}


@family(
    "vae-reparameterization",
    topic="By hand",
    sources=("002",),
    tags=("generative", "vae"),
    told=tuple(FORMS),
    latent=(2, 3),
)
def vae_reparameterization(told: str, latent: int) -> Problem:
    """The latent vector that a variational autoencoder draws, from sigma, the variance or the log-variance."""
    words, latex, axis = FORMS[told]
    mean, given, noise, z = (
        Sym(name, symbol, (latent,))
        for name, symbol in (("mean", r"\mu"), ("spread", latex), ("noise", r"\varepsilon"), ("z", "z"))
    )
    sigma, half, scaled = (
        Sym(name, symbol, (latent,)) for name, symbol in (("sigma", r"\sigma"), ("half", "a"), ("scaled", "n"))
    )
    deviation = given if told == "sigma" else sigma
    lines = _deviation(told, given, half, sigma)
    places = 2 if told == "sigma" else PLACES
    lines += [
        Line(scaled, deviation * noise, "noise: scaled by the standard deviation", places=places),
        Line(z, mean + scaled, "latent vector: the mean with noise around it", places=places, result=True),
    ]
    rounded = "" if told == "sigma" else f" Keep {PLACES} decimals in every line."
    return Problem(
        ask=f"The encoder of a variational autoencoder gives the mean $\\mu$ and {words}, and $\\varepsilon$ is drawn "
        f"from a standard normal distribution:\n\n"
        f"$$\n\\mu = [[ mean ]], \\quad {latex} = [[ spread ]], \\quad \\varepsilon = [[ noise ]]\n$$\n\n"
        f"What is the latent vector $z$ by the reparameterization trick?{rounded}",
        numbers={mean: tenths(-20, 20), given: axis, noise: tenths(-20, 20)},
        lines=tuple(lines),
        slips=_slips(told, mean, given, noise, z, half, sigma, scaled),
        answer=Answer("vector", z),
        check=lambda n: _one_by_one(told, latent, n),
        where=(less(0.1, add(*((each - 1) ** 2 for each in given.parts))),) if told != "log-variance" else (),
    )


def _deviation(told: str, given: Sym, half: Sym, sigma: Sym) -> list[Line]:
    """How the standard deviation comes from what the encoder gives."""
    if told == "sigma":
        return []
    if told == "variance":
        return [Line(sigma, sqrt(given), "standard deviation: the root of the variance", places=PLACES)]
    return [
        Line(half, given / 2, "half: the root, as a logarithm", places=2),
        Line(sigma, exp(half), "standard deviation: always positive", places=PLACES),
    ]


def _slips(
    told: str, mean: Sym, given: Sym, noise: Sym, z: Sym, half: Sym, sigma: Sym, scaled: Sym
) -> tuple[Slip, ...]:
    deviation = given if told == "sigma" else sigma
    found = [
        slip("noise-not-scaled", "left out the standard deviation", {scaled: noise}),
        slip("no-noise", "left out the noise", {scaled: deviation}),
        slip("subtracted", "subtracted the noise", {z: mean - scaled}),
        slip("no-mean", "left out the mean", {z: scaled}),
        slip("roles-swapped", "scaled the noise by the mean and added the standard deviation",
             {z: deviation + mean * noise}),
        slip("mean-scaled", "scaled the mean as well", {z: deviation * mean + scaled}),
    ]  # fmt: skip
    if told == "sigma":
        found += [
            slip("variance", "scaled by the variance instead of its root", {scaled: given**2 * noise}),
            slip("root", "took the root of the standard deviation", {scaled: sqrt(given) * noise}),
        ]
    if told == "variance":
        found += [
            slip("no-root", "took the variance for the standard deviation", {sigma: given}),
            slip("half-variance", "halved the variance instead of taking its root", {sigma: given / 2}),
            slip("squared", "squared the variance instead of taking its root", {sigma: given**2}),
        ]
    if told == "log-variance":
        found += [
            slip("not-halved", "did not halve the logarithm: that is the variance", {half: given}),
            slip("no-exponential", "took half the logarithm for the standard deviation", {sigma: half}),
            slip("doubled", "doubled the logarithm instead of halving it", {half: 2 * given}),
            slip("sign", "put a minus sign in the exponent", {sigma: exp(-half)}),
        ]
    return tuple(found)


def _one_by_one(told: str, latent: int, n: Numbers) -> list[float]:
    """The second way: every entry on its own, the variance to the power of one half."""
    found = []
    for k in range(1, latent + 1):
        spread = n[f"spread_{k}"]
        variance = {"sigma": spread**2, "variance": spread, "log-variance": e_to(spread)}[told]
        found.append(n[f"mean_{k}"] + variance**0.5 * n[f"noise_{k}"])
    return [round(float(each), 6) for each in found] if told == "sigma" else found
