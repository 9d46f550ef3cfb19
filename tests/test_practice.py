"""The practice page: all questions and nothing from outside; in a browser it checks, helps, counts and remembers."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import Page, browser
from conftest import explained, questions
from recipes import Item, build, netdrill, records, refused, write

from generator.bank import Bank, Placed
from generator.blueprint import compile_structure
from generator.concepts import concept_family
from generator.forms import FORMS
from generator.printing.pandoc import PrintError
from generator.typeset.mathml import set_math
from generator.typeset.practice import practice_page, script

pytest.importorskip("pypandoc")
pypdf = pytest.importorskip("pypdf")

COUNTS: Item = {"family": "recurrent-parameters", "form": "mix", "count": 10, "points": 2}
CARDS: Item = {"family": "lstm", "form": ["explain-in-words", "choice"], "count": 2}
SHAPES: Item = {"family": "cnn-shape-trace", "form": ["open", "several-blanks", "match"], "count": 3}
STEP: Item = {"family": "lstm-step", "units": 2, "features": 2, "form": ["open", "fill-the-line"], "count": 2}
RULES: Item = {"family": "bptt-recurrent-weight", "form": ["open", "fill-the-line"], "count": 2}
PARTS: Item = {"family": "lstm-cell-parts", "form": ["open", "several-blanks", "match", "flash"], "count": 4}
PAIRS: Item = {"family": "skip-gram-pairs", "count": 1}
ITEMS = (COUNTS, CARDS, SHAPES, STEP, RULES, PARTS, PAIRS)
TITLE = "Drill </script><script>alert(1)</script> \\(x\\)"


def built(folder: Path, *items: Item, **keys: Any) -> Path:
    """The folder of a build with its page and its records."""
    return build(folder, *(items or ITEMS), formats=["html", "jsonl"], **keys).folder


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("practice"), title=TITLE, course="<i>Course</i>")


class Read(HTMLParser):
    """Tags with their attributes, and the words of each question."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.scripts: list[str] = []
        self.place = self.within = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.place = dict(attrs).get("data-id") or self.place
        self.within = tag

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within == "script":
            self.scripts.append(data)
        elif self.within != "style":
            self.texts[self.place] = self.texts.get(self.place, "") + data


def words(markdown: str) -> list[str]:
    """The words of a text without its formulas and code."""
    return re.findall(r"[A-Za-z]{3,}", re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", " ", markdown, flags=re.S))


# --- what stands in the file -------------------------------------------------------------------------------------


def test_every_form_is_there_with_all_that_it_says(practice: Path) -> None:
    page = Read((practice / "practice.html").read_text(encoding="utf-8"))
    found = records(practice)
    assert {record["form"] for record in found} == set(FORMS)
    for record in found:
        told = page.texts[record["id"]]
        said = [record["stem"], *record["prompts"], *(option["text"] for option in record["options"])]
        said += [blank["label"] for blank in record["blanks"]] + [point["text"] for point in record["rubric"]]
        said += [line["why"] for line in record["solution"]["lines"]] + record["hints"]
        missing = [word for text in said for word in words(text) if word not in told]
        assert not missing, (record["form"], missing)
        assert ("figure" in record and bool(record["figure"])) == (f"figure-{record['id']}" in str(page.tags))


def test_no_tex_and_no_hole_is_left(practice: Path) -> None:
    page = Read((practice / "practice.html").read_text(encoding="utf-8"))
    for place, told in page.texts.items():
        if place:
            assert not re.search(r"\\[a-zA-Z(\[]|\$|[\ue000-\uf8ff\U000f0000-\U000ffffd]|undefined", told), place


def test_only_its_own_script_runs_and_nothing_is_loaded(practice: Path) -> None:
    text = (practice / "practice.html").read_text(encoding="utf-8")
    page = Read(text)
    (own,) = page.scripts
    assert own == script() and "</" not in own and "<!--" not in own
    policy = next(told["content"] for tag, told in page.tags if told.get("http-equiv"))
    hashed = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
    assert policy and policy.startswith("default-src 'none'; ") and f"script-src 'sha256-{hashed}';" in policy
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", text)
    for tag, told in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "img"), tag
        assert not [name for name in told if name.startswith("on") or name in ("src", "action", "formaction")], told
        assert (told.get("href") or "#").startswith("#"), told


