"""The documentation keeps its word: examples are what the command prints, and the code in CONTRIBUTING works."""

from __future__ import annotations

import csv
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from conftest import compiled

from generator import family as registry
from generator.algebra import prove, to_sympy
from generator.bank import Bank, Placed
from generator.blueprint import compile_structure
from generator.formats import md
from generator.forms import FORMS
from generator.layers import Layer, parameters
from generator.notation import Expr, Sym
from generator.question import maker
from generator.sheet import Sheet
from generator.space import walk

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)


def module(name: str, source: str, folder: Path) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Family]:
    """A registry of the test's own, so that the example does not stay in everybody's."""
    found: dict[str, registry.Family] = {}
    monkeypatch.setattr(registry, "_REGISTERED", found)
    return found


def test_examples_are_up_to_date() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import render
    finally:
        sys.path.pop(0)
    assert render.run(check=True) == 0, "run python docs/render.py"


@pytest.mark.parametrize("block", BLOCKS, ids=["family", "layer", "form", "format"])
def test_examples_are_short(block: str) -> None:
    assert len([line for line in block.splitlines() if line.strip()]) <= 25


def test_the_family_of_contributing(own_registry: dict[str, registry.Family], tmp_path: Path) -> None:
    module("epoch_duration", BLOCKS[0], tmp_path)
    blueprint = compile_structure(own_registry["epoch-duration"], {})
    assert blueprint and blueprint.choices
    assert blueprint.values({"samples": 1000, "batch": 64, "milliseconds": 3})["duration"] == 48


def test_the_layer_of_contributing(tmp_path: Path) -> None:
    kind: type[Layer] = module("layer_scale", BLOCKS[1], tmp_path).LayerScale
    layer, shape = kind(), (None, Sym("features"))
    counted = parameters(layer.weights(shape, "keras"))
    assert isinstance(counted, Expr)
    prove("the example", to_sympy(layer.worked(shape, "keras").lines[-1].expression, {}), to_sympy(counted, {}))
    assert layer.output_shape((4, 8)) == (4, 8)


def test_the_form_of_contributing(tmp_path: Path) -> None:
    form = module("as_a_formula", BLOCKS[2], tmp_path).FORM
    blueprint = compiled("recurrent-parameters", **_lstm())
    sheet = form.sheet(blueprint)
    assert form.asks(blueprint) and not form.asks(compiled("skip-gram-pairs", window=2))
    make, read = maker(sheet, form), blueprint.space.reader()
    question = next(found for n in range(100) if (found := make(read(n))))
    page, key = (piece(sheet, form)(question.row(1, 2), question.chosen) for piece in (md.question, md.answer))
    assert "as one formula, with $x = " in page and "**Answer:** $P = 4h" in key


def test_the_format_of_contributing(tmp_path: Path) -> None:
    blueprint = compiled("recurrent-parameters", **_lstm())
    make = maker(Sheet(blueprint), FORMS["open"])
    step, read = walk(blueprint.space.size, "docs"), blueprint.space.reader()
    question = next(found for n in range(100) if (found := make(read(step(n)))))
    module("answers", BLOCKS[3], tmp_path).write(Bank("", "", (Placed(question, "A", 1, 2, 0),)), tmp_path)
    (row,) = csv.reader((tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines())
    assert row[:2] == ["A", "1"] and re.fullmatch(r"[\d,]+ parameters", row[2])


def _lstm() -> dict[str, object]:
    from generator.layers import LSTM

    return {"cell": LSTM, "bias": True, "convention": "keras"}


def test_every_deck_that_is_shipped_is_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Decks")[2].partition("## What")[0]
    told = set(re.findall(r"`([\w-]+)`", table)) | {f"note-00{number}" for number in range(5)}
    assert {path.stem for path in (ROOT / "decks").glob("*.toml")} <= told
