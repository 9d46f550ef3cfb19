"""The worked answers of the notes, through the families' compiled blueprints and through `Model`.

Sources: seeds 000-004 as listed in the map of the notes; the GRU counts of Keras 3 and PyTorch 2 are the frameworks'.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import FUNCTIONS, answer, arrays, compiled, records, seeded, size, work

from generator.algebra import opened
from generator.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    Layer,
    MaxPooling2D,
    SimpleRNN,
    parameters,
)
from generator.model import Model, sequential
from generator.model_file import read_model
from generator.reading import plain
from generator.spec import read_spec


def cell(kind: type, convention: str, bias: bool = True) -> dict[str, Any]:
    return {"cell": kind, "bias": bias, "convention": convention}


def told(kind: type, way: str = "words", bias: bool = True, bidirectional: bool = False) -> dict[str, Any]:
    return {"cell": kind, "bias": bias, "bidirectional": bidirectional, "told": way}


def wide(units: int, outputs: int = 10_000) -> dict[str, int]:
    """A network of seed 000: 10,000 inputs, and as many outputs unless said."""
    return {"features": 10_000, "units": units, "outputs": outputs}


def ratio(given: type, wanted: type, convention: str) -> dict[str, Any]:
    return {"given": given, "wanted": wanted, "ask": "count", "convention": convention}


BI = {"layers": 2, "merge": "concat"}
DEEP = {"cell": SimpleRNN, "layers": 2, "output": True, "told": "words"}
ALONE = {"cell": LSTM, "dense": False, "merge": "concat"}
SMALL = {"features": 64, "units": 32}
TEXT = {"cell": LSTM, "bidirectional": False, "output": "binary"}
ELEMENTS = {"length": 3}
GATED = {"state": [0.8, 0.8, 0.8], "gate": [1.0, 0.5, 0.0]}
COUNTED = {"first": [1, 2, 3], "second": [4, 5, 6]}
READ = {"sentence": ["the", "cat", "sat", "on", "the", "mat"]}
DENSE, IN_WORDS = {"bias": True, "told": "words"}, {"told": "words", "padding": False}
CONV, FIVE = {"kind": "two axes"}, {"size": 32, "channels": 3, "filters": 8, "kernel": 5}
NORM = {"behind": "nothing", "scale": True}
RESIDUAL = {"asked": "all", "told": "keras"}
RESNET = {"size": 64, "channels": 3, "filters": 64, "kernel": 3}
GROWN = {"percent": 10, "after": 10_000}
TOY_U_NET = {"channels": 1, "filters_1": 64, "filters_2": 128, "filters_3": 256, "kernel": 3}
FROM_FAMILIES = [
    ("dense-parameters", DENSE, {"features": 64, "units": 64}, [4_160]),
    ("dense-parameters", DENSE, {"features": 64, "units": 10}, [650]),
    ("dense-parameters", DENSE, {"features": 8, "units": 10}, [90]),
    ("dense-parameters", DENSE, {"features": 10, "units": 1}, [11]),
    (
        "mlp-parameters",
        {"hidden": 1, "output": "classes", "told": "keras"},
        {"features": 64, "units": 64, "classes": 10},
        [4_810],
    ),
    ("mlp-parameters", {"hidden": 1, "output": "binary", "told": "keras"}, {"features": 8, "units": 10}, [101]),
    ("embedding-parameters", IN_WORDS, {"vocabulary": 100, "length": 20, "embedding": 16}, [1_600]),
    ("embedding-parameters", IN_WORDS, {"vocabulary": 1000, "length": 200, "embedding": 16}, [16_000]),
    ("recurrent-parameters", cell(LSTM, "classic"), {"features": 64, "units": 32}, [12_416]),
    ("recurrent-parameters", cell(LSTM, "keras"), {"features": 64, "units": 32}, [12_416]),
    ("recurrent-parameters", cell(LSTM, "classic"), {"features": 10_000, "units": 100}, [4_040_400]),
    ("recurrent-parameters", cell(LSTM, "classic"), {"features": 10, "units": 64}, [19_200]),
    ("recurrent-parameters", cell(LSTM, "pytorch"), {"features": 64, "units": 32}, [4 * 32 * (64 + 32 + 2)]),
    ("recurrent-parameters", cell(SimpleRNN, "classic"), {"features": 10, "units": 64}, [4_800]),
    ("recurrent-parameters", cell(SimpleRNN, "classic", False), {"features": 10_000, "units": 100}, [1_010_000]),
    ("recurrent-parameters", cell(GRU, "classic"), {"features": 64, "units": 32}, [9_312]),
    ("recurrent-parameters", cell(GRU, "keras"), {"features": 64, "units": 32}, [9_408]),
    ("recurrent-parameters", cell(GRU, "pytorch"), {"features": 64, "units": 32}, [9_408]),
    ("units-from-parameters", cell(LSTM, "classic"), {"features": 64, "units": 32}, [32]),
    ("units-from-parameters", cell(LSTM, "keras"), {"features": 10_000, "units": 100}, [100]),
    ("units-from-parameters", cell(GRU, "pytorch"), {"features": 64, "units": 32}, [32]),
    (
        "stacked-bidirectional-parameters",
        {"cell": LSTM, "convention": "classic"} | BI,
        {"features": 64, "units": 32, "units_2": 32},
        [24_832 + 24_832],
    ),
    *[
        ("recurrent-network-parameters", structure, numbers, [total])
        for structure, numbers, total in (
            (told(SimpleRNN, bias=False), wide(100), 2_010_000),
            (told(SimpleRNN, bias=False), wide(1000, 1), 11_001_000),
            (told(SimpleRNN), wide(1000, 1), 11_002_001),
            (told(LSTM, bias=False), wide(100), 5_040_000),
            (told(LSTM), wide(100), 5_050_400),
            (told(LSTM, "keras"), wide(100), 5_050_400),
            (told(GRU, bias=False), wide(100), 4_030_000),
            (told(SimpleRNN, bias=False, bidirectional=True), wide(100), 4_020_000),
            (told(SimpleRNN, bidirectional=True), wide(100), 4_030_200),
        )
    ],
    ("stacked-recurrent-parameters", DEEP | {"bias": False}, wide(100) | {"units_2": 100}, [2_030_000]),
    ("stacked-recurrent-parameters", DEEP | {"bias": True}, wide(100) | {"units_2": 100}, [2_040_200]),
    (
        "stacked-recurrent-parameters",
        DEEP | {"cell": LSTM, "bias": True, "output": False},
        {"features": 64, "units": 32, "units_2": 32},
        [12_416 + 8_320],
    ),
    *[
        ("bidirectional-parameters", ALONE | {"told": way}, {"features": 64, "units": 32}, [24_832])
        for way in ("words", "keras", "summary")
    ],
    ("gate-ratio", ratio(LSTM, GRU, "classic"), {"features": 64, "units": 32}, [9_312]),
    ("gate-ratio", ratio(LSTM, GRU, "keras"), {"features": 64, "units": 32}, [9_408]),
    ("gate-ratio", ratio(SimpleRNN, LSTM, "classic"), {"features": 10, "units": 64}, [19_200]),
    (
        "framework-difference",
        {"first": LSTM, "second": "nothing", "bidirectional": False},
        {"features": 64, "units": 32},
        [4 * 32 * (64 + 32 + 2) - 12_416],
    ),
    ("features-from-parameters", {"layer": LSTM, "bias": True, "convention": "classic"}, SMALL, [64]),
    ("features-from-parameters", {"layer": LSTM, "bias": True, "convention": "keras"}, SMALL, [64]),
    ("weight-shapes", {"layer": LSTM, "framework": "keras"}, SMALL, [64, 128, 32, 128, 128]),
    ("weight-shapes", {"layer": GRU, "framework": "keras"}, SMALL, [64, 96, 32, 96, 2, 96]),
    ("weight-shapes", {"layer": LSTM, "framework": "pytorch"}, SMALL, [128, 64, 128, 32, 128, 128]),
    ("conv-output-size", {"padding": "valid", "strided": False, "dilated": False}, {"size": 32, "kernel": 5}, [28]),
    (
        "conv-output-size",
        {"padding": "number", "strided": False, "dilated": False},
        {"size": 32, "kernel": 5, "padding": 2},
        [32],
    ),
    (
        "conv-output-size",
        {"padding": "number", "strided": True, "dilated": True},
        {"size": 32, "kernel": 3, "stride": 2, "padding": 2, "dilation": 2},
        [(32 + 4 - 5) // 2 + 1],
    ),
    ("conv-input-size", {"padding": "valid", "fit": "no stride"}, {"output": 28, "kernel": 5}, [32]),
    (
        "conv-input-size",
        {"padding": "number", "fit": "even"},
        {"output": 18, "kernel": 2, "stride": 2, "padding": 2},
        [32],
    ),
    ("pooling-output-size", {"windows": "side by side", "asked": "rows"}, {"size": 62, "pool": 2}, [31]),
    (
        "pooling-output-size",
        {"windows": "side by side", "asked": "values"},
        {"size": 62, "pool": 2, "channels": 32},
        [30_752],
    ),
    ("flatten-size", {"before": "a map", "told": "words"}, {"rows": 31, "columns": 30, "channels": 32}, [29_760]),
    *(
        (
            "flatten-size",
            {"before": "a convolution", "told": told},
            {"size": 64, "channels": 3, "filters": 32, "kernel": 3, "pool": 2, "units": 128},
            [30_752],
        )
        for told in ("words", "keras", "pytorch")
    ),
    *(
        (
            "unet-shape-trace",
            {"levels": 2, "told": told},
            TOY_U_NET | {"size": 64},
            [16, 16, 256, 32, 32, 256, 32, 32, 256 + 128, 64, 64, 128, 64, 64, 128 + 64],
        )
        for told in ("words", "keras")
    ),
    (
        "receptive-field",
        {"stack": "plain", "told": "words"},
        {"size": 32, "kernel_1": 5, "kernel_2": 1, "kernel_3": 1},
        [5],
    ),
    (
        "recurrent-output-shape",
        {"direction": "concat", "sequences": True, "asked": "shape"},
        {"batch": 8, "timesteps": 20, "features": 64, "units": 32},
        [8, 20, 64],
    ),
    (
        "embedding-output-shape",
        {"asked": "shape", "told": "keras"},
        {"batch": 32, "length": 200, "vocabulary": 1000, "embedding": 16},
        [32, 200, 16],
    ),
    (
        "cnn-shape-trace",
        {"blocks": 1, "padding": "valid"},
        {"size": 64, "channels": 3, "filters_1": 32, "kernel_1": 3, "pool": 2},
        [62, 62, 32, 31, 31, 32, 30_752],
    ),
    ("conv-parameters", CONV | {"told": "words"}, FIVE | {"stride": 1, "padding": 0}, [608]),
    ("conv-parameters", CONV | {"told": "words"}, FIVE | {"stride": 1, "padding": 2}, [608]),
    ("conv-parameters", CONV | {"told": "keras"}, FIVE | {"stride": 1}, [608]),
    ("conv-parameters", CONV | {"told": "pytorch"}, FIVE | {"kernel": 2, "stride": 2, "padding": 2}, [104]),
    *(
        (
            "conv-parameters",
            CONV | {"told": "keras"},
            {"size": 64, "channels": c, "filters": f, "kernel": k, "stride": 1},
            [count],
        )
        for c, f, k, count in (
            (64, 64, 3, 36_928),
            (3, 64, 3, 1_792),
            (64, 3, 3, 1_731),
            (1, 64, 3, 640),
            (64, 128, 3, 73_856),
            (128, 256, 3, 295_168),
            (384, 128, 3, 442_496),
            (192, 64, 3, 110_656),
            (64, 1, 1, 65),
        )
    ),
    *(
        (
            "cnn-parameters",
            {"blocks": 1, "padding": "valid", "told": told},
            {"size": 64, "channels": 3, "filters_1": 32, "kernel": 3, "pool": 2, "hidden": 128, "classes": 10},
            [3_938_570],
        )
        for told in ("words", "keras", "pytorch", "summary")
    ),
    ("batch-norm-parameters", NORM | {"asked": "all", "told": "keras"}, {"size": 64, "channels": 64}, [256]),
    ("batch-norm-parameters", NORM | {"asked": "trained", "told": "keras"}, {"size": 64, "channels": 64}, [128]),
    ("batch-norm-parameters", NORM | {"asked": "not trained", "told": "words"}, {"size": 64, "channels": 64}, [128]),
    ("batch-norm-parameters", NORM | {"asked": "all", "told": "pytorch"}, {"size": 64, "channels": 64}, [128]),
    ("residual-block-parameters", RESIDUAL | {"shape": "identity"}, {"filters": 64, "kernel": 3, "size": 64}, [74_368]),
    ("residual-block-parameters", RESIDUAL | {"shape": "network"}, RESNET, [152_259]),
    ("residual-block-parameters", RESIDUAL | {"shape": "network", "asked": "trained"}, RESNET, [151_747]),
    *(
        ("unet-parameters", {"levels": 2, "output": "mask", "told": told}, TOY_U_NET, [922_881])
        for told in ("words", "keras", "summary")
    ),
    (
        "text-classifier-parameters",
        TEXT | {"hidden": False},
        {"vocabulary": 100, "length": 20, "embedding": 16, "units": 32},
        [7_905],
    ),
    (
        "text-classifier-parameters",
        TEXT | {"hidden": True},
        {"vocabulary": 1000, "length": 200, "embedding": 16, "units": 32, "hidden": 256},
        [30_977],
    ),
    (
        "skip-gram-pairs",
        {"window": 2},
        READ | {"position": 3},
        [(("sat", "the"), ("sat", "cat"), ("sat", "on"), ("sat", "the"))],
    ),
    ("skip-gram-pairs", {"window": 1}, READ | {"position": 6}, [(("mat", "the"),)]),
    *(
        ("cbow-contexts", {"window": window}, READ | {"position": 3}, [("the", "cat", "on", "the", *rest)])
        for window, rest in (("whole sentence", ["mat"]), (2, []))
    ),
    ("elementwise", ELEMENTS | {"operation": "sum", "numbers": "gate"}, GATED, [1.8, 1.3, 0.8]),
    ("elementwise", ELEMENTS | {"operation": "product", "numbers": "gate"}, GATED, [0.8, 0.4, 0.0]),
    ("elementwise", ELEMENTS | {"operation": "sum", "numbers": "whole"}, COUNTED, [5, 7, 9]),
    ("elementwise", ELEMENTS | {"operation": "product", "numbers": "whole"}, COUNTED, [4, 10, 18]),
    (
        "lstm-state",
        {"asked": "cell state", "gates": "keep", "units": 3},
        {"last_cell_state": [4, 5, 6], "forget_gate": [1] * 3, "input_gate": [0] * 3, "candidate": [0.3, -0.5, 0.9]},
        [4, 5, 6],
    ),
    ("flatten-by-hand", {"of": "3 × 3"}, {"matrix": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("percent-backwards", {"of": "population", "change": "rise", "times": 1}, GROWN, [9090.9]),
    *(("recursive-calls", {"asked": "subsets"}, {"elements": count}, [subsets]) for count, subsets in ((2, 4), (3, 8))),
    *(("recursive-calls", {"asked": f"fib({n})"}, {}, [calls]) for n, calls in ((3, 5), (4, 9), (5, 15))),
    ("digit-loop", {"asked": "sum of 3 digits"}, {"value": 345}, [12]),
    # no notes have these: what Keras and PyTorch answer
    (
        "multi-input-parameters",
        {"branch": "text", "numbers": "dense", "outputs": 1, "told": "keras"},
        {"length": 23, "vocabulary": 1000, "embedding": 8, "units": 10, "features": 9, "dense_units": 16, "hidden": 48,
         "classes": 3},
        [10_363],
    ),
    (
        "shared-layer-parameters",
        {"shared": "encoder", "merge": "concatenate", "told": "keras"},
        {"length": 20, "vocabulary": 100, "embedding": 16, "units": 32, "hidden": 16},
        [1_600 + 6_272 + 1_040 + 17],
    ),
    *(("attention-parameters", {"of": "self", "bias": True, "told": told}, numbers, [4_488]) for told, numbers in (
        ("keras", {"length": 5, "features": 33, "heads": 3, "key_size": 11}),
        ("pytorch", {"length": 5, "features": 33, "heads": 3}),
    )),
    (
        "attention-parameters",
        {"of": "block", "bias": True, "told": "keras"},
        {"length": 20, "features": 64, "heads": 8, "key_size": 8, "hidden": 256},
        [16_640 + 128 + 16_640 + 16_448 + 128],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("family", "structure", "numbers", "expected"), FROM_FAMILIES)
def test_row_holds_the_notes_answer(family: str, structure: dict, numbers: dict, expected: list) -> None:
    blueprint = compiled(family, **structure)
    values = blueprint.values({name: tuple(v) if isinstance(v, list) else v for name, v in numbers.items()})
    assert values, f"{family} refuses the numbers of the notes {numbers}"
    assert answer(blueprint.problem, arrays(blueprint.problem, values)) == expected


# --- derivations: what the notes should say, and what they do say ------------------------------------------------

BPTT_2 = {"timesteps": 2, "activation": "tanh", "loss": "half squared"}
UNROLLED = {"asked": "cell state", "steps": 2, "coupled": False, "written": "t"}
BACK_2 = {"steps": 2, "coupled": False, "written": "t"}
DERIVED = [
    ("bptt-recurrent-weight", BPTT_2 | {"start": "zero"}, "(yhat - y) * w_y * (1 - h_2**2) * h_1"),
    (
        "bptt-recurrent-weight",
        BPTT_2 | {"start": "given"},
        "(yhat - y) * w_y * ((1 - h_2**2) * h_1 + (1 - h_2**2) * w_h * (1 - h_1**2) * h_0)",
    ),
    ("lstm-cell-unrolled", UNROLLED, "f_t * (f_t_1 * c_t_2 + i_t_1 * ctilde_t_1) + i_t * ctilde_t"),
    ("lstm-cell-gradient", BACK_2 | {"paths": "cell state alone"}, "dc_t * f_t * f_t_1"),
    (
        "lstm-cell-gradient",
        BACK_2 | {"paths": "through h"},
        "dc_t * f_t * f_t_1 + dh_t_1 * o_t_1 * (1 - tanh(c_t_1)**2) * f_t_1 + dh_t_2 * o_t_2 * (1 - tanh(c_t_2)**2)",
    ),
    ("vae-kl-gradient", {"by": "mean", "loss": "KL", "dimensions": 1}, "mu"),
    ("vae-kl-gradient", {"by": "standard deviation", "loss": "KL", "dimensions": 1}, "sigma - 1 / sigma"),
    ("vae-kl-gradient", {"by": "log-variance", "loss": "KL", "dimensions": 1}, "(exp(ell) - 1) / 2"),
]
NOTED = [
    ("bptt-recurrent-weight", BPTT_2 | {"start": "zero"}, "gradient-of-the-output", "yhat - y"),
    (
        "bptt-input-weight",
        BPTT_2 | {"asked": "update"},
        "gradient-of-the-state",
        "w_x - eta * (yhat - y) * w_y",
    ),
    ("lstm-cell-unrolled", UNROLLED, "one-step", "f_t * c_t_1 + i_t * ctilde_t"),
    ("lstm-cell-gradient", BACK_2 | {"paths": "cell state alone"}, "forward", "dc_t / (f_t * f_t_1)"),
    (
        "lstm-cell-gradient",
        BACK_2 | {"paths": "through h"},
        "one-summand",
        "dc_t * f_t + dh_t_1 * o_t_1 * (1 - tanh(c_t_1)**2) * f_t_1 + dh_t_2 * o_t_2 * (1 - tanh(c_t_2)**2)",
    ),
    ("vae-kl-gradient", {"by": "mean", "loss": "KL", "dimensions": 1}, "sign-of-the-kl", "-mu"),
]


def at_points(expression: str, names: list[str]) -> list[float]:
    """What an expression comes to at some points between 0 and 1."""
    found = []
    for point in range(5):
        random = seeded(f"golden/{point}")
        found.append(eval(expression, {"__builtins__": {}}, FUNCTIONS | {name: random.random() for name in names}))
    return found


@pytest.mark.parametrize(("family", "structure", "expected"), DERIVED)
def test_derivation_comes_to_the_right_expression(family: str, structure: dict, expected: str) -> None:
    (found,) = records(compiled(family, **structure), "open", 1)
    names = sorted(set(re.findall(r"\b[a-z]\w*\b(?!\()", expected)))
    got = found["answer"]["value"]["plain"].replace("^", "**")
    assert at_points(got, names) == pytest.approx(at_points(expected, names))


@pytest.mark.parametrize(("family", "structure", "key", "noted"), NOTED)
def test_the_notes_wrong_expression_is_a_slip(family: str, structure: dict, key: str, noted: str) -> None:
    (found,) = records(compiled(family, **structure), "open", 1)
    (wrong,) = (each["value"]["plain"] for each in found["slips"] if each["key"] == key)
    names = sorted(set(re.findall(r"\b[a-z]\w*\b(?!\()", noted)))
    assert at_points(wrong.replace("^", "**"), names) == pytest.approx(at_points(noted, names))


FORMULAS = [
    ("recurrence-unrolling", {"rule": "T(n) = 3 T(n-1), T(0) = 1", "asked": "closed form"}, "3^n"),
    ("recurrence-unrolling", {"rule": "T(n) = 2 T(n-1) - 1, T(0) = 1", "asked": "closed form"}, "1"),
]


@pytest.mark.parametrize(("family", "structure", "expected"), FORMULAS)
def test_formula_is_that_of_the_notes(family: str, structure: dict, expected: str) -> None:
    problem = compiled(family, **structure).problem
    assert plain(opened(problem.lines, problem.answer.symbol)) == expected


def test_digits_of_345_one_by_one() -> None:
    values = compiled("digit-loop", asked="sum of 3 digits").values({"value": 345})
    assert [values[f"digit_{place}"] for place in (3, 2, 1)] == [3, 4, 5]


WRONG = [
    # the notes let the calls of fib double: 1, 2, 4, 8, 16 for n = 1 to 5
    *(("recursive-calls", {"asked": f"fib({n})"}, "doubled", {}, calls) for n, calls in ((3, 4), (4, 8), (5, 16))),
    ("recurrent-parameters", cell(LSTM, "classic"), "no-bias", wide(100), 4_040_000),
    ("recurrent-network-parameters", told(LSTM, bias=False), "lstm-recurrent-kernel-twice", wide(100), 5_080_000),
    ("recurrent-network-parameters", told(LSTM), "no-biases", wide(100), 5_040_000),
    ("recurrent-network-parameters", told(SimpleRNN, bidirectional=True), "doubled-too-2", wide(100), 4_040_200),
    (
        "recurrent-network-parameters",
        told(SimpleRNN, bias=False, bidirectional=True),
        "directions-before-2",
        wide(100),
        3_020_000,
    ),
    (
        "stacked-recurrent-parameters",
        DEEP | {"bias": False},
        "no-kernel-between",
        wide(100) | {"units_2": 100},
        2_020_000,
    ),
]


@pytest.mark.parametrize(("family", "structure", "slip", "numbers", "expected"), WRONG)
def test_mistake_of_the_notes_is_a_slip(family: str, structure: dict, slip: str, numbers: dict, expected: int) -> None:
    """What the notes, or a sum as they write it, come to: never a key, and known as a mistake."""
    blueprint = compiled(family, **structure)
    (made,) = (each for each in blueprint.slips if each.key == slip)
    problem = blueprint.problem
    drawn = {sym.name: numbers[sym.name] for sym in problem.numbers}
    assert answer(problem, work(problem, drawn, made)) == [expected] != answer(problem, work(problem, drawn))


def test_concatenated_channels_of_the_toy_u_net() -> None:
    values = compiled("unet-parameters", levels=2, output="mask", told="words").values(TOY_U_NET)
    assert (values["side_1"], values["side_2"]) == (384, 192)


def test_pooling_that_halves_the_area_is_a_slip() -> None:
    """The notes say that 2×2 pooling reduces the map "by 2": it halves each side, and leaves a quarter of the area."""
    blueprint = compiled("cnn-parameters", blocks=1, padding="valid", told="keras")
    (halved,) = (slip for slip in blueprint.slips if slip.key == "pool-by-area")
    numbers = {"size": 64, "channels": 3, "filters_1": 32, "kernel": 3, "pool": 2, "hidden": 128, "classes": 10}
    assert answer(blueprint.problem, work(blueprint.problem, numbers, halved)) == [
        896 + (62 * 62 // 2 * 32 + 1) * 128 + 1_290
    ]


def slipped(family: str, key: str, numbers: dict, **structure: object) -> list:
    """What a student answers who makes a mistake of the notes."""
    blueprint = compiled(family, **structure)
    (made,) = (slip for slip in blueprint.slips if slip.key == key)
    return answer(blueprint.problem, work(blueprint.problem, numbers, made))


def test_sizes_that_the_notes_get_wrong_are_slips() -> None:
    """2 × 2 pooling "reduces by 2", "same" keeps the size, sizes are not rounded, and the input is the field."""
    pooled = {"size": 62, "pool": 2, "channels": 32}
    halved = slipped("pooling-output-size", "halved-area", pooled, windows="side by side", asked="values")
    assert halved == [62 * 62 // 2 * 32]
    strided = {"size": 33, "kernel": 2, "stride": 2}
    unrounded = {"padding": "valid", "strided": True, "dilated": False}
    assert slipped("conv-output-size", "not-rounded", strided, **unrounded) == [17]  # 16.5, and not 16
    kept = {"size": 33, "kernel": 3, "stride": 2}
    assert slipped("conv-output-size", "same-size", kept, padding="same", strided=True, dilated=False) == [33]
    assert slipped("pooling-output-size", "same-size", {"size": 33, "pool": 2}, windows="same", asked="rows") == [33]
    one_layer = {"size": 32, "kernel_1": 5, "kernel_2": 1, "kernel_3": 1}
    assert slipped("receptive-field", "whole-image", one_layer, stack="plain", told="words") == [32]


def test_stride_two_with_padding_needs_a_kernel_wider_than_the_padding() -> None:
    """The notes' Conv2D 2×2, stride 2, padding 2 comes to 18; the family draws no padding as wide as its kernel."""
    assert Conv2D(8, (2, 2), strides=2, padding=2).output_shape((32, 32, 3)) == (18, 18, 8)
    problem = compiled("conv-output-size", padding="number", strided=True, dilated=False).problem
    assert answer(problem, work(problem, {"size": 32, "kernel": 2, "stride": 2, "padding": 2})) == [18]


