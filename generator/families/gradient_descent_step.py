"""One step of gradient descent by hand."""

from generator.derivation import Answer, Line, Numbers, Problem, differ, less, slip
from generator.family import family
from generator.notation import Expr, Sym, add
from generator.space import among, span, tenths

w, b, a, c, eta, new = Sym("w"), Sym("b"), Sym("a"), Sym("c"), Sym("rate", r"\eta"), Sym("new", "w'")
x, target, out = Sym("x"), Sym("target", "y"), Sym("prediction", r"\hat{y}")
error, gradient, step = Sym("error", r"\delta"), Sym("gradient", "g"), Sym("step", "s")
RATES = among(0.1, 0.2, 0.3, 0.4, 0.5)


@family(
    "gradient-descent-step",
    topic="By hand",
    sources=("002", "003"),
    tags=("optimizer",),
    of=("gradient", "parabola", "two steps", "neuron", "bias", "mini-batch"),
)
def gradient_descent_step(of: str) -> Problem:
    """The new weights after a step of gradient descent: from a gradient, a loss, or one neuron's error."""
    if of in ("neuron", "bias"):
        return _neuron(of == "bias")
    return {"gradient": _gradient, "parabola": _parabola, "two steps": _two_steps, "mini-batch": _mini_batch}[of]()


def _gradient() -> Problem:
    """Two weights, and the gradient told."""
    old, g, s, found = (Sym(name, latex, (2,)) for name, latex in
                        (("weights", "w"), ("gradients", "g"), ("steps", "s"), ("found", "w'")))  # fmt: skip
    return Problem(
        ask="Two weights and the gradient of the loss with respect to them are\n\n"
        "$$\nw = [[ weights ]], \\quad g = [[ gradients ]]\n$$\n\n"
        "What are the weights after one step of gradient descent with the learning rate $\\eta = [[ rate ]]$?",
        numbers={old: tenths(-30, 30), g: tenths(-40, 40), eta: RATES},
        lines=(
            Line(s, eta * g, "step: the learning rate's share of the gradient", places=2),
            Line(found, old - s, "new weights: against the gradient", places=2, result=True),
        ),
        slips=(
            slip("added", "went up the gradient instead of down", {found: old + s}),
            slip("no-rate", "left out the learning rate", {s: g}),
            slip("divided", "divided by the learning rate", {s: g / eta}),
            slip("step-only", "took the step for the new weights", {found: s}),
            slip("minus-step", "left out the old weights", {found: -s}),
            slip("rate-only", "subtracted the learning rate and left out the gradient", {found: old - eta}),
            slip("rate-on-weights", "multiplied the weights by the learning rate instead of the gradient",
                 {found: eta * old - g}),
        ),
        answer=Answer("vector", found),
        check=lambda n: [round(n[f"weights_{k}"] - n["rate"] * n[f"gradients_{k}"], 6) for k in (1, 2)],
    )  # fmt: skip


def _parabola() -> Problem:
    return Problem(
        ask="The loss is $L(w) = [[ a ]] \\cdot (w - [[ c ]])^2$. What is $w$ after one step of gradient descent from "
        "$w = [[ w ]]$ with the learning rate $\\eta = [[ rate ]]$?",
        numbers={a: span(2, 5), c: span(1, 9), w: tenths(-50, 90), eta: RATES},
        lines=(
            Line(gradient, 2 * a * (w - c), "gradient: the derivative at the old weight", places=1),
            Line(step, eta * gradient, "step: the learning rate's share of the gradient", places=2),
            Line(new, w - step, "new weight: against the gradient", places=2, result=True),
        ),
        slips=(
            slip("added", "went up the gradient instead of down", {new: w + step}),
            slip("no-rate", "left out the learning rate", {step: gradient}),
            slip("no-two", "left out the 2 of the derivative", {gradient: a * (w - c)}),
            slip("loss-for-gradient", "took the loss instead of its derivative", {gradient: a * (w - c) ** 2}),
            slip("a-missing", "left out the factor before the square", {gradient: 2 * (w - c)}),
            slip("constant-missing", "left out what is subtracted from the weight", {gradient: 2 * a * w}),
            slip("constant-added", "added inside the brackets instead of subtracting", {gradient: 2 * a * (w + c)}),
            slip("step-only", "took the step for the new weight", {new: step}),
            slip("to-the-minimum", "went to the minimum at once", {new: c}),
            slip("divided", "divided by the learning rate", {step: gradient / eta}),
        ),
        answer=Answer("decimal", new),
        check=lambda n: round(n["c"] + (1 - 2 * n["a"] * n["rate"]) * (n["w"] - n["c"]), 6),
        where=(less(0.25, (w - c) ** 2), differ(2 * a * eta, 1)),
    )


