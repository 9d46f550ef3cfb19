"""What a card says to a typed answer and to a tap: the scripts themselves, run by Node and by Chromium."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ImportAnkiPackageRequest
from conftest import compiled, questions

from generator.layers import LSTM
from generator.resources import folder
from generator.typeset.anki import Note, note_types, style, write_deck

pytestmark = pytest.mark.external

COUNT = {"kind": "integer", "value": 12416, "tolerance": 0}
THOUSANDS = {"kind": "integer", "value": 4800, "tolerance": 0}
MINUS = {"kind": "integer", "value": -1250, "tolerance": 0}
PRICE = {"kind": "decimal", "value": 4.8, "tolerance": 0.05}
LARGE = {"kind": "decimal", "value": 4800.5, "tolerance": 1}
STATE = {"kind": "vector", "value": [0.051, -0.646, 0.139], "tolerance": 0.0015}
ONE = {"kind": "vector", "value": [-0.144], "tolerance": 0.0012}
MATRIX = {"kind": "matrix", "value": [[1.5, 2], [-3, 4]], "tolerance": 0.01}
SHAPE = {"kind": "shape", "value": [28, 28, 16], "tolerance": 0}
SHAPES = {"kind": "shapes", "value": [[48, 48, 16], [24, 24, 16], [9216]], "tolerance": 0}

RIGHT, EMPTY, UNCLEAR = {"state": "right"}, {"state": "empty"}, {"state": "unclear"}
WRONG = {"state": "wrong", "first": 0}


def ask(*readings: float) -> dict[str, Any]:
    return {"state": "ask", "readings": list(readings)}


def slip(place: int) -> dict[str, Any]:
    return {"state": "slip", "slip": place}


def judged(cases: list[tuple[Any, ...]]) -> list[Any]:
    """The verdicts on (text, check, slips, choice), as the card's own script gives them."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("Node is needed to run the cards' script")
    script = (folder("templates") / "anki" / "check.js").read_text(encoding="utf-8")
    found = f"{json.dumps(cases)}.map(function (each) {{ return judge.apply(null, each); }})"
    call = f"{script}\nconsole.log(JSON.stringify({found}));"
    done = subprocess.run([node, "-e", call], capture_output=True, text=True, check=True, encoding="utf-8")
    return list(json.loads(done.stdout))


# texts that read the same way, by what they are told
# fmt: off
VERDICTS: list[tuple[dict[str, Any], Any, list[str]]] = [
    # one whole number, in every way to write it
    (COUNT, RIGHT, [
        "12416", " 12416 ", "12,416", "12 416", "12\u202f416", "12\u00a0416", "12\u2009416", "12'416", "12’416",
        "12_416", "+12416", "１２４１６", "12416.", "12416.0", "12,416.0", "12.416,0", "12 416,0",
        "1.2416e4", "1.2416E4", "1,2416e4", "1.2416 e+4", "1.2416·10^4", "1.2416 × 10⁴", "1.2416*10**4",
        "12416 parameters", "12,416 trainable parameters.", "P = 12416", "4 · 3104 = 12416", "≈ 12416",
    ]),
    (COUNT, UNCLEAR, ["abc", "12k", "12 4", "1 2416", "12,41,6", "1.2.3", "--5", "12416 12416", "4*3104", "e4"]),
    (COUNT, EMPTY, ["", "   ", "\u00a0"]),
    (COUNT, WRONG, ["12415", "12417", "124160", "-12416", "12,417", "0", "1.234.567"]),
    (COUNT, ask(12.416, 12416), ["12.416", "12.416 parameters"]),
    (MINUS, RIGHT, ["-1250", "−1250", "–1250", "- 1250", "−1,250", "-1.25e3"]),
    (MINUS, WRONG, ["1250"]),
    # a mark that could part thousands or decimals: the cards write 12,416 and 4.8, and anything else is asked for
    (THOUSANDS, ask(4.8, 4800), ["4.800"]),
    (THOUSANDS, RIGHT, ["4,800", "4800"]),
    (THOUSANDS, WRONG, ["4.80", "0.800"]),
    (PRICE, ask(4.8, 4800), ["4,800"]),
    (PRICE, RIGHT, ["4.8", "4,8", "4.80", "4.800", "4.83", "4.75", "4.85", "48e-1", "48·10⁻¹"]),
    (PRICE, WRONG, ["4.86", "0,800", ".8"]),
    (LARGE, ask(4.8, 4800), ["4.800"]),
    (LARGE, RIGHT, ["4,800", "4,800.5", "4.800,5"]),
    # lists
    (STATE, RIGHT, [
        "0.051 -0.646 0.139", "0.051, -0.646, 0.139", "(0.051, −0.646, 0.139)", "[0.05 -0.646 0.14]^T",
        "0,051 -0,646 0,139", "0,051; -0,646; 0,139", "0,051, -0,646, 0,139", "h_t = (0.051, - 0.646, 0.139)ᵀ",
        ".051,-.646,.139", "5.1e-2 -6.46e-1 0.139", "0.051\n-0.646\n0.139",
    ]),
    (STATE, {"state": "count", "given": 2, "wanted": 3}, ["0.051 -0.646"]),
    (STATE, {"state": "wrong", "first": 1}, ["0.051 0.646 0.139"]),
    (STATE, {"state": "wrong", "first": 2}, ["0.051 -0.646 0.141"]),
    (STATE, UNCLEAR, ["a b c"]),
    (ONE, RIGHT, ["-0.144", "−0,144", "-.1435", "-0.1451"]),
    (ONE, WRONG, ["0.144"]),
    (MATRIX, RIGHT, ["1.5 2 -3 4", "[[1.5, 2], [-3, 4]]", "1.5 2; -3 4", "1,5 2 -3 4", "((1.5, 2), (-3, 4))"]),
    (SHAPE, RIGHT, [
        "28 28 16", "28,28,16", "28, 28, 16", "(28, 28, 16)", "(None, 28, 28, 16)", "28 by 28 by 16",
        "28x28x16", "28 x 28 x 16", "28×28×16", "28X28X16", "28*28*16",
    ]),
    (SHAPE, {"state": "wrong", "first": 1}, ["28 16 28"]),
    (SHAPE, {"state": "count", "given": 2, "wanted": 3}, ["28 28"]),
    (SHAPES, RIGHT, [
        "48x48x16, 24x24x16, 9216", "48 48 16 24 24 16 9216", "(48, 48, 16) → (24, 24, 16) → (9216,)",
        "48×48×16 -> 24×24×16 -> 9,216", "48 x 48 x 16; 24 x 24 x 16; 9216", "[[48, 48, 16], [24, 24, 16], [9216]]",
    ]),
]
# fmt: on


