"""Derivatives of activation functions, written with the functions' own values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial as partial_of

from generator.algebra import slope
from generator.curves import CURVES
from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import exp, ln, sigmoid, tanh
from generator.notation import Expr, Num, Sym, add, div, mul
from generator.readout import partial

z, w, x, b = Sym("z"), Sym("w"), Sym("x"), Sym("b")
s, t = Sym("s"), Sym("t")
SIGMOID, TANH, RELU, SOFTMAX = "sigmoid", "tanh", "ReLU", "softmax"
CLASSES = (1, 2, 3)
ONE = Num(1)


@dataclass(frozen=True)
class Case:
    """A derivative that is asked for: the question, the working, what is proven, and what goes wrong."""

    ask: str
    lines: tuple[Line, ...]
    slips: tuple[Slip, ...]
    proof: Derivative
    opens: dict[Sym, Expr]


@family(
    "activation-derivative",
    topic="Derivations",
    sources=("002", "003"),
    tags=("activation", "backpropagation"),
    function=(SIGMOID, TANH, RELU, SOFTMAX),
    of=(
        "itself",
        "weight",
        "input",
        "square",
        "second derivative",
        "logarithm",
        "product",
        "own score",
        "another score",
        "temperature",
        "cross-entropy",
        "true class",
        "wrong class",
    ),
)
def activation_derivative(function: str, of: str) -> Problem | None:
    """The derivative of an activation function or of something made with it, in terms of the function's own value."""
    if (function, of) not in CASES:
        return None
    case = CASES[function, of]()
    asked = case.lines[-1].symbol
    return Problem(
        ask=case.ask,
        lines=case.lines,
        slips=case.slips,
        answer=Answer("expression", asked),
        proves={asked: case.proof},
        opens=case.opens,
    )


def d(top: str, bottom: str) -> Sym:
    """A derivative as a quantity of a line; the name of the function is that of the page."""
    return partial(top, bottom, f"d_{''.join(filter(str.isalnum, f'{top}_by_{bottom}'))}")


# --- one score in, one value out ---------------------------------------------------------------------------------


def _sigmoid_itself() -> Case:
    over, under, whole = Sym("n"), Sym("m"), d("s", "z")
    return Case(
        ask="The sigmoid is\n\n$$\ns = \\sigma(z) = \\frac{e^z}{1 + e^z}\n$$\n\nWhat is its derivative "
        "$\\dfrac{\\partial s}{\\partial z}$, written with $s$ alone?",
        lines=(
            Line(over, Num(1), "numerator, derived over itself: $e^z$ is its own derivative"),
            Line(under, s, "denominator, derived over itself: $e^z / (1 + e^z)$, by its own value"),
            Line(whole, s * (over - under), "quotient rule: the value times the difference of the two"),
        ),
        slips=(
            slip("tanh-prime", "took the derivative of tanh for that of the sigmoid", {whole: 1 - s**2}),
            slip("plus", "added the two instead of subtracting them", {whole: s * (over + under)}),
            slip("value-forgotten", "left out the value in front", {whole: over - under}),
            slip("value-squared", "squared the value in front", {whole: s * s * (over - under)}),
            slip("turned-round", "subtracted in the wrong order", {whole: s * (under - over)}),
            slip("no-denominator", "derived the numerator alone", {whole: s * over}),
            slip("denominator-squared", "squared the denominator's share", {under: s**2}),
        ),
        proof=Derivative(sigmoid(z), z),
        opens={s: sigmoid(z)},
    )


