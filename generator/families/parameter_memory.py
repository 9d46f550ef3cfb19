"""How much memory a model's parameters take."""

from dataclasses import replace as changed

from generator.counting import counting
from generator.derivation import Answer, Line, Problem, slip
from generator.families.embedding_parameters import SIZES, L, V, embedding_slips, m
from generator.families.mlp_parameters import UNITS
from generator.family import family
from generator.layers import Dense, Embedding
from generator.listing import CONVENTION, stem, tell
from generator.model import Model, sequential
from generator.notation import Expr, Sym, as_expr
from generator.space import Axis, among, span

x, h, c = Sym("features", "x"), Sym("units", "h"), Sym("classes", "c")
B, M = Sym("B"), Sym("M")

BITS = {"float32": 32, "float16": 16, "int8": 8}

INTRO = {
    "dense": "In a network, [[ features ]] features go through",
    "embedding": "Texts of [[ length ]] words go through",
}


@family(
    "parameter-memory",
    topic="Counting parameters",
    tags=("ann", "memory"),
    network=tuple(INTRO),
    dtype=tuple(BITS),
    told=("words", "keras", "pytorch"),
)
def parameter_memory(network: str, dtype: str, told: str) -> Problem:
    """How many bytes the parameters of a model take in a given number type."""
    dense = network == "dense"
    model = _dense() if dense else sequential((L,), (Embedding(V, m),), "int32")
    shown = tell(model, told)
    name = "the network, weights and biases together," if dense else "the embedding"
    asked = stem(
        shown,
        told,
        f"How many bytes do the parameters of {{}} take if each is stored as `{dtype}`?",
        f"{INTRO[network]} {shown.text}",
        name,
    )
    before = "" if dense or told == "words" else "Texts are [[ length ]] words long. "
    counted = counting(
        model,
        CONVENTION[told],
        ask=before + asked,
        numbers=_dense_sizes() if dense else SIZES,
        slips=() if dense else embedding_slips(V),
        code=shown.code,
        given=shown.given,
    )
    return _in_bytes(counted, dtype, as_expr(model.parameters(CONVENTION[told])))


def _dense() -> Model:
    return sequential((x,), (Dense(h, "relu"), Dense(c, "softmax")))


def _dense_sizes() -> dict[Sym, Axis]:
    return {
        x: span(8, 800, step=4, bounds=(1, 1_000_000)),
        h: among(*UNITS, bounds=(1, 65_536)),
        c: span(3, 20, bounds=(1, 100_000)),
    }


def _in_bytes(counted: Problem, dtype: str, total: Expr) -> Problem:
    """The memory that a counted model's parameters take; ``total``: how many there are, as the arrays say."""
    count, bits = counted.answer.symbol, BITS[dtype]
    return changed(
        counted,
        lines=(
            *counted.lines,
            Line(B, bits * count, f"bits: {dtype} has {bits}"),
            Line(M, B / 8, "memory: 8 bits to a byte", result=True),
        ),
        answer=Answer("integer", M, unit="bytes"),
        proves={M: bits // 8 * total},
        slips=(
            slip("bits-for-bytes", "took bits for bytes", {M: B}, credit=0.5),
            slip("count-for-bytes", "stopped at the number of parameters", {M: count}),
            slip("gradients-too", "counted a gradient for every parameter as well", {M: 2 * B / 8}),
            slip("optimizer-too", "counted a gradient and a momentum for every parameter as well", {M: 3 * B / 8}),
            *(slip(f"as-{other}", f"took {width} bits, as {other} has, instead of {bits}", {B: width * count})
              for other, width in BITS.items() if other not in (dtype, "int8")),
            *counted.slips,
        ),
    )  # fmt: skip
