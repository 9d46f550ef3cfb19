"""Counting the parameters of an embedding."""

from dataclasses import replace as changed

from generator.counting import counting
from generator.derivation import Line, Problem, Slip, slip
from generator.family import family
from generator.layers import Embedding
from generator.listing import CONVENTION, WAYS, stem, tell
from generator.model import sequential
from generator.notation import Expr, Sym
from generator.space import Axis, among, span

V, L, m = Sym("vocabulary", "V"), Sym("length", "L"), Sym("embedding", "m")
rows, P = Sym("rows", "r"), Sym("P")

SIZES: dict[Sym, Axis] = {
    V: among(1000, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 12_000, 15_000, 20_000, 25_000, 30_000, 50_000,
             bounds=(10, 1_000_000)),
    L: span(20, 400, step=10, bounds=(1, 10_000)),
    m: among(8, 10, 16, 20, 25, 32, 50, 64, 100, 128, 200, 256, 300, bounds=(1, 4096)),
}  # fmt: skip


@family(
    "embedding-parameters",
    topic="Counting parameters",
    sources=("002", "004"),
    tags=("nlp",),
    told=WAYS,
    padding=(False, True),
)
def embedding_parameters(told: str, padding: bool) -> Problem | None:
    """How many parameters an embedding has, with or without a row for padding."""
    if padding:
        return _with_a_row_more() if told == "words" else None  # a listing says how many rows there are
    model = sequential((L,), (Embedding(V, m),), "int32")
    shown = tell(model, told)
    asked = stem(shown, told, "How many parameters does {} have?", f"They go through {shown.text}", "the embedding")
    return counting(
        model,
        CONVENTION[told],
        ask=f"Texts are [[ length ]] words long. {asked}",
        numbers=SIZES,
        slips=embedding_slips(V),
        code=shown.code,
        given=shown.given,
    )


def _with_a_row_more() -> Problem:
    """Index 0 is kept for padding: a row more than the vocabulary has words."""
    model = sequential((L,), (Embedding(rows, m),), "int32")
    found = counting(
        model,
        "classic",
        ask="Texts made of [[ vocabulary ]] different words, all padded to a length of [[ length ]], go through an "
        "embedding in [[ embedding ]] dimensions. Index 0 stands for the padding and has a vector of its own. How many "
        "parameters does the embedding have?",
        numbers=SIZES,
        slips=(
            slip("row-for-padding-forgotten", "left out the row for the padding", {rows: V}, credit=0.5),
            slip("row-per-padded-position", "counted a row for every position of a text as well", {rows: V + L}),
            *embedding_slips(rows),
        ),
    )
    return changed(
        found,
        lines=(Line(rows, V + 1, "rows: one per word, and one for the padding"), *found.lines),
        proves={P: (V + 1) * m},
    )


def embedding_slips(rows: Expr) -> tuple[Slip, ...]:
    """What goes wrong in counting an embedding with so many rows, beside what the layer itself knows."""
    return (
        slip("index-zero-left-out", "left out the row of the first index", {P: (rows - 1) * m}),
        slip("two-rows-more", "counted two more rows, for padding and for unknown words", {P: (rows + 2) * m}),
        slip("sizes-added", "added rows and dimensions instead of multiplying them", {P: rows + m}),
        slip("words-by-length", "multiplied the words by the length of the texts", {P: rows * L}),
        slip("one-hot", "took one-hot vectors, as wide as there are rows, for the embedding", {P: rows * rows}),
    )
