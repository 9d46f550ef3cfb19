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
from conftest import blueprints, compiled, explained, questions

from generator import functions
from generator.blueprint import Blueprint, compile_structure
from generator.forms import FORMS
from generator.layers import LSTM, SimpleRNN
from generator.notation import Function
from generator.question import Question
from generator.resources import folder
from generator.typeset.anki import SEPARATOR, TYPES, Note, content, note_type, note_types, style, write_deck

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
LETTER = {"kind": "letter", "value": "Q", "tolerance": 0}
SHAPES = {"kind": "shapes", "value": [[48, 48, 16], [24, 24, 16], [9216]], "tolerance": 0}

SCRIPTS = ("check", "carry", "steps")  # those that judge
RIGHT, EMPTY, UNCLEAR = {"state": "right"}, {"state": "empty"}, {"state": "unclear"}
WRONG = {"state": "wrong", "first": 0}


def ask(*readings: float) -> dict[str, Any]:
    return {"state": "ask", "readings": list(readings)}


def slip(place: int) -> dict[str, Any]:
    return {"state": "slip", "slip": place}


def judged(cases: list[tuple[Any, ...]], by: str = "judge") -> list[Any]:
    """The verdicts on (text, check, slips, choice), or on what else is judged, as the card's own script gives them."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("Node is needed to run the cards' script")
    parts = [(folder("templates") / "anki" / f"{part}.js").read_text(encoding="utf-8") for part in SCRIPTS]
    found = f"{json.dumps(cases)}.map(function (each) {{ return {by}.apply(null, each); }})"
    call = "\n".join([*parts, f"console.log(JSON.stringify({found}));"])
    done = subprocess.run([node], input=call, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-2000:]
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
    # a letter
    (LETTER, RIGHT, ["Q", "q", " q ", "the forget gate = Q"]),
    (LETTER, UNCLEAR, ["QR", "3", "?"]),
    (LETTER, EMPTY, ["", " "]),
    (LETTER, WRONG, ["P", "r"]),
    # one whole number, in ways that cannot be read
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


# --- several blanks ------------------------------------------------------------------------------------------------


def blank(value: Any, name: str, *rules: Any, kind: str = "integer", tolerance: float = 0) -> dict[str, Any]:
    names = name.split() if name else []
    return {"kind": kind, "value": value, "tolerance": tolerance, "names": names, "rules": list(rules)}


SUM = [blank(6, "a"), blank(4, "b"), blank(10, "c", ["+", "a", "b"]), blank(20, "d", ["*", 2, "c"])]
SLIPPED = [[5, 4, 9, 18], [6, 4, 24, 48], [6, 4, 10, 24], [6, 3, 24, 48]]  # rows that known slips lead to
SIDES = [
    blank([10, 10, 4], "o o f", kind="shape"),
    blank([5, 5, 4], "m m f", ["floor", ["/", "o", 2]], ["floor", ["/", "o", 2]], "f", kind="shape"),
    blank([100], "v", ["*", ["^", "m", 2], "f"], kind="shape"),
]
FOLLOWS = {"state": "follows"}
FUNCTIONS = {"largest": float, "smallest": float}  # of one number


@pytest.mark.parametrize(
    ("checks", "typed", "verdicts"),
    [
        (SUM, ["6", "4", "10", "20"], [RIGHT] * 4),
        (SUM, ["", "", "", ""], [EMPTY] * 4),
        (SUM, ["6", "", "", "20"], [RIGHT, EMPTY, EMPTY, RIGHT]),
        (SUM, ["5", "4", "9", "18"], [slip(0), RIGHT, FOLLOWS, FOLLOWS]),  # a known slip, carried forward
        (SUM, ["7", "4", "11", "22"], [WRONG, RIGHT, FOLLOWS, FOLLOWS]),  # any other slip is carried forward as well
        (SUM, ["5", "4", "10", "20"], [slip(0), RIGHT, RIGHT, RIGHT]),  # not carried forward, but right
        (SUM, ["5", "4", "9", "24"], [slip(0), RIGHT, FOLLOWS, slip(2)]),  # and another one
        (SUM, ["6", "3", "24", "48"], [RIGHT, slip(3), slip(3), FOLLOWS]),  # of slips with the same value the nearest
        (SUM, ["6", "4", "24", "48"], [RIGHT, RIGHT, slip(1), FOLLOWS]),
        (SUM, ["", "4", "9", "18"], [EMPTY, RIGHT, slip(0), FOLLOWS]),  # what is empty counts as right
        (SUM, ["x", "4", "10.000", "21"], [UNCLEAR, RIGHT, ask(10, 10000), WRONG]),
        (SIDES, ["10 x 10 x 4", "5 5 4", "100"], [RIGHT] * 3),
        (SIDES, ["(None, 9, 9, 4)", "4×4×4", "64"], [WRONG, FOLLOWS, FOLLOWS]),
        (SIDES, ["10 10 3", "5 5 3", "75"], [{"state": "wrong", "first": 2}, FOLLOWS, FOLLOWS]),
        (SIDES, ["10 10", "5 5 4", "99"], [{"state": "count", "given": 2, "wanted": 3}, RIGHT, WRONG]),
    ],
)
def test_a_row_of_blanks(checks: list[dict[str, Any]], typed: list[str], verdicts: list[dict[str, Any]]) -> None:
    rows = SLIPPED if checks is SUM else []
    assert judged([(typed, checks, rows, [None] * len(typed))], "judgeAll") == [verdicts]


def test_the_operations_of_rules() -> None:
    rules = ["x", 3, ["+", 1, "x", 3], ["*", 2, "x", 5], ["-", "x"], ["/", "x", 8], ["^", "x", 2], ["largest", "x", 5]]
    assert judged([(rule, {"x": 4}) for rule in rules], "reckoned") == [4, 3, 8, 40, -4, 0.5, 16, 5]


@pytest.mark.parametrize("function", functions.ALL, ids=lambda function: function.name)
def test_the_script_knows_every_function_that_a_line_may_call(function: Function) -> None:
    values = [(function.name, number / 4, *(2,) * function.between) for number in range(1, 9)]
    found = judged([(each, {}) for each in values], "reckoned")
    assert found == pytest.approx([FUNCTIONS.get(function.name, function.python)(*each) for _, *each in values])


def test_what_slips_lead_to_is_named_and_carried_forward() -> None:
    """In every structure: the first blank that a slip spoils is called so, and no later one is simply wrong."""
    cases, rows = [], []
    for blueprint in blueprints():
        for form in (FORMS["several-blanks"], FORMS["parts"]):
            for question in questions(blueprint, form.id, 1) if form.asks(blueprint) else ():
                names = note_type(form).fields
                fields = dict(zip(names, content(question).split(SEPARATOR), strict=True))
                checks = [json.loads(each) for each in re.findall("data-check='(.*?)'", fields["Blanks"])]
                told = [json.loads(each) for each in re.findall("data-value='(.*?)'", fields["Slips"])]
                for row in ([check["value"] for check in checks], *told):
                    cases.append(([written(value) for value in row], checks, told, [None] * len(row)))
                    rows.append(row)
    assert len(cases) > 500
    for (_, checks, told, _), row, found in zip(cases, rows, judged(cases, "judgeAll"), strict=True):
        states = [each["state"] for each in found]
        wrong = [each for each in found if each["state"] not in ("right", "follows")]
        if row == [check["value"] for check in checks]:
            assert states == ["right"] * len(row), (row, found)
        else:
            assert wrong and all(each["state"] == "slip" for each in wrong), (row, found)
            assert all(near(told[each["slip"]], row, checks) for each in wrong), (row, found)


def written(value: Any) -> str:
    """A value as it may be typed: a shape, a vector, or one number."""
    if not isinstance(value, list):
        return str(value)
    return (" x " if all(isinstance(each, int) for each in value) else ", ").join(map(str, value))


def near(one: list[Any], other: list[Any], checks: list[dict[str, Any]]) -> bool:
    """Whether two rows cannot be told apart."""
    return all(
        a == b or (not isinstance(a, list) and abs(a - b) <= check["tolerance"] + 1e-6)
        for a, b, check in zip(one, other, checks, strict=True)
    )


def test_any_order_in_which_every_step_finds_what_it_uses_is_right() -> None:
    check = {"value": [2, 0, 3, 1], "before": [[2, 3], [0, 3], [3, 1]]}
    orders = [[2, 0, 3, 1], [0, 2, 3, 1], [2, 0, 3], [2, 3, 0, 1], [1, 3, 2, 0], []]
    some = {"state": "some"}
    assert judged([(order, check) for order in orders], "judgeOrder") == [
        RIGHT,
        RIGHT,
        some,
        {"state": "wrong", "early": 3},
        {"state": "wrong", "early": 1},
        some,
    ]


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
function type(text, place) {
  var input = document.querySelectorAll("input, textarea")[place || 0];
  input.value = text;
  input.dispatchEvent(new Event("input"));
}
function pick(list, place) {
  document.querySelectorAll(list + " .pick")[place].click();
}
function still(side) {
  document.getElementById("qa").innerHTML = sides[side];
}
function read(selector) {
  seen.push(Array.from(document.querySelectorAll(selector)).filter(function (each) {
    return getComputedStyle(each).visibility === "visible" && each.getClientRects().length;
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


Card = tuple[dict[str, str], tuple[str, str]]
Cards = dict[str, Card]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Card]:
    """By note type a card's fields, and its front and back as Anki renders them."""
    where = tmp_path_factory.mktemp("cards")
    lstm = compiled("recurrent-parameters", cell=LSTM, bias=True, convention="classic")
    backwards = compiled("units-from-parameters", cell=SimpleRNN, bias=True, convention="classic")
    words = compile_structure(explained(where), {"card": "sum"})
    assert words
    forms: list[tuple[str, Blueprint]] = [(form, lstm) for form in ("open", "choice", "flash", "several-blanks")]
    forms += [(form, backwards) for form in ("select-all", "order-the-lines", "match")]
    found = rendered(
        [questions(blueprint, form, 1)[0] for form, blueprint in (*forms, ("explain-in-words", words))], where
    )
    assert set(found) == {kind.name for kind in TYPES.values()}
    return found


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Card:
    """The card of a question whose answer is an expression."""
    structure = {"timesteps": 3, "activation": "tanh", "loss": "squared", "start": "zero"}
    question = questions(compiled("bptt-recurrent-weight", **structure), "open", 1)[0]
    return rendered([question], tmp_path_factory.mktemp("derived"))["drill"]


