"""No family of shapes, texts or work by hand goes without a second computation that knows nothing of its lines."""

from __future__ import annotations

from conftest import problems
from test_by_hand_cells import BY_NUMPY as CELLS
from test_by_hand_shapes import MEASURED
from test_by_hand_text import FAMILIES as TEXTS
from test_by_hand_training import BY_NUMPY as TRAINING


def test_every_family_is_worked_out_by_numpy_or_plain_python() -> None:
    """Each in one file, on 200 draws or more; of a family that has fewer, on all."""
    asked = {family.id for family, _, _ in problems() if family.topic in ("Shapes", "By hand", "Text")}
    tables = (CELLS, TRAINING, TEXTS, MEASURED)
    assert asked == set().union(*tables)
    assert len(asked) == sum(map(len, tables))
