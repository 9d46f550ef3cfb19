"""The JSON model format: models and their layers as tables.

Everything in a file is data: nothing of it is run, and every fault is one line that names the layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar

from generator.derivation import Line
from generator.errors import ModelError
from generator.fields import ARGUMENTS, READERS, near_misses, read_shape, shown
from generator.layers import KINDS, Bidirectional, Dim, Layer, Recurrent, Weight
from generator.layers.base import Shape, Worked, named
from generator.layers.recurrent import Stack
from generator.model import INPUT, Applied, Model, Node, within
from generator.notation import add

DEEPEST = 40  # nested models and wrapped layers
TALLEST = 1_000  # layers in a stack

PLACE = ("type", "id", "from", "share", "trainable", "num_layers", "name")
MODELS = ("Model", "Functional", "Sequential")
CHANGING = ("output_shape", "use_gate", "lora_rank")  # of Keras' layers: would change their weights
ALIASES = {"GlobalAvgPool": "GlobalAveragePooling", "AvgPool": "AveragePooling", "MaxPool": "MaxPooling",
           "Convolution": "Conv"}  # fmt: skip


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
        raise ModelError(near_misses("layer type", kind, KINDS))
    return _stacked(_layer(KINDS[kind], table, strict, depth), table)


def _layer(kind: type[Layer], table: Mapping[str, Any], strict: bool, depth: int) -> Layer:
    names = {each.name: each for each in fields(kind)}
    for name in table:
        if strict and name not in names and name not in PLACE and name not in ARGUMENTS:
            raise ModelError(near_misses("key", str(name), [*names, *PLACE]))
    if table.get("data_format") == "channels_first":
        raise ModelError("has its channels first, and models here have them last")
    for name in CHANGING:
        if name not in names and table.get(name):
            raise ModelError(f"has {name} {shown(table[name])}, and layers here are without")
    given = {name: _value(each, table[name], strict, depth) for name, each in names.items() if name in table}
    for name in kind.required:
        if given.get(name) is None:
            raise ModelError(f"'{name}' is missing")
    return kind(**{name: value for name, value in given.items() if value is not None or names[name].default is None})


def _value(place: Field[Any], value: object, strict: bool, depth: int) -> Any:
    """A field's value, checked by what the layer declares the field to be; lists become tuples."""
    name = place.name
    if name == "layer":
        return read_layer(value, strict, depth + 1)
    if value is None and name == "merge_mode":
        raise ModelError("merge_mode null gives two outputs, and a layer here has one")
    if value is None and name == "axis":
        raise ModelError("axis is null, and must be a whole number or a list of them")
    if value is None or place.type not in READERS:
        return value
    return READERS[str(place.type)](name, value)


def _stacked(layer: Layer, table: Mapping[str, Any]) -> Layer:
    times = table.get("num_layers", 1)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= TALLEST:
        raise ModelError(f"num_layers is {shown(times)}, and must be a whole number from 1 to {TALLEST:,}")
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
    def kind(self) -> str:
        return MODELS[0]

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
            raise ModelError(near_misses("key", str(name), allowed[:5]))
    inputs = _inputs(table)
    layers = table.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ModelError("'layers' is missing, or is not a list of layers")
    nodes: list[Node] = []
    known = set(inputs)
    for number, each in enumerate(layers, 1):
        node = _node(number, each, nodes, inputs, depth)
        if node.id in known:
            raise ModelError(f"layer {number} ({shown(each['type'])}): the id '{shown(node.id)}' is used twice")
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
    return {str(name): read_shape(shape, str(name)) for name, shape in given.items()}


def _node(number: int, table: Any, before: list[Node], inputs: Mapping[str, Any], depth: int) -> Node:
    where = f"layer {number}"
    if isinstance(table, Mapping) and isinstance(table.get("type"), str):
        where += f" ({shown(table['type'])})"
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
            raise ModelError(f"{where}: is fed by '{shown(each)}', which is no layer or input before it")
    id, share, trainable = table.get("id", f"layer_{number}"), table.get("share", ""), table.get("trainable", True)
    if not isinstance(trainable, bool):
        raise ModelError(f"{where}: 'trainable' must be true or false")
    if not isinstance(id, str) or not id:
        raise ModelError(f"{where}: the id is {shown(id)}, and must be a word")
    if not isinstance(share, str) or (share and known.get(share) is None):
        raise ModelError(f"{where}: shares the weights of '{shown(share)}', which is no layer before it")
    return Node(id, layer, tuple(fed), trainable, share)
