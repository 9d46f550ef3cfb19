"""A reader of GIFT by its documentation: what each answer is worth and what it is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from moodle import Answer, Marked, typed


@dataclass(frozen=True)
class Question:
    id: str
    text: str
    kind: str
    answers: list[Answer]
    rows: list[tuple[str, str]]
    solution: str

    def type_in(self, given: str) -> Marked:
        return typed(self.answers, given)


def read(path: Path) -> list[Question]:
    found = [_question(each) for each in re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))]
    return [each for each in found if each]


class _Text:
    """A question with what a backslash escapes put aside."""

    def __init__(self, text: str) -> None:
        self.aside: list[str] = []
        self.text = re.sub(r"\\(.)", self._put, text)

    def _put(self, match: re.Match[str]) -> str:
        self.aside.append("\n" if match[1] == "n" else match[1] if match[1] in "~=#{}:\\" else match[0])
        return f"\x00{len(self.aside) - 1}\x01"

    def back(self, text: str) -> str:
        return re.sub("\x00(\\d+)\x01", lambda match: self.aside[int(match[1])], text).strip()


def _question(block: str) -> Question | None:
    id = re.search(r"^// .*\[id:(\w+)\]", block, re.MULTILINE)
    lines = [line for line in block.splitlines() if not line.startswith("//")]
    kept = _Text("\n".join(lines))
    found = re.fullmatch(r"::(.*?)::\[html\](.*?)\{(.*?)\}\s*", kept.text, re.DOTALL)
    if not id or not found:
        return None
    answers, _, solution = found[3].strip().rpartition("####")
    answers = answers.strip()
    kind = "essay"
    told: list[Answer] = []
    rows: list[tuple[str, str]] = []
    if answers.startswith("#"):
        kind = "number"
        values, _, other = answers[1:].partition("~")
        told = [_answer(kept, each, 100.0) for each in values.split("=")[1:]]
        told.append(Answer("*", 0, kept.back(other.partition("#")[2])))
    elif "~" in answers:
        kind = "one" if "=" in answers else "many"
        told = [
            _answer(kept, text, 100.0 if sign == "=" else 0.0) for sign, text in re.findall("([=~])([^=~]*)", answers)
        ]
    elif answers:
        kind = "match"
        pairs = [each.partition("->") for each in answers.split("=")[1:]]
        rows = [(kept.back(prompt), kept.back(value)) for prompt, _, value in pairs]
    return Question(id[1], kept.back(found[2]), kind, told, rows, kept.back(solution))


def _answer(kept: _Text, text: str, percent: float) -> Answer:
    weight = re.match(r"\s*%(-*\d{1,2}\.?\d*)%", text)
    value, _, feedback = text[weight.end() if weight else 0 :].partition("#")
    number, _, tolerance = value.partition(":")
    share = float(weight[1]) if weight else percent
    return Answer(kept.back(number), share, kept.back(feedback), float(tolerance or 0))
