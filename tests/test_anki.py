"""The deck as Anki takes it: imported, rendered and updated by the real engine."""

from __future__ import annotations

import dataclasses
import json
import operator
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ImportAnkiPackageRequest
from conftest import OWN, explained, questions

from generator.blueprint import compile_structure
from generator.family import Family, families
from generator.formats.jsonl import record
from generator.forms import FORMS
from generator.holes import HOLE, PRIVATE
from generator.question import Question
from generator.sheet import Sheet
from generator.typeset import markup
from generator.typeset.anki import (
    COMMON,
    SEPARATOR,
    SPARE,
    TYPES,
    Note,
    content,
    note_type,
    note_types,
    write_deck,
)

THEN, NOW = 1_700_000_000, 1_700_086_400
STAMPS = dict.fromkeys(note_types(), THEN)
STRUCTURES = 3


def asked(family: Family) -> Iterator[Question]:
    """A question of every form for a few structures, the first, the last and some between."""
    structures = list(family.structures())
    spread = structures[:: max(1, len(structures) // STRUCTURES)]
    compiled = (compile_structure(family, structure) for structure in spread)
    for blueprint in [found for found in compiled if found][:STRUCTURES]:
        for form in FORMS.values():
            if form.asks(blueprint):
                yield from questions(blueprint, form.id, 1)


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> list[Note]:
    """Questions of every family, and of a concept card that is explained in words."""
    all_families = [*families().values(), explained(tmp_path_factory.mktemp("concepts"))]
    found = [question for family in all_families for question in asked(family)]
    return [
        Note(each, f"Exam practice::{each.sheet.topic}", due, (f"family::{each.sheet.blueprint.family.id}",), THEN)
        for due, each in enumerate(found, 1)
    ]


@pytest.fixture(scope="module")
def deck(notes: list[Note], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deck") / "deck.apkg"
    write_deck(path, notes, STAMPS)
    return path


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    found = Collection(str(tmp_path / "collection.anki2"))
    yield found
    found.close()


def imported(collection: Collection, path: Path) -> dict[str, int]:
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path))).log
    return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}


def sides(collection: Collection) -> Iterator[tuple[str, str, str]]:
    """The id, front and back of every card as the engine shows them."""
    for number in collection.find_cards(""):
        card = collection.get_card(number)
        shown = card.render_output()
        yield card.note()["Id"], shown.question_text, shown.answer_text


def told(notes: Sequence[Note], response: str, form: str = "") -> Iterator[tuple[Note, dict[str, str]]]:
    """The notes of forms that are answered this way, each with its fields by name."""
    found = [note for note in notes if note.question.form.response == response and form in ("", note.question.form.id)]
    assert found, f"no question is answered by {response} {form}"
    for note in found:
        names = note_type(note.question.form).fields
        yield note, dict(zip(names, content(note.question).split(SEPARATOR), strict=True))


def recorded(note: Note) -> Any:
    """The question's record."""
    question = note.question
    return json.loads(record(question.sheet, question.form)(question.row(), question.chosen))


# --- what is shown -------------------------------------------------------------------------------------------------


def test_every_family_and_form_makes_a_card(notes: list[Note], deck: Path, collection: Collection) -> None:
    assert imported(collection, deck) == {"new": len(notes), "updated": 0, "duplicate": 0, "conflicting": 0}
    assert collection.card_count() == len(notes)
    assert {note.question.sheet.blueprint.family.id for note in notes} == {*families(), "explained"}
    assert {note.question.form.id for note in notes} == set(FORMS)
    assert not collection.get_empty_cards().notes
    assert not collection.media.check().missing
    assert "optimized" in collection.fix_integrity()[0]


def test_every_side_renders(deck: Path, collection: Collection) -> None:
    imported(collection, deck)
    for id, *texts in sides(collection):
        for text in texts:
            assert not PRIVATE.search(text) and not HOLE.search(text), f"{id}: a hole was left"
            seen = _shown(text)
            left = re.search(
                r"\[\[|\{\{|\[%|template has a problem|has not been set|\bnan\b|\bNone\b(?![.:]| of)", seen
            )
            assert not left, f"{id}: {left}"
            assert seen.count("\\(") == seen.count("\\)"), id
            assert seen.count("\\[") == seen.count("\\]"), id
            assert "<img" not in text and "http" not in text, id