def _tanh_itself() -> Case:
    over, under, whole = Sym("n"), Sym("m"), d("t", "z")
    return Case(
        ask="The hyperbolic tangent is\n\n$$\nt = \\tanh(z) = \\frac{\\sinh z}{\\cosh z}\n$$\n\nWhat is its derivative "
        "$\\dfrac{\\partial t}{\\partial z}$, written with $t$ alone?",
        lines=(
            Line(over, Num(1), "numerator, derived over the denominator: $\\cosh z / \\cosh z$"),
            Line(under, t, "denominator, derived over itself: $\\sinh z / \\cosh z$, by its own value"),
            Line(whole, over - t * under, "quotient rule: the first minus the value times the second"),
        ),
        slips=(
            slip("tanh-prime", "took $1 - \\tanh$ for the derivative of tanh, without the square",
                 {whole: over - under}),
            slip("sigmoid-prime", "took the derivative of the sigmoid for that of tanh", {whole: t * (over - under)}),
            slip("plus", "took a plus, as for the tangent of an angle", {whole: over + t * under}),
            slip("turned-round", "subtracted in the wrong order", {whole: t * under - over}),
            slip("square-alone", "left out the 1", {whole: t * under}),
            slip("twice", "put a factor 2 before the square", {under: 2 * t}),
        ),
        proof=Derivative(tanh(z), z),
        opens={t: tanh(z)},
    )  # fmt: skip


VALUES = {SIGMOID: s, TANH: t, RELU: Sym("r")}
ACTIVE = {SIGMOID: "", TANH: "", RELU: ", for a score above zero"}


def _wrong_slopes(function: str, at: Sym) -> list[Slip]:
    """The derivatives that students take for this one."""
    return [slip(key, words, {at: wrong}) for key, words, wrong in CURVES[function].mistaken(VALUES[function])]


def _affine(function: str, by: Sym) -> Case:
    """The value of a neuron, by its weight or its input."""
    curve, v = CURVES[function], VALUES[function]
    outer, inner = d(v.latex, "z"), d("z", by.latex)
    whole, other = d(v.latex, by.latex), {w: x, x: w}[by]
    return Case(
        ask=f"A neuron computes\n\n$$\nz = w x + b, \\qquad {v.latex} = {curve.written}(z)\n$$\n\nWhat is "
        f"$\\dfrac{{\\partial {v.latex}}}{{\\partial {by.latex}}}${ACTIVE[function]}, written with the value "
        f"${v.latex}$, the weight and the input?",
        lines=(
            Line(outer, curve.steep(v), "outer derivative: of the activation function, by its own value"),
            Line(inner, other, f"inner derivative: of the score by ${by.latex}$"),
            Line(whole, outer * inner, "chain rule: outer times inner derivative"),
        ),
        slips=(
            *_wrong_slopes(function, outer),
            slip("no-inner-derivative", "forgot the inner derivative", {whole: outer}),
            slip("inner-only", "forgot the derivative of the activation function", {whole: inner}),
            slip("other-letter", "derived the score by the other factor", {inner: by}),
            slip("score-not-derived", "put the score where its derivative belongs", {inner: w * x + b}),
            slip("value-as-well", "multiplied by the value as well", {whole: outer * inner * v}),
            slip("added", "added outer and inner derivative", {whole: outer + inner}),
        ),
        proof=Derivative(curve.of(w * x + b), by),
        opens={v: curve.of(w * x + b)},
    )


def _square(function: str) -> Case:
    curve, v = CURVES[function], VALUES[function]
    outer, inner, whole = d(f"{v.latex}^2", v.latex), d(v.latex, "z"), d(f"{v.latex}^2", "z")
    found = [] if function == RELU else [
        slip("no-inner-derivative", "forgot the derivative of the activation function", {whole: outer}),
    ]  # fmt: skip
    return Case(
        ask=f"For ${v.latex} = {curve.written}(z)$: what is $\\dfrac{{\\partial {v.latex}^2}}{{\\partial z}}$"
        f"{ACTIVE[function]}, written with ${v.latex}$ alone?",
        lines=(
            Line(outer, 2 * v, "outer derivative: power rule"),
            Line(inner, curve.steep(v), "inner derivative: of the activation function, by its own value"),
            Line(whole, outer * inner, "chain rule: outer times inner derivative"),
        ),
        slips=(
            *_wrong_slopes(function, inner),
            *found,
            slip("no-two", "forgot the factor 2 of the power rule", {outer: v}),
            slip("power-kept", "kept the power", {outer: 2 * v**2}),
            slip("outer-only-of-slope", "squared the derivative instead of deriving the square", {whole: inner**2}),
            slip("slope-alone", "forgot the outer derivative", {whole: inner}),
        ),
        proof=Derivative(curve.of(z) ** 2, z),
        opens={v: curve.of(z)},
    )


