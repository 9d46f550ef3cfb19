"""Figures: every one, over all its parameters, as a drawing: labels that can be read, arrows that lead somewhere.

What Chromium makes of them (marker `external`) is compared with the sheets in tests/data/figures; to draw those anew:
``NETDRILL_OVERWRITE=1 python -m pytest tests/test_figures.py -m external``.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import combinations, pairwise, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from conftest import blueprints, compiled, each, questions
from recipes import build, contents, netdrill, refused
from test_card_script import CHROMIUM, QUIET

from generator import figures
from generator.blueprint import Blueprint
from generator.errors import FigureError, OutputError
from generator.figures import Label, Labels, OneOf, Whole, described, draw, names, parameters
from generator.formats.jsonl import record
from generator.formats.md import figure as as_file
from generator.forms import FORMS
from generator.holes import PRIVATE
from generator.typeset.anki import SEPARATOR, TYPES, content

ASKED_FOR = {
    "LSTM cell, its gates, blank": "lstm-cell", "RNN cell against LSTM cell": "rnn-and-lstm",
    "RNN unrolled over time": "rnn-unrolled", "two consecutive LSTM cells": "lstm-unrolled", "deep RNN": "deep-rnn",
    "bidirectional RNN": "bidirectional-rnn", "RNN types": "rnn-types", "GRU cell": "gru-cell", "U-Net": "unet",
    "residual block": "residual-block", "convolution window": "conv-window", "multilayer network": "mlp",
    "autoencoder and VAE": "autoencoder", "dilated kernel": "dilated-kernel", "max pooling": "max-pooling",
    "CBOW and skip-gram": "word2vec", "gradient flow of BPTT": "bptt", "encoder-decoder": "encoder-decoder",
    "functional models": "functional-model", "frozen base": "frozen-base", "call tree of fib": "fib-calls",
}  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
PHONE = 332  # CSS pixels for a figure on a phone that is 360 wide
Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]


# --- every figure with every choice ---------------------------------------------------------------------------------


def variants(name: str) -> Iterator[dict[str, object]]:
    """All choices, with the least, the usual and the largest of every whole number."""
    ways: dict[str, list[object]] = {}
    for key, takes in parameters(name).items():
        if isinstance(takes, OneOf):
            ways[key] = list(takes.values)
        elif isinstance(takes, Whole):
            ways[key] = sorted({takes.least, takes.default, takes.most})
    for values in product(*ways.values()):
        yield dict(zip(ways, values, strict=True))


@cache
def drawn(name: str) -> tuple[tuple[str, ElementTree.Element], ...]:
    found = []
    for way in variants(name):
        with suppress(FigureError):  # two parameters that do not go together
            found.append((str(way), ElementTree.fromstring(draw(name, way))))
    return tuple(found)


def roles(svg: ElementTree.Element, *wanted: str) -> Iterator[ElementTree.Element]:
    return (element for element in svg.iter() if element.get("data-role") in wanted)


def path(element: ElementTree.Element) -> list[Point]:
    found = [float(number) for number in re.findall(r"-?[\d.]+", element.get("d", ""))]
    return list(zip(found[::2], found[1::2], strict=True))


# --- how much room a text takes, by the widths of Arial and Times ----------------------------------------------------

WIDTHS = {**dict.fromkeys("iljftI.,:;'|!()[]/ ⋮", 0.3), **dict.fromkeys("mwMW…→", 0.88), **dict.fromkeys("r-−", 0.37)}


def wide(text: str, italic: bool) -> float:
    found = sum(WIDTHS.get(char, 0.69 if char.isupper() else 0.56) for char in text if char not in "˜ˆ")
    return found * (0.88 if italic else 1)


def extent(text: ElementTree.Element) -> Box:
    size = float(text.get("font-size", 0))
    width = wide(text.text or "", italic=False) * size
    low = high = 0.0
    for span in text:
        own = float(span.get("font-size", size))
        width += wide(span.text or "", "font-style" in span.attrib) * own + wide(span.tail or "", italic=False) * size
        low = max(low, float(span.get("dy", 0)))
    x, y = float(text.get("x", 0)), float(text.get("y", 0))
    left = {"middle": x - width / 2, "end": x - width}.get(text.get("text-anchor", ""), x)
    return left, y - 0.72 * size + high, left + width, y + low + 0.05 * size


def labels(svg: ElementTree.Element) -> list[tuple[str, Box]]:
    found = [("".join(each.itertext()), extent(each)) for each in svg.iter(f"{SVG}text")]
    return [(text, box) for text, box in found if text.strip()]


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def crosses(segment: tuple[Point, Point], box: Box) -> bool:
    """Whether a stretch of a line runs through a box (tried at points along it)."""
    (x0, y0), (x1, y1) = segment
    return any(
        box[0] < x0 + (x1 - x0) * n / 60 < box[2] and box[1] < y0 + (y1 - y0) * n / 60 < box[3] for n in range(61)
    )


# --- what holds of every figure --------------------------------------------------------------------------------------

every = pytest.mark.parametrize("name", names())


def test_all_that_the_notes_ask_for_is_there() -> None:
    assert set(ASKED_FOR.values()) <= set(names())
    assert {"forget", "input", "output"} <= set(parameters("lstm-cell")["gate"].values)  # type: ignore[union-attr]
    blank = [name for name in names() if "blank" in parameters(name)]
    assert {"lstm-cell", "gru-cell", "unet", "encoder-decoder", "residual-block"} <= set(blank)


@every
def test_a_title_and_a_description_name_it(name: str) -> None:
    for way, svg in drawn(name):
        title, desc = svg[0], svg[1]
        assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
        assert svg.get("role") == "img" and svg.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
        assert len(title.text or "") > 3 and len(desc.text or "") > 30, way
        assert not re.search(r"[${}\\\[\]]|  |None|Undefined", f"{title.text} {desc.text}"), desc.text


@every
def test_nothing_in_it_reaches_out_of_it(name: str) -> None:
    """No script, no style, no reference; colours only where it is a card."""
    text = draw(name)
    assert not re.search(r"<(script|style|image|use|a|foreignObject)\b|href|url\(|\bon\w+=|[ ]style=|class=", text)
    assert set(re.findall(r'(?:fill|stroke|color)="([^"]*)"', text)) <= {"none", "currentColor"}
    assert 'color="#' in draw(name, card=True) and 'data-role="ground"' in draw(name, card=True)


@every
def test_the_same_parameters_give_the_same_bytes(name: str) -> None:
    first = draw(name)
    figures._template.cache_clear()
    figures._environment.cache_clear()
    assert draw(name) == first and not PRIVATE.search(first) and "\n\n" not in first


@every
def test_ids_are_its_own(name: str) -> None:
    found = re.findall(r'id="([^"]*)"', re.sub(r"aria-\w+=", "", draw(name, id="one")))
    assert found and all(each.startswith("one-") for each in found) and len(set(found)) == len(found)


@every
def test_it_can_be_read_on_a_phone(name: str) -> None:
    for _, svg in drawn(name):
        width = float(svg.get("viewBox", "").split()[2])
        assert width <= 360
        for text in svg.iter(f"{SVG}text"):
            assert float(text.get("font-size", 0)) * PHONE / width >= 11
            assert all(float(span.get("font-size", 99)) * PHONE / width >= 9 for span in text)


@every
def test_all_lies_within_the_view_box(name: str) -> None:
    for way, svg in drawn(name):
        _, _, width, height = map(float, svg.get("viewBox", "").split())
        for text, (left, top, right, bottom) in labels(svg):
            assert left >= 0 and top >= 0 and right <= width and bottom <= height, f"{way}: {text}"
        for box in (*boxes(svg), *(spot for line in roles(svg, "arrow", "wire", "out") for spot in spots(line))):
            assert box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height, f"{way}: {box}"


def boxes(svg: ElementTree.Element, *wanted: str) -> Iterator[Box]:
    """Rectangles, and circles as what encloses them."""
    for element in svg.iter():
        if wanted and element.get("data-role") not in wanted:
            continue
        if element.tag == f"{SVG}rect" and element.get("x"):
            x, y, width, height = (float(element.get(key, 0)) for key in ("x", "y", "width", "height"))
            yield x, y, x + width, y + height
        elif element.tag == f"{SVG}circle":
            x, y, r = (float(element.get(key, 0)) for key in ("cx", "cy", "r"))
            yield x - r, y - r, x + r, y + r


def spots(line: ElementTree.Element) -> Iterator[Box]:
    return ((x, y, x, y) for x, y in path(line))


@every
def test_no_labels_overlap(name: str) -> None:
    for way, svg in drawn(name):
        for (one, first), (other, second) in combinations(labels(svg), 2):
            assert not overlap(first, second), f"{way}: {one} and {other}"


@every
def test_no_line_runs_through_a_label(name: str) -> None:
    for way, svg in drawn(name):
        lines = [stretch for line in roles(svg, "arrow", "wire", "out") for stretch in pairwise(path(line))]
        for text, (left, top, right, bottom) in labels(svg):
            inner = (left + 1, top + 1, right - 1, bottom - 1)
            assert not any(crosses(stretch, inner) for stretch in lines), f"{way}: {text}"


@every
def test_a_label_fits_into_its_box(name: str) -> None:
    """A label whose middle lies in a box lies in it whole."""
    for way, svg in drawn(name):
        found = list(boxes(svg, "node", "mark", "cell", "tap"))
        for text, (left, top, right, bottom) in labels(svg):
            x, y = (left + right) / 2, (top + bottom) / 2
            around = [box for box in found if box[0] < x < box[2] and box[1] < y < box[3]]
            assert not around or any(box[0] <= left + 1 and right - 1 <= box[2] for box in around), f"{way}: {text}"


@every
def test_every_arrow_leads_from_something_to_something(name: str) -> None:
    for way, svg in drawn(name):
        nodes = list(boxes(svg, "node", "mark", "dot"))
        words = [box for _, box in labels(svg)]
        lines = [stretch for line in roles(svg, "wire", "arrow") for stretch in pairwise(path(line))]
        for line in roles(svg, "arrow", "out", "wire"):
            points = path(line)
            ends = [(points[0], 3.0)] + [(points[-1], 3.0)] * (line.get("data-role") != "out")
            own = list(pairwise(points))
            for end, reach in ends:
                near = any(distance(end, box) <= reach for box in nodes) or any(
                    distance(end, box) <= 11 for box in words if not between(box, nodes)
                )
                branches = any(crosses(other, around(end)) for other in lines if other not in own)
                assert near or branches, f"{way}: an end at {end} touches nothing"


def between(box: Box, nodes: list[Box]) -> bool:
    """Whether a label belongs to a box, which is what an arrow must touch then."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left < x < right and top < y < bottom for left, top, right, bottom in nodes)


