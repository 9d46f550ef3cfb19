"""The texts of an item as HTML or as plain text, with holes and blocks in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from generator.figures import described
from generator.holes import HOLE, Slots, block
from generator.lms.gap import Line
from generator.lms.item import FREE, MOST, RULE, Item
from generator.sheet import Sheet
from generator.task import ORDER, mapped
from generator.terminal import MATH, unicode_math
from generator.typeset import markup
from generator.writing import LETTERS

START, END = "\ue008", "\ue009"  # around what is escaped when it is filled: numbers bring braces of their own
LATE = re.compile(f"{START}(.*?){END}", re.DOTALL)
TERM = re.compile(r'<span class="term">(.*?)</span>', re.DOTALL)
JOINT = re.compile(r"\\\)<wbr>\\\((?:\{\})?")


def late(text: str) -> str:
    """Text to be escaped by `settled` once its holes are filled."""
    return f"{START}{text}{END}"


def settled(text: str, how: Callable[[str], str]) -> str:
    """A filled text, with what was marked as `late` escaped."""
    return LATE.sub(lambda found: how(found[1]), text)


def inline(markdown: str) -> str:
    """Markdown of one paragraph as HTML, each formula in one piece: whoever edits a bank wants to find it whole."""
    return JOINT.sub(" ", TERM.sub(r"\1", markup.inline(markdown)))


def blocks(markdown: str) -> str:
    """Markdown as HTML paragraphs, each formula in one piece."""
    return JOINT.sub(" ", TERM.sub(r"\1", markup.blocks(markdown)))


def stem(item: Item) -> str:
    """The question as HTML, without its figure and what is to be filled in."""
    told = [mapped(part, blocks) for part in item.stem]
    if item.kind == "order":
        told.append(block(RULE, "", ["", blocks(FREE)]))
    return "\n".join(told)


def solution(item: Item) -> str:
    """Key, remarks and working as HTML: what is shown when all is done."""
    told = (_key(item), *(mapped(each, blocks) for each in item.remarks), blocks(item.working))
    return "\n".join(filter(None, told))


def _key(item: Item) -> str:
    """The answer; of options that the platform shuffles each says by itself whether it is right."""
    if item.kind in ("many", "match"):
        return ""
    key, off = mapped(item.key, inline), item.sheet.tolerance_text
    if item.kind == "order":
        key = block(ORDER, ", ", LETTERS[:MOST])
    if off and item.form.response in ("typed", "turned") and not item.form.variant:
        key = f"{key} (anything within ± {off} is right)"
    if item.kind == "essay":
        return f"<p><b>Answer:</b></p>\n{mapped(item.key, blocks)}"
    return f"<p><b>Answer:</b> {key}</p>"


def rubric(item: Item) -> str:
    """What whoever marks the answer goes by, as HTML: the key, and the points for what must be there."""
    points = "".join(f"<li>{points:g}: {inline(text)}</li>\n" for points, text in item.rubric)
    return f"{_key(item)}\n<p><b>Points for:</b></p>\n<ul>\n{points}</ul>" if points else _key(item)


def before(line: Line) -> str:
    """What stands before the gaps of a line, as HTML."""
    if not line.label:
        return ""
    return f"{inline(line.label)}{': ' if line.kind in ('shape', 'letter') else ' = '}"


def plain(sheet: Sheet, markdown: str) -> str:
    """A short text as plain Unicode, for where nothing is typeset."""
    text = MATH.sub(lambda found: unicode_math(_bare(sheet.slots, found[1] or found[2])), markdown)
    return re.sub(r"[`*]|\\(?=[_<>\[\]#$|])", "", text)


def _bare(slots: Slots, latex: str) -> str:
    """LaTeX with its numbers as in a text: 12,416 and not 12{,}416."""
    known = {char: key for key, char in slots.found.items()}

    def text(match: re.Match[str]) -> str:
        index, place, kind = known[match[0]]
        return slots.hole(index, "text", kind) if place in ("math", "bracket") else match[0]

    return HOLE.sub(text, latex)


def figure(sheet: Sheet) -> str:
    """What the figure shows, in words, empty if there is none."""
    return escape(described(sheet.figure())) if sheet.problem.figure else ""


def tags(item: Item) -> list[str]:
    """Topic, family, form, difficulty, sources and what the family says."""
    sheet = item.sheet
    told = [sheet.topic, sheet.blueprint.family.id, item.form.id, f"difficulty {sheet.difficulty}"]
    return list(dict.fromkeys([*told, *(f"notes {source}" for source in sheet.sources), *sheet.tags]))
