"""What a build writes: the same bytes again, all or nothing, and pages, keys and records that agree."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec
import pytest
from recipes import Item, build, contents, netdrill, records, refused, write

from generator import build as building
from generator.build import Summary
from generator.errors import NetdrillError
from generator.family import families
from generator.formats.apkg import notes
from generator.formats.md import escape
from generator.forms import FORMS
from generator.holes import PRIVATE
from generator.recipe import Item as Asked
from generator.recipe import numeric_axes

ROOT = Path(__file__).parent.parent
COUNTS: Item = {"family": "recurrent-parameters", "count": 5, "points": 2}
SIZES: Item = {"family": "conv-output-size", "form": "choice", "count": 4, "points": 1.5}
CARDS: Item = {"family": "lstm", "form": "flash", "count": 3}
PAIRS: Item = {"family": "skip-gram-pairs", "form": "choice", "count": 3}
STEPS: Item = {"family": "lstm-step", "count": 2, "units": 1, "features": [1, 2]}
MIXED = (COUNTS, SIZES, CARDS, PAIRS, STEPS)


# --- the same bytes ----------------------------------------------------------------------------------------------


def test_under_its_lock_a_build_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another clock, another epoch: what was stamped stays as it was."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.5)
    first = contents(build(tmp_path, *MIXED, versions=2).folder)
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.5)
    assert contents(build(tmp_path, *MIXED, versions=2).folder) == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert contents(build(tmp_path, *MIXED, versions=2).folder) == first
    drawn = {name for name in first if name.startswith("figures/")}
    assert len(drawn) == 1 and set(first) - drawn - {"figures"} == {
        *(f"{name}-{letter}.md" for name in ("worksheet", "answers") for letter in "AB"),
        *("deck.apkg", "questions.jsonl", "netdrill.lock"),
    }


def in_a_process(recipe: Path, root: Path, **environment: str) -> dict[str, bytes]:
    env = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    env |= {"PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, "-m", "generator.command", "build", str(recipe), "-o", str(root)]
    ran = subprocess.run(command, env=env, cwd=recipe.parent, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return contents(root / recipe.stem)


def test_another_process_writes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a lock under a fixed epoch, and under the lock with none; another hash seed, time zone and locale."""
    recipe = write(tmp_path, *MIXED)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    here = contents(build(tmp_path, *MIXED).folder)
    one = in_a_process(recipe, tmp_path / "one", PYTHONHASHSEED="1", TZ="Asia/Tokyo", SOURCE_DATE_EPOCH="1700000000")
    assert one == here
    again = in_a_process(recipe, tmp_path / "one", PYTHONHASHSEED="2", TZ="America/New_York", LC_ALL="C")
    assert again == here


def test_one_changed_wording_gets_one_new_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another answer on one card: its note is stamped anew, even if the clock went back; points stand on no note."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    built = build(tmp_path, COUNTS, CARDS)
    first = records(built)[-1]
    cards = families()["lstm"].build.__self__.cards  # type: ignore[attr-defined]
    card = cards[first["structure"]["card"]]
    monkeypatch.setitem(cards, card.id, msgspec.structs.replace(card, answer="Reworded."))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    build(tmp_path, COUNTS | {"points": 7}, CARDS)
    stamps = json.loads((built.folder / "netdrill.lock").read_text(encoding="utf-8"))["notes"]
    assert [record["id"] for record in records(built)][-1] == first["id"]
    for record in records(built):
        assert stamps[record["id"]][1] == 1_700_000_000 + (record["id"] == first["id"])


# --- files and folders -------------------------------------------------------------------------------------------


def test_stale_files_of_an_earlier_build_are_gone(tmp_path: Path) -> None:
    built = build(tmp_path, COUNTS, versions=3)
    assert len(list(built.folder.iterdir())) == 9
    single = build(tmp_path, COUNTS, formats=["md"])
    assert set(contents(built.folder)) == {"worksheet.md", "answers.md", "netdrill.lock"}
    assert {name for name, _ in single.files} == set(contents(built.folder))
    assert all(size == (built.folder / name).stat().st_size for name, size in single.files)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["test"], "something was left beside it"


