"""Whether banks stream: time and peak of a process that writes 10,000 questions to Moodle XML, against 1,000.

Each count is a new process, which compiles the same structures first. The questions are drawn before the measured part,
so what grows with their number is they themselves: beyond them, writing and checking should take as much for many as
for few.

    python benchmarks/banks.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.bank import Bank, Placed
from generator.blueprint import compile_structure
from generator.family import find
from generator.formats.moodle import write
from generator.forms import FORMS
from generator.question import maker
from generator.sheet import Sheet
from generator.space import walk

FAMILY, FORM = "recurrent-parameters", "open"
FEW, MANY = 1_000, 10_000


def measured(count: int) -> None:
    """Write so many questions, and print the seconds, and the peaks of this process in kilobytes before and after."""
    family = find(FAMILY)
    placed: list[Placed] = []
    for structure in family.structures():
        blueprint = compile_structure(family, structure)
        if blueprint is None:
            continue
        make, space = maker(Sheet(blueprint), FORMS[FORM]), blueprint.space
        read, step = space.reader(), walk(space.size, "banks")
        made = filter(None, (make(read(step(place))) for place in range(space.size)))
        placed += [Placed(question, "A", 1, 1, 0) for question in islice(made, count - len(placed))]
        if len(placed) == count:
            break
    bank, before = Bank("Banks", "", tuple(placed)), peak()
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        write(bank, Path(folder))
        seconds = time.perf_counter() - start
    print(seconds, before, peak())


def peak() -> int:
    """The most memory that this process has had, in kilobytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most  # bytes there, kilobytes elsewhere


def main() -> None:
    peaks, grown = [], []
    for count in (FEW, MANY):
        done = subprocess.run(
            [sys.executable, __file__, str(count)], check=True, capture_output=True, text=True
        ).stdout.split()
        seconds, before, after = map(float, done)
        peaks.append(after)
        grown.append((after - before) / 1024)
        print(f"{count:>6,} questions: {seconds:5.2f} s, peak {after / 1024:.1f} MB, {grown[-1]:.1f} MB of it to write")
    print(f"{peaks[1] / peaks[0]:.3f} times the peak; {grown[1] - grown[0]:+.1f} MB to write")


if __name__ == "__main__":
    measured(int(sys.argv[1])) if len(sys.argv) > 1 else main()
