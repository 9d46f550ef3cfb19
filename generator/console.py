"""What the commands share on the console: how help looks, and progress on long work."""

from __future__ import annotations

import sys
from collections.abc import Callable

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class watched:
    """A progress bar on standard error while a person watches, nothing otherwise."""

    def __init__(self, total: int) -> None:
        self.total = total

    def __enter__(self) -> Callable[[str, int], None]:
        if not sys.stderr.isatty():
            return lambda what, done: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.bar.start()
        task = self.bar.add_task("drawing", total=self.total)
        return lambda what, done: self.bar.update(task, description=what, advance=done)

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "bar"):
            self.bar.stop()
