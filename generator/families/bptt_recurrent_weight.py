"""Backpropagation through time: the gradient of the recurrent weight."""

from generator.algebra import derivative, slope
from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.functions import sigmoid, tanh
from generator.notation import Expr, Function, Num, Sym, add, mul

W_x, W_h, W_y = Sym("w_x"), Sym("w_h"), Sym("w_y")
y, yhat = Sym("y"), Sym("yhat", r"\hat{y}")
ACTIVATIONS: dict[str, Function | None] = {"tanh": tanh, "sigmoid": sigmoid, "linear": None}
LOSSES = {"half squared": r"\tfrac{1}{2}(\hat{y} - y)^2", "squared": r"(\hat{y} - y)^2"}


def partial(top: str, bottom: str, name: str, immediate: bool = False) -> Sym:
    plus = "^{+}" if immediate else ""
    return Sym(name, rf"\frac{{\partial{plus} {top}}}{{\partial {bottom}}}")


@family(
    "bptt-recurrent-weight",
    topic="Derivations",
    sources=("003",),
    tags=("rnn", "bptt"),
    timesteps=(2, 3, 4),
    activation=tuple(ACTIVATIONS),
    loss=tuple(LOSSES),
    start=("zero", "given"),
)
def bptt_recurrent_weight(timesteps: int, activation: str, loss: str, start: str) -> Problem:
    """The gradient of a recurrent weight by backpropagation through time, as an expression."""
    f = ACTIVATIONS[activation]
    states = [Num(0) if start == "zero" else Sym("h_0"), *(Sym(f"h_{t}", f"h_{{{t}}}") for t in range(1, timesteps + 1))]
    inputs = [Sym(f"x_{t}", f"x_{{{t}}}") for t in range(1, timesteps + 1)]
    sums = [W_x * x + W_h * before for x, before in zip(inputs, states, strict=False)]
    squared = (yhat - y) ** 2
    lost = squared / 2 if loss == "half squared" else squared
    last = states[-1]
    dy = partial("L", r"\hat{y}", "dL_dyhat")
    dh = partial("L", f"h_{{{timesteps}}}", f"dL_dh_{timesteps}")
    steep: list[Expr] = [Num(1) if f is None else slope(f, h) for h in states[1:]]  # type: ignore[arg-type]
    lines = [
        Line(dy, derivative(lost, yhat), "loss: its derivative by the output"),
        Line(dh, dy * derivative(W_y * last, last), "output: chain rule through $\\hat{y} = w_y h$"),  # type: ignore[arg-type]
    ]
    through: dict[int, Sym] = {}
    for t in range(timesteps, 2 if start == "zero" else 1, -1):  # from h_0 = 0 no path goes back to step 1
        through[t] = partial(f"h_{{{t}}}", f"h_{{{t - 1}}}", f"dh_{t}_dh_{t - 1}")
        lines.append(Line(through[t], steep[t - 1] * derivative(sums[t - 1], states[t - 1]), f"step {t}: back to the state before"))  # type: ignore[arg-type]
    direct: dict[int, Sym] = {}
    for t in range(timesteps, 0, -1):
        direct[t] = partial(f"h_{{{t}}}", "w_h", f"dh_{t}_dw_h", immediate=True)
        lines.append(Line(direct[t], steep[t - 1] * derivative(sums[t - 1], W_h), f"immediate partial {t}: the state before held fixed"))
    terms: dict[int, Sym] = {}
    total = partial("L", "w_h", "dL_dw_h")
    if timesteps > 2 or start == "given":
        for t in range(timesteps, 0, -1):
            terms[t] = Sym(f"g_{t}", f"g_{{{t}}}")
            path = [through[k] for k in range(timesteps, t, -1) if k in through]
            lines.append(Line(terms[t], mul(dh, *path, direct[t]), f"term {t}: the path back to step {t}"))
        lines.append(Line(total, add(*terms.values()), "gradient: all paths added up", result=True))
    else:
        lines.append(Line(total, dh * direct[2], "gradient: the one path there is, to step 2", result=True))
    opens: dict[Sym, Expr] = {yhat: W_y * last}
    for t in range(timesteps, 0, -1):
        opens[states[t]] = sums[t - 1] if f is None else f(sums[t - 1])  # type: ignore[index]
    return Problem(
        ask=_ask(timesteps, activation, loss, start),
        lines=tuple(lines),
        slips=_slips(timesteps, f, states, steep, derivative(-lost, yhat), dy, dh, through, direct, terms, total),
        answer=Answer("expression", total),
        proves={total: Derivative(lost, W_h)},
        opens=opens,
        note=r"$\partial^{+}$ is the immediate partial: the states before are held fixed, and the sum over the "
        "timesteps does the rest.",
    )


