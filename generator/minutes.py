"""How long a question takes, estimated from its working: for planning a paper, not for timing a student."""

from __future__ import annotations

from math import ceil

from generator.derivation import Problem

READING = 0.5  # minutes for any question
NUMBER = 0.3  # for a number in the working, half as long again for one with decimals
EXPRESSION = 0.75  # for a line of a derivation
CARD = {"one": 1.0, "written": 4.0}  # without a working: to choose, to write; else half a minute
SHARE = {"order": 0.6, "match": 0.8, "one": 0.9}  # of the working, where much of it is given


def minutes(problem: Problem, response: str) -> float:
    """Minutes in steps of a half, at least one."""
    if problem.answer.kind == "words" or not problem.lines:
        return max(READING + CARD.get(response, 0.5), 1)
    if problem.answer.kind == "expression":
        work = EXPRESSION * len(problem.lines)
    else:
        work = sum(NUMBER * len(line.symbol.parts) * (1 if line.places is None else 1.5) for line in problem.lines)
    return max(ceil(2 * (READING + work * SHARE.get(response, 1)) - 1e-9) / 2, 1)
