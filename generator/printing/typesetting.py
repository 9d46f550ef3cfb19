"""Setting documents with Typst, which comes with the extra ``print``: tagged PDF, the same bytes every time."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from generator.layout import Printed
from generator.printing.pandoc import PrintError, needed, run
from generator.printing.paper import Document
from generator.resources import folder

SPLIT = "netdrill-next-document"
PPI = 220  # of pictures of points
BATCH = 20  # documents of one run of pandoc: starting it takes longer than most of them


def bodies(documents: Sequence[Document]) -> list[str]:
    """The documents as Typst."""
    found: list[str] = []
    for start in range(0, len(documents), BATCH):
        texts = [each.text for each in documents[start : start + BATCH]]
        set_ = run(f"\n\n{SPLIT}\n\n".join(texts), "typst", ["--wrap=none", "--syntax-highlighting=none"])
        found += re.split(rf"^{SPLIT}$", set_, flags=re.MULTILINE)
    return found


def pdf(documents: Sequence[Document], set_: Sequence[str], printed: Printed, title: str) -> tuple[bytes, list[float]]:
    """One PDF of all these documents, and how small formulas had to shrink that became hard to read."""
    typst = needed("typst")
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
    files: dict[str, bytes] = {path: svg.encode() for each in documents for path, svg in each.figures.items()}
    files["main.typ"] = ('#import "paper.typ": *\n#show: paper\n' + "\n".join(set_)).encode()
    files["paper.typ"] = (folder("templates") / "print" / "paper.typ").read_bytes()
    files["settings.json"] = json.dumps(settings).encode()
    if printed.logo:
        files[f"logo.{layout.logo_kind}"] = printed.logo
    seen: dict[str, Any] = {"ignore_system_fonts": True}  # the same fonts, and so the same bytes, anywhere
    try:
        found: bytes = typst.compile(files, format="pdf", pdf_standards=["ua-1"], timestamp=0, **seen)
        wide: list[dict[str, Any]] = json.loads(typst.query(files, "<wide>", **seen))
    except typst.TypstError as error:
        raise PrintError(f"typst: {' '.join(str(error).split())[:500]}") from None
    return found, [float(each["value"]) for each in wide]


def png(svg: str) -> bytes:
    """A figure as a picture of points, for formats that show no SVG."""
    typst = needed("typst")
    main = '#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")'
    files = {"main.typ": main.encode(), "figure.svg": svg.encode()}
    found: bytes = typst.compile(files, format="png", ppi=PPI, ignore_system_fonts=True)
    return found
