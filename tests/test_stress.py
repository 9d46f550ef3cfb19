"""What `netdrill stress` finds: nothing over 300 questions of every family in every form, and every planted fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from conftest import blueprints
from recipes import netdrill, refused

from generator.chance import chance
from generator.draw import Compiler
from generator.errors import RecipeError
from generator.family import Family, families, find
from generator.forms import FORMS, Form
from generator.guessing import guesses, numbers_in
from generator.sheet import Sheet
from generator.stress import MANY, Figures, faults, limit, stress
from generator.task import OPTIONS, ORDER, VARIANT, Task

COUNT = 300
TESTS = 2 * len(families()) * len(FORMS)  # χ² tests that there could be


@cache
def _compiler() -> Compiler:
    """The structures as the other tests have compiled them."""
    compiler = Compiler()
    compiler.blueprints.update({(each.family.id, each.key): each for each in blueprints()})
    return compiler


def _stressed(family: Family, form: Form, compiler: Compiler | None = None, count: int = COUNT) -> Figures:
    return stress(family, form, count, 1, compiler or _compiler(), lambda done: None)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
@pytest.mark.parametrize("family", families().values(), ids=list(families()))
def test_three_hundred_questions(family: Family, form: Form) -> None:
    if not any(form.asks(blueprint) for blueprint in blueprints() if blueprint.family is family):
        with pytest.raises(RecipeError, match=r"cannot be made of|no question"):
            _stressed(family, form)
        return
    found = _stressed(family, form)
    assert not faults([found], TESTS)
    assert 0 < found.questions <= COUNT
    assert 0 < found.commonest <= 1 and 1 <= found.answers <= found.questions
    assert found.per_second > 0


def test_small_families_are_gone_through() -> None:
    assert _stressed(find("lstm"), FORMS["flash"]).questions == 36
    assert _stressed(find("skip-gram-pairs"), FORMS["open"], count=1300).questions == 1260


# --- planted faults --------------------------------------------------------------------------------------------------

Pick = Callable[[Any, int, int], Any]


def _planted(
    monkeypatch: pytest.MonkeyPatch, name: str, family: str = "recurrent-parameters", **changes: Any
) -> list[str]:
    """What stress says of a family in a form with a fault in it."""
    form = replace(FORMS[name], **changes)
    monkeypatch.setitem(FORMS, name, form)  # type: ignore[arg-type]
    compiler = Compiler()
    compiler.blueprints.update(_compiler().blueprints)
    return faults([_stressed(find(family), form, compiler)])


def _picking(name: str, change: Callable[[Any, Any], Any]) -> Callable[[Sheet], Pick]:
    """A form's picker with what it picks changed, by the question's row."""
    honest = FORMS[name].picker

    def picker(sheet: Sheet) -> Pick:
        pick = honest(sheet)

        def changed(values: Any, bits: int, variant: int) -> Any:
            picked = pick(values, bits, variant)
            return picked and change(values, picked)

        return changed

    return picker


def _first(values: Any, picked: Any) -> Any:
    chosen, key = picked
    shown = chosen[OPTIONS]
    return chosen | {OPTIONS: (shown[key], *shown[:key], *shown[key + 1 :])}, 0


def test_a_key_that_is_always_first(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _planted(monkeypatch, "choice", picker=_picking("choice", _first))
    assert any("guessing 'first' is right in 100.0% of 300, at most 38.0%" in each for each in told)
    assert any("position of the key [300, 0, 0, 0]: p = " in each for each in told)


def test_a_key_that_is_the_longest_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def task(sheet: Sheet) -> Task:
        found = honest(sheet)
        key, *wrong = found.options
        return replace(found, options=(replace(key, text=f"{key.text} and nothing else"), *wrong))

    honest = FORMS["choice"].task
    told = _planted(monkeypatch, "choice", task=task)
    assert any("guessing 'longest text' is right in 100.0%" in each for each in told)


def test_a_key_that_is_the_smallest(monkeypatch: pytest.MonkeyPatch) -> None:
    def picker(sheet: Sheet) -> Pick:
        pick = honest(sheet)
        return lambda values, bits, variant: pick(values, bits - bits % 4, variant)  # these bits are the rank

    honest = FORMS["choice"].picker
    told = _planted(monkeypatch, "choice", picker=picker)
    assert any("guessing 'smallest' is right in 100.0%" in each for each in told)
    assert any("rank of the key [300, 0, 0, 0]: p = " in each for each in told)
    assert not any("position" in each for each in told)


def test_questions_that_come_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two variants that make no difference."""

    def picker(sheet: Sheet) -> Pick:
        pick = honest(sheet)
        return lambda values, bits, variant: (pick(values, bits, 0)[0] | {VARIANT: (variant,)}, 0)

    honest, moods = FORMS["open"].picker, ("kind", "stern")
    (told,) = _planted(
        monkeypatch, "open", "skip-gram-pairs", picker=picker, variant="mood", variants=lambda blueprint: moods
    )
    assert re.fullmatch(r"skip-gram-pairs open: \d+ questions twice of 300, at most 0", told)


def test_draws_that_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    picker = _picking("open", lambda values, picked: picked if values[0] % 5 < 2 else None)
    with pytest.raises(RecipeError):  # the form itself takes no structure of which most draws are refused
        _planted(monkeypatch, "open", picker=picker)
    monkeypatch.setattr(Form, "asks", lambda form, blueprint: form.takes(blueprint))
    (told,) = _planted(monkeypatch, "open", picker=picker)
    assert "of the draws passed over, fewer than 50%" in told


