"""Printed papers: all that they must say stands in the PDF, nothing runs off a page, and the bytes are the same."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from recipes import Item, build, contents, records, write

from generator import versions
from generator.build import bank_of
from generator.draw import draw
from generator.errors import RecipeError
from generator.layout import Layout, Printed, languages, read_layout
from generator.printing import pandoc
from generator.printing.pandoc import PrintError, needed
from generator.printing.paper import Document, documents, share
from generator.printing.typesetting import bodies, gathered, job, pdfs
from generator.recipe import read_recipe

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


LINE = "A line of text.\n\n"
ROW = " | ".join(["incomprehensible"] * 14)
FAULTS = {
    "a word": ("w" * 120, "something runs over the right edge"),
    "code in a line": (f"`{'w' * 140}`", "something runs over the right edge"),
    "a program": (f"```\nif {'w' * 140}\n```", "a word of a program is wider than its line"),
    "a table": (f"| {ROW} |\n|{'---|' * 14}\n| {ROW} |", "something runs over the right edge"),
    "a formula": (f"$${'a' * 1000}$$".replace("a", "a + "), "a formula had to shrink to"),
    "a formula in a line": (f"${'x' * 150}$".replace("x", "xy'"), "a formula had to shrink to"),
    "a high formula": (r"$$\begin{pmatrix}" + r"1 \\ " * 70 + r"1\end{pmatrix}$$", "a formula is higher than the page"),
    "a long question": (LINE * 60, "something runs over the foot of the page"),
}


@pytest.mark.parametrize(("text", "told"), FAULTS.values(), ids=list(FAULTS))
def test_a_lint_tells_what_runs_off_a_page(text: str, told: str) -> None:
    for fault in (text, LINE * 30):
        question = f'::: {{.question number="1" points="1" short="yes"}}\n{fault}\n:::'
        whole = f'::: {{.document version="" code="" covered=""}}\n# Planted {{.title}}\n\n{question}\n:::'
        ((body,),) = bodies([Document("A", False, whole)])
        (pdf,) = pdfs([job([body], Printed(), "Planted")])
        assert any(told in lint for lint in pdf.lints) if fault == text else not pdf.lints, pdf.lints


def test_versions_have_papers_of_their_own_and_one_file_of_all(tmp_path: Path) -> None:
    folder = built(tmp_path, ["pdf"], versions=2, layout={"duplex": True})
    names = {path.name for path in folder.glob("*.pdf")}
    assert names == {f"{name}.pdf" for name in ("worksheet-A", "worksheet-B", "answers-A", "answers-B", "worksheets")}
    one, two, every = (pages(folder / f"{name}.pdf") for name in ("worksheet-A", "worksheet-B", "worksheets"))
    between = len(one) % 2  # an empty page, so that the next paper begins on a sheet of its own
    apart = [*one, *[""] * between, *two]  # what pypdf takes for a space depends on the fonts of the whole file
    assert ["".join(page.split()) for page in every] == ["".join(page.split()) for page in apart]
    for found, letter in ((one, "A"), (two, "B")):
        for number, page in enumerate(found, 1):
            assert f"Page {number} of {len(found)}" in page and f"Version {letter}" in page


def test_papers_that_are_too_much_for_one_file_go_into_several_in_order() -> None:
    papers = [(Document(str(place), False, ""), "x" * size) for place, size in enumerate([90_000] * 5 + [300_000] * 2)]
    found = ["".join(document.version for document, _ in each) for each in gathered(papers)]
    assert found == ["01", "23", "4", "5", "6"]
    assert gathered([]) == []


def test_versions_after_z_and_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counting: Item = {"family": "gate-ratio", "count": 1}
    size = len(next(bodies([documents_of(tmp_path, counting)[0]]))[0][1])
    monkeypatch.setattr("generator.printing.typesetting.LARGEST", 10 * size + size // 2)
    folder = build(tmp_path, counting, versions=28, formats=["pdf"]).folder
    names = {path.stem for path in folder.glob("*.pdf")}
    assert {"worksheet-Z", "worksheet-AA", "answers-AB"} <= names and len(names) == 2 * 28 + 3
    files = ("worksheets-A-J", "worksheets-K-T", "worksheets-U-AB")
    found = [re.findall(r"Version ([A-Z]+) *Page 1 of", "".join(pages(folder / f"{name}.pdf"))) for name in files]
    assert [version for each in found for version in each] == versions.names(28)


def documents_of(folder: Path, *items: Item) -> list[Document]:
    recipe = read_recipe(write(folder, *items, versions=2))
    return documents(bank_of(recipe, draw(recipe, 1, {})), key=False)


def test_a_second_run_writes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    formats = ["pdf", "docx", "html", "cards"]
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    first, second = (
        contents(build(tmp_path, STEP, CARDS, formats=formats, layout=EVERYTHING, versions=2, seed="random").folder)
        for _ in range(2)
    )
    assert {"worksheets.pdf", "cards.pdf", "answers-B.docx", "worksheet-A.html"} <= set(first)
    assert first == second


def test_the_stamp_of_a_word_file_is_the_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for epoch, year in ((None, 1980), ("1700000000", 2023)):
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        if epoch:
            monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        folder = build(tmp_path, CARDS, formats=["docx"]).folder
        with zipfile.ZipFile(folder / "worksheet.docx") as word:
            assert {each.date_time[0] for each in word.infolist()} == {year}


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


def test_the_back_of_a_card_lies_behind_its_front(tmp_path: Path) -> None:
    items = [{"family": "lstm", "form": "flash", "count": 9}, {"family": "gate-ratio", "count": 2}]
    built = build(tmp_path, *items, formats=["cards", "jsonl"])
    reader = pypdf.PdfReader(built.folder / "cards.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and len(reader.pages) == 4 and not built.notices
    places: list[dict[int, tuple[bool, int]]] = []
    for page in reader.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        found: dict[int, tuple[bool, int]] = {}

        def seen(text: str, cm: list[float], tm: list[float], *_: object) -> None:
            if mark := re.search(r"· (\d+)$", text.strip()):
                found[int(mark[1])] = (cm[4] + tm[4] > width / 2, int((cm[5] + tm[5]) / height * 4))  # noqa: B023

        page.extract_text(visitor_text=seen)
        places.append(found)
    assert [list(found) for found in places] == [list(range(1, 9))] * 2 + [[9, 10, 11]] * 2
    for fronts, backs in ((places[0], places[1]), (places[2], places[3])):
        assert {number: (not right, row) for number, (right, row) in fronts.items()} == backs
    text = "".join(page.extract_text() for page in reader.pages)
    assert all(word in joined(text) for record in records(built) for word in words(record["stem"]))


def test_without_a_card_to_make_one_line_says_so(tmp_path: Path) -> None:
    built = build(tmp_path, {"family": "lstm", "form": "choice", "count": 2}, formats=["cards"])
    assert not (built.folder / "cards.pdf").exists() and "no question is of a form" in built.notices[0]


def test_the_points_of_a_question_are_shared_over_its_parts(tmp_path: Path) -> None:
    parts: Item = {"family": "text-classifier-parameters", "form": "parts", "count": 1, "points": 6}
    formats = ["md", "pdf", "html", "docx"]
    for layout in ({}, {"points": False}):
        folder = build(tmp_path, parts, formats=formats, layout=layout, relock=True, seed="random").folder
        for name in ("worksheet", "answers"):
            with zipfile.ZipFile(folder / f"{name}.docx") as word:
                docx = re.sub("<[^>]*>", "", word.read("word/document.xml").decode())
            html = re.sub("<[^>]*>", "", (folder / f"{name}.html").read_text(encoding="utf-8"))
            found = [
                docx,
                html,
                "".join(pages(folder / f"{name}.pdf")),
                (folder / f"{name}.md").read_text(encoding="utf-8"),
            ]
            shown = name == "answers" or not layout
            for text in map(" ".join, map(str.split, found[: None if shown else -1])):  # Markdown tells them always
                counts = {worth: text.count(f"{worth} points") for worth in ("3", "1.5")}
                assert counts == ({"3": 1, "1.5": 2} if shown else {"3": 0, "1.5": 0}), text
                assert "of the points" not in text and "shared" not in text


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
