"""Everything that can be asked is printed: nothing is missing, nothing told too early; no TeX is left, no lint."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_print import joined, pages, words

from generator.bank import Bank, Placed
from generator.build import bank_of
from generator.draw import Compiler, Pool, draw
from generator.family import families
from generator.formats import writer
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.layout import Layout, Printed
from generator.question import Question
from generator.recipe import Item, find_recipe, read_recipe
from generator.versions import names
from generator.writing import LETTERS

PRINTED = ("pdf", "html", "docx")
EACH = 20  # questions of a paper
KEY_ALONE = ("Stepbystep", "Inonego", "Theoptions", "Pointsfor", "Modelanswer")
PHRASE = 20  # letters in a row that are no chance
TEX = re.compile(r"\\[a-zA-Z]{2,}|\$[^$]*\$|\{,\}|:::|\]\{\.")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["instructor-exam", "dat300-final"])
def test_a_shipped_exam_prints_in_all_formats(name: str, tmp_path: Path) -> None:
    recipe = read_recipe(find_recipe(name)).with_options(7, 1, None)
    check(replace(bank_of(recipe, draw(recipe, 7, {})), secret=True), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("form", FORMS)
def test_every_family_prints_in_every_form(form: str, columns: int, tmp_path: Path) -> None:
    found = list(questions(form))
    versions = names(len(found) // EACH + 1)
    placed = tuple(
        Placed(question, versions[place // EACH], place % EACH + 1, 2, 0) for place, question in enumerate(found)
    )
    assert placed
    check(Bank("Everything", "", placed, printed=Printed(Layout(columns=columns)), secret=True), tmp_path)


def questions(form: str) -> Iterator[Question]:
    """A question of every family that takes the form."""
    for name in families():
        item = Item("items[1]", (form,), 1, 1, (name,), None, {})
        if question := Pool(item, 1, Compiler()).draw(0, set()):
            yield question


def check(bank: Bank, folder: Path) -> None:
    """Print a bank in all formats, and read what was printed."""
    told = [lint for name in PRINTED for lint in writer(name)(bank, folder)]
    if bank.printed.layout.columns > 1:  # a column is narrow: formulas shrink there, and the build says so
        told = [lint for lint in told if "had to shrink" not in lint]
    assert not told
    versions = bank.versions()
    for version, placed in versions.items():
        suffix = f"-{version}" if len(versions) > 1 else ""
        paper, key = (sections(folder / f"{name}{suffix}.pdf") for name in ("worksheet", "answers"))
        for name in ("worksheet", "answers"):
            plain(folder / f"{name}{suffix}")
        assert len(paper) == len(key) == len(placed)
        for each in placed:
            found = json.loads(each.question.sheet.once(record, each.question.form)(each.row, each.question.chosen))
            asked(found, paper[each.number])
            answered(found, key[each.number])


def sections(path: Path) -> dict[int, str]:
    """The text of every question by its number."""
    text = "\n".join(pages(path))
    assert not TEX.search(text), TEX.findall(text)[:5]
    _, *parts = re.split(r"Question (\d+) [\d.]+ points?$", text, flags=re.MULTILINE)  # at times a blank is before it
    return {int(number): part for number, part in zip(parts[::2], parts[1::2], strict=True)}


def plain(path: Path) -> None:
    """No TeX stands in the text of the Word file and the page."""
    with zipfile.ZipFile(io.BytesIO(path.with_name(f"{path.name}.docx").read_bytes())) as word:
        text = " ".join(re.findall(r"<w:t[^>]*>([^<]*)", word.read("word/document.xml").decode()))
    page = path.with_name(f"{path.name}.html").read_text(encoding="utf-8").split("<body>")[1]
    page = re.sub(r"<(annotation|script|style).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    for found in (text, page):
        assert not TEX.search(found), TEX.findall(found)[:5]


def asked(told: dict[str, Any], text: str) -> None:
    """The question's every word stands on the paper, and nothing of its solution."""
    found, options = joined(text), [option["text"] for option in told["options"]]
    missing = [word for part in (told["stem"], *options) for word in words(part) if word not in found]
    assert not missing, (told["id"], missing)
    assert told["id"] not in text and not [mark for mark in KEY_ALONE if mark in found], told["id"]
    labels = [blank["label"] for blank in told["blanks"]]
    known = joined(" ".join((told["stem"], *options, *map(str, told["prompts"]), *labels, *told["parts"].values())))
    secret = [option.get("feedback", "") for option in told["options"]]
    secret += [line["why"] for line in told["solution"]["lines"]]
    for part in secret:
        for phrase in map(joined, re.split(r"\$[^$]*\$|`[^`]*`", part)):
            assert len(phrase) < PHRASE or phrase in known or phrase not in found, (told["id"], phrase)


def answered(told: dict[str, Any], text: str) -> None:
    """The key tells the answer: its letters, or its every number and word."""
    assert told["id"] in text
    kind, value = told["answer"]["kind"], told["answer"]["value"]
    if kind in ("choices", "order", "match"):
        assert ", ".join(LETTERS[place] for place in value) in " ".join(text.split()), told["id"]
        return
    if told["options"]:
        right = [place for place, option in enumerate(told["options"]) if option.get("correct")]
        assert [f"Answer: {LETTERS[place]}" in text for place in right] == [True], told["id"]
        return
    if kind == "expression":  # letters of formulas are signs of their own
        assert re.search(r"^Answer:\s+(?!Step by step)\S", text, re.MULTILINE), told["id"]
        return
    bare = re.sub(r"(?<=\d)[,\s](?=\d{3})", "", text)
    for leaf in leaves(value):
        if isinstance(leaf, str):
            assert all(word in joined(text) for word in words(leaf)), (told["id"], leaf)
        else:
            assert f"{abs(leaf):.10f}".rstrip("0").rstrip(".") in bare, (told["id"], leaf)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, dict):
        yield from leaves(list(value.values()))
    else:
        yield value
