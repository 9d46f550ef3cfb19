"""Counting the parameters of a recurrent layer in two directions."""

from generator.counting import counting
from generator.derivation import Problem, differ
from generator.families.recurrent_parameters import asked, behind_directions, both_ways, configured
from generator.family import family
from generator.layers import GRU, LSTM, Bidirectional, Dense, Recurrent, SimpleRNN
from generator.listing import CONVENTION, WAYS, counted, tell
from generator.model import sequential
from generator.notation import Sym
from generator.space import among, span

x, h, o = Sym("features", "x"), Sym("units", "h"), Sym("outputs", "o")


@family(
    "bidirectional-parameters",
    topic="Counting parameters",
    sources=("001", "002"),
    tags=("rnn", "bidirectional"),
    cell=(SimpleRNN, LSTM, GRU),
    dense=(False, True),
    merge=("concat", "sum"),
    told=WAYS,
)
def bidirectional_parameters(cell: type[Recurrent], dense: bool, merge: str, told: str) -> Problem | None:
    """How many parameters a bidirectional recurrent layer has, alone or with the dense layer that it feeds."""
    if not dense and merge != "concat":
        return None  # how the outputs are merged changes nothing in the layer itself
    if dense and told not in ("words", "keras"):
        return None  # PyTorch has no other merge than concat
    layer = Bidirectional(configured(cell, CONVENTION[told], units=h), merge)
    model = sequential((None, x), (layer, *([Dense(o)] if dense else [])))
    way = tell(model, told)
    ask = asked(way, told, "bidirectional network" if dense else "bidirectional layer")
    if not dense and told == "words":
        ask = (
            f"A{layer.words()[1:]} sees [[ features ]] features at every timestep. How many parameters does it have? "
            f"{counted(model, 'classic')}"
        )
    return counting(
        model,
        CONVENTION[told],
        ask=ask,
        numbers={
            x: span(8, 300, bounds=(1, 100_000)),
            h: among(8, 10, 16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, bounds=(1, 10_000)),
            **({o: among(2, 3, 5, 10, 16, 20, 32, 50, 64, 100, 128, bounds=(1, 100_000))} if dense else {}),
        },
        slips=behind_directions(model, CONVENTION[told]),
        where=(differ(x, h),),
        code=way.code,
        figure=both_ways(cell, (h,), merge),
        given=way.given,
    )
