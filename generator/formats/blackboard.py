"""Blackboard's file of questions: a line each, with tabs. Texts are plain; it has no feedback or listings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.bank import Bank
from generator.figures import described
from generator.holes import Chosen, block, same
from generator.lms import text
from generator.lms.blackboard import RECORDS, VARIABLES, faults
from generator.lms.check import checked
from generator.lms.gap import accepted
from generator.lms.item import FREE, MOST, RULE, Item
from generator.lms.loss import Loss, Losses
from generator.lms.target import Target
from generator.task import flat, mapped
from generator.writing import LETTERS

LISTING = Loss("a listing or a table in the question", "the question is left out", whole=True)
LETTERED = Loss("a figure whose letters are asked for", "the question is left out", whole=True)
TOO_MANY = Loss(f"more than {VARIABLES} gaps", "the question is left out", whole=True)
SPARE = Loss("a value that belongs to no row", "the question is left out", whole=True)
SHARED = Loss("points for some of several right options", "set there, or all or nothing")
FIGURE = Loss("a figure", "what it shows, in words")
PLAIN = Loss("math and paragraphs", "plain text on one line")
FEEDBACK = Loss("feedback and solutions", "left out")
CREDIT = Loss("part marks for known mistakes", "no points")
TEXTS = Loss("numbers in gaps", "texts: those within the tolerance, to as many decimals, thousands marked or not")
WEIGHTS = Loss("weights of gaps", "all gaps count alike")
RUBRIC = Loss("a rubric for whoever marks the answer", "the model answer alone")
REST = Loss("ids, tags, hints and points", "left out")


def write(bank: Bank, folder: Path) -> tuple[str, ...]:
    """``blackboard.txt``, and the report of what it cannot hold; returns the report as notices."""
    losses, path = Losses(BLACKBOARD.file), folder / BLACKBOARD.file
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{entry.text.strip(chr(10))}\n" for entry in BLACKBOARD.entries(bank, losses))
    checked(BLACKBOARD.file, faults(path))
    told = losses.report(folder)
    if losses.written > RECORDS:
        told = (*told, f"{BLACKBOARD.file}: upload it in pieces of {RECORDS:,} lines, or it may take too long")
    return told


def _lost(item: Item, chosen: Chosen) -> Iterator[Loss]:
    asked = "\n".join(map(flat, item.stem))
    if "```" in asked or "\n|" in asked:
        yield LISTING
    if item.sheet.problem.figure:
        yield LETTERED if item.sheet.problem.answer.kind == "letters" else FIGURE
    if item.kind == "gaps":
        yield TEXTS
        if len(item.gaps) > VARIABLES:
            yield TOO_MANY
    if item.kind == "match" and any(not prompt for prompt, _ in item.pairs):
        yield SPARE
    if item.kind == "many":
        yield SHARED
    if len({gap.weight for gap in item.gaps}) > 1:
        yield WEIGHTS
    if any(item.credits(chosen)):
        yield CREDIT
    if item.rubric:
        yield RUBRIC
    yield from (PLAIN, FEEDBACK, REST)


def _more(item: Item) -> dict[str, Any]:
    def plain(markdown: str) -> str:
        return text.plain(item.sheet, markdown)

    told = [mapped(part, plain) for part in item.stem]
    if item.kind == "order":
        told.append(block(RULE, "", ["", FREE]))
    lettered = [(option, letter) for option in item.options for letter in LETTERS[:MOST]]
    return {
        "told": " ".join(told),
        "lettered": lettered,
        "key": mapped(item.key, plain) if item.kind == "essay" else "",
        "drawing": described(item.sheet.figure()) if item.sheet.problem.figure else "",
    }


def _settled(told: str) -> str:
    """A field on one line; of a gap the texts that are right, a field each."""
    if told.startswith("accepted|"):
        return "\t".join(accepted(*told.split("|")[1:]))
    return " ".join(told.split())


BLACKBOARD = Target("blackboard.txt", "blackboard/question.txt.j2", _lost, _more, _settled, same)