def around(point: Point, reach: float = 1.5) -> Box:
    return point[0] - reach, point[1] - reach, point[0] + reach, point[1] + reach


def distance(point: Point, box: Box) -> float:
    """From a point to the border of a box; 0 to 3 within a circle's corner."""
    x, y = point
    left, top, right, bottom = box
    if left <= x <= right and top <= y <= bottom:
        return min(x - left, right - x, y - top, bottom - y)
    return float(np.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom)))


@every
def test_each_head_lies_at_the_end_of_its_arrow(name: str) -> None:
    for _, svg in drawn(name):
        ends = [path(line)[-1] for line in roles(svg, "arrow", "out")]
        assert ends == [path(head)[0] for head in roles(svg, "head")]


BLANKS = [name for name in names() if "blank" in parameters(name)]
NAMES = {
    "lstm-cell": ("forget", "input gate", "output", "candidate", "hidden state.", "cell state"),
    "gru-cell": ("reset", "update", "candidate"),
    "unet": ("pool", "skip", "upsampl", "bottleneck", "concat"),
    "encoder-decoder": ("context", "start token", "encoder reads", "the decoder"),
    "residual-block": ("shortcut", "added", "addition"),
}


@pytest.mark.parametrize("name", BLANKS)
def test_a_blank_figure_shows_letters_and_gives_no_name_away(name: str) -> None:
    marks = parameters(name)["marks"].default
    svg = draw(name, {"blank": "yes"})
    shown = [text for text, _ in labels(ElementTree.fromstring(svg))]
    assert [text for text in shown if text in marks] and set(marks) <= set(shown)
    told = " ".join([described(svg), *shown]).lower()
    assert all(mark in described(svg) for mark in marks)
    assert not [each for each in NAMES[name] if each in told]
    assert not {"gate", "pool ÷ 2", "skip", "shortcut"} & set(shown)


