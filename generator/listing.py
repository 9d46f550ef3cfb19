"""A model as a question tells it: in words, as Keras code, as PyTorch code, or as the table of a summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed

from generator.layers import Bidirectional, Dim, Recurrent
from generator.layers.base import Shape
from generator.layers.writing import by, source
from generator.model import Applied, Model, Node
from generator.notation import Expr, Num, Sym

CONVENTION = {"words": "classic", "keras": "keras", "pytorch": "pytorch", "summary": "keras"}
WAYS = tuple(CONVENTION)
"""The ways to tell a model; each goes with a convention to count by."""


@dataclass(frozen=True)
class Told:
    """A model told: Markdown for the stem, a listing, and the sizes that it names and nobody drew."""

    text: str = ""
    code: str = ""
    given: Mapping[Sym, Expr] = field(default_factory=dict)


def tell(model: Model, way: str) -> Told:
    """The model in one of `WAYS`; the text ends with how to count, where that makes a difference."""
    told = TELLERS[way](model)
    apart = "\n\n" if way == "summary" else " "
    text = apart.join(filter(None, (told.text, counted(model, CONVENTION[way]))))
    return changed(told, text=text)


SHOWN = {"keras": "this Keras model", "pytorch": "this PyTorch model", "summary": "the model with this summary"}


def stem(told: Told, way: str, question: str, intro: str, name: str) -> str:
    """A stem: a ``question`` about "{}", which is what the listing shows or, in words, the ``name`` that the ``intro``
    has given it.
    """
    if way == "words":
        return f"{intro} {question.format(name)}"
    return f"{question.format(SHOWN[way])}\n\n{told.text}".rstrip()


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
    """A table as Keras prints it, without the column that is asked for; of a graph with what feeds each layer."""
    sizes = Sizes()
    rows: list[tuple[str, ...]] = [("layer", "settings", "output shape"), ("---",) * 3]
    rows += [("input", "", by(sizes.named(shape))) for shape in model.inputs.values()]
    for each in model.applied("keras"):
        layer = each.node.layer
        frozen = "" if each.node.trainable else ", frozen"
        rows.append((f"`{layer.kind}`", layer.detail + frozen, by(sizes.named(each.output_shape))))
    if not model.in_a_row:
        names = ["name", "---", *(f"`{name}`" for name in (*model.inputs, *(node.id for node in model.nodes)))]
        feeds = ["fed by", "---", *([""] * len(model.inputs))]
        feeds += [", ".join(f"`{name}`" for name in node.inputs) for node in model.nodes]
        rows = [(name, *row, fed) for name, row, fed in zip(names, rows, feeds, strict=True)]
    return Told("\n".join(f"| {' | '.join(row)} |" for row in rows), given=sizes.given)


# --- code ----------------------------------------------------------------------------------------------------------


def _keras(model: Model) -> Told:
    return Told(code=_sequential(model) if model.in_a_row else _functional(model))


def _sequential(model: Model) -> str:
    (shape,) = model.inputs.values()
    rows = [f"layers.Input({_tuple(shape)})", *map(_call, model.nodes)]
    return "model = keras.Sequential([\n" + "".join(f"    {row},\n" for row in rows) + "])"


def _functional(model: Model) -> str:
    shared = {node.share for node in model.nodes if node.share}
    rows = [f"{name} = keras.Input({_tuple(shape)})" for name, shape in model.inputs.items()]
    for node in model.nodes:
        call = _call(node)
        if node.share:
            call = f"{node.share}_layer"
        elif node.id in shared:
            rows.append(f"{node.id}_layer = {call}")
            call = f"{node.id}_layer"
        rows.append(f"{node.id} = {call}({_fed(node)})")
    rows.append(f"model = keras.Model({_listed(model.inputs)}, {_listed(model.last)})")
    return "\n".join(rows)


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
    """``nn.Sequential`` where that can hold the layers, else the modules by name, as ``__init__`` makes them."""
    sizes = Sizes()
    if model.in_a_row and not any(map(_cell, model.layers)):
        rows = [row for each in model.applied("pytorch") for row in each.node.layer.pytorch(sizes.named(each.fed))]
        return Told(code="model = nn.Sequential(\n" + "".join(f"    {r},\n" for r in rows) + ")", given=sizes.given)
    rows = [f"{name} = {row}" for each in model.applied("pytorch") for name, row in _modules(each, sizes)]
    return Told(code="\n".join(rows), given=sizes.given)


def _modules(each: Applied, sizes: Sizes) -> Iterator[tuple[str, str]]:
    """The modules of a layer that has weights, by name; those of a shared layer once."""
    if each.weights and each.counted:
        call, *_ = each.node.layer.pytorch(sizes.named(each.fed))
        yield f"self.{each.node.id}", call


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
