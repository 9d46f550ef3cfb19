"""Whether memory stays flat: the peak of a process that streams 100,000 records to a file, against 1,000.

Each count is a new process, which compiles the same structures first; its peak is the resident set that the system
reports at its end. Records are made one at a time and kept nowhere, so the ratio should be near 1.

    python benchmarks/memory.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
from itertools import islice
from tempfile import TemporaryFile

FAMILY = "recurrent-parameters"
FEW, MANY = 1_000, 100_000


def stream(count: int) -> None:
    """Write so many records to a file, and print the peak of this process in kilobytes."""
    from records import blueprints, in_turn

    source = in_turn(blueprints(FAMILY))
    with TemporaryFile("w", encoding="utf-8") as file:
        file.writelines(text + "\n" for text in islice(source, count))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak // 1024 if sys.platform == "darwin" else peak)  # bytes there, kilobytes elsewhere


def peak(count: int) -> int:
    done = subprocess.run([sys.executable, __file__, str(count)], check=True, capture_output=True, text=True)
    return int(done.stdout)


def main() -> None:
    few, many = peak(FEW), peak(MANY)
    print(f"{FEW:>7,} records: peak {few / 1024:.1f} MB")
    print(f"{MANY:>7,} records: peak {many / 1024:.1f} MB   {many / few:.3f} times")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        stream(int(sys.argv[1]))
    else:
        main()