def _shown(html: str) -> str:
    """What a reader may come to see: no script, no code (where [[ and None may be Python), no data."""
    return re.sub(r"<script>.*?</script>|<pre>.*?</pre>|<code>.*?</code>|data-\w+='[^']*'", "", html, flags=re.DOTALL)


def test_math_is_whole_and_escaped(notes: list[Note]) -> None:
    for note in notes:
        for field in content(note.question).split(SEPARATOR):
            for math in re.findall(r"\\[(\[](.*?)\\[)\]]", field, re.DOTALL):
                assert "$" not in math and "<" not in math, math
                assert math.replace("\\{", "").replace("\\}", "").count("{") == math.replace("\\}", "").count("}"), math
                assert math.count("\\left") == math.count("\\right"), math
                assert math.count("\\begin") == math.count("\\end"), math
                assert not re.search("&(?!amp;|lt;|gt;|#|quot;)", math), math


def test_the_front_does_not_say_the_answer(notes: list[Note]) -> None:
    for note, fields in told(notes, "typed"):
        if note.question.sheet.problem.answer.kind == "list":
            continue  # its words are those of the sentence asked about
        shown = fields["Question"] + re.sub("<template.*?</template>", "", fields["Slips"], flags=re.DOTALL)
        assert fields["Answer"] not in shown
        assert not re.sub("<template.*?</template>", "", fields["Slips"], flags=re.DOTALL).strip()


def test_a_typed_answer_is_checked_against_the_question_s_own(notes: list[Note]) -> None:
    for note, fields in told(notes, "typed", "open"):
        kind = note.question.sheet.problem.answer.kind
        assert bool(fields["Check"]) == (kind not in ("letters", "list", "words")), kind
        if fields["Check"]:
            check = json.loads(fields["Check"])
            slips = [json.loads(value) for value in re.findall("data-value='(.*?)'", fields["Slips"])]
            assert check["kind"] == kind and check["tolerance"] >= 0
            assert len(slips) == len(note.question.chosen["slips"])
            assert check["value"] not in slips
            assert check.get("vocabulary") == recorded(note)["answer"].get("vocabulary")


def test_the_key_is_the_option_marked_right(notes: list[Note]) -> None:
    for _, fields in told(notes, "one"):
        credits = re.findall('data-credit="(.)"', fields["Options"])
        letters = re.findall('<span class="letter">(.)</span>', fields["Options"])
        assert letters == list("ABCD")
        assert credits.count("1") == 1 and letters[credits.index("1")] == fields["Key"]


def test_a_card_and_its_record_have_the_same_key(notes: list[Note]) -> None:
    for note, fields in told(notes, "many"):
        credits = re.findall('data-credit="(.)"', fields["Options"])
        assert [place for place, credit in enumerate(credits) if credit == "1"] == recorded(note)["answer"]["value"]
        assert "0" in credits and "1" in credits and fields["Options"].count('class="feedback') == len(credits)
    for note, fields in told(notes, "match"):
        key = recorded(note)["answer"]["value"]
        assert json.loads(fields["Check"])["value"] == key and len(set(key)) == len(key)
        assert fields["Prompts"].count('class="prompt"') == len(key)
        assert fields["Options"].count('class="option"') in (len(key), len(key) + 1)
    for note, fields in told(notes, "blanks"):
        checks = [json.loads(check) for check in re.findall("data-check='(.*?)'", fields["Blanks"])]
        assert [each["value"] for each in checks] == recorded(note)["answer"]["value"]
        rows = [json.loads(row) for row in re.findall("data-value='(.*?)'", fields["Slips"])]
        assert rows == [slip["value"] for slip in recorded(note)["slips"]]
    for note, fields in told(notes, "written"):
        points = re.findall('data-points="(.*?)"', fields["Rubric"])
        assert [float(each) for each in points] == [each["points"] for each in recorded(note)["rubric"]]