def rendered(asked: list[Question], where: Path) -> dict[str, Card]:
    """By note type the fields of a question's card, and both its sides as Anki renders them."""
    write_deck(where / "deck.apkg", [Note(each, "A", 1, (), 1) for each in asked], dict.fromkeys(note_types(), 1))
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


def test_a_typed_expression_is_right_in_every_form_and_told_what_cannot_be_read(derived: Card, tmp_path: Path) -> None:
    fields, sides = derived
    key = json.loads(fields["Check"])["value"]
    (slip, named), *_ = re.findall("data-value='(.*?)'>.<span class=\"named\">(.*?)</span>", fields["Slips"], re.DOTALL)
    wrong = json.dumps(json.loads(slip)["plain"])
    other = json.dumps("2(ŷ - y) w_y (1 - h_3²)(h_2 + w_h (1 - h_2²) h_1)")
    steps = f"""
    show("front"); seen.push([document.querySelector("input").placeholder]); read(".verdict");
    type({json.dumps(key["plain"])}); tap("Check"); read(".verdict"); type({other}); tap("Check"); read(".verdict");
    type("2*(y - yhat"); tap("Check"); read(".verdict"); type("y"); tap("Check"); read(".verdict");
    type({wrong}); tap("Check"); read(".verdict"); show("back"); read(".verdict .typed"); read(".verdict");
    """
    hint, begun, plain, equal, open_, no, mistake, typed, back = seen(sides, steps, tmp_path)
    assert hint[0].startswith("with yhat, y, w_y") and begun == [""]
    assert plain == equal == ["Right!"]
    assert open_ == ["The bracket “(” is not closed (after “2*”)."]
    assert no == ["Not yet. Try again, take a hint, or turn the card."]
    assert mistake == [f"Not yet. {named}"]
    assert typed == [f"You typed {json.loads(wrong)}."] and back[0].startswith(
        f"{typed[0]} {named.removesuffix('.')}: "
    )


