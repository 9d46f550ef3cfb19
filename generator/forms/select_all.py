"""Select all: statements about the lines of a working, some right and some a known mistake."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from generator.blueprint import Blueprint
from generator.derivation import Answer
from generator.distractors import possible
from generator.forms.base import Form, Picked, Picker
from generator.forms.shuffle import some
from generator.forms.wrong import Values, alike, first_line, places, read, sound, spoiled, worked
from generator.notation import Sym
from generator.row import Layout
from generator.sheet import Sheet
from generator.task import OPTIONS, ORDER, Task, Varied
from generator.texts import OptionText
from generator.writing import LETTERS

LEAST, MOST = 3, 5  # statements


def _slips(blueprint: Blueprint) -> dict[int, list[int]]:
    """For every line that can be wrong the slips that begin in it."""
    found: dict[int, list[int]] = {}
    if blueprint.problem.answer.static:
        return found
    lines = set(worked(blueprint))
    for number, slip in enumerate(blueprint.slips[: blueprint.singles]):
        if (line := first_line(blueprint, slip)) in lines:
            found.setdefault(line, []).append(number)
    return {line: found[line] for line in sorted(found)}


def _false(
    laid: Layout, answer: Answer, symbol: Sym, slips: list[int], values: Values, known: Collection[tuple[Any, ...]]
) -> list[int]:
    """The slips that give a line a value that is wrong and could be believed: as long as the right one, and not one of
    those ``known``, true of some line, which would stand there twice.
    """
    right = read(values, places(laid, symbol))
    if not sound(right):
        return []
    told = [(number, read(values, spoiled(laid, number, symbol))) for number in slips]
    return [
        number
        for number, value in told
        if value not in known and sound(value) and possible(value, answer) and alike(value, right)
    ]


def _task(sheet: Sheet) -> Task:
    right = [
        OptionText(_says(sheet, place, sheet.value(sheet.problem.lines[place].symbol, flat=True)),
                   f"True: ${sheet.told(place)}$.", credit=1.0)
        for place in range(len(sheet.lines))
    ]  # fmt: skip
    wrong = []
    for each in sheet.slips:
        place = first_line(sheet.blueprint, each.slip)
        value = sheet.value(each.double(sheet.problem.lines[place].symbol), flat=True)
        wrong.append(OptionText(_says(sheet, place, value), f"False. {each.told('Whoever says so')}", each.key))
    return Task(
        stem=(sheet.stem, "Which of these statements about the working are true? There may be one or several."),
        kind="choices",
        value=[Varied(tuple(range(MOST)), ORDER, ", ")],
        answer=Varied(tuple(LETTERS[:MOST]), ORDER, ", "),
        options=(*right, *wrong),
    )


def _says(sheet: Sheet, place: int, value: str) -> str:
    line = sheet.problem.lines[place]
    return f"{line.label}: ${line.symbol.latex} = {value}$"


def _picker(sheet: Sheet) -> Picker:
    """Every statement is true or false with the same chance; at least one is true, and one false."""
    slips, count, laid = _slips(sheet.blueprint), len(sheet.lines), sheet.laid
    symbols, answer = {line: sheet.problem.lines[line].symbol for line in slips}, sheet.problem.answer
    right = [places(laid, line.symbol) for line in sheet.problem.lines]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        known = {read(values, where) for where in right}
        told = {line: _false(laid, answer, symbols[line], slips[line], values, known) for line in slips}
        false = {line: found for line, found in told.items() if found}
        if len(false) < LEAST:
            return None
        lines, bits = some(tuple(false), min(len(false), MOST), bits)
        bits, truth = divmod(bits, 2 ** len(lines) - 2)
        shown, true = [], []
        for number, line in enumerate(sorted(lines)):
            bits, other = divmod(bits, len(false[line]))
            if truth + 1 >> number & 1:
                shown.append(line)
                true.append(number)
            else:
                shown.append(count + false[line][other])
        return {OPTIONS: tuple(shown), ORDER: tuple(true)}, 0

    return pick


FORM = Form(
    id="select-all",
    says="which of several statements about the working are true",
    response="many",
    takes=lambda found: len(_slips(found)) >= LEAST,
    task=_task,
    picker=_picker,
)