def _two_steps() -> Problem:
    first, second = (Sym(f"gradient_{k}", f"g_{{{k}}}") for k in (1, 2))
    between, last = (Sym(f"w_{k}", f"w_{{{k}}}") for k in (1, 2))
    start = Sym("start", "w_{0}")

    def at(where: Sym) -> Expr:
        return 2 * a * where

    return Problem(
        ask="The loss is $L(w) = [[ a ]] \\cdot w^2$. What is $w$ after two steps of gradient descent from "
        "$w_0 = [[ start ]]$ with the learning rate $\\eta = [[ rate ]]$?",
        numbers={a: span(1, 6), start: tenths(-60, 60), eta: RATES},
        lines=(
            Line(first, at(start), "first gradient: the derivative at the start", places=1),
            Line(between, start - eta * first, "after one step: against the gradient", places=2),
            Line(second, at(between), "second gradient: the derivative where the first step led", places=2),
            Line(last, between - eta * second, "after two steps: once more", places=3, result=True),
        ),
        slips=(
            slip("same-gradient", "took the first gradient again for the second step", {second: first}),
            slip("one-step", "stopped after the first step", {last: between}),
            slip("from-the-start", "took the second step from the start again", {last: start - eta * second}),
            slip("added-twice", "went up the gradient instead of down",
                 {between: start + eta * first, last: between + eta * second}),
            slip("added-at-the-end", "went up the gradient in the second step", {last: between + eta * second}),
            slip("no-two", "left out the 2 of the derivative", {first: a * start, second: a * between}),
            slip("no-rate-first", "left out the learning rate in the first step", {between: start - first}),
            slip("rate-halved", "halved the learning rate in the second step", {last: between - eta * second / 2}),
            slip("loss-for-gradient", "took the loss instead of its derivative", {first: a * start**2}),
            slip("rate-squared", "squared the learning rate in the second step", {last: between - eta**2 * second}),
        ),
        answer=Answer("decimal", last),
        check=lambda n: round(n["start"] * (1 - 2 * n["rate"] * n["a"]) ** 2, 6),
        where=(less(0.01, (1 - 2 * a * eta) ** 2), less((1 - 2 * a * eta) ** 2, 9), differ(a * eta, 1)),
    )  # fmt: skip


