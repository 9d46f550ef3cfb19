"""Explaining grows linearly: `netdrill explain` of 2,000 layers against 1,000, each as a whole process.

The two are run in turn; the ratio is that of their medians, and should be at most 2.2.

    python benchmarks/explain.py [TURNS]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[1]


def model(layers: int) -> str:
    """A deep stack of layers of several kinds."""
    kinds = [
        {"type": "Conv2D", "filters": 16, "kernel_size": 3, "padding": "same"},
        {"type": "BatchNormalization"},
        {"type": "Activation"},
        {"type": "DepthwiseConv2D", "kernel_size": 3, "padding": "same"},
    ]
    return json.dumps({"input": [32, 32, 16], "layers": [kinds[n % len(kinds)] for n in range(layers)]})


def seconds(path: Path, shape: str) -> float:
    start = perf_counter()
    command = [sys.executable, "-m", "generator.command", "explain", str(path), "--format", shape]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def main(turns: int = 7) -> None:
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.json"), Path(folder, "large.json")
        small.write_text(model(1000), encoding="utf-8")
        large.write_text(model(2000), encoding="utf-8")
        for shape in ("json", "md", "html"):
            times = [(seconds(small, shape), seconds(large, shape)) for _ in range(turns)]
            one, two = (median(column) for column in zip(*times, strict=True))
            print(f"{shape:5} 1,000 layers {one:5.2f} s   2,000 layers {two:5.2f} s   {two / one:.2f} times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
