"""The size of a convolution's output."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, at_most, differ, less, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.layers import Conv2D
from generator.notation import Sym, as_expr
from generator.space import span

n, k, s, p = Sym("size", "n"), Sym("kernel", "k"), Sym("stride", "s"), Sym("padding", "p")
d, e, a, q, o = Sym("dilation", "d"), Sym("e"), Sym("a"), Sym("q"), Sym("o")


@family(
    "conv-output-size",
    topic="Shapes",
    sources=("002",),
    tags=("cnn",),
    padding=("valid", "same", "number"),
    strided=(True, False),
    dilated=(False, True),
)
def conv_output_size(padding: str, strided: bool, dilated: bool) -> Problem | None:
    """How wide the output of a convolution is, by padding, stride and dilation."""
    if padding == "same" and (dilated or not strided):
        return None  # without a stride nothing is to be worked out, and the dilation does not matter
    around: str | Sym = p if padding == "number" else padding
    layer = Conv2D(1, (k, k), strides=s if strided else 1, padding=around, dilation_rate=d if dilated else 1)
    reach = e if dilated else k
    numbers = {n: span(12, 160, bounds=(2, 4096)), k: span(5 if padding == "same" else 2, 11, bounds=(1, 64))}
    if strided:
        numbers[s] = span(2, 5, bounds=(2, 32))
    if padding == "number":
        numbers[p] = span(1, 5, bounds=(1, 32))
    if dilated:
        numbers |= {k: span(2, 7, bounds=(2, 64)), d: span(2, 5, bounds=(2, 32))}
    told = {
        "valid": "no padding (`valid`)",
        "same": '`padding="same"` as Keras has it',
        "number": '[[ padding | counted("ring") ]] of zeros around the input',
    }[padding]
    step = "stride [[ stride ]]" if strided else "stride 1"
    holes = ", dilation [[ dilation ]]" if dilated else ""
    return Problem(
        ask=f"A convolution slides a kernel of [[ kernel ]] × [[ kernel ]] over an input of [[ size ]] × [[ size ]], "
        f"with {step}{holes} and {told}. How many rows does its output have?",
        numbers=numbers,
        lines=_same() if padding == "same" else _windows(padding, strided, reach),
        slips=_same_slips() if padding == "same" else _window_slips(padding, strided, reach),
        answer=Answer("integer", o, unit="rows"),
        proves={o: as_expr(layer.output_shape((n, n, 1), "classic")[0])},
        check=lambda numbers: _slide(padding, numbers),
        where=(
            less(reach, n),
            differ(o, k),
            *((less(1, o),) if dilated else ()),
            *((at_most(p, k), differ(o, p)) if padding == "number" else ()),
            *((differ(ceil(n / s), floor(n / s)),) if padding == "same" else ()),
            *((at_most(s, k), differ(o, s)) if strided else ()),
        ),
        model={
            "input": [n, n, 1],
            "layers": [layer.config()],
        },
        convention="keras" if padding == "same" else "",
    )


def _windows(padding: str, strided: bool, reach: Sym) -> tuple[Line, ...]:
    around = 2 * p if padding == "number" else 0
    steps = [Line(a, n + around - reach, "way to go: cells that the kernel can still move over")]
    if reach is e:
        steps.insert(0, Line(e, (k - 1) * d + 1, "reach: the kernel's cells lie a dilation apart"))
    if not strided:
        return (*steps, Line(o, a + 1, "positions: one more than there are steps", result=True))
    return (
        *steps,
        Line(q, floor(a / s), "steps: an incomplete last step is dropped"),
        Line(o, q + 1, "positions: one more than there are steps", result=True),
    )


def _same() -> tuple[Line, ...]:
    return (
        Line(a, n / s, "share: the stride alone decides, the kernel does not"),
        Line(o, ceil(a), "rounded up: the padding fills the last window", result=True),
    )


def _window_slips(padding: str, strided: bool, reach: Sym) -> tuple[Slip, ...]:
    around = 2 * p if padding == "number" else 0
    last = q if strided else a
    found = [
        slip("no-plus-one", "forgot the position that the kernel starts from", {o: last}),
        slip("kernel-not-subtracted", "let the kernel hang over the edge", {a: n + around}),
        slip("half-kernel", "subtracted the kernel's size at both ends", {a: n + around - 2 * reach}),
        slip("kernel-added", "added the kernel's size instead of subtracting it", {a: n + around + reach}),
    ]
    if reach is e:
        found += [
            slip("no-dilation", "left out the dilation", {e: k}),
            slip("dilation-times-kernel", "multiplied the kernel's size by the dilation", {e: k * d}),
            slip("dilation-as-gap", "left as many cells between two of the kernel as the dilation says, one too many",
                 {e: (k - 1) * (d + 1) + 1}),
        ]  # fmt: skip
    if padding == "number":
        found += [
            slip("padding-once", "added the padding on one side only", {a: n + p - reach}),
            slip("no-padding", "left out the padding", {a: n - reach}),
            slip("padding-four-times", "added the padding twice on each side", {a: n + 4 * p - reach}),
        ]
    elif reach is k:
        found.append(slip("padded-anyway", "padded by half a kernel on both sides", {a: n - 1}))
    if strided:
        found += [
            slip("not-rounded", "did not round the number of steps down", {q: a / s}, credit=0.5),
            slip("rounded-up", "rounded up, as if the last step were complete", {q: ceil(a / s)}),
            slip("no-stride", "left out the stride", {q: a}),
            slip("stride-too-wide", "let the kernel skip one cell more than the stride says", {q: floor(a / (s + 1))}),
            slip(
                "stride-too-narrow", "let the kernel skip one cell less than the stride says", {q: floor(a / (s - 1))}
            ),
        ]
    found.append(slip("plus-two", "added two positions for the start", {o: last + 2}))
    return tuple(found)


def _same_slips() -> tuple[Slip, ...]:
    return (
        slip("rounded-down", "rounded down and dropped the last window", {o: floor(a)}),
        slip("as-valid", "counted as if there were no padding", {o: floor((n - k) / s) + 1}),
        slip(
            "as-valid-no-plus-one", "counted as without padding, and forgot the first position", {o: floor((n - k) / s)}
        ),
        slip("same-size", "took “same” to mean the size of the input", {a: n}),
        slip("plus-one", "added one to the share", {o: ceil(a) + 1}),
        slip("kernel-added", "added the kernel's size to the input", {a: (n + k) / s}),
        slip("stride-too-wide", "let the kernel skip one cell more than the stride says", {a: n / (s + 1)}),
        slip("stride-too-narrow", "let the kernel skip one cell less than the stride says", {a: n / (s - 1)}),
    )


def _slide(padding: str, numbers: Numbers) -> int:
    """The second way: put the kernel down wherever it fits, and count."""
    size, kernel, stride = int(numbers["size"]), int(numbers["kernel"]), int(numbers.get("stride", 1))
    if padding == "same":
        return len(range(0, size, stride))
    side, last = (
        size + 2 * int(numbers.get("padding", 0)),
        range(0, 10_000, int(numbers.get("dilation", 1)))[kernel - 1],
    )
    return sum(1 for start in range(0, side, stride) if start + last < side)
