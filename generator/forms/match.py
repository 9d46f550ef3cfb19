"""Match: quantities with their values, of which there is one too many, or layers with their shapes."""

from __future__ import annotations

from generator.blueprint import Blueprint
from generator.derivation import Line
from generator.forms.base import Form, Picked, Picker
from generator.forms.shuffle import matched, some
from generator.forms.wrong import Places, Values, first_line, places, read, sound, spoiled, worked
from generator.holes import LETTERS
from generator.sheet import Sheet
from generator.task import OPTIONS, ORDER, PROMPTS, SLIPS, Task, Varied
from generator.texts import OptionText

LEAST, MOST = 3, 6  # prompts


def _takes(blueprint: Blueprint) -> bool:
    answer = blueprint.problem.answer
    if answer.kind == "shapes":
        return len(answer.shapes) >= LEAST
    return answer.kind in ("integer", "decimal") and len(_lines(blueprint)) >= LEAST


def _lines(blueprint: Blueprint) -> list[Line]:
    lines = [blueprint.problem.lines[place] for place in worked(blueprint)]
    return [line for line in lines if not line.symbol.shape]


def _task(sheet: Sheet) -> Task:
    shapes = sheet.problem.answer.shapes
    remarks: tuple[Varied, ...] = ()
    if shapes:
        prompts, right = sheet.shape_names, [sheet.shape(shape, sheet.leaf) for shape in shapes]
        wrong, more = [], ""
    else:
        lines = _lines(sheet.blueprint)
        prompts = tuple(f"{line.label}, ${line.symbol.latex}$" for line in lines)
        right = [sheet.value(line.symbol) for line in lines]
        wrong = [sheet.value(each.double(_first(sheet, each.number).symbol)) for each in sheet.slips]
        more = " One of the values belongs to none."
        remarks = (
            Varied(tuple(f"The value too many: {each.told('whoever takes it')}" for each in sheet.slips), SLIPS),
        )
    return Task(
        stem=(sheet.stem, f"Match each of these with what it comes to.{more}"),
        kind="match",
        value=[Varied(tuple(range(MOST + 1)), ORDER, ", ")],
        answer=Varied(tuple(LETTERS[: MOST + 1]), ORDER, ", "),
        prompts=prompts,
        options=tuple(OptionText(f"${value}$", "", credit=1.0) for value in [*right, *wrong]),
        remarks=remarks,
    )


def _first(sheet: Sheet, number: int) -> Line:
    return sheet.problem.lines[first_line(sheet.blueprint, sheet.mistakes[number].slip)]


def _picker(sheet: Sheet) -> Picker:
    if shapes := sheet.problem.answer.shapes:
        right = [tuple(place for side in shape for place in places(sheet.laid, side)) for shape in shapes]  # type: ignore[arg-type]
        wrong: list[Places] = []
    else:
        right = [places(sheet.laid, line.symbol) for line in _lines(sheet.blueprint)]
        wrong = [spoiled(sheet.laid, each.number, _first(sheet, each.number).symbol) for each in sheet.slips]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        told: dict[tuple[object, ...], int] = {}
        for step, where in enumerate(right):
            told.setdefault(read(values, where), step)  # of equal values only the first is asked for
        if len(told) < LEAST or not all(map(sound, told)):
            return None
        size = min(len(told), MOST)
        bits, start = divmod(bits, len(told) - size + 1)
        run = list(told.values())[start : start + size]
        extra: list[int] = []
        if wrong:
            others = [n for n, where in enumerate(wrong) if sound(each := read(values, where)) and each not in told]
            if not others:
                return None
            bits, other = divmod(bits, len(others))
            extra = [others[other]]
        shown = [*run, *(len(right) + each for each in extra)]
        shown, _ = some(shown, len(shown), bits)
        return {PROMPTS: tuple(run), OPTIONS: tuple(shown), SLIPS: tuple(extra), **matched(shown, run)}, 0

    return pick


FORM = Form(
    id="match",
    says="quantities or layers are matched with their values or shapes",
    response="match",
    takes=_takes,
    task=_task,
    picker=_picker,
)
