"""Whether banks stream: time and peak of a process that writes 10,000 questions to Moodle XML, against 1,000.

Each count is a new process, which compiles the same structures first. The questions are drawn before the measured part,
so what grows with their number is they themselves: the ratio should be little above 1.

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
    """Write so many questions, and print the seconds that it took and the peak of this process in kilobytes."""
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
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        write(Bank("Banks", "", tuple(placed)), Path(folder))
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, peak // 1024 if sys.platform == "darwin" else peak)  # bytes there, kilobytes elsewhere


def main() -> None:
    peaks = []
    for count in (FEW, MANY):
        done = subprocess.run(
            [sys.executable, __file__, str(count)], check=True, capture_output=True, text=True
        ).stdout.split()
        peaks.append(float(done[1]))
        print(f"{count:>6,} questions: {float(done[0]):5.2f} s, peak {float(done[1]) / 1024:.1f} MB")
    print(f"{peaks[1] / peaks[0]:.3f} times the peak")


if __name__ == "__main__":
    measured(int(sys.argv[1])) if len(sys.argv) > 1 else main()