def _second(function: str) -> Case:
    """Once more, through the value."""
    curve, v = CURVES[function], VALUES[function]
    first, again, whole = d(v.latex, "z"), d(f"{v.latex}'", v.latex), Sym("second", f"{v.latex}''")
    turned: Expr = 1 - 2 * v if function == SIGMOID else -(2 * v)
    own = (
        [
            slip("square-kept", "derived the square as $s$, without the factor 2", {again: 1 - v}),
            slip("plus", "took a plus before the derivative of the square", {again: 1 + 2 * v}),
        ]
        if function == SIGMOID
        else [
            slip("no-two", "forgot the factor 2 of the power rule", {again: -v}),
            slip("sign", "lost the minus sign", {again: 2 * v}),
        ]
    )
    return Case(
        ask=f"For ${v.latex} = {curve.written}(z)$: what is the second derivative ${v.latex}'' = "
        f"\\dfrac{{\\partial^2 {v.latex}}}{{\\partial z^2}}$, written with ${v.latex}$ alone?",
        lines=(
            Line(first, curve.steep(v), "first derivative: by its own value"),
            Line(again, turned, f"derived again: by ${v.latex}$, power rule"),
            Line(whole, first * again, "chain rule: times the first derivative"),
        ),
        slips=(
            slip("no-inner-derivative", f"derived by ${v.latex}$ and not by $z$", {whole: again}),
            slip("slope-squared", "squared the first derivative", {whole: first**2}),
            slip("first-derivative", "stopped at the first derivative", {whole: first}),
            *own,
            *_wrong_slopes(function, first),
        ),
        proof=Derivative(curve.steep(v), z),
        opens={v: curve.of(z)},
    )


def _logarithm() -> Case:
    """-ln σ(z): the loss of a positive example."""
    outer, inner, whole = d("L", "s"), d("s", "z"), d("L", "z")
    return Case(
        ask="A sigmoid output $s = \\sigma(z)$ has the loss $L = -\\ln s$ on a positive example. What is "
        "$\\dfrac{\\partial L}{\\partial z}$, written with $s$ alone?",
        lines=(
            Line(outer, -(1 / s), "outer derivative: of the logarithm"),
            Line(inner, slope(sigmoid, s), "inner derivative: of the sigmoid, by its own value"),
            Line(whole, outer * inner, "chain rule: outer times inner derivative"),
        ),
        slips=(
            *_wrong_slopes(SIGMOID, inner),
            slip("sign", "lost the minus sign", {outer: 1 / s}),
            slip("no-inner-derivative", "forgot the derivative of the sigmoid", {whole: outer}),
            slip("logarithm-not-derived", "left the logarithm out", {whole: -inner}),
            slip("negative-example", "took the loss of a negative example", {outer: 1 / (1 - s)}),
        ),
        proof=Derivative(-ln(sigmoid(z)), z),
        opens={s: sigmoid(z)},
    )


def _cross_entropy() -> Case:
    y, outer, inner, whole = Sym("y"), d("L", "s"), d("s", "z"), d("L", "z")
    return Case(
        ask="A sigmoid output $s = \\sigma(z)$ has the loss $L = -\\left(y \\ln s + (1 - y) \\ln(1 - s)\\right)$. What "
        "is $\\dfrac{\\partial L}{\\partial z}$, written with $s$ and $y$?",
        lines=(
            Line(outer, div(s - y, s * (1 - s)), "outer derivative: both logarithms, over one denominator"),
            Line(inner, slope(sigmoid, s), "inner derivative: of the sigmoid, by its own value"),
            Line(whole, outer * inner, "chain rule: outer times inner derivative"),
        ),
        slips=(
            *_wrong_slopes(SIGMOID, inner),
            slip("sign", "turned the error around (target minus output)", {outer: div(y - s, s * (1 - s))}),
            slip("no-inner-derivative", "forgot the derivative of the sigmoid", {whole: outer}),
            slip("squared-error", "took the derivative of the squared error for that of the cross-entropy",
                 {outer: s - y}),
            slip("one-logarithm", "derived the first logarithm only", {outer: -(y / s)}),
        ),
        proof=Derivative(-(y * ln(sigmoid(z)) + (1 - y) * ln(1 - sigmoid(z))), z),
        opens={s: sigmoid(z)},
    )  # fmt: skip


