"""Backpropagation through time: the gradient of the recurrent weight."""

from __future__ import annotations

from generator.derivation import Answer, Derivative, Figure, Problem
from generator.family import family
from generator.readout import READOUTS
from generator.unrolled import ACTIVATIONS, NOTE, Unrolled, W_h


@family(
    "bptt-recurrent-weight",
    topic="Derivations",
    sources=("003",),
    tags=("rnn", "bptt"),
    timesteps=(2, 3, 4, 5),
    activation=tuple(ACTIVATIONS),
    loss=("half squared", "squared"),
    start=("zero", "given"),
)
def bptt_recurrent_weight(timesteps: int, activation: str, loss: str, start: str) -> Problem:
    """The gradient of a recurrent weight by backpropagation through time, as an expression."""
    net = Unrolled(timesteps, ACTIVATIONS[activation], start == "given", W_h, READOUTS[loss])
    return Problem(
        ask=f"{net.asked(activation)}\n\nWhat is $\\dfrac{{\\partial L}}{{\\partial w_h}}$, written with the states "
        "$h_t$ and the output $\\hat{y}$?",
        lines=tuple(net.lines()),
        slips=tuple(net.slips()),
        answer=Answer("expression", net.dL_dw),
        proves={net.dL_dw: Derivative(net.readout.lost(), W_h)},
        opens=net.opens(),
        note=NOTE,
        figure=Figure("bptt", {"timesteps": timesteps}),
    )