# --- each draws what it is told to -----------------------------------------------------------------------------------


def count(name: str, settings: Mapping[str, object], text: str) -> int:
    return sum(text == shown for shown, _ in labels(ElementTree.fromstring(draw(name, settings))))


@pytest.mark.parametrize("timesteps", [2, 3, 4])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_cell_for_every_layer_and_timestep(layers: int, timesteps: int) -> None:
    settings = {"layers": layers, "timesteps": timesteps, "cell": "LSTM"}
    assert count("deep-rnn", settings, "LSTM") == layers * timesteps
    if timesteps < 4:
        assert count("bidirectional-rnn", settings, "LSTM") == 2 * layers * timesteps


def test_bidirectional_states_run_both_ways() -> None:
    svg = ElementTree.fromstring(draw("bidirectional-rnn", {"timesteps": 3}))
    flat = [(a, b) for line in roles(svg, "arrow") for a, b in [path(line)] * (len(path(line)) == 2) if a[1] == b[1]]
    forwards, backwards = (
        [stretch for stretch in flat if (stretch[0][0] < stretch[1][0]) is way] for way in (True, False)
    )
    assert len(forwards) == len(backwards) == 2


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_call_tree_has_a_box_for_every_call(n: int) -> None:
    calls: list[int] = []

    def fib(n: int) -> int:
        calls.append(n)
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    fib(n)
    for called in range(n + 1):
        assert count("fib-calls", {"n": n}, f"fib({called})") == calls.count(called)
    assert f"{len(calls)} calls" in draw("fib-calls", {"n": n, "counted": "yes"})


