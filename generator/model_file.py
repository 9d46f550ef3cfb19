"""The models in a file: JSON, JSON Lines, Keras' JSON, or a .keras archive."""

from __future__ import annotations

import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.errors import ModelError
from generator.keras_config import read_keras
from generator.model import Model
from generator.spec import DEEPEST, read_spec

LONGEST = 64 * 2**20  # bytes of a file


def read_models(path: Path, text: str | None = None) -> Iterator[Model | ModelError]:
    """The models in a file, or in the text given; a faulty one comes as its error.

    Raises ModelError if the file itself cannot be read.
    """
    for table in _tables(path, text):
        try:
            yield table if isinstance(table, ModelError) else read_model(table)
        except RecursionError:
            yield ModelError("is nested too deeply")
        except ModelError as error:
            yield error


def read_model(table: object) -> Model:
    """A model from a table: the JSON model format, a Keras configuration, or a record that holds one of them."""
    for _ in range(DEEPEST):
        if not isinstance(table, Mapping):
            break
        if "class_name" in table:
            return read_keras(table)
        if "layers" in table:
            rows = table["layers"] if isinstance(table["layers"], list) else []
            if any(isinstance(row, Mapping) and "class_name" in row for row in rows):
                functional = any(isinstance(row, Mapping) and row.get("inbound_nodes") for row in rows)
                return read_keras({"class_name": "Functional" if functional else "Sequential", "config": table})
            break
        held = [table[name] for name in ("spec", "model", "keras_json") if isinstance(table.get(name), Mapping)]
        if not held:
            break
        table = held[0]
    return read_spec(table)


def _tables(path: Path, text: str | None) -> Iterator[object]:
    text = _content(path) if text is None else text.removeprefix("\ufeff")
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise ModelError(f"{path}: not valid JSON: the file is empty")
    if path.suffix == ".jsonl" or (len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines)):
        for line in lines:
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                yield ModelError(f"not valid JSON: {_reason(error)}")
        return
    try:
        yield json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not valid JSON: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())


BROKEN = (OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError)


def _content(path: Path) -> str:
    """The JSON in a file; of a .keras archive, the configuration in it."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open("config.json") as file:
                return _limited(file.read(LONGEST + 1), f"{path}: its config.json")
        with path.open("rb") as file:
            return _limited(file.read(LONGEST + 1), f"{path}:")
    except FileNotFoundError:
        raise ModelError(f"{path}: no such file") from None
    except KeyError:
        raise ModelError(f"{path}: a zip archive without a config.json, so no .keras file") from None
    except UnicodeDecodeError:
        raise ModelError(f"{path}: cannot be read (not UTF-8 text)") from None
    except BROKEN as error:
        reason = getattr(error, "strerror", None) or "a broken archive"
        raise ModelError(f"{path}: cannot be read ({reason})") from None


def _limited(content: bytes, what: str) -> str:
    if len(content) > LONGEST:
        raise ModelError(f"{what} is larger than {LONGEST // 2**20} MB")
    return content.decode("utf-8-sig")
