"""The size of a pooled map."""

from collections.abc import Iterator

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, differ, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers import MaxPooling2D
from generator.listing import tell
from generator.model import sequential
from generator.notation import Sym, as_expr
from generator.space import among, span

n, c, p, s = Sym("size", "n"), Sym("channels", "c"), Sym("pool", "p"), Sym("stride", "s")
a, q, o, v = Sym("a"), Sym("q"), Sym("o"), Sym("v")


@family(
    "pooling-output-size",
    topic="Shapes",
    sources=("002",),
    tags=("cnn",),
    windows=("side by side", "overlapping", "same"),
    asked=("rows", "values"),
)
def pooling_output_size(windows: str, asked: str) -> Problem:
    """How large a map is after max pooling: its rows in words, its values from Keras code."""
    overlapping, values = windows == "overlapping", asked == "values"
    stride, padding = (s if overlapping else None), ("same" if windows == "same" else "valid")
    layer = MaxPooling2D(p, strides=stride, padding=padding)
    model = sequential((n, n, c), (layer,))
    numbers = {n: span(12, 224, bounds=(2, 4096)), p: span(2, 5, bounds=(2, 32))}
    if overlapping:
        numbers |= {p: span(3, 6, bounds=(2, 32)), s: span(2, 4, bounds=(1, 32))}
    if values:
        numbers[c] = among(8, 16, 24, 32, 48, 64, bounds=(1, 2048))
    found = _overlapping() if overlapping else _side_by_side(windows)
    return Problem(
        ask=ASK_VALUES if values else ASK_ROWS.format(TOLD[windows]),
        code=tell(model, "keras").code if values else "",
        numbers=numbers,
        lines=(*found, *([Line(v, o * o * c, "values: rows × columns × channels", result=True)] if values else [])),
        slips=(*(_overlapping_slips() if overlapping else _share_slips(windows)), *(_value_slips() if values else ())),
        answer=Answer("integer", v, unit="values") if values else Answer("integer", o, unit="rows"),
        proves={o: as_expr(layer.output_shape((n, n, c))[0])},
        check=lambda numbers: _slide(windows, asked, numbers),
        where=(less(1, o), *_conditions(windows)),
        model=model.config() if values else {"input": [n, n, 1], "layers": [layer.config()]},
        convention="keras" if values or windows == "same" else "",
    )


ASK_ROWS = (
    "Max pooling moves a window of [[ pool ]] × [[ pool ]] over a map of [[ size ]] × [[ size ]], {}. "
    "How many rows does the pooled map have?"
)
ASK_VALUES = "How many values does the output of this Keras model hold, for one image?"
TOLD = {
    "side by side": "one window beside the other, and without padding",
    "overlapping": "with stride [[ stride ]] and without padding",
    "same": 'one window beside the other, with `padding="same"` as Keras has it',
}


def _conditions(windows: str) -> Iterator[Condition]:
    yield differ(o, p)
    if windows == "overlapping":
        yield less(s, p)
        yield differ(o, s)
    if windows == "same":
        yield differ(ceil(n / p), floor(n / p))


def _overlapping() -> tuple[Line, ...]:
    return (
        Line(a, n - p, "way to go: cells that the window can still move over"),
        Line(q, floor(a / s), "steps: an incomplete last step is dropped"),
        Line(o, q + 1, "positions: one more than there are steps", result=True),
    )


def _side_by_side(windows: str) -> tuple[Line, ...]:
    whole = Line(o, floor(a), "pooled side: whole windows only", result=True)
    padded = Line(o, ceil(a), "pooled side: the padding fills the last window", result=True)
    return Line(a, n / p, "share: so many windows fit side by side"), padded if windows == "same" else whole


def _overlapping_slips() -> Iterator[Slip]:
    yield slip("no-plus-one", "forgot the position that the window starts from", {o: q})
    yield slip("not-rounded", "did not round the number of steps down", {q: a / s}, credit=0.5)
    yield slip("rounded-up", "rounded up, as if the last step were complete", {q: ceil(a / s)})
    yield slip("side-by-side", "set the windows side by side, whatever the stride", {o: floor(n / p)})
    yield slip("no-window", "let the window hang over the edge", {a: n})
    yield slip("window-twice", "subtracted the window's size at both ends", {a: n - 2 * p})
    yield slip("no-stride", "moved the window by one cell at a time", {q: a})
    yield slip("plus-two", "added two positions for the start", {o: q + 2})


def _share_slips(windows: str) -> Iterator[Slip]:
    if windows == "same":
        yield slip("rounded-down", "rounded down and dropped the last window", {o: floor(a)})
        yield slip("same-size", "took “same” to mean the size of the input", {a: n})
    else:
        yield slip("not-rounded", "did not drop the incomplete last window", {o: a}, credit=0.5)
        yield slip("rounded-up", "rounded up, as if the last window were complete", {o: ceil(a)})
        yield slip("same-size", "kept the size of the map", {a: n})
        yield slip("minus-one", "took one window too few", {o: floor(a) - 1})
    rounded = ceil if windows == "same" else floor
    yield slip("slides-by-one", "moved the window by one cell at a time", {o: n - p + 1})
    yield slip("subtracted", "took the window's size off the map instead of dividing by it", {a: n - p})
    yield slip("window-by-area", "divided the side by all the cells of the window", {a: n / (p * p)})
    yield slip("a-cell-between", "left a cell free between two windows", {a: n / (p + 1)})
    yield slip("window-too-narrow", "took the window to be one cell narrower", {a: n / (p - 1)})
    yield slip("plus-one", "added a position for the start", {o: rounded(a) + 1})


def _value_slips() -> Iterator[Slip]:
    words = "let the pooling divide the number of values by the width of the window, and not each side"
    yield slip("halved-area", words, {v: floor(n * n / p) * c})
    yield slip("no-channels", "left out the channels", {v: o * o})
    yield slip("one-side", "took one side only", {v: o * c})
    yield slip("channels-pooled", "pooled the channels as well", {v: o * o * floor(c / p)})


def _slide(windows: str, asked: str, numbers: Numbers) -> int:
    """The second way: put the window down wherever it may be, and count."""
    size, pool = int(numbers["size"]), int(numbers["pool"])
    starts = range(0, size, int(numbers.get("stride", pool)))
    rows = sum(1 for start in starts if windows == "same" or start + pool <= size)
    return rows * rows * int(numbers["channels"]) if asked == "values" else rows
