"""A convolution by hand."""

from generator.derivation import Answer, Figure, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.notation import Expr, Sym, add, mul
from generator.space import span
from generator.windows import CORNERS, cell, columns_first, corner_lines, corners, in_place, side, window

ASKED = (1, 0)  # the corner that is asked for where one entry is
NTH = ("first", "second", "third")


@family(
    "conv-by-hand",
    topic="By hand",
    sources=("002",),
    tags=("cnn",),
    kernel=(2, 3),
    stride=(1, 2),
    asked=("map", "entry"),
)
def conv_by_hand(kernel: int, stride: int, asked: str) -> Problem:
    """The map that a convolution makes of a small image without padding, or one entry of it."""
    size = side(kernel, stride)
    image, weights = Sym("image", "X", (size, size)), Sym("weights", "K", (kernel, kernel))
    lines, slips, answer = (_map if asked == "map" else _entry)(image, weights, stride)
    wanted = (
        "What is the feature map?" if asked == "map" else "What is the entry in row 2, column 1 of the feature map?"
    )
    turned = tuple(reversed(weights.parts))
    return Problem(
        ask="A convolution as neural networks compute it (the kernel is not flipped), without padding, with stride "
        f"{stride} and without bias, takes the image $X$ and the kernel $K$:\n\n"
        f"$$\nX = [[ image ]], \\quad K = [[ weights ]]\n$$\n\n{wanted}",
        numbers={image: span(0, 9), weights: span(-2, 2)},
        lines=lines,
        slips=slips,
        answer=answer,
        figure=Figure("conv-window", {"size": size, "kernel": kernel, "stride": stride}),
        check=lambda numbers: _by_shifting(kernel, stride, asked, numbers),
        # a kernel that reads the same when turned round would hide the commonest slip
        where=(less(0, add(*((a - b) ** 2 for a, b in zip(weights.parts, turned, strict=True)))),),
    )


def _map(image: Sym, weights: Sym, stride: int) -> tuple[tuple[Line, ...], tuple[Slip, ...], Answer]:
    size = weights.shape[0]
    corner = corners()
    out = Sym("map", "O", (2, 2))

    def at(row: int, column: int, step: int = stride) -> tuple[Sym, ...]:
        return window(image, row * step, column * step, size)

    def everywhere(kernel: tuple[Expr, ...], step: int = stride) -> dict[Sym, Expr]:
        return {corner[place]: products(at(*place, step), kernel) for place in CORNERS}

    found = [
        slip("kernel-flipped", "turned the kernel round by 180°", everywhere(weights.parts[::-1])),
        slip("kernel-transposed", "took the kernel's rows for its columns", everywhere(transposed(weights))),
        slip("mirrored", "took the kernel's columns from right to left", everywhere(mirrored(weights))),
        slip("last-weight-missing", "left out the kernel's last weight",
             {corner[place]: products(at(*place)[:-1], weights.parts[:-1]) for place in CORNERS}),
        slip("cells-added", "added up the cells of each window and left out the kernel",
             {corner[place]: add(*at(*place)) for place in CORNERS}),
        slip("filled-by-columns", "filled the map column by column",
             {out: in_place(columns_first([*corner.values()]))}),
    ]  # fmt: skip
    if stride > 1:
        found.append(slip("stride-1", "moved the kernel by one cell instead of two", everywhere(weights.parts, 1)))
    lines = corner_lines(lambda row, column: products(at(row, column), weights.parts), "cell by cell")
    whole = Line(out, in_place(list(corner.values())), "feature map: each sum where its window lies", result=True)
    return (*lines, whole), tuple(found), Answer("matrix", out)


def _entry(image: Sym, weights: Sym, stride: int) -> tuple[tuple[Line, ...], tuple[Slip, ...], Answer]:
    """One entry, row by row of the kernel."""
    size = weights.shape[0]
    sums = tuple(Sym(f"row_{row + 1}", f"r_{{{row + 1}}}") for row in range(size))
    out = Sym("entry", "o_{21}")
    top, left = (place * stride for place in ASKED)

    def rows(top: int, left: int, kernel: tuple[Sym, ...] = weights.parts) -> dict[Sym, Expr]:
        cells = window(image, top, left, size)
        return {
            line: products(cells[row * size : (row + 1) * size], kernel[row * size : (row + 1) * size])
            for row, line in enumerate(sums)
        }

    lines = [
        Line(line, value, f"{name} row: of the window and of the kernel, cell by cell")
        for (line, value), name in zip(rows(top, left).items(), NTH, strict=False)
    ]
    found = [
        slip("kernel-flipped", "turned the kernel round by 180°", rows(top, left, weights.parts[::-1])),
        slip("kernel-transposed", "took the kernel's rows for its columns", rows(top, left, transposed(weights))),
        slip("mirrored", "took the kernel's columns from right to left", rows(top, left, mirrored(weights))),
        slip("first-window", "worked out row 1, column 1 of the map", rows(0, 0)),
        slip("row-for-column", "worked out row 1, column 2 of the map", rows(left, top)),
        slip("last-window", "worked out row 2, column 2 of the map", rows(top, top)),
        slip("last-row-missing", "left out the kernel's last row", {out: add(*sums[:-1])}),
        slip("last-row-subtracted", "subtracted the last row", {out: add(*sums[:-1]) - sums[-1]}),
        slip("diagonal-only", "took the products of the diagonal only",
             {line: cell(image, top + row, left + row) * cell(weights, row, row) for row, line in enumerate(sums)}),
        slip("cells-added", "added up the cells of the window and left out the kernel",
             {line: add(*(cell(image, top + row, left + column) for column in range(size)))
              for row, line in enumerate(sums)}),
    ]  # fmt: skip
    if stride > 1:
        found.append(slip("stride-1", "moved the kernel by one cell instead of two", rows(1, 0)))
    whole = Line(out, add(*sums), "entry: the sum over the whole window", result=True)
    return (*lines, whole), tuple(found), Answer("decimal", out)


def products(cells: tuple[Sym, ...], kernel: tuple[Expr, ...]) -> Expr:
    return add(*(mul(a, b) for a, b in zip(cells, kernel, strict=True)))


def transposed(weights: Sym) -> tuple[Sym, ...]:
    size = weights.shape[0]
    return tuple(cell(weights, column, row) for row in range(size) for column in range(size))


def mirrored(weights: Sym) -> tuple[Sym, ...]:
    size = weights.shape[0]
    return tuple(cell(weights, row, size - 1 - column) for row in range(size) for column in range(size))


def _by_shifting(kernel: int, stride: int, asked: str, numbers: Numbers) -> list[int] | int:
    """The second way: every weight adds its own shifted copy of the image."""
    found = dict.fromkeys(CORNERS, 0)
    for row in range(kernel):
        for column in range(kernel):
            weight = numbers[f"weights_{row + 1}_{column + 1}"]
            for down, right in CORNERS:
                pixel = numbers[f"image_{down * stride + row + 1}_{right * stride + column + 1}"]
                found[down, right] += weight * pixel
    return list(found.values()) if asked == "map" else found[ASKED]
