"""The command as a person and a program meet it: list, show, new, help, and what goes wrong."""

from __future__ import annotations

import json
import operator
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import click
import pytest
from conftest import evaluate, work
from recipes import build, contents, ids, netdrill, refused, write

from generator.command import main
from generator.command import netdrill as group
from generator.derivation import Problem
from generator.family import Family, families, find, word
from generator.formats import FORMATS
from generator.forms import FORMS
from generator.pool import EXAM, PRACTICE
from generator.recipe import numeric_axes

ROOT = Path(__file__).parent.parent
COUNTED = 5000  # families with so few draws are counted one by one
ENTRIES = json.loads(netdrill("list", "--json").out)
TAKEN = {entry["id"]: entry["forms"] for entry in ENTRIES}
ASKED = [(name, form) for name, forms in TAKEN.items() for form in forms]
each_family = pytest.mark.parametrize("family", families().values(), ids=list(families()))


# --- list --------------------------------------------------------------------------------------------------------


def test_list_as_json_has_exactly_its_keys() -> None:
    assert [entry["id"] for entry in ENTRIES] == list(families())
    for entry in ENTRIES:
        kinds = {name: type(value) for name, value in entry.items()}
        assert list(kinds.items()) == [
            ("id", str), ("topic", str), ("structures", int), ("questions", int),
            ("exact", bool), ("forms", list), ("asks", str),
        ]  # fmt: skip
        assert entry["forms"] and set(entry["forms"]) <= set(FORMS)
        assert entry["topic"] and entry["asks"] and entry["questions"] >= entry["structures"] >= 1


def draws(problem: Problem) -> Iterator[dict[str, object]]:
    """Every raw draw, by the name of each number."""
    parts = [(part.name, axis.values) for sym, axis in problem.numbers.items() for part in sym.parts]
    for values in product(*(values for _, values in parts)):
        yield dict(zip((name for name, _ in parts), values, strict=True))


RELATIONS = {"<": operator.lt, "<=": operator.le, "!=": operator.ne}


def kept(family: Family, problem: Problem, draw: dict[str, object]) -> bool:
    """The families' conditions in plain Python."""
    if family.id in ("skip-gram-pairs", "cbow-contexts"):
        sentence, place = draw["sentence"], draw["position"]
        assert isinstance(sentence, tuple) and isinstance(place, int)
        return place <= len(sentence) and sentence.count(sentence[place - 1]) == 1
    if not draw:
        return True
    values = work(problem, draw)
    return all(RELATIONS[c.relation](evaluate(c.left, values), evaluate(c.right, values)) for c in problem.where)


@each_family
def test_counts_are_those_of_a_second_way(family: Family) -> None:
    entry = next(entry for entry in ENTRIES if entry["id"] == family.id)
    problems = [(s, problem) for s in family.structures() if (problem := family.problem(s))]
    assert entry["structures"] == len(problems)
    raw = sum(_raw(problem) for _, problem in problems)
    if raw > COUNTED:
        assert entry["questions"] <= raw
        return
    counted = sum(kept(family, problem, draw) for _, problem in problems for draw in draws(problem))
    assert entry["exact"] and entry["questions"] == counted


def _raw(problem: Problem) -> int:
    size = 1
    for sym, axis in problem.numbers.items():
        size *= axis.size ** len(sym.parts)
    return size


def _cards(deck: str, key: str) -> int:
    """How many cards of a shipped concept deck have this key."""
    file = ROOT / "decks" / "concepts" / f"{deck}.toml"
    return sum(key in card for card in tomllib.loads(file.read_text(encoding="utf-8"))["card"])


