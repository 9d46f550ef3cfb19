"""How a value is written in each kind of text: ``12,416`` in text, ``12{,}416`` in math, bracketed there if negative
behind an operator, ``12416`` in code and JSON.

Whole numbers and decimals are written by source in line, all else by a function (see `WRITES`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

PLACES = ("text", "math", "bracket", "code", "json")
LETTERS = "ABCDEFGHIJ"

MORE, MORE_MATH = "…", r"{\ldots}"  # a number that goes on
ABOUT = r" \approx "  # before what a student rounds a number to, so that the option shown can be traced


def _digits(value: float) -> str:
    """A number that should be whole but, in a slip or under a division, may not be: two decimals then, … if more."""
    if isinstance(value, int):
        return f"{value:,}"
    if value != value:
        return "–"
    hundredths = int(value * 100 + (1e-6 if value > 0 else -1e-6))
    more = MORE if abs(hundredths / 100 - value) > 1e-6 else ""
    if 0 <= hundredths < 100_000:
        return ONES[hundredths // 100] + DECIMALS[hundredths % 100] + more
    return f"{hundredths / 100:,.2f}".rstrip("0").rstrip(".") + more


def _number_json(value: float) -> str:
    return repr(value if isinstance(value, int) else round(value, 6)) if value == value else "null"


def _text_math(words: str) -> str:
    """Words in math: what LaTeX would take for markup stands for itself."""
    plain = re.sub(r"([#%&_{}$])", r"\\\1", words.translate(NO_TEXT))
    return rf"\text{{{plain}}}"


NO_TEXT = {ord("\\"): "/", ord("^"): "", ord("~"): " "}  # there is no short way to print these in \text


def _words_math(words: Sequence[str]) -> str:
    return _text_math(", ".join(words)) if words else r"\varnothing"


def _pairs_text(pairs: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"({', '.join(pair)})" for pair in pairs) or "none"


def _pairs_math(pairs: Sequence[Sequence[str]]) -> str:
    return _text_math(_pairs_text(pairs))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


Writer = Callable[..., str]
WRITERS: dict[tuple[str, str], Writer] = {
    ("word", "text"): str,
    ("word", "math"): _text_math,
    ("word", "code"): str,
    ("word", "json"): _json,
    ("words", "text"): " ".join,
    ("words", "math"): _words_math,
    ("words", "json"): _json,
    ("terms", "text"): lambda words: ", ".join(words) or "none",
    ("terms", "math"): _words_math,
    ("terms", "json"): _json,
    ("ids", "text"): lambda ids: f"({', '.join(map(str, ids))})",
    ("ids", "math"): lambda ids: f"({', '.join(map(str, ids))})",
    ("ids", "json"): _json,
    ("pairs", "text"): _pairs_text,
    ("pairs", "math"): _pairs_math,
    ("pairs", "json"): _json,
}
ESCAPED = ("word", "words", "terms", "pairs")  # written with a user's words: escaped for where they go
WHOLES = ("integer", "number", "approx")  # always whole, nearly always, and with what a student rounds it to

# Whole numbers and decimals are most of all values, so they are written by source in line and not by a call.
# Below a million a whole number is two look-ups: 12,416 is ONES[12] + GROUPS["text"][416].
ONES = [f"{n}" for n in range(1000)]
GROUPS = {"text": [f",{n:03}" for n in range(1000)], "math": [f"{{,}}{n:03}" for n in range(1000)]}
DECIMALS = [f".{n:02}".rstrip("0").rstrip(".") for n in range(100)]
ALIKE = {"bracket": "math", "approx": "math", "code": "json"}  # written alike, for a whole number that is not negative
DECIMAL = {
    "text": 'f"{{{v}:,.{p}f}}".replace("-", "−")',
    "math": 'f"{{{v}:,.{p}f}}".replace(",", "{{,}}")',
    "code": 'f"{{{v}:.{p}f}}"',
    "json": 'f"{{{v}}}"',
}


def whole(value: str, names: dict[str, str], always: bool) -> list[str]:
    """Statements that write a number, nearly always whole, in several places at once, under a name for each.

    Places: those of `PLACES`, and "approx". ``always``: the value cannot be anything but whole. Numbers of which there
    are few are left to a function (see `rarely`).
    """
    alike: dict[str, list[str]] = {}
    for place, name in names.items():
        alike.setdefault(ALIKE.get(place, place), []).append(name)
    written = {place: " = ".join(group) for place, group in alike.items()}
    digits = [f'    {written.pop("json")} = f"{{{value}}}"'] if "json" in written else []
    if always and digits and not written:
        return [digits[0].strip()]
    every, otherwise = " = ".join(names.values()), f"{', '.join(names.values())}, = {rare(names)}({value})"
    statements = [
        f"if {value} < 1000:",
        f"    if {value} >= 0: {every} = ones[{value}]",
        f"    else: {otherwise}",
        f"elif {value} < 1000000:",
        *([f"    over, rest = ones[{value} // 1000], {value} % 1000"] if written else []),
        *(f"    {group} = over + {place}[rest]" for place, group in written.items()),
        *digits,
    ]
    if written and always:
        statements += [
            f"elif {value} < 1000000000:",
            f"    over, middle, rest = ones[{value} // 1000000], {value} // 1000 % 1000, {value} % 1000",
            *(f"    {group} = over + {place}[middle] + {place}[rest]" for place, group in written.items()),
            *digits,
        ]
    statements.append(f"else: {otherwise}")
    if always:
        return statements
    statements = [f"if type({value}) is int:", *(f"    {statement}" for statement in statements)]
    if not digits:
        statements += [
            f"elif 0 < {value} < 999:",
            f"    hundredths = int({value} * 100 + 1e-6)",
            f"    {every} = ones[hundredths // 100] + decimals[hundredths % 100]",
            f"    if {value} * 100 - hundredths > 1e-4:",
            *(f"        {group} = {alike[place][0]} + more_{place}" for place, group in written.items()),
        ]
        if "approx" in names:
            statements.append(f"    {names['approx']} += about + ones[int({value} + 0.5)]")
    return [*statements, f"else: {otherwise}"]


def rare(places: Iterable[str]) -> str:
    """The name of the function that writes a number in these places."""
    return f"write_{'_'.join(places)}"


def rarely(places: Iterable[str], more: str, about: str) -> Callable[[float], tuple[str, ...]]:
    """A function that writes any number in these places: also one that is negative, large or broken.

    ``more`` and ``about`` are what stands in math for "goes on" and "about".
    """
    wanted = tuple(places)

    def written(value: float, place: str) -> str:
        if place in ("code", "json"):
            return _number_json(value)
        if place == "text":
            return _digits(value).replace("-", "−")
        math = _digits(value).replace(",", "{,}").replace(MORE, more)
        if place == "approx" and isinstance(value, float) and value == value:
            return f"{math}{about}{int(value + 0.5)}"
        return f"({math})" if place == "bracket" and value < 0 else math

    return lambda value: tuple([written(value, place) for place in wanted])


def source(kind: str, place: str, value: str, math: str = "") -> str:
    """Python source that writes a value that is no whole number (itself a source) in a place.

    ``math`` is what writes it in math, where it may need brackets.
    """
    if kind == "letter":
        return f'"{LETTERS}"[{value}]' if place != "json" else f"str({value})"
    if kind.startswith("noun:"):
        one, many = kind[5:].split("/")
        return f'f"{{{value}:,}} " + ({one!r} if {value} == 1 else {many!r})'
    if kind == "raw":
        return f"str({value})"
    if math:
        return f'f"({{{math}}})" if {value} < 0 else {math}'
    if kind.startswith("decimal"):
        return DECIMAL[place].format(v=value, p=kind.removeprefix("decimal"))
    return f"write_{kind}_{place}({value})"


# what the source calls by name
WRITES: dict[str, object] = {f"write_{kind}_{place}": writer for (kind, place), writer in WRITERS.items()}
WRITES |= {"ones": ONES, "decimals": DECIMALS, **GROUPS}
