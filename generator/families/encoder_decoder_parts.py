"""The parts of an encoder and decoder for sequences, told from a figure."""

from generator.derivation import Problem
from generator.family import family
from generator.marked import Marked, Part

NET = Marked(
    "encoder-decoder",
    "a network for sequences",
    (
        Part(
            "encoder", "its cells get the inputs and give no outputs", "reads the whole input and sums it up in a state"
        ),
        Part("decoder", "its cells give the outputs", "writes the output one element after the other"),
        Part(
            "context vector",
            "it is the one thing that goes from the first row to the second",
            "all that is handed on of the input",
        ),
        Part("start token", "the first cell of the second row gets it", "stands in for an output before there is one"),
    ),
)


@family(
    "encoder-decoder-parts",
    topic="Architectures",
    sources=("002", "003"),
    tags=("rnn", "encoder-decoder", "figure"),
    asked=NET.asked,
)
def encoder_decoder_parts(asked: str) -> Problem:
    """Which letter in a figure of an encoder and a decoder marks which part."""
    return NET.problem(asked)
