"""A check of a QTI 2.1 package: what a player would refuse, or mark otherwise than it is meant."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from generator.lms.moodle import CONTROL, unset
from generator.lms.package import OLDEST

MANIFEST, TEST = "imsmanifest.xml", "test.xml"
NAMESPACE = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
BLOCKS = {"p", "div", "pre", "ol", "ul", "dl", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
BLOCKS |= {"choiceInteraction", "matchInteraction", "orderInteraction", "extendedTextInteraction", "rubricBlock"}
INLINE = {"a", "b", "br", "caption", "code", "em", "i", "img", "li", "small", "span", "strong", "sub", "sup"}
INLINE |= {"tbody", "td", "th", "thead", "tr", "textEntryInteraction", "simpleChoice", "simpleMatchSet"}
INLINE |= {"simpleAssociableChoice"}
ATTRIBUTES = {"id", "class", "lang", "label", "href", "src", "alt", "start"}
ALLOWED = ATTRIBUTES - {"start"} | {
    "responseIdentifier", "identifier", "shuffle", "maxChoices", "maxAssociations", "matchMax", "expectedLength",
    "view", "scope", "colspan", "rowspan",
}  # fmt: skip


def faults(path: Path) -> Iterator[str]:
    """A line for each fault; items are read one after the other."""
    try:
        with ZipFile(path) as package:
            names = package.namelist()
            told = [file.get("href") or "" for file in _read(package, MANIFEST).iter() if file.tag.endswith("}file")]
            if set(told) != set(names) - {MANIFEST}:
                yield f"the manifest and the package differ in {sorted(set(told) ^ (set(names) - {MANIFEST}))}"
            if any(entry.date_time != OLDEST for entry in package.infolist()):
                yield "a file has a time of its own, so that the same build would not give the same bytes"
            asked = [each.get("href") or "" for each in _all(_read(package, TEST), "assessmentItemRef")]
            items = [name for name in names if name.startswith("items/")]
            if asked != items:
                yield "the test does not ask each item once"
            for name in items:
                for fault in _item(_read(package, name), name, set(names)):
                    yield f"{name}: {fault}"
    except ElementTree.ParseError as error:
        yield f"is not well-formed XML ({error})"
    except (zipfile.BadZipFile, KeyError) as error:
        yield f"is no package ({error})"


def _read(package: ZipFile, name: str) -> Element:
    return ElementTree.fromstring(package.read(name))


def _all(element: Element, name: str) -> list[Element]:
    return list(element.iter(f"{NAMESPACE}{name}"))


def _named(elements: list[Element]) -> set[str]:
    return {each.get("identifier") or "" for each in elements}


def _item(item: Element, name: str, files: set[str]) -> Iterator[str]:
    if f"items/{item.get('identifier')}.xml" != name:
        yield "is not called like its file"
    yield from _texts(item)
    yield from _body(item)
    for image in _all(item, "img"):
        parts: list[str] = []
        for part in PurePosixPath(name).parent.joinpath(image.get("src") or "").parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        if "/".join(parts) not in files:
            yield f"the figure {image.get('src')} is not in the package"
    yield from _variables(item)
    yield from _keys(item)


def _texts(item: Element) -> Iterator[str]:
    for each in [*_all(item, "itemBody"), *_all(item, "modalFeedback")]:
        text = "".join(each.itertext())
        if CONTROL.search(text):
            yield "holds a control character, or a hole that was not filled"
        if "\xa0" in text:
            yield "holds a &nbsp;"
        told = escape("".join(_outside(each)))  # escaped in the file, or it would have been no text
        yield from unset("a text", told)


def _outside(element: Element) -> Iterator[str]:
    """The text of an element without its listings."""
    if element.tag.removeprefix(NAMESPACE) not in ("code", "pre"):
        yield element.text or ""
        for each in element:
            yield from _outside(each)
            yield each.tail or ""


def _body(item: Element) -> Iterator[str]:
    for body in _all(item, "itemBody"):
        for each in body:
            if each.tag.removeprefix(NAMESPACE) not in BLOCKS:
                yield f"<{each.tag.removeprefix(NAMESPACE)}> stands directly in the body"
        if (body.text or "").strip() or any((each.tail or "").strip() for each in body):
            yield "text stands directly in the body"
    for held in [*_all(item, "itemBody"), *_all(item, "modalFeedback")]:
        for each in list(held.iter())[1:]:
            tag = each.tag.removeprefix(NAMESPACE)
            if tag not in BLOCKS | INLINE:
                yield f"<{tag}> is no element of QTI's HTML"
            if more := set(each.attrib) - ALLOWED:
                yield f"<{tag}> has the attributes {sorted(more)}, which QTI does not know"


def _variables(item: Element) -> Iterator[str]:
    responses, outcomes = _named(_all(item, "responseDeclaration")), _named(_all(item, "outcomeDeclaration"))
    interactions = {each.get("responseIdentifier") for each in item.iter() if each.get("responseIdentifier")}
    if interactions != responses:
        yield f"the responses {sorted(map(str, interactions ^ responses))} are declared or asked, and not both"
    used = _named([*_all(item, "variable"), *_all(item, "mapResponse"), *_all(item, "correct")])
    if not used <= responses | outcomes:
        yield f"uses {sorted(used - responses - outcomes)}, which are not declared"
    if not _named(_all(item, "setOutcomeValue")) <= outcomes:
        yield "sets an outcome that is not declared"
    shown = {(each.get("outcomeIdentifier"), each.get("identifier")) for each in _all(item, "modalFeedback")}
    if len(shown) < len(_all(item, "modalFeedback")):
        yield "has a feedback twice"
    for each in _all(item, "setOutcomeValue"):
        value = each.find(f"{NAMESPACE}baseValue")
        if value is not None and (each.get("identifier"), value.text) not in shown:
            yield f"shows the feedback {value.text!r}, which is not there"


def _keys(item: Element) -> Iterator[str]:
    """That keys name choices which are there, that bounds lie in order, and that all the points can be had."""
    choices = _named([*_all(item, "simpleChoice"), *_all(item, "simpleAssociableChoice")])
    texts = ["".join(each.itertext()) for each in _all(item, "simpleChoice")]
    if len(set(texts)) < len(texts) or any(not text.strip() for text in texts):
        yield "two options are equal, or one is empty"
    for response in _all(item, "responseDeclaration"):
        if response.get("baseType") in ("identifier", "directedPair"):
            values = [each.text or "" for each in _all(response, "value")]
            keys = [each.get("mapKey") or "" for each in _all(response, "mapEntry")]
            if not values or not {name for each in [*values, *keys] for name in each.split()} <= choices:
                yield "its key is empty, or names choices that are not there"
            points = [float(each.get("mappedValue") or 0) for each in _all(response, "mapEntry")]
            most = (
                max(points, default=1) if response.get("cardinality") == "single" else sum(p for p in points if p > 0)
            )
            if points and abs(most - 1) > 1e-4:
                yield "its right answers do not have all the points together"
    whole = 0.0
    for condition in _all(item, "responseCondition"):
        for branch in condition:
            bounds = [
                each.findtext(f".//{NAMESPACE}baseValue") for name in ("gte", "lte") for each in _all(branch, name)
            ]
            try:
                if bounds and not float(bounds[0] or "nan") <= float(bounds[1] or "nan"):
                    yield f"the bounds {bounds} are not in order"
            except ValueError:
                yield f"the bounds {bounds} are not numbers"
        product = condition.find(f"{NAMESPACE}responseIf//{NAMESPACE}product/{NAMESPACE}baseValue")
        whole += float(product.text or 0) if product is not None else 0
    if _all(item, "textEntryInteraction") and abs(whole - 1) > 1e-4:
        yield "its gaps do not have all the points together"
