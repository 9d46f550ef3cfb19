"""Counting the parameters of a model with two inputs of different kinds, and one or two outputs."""

from generator.counting import counting
from generator.derivation import Problem, Slip, slip
from generator.families.recurrent_parameters import configured
from generator.family import family
from generator.layers import GRU, LSTM, Dense, Embedding
from generator.layers.base import named
from generator.layers.merge import Concatenate
from generator.listing import CONVENTION, SHOWN, WAYS, joined, tell
from generator.model import Model, Node
from generator.notation import Sym
from generator.space import Axis, among, span

L, V, m, s, h, x, n, d, c = (
    Sym("length", "L"),
    Sym("vocabulary", "V"),
    Sym("embedding", "m"),
    Sym("sensors", "s"),
    Sym("units", "h"),
    Sym("features", "x"),
    Sym("dense_units", "n"),
    Sym("hidden", "d"),
    Sym("classes", "c"),
)
NUMBERS: dict[Sym, Axis] = {
    L: span(20, 200, step=10, bounds=(1, 10_000)),
    V: among(1000, 2000, 3000, 5000, 8000, 10_000, 20_000, bounds=(10, 1_000_000)),
    m: among(8, 16, 32, 50, 64, 100, 128, bounds=(1, 4096)),
    s: span(3, 16, bounds=(1, 4096)),
    h: among(8, 16, 20, 24, 32, 48, 64, 96, 128, bounds=(1, 4096)),
    x: span(5, 30, bounds=(1, 100_000)),
    n: among(4, 8, 12, 16, 32, bounds=(1, 65_536)),
    d: among(8, 10, 16, 20, 32, 40, 64, bounds=(1, 65_536)),
    c: span(3, 12, bounds=(2, 10_000)),
}
UNUSED = {"text": {s}, "series": {V, m}, "dense": set[Sym](), "raw": {n}}
ASKED = "How many parameters does the model have in all?"
READ = {
    "text": "a review of [[ length ]] words and [[ features ]] numbers about the customer",
    "series": "a series of [[ length ]] timesteps from [[ sensors ]] sensors and [[ features ]] numbers about the "
    "machine",
}
FIRST = {
    "text": "The review goes through an embedding of [[ vocabulary ]] words in [[ embedding ]] dimensions and an "
    "`LSTM` layer of [[ units | counted('unit') ]]",
    "series": "The series goes through a `GRU` layer of [[ units | counted('unit') ]]",
}
SECOND = {
    "dense": ", and the numbers through a dense layer of [[ dense_units | counted('unit') ]]. The two outputs are "
    "concatenated",
    "raw": ". Its output is concatenated with the numbers as they are",
}
HEADS = {
    1: "an output layer of [[ classes | counted('unit') ]]",
    2: "two output layers, one of [[ classes | counted('unit') ]] and one of a single unit",
}


@family(
    "multi-input-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("functional", "rnn"),
    branch=tuple(READ),
    numbers=tuple(SECOND),
    outputs=tuple(HEADS),
    told=WAYS,
)
def multi_input_parameters(branch: str, numbers: str, outputs: int, told: str) -> Problem | None:
    """How many parameters a model with two inputs and one or two outputs has."""
    if branch == "series" and numbers == "raw":
        return None  # numbers as they are meet a text; once is enough
    model = _model(branch, numbers, outputs, CONVENTION[told])
    feeding = "the result feeds a dense layer of [[ hidden | counted('unit') ]], which feeds"
    found = tell(model, told, f"{FIRST[branch]}{SECOND[numbers]}; {feeding} {HEADS[outputs]}.")
    opening = f"{SHOWN[told]} reads {READ[branch]}."
    return counting(
        model,
        CONVENTION[told],
        ask=joined(opening, found.text, ASKED) if told == "words" else joined(opening, ASKED, found.text),
        numbers={sym: axis for sym, axis in NUMBERS.items() if sym not in UNUSED[branch] | UNUSED[numbers]},
        slips=_slips(model, outputs),
        code=found.code,
        given=found.given,
    )


def _slips(model: Model, outputs: int) -> list[Slip]:
    if outputs == 1:
        return []
    last = sum(bool(node.layer.weights((1, 1), "keras")) for node in model.nodes if not node.layer.merges)
    return [slip("outputs-in-a-row", "fed the second output layer with the first", {named("P", str(last)): c + 1})]


def _model(branch: str, numbers: str, outputs: int, convention: str) -> Model:
    if branch == "text":
        nodes = [Node("words", Embedding(V, m), ("review",)), Node("state", LSTM(h), ("words",))]
    else:
        nodes = [Node("state", configured(GRU, convention, units=h), ("series",))]
    if numbers == "dense":
        nodes.append(Node("facts", Dense(n, "relu"), ("numbers",)))
    nodes += [
        Node("merged", Concatenate(), ("state", "facts" if numbers == "dense" else "numbers")),
        Node("hidden", Dense(d, "relu"), ("merged",)),
        Node("category", Dense(c, "softmax"), ("hidden",)),
    ]
    if outputs == 2:
        nodes.append(Node("score", Dense(1, "sigmoid"), ("hidden",)))
    inputs = {"review": (L,), "numbers": (x,)} if branch == "text" else {"series": (L, s), "numbers": (x,)}
    dtype = {"review": "int32", "numbers": "float32"} if branch == "text" else ""
    return Model(inputs, tuple(nodes), ("category", "score")[:outputs], dtype)
