"""Backwards: from the size of a convolution's output to that of its input."""

from collections.abc import Iterator

from generator.derivation import Answer, Line, Numbers, Problem, Slip, at_most, differ, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers import Conv2D
from generator.layers.transposed import Conv2DTranspose
from generator.notation import Expr, Sym, add, as_expr
from generator.space import span

o, k, s, p = Sym("output", "o"), Sym("kernel", "k"), Sym("stride", "s"), Sym("padding", "p")
w, r, f, n = Sym("w"), Sym("r"), Sym("f"), Sym("n")
ASKS = {
    "no stride": "How many rows has its input?",
    "even": "At its last position the kernel ends exactly at the edge{}. How many rows has the input?",
    "smallest": "What is the smallest number of rows that its input can have?",
    "largest": "What is the largest number of rows that its input can have?",
}


@family(
    "conv-input-size",
    topic="Shapes",
    sources=("002",),
    tags=("cnn", "backwards"),
    padding=("valid", "number"),
    fit=("no stride", "even", "smallest", "largest"),
)
def conv_input_size(padding: str, fit: str) -> Problem:
    """How large the input of a convolution is, given its output: the one that fits, the smallest or the largest."""
    strided, padded = fit != "no stride", padding == "number"
    stride, around = (s if strided else 1), (p if padded else 0)
    numbers = {o: span(6, 80, bounds=(2, 1024)), k: span(2, 9, bounds=(1, 31))}
    if strided:
        numbers[s] = span(2, 4, bounds=(2, 16))
    if padded:
        numbers[p] = span(1, 4, bounds=(1, 16))
    step = "stride [[ stride ]]" if strided else "stride 1"
    told = '[[ padding | counted("ring") ]] of zeros around its input' if padded else "no padding"
    left = s - 1 if fit == "largest" else 0
    # a transposed convolution of PyTorch puts out the smallest input that its convolution can have had
    back = Conv2DTranspose(1, (k, k), strides=stride, padding=around)
    return Problem(
        ask=f"A convolution with a kernel of [[ kernel ]] × [[ kernel ]], {step} and {told} puts out a map of "
        f"[[ output ]] × [[ output ]]. {ASKS[fit].format(' of the zeros' if padded else '')}",
        numbers=numbers,
        lines=tuple(_lines(strided, padded, left)),
        slips=tuple(_slips(strided, padded, fit)),
        answer=Answer("integer", n, unit="rows"),
        proves={n: add(as_expr(back.output_shape((o, o, 1), "pytorch")[0]), left)},
        check=lambda numbers: _by_trial(fit, numbers),
        where=(
            differ(k, o),
            less(0, n),
            *((at_most(s, k), differ(s, o)) if strided else ()),
            *((at_most(p, k), differ(n, o)) if padded else ()),
        ),
        model={"input": [n, n, 1], "layers": [Conv2D(1, (k, k), strides=stride, padding=around).config()]},
    )


def _lines(strided: bool, padded: bool, left: Expr | int) -> Iterator[Line]:
    way = Line(w, (o - 1) * (s if strided else 1), "way: from the kernel's first position to its last")
    reach = Line(r, w + k, "reach: as far as the kernel covers at its last position")
    whole = Line(f, r + left, "whole: cells that are too few for another step may be left over")
    end = whole if left else reach
    inside = Line(n, end.symbol - 2 * p, "input: without the padding at both ends")
    found = [way, reach, *([whole] if left else []), *([inside] if padded else [])]
    *before, last = found
    yield from before
    yield last if padded else Line(n, last.expression, last.why.replace("reach:", "input:").replace("whole:", "input:"))


def _slips(strided: bool, padded: bool, fit: str) -> Iterator[Slip]:
    """What goes wrong, written for the lines that there are: without padding the last of them is the input."""
    largest = fit == "largest"
    reach = r if padded or largest else n
    whole = f if padded else n
    end = whole if largest else reach
    yield slip("a-step-per-position", "took a step for every position, the first one too", {w: o * s if strided else o})
    yield slip("no-kernel", "left out the kernel at the last position", {reach: w})
    yield slip("kernel-without-a-cell", "let the kernel cover one cell less than it does", {reach: w + k - 1})
    yield slip("kernel-at-both-ends", "added the kernel's size at both ends", {reach: w + 2 * k})
    if strided and not largest:
        yield slip("kernel-and-a-cell", "added a cell behind the kernel", {reach: w + k + 1})
    if strided:
        yield slip("no-stride", "left out the stride", {w: o - 1})
        yield slip("steps-without-both-ends", "took a step too few", {w: (o - 2) * s})
        words = "worked out the output of such a convolution instead of its input"
        yield slip("forwards", words, {n: floor((o + (2 * p if padded else 0) - k) / s) + 1})
    if largest:
        words = "took the input in which no cell is left over, the smallest one"
        yield slip("smallest", words, {whole: r})
        yield slip("whole-stride-left", "left a whole stride over, enough for another step", {whole: r + s})
    if fit == "smallest":
        words = "left as many cells over as there can be, as in the largest input"
        yield slip("largest", words, {reach: w + k + s - 1})
    if padded:
        yield slip("padding-once", "took the padding away on one side only", {n: end - p})
        yield slip("padding-kept", "did not take the padding away", {n: end})
        yield slip("padding-added", "added the padding instead of taking it away", {n: end + 2 * p})
    elif not strided:
        words = "took off for the kernel what has to be added"
        yield slip("forwards", words, {n: o - k + 1})
        yield slip("same-size", "kept the size, as if the convolution were padded", {n: o})
        yield slip("half-kernel", "added half of the kernel only", {n: o + ceil(k / 2)})


def _by_trial(fit: str, numbers: Numbers) -> int:
    """The second way: slide the kernel over ever larger inputs, and keep those that give the output asked for."""
    kernel, stride, padding = numbers["kernel"], numbers.get("stride", 1), numbers.get("padding", 0)
    fitting, even = [], 0
    for rows in range(1, (numbers["output"] + 1) * stride + kernel):
        starts = range(0, rows + 2 * padding - kernel + 1, stride)
        if len(starts) == numbers["output"]:
            fitting.append(rows)
            even = rows if starts[-1] + kernel == rows + 2 * padding else even
    return max(fitting) if fit == "largest" else even if fit == "even" else min(fitting)
