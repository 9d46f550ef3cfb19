"""Multi-head attention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from generator.derivation import Line, Slip, slip
from generator.errors import ModelError, NoEquivalent
from generator.layers.base import Dim, Layer, Shape, Weight, Worked, named, prod_of
from generator.layers.writing import placed, source, units
from generator.notation import Expr, Sym, as_expr


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
        known = isinstance(whole, int) and isinstance(d, int)
        if convention == "pytorch" and ((known and whole != d) or self.values != self.key_dim):
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
        bias, told = int(self.use_bias), ", with biases" if self.use_bias else ""
        Q, K, V, out, P = letters = tuple(named(letter, tag) for letter in "QKVOP")
        keys, values = (as_expr(wide) for wide in self.wide(shape, convention))
        lines = (
            Line(Q, d * keys + bias * keys, f"query: every feature feeds every head's query{told}"),
            Line(K, kd * keys + bias * keys, f"key: every feature feeds every head's key{told}"),
            Line(V, vd * values + bias * values, f"value: every feature feeds every head's value{told}"),
            Line(out, values * d + bias * d, f"output: all heads' values back to the features{told}"),
            Line(P, Q + K + V + out, "attention: the four projections", result=True),
        )
        slips = [*self._sizes(shape, letters, keys, values), *self._biases(shape, letters, keys, values)]
        as_large = convention == "pytorch" or (not bias and (kd, keys) == (d, values))  # the keys as the output
        if not as_large:
            slips.append(slip("no-key", "left out the keys", {K: 0}))
        if not isinstance(shape[-1], tuple) and shape[0] is not None:
            scores = heads * as_expr(shape[0]) * as_expr(shape[0])
            slips.append(slip("scores", "counted the attention scores as weights", {P: Q + K + V + out + scores}))
        return Worked(lines, tuple(slips), P)

    def wide(self, shape: Shape, convention: str) -> tuple[Dim, Dim]:
        """The size of all heads' keys together, and of all heads' values."""
        if convention == "pytorch":
            return (self.sides(shape)[0],) * 2  # heads · key_dim by another name
        return prod_of((self.num_heads, self.key_dim)), prod_of((self.num_heads, self.values))

    def _sizes(self, shape: Shape, letters: tuple[Sym, ...], keys: Expr, values: Expr) -> Iterator[Slip]:
        (d, kd, vd), heads, bias = map(as_expr, self.sides(shape)), as_expr(self.num_heads), int(self.use_bias)
        k, v = as_expr(self.key_dim), as_expr(self.values)
        Q, K, V, out, _ = letters
        single = {Q: d * k + bias * k, K: kd * k + bias * k, V: vd * v + bias * v}
        full = {letter: side * heads * d + bias * (heads * d) for letter, side in ((Q, d), (K, kd), (V, vd))}
        yield slip("no-output-projection", "left out the output projection", {out: 0})
        yield slip("one-head", "counted the queries, keys and values of a single head", single)
        whole = {**single, out: v * d + bias * d}
        yield slip("size-of-all-heads", "took the size of one head for that of all heads together", whole)
        yield slip("heads-of-full-width", "let every head be as wide as the features", full)
        if d != kd:
            one_side = {K: d * keys + bias * keys, V: d * values + bias * values}
            yield slip("keys-of-the-queries", "fed the keys and values with the features of the queries", one_side)
        sees_all = {out: (keys + keys + values) * d + bias * d}
        yield slip("output-sees-all", "fed the output projection with queries and keys as well", sees_all)

    def _biases(self, shape: Shape, letters: tuple[Sym, ...], keys: Expr, values: Expr) -> Iterator[Slip]:
        (d, kd, vd), heads = map(as_expr, self.sides(shape)), as_expr(self.num_heads)
        Q, K, V, out, _ = letters
        bare = {Q: d * keys, K: kd * keys, V: vd * values, out: values * d}
        if not self.use_bias:
            biased = {letter: bare[letter] + one for letter, one in ((Q, keys), (K, keys), (V, values), (out, d))}
            yield slip("bias-anyway", "added biases, which this layer does not have", biased, credit=0.5)
            return
        per_head = {letter: bare[letter] + heads for letter in (Q, K, V)}
        yield slip("no-bias", "left out the biases of the attention", bare, credit=0.5)
        yield slip("no-output-bias", "left out the biases of the output projection", {out: bare[out]}, credit=0.5)
        yield slip("bias-per-head", "counted a bias per head only", per_head)
        yield slip("output-bias-per-head", "gave every head output biases of its own", {out: bare[out] + heads * d})

    def arguments(self) -> list[str]:
        """Both sizes by name: nobody remembers which is first."""
        heads, size, *rest = super().arguments()
        return [f"num_heads={heads}", f"key_dim={size}", *rest]

    def pytorch(self, shape: Shape) -> list[str]:
        biases = "" if self.use_bias else ", bias=False"
        sizes = f"embed_dim={source(self.sides(shape)[0])}, num_heads={source(self.num_heads)}"
        return [f"nn.MultiheadAttention({sizes}{biases})"]

    def forward(self, module: str, inputs: Sequence[str]) -> str:
        query, value = inputs[0], inputs[-1]
        return f"{module}({query}, {value}, {value})[0]"

    def words(self) -> str:
        size = f"queries and keys of {placed(self.key_dim)} dimensions and values of {placed(self.values)}"
        if self.values == self.key_dim:
            size = f"queries, keys and values of {placed(self.key_dim)} dimensions"
        heads = units(self.num_heads, "head")
        return f"multi-head attention with {heads}, {size} each{'' if self.use_bias else ', without biases'}"

    @property
    def detail(self) -> str:
        size = f"{placed(self.key_dim)} key dimensions each"
        return f"{units(self.num_heads, 'head')}, {size}{'' if self.use_bias else ', no biases'}"
