"""The size of a map on the way back: enlarged by upsampling or by a transposed convolution."""

from collections.abc import Iterator
from dataclasses import replace

from generator.derivation import Answer, Line, Numbers, Problem, Slip, at_most, differ, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers.reshape import UpSampling2D
from generator.layers.transposed import Conv2DTranspose
from generator.listing import tell
from generator.model import sequential
from generator.notation import Sym, as_expr
from generator.space import among, span

n, c, t = Sym("size", "n"), Sym("channels", "c"), Sym("factor", "t")
filters, k, s, p, x = (
    Sym("filters", "f"), Sym("kernel", "k"), Sym("stride", "s"), Sym("padding", "p"), Sym("output_padding", "u")
)  # fmt: skip
w, r, q, o, v = Sym("w"), Sym("r"), Sym("q"), Sym("o"), Sym("v")


@family(
    "upsampling-output-size",
    topic="Shapes",
    sources=("002",),
    tags=("cnn", "u-net"),
    by=("upsampling", "transposed", "transposed same", "transposed padded", "output padding"),
    told=("words", "keras", "pytorch"),
)
def upsampling_output_size(by: str, told: str) -> Problem | None:
    """How large a map becomes by upsampling or by a transposed convolution."""
    ways = {
        "upsampling": ("words", "keras"),
        "transposed": ("words", "keras"),
        "transposed same": ("keras",),
        "transposed padded": ("words", "pytorch"),
        "output padding": ("pytorch",),
    }
    if told not in ways[by]:
        return None
    return _upsampling(told) if by == "upsampling" else _transposed(by, told)


def _upsampling(told: str) -> Problem:
    layer = UpSampling2D(t)
    model = sequential((n, n, c), (layer,))
    this = {
        "words": "A map of [[ size ]] × [[ size ]] × [[ channels ]] is enlarged by upsampling, which repeats every "
        'cell [[ factor | counted("time") ]] along each side. How many values does it hold then?',
        "keras": "How many values does the output of this Keras model hold, for one image?",
    }[told]
    return Problem(
        ask=this,
        code=tell(model, told).code if told == "keras" else "",
        numbers={
            n: span(6, 64, bounds=(1, 1024)),
            c: among(4, 8, 12, 16, 24, 32, 48, 64, bounds=(1, 2048)),
            t: span(2, 4, bounds=(2, 32)),
        },
        lines=(
            Line(o, n * t, "enlarged side: every cell as many times as the factor says"),
            Line(v, o * o * c, "values: rows × columns × channels", result=True),
        ),
        slips=(
            slip("area-by-factor", "let the factor multiply the number of values, and not each side",
                 {v: n * n * t * c}),
            slip("no-channels", "left out the channels", {v: o * o}),
            slip("one-side", "took one side only", {v: o * c}),
            slip("not-enlarged", "kept the side as it was", {o: n}),
            slip("pooled", "made the map smaller, as pooling does", {o: floor(n / t)}),
            slip("factor-added", "added the factor to the side", {o: n + t}),
            slip("side-by-area", "multiplied each side by the cells that come of one", {o: n * t * t}),
            slip("between-cells", "put new cells between the old ones only, and none behind the last",
                 {o: (n - 1) * t + 1}),
            slip("copy-too-many", "repeated every cell once more, beside the cell itself", {o: n * (t + 1)}),
            slip("channels-too", "multiplied the channels as well", {v: o * o * c * t}),
        ),
        answer=Answer("integer", v, unit="values"),
        proves={v: as_expr(layer.output_shape((n, n, c))[0]) * as_expr(layer.output_shape((n, n, c))[1]) * c},
        check=lambda at: at["channels"] * len([0 for _ in range(at["size"]) for _ in range(at["factor"])]) ** 2,
        where=(differ(n, t),),
        model=model.config(),
    )  # fmt: skip


def _transposed(by: str, told: str) -> Problem:
    padded, same, extra = by in ("transposed padded", "output padding"), by == "transposed same", by == "output padding"
    around = p if padded else 0
    layer = Conv2DTranspose(filters, (k, k), strides=s, padding=around, output_padding=x if extra else None)
    shown = layer if told == "pytorch" else replace(layer, padding="same" if same else "valid")
    model = sequential((n, n, c), (shown,))
    out = as_expr(n * s if same else layer.output_shape((n, n, c), "pytorch")[0])
    kernels = span(4 if padded else 3, 7, bounds=(1, 31))
    numbers = {n: span(6, 72, bounds=(1, 1024)), k: kernels, s: span(2, 4, bounds=(1, 16))}
    if padded:
        numbers[p] = span(1, 3, bounds=(1, 16))
    if extra:
        numbers[x] = span(1, 2, bounds=(1, 15))
    if told != "words":
        numbers |= {c: among(8, 16, 32, 64, bounds=(1, 2048)), filters: among(4, 8, 16, 32, bounds=(1, 2048))}
    return Problem(
        ask=_ask(padded, told),
        code=tell(model, told).code if told != "words" else "",
        numbers=numbers,
        lines=(Line(o, n * s, "enlarged side: with “same” the stride alone decides", result=True),)
        if same
        else tuple(_lines(padded, extra)),
        slips=tuple(_same_slips() if same else _slips(padded, extra)),
        answer=Answer("integer", o, unit="rows"),
        proves={o: out},
        check=lambda numbers: _cover(same, numbers),
        where=(
            at_most(s, k),
            differ(o, k),
            differ(n, s),
            *((at_most(2 * p, k), less(1, o)) if padded else ()),
            *((less(x, s),) if extra else ()),
        ),
        model=model.config()
        if told != "words"
        else {"input": [n, n, 1], "layers": [replace(layer, filters=1).config()]},
        convention="" if told == "words" else told,
    )


