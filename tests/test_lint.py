"""The linter of concept files: every rule finds its planted fault, sound decks pass, and the shipped ones do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from recipes import netdrill, refused

from generator.concepts import shipped
from generator.formula import faults
from generator.lint import Deck, Rules, lint, read_items

ITEMS = Path(__file__).parent / "data" / "concept_items.toml"
TAGS: dict[str, list[str]] = tomllib.loads(ITEMS.read_text(encoding="utf-8"))

DECK = """\
title = "Gates"
topic = "Cards"

[[card]]
id = "forget"
question = "What does a forget gate act on?"
answer = "On the old memory $c_{t-1}$."
objective = "define"
difficulty = 1
source = "001"
tags = ["memory"]
model_answer = "It multiplies the old memory."
[[card.rubric]]
points = 1
text = "names the memory"
[[card.wrong]]
text = "On the candidate, which is new."
reason = "That is the input gate."
[[card.wrong]]
text = "On what is shown."
reason = "That is the output gate."
[[card.wrong]]
text = "On $\\\\tanh(c_t)$."
reason = "That is the output gate."

[[card]]
id = "range"
question = "Between which values does a sigmoid lie?"
answer = "Between 0 and 1."
objective = "define"
difficulty = 1
source = "002"
tags = ["sigmoid"]
"""


def write(folder: Path, text: str, name: str = "gates") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def found(*paths: Path, rules: Rules | None = None) -> list[str]:
    return [str(each) for each in lint(paths, rules or Rules())[1]]


def test_a_sound_deck_has_no_findings(tmp_path: Path) -> None:
    assert found(write(tmp_path, DECK)) == []


FIRST, SECOND = "card[1] 'forget': ", "card[2] 'range': "
FAULTS = {
    "schema": ("difficulty = 1", "difficulty = 9", FIRST + "difficulty: must be a whole number from 1 to 5"),
    "unknown key": ('tags = ["sigmoid"]', 'tag = ["sigmoid"]', SECOND + "unknown key 'tag'. Did you mean 'tags'?"),
    "source": ('source = "002"', 'source = "005"', SECOND + "unknown source '005'. Allowed: 000, 001, 002, 003, 004"),
    "id": ('id = "range"', 'id = "forget"', "2 cards have the id 'forget'. Allowed: one"),
    "no tag": ('tags = ["sigmoid"]', "", SECOND + "has no tag. Allowed: one or more"),
    "tag twice": ('["sigmoid"]', '["sigmoid", "sigmoid"]', SECOND + "has the tag 'sigmoid' 2 times. Allowed: once"),
    "objective as a tag": ('["sigmoid"]', '["define"]', SECOND + "the tag 'define' is an objective"),
    "answer in the question": (
        "What does",
        "On the old memory $c_{t-1}$, what does",
        FIRST + "the answer 'On the old memory $c_{t-1}$' stands in the question",
    ),
    "every word of the answer": (
        "Between which values",
        "Is it 1 or 0 at last, between which values",
        SECOND + "the answer 'Between 0 and 1' stands in the question",
    ),
    "two wrong options": (
        '[[card.wrong]]\ntext = "On what is shown."\nreason = "That is the output gate."\n',
        "",
        FIRST + "has 2 wrong option(s). Allowed: none, or 3 or more",
    ),
    "rubric alone": ('model_answer = "It multiplies the old memory."\n', "", FIRST + "has only one of model_answer"),
    "dollar": ("$c_{t-1}$", "c_{t-1}$", FIRST + "answer: a $ has no partner"),
    "brace": ("$c_{t-1}$", "$c_{t-1$", FIRST + "answer: the formula 'c_{t-1': '}' is missing"),
    "command": ("\\\\tanh", "\\\\tahn", FIRST + "wrong[3].text: the formula '\\tahn(c_t)': unknown command \\tahn."),
    "tab": ("\\\\tanh", "\\tanh", FIRST + "wrong[3].text: holds a tab"),
    "math in a reason": ("That is the input gate.", "$x^a^b$", FIRST + "wrong[1].reason: the formula 'x^a^b': two '^'"),
    "math in a rubric": ("names the memory", "names \\\\odot", FIRST + "rubric[1].text: \\odot stands outside of $…$"),
    "math in a model answer": ("It multiplies", "$\\\\frac{a}$", FIRST + "model_answer: the formula '\\frac{a}'"),
}  # fmt: skip


@pytest.mark.parametrize("old, new, told", FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in DECK
    path = write(tmp_path, DECK.replace(old, new, 1))
    lines = found(path)
    assert any(line.startswith(f"{path}: ") and told in line for line in lines), lines
    assert all("\n" not in line for line in lines)


def test_a_file_that_is_no_deck_is_one_finding(tmp_path: Path) -> None:
    broken, none = write(tmp_path, "title = "), tmp_path / "none.toml"
    first, second = found(broken, none)
    assert first.startswith(f"{broken}: not valid TOML") and second == f"{none}: no such file"


def test_all_faults_of_a_file_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, DECK.replace("difficulty = 1", "difficulty = 0").replace('"define"', '"describe"'))
    assert [line.split("'")[1] for line in found(path)] == ["forget", "range"]


def test_a_question_may_offer_the_answer_among_others(tmp_path: Path) -> None:
    asked = DECK.replace("What does a forget gate act on?", "Does a forget gate act on the old memory $c_{t-1}$ or?")
    assert found(write(tmp_path, asked)) != []
    offered = asked.replace(" or?", ", or on what is shown?")
    assert found(write(tmp_path, offered)) == []
    words = asked.replace(" or?", ", or was it shown elsewhere?")  # every word of a wrong option, in another order
    assert found(write(tmp_path, words)) == []


def test_a_source_of_ones_own_is_stated(tmp_path: Path) -> None:
    path = write(tmp_path, DECK.replace('"002"', '"lecture-3"'))
    assert len(found(path)) == 1
    assert found(path, rules=Rules(sources=("001", "lecture-3"))) == []


# --- lengths ---------------------------------------------------------------------------------------------------------

CARD = """
[[card]]
id = "{id}"
question = "{id} is asked for in words of its own?"
answer = "{key}"
objective = "define"
difficulty = 1
source = "001"
tags = ["length"]
"""
OPTION = '[[card.wrong]]\ntext = "{}"\nreason = "No."\n'
NAMES = ("apple", "bread", "cheese", "dates", "eggs", "figs", "grapes", "honey")


def sized(folder: Path, *keys: int) -> Path:
    """A deck of choices whose wrong options have 20, 22 and 24 letters, and whose keys have as many as told."""
    cards = [
        CARD.format(id=name, key="k" * key) + "".join(OPTION.format("w" * size) for size in (20, 22, 24))
        for name, key in zip(NAMES, keys, strict=False)
    ]
    return write(folder, 'title = "T"\ntopic = "T"\n' + "".join(cards))


LENGTHS = {
    "by chance": ((23, 21, 23, 21, 19, 19, 25, 25), []),
    "longest too often": ((25, 25, 25, 21, 21, 21, 21, 21), ["longest text in 38% of 8 choices. Allowed: 30%"]),
    "shortest too often": ((19, 19, 19, 21, 21, 21, 21, 21), ["shortest text in 38% of 8 choices. Allowed: 30%"]),
    "once is no pattern": ((25, 21), []),
    "ties share": ((24, 24, 24, 24, 21, 21, 21, 21), []),
    "ties share, too often": ((24,) * 8, ["longest text in 50% of 8 choices. Allowed: 30%"]),
}


@pytest.mark.parametrize("keys, told", LENGTHS.values(), ids=LENGTHS)
def test_lengths_tell_the_key_no_oftener_than_chance(keys: tuple[int, ...], told: list[str], tmp_path: Path) -> None:
    path = sized(tmp_path, *keys)
    assert found(path) == [f"{path}: the key is the {each}" for each in told]


STANDS_OUT = {36: "", 37: "the longest wrong option 24", 14: "", 13: "the shortest wrong option 20"}


@pytest.mark.parametrize("key, told", STANDS_OUT.items())
def test_a_key_that_stands_out_is_a_warning(key: int, told: str, tmp_path: Path) -> None:
    lines = found(sized(tmp_path, key, 23))
    assert [f"warning: the key has {key} characters, {told}" in line for line in lines] == [True] * bool(told)


def test_warnings_are_no_failure(tmp_path: Path) -> None:
    ran = netdrill("lint", sized(tmp_path, 40, 23))
    assert ran.code == 0 and "warning: the key has 40 characters" in ran.out


# --- questions that come twice ---------------------------------------------------------------------------------------


def test_near_duplicates_are_found_within_and_across_decks(tmp_path: Path) -> None:
    one = write(tmp_path, DECK)
    twin = DECK.replace("Between which values does a sigmoid lie?", "On what does the forget gate act?")
    inside = write(tmp_path, twin, "inside")
    assert [line for line in found(inside) if "asks nearly" in line] == [
        f"{inside}: {SECOND}asks nearly what {inside}: card[1] 'forget' asks: "
        "3 of 3 words are the same. Allowed: fewer than 75%"
    ]
    other = write(tmp_path, DECK.replace("a sigmoid lie", "the sigmoid function lie"), "other")
    told = found(one, other)
    assert [line.split(": asks nearly")[0] for line in told] == [f"{other}: {FIRST[:-2]}", f"{other}: {SECOND[:-2]}"]


def test_questions_of_one_pattern_are_no_duplicates(tmp_path: Path) -> None:
    text = DECK.replace("Between which values does a sigmoid lie?", "What does an output gate act on?")
    assert found(write(tmp_path, text)) == []


def test_hyphens_keep_kinds_apart(tmp_path: Path) -> None:
    """One-to-many and many-to-one have the same words, and are not the same."""
    text = DECK.replace("What does a forget gate act on?", "Give an example of a one-to-many network.")
    text = text.replace("Between which values does a sigmoid lie?", "Give an example of a many-to-one network.")
    assert found(write(tmp_path, text)) == []


# --- tags that must be there -----------------------------------------------------------------------------------------


def test_a_missing_tag_is_found(tmp_path: Path) -> None:
    deck, items = write(tmp_path, DECK), write(tmp_path, 'gates = ["memory", "peephole"]', "items")
    assert found(deck, rules=Rules(items=read_items(items))) == [
        f"{deck}: no card has the tag 'peephole'. Allowed: every tag that the deck must have, on one card or more"
    ]


@pytest.mark.parametrize("text", ["gates = 'memory'", "gates = [1]", "gates = ['A tag']", "gates = "])
def test_tags_that_cannot_be_read_are_one_line(text: str, tmp_path: Path) -> None:
    items = write(tmp_path, text, "items")
    assert str(items) in refused(netdrill("lint", write(tmp_path, DECK), "--items", items))


# --- formulas --------------------------------------------------------------------------------------------------------

# MathJax sets all of these, and none of those below; node ran both lists through it
SET = [
    r"x_1^2", "x'", r"\{1, 2\}", r"{x^2}^3", r"12{,}416", r"a \, b \; c \! d", r"\left( a \right]",
    r"\frac{\partial L}{\partial \hat{y}}", r"\tilde{c}_t \odot \tanh(c_t)", r"\frac12", r"\sqrt{B^2 + 4A}",
    r"\begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix}", r"\underbrace{64 \cdot 32}_{\text{kernel}}",
    r"\mathcal{N}(0, 1)", r"\overrightarrow{h}_t", r"\left\lfloor \frac{n - k}{s} \right\rfloor + 1",
]  # fmt: skip
BROKEN = [
    "x^2^3", "x_a_b", r"\odott", "{a", "a}", r"\frac{1}", r"\left( a", r"a \right)", r"\sqrt", "x_", "x^",
    r"\begin{pmatrix} 1 \end{bmatrix}", r"\begin{pmatrix} 1", r"\begin{matricks} 1 \end{matricks}", r"\end{aligned}",
]  # fmt: skip


@pytest.mark.parametrize("latex", SET)
def test_formulas_that_can_be_set(latex: str) -> None:
    assert list(faults(f"As ${latex}$ says.")) == []
    assert list(faults(f"$$\n{latex}\n$$")) == []


@pytest.mark.parametrize("latex", BROKEN)
def test_formulas_that_cannot_be_set(latex: str) -> None:
    (told,) = faults(f"As ${latex}$ says.")
    assert told.startswith(f"the formula '{latex}': ")


TEXTS = {
    "costs 5 dollars, `$x` and $y$": [],
    "```\n$ pip\n```": [],
    r"`\odot` is a product": [],
    "one $ alone": ["a $ has no partner"],
    r"a \odot b": [r"\odot stands outside of $…$"],
    "a $ x $ b": ["the formula 'x': begins or ends with a space, so it is not taken for a formula"],
    "a $x\nu$ b": ["the formula 'x u': holds a line break, as '\\n' makes one in TOML: double the backslash"],
}


@pytest.mark.parametrize("text, told", TEXTS.items())
def test_math_in_a_text(text: str, told: list[str]) -> None:
    assert list(faults(text)) == told


# --- the shipped decks -----------------------------------------------------------------------------------------------

DECKS = {path.stem: path for path in shipped()}


def deck(name: str) -> Deck:
    (read,), _ = lint([DECKS[name]], Rules())
    return read


def test_the_shipped_decks_pass() -> None:
    assert found(*DECKS.values(), rules=Rules(items=TAGS)) == []


def test_every_deck_of_the_list_is_there() -> None:
    assert len(TAGS) == 14 and sum(map(len, TAGS.values())) == 108
    assert TAGS.keys() <= DECKS.keys()


@pytest.mark.parametrize("name", TAGS)
def test_every_item_is_asked_about(name: str) -> None:
    tagged = {tag for card in deck(name).cards.values() for tag in card.tags}
    assert set(TAGS[name]) <= tagged


@pytest.mark.parametrize("name", TAGS)
def test_a_deck_is_large_enough(name: str) -> None:
    """15 cards and more, half of them choices or more, and some to be explained in words."""
    read = deck(name)
    assert len(read.cards) >= 15
    assert len(read.choices) * 2 >= len(read.cards)
    assert len(read.explained) >= 5


def test_three_hundred_cards_and_forty_rubrics() -> None:
    decks = [deck(name) for name in TAGS]
    assert sum(len(each.cards) for each in decks) >= 300
    assert sum(len(each.explained) for each in decks) >= 40


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_counts_and_passes(tmp_path: Path) -> None:
    (more := tmp_path / "more").mkdir()
    ran = netdrill("lint", write(tmp_path, DECK), sized(more, 23, 21))
    assert (ran.code, ran.err) == (0, "") and "\x1b" not in ran.out
    head, *rows = [line.split("  ") for line in ran.out.splitlines()]
    assert [each.strip() for each in head if each.strip()] == [
        "deck", "cards", "choices", "rubrics", "key longest", "key shortest",
    ]  # fmt: skip
    assert [" ".join(row).split() for row in rows] == [
        ["gates", "2", "1", "1", "0%", "0%"],
        ["gates", "2", "2", "0", "0%", "0%"],
        ["in", "all", "4", "3", "1"],
    ]


def test_the_command_tells_faults_and_fails(tmp_path: Path) -> None:
    path = write(tmp_path, DECK.replace('"002"', '"note 2"'))
    ran = netdrill("lint", path)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[0] == f"{path}: {SECOND}unknown source 'note 2'. Allowed: 000, 001, 002, 003, 004"
    assert netdrill("lint", path, "--source", "note 2").code == 0


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "none.toml" in refused(netdrill("lint", tmp_path / "none.toml"))


def test_the_command_looks_at_the_shipped_decks() -> None:
    ran = netdrill("lint", "--items", ITEMS)
    counted = [line.split()[0] for line in ran.out.splitlines() if not line.startswith("/")][1:-1]
    assert counted == list(DECKS)
