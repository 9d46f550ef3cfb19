"""How soon the command answers: `netdrill --help` against the bare interpreter's start.

The two are run in turn; the ratio is that of their medians.

    python benchmarks/start.py [TURNS]
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[1]
INSTALLED = Path(sysconfig.get_path("scripts"), "netdrill")
COMMAND = [str(INSTALLED)] if INSTALLED.exists() else [sys.executable, "-m", "generator.command"]


def seconds(*command: str) -> float:
    start = perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def main(turns: int = 15) -> None:
    bare, ours = [], []
    for _ in range(turns):
        bare.append(seconds(sys.executable, "-c", "pass"))
        ours.append(seconds(*COMMAND, "--help"))
    print(f"python -c pass     {median(bare) * 1000:4.0f} ms")
    print(f"netdrill --help    {median(ours) * 1000:4.0f} ms   {median(ours) / median(bare):.1f} times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
