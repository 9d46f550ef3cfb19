"""How Moodle marks what a student answers, read from its documentation of the XML and Cloze formats, and not from our
writer. Marks are shares of the whole, from 0 to 1.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element


class Marked(NamedTuple):
    mark: float
    feedback: str


@dataclass(frozen=True)
class Answer:
    text: str
    percent: float
    feedback: str
    tolerance: float = 0.0

    def takes(self, given: str) -> bool:
        """Whether a typed text is this answer: `*` takes anything, numbers by the tolerance, words but for case.

        Commas and spaces may mark thousands: 7,850 and 7 850.
        """
        if self.text == "*":
            return True
        try:
            given = re.sub(r"(?<=\d)[, ](?=\d{3}(\D|$))", "", given)
            return abs(float(given) - float(self.text)) <= self.tolerance + 1e-9 * max(1.0, abs(float(self.text)))
        except ValueError:
            return given.lower() == self.text.lower()


def typed(answers: list[Answer], given: str) -> Marked:
    """The first answer that takes the text decides."""
    found = next((each for each in answers if each.takes(given)), None)
    return Marked(found.percent / 100, found.feedback) if found else Marked(0.0, "")


@dataclass(frozen=True)
class Gap:
    weight: int
    kind: str
    answers: list[Answer]


@dataclass(frozen=True)
class Question:
    element: Element
    category: str

    @property
    def type(self) -> str:
        return self.element.get("type") or ""

    @property
    def id(self) -> str:
        return self.element.findtext("idnumber") or ""

    def text(self, name: str) -> str:
        return self.element.findtext(f"{name}/text") or ""

    @property
    def answers(self) -> list[Answer]:
        return [
            Answer(
                each.findtext("text") or "",
                float(each.get("fraction") or 0),
                each.findtext("feedback/text") or "",
                float(each.findtext("tolerance") or 0),
            )
            for each in self.element.iterfind("answer")
        ]

    def type_in(self, given: str) -> Marked:
        return typed(self.answers, given)

    def pick(self, *options: str) -> float:
        """The mark for the options picked, never below nothing."""
        picked = [each for each in self.answers if each.text in options]
        assert len(picked) == len(options)
        return max(0.0, sum(each.percent for each in picked) / 100)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Prompt and right value of every row to match; those without a prompt are only there to be chosen."""
        return [
            (each.findtext("text") or "", each.findtext("answer/text") or "")
            for each in self.element.iterfind("subquestion")
        ]

    @property
    def gaps(self) -> list[Gap]:
        """The gaps of a Cloze question, in their order."""
        found = []
        for weight, kind, inner in re.findall(r"\{(\d*):([A-Z]+):(.*?)(?<!\\)\}", self.text("questiontext"), re.DOTALL):
            answers = [_answer(each) for each in re.split(r"(?<!\\)~", inner)]
            found.append(Gap(int(weight or 1), kind, answers))
        return found

    def fill_in(self, *given: str) -> float:
        """The mark for the texts in all gaps."""
        weights = [gap.weight for gap in self.gaps]
        marks = [typed(gap.answers, text).mark for gap, text in zip(self.gaps, given, strict=True)]
        return sum(weight * mark for weight, mark in zip(weights, marks, strict=True)) / sum(weights)


def _answer(text: str) -> Answer:
    share, rest = re.match(r"(=|%-?[\d.]+%)?(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    value, _, feedback = rest.partition("#")
    value, _, tolerance = value.partition(":")
    percent = 100.0 if share == "=" else float((share or "0").strip("%"))
    told = html.unescape(feedback).replace(r"\}", "}").replace(r"\#", "#")
    return Answer(value, percent, told, float(tolerance or 0))


def read(path: Path) -> list[Question]:
    category, found = "", []
    for element in ElementTree.parse(path).getroot():
        if element.get("type") == "category":
            category = element.findtext("category/text") or ""
        else:
            found.append(Question(element, category))
    return found
