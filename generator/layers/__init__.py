"""Layer kinds. Each knows its weights, its output shape, its code, and how its parameters are counted on paper.

To add one: a file in this folder with its class; ``KINDS`` finds it. Everything runs on whole numbers and on
expressions alike, in the conventions classic (one bias per gate and unit, as textbooks count), keras and pytorch.
"""

from __future__ import annotations

import importlib
import pkgutil

from generator.layers.base import CONVENTIONS, Dim, Layer, Weight, Worked, parameters
from generator.layers.conv import Conv2D
from generator.layers.dense import Dense
from generator.layers.embedding import Embedding
from generator.layers.pooling import MaxPooling2D
from generator.layers.recurrent import GRU, LSTM, Bidirectional, Recurrent, SimpleRNN
from generator.layers.reshape import Flatten


def _kinds() -> dict[str, type[Layer]]:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    found = [Layer]
    for kind in found:
        found.extend(kind.__subclasses__())
    return {kind.__name__: kind for kind in found if not kind.__dict__.get("abstract", False)}


KINDS = _kinds()
"""Every layer kind by its name in the JSON model format, which is Keras' name."""


__all__ = [
    "CONVENTIONS", "GRU", "KINDS", "LSTM", "Bidirectional", "Conv2D", "Dense", "Dim", "Embedding", "Flatten", "Layer",
    "MaxPooling2D", "Recurrent", "SimpleRNN", "Weight", "Worked", "parameters",
]  # fmt: skip
