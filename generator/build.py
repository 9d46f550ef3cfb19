"""From a recipe to a folder of files: draw, stamp, write."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import randbits

import msgspec

from generator.bank import Bank, Placed, number
from generator.codes import code
from generator.coverage import coverage, covered
from generator.draw import Drawn, Slot, draw
from generator.errors import NetdrillError
from generator.formats import writer
from generator.lock import LATEST, NAME, Lock, Pin, read_lock, stamped, text_of
from generator.output import check_folder, staged
from generator.pool import PRACTICE, belongs
from generator.question import Question
from generator.recipe import Recipe
from generator.versions import FIRST

BITS = 62  # of a seed drawn at random
Files = tuple[tuple[str, int], ...]  # name, bytes
Progress = Callable[[str, int], None]  # (what is going on, how many more are done)


@dataclass(frozen=True)
class Summary:
    """What a build wrote, for the table at its end."""

    folder: Path
    files: Files
    questions: int
    versions: int
    structures: int
    notices: tuple[str, ...]
    coverage: tuple[Sequence[str], ...] = ()  # of version A, for a paper that is planned


def build(
    recipe: Recipe,
    root: Path,
    relock: bool = False,
    progress: Progress = lambda what, n: None,
    dropped: Sequence[str] = (),
) -> Summary:
    """Write all formats of a recipe into ``root/<recipe name>``, with the lock that keeps its questions.

    ``dropped``: ids of questions that others take the place of. Raises NetdrillError; the folder is then as it was.
    """
    place = Place(root / recipe.name)
    seed = _seed(recipe, place.lock, relock)
    fresh = relock or place.lock.seed != seed
    gone = tuple(dict.fromkeys((*place.lock.dropped, *dropped))) if place.lock.seed == seed else ()
    drawn = draw(recipe, seed, {} if fresh else place.lock.pins, lambda n: progress("drawing", n), gone)
    locked = Lock(seed=seed, pins=_pins(recipe, drawn.slots), dropped=list(gone))
    bank = bank_of(recipe, drawn)
    files, told = deliver(bank, recipe.formats, place, locked, progress)
    return Summary(
        folder=place.folder,
        files=files,
        questions=len(drawn.slots) // recipe.versions,
        versions=recipe.versions,
        structures=drawn.structures,
        notices=(*_notices(drawn, place.lock, recipe, relock), *_planned(recipe, bank), *told),
        coverage=tuple(coverage(bank.versions()[FIRST])) if recipe.planned else (),
    )


def _seed(recipe: Recipe, lock: Lock, relock: bool) -> int:
    """The recipe's seed; one that is drawn at random stays as long as its lock."""
    if recipe.seed is not None:
        return recipe.seed
    return lock.seed if lock.pins and not relock else randbits(BITS)


class Place:
    """An output folder that may be written, and the lock that an earlier build left in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = Path(os.path.realpath(folder))  # what is checked is what is written, through any link
        self.now = _now()
        self.lock = read_lock(self.target / NAME) or Lock()
        check_folder(self.target, self.lock.files)


def deliver(
    bank: Bank, formats: Sequence[str], place: Place, locked: Lock, progress: Progress
) -> tuple[Files, tuple[str, ...]]:
    """Write a bank in its formats, and ``locked`` with the times of change.

    Returns name and size of each file, and what the formats have to say of them.
    """
    with staged(place.target) as stage:
        stamps = _stamps(bank, formats, place)
        bank = replace(bank, changed=_times(stamps.notes), types=_times(stamps.types))
        told: tuple[str, ...] = ()
        for name in formats:
            progress(f"writing {name}", 0)
            told += writer(name)(bank, stage)
        files = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
        whole = msgspec.structs.replace(locked, notes=stamps.notes, types=stamps.types, files=files)
        (stage / NAME).write_text(text_of(whole), encoding="utf-8", newline="\n")
        return tuple((name, (stage / name).stat().st_size) for name in [*files, NAME]), told


def _now() -> int:
    """The time of this build: SOURCE_DATE_EPOCH where it is set, else the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return int(time.time())
    if not re.fullmatch(r"[0-9]{1,12}", epoch) or int(epoch) > LATEST:
        raise NetdrillError(f"SOURCE_DATE_EPOCH is '{epoch}', and must be a whole number of seconds up to {LATEST}")
    return int(epoch)


