"""The gradient of a variational autoencoder's KL term, and of its whole loss, by what the encoder gives."""

from __future__ import annotations

from dataclasses import dataclass

from generator.algebra import derivative
from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import exp, ln
from generator.gathering import gathered
from generator.notation import Expr, Num, Sym, add, div, mul
from generator.readout import partial

BY = ("mean", "standard deviation", "log-variance", "variance")
LOSSES = {
    "KL": r"L = D",
    "beta": r"L = \beta D",
    "whole": r"z = %s, \qquad \hat{x} = w z, \qquad R = \tfrac{1}{2}(\hat{x} - x)^2, \qquad L = R + D",
}
noise, beta, w, z = Sym("epsilon", r"\epsilon"), Sym("beta", r"\beta"), Sym("w"), Sym("z")
HALF = div(1, 2)
x, xhat = Sym("x"), Sym("xhat", r"\hat{x}")
dR_dz = partial("R", "z", "dR_dz")


@family(
    "vae-kl-gradient",
    topic="Derivations",
    sources=("002",),
    tags=("generative", "vae", "loss"),
    by=BY,
    loss=tuple(LOSSES),
    dimensions=(1, 2, 3),
)
def vae_kl_gradient(by: str, loss: str, dimensions: int) -> Problem | None:
    """The derivative of a VAE's KL term, or of its loss, by the mean, σ, ln σ² or σ², as an expression."""
    if loss == "whole" and (dimensions > 1 or by == "variance"):
        return None  # a decoder of several inputs; a variance is not what one samples with
    latent = Latent(by, loss, dimensions)
    return Problem(
        ask=latent.ask(),
        lines=tuple(latent.lines()),
        slips=tuple(latent.slips()),
        answer=Answer("expression", latent.gradient),
        proves={latent.gradient: Derivative(latent.lost(), latent.asked)},
        opens=latent.opens(),
        note="With the factor $-\\tfrac{1}{2}$ the KL term is never negative, and zero for $\\mu = 0$, $\\sigma = 1$.",
    )


