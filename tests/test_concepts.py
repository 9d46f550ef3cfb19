"""Concept decks: every fault of a file is one clear line, and every card becomes the questions that it can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.blueprint import compile_structure
from generator.concepts import OBJECTIVES, concept_families, concept_family
from generator.errors import RecipeError
from generator.forms import FORMS

DECK = """\
title = "A deck"
topic = "Cards"

[[card]]
id = "first"
question = "What?"
answer = "This."
objective = "define"
difficulty = 1
source = "001"
"""
SECOND = DECK.split("\n\n")[1].replace('"first"', '"second"')
WRONG = """
[[card.wrong]]
text = "{}"
reason = "No."
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "deck.toml"
    path.write_text(text, encoding="utf-8")
    return path


FAULTS = {
    "not toml": ("title = ", "not valid TOML"),
    "no title": (DECK.replace('title = "A deck"\n', ""), "the key 'title' is missing"),
    "no card": ('title = "A"\ntopic = "B"\n', "the key 'card' is missing"),
    "cards empty": ('title = "A"\ntopic = "B"\ncard = []\n', "card: must be one table [[card]] or more"),
    "title is empty": (DECK.replace('"A deck"', '" "'), "title: must be text that is not empty"),
    "unknown key": ("topics = 'x'\n" + DECK, "unknown key 'topics'. Did you mean 'topic'?"),
    "unknown key of a card": (DECK + 'awnser = "x"\n', "card[1] 'first': unknown key 'awnser'. Did you mean 'answer'?"),
    "unknown key of an option": (
        DECK + WRONG.format("That.") + 'resaon = "x"\n',
        "card[1] 'first': wrong: unknown key 'resaon'. Did you mean 'reason'?",
    ),
    "key missing": (DECK.replace('source = "001"\n', ""), "card[1] 'first': the key 'source' is missing"),
    "id missing": (DECK.replace('id = "first"\n', ""), "card[1]: the key 'id' is missing"),
    "reason missing": (
        DECK + WRONG.format("That.").replace('reason = "No."\n', ""),
        "card[1] 'first': wrong: the key 'reason' is missing",
    ),
    "id with capitals": (DECK.replace('"first"', '"First one"'), "id: must be small letters and digits with hyphens"),
    "id twice": (DECK + "\n" + SECOND.replace("second", "first"), "card[2] 'first': the id is used twice"),
    "unknown objective": (DECK.replace('"define"', '"defin"'), "objective: must be one of define, explain, compare"),
    "difficulty": (DECK.replace("difficulty = 1", "difficulty = 6"), "difficulty: must be a whole number from 1 to 5"),
    "question is empty": (DECK.replace('"What?"', '"  "'), "question: must be text that is not empty"),
    "tags are a text": (DECK + 'tags = "lstm"\n', "tags: must be a list"),
    "tag with a space": (DECK + 'tags = ["a b"]\n', "tags: must be a list, each small letters and digits"),
    "rubric": (DECK + '[[card.rubric]]\npoints = 0\ntext = "a"\n', "rubric: points: must be a number above 0"),
    "answer as an option": (DECK + WRONG.format(" This.  "), "card[1] 'first': two options are the same"),
    "two options the same": (DECK + WRONG.format("a") + WRONG.format("a"), "card[1] 'first': two options are the same"),
    "private-use characters": (DECK.replace("What?", "What\\uE003?"), "card[1].question: holds private-use"),
    "in a later card": (DECK + "\n" + SECOND.replace("define", "x"), "card[2] 'second': objective: must be one of"),
}


@pytest.mark.parametrize("text, told", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_clear_line(text: str, told: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RecipeError) as caught:
        concept_family(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and "\n" not in message
    assert told in message, message


def test_a_card_without_wrong_options_is_turned_over(tmp_path: Path) -> None:
    family = concept_family(write(tmp_path, DECK))
    blueprint = compile_structure(family, {"card": "first"})
    assert blueprint
    assert [form.id for form in FORMS.values() if form.asks(blueprint)] == ["flash"]
    assert (family.id, family.topic, family.asks) == ("deck", "Cards", "A deck: concept cards")


def test_three_wrong_options_make_a_choice(tmp_path: Path) -> None:
    family = concept_family(write(tmp_path, DECK + "".join(WRONG.format(n) for n in "abc")))
    blueprint = compile_structure(family, {"card": "first"})
    assert blueprint
    assert [form.id for form in FORMS.values() if form.asks(blueprint)] == ["choice", "flash"]
    assert [(slip.text, slip.words) for slip in blueprint.slips] == [(n, "No.") for n in "abc"]


def test_card_of_another_topic(tmp_path: Path) -> None:
    family = concept_family(write(tmp_path, DECK + 'topic = "Other"\ntags = ["a", "b-c"]\n'))
    problem = family.problem({"card": "first"})
    assert problem
    assert (problem.topic, problem.tags, problem.sources) == ("Other", ("a", "b-c", "define"), ("001",))


def test_the_shipped_decks_read_and_balance() -> None:
    decks = concept_families()
    assert {deck.id for deck in decks} >= {"lstm"}
    for deck in decks:
        for structure in deck.structures():
            problem = deck.problem(structure)
            assert problem and set(problem.tags) & set(OBJECTIVES)
            for text in (problem.ask, problem.answer.text, *(t for s in problem.slips for t in (s.text, s.words))):
                assert text.count("$") % 2 == 0 and text.count("{") == text.count("}"), f"{deck.id} {structure}: {text}"
                assert text == text.strip() and not re.search(r"\[\[|\]\]|  ", text)
