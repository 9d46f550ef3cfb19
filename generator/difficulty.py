"""How hard a question is, by its structure alone."""

from generator.derivation import Problem
from generator.notation import Sym


def difficulty(problem: Problem) -> int:
    """1 (easy) to 5: the more lines the harder; one more if asked backwards, one more for an expression."""
    if problem.difficulty:
        return problem.difficulty
    steps = len(problem.lines)
    level = 1 + sum(steps > bar for bar in (3, 6, 10, 16))
    backwards = any(isinstance(target, Sym) for target in problem.proves.values())
    return min(5, level + backwards + (problem.answer.kind == "expression"))