@dataclass(frozen=True)
class Latent:
    """What the encoder gives for each latent dimension, and the loss. ``by``: what the loss is derived by."""

    by: str
    loss: str
    dimensions: int

    # --- the quantities, by dimension

    def mean(self, place: int) -> Sym:
        return self._of("mu", r"\mu", place)

    def spread(self, place: int) -> Sym:
        """σ, ln σ² or σ², as the encoder gives it."""
        name, latex = {"log-variance": ("ell", r"\ell"), "variance": ("v", "v")}.get(self.by, ("sigma", r"\sigma"))
        return self._of(name, latex, place)

    def _of(self, name: str, latex: str, place: int) -> Sym:
        return Sym(f"{name}_{place}", f"{latex}_{place}") if self.dimensions > 1 else Sym(name, latex)

    @property
    def asked(self) -> Sym:
        return self.mean(self.dimensions) if self.by == "mean" else self.spread(self.dimensions)

    def logarithm(self, place: int) -> Expr:
        """ln σ² of a dimension."""
        given = self.spread(place)
        return given if self.by == "log-variance" else ln(given if self.by == "variance" else given**2)

    def variance(self, place: int) -> Expr:
        given = self.spread(place)
        return {"log-variance": exp(given), "variance": given}.get(self.by, given**2)

    def divergence(self) -> Expr:
        places = range(1, self.dimensions + 1)
        inside = [1 + self.logarithm(place) - self.mean(place) ** 2 - self.variance(place) for place in places]
        return -add(*inside) / 2

    def deviation(self) -> Expr:
        """σ, as the sample is made with it."""
        return exp(self.asked / 2) if self.by == "log-variance" else self.spread(1)

    def lost(self) -> Expr:
        if self.loss == "whole":
            return (xhat - x) ** 2 / 2 + self.divergence()
        return beta * self.divergence() if self.loss == "beta" else self.divergence()

    def opens(self) -> dict[Sym, Expr]:
        return {xhat: w * z, z: self.mean(1) + self.deviation() * noise} if self.loss == "whole" else {}

    # --- the question

    def ask(self) -> str:
        told = {
            "log-variance": "a log-variance, $(\\mu, \\ell)$ with $\\ell = \\ln \\sigma^2$",
            "variance": "a variance, $(\\mu, v)$ with $v = \\sigma^2$",
        }.get(self.by, "a standard deviation, $(\\mu, \\sigma)$")
        of = f"each of {self.dimensions} latent dimensions" if self.dimensions > 1 else "the latent variable"
        sample = r"\mu + e^{\ell / 2} \epsilon" if self.by == "log-variance" else r"\mu + \sigma \epsilon"
        loss = LOSSES[self.loss] % sample if self.loss == "whole" else LOSSES[self.loss]
        shown = self._written() if self.loss == "KL" else f"{self._written()}\n$$\n\n$$\n{loss}"
        top = "D" if self.loss == "KL" else "L"
        wanted = f"$\\dfrac{{\\partial {top}}}{{\\partial {self.asked.latex}}}$"
        last = " The noise $\\epsilon$ does not depend on the encoder." if self.loss == "whole" else ""
        return (
            f"The encoder of a variational autoencoder gives {of} a mean and {told}. $D$ is the KL divergence "
            f"from the standard normal distribution:\n\n$$\n{shown}\n$$\n\nWhat is {wanted}?{last}"
        )

    def _written(self) -> str:
        j = "_j" if self.dimensions > 1 else ""
        logarithm, variance = {
            "log-variance": (rf"\ell{j}", rf"e^{{\ell{j}}}"), "variance": (rf"\ln v{j}", f"v{j}"),
        }.get(self.by, (rf"\ln \sigma{j}^2", rf"\sigma{j}^2"))  # fmt: skip
        total = rf"\sum_{{j=1}}^{{{self.dimensions}}} " if j else ""
        return rf"D = -\tfrac{{1}}{{2}} {total}\left(1 + {logarithm} - \mu{j}^2 - {variance}\right)"

    # --- the working

    @property
    def gradient(self) -> Sym:
        return partial("D" if self.loss == "KL" else "L", self.asked.latex, "gradient")

    @property
    def of_kl(self) -> Sym:
        return self.gradient if self.loss == "KL" else partial("D", self.asked.latex, "dD")

    def inner(self, name: str) -> Sym:
        """The derivative of one summand inside the brackets."""
        latex = {"a": self._log_latex, "b": self._variance_latex, "m": rf"{self.mean(self.dimensions).latex}^2"}[name]
        return Sym(f"d{name}", rf"\frac{{\partial {latex}}}{{\partial {self.asked.latex}}}")

    @property
    def _log_latex(self) -> str:
        given = self.asked.latex
        return {"log-variance": given, "variance": rf"\ln {given}"}.get(self.by, rf"\ln {given}^2")

    @property
    def _variance_latex(self) -> str:
        given = self.asked.latex
        return {"log-variance": rf"e^{{{given}}}", "variance": given}.get(self.by, f"{given}^2")

    @property
    def by_log(self) -> Sym:
        return Sym("p_log", r"p_{\ln}")

    @property
    def by_variance(self) -> Sym:
        return Sym("p_var", r"p_{\sigma^2}")

    @property
    def dz(self) -> Sym:
        return partial("z", self.asked.latex, "dz")

    @property
    def of_reconstruction(self) -> Sym:
        return partial("R", self.asked.latex, "dR")

    def lines(self) -> list[Line]:
        place = self.dimensions
        if self.by == "mean":
            found = [
                Line(self.inner("m"), derivative(self.mean(place) ** 2, self.asked), "square: power rule"),
                Line(self.of_kl, HALF * self.inner("m"), "KL term: one half, as both minus signs cancel"),
            ]
        else:
            found = [
                Line(self.inner("a"), derivative(self.logarithm(place), self.asked), f"logarithm: {self._log_rule}"),
                Line(self.inner("b"), derivative(self.variance(place), self.asked), f"variance: {self._variance_rule}"),
                Line(self.by_log, -(HALF * self.inner("a")), "through the logarithm: constant factor, minus one half"),
                Line(self.by_variance, HALF * self.inner("b"),
                     "through the variance: constant factor, both minus signs cancel"),
                Line(self.of_kl, self.by_variance + self.by_log, "KL term: sum rule"),
            ]  # fmt: skip
        if self.loss == "beta":
            found.append(Line(self.gradient, beta * self.of_kl, "gradient: constant factor"))
        if self.loss == "whole":
            found += [
                Line(dR_dz, mul(xhat - x, w), "reconstruction: chain rule through the decoder"),
                Line(self.dz, self._moved(), "sample: the noise held fixed"),
                Line(self.of_reconstruction, dR_dz * self.dz, "through the sample: chain rule"),
                Line(self.gradient, self.of_reconstruction + self.of_kl, "gradient: sum rule, both terms of the loss"),
            ]
        return found

    @property
    def _log_rule(self) -> str:
        return {"log-variance": "it is given", "variance": "derivative of ln"}.get(self.by, "chain rule")

    @property
    def _variance_rule(self) -> str:
        return {"log-variance": "derivative of exp", "variance": "it is given"}.get(self.by, "power rule")

    def _moved(self) -> Expr:
        """How the sample follows what the loss is derived by, with the noise in front as one writes it."""
        return {"mean": Num(1), "log-variance": noise * self.deviation() / 2}.get(self.by, noise)

    # --- what goes wrong

    def slips(self) -> list[Slip]:
        found = self._of_mean() if self.by == "mean" else self._of_spread()
        if self.dimensions > 1:
            found.append(self._summed())
        if self.loss == "beta":
            found += [
                slip("no-beta", "left out the factor $\\beta$", {self.gradient: self.of_kl}),
                slip("beta-added", "added $\\beta$ instead of multiplying by it", {self.gradient: beta + self.of_kl}),
            ]
        return found + self._of_whole() if self.loss == "whole" else found

    def _of_mean(self) -> list[Slip]:
        mean, square, spread = self.asked, self.inner("m"), self.spread(self.dimensions)
        return [
            slip("sign-of-the-kl", "took plus one half of the sum instead of minus one half",
                 {self.of_kl: -(HALF * square)}),
            slip("no-half", "left out the half", {self.of_kl: square}),
            slip("square-not-derived", "left the square as it is", {square: mean**2}),
            slip("no-two", "forgot the factor 2 of the square's derivative", {square: mean}),
            slip("over-the-variance", "divided by the variance, as in the exponent of a normal density",
                 {self.of_kl: HALF * (square / spread**2)}),
            slip("other-summands", "kept a summand that does not depend on the mean",
                 {self.of_kl: HALF * square + spread}),
        ]  # fmt: skip

    def _of_spread(self) -> list[Slip]:
        given, a, b = self.asked, self.inner("a"), self.inner("b")
        found = [
            slip("sign-of-the-kl", "took plus one half of the sum instead of minus one half",
                 {self.by_log: HALF * a, self.by_variance: -(HALF * b)}),
            slip("no-half", "left out the half", {self.by_log: -a, self.by_variance: b}),
            slip("no-logarithm", "left out the logarithm", {self.of_kl: self.by_variance}),
            slip("no-variance", "left out the variance", {self.of_kl: self.by_log}),
            slip("same-signs", "gave both summands the same sign", {self.of_kl: self.by_variance - self.by_log}),
            slip("mean-as-well", "added the derivative by the mean, too",
                 {self.of_kl: self.by_variance + self.by_log + self.mean(self.dimensions)}),
        ]  # fmt: skip
        found += {
            "standard deviation": lambda: [
                slip("no-inner-derivative", "forgot the inner derivative of the logarithm of a square",
                     {a: 1 / given**2}),
                slip("log-of-sigma", "took $\\ln \\sigma$ for $\\ln \\sigma^2$", {a: 1 / given}),
                slip("square-not-derived", "left the square as it is", {b: given**2}),
            ],
            "log-variance": lambda: [
                slip("power-rule-for-exp", "derived the exponential by the power rule", {b: given * exp(given - 1)}),
                slip("half-the-exponent", "took the standard deviation for the variance", {b: exp(given / 2)}),
                slip("log-derived-again", "derived the logarithm once more, though it is given", {a: 1 / given}),
            ],
            "variance": lambda: [
                slip("as-a-square", "derived the variance as if it were squared", {b: 2 * given}),
                slip("log-of-a-square", "took the logarithm of the variance for that of its square", {a: 2 / given}),
                slip("log-not-derived", "put the variance itself where $1 / v$ belongs", {a: given}),
            ],
        }[self.by]()  # fmt: skip
        return found

    def _summed(self) -> Slip:
        """The derivatives of all dimensions, though each has letters of its own."""
        places = range(1, self.dimensions + 1)
        words = "added up the derivatives of all dimensions, though only one of them depends on this letter"
        if self.by == "mean":
            return slip("all-dimensions", words, {self.of_kl: add(*map(self.mean, places))})
        every = [derivative(part(place), self.spread(place)) for part in (self.variance, self.logarithm)
                 for place in places]  # fmt: skip
        signed = [HALF * each if n < self.dimensions else -(HALF * each) for n, each in enumerate(every)]
        return slip("all-dimensions", words, {self.of_kl: add(*map(gathered, signed))})

    def _of_whole(self) -> list[Slip]:
        found = [
            slip("no-reconstruction", "left out the path through the sample", {self.gradient: self.of_kl}),
            slip("no-kl", "left out the KL term", {self.gradient: self.of_reconstruction}),
            slip("no-decoder-weight", "left out the decoder's weight", {dR_dz: xhat - x}),
            slip("sign-of-the-error", "turned the error around (input minus reconstruction)",
                 {dR_dz: mul(x - xhat, w)}),
        ]  # fmt: skip
        if self.by != "mean":
            found.append(slip("no-noise", "left the noise out of the sample's derivative", {self.dz: self._still()}))
        if self.by == "log-variance":
            found.append(slip("no-half-in-the-exponent", "forgot the inner derivative of $e^{\\ell / 2}$",
                              {self.dz: noise * self.deviation()}))  # fmt: skip
        return found

    def _still(self) -> Expr:
        return self.deviation() / 2 if self.by == "log-variance" else Num(1)