def _ask(timesteps: int, activation: str, loss: str, start: str) -> str:
    inner = "w_x x_t + w_h h_{t-1}"
    update = inner if activation == "linear" else (rf"\tanh({inner})" if activation == "tanh" else rf"\sigma({inner})")
    first = "$h_0 = 0$" if start == "zero" else "a given $h_0$ that does not depend on the weights"
    name = {"linear": "no activation function", "tanh": "tanh", "sigmoid": "the sigmoid"}[activation]
    return (
        f"A recurrent network with one unit and {name} runs over {timesteps} timesteps, from {first}:\n\n"
        f"$$\nh_t = {update}, \\qquad \\hat{{y}} = w_y h_{{{timesteps}}}, \\qquad L = {LOSSES[loss]}\n$$"
        "\n\nWhat is "
        r"$\dfrac{\partial L}{\partial w_h}$, written with the states $h_t$ and the output $\hat{y}$?"
    )


def _slips(timesteps, f, states, steep, turned, dy, dh, through, direct, terms, total) -> tuple[Slip, ...]:
    found = [
        slip("no-output-weight", "left out the output weight", {dh: dy}),
        slip("sign-of-the-error", "turned the error around (target minus output)", {dy: turned}),
        slip("index-off-by-one", "took the state itself instead of the state before it",
             {direct[t]: steep[t - 1] * states[t] for t in range(timesteps, 0, -1)}),
        slip("input-for-state", "took the input $x_t$ where the state before it, $h_{t-1}$, belongs",
             {direct[t]: steep[t - 1] * Sym(f"x_{t}", f"x_{{{t}}}") for t in range(timesteps, 0, -1)}),
        slip("no-recurrent-weight", "left the recurrent weight out of the way back",
             {through[t]: steep[t - 1] for t in through}),
    ]  # fmt: skip
    if terms:
        found += [
            slip("only-last-step", "stopped at the last timestep and left out the paths through earlier states",
                 {total: terms[timesteps]}),
            slip("first-step-only", "kept only the longest path", {total: terms[2 if states[0] == Num(0) else 1]}),
        ]  # fmt: skip
    if f is not None:
        found.append(
            slip("no-inner-derivative", "forgot the derivative of the activation function on the way back",
                 {through[t]: W_h for t in through})
        )  # fmt: skip
        found.append(
            slip("activation-not-derived", "forgot the derivative of the activation function in the immediate partials",
                 {direct[t]: states[t - 1] for t in range(timesteps, 0, -1)})
        )  # fmt: skip
    if f is tanh:
        found.append(
            slip("tanh-prime", "took $1 - \\tanh$ for the derivative of tanh, without the square",
                 {**{through[t]: (1 - states[t]) * W_h for t in through},
                  **{direct[t]: (1 - states[t]) * states[t - 1] for t in range(timesteps, 0, -1)}})
        )  # fmt: skip
    if f is sigmoid:
        found.append(
            slip("sigmoid-as-tanh", "took the derivative of tanh for that of the sigmoid",
                 {**{through[t]: (1 - states[t] ** 2) * W_h for t in through},
                  **{direct[t]: (1 - states[t] ** 2) * states[t - 1] for t in range(timesteps, 0, -1)}})
        )  # fmt: skip
    return tuple(found)
