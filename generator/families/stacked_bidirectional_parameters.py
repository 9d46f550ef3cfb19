"""Counting the parameters of recurrent layers in two directions, stacked."""

from generator.counting import counting
from generator.derivation import Problem
from generator.families.recurrent_parameters import behind_directions, both_ways, configured
from generator.family import family
from generator.layers import CONVENTIONS, GRU, LSTM, Bidirectional, Recurrent, SimpleRNN
from generator.listing import counted, tell
from generator.model import sequential
from generator.notation import Sym
from generator.space import among, span

x = Sym("features", "x")
NUMBER = {2: "Two", 3: "Three"}
UNITS = (8, 10, 16, 20, 24, 32, 48, 50, 64, 100, 128)


@family(
    "stacked-bidirectional-parameters",
    topic="Counting parameters",
    sources=("000", "001", "002"),
    tags=("rnn", "bidirectional"),
    cell=(SimpleRNN, LSTM, GRU),
    layers=(2, 3),
    merge=("concat", "sum"),
    convention=CONVENTIONS,
)
def stacked_bidirectional_parameters(cell: type[Recurrent], layers: int, merge: str, convention: str) -> Problem | None:
    """How many trainable parameters stacked bidirectional recurrent layers have."""
    if convention == "pytorch" and merge != "concat":
        return None  # PyTorch's bidirectional layers concatenate
    units = [Sym("units" if n == 1 else f"units_{n}", f"h_{{{n}}}") for n in range(1, layers + 1)]
    model = sequential(
        (None, x),
        tuple(Bidirectional(configured(cell, convention, units=h, return_sequences=True), merge) for h in units),
    )
    # what a layer but the first sees; PyTorch's code says it
    given = (
        {Sym(f"width_{n}", f"d_{{{n}}}"): 2 * h for n, h in enumerate(units[:-1], 2)} if convention == "pytorch" else {}
    )
    told = ", ".join(f"[[ {h.name} ]]" for h in units[:-1]) + f" and [[ {units[-1].name} ]]"
    merged = "concatenated" if merge == "concat" else "added up"
    code = ""
    if convention == "keras":
        code = tell(model, "keras").code
    elif convention == "pytorch":
        rows = [layer.pytorch((None, width))[0] for layer, width in zip(model.layers, (x, *given), strict=False)]
        code = "\n".join(f"layer_{n} = {row}" for n, row in enumerate(rows, 1))
    return counting(
        model,
        convention,
        ask=f"{NUMBER[layers]} bidirectional `{cell.__name__}` layers are stacked, with {told} units in each "
        f"direction. The outputs of the two directions are {merged} before they reach the next layer. "
        f"The first layer sees [[ features ]] features at every timestep. "
        f"How many trainable parameters do the layers have in all? {counted(model, convention)}",
        numbers={
            x: span(8, 300, bounds=(1, 100_000)),
            **{h: among(*UNITS, bounds=(1, 10_000)) for h in units},
        },
        figure=both_ways(cell, units, merge),
        slips=behind_directions(model, convention),
        code=code,
        given=given,
    )
