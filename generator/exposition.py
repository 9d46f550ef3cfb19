"""Explanations of the models in a file, as Markdown, JSON or a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.errors import ModelError, NoEquivalent
from generator.explain import Explanation, explain, shape_text
from generator.model import Model
from generator.model_file import read_models
from generator.sheet import CONVENTION


@dataclass(frozen=True)
class Exposition:
    """What is said of a model. ``fault``: the one line that says why it is none."""

    text: str
    fault: str = ""


def expositions(path: Path, text: str | None, convention: str, shape: str) -> Iterator[Exposition]:
    """One exposition for each model in a file (or in ``text``); as html one page for all of them.

    Raises ModelError if the file cannot be read.
    """
    name = "model" if text is not None else path.stem
    pages: list[dict[str, Any]] = []
    for number, model in enumerate(read_models(path, text), 1):
        found = _explained(model, convention)
        if isinstance(found, ModelError):
            yield Exposition(json.dumps({"error": str(found)}, ensure_ascii=False), f"{path}: model {number}: {found}")
        elif shape == "json":
            yield Exposition(json.dumps(_record(found), ensure_ascii=False))
        elif isinstance(found, NoEquivalent):
            yield Exposition(f"{name}: no equivalent in this convention: {found}")
        elif shape == "html":
            pages.append({"name": name, "found": found, "convention": CONVENTION[convention]})
        else:
            yield Exposition(_markdown(name, found))
    if pages:
        yield Exposition(_page(name, pages))


def only_model(path: Path, text: str | None) -> Model:
    """The one model in a file. Raises ModelError if there are more or none."""
    found = list(read_models(path, text))
    if len(found) != 1:
        raise ModelError(f"{path}: holds {len(found)} models, and a quiz is about one")
    if isinstance(found[0], ModelError):
        raise ModelError(f"{path}: {found[0]}")
    return found[0]


def _explained(model: Model | ModelError, convention: str) -> Explanation | ModelError | NoEquivalent:
    if isinstance(model, ModelError):
        return model
    try:
        return explain(model, convention)
    except (ModelError, NoEquivalent) as error:
        return error


def _record(found: Explanation | NoEquivalent) -> dict[str, Any]:
    return {"no_equivalent": str(found)} if isinstance(found, NoEquivalent) else found.record()


def _markdown(name: str, found: Explanation) -> str:
    from generator.formats.md import escape
    from generator.typeset.pages import page

    convention = CONVENTION[found.convention]
    return page("explain/model.md.j2")(
        name=escape(name), found=found, convention=convention, escape=escape, shape=shape_text
    )


def _page(name: str, models: list[dict[str, Any]]) -> str:
    from generator.terminal import unicode_math
    from generator.typeset.pages import page

    return page("explain/page.html.j2")(title=name, models=models, shape=shape_text, text=unicode_math)
