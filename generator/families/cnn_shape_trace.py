"""The shape of the data behind every layer of a convolutional network."""

from dataclasses import dataclass

from generator.derivation import Answer, Figure, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers import Conv2D, Flatten, Layer, MaxPooling2D
from generator.listing import tell
from generator.model import sequential
from generator.notation import Sym, as_expr
from generator.space import among, span

n, c, pool, flat = Sym("size", "n"), Sym("channels", "c"), Sym("pool", "p"), Sym("v")


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
    made = [Block(b, padding) for b in range(1, blocks + 1)]
    layers: list[Layer] = [layer for block in made for layer in block.layers]
    model = sequential((n, n, c), (*layers, Flatten()))
    last = made[-1]
    shapes = [shape for block in made for shape in block.shapes] + [(flat,)]
    return Problem(
        ask="An image of [[ size ]] × [[ size ]] × [[ channels ]] goes through this network. What is the output shape "
        "of every layer?",
        code=tell(model, "keras").code,
        numbers={
            n: span(16, 128, bounds=(4, 1024)),
            c: among(1, 3, bounds=(1, 512)),
            **{block.filters: among(4, 8, 16, 32, 64, bounds=(1, 2048)) for block in made},
            **{block.kernel: among(3, 5, 7, bounds=(1, 31)) for block in made},
            pool: among(2, 3, bounds=(2, 8)),
        },
        lines=(
            *(line for block in made for line in block.lines()),
            Line(flat, last.pooled * last.pooled * last.filters, "flatten: rows × columns × channels", result=True),
        ),
        slips=(
            *(each for block in made for each in block.slips()),
            slip("flatten-no-channels", "left out the channels when flattening", {flat: last.pooled * last.pooled}),
            slip("flatten-one-side", "took one side only when flattening", {flat: last.pooled * last.filters}),
            slip("flatten-input-channels", "flattened with the channels of the input", {flat: last.pooled**2 * c}),
        ),
        answer=Answer("shapes", tuple(shapes)),
        proves={shape[0]: as_expr(found[0]) for shape, found in zip(shapes, model.shapes[1:], strict=True)},
        check=lambda numbers: _slide(blocks, padding, numbers),
        where=(less(1, last.pooled),),
        model=model.config(),
        convention="keras",
        figure=_chain(made),
    )


def _chain(made: list["Block"]) -> Figure:
    """The layers in a row, with their output shapes left open."""
    layers = [
        told
        for b, block in enumerate(made, 1)
        for told in (
            f"Conv2D, [[ filters_{b} ]] of [[ kernel_{b} ]] × [[ kernel_{b} ]], {block.padding}",
            "MaxPooling2D, [[ pool ]] × [[ pool ]]",
        )
    ]
    return Figure("layer-chain", {"layers": [*layers, "Flatten"], "input": "[[ size ]] × [[ size ]] × [[ channels ]]"})


@dataclass(frozen=True)
class Block:
    """The b-th convolution and the pooling behind it."""

    b: int
    padding: str

    @property
    def filters(self) -> Sym:
        return Sym(f"filters_{self.b}", f"f_{{{self.b}}}")

    @property
    def kernel(self) -> Sym:
        return Sym(f"kernel_{self.b}", f"k_{{{self.b}}}")

    @property
    def conv(self) -> Sym:
        """The side of the convolution's output."""
        return Sym(f"o_{self.b}", f"o_{{{self.b}}}")

    @property
    def pooled(self) -> Sym:
        """The side of the pooling's output."""
        return Sym(f"m_{self.b}", f"m_{{{self.b}}}")

    @property
    def side(self) -> Sym:
        """The side of the input."""
        return Block(self.b - 1, self.padding).pooled if self.b > 1 else n

    @property
    def layers(self) -> tuple[Layer, Layer]:
        kernel = (self.kernel, self.kernel)
        return Conv2D(self.filters, kernel, padding=self.padding, activation="relu"), MaxPooling2D(pool)

    @property
    def shapes(self) -> list[tuple[Sym, ...]]:
        return [(side, side, self.filters) for side in (self.conv, self.pooled)]

    def lines(self) -> list[Line]:
        same = self.padding == "same"
        side = self.side if same else self.side - self.kernel + 1
        why = "the padding keeps the size" if same else "one for each position of the kernel"
        rest = "whole windows only, side by side"
        return [
            Line(self.conv, side, f"convolution {self.b}: {why}"),
            Line(self.pooled, floor(self.conv / pool), f"pooling {self.b}: {rest}", result=True),
        ]

    def slips(self) -> list[Slip]:
        b, conv, pooled, side, kernel = self.b, self.conv, self.pooled, self.side, self.kernel
        found = [
            slip(f"pool-rounded-up-{b}", "kept an incomplete pooling window", {pooled: ceil(conv / pool)}),
            slip(f"pool-slides-{b}", "slid the pooling window by one cell at a time", {pooled: conv - pool + 1}),
        ]
        if self.padding == "valid":
            found += [
                slip(f"no-plus-one-{b}", "forgot the position that the kernel starts from", {conv: side - kernel}),
                slip(f"as-same-{b}", "kept the input's size, as if the convolution were padded", {conv: side}),
            ]
        else:
            words = "shrank the map, as if the convolution were not padded"
            found += [
                slip(f"as-valid-{b}", words, {conv: side - kernel + 1}),
                slip(f"shrank-by-kernel-{b}", "took the kernel's size off the map", {conv: side - kernel}),
            ]
        return found


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
