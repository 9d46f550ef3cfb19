"""Zip packages with the same bytes for the same content, written in pieces."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from zipfile import ZipFile, ZipInfo

OLDEST = (1980, 1, 1, 0, 0, 0)  # the first date that a zip file can tell


class Package:
    """A package being written. ``names`` are those of its files, in order."""

    def __init__(self, file: ZipFile) -> None:
        self.file, self.names = file, dict[str, None]()

    def add(self, name: str, content: str | Iterable[str]) -> None:
        """A file, from its whole text or from pieces; a name that is there already is left as it is.

        Pieces may add files themselves: they are kept aside until the last of them has come.
        """
        if name in self.names:
            return
        self.names[name] = None
        with TemporaryFile("w+b") as aside:
            for piece in [content] if isinstance(content, str) else content:
                aside.write(piece.encode())
            size = aside.tell()
            aside.seek(0)
            with self.file.open(_entry(name, size), "w") as out:
                shutil.copyfileobj(aside, out)


def _entry(name: str, size: int) -> ZipInfo:
    entry = ZipInfo(name, OLDEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o644 << 16
    entry.file_size = size
    return entry


@contextmanager
def packed(path: Path) -> Iterator[Package]:
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        yield Package(file)