def rnn(kind: type, units: int = 100, **fields: Any) -> Layer:
    return kind(units, use_bias=False, **fields)


def out(units: int = 10_000, bias: bool = False) -> Dense:
    return Dense(units, use_bias=bias)


WIDE, IMAGE = (None, 10_000), (64, 64, 3)
TOY_CNN = (Conv2D(32, (3, 3)), MaxPooling2D(2), Flatten(), Dense(128), Dense(10))
U_NET = [(1, 64, 3), (64, 128, 3), (128, 256, 3), (384, 128, 3), (192, 64, 3), (64, 1, 1)]
MODELS = [
    ("000 SimpleRNN", WIDE, (rnn(SimpleRNN), out()), [1_010_000, 1_000_000], 2_010_000),
    ("000 SimpleRNN to one", WIDE, (rnn(SimpleRNN, 1000), out(1)), [11_000_000, 1_000], 11_001_000),
    ("000 the same with biases", WIDE, (SimpleRNN(1000), Dense(1)), [11_001_000, 1_001], 11_002_001),
    ("000 two SimpleRNN", WIDE, (rnn(SimpleRNN, return_sequences=True), rnn(SimpleRNN), out()), None, 2_030_000),
    ("000 two with biases", WIDE, (SimpleRNN(100, True, True), SimpleRNN(100), Dense(10_000)), None, 2_040_200),
    ("000 bidirectional", WIDE, (Bidirectional(rnn(SimpleRNN)), out()), [2_020_000, 2_000_000], 4_020_000),
    ("000 bidirectional, biases", WIDE, (Bidirectional(SimpleRNN(100)), Dense(10_000)), None, 4_030_200),
    ("000 LSTM", WIDE, (rnn(LSTM), out()), None, 5_040_000),
    ("000 LSTM with biases", WIDE, (LSTM(100), Dense(10_000)), [4_040_400, 1_010_000], 5_050_400),
    ("000 GRU", WIDE, (rnn(GRU), out()), None, 4_030_000),
    ("001 two LSTM", (None, 64), (LSTM(32, return_sequences=True), LSTM(32)), [12_416, 8_320], 20_736),
    ("001 bidirectional LSTM", (None, 64), (Bidirectional(LSTM(32)),), [24_832], 24_832),
    ("001 GRU", (None, 64), (GRU(32),), [9_312], 9_312),
    ("002 dense on 8·8", (64,), (Dense(64), Dense(10)), [4_160, 650], 4_810),
    ("002 dense on 8", (8,), (Dense(10), Dense(1)), [90, 11], 101),
    ("002 conv 5×5", (32, 32, 3), (Conv2D(8, (5, 5)),), [608], 608),
    ("002 conv 5×5 padded", (32, 32, 3), (Conv2D(8, (5, 5), padding=2),), [608], 608),
    ("002 conv 2×2", (32, 32, 3), (Conv2D(8, (2, 2), strides=2, padding=2),), [104], 104),
    ("002 CNN", IMAGE, TOY_CNN, [896, 0, 0, 3_936_384, 1_290], 3_938_570),
    ("002 embedding, LSTM", (None,), (Embedding(100, 16), LSTM(32), Dense(1)), [1_600, 6_272, 33], 7_905),
    ("002 residual conv", (64, 64, 64), (Conv2D(64, (3, 3), padding="same"),), [36_928], 36_928),
    ("002 ResNet first conv", IMAGE, (Conv2D(64, (3, 3), padding="same"),), [1_792], 1_792),
    ("002 ResNet last conv", (64, 64, 64), (Conv2D(3, (3, 3), padding="same"),), [1_731], 1_731),
    (
        "004 classifier", (200,), (Embedding(1000, 16), LSTM(32), Dense(256), Dense(1)),
        [16_000, 6_272, 8_448, 257], 30_977,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "layers", "counts", "total"), [row[1:] for row in MODELS], ids=[r[0] for r in MODELS]
)
def test_model_counts_as_the_notes_do(shape: tuple, layers: tuple, counts: list[int] | None, total: int) -> None:
    model = sequential(shape, layers)
    assert model.parameters("classic") == size(model, "classic") == total
    if counts:
        assert [
            size(sequential(before, (each,)), "classic") for before, each in zip(model.shapes, layers, strict=False)
        ] == counts


