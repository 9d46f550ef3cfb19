"""Reading models: the JSON model format, and what Keras writes (`to_json`, `get_config`, `.keras` archives).

Everything in a file is data: nothing of it is run, and every fault is one line that names the layer.
"""

from __future__ import annotations

import heapq
import json
import lzma
import math
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar

from generator.derivation import Line
from generator.errors import ModelError
from generator.layers import KINDS, Bidirectional, Dim, Layer, Recurrent, Weight
from generator.layers.base import Shape, Worked, named
from generator.layers.recurrent import MERGES, Stack
from generator.model import INPUT, Applied, Model, Node, within
from generator.notation import add

LARGEST = 10**9  # a size beyond it is a slip of the pen, or an attack
DEEPEST = 40  # nested models and wrapped layers
LONGEST = 64 * 2**20  # bytes of a file
TALLEST = 1_000  # layers in a stack

PLACE = ("type", "id", "from", "share", "trainable", "num_layers", "name")
MODELS = ("Model", "Functional", "Sequential")
ALIASES = {"GlobalAvgPool": "GlobalAveragePooling", "AvgPool": "AveragePooling", "MaxPool": "MaxPooling",
           "Convolution": "Conv"}  # fmt: skip
TEXT = {"padding": ("valid", "same", "causal"), "merge_mode": MERGES}
FROM_ZERO = ("padding", "output_padding", "cropping")


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
        raise ModelError(_unknown("layer type", kind, KINDS))
    return _stacked(_layer(KINDS[kind], table, strict, depth), table)


def _layer(kind: type[Layer], table: Mapping[str, Any], strict: bool, depth: int) -> Layer:
    names = {each.name: each for each in fields(kind)}
    for name in table:
        if strict and name not in names and name not in PLACE and name not in ARGUMENTS:
            raise ModelError(_unknown("key", str(name), [*names, *PLACE]))
    if table.get("data_format") == "channels_first":
        raise ModelError("has its channels first, and models here have them last")
    given = {name: _value(each, table[name], strict, depth) for name, each in names.items() if name in table}
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


def _value(place: Field[Any], value: object, strict: bool, depth: int) -> Any:
    """A field's value, checked by what the layer declares the field to be; lists become tuples."""
    name = place.name
    if name == "layer":
        return read_layer(value, strict, depth + 1)
    if value is None and name == "merge_mode":
        raise ModelError("merge_mode null gives two outputs, and a layer here has one")
    if value is None or place.type not in READERS:
        return value
    return READERS[str(place.type)](name, value)


def _whole(name: str, value: object) -> int:
    least = 0 if name in FROM_ZERO else 1
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise ModelError(f"{name} is {_shown(value)}, and must be a whole number from {least} to {LARGEST:,}")
    return value