def test_an_order_is_right_if_every_step_finds_what_it_uses(notes: list[Note]) -> None:
    for note, fields in told(notes, "order"):
        check, answer = json.loads(fields["Check"]), recorded(note)["answer"]
        assert check["value"] == answer["value"] and check["before"] == answer["before"]
        needs = uses(note)
        places = range(len(answer["value"]))
        assert not keeps(places, answer["before"]), "the steps are shown in a right order"
        for order in permutations(places):
            assert keeps(order, answer["before"]) == finds(order, needs), (note.question.id, order)


def uses(note: Note) -> list[set[int]]:
    """For every step shown the places of those that it uses."""
    sheet, shown = note.question.sheet, note.question.chosen["options"]
    lines = sheet.problem.lines
    names = [{part.name for part in (line.symbol, *line.symbol.parts)} for line in lines]
    used = [
        {n for n, name in enumerate(names) if name & {sym.name for sym in line.expression.written}} for line in lines
    ]
    if len(lines) >= 3:
        return [{place for place, other in enumerate(shown) if other in used[step]} for step in shown]
    told = [dict.fromkeys(filter(None, (text.expression, text.substituted, text.value))) for text in sheet.lines]
    stages = [(line, stage, len(texts)) for line, texts in enumerate(told) for stage in range(len(texts))]
    steps = [stages[step] for step in shown]
    return [{place for place, other in enumerate(steps) if _stands_on(step, other, used)} for step in steps]


def _stands_on(step: tuple[int, int, int], other: tuple[int, int, int], used: list[set[int]]) -> bool:
    """Of few lines, each step by step: a formula stands on the formulas that it uses, numbers on their values."""
    line, stage, _ = step
    below, at, stages = other
    return (below == line and at < stage) or (below in used[line] and at == (stages - 1 if stage else 0))


def keeps(order: Sequence[int], before: list[list[int]]) -> bool:
    return all(order.index(first) < order.index(second) for first, second in before)


def finds(order: Sequence[int], needs: list[set[int]]) -> bool:
    return all(needs[step] <= set(order[:place]) for place, step in enumerate(order))


def test_the_hints_of_an_order_do_not_give_it_away(notes: list[Note]) -> None:
    for note, fields in told(notes, "order"):
        assert recorded(note)["hints"] and fields["Hints"].count('class="hint') == 1
        labels = [re.escape(line.label) for line in note.question.sheet.problem.lines]
        assert not re.search(rf"\b({'|'.join(labels)})\b", fields["Hints"])


def test_a_blank_s_rule_leads_from_the_blanks_above_to_its_value(notes: list[Note]) -> None:
    carried = 0
    for note, fields in told(notes, "blanks"):
        above: dict[str, float] = {}
        for check in (json.loads(each) for each in re.findall("data-check='(.*?)'", fields["Blanks"])):
            value = check["value"] if isinstance(check["value"], list) else [check["value"]]
            assert len(check["names"]) == len(value) and len(check["rules"]) in (0, len(value))
            for rule, wanted in zip(check["rules"], value, strict=False):
                assert abs(reckoned(rule, above) - wanted) <= check["tolerance"] + 1e-9, (note.question.id, rule)
                carried += 1
            above |= dict(zip(check["names"], value, strict=True))
    assert carried > 20


OPERATIONS = OWN | {
    "+": lambda *terms: sum(terms),
    "*": lambda *terms: reduce(operator.mul, terms),
    "-": operator.neg,
    "/": operator.truediv,
    "^": operator.pow,
}


def reckoned(rule: Any, above: Mapping[str, float]) -> Any:
    """What a rule comes to, by the numbers above."""
    if isinstance(rule, list):
        return OPERATIONS[rule[0]](*(reckoned(term, above) for term in rule[1:]))
    return above[rule] if isinstance(rule, str) else rule