def test_shapes_of_the_notes() -> None:
    assert sequential(IMAGE, TOY_CNN).shapes[1:4] == ((62, 62, 32), (31, 31, 32), (30_752,))
    assert sequential((32, 32, 3), (Conv2D(8, (5, 5)),)).shapes[-1] == (28, 28, 8)
    assert sequential((32, 32, 3), (Conv2D(8, (5, 5), padding=2),)).shapes[-1] == (32, 32, 8)
    assert sequential((None, 64), (Bidirectional(LSTM(32, return_sequences=True)),)).shapes[-1] == (None, 64)


def test_toy_u_net_convolutions() -> None:
    counts = [size(sequential((64, 64, c), (Conv2D(f, (k, k), padding="same"),)), "keras") for c, f, k in U_NET]
    assert counts == [640, 73_856, 295_168, 442_496, 110_656, 65]
    assert sum(counts) == 922_881


# --- graphs ------------------------------------------------------------------------------------------------------


def counts(model: Model) -> list[int]:
    """Of every layer with weights, in order."""
    return [int(parameters(each.weights)) for each in model.applied("keras") if each.weights]  # type: ignore[call-overload]


def conv(filters: int, kernel: int = 3, **rest: Any) -> dict[str, Any]:
    return {"type": "Conv2D", "filters": filters, "kernel_size": kernel, "padding": "same", **rest}


