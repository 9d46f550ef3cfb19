"""Multi-head attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from generator.derivation import Line, slip
from generator.errors import ModelError, NoEquivalent
from generator.layers.base import Dim, Layer, Shape, Weight, Worked, named, prod_of
from generator.notation import as_expr


@dataclass(frozen=True)
class MultiHeadAttention(Layer):
    """Keras MultiHeadAttention: query, key and value (features, heads, size), output (heads, size, features).

    ``key_dim`` and ``value_dim`` are per head. PyTorch holds the first three in one array (3E, E), so heads · key_dim
    must be E there. One input attends to itself; of several, the first is the query and the second the value.
    """

    num_heads: Dim = 1
    key_dim: Dim = 1
    value_dim: Dim = None
    use_bias: bool = True
    dropout: float = 0.0

    required: ClassVar[tuple[str, ...]] = ("num_heads", "key_dim")
    several: ClassVar[bool] = True

    def sides(self, shape: Shape) -> tuple[Dim, Dim, Dim]:
        """The features of query, key and value; one input is all three, of two the second is key and value."""
        if not isinstance(shape[-1], tuple):
            return shape[-1], shape[-1], shape[-1]
        query, value, *key = (each[-1] for each in shape)
        return query, key[0] if key else value, value

    @property
    def values(self) -> Dim:
        return self.key_dim if self.value_dim is None else self.value_dim

    def check(self, shape: Shape, convention: str) -> None:
        inputs = shape if isinstance(shape[-1], tuple) else (shape,)
        if any(len(each) < 2 for each in inputs) or len(inputs) > 3:
            raise ModelError("needs one to three inputs of (timesteps, features)")
        if any(each[-1] is None for each in inputs):
            raise ModelError("depends on an unknown number of features")
        d, whole = self.sides(shape)[0], prod_of((self.num_heads, self.key_dim))
        if convention == "pytorch" and (whole != d or self.values != self.key_dim):
            raise NoEquivalent(
                f"PyTorch's attention needs heads · key_dim = {d}, the features, and value_dim = key_dim"
            )
        if convention == "pytorch" and len(set(self.sides(shape))) > 1:
            raise NoEquivalent(
                "PyTorch's attention holds query, key and value in one array, so all need the same features"
            )

    def weights(self, shape: Shape, convention: str) -> tuple[Weight, ...]:
        (d, kd, vd), h, k, v = self.sides(shape), self.num_heads, self.key_dim, self.values
        if convention == "pytorch":
            wide = prod_of((3, d))
            arrays: list[tuple[str, tuple[Dim, ...]]] = [
                ("in_proj_weight", (wide, d)), ("in_proj_bias", (wide,)),
                ("out_proj_weight", (d, d)), ("out_proj_bias", (d,)),
            ]  # fmt: skip
        else:
            arrays = [
                ("query_kernel", (d, h, k)), ("query_bias", (h, k)), ("key_kernel", (kd, h, k)), ("key_bias", (h, k)),
                ("value_kernel", (vd, h, v)), ("value_bias", (h, v)),
                ("output_kernel", (h, v, d)), ("output_bias", (d,)),
            ]  # fmt: skip
        return tuple(Weight(name, sides) for name, sides in arrays if self.use_bias or not name.endswith("bias"))

    def output_shape(self, shape: Shape, convention: str = "keras") -> tuple[Dim, ...]:
        return tuple(shape[0]) if isinstance(shape[-1], tuple) else tuple(shape)

    def worked(self, shape: Shape, convention: str, tag: str = "") -> Worked:
        (d, kd, vd), heads = map(as_expr, self.sides(shape)), as_expr(self.num_heads)
        k, v, bias = as_expr(self.key_dim), as_expr(self.values), int(self.use_bias)
        Q, K, V, out, P = (named(letter, tag) for letter in "QKVOP")
        as_large = convention == "pytorch" or (not self.use_bias and (kd, k) == (d, v))  # the keys as the output
        per_head = "every feature feeds every head's"
        return Worked(
            lines=(
                Line(Q, d * heads * k + bias * (heads * k), f"query: {per_head} query, with biases"),
                Line(K, kd * heads * k + bias * (heads * k), f"key: {per_head} key, with biases"),
                Line(V, vd * heads * v + bias * (heads * v), f"value: {per_head} value, with biases"),
                Line(out, heads * v * d + bias * d, "output: all heads' values back to the features, with biases"),
                Line(P, Q + K + V + out, "attention: the four projections", result=True),
            ),
            slips=(
                slip("no-output-projection", "left out the output projection", {out: 0}),
                slip(
                    "one-head",
                    "counted a single head",
                    {Q: d * k + bias * k, K: kd * k + bias * k, V: vd * v + bias * v},
                ),
                *([] if as_large else [slip("no-key", "left out the keys", {K: 0})]),
            ),
            count=P,
        )