def test_statements_that_are_all_but_one_true(monkeypatch: pytest.MonkeyPatch) -> None:
    def pick(values: Any, picked: Any) -> Any:
        return picked if len(picked[0][ORDER]) == len(picked[0][OPTIONS]) - 1 else None

    monkeypatch.setattr(Form, "asks", lambda form, blueprint: form.takes(blueprint))
    told = _planted(monkeypatch, "select-all", picker=_picking("select-all", pick))
    assert any("guessing 'true of each' is right in" in each for each in told)


def test_steps_that_stand_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    def pick(values: Any, picked: Any) -> Any:
        right = sorted(picked[0][OPTIONS])
        return picked[0] | {OPTIONS: tuple(right[::-1]), ORDER: tuple(range(len(right)))[::-1]}, 0

    told = _planted(monkeypatch, "order-the-lines", picker=_picking("order-the-lines", pick))
    assert any("guessing 'reversed' is right in 100.0%" in each for each in told)


def test_values_that_stand_beside_their_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    def pick(values: Any, picked: Any) -> Any:
        chosen, key = picked
        wanted = [chosen[OPTIONS][place] for place in chosen[ORDER]]
        spare = [each for each in chosen[OPTIONS] if each not in wanted]
        return chosen | {OPTIONS: (*wanted, *spare), ORDER: tuple(range(len(wanted)))}, key

    told = _planted(monkeypatch, "match", picker=_picking("match", pick))
    assert any("guessing 'as they stand' is right in 100.0%" in each for each in told)
    assert any("guessing 'none: last' is right in 100.0%" in each for each in told)


# --- what guesses are ------------------------------------------------------------------------------------------------


def _options(*texts: str) -> list[dict[str, Any]]:
    return [{"text": text, "correct": False} for text in texts]


def test_guesses_among_numbers() -> None:
    asked = {"stem": "64 features", "options": _options("12,416", "640", "$64$", "9"), "answer": {"value": 2}}
    found = {name: hits for name, (hits, _) in guesses(asked, "one").items()}
    assert found == {
        "first": 0, "last": 0, "longest text": 0, "shortest text": 0, "odd one out": 0,
        "largest": 0, "smallest": 0, "middle": 1 / 2, "in the stem": 1,
    }  # fmt: skip
    assert {by_chance for _, by_chance in guesses(asked, "one").values()} == {1 / 4}


def test_guesses_among_statements() -> None:
    asked = {"stem": "", "options": _options("a b", "a c", "d"), "answer": {"value": [0, 1]}}
    asked["options"][0]["correct"] = asked["options"][1]["correct"] = True
    found = guesses(asked, "many")
    assert found["everything"] == (0, 1 / 6) and found["true of each"] == (2 / 3, 1 / 2)
    assert found["odd one out"] == (0, 1 / 2) and found["longest text"] == (1, 1 / 2)


def test_guesses_at_an_order() -> None:
    """Two of the six orders of three are right, where the first two steps may change places."""
    asked = {"uses": [[1, 2], [], []]}
    assert guesses(asked, "order") == {"as they stand": (0, 1 / 2), "reversed": (1, 1 / 2)}


def test_guesses_at_what_is_typed() -> None:
    asked = {"stem": "2 layers of $1{,}024$ and 2, $\\boxed{\\phantom{0000}}$", "blanks": [], "answer": {"value": 1024}}
    found = guesses(asked, "typed")
    assert found["largest number of the stem"] == (1, 1 / 2) and found["last number of the stem"] == (0, 1 / 2)
    assert not guesses(asked, "turned")


def test_numbers_are_read_as_they_are_shown() -> None:
    assert numbers_in("`Conv2D` 12,416 and $-0.5$, $12{,}416$ or −3; $o_{1}$, x2") == [12416, -0.5, 12416, -3]


def test_limits() -> None:
    assert limit(0.25, MANY) == pytest.approx(0.28)
    assert limit(0.25, 300) == pytest.approx(0.38)


def test_chance_is_that_of_the_tables() -> None:
    assert chance([10, 10, 10, 10]) == 1
    assert chance([60, 40]) == pytest.approx(0.0455, abs=1e-4)  # χ² = 4, one degree of freedom
    assert chance([35, 30, 20, 15]) == pytest.approx(0.0186, abs=1e-4)  # χ² = 10, three


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_table_and_the_data_say_the_same() -> None:
    ran = netdrill("stress", "lstm", "--form", "choice", "--form", "flash")
    assert (ran.code, ran.err) == (0, "") and "\x1b" not in ran.out
    head, *lines = ran.out.splitlines()
    assert head.split()[:3] == ["family", "form", "questions"]
    assert [line.split()[:3] for line in lines] == [["lstm", "choice", "36"], ["lstm", "flash", "36"]]
    told = json.loads(netdrill("stress", "lstm", "--json").out)
    assert told["over"] == [] and [each["form"] for each in told["figures"]] == ["choice", "flash", "explain-in-words"]


def test_what_is_over_a_threshold_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    form = replace(FORMS["choice"], picker=_picking("choice", _first))
    monkeypatch.setitem(FORMS, "choice", form)  # type: ignore[arg-type]
    ran = netdrill("stress", "lstm", "conv-output-size", "--form", "choice", "--count", 100)
    assert (ran.code, ran.err) == (1, "")
    assert "over: conv-output-size choice: guessing 'first' is right in 100.0% of 100, at most 45.3%" in ran.out


def test_what_cannot_be_stressed_is_one_line() -> None:
    assert "form 'open' cannot be made of lstm. Allowed: choice, flash" in refused(
        netdrill("stress", "lstm", "--form", "open")
    )
    assert "Did you mean 'lstm-step'?" in refused(netdrill("stress", "lstm-stp"))
    assert "unknown form 'chioce'" in refused(netdrill("stress", "--form", "chioce"))
    assert "'--count'" in refused(netdrill("stress", "--count", "0"))
