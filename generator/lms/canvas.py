"""A check of a QTI 1.2 package as Canvas reads it: what would be passed over or misread without a word."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from generator.lms.moodle import CONTROL, NUMBER, unset
from generator.lms.package import OLDEST

MANIFEST, QUIZ = "imsmanifest.xml", "quiz/quiz.xml"
NAMESPACE = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
BASE = "$IMS-CC-FILEBASE$"  # where Canvas puts the files of a package
WHOLE = 100.0
CHOSEN = ("multiple_choice_question", "multiple_answers_question")
TYPES = (*CHOSEN, "numerical_question", "fill_in_multiple_blanks_question", "matching_question", "essay_question")


def faults(path: Path) -> Iterator[str]:
    """A line for each fault; the quiz is read in pieces."""
    try:
        with ZipFile(path) as package:
            yield from _files(package)
            ids = set[str]()
            named = set[str]()
            with package.open(QUIZ) as quiz:
                for _, element in ElementTree.iterparse(quiz):
                    if element.tag != f"{NAMESPACE}item":
                        continue
                    id = element.get("ident") or ""
                    for fault in _item(element):
                        yield f"question {id}: {fault}"
                    if not id or id in ids:
                        yield f"question {id}: has no id of its own"
                    ids.add(id)
                    named.update(_named(element))
                    element.clear()
            if missing := named - set(package.namelist()):
                yield f"the figures {sorted(missing)} are not in the package"
    except ElementTree.ParseError as error:
        yield f"is not well-formed XML ({error})"
    except (zipfile.BadZipFile, KeyError) as error:
        yield f"is no package ({error})"


def _files(package: ZipFile) -> Iterator[str]:
    manifest = ElementTree.fromstring(package.read(MANIFEST))
    told = {file.get("href") for file in manifest.iter() if file.tag.endswith("}file")}
    held = {name for name in package.namelist() if name != MANIFEST}
    if told != held:
        yield f"the manifest and the package differ in {sorted(map(str, told ^ held))}"
    if any(entry.date_time != OLDEST for entry in package.infolist()):
        yield "a file has a time of its own, so that the same build would not give the same bytes"


def _named(item: Element) -> set[str]:
    texts = "".join(each.text or "" for each in _all(item, "mattext"))
    return set(re.findall(re.escape(BASE) + r"/([^\"]+)\"", texts))


def _all(element: Element, name: str) -> list[Element]:
    return list(element.iter(f"{NAMESPACE}{name}"))


def _type(item: Element) -> str:
    for field in _all(item, "qtimetadatafield"):
        if field.findtext(f"{NAMESPACE}fieldlabel") == "question_type":
            return field.findtext(f"{NAMESPACE}fieldentry") or ""
    return ""


def _item(item: Element) -> Iterator[str]:
    kind = _type(item)
    if kind not in TYPES:
        yield f"is of the unknown type {kind!r}"
    for text in _all(item, "mattext"):
        if CONTROL.search(text.text or ""):
            yield "holds a control character, or a hole that was not filled"
        if "&nbsp;" in (text.text or "") or "\xa0" in (text.text or ""):
            yield "holds a &nbsp;"
        if text.get("texttype") == "text/html":
            yield from unset("a text", (text.text or "").replace(BASE, ""))
    shown = [each.get("linkrefid") for each in _all(item, "displayfeedback")]
    held = [each.get("ident") for each in _all(item, "itemfeedback")]
    if set(shown) != set(held) or len(set(held)) < len(held):
        yield f"shows the feedback {sorted(set(map(str, shown)) ^ set(map(str, held)))}, which is not there, or twice"
    checks = {"numerical_question": _number, "fill_in_multiple_blanks_question": _gaps, "matching_question": _rows}
    check = checks.get(kind, _options if kind in CHOSEN else None)
    if check:
        yield from check(item)


def _scored(item: Element) -> list[tuple[Element, float]]:
    """The conditions that give points, each with its share of the whole in percent."""
    found = []
    for condition in _all(item, "respcondition"):
        value = condition.findtext(f"{NAMESPACE}setvar")
        held = condition.find(f"{NAMESPACE}conditionvar")
        if value is not None and held is not None:
            found.append((held, float(value)))
    return found


def _options(item: Element) -> Iterator[str]:
    labels = [label.get("ident") for label in _all(item, "response_label")]
    texts = [text.text for label in _all(item, "response_label") for text in _all(label, "mattext")]
    named = {each.text for each in _all(item, "varequal")}
    if len(labels) < 2 or len(set(texts)) < len(texts):
        yield "two options are equal, or there are not two"
    if not named <= set(labels):
        yield f"names the options {sorted(map(str, named - set(labels)))}, which are not there"
    if [share for _, share in _scored(item)] != [WHOLE]:
        yield "has not one answer with all the points"


def _number(item: Element) -> Iterator[str]:
    scored = _scored(item)
    if len(scored) != 1 or scored[0][1] != WHOLE:
        yield "has not one answer with all the points"
        return
    (right, _), *_ = scored
    if _all(item, "varequal")[0] is not _all(right, "varequal")[0]:
        yield "another number stands before the right one, and would be taken for it"
    numbers = [each.text or "" for name in ("vargte", "varequal", "varlte") for each in _all(right, name)]
    if len(numbers) != 3 or not all(map(NUMBER.fullmatch, numbers)):
        yield f"the number and its bounds {numbers} are not three numbers with decimal points"
    elif not float(numbers[0]) <= float(numbers[1]) <= float(numbers[2]):
        yield f"the number {numbers[1]} does not lie between its bounds"
    told = []
    for condition in _all(item, "conditionvar"):
        within = _all(condition, "varequal")
        told += [each.text for each in within if condition is not right]
        if condition is not right and within and condition.find(f"{NAMESPACE}varequal") is None:
            yield "a known number does not stand directly in its condition, and its feedback would be lost"
    if len(set(told)) < len(told) or not all(NUMBER.fullmatch(each or "") for each in told):
        yield "two known numbers are equal, or one is no number"


def _gaps(item: Element) -> Iterator[str]:
    text = next((each.text or "" for each in _all(item, "mattext")), "")
    for gap in _all(item, "response_lid"):
        name = (gap.get("ident") or "").removeprefix("response_")
        if text.count(f"[{name}]") != 1:
            yield f"the gap {name} does not stand once in the text"
        if not [label for label in _all(gap, "response_label") if (label.findtext(f".//{NAMESPACE}mattext") or "")]:
            yield f"the gap {name} has no right answer"
    yield from _shares(item)


def _rows(item: Element) -> Iterator[str]:
    rows = _all(item, "response_lid")
    right = {each.get("respident"): each.text for each in _all(item, "varequal")}
    for row in rows:
        labels = {label.get("ident"): label.findtext(f".//{NAMESPACE}mattext") for label in _all(row, "response_label")}
        if right.get(row.get("ident")) not in labels:
            yield f"the row {row.get('ident')} has no right value"
        if not all(labels.values()):
            yield f"the row {row.get('ident')} has a blank value"
        if any("\\(" in (value or "") for value in labels.values()):
            yield f"the row {row.get('ident')} has math in a value, which no drop-down list sets"
    yield from _shares(item)


def _shares(item: Element) -> Iterator[str]:
    shares = [share for _, share in _scored(item)]
    if len(shares) != len(_all(item, "response_lid")) or abs(sum(shares) - WHOLE) > 0.1:
        yield "its answers do not have all the points together"
