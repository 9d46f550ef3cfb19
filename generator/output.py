"""Writing a folder of outputs: all of it or nothing, and never over a file that is not ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.errors import OutputError
from generator.lock import NAME


def check_folder(target: Path, written: Iterable[str]) -> None:
    """Raises OutputError if the folder holds anything that an earlier build did not write."""
    for parent in target.parents:
        if parent.exists() and not parent.is_dir():
            raise OutputError(f"{parent}: is a file, and the output folder would have to be there")
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        raise OutputError(f"{target}: is a file, and the output folder would have to be there")
    known = {*written, NAME}
    foreign = sorted(path.name for path in target.iterdir() if path.name not in known or not path.is_file())
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise OutputError(
            f"{target}: holds '{foreign[0]}'{more}, not written by netdrill here; choose another folder with -o"
        )


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A folder to write into, which takes the place of ``target`` when all went well and vanishes when not."""
    made = [parent for parent in (target, *target.parents) if not parent.exists()][1:]
    stage = target.parent / f".{target.name}.new"
    old = target.parent / f".{target.name}.old"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        yield stage
        _swap(stage, target, old)
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        for parent in made:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        if isinstance(error, OSError):
            where = error.filename or target
            raise OutputError(f"{where}: cannot be written ({error.strerror or error})") from None
        raise


def _swap(stage: Path, target: Path, old: Path) -> None:
    if not target.exists():
        os.rename(stage, target)
        return
    shutil.rmtree(old, ignore_errors=True)
    os.rename(target, old)
    try:
        os.rename(stage, target)
    except OSError:
        os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)
