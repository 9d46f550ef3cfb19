"""Every structure of every family and concept deck, in every form that it takes, in every format: each file passes its
check, or it would not be written; read by the format's own rules it gives right answers, each known slip and wrong ones
the marks and the feedback that the record says.
"""

from __future__ import annotations

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

FORMATS = (test_moodle, test_gift, test_canvas, test_qti21, test_blackboard, test_csv)


@each(spread=banked.OFTEN)
def test_every_form_in_every_format(blueprint: Blueprint, tmp_path: Path) -> None:
    questions = banked.made(blueprint)
    assert questions
    for each_format in FORMATS:
        each_format.proven(questions, tmp_path)