def test_a_logo_is_in_the_page_and_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    folder = built(tmp_path, COUNTS, layout={"logo": "logo.svg", "paper": "letter"})
    page = Read((folder / "practice.html").read_text(encoding="utf-8"))
    (picture,) = [told["src"] for tag, told in page.tags if tag == "img"]
    assert picture and picture.startswith("data:image/svg+xml;base64,") and len(page.scripts) == 1


def test_a_title_and_a_card_can_hold_anything(tmp_path: Path) -> None:
    explained(tmp_path)
    path = tmp_path / "explained.toml"
    evil = "</script><script>alert(1)</script> `<img src=x onerror=alert(2)>` <b onclick=alert(3)> \\\\(x\\\\)"
    text = path.read_text(encoding="utf-8").replace("Its cell state is added to.", "EVIL")
    text = text.replace("Why does an LSTM", "Why EVIL does an LSTM").replace('"says what', '"EVIL says what')
    path.write_text(text.replace("EVIL", evil.replace('"', "'")), encoding="utf-8")
    blueprint = compile_structure(concept_family(path), {"card": "sum"})
    assert blueprint
    placed = tuple(
        Placed(question, "A", number, 1, 0)
        for number, form in enumerate(("explain-in-words", "flash"), 1)
        for question in questions(blueprint, form, 1)
    )
    page = Read(practice_page(Bank(evil, evil, placed), "A"))
    assert len(page.scripts) == 1 and not [tag for tag, told in page.tags if tag == "img" or "onclick" in told]
    assert all("alert(1)" in page.texts[each.question.id] for each in placed)


def test_every_field_has_a_label_and_ids_are_used_once(practice: Path) -> None:
    text = (practice / "practice.html").read_text(encoding="utf-8")
    page = Read(text)
    ids = [told["id"] for _, told in page.tags if "id" in told]
    assert len(ids) == len(set(ids))
    assert all((told.get("href") or "#")[1:] in ids for tag, told in page.tags if tag == "a")
    for field in re.finditer(r"<(?:input|select|textarea)\b", text):
        before = text[: field.start()]
        assert before.rfind("<label") > before.rfind("</label>"), text[field.start() - 200 : field.end() + 50]
    for tag, told in page.tags:
        assert tag != "fieldset" or "class" in told
    assert text.count("<fieldset") == text.count("<legend>")


def test_the_same_questions_give_the_same_bytes(practice: Path, tmp_path: Path) -> None:
    again = built(tmp_path, title=TITLE, course="<i>Course</i>")
    assert (again / "practice.html").read_bytes() == (practice / "practice.html").read_bytes()


def test_every_version_has_a_page(tmp_path: Path) -> None:
    folder = built(tmp_path, COUNTS, versions=2)
    pages = [Read((folder / f"practice-{version}.html").read_text(encoding="utf-8")) for version in "AB"]
    stores = {told["data-store"] for page in pages for _, told in page.tags if "data-store" in told}
    assert len(stores) == 2 and not (folder / "practice.html").exists()


@pytest.mark.parametrize("keys", [{"pool": "exam"}, {"seed": "random"}])
def test_of_an_exam_the_paper_holds_no_answer(keys: dict[str, Any], tmp_path: Path) -> None:
    folder = built(tmp_path, COUNTS, **keys)
    assert {path.name for path in folder.glob("*.html")} == {"worksheet.html", "answers.html"}
    paper, key = ((folder / f"{name}.html").read_text(encoding="utf-8") for name in ("worksheet", "answers"))
    for record in records(folder):
        for line in record["solution"]["lines"]:
            assert record["form"] in ("fill-the-line", "find-the-slip") or line["why"] not in paper
            assert all(word in key for word in words(line["why"]))
    assert "Step by step" in key and "Step by step" not in paper and "<script" not in paper


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    ran = netdrill("build", write(tmp_path, COUNTS), "--formats", "html", "--output", tmp_path / "out")
    assert "pip install 'netdrill[print]'" in refused(ran) and not (tmp_path / "out" / "test").exists()


# --- formulas ----------------------------------------------------------------------------------------------------


def mathml(text: str) -> str:
    (found,) = set_math([text])
    return found


def test_formulas_are_set_and_code_and_attributes_left_alone() -> None:
    page = r"""<p title="\(a\)" data-check='{"x": "\(b\) > 1"}'><code>\(c\)</code> \(d &lt; 2\)</p>\[\frac{1}{2}\]"""
    found = mathml(page)
    assert r'title="\(a\)"' in found and r'"\(b\) > 1"' in found and r"<code>\(c\)</code>" in found
    assert "<mi>d</mi><mo>&lt;</mo><mn>2</mn>" in found and '<math display="block">' in found
    assert "annotation" not in found and mathml("<p>none</p>") == "<p>none</p>"