def test_sort_fields_are_plain_text(notes: list[Note]) -> None:
    for note in notes:
        text = content(note.question).split(SEPARATOR)[0]
        assert text and "<" not in text and "\\" not in text and "$" not in text and "\n" not in text


def test_cards_keep_the_teaching_order_and_the_decks(notes: list[Note], deck: Path, collection: Collection) -> None:
    imported(collection, deck)
    cards = [collection.get_card(number) for number in collection.find_cards("")]
    order = [card.note()["Id"] for card in sorted(cards, key=lambda card: card.due)]
    assert order == [note.question.id for note in notes]
    decks = {card.note()["Id"]: collection.decks.name(card.did) for card in cards}
    assert decks == {note.question.id: note.deck for note in notes}


# --- updates -------------------------------------------------------------------------------------------------------


def history(collection: Collection) -> list[object]:
    """All that a learner has earned: the review log and the scheduling of every card."""
    cards = "select id, nid, did, type, queue, due, ivl, factor, reps, lapses, left, odue, flags, data from cards"
    return [collection.db.all("select * from revlog order by id"), collection.db.all(f"{cards} order by id")]


def review(collection: Collection, count: int) -> None:
    for deck in collection.decks.all_names_and_ids():
        collection.decks.select(deck.id)
        for _ in range(count):
            card = collection.sched.getCard()
            if card is None:
                break
            collection.sched.answerCard(card, 3)


def reworded(notes: Sequence[Note], place: int) -> list[Note]:
    """The notes with another wording for one of them, which only it has a newer stamp for."""
    note = notes[place]
    sheet = note.question.sheet
    problem = dataclasses.replace(sheet.problem, ask=f"Please tell: {sheet.problem.ask}")
    other = Sheet(dataclasses.replace(sheet.blueprint, problem=problem))
    changed = dataclasses.replace(note, question=note.question._replace(sheet=other), modified=NOW)
    return [*notes[:place], changed, *notes[place + 1 :]]


def test_one_rewording_updates_one_note_and_keeps_every_review(
    notes: list[Note], deck: Path, collection: Collection, tmp_path: Path
) -> None:
    imported(collection, deck)
    review(collection, 3)
    before = history(collection)
    texts = dict(collection.db.all("select guid, flds from notes"))
    assert len(before[0]) >= 10  # type: ignore[arg-type]
    learnt = collection.db.scalar(
        "select guid from notes where id in (select nid from cards where reps > 0) order by id"
    )
    place = [note.question.id for note in notes].index(learnt)

    again = tmp_path / "again.apkg"
    write_deck(again, reworded(notes, place), STAMPS)
    assert imported(collection, again) == {"new": 0, "updated": 1, "duplicate": len(notes) - 1, "conflicting": 0}
    after = dict(collection.db.all("select guid, flds from notes"))
    assert [guid for guid in texts if texts[guid] != after[guid]] == [learnt]
    assert "Please tell: " in after[learnt]
    assert history(collection) == before


def test_contents_tell_which_notes_changed(notes: list[Note]) -> None:
    before = {note.question.id: content(note.question) for note in notes}
    after = {note.question.id: content(note.question) for note in reworded(notes, 2)}
    assert before.keys() == after.keys() == {note.question.id for note in notes}
    assert [id for id in before if before[id] != after[id]] == [notes[2].question.id]


def test_equal_stamps_update_nothing(notes: list[Note], deck: Path, collection: Collection) -> None:
    imported(collection, deck)
    assert imported(collection, deck) == {"new": 0, "updated": 0, "duplicate": len(notes), "conflicting": 0}


