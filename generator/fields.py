"""Values in a file that describes a model, checked by what a layer declares them to be.

Every fault raises ModelError with the field, the value (short and printable, whatever it is) and what is allowed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from generator.errors import ModelError
from generator.layers import Dim
from generator.layers.recurrent import MERGES

LARGEST = 10**9  # a size beyond it is a slip of the pen, or an attack
TEXT = {"padding": ("valid", "same", "causal"), "merge_mode": MERGES}
FROM_ZERO = ("padding", "output_padding", "cropping")

# arguments of Keras' layers that change neither weights nor shapes
ARGUMENTS = frozenset(
    [
        "activation",
        "recurrent_activation",
        "kernel_initializer",
        "recurrent_initializer",
        "bias_initializer",
        "embeddings_initializer",
        "beta_initializer",
        "gamma_initializer",
        "moving_mean_initializer",
        "moving_variance_initializer",
        "depthwise_initializer",
        "pointwise_initializer",
        "alpha_initializer",
        "kernel_regularizer",
        "recurrent_regularizer",
        "bias_regularizer",
        "embeddings_regularizer",
        "activity_regularizer",
        "beta_regularizer",
        "gamma_regularizer",
        "kernel_constraint",
        "recurrent_constraint",
        "bias_constraint",
        "embeddings_constraint",
        "dropout",
        "recurrent_dropout",
        "seed",
        "mask_zero",
        "go_backwards",
        "stateful",
        "unroll",
        "implementation",
        "data_format",
        "interpolation",
        "rate",
        "noise_shape",
        "momentum",
        "epsilon",
        "axis",
        "name",
        "dtype",
        "rho",
        "zero_output_for_mask",
        "return_state",
        "synchronized",
        "input_shape",
        "batch_shape",
    ]
)


def _whole(name: str, value: object) -> int:
    least = 0 if name in FROM_ZERO else 1
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise ModelError(f"{name} is {shown(value)}, and must be a whole number from {least} to {LARGEST:,}")
    return value


def _integer(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST:
        raise ModelError(f"{name} is {shown(value)}, and must be a whole number")
    return value


def _integers(name: str, value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 8:
        raise ModelError(f"{name} is {shown(value)}, and must be a list of at most eight whole numbers")
    return tuple(_integer(name, each) for each in value)


def _axes(name: str, value: object) -> int | tuple[int, ...]:
    return _integers(name, value) if isinstance(value, list) else _integer(name, value)


def _per_axis(name: str, value: object) -> int | tuple[int, ...]:
    if isinstance(value, list) and 1 <= len(value) <= 3:
        return tuple(_whole(name, each) for each in value)
    return _whole(name, value)


def _padding(name: str, value: object) -> str | int | tuple[int, ...]:
    return _text(name, value.lower()) if isinstance(value, str) else _per_axis(name, value)


def _pairs(name: str, value: object) -> Any:
    """2, (2, 1) or ((1, 2), (0, 3))."""
    if not isinstance(value, list) or not 1 <= len(value) <= 3:
        return _whole(name, value)
    if any(isinstance(each, list) and len(each) != 2 for each in value):
        raise ModelError(f"{name} is {shown(value)}, and each axis has one number before and one after")
    return tuple(_per_axis(name, each) for each in value)


def _sides(name: str, value: object) -> tuple[Dim, ...]:
    """A shape in which one side may be -1."""
    if not isinstance(value, list) or len(value) > 8:
        raise ModelError(f"{name} is {shown(value)}, and must be a list of at most eight sides")
    return tuple(each if each in (-1, None) and not isinstance(each, float) else _whole(name, each) for each in value)


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ModelError(f"{name} is {shown(value)}, and must be true or false")
    return value


def _number(name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= 1e300:
        raise ModelError(f"{name} is {shown(value)}, and must be a number")
    return value


def _text(name: str, value: object) -> str:
    allowed = TEXT.get(name, ())
    if not isinstance(value, str):
        raise ModelError(f"{name} is {shown(value)}, and must be a word")
    if allowed and value not in allowed:
        raise ModelError(f"{name}: {near_misses('value', value, allowed)}")
    return value


def _function(name: str, value: object) -> str | None:
    """A function by its name; Keras may write an object instead."""
    return value if isinstance(value, str) else None


READERS: dict[str, Callable[[str, Any], Any]] = {
    "Dim": _whole, "int": _integer, "PerAxis": _per_axis, "str | PerAxis": _padding, "Pairs": _pairs,
    "tuple[Dim, ...]": _sides, "tuple[int, ...]": _integers, "tuple[int, ...] | None": _integers,
    "int | tuple[int, ...]": _axes,
    "bool": _yes_or_no, "float": _number, "str": _text, "str | None": _function,
}  # fmt: skip
"""How a field is read, by the type that its layer declares for it."""


def shown(value: object) -> str:
    """A value in a message: a line, printable and short, whatever it is."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**60:
        return f"a number of {int(math.log10(abs(value))) + 1:,} digits"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inner, value[:4]))}{', …' * (len(value) > 4)}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = str(value)
    return "".join(char if char.isprintable() else "�" for char in text[:60]) + ("…" if len(text) > 60 else "")


def _inner(value: object) -> str:
    return "[…]" if isinstance(value, list | tuple) else shown(value)


def near_misses(what: str, name: str, allowed: Iterable[str]) -> str:
    """One clause that names the unknown word, the nearest allowed one, and all that are allowed if they are few."""
    names = sorted(allowed)
    near = get_close_matches(name[:60], names, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    told = f" Allowed: {', '.join(names)}" if len(names) <= 24 else ""
    return f"unknown {what} '{shown(name)}'.{hint}{told}"


def read_shape(value: object, name: str) -> tuple[Dim, ...]:
    if not isinstance(value, list) or not value or len(value) > 8:
        raise ModelError(f"the shape of '{shown(name)}' is {shown(value)}, and must be a list of one to eight sides")
    for side in value:
        if side is not None and (not isinstance(side, int) or isinstance(side, bool) or not 1 <= side <= LARGEST):
            raise ModelError(
                f"the shape of '{shown(name)}' has the side {shown(side)}, and sides are whole numbers or null"
            )
    return tuple(value)
