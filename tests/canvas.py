"""How a QTI 1.2 processor marks what a student answers, by the specification's response processing: the conditions in
turn, until one that ends it. Marks are shares of the whole, from 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

NAMESPACE = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
Given = Mapping[str, list[str]]  # by response what was picked or typed


class Marked(NamedTuple):
    mark: float
    feedback: list[str]


@dataclass(frozen=True)
class Item:
    element: Element

    @property
    def id(self) -> str:
        return (self.element.get("ident") or "").removeprefix("q")

    @property
    def fields(self) -> dict[str, str]:
        return {_text(each, "fieldlabel"): _text(each, "fieldentry") for each in _all(self.element, "qtimetadatafield")}

    @property
    def text(self) -> str:
        return _text(_all(self.element, "presentation")[0], "mattext")

    @property
    def responses(self) -> dict[str, tuple[str, dict[str, str]]]:
        """By response its prompt, and the texts to choose from by their names."""
        found = {}
        for each in (*_all(self.element, "response_lid"), *_all(self.element, "response_str")):
            labels = {label.get("ident", ""): _text(label, "mattext") for label in _all(each, "response_label")}
            prompt = each.findtext(f"{NAMESPACE}material/{NAMESPACE}mattext") or ""
            found[each.get("ident", "")] = (prompt, labels)
        return found

    @property
    def feedback(self) -> dict[str, str]:
        return {each.get("ident", ""): _text(each, "mattext") for each in _all(self.element, "itemfeedback")}

    def answer(self, given: Given) -> Marked:
        score, shown = 0.0, []
        for condition in _all(self.element, "respcondition"):
            held = condition.find(f"{NAMESPACE}conditionvar")
            assert held is not None
            if not all(_holds(each, given) for each in held):
                continue
            for each in _all(condition, "setvar"):
                score = float(each.text or 0) + (score if each.get("action") == "Add" else 0)
            shown += [self.feedback[each.get("linkrefid", "")] for each in _all(condition, "displayfeedback")]
            if condition.get("continue") == "No":
                break
        return Marked(score / 100, shown)


def _holds(test: Element, given: Given) -> bool:
    name, answers = test.tag.removeprefix(NAMESPACE), given.get(test.get("respident", ""), [])
    match name:
        case "other":
            return True
        case "and":
            return all(_holds(each, given) for each in test)
        case "or":
            return any(_holds(each, given) for each in test)
        case "not":
            return not any(_holds(each, given) for each in test)
        case "varequal":
            return any(each == test.text or _equal(each, test.text or "") for each in answers)
        case "vargte":
            return any(float(each) >= float(test.text or "nan") for each in answers)
        case "varlte":
            return any(float(each) <= float(test.text or "nan") for each in answers)
    raise ValueError(name)


def _equal(one: str, other: str) -> bool:
    number = re.compile(r"-?\d+(\.\d+)?")
    return bool(number.fullmatch(one) and number.fullmatch(other)) and float(one) == float(other)


def _all(element: Element, name: str) -> list[Element]:
    return list(element.iter(f"{NAMESPACE}{name}"))


def _text(element: Element, name: str) -> str:
    return element.findtext(f".//{NAMESPACE}{name}") or ""


def read(path: Path) -> list[Item]:
    """The questions of the quiz that the manifest names."""
    with ZipFile(path) as package:
        manifest = package.read("imsmanifest.xml").decode()
        quiz = re.search(r'type="imsqti_xmlv1p2" href="([^"]+)"', manifest)
        assert quiz
        return [Item(each) for each in _all(ElementTree.fromstring(package.read(quiz[1])), "item")]