def _swish() -> Case:
    u, v, inner, whole = Sym("first", "u"), Sym("then", "v"), d("s", "z"), d("a", "z")
    return Case(
        ask="The swish function is $a = z s$ with $s = \\sigma(z)$. What is $\\dfrac{\\partial a}{\\partial z}$, "
        "written with $z$ and $s$?",
        lines=(
            Line(inner, slope(sigmoid, s), "sigmoid: its derivative, by its own value"),
            Line(u, s, "first product: the derivative of $z$, times $s$"),
            Line(v, z * inner, "second product: $z$ times the derivative of $s$"),
            Line(whole, u + v, "product rule: both products added"),
        ),
        slips=(
            *_wrong_slopes(SIGMOID, inner),
            slip("first-product-only", "left out the second product of the product rule", {whole: u}),
            slip("second-product-only", "left out the first product of the product rule", {whole: v}),
            slip("derivatives-multiplied", "multiplied the derivatives of the two factors", {whole: inner}),
            slip("subtracted", "subtracted the two products", {whole: u - v}),
        ),
        proof=Derivative(z * sigmoid(z), z),
        opens={s: sigmoid(z)},
    )


def _gated() -> Case:
    u, v, of_t, of_s, whole = Sym("first", "u"), Sym("then", "v"), d("t", "z"), d("s", "z"), d("a", "z")
    return Case(
        ask="A gated unit computes $a = t s$ with $t = \\tanh(z)$ and $s = \\sigma(z)$. What is "
        "$\\dfrac{\\partial a}{\\partial z}$, written with $t$ and $s$?",
        lines=(
            Line(of_t, slope(tanh, t), "tanh: its derivative, by its own value"),
            Line(of_s, slope(sigmoid, s), "sigmoid: its derivative, by its own value"),
            Line(u, of_t * s, "first product: the derivative of $t$, times $s$"),
            Line(v, t * of_s, "second product: $t$ times the derivative of $s$"),
            Line(whole, u + v, "product rule: both products added"),
        ),
        slips=(
            slip("tanh-prime", "took $1 - \\tanh$ for the derivative of tanh, without the square", {of_t: 1 - t}),
            slip("sigmoid-as-tanh", "took the derivative of tanh for that of the sigmoid", {of_s: 1 - s**2}),
            slip("first-product-only", "left out the second product of the product rule", {whole: u}),
            slip("second-product-only", "left out the first product of the product rule", {whole: v}),
            slip("derivatives-multiplied", "multiplied the derivatives of the two factors", {whole: of_t * of_s}),
            slip("subtracted", "subtracted the two products", {whole: u - v}),
            slip("derivatives-added", "added the derivatives of the two factors", {whole: of_t + of_s}),
        ),
        proof=Derivative(tanh(z) * sigmoid(z), z),
        opens={s: sigmoid(z), t: tanh(z)},
    )


# --- softmax -----------------------------------------------------------------------------------------------------


def score(place: int) -> Sym:
    return Sym(f"z_{place}")


def share(place: int) -> Sym:
    return Sym(f"p_{place}")


def _shares(heat: Expr = ONE) -> dict[Sym, Expr]:
    """Each class' probability by the scores."""
    powers = {place: exp(div(score(place), heat)) for place in CLASSES}
    return {share(place): div(powers[place], add(*powers.values())) for place in CLASSES}


