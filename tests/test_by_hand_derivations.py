"""Derivations against numbers: the printed answer at random points, and the slope of what the network really computes.

The networks are run forward in plain Python, and their slopes taken with a complex step, which has no rounding error to
speak of; neither sympy nor the lines have a part in it.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from conftest import FUNCTIONS, blueprints, each, evaluate, reckon, records, seeded

from generator.blueprint import Blueprint
from generator.derivation import Derivative, Problem
from generator.distractors import reached, slipped

POINTS = 10
STEP = 1e-30
Axes = dict[str, Any]
Names = dict[str, Any]
Case = tuple[Names, float]  # a value for every letter, and what the answer must come to


def slope(curve: Callable[[complex], complex], at: float) -> float:
    """The derivative of an analytic function by a complex step."""
    return curve(complex(at, STEP)).imag / STEP


def sigma(a: complex) -> complex:
    return 1 / (1 + cmath.exp(-a))


ACTIVATIONS: dict[str, Callable[[complex], complex]] = {"tanh": cmath.tanh, "sigmoid": sigma, "linear": lambda a: a}


def real(names: Names) -> Names:
    """The values without their imaginary parts."""
    return {name: complex(value).real for name, value in names.items()}


def judged(loss: str, a: complex, y: float) -> tuple[complex, complex]:
    """The output and its loss, from what the output sums up."""
    yhat = sigma(a) if loss in ("cross-entropy", "sigmoid, half squared") else a
    if loss == "cross-entropy":
        return yhat, -(y * cmath.log(yhat) + (1 - y) * cmath.log(1 - yhat))
    return yhat, (yhat - y) ** 2 / (1 if loss == "squared" else 2)


# --- recurrent networks ------------------------------------------------------------------------------------------


def recurrent(random: Random, axes: Axes) -> Names:
    """Weights, inputs and a first state."""
    names: Names = {name: random.uniform(-1, 1) for name in ("w_x", "w_h", "w_y", "y")}
    names |= {f"x_{t}": random.uniform(-1, 1) for t in range(1, axes["timesteps"] + 1)}
    return names | {"h_0": random.uniform(-1, 1) if axes.get("start") == "given" else 0.0}


def run(axes: Axes, names: Names) -> Names:
    """Every state, the output and the loss of the network run forward."""
    f, found = ACTIVATIONS[axes["activation"]], dict(names)
    for t in range(1, axes["timesteps"] + 1):
        found[f"h_{t}"] = f(names["w_x"] * names[f"x_{t}"] + names["w_h"] * found[f"h_{t - 1}"])
    found["yhat"], found["L"] = judged(axes["loss"], names["w_y"] * found[f"h_{axes['timesteps']}"], names["y"])
    return found


def bptt(weight: str) -> Callable[[Axes, Random], Case]:
    def case(axes: Axes, random: Random) -> Case:
        names = recurrent(random, axes)
        gradient = slope(lambda w: run(axes, names | {weight: w})["L"], names[weight])
        names["eta"] = random.uniform(0, 1)
        if axes.get("asked") == "update":
            return real(run(axes, names)), names[weight] - names["eta"] * gradient
        return real(run(axes, names)), gradient

    return case


def output_weight(axes: Axes, random: Random) -> Case:
    """An output and a loss at every timestep."""
    names = recurrent(random, axes)
    steps = range(1, axes["timesteps"] + 1)
    targets = {t: random.uniform(0, 1) for t in steps}
    states = run(axes | {"activation": "tanh"}, names)

    def total(w: complex) -> complex:
        every = sum(judged(axes["loss"], w * states[f"h_{t}"], targets[t])[1] for t in steps)
        return every / len(steps) if axes["over"] == "mean" else every

    outputs = {f"yhat_{t}": judged(axes["loss"], names["w_y"] * states[f"h_{t}"], 0)[0] for t in steps}
    return real(states | outputs | {f"y_{t}": targets[t] for t in steps}), slope(total, names["w_y"])


def long_term(axes: Axes, random: Random) -> Case:
    """Only the timestep asked for feels the weight move, or only the later ones the state."""
    axes = axes | {"loss": "half squared", "start": "given"}
    names, last = recurrent(random, axes), axes["timesteps"]
    states, f = run(axes, names), ACTIVATIONS[axes["activation"]]

    def onward(state: complex) -> complex:
        for t in range(axes["step"] + 1, last + 1):
            state = f(names["w_x"] * names[f"x_{t}"] + names["w_h"] * state)
        return state

    def loss(w: complex) -> complex:
        own = names | {axes["asked"].split()[-1]: w}
        h, x = states[f"h_{axes['step'] - 1}"], names[f"x_{axes['step']}"]
        return judged(axes["loss"], names["w_y"] * onward(f(own["w_x"] * x + own["w_h"] * h)), names["y"])[1]

    if axes["asked"] == "product":
        return real(states), slope(onward, states[f"h_{axes['step']}"].real)
    return real(states), slope(loss, names[axes["asked"].split()[-1]])


# --- LSTM cells --------------------------------------------------------------------------------------------------


class Memory:
    """An LSTM cell of one unit, run forward from timestep 1; what it met by the names of the page."""

    def __init__(self, axes: Axes, random: Random) -> None:
        self.last, self.coupled = axes["steps"] + 1, axes["coupled"]
        self.numbers = axes["written"] == "numbers"
        self.u = {gate: random.uniform(-1, 1) for gate in "fico"}
        self.x = {(gate, t): random.uniform(-1, 1) for gate in "fico" for t in range(1, self.last + 1)}
        self.start = random.uniform(-1, 1), random.uniform(-1, 1)  # h_0 and c_0
        self.random = random

    def run(self, moved: dict[str, complex] | None = None, fixed: Names | None = None) -> Names:
        """Every gate and state; ``moved`` are added to states as they come about, ``fixed`` gates stay as they are."""
        h, c = map(complex, self.start)
        found: Names = {}
        for t in range(1, self.last + 1):
            sums = {gate: self.x[gate, t] + self.u[gate] * h for gate in "fico"}
            met = {gate: cmath.tanh(a) if gate == "c" else sigma(a) for gate, a in sums.items()}
            met = {gate: (fixed or {}).get(f"{gate}{t}", value) for gate, value in met.items()}
            if self.coupled:
                met["i"] = 1 - met["f"]
            c = met["f"] * c + met["i"] * met["c"] + (moved or {}).get(f"c{t}", 0)
            h = met["o"] * cmath.tanh(c) + (moved or {}).get(f"h{t}", 0)
            found |= {f"{gate}{t}": met[gate] for gate in "fico"} | {f"state{t}": c, f"h{t}": h}
        found["L"] = sum((found[f"h{t}"] - 0.3 * t) ** 2 for t in range(1, self.last + 1))
        return found

    def slope(self, moved: str, of: str, fixed: Names | None = None) -> float:
        """How a quantity follows a state that is moved."""
        return float(self.run({moved: complex(0, STEP)}, fixed)[of].imag) / STEP

    def name(self, letter: str, t: int) -> str:
        back = self.last - t
        return f"{letter}_{t}" if self.numbers else f"{letter}_t_{back}" if back else f"{letter}_t"

    def names(self) -> Names:
        found, told = self.run(), Names()
        for t in range(1, self.last + 1):
            told |= {self.name(letter, t): found[f"{letter}{t}"].real for letter in "fioh"}
            told[self.name("ctilde", t)] = found[f"c{t}"].real
            told[self.name("c", t)] = found[f"state{t}"].real
        return told | {f"u_{gate}": self.u[gate] for gate in "fic"}


def cell_unrolled(axes: Axes, random: Random) -> Case:
    memory = Memory(axes, random)
    asked = "h" if axes["asked"] == "hidden state" else "state"
    return memory.names(), memory.run()[f"{asked}{memory.last}"].real


def cell_gradient(axes: Axes, random: Random) -> Case:
    """δ of a state: how the loss follows if the state alone is moved and everything later runs on.

    Along the cell states alone: with every gate and candidate fixed, and the loss that of the last cell state.
    """
    memory = Memory(axes, random)
    names, last = memory.names(), memory.last
    if axes["paths"] == "through gates":
        return names, memory.slope("c1", f"state{last}")
    names |= {memory.name("dh", t): memory.slope(f"h{t}", "L") for t in range(1, last + 1)}
    names[memory.name("dc", last)] = came = memory.slope(f"c{last}", "L")
    if axes["paths"] == "cell state alone":
        return names, came * memory.slope("c1", f"state{last}", memory.run())
    return names, memory.slope("c1", "L")


# --- variational autoencoders ------------------------------------------------------------------------------------


def kl_gradient(axes: Axes, random: Random) -> Case:
    places = [f"_{place}" for place in range(1, axes["dimensions"] + 1)] if axes["dimensions"] > 1 else [""]
    letter = {"log-variance": "ell", "variance": "v"}.get(axes["by"], "sigma")
    names: Names = {f"mu{place}": random.uniform(-1, 1) for place in places}
    names |= {f"{letter}{place}": random.uniform(0.2, 1.8) for place in places}
    names |= {name: random.uniform(-1, 1) for name in ("epsilon", "beta", "w", "x")}

    def variance(spread: complex) -> complex:
        return {"ell": cmath.exp(spread), "v": spread, "sigma": spread**2}[letter]

    def run(names: Names) -> Names:
        spreads = {place: variance(names[f"{letter}{place}"]) for place in places}
        divergence = -0.5 * sum(1 + cmath.log(var) - names[f"mu{place}"] ** 2 - var for place, var in spreads.items())
        z = names[f"mu{places[0]}"] + cmath.sqrt(spreads[places[0]]) * names["epsilon"]
        loss = {"KL": divergence, "beta": names["beta"] * divergence}.get(axes["loss"], divergence)
        rebuilt = (names["w"] * z - names["x"]) ** 2 / 2 if axes["loss"] == "whole" else 0
        return names | {"xhat": names["w"] * z, "L": loss + rebuilt}

    asked = f"{'mu' if axes['by'] == 'mean' else letter}{places[-1]}"
    return real(run(names)), slope(lambda value: run(names | {asked: value})["L"], names[asked])


# --- small networks ----------------------------------------------------------------------------------------------


def small_network(axes: Axes, random: Random) -> Case:
    letters = ("w_1", "w_2", "x_1", "x_2", "x", "b", "b_1", "b_2", "v_1", "v_2", "c")
    names: Names = {name: random.uniform(0.1, 1) for name in letters} | {"y": random.uniform(0, 1)}
    f = ACTIVATIONS.get(axes["activation"], lambda a: a if a.real > 0 else 0 * a)

    def run(names: Names) -> Names:
        if axes["network"] == "one neuron":
            inside = names["w_1"] * names["x_1"] + names["w_2"] * names["x_2"] + names["b"]
            hidden = {}
        else:
            hidden = {f"h_{k}": f(names[f"w_{k}"] * names["x"] + names[f"b_{k}"]) for k in (1, 2)}
            inside = sum(names[f"v_{k}"] * hidden[f"h_{k}"] for k in (1, 2)) + names["c"]
        yhat, loss = judged(axes["loss"], inside, names["y"])
        return names | hidden | {"yhat": yhat, "L": loss}

    by = axes["by"]
    return real(run(names)), slope(lambda value: run(names | {by: value})["L"], names[by])


# --- activation functions ----------------------------------------------------------------------------------------


def softmax(scores: list[complex], heat: float = 1) -> list[complex]:
    powers = [cmath.exp(score / heat) for score in scores]
    return [power / sum(powers) for power in powers]


def activation(axes: Axes, random: Random) -> Case:
    if axes["function"] == "softmax":
        return of_softmax(axes["of"], random)
    f = ACTIVATIONS.get(axes["function"], lambda a: a if a.real > 0 else 0 * a)
    names = {name: random.uniform(0.1, 1) for name in ("w", "x", "b", "z", "y")}
    score = names["w"] * names["x"] + names["b"] if axes["of"] in ("weight", "input") else names["z"]
    names["score"], letter = score, {"sigmoid": "s", "tanh": "t", "ReLU": "r"}[axes["function"]]
    names[letter] = f(complex(score)).real
    y, z = names["y"], names["z"]
    if axes["of"] == "product" and axes["function"] == "tanh":
        names["s"] = sigma(z).real
    curves: dict[str, Callable[[complex], complex]] = {
        "itself": f,
        "weight": lambda w: f(w * names["x"] + names["b"]),
        "input": lambda x: f(names["w"] * x + names["b"]),
        "square": lambda z: f(z) ** 2,
        "second derivative": lambda z: 1 / (cmath.cosh(z) ** 2 if letter == "t" else 2 + 2 * cmath.cosh(z)),
        "logarithm": lambda z: -cmath.log(f(z)),
        "cross-entropy": lambda z: judged("cross-entropy", z, y)[1],
        "product": lambda z: z * sigma(z) if axes["function"] == "sigmoid" else cmath.tanh(z) * sigma(z),
    }
    return names, slope(curves[axes["of"]], names[{"weight": "w", "input": "x"}.get(axes["of"], "z")])


def of_softmax(of: str, random: Random) -> Case:
    scores, heat = [random.uniform(-1, 1) for _ in range(3)], random.uniform(0.5, 2) if of == "temperature" else 1.0
    true, by = random.randrange(3), 1 if of in ("another score", "wrong class") else 0
    if of in ("true class", "wrong class"):
        true = 0

    def asked(value: complex) -> complex:
        moved = [value if place == by else score for place, score in enumerate(scores)]
        shares = softmax(moved, heat)
        return shares[0] if of in ("own score", "another score", "temperature") else -cmath.log(shares[true])

    shares = [each.real for each in softmax([complex(score) for score in scores], heat)]
    names = {f"p_{k}": value for k, value in enumerate(shares, 1)} | {"T": heat, "y_1": float(true == 0)}
    return names, slope(asked, scores[by])


# --- what each family's answer must come to ----------------------------------------------------------------------

CASES: dict[str, Callable[[Axes, Random], Case]] = {
    "bptt-long-term-term": long_term,
    "bptt-output-weight": output_weight,
    "bptt-recurrent-weight": bptt("w_h"),
    "lstm-cell-gradient": cell_gradient,
    "lstm-cell-unrolled": cell_unrolled,
    "vae-kl-gradient": kl_gradient,
    "activation-derivative": activation,
    "backprop-chain": small_network,
    "bptt-input-weight": bptt("w_x"),
}  # fmt: skip


def derived(problem: Problem) -> bool:
    return any(isinstance(target, Derivative) for target in problem.proves.values())


def test_every_family_with_a_derivative_has_a_case() -> None:
    assert {found.family.id for found in blueprints(derived)} <= set(CASES)


def in_cases(problem: Problem) -> bool:
    """Calculus; what is counted in letters is tested with the algorithms that it counts."""
    return problem.answer.kind == "expression" and not problem.letters


@each(in_cases)
def test_answer_is_what_the_network_does(blueprint: Blueprint) -> None:
    (found,) = records(blueprint, "open", 1)
    value, random = found["answer"]["value"], seeded(blueprint.key)
    for _ in range(POINTS):
        names, wanted = CASES[blueprint.family.id](found["structure"], random)
        typed = eval(value["plain"].replace("^", "**"), {"__builtins__": {}}, FUNCTIONS | names)
        assert typed == pytest.approx(wanted, rel=1e-9, abs=1e-12), f"{value['plain']} at {names}"
        assert reckon(value["latex"], names) == pytest.approx(wanted, rel=1e-9, abs=1e-12), f"{value['latex']}"


@each(in_cases)
def test_no_slip_is_right_where_the_network_is_run(blueprint: Blueprint) -> None:
    """At some point each slip's answer is clearly another number than the network's.

    A letter that the right answer has not is any number: c_t by c_{t-1} is no answer where c_{t-2} is asked for.
    """
    random = seeded(blueprint.key)
    axes = records(blueprint, "open", 1)[0]["structure"]
    points = [CASES[blueprint.family.id](axes, random) for _ in range(POINTS)]
    problem = blueprint.problem
    right = {sym.name for sym in reached(problem.lines, problem.answer.symbol).written}
    points = [({name: value if name in right else random.uniform(-1, 1) for name, value in names.items()}, wanted)
              for names, wanted in points]  # fmt: skip
    for each_slip in blueprint.slips:
        wrong = slipped(problem, each_slip)
        off = [abs(evaluate(wrong, names) - wanted) / max(abs(wanted), 1e-3) for names, wanted in points]
        assert max(off) > 0.01, f"{each_slip.key} answers right: {wrong}"


@each(lambda problem: problem.answer.kind == "expression")
def test_four_slips_or_more_that_bite(blueprint: Blueprint) -> None:
    assert blueprint.singles >= 4


@each(lambda problem: problem.answer.kind == "expression")
def test_what_is_written_is_what_the_lines_come_to(blueprint: Blueprint) -> None:
    """Gathering numbers and powers changes no value."""
    lines, meaning = blueprint.problem.lines, dict[str, Any]()
    random = seeded(blueprint.key)
    defined = {line.symbol for line in lines}
    for line in lines:
        for sym in line.expression.written:
            if sym not in defined:
                meaning.setdefault(sym.name, random.uniform(0.1, 0.9))
        meaning[line.symbol.name] = evaluate(line.expression, meaning)
    for line in lines:
        told = evaluate(reached(lines, line.symbol), meaning)
        assert math.isclose(told, meaning[line.symbol.name], rel_tol=1e-9, abs_tol=1e-12), line.symbol.name


@each(lambda problem: problem.answer.kind == "expression")
def test_labels_are_distinct(blueprint: Blueprint) -> None:
    labels = [line.label for line in blueprint.problem.lines]
    assert len(set(labels)) == len(labels), labels
