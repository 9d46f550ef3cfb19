"""Markdown: a worksheet to work on, and its answers, that read well on GitHub and through pandoc."""

from __future__ import annotations

import html
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

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
    return filler(text, sheet.slots, escape)


FIGURES = "figures"  # the folder beside the worksheets: sites strip SVG that stands in Markdown


def _path(sheet: Sheet, mark: str = "") -> str:
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
        about = {
            "escape": escape,
            "title": bank.title,
            "course": bank.course,
            "version": version if suffix else "",
            "count": len(placed),
            "total": number(sum(each.points for each in placed)),
        }
        asked, told = [_asked(each, folder) for each in placed], [_filled(each, answer) for each in placed]
        for name, questions in (("worksheet", asked), ("answers", told)):
            text = page(f"md/{name}.md.j2")(**about, questions=questions)
            (folder / f"{name}{suffix}.md").write_text(text, encoding="utf-8", newline="\n")
    return ()


def _asked(placed: Placed, folder: Path) -> str:
    """The question, with its figure in a file that is named for what is in it: equal figures share one."""
    text, sheet = _filled(placed, question), placed.question.sheet
    if not sheet.problem.figure:
        return text
    svg = _filled(placed, figure)
    path = _path(sheet, blake2b(svg.encode(), digest_size=5).hexdigest())
    (folder / FIGURES).mkdir(exist_ok=True)
    (folder / path).write_text(svg, encoding="utf-8", newline="\n")
    return text.replace(f"]({_path(sheet)})", f"]({path})")


def _filled(placed: Placed, piece: Callable[[Sheet, Form], Fill]) -> str:
    return placed.question.sheet.once(piece, placed.question.form)(placed.row, placed.question.chosen)
