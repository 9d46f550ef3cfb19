"""Counting the parameters of recurrent layers on top of each other."""

from generator.counting import counting
from generator.derivation import Figure, Problem, Slip, differ, slip
from generator.families.recurrent_parameters import asked, configured
from generator.family import family
from generator.layers import GRU, LSTM, Dense, Recurrent, SimpleRNN
from generator.listing import CONVENTION, WAYS, tell
from generator.model import sequential
from generator.notation import Sym
from generator.space import among

x, o = Sym("features", "x"), Sym("outputs", "o")
UNITS = (8, 10, 16, 20, 24, 32, 48, 50, 64, 100, 128, 200, 256)
WIDTHS = (12, 15, 25, 26, 30, 40, 64, 75, 80, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000)


@family(
    "stacked-recurrent-parameters",
    topic="Counting parameters",
    sources=("000", "001"),
    tags=("rnn",),
    cell=(SimpleRNN, LSTM, GRU),
    layers=(2, 3),
    bias=(True, False),
    output=(False, True),
    told=WAYS,
)
def stacked_recurrent_parameters(
    cell: type[Recurrent], layers: int, bias: bool, output: bool, told: str
) -> Problem | None:
    """How many parameters two or three stacked recurrent layers have, with an output layer or without."""
    if told != "words" and (output or layers > 2 or not bias):
        return None  # code and summaries show the plain stack; without biases the conventions agree
    if layers > 2 and (output or not bias):
        return None  # long enough as it is
    units = [Sym("units" if n == 1 else f"units_{n}", f"h_{{{n}}}") for n in range(1, layers + 1)]
    stack = [
        configured(cell, CONVENTION[told], units=each, use_bias=bias, return_sequences=each != units[-1])
        for each in units
    ]
    model = sequential((None, x), (*stack, *([Dense(o, use_bias=bias)] if output else [])))
    way = tell(model, told)
    return counting(
        model,
        CONVENTION[told],
        ask=asked(way, told, "deep recurrent network" if output else "stack of recurrent layers"),
        numbers={
            x: among(*WIDTHS, bounds=(1, 100_000)),
            **{each: among(*UNITS, bounds=(1, 10_000)) for each in units},
            **({o: among(2, 5, 10, *WIDTHS, bounds=(1, 100_000))} if output else {}),
        },
        slips=_slips(units),
        where=(differ(x, units[0]),),
        code=way.code,
        figure=_unrolled(cell, units, output),
        given=way.given,
    )


def _unrolled(cell: type[Recurrent], units: list[Sym], output: bool) -> Figure:
    names = [f"[[ {each.name} ]] units" for each in units]
    return Figure(
        "deep-rnn",
        {
            "layers": len(units),
            "cell": cell.torch,
            "names": [*names, *(["[[ outputs ]] units"] if output else [])],
            "input": "[[ features ]] features",
            "head": "yes" if output else "no",
            "until": "T",
        },
    )


def _slips(units: list[Sym]) -> tuple[Slip, ...]:
    """What goes wrong between the layers."""
    kernel, recurrent = (
        [Sym(f"{letter}_{n}", f"{letter}_{{{n}}}") for n in range(2, len(units) + 1)] for letter in "WU"
    )
    below = {each: h * before for each, before, h in zip(recurrent, units, units[1:], strict=False)}
    return (
        slip(
            "no-kernel-between", "left out the weights from one recurrent layer to the next", dict.fromkeys(kernel, 0)
        ),
        slip("recurrent-kernel-from-below", "fed the recurrent kernel from the layer below", below),
    )
