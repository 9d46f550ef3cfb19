"""Fill the line: the working so far, and one line whose value, or formula, is left out."""

from __future__ import annotations

from collections.abc import Sequence

from generator.algebra import opened
from generator.blueprint import Blueprint
from generator.derivation import Line
from generator.distractors import fingerprint
from generator.forms.base import Form, Picked, Picker
from generator.forms.wrong import Values, first_line, given, half_a_place, kind, places, read, sound, spoiled, worked
from generator.sheet import Sheet
from generator.task import SLIPS, VARIANT, Task, Typed, Varied, numbered
from generator.vocabulary import vocabulary

BLANK = r"\boxed{\phantom{0000}}"


def _variants(blueprint: Blueprint) -> tuple[str, ...]:
    """The lines that may be left out, by name."""
    lines = blueprint.problem.lines
    if blueprint.problem.answer.kind == "words" or any(line.kind for line in lines):
        return ()
    return tuple(lines[place].symbol.name for place in _open(blueprint))


def _open(blueprint: Blueprint) -> list[int]:
    """Their places: where something is worked out, and of a derivation what stands in no line above yet."""
    found = worked(blueprint)
    if not blueprint.problem.answer.static:
        return found
    lines = blueprint.problem.lines
    told = [fingerprint(opened(lines, line.symbol), blueprint.problem) for line in lines]
    return [place for place in found if told[place] not in told[:place]]


def _task(sheet: Sheet) -> Task:
    problem, open_ = sheet.problem, _open(sheet.blueprint)
    first = [problem.lines[first_line(sheet.blueprint, each.slip)].symbol for each in sheet.slips]
    if sheet.static:
        return Task(
            stem=(sheet.stem, Varied(tuple(_so_far(sheet, place) for place in open_))),
            kind=problem.answer.kind,
            value=Varied(tuple(sheet.written(problem.lines, problem.lines[place].symbol) for place in open_)),
            answer=Varied(tuple(f"${sheet.told(place)}$" for place in open_)),
            vocabulary=Varied(tuple(vocabulary(problem, problem.lines[:place]) for place in open_)),
            slips=tuple(
                Typed(each.key, each.written(symbol), each.words, each.feedback, each.slip.credit)
                for each, symbol in zip(sheet.slips, first, strict=True)
            ),
        )
    return Task(
        stem=(sheet.stem, Varied(tuple(_so_far(sheet, place) for place in open_))),
        kind=Varied(tuple(kind(problem.lines[place]) for place in open_)),
        value=Varied(tuple(sheet.json(problem.lines[place].symbol) for place in open_)),
        tolerance=Varied(tuple(half_a_place(problem.lines[place]) for place in open_)),
        answer=Varied(tuple(f"${sheet.told(place)}$" for place in open_)),
        slips=tuple(
            Typed(each.key, sheet.json(each.double(symbol)), each.words, each.feedback, each.slip.credit)
            for each, symbol in zip(sheet.slips, first, strict=True)
        ),
        remarks=_remarks([problem.lines[place] for place in open_]),
    )


def _remarks(lines: Sequence[Line]) -> tuple[Varied, ...]:
    """How far off an answer may be, where lines are rounded."""
    told = tuple("" if line.places is None else f"Anything within ± {_off(line)} is right." for line in lines)
    return (Varied(told),) if any(told) else ()


def _off(line: Line) -> str:
    return f"{half_a_place(line):.{(line.places or 0) + 1}f}"


def _so_far(sheet: Sheet, place: int) -> str:
    """The lines above in full, and the open one without what it comes to."""
    lines = sheet.problem.lines
    shown = [(line.label, text.math) for line, text in zip(lines[:place], sheet.lines, strict=False)]
    told = numbered([*shown, (lines[place].title, f"{lines[place].symbol.latex} = {BLANK}")])
    asked = " in the letters of the question" if sheet.static else ""
    return f"Somebody works this out line by line{sheet.letters}. What does the open line come to{asked}?\n\n{told}"


def _picker(sheet: Sheet) -> Picker:
    if sheet.static:
        return _picker_of_letters(sheet)
    lines, stem = sheet.problem.lines, given(sheet.blueprint, sheet.laid)
    above = [
        tuple(each for line in lines[:place] for each in places(sheet.laid, line.symbol))
        for place in worked(sheet.blueprint)
    ]
    right = [(lines[place], places(sheet.laid, lines[place].symbol)) for place in worked(sheet.blueprint)]
    wrong = [
        [
            (number, spoiled(sheet.laid, number, line.symbol))
            for number, each in enumerate(sheet.slips)
            if lines[first_line(sheet.blueprint, each.slip)] is line
        ]
        for line, _ in right
    ]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        line, where = right[variant]
        key, off = read(values, where), half_a_place(line)
        if not sound(key) or (len(key) == 1 and key[0] in read(values, (*stem, *above[variant]))):
            return None  # an answer that stands in the stem, or in a line above, would be a guess
        told: dict[tuple[object, ...], int] = {}
        for number, stands in wrong[variant]:
            value = read(values, stands)
            if all(v == v for v in value) and max(abs(a - b) for a, b in zip(value, key, strict=True)) > off:
                told.setdefault(value, number)
        return {VARIANT: (variant,), SLIPS: tuple(told.values())}, 0

    return pick


def _picker_of_letters(sheet: Sheet) -> Picker:
    """Of a derivation nothing is drawn: which slips of a line differ from it and from each other is known before."""
    lines, shown = sheet.problem.lines, []
    for place in _open(sheet.blueprint):
        symbol, told = lines[place].symbol, dict[tuple[float, ...], int]()
        for number, each in enumerate(sheet.slips):
            if first_line(sheet.blueprint, each.slip) == place:
                told.setdefault(fingerprint(opened(each.working, symbol), sheet.problem), number)
        told.pop(fingerprint(opened(lines, symbol), sheet.problem), None)
        shown.append(tuple(told.values()))
    return lambda values, bits, variant: ({VARIANT: (variant,), SLIPS: shown[variant]}, 0)


FORM = Form(
    id="fill-the-line",
    says="a line of the working is left open, and its value is to be filled in",
    response="typed",
    takes=lambda found: bool(_variants(found)),
    task=_task,
    picker=_picker,
    variant="line",
    variants=_variants,
)
