"""Several blanks: every quantity of the working, or every shape, is filled in; errors are carried forward."""

from __future__ import annotations

from generator.blueprint import Blueprint
from generator.derivation import Line
from generator.forms.base import Form, Picked, Picker
from generator.forms.wrong import Places, Values, half_a_place, kind, places, read, sound, spoiled, worked
from generator.notation import Sym
from generator.row import RESERVED
from generator.sheet import Sheet
from generator.task import SLIPS, Blank, Task, Typed

LEAST, MOST = 2, 8  # blanks


def _lines(blueprint: Blueprint) -> list[Line]:
    """The lines left blank; of a long working those that end a layer or the whole."""
    problem = blueprint.problem
    if problem.answer.kind not in ("integer", "decimal"):
        return []
    lines = [problem.lines[place] for place in worked(blueprint)]
    return lines if len(lines) <= MOST else [line for line in lines if line.result][-MOST:]


def _takes(blueprint: Blueprint) -> bool:
    return len(_lines(blueprint)) >= LEAST or len(blueprint.problem.answer.shapes) >= LEAST


def _task(sheet: Sheet) -> Task:
    blanks = _shape_blanks(sheet) or _line_blanks(sheet)
    carried = ", ".join(f"${blank.follow}$" for blank in blanks if blank.follow)
    forward = f"Error carried forward: a later answer is right if it follows from the student's own: {carried}."
    return Task(
        stem=(sheet.stem, "Fill in the blanks."),
        kind="blanks",
        value=[blank.json for blank in blanks],
        answer="; ".join(f"({place}) {blank.value}" for place, blank in enumerate(blanks, 1)),
        blanks=blanks,
        slips=tuple(Typed(each.key, _wrong(sheet, each.number), each.words, each.feedback) for each in sheet.slips),
        remarks=(forward,) if carried else (),
    )


def _line_blanks(sheet: Sheet) -> tuple[Blank, ...]:
    lines = _lines(sheet.blueprint)
    texts = {line.symbol: text for line, text in zip(sheet.problem.lines, sheet.lines, strict=True)}
    return tuple(
        Blank(
            label=f"{line.why}: ${line.symbol.latex}$",
            value=f"${texts[line.symbol].math}$",
            json=sheet.json(line.symbol),
            kind=kind(line),
            tolerance=half_a_place(line),
            follow=_follow(line, {each.symbol for each in sheet.problem.lines}, sheet),
        )
        for line in lines
    )


def _follow(line: Line, defined: set[Sym], sheet: Sheet) -> str:
    uses_lines = not defined.isdisjoint(line.expression.written)
    return f"{line.symbol.latex} = {sheet.latex(line.expression)}" if uses_lines else ""


def _shape_blanks(sheet: Sheet) -> tuple[Blank, ...]:
    shapes = sheet.problem.answer.shapes
    return tuple(
        Blank(name, f"${sheet.shape(shape, sheet.leaf)}$", value, "shape")
        for name, shape, value in zip(sheet.shape_names, shapes, sheet.shapes_json, strict=True)
    )


def _wrong(sheet: Sheet, number: int) -> list[object]:
    """What all blanks come to in the working with a slip."""
    mistake = sheet.mistakes[number]
    if sheet.problem.answer.shapes:
        return list(mistake.json)
    doubles = [(line.symbol, mistake.double(line.symbol)) for line in _lines(sheet.blueprint)]
    return [sheet.json(wrong if wrong.name in sheet.laid.index else right) for right, wrong in doubles]


def _picker(sheet: Sheet) -> Picker:
    right = _right(sheet)
    wrong = [_spoiled(sheet, each.number) for each in sheet.slips]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        key = read(values, right)
        if not sound(key):
            return None
        told: dict[tuple[object, ...], int] = {}
        for number, where in enumerate(wrong):
            value = read(values, where)
            if value != key and all(each == each for each in value):
                told.setdefault(value, number)
        return {SLIPS: tuple(told.values())}, 0

    return pick


def _right(sheet: Sheet) -> Places:
    answer = sheet.problem.answer
    symbols = answer.parts if answer.shapes else [line.symbol for line in _lines(sheet.blueprint)]
    return tuple(place for symbol in symbols if isinstance(symbol, Sym) for place in places(sheet.laid, symbol))


def _spoiled(sheet: Sheet, number: int) -> Places:
    if sheet.problem.answer.shapes:
        return tuple(place - len(RESERVED) for place in sheet.laid.slips[number])
    return tuple(place for line in _lines(sheet.blueprint) for place in spoiled(sheet.laid, number, line.symbol))


FORM = Form(
    id="several-blanks",
    says="all quantities of the working, or all shapes, are filled in",
    response="blanks",
    takes=_takes,
    task=_task,
    picker=_picker,
    whole=True,
)
