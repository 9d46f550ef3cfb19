"""Counting the parameters of multi-head attention, alone or in a block of a transformer's encoder."""

from generator.counting import counting
from generator.derivation import Condition, Problem, at_most, differ
from generator.family import family
from generator.functions import floor
from generator.layers import Dense
from generator.layers.attention import MultiHeadAttention
from generator.layers.merge import Add
from generator.layers.normalization import LayerNormalization
from generator.listing import CONVENTION, SHOWN, WAYS, joined, tell
from generator.model import Model, Node
from generator.notation import Sym
from generator.space import Axis, among, span

L, M, d, s, heads, k, f = (
    Sym("length", "L"),
    Sym("source_length", "M"),
    Sym("features", "d"),
    Sym("source_features", "s"),
    Sym("heads", "h"),
    Sym("key_size", "k"),
    Sym("hidden", "f"),
)
SIZES = (64, 80, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768)  # up to 16 heads divide them
NUMBERS: dict[Sym, Axis] = {
    L: span(10, 200, step=5, bounds=(1, 10_000)),
    d: among(*SIZES, bounds=(1, 65_536)),
    M: span(10, 200, step=5, bounds=(1, 10_000)),
    s: among(*SIZES, bounds=(1, 65_536)),
    heads: among(2, 4, 8, 16, bounds=(1, 1024)),
    k: among(8, 10, 16, 20, 24, 32, 40, 48, 64, bounds=(1, 4096)),
    f: among(100, 128, 200, 256, 500, 512, 1000, 1024, 2048, bounds=(1, 262_144)),
}
USED = {"self": (L, d, heads, k), "cross": (L, d, M, s, heads, k), "block": (L, d, heads, k, f)}
SEEN = {
    "self": "a sequence of [[ length ]] vectors with [[ features ]] features each",
    "cross": "[[ length ]] vectors of [[ features ]] features each, which attend to [[ source_length ]] vectors of "
    "[[ source_features ]] features each",
    "block": "a sequence of [[ length ]] vectors with [[ features ]] features each",
}
WORKS = {
    "self": "Multi-head self-attention",
    "cross": "Multi-head attention",
    "block": "A block of a transformer's encoder",
}
HEADS = (
    "has [[ heads | counted('head') ]], with queries, keys and values of [[ key_size ]] dimensions each; the output of "
    "all heads is projected back to [[ features ]] features."
)
REST = (
    "A feed-forward part of two dense layers follows, the first with [[ hidden | counted('unit') ]] and the second "
    "with [[ features ]]. Behind the attention and behind the feed-forward part, what went in is added and the sum "
    "goes through a layer normalization with scale and shift."
)


@family(
    "attention-parameters",
    topic="Counting parameters",
    tags=("attention", "functional"),
    of=tuple(USED),
    bias=(True, False),
    told=WAYS,
)
def attention_parameters(of: str, bias: bool, told: str) -> Problem | None:
    """How many parameters multi-head attention has, alone or in a transformer's encoder."""
    if (of == "block" and not bias) or (of == "cross" and told == "pytorch"):
        return None  # PyTorch's attention needs as many features on both sides unless told otherwise
    model = {"self": _self, "cross": _cross, "block": _block}[of](bias)
    torch = told == "pytorch"  # the features are shared out among the heads there
    found = tell(model, told, _words(of, bias))
    opening = f"{WORKS[of] if told == 'words' else SHOWN[told]} works on {SEEN[of]}."
    asked = f"How many parameters does {'it' if told == 'words' else 'the model'} have?"
    return counting(
        model,
        CONVENTION[told],
        ask=joined(opening, found.text, asked) if told == "words" else joined(opening, asked, found.text),
        numbers={sym: NUMBERS[sym] for sym in USED[of] if sym != k or not torch},
        code=found.code,
        given={**({k: floor(d / heads)} if torch else {}), **found.given},
        where=_sensible(of, torch),
    )


def _words(of: str, bias: bool) -> str:
    where = " The queries come from the former, the keys and values from the latter." if of == "cross" else ""
    biases = "All layers have biases." if of == "block" else f"The projections have {'' if bias else 'no '}biases."
    whole = "Its self-attention" if of == "block" else "It"
    return " ".join(filter(None, (f"{whole} {HEADS}{where}", REST if of == "block" else "", biases)))


def _sensible(of: str, torch: bool) -> tuple[Condition, ...]:
    if torch:
        return (at_most(d, heads * k), at_most(8, k))  # as many features for every head
    return (at_most(k, d), *([differ(d, s)] if of == "cross" else []))


def _attention(bias: bool, *inputs: str) -> Node:
    return Node("attention", MultiHeadAttention(heads, k, use_bias=bias), inputs)


def _self(bias: bool) -> Model:
    return Model({"x": (L, d)}, (_attention(bias, "x"),))


def _cross(bias: bool) -> Model:
    return Model({"target": (L, d), "source": (M, s)}, (_attention(bias, "target", "source"),))


def _block(bias: bool) -> Model:
    return Model(
        {"x": (L, d)},
        (
            _attention(bias, "x"),
            Node("attended", Add(), ("x", "attention")),
            Node("normalized", LayerNormalization(), ("attended",)),
            Node("hidden", Dense(f, "relu"), ("normalized",)),
            Node("back", Dense(d), ("hidden",)),
            Node("added", Add(), ("normalized", "back")),
            Node("output", LayerNormalization(), ("added",)),
        ),
    )
