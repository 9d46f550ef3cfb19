"""What a question asks of a student, as Bloom's levels: by its form and its problem, by a stated rule."""

from __future__ import annotations

from generator.derivation import Problem
from generator.notation import Sym

LEVELS = ("remember", "understand", "apply", "analyse")
BY_OBJECTIVE = {"define": "remember", "explain": "understand", "apply": "apply", "compare": "analyse"}
UNDERSTAND = ("match", "order-the-lines", "explain-in-words")
ANALYSE = ("find-the-slip",)


def objective(problem: Problem) -> str:
    """What a concept card is for (define, explain, compare, apply); empty for a problem that is worked out."""
    return next((tag for tag in problem.tags if tag in BY_OBJECTIVE), "")


def bloom(problem: Problem, form: str) -> str:
    """The level of a problem asked in a form.

    Finding a slip is analysis in any case; a card is what its objective says. Of problems that are worked out, those
    asked backwards and derivations are analysis too; to match or order what is given takes understanding; all else is
    application.
    """
    if form in ANALYSE:
        return "analyse"
    if card := objective(problem):
        return "understand" if form in UNDERSTAND else BY_OBJECTIVE[card]
    if form in UNDERSTAND:
        return "understand"
    backwards = any(isinstance(target, Sym) for target in problem.proves.values())
    return "analyse" if backwards or problem.answer.kind == "expression" else "apply"
