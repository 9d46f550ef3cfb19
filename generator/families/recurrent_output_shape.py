"""What a recurrent layer puts out."""

from collections.abc import Iterator

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.layers import GRU, LSTM, Bidirectional, Dim, Layer, Recurrent, SimpleRNN
from generator.listing import tell
from generator.model import sequential
from generator.notation import Expr, Sym, as_expr
from generator.space import among, span

batch, T, x, h = Sym("batch", "B"), Sym("timesteps", "T"), Sym("features", "x"), Sym("units", "h")
b, t, w, one, v = Sym("b"), Sym("t"), Sym("w"), Sym("q"), Sym("v")
CELLS: dict[str, type[Recurrent]] = {"one": GRU, "concat": LSTM, "sum": SimpleRNN}


@family(
    "recurrent-output-shape",
    topic="Shapes",
    sources=("000", "002", "003"),
    tags=("rnn",),
    direction=("one", "concat", "sum"),
    sequences=(True, False),
    asked=("shape", "values"),
)
def recurrent_output_shape(direction: str, sequences: bool, asked: str) -> Problem | None:
    """The shape of a recurrent layer's output for a batch of sequences, or how many values that are."""
    if not sequences and (direction == "sum" or (direction == "one" and asked == "values")):
        return None  # nothing new beside the others
    cell = CELLS[direction](h, return_sequences=sequences)
    layer: Layer = cell if direction == "one" else Bidirectional(cell, merge_mode=direction)
    model = sequential((T, x), (layer,))
    *_, width = model.shapes[-1]
    shaped = asked == "shape"
    question = "What is the shape of its output?" if shaped else "How many values does its output hold?"
    return Problem(
        ask=f"A batch of [[ batch ]] sequences goes through this Keras model. {question}",
        code=tell(model, "keras").code,
        numbers={
            batch: among(4, 8, 10, 16, 20, 32, 50, 64, bounds=(2, 4096)),
            T: span(5, 60, bounds=(2, 10_000)),
            x: span(6, 40, bounds=(2, 10_000)),
            h: among(12, 16, 24, 32, 48, 50, 64, 100, 128, bounds=(2, 10_000)),
        },
        lines=tuple(_shape_lines(direction, sequences) if shaped else _value_lines(direction, sequences)),
        slips=tuple(_shape_slips(direction, sequences) if shaped else _value_slips(direction, sequences)),
        answer=Answer("shape", ((b, t, w) if sequences else (b, w),))
        if shaped
        else Answer("integer", v, unit="values"),
        proves={w: as_expr(width)} if shaped or direction == "concat" else {v: _values(width, sequences)},
        check=lambda numbers: _stepped(direction, sequences, asked, numbers),
        where=(differ(batch, T), differ(batch, h), differ(T, h), differ(T, x), differ(batch, x), differ(x, h)),
        model=model.config(),
        convention="keras",
    )


def _values(width: Dim, sequences: bool) -> Expr:
    return batch * T * as_expr(width) if sequences else batch * as_expr(width)


def _width(direction: str) -> Iterator[Line]:
    """The last axis; a line of its own where it is not just the units."""
    whys = {"one": "one output per unit", "concat": "both directions, side by side", "sum": "both directions, added up"}
    yield Line(w, 2 * h if direction == "concat" else h, f"width: {whys[direction]}")


def _shape_lines(direction: str, sequences: bool) -> Iterator[Line]:
    yield Line(b, batch, "sequences: the batch stays the first axis")
    if sequences:
        yield Line(t, T, "timesteps: an output for every one, as `return_sequences=True` asks for")
    yield from _width(direction)


def _value_lines(direction: str, sequences: bool) -> Iterator[Line]:
    if direction == "concat":
        yield from _width(direction)
    wide = w if direction == "concat" else h
    if sequences:
        yield Line(one, T * wide, "one sequence: an output at every timestep")
        yield Line(v, batch * one, "batch: all its sequences", result=True)
    else:
        yield Line(v, batch * wide, "batch: the last output of every sequence", result=True)


