"""The step families against 140 recorded cells of Keras 3.15 and PyTorch 2.13, gate by gate.

Keras: W [features][gates·units], U [units][gates·units], b [gates·units], the gates side by side: i, f, c̃, o and
z, r, h̃; a GRU that resets after the recurrent product has b [2][3·units], for input and state. PyTorch:
W [gates·units][features], U [gates·units][units], two biases [gates·units], the gates one below the other: i, f, c̃, o
and r, z, n.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conftest import load

from generator.cells import Size
from generator.derivation import Problem, tidy
from generator.families.gru_step import reset_gate, whole_step
from generator.families.lstm_gate import lstm_gate
from generator.families.lstm_state import lstm_state
from generator.families.lstm_step import lstm_step
from generator.families.rnn_step import rnn_step
from generator.row import layout
from generator.sample import flattened

CELLS = load("cells.json")
GRU = {"keras_GRU_classic": "classic", "keras_GRU": "keras", "torch_GRU": "pytorch"}
GATES = {"z": "update_gate", "r": "reset_gate", "h": "candidate"}
Cell = dict[str, Any]


def named(*kinds: str, units: tuple[int, ...] = (1, 2, 3), features: tuple[int, ...] = (1, 2, 3)) -> Any:
    """Parametrise a test over the recorded cells whose name ends like that, of these sizes."""
    found = [
        pytest.param(cell, id=f"{cell['cell']}-{place}")
        for place, cell in enumerate(CELLS)
        if cell["cell"].endswith(kinds) and len(cell["h"]) in units and len(cell["x"]) in features
    ]
    assert found
    return pytest.mark.parametrize("cell", found)


def exact(problem: Problem, numbers: dict[str, Any]) -> dict[str, float]:
    """Every quantity, unrounded; recorded gates may be saturated, so no draw is refused."""
    laid = layout(replace(tidy(problem), where=()), (), (), exact=True)
    row = laid.compute(flattened([numbers[sym.name] for sym in problem.numbers]))
    assert row
    return dict(zip(list(laid.index)[-len(row) :], row, strict=True))


def by_gate(cell: Cell, order: str) -> dict[str, tuple[Any, Any, list[Any]]]:
    """For each gate its kernel and recurrent kernel, a row per unit, and its biases."""
    W, U, b = (np.array(cell[name]) for name in "WUb")
    if cell["cell"].startswith("keras"):
        W, U = W.T, U.T
    biases = [np.split(each, len(order)) for each in np.atleast_2d(b)]
    parts = zip(np.split(W, len(order)), np.split(U, len(order)), *biases, strict=True)
    return {gate: (W, U, list(bias)) for gate, (W, U, *bias) in zip(order, parts, strict=True)}


def sizes(cell: Cell) -> dict[str, int]:
    return {"units": len(cell["h"]), "features": len(cell["x"])}


def agrees(got: dict[str, float], cell: Cell, names: dict[str, str]) -> None:
    """Every value of the records, and what the framework itself answered."""
    units = sizes(cell)["units"]
    compared = 0
    for source in ("steps", "framework"):
        for gate, expected in cell[source].items():
            if (name := names.get(gate, gate)) in got or f"{name}_1" in got:
                value = [got.get(f"{name}_{unit}", got.get(name)) for unit in range(1, units + 1)]
                assert value == pytest.approx(expected, abs=1e-6), f"{cell['cell']}: {gate} of {source}"
                compared += 1
    assert compared >= len(cell["steps"]) + len(cell["framework"])


def test_there_are_140() -> None:
    assert len(CELLS) == 140


@named("RNN")
def test_simple_recurrent_step_is_the_frameworks(cell: Cell) -> None:
    W, U, biases = by_gate(cell, "a")["a"]
    numbers = {"input": cell["x"], "last_state": cell["h"], "kernel": W.tolist(), "recurrent_kernel": U.tolist()}
    numbers["bias"] = sum(biases).tolist()
    agrees(exact(rnn_step(**sizes(cell), asked="state"), numbers), cell, {})


def lstm_numbers(cell: Cell) -> dict[str, Any]:
    numbers = {"x": cell["x"], "h_prev": cell["h"], "c_prev": cell["c"]}
    for gate, (W, U, biases) in by_gate(cell, "ifgo").items():
        numbers |= {f"W_{gate}": W.tolist(), f"U_{gate}": U.tolist(), f"b_{gate}": sum(biases).tolist()}
    return numbers


@named("LSTM")
def test_every_lstm_gate_is_the_frameworks(cell: Cell) -> None:
    agrees(exact(lstm_step(**sizes(cell)), lstm_numbers(cell)), cell, {})


@named("LSTM", units=(2,), features=(2,))
@pytest.mark.parametrize(
    ("gate", "letter"), [("forget gate", "f"), ("input gate", "i"), ("output gate", "o"), ("candidate", "g")]
)
def test_one_lstm_gate_alone_is_the_frameworks(cell: Cell, gate: str, letter: str) -> None:
    W, U, biases = by_gate(cell, "ifgo")[letter]
    numbers = {"input": cell["x"], "last_state": cell["h"], "bias": sum(biases).tolist()}
    got = exact(lstm_gate(gate, "apart"), numbers | {"kernel": W.tolist(), "recurrent_kernel": U.tolist()})
    assert [got["gate_1"], got["gate_2"]] == pytest.approx(cell["steps"][letter], abs=1e-6)


@named("LSTM")
def test_lstm_states_from_their_gates_are_the_frameworks(cell: Cell) -> None:
    problem = lstm_state("hidden state", "between", 3)
    assert problem
    gates = {"forget_gate": "f", "input_gate": "i", "output_gate": "o", "candidate": "g"}
    padding = [0.0] * (3 - sizes(cell)["units"])  # the family asks for three units; a cell's units do not meet here
    numbers = {name: cell["steps"][letter] + padding for name, letter in gates.items()}
    got = exact(problem, numbers | {"last_cell_state": cell["c"] + padding})
    for state in "ch":
        found = [got[f"{state}_{unit}"] for unit in range(1, sizes(cell)["units"] + 1)]
        assert found == pytest.approx(cell["steps"][state], abs=1e-6)


def gru_numbers(cell: Cell) -> dict[str, Any]:
    numbers = {"input": cell["x"], "last_state": cell["h"]}
    for gate, (W, U, biases) in by_gate(cell, "rzh" if cell["cell"] == "torch_GRU" else "zrh").items():
        name = GATES[gate]
        numbers |= {f"{name}_kernel": W.tolist(), f"{name}_recurrent_kernel": U.tolist()}
        kinds = ("bias", "recurrent_bias")
        numbers |= {f"{name}_{kind}": bias.tolist() for kind, bias in zip(kinds, biases, strict=False)}
    return numbers


@named("GRU", "GRU_classic")
def test_every_gru_gate_is_the_frameworks(cell: Cell) -> None:
    problem = whole_step(Size(**sizes(cell)), GRU[cell["cell"]])
    agrees(exact(problem, gru_numbers(cell)), cell, {"hh": "candidate"})


@named("GRU_classic")
def test_reset_gate_alone_is_the_frameworks(cell: Cell) -> None:
    got = exact(reset_gate(Size(**sizes(cell))), gru_numbers(cell))
    value = [got.get(f"r_{unit}", got.get("r")) for unit in range(1, sizes(cell)["units"] + 1)]
    assert value == pytest.approx(cell["steps"]["r"], abs=1e-6)
