"""What an embedding makes of a batch of texts."""

from collections.abc import Iterator

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.layers import Embedding, Flatten, Layer
from generator.listing import tell
from generator.model import sequential
from generator.notation import Sym, as_expr
from generator.space import among, span

batch, T, V, m = Sym("batch", "B"), Sym("length", "T"), Sym("vocabulary", "V"), Sym("embedding", "m")
b, t, w, v = Sym("b"), Sym("t"), Sym("w"), Sym("v")


@family(
    "embedding-output-shape",
    topic="Shapes",
    sources=("002", "004"),
    tags=("nlp",),
    asked=("shape", "values", "flattened"),
    told=("words", "keras"),
)
def embedding_output_shape(asked: str, told: str) -> Problem:
    """The shape of an embedding's output for a batch of texts, how many values that are, or its flattened shape."""
    flat = asked == "flattened"
    layers: list[Layer] = [Embedding(V, m), *([Flatten()] if flat else [])]
    model = sequential((T,), layers, input_dtype="int32")
    shape = (b, w) if flat else (b, t, w)
    return Problem(
        ask=_ask(asked, told),
        code=tell(model, told).code if told == "keras" else "",
        numbers={
            batch: among(4, 8, 10, 16, 20, 32, 50, 64, bounds=(2, 4096)),
            T: span(12, 200, bounds=(2, 100_000)),
            V: among(500, 1000, 2000, 5000, 8000, 10_000, 20_000, bounds=(2, 1_000_000)),
            m: among(8, 12, 16, 24, 32, 48, 50, 64, 100, 128, bounds=(2, 4096)),
        },
        lines=tuple(_lines(asked)),
        slips=tuple(_slips(asked)),
        answer=Answer("integer", v, unit="values") if asked == "values" else Answer("shape", (shape,)),
        proves={v: batch * T * m} if asked == "values" else {w: as_expr(model.shapes[-1][-1])},
        check=lambda numbers: _looked_up(asked, numbers),
        where=(differ(batch, T), differ(batch, m), differ(T, m), differ(T, 2 * m)),
        model=model.config(),
        convention="keras" if told == "keras" else "",
    )


def _ask(asked: str, told: str) -> str:
    if told == "keras":
        what = "How many values does its output hold?" if asked == "values" else "What is the shape of its output?"
        return f"A batch of [[ batch ]] texts goes through this Keras model. {what}"
    question = {
        "shape": "What is the shape of its output?",
        "values": "How many values does its output hold?",
        "flattened": "Behind it, all that belongs to one text is flattened. What shape comes out?",
    }[asked]
    return (
        "An embedding knows a vocabulary of [[ vocabulary ]] words and gives each a vector of [[ embedding ]] numbers. "
        f"It is fed with a batch of [[ batch ]] texts of [[ length ]] words each. {question}"
    )


def _lines(asked: str) -> Iterator[Line]:
    if asked == "values":
        yield Line(w, T * m, "values: a vector for each of its words")
        yield Line(v, batch * w, "batch: all its texts", result=True)
        return
    yield Line(b, batch, "texts: the batch stays the first axis")
    if asked == "flattened":
        yield Line(w, T * m, "values: the vectors of all its words, one behind the other", result=True)
    else:
        yield Line(t, T, "words: each keeps its place")
        yield Line(w, m, "vector: so many numbers for a word")


def _slips(asked: str) -> Iterator[Slip]:
    if asked == "shape":
        yield slip("one-hot", "made a one-hot vector of every word, as wide as the vocabulary", {w: V})
        yield slip("table", "took the rows of the table, one for every word of the vocabulary, for the words", {t: V})
        yield slip("whole-table", "gave out the table instead of the vectors of the texts", {b: as_expr(1), t: V})
        yield slip("averaged", "merged the vectors of a text into one", {t: as_expr(1)})
        yield slip("words-first", "put the words first and the texts behind them", {b: T, t: batch})
        yield slip("vector-before-words", "put the vectors before the words", {t: m, w: T})
        yield slip("indices-kept", "kept a single number for every word", {w: as_expr(1)})
        yield slip("index-too", "kept the index of the word beside its vector", {w: m + 1})
        return
    yield slip("one-hot", "made a one-hot vector of every word, as wide as the vocabulary", {w: T * V})
    yield slip("averaged", "merged the vectors of a text into one", {w: m})
    yield slip(
        "table",
        "took the whole table of the vocabulary for the words of one sample",
        {w: V * m},
    )
    yield slip("indices-kept", "kept a single number for every word", {w: T})
    yield slip("index-too", "kept the index of the word beside its vector", {w: T * (m + 1)})
    yield slip("added", "added the length of the vectors instead of multiplying by it", {w: T + m})
    yield slip("start-and-end", "added a word for the start of the text and one for its end", {w: (T + 2) * m})
    yield slip("word-missing", "left out one vector of every sample", {w: (T - 1) * m})
    if asked == "values":
        yield slip("batch-dropped", "counted a single sample", {v: w})
        yield slip("batch-added", "added the number of texts instead of multiplying by it", {v: batch + w})
    else:
        yield slip("all-flattened", "flattened the whole batch", {b: as_expr(1), w: batch * T * m})
        yield slip("words-kept", "kept the words as an axis and flattened the texts", {b: T, w: batch * m})


def _looked_up(asked: str, numbers: Numbers) -> object:
    """The second way: look every word up in a table."""
    text = [[0.0] * int(numbers["embedding"]) for _ in range(numbers["length"])]
    flat = [value for vector in text for value in vector]
    if asked == "shape":
        return [numbers["batch"], len(text), len(text[0])]
    return numbers["batch"] * len(flat) if asked == "values" else [numbers["batch"], len(flat)]
