"""Counting the parameters of one recurrent layer."""

from generator.derivation import Answer, Problem, differ
from generator.family import family
from generator.layers import CONVENTIONS, GRU, LSTM, Recurrent, SimpleRNN
from generator.model import Model
from generator.notation import Sym
from generator.space import among, span

x, h = Sym("features", "x"), Sym("units", "h")

STATED = {
    "classic": "Count as textbooks do, with one bias per gate and unit.",
    "keras": "Count as Keras does.",
    "pytorch": "Count as PyTorch does.",
}


@family(
    "recurrent-parameters",
    topic="Counting parameters",
    sources=("000", "001", "002", "003"),
    tags=("rnn",),
    cell=(SimpleRNN, LSTM, GRU),
    bias=(True, False),
    convention=CONVENTIONS,
)
def recurrent_parameters(cell: type[Recurrent], bias: bool, convention: str) -> Problem:
    """How many trainable parameters one recurrent layer has, in three conventions."""
    layer = cell(units=h, use_bias=bias)
    model = Model((None, x), (layer,))
    worked = model.worked(convention)
    code = {"classic": "", "keras": layer.keras(), "pytorch": layer.pytorch((None, x))}[convention]
    what = f"{'An' if cell is LSTM else 'A'} `{cell.__name__}` layer" if not code else "This layer"
    without = "" if bias or code else " It has no biases."
    return Problem(
        ask=f"{what} has [[ units ]] units and sees [[ features ]] input features at every timestep.{without} "
        f"How many trainable parameters does it have?" + (f" {STATED[convention]}" if bias or code else ""),
        numbers={
            x: span(4, 512, bounds=(1, 100_000)),
            h: among(8, 10, 12, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 200, 256, bounds=(1, 10_000)),
        },
        code=code,
        lines=worked.lines,
        slips=worked.slips,
        answer=Answer("integer", worked.count, unit="parameters"),
        proves={worked.count: model.parameters(convention)},
        where=(differ(x, h),),
        model=model.config(),
        convention=convention,
    )
