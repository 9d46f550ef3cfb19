"""Printed papers: all that they must say stands in the PDF, nothing runs off a page, and the bytes are the same."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from recipes import Item, build, contents, records

from generator.errors import RecipeError
from generator.layout import Layout, languages, read_layout
from generator.printing import pandoc
from generator.printing.pandoc import PrintError, needed
from generator.printing.paper import share

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")
pytest.importorskip("pypandoc")

MIX: Item = {"family": "text-classifier-parameters", "form": "mix", "count": 8, "points": 2}
STEP: Item = {"family": "lstm-step", "units": 2, "features": 2, "count": 1, "points": 5, "answer_space": "grid"}
PAIRS: Item = {"family": "skip-gram-pairs", "count": 2, "space": 2.5}
CARDS: Item = {"family": "lstm", "form": ["flash", "choice"], "count": 4}
BPTT: Item = {"family": "bptt-recurrent-weight", "count": 1, "points": 4}
ITEMS = (MIX, STEP, PAIRS, CARDS, BPTT)
EVERYTHING = {
    "paper": "letter", "columns": 2, "cover": True, "duplex": True, "id": True, "time": 45, "date": "1 May",
    "instructions": "- No *books*\n- $\\frac{a}{b}$ is given", "grading_table": True, "answer_space": "lined",
    "logo": "logo.svg", "font_size": 10,
}  # fmt: skip
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><rect width="60" height="30"/></svg>'


def pages(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def words(text: str) -> list[str]:
    """The words of a text without its formulas and its code."""
    text = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\*", " ", text, flags=re.DOTALL)
    return re.findall(r"[A-Za-z]{3,}", text)


def joined(text: str) -> str:
    """Letters alone: a PDF breaks words, and sets some letters as one."""
    for sign, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(sign, letters)
    return re.sub(r"[^A-Za-z]", "", text)


def built(folder: Path, formats: list[str], **keys: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    return build(folder, *ITEMS, formats=[*formats, "jsonl"], **keys).folder


def test_the_paper_asks_everything_and_the_key_answers_it(tmp_path: Path) -> None:
    folder = built(tmp_path, ["pdf"])
    paper, key = (joined("".join(pages(folder / name))) for name in ("worksheet.pdf", "answers.pdf"))
    for record in records(folder):
        missing = [word for word in words(record["stem"]) if word not in paper]
        assert not missing, (record["id"], missing)
        assert record["id"] not in "".join(pages(folder / "worksheet.pdf"))
        for option in record["options"]:
            assert all(word in paper for word in words(option["text"])), option
            assert all(word in key for word in words(option.get("feedback", ""))), option
        for line in record["solution"]["lines"]:
            assert all(word in key for word in words(line["why"])), line
    for told in ("Stepbystep", "Inonego", "Theoptions"):
        assert told in key and told not in paper


def test_no_tex_is_left_and_nothing_runs_off_the_page(tmp_path: Path) -> None:
    for layout in ({}, EVERYTHING):
        folder = built(tmp_path / str(len(layout)), ["pdf"], layout=layout)
        for path in folder.glob("*.pdf"):
            reader = pypdf.PdfReader(path)
            assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
            for page in reader.pages:
                assert not re.search(r"\\|\$|\{,\}|:::", page.extract_text())
                right = float(page.mediabox.width) - 2.2 / 2.54 * 72 + 2
                found: list[float] = []
                page.extract_text(visitor_text=lambda text, cm, tm, *_: found.append(cm[4] + tm[4]) if text else None)  # noqa: B023
                assert max(found) < right


def test_versions_have_papers_of_their_own_and_one_file_of_all(tmp_path: Path) -> None:
    folder = built(tmp_path, ["pdf"], versions=2, layout={"duplex": True})
    names = {path.name for path in folder.glob("*.pdf")}
    assert names == {f"{name}.pdf" for name in ("worksheet-A", "worksheet-B", "answers-A", "answers-B", "worksheets")}
    one, two, every = (pages(folder / f"{name}.pdf") for name in ("worksheet-A", "worksheet-B", "worksheets"))
    between = len(one) % 2  # an empty page, so that the next paper begins on a sheet of its own
    assert every == [*one, *[""] * between, *two]
    for found, letter in ((one, "A"), (two, "B")):
        for number, page in enumerate(found, 1):
            assert f"Page {number} of {len(found)}" in page and f"Version {letter}" in page


def test_a_second_run_writes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    formats = ["pdf", "docx", "html"]
    first = contents(built(tmp_path, formats, layout=EVERYTHING, seed="random"))
    assert contents(built(tmp_path, formats, layout=EVERYTHING, seed="random")) == first


def test_word_has_equations_of_its_own_and_html_needs_no_other_file(tmp_path: Path) -> None:
    folder = built(tmp_path, ["docx", "html"], layout=EVERYTHING, seed="random")
    for name in ("worksheet", "answers"):
        with zipfile.ZipFile(io.BytesIO((folder / f"{name}.docx").read_bytes())) as word:
            text = word.read("word/document.xml").decode()
        page = (folder / f"{name}.html").read_text(encoding="utf-8")
        assert "<m:oMath>" in text and "<math" in page
        for found in ("".join(re.findall(r"<w:t[^>]*>([^<]*)", text)), page.split("<body>")[1]):
            plain = re.sub(r"<annotation.*?</annotation>", "", found, flags=re.DOTALL)
            assert not re.search(r"\\[a-z]{2,}|\$[^$]*\$|:::", plain)
        assert not re.search(r"""(?:src|href)=["'](?!data:)""", page)
        assert "<script" not in page


