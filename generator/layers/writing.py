"""How a layer is written, in code and in words; a drawn number as its place in the wording."""

from __future__ import annotations

from typing import Any

from generator.notation import Expr, Num, Sym

ACTIVATIONS = {
    "relu": "nn.ReLU()", "sigmoid": "nn.Sigmoid()", "tanh": "nn.Tanh()", "softmax": "nn.Softmax(dim=1)",
    "softplus": "nn.Softplus()",
}  # fmt: skip


def activated(activation: str | None) -> list[str]:
    """An activation as PyTorch's layer of its own."""
    return [ACTIVATIONS[activation]] if activation not in (None, "linear") else []


def applied(activation: str | None, code: str) -> str:
    """An activation as PyTorch's function, around what it is applied to."""
    if activation in (None, "linear"):
        return code
    home = "nn.functional" if activation == "softplus" else "torch"
    return f"{home}.{activation}({code}{', dim=-1' if activation == 'softmax' else ''})"


def units(count: int | Expr | None, one: str = "unit") -> str:
    """So many units, in words."""
    return f"[[ {count.name} | counted('{one}') ]]" if isinstance(count, Sym) else f"{count} {one}{'s' * (count != 1)}"


def placed(value: int | Expr | None) -> str:
    """A number in words; a drawn one as its place in the wording."""
    if isinstance(value, Sym):
        return f"[[ {value.name} ]]"
    return f"{value.value if isinstance(value, Num) else value:,}"


def by(sides: tuple[int | Expr | None, ...]) -> str:
    """A window or a shape in words: 3 × 3."""
    return " × ".join("?" if side is None else placed(side) for side in sides)


def source(value: Any) -> str:
    """A value in a code listing; a drawn one as its place in the wording, equal sides as one number.

    Raises TypeError for a compound expression: it needs a name and a value of its own (see `listing`).
    """
    if isinstance(value, tuple):
        if len(value) > 1 and len(set(value)) == 1:
            return source(value[0])
        return f"({', '.join(map(source, value))}{',' * (len(value) == 1)})"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Sym):
        return f"[[ {value.name} ]]"
    if isinstance(value, Num):
        return str(value.value)
    if isinstance(value, Expr):
        raise TypeError(f"no code for {value}")
    return str(value)