@pytest.mark.parametrize(("size", "kernel", "stride", "padding", "dilation"), [
    (5, 3, 1, 0, 1), (6, 3, 2, 1, 1), (7, 3, 1, 2, 2), (4, 2, 2, 0, 1), (8, 5, 3, 2, 1), (3, 2, 1, 0, 1),
])  # fmt: skip
def test_the_window_has_as_many_places_as_fit(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    settings = {"size": size, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    svg = ElementTree.fromstring(draw("conv-window", settings))
    whole = range(size + 2 * padding)
    places = [at for at in whole[::stride] if all(at + n * dilation in whole for n in range(kernel))]
    assert len(list(roles(svg, "cell"))) == len(whole) ** 2 + len(places) ** 2
    assert len(list(roles(svg, "tap"))) == kernel**2
    assert count("conv-window", settings, "0") == len(whole) ** 2 - size**2


def test_pooled_values_are_the_largest_of_their_windows() -> None:
    values = np.array(parameters("max-pooling")["values"].default, int).reshape(4, 4)
    assert [str(each) for each in values.reshape(2, 2, 2, 2).max(axis=(1, 3)).ravel()] == list(
        parameters("max-pooling")["results"].default
    )


def test_every_neuron_meets_every_one_of_the_next_layer() -> None:
    svg = ElementTree.fromstring(draw("mlp", {"input": 3, "first": 5, "second": 4, "third": 0, "output": 2}))
    assert len(list(roles(svg, "link"))) == 3 * 5 + 5 * 4 + 4 * 2
    assert len(list(roles(svg, "node"))) == 3 + 5 + 4 + 2


def test_the_figure_of_contributing() -> None:
    page = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```\n(\[# Two boxes.*?)```", page, re.DOTALL)
    made = figures._environment().from_string(example).module
    settings = {key: takes.default for key, takes in made.takes.items()}  # type: ignore[attr-defined]
    svg = ElementTree.fromstring(made.draw(SimpleNamespace(**settings, id="two-boxes", card=False)))  # type: ignore[attr-defined]
    assert [text for text, _ in labels(svg)] == ["input", "output"] and len(list(roles(svg, "arrow"))) == 1


# --- what it cannot be told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "settings", "message"), [
    ("lstm", {}, "unknown figure 'lstm'. Did you mean 'lstm-cell'?"),
    ("lstm-cell", {"gates": "all"}, "figure lstm-cell: unknown parameter 'gates'. Did you mean 'gate'?"),
    ("lstm-cell", {"gate": "reset"}, "lstm-cell: gate is 'reset', and must be one of all, forget, input, output"),
    ("deep-rnn", {"layers": 9}, "figure deep-rnn: layers is 9, and must be a whole number from 1 to 4"),
    ("deep-rnn", {"layers": True}, "layers is True, and must be a whole number"),
    ("deep-rnn", {"cell": "x" * 41}, "must be a text of at most 40 characters"),
    ("gru-cell", {"marks": ["P"]}, "must be a list of 4 to 4 texts"),
    ("conv-window", {"size": 2, "kernel": 3}, "a kernel that reaches over 3 cells does not fit on 2"),
    ("../md/question", {}, "unknown figure '../md/question'."),
])  # fmt: skip
def test_what_is_not_allowed_is_said(name: str, settings: dict[str, object], message: str) -> None:
    with pytest.raises(FigureError) as caught:
        draw(name, settings)
    assert message in str(caught.value) and "\n" not in str(caught.value)