def test_no_formula_ends_before_its_end() -> None:
    """What stands behind a formula within its paragraph would be read as Markdown."""
    for text in (r"a$ [b](c) $d", r"$", r"\$[b](c)"):
        assert "<a " not in mathml(rf"\({text}\)"), text
        assert "<a " not in mathml(rf"\[{text}\]"), text
    for text in (r"a\\$ [b](c) $d", "a [b](c) \\", "\\"):
        with pytest.raises(PrintError):
            mathml(rf"\({text}\)")
    assert mathml(r"\(\) \[ \]") == r"\(\) \[ \]"


def test_browsers_are_given_what_they_set_well() -> None:
    assert "<mo>=</mo><mn>12,416</mn>" in mathml(r"\({} = 12{,}416\)")
    assert '<mo stretchy="false">^</mo>' in mathml(r"\(\hat{y}\)")
    assert '<mi mathvariant="normal">its letter</mi>' in mathml(r"\(a = \text{its letter}\)")
    long = mathml(r"\(a = \left(\text{number of words in the longest one} - 1\right)\)")
    assert "number of words in the longest one" in long and long.count("<math") == 1


def test_a_formula_that_cannot_be_set_is_an_error() -> None:
    with pytest.raises(PrintError, match="pandoc: "):
        mathml(r"\(\intertext{and}\)")


# --- in a browser ------------------------------------------------------------------------------------------------


@pytest.fixture
def page(practice: Path, tmp_path: Path) -> Iterator[Page]:
    """The page in Chromium; afterwards nothing was asked of the network, and nothing was amiss."""
    with browser(tmp_path / "profile") as found:
        found.size(1000)
        found.open(practice / "practice.html")
        found.run(DRIVER)
        yield found
        assert not found.faults
        assert {address.split("#")[0] for address in found.asked} == {(practice / "practice.html").as_uri()}


DRIVER = """
window.at = id => document.querySelector(`[data-id="${id}"]`);
window.shown = element => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
window.tap = (id, name) => [...at(id).querySelectorAll("button")].find(b => shown(b) && b.textContent === name).click();
window.type = (id, texts) => at(id).querySelectorAll("form input[type=text]").forEach((input, place) => {
  input.value = texts[place];
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
window.tick = (id, places) => at(id).querySelectorAll("form .option input").forEach((input, place) => {
  if (input.checked !== places.includes(place)) input.click();
});
window.give = (id, values) => at(id).querySelectorAll("select").forEach((select, place) => {
  select.value = values[place];
  select.dispatchEvent(new Event("change", { bubbles: true }));
});
window.sort = (id, order) => order.forEach((step, place) => {
  const letter = String.fromCharCode(65 + step), list = at(id).querySelector("form ol");
  const where = () => [...list.children].findIndex(li => li.querySelector(".letter").textContent === letter);
  while (where() > place) list.children[where()].querySelector(".moves button").click();
});
window.told = id => [...at(id).querySelectorAll("form .verdict")]
  .map(verdict => verdict.innerText.trim()).filter(Boolean).join(" | ");
window.seen = (id, selector) => [...at(id).querySelectorAll(selector)].filter(shown).length;
window.state = id => at(id).querySelector(".state").textContent;
1
"""


def typed(value: Any) -> str:
    """A value as one types it."""
    if isinstance(value, dict):
        return str(value["plain"])
    flat = re.findall(r"-?[\d.]+(?:e-?\d+)?|[A-Z]", json.dumps(value))
    return " ".join(flat)


def entered(record: dict[str, Any], value: Any) -> str:
    """The script that enters a value as the answer to a question."""
    id = json.dumps(record["id"])
    match record["answer"]["kind"]:
        case "choice":
            return f"tick({id}, [{value}])"
        case "choices":
            return f"tick({id}, {value})"
        case "order":
            return f"sort({id}, {value})"
        case "match":
            return f"give({id}, {value})"
        case "blanks":
            return f"type({id}, {json.dumps([typed(each) for each in value])})"
    return f"type({id}, {json.dumps([typed(value)])})"


