"""GIFT's rules for a bank, and a check of a written one: what its importer would lose without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generator.lms.moodle import CONTROL, FRACTIONS, NUMBER, unset

SPECIAL = "~=#{}:"  # each is markup unless a backslash stands before it
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
STAND_IN = 0xE100  # an escaped character of SPECIAL, while a question is taken apart
HEAD = re.compile(r"// \[id:([0-9a-f]+)\].*\n::(.*?)::\[html\]")
WEIGHT = re.compile(r"%(-?[0-9]{1,2}(?:\.[0-9]+)?)%")  # not 100: two digits are read
LOOSE = re.compile(f"[{SPECIAL}]")
PRE = re.compile(r"<pre>.*?</pre>", re.DOTALL)


def escaped(html: str) -> str:
    """Text in which nothing is markup, on one line: a line end in a listing is written as an entity."""
    told = PRE.sub(lambda found: found[0].replace("\n", "&#10;"), html).replace("\n", " ")
    return re.sub(r"([\\~=#{}:])", r"\\\1", told)


def faults(path: Path) -> Iterator[str]:
    """What would be lost or taken for something else, a line for each fault."""
    seen = set[str]()
    for question in filter(None, re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip())):
        if question.startswith("$CATEGORY: "):
            if "\n" in question or not question.startswith("$CATEGORY: $course$/"):
                yield f"category {question!r}: must be a path of the course on a line of its own"
            continue
        head = HEAD.match(question)
        if not head:
            yield f"{question[:60]!r}: has no id, name or format: a question must not hold blank lines"
            continue
        for fault in _question(question[head.end() :]):
            yield f"question {head[1]}: {fault}"
        if head[1] in seen:
            yield f"question {head[1]}: stands there twice"
        seen.add(head[1])


def _question(text: str) -> Iterator[str]:
    for found in ESCAPE.finditer(text):
        if found[1] not in SPECIAL + "\\":
            yield f"the backslash before {found[1]!r} is not escaped, and would be lost or begin a line"
    if CONTROL.search(text):
        yield "holds a control character, or a hole that was not filled"
    if "&nbsp;" in text or "\xa0" in text:
        yield "holds a &nbsp;"
    marked = ESCAPE.sub(lambda found: "\\" if found[1] == "\\" else chr(STAND_IN + ord(found[1])), text)
    parts = re.fullmatch(r"([^{}]*)\{([^{}]*)\}", marked)
    if not parts:
        yield "has not one pair of braces around its answers: braces in its texts must be escaped"
        return
    answers, told, solution = parts[2].partition("####")
    if not told:
        yield "has no general feedback"
    yield from _text("the question", parts[1])
    yield from _text("the solution", solution)
    yield from _answers(answers.strip())


def _text(where: str, marked: str) -> Iterator[str]:
    """What would be lost of a text of its own."""
    yield from unset(where, plain(marked))
    if loose := LOOSE.search(marked):
        yield f"{where} has a {loose[0]} that is not escaped"
    if "<img" in marked:
        yield f"{where} has an image, and the format holds none"


def plain(marked: str) -> str:
    """The text as it is shown."""
    return re.sub("[\ue100-\ue17f]", lambda found: chr(ord(found[0]) - STAND_IN), marked)


def _answers(text: str) -> Iterator[str]:
    if text.startswith("#"):
        values, _, other = text[1:].partition("~")
        yield from _numbers(values)
        yield from _text("what any other number is told", other.removeprefix("#"))
    elif "~" in text:
        yield from _options(re.findall(r"([=~])([^=~]*)", text))
    elif text:
        yield from _pairs([each.partition("->") for each in text.split("=")[1:]])


def _numbers(text: str) -> Iterator[str]:
    values, right = [], 0
    for answer in text.split("=")[1:]:
        weight, (value, _, feedback) = WEIGHT.match(answer), answer.strip().partition("#")
        number, _, tolerance = (value[weight.end() :] if weight else value).partition(":")
        if not NUMBER.fullmatch(number) or not NUMBER.fullmatch(tolerance):
            yield f"the answer {number!r} or its tolerance {tolerance!r} is no number with a decimal point"
        yield from _weight(weight)
        yield from _text("a feedback", feedback)
        values.append(number)
        right += not weight
    if right != 1 or len(set(values)) < len(values):
        yield "has not one right number, or the same twice"


def _weight(weight: re.Match[str] | None) -> Iterator[str]:
    if weight and weight[1].removeprefix("-") not in FRACTIONS:
        yield f"an answer has the weight {weight[1]}, which Moodle does not know"


def _options(options: list[tuple[str, str]]) -> Iterator[str]:
    texts, right, shared = [], 0, 0.0
    for sign, option in options:
        weight = WEIGHT.match(option) if sign == "~" else None
        text, _, feedback = option.partition("#")
        yield from _weight(weight)
        yield from _text("an option", text)
        yield from _text("a feedback", feedback)
        texts.append(text[weight.end() :].strip() if weight else text.strip())
        right += sign == "="
        shared += max(0.0, float(weight[1])) if weight else 0
        if sign == "~" and not weight:
            yield f"the option {text.strip()[:12]!r} has no weight that could be read, or begins at a ~ not escaped"
    if not (right == 1 or (right == 0 and abs(shared - 100) < 0.01)):
        yield "the right options do not have 100 % together"
    if len(set(texts)) < len(texts) or len(texts) < 2:
        yield "two options are equal, or there are not two"


def _pairs(pairs: list[tuple[str, str, str]]) -> Iterator[str]:
    if any(not arrow or not value.strip() for _, arrow, value in pairs):
        yield "a row to match has no value"
    if len([prompt for prompt, _, _ in pairs if prompt.strip()]) < 3:
        yield "has fewer than three rows to match"
    for prompt, _, value in pairs:
        yield from _text("a row", prompt)
        yield from _text("a value", value)
        if "->" in value:
            yield "a row has two arrows"
        if "\\(" in value:
            yield "a value has math, which no drop-down list sets"
