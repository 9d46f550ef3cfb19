"""The parts of a GRU cell, told from a figure."""

from generator.derivation import Problem
from generator.family import family
from generator.marked import Marked, Part

CELL = Marked(
    "gru-cell",
    "a GRU cell",
    (
        Part(
            "reset gate",
            "its sigmoid is multiplied with the old state on its way to the tanh layer",
            "how much of the old state the new content sees",
        ),
        Part(
            "update gate",
            "it is multiplied with the old state along the top, and one minus it with the new content",
            "in which shares old and new are mixed",
        ),
        Part(
            "candidate layer",
            "it alone of the three layers ends in a tanh",
            "the new content that could replace the old",
        ),
        Part("hidden state", "it runs along the top and leaves the cell", "the memory and at the same time the output"),
    ),
)


@family("gru-cell-parts", topic="Architectures", sources=("003",), tags=("rnn", "gru", "figure"), asked=CELL.asked)
def gru_cell_parts(asked: str) -> Problem:
    """Which letter in a figure of a GRU cell marks which gate or state."""
    return CELL.problem(asked)
