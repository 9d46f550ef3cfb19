"""How long a question takes, estimated from its working: for planning a paper, not for timing a student.

The rule is a tally of what a student writes and types who works with a pocket calculator: every number that comes out,
and every number that goes in. A gate of two units on two features takes fourteen numbers in and gives two, with
decimals: some three minutes.
"""

from __future__ import annotations

from math import ceil

from generator.derivation import Line, Problem

CARD = {"one": 1.5, "written": 5.0}  # minutes without a working: to choose, to write; else one, to answer in a sentence
READING = 1.0  # of a problem that is worked out
OUT, IN = 0.25, 0.1  # for a number that comes out of a line, and for one that goes into it
DECIMALS = 1.5  # times as long, for a line that is rounded
EXPRESSION = 1.0  # for a line of a derivation
SHARE = {"order": 0.6, "match": 0.8, "one": 0.9}  # of the working, where much of it is given


def minutes(problem: Problem, response: str) -> float:
    """Minutes in steps of a half, at least one."""
    if problem.answer.kind == "words" or not problem.lines:
        return CARD.get(response, 1.0)
    letters = problem.answer.kind == "expression"
    work = EXPRESSION * len(problem.lines) if letters else sum(map(_line, problem.lines))
    return ceil(2 * (READING + work * SHARE.get(response, 1)) - 1e-9) / 2


def _line(line: Line) -> float:
    """Minutes for a line; an array is as many numbers as it has entries."""
    entries = sum(len(sym.parts) for sym in line.expression.written)
    return (OUT * len(line.symbol.parts) + IN * entries) * (1 if line.places is None else DECIMALS)
