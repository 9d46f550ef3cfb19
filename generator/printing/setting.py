"""Typst in a process of its own: what it keeps in memory of every document goes when the process ends.

Reads pickled jobs from standard input, each a mapping of files, and writes for each the PDF and its lints, which are
the values of what is labelled ``<lint>``, or the message of an error, pickled, to standard output.
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
        content, warned = typst.compile_with_warnings(files, format="pdf", pdf_standards=["ua-1"], timestamp=0, **seen)
        lints = json.loads(typst.query(files, "<lint>", **seen))
    except typst.TypstError as error:
        return " ".join(str(error).split())[:500]
    if warned:
        return f"warning: {' '.join(str(warned[0]).split())[:500]}"
    return content, [each["value"] for each in lints]


def main() -> None:
    jobs: list[dict[str, bytes]] = pickle.load(sys.stdin.buffer)  # from the process that started this one
    pickle.dump([one(files) for files in jobs], sys.stdout.buffer)


if __name__ == "__main__":
    main()
