"""The receptive field of a stack of layers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, at_most, differ, less, slip
from generator.family import family
from generator.layers import Conv2D, Dim, Layer, MaxPooling2D
from generator.layers.transposed import Conv2DTranspose
from generator.listing import tell
from generator.model import sequential
from generator.notation import Expr, Num, Sym, add, as_expr, mul
from generator.space import Axis, among, span

n, field = Sym("size", "n"), Sym("field", "r")
LAYERS = 3


@family(
    "receptive-field",
    topic="Shapes",
    sources=("002",),
    tags=("cnn",),
    stack=("plain", "strided", "pooling", "dilated"),
    told=("words", "keras"),
)
def receptive_field(stack: str, told: str) -> Problem:
    """How much of the image one cell of the last map sees, through a stack of three layers."""
    steps = [Step(number, stack) for number in range(1, LAYERS + 1)]
    model = sequential((n, n, 1), [step.layer for step in steps])
    stem = f"{', then '.join(step.words for step in steps)}. Nothing is padded."
    this = f"these layers, in this order: {stem}" if told == "words" else "this Keras model."
    return Problem(
        ask=f"An image of [[ size ]] × [[ size ]] goes through {this} How many rows of the image does one cell of the "
        "last map see?",
        code=tell(model, told).code if told == "keras" else "",
        numbers={
            n: span(48, 224, bounds=(8, 2048)),
            **{sym: axis for step in steps for sym, axis in step.axes.items()},
        },
        lines=(
            *(line for step in steps for line in step.lines()),
            Line(field, add(1, *(step.growth for step in steps)), "field: the cell itself and all growth", result=True),
        ),
        slips=tuple(_slips(steps, stack)),
        answer=Answer("integer", field, unit="rows"),
        proves={field: _needed(steps)},
        check=lambda numbers: _seen(stack, numbers),
        where=tuple(_conditions(steps)),
        model=model.config(),
        convention="keras" if told == "keras" else "",
    )


@dataclass(frozen=True)
class Step:
    """The layer of that number in the stack, and how the field grows by it."""

    number: int
    stack: str

    def named(self, name: str, letter: str) -> Sym:
        return Sym(f"{name}_{self.number}", f"{letter}_{{{self.number}}}")

    @property
    def pools(self) -> bool:
        return self.stack == "pooling" and self.number == 2

    @property
    def window(self) -> Sym:
        return Sym("pool", "p") if self.pools else self.named("kernel", "k")

    @property
    def stride(self) -> Sym | Num:
        if self.pools:
            return self.window
        return self.named("stride", "s") if self.stack == "strided" and self.number < LAYERS else Num(1)

    @property
    def dilation(self) -> Sym | Num:
        return self.named("dilation", "d") if self.stack == "dilated" and self.number > 1 else Num(1)

    @property
    def growth(self) -> Sym:
        """What this layer adds to the field."""
        return self.named("growth", "g")

    @property
    def jump(self) -> Expr:
        """How far apart in the image neighbours in the map are that this layer sees."""
        return Num(1) if all(each.stride == Num(1) for each in self.above) else self.named("jump", "j")

    @property
    def above(self) -> list["Step"]:
        return [Step(number, self.stack) for number in range(1, self.number)]

    @property
    def axes(self) -> dict[Sym, Axis]:
        usual = span(2, 7, bounds=(1, 31)) if self.stack == "plain" else among(2, 3, 4, 5, bounds=(1, 15))
        found = {self.window: among(2, 3, bounds=(2, 8)) if self.pools else usual}
        if isinstance(self.stride, Sym) and not self.pools:
            found[self.stride] = among(2, 3, bounds=(1, 8))
        if isinstance(self.dilation, Sym):
            found[self.dilation] = among(*((2, 3) if self.number == 2 else (4, 5, 6, 8)), bounds=(1, 32))
        return found

    @property
    def layer(self) -> Layer:
        if self.pools:
            return MaxPooling2D(self.window)
        kernel, holes = (self.window, self.window), _plain(self.dilation)
        return Conv2D(8 * self.number, kernel, strides=_plain(self.stride), dilation_rate=holes)

    @property
    def words(self) -> str:
        if self.pools:
            return "max pooling over windows of [[ pool ]] × [[ pool ]] side by side"
        side = f"[[ {self.window.name} ]]"
        told = f"a convolution of {side} × {side}"
        settings = {"stride": self.stride, "dilation": self.dilation}
        more = [f" with {name} [[ {value.name} ]]" for name, value in settings.items() if isinstance(value, Sym)]
        return told + "".join(more)

    def lines(self) -> Iterator[Line]:
        number = self.number
        if isinstance(self.jump, Sym):
            above = self.above[-1]
            why = f"jump {number}: so far apart in the image are the cells that layer {number} sees"
            yield Line(self.jump, mul(above.jump, above.stride), why)
        yield Line(self.growth, self.grown(), f"growth {number}: the further cells of its window, {self.apart} apart")

    @property
    def apart(self) -> str:
        if isinstance(self.dilation, Sym):
            return "a dilation"
        return "one cell" if self.jump == Num(1) else "a jump"

    def grown(self, jump: Expr | None = None, window: Expr | None = None) -> Expr:
        """What this layer adds to the field."""
        cells = self.window - 1 if window is None else window
        return mul(cells, self.dilation, self.jump if jump is None else jump)


def _plain(value: Sym | Num) -> Dim:
    return value if isinstance(value, Sym) else 1


def _conditions(steps: Sequence[Step]) -> Iterator[Condition]:
    yield less(2 * field, n)
    yield differ(field, steps[-1].window)
    for step in steps:
        if isinstance(step.stride, Sym) and not step.pools:
            yield at_most(step.stride, step.window)


def _needed(steps: Sequence[Step]) -> Expr:
    """The size of the image that a last map of a single cell needs: one transposed convolution after the other."""
    side: Dim = 1
    for step in reversed(steps):
        back = Conv2DTranspose(1, (step.window,) * 2, strides=_plain(step.stride), padding=0,
                               dilation_rate=_plain(step.dilation))  # fmt: skip
        side = back.output_shape((side, side, 1), "pytorch")[0]
    return as_expr(side)


def _slips(steps: Sequence[Step], stack: str) -> Iterator[Slip]:
    first, second, last = steps
    windows = [step.window for step in steps]
    grown = [step.growth for step in steps]
    yield slip("whole-image", "took the whole input for what one cell sees", {field: n})
    yield slip("last-window", "took the window of the last layer alone", {field: last.window})
    yield slip(
        "own-cell-missing", "left out the cell itself, beside which the windows add theirs", {field: add(*grown)}
    )
    yield slip("own-cell-everywhere", "counted the first cell of every window anew",
               {step.growth: step.grown(window=step.window) for step in (second, last)})  # fmt: skip
    yield slip("layer-missing", "left the last layer out", {field: add(*grown[:-1], 1)})
    yield slip("first-layer-missing", "left the first layer out", {field: add(*grown[1:], 1)})
    if stack == "plain":
        yield slip("multiplied", "multiplied the windows", {field: mul(*windows)})
        yield slip("both-edges", "took both outer cells off every window",
                   {step.growth: step.window - 2 for step in steps})  # fmt: skip
        yield slip("last-map", "worked out the size of the last map", {field: n - add(*grown)})
    if stack == "dilated":
        yield slip("no-dilation", "left out the dilations", {s.growth: s.window - 1 for s in (second, last)})
        yield slip("dilations-multiplied", "multiplied the dilations, as if they were strides",
                   {last.growth: mul(last.window - 1, second.dilation, last.dilation)})  # fmt: skip
        yield slip("last-undilated", "left out the last dilation", {last.growth: last.window - 1})
    if stack in ("strided", "pooling"):
        yield slip("no-strides", "left out that the cells which a later layer sees are farther apart in the image",
                   {s.growth: s.window - 1 for s in (second, last)})  # fmt: skip
    jump = last.named("jump", "j")
    if stack == "strided":
        yield slip("own-stride", "let the stride of the second layer spread its own window",
                   {second.growth: second.grown(mul(second.jump, second.stride))})  # fmt: skip
        yield slip("strides-added", "added the strides instead of multiplying them",
                   {jump: first.stride + second.stride})  # fmt: skip
        yield slip("last-stride-only", "took the stride just before the last layer alone", {jump: second.stride})
    if stack == "pooling":
        yield slip("pooling-ignored", "left the pooling out", {second.growth: Num(0), jump: Num(1)})
        yield slip("pooling-by-area", "spread the last window by the area of the pooling",
                   {jump: mul(second.window, second.window)})  # fmt: skip


def _seen(stack: str, numbers: Numbers) -> int:
    """The second way: from the first cell of the last map back to the rows that it is made of."""
    rows = {0}
    for step in reversed([Step(number, stack) for number in range(1, LAYERS + 1)]):
        window, stride, holes = (_value(each, numbers) for each in (step.window, step.stride, step.dilation))
        rows = {row * stride + cell * holes for row in rows for cell in range(window)}
    return max(rows) + 1


def _value(of: Sym | Num, numbers: Numbers) -> int:
    return int(numbers[of.name] if isinstance(of, Sym) else of.value)
