"""What a dilated kernel covers."""

from generator.derivation import Answer, Line, Problem, slip
from generator.family import family
from generator.layers import Conv2D
from generator.layers.conv import Conv1D, reach
from generator.notation import Sym, as_expr
from generator.space import span

k, d = Sym("kernel", "k"), Sym("dilation", "d")
g, e, z, cells, weights = Sym("g"), Sym("e"), Sym("z"), Sym("a"), Sym("w")
STEM = "A kernel of [[ kernel ]] × [[ kernel ]] is used with dilation [[ dilation ]] (dilation 1 would leave no gaps)."


@family(
    "dilated-kernel-size",
    topic="Shapes",
    sources=("002",),
    tags=("cnn",),
    asked=("width", "zeros", "past"),
)
def dilated_kernel_size(asked: str) -> Problem:
    """How far a dilated kernel reaches, how many zeros lie in it, and how far back a causal one looks."""
    return {"width": _width, "zeros": _zeros, "past": _past}[asked]()


GAPS = Line(g, (k - 1) * (d - 1), "gaps: dilation − 1 cells between each two neighbours")
WIDTH = Line(e, k + g, "width: the kernel's own cells and the gaps", result=True)
MODEL = {"input": [64, 64, 1], "layers": [Conv2D(1, (k, k), dilation_rate=d).config()]}


def _width() -> Problem:
    return Problem(
        ask=f"{STEM} How many cells wide is the window that it covers?",
        numbers={k: span(3, 15, bounds=(2, 64)), d: span(2, 12, bounds=(2, 64))},
        lines=(GAPS, WIDTH),
        slips=(
            slip("dilation-as-gap", "left as many cells between two of the kernel as the dilation says, one too many",
                 {g: (k - 1) * d}),
            slip("gap-behind-each", "put a gap behind every cell, the last one too", {g: k * (d - 1)}),
            slip("gaps-around", "put gaps around the kernel as well", {g: (k + 1) * (d - 1)}),
            slip("one-gap", "counted a single gap", {g: d - 1}),
            slip("no-dilation", "left out the gaps", {e: k}),
            slip("gaps-only", "left out the kernel's own cells", {e: g}),
            slip("dilation-added", "added the dilation to the kernel's size", {e: k + d}),
            slip("gap-missing", "counted a gap too few", {g: (k - 2) * (d - 1)}),
        ),
        answer=Answer("integer", e, unit="cells"),
        proves={e: as_expr(reach(k, d))},
        check=lambda at: max(range(0, at["kernel"] * at["dilation"], at["dilation"])) + 1,
        model=MODEL,
    )  # fmt: skip


def _zeros() -> Problem:
    return Problem(
        ask=f"{STEM} It can be written as a larger kernel with zeros in the gaps. How many zeros are that?",
        numbers={k: span(2, 9, bounds=(2, 32)), d: span(2, 8, bounds=(2, 32))},
        lines=(
            GAPS,
            Line(e, WIDTH.expression, WIDTH.why),
            Line(cells, e * e, "cells: of the large kernel"),
            Line(weights, k * k, "weights: dilation adds none"),
            Line(z, cells - weights, "zeros: every other cell", result=True),
        ),
        slips=(
            slip("dilation-as-gap", "left as many cells between two of the kernel as the dilation says, one too many",
                 {g: (k - 1) * d}),
            slip("gap-behind-each", "put a gap behind every cell, the last one too", {g: k * (d - 1)}),
            slip("one-gap", "counted a single gap", {g: d - 1}),
            slip("gaps-only", "left out the kernel's own cells", {e: g}),
            slip("weights-kept", "counted the weights among the zeros", {z: cells}),
            slip("one-row", "counted the zeros of a single row", {z: g}),
            slip("gaps-squared", "counted the zeros where gaps cross gaps only", {z: g * g}),
            slip("rows-of-weights-only", "counted the zeros in the rows that hold weights only", {z: k * g}),
            slip("weights-of-one-row", "took the weights of a single row away", {weights: k}),
        ),
        answer=Answer("integer", z, unit="zeros"),
        proves={z: as_expr(reach(k, d)) * as_expr(reach(k, d)) - k * k},
        check=lambda at: sum(
            bool(row % at["dilation"] or column % at["dilation"])
            for row in range((at["kernel"] - 1) * at["dilation"] + 1)
            for column in range((at["kernel"] - 1) * at["dilation"] + 1)
        ),
        model=MODEL,
    )  # fmt: skip


def _past() -> Problem:
    steps, back = Sym("b"), Sym("t")
    return Problem(
        ask="A causal convolution over time has a kernel of width [[ kernel ]] and dilation [[ dilation ]]: its output "
        "at a timestep sees that timestep and earlier ones. How many timesteps before it lies the earliest that it "
        "sees?",
        numbers={k: span(3, 12, bounds=(2, 64)), d: span(2, 32, bounds=(2, 512))},
        lines=(
            Line(steps, k - 1, "steps back: the last cell of the kernel is the timestep itself"),
            Line(back, steps * d, "timesteps back: every step is a dilation long", result=True),
        ),
        slips=(
            slip("own-timestep", "took a step for the timestep itself as well", {steps: k}),
            slip("dilation-as-gap", "left as many timesteps out as the dilation says, one too many",
                 {back: steps * (d + 1)}),
            slip("gap-only", "counted the timesteps that are left out only", {back: steps * (d - 1)}),
            slip("no-dilation", "left out the dilation", {back: steps}),
            slip("as-many-as-seen", "counted the timestep itself as well", {back: steps * d + 1}),
            slip("centred", "let the kernel look forwards as far as backwards", {back: steps * d / 2}),
            slip("added", "added the dilation instead of multiplying by it", {back: steps + d}),
            slip("step-missing", "took a step too few", {steps: k - 2}),
        ),
        answer=Answer("integer", back, unit="timesteps"),
        proves={back: as_expr(reach(k, d)) - 1},
        check=lambda at: len(range(0, at["kernel"] * at["dilation"], at["dilation"])[1:]) * at["dilation"],
        model={"input": [1000, 1], "layers": [Conv1D(1, (k,), padding="causal", dilation_rate=d).config()]},
    )  # fmt: skip