def test_verdicts() -> None:
    cases = [(text, check, wanted) for check, wanted, texts in VERDICTS for text in texts]
    found = judged([(text, check, [], None) for text, check, _ in cases])
    wrong = [
        f"{text!r} for {check['value']}: {got}, not {wanted}"
        for (text, check, wanted), got in zip(cases, found, strict=True)
        if got != wanted
    ]
    assert not wrong, "\n".join(wrong)


def test_slips_are_named_by_what_they_lead_to() -> None:
    slips = [11392, 3104, 24832.5]
    assert judged(
        [
            ("3104", COUNT, slips, None),
            ("11,392", COUNT, slips, None),
            ("24832.5", COUNT, slips, None),
            ("12416", COUNT, slips, None),
            ("7", COUNT, slips, None),
            ("0.15 -0.702 0.195", STATE, [[1, 2, 3], [0.15, -0.702, 0.195]], None),
            ("87 87 32 7396", {**SHAPES, "value": [[88, 88, 32], [1936]]}, [[[87, 87, 32], [7396]]], None),
        ]
    ) == [slip(1), slip(0), slip(2), RIGHT, WRONG, slip(1), slip(0)]


def test_the_reading_that_was_meant_is_judged() -> None:
    assert judged(
        [
            ("4.800", THOUSANDS, [4.8], 0),
            ("4.800", THOUSANDS, [4.8], 1),
            ("4,800", PRICE, [], 0),
            ("4,800", PRICE, [], 1),
            ("4800", THOUSANDS, [], 0),
        ]
    ) == [slip(0), RIGHT, RIGHT, WRONG, RIGHT]


# --- the page ------------------------------------------------------------------------------------------------------

# Shows a side as Anki's desktop does: the content is swapped and its scripts are run. Steps note what can be seen.
DRIVER = """
var seen = [];
function show(side) {
  var page = document.getElementById("qa");
  page.innerHTML = sides[side];
  page.querySelectorAll("script").forEach(function (script) {
    var fresh = document.createElement("script");
    fresh.textContent = script.textContent;
    script.replaceWith(fresh);
  });
}
function tap(name) {
  var found = Array.from(document.querySelectorAll("button")).filter(function (each) {
    return each.textContent.replace(/\\s+/g, " ").trim().indexOf(name) === 0;
  });
  found[0].click();
}
function type(text) {
  var input = document.querySelector("input");
  input.value = text;
  input.dispatchEvent(new Event("input"));
}
function read(selector) {
  seen.push(Array.from(document.querySelectorAll(selector)).filter(function (each) {
    return getComputedStyle(each).visibility === "visible";
  }).map(function (each) { return each.textContent.replace(/\\s+/g, " ").trim(); }));
}
"""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, str], tuple[str, str]]]:
    """By note type a card's fields, and its front and back as Anki renders them."""
    where = tmp_path_factory.mktemp("cards")
    blueprint = compiled("recurrent-parameters", cell=LSTM, bias=True, convention="classic")
    found = [questions(blueprint, form, 1)[0] for form in ("open", "choice", "flash")]
    write_deck(where / "deck.apkg", [Note(each, "A", 1, (), 1) for each in found], dict.fromkeys(note_types(), 1))
    collection = Collection(str(where / "collection.anki2"))
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(where / "deck.apkg")))
    cards = {}
    for number in collection.find_cards(""):
        card = collection.get_card(number)
        shown, note = card.render_output(), card.note()
        name = str(card.note_type()["name"]).removeprefix("netdrill ")
        cards[name] = (dict(note.items()), (shown.question_text, shown.answer_text))
    collection.close()
    return cards