def test_a_format_left_out_for_a_while_keeps_its_stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = contents(build(tmp_path, COUNTS).folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    build(tmp_path, COUNTS, formats=["md"])
    assert contents(build(tmp_path, COUNTS).folder) == first


def test_the_folder_keeps_its_mode_and_what_file_managers_leave_is_no_hindrance(tmp_path: Path) -> None:
    folder = build(tmp_path, CARDS, formats=["md"]).folder
    folder.chmod(0o750)
    (folder / ".DS_Store").write_bytes(b"x")
    build(tmp_path, CARDS, formats=["md"])
    assert folder.stat().st_mode & 0o777 == 0o750


def test_a_link_to_a_folder_is_built_into(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "test").symlink_to(tmp_path / "elsewhere")
    for _ in range(2):
        build(tmp_path, CARDS, formats=["md"])
    assert (tmp_path / "out" / "test").is_symlink()
    assert set(contents(tmp_path / "elsewhere")) == {"worksheet.md", "answers.md", "netdrill.lock"}
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", "out", "test.toml"}


def blocked(folder: Path, *part: str, root: str = "out") -> str:
    """What the command says when it cannot write; the folder must be as it was."""
    recipe = write(folder, CARDS)
    before = contents(folder)
    told = refused(netdrill("build", recipe, "-o", folder / root))
    assert contents(folder) == before
    for each in part:
        assert each in told, told
    return told


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "test").write_text("mine")
    blocked(tmp_path, str(tmp_path / "out" / "test"), "is a file")


@pytest.mark.parametrize("root", ["out", "out/deeper", "out/../out/deeper/still"])
def test_a_file_where_its_parent_should_be(root: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    told = blocked(tmp_path, root=root)
    assert "out: is a file" in told or "Not a directory" in told


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "test").symlink_to(tmp_path / "out" / "test")
    blocked(tmp_path, "symbolic links")
    (tmp_path / "out" / "test").unlink()
    (tmp_path / "out" / "test").symlink_to(tmp_path / "not" / "yet")
    build(tmp_path, CARDS, formats=["md"])
    assert (tmp_path / "not" / "yet" / "worksheet.md").is_file()


def test_a_way_round_about_is_checked_as_the_straight_one(tmp_path: Path) -> None:
    """``nowhere/..`` is no folder to look into, but the folder behind it is."""
    (tmp_path / "out" / "test").mkdir(parents=True)
    (tmp_path / "out" / "test" / "mine").write_text("mine")
    blocked(tmp_path, "holds 'mine'", root="nowhere/../out")


@pytest.mark.parametrize("foreign", ["notes.txt", ".hidden", "worksheet-B.md", "deeper"])
def test_a_folder_holding_a_foreign_file_is_left_alone(foreign: str, tmp_path: Path) -> None:
    folder = build(tmp_path, COUNTS, formats=["md"]).folder
    (folder / foreign).mkdir() if foreign == "deeper" else (folder / foreign).write_text("mine")
    blocked(tmp_path, f"holds '{foreign}'", "no netdrill.lock there says", "-o")


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out" / "test").mkdir(parents=True)
    for name in ("worksheet.md", "a", "b"):
        (tmp_path / "out" / "test" / name).write_text("mine")
    blocked(tmp_path, "holds 'a' and 2 more")


def test_folders_beside_it_are_never_touched(tmp_path: Path) -> None:
    """Not even those with names like the ones that a build works in."""
    for name in (".test.new", ".test.old", ".netdrill-x"):
        (tmp_path / "out" / name).mkdir(parents=True)
        (tmp_path / "out" / name / "mine").write_text("mine")
    before = contents(tmp_path / "out")
    build(tmp_path, CARDS, formats=["md"])
    build(tmp_path, CARDS, formats=["md"])
    after = contents(tmp_path / "out")
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 4


LOCKS = {
    "empty": "",
    "cut off": '{"lock": 1, "seed": 1, "pins": {"A/0',
    "not json": "<<<<<<< HEAD\n",
    "a list": "[]",
    "unknown key": '{"lock": 1, "sed": 1}',
    "pins of another kind": '{"lock": 1, "pins": {"A": [5]}}',
    "a stamp beyond time": '{"lock": 1, "notes": {"a": ["b", 99999999999999]}}',
    "a stamp before time": '{"lock": 1, "notes": {"a": ["b", -5]}}',
    "nested without end": '{"lock": 1, "pins": ' + "[" * 100_000,
}


