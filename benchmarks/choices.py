"""Choice questions by the thousand, each checked: no two options equal, one of them right, every feedback recomputed.

The checks are those of the tests (`tests/choices.py`), which work everything out a second way. Structures take turns
as in a build, and families have equal shares; what a small one cannot give comes from the others.

    python benchmarks/choices.py [COUNT]     50,000 unless said otherwise; exit code 1 if something does not hold
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from choices import holds

from generator.draw import Compiler, Pool
from generator.family import families
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.question import Question
from generator.recipe import Item

FORM = FORMS["choice"]


def drawn(family: str, count: int) -> Iterator[Question]:
    """So many choice questions of a family, or all there are."""
    pool, taken = Pool(Item(family, (FORM.id,), count, 1, (family,), None, {}), 1, Compiler()), set[str]()
    for turn in range(count):
        question = pool.draw(turn, taken)
        if question is None:
            return
        yield question


def checked(family: str, count: int) -> tuple[int, int, list[str]]:
    """How many questions and wrong options were checked, and what does not hold."""
    questions, wrong, faults = 0, 0, []
    for question in drawn(family, count):
        found = json.loads(question.sheet.once(record, FORM)(question.row(1, 1), question.chosen))
        questions += 1
        wrong += len(found["options"]) - 1
        try:
            holds(question.sheet.blueprint, found, questions)
        except AssertionError as fault:
            faults.append(f"{family} {found['id']}: {fault}")
    return questions, wrong, faults


def main(count: int = 50_000) -> int:
    left, total, options, faults = len(families()), 0, 0, list[str]()
    start = perf_counter()
    for family in sorted(families(), key=lambda name: len(list(drawn(name, 1000)))):  # small ones first
        questions, wrong, found = checked(family, -(-(count - total) // left))
        total, options, left, faults = total + questions, options + wrong, left - 1, faults + found
        print(f"{family:34} {questions:7,} questions  {wrong:8,} feedbacks  {len(found):4} faults", flush=True)
    print(f"{'all':34} {total:7,} questions  {options:8,} feedbacks  {len(faults):4} faults", end="")
    print(f"  in {perf_counter() - start:,.0f} s")
    print(*faults[:20], sep="\n")
    return min(len(faults), 1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