def test_a_newer_note_type_updates_its_cards_and_no_note(
    notes: list[Note], deck: Path, collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(collection, deck)
    review(collection, 1)
    before = history(collection)
    monkeypatch.setattr("generator.typeset.anki.style", lambda: ".card { color: teal; }")
    again = tmp_path / "again.apkg"
    write_deck(again, notes, {**STAMPS, "drill": NOW})
    assert imported(collection, again)["updated"] == 0
    css = {found["name"]: found["css"] for found in collection.models.all()}
    assert css["netdrill drill"] == ".card { color: teal; }" != css["netdrill choice"]
    assert history(collection) == before


def test_a_question_left_out_or_added_moves_no_other(
    notes: list[Note], deck: Path, collection: Collection, tmp_path: Path
) -> None:
    fewer, again = notes[1:], tmp_path / "again.apkg"
    write_deck(again, fewer, STAMPS)
    assert imported(collection, again)["new"] == len(fewer)
    numbers = dict(collection.db.all("select guid, id from notes"))
    assert imported(collection, deck) == {"new": 1, "updated": 0, "duplicate": len(fewer), "conflicting": 0}
    assert numbers.items() <= dict(collection.db.all("select guid, id from notes")).items()


# --- what may never change -----------------------------------------------------------------------------------------


def test_note_types_are_frozen() -> None:
    """A changed field would cut the decks already handed out off from every update: use a spare one."""
    common = ["Summary", "Id", "Topic", "Question", "Figure", "Hints", "Answer"]
    common += ["Lines", "Running", "Formula", "Convention", "Legend", "Note", "Source"]
    spare = ["Spare1", "Spare2", "Spare3", "Spare4"]
    assert {kind.name: (kind.id, list(kind.fields)) for kind in TYPES.values()} == {
        "drill": (1_763_600_000_001, [*common, "Check", "Slips", *spare]),
        "choice": (1_763_600_000_002, [*common, "Options", "Key", *spare]),
        "flash": (1_763_600_000_003, [*common, *spare]),
        "select": (1_763_600_000_004, [*common, "Options", *spare]),
        "order": (1_763_600_000_005, [*common, "Options", "Check", *spare]),
        "match": (1_763_600_000_006, [*common, "Prompts", "Options", "Check", *spare]),
        "blanks": (1_763_600_000_007, [*common, "Blanks", "Slips", *spare]),
        "explain": (1_763_600_000_008, [*common, "Rubric", *spare]),
    }
    assert list(COMMON) == common and list(SPARE) == spare


def test_fields_and_templates_carry_ids(deck: Path, collection: Collection) -> None:
    imported(collection, deck)
    ids = []
    for name in note_types():
        found = collection.models.by_name(f"netdrill {name}")
        assert found
        ids += [each["id"] for each in (*found["flds"], *found["tmpls"])]
    assert None not in ids and len(set(ids)) == len(ids)


def test_scripts_hold_nothing_that_a_template_would_take_for_a_field(deck: Path, collection: Collection) -> None:
    imported(collection, deck)
    for name in note_types():
        (template,) = collection.models.by_name(f"netdrill {name}")["tmpls"]  # type: ignore[index]
        for side in (template["qfmt"], template["afmt"]):
            (script,) = re.findall("<script>(.*?)</script>", side, re.DOTALL)
            assert "{{" not in script and "http" not in side


# --- the file ------------------------------------------------------------------------------------------------------

REBUILD = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from conftest import questions
from test_anki import STAMPS, THEN, asked
from generator.family import find
from generator.typeset.anki import Note, write_deck
found = asked(find("recurrent-parameters"))
notes = [Note(each, "A::B", due, ("x",), THEN) for due, each in enumerate(found)]
write_deck(Path(sys.argv[1]), notes, STAMPS)
"""


def test_equal_input_gives_equal_bytes(notes: list[Note], deck: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.apkg"
    write_deck(again, notes, STAMPS)
    assert again.read_bytes() == deck.read_bytes()


def test_equal_bytes_in_another_process_time_zone_and_hash_seed(tmp_path: Path) -> None:
    here = Path(__file__).parent
    for number, zone in (("1", "Asia/Tokyo"), ("2", "America/Lima")):
        subprocess.run(
            [sys.executable, "-c", REBUILD, str(tmp_path / number), str(here), str(here.parent)],
            env={**os.environ, "PYTHONHASHSEED": number, "TZ": zone},
            check=True,
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_the_package_is_deflated_and_has_fixed_times(deck: Path) -> None:
    with zipfile.ZipFile(deck) as package:
        for entry in package.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.compress_type == zipfile.ZIP_DEFLATED


def test_a_failed_write_leaves_the_old_deck_and_nothing_else(notes: list[Note], tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="space"):
        write_deck(path, [dataclasses.replace(notes[0], tags=("with space",))], STAMPS)
    assert [each.name for each in tmp_path.iterdir()] == ["deck.apkg"] and path.read_bytes() == b"old"


def test_every_note_type_has_a_digest() -> None:
    assert note_types() == note_types() and len(set(note_types().values())) == len(TYPES)
    assert set(note_types()) == {"drill", "choice", "flash", "select", "order", "match", "blanks", "explain"}


# --- markup --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a $x < y$ b", r"a \(x &lt; y\) b"),
        (r"$\{1\} \, 2$ and `x<y`", r"\(\{1\} \, 2\) and <code>x&lt;y</code>"),
        ("<b>no</b> & *yes*", "&lt;b&gt;no&lt;/b&gt; &amp; <em>yes</em>"),
        ("costs 5 $", "costs 5 $"),
        ("$P = W + U$", r"\(P = W + U\)"),
        (
            r"$ff(aa + b) + \left(c + d\right) + 3000$",
            r"\(ff(aa + b)\)<wbr>\({}+ \left(c + d\right)\)<wbr>\({}+ 3000\)",
        ),
        (r"$x = 1111111111 + 22222222$", r"\(x = 1111111111\)<wbr>\({}+ 22222222\)"),
        (r"$48 \times 48 \times 16 \to 99999999999$", r"\(48 \times 48 \times 16\)<wbr>\({}\to 99999999999\)"),
    ],
)
def test_markdown_becomes_html_with_mathjax_delimiters(markdown: str, html: str) -> None:
    assert markup.inline(markdown) == html


def test_equations_side_by_side_are_stacked() -> None:
    a, b, c, d = "a &= 1", r"b &= \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "c &= 3", "d &= 4"
    assert markup.stacked(aligned(f"{a} & {b}", f"{c} & {d}")) == aligned(a, b, c, d)
    assert markup.stacked(aligned(a, c)) == aligned(a, c)
    assert markup.stacked("a = 1") == "a = 1"


def aligned(*rows: str) -> str:
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def test_formulas_in_a_row_become_boxes() -> None:
    assert markup.display(r"a = 1, \qquad b = 2").count('<span class="step">') == 2
    assert markup.display("a = 1") == "\\[\na = 1\n\\]"


def test_summaries_are_short_and_plain() -> None:
    assert markup.summary("A **bold** `name` of $x$ & $\\frac{1}{2}$.\n\n$$ y $$\n\n```python\ncode\n```") == (
        "A bold name of x &amp; …."
    )
    long = markup.summary("word " * 100)
    assert len(long) <= markup.SUMMARY + 2 and long.endswith("word …")


# --- colours -------------------------------------------------------------------------------------------------------

PAIRS = [("ink", "ground"), ("soft", "ground"), ("ink", "code"), ("ink", "field"), ("soft", "field")]
PAIRS += [(name, f"{name}-ground") for name in ("accent", "right", "wrong", "ask")]
PAIRS += [(name, "ground") for name in ("accent", "right", "wrong")]
PAIRS += [("ink", "accent-ground"), ("ink", "right-ground"), ("accent", "field"), ("soft", "accent-ground")]


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
def test_text_stands_out_from_its_ground(theme: int) -> None:
    """The contrast that WCAG 2 asks for at level AA: 4.5 to 1."""
    css = (Path(markup.__file__).parents[2] / "templates/anki/style.css").read_text(encoding="utf-8")
    rules = [dict(re.findall(r"--([a-z-]+): #(\w{6})", rule)) for rule in re.findall(r"\{[^}]*--ground[^}]*\}", css)]
    for ink, ground in PAIRS:
        light, dark = sorted((luminance(rules[theme][ink]), luminance(rules[theme][ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