def _integer(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST:
        raise ModelError(f"{name} is {_shown(value)}, and must be a whole number")
    return value


def _integers(name: str, value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 8:
        raise ModelError(f"{name} is {_shown(value)}, and must be a list of at most eight whole numbers")
    return tuple(_integer(name, each) for each in value)


def _per_axis(name: str, value: object) -> int | tuple[int, ...]:
    if isinstance(value, list) and 1 <= len(value) <= 3:
        return tuple(_whole(name, each) for each in value)
    return _whole(name, value)


def _padding(name: str, value: object) -> str | int | tuple[int, ...]:
    return _text(name, value.lower()) if isinstance(value, str) else _per_axis(name, value)


def _pairs(name: str, value: object) -> Any:
    """2, (2, 1) or ((1, 2), (0, 3))."""
    if not isinstance(value, list) or not 1 <= len(value) <= 3:
        return _whole(name, value)
    if any(isinstance(each, list) and len(each) != 2 for each in value):
        raise ModelError(f"{name} is {_shown(value)}, and each axis has one number before and one after")
    return tuple(_per_axis(name, each) for each in value)


def _sides(name: str, value: object) -> tuple[Dim, ...]:
    """A shape in which one side may be -1."""
    if not isinstance(value, list) or len(value) > 8:
        raise ModelError(f"{name} is {_shown(value)}, and must be a list of at most eight sides")
    return tuple(each if each in (-1, None) and not isinstance(each, float) else _whole(name, each) for each in value)


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ModelError(f"{name} is {_shown(value)}, and must be true or false")
    return value


def _number(name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= 1e300:
        raise ModelError(f"{name} is {_shown(value)}, and must be a number")
    return value


def _text(name: str, value: object) -> str:
    allowed = TEXT.get(name, ())
    if not isinstance(value, str):
        raise ModelError(f"{name} is {_shown(value)}, and must be a word")
    if allowed and value not in allowed:
        raise ModelError(f"{name}: {_unknown('value', value, allowed)}")
    return value


def _function(name: str, value: object) -> str | None:
    """A function by its name; Keras may write an object instead."""
    return value if isinstance(value, str) else None


READERS: dict[str, Callable[[str, Any], Any]] = {
    "Dim": _whole, "int": _integer, "PerAxis": _per_axis, "str | PerAxis": _padding, "Pairs": _pairs,
    "tuple[Dim, ...]": _sides, "tuple[int, ...]": _integers, "tuple[int, ...] | None": _integers,
    "bool": _yes_or_no, "float": _number, "str": _text, "str | None": _function,
}  # fmt: skip
"""How a field is read, by the type that its layer declares for it."""


def _shown(value: object) -> str:
    """A value in a message: a line, printable and short, whatever it is."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**60:
        return f"a number of {int(math.log10(abs(value))) + 1:,} digits"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inner, value[:4]))}{', …' * (len(value) > 4)}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = str(value)
    return "".join(char if char.isprintable() else "�" for char in text[:60]) + ("…" if len(text) > 60 else "")


def _inner(value: object) -> str:
    return "[…]" if isinstance(value, list | tuple) else _shown(value)


def _unknown(what: str, name: str, allowed: Iterable[str]) -> str:
    """One clause that names the unknown word, the nearest allowed one, and all that are allowed if they are few."""
    names = sorted(allowed)
    near = get_close_matches(name[:60], names, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    told = f" Allowed: {', '.join(names)}" if len(names) <= 24 else ""
    return f"unknown {what} '{_shown(name)}'.{hint}{told}"


def _stacked(layer: Layer, table: Mapping[str, Any]) -> Layer:
    times = table.get("num_layers", 1)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= TALLEST:
        raise ModelError(f"num_layers is {_shown(times)}, and must be a whole number from 1 to {TALLEST:,}")
    if times == 1:
        return layer
    if not isinstance(layer, Recurrent | Bidirectional):
        raise ModelError("has num_layers, and only recurrent layers are stacked")
    return Stack(layer, times)


@dataclass(frozen=True)
class Submodel(Layer):
    """A model used as a layer."""

    model: Model = field(default_factory=lambda: Model({INPUT: (None,)}, ()))
    known: dict[Any, list[Applied]] = field(default_factory=dict, compare=False, repr=False)

    abstract: ClassVar[bool] = True

    @property
    def merges(self) -> bool:  # type: ignore[override]
        return len(self.model.inputs) > 1

    def applied(self, shape: Shape, convention: str) -> list[Applied]:
        """Its nodes on the shapes that it is fed; kept, as models in models would else be walked 2ⁿ times."""
        fed = tuple(shape) if self.merges else (tuple(shape),)
        if len(fed) != len(self.model.inputs):
            raise ModelError(f"has {len(self.model.inputs)} inputs, and is given {len(fed)}")
        if (fed, convention) not in self.known:
            inputs = dict(zip(self.model.inputs, fed, strict=True))
            self.known[fed, convention] = list(Model(inputs, self.model.nodes, self.model.outputs).applied(convention))
        return self.known[fed, convention]

    def check(self, shape: Shape, convention: str) -> None:
        self.applied(shape, convention)
        if len(self.model.last) > 1:
            raise ModelError(f"has {len(self.model.last)} outputs, and a layer here has one")

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        return tuple(weight for each in self.applied(shape, convention) if each.counted for weight in each.weights)

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        found = {each.node.id: each.output_shape for each in self.applied(shape, convention)}
        inputs: dict[str, Any] = dict(zip(self.model.inputs, shape if self.merges else (shape,), strict=True))
        return tuple({**inputs, **found}[self.model.last[0]])

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        counted = [each for each in self.applied(shape, convention) if each.weights and each.counted]
        if not counted:
            return Worked()
        works = [
            each.node.layer.worked(each.fed, convention, f"{tag}.{n}" if tag else str(n))
            for n, each in enumerate(counted, 1)
        ]
        total = named("S", tag)
        line = Line(total, add(*(work.count for work in works if work.count)), "inner model: all layers", result=True)
        return Worked((*(line for work in works for line in work.lines), line), (), total)

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
            raise ModelError(_unknown("key", str(name), allowed[:5]))
    inputs = _inputs(table)
    layers = table.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ModelError("'layers' is missing, or is not a list of layers")
    nodes: list[Node] = []
    known = set(inputs)
    for number, each in enumerate(layers, 1):
        node = _node(number, each, nodes, inputs, depth)
        if node.id in known:
            raise ModelError(f"layer {number} ({_shown(each['type'])}): the id '{_shown(node.id)}' is used twice")
        known.add(node.id)
        nodes.append(node)
    outputs, dtype = table.get("outputs", []), table.get("input_dtype", "")
    if isinstance(dtype, Mapping):
        dtype = {str(name): str(each)[:20] for name, each in dtype.items()}
    elif not isinstance(dtype, str):
        raise ModelError("'input_dtype' must be a word, or a table of one for each input")
    if not isinstance(outputs, list) or not all(isinstance(each, str) and each in known for each in outputs):
        raise ModelError("'outputs' must be a list of the layers' ids")
    return Model(inputs, tuple(nodes), tuple(outputs), dtype)


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


def _node(number: int, table: Any, before: list[Node], inputs: Mapping[str, Any], depth: int) -> Node:
    where = f"layer {number}"
    if isinstance(table, Mapping) and isinstance(table.get("type"), str):
        where += f" ({_shown(table['type'])})"
    try:
        layer = read_layer(table, depth=depth)
    except ModelError as error:
        raise ModelError(within(where, error)) from None
    known = {**dict.fromkeys(inputs), **{node.id: node for node in before}}
    fed = table.get("from", [before[-1].id if before else next(iter(inputs))])
    if not isinstance(fed, list) or not fed:
        raise ModelError(f"{where}: 'from' must be a list of ids")
    for each in fed:
        if not isinstance(each, str) or each not in known:
            raise ModelError(f"{where}: is fed by '{_shown(each)}', which is no layer or input before it")
    id, share, trainable = table.get("id", f"layer_{number}"), table.get("share", ""), table.get("trainable", True)
    if not isinstance(trainable, bool):
        raise ModelError(f"{where}: 'trainable' must be true or false")
    if not isinstance(id, str) or not id:
        raise ModelError(f"{where}: the id is {_shown(id)}, and must be a word")
    if not isinstance(share, str) or (share and known.get(share) is None):
        raise ModelError(f"{where}: shares the weights of '{_shown(share)}', which is no layer before it")
    return Node(id, layer, tuple(fed), trainable, share)


# --- Keras ---------------------------------------------------------------------------------------------------------


def read_keras(table: Mapping[str, Any], depth: int = 0) -> Model:
    """A model from Keras' own configuration, Sequential or Functional."""
    if depth > DEEPEST:
        raise ModelError("models are nested too deeply")
    config = table.get("config")
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
        raise ModelError("holds no Keras model: 'config' has no list 'layers'")
    rows = config["layers"]
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping) or not isinstance(row.get("config"), Mapping):
            raise ModelError(f"layer {number}: is no table with a 'config'")
    names = [_name(row) for row in rows]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ModelError(f"the name '{_shown(twice)}' is used twice")
    if table.get("class_name") == "Sequential":
        return _keras_row(rows, config, depth)
    return _keras_graph(rows, config, depth)


def _keras_row(rows: list[Any], config: Mapping[str, Any], depth: int) -> Model:
    shape = next((_batch_shape(row) for row in rows if _kind(row) == "InputLayer"), None)
    built = config.get("build_input_shape")
    if shape is None and isinstance(built, list):
        shape = _shape(built[1:], "input")
    if shape is None and rows and "batch_input_shape" in rows[0]["config"]:
        shape = _batch_shape(rows[0])
    if shape is None:
        raise ModelError("the model has no input shape: build it before you save it")
    nodes: list[Node] = []
    for row in rows:
        if _kind(row) != "InputLayer":
            before = nodes[-1].id if nodes else INPUT
            layer = _keras_layer(row, len(nodes) + 1, depth)
            nodes.append(Node(_name(row), layer, (before,), _trainable(row), name=_name(row)))
    return Model({INPUT: shape}, tuple(nodes))


@dataclass(frozen=True)
class Call:
    """A layer in its place in a Keras graph: its row, which of its calls this is, and what feeds it."""

    row: Mapping[str, Any]
    place: int
    sources: tuple[tuple[str, int], ...]


def _keras_graph(rows: list[Any], config: Mapping[str, Any], depth: int) -> Model:
    inputs = {_name(row): _batch_shape(row) for row in rows if _kind(row) == "InputLayer"}
    if not inputs:
        raise ModelError("the model has no input")
    layers: dict[str, Layer] = {}
    owners: dict[str, str] = {}  # the call that comes first has the weights
    nodes: list[Node] = []
    ids = {(name, 0): name for name in inputs}
    for call in _ordered([row for row in rows if _kind(row) != "InputLayer"], set(ids)):
        name = _name(call.row)
        if name not in layers:
            layers[name] = _keras_layer(call.row, len(nodes) + 1, depth)
        ids[name, call.place] = id = name if call.place == 0 else f"{name}#{call.place + 1}"
        fed = tuple(ids[source] for source in call.sources)
        owner = owners.setdefault(name, id)
        nodes.append(Node(id, layers[name], fed, _trainable(call.row), "" if owner == id else owner, name))
    outputs = tuple(ids[source] for source in _histories(config.get("output_layers", [])) if source in ids)
    return Model(inputs, tuple(nodes), outputs)


def _ordered(rows: list[Any], known: set[tuple[str, int]]) -> Iterator[Call]:
    """Every call after those that feed it, else as in the file."""
    calls: list[Call] = []
    for row in rows:
        found = _calls(row)
        if not found:
            raise ModelError(f"'{_shown(_name(row))}' is fed by nothing")
        calls += [Call(row, place, _sources(row, place, call)) for place, call in enumerate(found)]
    waiting = [set(call.sources) - known for call in calls]
    if_done: dict[tuple[str, int], list[int]] = {}
    for number, missing in enumerate(waiting):
        for source in missing:
            if_done.setdefault(source, []).append(number)
    ready = [number for number, missing in enumerate(waiting) if not missing]
    left = set(range(len(calls)))
    while ready:
        number = heapq.heappop(ready)
        left.remove(number)
        yield calls[number]
        for after in if_done.get((_name(calls[number].row), calls[number].place), []):
            waiting[after].discard((_name(calls[number].row), calls[number].place))
            if not waiting[after]:
                heapq.heappush(ready, after)
    if left:
        raise ModelError(f"'{_shown(_name(calls[min(left)].row))}': its inputs lead in a circle, or to no layer")


def _keras_layer(row: Any, number: int, depth: int) -> Layer:
    kind = _kind(row)
    try:
        if kind in MODELS:
            return Submodel(read_keras(row, depth + 1))
        return read_layer(_plain(kind, row.get("config"), depth), strict=False, depth=depth)
    except ModelError as error:
        raise ModelError(within(f"layer {number} ({_shown(kind)} '{_shown(_name(row))}')", error)) from None


def _plain(kind: str, config: object, depth: int) -> dict[str, Any]:
    """A Keras layer's configuration in the JSON model format."""
    if depth > DEEPEST:
        raise ModelError("is nested too deeply")
    if not isinstance(config, Mapping):
        raise ModelError("has no 'config'")
    found: dict[str, Any] = {**config, "type": kind}
    if isinstance(config.get("layer"), Mapping):
        inner = config["layer"]
        found["layer"] = _plain(_kind(inner), inner.get("config"), depth + 1)
    return found


def _kind(row: Mapping[str, Any]) -> str:
    kind = row.get("class_name")
    return kind if isinstance(kind, str) else "?"


def _name(row: Mapping[str, Any]) -> str:
    name = row["config"].get("name") or row.get("name")
    if not isinstance(name, str):
        raise ModelError(f"a {_shown(_kind(row))} has no name")
    return name


def _trainable(row: Mapping[str, Any]) -> bool:
    return row["config"].get("trainable", True) is not False


def _batch_shape(row: Mapping[str, Any]) -> tuple[Dim, ...]:
    shape = row["config"].get("batch_shape") or row["config"].get("batch_input_shape")
    if not isinstance(shape, list) or len(shape) < 2:
        raise ModelError(f"the input '{_shown(_name(row))}' has no shape")
    return _shape(shape[1:], _name(row))


def _calls(row: Mapping[str, Any]) -> list[Any]:
    calls = row.get("inbound_nodes")
    return calls if isinstance(calls, list) else []


def _sources(row: Mapping[str, Any], place: int, call: Any) -> tuple[tuple[str, int], ...]:
    """What a call is fed with: (layer's name, which of its calls)."""
    found = tuple(_histories([call.get("args"), call.get("kwargs")] if isinstance(call, Mapping) else call))
    if not found:
        raise ModelError(f"call {place + 1} of '{_shown(_name(row))}' is fed by nothing")
    return found


def _histories(value: Any, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Every tensor in Keras' arguments, in order; in the newer form by its history, in the older [name, call, …]."""
    if depth > DEEPEST:
        raise ModelError("the inputs of a layer are nested too deeply")
    if isinstance(value, Mapping):
        config = value.get("config")
        history = config.get("keras_history") if isinstance(config, Mapping) else None
        if isinstance(history, list) and len(history) >= 2:
            if not isinstance(history[0], str) or not isinstance(history[1], int):
                raise ModelError(f"the history {_shown(history)} names no layer and call")
            yield history[0], history[1]
        else:
            for each in value.values():
                yield from _histories(each, depth + 1)
    elif isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
            yield value[0], value[1]
            yield from _histories(value[3:], depth + 1)  # what else the call was given, by name
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
    for _ in range(DEEPEST):
        if not isinstance(table, Mapping):
            break
        if "class_name" in table:
            return read_keras(table)
        if "layers" in table:
            rows = table["layers"] if isinstance(table["layers"], list) else []
            if any(isinstance(row, Mapping) and "class_name" in row for row in rows):
                functional = any(isinstance(row, Mapping) and row.get("inbound_nodes") for row in rows)
                return read_keras({"class_name": "Functional" if functional else "Sequential", "config": table})
            break
        held = [table[name] for name in ("spec", "model", "keras_json") if isinstance(table.get(name), Mapping)]
        if not held:
            break
        table = held[0]
    return read_spec(table)


def _tables(path: Path, text: str | None) -> Iterator[object]:
    text = _content(path) if text is None else text.removeprefix("\ufeff")
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise ModelError(f"{path}: not valid JSON: the file is empty")
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


BROKEN = (OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError)


def _content(path: Path) -> str:
    """The JSON in a file; of a .keras archive, the configuration in it."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open("config.json") as file:
                return _limited(file.read(LONGEST + 1), f"{path}: its config.json")
        with path.open("rb") as file:
            return _limited(file.read(LONGEST + 1), f"{path}:")
    except FileNotFoundError:
        raise ModelError(f"{path}: no such file") from None
    except KeyError:
        raise ModelError(f"{path}: a zip archive without a config.json, so no .keras file") from None
    except UnicodeDecodeError:
        raise ModelError(f"{path}: cannot be read (not UTF-8 text)") from None
    except BROKEN as error:
        reason = getattr(error, "strerror", None) or "a broken archive"
        raise ModelError(f"{path}: cannot be read ({reason})") from None


def _limited(content: bytes, what: str) -> str:
    if len(content) > LONGEST:
        raise ModelError(f"{what} is larger than {LONGEST // 2**20} MB")
    return content.decode("utf-8-sig")
