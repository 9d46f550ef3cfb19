"""How a QTI 2.1 player marks what a student answers, by the specification's response processing. Marks are shares of
the whole, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

NAMESPACE = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
Given = Mapping[str, list[str]]  # by response what was picked or typed


class Marked(NamedTuple):
    """``feedback`` is what is told of the answers, ``outcomes`` the value of every outcome."""

    mark: float
    feedback: list[str]
    outcomes: Mapping[str, list[str]]


@dataclass(frozen=True)
class Item:
    element: Element

    @property
    def id(self) -> str:
        return (self.element.get("identifier") or "").removeprefix("q")

    @property
    def interactions(self) -> list[str]:
        return [tag(each) for each in self.element.iter() if tag(each).endswith("Interaction")]

    @property
    def responses(self) -> list[str]:
        return [each.get("identifier") or "" for each in every(self.element, "responseDeclaration")]

    def choices(self, name: str = "simpleChoice") -> dict[str, str]:
        return {each.get("identifier") or "": text(each) for each in every(self.element, name)}

    def key(self, response: str = "RESPONSE") -> list[str]:
        return [each.text or "" for each in every(self._declared(response), "value")]

    def feedback(self, outcome: str, name: str) -> str:
        found = [
            each
            for each in every(self.element, "modalFeedback")
            if (each.get("outcomeIdentifier"), each.get("identifier")) == (outcome, name)
        ]
        assert len(found) == 1
        return text(found[0])

    def answer(self, given: Given) -> Marked:
        values: dict[str, Any] = {name: given.get(name, []) for name in self.responses}
        for each in every(self.element, "outcomeDeclaration"):
            values[each.get("identifier") or ""] = [value.text for value in every(each, "value")]
        (processing,) = every(self.element, "responseProcessing")
        self._run(list(processing), values)
        shown = [
            self.feedback(outcome, name)
            for outcome, names in values.items()
            if outcome.startswith("FEEDBACK")
            for name in names
        ]
        outcomes = {name: value for name, value in values.items() if name not in self.responses}
        return Marked(float(values["SCORE"][0]) / float(values["MAXSCORE"][0]), shown, outcomes)

    def declared(self, outcome: str) -> list[str]:
        """What an outcome is worth before anything is answered."""
        (found,) = [e for e in every(self.element, "outcomeDeclaration") if e.get("identifier") == outcome]
        return [each.text or "" for each in every(found, "value")]

    @property
    def body(self) -> str:
        (found,) = every(self.element, "itemBody")
        return text(found)

    def _declared(self, response: str) -> Element:
        (found,) = [e for e in every(self.element, "responseDeclaration") if e.get("identifier") == response]
        return found

    def _run(self, rules: list[Element], values: dict[str, Any]) -> None:
        for rule in rules:
            if tag(rule) == "setOutcomeValue":
                found = self._value(rule[0], values)
                values[rule.get("identifier") or ""] = found if isinstance(found, list) else [found]
                continue
            assert tag(rule) == "responseCondition"
            for branch in rule:
                if tag(branch) == "responseElse":
                    self._run(list(branch), values)
                elif self._value(branch[0], values):
                    self._run(list(branch)[1:], values)
                    break

    def _value(self, expression: Element, values: dict[str, Any]) -> Any:
        parts = [self._value(each, values) for each in expression]
        match tag(expression):
            case "variable":
                return values[expression.get("identifier") or ""]
            case "baseValue":
                return [expression.text or ""]
            case "correct":
                return self.key(expression.get("identifier") or "")
            case "mapResponse":
                return self._mapped(expression.get("identifier") or "", values)
            case "and":
                return all(parts)
            case "gte" | "lte" | "stringMatch" if not all(parts):
                return False  # of nothing it is null, which is not true
            case "match":
                return parts[0] == parts[1]
            case "stringMatch":
                return [each.lower() for each in parts[0]] == [each.lower() for each in parts[1]]
            case "gte":
                return number(parts[0]) >= number(parts[1])
            case "lte":
                return number(parts[0]) <= number(parts[1])
            case "sum":
                return sum(map(number, parts))
            case "product":
                return number(parts[0]) * number(parts[1])
        raise ValueError(tag(expression))

    def _mapped(self, response: str, values: dict[str, Any]) -> float:
        (mapping,) = every(self._declared(response), "mapping")
        points = {e.get("mapKey"): float(e.get("mappedValue") or 0) for e in every(mapping, "mapEntry")}
        whole = sum(points.get(each, float(mapping.get("defaultValue") or 0)) for each in values[response])
        return min(max(whole, float(mapping.get("lowerBound") or "-inf")), float(mapping.get("upperBound") or "inf"))


def number(value: Any) -> float:
    return float(value[0]) if isinstance(value, list) else float(value)


def tag(element: Element) -> str:
    return element.tag.removeprefix(NAMESPACE)


def every(element: Element, name: str) -> list[Element]:
    return list(element.iter(f"{NAMESPACE}{name}"))


def text(element: Element) -> str:
    """What is within an element, as it stands in the file."""
    whole = ElementTree.tostring(element, encoding="unicode").replace(f' xmlns:ns0="{NAMESPACE[1:-1]}"', "")
    return whole.partition(">")[2].rpartition("</")[0].replace("ns0:", "")


def read(path: Path) -> list[Item]:
    """The items that the test asks, in its order."""
    with ZipFile(path) as package:
        test = ElementTree.fromstring(package.read("test.xml"))
        return [
            Item(ElementTree.fromstring(package.read(each.get("href") or "")))
            for each in every(test, "assessmentItemRef")
        ]
