"""Writing a folder of outputs: all of it or nothing, and never over a file that is not ours."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from generator.errors import OutputError
from generator.lock import NAME

LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave in any folder that was looked at


def check_folder(target: Path, written: Iterable[str]) -> None:
    """Raises OutputError if the folder cannot be there, or holds anything that an earlier build did not write."""
    try:
        _check_place(target)
        foreign = list(_foreign(target, "", {*written, NAME})) if target.exists() else []
    except OSError as error:
        raise OutputError(f"{target}: cannot be read ({error.strerror or error})") from None
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise OutputError(
            f"{target}: holds '{foreign[0]}'{more}, which no {NAME} there says netdrill wrote; "
            "move it away, or choose another folder with -o"
        )


def _foreign(folder: Path, within: str, ours: set[str]) -> Iterator[str]:
    """What lies in a folder and its subfolders and is not ours; ``within`` is its path, with a slash behind it."""
    for path in sorted(folder.iterdir()):
        name = within + path.name
        if path.is_dir() and not path.is_symlink() and any(each.startswith(f"{name}/") for each in ours):
            yield from _foreign(path, f"{name}/", ours)
        elif not path.is_file() or (name not in ours and path.name not in LITTER):
            yield name


def _check_place(target: Path) -> None:
    for path in (*reversed(target.parents), target):
        if (path.exists() or path.is_symlink()) and not path.is_dir():
            raise OutputError(f"{path}: is a file, and the output folder would have to be there")


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A folder to write into, which takes the place of ``target`` when all went well and vanishes when not."""
    parent = target.parent
    made = [path for path in (parent, *parent.parents) if not path.exists()]
    work: Path | None = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".netdrill-", dir=parent))
        (work / "new").mkdir()
        yield work / "new"
        _swap(work / "new", target, work / "old")
    except BaseException as error:
        _clear(work, made)
        if isinstance(error, OSError | sqlite3.Error):
            raise OutputError(f"{target}: cannot be written ({getattr(error, 'strerror', None) or error})") from None
        raise
    _clear(work, [])


def _clear(work: Path | None, made: Iterable[Path]) -> None:
    """Take away the folder worked in, and those of the parents made for it that are empty."""
    if work:
        shutil.rmtree(work, ignore_errors=True)
    with suppress(OSError):
        for parent in made:
            parent.rmdir()


def _swap(new: Path, target: Path, old: Path) -> None:
    """Put the new folder where the target is; the old one is back there if that fails."""
    if not target.exists():
        new.rename(target)
        return
    shutil.copymode(target, new)
    try:
        target.rename(old)
        new.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