def test_toy_u_net_as_coded() -> None:
    """Two levels down, the bottom, two levels up: each concatenated with the map from across."""
    model = read_spec({"input": [64, 64, 1], "layers": [
        conv(64, id="down_1"), {"type": "MaxPooling2D"}, conv(128, id="down_2"), {"type": "MaxPooling2D"}, conv(256),
        {"type": "UpSampling2D", "id": "up_2"}, {"type": "Concatenate", "from": ["up_2", "down_2"], "id": "across_2"},
        conv(128), {"type": "UpSampling2D", "id": "up_1"},
        {"type": "Concatenate", "from": ["up_1", "down_1"], "id": "across_1"}, conv(64), conv(1, 1),
    ]})  # fmt: skip
    shapes = {each.node.id: each.output_shape for each in model.applied("keras")}
    assert shapes["across_2"] == (32, 32, 256 + 128) and shapes["across_1"] == (64, 64, 128 + 64)
    assert counts(model) == [640, 73_856, 295_168, 442_496, 110_656, 65]
    assert model.parameters("keras") == size(model, "keras") == 922_881


def block(before: str, name: str) -> list[dict[str, Any]]:
    """A residual block of the notes: convolution, normalization, twice, and what came in added."""
    norm = {"type": "BatchNormalization"}
    return [
        conv(64, **{"from": [before]}), norm, {"type": "ReLU"}, conv(64), norm | {"id": f"{name}_main"},
        {"type": "Add", "from": [f"{name}_main", before]}, {"type": "ReLU", "id": name},
    ]  # fmt: skip


