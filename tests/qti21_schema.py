"""What may stand where in an item or a test of QTI 2.1, by the published schema (imsqti_v2p1.xsd, final of May 2012).

The schema itself may not be passed on with other software, so the part of it that a bank uses is told here once more:
children in their order, whether there is text between them, and attributes with the form of their values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple
from xml.etree.ElementTree import Element

NAMESPACE = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

INLINE = "a abbr acronym b big br cite code dfn em i img kbd q samp small span strong sub sup tt var"
BLOCK = "pre h1 h2 h3 h4 h5 h6 p address dl ol hr ul blockquote table div"
INTERACTION = "choiceInteraction extendedTextInteraction matchInteraction orderInteraction"
GROUPS = {
    "Inline": f"{INLINE} textEntryInteraction",
    "Flow": f"{INLINE} {BLOCK}",  # of choices and feedback, which hold no interactions
    "Body": f"{BLOCK} {INTERACTION} rubricBlock",
    "Cell": f"{INLINE} {BLOCK} {INTERACTION} textEntryInteraction",
    "Block": BLOCK,
    "Expression": "and baseValue correct gte lte mapResponse match product stringMatch sum testVariables variable",
    "Rule": "responseCondition setOutcomeValue",
}

IDENTIFIER, NUMBER, WHOLE, TRUTH, TEXT = r"[A-Za-z_][\w.-]*", r"-?\d+(\.\d+)?(e-?\d+)?", r"\d+", "true|false", ".*"
TYPES = "boolean|directedPair|duration|file|float|identifier|integer|pair|point|string|uri"
COMMON = {"id": IDENTIFIER, "class": TEXT, "label": TEXT}
DECLARED = {"identifier!": IDENTIFIER, "cardinality!": "multiple|ordered|record|single", "baseType": TYPES}
ASKED = COMMON | {"responseIdentifier!": IDENTIFIER}
CHOICE = COMMON | {"identifier!": IDENTIFIER, "fixed": TRUTH}
NAMED = {"identifier!": IDENTIFIER}


class Model(NamedTuple):
    """``children`` as in a DTD, a capital letter for a group; ``text``: whether there may be some between them."""

    children: str = ""
    text: bool = False
    attributes: Mapping[str, str] = MappingProxyType({})  # those with ! must be there


PHRASE = Model("Inline*", True, COMMON)
LIST, ROWS, CELL = (
    Model("li*", False, COMMON),
    Model("tr+", False, COMMON),
    COMMON | {"scope": "row|col|rowgroup|colgroup"},
)
CELLS = Model(
    "Cell*", True, CELL | {"headers": TEXT, "rowspan": WHOLE, "colspan": WHOLE, "align": TEXT, "valign": TEXT}
)
MODELS = dict.fromkeys(f"{INLINE} p h1 h2 h3 h4 h5 h6 pre address caption".split(), PHRASE) | {
    "br": Model(attributes=COMMON), "hr": Model(attributes=COMMON),
    "a": Model("Inline*", True, COMMON | {"href!": TEXT, "type": TEXT}),
    "img": Model(attributes=COMMON | {"src!": TEXT, "alt!": TEXT, "width": TEXT, "height": TEXT, "longdesc": TEXT}),
    "div": Model("Cell*", True, COMMON), "li": Model("Cell*", True, COMMON), "ol": LIST, "ul": LIST,
    "blockquote": Model("Block*", False, COMMON | {"cite": TEXT}),
    "table": Model("caption? thead? tfoot? tbody+", False, COMMON | {"summary": TEXT}),
    "thead": ROWS, "tbody": ROWS, "tfoot": ROWS, "tr": Model("(td|th)+", False, COMMON), "td": CELLS, "th": CELLS,
    "assessmentItem": Model(
        "responseDeclaration* outcomeDeclaration* itemBody? responseProcessing? modalFeedback*", False,
        {"identifier!": TEXT, "title!": TEXT, "adaptive!": TRUTH, "timeDependent!": TRUTH, LOCATION: TEXT},
    ),
    "responseDeclaration": Model("defaultValue? correctResponse? mapping?", False, DECLARED),
    "outcomeDeclaration": Model("defaultValue?", False, DECLARED),
    "defaultValue": Model("value+", False, {"interpretation": TEXT}),
    "correctResponse": Model("value+", False, {"interpretation": TEXT}),
    "value": Model("", True, {"fieldIdentifier": IDENTIFIER, "baseType": TYPES}),
    "mapping": Model("mapEntry+", False, {"lowerBound": NUMBER, "upperBound": NUMBER, "defaultValue": NUMBER}),
    "mapEntry": Model("", False, {"mapKey!": TEXT, "mappedValue!": NUMBER, "caseSensitive": TRUTH}),
    "itemBody": Model("Body*", False, COMMON),
    "rubricBlock": Model("Block*", False, COMMON | {"view!": "author|candidate|proctor|scorer|tutor"}),
    "choiceInteraction": Model(
        "prompt? simpleChoice+", False, ASKED | {"shuffle": TRUTH, "maxChoices": WHOLE, "minChoices": WHOLE}
    ),
    "orderInteraction": Model(
        "prompt? simpleChoice+", False, ASKED | {"shuffle": TRUTH, "maxChoices": WHOLE, "minChoices": WHOLE}
    ),
    "matchInteraction": Model(
        "prompt? simpleMatchSet simpleMatchSet", False,
        ASKED | {"shuffle": TRUTH, "maxAssociations": WHOLE, "minAssociations": WHOLE},
    ),
    "simpleMatchSet": Model("simpleAssociableChoice*", False, COMMON),
    "simpleAssociableChoice": Model("Flow*", True, CHOICE | {"matchMax!": WHOLE, "matchMin": WHOLE}),
    "simpleChoice": Model("Flow*", True, CHOICE),
    "textEntryInteraction": Model("", False, ASKED | {"expectedLength": WHOLE}),
    "extendedTextInteraction": Model("prompt?", False, ASKED | {"expectedLength": WHOLE, "expectedLines": WHOLE}),
    "modalFeedback": Model(
        "Flow*", True,
        {"outcomeIdentifier!": IDENTIFIER, "identifier!": IDENTIFIER, "showHide!": "show|hide", "title": TEXT},
    ),
    "responseProcessing": Model("Rule*", False, {"template": TEXT, "templateLocation": TEXT}),
    "responseCondition": Model("responseIf responseElseIf* responseElse?"),
    "responseIf": Model("Expression Rule*"), "responseElseIf": Model("Expression Rule*"),
    "responseElse": Model("Rule*"),
    "setOutcomeValue": Model("Expression", False, NAMED),
    "and": Model("Expression+"), "sum": Model("Expression+"), "product": Model("Expression+"),
    "match": Model("Expression Expression"),
    "gte": Model("Expression Expression"), "lte": Model("Expression Expression"),
    "stringMatch": Model("Expression Expression", False, {"caseSensitive!": TRUTH, "substring": TRUTH}),
    "variable": Model("", False, NAMED), "correct": Model("", False, NAMED), "mapResponse": Model("", False, NAMED),
    "baseValue": Model("", True, {"baseType!": TYPES}),
    "assessmentTest": Model(
        "outcomeDeclaration* testPart+ outcomeProcessing?", False,
        {"identifier!": TEXT, "title!": TEXT, LOCATION: TEXT},
    ),
    "testPart": Model(
        "assessmentSection+", False,
        NAMED | {"navigationMode!": "linear|nonlinear", "submissionMode!": "individual|simultaneous"},
    ),
    "assessmentSection": Model("assessmentItemRef*", False, NAMED | {"title!": TEXT, "visible!": TRUTH}),
    "assessmentItemRef": Model("", False, NAMED | {"href!": TEXT}),
    "outcomeProcessing": Model("setOutcomeValue*"),
    "testVariables": Model("", False, {"variableIdentifier!": IDENTIFIER, "baseType": TYPES}),
}  # fmt: skip


def against(element: Element) -> Iterator[str]:
    """A line for each place in which an element and what it holds is not as the schema has it."""
    name = element.tag.removeprefix(NAMESPACE)
    model = MODELS.get(name)
    if model is None:
        yield f"<{name}> is not known"
        return
    held = "".join(f"{each.tag.removeprefix(NAMESPACE)} " for each in element)
    if not _pattern(model.children).fullmatch(held):
        yield f"<{name}> holds {held}and not {model.children}"
    if not model.text and ((element.text or "").strip() or any((each.tail or "").strip() for each in element)):
        yield f"<{name}> holds text"
    known = {key.removesuffix("!"): form for key, form in model.attributes.items()}
    for key, value in element.attrib.items():
        if key not in known or not re.fullmatch(known[key], value, re.DOTALL):
            yield f"<{name}> has {key}={value!r}"
    for key in model.attributes:
        if key.endswith("!") and key[:-1] not in element.attrib:
            yield f"<{name}> has no {key[:-1]}"
    for each in element:
        yield from against(each)


@cache
def _pattern(children: str) -> re.Pattern[str]:
    def names(match: re.Match[str]) -> str:
        return f"(?:(?:{'|'.join(GROUPS.get(match[0], match[0]).split())}) )"

    return re.compile("".join(re.sub(r"\w+", names, each) for each in children.split()))