def mistaken(record: dict[str, Any]) -> tuple[Any, str]:
    """A wrong answer and, where it is one that is known, a word of what the page must say of it."""
    answer = record["answer"]
    right = answer["value"]
    match answer["kind"]:
        case "choice":
            wrong = next(place for place, option in enumerate(record["options"]) if not option["correct"])
            return wrong, words(record["options"][wrong]["feedback"])[0]
        case "choices":
            return [place for place in range(len(record["options"])) if place not in right], "rightly"
        case "order":
            return right[::-1], "Not yet. Step"
        case "match":
            return [right[1], right[0], *right[2:]], "match"
    for slip in record["slips"]:
        if slip["value"] != right and words(slip["words"]):
            return slip["value"], "You " + words(slip["words"])[0]
    if record["blanks"]:
        return right[1:] + right[:1], "Not yet"
    return ([1] * len(right) if isinstance(right, list) else 1), "Not yet"


def judged(practice: Path) -> list[dict[str, Any]]:
    """The records of all questions that the page checks itself."""
    return [record for record in records(practice) if not own(record)]


def own(record: dict[str, Any]) -> bool:
    return record["form"] in ("flash", "explain-in-words") or record["answer"]["kind"] in ("list", "letters", "words")


@pytest.mark.external
def test_a_wrong_answer_a_hint_a_line_and_the_right_one(page: Page, practice: Path) -> None:
    for record in judged(practice):
        id, about = json.dumps(record["id"]), (record["form"], record["family"], record["id"])
        page.run(f"tap({id}, 'Check')")
        if record["form"] != "order-the-lines":
            assert "first." in page.run(f"told({id})") and page.run(f"state({id})") == "", about
        wrong, word = mistaken(record)
        page.run(entered(record, wrong) + f"; tap({id}, 'Check')")
        assert word in page.run(f"told({id})"), (*about, page.run(f"told({id})"), word)
        assert page.run(f"state({id})") in ("not yet right", "partly right"), about
        for place in range(len(record["hints"])):
            assert page.run(f"seen({id}, '.hint')") == place + 1, about
            page.run(f"at({id}).querySelectorAll('.hint summary')[{place}].click()")
        page.run("new Promise(done => setTimeout(done, 20))")
        page.run(entered(record, record["answer"]["value"]) + f"; tap({id}, 'Check')")
        told = page.run(f"told({id})")
        assert re.search("Right|match|count as right", told) and "Not yet" not in told, (*about, told)
        assert page.run(f"state({id})") == "right", about
        assert page.run(f"seen({id}, '.answer, .line')") == 0, about
        lines = len(record["solution"]["lines"])
        for place in range(lines if lines > 1 else 0):
            page.run(f"tap({id}, {json.dumps('Show next line' if place else 'Show first line')})")
            assert page.run(f"seen({id}, '.line')") == place + 1, about
        page.run(f"tap({id}, 'Solution')")
        assert page.run(f"seen({id}, '.answer')") == 1 and page.run(f"seen({id}, '.line')") == lines, about
        if record["form"] == "choice":
            assert page.run(f"seen({id}, '.option > .feedback')") == len(record["options"])


@pytest.mark.external
def test_the_score_counts_first_tries_and_survives_a_reload(page: Page, practice: Path) -> None:
    every, checked = records(practice), judged(practice)
    for record in checked[:-2]:
        page.run(entered(record, record["answer"]["value"]) + f"; tap('{record['id']}', 'Check')")
    peeked, slipped = checked[-2:]
    page.run(f"tap('{peeked['id']}', 'Solution')")
    page.run(entered(peeked, peeked["answer"]["value"]) + f"; tap('{peeked['id']}', 'Check')")
    page.run(entered(slipped, mistaken(slipped)[0]) + f"; tap('{slipped['id']}', 'Check')")
    assert page.run(f"state('{peeked['id']}')") == "solution seen"
    first, worth = len(checked) - 2, sum(record["points"] for record in checked[:-2])
    flash = next(record for record in every if record["form"] == "flash")
    page.run(f"tap('{flash['id']}', 'Show the answer'); tap('{flash['id']}', 'I had it')")
    words_ = next(record for record in every if record["form"] == "explain-in-words")
    page.run(f"at('{words_['id']}').querySelector('textarea').value = 'It adds.'")
    page.run(f"at('{words_['id']}').querySelector('textarea').dispatchEvent(new Event('input', {{bubbles: true}}))")
    page.run(f"tap('{words_['id']}', 'Compare with a model answer')")
    page.run(f"at('{words_['id']}').querySelectorAll('.rubric input').forEach(tick => tick.click())")
    whole = sum(record["points"] for record in every)
    worth += flash["points"] + words_["points"]
    score = page.run("document.querySelector('.score .told').textContent")
    assert re.match(rf"Right: {first + 2} of {len(every)}, at first try: \d+\. Points: ", score), score
    earned = float(score.split("Points: ")[1].split(" of ")[0])
    assert worth <= earned < worth + slipped["points"] and score.endswith(f" of {whole}.")
    shown = "[...document.querySelectorAll('.state, .verdict, .score')].map(each => each.innerText.trim()).join('|')"
    fields = "JSON.stringify([...document.querySelectorAll('input, select, textarea')].map(f => [f.value, f.checked]))"
    before = page.run(shown), page.run(fields)
    page.reload()
    page.run(DRIVER)
    assert (page.run(shown), page.run(fields)) == before
    with page.loading():
        page.run(
            "[...document.querySelectorAll('.tools button')].find(b => b.textContent === 'Start again').click(); 1"
        )
    assert page.confirmed == ["Forget all answers and the score of this page?"]
    assert page.run("document.querySelector('.score .told').textContent").startswith(f"Right: 0 of {len(every)}, ")


