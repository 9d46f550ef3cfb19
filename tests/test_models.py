"""Whole models against Keras 3.15, PyTorch 2.13, and the counts that papers and model zoos publish."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import DATA, evaluate, recorded, size

from generator.counting import worked
from generator.errors import ModelError, NoEquivalent
from generator.layers import Weight, parameters
from generator.model import Model
from generator.model_file import read_model
from generator.spec import read_spec

FRAMEWORKS = {"keras": "keras", "torch": "pytorch"}
ANSWERS = [
    pytest.param(record["spec"], record[name], convention, id=f"{name}-{record['tag']}-{record['id']}")
    for record in recorded()
    for name, convention in FRAMEWORKS.items()
    if record[name] is not None
]


def count(weights: list[Weight], trainable: bool | None = None) -> int:
    """By plain multiplication."""
    return sum(math.prod(w.shape) for w in weights if trainable in (None, w.trainable))  # type: ignore[arg-type]


def row(weights: list[Weight], output: Any) -> dict[str, Any]:
    return {
        "trainable": count(weights, True),
        "non_trainable": count(weights, False),
        "weights": sorted(list(weight.shape) for weight in weights),
        "output_shape": list(output),
    }


# --- what the frameworks answered --------------------------------------------------------------------------------


@pytest.mark.parametrize(("spec", "expected", "convention"), ANSWERS)
def test_framework_answers_the_same(spec: dict[str, Any], expected: dict[str, Any], convention: str) -> None:
    for refusal, error in (("error", ModelError), ("no_equivalent", NoEquivalent)):
        if refusal in expected:
            with pytest.raises(error, match=rf"^layer \d+ \({said(spec)}") as raised:
                read_model(spec).parameters(convention)
            assert "\n" not in str(raised.value)
            return
    model = read_model(spec)
    applied = list(model.applied(convention))
    wanted = [{**each, "weights": sorted(each["weights"])} for each in expected["layers"]]
    found = [row(list(each.weights), each.output_shape) for each in applied]
    assert found == [{key: value for key, value in each.items() if key != "name"} for each in wanted]
    once = model.weights(convention)
    assert count(once, True) == expected["trainable"]
    assert expected["output_shape"] == list(applied[-1].output_shape)
    assert count(once) == model.parameters(convention)
    if "total" in expected:
        assert count([weight for weight in once if not weight.buffer]) == expected["total"]
    if "non_trainable" in expected:
        rest = [weight for weight in once if weight.buffer or convention == "keras"]  # PyTorch's: its buffers
        assert count(rest, False) == expected["non_trainable"]


def said(spec: dict[str, Any]) -> str:
    """Any of the spec's layers, as a pattern."""
    return f"({'|'.join(each['type'] for each in spec['layers'])}|Stack)"


def test_the_records_are_all_there() -> None:
    kinds = [("torch" if convention == "pytorch" else convention,
              next((k for k in ("error", "no_equivalent") if k in expected), "answer"))
             for _, expected, convention in (param.values for param in ANSWERS)]  # fmt: skip
    assert len(recorded()) == 631
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        ("keras", "answer"): 552, ("keras", "error"): 19,
        ("torch", "answer"): 578, ("torch", "error"): 20, ("torch", "no_equivalent"): 33,
    }  # fmt: skip


@pytest.mark.parametrize("record", recorded(), ids=[record["id"] for record in recorded()])
def test_config_reads_back_as_the_same_model(record: dict[str, Any]) -> None:
    model = read_model(record["spec"])
    config = json.loads(json.dumps(model.config()))
    assert read_spec(config) == model
    assert read_spec(config).config() == config


@pytest.mark.parametrize("path", sorted((DATA / "keras").iterdir()), ids=lambda path: path.stem)
def test_model_as_keras_writes_it(path: Any) -> None:
    file = json.loads(path.read_text(encoding="utf-8"))
    answer, model = file["answer"], read_model(file["keras_json"])
    applied = list(model.applied("keras"))
    for wanted in answer["layers"]:
        found = [each for each in applied if each.node.name == wanted["name"]]
        if wanted["class"] == "InputLayer":
            assert wanted["name"] in model.inputs and not found
            continue
        assert [each.counted for each in found] == [True] + [False] * (len(found) - 1), "its weights count once"
        for each in found:
            assert type(each.node.layer).__name__ == wanted["class"]
            assert count(list(each.weights)) == wanted["params"]
            assert count(list(each.weights), True) == wanted["trainable"]
            assert sorted(list(w.shape) for w in each.weights) == sorted(wanted["weights"])
    assert {each.node.name for each in applied} <= {wanted["name"] for wanted in answer["layers"]}
    assert model.parameters("keras") == answer["total"]
    assert parameters(model.weights("keras"), True) == answer["trainable"]


