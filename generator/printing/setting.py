"""Typst in a process of its own: what it keeps in memory of every document goes when the process ends.

Reads pickled jobs from standard input, each a mapping of files, and writes for each the PDF and the values of what is
labelled ``<wide>``, or the message of an error, pickled, to standard output.
"""

from __future__ import annotations

import json
import pickle
import sys
from typing import Any


def one(files: dict[str, bytes]) -> tuple[bytes, list[str]] | str:
    """The PDF of ``main.typ``; Typst sees these files and its own fonts, so the bytes are the same anywhere."""
    import typst

    seen: dict[str, Any] = {"ignore_system_fonts": True}
    try:
        found = typst.compile(files, format="pdf", pdf_standards=["ua-1"], timestamp=0, **seen)
        wide = json.loads(typst.query(files, "<wide>", **seen))
    except typst.TypstError as error:
        return " ".join(str(error).split())[:500]
    return found, [each["value"] for each in wide]


def main() -> None:
    jobs: list[dict[str, bytes]] = pickle.load(sys.stdin.buffer)  # from the process that started this one
    pickle.dump([one(files) for files in jobs], sys.stdout.buffer)


if __name__ == "__main__":
    main()
