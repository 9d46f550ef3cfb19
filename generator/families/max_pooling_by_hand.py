"""Pooling by hand: the largest of every window, or the mean."""

from collections.abc import Callable

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import largest, smallest
from generator.notation import Expr, Sym, add
from generator.space import span
from generator.windows import CORNERS, columns_first, corner_lines, corners, in_place, side, window

PLACES = 2


@family(
    "max-pooling-by-hand",
    topic="By hand",
    sources=("002",),
    tags=("cnn",),
    pool=("max", "average"),
    window=(2, 3),
    stride=(1, 2),
)
def max_pooling_by_hand(pool: str, window: int, stride: int) -> Problem | None:
    """What max or average pooling makes of a small feature map."""
    if pool == "max" and window - stride == 2:
        return None  # windows that lie over each other so far often share their largest cell
    size = side(window, stride)
    fine = Sym("map", "X", (size, size))
    corner = corners()
    out = Sym("pooled", "O", (2, 2))
    places, rounded = (None, "") if pool == "max" else (PLACES, f" Keep {PLACES} decimals.")
    pooling = _largest if pool == "max" else _mean
    says = "the largest of its window" if pool == "max" else "the mean of its window"
    lines = corner_lines(lambda row, column: pooling(_at(fine, row, column, window, stride)), says, places)
    whole = Line(out, in_place([*corner.values()]), "pooled map: each where its window lies", places, result=True)
    return Problem(
        ask=f"{pool.capitalize()} pooling with a window of {window} × {window} and stride {stride}, without padding, "
        f"runs over the feature map\n\n$$\nX = [[ map ]]\n$$\n\nWhat is the pooled map?{rounded}",
        numbers={fine: span(10, 60) if pool == "max" else span(0, 12)},
        lines=(*lines, whole),
        slips=_slips(pool, window, stride, fine, corner, out),
        answer=Answer("matrix", out),
        check=lambda numbers: _by_sorting(pool, window, stride, numbers),
        where=(less(smallest(*corner.values()), largest(*corner.values())),),
    )


def _at(fine: Sym, row: int, column: int, size: int, stride: int) -> tuple[Sym, ...]:
    return window(fine, row * stride, column * stride, size)


def _largest(cells: tuple[Expr, ...]) -> Expr:
    return largest(*cells)


def _mean(cells: tuple[Expr, ...]) -> Expr:
    return add(*cells) / len(cells)


def _slips(
    pool: str, size: int, stride: int, fine: Sym, corner: dict[tuple[int, int], Sym], out: Sym
) -> tuple[Slip, ...]:
    def everywhere(of: Callable[[tuple[Expr, ...]], Expr], step: int = stride) -> dict[Sym, Expr]:
        return {corner[place]: of(_at(fine, *place, size, step)) for place in CORNERS}

    right, other = (_largest, _mean) if pool == "max" else (_mean, _largest)
    found = [
        slip("filled-by-columns", "filled the pooled map column by column",
             {out: in_place(columns_first([*corner.values()]))}),
        slip("first-row-only", "looked at the first row of each window only",
             everywhere(lambda cells: right(cells[:size]))),
        slip("last-cell-missing", "left out the last cell of each window", everywhere(lambda cells: right(cells[:-1]))),
        slip("diagonal", "looked at the diagonal of each window only",
             everywhere(lambda cells: right(cells[:: size + 1]))),
    ]  # fmt: skip
    if pool == "max":
        found += [
            slip("smallest", "took the smallest of each window", everywhere(lambda cells: smallest(*cells))),
            slip("sum", "added up each window", everywhere(lambda cells: add(*cells))),
            slip("first-cell", "kept the first cell of each window", everywhere(lambda cells: cells[0])),
        ]
    else:
        found += [
            slip("largest", "took the largest of each window, as max pooling does", everywhere(other)),
            slip("not-divided", "added up each window and did not divide", everywhere(lambda cells: add(*cells))),
            slip("by-side", f"divided by the window's side, {size}, instead of its {size * size} cells",
                 everywhere(lambda cells: add(*cells) / size)),
            slip("extremes", "took the mean of the smallest and the largest of each window",
                 everywhere(lambda cells: (smallest(*cells) + largest(*cells)) / 2)),
        ]  # fmt: skip
    if stride > 1:
        found.append(slip("stride-1", "moved the window by one cell instead of two", everywhere(right, 1)))
    return tuple(found)


def _by_sorting(pool: str, size: int, stride: int, numbers: Numbers) -> list[float]:
    """The second way: the cells of every window in order, and the last of them or their middle."""
    found = []
    for down, right in CORNERS:
        rows = range(down * stride + 1, down * stride + size + 1)
        columns = range(right * stride + 1, right * stride + size + 1)
        cells = sorted(numbers[f"map_{row}_{column}"] for row in rows for column in columns)
        found.append(cells[-1] if pool == "max" else round(sum(cells) / len(cells) + 1e-9, PLACES))
    return found
