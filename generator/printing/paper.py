"""A paper and its key as canonical Markdown: fenced divs that say what each part is, for every printed format."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import ceil

from generator.bank import Bank, Placed, number
from generator.filling import filler
from generator.formats.md import asked, escape, figure_path, filled, origin, piece, shared
from generator.forms import Form
from generator.holes import Fill
from generator.layout import languages
from generator.printing.pandoc import needed
from generator.sheet import Sheet
from generator.typeset.pages import page

MARK = re.compile(r"\[\]\{\.mark (\d+)/(\d+)\}")
ACROSS = {True: 13, False: 8}  # questions in a row of the grading table, where it has the page's width or a column's


LINE, PAGE = 0.6, 18.0  # cm: of a line with its lead, and less than the shortest page holds


@dataclass(frozen=True)
class Document:
    """A paper (``key`` is false) or the key of one version: its Markdown, and the figures that it shows by path."""

    version: str
    key: bool
    text: str
    figures: dict[str, str] = field(default_factory=dict)

    def file(self, of: int) -> str:
        """The name of its file without the suffix, where there are so many versions."""
        name = "answers" if self.key else "worksheet"
        return f"{name}-{self.version}" if of > 1 else name


@dataclass(frozen=True)
class Shown:
    """A question or its solution in its place. ``line``: whether a line for the answer follows.

    ``short``: it fits on a page in any case, and need not be measured, which takes half of the time and memory.
    ``origin``: where the first version has the question.
    """

    number: int
    points: float
    text: str
    space: float = 0
    ruled: str = ""
    line: bool = False
    short: bool = False
    origin: str = ""


def documents(bank: Bank, key: bool) -> list[Document]:
    """The paper, or the key, of every version."""
    return [_document(bank, version, placed, key) for version, placed in bank.versions().items()]


def _document(bank: Bank, version: str, placed: Sequence[Placed], key: bool) -> Document:
    layout, words = bank.printed.layout, bank.printed.words
    figures: dict[str, str] = {}
    questions = []
    for each in placed:
        if key:
            told = origin(each, words["version"], words["question"].lower(), words["options"])
            questions.append(Shown(each.number, each.points, _marked(filled(each, solution), each.points), origin=told))
            continue
        text, drawn = asked(each, asker(layout.language, layout.points), figure)
        figures |= drawn
        response = each.question.form.response
        room = layout.room(response, each.points) if each.space is None else each.space
        ruled = each.ruled or layout.answer_space
        short = not drawn and _tallest(text, layout.columns) * layout.font_size / 11 + room < PAGE
        questions.append(Shown(each.number, each.points, text, room, ruled, response in ("typed", "turned"), short))
    mark, code = version if len(bank.versions()) > 1 else "", bank.codes.get(version, "")
    qr = f"code-{version}.svg" if code and layout.qr and not key else ""
    figures |= {qr: _qr(code)} if qr else {}
    text = page("print/document.md.j2")(
        escape=escape, layout=layout, words=words, key=key, cover=layout.cover and not key,
        version=mark, code=code, qr=qr, title=bank.title, course=bank.course, about=_about(bank, placed, mark, code),
        fields=[words[name] for name, wanted in (("name", layout.name), ("id", layout.id)) if wanted],
        grading=_grading(placed, words["total"], ACROSS[layout.cover or layout.columns == 1]), questions=questions,
    )  # fmt: skip
    return Document(version, key, text, figures)


def _tallest(text: str, columns: int) -> float:
    """More cm than a text takes, if it holds no figure: its lines are counted as if they were set wide."""
    across = 60 // columns
    return LINE * (2 + sum(1 + len(line) // across for line in text.splitlines()))


def _qr(code: str) -> str:
    """A code as a QR code, in SVG."""
    file = io.BytesIO()
    needed("segno").make_qr(code, error="m").save(file, kind="svg", xmldecl=False, omitsize=True, border=2)
    return file.getvalue().decode()


def _about(bank: Bank, placed: Sequence[Placed], version: str, code: str) -> list[str]:
    """What stands under the title: date, time, how many questions and points, version and code."""
    layout, words = bank.printed.layout, bank.printed.words
    found = [escape(layout.date)] if layout.date else []
    if layout.time:
        found.append(f"{words['time']}: {layout.time} {words['minutes']}")
    if layout.total:
        found.append(counted(len(placed), words["question"].lower(), words["questions"]))
        found.append(counted(number(sum(each.points for each in placed)), words["point"], words["points"]))
    found += [f"{words['version']} **{version}**"] if version else []
    return found + ([f"{words['code']} `{code}`"] if code else [])


def counted(count: float, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _grading(placed: Sequence[Placed], total: str, across: int) -> list[list[tuple[str, str]]]:
    """Number and points of every question and of all together, in even rows that fit the page."""
    cells = [(str(each.number), str(each.points)) for each in placed]
    cells.append((total, str(number(sum(each.points for each in placed)))))
    even = ceil(len(cells) / ceil(len(cells) / across))
    return [cells[start : start + even] for start in range(0, len(cells), even)]


@cache
def asker(language: str, points: bool = True) -> Callable[[Sheet, Form], Fill]:
    """The piece that asks a question in a language's fixed words; ``points``: with the points of its parts."""
    words = languages()[language]

    def question(sheet: Sheet, form: Form) -> Fill:
        return piece(
            "print/question.md.j2", sheet, form, figure_path(sheet), box="[]{.box} ", rule="[]{.rule width=4}",
            words=words, worth=lambda share: f" ({shared(share, words['point'], words['points'])})" if points else "",
        )  # fmt: skip

    return question


def figure(sheet: Sheet, form: Form) -> Fill:
    """The figure of every question of this sheet in ink alone."""
    return filler(sheet.figure(), sheet.slots, html.escape)


def solution(sheet: Sheet, form: Form) -> Fill:
    """The answer with its working; a line of it is marked with its share of the points."""
    return piece("print/answer.md.j2", sheet, form, marks=form.response == "typed" and not form.variant)


def _marked(text: str, points: float) -> str:
    """The text with the points that each line of a working earns."""
    return MARK.sub(lambda found: _mark(points, int(found[1]), int(found[2])), text)


def _mark(points: float, line: int, lines: int) -> str:
    earned = share(points, line, lines)
    return f" [{earned}]{{.mark}}" if earned and lines > 1 else ""


def share(points: float, line: int, lines: int) -> float:
    """The points of one line of a working, in halves; over all lines they come to the question's points.

    All lines count alike, so far as halves allow: what is left over goes to the later lines, which use the earlier.
    """
    if points * 2 != int(points * 2):
        return 0  # points in finer parts than halves are not shared out
    before, after = (int(2 * points * place / lines + 1e-9) for place in (line - 1, line))
    return number((after - before) / 2)
