"""Reading models: the JSON model format, and what Keras writes (`to_json`, `get_config`, `.keras` archives).

Everything in a file is data: nothing of it is run, and every fault is one line that names the layer.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from generator.errors import ModelError, unknown
from generator.layers import KINDS, Bidirectional, Dim, Layer, Recurrent, Weight
from generator.layers.base import Shape, Worked
from generator.layers.recurrent import MERGES, Stack
from generator.model import INPUT, Model, Node, said

LARGEST = 10**9  # a size beyond it is a slip of the pen, or an attack
DEEPEST = 40  # nested models and wrapped layers
LONGEST = 64 * 2**20  # bytes of a file

PLACE = ("type", "id", "from", "share", "trainable", "num_layers", "name")
MODELS = ("Model", "Functional", "Sequential")
ALIASES = {"GlobalAvgPool": "GlobalAveragePooling", "AvgPool": "AveragePooling", "MaxPool": "MaxPooling",
           "Convolution": "Conv"}  # fmt: skip
TEXT = {"padding": ("valid", "same", "causal"), "merge_mode": MERGES}
WHOLE = ("units", "filters", "kernel_size", "strides", "pool_size", "dilation_rate", "groups", "depth_multiplier",
         "num_heads", "key_dim", "value_dim", "input_dim", "output_dim", "size", "n", "output_padding")  # fmt: skip
LEAST = {"output_padding": 0, "groups": -1}


# --- layers --------------------------------------------------------------------------------------------------------


def read_layer(table: object, strict: bool = True, depth: int = 0) -> Layer:
    """A layer from its table. ``strict``: a key that is neither the layer's nor Keras' is an error.

    Raises ModelError.
    """
    if not isinstance(table, Mapping):
        raise ModelError("is not a table")
    if depth > DEEPEST:
        raise ModelError("is nested too deeply")
    kind = table.get("type")
    if not isinstance(kind, str):
        raise ModelError("has no 'type'")
    for short, long in ALIASES.items():
        if kind not in KINDS and kind.startswith(short) and kind.replace(short, long) in KINDS:
            kind = kind.replace(short, long)
    if kind in MODELS:
        return Submodel(read_spec(table, depth + 1))
    if kind not in KINDS:
        raise ModelError(unknown("layer type", kind, KINDS))
    return _stacked(_layer(KINDS[kind], table, strict, depth), table)


def _layer(kind: type[Layer], table: Mapping[str, Any], strict: bool, depth: int) -> Layer:
    names = {each.name: each for each in fields(kind)}
    for name in table:
        if strict and name not in names and name not in PLACE and name not in ARGUMENTS:
            raise ModelError(unknown("key", str(name), [*names, *PLACE]))
    given = {name: _value(name, table[name], strict, depth) for name in names if name in table}
    for name in kind.required:
        if given.get(name) is None:
            raise ModelError(f"'{name}' is missing")
    return kind(**{name: value for name, value in given.items() if value is not None or names[name].default is None})


# arguments of Keras' layers that change neither weights nor shapes
ARGUMENTS = frozenset(
    [
        "activation",
        "recurrent_activation",
        "kernel_initializer",
        "recurrent_initializer",
        "bias_initializer",
        "embeddings_initializer",
        "beta_initializer",
        "gamma_initializer",
        "moving_mean_initializer",
        "moving_variance_initializer",
        "depthwise_initializer",
        "pointwise_initializer",
        "alpha_initializer",
        "kernel_regularizer",
        "recurrent_regularizer",
        "bias_regularizer",
        "embeddings_regularizer",
        "activity_regularizer",
        "beta_regularizer",
        "gamma_regularizer",
        "kernel_constraint",
        "recurrent_constraint",
        "bias_constraint",
        "embeddings_constraint",
        "dropout",
        "recurrent_dropout",
        "seed",
        "mask_zero",
        "go_backwards",
        "stateful",
        "unroll",
        "implementation",
        "data_format",
        "interpolation",
        "rate",
        "noise_shape",
        "momentum",
        "epsilon",
        "axis",
        "name",
        "dtype",
        "rho",
        "zero_output_for_mask",
        "return_state",
        "synchronized",
        "input_shape",
        "batch_shape",
    ]
)


def _value(name: str, value: object, strict: bool, depth: int) -> Any:
    """A field's value, checked for its kind; lists become tuples."""
    if name == "layer":
        return read_layer(value, strict, depth + 1)
    if name in TEXT and isinstance(value, str):
        if value not in TEXT[name]:
            raise ModelError(f"{name}: {unknown('value', value, TEXT[name])}")
        return value
    if isinstance(value, list):
        return tuple(_value(name, each, strict, depth) for each in value)
    if name in WHOLE and value is not None:
        least = LEAST.get(name, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST or value == 0 < least:
            raise ModelError(
                f"{name} is {_shown(value)}, and must be a whole number from {max(least, 1)} to {LARGEST:,}"
            )
    if isinstance(value, dict):
        return None  # an object of Keras, such as an initializer
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        raise ModelError(f"{name} is {_shown(value)}, which is too large")
    return value


def _shown(value: object) -> str:
    text = "".join(char if char.isprintable() else "�" for char in str(value)[:60])
    return text + ("…" if len(str(value)) > 60 else "")


def _stacked(layer: Layer, table: Mapping[str, Any]) -> Layer:
    times = table.get("num_layers", 1)
    if times == 1:
        return layer
    if not isinstance(times, int) or not 1 <= times <= 10_000 or not isinstance(layer, Recurrent | Bidirectional):
        raise ModelError("num_layers must be a whole number, of a recurrent layer")
    return Stack(layer, times)


@dataclass(frozen=True)
class Submodel(Layer):
    """A model used as a layer."""

    model: Model = Model({INPUT: (None,)}, ())  # noqa: RUF009

    abstract: ClassVar[bool] = True

    @property
    def merges(self) -> bool:  # type: ignore[override]
        return len(self.model.inputs) > 1

    def on(self, shape: Shape) -> Model:
        """The model with the shapes that it is fed."""
        fed = tuple(shape) if self.merges else (tuple(shape),)
        inputs = dict(zip(self.model.inputs, fed, strict=False))
        return Model(inputs, self.model.nodes, self.model.outputs)

    def check(self, shape: Shape, convention: str) -> None:
        list(self.on(shape).applied(convention))

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        return tuple(self.on(shape).weights(convention))

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        model = self.on(shape)
        found = {each.node.id: each.output_shape for each in model.applied(convention)}
        return {**model.inputs, **found}[model.last[0]]

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        return self.on(shape).worked(convention)

    def config(self) -> dict[str, object]:
        return {"type": "Model", **self.model.config()}


# --- the JSON model format -----------------------------------------------------------------------------------------


def read_spec(table: object, depth: int = 0) -> Model:
    """A model in the JSON model format: ``{"input": [64], "layers": [{"type": "Dense", "units": 10}]}``."""
    if depth > DEEPEST:
        raise ModelError("models are nested too deeply")
    if not isinstance(table, Mapping):
        raise ModelError("a model is a table with 'input' and 'layers'")
    allowed = ("input", "inputs", "layers", "outputs", "input_dtype", "name", "type", *PLACE)
    for name in table:
        if name not in allowed:
            raise ModelError(unknown("key", str(name), allowed[:5]))
    inputs = _inputs(table)
    layers = table.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ModelError("'layers' is missing, or is not a list of layers")
    nodes: list[Node] = []
    known = set(inputs)
    for number, each in enumerate(layers, 1):
        node = _node(number, each, nodes, inputs, depth)
        if node.id in known:
            raise ModelError(f"{said(number, node)}: the id '{_shown(node.id)}' is used twice")
        known.add(node.id)
        nodes.append(node)
    outputs = table.get("outputs", [])
    if not isinstance(outputs, list) or not all(isinstance(each, str) and each in known for each in outputs):
        raise ModelError("'outputs' must be a list of the layers' ids")
    return Model(inputs, tuple(nodes), tuple(outputs), table.get("input_dtype", ""))


def _inputs(table: Mapping[str, Any]) -> dict[str, tuple[Dim, ...]]:
    if ("input" in table) == ("inputs" in table):
        raise ModelError("needs either 'input' or 'inputs'")
    given = {INPUT: table["input"]} if "input" in table else table["inputs"]
    if not isinstance(given, Mapping) or not given:
        raise ModelError("'inputs' must be a table of shapes by id")
    return {str(name): _shape(shape, str(name)) for name, shape in given.items()}


def _shape(value: object, name: str) -> tuple[Dim, ...]:
    if not isinstance(value, list) or not value or len(value) > 8:
        raise ModelError(f"the shape of '{_shown(name)}' is {_shown(value)}, and must be a list of one to eight sides")
    for side in value:
        if side is not None and (not isinstance(side, int) or isinstance(side, bool) or not 1 <= side <= LARGEST):
            raise ModelError(
                f"the shape of '{_shown(name)}' has the side {_shown(side)}, and sides are whole numbers or null"
            )
    return tuple(value)


def _node(number: int, table: object, before: list[Node], inputs: Mapping[str, Any], depth: int) -> Node:
    where = f"layer {number}"
    if isinstance(table, Mapping) and isinstance(table.get("type"), str):
        where += f" ({_shown(table['type'])})"
    try:
        layer = read_layer(table, depth=depth)
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from None
    assert isinstance(table, Mapping)
    known = {**dict.fromkeys(inputs), **{node.id: node for node in before}}
    fed = table.get("from", [before[-1].id if before else next(iter(inputs))])
    if not isinstance(fed, list) or not fed:
        raise ModelError(f"{where}: 'from' must be a list of ids")
    for each in fed:
        if not isinstance(each, str) or each not in known:
            raise ModelError(f"{where}: is fed by {_shown(each)!r}, which is no layer or input before it")
    share, trainable = table.get("share", ""), table.get("trainable", True)
    if not isinstance(trainable, bool):
        raise ModelError(f"{where}: 'trainable' must be true or false")
    if share and (share not in known or known[share] is None):
        raise ModelError(f"{where}: shares the weights of {_shown(share)!r}, which is no layer before it")
    return Node(str(table.get("id", f"layer_{number}")), layer, tuple(fed), trainable, str(share))


# --- Keras ---------------------------------------------------------------------------------------------------------


def read_keras(table: Mapping[str, Any], depth: int = 0) -> Model:
    """A model from Keras' own configuration, Sequential or Functional."""
    if depth > DEEPEST:
        raise ModelError("models are nested too deeply")
    config = table.get("config")
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
        raise ModelError("holds no Keras model: 'config' has no list 'layers'")
    rows = config["layers"]
    if table.get("class_name") == "Sequential":
        return _keras_row(rows, config, depth)
    inputs: dict[str, tuple[Dim, ...]] = {}
    nodes: list[Node] = []
    ids: dict[tuple[str, int], str] = {}
    waiting = [(row, call, place) for row in rows for place, call in enumerate(_calls(row))]
    for row in rows:
        if _kind(row) == "InputLayer":
            inputs[_name(row)] = _batch_shape(row)
            ids[_name(row), 0] = _name(row)
    while waiting:
        ready = [each for each in waiting if all(source in ids for source in _sources(each[1]))]
        if not ready:
            raise ModelError(f"{_name(waiting[0][0])}: its inputs lead in a circle, or to no layer")
        for row, call, place in ready:
            nodes.append(_keras_node(row, call, place, ids, len(nodes) + 1, depth))
        done = {id(each[1]) for each in ready}
        waiting = [each for each in waiting if id(each[1]) not in done]
    outputs = tuple(ids[source] for source in _histories(config.get("output_layers", [])) if source in ids)
    return Model(inputs, tuple(nodes), outputs)


def _keras_row(rows: list[Any], config: Mapping[str, Any], depth: int) -> Model:
    shape = next((_batch_shape(row) for row in rows if _kind(row) == "InputLayer"), None)
    built = config.get("build_input_shape")
    if shape is None and isinstance(built, list):
        shape = _shape(built[1:], "input")
    if shape is None:
        raise ModelError("the model has no input shape: build it before you save it")
    nodes: list[Node] = []
    for row in rows:
        if _kind(row) != "InputLayer":
            before = nodes[-1].id if nodes else INPUT
            layer = _keras_layer(row, len(nodes) + 1, depth)
            nodes.append(Node(_name(row), layer, (before,), _trainable(row), name=_name(row)))
    return Model({INPUT: shape}, tuple(nodes))


def _keras_node(row: Any, call: Any, place: int, ids: dict[tuple[str, int], str], number: int, depth: int) -> Node:
    name = _name(row)
    id = name if place == 0 else f"{name}#{place + 1}"
    ids[name, place] = id
    fed = tuple(ids[source] for source in _sources(call))
    return Node(id, _keras_layer(row, number, depth), fed, _trainable(row), name if place else "", name)


def _keras_layer(row: Any, number: int, depth: int) -> Layer:
    kind, config = _kind(row), row.get("config")
    try:
        if kind in MODELS:
            return Submodel(read_keras(row, depth + 1))
        return read_layer(_plain(kind, config), strict=False, depth=depth)
    except ModelError as error:
        raise ModelError(f"layer {number} ({_shown(kind)} '{_shown(_name(row))}'): {error}") from None


def _plain(kind: str, config: object) -> dict[str, Any]:
    """A Keras layer's configuration in the JSON model format."""
    if not isinstance(config, Mapping):
        raise ModelError("has no 'config'")
    found: dict[str, Any] = {**config, "type": kind}
    if isinstance(config.get("layer"), Mapping):
        inner = config["layer"]
        found["layer"] = _plain(_kind(inner), inner.get("config"))
    return found


def _kind(row: Any) -> str:
    return str(row.get("class_name")) if isinstance(row, Mapping) else "?"


def _name(row: Any) -> str:
    config = row.get("config") if isinstance(row, Mapping) else None
    name = config.get("name") if isinstance(config, Mapping) else None
    return str(name or (row.get("name") if isinstance(row, Mapping) else "") or "?")


def _trainable(row: Any) -> bool:
    config = row.get("config")
    return not isinstance(config, Mapping) or config.get("trainable", True) is not False


def _batch_shape(row: Any) -> tuple[Dim, ...]:
    config = row.get("config") if isinstance(row, Mapping) else None
    shape = (config.get("batch_shape") or config.get("batch_input_shape")) if isinstance(config, Mapping) else None
    if not isinstance(shape, list) or len(shape) < 2:
        raise ModelError(f"the input '{_shown(_name(row))}' has no shape")
    return _shape(shape[1:], _name(row))


def _calls(row: Any) -> list[Any]:
    calls = row.get("inbound_nodes") if isinstance(row, Mapping) else None
    return calls if isinstance(calls, list) else []


def _sources(call: Any) -> list[tuple[str, int]]:
    """What a call is fed with: (layer's name, which of its calls)."""
    if isinstance(call, Mapping):
        return list(_histories([call.get("args"), call.get("kwargs")]))
    return list(_histories(call))


def _histories(value: Any, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Every tensor in Keras' arguments, in order; in the newer form by its history, in the older [name, call, …]."""
    if depth > DEEPEST:
        raise ModelError("the inputs of a layer are nested too deeply")
    if isinstance(value, Mapping):
        config = value.get("config")
        history = config.get("keras_history") if isinstance(config, Mapping) else None
        if isinstance(history, list) and len(history) >= 2:
            yield str(history[0]), int(history[1])
        else:
            for each in value.values():
                yield from _histories(each, depth + 1)
    elif isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
            yield value[0], value[1]
        else:
            for each in value:
                yield from _histories(each, depth + 1)


# --- files ---------------------------------------------------------------------------------------------------------


def read_models(path: Path, text: str | None = None) -> Iterator[Model | ModelError]:
    """The models in a file, or in the text given; a faulty one comes as its error.

    Raises ModelError if the file itself cannot be read.
    """
    for table in _tables(path, text):
        try:
            yield table if isinstance(table, ModelError) else read_model(table)
        except RecursionError:
            yield ModelError("is nested too deeply")
        except ModelError as error:
            yield error


def read_model(table: object) -> Model:
    """A model from a table: the JSON model format, a Keras configuration, or a record that holds one of them."""
    if isinstance(table, Mapping):
        for inner in ("spec", "model", "keras_json"):
            if isinstance(table.get(inner), Mapping) and "layers" not in table:
                return read_model(table[inner])
        if "class_name" in table:
            return read_keras(table)
        if isinstance(table.get("layers"), list) and any(
            isinstance(r, Mapping) and "class_name" in r for r in table["layers"]
        ):
            functional = any(isinstance(r, Mapping) and r.get("inbound_nodes") for r in table["layers"])
            return read_keras({"class_name": "Functional" if functional else "Sequential", "config": table})
    return read_spec(table)


def _tables(path: Path, text: str | None) -> Iterator[object]:
    if text is None:
        text = _text(path)
    lines = [line for line in text.splitlines() if line.strip()]
    if path.suffix == ".jsonl" or (len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines)):
        for line in lines:
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                yield ModelError(f"not valid JSON: {_reason(error)}")
        return
    try:
        yield json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not valid JSON: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())


def _text(path: Path) -> str:
    """The JSON in a file; of a .keras archive, the configuration in it."""
    try:
        if path.stat().st_size > LONGEST and path.suffix != ".keras":
            raise ModelError(f"{path}: is larger than {LONGEST // 2**20} MB")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                if archive.getinfo("config.json").file_size > LONGEST:
                    raise ModelError(f"{path}: its config.json is larger than {LONGEST // 2**20} MB")
                return archive.read("config.json").decode("utf-8")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ModelError(f"{path}: no such file") from None
    except KeyError:
        raise ModelError(f"{path}: a zip archive without a config.json, so no .keras file") from None
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})") from None
