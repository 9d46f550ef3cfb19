"""How hard a question is, by its structure alone."""

from collections.abc import Iterator, Mapping

from generator.derivation import Problem
from generator.notation import Sym

BARS = (3, 6, 10, 16)  # effort above each of them is a level more
EXTRA = 4  # a step that is no mere calculation: asked backwards, or answered by an expression


def difficulty(problem: Problem) -> int:
    """1 (easy) to 5: the more effort the harder."""
    return problem.difficulty or 1 + sum(effort(problem) > bar for bar in BARS)


def effort(problem: Problem) -> int:
    """One for every line of working, for every layer after the first and for every second direction; `EXTRA` for a
    question asked backwards, and for an expression.
    """
    kinds = list(_kinds(problem.model))
    backwards = any(isinstance(target, Sym) for target in problem.proves.values())
    special = backwards + (problem.answer.kind == "expression")
    return len(problem.lines) + max(len(kinds) - 1, 0) + kinds.count("Bidirectional") + EXTRA * special


def _kinds(model: object) -> Iterator[str]:
    """The types of a model's layers, in the JSON model format."""
    if isinstance(model, Mapping):
        yield from (str(layer["type"]) for layer in model["layers"])