def test_an_exact_count_is_what_can_be_built(tmp_path: Path) -> None:
    for name, form, count in (("skip-gram-pairs", "open", 1260), ("lstm", "flash", _cards("lstm", "id"))):
        entry = next(entry for entry in ENTRIES if entry["id"] == name)
        assert (entry["questions"], entry["exact"]) == (count, True)
        item = {"family": name, "form": form}
        found: set[str] = set()
        for pool in (PRACTICE, EXAM):
            more = write(tmp_path, item | {"count": count + 1}, pool=pool)
            told = refused(netdrill("build", more, "-o", tmp_path / "more"))
            if pool == EXAM and "has only questions of small spaces" in told:
                continue
            there = int(re.search(r"there are only ([\d,]+)", told)[1].replace(",", ""))
            built = build(tmp_path, item | {"count": there}, pool=pool, formats=["jsonl"])
            assert len(ids(built)) == there
            found |= set(ids(built))
        assert len(found) == count


def test_estimates_are_said_to_be() -> None:
    told = netdrill("list").out
    for entry in ENTRIES:
        line = next(line for line in told.splitlines() if line.startswith(f"  {entry['id']}  "))
        assert ("about " in line) == (not entry["exact"])
        assert all(form in line for form in entry["forms"])
        assert entry["asks"] in told and f"\n{entry['topic']}\n" in f"\n{told}"
    assert "\x1b" not in told, "colours in a pipe"