@pytest.mark.external
@pytest.mark.parametrize("kept", ["5", "[1]", "{", "null", '{"ID": {"given": [7, 8], "tries": 1, "share": 1}}'])
def test_what_the_browser_kept_and_does_not_fit_is_forgotten(kept: str, page: Page, practice: Path) -> None:
    id = next(record["id"] for record in judged(practice) if record["form"] == "order-the-lines")
    page.run(
        f"localStorage.setItem(document.querySelector('main').dataset.store, {json.dumps(kept.replace('ID', id))})"
    )
    page.reload()
    page.run(DRIVER)
    assert page.run("document.querySelector('.score .told').textContent").startswith("Right: 0 of ")
    assert page.run("document.querySelectorAll('.question .row').length") >= len(records(practice))


@pytest.mark.external
def test_without_scripts_hints_and_solutions_open(page: Page, practice: Path) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.reload()
    for part in (".hint", ".solution"):
        page.run(f"document.querySelector('{part}').scrollIntoView(); 1")
        x, y = page.run(f"(box => [box.x + 9, box.y + 9])(document.querySelector('{part}').getBoundingClientRect())")
        for kind in ("mousePressed", "mouseReleased"):
            page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        assert page.run(f"document.querySelector('{part}').open"), part


@pytest.mark.external
def test_every_slip_of_a_typed_answer_is_named_and_shown_in_numbers(page: Page, practice: Path) -> None:
    for record in judged(practice):
        if record["form"] != "open":
            continue
        for slip in record["slips"][:4]:
            page.run(entered(record, slip["value"]) + f"; tap('{record['id']}', 'Check')")
            told = page.run(f"told('{record['id']}')")
            assert all(word in told for word in words(slip["words"])), (slip, told)
            page.run(f"at('{record['id']}').querySelector('.leads summary').click()")
            assert page.run(f"seen('{record['id']}', '.leads .told')") == 1


@pytest.mark.external
def test_an_ambiguous_number_is_asked_about(page: Page, practice: Path) -> None:
    record = next(each for each in judged(practice) if each["answer"]["kind"] == "integer" and each["form"] == "open")
    dotted = f"{record['answer']['value']:,}".replace(",", ".")
    assert dotted.count(".") == 1, "the draw has another size: take a count between 1,000 and 999,999"
    page.run(f"type('{record['id']}', ['{dotted}']); tap('{record['id']}', 'Check')")
    assert page.run(f"told('{record['id']}')").startswith("Which number do you mean?")
    page.run(f"tap('{record['id']}', '{dotted.replace('.', ',')}')")
    assert (
        page.run(f"told('{record['id']}')") == "Right!" and page.run(f"state('{record['id']}')") == "right at first try"
    )


@pytest.mark.external
def test_an_error_carried_forward_counts(page: Page, practice: Path) -> None:
    record = next(each for each in judged(practice) if each["form"] == "several-blanks" and each["slips"])
    slip = next(each for each in record["slips"] if each["value"][0] != record["answer"]["value"][0])
    page.run(entered(record, slip["value"]) + f"; tap('{record['id']}', 'Check')")
    told = page.run(f"told('{record['id']}')")
    assert "It follows from your answers above" in told and page.run(f"state('{record['id']}')") == "partly right"