def test_the_card_of_an_expression_fits_a_phone(derived: Card, tmp_path: Path) -> None:
    steps = f'{LOOK} show("front"); look("front"); type("2*(y - yhat"); tap("Check"); look("front");'
    steps += 'show("back"); look("back");'
    assert seen(derived[1], steps, tmp_path) == [[], [], [], [], [], []]


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


def test_several_options_are_judged_one_by_one(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["select"]
    credits = [credit == "1" for credit in re.findall('data-credit="(.)"', fields["Options"])]
    right = [place for place, credit in enumerate(credits) if credit]
    wrong = credits.index(False)
    steps = f"""
    show("front"); read(".feedback"); tap("Check"); read(".verdict");
    {right}.forEach(function (place) {{ pick(".options", place); }}); show("back"); read(".verdict"); read(".mark");
    show("front"); pick(".options", {wrong}); pick(".options", {right[0]}); pick(".options", {right[0]});
    read("[aria-pressed=true] .letter"); tap("Check"); read(".feedback"); read(".right .letter"); read(".check");
    show("back"); read(".mark"); read(".verdict"); read(".wrong .letter");
    show("front"); show("back"); read(".mark"); read(".verdict"); read(".feedback");
    """
    silent, unready, all_right, chosen, pressed, every, green, check, marks, verdict, red, *fresh = seen(
        sides, steps, tmp_path
    )
    letters = [chr(ord("A") + place) for place in range(len(credits))]
    assert silent == [] and unready == ["Tap every statement that is true, then check."]
    assert all_right == ["Right!"] and chosen == ["Your choice."] * len(right)
    assert pressed == [letters[wrong]] and len(every) == len(credits) and check == []
    assert green == [letters[place] for place in right]
    expected = {wrong: "Your choice."} | dict.fromkeys(right, "You missed this one.")
    assert marks == [expected[place] for place in sorted(expected)]
    assert verdict == [f"You judged {len(credits) - 1 - len(right)} of {len(credits)} rightly."]
    assert red == [letters[wrong]]
    assert fresh[:2] == [[], [""]] and len(fresh[2]) == len(credits)


def test_steps_are_put_in_any_order_that_leads_on(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["order"]
    check = json.loads(fields["Check"])
    right, before = check["value"], check["before"]
    free = next(place for place in range(len(right) - 1) if [right[place], right[place + 1]] not in before)
    other = [*right[:free], right[free + 1], right[free], *right[free + 2 :]]
    letters = [chr(ord("A") + place) for place in range(len(right))]
    steps = f"""
    function put(order) {{ order.forEach(function (place) {{ pick(".options", place); }}); }}
    show("front"); pick(".options", 1); pick(".options", 0); read(".place"); pick(".options", 1); read(".place");
    tap("Check"); read(".verdict"); pick(".options", 0);
    put({right}); tap("Check"); read(".verdict"); put({right}); put({other}); tap("Check"); read(".verdict");
    show("back"); read(".verdict"); read(".option .letter");
    show("front"); put({right[::-1]}); tap("Check"); read(".verdict"); show("back"); read(".verdict");
    """
    two, one, some, canonical, swapped, back, sorted_, reversed_, told = seen(sides, steps, tmp_path)
    assert two == ["2.", "1.", *[""] * (len(right) - 2)] and one == ["1.", *[""] * (len(right) - 1)]
    assert some == ["Tap every step, in the order of the working."]
    assert canonical == swapped == ["Right!"]
    assert back == [f"Your order: {', '.join(letters[place] for place in other)}. Right!"]
    assert sorted_ == [letters[place] for place in right]
    assert re.fullmatch("Not yet. Step [A-F] uses one that you put after it.", reversed_[0])
    assert told[0].startswith(f"Your order: {', '.join(letters[place] for place in right[::-1])}. Step ")


def test_values_are_given_to_prompts(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["match"]
    key = json.loads(fields["Check"])["value"]
    letters = [chr(ord("A") + place) for place in key]
    swapped = [key[1], key[0], *key[2:]]
    steps = f"""
    function give(values) {{ values.forEach(function (value) {{ pick(".options", value); }}); }}
    show("front"); tap("Check"); read(".verdict"); give({key}); read(".slot .letter");
    tap("Check"); read(".verdict"); read(".prompt.right .slot .letter"); read(".used .letter");
    pick(".prompts", 1); pick(".options", {key[0]}); read(".slot .letter"); read(".prompt.right");
    pick(".options", {key[1]}); tap("Check"); read(".verdict"); read(".prompt.wrong .slot .letter");
    show("back"); read(".mark"); read(".slot .letter"); read(".verdict"); read(".answer");
    show("front"); show("back"); read(".mark"); read(".slot .letter");
    """
    first, given, right, matched, used, moved, cleared, wrong, misplaced, marks, back, verdict, answer, *fresh = seen(
        sides, steps, tmp_path
    )
    assert first == ["Give each of them a value first."]
    assert given == matched == letters and sorted(used) == sorted(letters)
    assert right == [f"{len(key)} of {len(key)} match."]
    assert moved == [letters[0], *letters[2:]] and cleared == []
    assert wrong == verdict == [f"{len(key) - 2} of {len(key)} match."]
    assert misplaced == [letters[1], letters[0]] and swapped != key
    assert marks == [f"You chose {letters[1]}.", f"You chose {letters[0]}."]
    assert back == letters and answer == []
    assert fresh == [[], letters]


def test_blanks_say_what_went_wrong_and_what_only_follows(cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards["blanks"]
    checks = [json.loads(check) for check in re.findall("data-check='(.*?)'", fields["Blanks"])]
    values = [check["value"] for check in checks]
    slips = re.findall("data-value='(.*?)'>.<span class=\"named\">(.*?)</span>", fields["Slips"], re.DOTALL)
    row, named = next((json.loads(row), named) for row, named in slips if json.loads(row)[0] != values[0])
    steps = f"""
    function fill(values) {{ values.forEach(function (value, place) {{ type(String(value), place); }}); }}
    show("front"); read(".blank .value"); read(".verdict"); fill({values}); tap("Check"); read(".verdict");
    type("x", 1); read(".verdict"); fill({row}); tap("Check"); read(".verdict");
    show("back"); read(".typed"); read(".verdict"); read(".blank .value");
    show("front"); show("back"); read(".verdict"); read("input");
    """
    hidden, silent, right, cleared, wrong, typed, back, solved, *fresh = seen(sides, steps, tmp_path)
    assert hidden == [] and silent == [""] * len(values) and right == ["Right!"] * len(values)
    assert cleared == ["Right!", "", *["Right!"] * (len(values) - 2)]
    follows = "It follows from your answers above, so only what went wrong there counts."
    assert wrong[0] == f"Not yet. {named}" and wrong[-1] == follows
    assert typed == [f"You typed {value}." for value in row]
    assert back[0].startswith(f"You typed {row[0]}. {named.removesuffix('.')}: ") and back[-1].endswith(follows)
    assert len(solved) == len(values) and fresh == [[""] * len(values), []]


def test_an_answer_in_words_is_kept_and_its_points_add_up(cards: Cards, tmp_path: Path) -> None:
    _, sides = cards["explain"]
    steps = """
    show("front"); type("It adds."); show("back"); read(".written"); read(".verdict");
    pick(".rubric", 0); read(".verdict"); pick(".rubric", 1); read(".verdict"); pick(".rubric", 0); read(".verdict");
    show("front"); show("back"); read(".written");
    """
    written, none, two, all_, half, fresh = seen(sides, steps, tmp_path)
    assert written == ["It adds."] and fresh == []
    assert [none, two, all_, half] == [[f"{points} of 2.5 points"] for points in ("0", "2", "2.5", "0.5")]


LOOK = """
function look(side) {
  var page = document.querySelector(".netdrill"), wide = [], nameless = [];
  page.querySelectorAll("*").forEach(function (each) {
    if (each.closest(".later")) return;
    for (var box = each; box !== page; box = box.parentNode) if (getComputedStyle(box).overflowX === "auto") return;
    if (each.getBoundingClientRect().right > 361) wide.push(side + " " + each.tagName + "." + each.className);
  });
  page.querySelectorAll("button, input, textarea").forEach(function (each) {
    var by = document.getElementById(each.getAttribute("aria-labelledby")), label = each.labels && each.labels[0];
    var name = each.getAttribute("aria-label") || (by || label || each).textContent.trim();
    var tall = each.disabled || !each.getClientRects().length || each.getBoundingClientRect().height >= 44;
    if (!name || !tall || !each.classList.contains("tappable")) nameless.push(side + " " + each.outerHTML);
  });
  seen.push(wide, nameless);
}
document.body.style.cssText = "width: 332px; margin: 0; padding: 14px";
"""


@pytest.mark.parametrize("name", [kind.name for kind in TYPES.values()])
def test_a_card_fits_a_phone_and_names_what_can_be_tapped(name: str, cards: Cards, tmp_path: Path) -> None:
    steps = f'{LOOK} show("front"); look("front"); show("back"); look("back");'
    assert seen(cards[name][1], steps, tmp_path) == [[], [], [], []]


@pytest.mark.parametrize("name", [kind.name for kind in TYPES.values()])
def test_a_card_reads_without_its_script(name: str, cards: Cards, tmp_path: Path) -> None:
    fields, sides = cards[name]
    parts = ".pick .says, .blank .says, .stem"
    steps = f'still("front"); read("{parts}"); read(".feedback, .value, .line"); read("input");'
    steps += f'still("back"); read("{parts}"); read(".answer, .blank .value, .option .feedback"); read(".line");'
    front, told, inputs, back, answers, lines = seen(sides, steps, tmp_path)
    assert all(front) and len(front) >= 1 and told == inputs == []
    assert all(back) and len(back) >= len(front)
    assert answers and all(answers) and len(lines) == fields["Lines"].count('class="line"')
