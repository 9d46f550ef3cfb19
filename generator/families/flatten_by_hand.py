"""Flattening by hand: which entry comes where."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, slip
from generator.family import family
from generator.notation import Expr, Grid, Sym
from generator.space import span
from generator.windows import cell

NTH = ("first", "second", "third")


@family(
    "flatten-by-hand",
    topic="By hand",
    sources=("002",),
    tags=("cnn",),
    of=("2 × 3", "3 × 2", "3 × 3", "channels last", "channels first"),
)
def flatten_by_hand(of: str) -> Problem:
    """The vector that flattening makes of a matrix, or of an image with two channels."""
    if of.startswith("channels"):
        return _channels(of == "channels last")
    rows, columns = (int(side) for side in of.split(" × "))
    return _matrix(rows, columns)


def _matrix(rows: int, columns: int) -> Problem:
    given, flat = Sym("matrix", "X", (rows, columns)), Sym("flat", "v", (rows * columns,))
    lines = {
        Sym(f"row_{row + 1}", "abc"[row], (1, columns)): [cell(given, row, column) for column in range(columns)]
        for row in range(rows)
    }
    kept = [part for line in lines for part in line.parts]
    return Problem(
        ask="A Flatten layer gets the matrix\n\n$$\nX = [[ matrix ]]\n$$\n\nWhat vector does it make of it?",
        numbers={given: span(1, 20)},
        lines=(
            *(
                Line(line, Grid(tuple(cells), line.shape), f"{NTH[place]} row: from left to right")
                for place, (line, cells) in enumerate(lines.items())
            ),
            Line(flat, Grid(tuple(kept), flat.shape), "vector: one row behind the other", result=True),
        ),
        slips=_matrix_slips(lines, flat),
        answer=Answer("vector", flat),
        check=lambda n: [n[f"matrix_{place // columns + 1}_{place % columns + 1}"] for place in range(rows * columns)],
    )


def _matrix_slips(lines: dict[Sym, list[Sym]], flat: Sym) -> tuple[Slip, ...]:
    rows = [line.parts for line in lines]
    names = list(lines)

    def vector(*entries: Expr) -> dict[Sym, Expr]:
        return {flat: Grid(entries, flat.shape)}

    def backwards(line: Sym) -> Grid:
        return Grid(tuple(lines[line][::-1]), line.shape)

    return (
        slip("by-columns", "went down the columns instead of along the rows",
             vector(*(part for column in zip(*rows, strict=True) for part in column))),
        slip("to-and-fro", "read the second row backwards, as one walks to and fro", {names[1]: backwards(names[1])}),
        slip("bottom-up", "began with the last row", vector(*(part for row in rows[::-1] for part in row))),
        slip("right-to-left", "read every row from right to left", {line: backwards(line) for line in names}),
        slip("columns-from-the-right", "went down the columns, the last one first",
             vector(*(part for column in [*zip(*rows, strict=True)][::-1] for part in column))),
        slip("all-backwards", "began at the end", vector(*(part for row in rows[::-1] for part in row[::-1]))),
    )  # fmt: skip


def _channels(last: bool) -> Problem:
    """An image of 2 × 2 with two channels, as Keras (channels last) or PyTorch (channels first) lays it out."""
    first, second = (Sym(f"channel_{place}", f"C_{{{place}}}", (2, 2)) for place in (1, 2))
    flat = Sym("flat", "v", (8,))
    a, b = first.parts, second.parts
    rows = ((a[0], b[0], a[1], b[1]), (a[2], b[2], a[3], b[3]))
    of_two = rows if last else (a, b)
    parts = {Sym(f"part_{place}", "ab"[place - 1], (1, 4)): cells for place, cells in enumerate(of_two, 1)}
    says = ("first row: pixel by pixel, both channels of each" if last else "first channel: row by row",
            f"second {'row' if last else 'channel'}: likewise")  # fmt: skip
    top, bottom = parts
    told = "Keras' `Flatten` (channels last)" if last else "PyTorch's `nn.Flatten` (channels first)"
    return Problem(
        ask=f"An image of 2 × 2 pixels has two channels:\n\n$$\nC_1 = [[ channel_1 ]], \\quad C_2 = [[ channel_2 ]]\n"
        f"$$\n\nWhat vector does {told} make of it?",
        numbers={first: span(1, 20), second: span(1, 20)},
        lines=(
            *(Line(line, Grid(cells, line.shape), why) for (line, cells), why in zip(parts.items(), says, strict=True)),
            Line(flat, Grid((*top.parts, *bottom.parts), (8,)), "vector: one behind the other", result=True),
        ),
        slips=_channel_slips(last, parts, flat),
        answer=Answer("vector", flat),
        check=lambda n: _by_counting(last, n),
        convention="keras" if last else "pytorch",
    )


def _channel_slips(last: bool, parts: dict[Sym, tuple[Sym, ...]], flat: Sym) -> tuple[Slip, ...]:
    top, bottom = parts
    one, p, q = parts[top], top.parts, bottom.parts

    def vector(*entries: Expr) -> dict[Sym, Expr]:
        return {flat: Grid(entries, flat.shape)}

    def each(order: tuple[int, ...]) -> dict[Sym, Expr]:
        return {line: Grid(tuple(cells[place] for place in order), line.shape) for line, cells in parts.items()}

    swapped = "wrote the second channel of each pixel first" if last else "went down the columns of each channel"
    channels = ("wrote one channel behind the other, as PyTorch does", p[::2] + q[::2] + p[1::2] + q[1::2])
    pixels = ("went pixel by pixel, as Keras does", tuple(part for pair in zip(p, q, strict=True) for part in pair))
    words, order = channels if last else pixels
    behind = "began with the second row" if last else "began with the second channel"
    return (
        slip("other-framework", words, vector(*order)),
        slip("second-first", behind, vector(*q, *p)),
        slip("swapped-within", swapped, each((1, 0, 3, 2) if last else (0, 2, 1, 3))),
        slip("by-columns", "went down the columns of pixels", vector(p[0], p[1], q[0], q[1], p[2], p[3], q[2], q[3]))
        if last
        else slip("to-and-fro", "read the second row of each channel backwards", each((0, 1, 3, 2))),
        slip("backwards", "read each part from right to left", each((3, 2, 1, 0))),
        slip("first-twice", "wrote the first part twice", {bottom: Grid(one, bottom.shape)}),
    )


def _by_counting(last: bool, n: Numbers) -> list[int]:
    """The second way: where every entry goes, from its row, column and channel."""
    found = [0] * 8
    for row in (0, 1):
        for column in (0, 1):
            for channel in (0, 1):
                place = 4 * row + 2 * column + channel if last else 4 * channel + 2 * row + column
                found[place] = n[f"channel_{channel + 1}_{row + 1}_{column + 1}"]
    return found
