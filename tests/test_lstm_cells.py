"""`lstm-step` against recorded LSTM cells of Keras 3.15 and PyTorch 2.13, gate by gate, and its tolerance.

Keras: W [features][4·units], U [units][4·units], b [4·units], gates i, f, c̃, o side by side.
PyTorch: W [4·units][features], U [4·units][units], two biases [4·units], gates i, f, g, o one below the other.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from conftest import accepted, answer, compiled, each, load, on_paper, work

from generator.blueprint import Blueprint
from generator.derivation import Problem

CELLS = load("lstm_cells.json")
ORDER = "ifgo"


def numbers_of(cell: dict[str, Any]) -> dict[str, Any]:
    """A recorded cell's weights by gate, each [units][features] as on paper."""
    W, U, b = (np.array(cell[name]) for name in "WUb")
    if cell["cell"] == "keras_LSTM":
        W, U = W.T, U.T
    else:
        b = b.sum(axis=0)
    numbers = {"x": cell["x"], "h_prev": cell["h"], "c_prev": cell["c"]}
    for name, array in (("W", W), ("U", U), ("b", b)):
        numbers |= {f"{name}_{gate}": part.tolist() for gate, part in zip(ORDER, np.split(array, 4), strict=True)}
    return numbers


@pytest.mark.parametrize("cell", CELLS, ids=[f"{cell['cell']}-{place}" for place, cell in enumerate(CELLS)])
def test_every_gate_is_the_frameworks(cell: dict[str, Any]) -> None:
    blueprint = compiled("lstm-step", units=len(cell["h"]), features=len(cell["x"]))
    unlimited = replace(blueprint, problem=replace(blueprint.problem, where=()))  # recorded gates may be saturated
    exact = unlimited.exact
    row = exact.compute(unlimited.flat(numbers_of(cell)))
    assert row
    values = dict(zip(list(exact.index)[-len(row) :], row, strict=True))
    for source in ("steps", "framework"):
        for gate, expected in cell[source].items():
            got = [values[f"{gate}_{unit}"] for unit in range(1, len(expected) + 1)]
            assert got == pytest.approx(expected, abs=1e-6), f"{cell['cell']}: {gate} of {source}"


# --- tolerance ---------------------------------------------------------------------------------------------------


def is_step(problem: Problem) -> bool:
    return problem.answer.kind == "vector" and any(sym.name == "c_prev" for sym in problem.numbers)


def numpy_step(values: dict[str, Any], units: int, features: int) -> list[float]:
    """The new hidden state in full precision, from the row's drawn numbers."""

    def array(name: str, *shape: int) -> Any:
        places = [values["_".join((name, *(str(n + 1) for n in at)))] for at in np.ndindex(*shape)]
        return np.array(places).reshape(shape)

    x, h, c = array("x", features), array("h_prev", units), array("c_prev", units)
    z = {
        g: array(f"W_{g}", units, features) @ x + array(f"U_{g}", units, units) @ h + array(f"b_{g}", units)
        for g in ORDER
    }
    f, i, o = (1 / (1 + np.exp(-z[gate])) for gate in "fio")
    return (o * np.tanh(f * c + i * np.tanh(z["g"]))).tolist()


@each(is_step)
def test_who_rounds_and_who_does_not_are_both_right(blueprint: Blueprint) -> None:
    problem = blueprint.problem
    units, features = (int(str(blueprint.structure[axis])) for axis in ("units", "features"))
    slips = blueprint.slips[: blueprint.singles]
    rows = list(islice(accepted(blueprint, 300), 300))
    assert len(rows) == 300
    for values in rows:
        drawn = {sym.name: nested(sym.name, sym.shape, values) for sym in problem.numbers}
        key = [values[f"h_{unit}"] for unit in range(1, units + 1)]
        tolerance = values["tolerance"]
        rounding = answer(problem, work(problem, drawn))
        told = f"{drawn}: key {key} ± {tolerance}"
        assert rounding == pytest.approx(key, abs=1e-12), f"{told}: by hand {rounding}"
        for full in (numpy_step(values, units, features), answer(problem, work(problem, drawn, exact=True))):
            assert full == pytest.approx(key, abs=tolerance), f"{told}: full precision {full}"
        four = on_paper(np.array(numpy_step(values, units, features)), 4).tolist()
        assert four == pytest.approx(key, abs=tolerance), f"{told}: with a fourth decimal {four}"
        assert tolerance < 0.02, f"{told}: too generous to tell anything"
        for slip in slips:
            wrong = answer(problem, work(problem, drawn, slip))
            off = max(abs(a - b) for a, b in zip(wrong, key, strict=True))
            assert off > tolerance, f"{told}: the slip {slip.key} comes to {wrong} and would be marked right"


def nested(name: str, shape: tuple[int, ...], values: dict[str, Any]) -> Any:
    if not shape:
        return values[name]
    return [nested(f"{name}_{place}", shape[1:], values) for place in range(1, shape[0] + 1)]