@every
def test_labels_are_text_and_no_markup(name: str) -> None:
    for key, takes in parameters(name).items():
        evil = '<b a="1">&amp;{{ 7 }}[[ 7 ]]'
        value = [evil] * len(takes.default) if isinstance(takes, Labels) else evil
        if isinstance(takes, Label | Labels):
            svg = draw(name, {key: value})
            ElementTree.fromstring(svg)
            assert "<b " not in svg


# --- figures of questions --------------------------------------------------------------------------------------------

figured = each(lambda problem: problem.figure)


@figured
def test_the_figure_of_a_question_can_be_read(blueprint: Blueprint) -> None:
    """With the numbers of a question in it nothing overlaps or runs over."""
    for question in questions(blueprint, "flash", 3):
        svg = as_file(question.sheet, question.form)(question.row(), question.chosen)
        assert not PRIVATE.search(svg) and "[[" not in svg
        found = ElementTree.fromstring(svg)
        _, _, width, height = map(float, found.get("viewBox", "").split())
        texts = labels(found)
        assert all(box[0] >= 0 and box[2] <= width and box[3] <= height for _, box in texts)
        assert not [(a, b) for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other)]


@figured
def test_the_record_holds_it(blueprint: Blueprint) -> None:
    (question,) = questions(blueprint, "flash", 1)
    told = json.loads(record(question.sheet, FORMS["flash"])(question.row(), question.chosen))["figure"]
    assert blueprint.problem.figure and told["name"] == blueprint.problem.figure.name
    assert question.id in told["svg"] and told["alt"] == described(told["svg"])
    assert draw(told["name"], told["settings"], f"figure-{question.id}") == told["svg"]