def test_the_layout_says_what_stands_on_the_first_page(tmp_path: Path) -> None:
    whole = built(tmp_path / "all", ["pdf"], layout=EVERYTHING)
    bare = {"name": False, "points": False, "total": False, "header": False}
    plain = built(tmp_path / "bare", ["pdf"], layout=bare)
    first, second = pages(whole / "worksheet.pdf")[:2]
    for told in ("Name:", "ID:", "Time: 45 minutes", "1 May", "No books", "Score", "16 questions", "Page 1 of"):
        assert told in first, told
    assert "Question 1 2 points" in second and "Question 1 2 points" not in first
    only = "".join(pages(plain / "worksheet.pdf"))
    assert not re.search(r"Name:|ID:|Score|\d points?|Page \d", only)


@pytest.mark.parametrize(
    ("layout", "told"),
    [
        ({"papper": "a4"}, "layout: unknown key 'papper'. Did you mean 'paper'?"),
        ({"paper": "a5"}, 'layout: paper: must be "a4" or "letter"'),
        ({"answer_space": "dots"}, 'layout: answer_space: must be "blank", "lined" or "grid"'),
        ({"language": "nl"}, "layout: language: unknown language 'nl'."),
        ({"columns": 3}, "layout: columns: must be 1 or 2"),
        ({"logo": "../logo.svg"}, "layout: logo: '../logo.svg' lies outside the recipe's folder"),
        ({"logo": "missing.png"}, "layout: logo: 'missing.png' cannot be read"),
        ({"logo": "logo.exe"}, "layout: logo: 'logo.exe' is no picture. Allowed: svg, png, jpg"),
    ],
)
def test_a_fault_of_the_layout_is_one_line(tmp_path: Path, layout: dict[str, Any], told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read_layout(layout, tmp_path / "exam.toml")
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_every_language_has_every_word() -> None:
    assert {frozenset(told) for told in languages().values()} == {frozenset(languages()["en"])}


def test_without_the_extra_one_line_says_what_to_install() -> None:
    with pytest.raises(PrintError, match=r"pip install 'netdrill\[print\]'"):
        needed("no_such_module")


def test_what_pandoc_cannot_read_is_an_error() -> None:
    with pytest.raises(PrintError, match="pandoc: "):
        pandoc.run(r"$\intertext{and}$", "typst")


@pytest.mark.parametrize("points", [0.5, 1, 2, 2.5, 3, 5, 7])
@pytest.mark.parametrize("lines", [2, 3, 4, 7, 10])
def test_the_points_of_the_lines_come_to_those_of_the_question(points: float, lines: int) -> None:
    assert sum(share(points, line, lines) for line in range(1, lines + 1)) == points


def test_the_room_to_answer() -> None:
    assert Layout().room("typed", 2) == 3 and Layout().room("one", 2) == 0
    assert Layout(space=4).room("blanks", 9) == 4 and Layout(space_per_point=5).room("written", 9) == 20