def bank_of(recipe: Recipe, drawn: Drawn) -> Bank:
    """The questions drawn, each in its place, and the codes of an exam's versions."""
    placed = []
    numbers: dict[str, int] = {}
    first: dict[str, Placed] = {}
    for slot in drawn.slots:
        numbers[slot.version] = numbers.get(slot.version, 0) + 1
        item, id = recipe.items[slot.item], slot.question.id
        points, place = number(item.points), numbers[slot.version]
        found = Placed(slot.question, slot.version, place, points, slot.item, item.space, item.ruled, first.get(id))
        placed.append(found)
        if recipe.same_questions and slot.version == FIRST:
            first[id] = found
    bank = Bank(recipe.title, recipe.course, tuple(placed), printed=recipe.printed, secret=recipe.secret)
    if not recipe.planned:
        return bank
    return replace(
        bank, codes={v: code(v, [each.question.id for each in found]) for v, found in bank.versions().items()}
    )


def _times(stamps: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    return {name: when for name, (_, when) in stamps.items()}


def _stamps(bank: Bank, formats: Sequence[str], place: Place) -> Lock:
    """A lock with the time that each note and note type last changed; without a deck they stay as they were."""
    if "apkg" not in formats:
        return place.lock
    from generator.formats.apkg import contents
    from generator.typeset.anki import note_types

    before, now = place.lock, place.now
    return Lock(notes=stamped(contents(bank), before.notes, now), types=stamped(note_types(), before.types, now))


def _pins(recipe: Recipe, slots: list[Slot]) -> dict[str, list[Pin]]:
    """Every question under its version and item, in order."""
    pins: dict[str, list[Pin]] = {}
    places: dict[int, int] = {}
    for place, item in enumerate(recipe.items):
        places[place] = sum(1 for earlier in recipe.items[:place] if earlier.key == item.key)
    seen: set[str] = set()
    for slot in slots:
        blueprint = slot.question.sheet.blueprint
        key = f"{slot.version}/{places[slot.item]}/{recipe.items[slot.item].key}"
        question = slot.question
        reused = question.id in seen
        seen.add(question.id)
        pin = Pin(question.id, blueprint.family.id, blueprint.key, question.numbers, reused, question.form.id)
        pins.setdefault(key, []).append(pin)
    return pins


def _notices(drawn: Drawn, lock: Lock, recipe: Recipe, relock: bool) -> tuple[str, ...]:
    found = []
    if lock.pins and relock:
        found.append("all questions were drawn anew (--relock)")
    elif lock.pins and recipe.seed is not None and lock.seed != recipe.seed:
        found.append(f"the seed changed from {lock.seed} to {recipe.seed}: all questions were drawn anew")
    if recipe.seed is None:
        found.append(f"the seed was drawn at random: keep {NAME} and show it nobody, nothing can be made again without")
    if drawn.reused:
        found.append(f"{_questions(drawn.reused)} of version B and later also stand in version A: there are no others")
    if drawn.redrawn:
        found.append(f"{_questions(drawn.redrawn)} of the lock drawn anew: they cannot be asked any more")
    return tuple(found)


def _planned(recipe: Recipe, bank: Bank) -> list[str]:
    """What an instructor should know of the paper: that it may be too long, and what students can practise."""
    found = []
    time = max(sum(covered(each).minutes for each in placed) for placed in bank.versions().values())
    if recipe.exam and recipe.exam.minutes is not None and time > recipe.exam.minutes:
        found.append(f"the questions take about {time:g} minutes, and the paper should take {recipe.exam.minutes}")
    known = sum(1 for each in bank.distinct() if _practised(each.question))
    if recipe.pool != PRACTICE and known:
        found.append(f"{_questions(known)} may be practised as well: small_spaces lets them in")
    return found


def _practised(question: Question) -> bool:
    """Whether a recipe for practice may ask it."""
    return belongs(question.sheet.blueprint, PRACTICE)(question.numbers)


def _questions(number: int) -> str:
    return f"{number:,} question{'s' * (number != 1)}"
