"""Layers of every kind with random arguments, the same one on letters and on numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from conftest import evaluate, seeded

from generator.layers import KINDS, Layer
from generator.layers.conv import Conv
from generator.layers.depthwise import Depthwise
from generator.layers.merge import Concatenate, Merge
from generator.layers.normalization import GroupNormalization
from generator.layers.pooling import Pooling
from generator.layers.recurrent import MERGES, Bidirectional, Recurrent, Stack
from generator.layers.transposed import ConvTranspose
from generator.notation import Expr, Sym

ALL: dict[str, type[Layer]] = {**KINDS, "Stack": Stack}
RECURRENT = [kind for kind in KINDS.values() if issubclass(kind, Recurrent)]
TIMED = [KINDS[name] for name in ("Dense", "Conv2D", "Flatten", "LSTM", "BatchNormalization", "PReLU", "RepeatVector")]
RANKS = {"Recurrent": 2, "Flatten": 3, "RepeatVector": 1, "Embedding": 1, "SpatialDropout1D": 2, "SpatialDropout2D": 3}


@dataclass(frozen=True)
class Case:
    """A layer and its input on letters, the same on numbers, and what the letters are worth."""

    formula: Layer
    letters: tuple[Any, ...]
    plain: Layer
    shape: tuple[Any, ...]
    values: dict[str, int]

    @property
    def told(self) -> str:
        return f"{self.plain} on {self.shape}; {self.formula} on {self.letters}: {self.values}"


def case(kind: type[Layer], seed: int, convention: str = "classic", plainly: bool = False) -> Case:
    """The layer of a kind that a seed gives. ``plainly``: only what its weights depend on stands in letters."""
    draw = Draw(seeded(f"{kind.__name__}/{seed}/{convention}"), convention, plainly)
    formula = draw.layer(kind)
    letters = draw.shape(formula)
    return Case(formula, letters, worth(formula, draw.values), worth(letters, draw.values), draw.values)


def worth(value: Any, values: dict[str, int]) -> Any:
    """The same with numbers for its letters."""
    if isinstance(value, Expr):
        return evaluate(value, values)
    if isinstance(value, tuple):
        return tuple(worth(each, values) for each in value)
    if isinstance(value, Layer):
        return replace(value, **{f.name: worth(getattr(value, f.name), values) for f in fields(value)})
    return value


class Draw:
    """The arguments of one layer as letters, each with a number for it."""

    def __init__(self, random: random.Random, convention: str, plainly: bool) -> None:
        self.random, self.convention, self.plainly = random, convention, plainly
        self.values: dict[str, int] = {}
        self.given: dict[str, Any] = {}

    def letter(self, name: str, low: int = 1, high: int = 5) -> Sym:
        self.values[name] = self.random.randint(low, high)
        return Sym(name)

    def sides(self, name: str, rank: int, low: int = 1, high: int = 5) -> Any:
        """One letter for all axes, or one for each."""
        if rank > 1 and self.random.random() < 0.3:
            return self.letter(name, low, high)
        return tuple(self.letter(f"{name}_{axis}", low, high) for axis in range(rank))

    def layer(self, kind: type[Layer]) -> Layer:
        if kind in (Bidirectional, Stack):
            inner: list[type[Layer]] = [*RECURRENT, Bidirectional] if kind is Stack else [*RECURRENT]
            within = self.layer(self.random.choice(inner))
            rest = {"merge_mode": self.random.choice(MERGES)} if kind is Bidirectional else {"num_layers": 3}
            return kind(layer=within, **rest)  # type: ignore[call-arg]
        if kind.__name__ == "TimeDistributed":
            return kind(layer=self.layer(self.random.choice(TIMED)))  # type: ignore[call-arg]
        self.given = {}
        for f in fields(kind):
            if f.name in ARGUMENTS:
                self.given[f.name] = ARGUMENTS[f.name](self, kind)
        if isinstance(self.given.get("groups"), Sym) and "filters" in self.given:
            self.values["filters"] *= self.values["groups"]
        return kind(**self.given)

    # --- what it is fed with

    def shape(self, layer: Layer) -> tuple[Any, ...]:
        if isinstance(layer, Bidirectional | Stack):
            return self.shape(layer.layer)
        if type(layer).__name__ == "TimeDistributed":
            return (self.letter("steps", 2, 9), *self.shape(layer.layer))  # type: ignore[attr-defined]
        if isinstance(layer, Merge | Concatenate):
            return self.merged(layer)
        if type(layer).__name__ == "MultiHeadAttention":
            return self.attended(layer)
        if type(layer).__name__ in ("Reshape", "Permute"):
            return tuple(Sym(f"side_{axis}") for axis in range(3))
        channels = self.letter("channels", 1, 6)
        if isinstance(getattr(layer, "groups", 1), Sym):
            self.values["channels"] *= self.values["groups"]
        rank = RANKS["Recurrent"] if isinstance(layer, Recurrent) else RANKS.get(type(layer).__name__)
        rank = rank or (getattr(layer, "rank", 0) or self.random.randint(0, 3)) + 1
        sides: list[Any] = [self.letter(f"side_{axis}", 14, 40) for axis in range(rank - 1)]
        if sides and not self.plainly and isinstance(layer, Recurrent | Conv | Pooling | Depthwise):
            sides[0] = self.random.choice((sides[0], sides[0], None))
        return (*sides, channels)

    def merged(self, layer: Layer) -> tuple[Any, ...]:
        rank, many = self.random.randint(1, 3), self.random.randint(2, 3)
        sides = tuple(self.letter(f"side_{axis}", 1, 9) for axis in range(rank))
        if isinstance(layer, Concatenate):
            place = layer.axis if layer.axis < 0 else 0
            wide = [list(sides) for _ in range(many)]
            for n, each in enumerate(wide):
                each[place] = self.letter(f"wide_{n}", 1, 9)
            return tuple(map(tuple, wide))
        return (sides, *(tuple(self.random.choice((side, side, 1)) for side in sides) for _ in range(many - 1)))

    def attended(self, layer: Any) -> tuple[Any, ...]:
        steps = self.letter("side_0", 2, 9)
        if self.convention == "pytorch":
            width = layer.num_heads * layer.key_dim
            return self.random.choice(((steps, width), ((steps, width), (self.letter("side_1", 2, 9), width))))
        several = [(self.letter(f"side_{n}", 2, 9), self.letter(f"features_{n}", 1, 9)) for n in range(3)]
        return self.random.choice((several[0], tuple(several[:2]), tuple(several)))


# --- arguments by name ---------------------------------------------------------------------------------------------

Argument = Callable[[Draw, type[Layer]], Any]


def _sides(name: str, low: int = 1, high: int = 5) -> Argument:
    return lambda draw, kind: draw.sides(name, kind.rank, low, high)  # type: ignore[attr-defined]


def _choice(*options: Any) -> Argument:
    return lambda draw, kind: draw.random.choice(options)


def _letter(name: str) -> Argument:
    return lambda draw, kind: draw.letter(name)


def _strides(draw: Draw, kind: type[Layer]) -> Any:
    usual = None if issubclass(kind, Pooling) else 1
    return usual if draw.plainly else draw.random.choice((usual, draw.sides("strides", kind.rank, 1, 4)))  # type: ignore[attr-defined]


def _dilation(draw: Draw, kind: type[Layer]) -> Any:
    if draw.plainly or (draw.convention == "keras" and draw.given["strides"] != 1):
        return 1
    return draw.random.choice((1, draw.sides("dilation_rate", kind.rank, 1, 3)))  # type: ignore[attr-defined]


def _padding(draw: Draw, kind: type[Layer]) -> Any:
    rank = kind.rank  # type: ignore[attr-defined]
    if "Zero" in kind.__name__:
        return _ends(draw, "padding", rank)
    if draw.plainly or draw.convention == "keras" or draw.random.random() < 0.6:
        return draw.random.choice(("valid", "same", "causal") if kind.__name__ == "Conv1D" else ("valid", "same"))
    if issubclass(kind, Pooling):  # at most half the window
        windows = draw.given["pool_size"]
        windows = windows if isinstance(windows, tuple) else (windows,) * rank
        return tuple(draw.letter(f"padding_{n}", 0, draw.values[k.name] // 2) for n, k in enumerate(windows))
    return draw.sides("padding", rank, 0, 2)


def _ends(draw: Draw, name: str, rank: int) -> Any:
    pairs = tuple((draw.letter(f"{name}_{n}", 0, 3), draw.letter(f"{name}_{n}_end", 0, 3)) for n in range(rank))
    one = draw.letter(name, 0, 3)
    return draw.random.choice((one, pairs[0] if rank == 1 else pairs))


def _groups(draw: Draw, kind: type[Layer]) -> Any:
    if issubclass(kind, GroupNormalization):
        return draw.letter("groups", 1, 3)
    if draw.plainly or (issubclass(kind, ConvTranspose) and draw.convention == "keras"):
        return 1
    return draw.random.choice((1, draw.letter("groups", 1, 3)))


def _ceil_mode(draw: Draw, kind: type[Layer]) -> bool:
    return draw.convention != "keras" and not isinstance(draw.given["padding"], str) and draw.random.random() < 0.5


def _output_padding(draw: Draw, kind: type[Layer]) -> Any:
    return None if draw.plainly else draw.random.choice((None, draw.sides("output_padding", kind.rank, 0, 1)))  # type: ignore[attr-defined]


def _value_dim(draw: Draw, kind: type[Layer]) -> Any:
    return None if draw.convention == "pytorch" else draw.random.choice((None, draw.letter("value_dim")))


def _target(draw: Draw, kind: type[Layer]) -> tuple[Any, ...]:
    a, b, c = (draw.letter(f"side_{axis}", 2, 9) for axis in range(3))
    return draw.random.choice(((-1, c), (b, -1), (c, b, a), (-1,), (a * b, c)))  # type: ignore[no-any-return]


def _dims(draw: Draw, kind: type[Layer]) -> tuple[int, ...]:
    for axis in range(3):
        draw.letter(f"side_{axis}", 2, 9)
    return tuple(draw.random.sample((1, 2, 3), 3))


def _axis(draw: Draw, kind: type[Layer]) -> Any:
    return draw.random.choice((-1, 1)) if issubclass(kind, Concatenate) else -1


YES_NO = ("use_bias", "return_sequences", "reset_after", "center", "keepdims")
LETTERS = ("units", "filters", "input_dim", "output_dim", "num_heads", "key_dim", "depth_multiplier", "n")
ARGUMENTS: dict[str, Argument] = {
    **{name: _letter(name) for name in LETTERS},
    **{name: _choice(True, False) for name in YES_NO},
    **{name: _choice(None, 0.5) for name in ("mean", "variance")},
    "kernel_size": _sides("kernel_size"), "pool_size": _sides("pool_size"), "size": _sides("size", 1, 3),
    "cropping": lambda draw, kind: _ends(draw, "cropping", kind.rank),  # type: ignore[attr-defined]
    "strides": _strides, "dilation_rate": _dilation, "padding": _padding, "groups": _groups, "ceil_mode": _ceil_mode,
    "output_padding": _output_padding, "value_dim": _value_dim, "target_shape": _target, "dims": _dims, "axis": _axis,
    "scale": lambda draw, kind: draw.random.choice((True, False) if "Norm" in kind.__name__ else (2.0, 0.5)),
    "shared_axes": _choice(None, (1,)),
}  # fmt: skip