@each(lambda problem: problem.answer.kind == "letters")
def test_the_letters_of_the_key_stand_at_their_parts(blueprint: Blueprint) -> None:
    """The second way: the letters of the picture, from left to right and then from above, against the key."""
    places = {"lstm-cell": (0, 1, 2, 3, 4, 5), "gru-cell": (0, 1, 2, 3)}
    places |= {"unet": (0, 1, 3, 2), "encoder-decoder": (0, 3, 1, 2)}
    assert blueprint.problem.figure
    for question in questions(blueprint, "several-blanks", 5):
        told = json.loads(record(question.sheet, question.form)(question.row(), question.chosen))
        svg = ElementTree.fromstring(told["figure"]["svg"])
        marks = [
            (float(text.get("x", 0)), float(text.get("y", 0)), text.text)
            for text in svg.iter(f"{SVG}text")
            if text.get("font-weight")
        ]
        letters = [letter for _, _, letter in sorted(marks)]
        assert [letters[place] for place in places[blueprint.problem.figure.name]] == told["answer"]["value"]


def test_a_figure_is_of_the_structure_alone() -> None:
    """What decides the drawing was not drawn by lot, so the shape of the figure is the same for every draw."""
    for blueprint in blueprints(lambda problem: problem.figure):
        one, other = (
            as_file(question.sheet, question.form)(question.row(), question.chosen)
            for question in (questions(blueprint, "flash", 2) * 2)[:2]
        )
        assert re.sub(r">[^<]*<", "><", one) == re.sub(r">[^<]*<", "><", other)


# --- figures in a build ----------------------------------------------------------------------------------------------

LETTERS = {"family": "lstm-cell-parts", "form": "several-blanks", "count": 4}
PLAIN = {"family": "dense-parameters", "form": "open", "count": 1}
SAME = {"family": "lstm-step", "form": "open", "count": 3}


def test_worksheets_link_to_their_figures(tmp_path: Path) -> None:
    built = build(tmp_path, LETTERS, SAME, PLAIN, formats=["md"], versions=2)
    linked = set()
    for version in "AB":
        text = (built.folder / f"worksheet-{version}.md").read_text(encoding="utf-8")
        found = re.findall(r"!\[([^\]]+)\]\((figures/[\w.-]+)\)", text)
        assert len(found) == 7 and "<svg" not in text
        linked |= {path for _, path in found}
    there = {path.relative_to(built.folder).as_posix() for path in (built.folder / "figures").iterdir()}
    assert there == linked and len(there) == 9  # those of the four questions each, and one that three share
    for path in there:
        svg = (built.folder / path).read_text(encoding="utf-8")
        assert ElementTree.fromstring(svg) is not None and 'data-role="ground"' in svg and not PRIVATE.search(svg)
    assert there < set(dict(built.files))


def test_a_build_without_figures_has_no_folder_for_them(tmp_path: Path) -> None:
    assert not (build(tmp_path, PLAIN, formats=["md"]).folder / "figures").exists()


def test_a_build_replaces_its_own_figures_and_no_others(tmp_path: Path) -> None:
    folder = build(tmp_path, LETTERS, formats=["md"]).folder
    before = contents(folder)
    assert contents(build(tmp_path, LETTERS, formats=["md"]).folder) == before
    (folder / "figures" / "mine.svg").write_text("mine")
    with pytest.raises(OutputError, match=r"holds 'figures/mine.svg', which no netdrill.lock there says"):
        build(tmp_path, LETTERS, formats=["md"])
    assert (folder / "figures" / "mine.svg").read_text() == "mine"
    (folder / "figures" / "mine.svg").unlink()
    gone = build(tmp_path, PLAIN, formats=["md"]).folder
    assert not (gone / "figures").exists()


def test_a_folder_of_figures_that_a_build_did_not_write_is_left_alone(tmp_path: Path) -> None:
    folder = build(tmp_path, PLAIN, formats=["md"]).folder
    (folder / "figures").mkdir()
    with pytest.raises(OutputError, match="holds 'figures'"):
        build(tmp_path, LETTERS, formats=["md"])


