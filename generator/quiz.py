"""Questions about one given model: its counts, its shapes, and both with blanks to fill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from hashlib import blake2b
from pathlib import Path

from generator.bank import Bank, Placed
from generator.blueprint import compile_structure
from generator.build import Place, Progress, Summary, deliver
from generator.counting import ordinal
from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.errors import ModelError
from generator.explain import Explained, Explanation, explain, shape_text
from generator.family import Family
from generator.forms import FORMS
from generator.layers import Dim
from generator.lock import Lock
from generator.model import Model
from generator.notation import Expr, Num, Sym, add, as_expr
from generator.question import Question, maker
from generator.sheet import Sheet
from generator.versions import FIRST

FORMATS = ("apkg", "jsonl", "md")
LAYERS = 40  # of a longer model the first so many layers that have weights are asked about


def quiz(model: Model, name: str, convention: str, root: Path, progress: Progress = lambda what, n: None) -> Summary:
    """Write worksheet, answers, deck and bank about a model into ``root/<name>-quiz``.

    Raises NetdrillError; the folder is then as it was before.
    """
    place = Place(root / f"{name}-quiz")
    asked = list(questions(model, convention))
    placed = tuple(
        Placed(question, FIRST, number, question.sheet.difficulty, 0) for number, question in enumerate(asked, 1)
    )
    files, told = deliver(Bank(f"Quiz: {name}", "", placed), FORMATS, place, Lock(), progress)
    return Summary(place.folder, files, len(asked), 1, len(asked), told)


def questions(model: Model, convention: str) -> Iterator[Question]:
    """A question for every problem that the model gives; shapes as a choice where enough can go wrong."""
    explained = explain(model, convention)
    about = blake2b(json.dumps(model.config(), sort_keys=True).encode(), digest_size=8).hexdigest()
    found = dict(_problems(explained))
    if not found:
        raise ModelError("the model has no weights and changes no shape: there is nothing to ask about it")
    family = Family(
        id="quiz",
        topic="This model",
        asks="Questions about a given model",
        axes={"ask": tuple(found), "model": (about,), "convention": (convention,)},
        build=lambda ask, model, convention: found[ask],
        tags=("quiz",),
    )
    for structure in family.structures():
        blueprint = compile_structure(family, structure)
        if blueprint is None:
            continue
        shapes = blueprint.problem.answer.kind == "shape"
        form = FORMS["choice"] if shapes and blueprint.choices else FORMS["open"]
        question = maker(Sheet(blueprint), form)(())
        if question:
            yield question


def _problems(explained: Explanation) -> Iterator[tuple[str, Problem]]:
    """The problems by a key that is permanent."""
    weighted = [each for each in explained.layers if each.lines and each.applied.counted][:LAYERS]
    for each in weighted:
        yield f"count-{each.applied.number}", _count(explained, each)
    for each in explained.layers[:LAYERS]:
        if each.output_shape != tuple(each.applied.fed) and None not in each.output_shape:
            yield f"shape-{each.applied.number}", _shape(explained, each)
    if len(weighted) > 1:
        yield "total", _total(explained, weighted)
        yield "counts", _blanks(explained, weighted)


def listing(explained: Explanation, open_: tuple[int, ...] = ()) -> str:
    """The model as a table of plain text; the layers named in ``open_`` with a blank for their count."""
    inputs = explained.model.inputs
    rows = [f"     {name}: {shape_text(shape)}" for name, shape in inputs.items()]
    for each in explained.layers:
        settings = {k: v for k, v in each.applied.node.layer.config().items() if k not in ("type", "layer")}
        inner = each.applied.node.layer.config().get("layer")
        within = f"{inner['type']}, {_settings(inner)}" if isinstance(inner, dict) else ""
        told = ", ".join(filter(None, (within, _settings(settings))))
        fed = "" if explained.model.in_a_row else f"   fed by {', '.join(each.applied.node.inputs)}"
        blank = "   parameters: ____" if each.applied.number in open_ else ""
        frozen = "" if each.applied.node.trainable else ", frozen"
        rows.append(f"{each.applied.number:>3}  {each.title}{': ' * bool(told)}{told}{frozen}{fed}{blank}")
    return "\n".join(rows)


def _settings(config: dict[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in config.items() if name != "type")


def _problem(explained: Explanation, ask: str, answer: Answer, lines: tuple[Line, ...], **rest: object) -> Problem:
    return Problem(
        ask=ask,
        answer=answer,
        lines=lines,
        model=explained.model.config(),
        convention=explained.convention,
        language="text",
        **{"code": listing(explained), **rest},  # type: ignore[arg-type]
    )


def _count(explained: Explanation, each: Explained) -> Problem:
    worked = each.applied.node.layer.worked(each.applied.fed, explained.convention)
    assert worked.count is not None
    what = "How many numbers do the arrays of" if each.non_trainable else "How many parameters does"
    has = " hold" if each.non_trainable else " have"
    return _problem(
        explained,
        f"{what} layer {each.applied.number}, {each.title},{has}?",
        Answer("integer", worked.count, unit="parameters"),
        worked.lines,
        slips=worked.slips,
        proves={worked.count: Num(each.trainable + each.non_trainable)},
    )


def _shape(explained: Explanation, each: Explained) -> Problem:
    sides = [Sym(f"s_{place}", f"s_{{{place}}}") for place in range(1, len(each.output_shape) + 1)]
    known = [side for side in each.output_shape if isinstance(side, int)]
    told = each.sides
    reason = f"with ${'$, $'.join(told)}$" if told else "as the layer says"
    lines = tuple(
        Line(symbol, Num(side), f"side {place}: {reason}")
        for place, (symbol, side) in enumerate(zip(sides, known, strict=True), 1)
    )
    return _problem(
        explained,
        f"What is the output shape of layer {each.applied.number}, {each.title} (without the batch axis)?",
        Answer("shape", (tuple(sides),)),
        lines,
        slips=tuple(_slips(each, sides)),
        check=lambda _: known,
    )


def _slips(each: Explained, sides: list[Sym]) -> Iterator[Slip]:
    """What goes wrong with a shape: the layer taken for one with another setting, or a position forgotten."""
    layer, fed, right = each.applied.node.layer, each.applied.fed, each.output_shape
    known = {field.name for field in fields(layer)}
    for key, words, settings in MISREAD:
        if set(settings) <= known:
            try:
                wrong = replace(layer, **settings).output_shape(fed, each.convention)
            except (TypeError, ValueError, ModelError):
                continue
            if len(wrong) == len(right) and wrong != right:
                yield slip(key, words, _moved(sides, right, wrong))
    if each.sides and len(right) == len(fed):
        less = tuple(side - 1 if isinstance(side, int) else side for side in right[:-1])
        yield slip("no-plus-one", "forgot the first position on every axis", _moved(sides, right, (*less, right[-1])))
        yield slip("input-channels", "kept the channels of the input", _moved(sides, right, (*right[:-1], fed[-1])))
        yield slip("input-size", "kept the size of the input", _moved(sides, right, (*fed[:-1], right[-1])))


MISREAD: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("as-same", "took the padding for same", {"padding": "same"}),
    ("as-valid", "took the padding for valid", {"padding": "valid"}),
    ("no-stride", "left out the stride", {"strides": 1}),
    ("no-dilation", "left out the dilation", {"dilation_rate": 1}),
    ("as-concatenated", "laid both directions side by side, where they are merged", {"merge_mode": "concat"}),
    ("as-merged", "merged both directions, where they are laid side by side", {"merge_mode": "sum"}),
)


def _moved(sides: list[Sym], right: tuple[Dim, ...], wrong: tuple[Dim, ...]) -> dict[Sym, Expr]:
    """The sides that differ."""
    return {
        symbol: Num(b)
        for symbol, a, b in zip(sides, right, wrong, strict=True)
        if a != b and isinstance(b, int) and b > 0
    }


def _total(explained: Explanation, weighted: list[Explained]) -> Problem:
    counts = [each.trainable + each.non_trainable for each in weighted]
    letters = [Sym(f"P_{each.applied.number}", f"P_{{{each.applied.number}}}") for each in weighted]
    total = Sym("T")
    lines = [
        Line(letter, Num(count), f"layer {each.applied.number}: {each.type}")
        for letter, count, each in zip(letters, counts, weighted, strict=True)
    ]
    slips = [
        slip(f"without-{each.applied.number}", f"left out {ordinal(each.applied.number)} layer", {letter: 0})
        for letter, each in zip(letters, weighted, strict=True)
    ]
    slips.append(slip("last-twice", "added the last layer twice", {total: add(*letters, letters[-1])}))
    slips.append(slip("first-twice", "added the first layer twice", {total: add(*letters, letters[0])}))
    return _problem(
        explained,
        "How many numbers do all arrays of this model hold together?",
        Answer("integer", total, unit="parameters"),
        (*lines, Line(total, add(*letters), "model: all layers", result=True)),
        slips=tuple(slips),
        proves={total: as_expr(sum(counts))},
    )


def _blanks(explained: Explanation, weighted: list[Explained]) -> Problem:
    """Several blanks: the count of every layer."""
    letters = [Sym(f"P_{each.applied.number}", f"P_{{{each.applied.number}}}") for each in weighted]
    counts = [each.trainable + each.non_trainable for each in weighted]
    lines = tuple(
        Line(letter, Num(count), f"layer {each.applied.number}: {each.title}")
        for letter, count, each in zip(letters, counts, weighted, strict=True)
    )
    return _problem(
        explained,
        "Fill in the blanks: how many numbers does each of these layers hold?",
        Answer("shapes", tuple((letter,) for letter in letters)),
        lines,
        check=lambda _: counts,
        code=listing(explained, tuple(each.applied.number for each in weighted)),
    )
