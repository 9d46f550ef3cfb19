"""The embedding layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from generator.derivation import Line, slip
from generator.layers.base import Dim, Layer, Shape, Weight, Worked, named
from generator.layers.writing import placed, source
from generator.notation import as_expr


@dataclass(frozen=True)
class Embedding(Layer):
    """Keras and PyTorch Embedding: one row (input_dim, output_dim) per word of the vocabulary, no biases."""

    input_dim: Dim = 1
    output_dim: Dim = 1

    required: ClassVar[tuple[str, ...]] = ("input_dim", "output_dim")

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        return (Weight("embeddings", (self.input_dim, self.output_dim)),)

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return (*shape, self.output_dim)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        words, size = as_expr(self.input_dim), as_expr(self.output_dim)
        count = named("P", tag)
        slips = [
            slip("embedding-bias", "gave the embedding a bias per dimension", {count: words * size + size}),
            slip("embedding-bias-per-word", "gave the embedding a bias per word", {count: words * size + words}),
        ]
        if shape and shape[0] is not None:
            length = as_expr(shape[0])
            slips.append(slip("embedding-of-the-text", "counted a row per position of the text instead of per word "
                              "of the vocabulary", {count: length * size}))  # fmt: skip
        return Worked(
            lines=(Line(count, words * size, "embedding: a vector for every word of the vocabulary", result=True),),
            slips=tuple(slips),
            count=count,
        )

    def pytorch(self, shape: Shape) -> list[str]:
        return [f"nn.Embedding({source(self.input_dim)}, {source(self.output_dim)})"]

    def words(self) -> str:
        return f"an embedding of {placed(self.input_dim)} words in {placed(self.output_dim)} dimensions"

    @property
    def detail(self) -> str:
        return f"{placed(self.input_dim)} words"