def test_every_form_has_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Markdown table of families by forms; what can be counted is what can be drawn, the rest is said to be about."""
    few = {name: find(name) for name in ("lstm", "skip-gram-pairs", "conv-output-size")}
    monkeypatch.setattr("generator.family.families", lambda: few)
    head, rule, *rows = netdrill("list", "--forms").out.splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in (head, *rows)]
    assert cells[0] == ["family", *FORMS] and len(rule.split("|")) == len(head.split("|"))
    for name, *counts in cells[1:]:
        told = dict(zip(FORMS, counts, strict=True))
        assert [form for form, count in told.items() if count != "–"] == TAKEN[name]
        numbers = {form: int(count.strip("≈ ").replace(",", "")) for form, count in told.items() if count != "–"}
        assert all(count >= 1 for count in numbers.values())
        if name == "conv-output-size":
            entry = next(entry for entry in ENTRIES if entry["id"] == name)
            assert told["open"].startswith("≈ ") and 0.8 < numbers["open"] / entry["questions"] < 1.25
        else:
            keys = {"choice": "wrong", "flash": "id", "explain-in-words": "model_answer"}
            assert numbers == {form: _cards(name, keys[form]) if name == "lstm" else 1260 for form in TAKEN[name]}


# --- show --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family, form", ASKED)
def test_show_every_family_in_every_form(family: str, form: str) -> None:
    page = netdrill("show", family, "--form", form)
    assert (page.code, page.err) == (0, "")
    assert page.out.startswith("## 1. (1 point)") and "**Answer" in page.out and "\x1b" not in page.out
    record = json.loads(netdrill("show", family, "--form", form, "--format", "json").out)
    assert (record["family"], record["form"]) == (family, form)
    assert re.search(rf"<sub>{record['id']}( · notes .+)?</sub>", page.out), "the same question in both shapes"
    if record["answer"]["kind"] in ("integer", "choice"):
        assert record["stem"] in page.out


@each_family
def test_show_takes_every_axis(family: Family) -> None:
    """Each value of a structural axis; of a drawn one the first."""
    for name, values in family.axes.items():
        for value in values:
            assert _one(family, name, word(value))["structure"][name] == word(value)
    arrays = {sym.name for problem in _problems(family) for sym in problem.numbers if sym.shape}
    for name, axis in numeric_axes(family).items():
        value = axis.values[0]
        if name in arrays and _refuses_all_alike(family, name, value):
            continue
        told = _one(family, name, " ".join(value) if isinstance(value, tuple) else value)
        assert _first(told["numbers"][name], value) == (list(value) if isinstance(value, tuple) else value)


def _problems(family: Family) -> list[Problem]:
    return [problem for structure in family.structures() if (problem := family.problem(structure))]


def _refuses_all_alike(family: Family, name: str, value: object) -> bool:
    """Whether an array may not be the same everywhere, and the command says so."""
    ran = netdrill("show", family.id, "--set", f"{name}={value}", "--format", "json")
    return ran.code == 2 and ran.err == f"netdrill: show {family.id}: the restrictions leave no question\n"


def _one(family: Family, name: str, value: object) -> dict[str, dict[str, object]]:
    setting = f"{name}={str(value).lower() if isinstance(value, bool) else value}"
    ran = netdrill("show", family.id, "--set", setting, "--format", "json")
    assert ran.code == 0, f"--set {setting}: {ran.err}"
    record: dict[str, dict[str, object]] = json.loads(ran.out)
    return record


def _first(shown: object, value: object) -> object:
    """An entry of an array, where the axis is that of its entries."""
    while isinstance(shown, list) and not isinstance(value, tuple):
        shown = shown[0]
    return shown


def test_show_takes_several_settings_and_another_seed() -> None:
    fixed = ("--set", "cell=LSTM", "--set", "units = 32", "--set", "bias=true", "--set", "convention=keras")
    record = json.loads(
        netdrill("show", "recurrent-parameters", *fixed, "--set", "features=64", "--format", "json").out
    )
    assert record["answer"]["value"] == 4 * 32 * (64 + 32 + 1)
    two = [json.loads(netdrill("show", "lstm-step", "--seed", seed, "--format", "json").out)["id"] for seed in (1, 2)]
    assert two[0] != two[1]


SHOWN = {
    "unknown family": (["lstm-stp"], ["unknown family 'lstm-stp'", "Did you mean 'lstm-step'?"]),
    "unknown form": (
        ["lstm-step", "--form", "chioce"],
        ["unknown form 'chioce'", "'choice'?", ", ".join(sorted(FORMS))],
    ),
    "form not taken": (["lstm", "--form", "open"], ["form 'open' cannot be made of lstm. Allowed: choice, flash"]),
    "no equals sign": (["lstm-step", "--set", "units"], ["--set: 'units' is not of the form KEY=VALUE"]),
    "no key": (["lstm-step", "--set", "=3"], ["not of the form KEY=VALUE"]),
    "unknown axis": (["lstm-step", "--set", "unit=3"], ["unknown key 'unit'", "Did you mean 'units'?"]),
    "value not there": (["lstm-step", "--set", "units=9"], ["units: 9 is not allowed. Allowed: 1, 2, 3"]),
    "value of another kind": (["lstm-step", "--set", "units=nan"], ["units: nan is not allowed"]),
    "nothing left": (["conv-output-size", "--set", "size=5", "--set", "kernel=9"], ["leave no question"]),
    "seed is no number": (["lstm-step", "--seed", "x"], ["'--seed'", "not a valid integer"]),
    "unknown format": (["lstm-step", "--format", "html"], ["'md', 'json'"]),
    "family missing": ([], ["Missing argument 'FAMILY'"]),
}


@pytest.mark.parametrize("arguments, parts", SHOWN.values(), ids=SHOWN)
def test_show_refuses_in_one_line(arguments: list[str], parts: list[str]) -> None:
    told = refused(netdrill("show", *arguments))
    for part in parts:
        assert part in told, told


# --- build -------------------------------------------------------------------------------------------------------

ALLOWED = ", ".join(FORMATS)
BUILT = {
    "versions": (["--versions", "1001"], ["--versions: 1,001 is out of range. Allowed: 1 to 1,000"]),
    "no version": (["--versions", "0"], ["--versions: 0 is out of range"]),
    "unknown format": (["--formats", "md,odt"], [f"--formats: unknown format 'odt'. Allowed: {ALLOWED}"]),
    "no format": (["--formats", " , "], [f"--formats: names no format. Allowed: {ALLOWED}"]),
    "seed is no number": (["--seed", "1.5"], ["'--seed'", "not a valid integer"]),
    "unknown option": (["--fromats", "md"], ["--fromats", "--formats"]),
    "too many arguments": (["two"], ["unexpected extra argument"]),
}


@pytest.mark.parametrize("arguments, parts", BUILT.values(), ids=BUILT)
def test_build_refuses_in_one_line(
    arguments: list[str], parts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = refused(netdrill("build", "exam-practice", *arguments))
    for part in parts:
        assert part in told, told
    assert not contents(tmp_path)


def test_build_takes_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = write(tmp_path, {"family": "recurrent-parameters", "count": 2}, name="my exam.toml")
    ran = netdrill("build", recipe, "--versions", 2, "--formats", "jsonl, md", "--seed", 7)
    assert (ran.code, ran.err) == (0, "")
    folder = tmp_path / "out" / "my exam"
    names = ["answers-A.md", "answers-B.md", "questions.jsonl", "worksheet-A.md", "worksheet-B.md", "netdrill.lock"]
    lines = ran.out.splitlines()
    assert lines[0] == "2 questions in 2 versions in out/my exam/"
    assert [line.split()[0] for line in lines[1:]] == names
    assert set(contents(folder)) == set(names)
    assert not netdrill("build", recipe, "--formats", "jsonl", "--seed", 7).out.count("note:")
    again = netdrill("build", recipe, "--seed", 8, "--relock")
    assert "note: all questions were drawn anew (--relock)" in again.out
    assert "note: the seed changed from 8 to 1" in netdrill("build", recipe).out


@pytest.mark.parametrize("root", ["", ".", "deep/er/still", "a/../b", "with space", "ünïcode", "--"])
def test_build_into_odd_places(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = write(tmp_path, {"family": "lstm", "form": "flash", "count": 1})
    for _ in range(2):
        assert netdrill("build", recipe, f"--output={root}").code == 0
    folder = Path(os.path.realpath(tmp_path / root / "test"))
    assert set(contents(folder)) == {"worksheet.md", "answers.md", "deck.apkg", "questions.jsonl", "netdrill.lock"}


def test_an_interruption_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("generator.build.draw", stop)
    ran = netdrill("build")
    assert (ran.code, ran.err.strip()) == (2, "netdrill: interrupted")
    assert not contents(tmp_path)


# --- new ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my-exam", "my-exam.toml", "Über_uns 2", 'it\'s "so"', "back\\slash", "{brace}", "-"])
def test_new_writes_a_recipe_that_builds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = netdrill("new", "--", name)
    assert (ran.code, ran.err) == (0, "")
    (path,) = tmp_path.iterdir()
    assert path.name == f"{name.removesuffix('.toml')}.toml" and path.name in ran.out
    text = path.read_text(encoding="utf-8")
    assert text.count("# ") >= 5, "few comments"
    built = netdrill("build", "--", path.name)
    assert (built.code, built.err) == (0, "")
    assert built.out.startswith("18 questions in ")


def test_new_never_writes_over_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    netdrill("new", "mine")
    Path("mine.toml").write_text("mine")
    assert refused(netdrill("new", "mine")) == "mine.toml: is there already"
    assert refused(netdrill("new", "mine.toml")) == "mine.toml: is there already"
    assert Path("mine.toml").read_text() == "mine"
    assert refused(netdrill("new", "none/mine")) == "none/mine.toml: cannot be written (No such file or directory)"
    assert refused(netdrill("new", "mine.toml/mine")).startswith("mine.toml/mine.toml: cannot be written")
    assert "must be printable and must not begin with a dot" in refused(netdrill("new", ".."))
    assert "must be printable and must not begin with a dot" in refused(netdrill("new", ""))
    assert "must be printable and must not begin with a dot" in refused(netdrill("new", "a\nb"))
    assert "File name too long" in refused(netdrill("new", "x" * 300))
    assert "Missing argument 'NAME'" in refused(netdrill("new"))
    assert set(contents(tmp_path)) == {"mine.toml"}


def test_new_on_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    monkeypatch.chdir(tmp_path)
    real = Path.open
    made: list[Path] = []

    def full(path: Path, mode: str = "r", **options: Any) -> object:
        if mode != "x":
            return real(path, mode, **options)
        made.append(path)
        real(path, "x").close()
        return real(Path("/dev/full"), "w", encoding="utf-8")

    monkeypatch.setattr(Path, "open", full)
    told = refused(netdrill("new", "mine"))
    assert told == "mine.toml: cannot be written (No space left on device)"
    assert made and not contents(tmp_path)


# --- help, pipes, processes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", *group.commands])
def test_help_explains_by_example(name: str) -> None:
    for flag in ("--help", "-h"):
        ran = netdrill(*filter(None, [name]), flag)
        assert (ran.code, ran.err) == (0, "")
        assert re.search(rf"^  netdrill {name}.*$", ran.out, re.MULTILINE), ran.out
    command = group.commands[name] if name else group
    for option in command.params:
        assert isinstance(option, click.Argument) or (option.help or "").endswith(".") or option.name == "shape"


CARDS = """\
title = "Cards"
topic = "Cards"
[[card]]
id = "epoch"
question = "What is an epoch?"
answer = "A pass through the training set."
objective = "define"
difficulty = 1
source = "002"
tags = ["epoch"]
"""


def test_help_examples_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example of every help text does what it says, in the order in which a reader would try them."""
    monkeypatch.chdir(tmp_path)
    for name in ("model.json", "model.keras", "models.jsonl"):
        Path(name).write_text('{"input": [4], "layers": [{"type": "Dense", "units": 2}]}\n', encoding="utf-8")
    Path("my-cards.toml").write_text(CARDS, encoding="utf-8")
    texts = [netdrill("--help").out, *(netdrill(name, "--help").out for name in group.commands)]
    examples = [line.strip() for text in texts for line in text.splitlines() if line.startswith("  netdrill ")]
    examples = [part.strip() for line in examples for part in re.split(r"  +|&&", line) if part.startswith("netdrill")]
    examples = [line.split(" > ")[0] for line in examples]
    writes = re.compile(r"netdrill (build|replace)\b(?!.*--formats)")
    examples = [line + " --formats md" if writes.match(line) else line for line in examples]
    assert len(examples) >= 12
    for example in dict.fromkeys(examples):
        if "new" in example:
            Path("my-exam.toml").unlink(missing_ok=True)
        code = re.search(r"\b\w{4}-\w{4}$", example) if example.startswith("netdrill key") else None
        if code:  # the paper's own
            text = Path("out/instructor-exam/worksheet.md").read_text(encoding="utf-8")
            example = example.replace(code[0], re.search(r"Code `(\S+)`", text)[1])  # noqa: PLW2901
        ran = netdrill(*example.split()[1:])
        assert ran.code == 0, f"{example}: {ran.err}"


def test_without_arguments_the_help_is_shown() -> None:
    assert netdrill().out == netdrill("--help").out
    assert "No such command 'bild'. Did you mean 'build'?" in refused(netdrill("bild"))
    assert netdrill("--version").out.startswith("netdrill")


def process(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "generator.command", *arguments]
    return subprocess.Popen(command, env=env, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["show", "lstm-step"]])
def test_a_pipe_closed_early_is_no_fault(arguments: list[str]) -> None:
    """As in ``netdrill list | head -1``."""
    reading, writing = os.pipe()
    os.close(reading)
    ran = process(*arguments, stdout=writing)
    os.close(writing)
    _, err = ran.communicate()
    assert err == b""


def test_a_terminal_that_knows_only_ascii(tmp_path: Path) -> None:
    """Names and signs that it cannot show are escaped, and nothing breaks."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    for arguments in (["show", "conv-output-size"], ["build", "ünbekannt.toml"]):
        command = [sys.executable, "-m", "generator.command", *arguments]
        ran = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, check=False)
        assert b"Traceback" not in ran.stderr
        assert ran.returncode == (0 if arguments[0] == "show" else 2), ran.stderr


def test_main_leaves_by_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["show", "none"])
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("netdrill: unknown family 'none'")
