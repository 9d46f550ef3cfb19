"""The size of a flattened map."""

from collections.abc import Iterator

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers import Conv2D, Dense, Flatten, Layer, MaxPooling2D
from generator.listing import tell
from generator.model import sequential
from generator.notation import Sym, as_expr
from generator.space import among, span

rows, columns, c = Sym("rows", "h"), Sym("columns", "w"), Sym("channels", "c")
n, filters, k, p, u = Sym("size", "n"), Sym("filters", "f"), Sym("kernel", "k"), Sym("pool", "p"), Sym("units", "u")
o, m, v = Sym("o"), Sym("m"), Sym("v")


@family(
    "flatten-size",
    topic="Shapes",
    sources=("002",),
    tags=("cnn",),
    before=("a map", "pooling", "a convolution"),
    told=("words", "keras", "pytorch"),
)
def flatten_size(before: str, told: str) -> Problem | None:
    """How long the vector is that flattening makes of a map: given, pooled, or convolved and pooled."""
    if before == "a map":
        return _map() if told == "words" else None
    convolved = before == "a convolution"
    conv = [Conv2D(filters, (k, k), activation="relu")] if convolved else []
    layers: list[Layer] = [*conv, MaxPooling2D((p, p)), Flatten()]
    model = sequential((n, n, c), layers)
    deep = filters if convolved else c
    numbers = {
        n: span(20, 256, 2, bounds=(4, 1024)),
        c: among(1, 3, bounds=(1, 512)) if convolved else among(8, 16, 24, 32, 48, 64, 96, bounds=(1, 2048)),
        p: among(2, 3, bounds=(2, 8)),
    }
    if convolved:
        numbers |= {filters: among(8, 16, 32, 64, bounds=(1, 2048)), k: among(3, 5, 7, bounds=(1, 31))}
    if told != "words":
        numbers[u] = among(10, 32, 64, 100, 128, 256, bounds=(1, 65_536))
    image = "An image of [[ size ]] × [[ size ]] × [[ channels ]]"
    return Problem(
        ask=f"{image if convolved else image.replace('An image', 'A map')} {_told(model.layers, told)}",
        code=_code(layers, told),
        numbers=numbers,
        lines=tuple(_lines(convolved, deep)),
        slips=tuple(_slips(convolved, deep)),
        answer=Answer("integer", v, unit="values"),
        proves={v: as_expr(model.shapes[-1][0])},
        check=lambda numbers: _slide(convolved, numbers),
        where=(less(1, m), differ(m, deep)),
        model=model.config(),
        convention="" if told == "words" else told,
    )


def _told(layers: tuple[Layer, ...], told: str) -> str:
    way = ", then ".join(layer.words() for layer in layers[:-1])
    moves = "The convolution moves one cell at a time and pads nothing, the" if len(layers) > 2 else "The"
    return {
        "words": f"goes through {way}. {moves} pooling keeps whole windows only, side by side. How long is the vector "
        "that flattening makes of the result?",
        "keras": "goes through this Keras model. How many inputs does its `Dense` layer have?",
        "pytorch": "goes through this PyTorch model. Which number belongs in place of `...`?",
    }[told]


def _code(layers: list[Layer], told: str) -> str:
    """The listing up to a dense layer; in PyTorch that has to say how many inputs it has, which is what is asked."""
    dense = Dense(u)
    if told == "keras":
        return tell(sequential((n, n, c), [*layers, dense]), told).code
    listed = tell(sequential((n, n, c), layers), told).code.removesuffix(")")
    return f"{listed}    nn.Linear(..., [[ units ]]),\n)" if told == "pytorch" else ""


def _map() -> Problem:
    return Problem(
        ask="A map of [[ rows ]] × [[ columns ]] × [[ channels ]] is flattened. How long is the vector?",
        numbers={
            rows: span(5, 64, bounds=(1, 4096)),
            columns: span(5, 64, bounds=(1, 4096)),
            c: among(3, 8, 12, 16, 20, 24, 32, 48, 64, 96, 128, bounds=(1, 4096)),
        },
        lines=(
            Line(m, rows * columns, "cells: in every channel"),
            Line(v, m * c, "vector: all cells of all channels, one behind the other", result=True),
        ),
        slips=(
            slip("no-channels", "left out the channels", {v: m}),
            slip("added", "added the rows and columns instead of multiplying them", {m: rows + columns}),
            slip("channels-added", "added the channels instead of multiplying by them", {v: m + c}),
            slip("one-side", "took the rows only", {m: rows}),
            slip("one-side-columns", "took the columns only", {m: columns}),
            slip("rows-squared", "took the map to be as wide as it is high", {m: rows * rows}),
            slip("columns-squared", "took the map to be as high as it is wide", {m: columns * columns}),
            slip("with-bias", "added a value for the bias to every cell", {v: m * (c + 1)}),
            slip("padded", "added a row and a column of zeros", {m: (rows + 1) * (columns + 1)}),
        ),
        answer=Answer("integer", v, unit="values"),
        proves={v: as_expr(Flatten().output_shape((rows, columns, c))[0])},
        check=lambda at: sum(at["channels"] for _ in range(at["rows"]) for _ in range(at["columns"])),
        where=(differ(rows, columns), differ(rows, c), differ(columns, c)),
        model={"input": [rows, columns, c], "layers": [Flatten().config()]},
    )


def _lines(convolved: bool, deep: Sym) -> Iterator[Line]:
    if convolved:
        yield Line(o, n - k + 1, "convolved side: one cell for each position of the kernel")
    yield Line(m, floor((o if convolved else n) / p), "pooled side: whole windows only")
    yield Line(v, m * m * deep, "vector: rows × columns × channels", result=True)


def _slips(convolved: bool, deep: Sym) -> Iterator[Slip]:
    side = o if convolved else n
    yield slip("no-channels", "left out the channels when flattening", {v: m * m})
    yield slip("one-side", "took one side only when flattening", {v: m * deep})
    yield slip("unpooled", "flattened the map before the pooling", {m: side})
    words = "let the pooling divide the number of values by the width of the window, and not each side"
    yield slip("pool-by-area", words, {v: floor(side * side / p) * deep})
    yield slip("pool-rounded-up", "kept an incomplete pooling window", {m: ceil(side / p)})
    yield slip("pool-slides", "moved the pooling window by one cell at a time", {m: side - p + 1})
    yield slip("a-row-too-many", "took one row and one column too many", {v: (m + 1) * (m + 1) * deep})
    if convolved:
        yield slip("input-channels", "flattened with the channels of the image", {v: m * m * c})
        yield slip("both-channels", "multiplied by the channels of the image as well", {v: m * m * c * filters})
        yield slip("as-same", "kept the size of the image, as if the convolution were padded", {o: n})
        yield slip("no-plus-one", "forgot the position that the kernel starts from", {o: n - k})
    else:
        yield slip("channels-pooled", "pooled the channels as well", {v: m * m * floor(c / p)})


def _slide(convolved: bool, numbers: Numbers) -> int:
    """The second way: put every window down where it fits, and count."""
    side, pool = int(numbers["size"]), int(numbers["pool"])
    if convolved:
        side = len([start for start in range(side) if start + numbers["kernel"] <= side])
    starts = [start for start in range(0, side, pool) if start + pool <= side]
    return sum(int(numbers["filters" if convolved else "channels"]) for _ in starts for _ in starts)
