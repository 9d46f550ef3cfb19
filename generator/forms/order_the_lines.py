"""Order the lines: the steps of a working, shuffled."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import permutations
from math import factorial

from generator.blueprint import Blueprint
from generator.derivation import Line
from generator.forms.base import Form, Picked, Picker
from generator.forms.shuffle import matched
from generator.forms.wrong import Values
from generator.notation import Num, Sym
from generator.sheet import Sheet
from generator.task import BEFORE, OPTIONS, ORDER, PLACES, Task, Varied
from generator.texts import LineText, OptionText
from generator.writing import LETTERS

LEAST, MOST = 3, PLACES  # steps to order
PAIRS = tuple((first, second) for first in range(MOST) for second in range(MOST))  # of places among the options
FREE = "Any order is right in which every step comes after those that it uses."
Uses = tuple[frozenset[int], ...]


def _takes(blueprint: Blueprint) -> bool:
    lines = blueprint.problem.lines
    if any(line.kind for line in lines) or (blueprint.problem.answer.static and len(lines) < LEAST):
        return False  # a line of a derivation has no numbers to put in, so a few lines are few steps
    return bool(_windows(blueprint))


def _windows(blueprint: Blueprint) -> list[range]:
    """The runs of steps that may be asked for: those in which some step uses another."""
    above = _above(blueprint)
    size = min(len(above), MOST)
    runs = [range(start, start + size) for start in range(len(above) - size + 1)] if size >= LEAST else []
    return [run for run in runs if any(above[step] & set(run) for step in run)]


def _above(blueprint: Blueprint) -> list[set[int]]:
    """For every step those that must stand above it."""
    lines = blueprint.problem.lines
    defined = {part.name: place for place, line in enumerate(lines) for part in (line.symbol, *line.symbol.parts)}
    used = [{defined[sym.name] for sym in line.expression.written if sym.name in defined} for line in lines]
    return used if len(lines) >= LEAST else _staged([_stages(line) for line in lines], used)


def _staged(stages: list[int], used: list[set[int]]) -> list[set[int]]:
    """The same for the stages of few lines: a formula needs those of the lines it uses, numbers need their values."""
    first = [sum(stages[:place]) for place in range(len(stages))]
    above = []
    for place, count in enumerate(stages):
        above.append({first[other] for other in used[place]})
        values = {first[other] + stages[other] - 1 for other in used[place]}
        above += [{first[place] + stage - 1} | values for stage in range(1, count)]
    return above


def _stages(line: Line) -> int:
    """How many steps one line is: formula, numbers, value."""
    return 1 if isinstance(line.expression, Num) else 2 if isinstance(line.expression, Sym) else 3


def _task(sheet: Sheet) -> Task:
    if len(sheet.lines) < LEAST:
        hint = "The formula comes first, then the numbers put in, then the value."
        steps = [f"${line.symbol} = {stage}$" for line in sheet.lines for stage in _told(line)]
    else:
        hint = "Look at the right-hand sides: whatever stands there must have been worked out above."
        labels = [line.label for line in sheet.problem.lines]
        steps = [f"{label}: ${line.math}$" for label, line in zip(labels, sheet.lines, strict=True)]
    count = min(len(steps), MOST)
    return Task(
        stem=(
            sheet.stem,
            f"These are steps of the working, out of order{sheet.letters}. In which order do they lead to the answer?",
        ),
        kind="order",
        value=[Varied(tuple(range(count)), ORDER, ", ")],
        answer=Varied(tuple(LETTERS[:count]), ORDER, ", "),
        options=tuple(OptionText(step, "", credit=1.0) for step in steps),
        before=(Varied(PAIRS, BEFORE, ", "),),
        remarks=(FREE,) if _is_free(sheet.blueprint) else (),
        hints=(hint,),
    )


def _is_free(blueprint: Blueprint) -> bool:
    """Whether some steps that may be asked for have more than one right order."""
    asked = [uses(blueprint, window) for window in _windows(blueprint)]
    return any(len(wrong_orders(steps)) < factorial(len(steps)) - 1 for steps in asked)


def _told(line: LineText) -> list[str]:
    return list(dict.fromkeys(filter(None, (line.expression, line.substituted, line.value))))


def _picker(sheet: Sheet) -> Picker:
    """Any order but a right one: to turn a right one round would make the reverse likelier than others."""
    windows, above = _windows(sheet.blueprint), _above(sheet.blueprint)
    wrong = [wrong_orders(uses(sheet.blueprint, window)) for window in windows]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        bits, place = divmod(bits, len(windows))
        window, orders = windows[place], wrong[place]
        shown = tuple(window[step] for step in orders[bits % len(orders)])
        before = tuple(PAIRS.index(pair) for pair in _before(shown, above))
        return {OPTIONS: shown, BEFORE: before, **matched(shown, window)}, 0

    return pick


def _before(shown: Sequence[int], above: list[set[int]]) -> list[tuple[int, int]]:
    """Which of the steps shown must come before which, by their places."""
    return [
        (shown.index(other), place)
        for place, step in enumerate(shown)
        for other in sorted(above[step])
        if other in shown
    ]


def uses(blueprint: Blueprint, steps: Sequence[int]) -> Uses:
    """For each of these steps the places of those among them that must stand above it."""
    above = _above(blueprint)
    return tuple(frozenset(place for place, other in enumerate(steps) if other in above[step]) for step in steps)


def in_order(order: Sequence[int], uses: Uses) -> bool:
    """Whether every step comes after those that it uses."""
    seen: set[int] = set()
    for step in order:
        if not uses[step] <= seen:
            return False
        seen.add(step)
    return True


@cache
def wrong_orders(uses: Uses) -> tuple[tuple[int, ...], ...]:
    """All orders of so many steps in which some step comes before one that it uses."""
    return tuple(order for order in permutations(range(len(uses))) if not in_order(order, uses))


FORM = Form(
    id="order-the-lines",
    says="the steps of the working are to be put in order",
    response="order",
    takes=_takes,
    task=_task,
    picker=_picker,
)
