"""Layer kinds. Each knows its weights, its output shape, its code, and how its parameters are counted on paper.

To add one: a class in a file of this folder, named in ``KINDS``. Everything runs on whole numbers and on
expressions alike, in the conventions classic (one bias per gate and unit, as textbooks count), keras and pytorch.
"""

from generator.layers.base import CONVENTIONS, Dim, Layer, Weight, Worked, parameters
from generator.layers.conv import Conv2D
from generator.layers.dense import Dense
from generator.layers.embedding import Embedding
from generator.layers.recurrent import GRU, LSTM, Bidirectional, Recurrent, SimpleRNN
from generator.layers.reshape import Flatten, MaxPooling2D

KINDS: dict[str, type[Layer]] = {
    kind.__name__: kind for kind in (Dense, Conv2D, MaxPooling2D, Flatten, Embedding, SimpleRNN, LSTM, GRU, Bidirectional)
}

__all__ = [
    "CONVENTIONS", "GRU", "KINDS", "LSTM", "Bidirectional", "Conv2D", "Dense", "Dim", "Embedding", "Flatten", "Layer",
    "MaxPooling2D", "Recurrent", "SimpleRNN", "Weight", "Worked", "parameters",
]  # fmt: skip
