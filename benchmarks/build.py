"""How long a build takes from nothing: 200 questions to a worksheet, its key and an Anki deck.

Each run is a new process and a new folder (files may be in the system's cache). It is set against what no build can
avoid, `python -c "import sympy, genanki"`, run in turn with it. Allowed is that, 20 ms for every structure compiled,
and 0.3 s. How many structures the recipe draws is read from a JSON Lines build of its own.

    python benchmarks/build.py [TURNS]
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

RECIPE = Path(__file__).with_name("build.toml")
ROOT = RECIPE.parents[1]
BASELINE = ("-c", "import sympy, genanki")
PER_STRUCTURE, BESIDES = 0.020, 0.3  # seconds


def python(*arguments: str) -> float:
    """Seconds that a new interpreter takes."""
    start = perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def build(folder: str, formats: str) -> float:
    return python("-m", "generator.command", "build", str(RECIPE), "-o", folder, "--formats", formats)


def drawn() -> tuple[int, int]:
    """How many questions the recipe makes, and of how many structures."""
    with TemporaryDirectory() as folder:
        build(folder, "jsonl")
        (file,) = Path(folder).rglob("questions.jsonl")
        records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return len(records), len({(each["family"], json.dumps(each["structure"], sort_keys=True)) for each in records})


def main(turns: int = 7) -> None:
    questions, structures = drawn()
    baseline, ours = [], []
    for _ in range(turns):
        baseline.append(python(*BASELINE))
        with TemporaryDirectory() as folder:
            ours.append(build(folder, "md,apkg"))
    allowed = median(baseline) + PER_STRUCTURE * structures + BESIDES
    print(f"{questions} questions of {structures} structures to md and apkg, median of {turns} runs each:")
    print(f"  import sympy, genanki   {median(baseline):.2f} s")
    print(f"  netdrill build          {median(ours):.2f} s")
    print(f"  allowed                 {allowed:.2f} s   build/allowed {median(ours) / allowed:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
