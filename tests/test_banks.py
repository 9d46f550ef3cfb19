"""Every structure of every family and concept deck, in every form that it takes, in every format: each file passes its
check, or it would not be written; read by the format's own rules it gives right answers, each known slip and wrong ones
the marks and the feedback that the record says.
"""

from __future__ import annotations

import re
from pathlib import Path

import banked
import test_blackboard
import test_canvas
import test_csv
import test_gift
import test_moodle
import test_qti21
from conftest import each

from generator.blueprint import Blueprint

DOCS = Path(__file__).parent.parent / "docs" / "banks.md"
FORMATS = (test_moodle, test_gift, test_canvas, test_qti21, test_blackboard, test_csv)


@each(spread=banked.OFTEN)
def test_every_form_in_every_format(blueprint: Blueprint, tmp_path: Path) -> None:
    questions = banked.made(blueprint)
    assert questions
    for each_format in FORMATS:
        each_format.proven(questions, tmp_path)


def test_every_trap_has_its_planted_fault() -> None:
    """The table of traps names faults that are planted, and at least one for each trap."""
    traps = {module.__name__.removeprefix("test_"): getattr(module, "TRAPS", {}) for module in FORMATS}
    rows = re.findall(r"^\| (.+) \| (.+) \|$", DOCS.read_text(encoding="utf-8").partition("## Traps")[2], re.MULTILINE)
    assert len(rows) > 20
    for _, told in rows[1:]:
        for part in told.split("; "):
            name, _, faults = part.partition(": ")
            assert set(faults.split(", ")) <= set(traps[name]), part