def test_residual_block_as_coded() -> None:
    model = read_spec({"input": [64, 64, 64], "layers": block("input", "a")})
    assert counts(model) == [36_928, 256, 36_928, 256]
    assert model.parameters("keras") == 74_368
    assert parameters(model.weights("keras"), trainable=False) == 2 * 128


def test_resnet_as_coded() -> None:
    layers = [conv(64, id="start"), *block("start", "a"), *block("a", "b"), conv(3)]
    model = read_spec({"input": [64, 64, 3], "layers": layers})
    assert counts(model) == [1_792, *[36_928, 256] * 4, 1_731]
    assert model.parameters("keras") == size(model, "keras") == 152_259
    assert parameters(model.weights("keras"), trainable=True) == 151_747


def test_second_bidirectional_layer_and_keras_gru() -> None:
    twice = (Bidirectional(LSTM(32, return_sequences=True)), Bidirectional(LSTM(32)))
    assert counts(sequential((None, 64), twice)) == [24_832, 24_832]
    for convention, count in (("classic", 9_312), ("keras", 9_408), ("pytorch", 9_408)):
        assert sequential((None, 64), (GRU(32),)).parameters(convention) == count
    assert counts(sequential((None, 10), (SimpleRNN(64),))) == [4_800]
    assert counts(sequential((None, 10), (LSTM(64),))) == [19_200]


def test_text_classifier_as_keras_writes_it() -> None:
    """Note 004: 200 words, in the form of ``model.to_json()``; as a row of the JSON format the same."""
    rows: list[tuple[str, dict[str, Any]]] = [
        ("Embedding", {"input_dim": 1000, "output_dim": 16}), ("LSTM", {"units": 32}),
        ("Dense", {"units": 256}), ("Dense", {"units": 1}),
    ]  # fmt: skip
    first = {"class_name": "InputLayer", "config": {"name": "words", "batch_shape": [None, 200]}}
    layers = [{"class_name": kind, "config": {**config, "name": f"l{n}"}} for n, (kind, config) in enumerate(rows)]
    written = read_model({"class_name": "Sequential", "config": {"name": "m", "layers": [first, *layers]}})
    plain = read_spec({"input": [200], "layers": [{"type": kind, **config} for kind, config in rows]})
    for model in (written, plain):
        assert counts(model) == [16_000, 6_272, 8_448, 257]
        assert model.parameters("keras") == 30_977