def test_a_link_to_a_folder_is_never_followed(tmp_path: Path) -> None:
    folder = build(tmp_path, LETTERS, formats=["md"]).folder
    (folder / "figures").rename(tmp_path / "elsewhere")
    (folder / "figures").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="holds 'figures'"):
        build(tmp_path, LETTERS, formats=["md"])
    assert len(list((tmp_path / "elsewhere").iterdir())) == 4


def test_a_card_holds_its_figure() -> None:
    (question,) = questions(compiled("lstm-cell-parts", asked="all"), "match", 1)
    told = dict(zip(TYPES["match"].fields, content(question).split(SEPARATOR), strict=True))
    svg = ElementTree.fromstring(told["Figure"])
    assert question.id in (svg.get("aria-labelledby") or "") and "#fdfdfb" not in told["Figure"]


def test_where_no_file_can_stand_the_figure_is_in_words() -> None:
    told = netdrill("show", "lstm-cell-parts", "--form", "match").out
    assert "*Figure: An LSTM cell with letters" in told and "figures/" not in told


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_lists_prints_and_writes(tmp_path: Path) -> None:
    assert [row.split()[0] for row in netdrill("figures").out.splitlines()] == list(names())
    printed = netdrill("figures", "deep-rnn", "--set", "layers=3", "--set", "cell=LSTM").out
    assert printed == draw("deep-rnn", {"layers": 3, "cell": "LSTM"}, card=True)
    assert netdrill("figures", "-o", tmp_path / "all").code == 0
    assert {path.name for path in (tmp_path / "all").iterdir()} == {f"{name}.svg" for name in names()}


@pytest.mark.parametrize("wrong", ["lstm", "lstm-cell --set gate=up", "--set layers=3", "mlp --set x"])
def test_the_command_says_in_one_line_what_is_wrong(wrong: str) -> None:
    refused(netdrill("figures", *wrong.split()))


# --- what Chromium makes of them -------------------------------------------------------------------------------------

KEPT = Path(__file__).parent / "data" / "figures"
TILE = 380  # CSS pixels across; on the phone as many as it is wide
SHOWN: list[tuple[str, dict[str, object]]] = [
    *((name, {}) for name in names()),
    *((name, {"blank": "yes"}) for name in BLANKS),
    *(("lstm-cell", {"gate": gate}) for gate in ("forget", "input", "output")),
    ("autoencoder", {"variational": "yes"}),
    ("functional-model", {"kind": "two outputs"}),
    ("functional-model", {"kind": "shared layer"}),
    ("residual-block", {"projection": "yes"}),
    ("conv-window", {"size": 6, "padding": 1, "stride": 2}),
    ("bidirectional-rnn", {"layers": 2}),
    ("frozen-base", {"unfrozen": "last block"}),
]
LOOKS = {
    "day": ("#fdfdfb", "#1e2430", 3, TILE),
    "night": ("#1f2228", "#e8eaee", 3, TILE),
    "phone": ("#fdfdfb", "#1e2430", 1, 360),
}
MEASURE = """
onload = () => tell(Array.from(document.querySelectorAll("svg")).map(svg => {
  const frame = svg.getBoundingClientRect();
  const texts = Array.from(svg.querySelectorAll("text")).filter(text => text.textContent.trim());
  return texts.map(text => {
    const box = text.getBoundingClientRect(), quarter = box.height / 4;
    return [text.textContent, box.left - frame.left, box.top - frame.top + quarter, box.right - frame.left,
            box.bottom - frame.top - quarter, frame.width, frame.height];
  });
}));
"""
COMPARE = """
function shades(image, [x, y, width, height]) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  context.drawImage(image, -x, -y);
  return context.getImageData(0, 0, width, height).data;
}
onload = () => {
  const [now, before] = document.querySelectorAll("img");
  if (now.width !== before.width || now.height !== before.height) return tell([]);
  tell(PLACES.map(place => {
    const one = shades(now, place), other = shades(before, place);
    return one.reduce((sum, shade, at) => sum + (Math.abs(shade - other[at]) > 64), 0) / one.length;
  }));
};
"""
TELL = "function tell(found) { document.getElementById('seen').textContent = JSON.stringify(found); }"


