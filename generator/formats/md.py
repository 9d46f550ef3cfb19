"""Markdown: a worksheet to work on, and its answers, that read well on GitHub and through pandoc."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from generator.bank import Bank, Placed, number
from generator.figures import described
from generator.filling import filler
from generator.forms import Form, task_of
from generator.holes import LETTER, Fill, block
from generator.sheet import Sheet
from generator.task import OPTIONS, PROMPTS, flat
from generator.typeset.pages import page


def question(sheet: Sheet, form: Form) -> Fill:
    """The question as the student sees it."""
    return piece("md/question.md.j2", sheet, form, figure_path(sheet))


def told(sheet: Sheet, form: Form) -> Fill:
    """The same with its figure in words, for where there is no file beside it."""
    return piece("md/question.md.j2", sheet, form)


def answer(sheet: Sheet, form: Form) -> Fill:
    """Its answer, with both ways of working it."""
    return piece("md/answer.md.j2", sheet, form)


def piece(
    name: str,
    sheet: Sheet,
    form: Form,
    path: str = "",
    box: str = "[ ] ",
    rule: str = "______",
    marks: bool = False,
    **more: Any,
) -> Fill:
    """A template laid out. ``box`` stands before an option to tick, ``rule`` is a gap to write into; ``marks``: every
    line of the working has a place for its points.
    """
    task = sheet.once(task_of, form)
    marked = form.response in ("one", "many")
    box = f"- {box if marked else ''}"
    options = [f"{box}**{LETTER}.** {option.text}" for option in task.options]
    reasons = [f"- **{LETTER}.** {option.text} — {option.feedback}" for option in task.options if marked]
    text = page(name)(
        sheet=sheet, form=form, task=task,
        number=sheet.reserved("number"), points=sheet.slots.hole(2, "text", "noun:point/points"),
        key=sheet.reserved("key"), id=sheet.reserved("id"),
        stem=[flat(part) for part in task.stem], answer=flat(task.answer),
        rubric=[(number(points), text) for points, text in task.rubric],
        remarks=[flat(remark) for remark in task.remarks],
        tolerance=sheet.tolerance_text if form.response in ("typed", "turned") and not form.variant else "",
        options=block(OPTIONS, "\n", options), reasons=block(OPTIONS, "\n", reasons) if reasons else "",
        figure=escape(described(sheet.figure())) if sheet.problem.figure else "", path=path,
        prompts=block(PROMPTS, "\n", [f"1. {prompt}: {rule}" for prompt in task.prompts]),
        marks=marks, shared=shared, **more,
    )  # fmt: skip
    return filler(text, sheet.slots, escape)


SHARED = re.compile(r"\[\]\{\.shared ([\d.]+) (\w+) (\w+)\}")


def shared(share: float, point: str = "point", points: str = "points") -> str:
    """A mark in whose place `filled` puts a share of a question's points, in these words."""
    return f"[]{{.shared {share} {point} {points}}}"


def _shared(text: str, points: float) -> str:
    """The text with shares of the points in place of their marks."""

    def told(mark: re.Match[str]) -> str:
        count = number(round(points * float(mark[1]), 2))
        return f"{count} {mark[2] if count == 1 else mark[3]}"

    return SHARED.sub(told, text)


FIGURES = "figures"  # the folder beside the worksheets: sites strip SVG that stands in Markdown


def figure_path(sheet: Sheet, mark: str = "") -> str:
    """The file of the question's figure, empty if it has none; ``mark`` tells it from others of the same name."""
    figure = sheet.problem.figure
    return f"{FIGURES}/{figure.name}{mark and '-'}{mark}.svg" if figure else ""


def figure(sheet: Sheet, form: Form) -> Fill:
    """The figure of every question of this sheet, in colours of its own: it is shown as an image."""
    return filler(sheet.figure(card=True), sheet.slots, html.escape)


def escape(words: str) -> str:
    """Drawn words in Markdown: characters that would start markup stand for themselves."""
    return "".join("\\" + char if char in "\\`*_[]<>#$|" else char for char in words)


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``worksheet.md`` and ``answers.md``, or one of each for every version."""
    versions = bank.versions()
    for version, placed in versions.items():
        suffix = f"-{version}" if len(versions) > 1 else ""
        worksheet = _page(bank, version, "worksheet", [_shown(each, folder) for each in placed])
        for name, text in (("worksheet", worksheet), ("answers", answers(bank, version))):
            (folder / f"{name}{suffix}.md").write_text(text, encoding="utf-8", newline="\n")
    return ()


def answers(bank: Bank, version: str) -> str:
    """The key of a version."""
    return _page(bank, version, "answers", [_answered(each) for each in bank.versions()[version]])


def _answered(placed: Placed) -> str:
    """The answer, and where version A has the question."""
    return filled(placed, answer) + (f"\n<sub>{origin(placed)}</sub>\n" if placed.first else "")


def _page(bank: Bank, version: str, name: str, questions: list[str]) -> str:
    placed = bank.versions()[version]
    return page(f"md/{name}.md.j2")(
        escape=escape,
        title=bank.title,
        course=bank.course,
        version=version if len(bank.versions()) > 1 else "",
        code=bank.codes.get(version, ""),
        count=len(placed),
        total=number(sum(each.points for each in placed)),
        questions=questions,
    )


def _shown(placed: Placed, folder: Path) -> str:
    """The question, with its figure written beside the worksheet."""
    text, figures = asked(placed)
    for path, svg in figures.items():
        (folder / FIGURES).mkdir(exist_ok=True)
        (folder / path).write_text(svg, encoding="utf-8", newline="\n")
    return text


def asked(
    placed: Placed, piece: Callable[[Sheet, Form], Fill] = question, drawn: Callable[[Sheet, Form], Fill] = figure
) -> tuple[str, dict[str, str]]:
    """The question, and its figure as a file that is named for what is in it: equal figures share one."""
    text, sheet = filled(placed, piece), placed.question.sheet
    if not sheet.problem.figure:
        return text, {}
    svg = filled(placed, drawn)
    path = figure_path(sheet, blake2b(svg.encode(), digest_size=5).hexdigest())
    return text.replace(f"]({figure_path(sheet)})", f"]({path})"), {path: svg}


def origin(placed: Placed, version: str = "Version", question: str = "question", options: str = "options") -> str:
    """Where version A has the same question, in these words, and which letters its options have there."""
    if not placed.first:
        return ""
    told = f"{version} {placed.first.version}: {question} {placed.first.number}"
    return f"{told}, {options} {', '.join(placed.letters)}" if placed.letters else told


def filled(placed: Placed, piece: Callable[[Sheet, Form], Fill]) -> str:
    """The text of a question in its place."""
    question = placed.question
    return _shared(question.sheet.once(piece, question.form)(placed.row, question.chosen), placed.points)
