"""Renew the examples in the documentation: each block between ``<!-- $ netdrill … -->`` and ``<!-- end -->`` becomes
what the command prints.

    python docs/render.py           writes README.md and docs/*.md anew, and docs/figures.md with its figures
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
from generator.figures import draw, names, parameters

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


def gallery() -> dict[Path, str]:
    """The page of figures, and a file for each, with letters in place of names besides where it can be so drawn."""
    found, page = {}, [OPENING]
    for name in names():
        takes = parameters(name)
        page.append(f"\n## {name}\n\n")
        for blank in ({}, {"blank": "yes"}) if "blank" in takes else ({},):
            file = f"figures/{name}{'-blank' * bool(blank)}.svg"
            found[ROOT / "docs" / file] = draw(name, blank, card=True)
            page.append(f"![{name}{', with letters in place of names' * bool(blank)}]({file})\n")
        page.append("\n" * bool(takes))
        page += [f"- `{key}`: {each.describe()}\n" for key, each in takes.items()]
    return found | {ROOT / "docs" / "figures.md": "".join(page)}


OPENING = """# Figures

What `netdrill figures` draws: each as it is without parameters, and what it takes. A label is a short text; between
dollars it is math (`$h_{t-1}$`). `netdrill figures deep-rnn --set layers=3 > deep.svg` prints one.
"""


def run(check: bool) -> int:
    """Renew all pages; returns how many were out of date."""
    pages = gallery()
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        if path not in pages:
            pages[path] = renewed(path.read_text(encoding="utf-8"))
    return write(pages, check)


def write(pages: dict[Path, str], check: bool) -> int:
    """Write the pages that are not as they should be, unless they are only checked; returns how many they are."""
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale * (not check):
        path.parent.mkdir(exist_ok=True)
        path.write_text(pages[path], encoding="utf-8", newline="\n")
    return len(stale)


if __name__ == "__main__":
    out_of_date = run("--check" in sys.argv)
    if out_of_date and "--check" in sys.argv:
        sys.exit(f"{out_of_date} page(s) out of date: run python docs/render.py")
