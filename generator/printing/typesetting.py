"""Setting documents with Typst, which comes with the extra ``print``: tagged PDF, the same bytes every time."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.layout import Printed
from generator.printing import setting
from generator.printing.pandoc import PrintError, needed, run
from generator.printing.paper import Document
from generator.resources import folder

SPLIT = "netdrill-next-document"
PPI = 220  # of pictures of points
BATCH = 10  # documents of one run of pandoc or Typst: to start it takes longer than to set most of them


def bodies(documents: Sequence[Document]) -> list[str]:
    """The documents as Typst."""
    found: list[str] = []
    for start in range(0, len(documents), BATCH):
        texts = [each.text for each in documents[start : start + BATCH]]
        set_ = run(f"\n\n{SPLIT}\n\n".join(texts), "typst", ["--wrap=none", "--syntax-highlighting=none"])
        found += re.split(rf"^{SPLIT}$", set_, flags=re.MULTILINE)
    return found


Job = dict[str, bytes]  # the files that Typst sees, by name
Set = tuple[bytes, list[float]]  # a PDF, and how small formulas had to shrink in it that became hard to read


def job(documents: Sequence[Document], set_: Sequence[str], printed: Printed, title: str) -> Job:
    """What it takes to set these documents as one PDF."""
    layout = printed.layout
    settings = {
        "title": title,
        "words": dict(printed.words),
        "paper": layout.paper,
        "language": layout.language,
        "size": layout.font_size,
        "columns": layout.columns,
        "header": layout.header,
        "duplex": layout.duplex,
        "points": layout.points,
        "keep-together": layout.keep_together,
    }
    files = {path: svg.encode() for each in documents for path, svg in each.figures.items()}
    files["main.typ"] = ('#import "paper.typ": *\n#show: paper\n' + "\n".join(set_)).encode()
    files["paper.typ"] = (folder("templates") / "print" / "paper.typ").read_bytes()
    files["settings.json"] = json.dumps(settings).encode()
    if printed.logo:
        files[f"logo.{layout.logo_kind}"] = printed.logo
    return files


def pdfs(jobs: Sequence[Job]) -> Iterator[Set]:
    """The PDF of each job. Raises PrintError with what Typst says."""
    needed("typst")
    for start in range(0, len(jobs), BATCH):
        for found in _set(jobs[start : start + BATCH]):
            if isinstance(found, str):
                raise PrintError(f"typst: {found}")
            content, wide = found
            yield content, [float(each) for each in wide]


def _set(jobs: Sequence[Job]) -> list[tuple[bytes, list[str]] | str]:
    """What `setting` makes of some jobs, in a process of its own."""
    home = str(Path(setting.__file__).parents[2])
    paths = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    ran = subprocess.run(
        [sys.executable, "-m", setting.__name__],
        input=pickle.dumps(list(jobs)), capture_output=True, check=False, env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    if ran.returncode:
        raise PrintError(f"typst: {' '.join(ran.stderr.decode(errors='replace').split())[-500:]}")
    found: list[tuple[bytes, list[str]] | str] = pickle.loads(ran.stdout)
    return found


def png(svg: str) -> bytes:
    """A figure as a picture of points, for formats that show no SVG."""
    typst = needed("typst")
    main = '#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")'
    files = {"main.typ": main.encode(), "figure.svg": svg.encode()}
    found: bytes = typst.compile(files, format="png", ppi=PPI, ignore_system_fonts=True)
    return found
