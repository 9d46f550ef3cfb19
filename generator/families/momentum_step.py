"""Gradient descent with momentum by hand."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, less, slip
from generator.family import family
from generator.notation import Expr, Sym, Written
from generator.space import among, tenths

eta, beta = Sym("rate", r"\eta"), Sym("momentum", r"\beta")
NAMES = {"keras": "Keras", "pytorch": "PyTorch"}
EQUATIONS = {"keras": ("v' = \\beta v - \\eta g", "w' = w + v'"), "pytorch": ("v' = \\beta v + g", "w' = w - \\eta v'")}
NUMBERS = {eta: among(0.1, 0.2, 0.3, 0.4, 0.5), beta: among(0.5, 0.6, 0.7, 0.8, 0.9)}


@family(
    "momentum-step",
    topic="By hand",
    sources=("002",),
    tags=("optimizer",),
    convention=("keras", "pytorch"),
    of=("one weight", "two weights", "two steps"),
)
def momentum_step(convention: str, of: str) -> Problem:
    """The new weights after a step of gradient descent with momentum, as Keras or PyTorch takes it."""
    return _two_steps(convention) if of == "two steps" else _one_step(convention, () if of == "one weight" else (2,))


def _velocity(convention: str, v: Written, g: Expr, share: Expr = beta) -> Expr:
    return share * v - eta * g if convention == "keras" else share * v + g


def _moved(convention: str, w: Expr, v: Expr) -> Expr:
    return w + v if convention == "keras" else w - eta * v


def _stem(convention: str) -> str:
    velocity, weight = EQUATIONS[convention]
    return (
        f"Gradient descent with momentum, as {NAMES[convention]} has it, keeps a velocity $v$: ${velocity}$, "
        f"${weight}$. The learning rate is $\\eta = [[ rate ]]$, the momentum $\\beta = [[ momentum ]]$"
    )


def _one_step(convention: str, shape: tuple[int, ...]) -> Problem:
    w, v, g = (Sym(name, latex, shape) for name, latex in (("weights", "w"), ("velocity", "v"), ("gradient", "g")))
    faster, new = Sym("faster", "v'", shape), Sym("new", "w'", shape)
    told = "w = [[ weights ]], \\quad v = [[ velocity ]], \\quad g = [[ gradient ]]"
    return Problem(
        ask=f"{_stem(convention)}. Weight{'s' * bool(shape)}, velocity and gradient are\n\n$$\n{told}\n$$\n\n"
        f"What {'are the weights' if shape else 'is the weight'} after one step?",
        numbers={w: tenths(-30, 30), v: tenths(-20, 20), g: tenths(-40, 40), **NUMBERS},
        lines=(
            Line(faster, _velocity(convention, v, g), "new velocity: a share of the old one stays", places=2),
            Line(new, _moved(convention, w, faster), "step: along the new velocity", places=3, result=True),
        ),
        slips=_slips(convention, w, v, g, faster, new),
        answer=Answer("vector" if shape else "decimal", new),
        check=lambda n: _by_displacement(convention, shape, n),
        where=tuple(less(0.01, part**2) for part in faster.parts),
        convention=convention,
    )


def _slips(convention: str, w: Sym, v: Sym, g: Sym, faster: Sym, new: Sym) -> tuple[Slip, ...]:
    keras = convention == "keras"
    return (
        slip("no-momentum", "left out the old velocity: plain gradient descent", {faster: _velocity(convention, 0, g)}),
        slip("velocity-whole", "kept the whole old velocity, without the momentum",
             {faster: v - eta * g if keras else v + g}),
        slip("averaged", "weighed the gradient by what the momentum leaves to 1",
             {faster: beta * v - (1 - beta) * g if keras else beta * v + (1 - beta) * g}),
        slip("shares-swapped", "kept the share of the velocity that is lost",
             {faster: _velocity(convention, v, g, 1 - beta)}),
        slip("gradient-reversed", "took the gradient with the wrong sign",
             {faster: beta * v + eta * g if keras else beta * v - g}),
        slip("step-reversed", "stepped against the velocity" if keras else "stepped along the velocity",
             {new: w - faster if keras else w + eta * faster}),
        slip("no-rate", "left out the learning rate", {faster: beta * v - g} if keras else {new: w - faster}),
        slip("rate-twice", "multiplied by the learning rate in both lines",
             {new: w + eta * faster} if keras else {faster: beta * v + eta * g}),
        slip("velocity-only", "took the new velocity for the answer", {new: faster}),
        slip("old-velocity", "stepped with the old velocity", {new: _moved(convention, w, v)}),
    )  # fmt: skip


def _by_displacement(convention: str, shape: tuple[int, ...], n: Numbers) -> list[float] | float:
    """The second way: plain descent, and what momentum adds to it."""
    found = []
    for place in ("_1", "_2") if shape else ("",):
        plain = n[f"weights{place}"] - n["rate"] * n[f"gradient{place}"]
        more = n["momentum"] * n[f"velocity{place}"]
        found.append(round(float(plain + (more if convention == "keras" else -n["rate"] * more)), 6))
    return found if shape else found[0]


def _two_steps(convention: str) -> Problem:
    """From rest: the second step still has a share of the first."""
    start, (w_1, w_2) = Sym("start", "w_{0}"), (Sym(f"w_{k}", f"w_{{{k}}}") for k in (1, 2))
    v_1, v_2 = (Sym(f"v_{k}", f"v_{{{k}}}") for k in (1, 2))
    g_1, g_2 = (Sym(f"gradient_{k}", f"g_{{{k}}}") for k in (1, 2))
    keras = convention == "keras"
    return Problem(
        ask=f"{_stem(convention)}, and at first $v = 0$. The weight is $w_0 = [[ start ]]$; its gradient is "
        "$g_1 = [[ gradient_1 ]]$ in the first step and $g_2 = [[ gradient_2 ]]$ in the second. What is the weight "
        "after both steps?",
        numbers={start: tenths(-30, 30), g_1: tenths(-40, 40), g_2: tenths(-40, 40), **NUMBERS},
        lines=(
            Line(v_1, _velocity(convention, 0, g_1), "first velocity: the gradient alone", places=2 if keras else 1),
            Line(w_1, _moved(convention, start, v_1), "after one step: along the first velocity", places=2),
            Line(v_2, _velocity(convention, v_1, g_2), "second velocity: a share of the first stays", places=3),
            Line(w_2, _moved(convention, w_1, v_2), "after two steps: along the second velocity", 4, result=True),
        ),
        slips=(
            slip("no-momentum", "left the first velocity out of the second", {v_2: _velocity(convention, 0, g_2)}),
            slip("velocity-whole", "kept the whole first velocity, without the momentum",
                 {v_2: v_1 - eta * g_2 if keras else v_1 + g_2}),
            slip("shares-swapped", "kept the share of the velocity that is lost",
                 {v_2: _velocity(convention, v_1, g_2, 1 - beta)}),
            slip("same-gradient", "took the first gradient again in the second step",
                 {v_2: _velocity(convention, v_1, g_1)}),
            slip("one-step", "stopped after the first step", {w_2: w_1}),
            slip("from-the-start", "took the second step from the start again",
                 {w_2: _moved(convention, start, v_2)}),
            slip("second-reversed", "took the second step the wrong way",
                 {w_2: w_1 - v_2 if keras else w_1 + eta * v_2}),
            slip("momentum-subtracted", "subtracted the share of the first velocity",
                 {v_2: _velocity(convention, -v_1, g_2)}),
            slip("no-rate", "left out the learning rate in the second step",
                 {v_2: beta * v_1 - g_2} if keras else {w_2: w_1 - v_2}),
            slip("velocity-only", "took the second velocity for the answer", {w_2: v_2}),
        ),
        answer=Answer("decimal", w_2),
        check=lambda n: round(
            float(n["start"] - n["rate"] * (n["gradient_1"] + n["momentum"] * n["gradient_1"] + n["gradient_2"])), 6
        ),
        where=(less(0.01, v_2**2), differ(g_1, g_2)),
        convention=convention,
    )  # fmt: skip
