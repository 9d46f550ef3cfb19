"""Files that pandoc writes by itself, one for each paper and each key: Word and HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.bank import Bank
from generator.layout import Printed
from generator.printing.pandoc import run
from generator.printing.paper import documents

WIDTH = re.compile(r'<svg[^>]* viewBox="0 0 ([\d.]+)')
SMALLEST = 2.2  # cm: a QR code counts its squares, not pixels
PIXEL = 2.54 / 96  # cm
Picture = Callable[[str], bytes]


def write_all(bank: Bank, folder: Path, to: str, suffix: str, picture: Picture, options: Sequence[str]) -> None:
    """``worksheet.<to>`` and ``answers.<to>``, or one of each for every version.

    ``picture`` makes the bytes of a figure from its SVG, for a file that ends with ``suffix``.
    """
    layout, words = bank.printed.layout, bank.printed.words
    told = {"pagetitle": bank.title, "lang": layout.language}
    told |= {name: words[name] for name in ("point", "points")} if layout.points else {}
    meta = [f"--metadata={name}:{text}" for name, text in told.items()]
    for key in (False, True):
        found = documents(bank, key)
        for document in found:
            with TemporaryDirectory() as place:
                text = document.text
                for path, svg in document.figures.items():
                    name = path.removesuffix(".svg") + suffix
                    _put(Path(place, name), picture(svg))
                    text = text.replace(f"]({path})", f"]({name}){{width={_width(svg):.2f}cm}}")
                if bank.printed.logo:
                    text = _logo(text, Path(place), bank.printed, suffix, picture)
                file = (folder / f"{document.file(len(found))}.{to}").resolve()
                run(text, to, [*meta, *options, f"--output={file}"], Path(place))


def _logo(text: str, place: Path, printed: Printed, suffix: str, picture: Picture) -> str:
    """The text with the logo in the kind of file that the format shows."""
    kind, content = f".{printed.layout.logo_kind}", printed.logo
    if kind == ".svg":
        kind, content = suffix, picture(content.decode("utf-8", "replace"))
    _put(place / f"logo{kind}", content)
    return text.replace(f"](logo.{printed.layout.logo_kind})", f"](logo{kind})")


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def _width(svg: str) -> float:
    """How wide a figure is shown, in cm."""
    found = WIDTH.search(svg)
    return max(float(found[1]) * PIXEL, SMALLEST) if found else 9
