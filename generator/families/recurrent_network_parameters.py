"""Counting the parameters of a network with one recurrent layer."""

from generator.counting import counting
from generator.derivation import Problem, Slip, differ, slip
from generator.families.recurrent_parameters import asked, behind_directions, configured
from generator.family import family
from generator.layers import GRU, LSTM, Bidirectional, Dense, Layer, Recurrent, SimpleRNN
from generator.listing import CONVENTION, WAYS, tell
from generator.model import sequential
from generator.notation import Sym
from generator.space import among

x, h, o = Sym("features", "x"), Sym("units", "h"), Sym("outputs", "o")
b1, W2, b2, P2 = Sym("b_1", "b_{1}"), Sym("W_2", "W_{2}"), Sym("b_2", "b_{2}"), Sym("P_2", "P_{2}")
MANY = (20, 25, 26, 30, 40, 50, 64, 80, 100, 128, 200, 256, 300, 400, 500, 512, 1000, 2000, 5000, 10_000)


@family(
    "recurrent-network-parameters",
    topic="Counting parameters",
    sources=("000",),
    tags=("rnn",),
    cell=(SimpleRNN, LSTM, GRU),
    bias=(True, False),
    bidirectional=(False, True),
    told=WAYS,
)
def recurrent_network_parameters(cell: type[Recurrent], bias: bool, bidirectional: bool, told: str) -> Problem | None:
    """How many parameters a network has: inputs, one recurrent layer (in one direction or two), an output layer."""
    if told != "words" and (bidirectional or not bias):
        return None  # a family of its own; without biases the conventions agree
    inner = configured(cell, CONVENTION[told], units=h, use_bias=bias)
    layer: Layer = Bidirectional(inner) if bidirectional else inner
    model = sequential((None, x), (layer, Dense(o, use_bias=bias)))
    way = tell(model, told)
    return counting(
        model,
        CONVENTION[told],
        ask=asked(way, told, "recurrent network"),
        numbers={
            x: among(*MANY, bounds=(1, 100_000)),
            h: among(8, 10, 12, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 200, 256, bounds=(1, 10_000)),
            o: among(2, 3, 5, 10, 15, *MANY, bounds=(1, 100_000)),
        },
        slips=(*behind_directions(model, CONVENTION[told]), *_slips(inner, bidirectional)),
        where=(differ(x, h), differ(h, o)),
        code=way.code,
        given=way.given,
    )


def _slips(cell: Recurrent, bidirectional: bool) -> list[Slip]:
    found = []
    if cell.use_bias:
        found.append(slip("no-biases", "left out all biases", {b1: 0, b2: 0}, credit=0.5))
    if cell.gates > 1:
        kernel = (2 if bidirectional else 1) * h * o
        wrong = {P2: cell.gates * (W2 + b2)} if cell.use_bias else {W2: cell.gates * kernel}
        words = f"gave the output layer {cell.gates} sets of weights, too"
        found.append(slip("gates-in-the-output-layer", words, wrong))
    return found
