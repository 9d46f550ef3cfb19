"""How fast questions become records, against the floor: the same kind of record written out by hand.

Measured is the whole way from an index to the filled JSON Lines record of a choice question: walk, read, compute,
pick the options, hash the id, fill. Warm (structures are compiled beforehand), one core, the garbage collector as it
is. Structures take turns, a stretch of each at a time: any stretch of a walk can be made anywhere. Before a family is
timed, a stretch of each of its structures is made, so no turn holds a first one. Each family is run in turn with the
floor (A B A B …) in one process, and the ratio is the median over the turns: the machine's speed and its other load
drop out.

    python benchmarks/records.py                       all families that ask for a whole number
    python benchmarks/records.py recurrent-parameters  the families named
    python benchmarks/records.py --floor PATH          another script with a make(features, units, shuffle)
"""

from __future__ import annotations

import importlib.util
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from itertools import chain, count, cycle, islice
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from generator.blueprint import Blueprint, compile_structure
from generator.family import families
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.question import maker
from generator.sheet import Sheet
from generator.space import walk

PROMISED = "Counting parameters"  # the topic whose families, drawn in turn, are to reach the promise
PROMISE = 1.5
TURNS, RECORDS, STRETCH = 15, 4000, 500
FLOOR = Path(__file__).with_name("floor.py")


def blueprints(family: str) -> list[Blueprint]:
    """The structures of a family that make choice questions about a whole number."""
    found = families()[family]
    compiled = [each for axes in found.structures() if (each := compile_structure(found, axes))]
    return [each for each in compiled if each.problem.answer.kind == "integer" and FORMS["choice"].asks(each)]


def records(blueprint: Blueprint) -> Iterator[str]:
    """The structure's records without end: its space is walked over and over."""
    sheet, form, size = Sheet(blueprint), FORMS["choice"], blueprint.space.size
    make, fill, step, read = maker(sheet, form), record(sheet, form), walk(size, "benchmark"), blueprint.space.reader()
    for index in count():
        question = make(read(step(index % size)))
        if question is not None:
            yield fill(question.row(index), question.chosen)


def in_turn(found: list[Blueprint]) -> Iterator[str]:
    for source in cycle([records(each) for each in found]):
        yield from islice(source, STRETCH)


def by_hand(path: Path) -> Iterator[str]:
    """The floor's records without end."""
    spec = importlib.util.spec_from_file_location("floor", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python script")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    make: Callable[[int, int, Random], str] = module.make
    draw, shuffle = Random(1), Random(2)
    while True:
        yield make(draw.randrange(4, 513), draw.choice((8, 16, 32, 64, 128, 256)), shuffle)


def rate(source: Iterator[str]) -> tuple[float, float]:
    """Records per second, and bytes per record."""
    start = perf_counter()
    size = sum(map(len, islice(source, RECORDS)))
    return RECORDS / (perf_counter() - start), size / RECORDS


def main() -> None:
    parser = ArgumentParser(description="Records per second, against the floor.")
    parser.add_argument("family", nargs="*")
    parser.add_argument("--floor", type=Path, default=FLOOR)
    asked = parser.parse_args()
    floor = by_hand(asked.floor)
    found = {name: each for name in asked.family or families() if (each := blueprints(name))}
    counting = [name for name in found if families()[name].topic == PROMISED]
    print(f"{'':34} structures  bytes  records/s  times the floor")
    ratios = {name: _measured(name, lot, floor) for name, lot in found.items()}
    if not counting:
        return
    whole = _measured(f"{PROMISED}, in turn", list(chain(*(found[name] for name in counting))), floor)
    alone = [ratios[name] for name in counting]
    told = f"One by one they lie between {min(alone):.2f} and {max(alone):.2f}: the longer the records, the lower."
    print(f"\nThe promise is about the families of the topic {PROMISED}, drawn in turn: {PROMISE} times the floor.")
    print(f"{'Kept' if whole >= PROMISE else 'Not kept'}: {whole:.2f}. {told}")


def _measured(name: str, lot: list[Blueprint], floor: Iterator[str]) -> float:
    """Print a row of the table; returns the ratio."""
    source, turns = in_turn(lot), []
    for _ in islice(source, STRETCH * len(lot)):  # warm: a stretch of each structure
        pass
    for _ in range(TURNS):
        hand, _ = rate(floor)
        turns.append((*rate(source), hand))
    speed, size, ratio = (median(column) for column in zip(*((s, b, s / f) for s, b, f in turns), strict=True))
    print(f"{name:34} {len(lot):10}  {size:5.0f}  {speed:9,.0f}  {ratio:15.2f}", flush=True)
    return ratio


if __name__ == "__main__":
    main()
