"""The shape of the data behind every layer of a convolutional network."""

from generator.derivation import Answer, Line, Numbers, Problem, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers import Conv2D, Flatten, Layer, MaxPooling2D
from generator.model import Model
from generator.notation import Sym, as_expr
from generator.space import among, span

n, c, pool = Sym("size", "n"), Sym("channels", "c"), Sym("pool", "p")


@family(
    "cnn-shape-trace",
    topic="Shapes",
    sources=("002",),
    tags=("cnn",),
    blocks=(1, 2),
    padding=("valid", "same"),
)
def cnn_shape_trace(blocks: int, padding: str) -> Problem:
    """The output shape of every layer of a convolutional network, read from Keras code."""
    filters = [Sym(f"filters_{b}", f"f_{{{b}}}") for b in range(1, blocks + 1)]
    kernels = [Sym(f"kernel_{b}", f"k_{{{b}}}") for b in range(1, blocks + 1)]
    stack: list[Layer] = []
    for f, k in zip(filters, kernels, strict=True):
        stack += [Conv2D(f, (k, k), padding=padding, activation="relu"), MaxPooling2D(pool)]
    model = Model((n, n, c), (*stack, Flatten()))
    lines: list[Line] = []
    shapes: list[tuple[Sym, ...]] = []
    slips = []
    side, depth = n, c
    for b, (f, k) in enumerate(zip(filters, kernels, strict=True), 1):
        conv, pooled = Sym(f"o_{b}", f"o_{{{b}}}"), Sym(f"m_{b}", f"m_{{{b}}}")
        grown = side if padding == "same" else side - k + 1
        why = "the padding keeps the size" if padding == "same" else "one for each position of the kernel"
        lines += [
            Line(conv, as_expr(grown), f"convolution {b}: {why}"),
            Line(pooled, floor(conv / pool), f"pooling {b}: whole windows only, side by side", result=True),
        ]
        shapes += [(conv, conv, f), (pooled, pooled, f)]
        slips += [
            slip(f"pool-rounded-up-{b}", "kept an incomplete pooling window", {pooled: ceil(conv / pool)}),
            slip(f"pool-slides-{b}", "slid the pooling window by one cell at a time", {pooled: conv - pool + 1}),
        ]
        if padding == "valid":
            slips += [
                slip(f"no-plus-one-{b}", "forgot the position that the kernel starts from", {conv: side - k}),
                slip(f"as-same-{b}", "kept the input's size, as if the convolution were padded", {conv: side}),
            ]
        elif b == 1:  # a padded convolution further on has the size of the pooling before it: no line of its own
            slips += [
                slip(f"as-valid-{b}", "shrank the map, as if the convolution were not padded", {conv: side - k + 1}),
                slip(f"shrank-by-kernel-{b}", "took the kernel's size off the map", {conv: side - k}),
            ]
        side, depth = pooled, f
    flat = Sym("v")
    lines.append(Line(flat, side * side * depth, "flatten: rows × columns × channels", result=True))
    slips += [
        slip("flatten-no-channels", "left out the channels when flattening", {flat: side * side}),
        slip("flatten-one-side", "took one side only when flattening", {flat: side * depth}),
        slip("flatten-input-channels", "flattened with the channels of the input", {flat: side * side * c}),
    ]
    shapes.append((flat,))
    wanted = {s[0]: as_expr(shape[0]) for s, shape in zip(shapes, model.shapes[1:], strict=True)}
    return Problem(
        ask="An image of [[ size ]] × [[ size ]] × [[ channels ]] goes through this network. What is the output shape "
        "of every layer?",
        code=model.keras(),
        numbers={
            n: span(16, 128, bounds=(4, 1024)),
            c: among(1, 3, bounds=(1, 512)),
            **{f: among(4, 8, 16, 32, 64, bounds=(1, 2048)) for f in filters},
            **{k: among(3, 5, 7, bounds=(1, 31)) for k in kernels},
            pool: among(2, 3, bounds=(2, 8)),
        },
        lines=tuple(lines),
        slips=tuple(slips),
        answer=Answer("shapes", tuple(shapes)),
        proves=wanted,
        check=lambda numbers: _slide(blocks, padding, numbers),
        where=(less(1, side),),
        model=model.config(),
        convention="keras",
    )


def _slide(blocks: int, padding: str, numbers: Numbers) -> list[int]:
    """The second way: put every window down where it fits, and count."""
    side, window = int(numbers["size"]), int(numbers["pool"])
    found: list[int] = []
    for b in range(1, blocks + 1):
        kernel = int(numbers[f"kernel_{b}"])
        around = kernel - 1 if padding == "same" else 0
        side = sum(1 for start in range(side + around) if start + kernel <= side + around)
        found += [side, side, int(numbers[f"filters_{b}"])]
        side = sum(1 for start in range(0, side, window) if start + window <= side)
        found += [side, side, int(numbers[f"filters_{b}"])]
    return [*found, side * side * int(numbers[f"filters_{blocks}"])]