STEM = (
    "A network with three classes turns its scores into probabilities by the softmax\n\n$$\np_k = \\frac{e^{%s}}"
    "{e^{%s} + e^{%s} + e^{%s}}%s\n$$\n\n"
)


def _stem(heat: str = "", then: str = "") -> str:
    return STEM % (*(f"z_{k}{heat}" for k in ("k", 1, 2, 3)), then)


def _softmax(by: int, heat: Expr = ONE) -> Case:
    """A class' probability by its own score or another's."""
    p, q, own = share(1), share(by), by == 1
    hot = heat != ONE
    over, under, whole = Sym("n"), Sym("m"), d("p_1", f"z_{by}")
    last = Sym("inner", "r") if hot else whole  # what the quotient rule gives
    of = "$p_1$" if own else f"$p_1$ and $p_{by}$"
    rest = "the probability times the difference" if own else "the numerator does not depend on this score"
    lines = [
        Line(under, q, f"denominator, derived over itself: the share of class {by}"),
        Line(last, p * (over - under) if own else -(p * under), f"quotient rule: {rest}"),
    ]
    if own:
        lines = [Line(over, Num(1), "numerator, derived over itself: the power is its own derivative"), *lines]
    if hot:
        lines.append(Line(whole, last / heat, "chain rule: the inner derivative is one over the temperature"))
    slips = [
        slip("sign", "lost the sign", {last: p * (under - over) if own else p * under}),
        slip("value-forgotten", "left out the probability in front", {last: over - under if own else -under}),
        slip("share-squared", "squared the denominator's share", {under: q**2}),
    ]
    if own:
        slips += [
            slip("other-class", "took the formula for another class' score", {last: -(p * under)}),
            slip("tanh-prime", "took the derivative of tanh", {last: 1 - p**2}),
            slip("no-denominator", "derived the numerator alone", {last: p * over}),
        ]
    else:
        slips += [
            slip("own-class", "took the formula for the class' own score", {last: p * (1 - under)}),
            slip("other-own", "derived the other class' probability by its own score", {last: q * (1 - q)}),
            slip("own-share", "took the share of the first class for that of the score's class", {under: p}),
        ]
    if hot:
        slips += [
            slip("no-inner-derivative", "forgot the inner derivative", {whole: last}),
            slip("times-the-temperature", "multiplied by the temperature", {whole: last * heat}),
            slip("temperature-squared", "divided by the temperature twice", {whole: last / (heat * heat)}),
        ]
    ending = " and $T$" if hot else ""
    return Case(
        ask=_stem(" / T" if hot else "", ", \\qquad T \\text{ a temperature}" if hot else "")
        + f"What is $\\dfrac{{\\partial p_1}}{{\\partial z_{by}}}$, written with {of}{ending}?",
        lines=tuple(lines),
        slips=tuple(slips),
        proof=Derivative(_shares(heat)[p], score(by)),
        opens=_shares(heat),
    )


