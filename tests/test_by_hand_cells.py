"""Cells, neurons and layers by hand against numpy: 200 draws of every structure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import accepted, problems

from generator.blueprint import Blueprint
from generator.derivation import Problem

DRAWS = 200
Values = dict[str, Any]
Axes = dict[str, Any]


class Numbers:
    """The drawn numbers of a row as numpy arrays of at least one axis."""

    def __init__(self, problem: Problem, values: Values) -> None:
        self.arrays = {
            sym.name: np.array([values[part.name] for part in sym.parts]).reshape(sym.shape or (-1,))
            for sym in problem.numbers
        }

    def __getitem__(self, name: str) -> Any:
        return self.arrays[name]

    def matrix(self, name: str) -> Any:
        """The array with a row per unit, even of one number."""
        return np.atleast_2d(self.arrays[name])


def sigma(value: Any) -> Any:
    return 1 / (1 + np.exp(-value))


def rnn_step(n: Numbers, axes: Axes) -> Any:
    h = np.tanh(n.matrix("kernel") @ n["input"] + n.matrix("recurrent_kernel") @ n["last_state"] + n["bias"])
    return h if axes["asked"] == "state" else sigma(n.matrix("output_kernel") @ h + n["output_bias"])


def gru_step(n: Numbers, axes: Axes) -> Any:
    x, h, after = n["input"], n["last_state"], axes["convention"] != "classic"

    def state(gate: str, h: Any) -> Any:
        return n.matrix(f"{gate}_recurrent_kernel") @ h + (n[f"{gate}_recurrent_bias"] if after else 0)

    def input_(gate: str) -> Any:
        return n.matrix(f"{gate}_kernel") @ x + n[f"{gate}_bias"]

    r = sigma(input_("reset_gate") + state("reset_gate", h))
    if axes["asked"] == "reset gate":
        return r
    z = sigma(input_("update_gate") + state("update_gate", h))
    new = np.tanh(input_("candidate") + (r * state("candidate", h) if after else state("candidate", r * h)))
    return z * h + (1 - z) * new


def lstm_step(n: Numbers, axes: Axes) -> Any:
    z = {g: n[f"W_{g}"] @ n["x"] + n[f"U_{g}"] @ n["h_prev"] + n[f"b_{g}"] for g in "fiog"}
    return sigma(z["o"]) * np.tanh(sigma(z["f"]) * n["c_prev"] + sigma(z["i"]) * np.tanh(z["g"]))


def lstm_gate(n: Numbers, axes: Axes) -> Any:
    if axes["written"] == "joined":
        total = n["kernel"] @ np.concatenate([n["last_state"], n["input"]]) + n["bias"]
    else:
        total = n["kernel"] @ n["input"] + n["recurrent_kernel"] @ n["last_state"] + n["bias"]
    return np.tanh(total) if axes["gate"] == "candidate" else sigma(total)


def lstm_state(n: Numbers, axes: Axes) -> Any:
    c = n["forget_gate"] * n["last_cell_state"] + n["input_gate"] * n["candidate"]
    if axes["gates"] == "keep":
        assert np.allclose(c, n["last_cell_state"]), "a forget gate of 1 and an input gate of 0 keep the memory"
    if axes["gates"] == "replace":
        assert np.allclose(c, n["candidate"])
    return c if axes["asked"] == "cell state" else n["output_gate"] * np.tanh(c)


def elementwise(n: Numbers, axes: Axes) -> Any:
    a, b = n.arrays.values()
    return (np.add if axes["operation"] == "sum" else np.multiply)(a, b)


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "none": lambda value: value,
    "relu": lambda value: np.maximum(value, 0),
    "sigmoid": sigma,
    "tanh": np.tanh,
}


def neuron_output(n: Numbers, axes: Axes) -> Any:
    weights, inputs = (
        np.concatenate([n[f"{kind}_{place}"] for place in range(1, axes["inputs"] + 1)]) for kind in ("weight", "input")
    )
    return ACTIVATIONS[axes["activation"]](weights @ inputs + n["bias"])


def dense_forward(n: Numbers, axes: Axes) -> Any:
    weighted = n["inputs"] @ n["kernel"] if axes["input"] == "batch" else n["kernel"] @ n["input"]
    return ACTIVATIONS[axes["activation"]](weighted + n["bias"])


def rnn_over_a_sentence(n: Numbers, axes: Axes) -> Any:
    kernel = np.stack([n[f"weight_{place}"] for place in range(1, 5)], axis=1)
    state = np.zeros(axes["units"])
    for place in map(int, axes["places"].split()[:3]):
        state = np.tanh(kernel @ np.eye(4)[place - 1] + n.matrix("recurrent_kernel") @ state + n["bias"])
    return state if axes["asked"] == "state" else sigma(n.matrix("output_kernel") @ state + n["output_bias"])


BY_NUMPY: dict[str, Callable[[Numbers, Axes], Any]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        rnn_step, gru_step, lstm_step, lstm_gate, lstm_state, elementwise, neuron_output, dense_forward,
        rnn_over_a_sentence,
    )
}  # fmt: skip


STRUCTURES = [
    pytest.param(place, id=f"{family.id}:{'-'.join(map(str, structure.values()))}")
    for place, (family, structure, _) in enumerate(problems())
    if family.id in BY_NUMPY
]


@pytest.mark.parametrize("blueprint", STRUCTURES, indirect=True)
def test_key_is_what_numpy_answers(blueprint: Blueprint) -> None:
    problem = blueprint.problem
    second = BY_NUMPY[blueprint.family.id]
    checked = 0
    for values in accepted(blueprint, DRAWS, seed="numpy"):
        key = [values[part.name] for part in problem.answer.symbol.parts]
        got = np.ravel(second(Numbers(problem, values), dict(blueprint.structure)))
        assert key == pytest.approx(got.tolist(), abs=max(values.get("tolerance", 0), 1e-9)), f"{values}"
        checked += 1
    assert checked == DRAWS
