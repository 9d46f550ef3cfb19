"""Match: quantities with their values, of which there is one too many, or layers with their shapes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Container, Sequence

from generator.blueprint import Blueprint
from generator.derivation import Answer, Line
from generator.distractors import possible
from generator.forms.base import Form, Picked, Picker
from generator.forms.shuffle import matched, some
from generator.forms.wrong import Values, alike, first_line, given, length, places, read, sound, spoiled, worked
from generator.sheet import Sheet
from generator.task import OPTIONS, ORDER, PROMPTS, SLIPS, Task, Varied
from generator.texts import OptionText
from generator.writing import LETTERS

LEAST, MOST = 3, 6  # prompts


def _takes(blueprint: Blueprint) -> bool:
    answer = blueprint.problem.answer
    if answer.shapes and answer.kind != "shape":
        return len(answer.shapes) >= LEAST
    return answer.kind in ("integer", "decimal") and len(_lines(blueprint)) >= LEAST


def _lines(blueprint: Blueprint) -> list[Line]:
    lines = [blueprint.problem.lines[place] for place in worked(blueprint)]
    return [line for line in lines if not line.symbol.shape]


def _task(sheet: Sheet) -> Task:
    if sheet.problem.answer.kind == "letters":
        letters = tuple(f"**{sheet.letter(of)}**" for of in sheet.problem.answer.parts)
        return _matched(sheet, "Match each letter with what it marks.", letters, sheet.problem.answer.names)
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
    values = tuple(f"${value}$" for value in [*right, *wrong])
    return _matched(sheet, f"Match each of these with what it comes to.{more}", prompts, values, remarks)


def _matched(
    sheet: Sheet, asked: str, prompts: tuple[str, ...], options: tuple[str, ...], remarks: tuple[Varied, ...] = ()
) -> Task:
    return Task(
        stem=(sheet.stem, asked),
        kind="match",
        value=[Varied(tuple(range(MOST + 1)), ORDER, ", ")],
        answer=Varied(tuple(LETTERS[: MOST + 1]), ORDER, ", "),
        prompts=prompts,
        options=tuple(OptionText(option, "", credit=1.0) for option in options),
        remarks=remarks,
    )


def _first(sheet: Sheet, number: int) -> Line:
    return sheet.problem.lines[first_line(sheet.blueprint, sheet.mistakes[number].slip)]


def _picker(sheet: Sheet) -> Picker:
    if sheet.problem.answer.kind == "letters":
        return _among_letters(sheet)
    return _among_shapes(sheet) if sheet.problem.answer.shapes else _among_lines(sheet)


def _among_letters(sheet: Sheet) -> Picker:
    """All letters, in their order."""
    of = [place for (part,) in sheet.problem.answer.shapes for place in places(sheet.laid, part)]  # type: ignore[arg-type]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        return _shown(sorted(range(len(of)), key=lambda part: str(values[of[part]])), [], bits)

    return pick


def _among_shapes(sheet: Sheet) -> Picker:
    """Shapes of layers that follow one another; of equal ones only the first is asked for."""
    shapes = sheet.problem.answer.shapes
    right = [tuple(place for side in shape for place in places(sheet.laid, side)) for shape in shapes]  # type: ignore[arg-type]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        told: dict[tuple[object, ...], int] = {}
        for step, where in enumerate(right):
            told.setdefault(read(values, where), step)
        if len(told) < LEAST or not all(map(sound, told)):
            return None
        size = min(len(told), MOST)
        bits, start = divmod(bits, len(told) - size + 1)
        return _shown(list(told.values())[start : start + size], [], bits)

    return pick


def _among_lines(sheet: Sheet) -> Picker:
    """Values of lines, and one of a slip, whose rank among them is drawn first: it is no likelier to be the smallest.

    Shown are values that lie next to each other and to that one, as many as leave a choice for every rank; one of
    them at least is written as long as it.
    """
    stem, answer = given(sheet.blueprint, sheet.laid), sheet.problem.answer
    right = [places(sheet.laid, line.symbol) for line in _lines(sheet.blueprint)]
    first = {each.number: _first(sheet, each.number).symbol for each in sheet.slips}
    wrong = {n: spoiled(sheet.laid, n, symbol) for n, symbol in first.items() if not symbol.shape}
    decimals = [line.places or 0 for line in _lines(sheet.blueprint)]
    of = {each.number: _first(sheet, each.number).places or 0 for each in sheet.slips}

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        told = {read(values, where)[0]: step for step, where in enumerate(right)}
        if not sound(tuple(told)):
            return None
        ranked, false = sorted(told), {number: read(values, where)[0] for number, where in wrong.items()}
        apart = {*told, *read(values, stem)}  # a number of the stem would tell itself apart
        credible = {number: each for number, each in false.items() if _credible(each, answer, ranked, apart)}
        long = [length(value) + decimals[told[value]] for value in ranked]
        spares = [_Spare(number, each, of[number], ranked, long) for number, each in credible.items()]
        windows = _windows(spares, len(ranked))
        if not windows:
            return None
        bits, rank = divmod(bits, len(windows))
        bits, place = divmod(bits, len(windows[rank]))
        spare, shown = windows[rank][place]
        chosen, key = _shown(sorted(told[value] for value in ranked[shown]), [len(right) + spare], bits)
        return {**chosen, SLIPS: (spare,)}, key

    return pick


def _credible(value: float, answer: Answer, ranked: Sequence[float], apart: Container[float]) -> bool:
    """Whether a wrong value is like the right ones: no fraction or minus sign where they have none."""
    whole = all(each == int(each) for each in ranked)
    same = (not whole or value == int(value)) and (value < 0) in {each < 0 for each in ranked}
    return sound((value,)) and possible((value,), answer) and value not in apart and same


class _Spare:
    """A wrong value among the right ones in order: how many lie below it, which neighbours have as many digits, and
    which right values are written as ``long`` at least, decimals and all.
    """

    def __init__(self, slip: int, value: float, places: int, ranked: Sequence[float], long: Sequence[int]) -> None:
        self.slip, self.below = slip, bisect(ranked, value)
        self.as_long = [place for place, each in enumerate(long) if each >= length(value) + places]
        around = range(max(self.below - 1, 0), min(self.below + 1, len(ranked)))
        self.like = [place for place in around if alike((ranked[place],), (value,))]


def _windows(spares: Sequence[_Spare], lines: int) -> list[list[tuple[int, slice]]]:
    """For every rank of the spare value the slips that can take it, each with the right values shown beside it."""
    for size in range(min(lines, MOST), LEAST - 1, -1):
        found: list[list[tuple[int, slice]]] = [[] for _ in range(size + 1)]
        for spare in spares:
            for start in range(max(spare.below - size, 0), min(spare.below, lines - size) + 1):
                shown = range(start, start + size)
                if any(place in shown for place in spare.like) and any(place in shown for place in spare.as_long):
                    found[spare.below - start].append((spare.slip, slice(start, start + size)))
        if all(found):
            return found
    return []


def _shown(prompts: list[int], more: list[int], bits: int) -> Picked:
    """The prompts in their order, and their values shuffled with what belongs to none."""
    shown, _ = some([*prompts, *more], len(prompts) + len(more), bits)
    return {PROMPTS: tuple(prompts), OPTIONS: tuple(shown), **matched(shown, prompts)}, 0


FORM = Form(
    id="match",
    says="quantities or layers are matched with their values or shapes",
    response="match",
    takes=_takes,
    task=_task,
    picker=_picker,
)