def _shape_slips(direction: str, sequences: bool) -> Iterator[Slip]:
    yield from _width_slips(direction, w)
    yield slip("features-out", "kept the features of the input", {w: x})
    yield slip(
        "features-too", "put the features of the input out as well", {w: x + (2 * h if direction == "concat" else h)}
    )
    if sequences:
        yield slip("time-first", "put the timesteps first and the batch behind them", {b: T, t: batch})
        yield slip("last-only", "kept the last timestep only, as without `return_sequences=True`", {t: as_expr(1)})
        yield slip("features-for-timesteps", "took the features for the timesteps", {t: x})
        yield slip("first-timestep-lost", "put nothing out at the first timestep", {t: T - 1})
    else:
        yield slip("timesteps-for-batch", "kept the timesteps and dropped the batch", {b: T})
        words = "took the outputs of all timesteps for one long vector"
        yield slip("all-timesteps", words, {w: T * (2 * h if direction == "concat" else h)})
        yield slip("batch-dropped", "gave out the last sequence only", {b: as_expr(1)})


def _width_slips(direction: str, width: Sym) -> Iterator[Slip]:
    gates = CELLS[direction].gates
    if direction == "concat":
        yield slip("one-direction", "counted one direction only", {width: h})
        yield slip("merged-too", "counted the merged output as a third direction", {width: 3 * h})
    if direction == "sum":
        yield slip("concatenated", "concatenated the directions, which are added up here", {width: 2 * h})
    if gates > 1:
        yield slip("gates-out", "counted an output for each of the cell's weight sets", {width: gates * h})


def _value_slips(direction: str, sequences: bool) -> Iterator[Slip]:
    concat = direction == "concat"
    wide: Expr = w if concat else h
    last = one if sequences else v
    rest = T if sequences else batch
    if concat:
        yield from _width_slips(direction, w)
    else:
        gates = CELLS[direction].gates
        if gates > 1:
            yield slip("gates-out", "counted an output for each of the cell's weight sets", {last: rest * (gates * h)})
        if direction == "sum":
            yield slip("concatenated", "concatenated the directions, which are added up here", {last: rest * (2 * h)})
    yield slip("features-out", "kept the features of the input", {last: rest * x})
    yield slip("features-too", "put the features of the input out as well", {last: rest * (x + wide)})
    if sequences:
        yield slip("last-only", "kept the last timestep only, as without `return_sequences=True`", {one: wide})
        yield slip("batch-dropped", "counted a single sequence", {v: one})
        yield slip("first-timestep-lost", "put nothing out at the first timestep", {one: (T - 1) * wide})
        yield slip("state-too", "put the state out once more behind the last timestep", {one: (T + 1) * wide})
        yield slip("batch-added", "added the number of sequences instead of multiplying by it", {v: batch + one})
    else:
        yield slip("all-timesteps", "kept the outputs of all timesteps", {v: batch * T * wide})
        yield slip("batch-dropped", "counted a single sequence", {v: wide})
        yield slip("timesteps-for-batch", "kept the timesteps and dropped the batch", {v: T * wide})
        yield slip("timesteps-added", "put the number of timesteps out as well", {v: batch * (T + wide)})


def _stepped(direction: str, sequences: bool, asked: str, numbers: Numbers) -> object:
    """The second way: walk through every sequence and gather what is put out."""
    forward = [["forward"] * int(numbers["units"]) for _ in range(numbers["timesteps"])]
    backward = [["backward"] * int(numbers["units"]) for _ in range(numbers["timesteps"])]
    steps = [a + z if direction == "concat" else a for a, z in zip(forward, backward, strict=True)]
    kept = steps if sequences else steps[-1:]
    if asked == "values":
        return int(numbers["batch"]) * sum(map(len, kept))
    return [numbers["batch"], *([len(kept)] if sequences else []), len(kept[0])]