# --- what papers and model zoos publish --------------------------------------------------------------------------

Spec = dict[str, Any]


def layer(type: str, *from_: str, **rest: Any) -> Spec:
    return {"type": type, **rest, **({"from": list(from_)} if from_ else {})}


def conv(filters: int, kernel: int, *from_: str, **rest: Any) -> Spec:
    return layer("Conv2D", *from_, filters=filters, kernel_size=kernel, **rest)


def dense(*units: int) -> list[Spec]:
    return [layer("Dense", units=each) for each in units]


def pool(window: int = 2, strides: int | None = None) -> Spec:
    return layer("MaxPooling2D", pool_size=window, strides=strides)


def lenet_5() -> Spec:
    """LeCun et al. 1998, with full connections between the second and third stage."""
    first, second = conv(6, 5), conv(16, 5)
    return {"input": [32, 32, 1], "layers": [first, pool(), second, pool(), layer("Flatten"), *dense(120, 84, 10)]}


def alexnet() -> Spec:
    """Krizhevsky et al. 2012 on one device: no groups."""
    middle = [conv(filters, 3, padding="same") for filters in (384, 384, 256)]
    first = [conv(96, 11, strides=4), pool(3, 2), conv(256, 5, padding="same"), pool(3, 2)]
    return {"input": [227, 227, 3], "layers": [*first, *middle, pool(3, 2), layer("Flatten"), *dense(4096, 4096, 1000)]}


def vgg16() -> Spec:
    """Simonyan and Zisserman 2014, configuration D."""
    stages = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
    convs = [row for filters, n in stages for row in (*[conv(filters, 3, padding="same")] * n, pool())]
    return {"input": [224, 224, 3], "layers": [*convs, layer("Flatten"), *dense(4096, 4096, 1000)]}