def seen(sides: tuple[str, str], steps: str, where: Path) -> list[list[str]]:
    """What can be read on a card at each ``read`` of the steps."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.fail("Chromium is needed to try the cards")
    data = json.dumps(dict(zip(("front", "back"), sides, strict=True))).replace("</", "<\\/")
    script = f"var sides = {data};{DRIVER}{steps}\ndocument.getElementById('seen').textContent = JSON.stringify(seen);"
    head = f'<!doctype html><meta charset="utf-8"><style>{style()}</style>'
    page = f'{head}<body class="card"><div id="qa"></div><p id="seen"></p><script>{script}</script>'
    (where / "page.html").write_text(page, encoding="utf-8")
    command = [program, *QUIET, f"--user-data-dir={where}/profile", "--dump-dom", f"file://{where}/page.html"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", timeout=60).stdout
    told = re.search('<p id="seen">(.*?)</p>', shown, re.DOTALL)
    assert told and told[1], shown[-2000:]
    return list(json.loads(html.unescape(told[1])))


Cards = dict[str, tuple[dict[str, str], tuple[str, str]]]


def test_a_typed_answer_is_judged_on_the_front_and_remembered_on_the_back(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["drill"]
    value = json.loads(fields["Check"])["value"]
    (slip, named), *_ = re.findall("data-value='(.*?)'>.<span class=\"named\">(.*?)</span>", fields["Slips"], re.DOTALL)
    steps = f"""
    show("front"); read(".verdict"); read(".hint");
    type("{slip}"); tap("Check"); read(".verdict");
    type("{value}"); read(".verdict"); tap("Check"); read(".verdict");
    type("{slip}"); show("back"); read(".verdict .typed");
    type = null; show("front"); show("back"); read(".verdict");
    """
    begun, hints, first, cleared, right, typed, untouched = seen(sides, steps, tmp_path)
    assert begun == cleared == untouched == [""] and hints == []
    assert first == [f"Not yet. {named}"]
    assert right == ["Right!"]
    assert typed == [f"You typed {slip}."]


def test_without_storage_the_window_remembers(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["drill"]
    steps = f"""
    Object.defineProperty(window, "sessionStorage", {{ get: function () {{ throw new Error("denied"); }} }});
    show("front"); type("{json.loads(fields["Check"])["value"]}"); show("back"); read(".verdict");
    """
    ((verdict,),) = seen(sides, steps, tmp_path)
    assert verdict.endswith("Right!")


def test_an_ambiguous_number_is_asked_about(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["drill"]
    dotted = f"{json.loads(fields['Check'])['value']:,}".replace(",", ".")
    assert dotted.count(".") == 1, "the draw has another size: take a count between 1,000 and 999,999"
    steps = f"""
    show("front"); type("{dotted}"); tap("Check"); read(".verdict > span"); read(".meant");
    tap("{dotted.replace(".", ",")}"); read(".verdict"); show("back"); read(".verdict");
    """
    asked, choices, front, back = seen(sides, steps, tmp_path)
    assert asked == ["Which number do you mean?"] and len(choices) == 2
    assert front == ["Right!"] and back == [f"You typed {dotted}. Right!"]


def test_hints_and_lines_come_one_at_a_time(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["drill"]
    steps = """
    show("front"); tap("Hint 2"); read(".hint"); tap("Hint 1"); read(".hint");
    tap("Hint 2"); tap("Hint 3"); read(".hint");
    show("back"); read(".line"); tap("Next line"); read(".line"); tap("All lines"); read(".line"); read(".more");
    """
    none, one, three, hidden, first, every, more = seen(sides, steps, tmp_path)
    assert (len(none), len(one), len(three)) == (0, 1, 3)
    assert (len(hidden), len(first)) == (0, 1)
    assert len(every) == fields["Lines"].count('class="line"') and len(more) == 2


def test_an_option_answers_when_it_is_tapped(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["choice"]
    wrong = next(letter for letter in "ABCD" if letter != fields["Key"])
    steps = f"""
    show("front"); read(".feedback"); tap("{wrong}"); read(".feedback"); tap("{fields["Key"]}"); read(".right .letter");
    show("back"); read(".mark"); read(".feedback");
    """
    silent, told, right, mark, every = seen(sides, steps, tmp_path)
    assert silent == [] and told[0].startswith("Not this one. You ") and right == [fields["Key"]]
    assert mark == ["Your choice."] and len(every) == 4


def test_a_flash_card_shows_everything_when_it_is_turned(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["flash"]
    hints, lines = seen(sides, 'show("front"); read(".hint"); show("back"); read(".line");', tmp_path)
    assert hints == [] and len(lines) == fields["Lines"].count('class="line"')
