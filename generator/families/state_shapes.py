"""The shapes within a recurrent cell: states and gates share one length."""

from collections.abc import Iterator

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.layers import GRU, LSTM, Recurrent, SimpleRNN
from generator.notation import Expr, Num, Sym
from generator.space import among, span

x, h, batch, T = Sym("features", "x"), Sym("units", "h"), Sym("batch", "B"), Sym("timesteps", "T")
a, e, p, r, q = Sym("a"), Sym("e"), Sym("p"), Sym("r"), Sym("q")  # sides of the arrays
g, c, s = Sym("g"), Sym("c"), Sym("s")  # lengths of gate, cell state and hidden state
one, v = Sym("m"), Sym("v")
EQUATIONS: dict[type[Recurrent], str] = {
    SimpleRNN: r"$h_t = \tanh(W x_t + U h_{t-1} + b)$",
    LSTM: r"$f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)$, $c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t$, "
    r"$h_t = o_t \odot \tanh(c_t)$",
    GRU: r"$z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z)$, $h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t$",
}
LETTER: dict[type[Recurrent], str] = {SimpleRNN: "", LSTM: "_f", GRU: "_z"}
GATE: dict[type[Recurrent], str] = {LSTM: "$f_t$", GRU: "$z_t$"}


@family(
    "state-shapes",
    topic="Shapes",
    sources=("002", "003", "004"),
    tags=("rnn", "lstm"),
    cell=(SimpleRNN, LSTM, GRU),
    asked=("shapes", "kept"),
)
def state_shapes(cell: type[Recurrent], asked: str) -> Problem:
    """The shapes of a recurrent cell's arrays, gates and states, or how many numbers its state is."""
    return _shapes(cell) if asked == "shapes" else _kept(cell)


def _shapes(cell: type[Recurrent]) -> Problem:
    gated, remembers = cell is not SimpleRNN, cell is LSTM
    by, article = LETTER[cell], "An" if cell is LSTM else "A"
    shapes = {f"$W{by}$": (a, e), f"$W{by} x_t$": (p,), f"$U{by}$": (r, q)}
    if gated:
        shapes[GATE[cell]] = (g,)
    if remembers:
        shapes["$c_t$"] = (c,)
    shapes["$h_t$"] = (s,)
    *names, last = shapes
    return Problem(
        ask=f"{article} `{cell.__name__}` layer has [[ units | counted('unit') ]] and sees "
        f"[[ features | counted('feature') ]] at every timestep. As textbooks write it, with column vectors,\n\n"
        f"{EQUATIONS[cell]}.\n\nWhat are the shapes of {', '.join(names)} and {last}?",
        numbers={x: span(8, 300, bounds=(1, 100_000)), h: span(8, 256, bounds=(2, 10_000))},
        lines=tuple(_shape_lines(gated, remembers)),
        slips=tuple(_shape_slips(cell)),
        answer=Answer("shapes", tuple(shapes.values()), names=tuple(shapes)),
        check=lambda numbers: _multiplied(gated, remembers, numbers),
        where=(differ(x, h), differ(x, 2 * h)),
        model={"input": [None, x], "layers": [cell(h).config()]},
    )


def _shape_lines(gated: bool, remembers: bool) -> Iterator[Line]:
    yield Line(a, h, "kernel's rows: one for each unit")
    yield Line(e, x, "kernel's columns: one for each feature")
    yield Line(p, a, "product: as long as the kernel is high")
    yield Line(r, h, "recurrent kernel's rows: one for each unit")
    yield Line(q, h, "recurrent kernel's columns: one for each unit")
    length = p
    if gated:
        yield Line(g, p, "gate: as long as the sum inside it")
        length = g
    if remembers:
        yield Line(c, g, "cell state: multiplied with the gate element by element")
        length = c
    yield Line(s, length, "hidden state: element by element again", result=True)


