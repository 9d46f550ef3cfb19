"""What printing costs: a build of an exam's PDFs and keys against pandoc and Typst alone, and the peak of 100 versions.

Alone means the same Markdown through one run of pandoc and one process of Typst, which sets every paper and key and the
papers of all versions together, as the build does: no question is drawn, nothing is looked at. Both are run in turn,
and what counts is the processor's time, which other work on the machine moves less than the clock's. The peak is that
of all processes of a build at one time, read from /proc twenty times a second.

    python benchmarks/print.py [VERSIONS] [TURNS]
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from generator.build import bank_of
from generator.draw import draw
from generator.printing.pandoc import run
from generator.printing.paper import Document, documents
from generator.printing.typesetting import SPLIT, Job, gathered, job
from generator.recipe import read_recipe

RECIPE = Path(__file__).with_name("print.toml")
MANY = 100
ALLOWED, LARGEST = 1.3, 600  # times, MB


def build(folder: str, versions: int) -> list[str]:
    command = ("build", str(RECIPE), "-o", folder, "--versions", str(versions), "--relock")
    return [sys.executable, "-m", "generator.command", *command]


def papers(versions: int) -> tuple[list[Document], list[Document]]:
    """The papers and the keys that a build prints."""
    recipe = read_recipe(RECIPE).with_options(None, versions, None)
    bank = bank_of(recipe, draw(recipe, recipe.seed or 0, {}))
    return documents(bank, key=False), documents(bank, key=True)


def alone(papers: list[Document], keys: list[Document]) -> None:
    """Set these documents with pandoc and Typst."""
    printed, texts = read_recipe(RECIPE).printed, f"\n\n{SPLIT}\n\n".join(each.text for each in (*papers, *keys))
    bodies = run(texts, "typst", ["--wrap=none", "--syntax-highlighting=none"]).split(f"\n{SPLIT}\n")
    done = list(zip((*papers, *keys), bodies, strict=True))
    jobs = [job(some, printed, "Papers") for some in ([[each] for each in done] + gathered(done[: len(papers)]))]
    subprocess.run([sys.executable, __file__, "-"], input=pickle.dumps(jobs), check=True)


def seconds(what: Callable[[], object]) -> float:
    """Seconds of the processor that something takes, here and in the processes it starts."""
    start = spent()
    what()
    return spent() - start


def spent() -> float:
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + begun.ru_utime + begun.ru_stime


def set_all() -> None:
    """Set the jobs that standard input holds, pickled by this program."""
    import typst

    jobs: list[Job] = pickle.load(sys.stdin.buffer)
    for files in jobs:
        typst.compile(files, format="pdf", pdf_standards=["ua-1"], timestamp=0, ignore_system_fonts=True)


def peak(command: list[str]) -> int:
    """The most memory in MB that a command and the processes it starts have at one time."""
    most, process = 0, subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, sum(map(resident, family(process.pid))))
        time.sleep(0.05)
    return most // 1024


def family(process: int) -> list[int]:
    """A process and all that it started."""
    found = [process]
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        found += [each for child in children.read_text().split() for each in family(int(child))]
    return found


def resident(process: int) -> int:
    """The memory of a process in kB; none if it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def main(versions: int = 20, turns: int = 3) -> None:
    found, ours, theirs = papers(versions), [], []
    for _ in range(turns):
        with TemporaryDirectory() as folder:
            command = build(folder, versions)
            ours.append(seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)))  # noqa: B023
        theirs.append(seconds(lambda: alone(*found)))
    ratio = median(ours) / median(theirs)
    print(f"{versions} versions of 20 questions as PDFs with keys, median of {turns} runs each:")
    print(f"  pandoc and Typst alone  {median(theirs):6.2f} s")
    print(f"  netdrill build          {median(ours):6.2f} s   {ratio:.2f} times   (allowed {ALLOWED})")
    with TemporaryDirectory() as folder:
        most = peak(build(folder, MANY))
    print(f"{MANY} versions: peak of all processes together {most} MB   (allowed {LARGEST})")


if __name__ == "__main__":
    set_all() if sys.argv[1:] == ["-"] else main(*map(int, sys.argv[1:3]))
