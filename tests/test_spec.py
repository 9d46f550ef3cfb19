"""Files that were made to break the readers, or broken by hand: one clear line each, and never anything else."""

from __future__ import annotations

import copy
import itertools
import json
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import DATA, recorded

from generator.counting import worked
from generator.errors import ModelError, NoEquivalent
from generator.layers import CONVENTIONS, KINDS
from generator.model import Model
from generator.model_file import LONGEST, read_model, read_models

Spec = dict[str, Any]
DENSE: Spec = {"type": "Dense", "units": 2}


def refusal(table: object) -> str:
    """The one line that a table is refused with, by the reader or by a layer."""
    with pytest.raises((ModelError, NoEquivalent)) as raised:
        list(read_model(table).applied("keras"))
    return checked(str(raised.value))


def checked(line: str) -> str:
    assert line and line.isprintable(), repr(line)
    assert len(line) < 500, f"{len(line)} characters: {line}"
    return line


def of_file(path: Path) -> list[Model | ModelError]:
    return list(read_models(path))


def model(*layers: Any, input: Any = (4,), **rest: Any) -> Spec:
    return {"input": list(input) if isinstance(input, tuple) else input, "layers": list(layers), **rest}


# --- values ------------------------------------------------------------------------------------------------------

WRONG: list[Any] = [
    10**400, 10**5000, 1e400, -1, 0, True, "64", float("nan"), -(10**20), 2.5, [], {}, [[3]], [3, 3, 3, 3], "x\ny",
]  # fmt: skip
SIZES = [
    ("Dense", "units", (4,)), ("LSTM", "units", (5, 4)), ("Conv2D", "filters", (8, 8, 4)),
    ("Conv2D", "kernel_size", (8, 8, 4)), ("Conv2D", "strides", (8, 8, 4)), ("Conv2D", "groups", (8, 8, 4)),
    ("MaxPooling2D", "pool_size", (8, 8, 4)), ("Embedding", "input_dim", (4,)), ("RepeatVector", "n", (4,)),
    ("DepthwiseConv2D", "depth_multiplier", (8, 8, 4)), ("UpSampling2D", "size", (8, 8, 4)),
    ("MultiHeadAttention", "key_dim", (8, 4)), ("LSTM", "num_layers", (5, 4)),
]  # fmt: skip
REST: Spec = {"units": 2, "filters": 4, "kernel_size": 3, "input_dim": 9, "output_dim": 2, "num_heads": 2, "key_dim": 2}


