"""Counting the parameters of a model that applies a layer to several inputs."""

from generator.counting import counting
from generator.derivation import Problem
from generator.family import family
from generator.layers import LSTM, Dense, Embedding, Layer
from generator.layers.merge import Add, Concatenate, Subtract
from generator.listing import CONVENTION, SHOWN, joined, tell
from generator.model import Model, Node
from generator.notation import Sym
from generator.space import Axis, among, span

x, L, V, m, h, d = (
    Sym("features", "x"),
    Sym("length", "L"),
    Sym("vocabulary", "V"),
    Sym("embedding", "m"),
    Sym("units", "h"),
    Sym("hidden", "d"),
)
NUMBERS: dict[Sym, Axis] = {
    x: span(8, 120, bounds=(1, 100_000)),
    V: among(1000, 2000, 3000, 5000, 8000, 10_000, 20_000, bounds=(10, 1_000_000)),
    L: span(20, 200, step=10, bounds=(1, 10_000)),
    m: among(8, 16, 32, 50, 64, 100, 128, bounds=(1, 4096)),
    h: among(8, 16, 20, 24, 32, 48, 64, 96, 128, bounds=(1, 4096)),
    d: among(8, 10, 16, 20, 32, 40, 64, bounds=(1, 65_536)),
}
MERGED: dict[str, tuple[Layer, int, str]] = {
    "concatenate": (Concatenate(), 2, "concatenated"),
    "subtract": (Subtract(), 2, "subtracted from each other, element by element"),
    "add": (Add(), 3, "added up, element by element"),
}
ASKED = "How many parameters does the model have in all?"
NUMBER = {2: "two", 3: "three"}
TEXTS = {2: "a question and an answer", 3: "a question, an answer and a context"}
SHARED = {
    "dense": "The same dense layer of [[ units | counted('unit') ]] is applied to each item",
    "embedding": "All texts go through the same embedding of [[ vocabulary ]] words in [[ embedding ]] dimensions, "
    "and each text then through an `LSTM` layer of its own with [[ units | counted('unit') ]]",
    "encoder": "All texts go through the same embedding of [[ vocabulary ]] words in [[ embedding ]] dimensions "
    "and then through the same `LSTM` layer of [[ units | counted('unit') ]]",
}


@family(
    "shared-layer-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("functional", "shared"),
    shared=tuple(SHARED),
    merge=tuple(MERGED),
    told=("words", "keras", "pytorch"),
)
def shared_layer_parameters(shared: str, merge: str, told: str) -> Problem | None:
    """How many parameters a model has that applies the same layers to two or three inputs."""
    merged, several, result = MERGED[merge]
    if several == 3 and told == "pytorch":
        return None  # the longest listing, for what the others ask as well
    model = _model(shared, several, merged)
    found = tell(
        model,
        told,
        f"{SHARED[shared]}. The {NUMBER[several]} outputs are {result}; the result feeds a dense layer of "
        "[[ hidden | counted('unit') ]], which feeds one output unit.",
    )
    read = f"{NUMBER[several]} items of [[ features ]] numbers each"
    if shared != "dense":
        read = f"{TEXTS[several]} of [[ length ]] words each"
    opening = f"{SHOWN[told]} compares {read}."
    return counting(
        model,
        CONVENTION[told],
        ask=joined(opening, found.text, ASKED) if told == "words" else joined(opening, ASKED, found.text),
        numbers={sym: axis for sym, axis in NUMBERS.items() if sym not in ((V, L, m) if shared == "dense" else (x,))},
        code=found.code,
        given=found.given,
    )


def _model(shared: str, several: int, merged: Layer) -> Model:
    if shared == "dense":
        names = ("first", "second", "third")[:several]
        branches = _for_each(names, "", "code", Dense(h, "relu"), "encoder")
    else:
        names = ("question", "answer", "context")[:several]
        branches = _for_each(names, "", "words", Embedding(V, m), "embedding")
        branches += _for_each(names, "words", "code", LSTM(h), "encoder" if shared == "encoder" else "")
    head = (
        Node("merged", merged, tuple(f"{name}_code" for name in names)),
        Node("hidden", Dense(d, "relu"), ("merged",)),
        Node("score", Dense(1, "sigmoid"), ("hidden",)),
    )
    inputs = dict.fromkeys(names, (x,) if shared == "dense" else (L,))
    return Model(inputs, (*branches, *head), input_dtype="" if shared == "dense" else "int32")


def _for_each(names: tuple[str, ...], fed: str, made: str, layer: Layer, shared: str) -> list[Node]:
    """A layer for every input: the same one under the name ``shared``, or one each."""
    first, *others = names

    def node(name: str, share: str = "") -> Node:
        return Node(f"{name}_{made}", layer, (f"{name}_{fed}" if fed else name,), share=share, name=shared)

    return [node(first), *(node(name, f"{first}_{made}" if shared else "") for name in others)]
