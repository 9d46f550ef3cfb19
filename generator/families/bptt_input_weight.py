"""Backpropagation through time: the gradient of the input weight, and the update that it makes."""

from __future__ import annotations

from generator.derivation import Answer, Derivative, Line, Problem, Slip, slip
from generator.family import family
from generator.notation import Sym
from generator.readout import READOUTS
from generator.unrolled import ACTIVATIONS, NOTE, Unrolled, W_h, W_x

rate, new = Sym("eta", r"\eta"), Sym("new_w_x", "w_x'")
LOSSES = ("half squared", "squared", "cross-entropy")
SHORT = (2, 3)  # timesteps: an update is one line more


@family(
    "bptt-input-weight",
    topic="Derivations",
    sources=("003",),
    tags=("rnn", "bptt"),
    asked=("gradient", "update"),
    timesteps=(2, 3, 4, 5),
    activation=tuple(ACTIVATIONS),
    loss=LOSSES,
)
def bptt_input_weight(asked: str, timesteps: int, activation: str, loss: str) -> Problem | None:
    """The gradient of an input weight by backpropagation through time, or the weight after a step, as an expression."""
    net = Unrolled(timesteps, ACTIVATIONS[activation], False, W_x, READOUTS[loss])
    gradient = Derivative(net.readout.lost(), W_x)
    if asked == "gradient":
        return Problem(
            ask=f"{net.asked(activation)}\n\nWhat is $\\dfrac{{\\partial L}}{{\\partial w_x}}$, written with the "
            "inputs $x_t$, the states $h_t$ and the output $\\hat{y}$?",
            lines=tuple(net.lines()),
            slips=tuple(net.slips()),
            answer=Answer("expression", net.dL_dw),
            proves={net.dL_dw: gradient},
            opens=net.opens(),
            note=NOTE,
        )
    if timesteps not in SHORT or loss == "squared":
        return None
    whole = W_x**2 / 2 - rate * net.readout.lost()  # its slope is what the update comes to
    update = Line(new, W_x - rate * net.dL_dw, "update: a step against the gradient", result=True)
    return Problem(
        ask=f"{net.asked(activation)}\n\nThe weights are trained by gradient descent with learning rate $\\eta$. What "
        "is $w_x'$, the input weight after one step, written with the inputs $x_t$, the states $h_t$ and the output "
        "$\\hat{y}$?",
        lines=(*net.lines(), update),
        slips=(*_updates(net), *net.slips()),
        answer=Answer("expression", new),
        proves={net.dL_dw: gradient, new: Derivative(whole, W_x)},
        opens=net.opens(),
        note=NOTE,
    )


def _updates(net: Unrolled) -> list[Slip]:
    return [
        slip("gradient-of-the-state", "subtracted the gradient of the last state instead of the weight's",
             {new: W_x - rate * net.dL_dh}),
        slip("uphill", "added the gradient instead of subtracting it", {new: W_x + rate * net.dL_dw}),
        slip("no-learning-rate", "left out the learning rate", {new: W_x - net.dL_dw}),
        slip("step-for-weight", "gave the step itself for the new weight", {new: -rate * net.dL_dw}),
        slip("other-weight", "started from the recurrent weight", {new: W_h - rate * net.dL_dw}),
    ]  # fmt: skip