def _neuron(bias: bool) -> Problem:
    """A linear neuron, half the squared error of one example; its weight, or its bias, is asked for."""
    moved, name = (b, "bias") if bias else (w, "weight")
    slope = error if bias else error * x
    result = Sym("new", f"{moved.latex}'")

    def sloped(wrong: Expr) -> dict[Sym, Expr]:
        return {step: eta * wrong} if bias else {gradient: wrong}

    slips = [
        slip("added", "went up the gradient instead of down", {result: moved + step}),
        slip("no-rate", "left out the learning rate", {step: error if bias else gradient}),
        slip("no-bias", "left out the bias in the prediction", {out: w * x}),
        slip("bias-subtracted", "subtracted the bias in the prediction", {out: w * x - b}),
        slip("two-in-front", "put a 2 before the error, which the half takes away", sloped(2 * slope)),
        slip("squared", "took the squared error for the gradient", sloped(error**2)),
        slip("step-only", "took the step for the new value", {result: step}),
        slip("weight-for-input", "multiplied the error by the weight", sloped(error * w)),
        slip("input-for-bias", "multiplied the error by the input, as for the weight", sloped(error * x))
        if bias
        else slip("gradient-of-output", "left out the input: that is the gradient of the output", sloped(error)),
    ]
    gradients = () if bias else (Line(gradient, slope, "gradient: the error times the input", places=1),)
    return Problem(
        ask="A linear neuron $\\hat{y} = w x + b$ has $w = [[ w ]]$ and $b = [[ b ]]$. For the input $x = [[ x ]]$ the "
        "target is $y = [[ target ]]$, and the loss is $L = \\frac{1}{2} (\\hat{y} - y)^2$. What is the "
        f"{name} after one step of gradient descent with the learning rate $\\eta = [[ rate ]]$?",
        numbers={w: tenths(-20, 20), b: tenths(-20, 20), x: span(2, 5), target: span(-5, 5), eta: RATES},
        lines=(
            Line(out, w * x + b, "prediction: of the neuron as it is", places=1),
            Line(error, out - target, "error: the derivative of the loss by the prediction", places=1),
            *gradients,
            Line(step, eta * (error if bias else gradient), "step: the learning rate's share", places=2),
            Line(result, moved - step, f"new {name}: against the gradient", places=2, result=True),
        ),
        slips=tuple(slips),
        answer=Answer("decimal", result),
        check=lambda n: _by_difference(bias, n),
        where=(less(0.04, error**2),),
    )


def _by_difference(bias: bool, n: Numbers) -> float:
    """The second way: the slope of the loss, which is a parabola, from two points beside the old value."""

    def loss(move: float) -> float:
        weight, shift = n["w"] + (0 if bias else move), n["b"] + (move if bias else 0)
        return float((weight * n["x"] + shift - n["target"]) ** 2 / 2)

    slope = (loss(1) - loss(-1)) / 2
    return round(float(n["b" if bias else "w"] - n["rate"] * slope), 6)


def _mini_batch() -> Problem:
    """The mean of three examples' gradients."""
    g, total, centre = Sym("gradients", "g", (3,)), Sym("total", "G"), Sym("centre", r"\bar{g}")
    return Problem(
        ask="In a mini-batch of three examples the gradients of the loss with respect to the weight $w = [[ w ]]$ "
        "are\n\n$$\ng = [[ gradients ]]\n$$\n\nWhat is the weight after one step of mini-batch gradient descent with "
        "the learning rate $\\eta = [[ rate ]]$? The loss of the batch is the mean of its examples'. Keep 3 decimals "
        "in every line.",
        numbers={w: tenths(-30, 30), g: tenths(-60, 60), eta: RATES},
        lines=(
            Line(total, add(*g.parts), "sum: of the examples' gradients", places=3),
            Line(centre, total / 3, "mean gradient: that of the batch's loss", places=3),
            Line(step, eta * centre, "step: the learning rate's share of the mean gradient", places=3),
            Line(new, w - step, "new weight: one step for the whole batch", places=3, result=True),
        ),
        slips=(
            slip("sum-for-mean", "added up the gradients and did not divide", {centre: total}),
            slip("added", "went up the gradient instead of down", {new: w + step}),
            slip("no-rate", "left out the learning rate", {step: centre}),
            slip("first-only", "took the first example's gradient only", {centre: g.parts[0]}),
            slip("last-only", "took the last example's gradient only", {centre: g.parts[2]}),
            slip("step-only", "took the step for the new weight", {new: step}),
            slip("three-steps", "divided by 3 once more", {step: eta * centre / 3}),
            slip("by-two", "divided by 2 instead of 3", {centre: total / 2}),
        ),
        answer=Answer("decimal", new),
        check=lambda n: n["w"] - sum(n["rate"] * n[f"gradients_{k}"] / 3 for k in (1, 2, 3)),
        where=(less(0.2, total**2),),
    )
