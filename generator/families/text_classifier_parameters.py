"""Counting the parameters of a text classifier read from Keras code."""

from generator.counting import counting
from generator.derivation import Problem
from generator.families.recurrent_parameters import behind_directions
from generator.family import family
from generator.layers import GRU, LSTM, Bidirectional, Dense, Embedding, Layer, Recurrent, SimpleRNN
from generator.listing import tell
from generator.model import sequential
from generator.notation import Sym
from generator.space import among, span

V, L, m, h, d, c = (
    Sym("vocabulary", "V"),
    Sym("length", "L"),
    Sym("embedding", "m"),
    Sym("units", "h"),
    Sym("hidden", "d"),
    Sym("classes", "c"),
)


@family(
    "text-classifier-parameters",
    topic="Counting parameters",
    sources=("002", "004"),
    tags=("nlp", "keras-code"),
    cell=(SimpleRNN, LSTM, GRU),
    bidirectional=(False, True),
    hidden=(True, False),
    output=("binary", "classes"),
)
def text_classifier_parameters(cell: type[Recurrent], bidirectional: bool, hidden: bool, output: str) -> Problem:
    """How many trainable parameters a text classifier has, read from Keras code."""
    layer: Layer = cell(units=h)
    recurrent = Bidirectional(layer) if bidirectional else layer  # type: ignore[arg-type]
    last = Dense(1, "sigmoid") if output == "binary" else Dense(c, "softmax")
    between = (Dense(d, "relu"),) if hidden else ()
    model = sequential((L,), (Embedding(V, m), recurrent, *between, last), "int32")
    told = "gives each text one score" if output == "binary" else "sorts texts into [[ classes ]] classes"
    numbers = {
        V: among(1000, 2000, 3000, 5000, 8000, 10_000, 20_000, bounds=(10, 1_000_000)),
        L: span(20, 400, step=10, bounds=(1, 10_000)),
        m: among(8, 16, 32, 50, 64, 100, 128, bounds=(1, 4096)),
        h: among(8, 16, 24, 32, 48, 64, 100, 128, bounds=(1, 4096)),
    }
    if hidden:
        numbers[d] = among(16, 32, 64, 128, 256, bounds=(1, 65_536))
    if output == "classes":
        numbers[c] = span(3, 20, bounds=(2, 10_000))
    return counting(
        model,
        "keras",
        ask=f"This Keras model {told}. A text is [[ length ]] words long, and the vocabulary has [[ vocabulary ]] "
        "words. How many trainable parameters does the model have in all?",
        code=tell(model, "keras").code,
        numbers=numbers,
        slips=behind_directions(model, "keras"),
    )
