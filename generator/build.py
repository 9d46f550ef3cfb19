"""From a recipe to a folder of files: draw, stamp, write."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from generator.bank import Bank, Placed, number
from generator.draw import Drawn, Slot, draw
from generator.errors import NetdrillError
from generator.formats import writer
from generator.lock import LATEST, NAME, Lock, Pin, read_lock, stamped, text_of
from generator.output import check_folder, staged
from generator.recipe import Recipe

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


def build(recipe: Recipe, root: Path, relock: bool = False, progress: Progress = lambda what, n: None) -> Summary:
    """Write all formats of a recipe into ``root/<recipe name>``, with the lock that keeps its questions.

    Raises NetdrillError; the folder is then as it was before.
    """
    place = Place(root / recipe.name)
    fresh = relock or place.lock.seed != recipe.seed
    drawn = draw(recipe, {} if fresh else place.lock.pins, lambda n: progress("drawing", n))
    locked = Lock(seed=recipe.seed, pins=_pins(recipe, drawn.slots))
    files, told = deliver(_bank(recipe, drawn), recipe.formats, place, locked, progress)
    return Summary(
        folder=place.folder,
        files=files,
        questions=len(drawn.slots) // recipe.versions,
        versions=recipe.versions,
        structures=drawn.structures,
        notices=(*_notices(drawn, place.lock, recipe, relock), *told),
    )


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
    """Write a bank in its formats, and ``locked`` with the times of change; returns name and size of each file, and
    what the formats cannot hold.
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


def _bank(recipe: Recipe, drawn: Drawn) -> Bank:
    placed = []
    numbers: dict[str, int] = {}
    for slot in drawn.slots:
        numbers[slot.version] = numbers.get(slot.version, 0) + 1
        points = number(recipe.items[slot.item].points)
        placed.append(Placed(slot.question, slot.version, numbers[slot.version], points, slot.item))
    return Bank(recipe.title, recipe.course, tuple(placed))


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
    elif lock.pins and lock.seed != recipe.seed:
        found.append(f"the seed changed from {lock.seed} to {recipe.seed}: all questions were drawn anew")
    if drawn.reused:
        found.append(f"{_questions(drawn.reused)} of version B and later also stand in version A: there are no others")
    if drawn.redrawn:
        found.append(f"{_questions(drawn.redrawn)} of the lock drawn anew: they cannot be asked any more")
    return tuple(found)


def _questions(number: int) -> str:
    return f"{number:,} question{'s' * (number != 1)}"
