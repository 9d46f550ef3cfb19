"""A model as a question tells it: in words, as Keras code, as PyTorch code, or as the table of a summary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed

from generator.layers import Bidirectional, Dim, Embedding, Recurrent
from generator.layers.base import Shape
from generator.layers.writing import by, source
from generator.model import Applied, Model, Node
from generator.notation import Expr, Num, Sym

CONVENTION = {"words": "classic", "keras": "keras", "pytorch": "pytorch", "summary": "keras"}
WAYS = tuple(CONVENTION)
"""The ways to tell a model; each goes with a convention to count by."""
SHOWN = {
    "words": "A model",
    "keras": "This Keras model",
    "pytorch": "This PyTorch model",
    "summary": "The model with this summary",
}


@dataclass(frozen=True)
class Told:
    """A model told: Markdown for the stem, a listing, and the sizes that it names and nobody drew."""

    text: str = ""
    code: str = ""
    given: Mapping[Sym, Expr] = field(default_factory=dict)


def tell(model: Model, way: str, words: str = "") -> Told:
    """The model in one of `WAYS`; the text ends with how to count, where that makes a difference.

    ``words``: how the family puts a graph in words; layers in a row are told one after the other.
    """
    told = Told(words) if words and way == "words" else TELLERS[way](model)
    gap = "" if told.text.endswith("\n") else " "
    return changed(told, text=f"{told.text}{gap}{counted(model, CONVENTION[way])}".strip(" "))


def joined(*parts: str) -> str:
    """The parts of a stem one after the other; a table stays a paragraph of its own."""
    return re.sub(r" *\n\n *", "\n\n", " ".join(filter(None, parts))).strip()


def stem(told: Told, way: str, question: str, intro: str, name: str) -> str:
    """A stem: a ``question`` about "{}", which is what the listing shows or, in words, the ``name`` that the ``intro``
    has given it.
    """
    if way == "words":
        return f"{intro} {question.format(name)}"
    shown = SHOWN[way]
    return joined(question.format(shown[0].lower() + shown[1:]), told.text)


def counted(model: Model, convention: str) -> str:
    """The convention in the words of a stem; empty where all conventions count alike."""
    cells = [cell for layer in model.layers if (cell := _cell(layer)) and cell.use_bias]
    if convention != "classic":
        return f"Count as {'Keras' if convention == 'keras' else 'PyTorch'} does." if cells else ""
    if not cells:
        return ""
    per = "unit" if all(cell.gates == 1 for cell in cells) else "gate and unit"
    return f"Count as textbooks do, with one bias per {per}."


def _cell(layer: object) -> Recurrent | None:
    inner = layer.layer if isinstance(layer, Bidirectional) else layer
    return inner if isinstance(inner, Recurrent) else None


# --- words and tables ----------------------------------------------------------------------------------------------


def _words(model: Model) -> Told:
    return Told(", then ".join(layer.words() for layer in model.layers) + ".")


def _summary(model: Model) -> Told:
    """A table as Keras prints it, without the column that is asked for; a paragraph of its own."""
    if not _plain(model):
        return _connected(model)
    sizes = Sizes()
    rows = [f"| input | | {by(sizes.named(shape))} |" for shape in model.inputs.values()]
    for each in model.applied("keras"):
        rows.append(f"| `{each.node.layer.kind}` | {_detail(each.node)} | {by(sizes.named(each.output_shape))} |")
    table = "\n".join(["| layer | settings | output shape |", "|---|---|---|", *rows])
    return Told(f"\n\n{table}\n\n", given=sizes.given)


def _connected(model: Model) -> Told:
    """The table of a graph: every layer by name, and what feeds it."""
    sizes = Sizes()
    rows = [f"| `{name}` (input) | | | {by(sizes.named(shape))} |" for name, shape in model.inputs.items()]
    for each in model.applied("keras"):
        node, size = each.node, by(sizes.named(each.output_shape))
        fed = ", ".join(f"`{name}`" for name in node.inputs)
        rows.append(f"| `{node.id}` (`{node.layer.kind}`) | {_detail(node)} | {fed} | {size} |")
    table = "\n".join(["| layer | settings | fed by | output shape |", "|---|---|---|---|", *rows])
    return Told(f"\n\n{table}\n\n", given=sizes.given)


def _detail(node: Node) -> str:
    shared = f"the weights of `{node.share}`" if node.share else node.layer.detail
    return ", ".join(filter(None, (shared, "" if node.trainable else "frozen")))


def _plain(model: Model) -> bool:
    """Whether each layer is applied once, to what the layer before it puts out."""
    return model.in_a_row and not any(layer.several for layer in model.layers)


# --- code ----------------------------------------------------------------------------------------------------------


def _keras(model: Model) -> Told:
    return Told(code=_sequential(model) if _plain(model) else _functional(model))


def _sequential(model: Model) -> str:
    (shape,) = model.inputs.values()
    rows = [f"layers.Input({_tuple(shape)})", *map(_call, model.nodes)]
    return "model = keras.Sequential([\n" + "".join(f"    {row},\n" for row in rows) + "])"


def _functional(model: Model) -> str:
    """A layer that is applied several times gets a name of its own, where it is first applied."""
    names = _names(model)
    rows = [f"{name} = keras.Input({_tuple(shape)}{_dtype(model, name)})" for name, shape in model.inputs.items()]
    for node in model.nodes:
        call = names.get(node.share or node.id) or _call(node)
        if node.id in names:
            rows.append(f"{call} = {_call(node)}")
        rows.append(f"{node.id} = {call}({_fed(node)})")
    rows.append(f"model = keras.Model({_listed(model.inputs)}, {_listed(model.last)})")
    return "\n".join(rows)


def _names(model: Model) -> dict[str, str]:
    """The layers that several nodes share, by the id of the first of them."""
    shared = {node.share for node in model.nodes}
    return {node.id: node.name or f"{node.id}_layer" for node in model.nodes if node.id in shared}


def _dtype(model: Model, name: str) -> str:
    words = any(isinstance(node.layer, Embedding) and name in node.inputs for node in model.nodes)
    return ', dtype="int32"' if words else ""


def _call(node: Node) -> str:
    return node.layer.keras(*([] if node.trainable else ["trainable=False"]))


def _fed(node: Node) -> str:
    if node.layer.merges:
        return f"[{', '.join(node.inputs)}]"
    return ", ".join(node.inputs * 2 if node.layer.several and len(node.inputs) == 1 else node.inputs)


def _listed(names: Mapping[str, object] | tuple[str, ...]) -> str:
    return next(iter(names)) if len(names) == 1 else f"[{', '.join(names)}]"


def _tuple(shape: tuple[Dim, ...]) -> str:
    return f"({', '.join(map(source, shape))}{',' * (len(shape) == 1)})"


def _pytorch(model: Model) -> Told:
    """``nn.Sequential`` where that can hold the layers, else the modules by name, as ``__init__`` makes them; of a
    graph the whole class.
    """
    sizes = Sizes()
    if not _plain(model):
        return Told(code=_module(model, sizes), given=sizes.given)
    if not any(map(_cell, model.layers)):
        rows = [row for each in model.applied("pytorch") for row in each.node.layer.pytorch(sizes.named(each.fed))]
        return Told(code="model = nn.Sequential(\n" + "".join(f"    {r},\n" for r in rows) + ")", given=sizes.given)
    rows = [f"{name} = {row}" for each in model.applied("pytorch") for name, row in _modules(each, sizes)]
    return Told(code="\n".join(rows), given=sizes.given)


def _modules(each: Applied, sizes: Sizes) -> Iterator[tuple[str, str]]:
    """The modules of a layer that has weights, by name; those of a shared layer once."""
    if each.weights and each.counted:
        call, *_ = each.node.layer.pytorch(sizes.named(each.fed))
        yield f"self.{each.node.id}", call


def _module(model: Model, sizes: Sizes) -> str:
    """A graph as a class: its modules, and how they feed each other."""
    names = {node.id: node.name or node.id for node in model.nodes}
    made, fed = list[str](), list[str]()
    for each in model.applied("pytorch"):
        node = each.node
        if not node.layer.merges and each.counted:
            calls = node.layer.pytorch(sizes.named(each.fed))
            made += [f"self.{names[node.id]} = {call}" for call in calls[:1]]
        fed.append(f"{node.id} = {node.layer.forward(f'self.{names[node.share or node.id]}', node.inputs)}")
    init, run = (" " * 8 + f"\n{' ' * 8}".join(rows) for rows in (["super().__init__()", *made], fed))
    inputs, outputs = ", ".join(model.inputs), ", ".join(model.last)
    return (
        f"class Model(nn.Module):\n    def __init__(self):\n{init}\n\n"
        f"    def forward(self, {inputs}):\n{run}\n        return {outputs}"
    )


@dataclass
class Sizes:
    """Sizes that a listing must show and that nobody drew: each gets a name, to be worked out for every question."""

    word: str = "given_size"
    given: dict[Sym, Expr] = field(default_factory=dict)

    def named(self, shape: Shape) -> tuple[Dim, ...]:
        return tuple(map(self._name, shape))

    def _name(self, side: Dim) -> Dim:
        if not isinstance(side, Expr) or isinstance(side, Sym | Num):
            return side
        known = {expr: sym for sym, expr in self.given.items()}
        if side not in known:
            number = len(self.given) + 1
            known[side] = Sym(f"{self.word}_{number}", f"s_{{{number}}}")
            self.given[known[side]] = side
        return known[side]


TELLERS: dict[str, Callable[[Model], Told]] = {
    "words": _words, "keras": _keras, "pytorch": _pytorch, "summary": _summary,
}  # fmt: skip
