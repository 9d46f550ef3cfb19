"""Find the slip: a student's working with one slip in it, and four suspicions of which one is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

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
    """Three other suspicions, such that each of the four refutes the others: a line would read otherwise than it does.

    Of drawn numbers three are taken by lot, and the draw refused where two are alike in it: so each of four that are
    shown together is the slip as often as the others.
    """
    lines, everything = sheet.problem.lines, range(len(sheet.mistakes))
    if sheet.static:
        told = _told(sheet)
        trios = _trios(told)
        return lambda values, bits, variant: _shown(variant, *_one_of(trios[variant], bits), told)
    telling = [[lines[place].symbol for place in _telling(each)] for each in sheet.mistakes]
    stands = [[[spoiled(sheet.laid, slip, line) for line in of] for of in telling] for slip in everything]
    whole = [tuple(place for line in lines for place in spoiled(sheet.laid, slip, line.symbol)) for slip in everything]
    right = [places(sheet.laid, first) for first, _ in telling]
    others = [[each for each in everything if each != slip] for slip in everything]

    def pick(values: Values, bits: int, variant: int) -> Picked | None:
        if any(value != value for value in read(values, whole[variant])):
            return None
        if read(values, stands[variant][variant][0]) == read(values, right[variant]):
            return None
        trio, bits = some(others[variant], SHOWN - 1, bits)
        shown = (variant, *trio)
        told = {slip: {of: [read(values, where) for where in stands[slip][of]] for of in shown} for slip in shown}
        return _shown(variant, trio, bits, told) if _apart(shown, told) else None

    return pick


# of the working with a slip, what the first and the last line that a suspicion is about come to
Told = Mapping[int, Mapping[int, Sequence[tuple[Any, ...]]]]


def _told(sheet: Sheet) -> Told:
    """Of a derivation, whose lines come to the same in every question."""
    lines, everything = sheet.problem.lines, range(len(sheet.mistakes))

    def comes_to(slip: int, suspected: int) -> list[tuple[float, ...]]:
        symbols = [lines[place].symbol for place in _telling(sheet.mistakes[suspected])]
        return [fingerprint(opened(sheet.mistakes[slip].working, symbol), sheet.problem) for symbol in symbols]

    return {slip: {suspected: comes_to(slip, suspected) for suspected in everything} for slip in everything}


def _apart(shown: Sequence[int], told: Told) -> bool:
    """Whether every one of these suspicions is refuted by the working with any other of them."""
    if any(value != value for slip in shown for line in told[slip][slip] for value in line):
        return False
    return all(told[slip][of] != told[of][of] for slip, of in permutations(shown, 2))


def _trios(told: Told) -> list[list[tuple[int, ...]]]:
    """By slip the three others that may be suspected with it."""
    apart = {pair for pair in combinations(told, 2) if _apart(pair, told)}
    found: list[list[tuple[int, ...]]] = [[] for _ in told]
    for four in combinations(told, SHOWN):
        if apart.issuperset(combinations(four, 2)):
            for slip in four:
                found[slip].append(tuple(each for each in four if each != slip))
    return found


def _one_of(trios: Sequence[tuple[int, ...]], bits: int) -> tuple[Sequence[int], int]:
    bits, place = divmod(bits, max(len(trios), 1))
    return (trios[place] if trios else ()), bits


PIECES = 3  # of a suspicion: refuted by its first line, refuted by its last, and right


def _shown(slip: int, others: Sequence[int], bits: int, told: Told) -> Picked | None:
    """The slip among the others, each with the line that refutes it."""
    if not others:
        return None
    key = PIECES * slip + PIECES - 1
    wrong = [PIECES * each + (told[slip][each][0] == told[each][each][0]) for each in others]
    options, _ = some([key, *wrong], SHOWN, bits)
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
