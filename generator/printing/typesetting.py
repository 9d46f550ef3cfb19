"""Setting documents with Typst, which comes with the extra ``print``: tagged PDF, the same bytes every time."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.layout import Printed
from generator.printing import setting
from generator.printing.pandoc import PrintError, needed, run
from generator.printing.paper import Document
from generator.resources import folder

SPLIT = "netdrill-next"
PPI = 220  # of pictures of points
READ, SET = 20, 10  # documents of one run of pandoc, and of Typst: to start either takes its time
LARGEST = 200_000  # bytes of Typst in a file of several papers: Typst takes some 1.3 MB to set a thousand of them

Job = dict[str, bytes]  # the files that Typst sees, by name
Body = tuple[Document, str]  # a document, and what it is in Typst


@dataclass(frozen=True)
class Pdf:
    """A PDF, and the lints of what stands in it."""

    content: bytes
    lints: tuple[str, ...]


def bodies(documents: Sequence[Document]) -> Iterator[list[Body]]:
    """The documents as Typst, some at a time."""
    for start in range(0, len(documents), READ):
        some = documents[start : start + READ]
        texts = f"\n\n{SPLIT}\n\n".join(each.text for each in some)
        set_ = run(texts, "typst", ["--wrap=none", "--syntax-highlighting=none"])
        yield list(zip(some, re.split(rf"^{SPLIT}$", set_, flags=re.MULTILINE), strict=True))


def gathered(papers: Sequence[Body]) -> list[list[Body]]:
    """Papers in the order given, as many together as may stand in one file: memory grows with what is set at once."""
    found: list[list[Body]] = []
    size = LARGEST
    for paper in papers:
        size += len(paper[1])
        if size > LARGEST:
            found.append([])
            size = len(paper[1])
        found[-1].append(paper)
    return found


def job(set_: Sequence[Body], printed: Printed, title: str, cards: bool = False) -> Job:
    """What it takes to set these documents, papers or ``cards``, as one PDF."""
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
        "cards": cards,
        "coded": any(name.startswith("code-") for document, _ in set_ for name in document.figures),
    }
    files = {path: svg.encode() for document, _ in set_ for path, svg in document.figures.items()}
    files["main.typ"] = ('#import "paper.typ": *\n#show: paper\n' + "\n".join(body for _, body in set_)).encode()
    files["paper.typ"] = (folder("templates") / "print" / "paper.typ").read_bytes()
    files["settings.json"] = json.dumps(settings).encode()
    if printed.logo:
        files[f"logo.{layout.logo_kind}"] = printed.logo
    return files


def pdfs(jobs: Sequence[Job]) -> Iterator[Pdf]:
    """The PDF of each job, some set in one process. Raises PrintError with what Typst says."""
    needed("typst")
    for start in range(0, len(jobs), SET):
        for found in _set(jobs[start : start + SET]):
            if isinstance(found, str):
                raise PrintError(f"typst: {found}")
            content, lints = found
            yield Pdf(content, tuple(lints))


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