def resnet50() -> Spec:
    """He et al. 2015 as in keras.applications: every convolution with a bias and a batch normalization."""
    layers: list[Spec] = [
        layer("ZeroPadding2D", padding=3), conv(64, 7, strides=2), layer("BatchNormalization"), layer("ReLU"),
        layer("ZeroPadding2D"), pool(3, 2) | {"id": "start"},
    ]  # fmt: skip
    before = "start"
    for stage, (filters, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
        for block in range(blocks):
            strides, name = 2 if stage and not block else 1, f"{stage}.{block}"
            layers += _bottleneck(filters, strides, before, name, shortcut=not block)
            before = name
    head = [layer("GlobalAveragePooling2D"), *dense(1000)]
    return {"input": [224, 224, 3], "layers": layers + head}


def _bottleneck(filters: int, strides: int, before: str, name: str, shortcut: bool) -> Iterator[Spec]:
    norm, side = layer("BatchNormalization"), before
    if shortcut:
        side = f"{name}/shortcut"
        yield conv(4 * filters, 1, before, strides=strides)
        yield norm | {"id": side}
    yield conv(filters, 1, before, strides=strides)
    yield from (norm, layer("ReLU"), conv(filters, 3, padding="same"), norm, layer("ReLU"), conv(4 * filters, 1))
    yield norm | {"id": f"{name}/main"}
    yield layer("Add", side, f"{name}/main")
    yield layer("ReLU", id=name)


def mobilenet() -> Spec:
    """Howard et al. 2017 as in keras.applications: width 1, no biases but the classifier's."""
    stages = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    rest = {"use_bias": False, "padding": "same"}
    norm = [layer("BatchNormalization"), layer("ReLU")]
    layers = [conv(32, 3, strides=2, **rest), *norm]
    for filters, strides in stages:
        layers += [layer("DepthwiseConv2D", kernel_size=3, strides=strides, **rest), *norm]
        layers += [conv(filters, 1, **rest), *norm]
    layers += [layer("GlobalAveragePooling2D", keepdims=True), layer("Dropout", rate=0.001), conv(1000, 1)]
    return {"input": [224, 224, 3], "layers": [*layers, layer("Flatten")]}


def bert_layer(wide: int = 768, heads: int = 12) -> Spec:
    """Devlin et al. 2018: one of the twelve encoder layers of BERT-base."""
    return {"inputs": {"x": [128, wide]}, "layers": [
        layer("MultiHeadAttention", "x", id="attention", num_heads=heads, key_dim=wide // heads),
        layer("Add", "x", "attention"),
        layer("LayerNormalization", id="attended"),
        *dense(4 * wide, wide),
        layer("Dropout", rate=0.1, id="fed_forward"),
        layer("Add", "attended", "fed_forward"),
        layer("LayerNormalization"),
    ]}  # fmt: skip


def u_net() -> Spec:
    """Ronneberger et al. 2015: valid convolutions, so what crosses over is cropped first. Figure 1: 572 in, 388 out."""
    layers: list[Spec] = []
    for filters in (64, 128, 256, 512):
        layers += [conv(filters, 3), conv(filters, 3, id=f"down_{filters}"), pool()]
    layers += [conv(1024, 3), conv(1024, 3)]
    for filters, cropping in ((512, 4), (256, 16), (128, 40), (64, 88)):
        layers += [
            layer("Conv2DTranspose", filters=filters, kernel_size=2, strides=2, id=f"up_{filters}"),
            layer("Cropping2D", f"down_{filters}", cropping=cropping, id=f"crop_{filters}"),
            layer("Concatenate", f"crop_{filters}", f"up_{filters}"), conv(filters, 3), conv(filters, 3),
        ]  # fmt: skip
    return {"input": [572, 572, 1], "layers": [*layers, conv(2, 1)]}


PUBLISHED = [
    (lenet_5, 61_706, [10]),
    (alexnet, 62_378_344, [1000]),
    (vgg16, 138_357_544, [1000]),
    (resnet50, 25_636_712, [1000]),
    (mobilenet, 4_253_864, [1000]),
    (bert_layer, 7_087_872, [128, 768]),
    (u_net, 31_030_658, [388, 388, 2]),
]


@pytest.mark.parametrize(("spec", "total", "output"), PUBLISHED, ids=[each[0].__name__ for each in PUBLISHED])
def test_published_total(spec: Any, total: int, output: list[int]) -> None:
    model = read_spec(spec())
    assert model.parameters("keras") == size(model, "keras") == total
    *_, last = model.applied("keras")
    assert list(last.output_shape) == output
    assert count([w for w in model.weights("pytorch") if not w.buffer]) == total - _buffers(model)


def _buffers(model: Model) -> int:
    """What Keras counts and PyTorch keeps as buffers: moving means and variances."""
    return count([w for w in model.weights("keras") if re.match("moving_", w.name)])


def test_what_is_trained_of_resnet50_and_mobilenet() -> None:
    """The figures of keras.applications' summaries."""
    assert count(read_spec(resnet50()).weights("keras"), True) == 25_583_592
    assert count(read_spec(mobilenet()).weights("keras"), True) == 4_231_976


# --- nested, frozen, shared --------------------------------------------------------------------------------------


def test_model_in_a_model_counts_as_its_layers_do() -> None:
    inner = {"type": "Model", "input": [64], "layers": dense(32, 8)}
    nested = read_spec({"input": [64], "layers": [inner | {"id": "inner"}, *dense(10)]})
    assert nested.parameters("keras") == 64 * 32 + 32 + 32 * 8 + 8 + 8 * 10 + 10
    frozen = read_spec({"input": [64], "layers": [inner | {"trainable": False}, *dense(10)]})
    assert count(frozen.weights("keras"), True) == 90
    twice = read_spec({"input": [64], "layers": [inner | {"id": "inner"}, *dense(64), inner | {"share": "inner"}]})
    assert twice.parameters("keras") == 64 * 32 + 32 + 32 * 8 + 8 + 8 * 64 + 64


def test_lines_of_nested_and_stacked_models_keep_their_letters_apart() -> None:
    lstm = layer("LSTM", units=8, num_layers=2, return_sequences=True)
    block = {"type": "Model", "input": [None, 16], "layers": [lstm, layer("BatchNormalization"), *dense(8)]}
    outer = {"type": "Model", "input": [None, 16], "layers": [block, *dense(4, 16)]}
    model = read_spec({"input": [None, 16], "layers": [*dense(16), block, *dense(16), outer]})
    for convention in ("classic", "keras", "pytorch"):
        work = worked(model, convention)
        names = [line.symbol.name for line in work.lines]
        assert len(set(names)) == len(names)
        values: dict[str, Any] = {}
        for line in work.lines:
            values[line.symbol.name] = evaluate(line.expression, values)
        assert work.count and values[work.count.name] == model.parameters(convention) == size(model, convention)
