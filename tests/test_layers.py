"""Layers against what Keras 3.15 and PyTorch 2.13 answered for the same models, and formulas against numbers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from conftest import evaluate, layer, layer_kinds, load, model, seeded

from generator.blueprint import compile_structure
from generator.derivation import Answer, Problem
from generator.family import Family
from generator.layers import CONVENTIONS, Layer
from generator.layers.base import prod_of
from generator.layers.recurrent import MERGES, Bidirectional, Recurrent
from generator.model import Model
from generator.notation import Expr, Sym, as_expr
from generator.space import span

FRAMEWORKS = {"keras": "keras", "torch": "pytorch"}
CASES = [
    pytest.param(case["spec"], case[framework], convention, id=f"{framework}-{case['tag']}-{case['id']}")
    for case in load("layers.json")
    for framework, convention in FRAMEWORKS.items()
    if case[framework]
]


@pytest.mark.parametrize(("spec", "expected", "convention"), CASES)
def test_framework_answers_the_same(spec: dict[str, Any], expected: list[dict[str, Any]], convention: str) -> None:
    found = model(spec)
    for place, row in enumerate(expected):
        weights = found.weights(convention)[place]
        said = f"layer {place} {spec['layers'][place]} on {found.shapes[place]}"
        assert sorted(list(w.shape) for w in weights) == sorted(row["weights"]), said
        assert sum(prod_of(w.shape) for w in weights) == row["trainable"], said  # type: ignore[misc]
        assert list(found.shapes[place + 1]) == row["output_shape"], said
    assert found.parameters(convention) == sum(row["trainable"] for row in expected)


def test_every_kind_has_cases() -> None:
    seen = {kind for case in load("layers.json") for each in case["spec"]["layers"] for kind in _kinds(each)}
    assert seen == set(layer_kinds()), f"no recorded case for {set(layer_kinds()) - seen}"


def _kinds(spec: dict[str, Any]) -> set[str]:
    return {spec["type"]} | (_kinds(spec["layer"]) if "layer" in spec else set())


# --- formulas and numbers ----------------------------------------------------------------------------------------

SIDES = {"Dense": 1, "Conv2D": 3, "MaxPooling2D": 3, "Flatten": 3, "Embedding": 1, "Bidirectional": 2}
OPTIONS = {
    "use_bias": (True, False), "return_sequences": (True, False), "reset_after": (True, False),
    "merge_mode": MERGES, "padding": ("valid", "same"),
}  # fmt: skip


def configured(kind: type[Layer], seed: int) -> tuple[Layer, Layer, tuple, tuple, dict[str, int]]:
    """The same layer on letters and on numbers, with an input shape of each."""
    random = seeded(f"{kind.__name__}/{seed}")
    letters: dict[str, Any] = {}
    values: dict[str, int] = {}
    for f in fields(kind):
        if f.name == "layer":
            inner = random.choice([each for each in layer_kinds().values() if issubclass(each, Recurrent)])
            letters["layer"], numbers, *_ = configured(inner, seed)
            values |= {"units": numbers.units}  # type: ignore[attr-defined]
        elif f.name == "kernel_size":
            letters[f.name] = (Sym("rows"), Sym("columns"))
            values |= {"rows": random.randint(1, 5), "columns": random.randint(1, 5)}
        elif f.name in OPTIONS:
            letters[f.name] = random.choice(OPTIONS[f.name])
        elif f.name != "activation":
            letters[f.name] = Sym(f.name)
            values[f.name] = random.randint(1, 5)
    shape = [random.randint(6, 40) for _ in range(SIDES.get(kind.__name__, 2))]
    named = tuple(Sym(f"side_{place}") for place in range(len(shape)))
    values |= {sym.name: side for sym, side in zip(named, shape, strict=True)}
    put_in = {name: _number(value, values) for name, value in letters.items()}
    return kind(**letters), kind(**put_in), named, tuple(shape), values


def _number(value: Any, values: dict[str, int]) -> Any:
    if isinstance(value, tuple):
        return tuple(_number(each, values) for each in value)
    if isinstance(value, Recurrent):
        return replace(value, units=values["units"])
    return values[value.name] if isinstance(value, Sym) else value


def _worth(dim: Any, values: dict[str, int]) -> Any:
    return evaluate(dim, values) if isinstance(dim, Expr) else dim


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("kind", layer_kinds().values(), ids=list(layer_kinds()))
def test_formulas_on_letters_agree_with_numbers(kind: type[Layer], convention: str) -> None:
    for seed in range(40):
        formula, plain, letters, shape, values = configured(kind, seed)
        told = f"{plain} on {shape}: {values}"
        wanted = [w.shape for w in plain.weights(shape, convention)]
        assert [tuple(_worth(s, values) for s in w.shape) for w in formula.weights(letters, convention)] == wanted, told
        assert tuple(_worth(s, values) for s in formula.output_shape(letters)) == plain.output_shape(shape), told
        worked = formula.worked(letters, convention)
        if not wanted:
            assert worked.count is None and not worked.lines, f"{told}: lines without weights"
            continue
        for line in worked.lines:
            values[line.symbol.name] = evaluate(line.expression, values)
        assert worked.count and values[worked.count.name] == sum(prod_of(s) for s in wanted), told  # type: ignore[misc]


@pytest.mark.parametrize("kind", layer_kinds().values(), ids=list(layer_kinds()))
def test_config_reads_back_as_the_same_layer(kind: type[Layer]) -> None:
    for seed in range(10):
        plain = configured(kind, seed)[1]
        assert layer(plain.config()) == plain  # type: ignore[arg-type]


ARGUMENTS = {  # that Keras 3 demands
    "Dense": {"units"}, "Conv2D": {"filters", "kernel_size"}, "Embedding": {"input_dim", "output_dim"},
    "SimpleRNN": {"units"}, "LSTM": {"units"}, "GRU": {"units"}, "Bidirectional": {"layer"},
}  # fmt: skip


@pytest.mark.parametrize("kind", layer_kinds().values(), ids=list(layer_kinds()))
def test_config_names_every_argument_that_keras_demands(kind: type[Layer]) -> None:
    config = kind().config()
    assert ARGUMENTS.get(kind.__name__, set()) <= set(config), f"{kind.__name__} writes {config}"


# --- slips -------------------------------------------------------------------------------------------------------

COUNTED = [
    (kind, convention, bias)
    for kind in layer_kinds().values()
    for convention in CONVENTIONS
    for bias in (True, False)
    if kind().worked((8, 8, 8), convention).lines and (bias or any(f.name == "use_bias" for f in fields(kind)))
]


def alone(kind: type[Layer], convention: str, bias: bool) -> Problem:
    """A problem about one layer of the kind."""
    found, _, letters, *_ = configured(kind, 0)
    found = replace(found, use_bias=bias) if hasattr(found, "use_bias") else found  # type: ignore[call-arg]
    found = replace(found, layer=replace(found.layer, use_bias=True)) if isinstance(found, Bidirectional) else found
    network = Model(letters, (found,))
    worked = network.worked(convention)
    assert worked.count
    names = dict.fromkeys(sym for sym in _letters(found, letters))
    return Problem(
        ask="How many parameters?",
        numbers={sym: span(2, 40) for sym in names},
        lines=worked.lines,
        slips=worked.slips,
        answer=Answer("integer", worked.count),
        proves={worked.count: as_expr(network.parameters(convention))},
    )


def _letters(found: Layer, shape: tuple[Sym, ...]) -> list[Sym]:
    inner = [found.layer] if isinstance(found, Bidirectional) else []
    values = [getattr(each, f.name) for each in (found, *inner) for f in fields(each)]
    flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    return [*shape, *(part for part in flat if isinstance(part, Sym))]


@pytest.mark.parametrize(("kind", "convention", "bias"), COUNTED)
def test_every_slip_of_a_layer_bites(kind: type[Layer], convention: str, bias: bool) -> None:
    problem = alone(kind, convention, bias)
    found = compile_structure(Family("test", "", "", {}, lambda: problem), {}, problem)
    assert found
    declared = {slip.key for slip in problem.slips}
    if not bias:
        declared -= {"no-bias", "one-bias", "two-biases", "three-biases", "bias-per-input", "bias-per-channel"}
    lost = declared - {slip.key for slip in found.slips}
    assert not lost, f"{kind.__name__} ({convention}, bias {bias}): {lost} never change the count"