@pytest.mark.parametrize("text", LOCKS.values(), ids=LOCKS)
def test_a_damaged_lock_is_one_clear_line(text: str, tmp_path: Path) -> None:
    folder = build(tmp_path, CARDS, formats=["md"]).folder
    (folder / "netdrill.lock").write_text(text, encoding="utf-8")
    told = blocked(tmp_path, str(folder / "netdrill.lock"), "is damaged; remove ")
    assert told.endswith("-o")


def test_a_lock_of_another_version_and_a_lock_that_is_a_folder(tmp_path: Path) -> None:
    folder = build(tmp_path, CARDS, formats=["md"]).folder
    (folder / "netdrill.lock").write_text('{"lock": 2}', encoding="utf-8")
    blocked(tmp_path, "a lock of version 2; this program reads version 1")
    (folder / "netdrill.lock").unlink()
    (folder / "netdrill.lock").mkdir()
    blocked(tmp_path, "netdrill.lock: cannot be read (Is a directory)")


@pytest.mark.parametrize("epoch", ["", "soon", "-1", "1.5", "1e9", "²", "١٢", "9" * 12, "9" * 30, " 5"])
def test_an_epoch_that_is_no_time(epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    blocked(tmp_path, f"SOURCE_DATE_EPOCH is '{epoch}'".rstrip(), "whole number of seconds")


@pytest.mark.parametrize("epoch", ["0", "1700000000", "253402300799"])
def test_any_epoch_up_to_the_year_9999(epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    stamps = json.loads((build(tmp_path, CARDS).folder / "netdrill.lock").read_text(encoding="utf-8"))["notes"]
    assert {when for _, when in stamps.values()} == {int(epoch)}


# --- all or nothing ----------------------------------------------------------------------------------------------

FAULTS = {
    "disk full": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "no permission": PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/somewhere/.netdrill-1/new/deck.apkg"),
    "interrupted": KeyboardInterrupt(),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("earlier", [False, True], ids=["new folder", "folder there"])
@pytest.mark.parametrize("name", ["md", "apkg", "jsonl"])
def test_a_fault_half_way_leaves_nothing(
    fault: BaseException, earlier: bool, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if earlier:
        build(tmp_path, COUNTS, CARDS)
    recipe = write(tmp_path, CARDS)
    before = contents(tmp_path)
    real = building.writer

    def writer(format: str) -> Any:
        def fail(bank: Any, folder: Path) -> None:
            (folder / "half").write_text("written")
            raise fault

        return fail if format == name else real(format)

    monkeypatch.setattr(building, "writer", writer)
    told = refused(_without_blank(netdrill("build", recipe, "-o", tmp_path / "out")))
    assert contents(tmp_path) == before
    if isinstance(fault, OSError):
        assert told == f"{tmp_path / 'out' / 'test'}: cannot be written ({fault.strerror})"
    else:
        assert told == "interrupted"


def _without_blank(ran: Any) -> Any:
    """click ends the line that ^C was typed into."""
    return ran._replace(err=ran.err.removeprefix("\n"))


@pytest.mark.parametrize("failing", [1, 2])
def test_a_fault_while_the_folders_change_places(failing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, COUNTS, CARDS)
    recipe = write(tmp_path, CARDS)
    before = contents(tmp_path)
    real, calls = Path.rename, iter(range(1, 9))

    def rename(path: Path, target: Path) -> Path:
        if next(calls) == failing:
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert refused(_without_blank(netdrill("build", recipe, "-o", tmp_path / "out"))) == "interrupted"
    assert contents(tmp_path) == before


def test_parents_made_for_it_are_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()

    def full(name: str) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(building, "writer", full)
    blocked(tmp_path, "No space left on device", root="a/b/c")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 kB."""
    place = Path(mkdtemp(dir=tmp_path))
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "netdrill-test", str(place)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full(small_disk: Path, tmp_path: Path) -> None:
    recipe = write(tmp_path, COUNTS | {"count": 20})
    assert netdrill("build", recipe, "-o", small_disk).code == 0
    before = contents(small_disk)
    bigger = write(tmp_path, COUNTS | {"count": 400})
    told = refused(netdrill("build", bigger, "-o", small_disk))
    assert "cannot be written (No space left on device)" in told
    assert contents(small_disk) == before
    told = refused(netdrill("build", bigger, "-o", small_disk / "new" / "folder"))
    assert "cannot be written (No space left on device)" in told
    assert contents(small_disk) == before


def test_a_folder_without_permission(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    if os.access(locked, os.W_OK):  # root may write anywhere, but not into /proc
        assert "cannot be written" in refused(netdrill("build", write(tmp_path, CARDS), "-o", "/proc/netdrill"))
    else:
        blocked(tmp_path, "cannot be written (Permission denied)", root="locked")


def test_build_raises_its_own_errors(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(NetdrillError, match="is a file"):
        build(tmp_path, CARDS)


# --- what the pages and records say ------------------------------------------------------------------------------

KEYS = {
    "schema": int, "id": str, "family": str, "form": str, "topic": str, "tags": list, "difficulty": int,
    "points": int | float, "convention": str, "structure": dict, "numbers": dict, "stem": str, "code": str,
    "figure": str | dict, "answer": dict, "options": list, "prompts": list, "blanks": list, "parts": dict,
    "slips": list, "rubric": list, "solution": dict, "hints": list, "model": dict | None, "sources": list,
}  # fmt: skip
OPTION = {"text": str, "correct": bool, "feedback": str, "slip": str, "credit": int | float}
STEP = {"text": str}  # an option to put in order, or to match with a prompt
BLANK = {
    "label": str, "kind": str, "value": object, "tolerance": int | float, "follow": str, "part": str,
    "share": int | float,
}  # fmt: skip
LINE = {"symbol": str, "expression": str, "substituted": str, "why": str}


MANY = 5  # of every family and form


def every() -> list[Item]:
    """An item for every family and form."""
    taken = {entry["id"]: entry["forms"] for entry in json.loads(netdrill("list", "--json").out)}
    return [{"family": name, "form": form, "count": MANY} for name, forms in taken.items() for form in forms]


@cache
def whole() -> tuple[list[dict[str, Any]], dict[str, str], Summary]:
    """Records and pages of a build of everything."""
    folder = Path(mkdtemp(prefix="netdrill-test-"))
    try:
        built = build(folder, *every(), course="Two $ and *stars*", formats=["md", "jsonl"])
        pages = {path.name: path.read_text(encoding="utf-8") for path in built.folder.glob("*.md")}
        return records(built), pages, built
    finally:
        shutil.rmtree(folder)


def test_every_record_has_the_documented_keys() -> None:
    found, _, _ = whole()
    assert len(found) == MANY * len(every())
    for record in found:
        assert list(record) == list(KEYS)
        for name, kind in KEYS.items():
            assert isinstance(record[name], kind) and not (kind is int and isinstance(record[name], bool)), name
        assert record["schema"] == 2
        assert re.fullmatch(r"[0-9a-f]{20}", record["id"])
        assert 1 <= record["difficulty"] <= 5
        assert record["convention"] in ("", "classic", "keras", "pytorch")
        assert len(record["hints"]) in (0, 1, 3) and all(isinstance(hint, str) and hint for hint in record["hints"])
        assert list(record["solution"]) == ["lines", "running", "closed_form", "remarks", "note"]
        for line in record["solution"]["lines"]:
            assert {name: type(line[name]) for name in LINE} == LINE and "value" in line
        for chain in record["solution"]["running"]:
            assert list(chain) == ["symbol", "steps"] and all(isinstance(step, str) for step in chain["steps"])
        if record["figure"]:
            assert list(record["figure"]) == ["name", "settings", "alt", "svg"]
            assert all(isinstance(record["figure"][name], str) for name in ("name", "alt", "svg"))
        for told in record["slips"]:
            assert list(told) == ["key", "value", "words", "credit"] and told["key"] and told["words"]
            assert 0 <= told["credit"] < 1
        assert all(isinstance(each, str) for each in (*record["prompts"], *record["solution"]["remarks"]))
        assert all(isinstance(part, str) and text for part, text in record["parts"].items())
        for blank in record["blanks"]:
            assert list(blank) == list(BLANK) and all(isinstance(blank[name], kind) for name, kind in BLANK.items())
            assert blank["part"] in ("", *record["parts"])


def test_every_record_has_what_its_form_asks_for() -> None:
    """Options to pick, to order or to match; prompts; blanks: each where the response needs them, and nowhere else."""
    for record in whole()[0]:
        response = FORMS[record["form"]].response
        assert bool(record["options"]) == (response in ("one", "many", "order", "match")), record["form"]
        assert bool(record["prompts"]) == (response == "match")
        assert bool(record["blanks"]) == (response == "blanks")
        assert bool(record["rubric"]) <= (response == "written")
        shape = OPTION if response in ("one", "many") else STEP
        for option in record["options"]:
            assert list(option) == list(shape)
            assert all(isinstance(option[name], kind) for name, kind in shape.items())
        assert len({option["text"] for option in record["options"]}) == len(record["options"])
        drawn = FORMS[record["form"]].variant
        assert not drawn or isinstance(record["numbers"][drawn], str)


def test_every_answer_is_of_its_kind() -> None:
    found, _, _ = whole()
    kinds = {record["answer"]["kind"] for record in found}
    assert kinds >= {*("integer", "vector", "expression", "words", "list"), *RESPONSES.values()}
    for record in found:
        answer = record["answer"]
        more = ["before"] if record["form"] == "order-the-lines" else []
        typed = answer["kind"] == "expression" and record["form"] in ("open", "flash", "fill-the-line")
        assert list(answer) == ["kind", "value", "tolerance", "unit", *more, *(["vocabulary"] if typed else [])]
        assert isinstance(answer["unit"], str)
        assert isinstance(answer["tolerance"], int | float) and answer["tolerance"] >= 0
        assert KINDS[answer["kind"]](answer["value"]), answer
        response = FORMS[record["form"]].response
        assert answer["kind"] == RESPONSES.get(response, answer["kind"]) and (
            response in RESPONSES or answer["kind"] not in RESPONSES.values()
        )
        if record["slips"] and answer["kind"] != "choice":
            values = [json.dumps(each["value"]) for each in record["slips"]]
            assert len(set(values)) == len(values) and json.dumps(answer["value"]) not in values


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


KINDS = {
    "integer": _whole,
    "decimal": lambda value: isinstance(value, int | float),
    "vector": lambda value: value and all(isinstance(each, int | float) for each in value),
    "matrix": lambda value: value and all(isinstance(each, int | float) for row in value for each in row),
    "shape": lambda value: value and all(map(_whole, value)),
    "expression": lambda value: list(value) == ["plain", "latex"] and all(value.values()),
    "letters": lambda value: len(set(value)) == len(value) >= 3 and all(re.fullmatch("[P-U]", each) for each in value),
    "words": lambda value: isinstance(value, str) and value,
    "list": lambda value: isinstance(value, list) and value,
    "choice": lambda value: value in range(4),
    "choices": lambda value: value and value == sorted(set(value)),
    "order": lambda value: sorted(value) == list(range(len(value))),
    "match": lambda value: len(set(value)) == len(value) >= 3 and all(place in range(7) for place in value),
    "blanks": lambda value: isinstance(value, list) and len(value) >= 2,
}
RESPONSES = {"one": "choice", "many": "choices", "order": "order", "match": "match", "blanks": "blanks"}


def test_a_choice_points_at_its_right_option() -> None:
    found = [record for record in whole()[0] if record["answer"]["kind"] == "choice"]
    assert len(found) >= 80
    for record in found:
        assert len(record["options"]) == 4
        for option in record["options"]:
            assert all(isinstance(option[name], kind) for name, kind in OPTION.items()) and list(option) == list(OPTION)
            assert option["correct"] == (not option["slip"])
            assert option["correct"] or 0 <= option["credit"] < 1
        assert [option["correct"] for option in record["options"]].index(True) == record["answer"]["value"]
        assert sum(option["correct"] for option in record["options"]) == 1
        assert len({option["text"] for option in record["options"]}) == 4


def test_the_right_option_has_the_whole_credit() -> None:
    found = [record for record in whole()[0] if record["answer"]["kind"] == "choice"]
    assert {record["options"][record["answer"]["value"]]["credit"] for record in found} == {1}


def questions(page: str) -> list[str]:
    """A page's questions, each from its heading on."""
    return re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]


def test_pages_number_their_questions_and_points() -> None:
    items = [COUNTS, SIZES, CARDS]
    folder = Path(mkdtemp(prefix="netdrill-test-"))
    try:
        built = build(folder, *items, versions=2, title="An exam", course="A course", formats=["md"])
        for name in ("worksheet", "answers"):
            for letter in "AB":
                page = (built.folder / f"{name}-{letter}.md").read_text(encoding="utf-8")
                points = ["2 points"] * 5 + ["1.5 points"] * 4 + ["1 point"] * 3
                heads = [f"## {number}. ({each})" for number, each in enumerate(points, 1)]
                assert re.findall(r"^## .*$", page, re.MULTILINE) == heads
                assert page.startswith("# An exam") and "\nA course\n" in page and f"Version **{letter}**" in page
                if name == "worksheet":
                    assert "12 questions, 19 points in all." in page
                    assert "Name: ___" in page and "Date: ___" in page
    finally:
        shutil.rmtree(folder)


def test_no_page_holds_what_was_not_filled() -> None:
    _, pages, _ = whole()
    assert set(pages) == {"worksheet.md", "answers.md"}
    for name, page in pages.items():
        for text in questions(page):
            outside = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
            for bad in ("[[", "]]", "[%", "None", "nan", "inf", "Sym("):
                found = re.search(rf"(?<![a-z]){re.escape(bad)}(?![a-z]|[.:] | of)", outside)
                assert not found, f"{name}: {bad!r} in {text}"
            assert not PRIVATE.search(text), f"{name}: a hole is left in {text}"
            assert len(re.findall(r"(?<!\\)\$\$", outside)) % 2 == 0, f"{name}: unbalanced $$ in {text}"
            single = re.findall(r"(?<!\\)\$", re.sub(r"\$\$.*?\$\$", "", outside, flags=re.DOTALL))
            assert len(single) % 2 == 0, f"{name}: unbalanced $ in {text}"
            for formula in re.findall(r"\$\$(.*?)\$\$|\$(.*?)\$", outside, flags=re.DOTALL):
                latex = "".join(formula).replace(r"\{", "").replace(r"\}", "")
                assert latex.count("{") == latex.count("}"), f"{name}: unbalanced braces in {latex}"
                assert latex.strip(), f"{name}: an empty formula in {text}"
            assert text.count("```") % 2 == 0


def test_a_worksheet_holds_no_solution() -> None:
    found, pages, _ = whole()
    asked, told = questions(pages["worksheet.md"]), questions(pages["answers.md"])
    assert len(asked) == len(told) == len(found)
    for record, page in zip(found, asked, strict=True):
        for option in record["options"]:
            assert "feedback" not in option or option["feedback"] not in page
        for line in record["solution"]["lines"]:
            assert ": " not in line["why"] or line["why"] not in page
        for told in record["slips"]:
            assert told["words"] not in page
        for remark in record["solution"]["remarks"]:
            assert not remark or remark not in page
        for word in ("**Answer", "Right", "True: ", "False. ", "Step by step", "In one go", record["id"]):
            assert word not in page
        response = FORMS[record["form"]].response
        boxes, places = page.count("- [ ] **"), len(re.findall(r"_{6,}", page))
        wanted = {"one": (4, 0), "many": (len(record["options"]), 0), "order": (0, 1), "written": (0, 3)}
        wanted |= {"match": (0, len(record["prompts"])), "blanks": (0, len(record["blanks"]))}
        assert (boxes, places) == wanted.get(response, (0, 1)), page
        assert ("Answer: ___" in page) == (response in ("typed", "turned"))


def test_the_key_agrees_with_the_records() -> None:
    found, pages, _ = whole()
    pairs = zip(found, questions(pages["worksheet.md"]), questions(pages["answers.md"]), strict=True)
    for number, (record, page, key) in enumerate(pairs, 1):
        assert page.startswith(f"## {number:,}. (") and key.startswith(f"## {number:,}. (")
        assert re.search(rf"<sub>{record['id']}( · notes .+)?</sub>", key)
        answer = record["answer"]
        told = _squeezed(re.search(r"\*\*Answer:?.*?(?=\n\n)", key, re.DOTALL)[0]).replace("{,}", ",")  # type: ignore[index]
        if answer["kind"] == "choice":
            letter = "ABCD"[answer["value"]]
            assert f"**Answer: {letter}** " in key
            shown = re.findall(r"^- \[ \] \*\*([A-D])\.\*\* ", page, re.MULTILINE)
            assert shown == ["A", "B", "C", "D"]
            right = record["options"][answer["value"]]
            assert _line(key, f"- **{letter}.** ").count(_squeezed(right["feedback"]))
            assert all(_plain(option["feedback"]) in _plain(key) for option in record["options"])
        elif answer["kind"] in ("choices", "order", "match"):
            assert told == f"**Answer:** {', '.join('ABCDEFGHIJ'[place] for place in answer['value'])}"
            shown = re.findall(r"^- (?:\[ \] )?\*\*([A-J])\.\*\* ", page, re.MULTILINE)
            assert shown == list("ABCDEFGHIJ"[: len(record["options"])])
        elif answer["kind"] == "blanks":
            assert all(f"({place}) " in told for place in range(1, len(record["blanks"]) + 1))
            assert all(f"{blank['value']:,}" in told for blank in record["blanks"] if blank["kind"] == "integer")
        elif answer["kind"] == "integer":
            assert f"{answer['value']:,}" in told
        assert all(_plain(remark) in _plain(key) for remark in record["solution"]["remarks"])


def _line(text: str, start: str) -> str:
    return _squeezed(text)[_squeezed(text).index(start) :]


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Without the backslashes of Markdown or LaTeX."""
    return _squeezed(text.replace("\\", ""))


def test_math_is_not_escaped_as_words_are() -> None:
    """A double backslash in math ends a row; before a letter it is a command written wrong."""
    for name, page in whole()[1].items():
        for text in questions(page):
            for formula in re.findall(r"\$\$.*?\$\$|\$.*?\$", text, flags=re.DOTALL):
                assert not re.search(r"\\\\[a-z]", formula), f"{name}: {formula}"


def test_words_are_escaped_in_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences with characters that would start markup, put in place of the shipped ones."""
    nasty = ("a*b", "_c_", "`d`", "[e](f)", "<g>", "#h", "$i|j", "k\\l", "&amp;")
    family = families()["skip-gram-pairs"]
    real = family.problem

    def problem(structure: Any) -> Any:
        found = real(structure)
        assert found
        numbers = {sym: type(axis)((nasty,)) if sym.name == "sentence" else axis for sym, axis in found.numbers.items()}
        return type(found)(**{**vars(found), "numbers": numbers})

    monkeypatch.setattr(type(family), "problem", lambda each, structure: problem(structure))
    built = build(tmp_path, {"family": "skip-gram-pairs", "count": 8}, formats=["md", "jsonl"])
    page = (built.folder / "worksheet.md").read_text(encoding="utf-8")
    for word in nasty:
        escaped = "".join("\\" + char if char in "\\`*_[]<>#$|" else char for char in word)
        assert escaped in page
    assert all(tuple(record["numbers"]["sentence"]) == nasty for record in records(built))
    assert any("a*b" in record["stem"] or "a\\*b" in record["stem"] for record in records(built))


@pytest.mark.parametrize("title", ["A::B", ":::", 'The "exam"', "A:", "x" * 200, "$5 & <b>", "[[ x ]] [% if %]"])
def test_any_title_makes_decks_and_pages(title: str, tmp_path: Path) -> None:
    built = build(tmp_path, CARDS, title=title, course="[[ y ]]")
    assert (built.folder / "worksheet.md").read_text(encoding="utf-8").startswith(f"# {escape(title)}\n")


def test_decks_are_named_by_title_and_topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    banks = []
    real = building.writer
    monkeypatch.setattr(
        building, "writer", lambda name: lambda bank, folder: (banks.append(bank), real(name)(bank, folder))
    )
    build(tmp_path, SIZES, CARDS, COUNTS, title='A::"B": C:', formats=["apkg"])
    made = notes(banks[0])
    assert list(dict.fromkeys(note.deck for note in made)) == [
        "A:'B': C::01 Shapes",
        "A:'B': C::02 LSTM",
        "A:'B': C::03 Counting parameters",
    ]
    assert [note.due for note in made] == list(range(1, 13))
    assert all(not re.search(r"[\s\"]", tag) and tag == tag.lower() for note in made for tag in note.tags)


def test_axes_have_plain_names() -> None:
    for family in families().values():
        for name in (*family.axes, *numeric_axes(family)):
            assert re.fullmatch(r"[a-zA-Z][a-zA-Z_0-9]*", name)
            taken = {"count", "family", "topic", "form", "difficulty", "points", "mental"}
            taken |= {form.variant for form in FORMS.values()}
            assert name not in taken, f"{family.id}: {name}"


def test_items_are_hashed_by_what_they_ask() -> None:
    one = Asked("a", ("open",), 1, 1, ("lstm-step",), None, {"units": 1, "features": 2})
    two = Asked("b", ("open",), 9, 5, ("lstm-step",), None, {"features": 2, "units": 1})
    assert one.key == two.key
