"""Renew the examples in the documentation: each block between ``<!-- $ netdrill … -->`` and ``<!-- end -->`` becomes
what the command prints.

    python docs/render.py           writes README.md and docs/*.md anew
    python docs/render.py --check   exit code 1 if one of them is out of date
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

from generator.command import main

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(<!-- \$ netdrill (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)
HEADING = re.compile(r"^## \d+\. \(.*\)\n", re.MULTILINE)


def printed(command: str) -> str:
    """What the command prints: lists as they stand, Markdown as Markdown, questions without their headings."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        main(shlex.split(command))
    text = out.getvalue().strip()
    if not command.startswith(("show", "list --forms")):
        return f"```\n{text}\n```"
    return HEADING.sub("", text).replace("Answer: ______________________________\n", "---\n")


def renewed(text: str) -> str:
    return BLOCK.sub(lambda match: f"{match[1]}\n{printed(match[2])}\n\n{match[3]}", text)


def run(check: bool) -> int:
    """Renew all pages; returns how many were out of date."""
    stale = 0
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        new = renewed(text)
        if new != text:
            stale += 1
            if not check:
                path.write_text(new, encoding="utf-8")
    return stale


if __name__ == "__main__":
    out_of_date = run("--check" in sys.argv)
    if out_of_date and "--check" in sys.argv:
        sys.exit(f"{out_of_date} page(s) out of date: run python docs/render.py")
