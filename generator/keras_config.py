"""Models as Keras writes them: `model.to_json()` and `get_config()`, Sequential and Functional, old and new."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.errors import ModelError
from generator.fields import read_shape, shown
from generator.layers import Dim, Layer
from generator.model import INPUT, Model, Node, within
from generator.spec import DEEPEST, MODELS, Submodel, read_layer


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
        raise ModelError(f"the name '{shown(twice)}' is used twice")
    if table.get("class_name") == "Sequential":
        return _keras_row(rows, config, depth)
    return _keras_graph(rows, config, depth)


def _keras_row(rows: list[Any], config: Mapping[str, Any], depth: int) -> Model:
    shape = next((_batch_shape(row) for row in rows if _kind(row) == "InputLayer"), None)
    built = config.get("build_input_shape")
    if shape is None and isinstance(built, list):
        shape = read_shape(built[1:], "input")
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
            raise ModelError(f"'{shown(_name(row))}' is fed by nothing")
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
        raise ModelError(f"'{shown(_name(calls[min(left)].row))}': its inputs lead in a circle, or to no layer")


def _keras_layer(row: Any, number: int, depth: int) -> Layer:
    kind = _kind(row)
    try:
        if kind in MODELS:
            return Submodel(read_keras(row, depth + 1))
        return read_layer(_plain(kind, row.get("config"), depth), strict=False, depth=depth)
    except ModelError as error:
        raise ModelError(within(f"layer {number} ({shown(kind)} '{shown(_name(row))}')", error)) from None


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
        raise ModelError(f"a {shown(_kind(row))} has no name")
    return name


def _trainable(row: Mapping[str, Any]) -> bool:
    return row["config"].get("trainable", True) is not False


def _batch_shape(row: Mapping[str, Any]) -> tuple[Dim, ...]:
    shape = row["config"].get("batch_shape") or row["config"].get("batch_input_shape")
    if not isinstance(shape, list) or len(shape) < 2:
        raise ModelError(f"the input '{shown(_name(row))}' has no shape")
    return read_shape(shape[1:], _name(row))


def _calls(row: Mapping[str, Any]) -> list[Any]:
    calls = row.get("inbound_nodes")
    return calls if isinstance(calls, list) else []


def _sources(row: Mapping[str, Any], place: int, call: Any) -> tuple[tuple[str, int], ...]:
    """What a call is fed with: (layer's name, which of its calls)."""
    found = tuple(_histories([call.get("args"), call.get("kwargs")] if isinstance(call, Mapping) else call))
    if not found:
        raise ModelError(f"call {place + 1} of '{shown(_name(row))}' is fed by nothing")
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
                raise ModelError(f"the history {shown(history)} names no layer and call")
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