@pytest.mark.parametrize("value", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize(("kind", "name", "shape"), SIZES, ids=[f"{kind}-{name}" for kind, name, _ in SIZES])
def test_size_that_is_none(kind: str, name: str, shape: tuple[int, ...], value: Any) -> None:
    needed = {each: REST[each] for each in KINDS[kind].required if each in REST}
    said = refusal(model({"type": kind, **needed, name: value}, input=shape))
    assert said.startswith(f"layer 1 ({kind}): {name} is ")


@pytest.mark.parametrize("value", WRONG, ids=range(len(WRONG)))
def test_side_that_is_none(value: Any) -> None:
    assert "the shape of 'input'" in refusal(model(DENSE, input=[value, 4]))
    assert "the shape of" in refusal({"inputs": {"\x1b[31m\n" * 50: [value]}, "layers": [DENSE]})


@pytest.mark.parametrize("value", [None, 1, "x", 2.5, {}, [], True, [1], [None], [[]], ["Dense"]])
@pytest.mark.parametrize("name", ["input", "inputs", "layers", "type"])
def test_wrong_types_and_missing_keys(name: str, value: Any) -> None:
    if name == "type":
        assert refusal(model({**DENSE, "type": value})).startswith("layer 1")
        assert refusal(model({"units": 2})) == "layer 1: has no 'type'"
    elif (name, value) != ("input", [1]) and (name, value) != ("input", [None]):
        table = {"inputs": {"x": [4]}, "layers": [DENSE]} if name == "inputs" else model(DENSE)
        refusal({**table, name: value})
        refusal({key: each for key, each in table.items() if key != name})
    refusal(value)


LAYERS: list[tuple[Spec, str]] = [
    ({"type": "BatchNormalization", "axis": 2}, "along axis 2 of 1, and layers here along the last"),
    ({"type": "LayerNormalization", "axis": [-1, 2]}, "along axis -1, 2 of 1"),
    ({"type": "LayerNormalization", "axis": []}, "along axis none of 1"),
    ({"type": "Normalization", "axis": None}, "axis is null"),
    ({"type": "RMSNormalization", "axis": "x"}, "axis is x, and must be a whole number"),
    ({"units": 3}, "has no 'type'"),
    ({"type": "Dense"}, "'units' is missing"),
    ({"type": "Bidirectional"}, "'layer' is missing"),
    ({"type": "Bidirectional", "layer": DENSE}, "reads a recurrent layer"),
    (
        {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}, "merge_mode": "conact"},
        "Did you mean 'concat'?",
    ),
    ({"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}, "merge_mode": None}, "gives two outputs"),
    ({"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "num_layers": 2}}, "not LSTM with num_layers"),
    ({"type": "TimeDistributed", "layer": {"type": "Add"}}, "takes several inputs"),
    ({"type": "Dens", "units": 3}, "unknown layer type 'Dens'. Did you mean 'Dense'?"),
    ({"type": "Conv2d", "filters": 3}, "Did you mean 'Conv2D'?"),
    ({"type": "zzzzzzzzzz"}, "unknown layer type 'zzzzzzzzzz'."),
    ({"type": "Z" * 10**7}, "unknown layer type 'ZZZ"),
    ({"type": "Dense", "unit": 3}, "unknown key 'unit'. Did you mean 'units'?"),
    ({**DENSE, "u" * 10**7: 3}, "unknown key 'uuu"),
    ({**DENSE, "use_bias": "no"}, "use_bias is no, and must be true or false"),
    ({**DENSE, "trainable": 1}, "'trainable' must be true or false"),
    ({**DENSE, "num_layers": 2}, "only recurrent layers are stacked"),
    ({"type": "LSTM", "units": 2, "num_layers": 10**6}, "num_layers is 1000000"),
    ({"type": "Conv1D", "filters": 2, "kernel_size": 2, "padding": "smae"}, "Did you mean 'same'?"),
    ({"type": "Conv1D", "filters": 2, "kernel_size": 2, "padding": -1}, "padding is -1"),
    ({"type": "Conv2D", "filters": 2, "kernel_size": 2, "padding": "causal"}, "causal"),
    ({"type": "MaxPooling2D", "padding": "causal"}, "causal"),
    ({"type": "Conv1D", "filters": 2, "kernel_size": 2, "data_format": "channels_first"}, "channels first"),
    ({"type": "Reshape", "target_shape": [-1, -1]}, "more than one side open"),
    ({"type": "Reshape", "target_shape": [0]}, "target_shape is 0"),
    ({"type": "Permute", "dims": [1, 1]}, "are not the axes"),
    ({"type": "Permute", "dims": "12"}, "dims is 12"),
    ({"type": "Dropout", "rate": float("nan")}, "rate is nan"),
    ({"type": "Dropout", "rate": 10**400}, "rate is a number of 401 digits"),
    ({"type": "Concatenate", "axis": 10**400}, "axis is a number of 401 digits"),
    ({"type": "Concatenate", "axis": "x"}, "axis is x"),
    ({"type": "Add"}, "needs two inputs or more"),
    ({**DENSE, "from": ["layer_1"]}, "is fed by 'layer_1', which is no layer or input before it"),
    ({**DENSE, "from": ["layer_2"]}, "is fed by 'layer_2'"),
    ({**DENSE, "from": []}, "'from' must be a list of ids"),
    ({**DENSE, "from": "input"}, "'from' must be a list of ids"),
    ({**DENSE, "from": [["input"]]}, "is fed by"),
    ({**DENSE, "from": ["input", "input"]}, "takes one input, and is given 2"),
    ({**DENSE, "share": ["x"]}, "shares the weights of"),
    ({**DENSE, "share": "input"}, "shares the weights of 'input', which is no layer before it"),
    ({**DENSE, "id": ["x"]}, "the id is"),
    ({**DENSE, "id": "input"}, "the id 'input' is used twice"),
]


@pytest.mark.parametrize(("layer", "why"), LAYERS, ids=[why[:30] for _, why in LAYERS])
def test_layer_that_is_none(layer: Spec, why: str) -> None:
    flat = "2D" not in layer.get("type", "")[:20]
    said = refusal(model(layer, DENSE, input=(4,)) if flat else model(layer, input=(8, 8, 4)))
    assert why in said and said.startswith("layer 1"), said


WEIGHED = ("Conv2D", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv2D", "PReLU", "LSTM", "BatchNormalization",
           "MultiHeadAttention", "RMSNormalization", "Normalization")  # fmt: skip


@pytest.mark.parametrize("kind", WEIGHED)
def test_weights_need_known_sizes(kind: str) -> None:
    needed = {each: REST[each] for each in KINDS[kind].required}
    shape = (8, 8, None) if "2D" in kind else (8, None)
    assert "unknown" in refusal(model({"type": kind, **needed}, input=shape))


def test_shared_layer_must_fit() -> None:
    """Weights of other shapes cannot be shared."""
    said = refusal(model({**DENSE, "id": "a"}, {**DENSE, "share": "a"}, input=(4,)))
    assert said.startswith("layer 2 (Dense)") and "'a'" in said


NAMES = [
    "\x1b[2J\x1b[31m",
    "a\nb\r\n",
    "\u202eknil",
    "\x00",
    "\ud800",
    "x" * 10**6,
    "<script>alert(1)</script>",
    "\u2028",
    "'",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_are_shown_as_one_plain_line(name: str) -> None:
    refusal(model({"type": name}))
    refusal(model({**DENSE, name: 1}))
    refusal({**model(DENSE), name: 1})
    refusal(model({**DENSE, "from": [name]}))
    refusal(model({**DENSE, "share": name}))
    refusal(model({**DENSE, "id": name}, {**DENSE, "id": name}))
    refusal(model({"type": "Conv2D", "filters": 2, "kernel_size": 3, "id": name}))
    refusal(model({**DENSE, "use_bias": name}))
    refusal(model({"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}, "merge_mode": name}))
    for row in (keras("Dense", name, {"units": name}), keras(name, "d"), keras("LSTM", name, {"units": 2})):
        refusal({"class_name": "Sequential", "config": {"layers": [START, row]}})
        refusal({"class_name": "Functional", "config": {"layers": [START, row | fed("start")]}})


# --- nesting and circles -----------------------------------------------------------------------------------------


def nested(depth: int, innermost: Spec, wrap: Callable[[Spec, int], Spec]) -> Spec:
    for level in range(depth):
        innermost = wrap(innermost, level)
    return innermost


def wrapped(layer: Spec, level: int) -> Spec:
    return {"type": ("TimeDistributed", "Bidirectional")[level % 2], "layer": layer}


def inside(layer: Spec, level: int) -> Spec:
    return {"type": "Model", **model(layer)}


@pytest.mark.parametrize("wrap", [wrapped, inside], ids=["wrappers", "models"])
@pytest.mark.parametrize("depth", [60, 1000, 20_000])
def test_deep_nesting(wrap: Callable[[Spec, int], Spec], depth: int) -> None:
    assert "nested too deeply" in refusal(model(nested(depth, DENSE, wrap)))


@pytest.mark.parametrize("depth", [60, 1000, 20_000])
def test_deep_nesting_in_a_keras_file(depth: int) -> None:
    def sequential(row: Spec, level: int) -> Spec:
        return {"class_name": "Sequential", "config": {"name": "m", "layers": [START, row]}}

    def distributed(row: Spec, level: int) -> Spec:
        return keras("TimeDistributed", "t", {"layer": row})

    assert "nested too deeply" in refusal(sequential(nested(depth, keras("Dense", "d", {"units": 2}), distributed), 0))
    assert "nested too deeply" in refusal(nested(depth, keras("Dense", "d", {"units": 2}), sequential))
    row: Any = [["start", 0, 0]]
    for _ in range(depth):
        row = [row]
    dense = keras("Dense", "d", {"units": 2}) | {"inbound_nodes": [row]}
    assert "nested too deeply" in refusal({"class_name": "Functional", "config": {"layers": [START, dense]}})


def test_record_in_a_record() -> None:
    refusal(nested(20_000, {}, lambda table, level: {"spec": table}))


def test_models_nested_as_deep_as_allowed_are_read_in_no_time() -> None:
    started = time.perf_counter()
    wide = model(nested(38, {**DENSE, "units": 4}, inside))
    assert read_model(wide).parameters("keras") == 20
    twice = keras("Dense", "d0", {"units": 4}) | {"inbound_nodes": [[["start", 0, 0]], [["d0", 0, 0]]]}
    for level in range(1, 35):  # each model calls the one within it twice: 2³⁴ calls, if they were walked one by one
        inner = {"layers": [START, twice], "output_layers": [[f"d{level - 1}", 1, 0]]}
        calls = [[["start", 0, 0]], [[f"d{level}", 0, 0]]]
        twice = keras("Functional", f"d{level}", inner) | {"inbound_nodes": calls}
    shared = read_model({"class_name": "Functional", "config": {"layers": [START, twice]}})
    assert shared.parameters("keras") == 20
    assert worked(shared, "keras").count
    assert time.perf_counter() - started < 2


def keras(kind: str, name: str, config: Spec | None = None) -> Spec:
    return {"class_name": kind, "name": name, "config": {"name": name, **(config or {})}}


START = keras("InputLayer", "start", {"batch_shape": [None, 4]})


def fed(*names: str) -> Spec:
    return {"inbound_nodes": [[[name, 0, 0] for name in names]]}


def functional(*rows: Spec, **rest: Any) -> Spec:
    return {"class_name": "Functional", "config": {"layers": list(rows), **rest}}


def test_circles_in_a_keras_file() -> None:
    a, b = keras("Dense", "a", {"units": 4}), keras("Dense", "b", {"units": 4})
    assert "'a': its inputs lead in a circle" in refusal(functional(START, a | fed("b"), b | fed("a")))
    assert "'a': its inputs lead in a circle" in refusal(functional(START, a | fed("a"), b | fed("start")))
    assert "or to no layer" in refusal(functional(START, a | fed("nowhere")))
    assert "fed by nothing" in refusal(functional(START, a | {"inbound_nodes": []}))
    assert "fed by nothing" in refusal(functional(START, a | {"inbound_nodes": [[]]}))
    assert "no input" in refusal(functional(a | fed("a")))
    assert "used twice" in refusal(functional(START, a | fed("start"), a | fed("start")))
    assert "no input shape" in refusal({"class_name": "Sequential", "config": {"layers": [a]}})
    assert "'config'" in refusal({"class_name": "Sequential", "config": {"layers": [START, 7]}})
    low_rank = keras("Dense", "a", {"units": 2, "lora_rank": 4})
    assert "has lora_rank 4" in refusal({"class_name": "Sequential", "config": {"layers": [START, low_rank]}})
    assert "no list 'layers'" in refusal({"class_name": "Sequential"})
    history = {"config": {"keras_history": ["start", "x", 0]}}
    assert "names no layer" in refusal(functional(START, a | {"inbound_nodes": [{"args": [history]}]}))


def test_second_call_of_a_shared_layer_may_come_first() -> None:
    shared = keras("Dense", "d", {"units": 4}) | {"inbound_nodes": [[["d", 1, 0]], [["start", 0, 0]]]}
    found = read_model(functional(START, shared))
    assert [(node.id, node.share) for node in found.nodes] == [("d#2", ""), ("d", "d#2")]
    assert found.parameters("keras") == 20


def test_layers_in_any_order_and_in_linear_time() -> None:
    names = ["start", *(f"layer {n}" for n in range(4000))]
    rows = [keras("ReLU", name) | fed(before) for before, name in itertools.pairwise(names)]
    started = time.perf_counter()
    found = read_model(functional(START, *reversed(rows)))
    assert [node.id for node in found.nodes] == names[1:]
    assert len(list(found.applied("keras"))) == 4000
    assert time.perf_counter() - started < 2


def test_sizes_that_grow_and_grow() -> None:
    up = {"type": "UpSampling1D", "size": 10**9}
    assert "has a side of more than" in refusal(model(*[up] * 2000, input=(1, 4)))
    repeated = [{"type": "RepeatVector", "n": 10**9}, {"type": "Flatten"}] * 500
    assert "has a side of more than" in refusal(model(*repeated))
    refusal(model({"type": "Flatten"}, DENSE, input=[10**9] * 8))


# --- files -------------------------------------------------------------------------------------------------------

GOOD = json.dumps(model(DENSE))
FILES: list[tuple[str, bytes, str]] = [
    ("empty.json", b"", "is empty"),
    ("blank.jsonl", b" \n\n", "is empty"),
    ("latin.json", b'{"input": "\xe9"}', "not UTF-8"),
    ("nul.json", b"\x00" * 100, "not valid JSON"),
    ("cut.json", GOOD[:-5].encode(), "not valid JSON"),
    ("deep.json", b"[" * 100_000, "not valid JSON: nested too deeply"),
    ("deeper.json", b"[" * 100_000 + b"]" * 100_000, "not valid JSON: nested too deeply"),
    ("tables.json", b'{"layers":' * 100_000, "not valid JSON: nested too deeply"),
    ("digits.json", b'{"input": [' + b"9" * 100_000 + b"]}", "not valid JSON"),
    ("notzip.keras", b"PK\x03\x04 and so on", "not valid JSON"),
    ("noend.keras", b"PK\x05\x06" + b"\xff" * 18, "cannot be read"),
]


@pytest.mark.parametrize(("name", "content", "why"), FILES, ids=[row[0] for row in FILES])
def test_file_that_is_no_model(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ModelError) as raised:
        of_file(path)
    said = checked(str(raised.value))
    assert said.startswith(f"{path}: ") and why in said


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(ModelError, match=r"no such file|cannot be read"):
            of_file(path)


def test_good_models_among_faulty_ones(tmp_path: Path) -> None:
    path = tmp_path / "models.jsonl"
    named = json.dumps(model({**DENSE, "id": "line\u2028two\x85"}), ensure_ascii=False)
    path.write_text("\n".join(["[" * 100_000, GOOD, "{", "7", named, GOOD]), encoding="utf-8")
    found = of_file(path)
    assert [isinstance(each, Model) for each in found] == [False, True, False, False, True, True]
    assert all(checked(str(each)) for each in found if isinstance(each, ModelError))


def test_byte_order_mark_and_long_lines(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert isinstance(of_file(path)[0], Model)
    assert isinstance(next(iter(read_models(Path("-"), "\ufeff" + GOOD))), Model)
    path.write_text(json.dumps({**model(DENSE), "name": "x" * 10_000_000}), encoding="utf-8")
    assert isinstance(of_file(path)[0], Model)
    path.write_text(json.dumps({**model(DENSE), "nmae" * 2_500_000: 1}), encoding="utf-8")
    (error,) = of_file(path)
    assert "unknown key 'nmaenmae" in checked(str(error))


def test_file_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    with path.open("wb") as file:
        file.truncate(LONGEST + 1)  # a hole: nothing is written
    with pytest.raises(ModelError, match="is larger than 64 MB"):
        of_file(path)


def archive(path: Path, content: bytes, name: str = "config.json", **info: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as found:
        found.writestr(name, content)
    return path


def test_keras_archives(tmp_path: Path) -> None:
    config = json.dumps(json.loads((DATA / "keras" / "05-unet.json").read_text(encoding="utf-8"))["keras_json"])
    (found,) = of_file(archive(tmp_path / "good.keras", config.encode()))
    assert isinstance(found, Model) and found.parameters("keras") == 3753
    faulty = {
        "without a config.json": archive(tmp_path / "none.keras", b"{}", "other.json"),
        "larger than 64 MB": archive(tmp_path / "bomb.keras", b" " * (LONGEST + 1)),
        "is empty": archive(tmp_path / "empty.keras", b""),
        "not UTF-8": archive(tmp_path / "latin.keras", b"\xff\xfe"),
        "nested too deeply": archive(tmp_path / "deep.keras", b"[" * 100_000),
    }
    content = archive(tmp_path / "a.keras", config.encode()).read_bytes()
    for what, offset, by in (("encrypted", 8, b"\x09\x08"), ("method", 10, b"\x63\x00")):  # of the central directory
        place = content.index(b"PK\x01\x02") + offset
        (tmp_path / f"{what}.keras").write_bytes(content[:place] + by + content[place + 2 :])
        with pytest.raises(ModelError, match="cannot be read"):
            of_file(tmp_path / f"{what}.keras")
    middle = content.index(b"config.json") + 60
    (tmp_path / "broken.keras").write_bytes(content[:middle] + b"\xff" * 40 + content[middle + 40 :])
    faulty["cannot be read (a broken archive)"] = tmp_path / "broken.keras"
    for why, path in faulty.items():
        with pytest.raises(ModelError) as raised:
            of_file(path)
        assert why in checked(str(raised.value))


# --- mutations ---------------------------------------------------------------------------------------------------

STRANGE: list[Any] = [
    None, True, False, 0, -1, 1, 2, 7, 10**9, 10**10, 10**400, 1e400, float("nan"), -0.5, "", "64", "same", "Dense",
    "input", "\u202e\n\x1b", [], {}, [[]], [None], [0], [-1], [1, 2], [1, 2, 3, 4], [[1, 2], [3, 4]], {"x": 1},
    {"type": "Add"}, {"type": "LSTM", "units": 3}, {"class_name": "Dense", "config": {"units": 3}}, "x" * 5000,
]  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a table."""
    found, waiting = [], [value]
    while waiting:
        each = waiting.pop()
        keys = each if isinstance(each, dict) else range(len(each))
        for key in keys:
            found.append((each, key))
            if isinstance(each[key], dict | list):
                waiting.append(each[key])
    return found


def mutate(table: Any, chance: random.Random) -> Any:
    """The table with one to three values or keys changed, dropped, doubled or swapped."""
    table = copy.deepcopy(table)
    for _ in range(chance.choice((1, 1, 2, 3))):
        found = places(table)
        if not found:
            break
        held, key = chance.choice(found)
        match chance.randrange(6):
            case 0:
                del held[key]
            case 1 if isinstance(held, dict):
                held[chance.choice(("units", "type", "layers", "from", "share", "id", "z\n", "config", "padding"))] = (
                    held.pop(key)
                )
            case 2:
                other, where = chance.choice(found)
                held[key] = copy.deepcopy(other[where])
            case 3 if isinstance(held, list):
                held.insert(key, copy.deepcopy(held[key]))
            case _:
                held[key] = copy.deepcopy(chance.choice(STRANGE))
    return table


def _valid() -> list[Any]:
    specs = [record["spec"] for record in recorded() if record["keras"] and "layers" in record["keras"]]
    odd = [record["spec"] for record in recorded() if "layer:" in record["tag"] or "graph" in record["tag"]]
    chance = random.Random("valid")
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "keras").iterdir())]
    return [*chance.sample(specs, 20), *chance.sample(odd, 40), *(file["keras_json"] for file in files * 5)]


MUTATIONS, PARTS = 3000, 10


@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutation_breaks_anything(part: int) -> None:
    """A model that can be applied and counted, or one line."""
    valid = _valid()
    outcomes = {"model": 0, "error": 0}
    for n in range(part * MUTATIONS // PARTS, (part + 1) * MUTATIONS // PARTS):
        chance = random.Random(f"mutation {n}")
        table = mutate(chance.choice(valid), chance)
        started = time.perf_counter()
        try:
            found = read_model(table)
        except ModelError as error:
            checked(str(error))
            outcomes["error"] += 1
        else:
            assert isinstance(found, Model)
            for convention in CONVENTIONS:
                apply(found, convention)
            outcomes["model"] += 1
        assert time.perf_counter() - started < 1, f"mutation {n} takes too long"
    assert min(outcomes.values()) > MUTATIONS / PARTS / 10, outcomes


def apply(found: Model, convention: str) -> None:
    try:
        rows = list(found.applied(convention))
    except (ModelError, NoEquivalent) as error:
        checked(str(error))
        return
    assert isinstance(found.parameters(convention), int)
    for row in rows:
        assert all(side is None or (type(side) is int and side > 0) for side in row.output_shape), row
        assert all(type(side) is int and side > 0 for weight in row.weights for side in weight.shape), row
        row.node.layer.worked(row.fed, convention)
    json.dumps(found.config(), allow_nan=False)
