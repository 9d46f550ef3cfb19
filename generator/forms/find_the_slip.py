"""Find the slip: a student's working with one slip in it, and four suspicions of which one is true."""

from __future__ import annotations

from collections.abc import Mapping

from generator.algebra import opened
from generator.blueprint import Blueprint
from generator.distractors import fingerprint
from generator.forms.base import Form, Picked, Picker
from generator.forms.shuffle import some
from generator.forms.wrong import Values, first_line, places, read, spoiled
from generator.mistake import Mistake
from generator.sheet import Sheet
from generator.task import OPTIONS, VARIANT, Task, Varied, numbered
from generator.texts import OptionText

SHOWN = 4


def _variants(blueprint: Blueprint) -> tuple[str, ...]:
    """The slips that can be shown, by key."""
    problem = blueprint.problem
    if problem.answer.kind == "words" or any(line.kind for line in problem.lines) or blueprint.singles < SHOWN:
        return ()
    return tuple(slip.key for slip in blueprint.slips[: blueprint.singles])


def _task(sheet: Sheet) -> Task:
    found = sheet.mistakes
    return Task(
        stem=(
            sheet.stem,
            Varied(tuple(_working(each) for each in found)),
            "There is one slip in this working. What went wrong?",
        ),
        kind="choice",
        value=sheet.key_json,
        answer=Varied(tuple(f"Line {_line(each)}: the student {each.words}." for each in found)),
        options=tuple(option for each in found for option in (*_wrong(each), _right(each))),
        remarks=(Varied(tuple(_mended(each) for each in found)),),
    )


def _working(mistake: Mistake) -> str:
    labels = [line.label for line in mistake.sheet.problem.lines]
    lines = [(label, line.math) for label, line in zip(labels, mistake.lines, strict=True)]
    return f"A student answers{mistake.sheet.letters}:\n\n{numbered(lines)}"


def _line(mistake: Mistake) -> int:
    return first_line(mistake.sheet.blueprint, mistake.slip) + 1


def _says(mistake: Mistake) -> str:
    return f"In line {_line(mistake)} the student {mistake.words}."


def _right(mistake: Mistake) -> OptionText:
    return OptionText(_says(mistake), f"Right. {mistake.told('The student')}", credit=1.0)


def _wrong(mistake: Mistake) -> list[OptionText]:
    """The suspicion, refuted by its first line and by its last: two slips may begin alike and end differently."""
    lines = mistake.sheet.problem.lines
    told = [f"Not so: line {place + 1} would then read ${mistake.reads(lines[place].symbol)}$."
            for place in _telling(mistake)]  # fmt: skip
    return [OptionText(_says(mistake), each, mistake.key) for each in told]


def _mended(mistake: Mistake) -> str:
    """The right lines in place of those that the slip changed; those below follow."""
    sheet = mistake.sheet
    changed = [place for place, line in enumerate(sheet.problem.lines) if line.symbol in mistake.slip.instead]
    should = [f"Line {place + 1} should read ${sheet.told(place)}$ — {sheet.lines[place].why}." for place in changed]
    return "\n\n".join(should)


def _telling(mistake: Mistake) -> tuple[int, int]:
    """The places of the first and the last line that the slip reaches."""
    lines = mistake.sheet.problem.lines
    reached = [place for place, line in enumerate(lines) if line.symbol in mistake.wrong]
    return reached[0], reached[-1]


def _picker(sheet: Sheet) -> Picker:
    """Wrong suspicions would show in the working: a line of theirs would read otherwise than it does."""
    lines, everything = sheet.problem.lines, range(len(sheet.mistakes))
    if sheet.static:
        refuted = _refuted(sheet)
        return lambda values, bits, variant: _shown(variant, refuted[variant], bits)
    telling = [[lines[place].symbol for place in _telling(each)] for each in sheet.mistakes]
    stands = [[[spoiled(sheet.laid, slip, line) for line in of] for of in telling] for slip in everything]
    whole = [tuple(place for line in lines for place in spoiled(sheet.laid, slip, line.symbol)) for slip in everything]
    right = [places(sheet.laid, first) for first, _ in telling]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        if any(value != value for value in read(values, whole[variant])):
            return None
        if read(values, stands[variant][variant][0]) == read(values, right[variant]):
            return None
        others = {}
        for number in everything:
            shown = [read(values, where) for where in stands[variant][number]]
            would = [read(values, where) for where in stands[number][number]]
            if all(value == value for told in would for value in told) and would != shown:
                others[number] = int(would[0] == shown[0])
        return _shown(variant, others, bits)

    return pick


def _refuted(sheet: Sheet) -> list[dict[int, int]]:
    """Of a derivation, for each slip the suspicions that its working refutes, and by which of their lines."""
    lines, everything = sheet.problem.lines, range(len(sheet.mistakes))

    def comes_to(slip: int, suspected: int) -> list[tuple[float, ...]]:
        symbols = [lines[place].symbol for place in _telling(sheet.mistakes[suspected])]
        return [fingerprint(opened(sheet.mistakes[slip].working, symbol), sheet.problem) for symbol in symbols]

    would = [comes_to(number, number) for number in everything]
    found: list[dict[int, int]] = []
    for slip in everything:
        shown = [comes_to(slip, number) for number in everything]
        found.append({number: int(would[number][0] == shown[number][0])
                      for number in everything if would[number] != shown[number]})  # fmt: skip
    return found


PIECES = 3  # of a suspicion: refuted by its first line, refuted by its last, and right


def _shown(slip: int, others: Mapping[int, int], bits: int) -> Picked | None:
    """The slip among three others, each of which some line refutes."""
    if len(others) < SHOWN - 1:
        return None
    wrong, bits = some(list(others), SHOWN - 1, bits)
    key = PIECES * slip + PIECES - 1
    options, _ = some([key, *(PIECES * each + others[each] for each in wrong)], SHOWN, bits)
    return {VARIANT: (slip,), OPTIONS: tuple(options)}, options.index(key)


FORM = Form(
    id="find-the-slip",
    says="a student's working with one slip in it: what went wrong?",
    response="one",
    takes=lambda found: bool(_variants(found)),
    task=_task,
    picker=_picker,
    variant="slip",
    variants=_variants,
    whole=True,
)
