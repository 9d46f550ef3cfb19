"""Find the slip: a student's working with one slip in it, and four suspicions of which one is true."""

from __future__ import annotations

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
        options=tuple(option for each in found for option in (_wrong(each), _right(each))),
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


def _wrong(mistake: Mistake) -> OptionText:
    symbol = mistake.sheet.problem.lines[_line(mistake) - 1].symbol
    told = f"Not so: line {_line(mistake)} would then read ${mistake.reads(symbol)}$."
    return OptionText(_says(mistake), told, mistake.key)


def _mended(mistake: Mistake) -> str:
    """The right lines in place of those that the slip changed; those below follow."""
    sheet = mistake.sheet
    changed = [place for place, line in enumerate(sheet.problem.lines) if line.symbol in mistake.slip.instead]
    should = [f"Line {place + 1} should read ${sheet.told(place)}$ — {sheet.lines[place].why}." for place in changed]
    return "\n\n".join(should)


def _picker(sheet: Sheet) -> Picker:
    """Wrong suspicions would show in the working: their line would read otherwise than it does."""
    lines, mistakes = sheet.problem.lines, sheet.mistakes
    first = [lines[first_line(sheet.blueprint, each.slip)] for each in mistakes]
    everything = range(len(mistakes))
    if sheet.static:
        refuted = _refuted(sheet)
        return lambda values, bits, variant: _shown(variant, refuted[variant], bits)
    would = [spoiled(sheet.laid, number, line.symbol) for number, line in enumerate(first)]
    stands = [[spoiled(sheet.laid, number, line.symbol) for line in first] for number in everything]
    whole = [[spoiled(sheet.laid, number, line.symbol) for line in lines] for number in everything]
    right = [places(sheet.laid, line.symbol) for line in first]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        if any(value != value for where in whole[variant] for value in read(values, where)):
            return None
        if read(values, would[variant]) == read(values, right[variant]):
            return None
        others = []
        for number in everything:
            told = read(values, would[number])
            if number != variant and told == told and told != read(values, stands[variant][number]):
                others.append(number)
        return _shown(variant, others, bits)

    return pick


def _refuted(sheet: Sheet) -> list[list[int]]:
    """Of a derivation, for each slip the suspicions whose line would come to something else than it does."""
    lines = [sheet.problem.lines[_line(each) - 1].symbol for each in sheet.mistakes]

    def comes_to(slip: int, line: int) -> tuple[float, ...]:
        return fingerprint(opened(sheet.mistakes[slip].working, lines[line]), sheet.problem)

    would = [comes_to(number, number) for number in range(len(lines))]
    return [[number for number in range(len(lines)) if would[number] != comes_to(slip, number)]
            for slip in range(len(lines))]  # fmt: skip


def _shown(slip: int, others: list[int], bits: int) -> Picked | None:
    """The slip among three others, as pieces: an even one is a wrong suspicion, an odd one the right one."""
    if len(others) < SHOWN - 1:
        return None
    wrong, bits = some(others, SHOWN - 1, bits)
    options, _ = some([2 * slip + 1, *(2 * each for each in wrong)], SHOWN, bits)
    return {VARIANT: (slip,), OPTIONS: tuple(options)}, options.index(2 * slip + 1)


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
