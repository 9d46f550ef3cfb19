"""Moodle's rules for a bank, and a check of a written one: every trap that its importer falls into without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

# the shares of the points that an answer may have, in percent; those below zero likewise
FRACTIONS = (
    "0", "5", "10", "11.11111", "12.5", "14.28571", "16.66667", "20", "25", "30", "33.33333", "40", "50", "60",
    "66.66667", "70", "75", "80", "83.33333", "90", "100",
)  # fmt: skip
LONGEST_ID, LONGEST_TAG = 100, 50  # characters
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\U000f0000-\U0010ffff]")
GAP = re.compile(r"\{([0-9]+):([A-Z_]+):((?:[^}\\]|\\.)*)\}", re.DOTALL)
OPENS = re.compile(r"\{[0-9]*:[A-Z_]+:")
TYPED = ("NUMERICAL", "SHORTANSWER")
HTML = ("questiontext", "generalfeedback", "feedback", "hint", "graderinfo", "subquestion")


def fraction(credit: float) -> str:
    """The share of the points in percent that is nearest to a credit from 0 to 1."""
    return min(FRACTIONS, key=lambda allowed: abs(float(allowed) - 100 * credit))


def share(count: int) -> str:
    """The share of each of so many."""
    return fraction(1 / count)


def category(*names: str) -> str:
    """The path of a category of the course; a slash within a name is doubled."""
    return "/".join(["$course$/top", *(name.replace("/", "//") for name in names)])


def faults(path: Path) -> Iterator[str]:
    """What Moodle would refuse, or take for something else, one line for each fault. The file is read in pieces."""
    category, ids = "", set[tuple[str, str]]()
    try:
        reading = ElementTree.iterparse(path, ("start", "end"))
        _, root = next(reading)
        for event, element in reading:
            if event == "start" or element.tag != "question":
                continue
            if element.get("type") == "category":
                category = _text(element, "category")
                yield from _category(category)
            else:
                id = element.findtext("idnumber") or ""
                for fault in _question(element, id, (category, id) in ids):
                    yield f"question {id or _text(element, 'name')}: {fault}"
                ids.add((category, id))
            root.clear()  # what is read is let go of
    except ElementTree.ParseError as error:
        yield f"is not well-formed XML ({error})"


def _category(path: str) -> Iterator[str]:
    if not path.startswith("$course$/"):
        yield f"category {path!r}: must begin with $course$/"


def _text(element: Element, name: str) -> str:
    return element.findtext(f"{name}/text") or ""


def _question(element: Element, id: str, again: bool) -> Iterator[str]:
    if not id or len(id) > LONGEST_ID:
        yield f"an idnumber has 1 to {LONGEST_ID} characters"
    if again:
        yield "its idnumber stands twice in the category"
    if any(len(tag.text or "") > LONGEST_TAG for tag in element.iterfind("tags/tag/text")):
        yield f"a tag is longer than {LONGEST_TAG} characters"
    yield from _files(element)
    for each in element.iter():
        yield from _set(each)
    for answer in element.iterfind("answer"):
        if (answer.get("fraction") or "").removeprefix("-") not in FRACTIONS:
            yield f"an answer has the fraction {answer.get('fraction')}, which Moodle does not know"
    checks = {"multichoice": _options, "numerical": _numbers, "shortanswer": _words, "matching": _pairs, "cloze": _gaps}
    check = checks.get(element.get("type") or "")
    if check:
        yield from check(element)
    elif element.get("type") != "essay":
        yield f"is of the unknown type {element.get('type')}"


def _set(element: Element) -> Iterator[str]:
    """Text that would be shown otherwise than it is meant."""
    text = element.findtext("text") or ""
    if CONTROL.search(text):
        yield f"{element.tag} holds a control character, or a hole that was not filled"
    if "&nbsp;" in text or "\xa0" in text:
        yield f"{element.tag} holds a &nbsp;"
    if element.tag not in HTML:
        return
    if element.get("format") != "html":
        yield f"{element.tag} is not in the format html"
    yield from unset(element.tag, text)


def unset(where: str, html: str) -> Iterator[str]:
    """Math that would not be typeset."""
    outside = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]|<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
    if re.search(r"\\[()\[\]]", outside):
        yield f"{where} has math that is not closed"
    if re.search(r"(?<![\\\w])\$[^$\s][^$]*\$", outside):
        yield f"{where} has math between single dollars, which is not typeset"
    for math in re.findall(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", html, re.DOTALL):
        if found := re.search(r"<|&(?!\w+;|#)", "".join(math)):
            yield f"{where} has a {found[0]} in math that is not escaped"


def _files(element: Element) -> Iterator[str]:
    for text in element.iter():
        named = set(re.findall(r"@@PLUGINFILE@@/([^\"' ]+)", text.findtext("text") or ""))
        held = {file.get("name") for file in text.iterfind("file")}
        if text.find("text") is not None and named != held:
            yield f"{text.tag} names the files {sorted(named)} and holds {sorted(map(str, held))}"


def _percent(answer: Element) -> float:
    try:
        return float(answer.get("fraction") or "nan")
    except ValueError:
        return float("nan")


def _options(element: Element) -> Iterator[str]:
    answers = element.findall("answer")
    shares = [_percent(answer) for answer in answers]
    if len(answers) < 2:
        yield "has fewer than two options"
    if element.findtext("single") == "true" and 100 not in shares:
        yield "no option has 100 %"
    if element.findtext("single") == "false" and abs(sum(each for each in shares if each > 0) - 100) > 0.01:
        yield "the right options do not have 100 % together"
    if _twice(list(map(_text_of, answers))):
        yield "two options are equal"
    for answer in answers:
        if answer.get("format") != "html":
            yield "an option is not in the format html"
        yield from unset("an option", _text_of(answer))


def _numbers(element: Element) -> Iterator[str]:
    values, known = [], []
    for answer in element.iterfind("answer"):
        value, tolerance = answer.findtext("text") or "", answer.findtext("tolerance") or ""
        if value != "*" and not NUMBER.fullmatch(value):
            yield f"the answer {value!r} is no number with a decimal point"
        if not NUMBER.fullmatch(tolerance) or tolerance.startswith("-"):
            yield f"the tolerance {tolerance!r} is no number with a decimal point"
        values.append(value)
        known.append(_percent(answer))
    yield from _known(values, known)
    if "*" in values[:-1]:
        yield "answers stand behind the one that takes everything, and are never looked at"


def _known(values: list[str], shares: list[float]) -> Iterator[str]:
    if 100 not in shares:
        yield "no answer has 100 %"
    elif shares[0] != 100:
        yield "the right answer is not the first that is looked at"
    if _twice(values):
        yield "two answers are equal"


def _words(element: Element) -> Iterator[str]:
    answers = element.findall("answer")
    yield from _known([_text_of(answer) for answer in answers], [_percent(answer) for answer in answers])


def _text_of(answer: Element) -> str:
    return answer.findtext("text") or ""


def _pairs(element: Element) -> Iterator[str]:
    pairs = [
        (pair.findtext("text") or "", (pair.findtext("answer/text") or "").strip())
        for pair in element.iterfind("subquestion")
    ]
    if any(not value for _, value in pairs):
        yield "a row to match has no value, and what follows it would be lost"
    if any("\\(" in value for _, value in pairs):
        yield "a value to match has math, which no drop-down list sets"
    asked = [prompt for prompt, _ in pairs if prompt]
    if len(asked) < 2 or len({value for _, value in pairs}) < 3:
        yield "has fewer than two rows, or fewer than three values, to match"
    if _twice(asked):
        yield "two rows to match are equal"
    if {value for prompt, value in pairs if prompt} & {value for prompt, value in pairs if not prompt}:
        yield "a value that belongs to no row is right in one"


def _gaps(element: Element) -> Iterator[str]:
    text = _text(element, "questiontext")
    gaps = GAP.findall(text)
    if not gaps or len(gaps) != len(OPENS.findall(text)):
        yield "a gap is missing or not closed: a brace in it must be escaped"
    if re.search(r"\{#[0-9]+\}", text):
        yield "holds {#1}, where Moodle puts a gap of its own"
    for weight, kind, inner in gaps:
        if kind not in TYPED or int(weight) < 1:
            yield f"has a gap of the kind {kind} with the weight {weight}"
        if inner.count(r"\(") != inner.count(r"\)"):
            yield "a gap ends within its math: a brace in it must be escaped"
        yield from _gap(kind, inner)


def _gap(kind: str, inner: str) -> Iterator[str]:
    values, shares = [], []
    for place, answer in enumerate(re.split(r"(?<!\\)~", inner)):
        found = re.fullmatch(r"(=|%(-?[0-9.]+)%)?((?:[^#\\]|\\.)*)(?:#(.*))?", answer, re.DOTALL)
        if not found or (place and not found[1]):
            yield f"a gap has an answer that cannot be read: {answer[:40]!r}"
            continue
        if found[2] and found[2].removeprefix("-") not in FRACTIONS:
            yield f"a gap has the fraction {found[2]}, which Moodle does not know"
        value, _, tolerance = found[3].partition(":")
        if kind == "NUMERICAL" and not (NUMBER.fullmatch(value) and NUMBER.fullmatch(tolerance)):
            yield f"a gap has the number {found[3]!r}, which must be one with a tolerance behind a colon"
        values.append(value)
        shares.append(100.0 if found[1] == "=" else float(found[2] or 0))
    yield from _known(values, shares)


def _twice(values: list[str]) -> bool:
    return len(set(values)) < len(values)
