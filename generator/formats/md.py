"""Markdown: a worksheet to work on, and its answers, that read well on GitHub and through pandoc."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from generator.bank import Bank, Placed, number
from generator.figures import described
from generator.forms import Form, task_of
from generator.holes import LETTER, Fill, block, template
from generator.sheet import Sheet
from generator.task import OPTIONS, PROMPTS, flat
from generator.typeset.pages import page


def question(sheet: Sheet, form: Form) -> Fill:
    """The question as the student sees it."""
    return _piece("md/question.md.j2", sheet, form, _path(sheet))


def told(sheet: Sheet, form: Form) -> Fill:
    """The same with its figure in words, for where there is no file beside it."""
    return _piece("md/question.md.j2", sheet, form)


def answer(sheet: Sheet, form: Form) -> Fill:
    """Its answer, with both ways of working it."""
    return _piece("md/answer.md.j2", sheet, form)


def _piece(name: str, sheet: Sheet, form: Form, path: str = "") -> Fill:
    task = sheet.once(task_of, form)
    marked = form.response in ("one", "many")
    box = "- [ ] " if marked else "- "
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
        prompts=block(PROMPTS, "\n", [f"1. {prompt}: ______" for prompt in task.prompts]),
    )  # fmt: skip
    return template(text, sheet.slots, escape)


FIGURES = "figures"  # the folder beside the worksheets: sites strip SVG that stands in Markdown


def _path(sheet: Sheet) -> str:
    """The file of the question's figure."""
    return f"{FIGURES}/{sheet.problem.figure.name}-{sheet.reserved('id')}.svg" if sheet.problem.figure else ""


def figure(sheet: Sheet, form: Form) -> tuple[Fill, ...]:
    """The path and the content of the figure's file: in colours of its own, for it is shown as an image."""
    return tuple(template(text, sheet.slots, html.escape) for text in (_path(sheet), sheet.figure(card=True)))


def escape(words: str) -> str:
    """Drawn words in Markdown: characters that would start markup stand for themselves."""
    return "".join("\\" + char if char in "\\`*_[]<>#$|" else char for char in words)


def write(bank: Bank, folder: Path) -> None:
    """``worksheet.md`` and ``answers.md``, or one of each for every version."""
    versions = bank.versions()
    for version, placed in versions.items():
        suffix = f"-{version}" if len(versions) > 1 else ""
        about = {
            "escape": escape,
            "title": bank.title,
            "course": bank.course,
            "version": version if suffix else "",
            "count": len(placed),
            "total": number(sum(each.points for each in placed)),
        }
        _draw(placed, folder)
        for name, piece in (("worksheet", question), ("answers", answer)):
            text = page(f"md/{name}.md.j2")(**about, questions=_filled(placed, piece))
            (folder / f"{name}{suffix}.md").write_text(text, encoding="utf-8", newline="\n")


def _draw(placed: list[Placed], folder: Path) -> None:
    """The figures of these questions, a file each."""
    for each in placed:
        question = each.question
        if question.sheet.problem.figure:
            path, svg = (fill(each.row, question.chosen) for fill in question.sheet.once(figure, question.form))
            (folder / FIGURES).mkdir(exist_ok=True)
            (folder / path).write_text(svg, encoding="utf-8", newline="\n")


def _filled(placed: list[Placed], piece: Callable[[Sheet, Form], Fill]) -> list[str]:
    return [each.question.sheet.once(piece, each.question.form)(each.row, each.question.chosen) for each in placed]