def _ask(padded: bool, told: str) -> str:
    if told != "words":
        framework = "Keras" if told == "keras" else "PyTorch"
        map_ = "A map of [[ size ]] × [[ size ]] × [[ channels ]]"
        return f"{map_} goes through this {framework} model. How many rows does the output have?"
    cut = ' Its padding of [[ padding ]] then cuts [[ padding | counted("ring") ]] of cells off all around.'
    return (
        "A transposed convolution with a kernel of [[ kernel ]] × [[ kernel ]] and stride [[ stride ]] enlarges a map "
        "of [[ size ]] × [[ size ]]: for every cell of the map it puts the kernel down in the output, a stride further "
        f"each time, and adds up what overlaps.{cut if padded else ''} How many rows does the output have?"
    )


def _lines(padded: bool, extra: bool) -> Iterator[Line]:
    yield Line(w, (n - 1) * s, "way: from the first kernel to the last")
    yield Line(r if padded else o, w + k, "reach: the last kernel covers its own size from there", result=not padded)
    if padded:
        yield Line(q if extra else o, r - 2 * p, "cut: the padding is taken away at both ends", result=not extra)
    if extra:
        yield Line(o, q + x, "output padding: added at one end", result=True)


def _slips(padded: bool, extra: bool) -> Iterator[Slip]:
    reach, cut = (r if padded else o), (q if extra else o)
    yield slip("a-step-per-cell", "took a step for every cell, the first one too", {w: n * s})
    yield slip("no-kernel", "left out the size of the last kernel", {reach: w})
    yield slip("no-stride", "left out the stride", {w: n - 1})
    yield slip("kernel-without-a-cell", "let the kernel cover one cell less than it does", {reach: w + k - 1})
    yield slip("step-missing", "took a step too few", {w: (n - 2) * s})
    yield slip("half-kernel", "added half of the kernel only", {reach: w + floor(k / 2)})
    yield slip("side-by-side", "set the kernels side by side, whatever the stride", {w: (n - 1) * k})
    words = "worked out a convolution instead of a transposed one"
    yield slip("forwards", words, {o: floor((n + (2 * p if padded else 0) - k) / s) + 1})
    if padded:
        yield slip("padding-added", "added the padding, as in a convolution", {cut: reach + 2 * p})
        yield slip("padding-once", "took the padding away at one end only", {cut: reach - p})
        yield slip("no-padding", "left out the padding", {cut: reach})
    if extra:
        yield slip("no-output-padding", "left out the output padding", {o: q})
        yield slip("output-padding-twice", "added the output padding at both ends", {o: q + 2 * x})


def _same_slips() -> Iterator[Slip]:
    yield slip("same-size", "took “same” to mean the size of the input", {o: n})
    yield slip("as-valid", "counted as if there were no padding", {o: (n - 1) * s + k})
    yield slip("no-kernel", "left out the cell that the last kernel is put down for", {o: (n - 1) * s})
    yield slip("forwards", "divided by the stride, as a convolution does", {o: ceil(n / s)})
    yield slip("kernel-added", "added the kernel's size", {o: n * s + k})
    yield slip("kernel-for-stride", "multiplied by the kernel's size instead of the stride", {o: n * k})
    yield slip(
        "between-cells", "put new cells between the old ones only, and none behind the last", {o: (n - 1) * s + 1}
    )
    yield slip("stride-squared", "multiplied each side by the cells that come of one", {o: n * s * s})
    yield slip("stride-added", "added the stride to the side", {o: n + s})


def _cover(same: bool, numbers: Numbers) -> int:
    """The second way: put a kernel down for every cell, and see which cells of the output are covered."""
    size, kernel, stride = int(numbers["size"]), int(numbers["kernel"]), int(numbers["stride"])
    if same:
        return len([0 for _ in range(size) for _ in range(stride)])
    covered = {cell * stride + place for cell in range(size) for place in range(kernel)}
    return len(covered) - 2 * int(numbers.get("padding", 0)) + int(numbers.get("output_padding", 0))
