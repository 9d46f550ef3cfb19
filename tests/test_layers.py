"""Layers of every kind: formulas against numbers, worked counts against arrays, and what the records cannot show."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from conftest import evaluate, load, recorded
from layercases import ALL, Case, case, worth

from generator.algebra import fold, prove, to_sympy
from generator.blueprint import compile_structure
from generator.counting import worked
from generator.derivation import Answer, Problem
from generator.errors import NoEquivalent
from generator.family import Family
from generator.layers import CONVENTIONS, KINDS, Layer, parameters
from generator.layers.activation import PReLU
from generator.layers.base import prod_of
from generator.model import sequential
from generator.notation import Sym, as_expr
from generator.space import span
from generator.spec import read_layer, read_spec

SEEDS, PROVED = 30, 5

FRAMEWORKS = {"keras": "keras", "torch": "pytorch"}
CASES = [
    pytest.param(case["spec"], case[framework], convention, id=f"{framework}-{case['tag']}-{case['id']}")
    for case in load("layers.json")
    for framework, convention in FRAMEWORKS.items()
    if case[framework]
]


@pytest.mark.parametrize(("spec", "expected", "convention"), CASES)
def test_framework_answers_the_same(spec: dict[str, Any], expected: list[dict[str, Any]], convention: str) -> None:
    model = read_spec(spec)
    for row, each in zip(expected, model.applied(convention), strict=True):
        said = f"layer {each.number} {each.node.layer} on {each.fed}"
        assert sorted(list(w.shape) for w in each.weights) == sorted(row["weights"]), said
        assert sum(prod_of(w.shape) for w in each.weights) == row["trainable"], said  # type: ignore[misc]
        assert list(each.output_shape) == row["output_shape"], said
    assert model.parameters(convention) == sum(row["trainable"] for row in expected)


# By the documentation of Keras 3: (layer, input, weights, output) of the kinds that no record has.
NOISE = ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "GaussianNoise", "GaussianDropout", "Rescaling",
         "Masking", "UnitNormalization", "SpatialDropout1D")  # fmt: skip
OWN: list[tuple[dict[str, Any], Any, list[list[int]], list[int]]] = [
    *(({"type": name}, [10, 4], [], [10, 4]) for name in NOISE),
    ({"type": "SpatialDropout2D", "rate": 0.2}, [8, 8, 4], [], [8, 8, 4]),
    ({"type": "Permute", "dims": [2, 1]}, [10, 64], [], [64, 10]),
    ({"type": "RepeatVector", "n": 3}, [32], [], [3, 32]),
    ({"type": "Normalization"}, [13], [[13], [13], []], [13]),
    ({"type": "Normalization", "mean": 0.5, "variance": 2.0}, [13], [], [13]),
    ({"type": "GlobalMaxPooling1D"}, [10, 4], [], [4]),
    ({"type": "GlobalMaxPooling3D", "keepdims": True}, [5, 6, 7, 4], [], [1, 1, 1, 4]),
    ({"type": "ZeroPadding1D", "padding": [2, 1]}, [10, 4], [], [13, 4]),
    ({"type": "ZeroPadding3D", "padding": [[1, 0], [2, 2], [0, 3]]}, [5, 6, 7, 4], [], [6, 10, 10, 4]),
    ({"type": "Cropping1D", "cropping": [2, 1]}, [10, 4], [], [7, 4]),
    ({"type": "Cropping2D", "cropping": [[2, 2], [4, 4]]}, [28, 28, 3], [], [24, 20, 3]),
    ({"type": "Cropping3D", "cropping": 2}, [28, 28, 10, 3], [], [24, 24, 6, 3]),
    ({"type": "UpSampling1D", "size": 3}, [10, 4], [], [30, 4]),
    ({"type": "UpSampling3D", "size": [1, 2, 3]}, [5, 6, 7, 4], [], [5, 12, 21, 4]),
    *(({"type": name}, [[1, 8], [4, 1], [4, 8]], [], [4, 8]) for name in ("Multiply", "Average", "Maximum", "Minimum")),
    ({"type": "Subtract"}, [[4, 8], [4, 8]], [], [4, 8]),
]


@pytest.mark.parametrize(("spec", "shape", "weights", "output"), OWN, ids=[row[0]["type"] for row in OWN])
def test_kind_that_no_record_has(spec: dict[str, Any], shape: list[Any], weights: list[Any], output: list[int]) -> None:
    inputs = {str(n): each for n, each in enumerate(shape)} if isinstance(shape[0], list) else {"0": shape}
    model = read_spec({"inputs": inputs, "layers": [{**spec, "from": list(inputs)}]})
    (only,) = model.applied("keras")
    assert sorted(list(w.shape) for w in only.weights) == sorted(weights)
    assert list(only.output_shape) == output


def test_every_kind_is_recorded_or_has_an_example() -> None:
    specs = [record["spec"] for record in (*recorded(), *load("layers.json"))]
    seen = {kind for spec in specs for each in spec["layers"] for kind in _kinds(each)}
    assert seen | {row[0]["type"] for row in OWN} == set(KINDS)
    assert not seen & {row[0]["type"] for row in OWN}, "an example of its own for what a framework answered"


def _kinds(spec: dict[str, Any]) -> set[str]:
    return {spec["type"]} | (_kinds(spec["layer"]) if "layer" in spec else set())


# --- formulas and numbers ----------------------------------------------------------------------------------------

every_kind = pytest.mark.parametrize("kind", ALL.values(), ids=list(ALL))
every_convention = pytest.mark.parametrize("convention", CONVENTIONS)


def cases(kind: type[Layer], convention: str, count: int = SEEDS) -> list[Case]:
    """The first cases of a kind that the convention has a layer for."""
    found: list[Case] = []
    for seed in range(8 * count):
        each = case(kind, seed, convention)
        try:
            each.plain.check(each.shape, convention)
            each.formula.check(each.letters, convention)
        except NoEquivalent:
            continue
        found.append(each)
        if len(found) == count:
            break
    assert len(found) == count or (kind.__name__, convention) == ("Normalization", "pytorch")
    return found


@every_convention
@every_kind
def test_formulas_on_letters_agree_with_numbers(kind: type[Layer], convention: str) -> None:
    for each in cases(kind, convention):
        wanted = [w.shape for w in each.plain.weights(each.shape, convention)]
        weights = [worth(w.shape, each.values) for w in each.formula.weights(each.letters, convention)]
        assert weights == wanted, each.told
        sides = each.plain.output_shape(each.shape, convention)
        assert worth(each.formula.output_shape(each.letters, convention), each.values) == sides, each.told
        assert all(side is None or (type(side) is int and side > 0) for shape in (sides, *wanted) for side in shape)
        worked = each.formula.worked(each.letters, convention)
        values = dict(each.values)
        for line in worked.lines:
            assert line.symbol.name not in values, f"{each.told}: the letter {line.symbol.name} is taken"
            values[line.symbol.name] = evaluate(line.expression, values)
        if worked.count is None:
            assert not wanted and not worked.lines, f"{each.told}: weights without lines, or lines without weights"
        else:
            assert values[worked.count.name] == sum(prod_of(s) for s in wanted), each.told  # type: ignore[misc]


@every_convention
@every_kind
def test_lines_come_to_the_product_of_the_shapes(kind: type[Layer], convention: str) -> None:
    for each in cases(kind, convention, PROVED):
        worked = each.formula.worked(each.letters, convention)
        if worked.count:
            arrays = as_expr(parameters(each.formula.weights(each.letters, convention)))
            prove(each.told, fold(worked.lines, {})[worked.count.name], to_sympy(arrays, {}))


@every_kind
def test_config_reads_back_as_the_same_layer(kind: type[Layer]) -> None:
    for seed in range(SEEDS):
        plain = case(kind, seed).plain
        assert read_layer(plain.config()) == plain


ARGUMENTS = {  # that Keras 3 demands
    "Dense": {"units"}, "Embedding": {"input_dim", "output_dim"}, "SimpleRNN": {"units"}, "LSTM": {"units"},
    "GRU": {"units"}, "Bidirectional": {"layer"}, "TimeDistributed": {"layer"}, "Reshape": {"target_shape"},
    "Permute": {"dims"}, "RepeatVector": {"n"}, "MultiHeadAttention": {"num_heads", "key_dim"},
    "Activation": {"activation"}, "Dropout": {"rate"}, "SpatialDropout1D": {"rate"}, "SpatialDropout2D": {"rate"},
    "GaussianDropout": {"rate"}, "GaussianNoise": {"stddev"}, "Rescaling": {"scale"},
    **{f"Conv{n}D{transposed}": {"filters", "kernel_size"} for n in (1, 2, 3) for transposed in ("", "Transpose")},
    **{f"SeparableConv{n}D": {"filters", "kernel_size"} for n in (1, 2)},
    **{f"DepthwiseConv{n}D": {"kernel_size"} for n in (1, 2)},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_config_names_every_argument_that_keras_demands(kind: type[Layer]) -> None:
    config = kind().config()
    assert ARGUMENTS.get(kind.__name__, set()) <= set(config), f"{kind.__name__} writes {config}"


# --- slips -------------------------------------------------------------------------------------------------------


def _counted() -> list[Any]:
    found = []
    for name, kind in ALL.items():
        for convention in CONVENTIONS:
            for bias in (True, False) if "use_bias" in {f.name for f in fields(kind)} else (True,):
                if (name, convention) != ("Normalization", "pytorch") and alone(kind, convention, bias):
                    found.append(pytest.param(kind, convention, bias, id=f"{name}-{convention}-{bias}"))
    return found


def alone(kind: type[Layer], convention: str, bias: bool) -> Problem | None:
    """A problem about one layer of the kind with all its vectors; None if it has no weights."""
    each = case(kind, 0, convention, plainly=True)
    found = complete(each.formula, bias)
    if isinstance(found, PReLU):  # PyTorch's has a slope per channel at most, Keras' one per element
        found = replace(found, shared_axes=tuple(range(1, len(each.letters))) if convention == "pytorch" else None)
    network = sequential(each.letters, (found,))
    if not found.weights(each.letters, convention):
        return None
    work = worked(network, convention)
    assert work.count
    return Problem(
        ask="How many parameters?",
        numbers={sym: span(2, 40) for sym in dict.fromkeys(_letters((found, each.letters)))},
        lines=work.lines,
        slips=work.slips,
        answer=Answer("integer", work.count),
        proves={work.count: as_expr(network.parameters(convention))},
    )


def complete(found: Layer, bias: bool = True) -> Layer:
    everything = {"use_bias": bias, "center": True, "scale": True, "mean": None, "variance": None, "num_layers": 2,
                  "reset_after": True}  # fmt: skip
    given = {name: value for name, value in everything.items() if hasattr(found, name)}
    return replace(found, **given, **({"layer": complete(found.layer)} if hasattr(found, "layer") else {}))


def _letters(value: Any) -> list[Sym]:
    if isinstance(value, Layer):
        return _letters(tuple(getattr(value, f.name) for f in fields(value)))
    if isinstance(value, tuple):
        return [sym for each in value for sym in _letters(each)]
    return [value] if isinstance(value, Sym) else []


BIASES = {"no-bias", "one-bias", "two-biases", "three-biases", "bias-per-input", "bias-per-channel", "bias-twice"}


@pytest.mark.parametrize(("kind", "convention", "bias"), _counted())
def test_every_slip_of_a_layer_bites(kind: type[Layer], convention: str, bias: bool) -> None:
    problem = alone(kind, convention, bias)
    assert problem
    found = compile_structure(Family("test", "", "", {}, lambda: problem), {}, problem)
    assert found
    declared = {slip.key for slip in problem.slips} - (set() if bias else BIASES)
    lost = declared - {slip.key for slip in found.slips}
    assert not lost, f"{kind.__name__} ({convention}, bias {bias}): {lost} never change the count"