def page(look: str) -> str:
    ground, ink, across, tile = LOOKS[look]
    svgs = "".join(
        f"<figure>{draw(name, settings, id=f'figure-{n}')}</figure>" for n, (name, settings) in enumerate(SHOWN)
    )
    style = (
        f"body{{margin:0;display:grid;grid-template-columns:repeat({across},{tile}px);background:{ground};color:{ink}}}"
        f"figure{{box-sizing:border-box;margin:0;padding:14px;width:{tile}px;height:{height(look)}px}}"
        "svg{max-width:100%;height:auto}"
    )
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style>{svgs}'


def height(look: str) -> int:
    """Of a tile: that of the highest figure."""
    _, _, _, tile = LOOKS[look]
    sizes = [ElementTree.fromstring(draw(*each)).get("viewBox", "").split() for each in SHOWN]
    return max(round(float(high) * (tile - 28) / float(wide)) for _, _, wide, high in sizes) + 40


def chromium(content: str, where: Path, *told: str) -> str:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.fail("Chromium is needed to look at the figures")
    (where / "page.html").write_text(content, encoding="utf-8")
    own = (
        "--hide-scrollbars",
        "--disable-lcd-text",
        "--force-device-scale-factor=1",
        f"--user-data-dir={where}/profile",
    )
    command = [program, *QUIET, *own, *told, f"file://{where}/page.html"]
    return subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", timeout=120).stdout


def seen(content: str, where: Path) -> list[Any]:
    """What the scripts of a page leave in it under that name."""
    shown = chromium(f'<script>{TELL}</script>{content}<p id="seen"></p>', where, "--dump-dom")
    told = re.search('<p id="seen"[^>]*>(.*?)</p>', shown, re.DOTALL)
    assert told and told[1], shown[-2000:]
    return list(json.loads(html.unescape(told[1])))


@pytest.mark.external
@pytest.mark.parametrize("look", ["day", "phone"])
def test_in_a_browser_no_labels_overlap_or_run_over(look: str, tmp_path: Path) -> None:
    measured = seen(f"{page(look)}<script>{MEASURE}</script>", tmp_path)
    assert len(measured) == len(SHOWN)
    for (name, settings), texts in zip(SHOWN, measured, strict=True):
        for text, left, top, right, bottom, across, down in texts:
            assert left >= 0 and top >= 0 and right <= across and bottom <= down, f"{name} {settings}: {text}"
        for one, other in combinations(texts, 2):
            assert not overlap(tuple(one[1:5]), tuple(other[1:5])), f"{name} {settings}: {one[0]} and {other[0]}"


@pytest.mark.external
@pytest.mark.parametrize("look", LOOKS)
def test_they_look_as_they_did(look: str, tmp_path: Path) -> None:
    _, _, across, tile = LOOKS[look]
    rows = -(-len(SHOWN) // across)
    shot, kept = tmp_path / "sheet.png", KEPT / f"{look}.png"
    chromium(page(look), tmp_path, f"--window-size={across * tile},{rows * height(look)}", f"--screenshot={shot}")
    if os.environ.get("NETDRILL_OVERWRITE"):
        KEPT.mkdir(exist_ok=True)
        kept.write_bytes(shot.read_bytes())
    places = [
        [place % across * tile, place // across * height(look), tile, height(look)] for place in range(len(SHOWN))
    ]
    pictures = [base64.b64encode(path.read_bytes()).decode() for path in (shot, kept)]
    images = "".join(f'<img src="data:image/png;base64,{picture}">' for picture in pictures)
    differs = seen(f"{images}<script>const PLACES = {places};{COMPARE}</script>", tmp_path)
    assert len(differs) == len(SHOWN), "figures came or went: look at the new sheet and keep it (NETDRILL_OVERWRITE=1)"
    for (name, settings), share in zip(SHOWN, differs, strict=True):
        assert share < 0.004, f"{name} {settings} ({look}): {share:.1%} of it looks different"
