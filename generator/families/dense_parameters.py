"""Counting the parameters of one dense layer."""

from generator.counting import counting
from generator.derivation import Problem, Slip, slip, tidy
from generator.family import family
from generator.layers import Dense
from generator.listing import CONVENTION, WAYS, stem, tell
from generator.model import sequential
from generator.notation import Sym
from generator.space import among, span

x, h = Sym("features", "x"), Sym("units", "h")
W, b, P = Sym("W"), Sym("b"), Sym("P")  # the layer's own lines
UNITS = (4, 5, 8, 10, 12, 16, 20, 24, 32, 48, 50, 64, 80, 96, 100, 128, 200, 256, 512)


@family("dense-parameters", topic="Counting parameters", sources=("002",), tags=("ann",), bias=(True, False), told=WAYS)
def dense_parameters(bias: bool, told: str) -> Problem:
    """How many parameters one dense layer has."""
    model = sequential((x,), (Dense(h, use_bias=bias),))
    shown = tell(model, told)
    parts = ", weights and biases together," if bias and told == "words" else ""
    problem = counting(
        model,
        CONVENTION[told],
        ask=stem(
            shown,
            told,
            f"How many parameters{parts} does {{}} have?",
            f"[[ features ]] features feed {shown.text}",
            "it",
        ),
        numbers={x: span(4, 1024, bounds=(1, 100_000)), h: among(*UNITS, bounds=(1, 65_536))},
        slips=_slips_with_biases() if bias else _slips_without_biases(),
        code=shown.code,
        given=shown.given,
    )
    return tidy(problem)  # without biases the kernel is the count, and the answer goes by its name


def _slips_with_biases() -> tuple[Slip, ...]:
    return (
        slip("features-added", "added features and units instead of multiplying them", {W: x + h}),
        slip("biases-of-the-inputs", "counted a bias per input instead of per unit", {b: x}, credit=0.5),
        slip("two-biases", "counted two biases per unit", {b: 2 * h}, credit=0.5),
        slip("unit-for-the-bias", "took one of the units for a bias unit that needs no weights", {W: x * (h - 1)}),
        slip("bias-unit-on-both-sides", "gave the output a bias unit too, not only the input", {P: (x + 1) * (h + 1)}),
        slip("recurrent-kernel", "fed the units back to themselves, as a recurrent layer does", {W: x * h + h * h}),
    )


def _slips_without_biases() -> tuple[Slip, ...]:
    return (
        slip("biases-counted", "counted a bias per unit, though the layer has none", {W: x * h + h}, credit=0.5),
        slip("bias-counted", "counted one bias, though the layer has none", {W: x * h + 1}),
        slip("biases-per-input-counted", "counted a bias per input, though the layer has none", {W: x * h + x}),
        slip(
            "input-for-the-bias", "took one of the inputs for the bias that the layer does not have", {W: (x - 1) * h}
        ),
        slip("features-added", "added features and units instead of multiplying them", {W: x + h}),
        slip("unit-for-the-bias", "took one of the units for a bias unit that needs no weights", {W: x * (h - 1)}),
        slip("recurrent-kernel", "fed the units back to themselves, as a recurrent layer does", {W: x * h + h * h}),
    )
