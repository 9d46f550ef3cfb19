"""The parts of an LSTM cell, told from a figure."""

from generator.derivation import Problem
from generator.family import family
from generator.marked import Marked, Part

CELL = Marked(
    "lstm-cell",
    "an LSTM cell",
    (
        Part(
            "forget gate",
            "its sigmoid is multiplied with the cell state that comes in",
            "how much of the old memory stays",
        ),
        Part(
            "input gate",
            "its sigmoid is multiplied with the tanh layer beside it",
            "how much of the new content is let in",
        ),
        Part("candidate layer", "it alone of the four layers ends in a tanh", "the new content that could be added"),
        Part(
            "output gate",
            "its sigmoid is multiplied with the tanh of the new cell state",
            "how much of the memory is shown",
        ),
        Part(
            "cell state",
            "it runs along the top, and is only multiplied and added to",
            "the memory that goes to the next timestep",
        ),
        Part("hidden state", "it is what the last product comes to", "the output of this timestep"),
    ),
)


@family(
    "lstm-cell-parts", topic="Architectures", sources=("003", "004"), tags=("rnn", "lstm", "figure"), asked=CELL.asked
)
def lstm_cell_parts(asked: str) -> Problem:
    """Which letter in a figure of an LSTM cell marks which gate or state."""
    return CELL.problem(asked)
