"""Running pandoc, which comes with the extra ``print``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

from generator.errors import NetdrillError
from generator.resources import folder

# what a text may hold: nothing that would pass through to the format as it is
READER = "markdown-raw_html-raw_tex-raw_attribute-implicit_figures-citations-example_lists-yaml_metadata_block-smart"
EPOCH = "315532800"  # 1980, when archives begin to count: the stamp of a file if nothing else is said
LONGEST = 600  # seconds that pandoc may take


class PrintError(NetdrillError):
    """Printing that cannot be done: what is missing, or what pandoc or Typst said."""


def needed(module: str) -> ModuleType:
    """A module of the extra ``print``. Raises PrintError that says what to install."""
    try:
        return import_module(module)
    except ImportError:
        raise PrintError("to print needs more: python -m pip install 'netdrill[print]'") from None


def run(text: str, to: str, options: Sequence[str] = (), within: Path | None = None) -> str:
    """What pandoc makes of canonical Markdown; ``within`` is the folder of its figures.

    Raises PrintError, for a warning as well: TeX that pandoc cannot read would be printed as it is.
    """
    program = needed("pypandoc").get_pandoc_path()
    filter = folder("templates") / "print" / "print.lua"
    command = [program, "--from", READER, "--to", to, "--lua-filter", str(filter), "--fail-if-warnings", *options]
    environment = {"SOURCE_DATE_EPOCH": EPOCH} | os.environ
    try:
        ran = subprocess.run(
            command, input=text, capture_output=True, text=True, encoding="utf-8", check=False,
            cwd=within, env=environment, timeout=LONGEST,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrintError(f"pandoc cannot be run: {error}") from None
    if ran.returncode:
        raise PrintError(f"pandoc: {' '.join(ran.stderr.split())[:500]}")
    return ran.stdout