def _shape_slips(cell: type[Recurrent]) -> Iterator[Slip]:
    yield slip("kernel-transposed", "turned the kernel round, as frameworks store it for rows", {a: x, e: h, p: h})
    yield slip("product-as-input", "took the product to be as long as the input", {p: x})
    yield slip("square-kernel", "left the features out of the kernel", {e: h})
    yield slip("joined-kernel", "let the kernel of the input see the state as well", {e: x + h})
    yield slip("recurrent-sees-input", "let the recurrent kernel see the features", {q: x})
    yield slip("state-as-input", "took the hidden state to be as long as the input", {s: x})
    if cell is not SimpleRNN:
        sets = cell.gates
        yield slip("sets-stacked", f"stacked the {sets} weight sets, where one is asked for", {a: sets * h})
        yield slip("gate-one-number", "took the gate for a single number", {g: Num(1), (c if cell is LSTM else s): h})
    if cell is LSTM:
        yield slip("both-states", "took hidden and cell state together for the hidden state", {s: 2 * c})
        yield slip("memory-over-sets", "gave the cell state a part for every weight set", {c: 4 * g, s: h})


def _multiplied(gated: bool, remembers: bool, numbers: Numbers) -> list[int]:
    """The second way: multiply with lists, and see how long they get."""
    units, features = int(numbers["units"]), int(numbers["features"])
    kernel, recurrent = [[0] * features for _ in range(units)], [[0] * units for _ in range(units)]
    product = [sum(row) for row in kernel]
    states = [len(product)] * (1 + gated + remembers)
    return [len(kernel), len(kernel[0]), len(product), len(recurrent), len(recurrent[0]), *states]


def _kept(cell: type[Recurrent]) -> Problem:
    states = 2 if cell is LSTM else 1
    kept = "hidden and cell state" if cell is LSTM else "the hidden state, one number for each unit"
    article = "An" if cell is LSTM else "A"
    return Problem(
        ask=f"{article} `{cell.__name__}` layer of [[ units | counted('unit') ]] reads a batch of [[ batch ]] "
        "sequences of [[ timesteps ]] timesteps with [[ features | counted('feature') ]] each. How many numbers does "
        "it hand on from one timestep to the next, for the whole batch?",
        numbers={
            x: span(6, 60, bounds=(1, 100_000)),
            h: among(12, 16, 20, 24, 32, 48, 50, 64, 100, 128, 200, 256, bounds=(2, 10_000)),
            batch: among(4, 8, 10, 16, 20, 32, 50, 64, bounds=(2, 4096)),
            T: span(5, 60, bounds=(2, 10_000)),
        },
        lines=(
            Line(one, states * h, f"one sequence: {kept}"),
            Line(v, batch * one, "batch: every sequence has a state of its own", result=True),
        ),
        slips=tuple(_kept_slips(cell)),
        answer=Answer("integer", v, unit="numbers"),
        proves={v: states * h * batch},
        check=lambda at: sum(1 for _ in range(at["batch"]) for _ in range(states) for _ in range(at["units"])),
        where=(differ(x, h), differ(T, h), differ(batch, T), differ(x, T)),
        model={"input": [T, x], "layers": [cell(h).config()]},
    )


def _kept_slips(cell: type[Recurrent]) -> Iterator[Slip]:
    states: Expr = 2 * h if cell is LSTM else h
    if cell is LSTM:
        yield slip("no-cell-state", "left out the cell state", {one: h}, credit=0.5)
        yield slip("gates-too", "handed the gates on as well", {one: 5 * h})
    else:
        yield slip("cell-state-too", "gave it a cell state as well, as an LSTM has it", {one: 2 * h})
    if cell is GRU:
        yield slip("gates-too", "handed the gates on as well", {one: 3 * h})
    yield slip("input-too", "handed the input on as well", {one: states + x})
    yield slip("input-only", "handed the input on instead of the state", {one: x})
    yield slip("one-number", "handed one number on for every sequence", {one: Num(1)})
    yield slip("one-sequence", "counted a single sequence", {v: one})
    yield slip("batch-added", "added the number of sequences instead of multiplying by it", {v: batch + one})
    yield slip("all-timesteps", "counted the states of all timesteps", {v: batch * T * one})
    yield slip("timesteps-for-batch", "counted a state for every timestep instead of every sequence", {v: T * one})
    yield slip("recurrent-kernel", "counted the weights between the units", {one: h * h})