def _softmax_loss() -> Case:
    """The cross-entropy with one-hot targets, by a score."""
    p, y = share(1), Sym("y_1")
    of_sum, of_score, whole = Sym("m"), Sym("n"), d("L", "z_1")
    scores, powers = [score(k) for k in CLASSES], add(*(exp(score(k)) for k in CLASSES))
    others = 1 - y - Sym("y_2")  # the targets add up to 1
    targets = (y, Sym("y_2"), others)
    lost = -add(*(target * (each - ln(powers)) for target, each in zip(targets, scores, strict=True)))
    return Case(
        ask=_stem()
        + "and is trained by the cross-entropy $L = -(y_1 \\ln p_1 + y_2 \\ln p_2 + y_3 \\ln p_3)$ with one-hot "
        "targets: $y_1 + y_2 + y_3 = 1$. What is $\\dfrac{\\partial L}{\\partial z_1}$, written with $p_1$ and $y_1$?",
        lines=(
            Line(of_score, y, "score: with $\\ln p_k = z_k - \\ln \\sum_j e^{z_j}$, its target is left"),
            Line(of_sum, p, "sum of powers: chain rule, $e^{z_1}$ over the sum; the targets add up to 1"),
            Line(whole, of_sum - of_score, "sum rule: with the loss' minus sign"),
        ),
        slips=(
            slip("sign", "turned the error around (target minus probability)", {whole: of_score - of_sum}),
            slip("own-derivative-as-well", "multiplied by $p_1 (1 - p_1)$, which has cancelled already",
                 {whole: mul(of_sum - of_score, p, 1 - p)}),
            slip("no-sum", "left out the sum of powers", {whole: -of_score}),
            slip("score-left-out", "left out the score itself", {whole: of_sum}),
            slip("target-on-the-sum", "weighted the sum of powers with the one target", {of_sum: y * p}),
            slip("logarithm-only", "derived the logarithm of the probability by the probability alone",
                 {whole: -(y / p)}),
            slip("slope-for-share", "took the softmax' own derivative for the probability", {of_sum: p * (1 - p)}),
            slip("doubled", "put a factor 2 in front, as for a squared error", {whole: 2 * (of_sum - of_score)}),
        ),
        proof=Derivative(lost, score(1)),
        opens=_shares(),
    )  # fmt: skip


def _softmax_class(by: int) -> Case:
    """-ln p of the true class, which is 1, by its own score or another's."""
    p, q, own = share(1), share(by), by == 1
    outer, inner, whole = d("L", "p_1"), d("p_1", f"z_{by}"), d("L", f"z_{by}")
    told = p * (1 - p) if own else -(p * q)
    wrong = -(p * p) if own else p * (1 - q)
    return Case(
        ask=_stem() + "and class 1 is the true one, so the loss is $L = -\\ln p_1$. What is "
        f"$\\dfrac{{\\partial L}}{{\\partial z_{by}}}$, written with the probabilities?",
        lines=(
            Line(outer, -(1 / p), "outer derivative: of the logarithm"),
            Line(inner, told, f"inner derivative: of the softmax, by {'its own' if own else 'another'} score"),
            Line(whole, outer * inner, "chain rule: outer times inner derivative"),
        ),
        slips=(
            slip("sign", "lost the logarithm's minus sign", {outer: 1 / p}),
            slip("no-inner-derivative", "forgot the derivative of the softmax", {whole: outer}),
            slip("other-formula", f"took the formula for {'another' if own else 'its own'} score", {inner: wrong}),
            slip("logarithm-not-derived", "left the logarithm out", {whole: -inner}),
            slip("value-not-derived", "left the probability as it is", {inner: p if own else q}),
            slip("tanh-prime", "took the derivative of tanh for that of the softmax", {inner: 1 - q**2}),
        ),
        proof=Derivative(-ln(_shares()[p]), score(by)),
        opens=_shares(),
    )


Made = Callable[[], Case]
CASES: dict[tuple[str, str], Made] = {
    (SIGMOID, "itself"): _sigmoid_itself,
    (TANH, "itself"): _tanh_itself,
    **{(name, "weight"): partial_of(_affine, name, w) for name in VALUES},
    **{(name, "input"): partial_of(_affine, name, x) for name in VALUES},
    **{(name, "square"): partial_of(_square, name) for name in VALUES},
    **{(name, "second derivative"): partial_of(_second, name) for name in (SIGMOID, TANH)},
    (SIGMOID, "logarithm"): _logarithm,
    (SIGMOID, "cross-entropy"): _cross_entropy,
    (SIGMOID, "product"): _swish,
    (TANH, "product"): _gated,
    (SOFTMAX, "own score"): partial_of(_softmax, 1),
    (SOFTMAX, "another score"): partial_of(_softmax, 2),
    (SOFTMAX, "temperature"): partial_of(_softmax, 1, Sym("T")),
    (SOFTMAX, "cross-entropy"): _softmax_loss,
    (SOFTMAX, "true class"): partial_of(_softmax_class, 1),
    (SOFTMAX, "wrong class"): partial_of(_softmax_class, 2),
}