@pytest.mark.external
def test_the_keyboard_is_enough(page: Page, practice: Path) -> None:
    """Every control can be reached by Tab, in the order of the page, and used."""
    ordered = next(record for record in judged(practice) if record["form"] == "order-the-lines")
    page.run(f"at('{ordered['id']}').querySelector('.moves button:last-child').focus(); 1")
    first = f"at('{ordered['id']}').querySelector('form ol .letter').textContent"
    assert page.run(first) == "A"
    page.press("Enter", 13, "\r")
    assert page.run(first) == "B"
    assert page.run("document.activeElement.getAttribute('aria-label')") == "Move step A down"
    assert "Step A is number 2 of" in page.run(f"told('{ordered['id']}')")
    count = next(each for each in judged(practice) if each["answer"]["kind"] == "integer" and each["form"] == "open")
    page.run(f"at('{count['id']}').querySelector('input').focus(); 1")
    for digit in str(count["answer"]["value"]):
        page.press(digit, ord(digit), digit)
    page.press("Enter", 13, "\r")
    assert page.run(f"told('{count['id']}')") == "Right!"
    picked = next(record for record in judged(practice) if record["form"] == "choice")
    page.run(f"at('{picked['id']}').querySelector('input').focus(); 1")
    page.press(" ", 32, " ")
    page.press("Enter", 13, "\r")
    assert page.run(f"told('{picked['id']}')").startswith("A:")
    page.run("document.activeElement.blur(); window.scrollTo(0, 0); document.querySelector('.tools button').focus(); 1")
    reached = page.run(
        "[...document.querySelectorAll('button, input, select, textarea, summary, a')].filter(shown).length"
    )
    met = set()
    for _ in range(reached + 40):
        met.add(page.run("(e => e.outerHTML + (e.closest('[data-id]') || e).outerHTML.length)(document.activeElement)"))
        assert page.run("document.activeElement === document.body || shown(document.activeElement)")
        page.press("Tab", 9)
    assert len(met) > reached / 3  # of a group of radio buttons Tab reaches one, and many elements look alike


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker of accessibility axe-core, as npm installs it."""
    npm, where = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        pytest.fail("npm is needed to install axe-core")
    command = [npm, "install", "--no-save", "--no-audit", "--no-fund", f"--prefix={where}", "axe-core@4"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return (where / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


OPENED = """
document.querySelectorAll(".question").forEach(question => {
  question.querySelectorAll("form input[type=text]").forEach(input => { input.value = "1"; });
  question.querySelectorAll(".option input").forEach(input => { input.checked = true; });
  question.querySelectorAll("select").forEach(select => { select.selectedIndex = 1; });
  question.querySelector("form").requestSubmit();
  question.querySelectorAll(".hint").forEach(hint => { hint.hidden = false; hint.open = true; });
  const shows = [...question.querySelectorAll(".row button")].find(b => /Solution|answer/.test(b.textContent));
  shows.click();
});
new Promise(done => setTimeout(done, 300))
"""


@pytest.mark.external
@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_screen(width: int, dark: bool, page: Page, axe: str) -> None:
    page.size(width)
    page.dark(dark)
    page.run(axe + "; 1")
    for opened in (False, True):
        if opened:
            page.run(OPENED)
        found = page.run("axe.run().then(found => found.violations.map(v => [v.id, v.impact, v.nodes[0].html]))")
        assert not [each for each in found if each[1] in ("serious", "critical")], found
        assert page.run("document.documentElement.scrollWidth") <= width


def letters(paper: bytes) -> str:
    """The letters of a PDF, which breaks words and sets some letters as one."""
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(paper)).pages)
    for sign, told in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(sign, told)
    return re.sub(r"[^A-Za-z]", "", text)


@pytest.mark.external
def test_on_paper_there_are_questions_and_solutions_only_if_they_are_wished_for(page: Page, practice: Path) -> None:
    opened = judged(practice)[0]["id"]
    page.run(f"tap('{opened}', 'Solution')")
    paper = letters(page.pdf())
    for record in records(practice):
        assert [word for word in words(record["stem"]) if word not in paper] == [], record["id"]
    for told in ("Stepbystep", "Inonego", "Hint", "Check", "Rightat", "Modelanswer"):
        assert told not in paper, told
    page.run("window.print = () => {}; 1")
    page.run(
        "[...document.querySelectorAll('.tools button')].find(b => b.textContent === 'Print with solutions').click()"
    )
    key = letters(page.pdf())
    for record in records(practice):
        for line in record["solution"]["lines"]:
            assert [word for word in words(line["why"]) if word not in key] == [], record["id"]
    assert "Modelanswer" in key and "Hint" not in key and "Check" not in key
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("document.querySelectorAll('.solution[open]').length") == 1 and letters(page.pdf()) == paper
