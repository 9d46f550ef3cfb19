"""Counting what is trained of a pretrained network with a new head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.counting import counting
from generator.derivation import Answer, Line, Problem, Slip, less, slip
from generator.family import family
from generator.functions import floor
from generator.layers import Conv2D, Dense, Layer, MaxPooling2D
from generator.layers.pooling import GlobalAveragePooling2D
from generator.listing import CONVENTION, tell
from generator.model import Model, sequential
from generator.notation import Expr, Sym, add, as_expr, mul
from generator.space import Axis, among, span

n, c, k = Sym("size", "n"), Sym("channels", "c"), Sym("kernel", "k")
f1, f2, m = Sym("filters_1", "f_{1}"), Sym("filters_2", "f_{2}"), Sym("side", "m")
base, block, whole = Sym("base", "B"), Sym("block", "L"), Sym("N")
u, classes = Sym("hidden", "u"), Sym("classes", "q")


@family(
    "transfer-learning-parameters",
    topic="Counting parameters",
    sources=("002",),
    tags=("cnn", "transfer-learning"),
    base=("layers", "number"),
    asked=("trained", "all", "last unfrozen"),
    hidden=(False, True),
    told=("words", "keras"),
)
def transfer_learning_parameters(base: str, asked: str, hidden: bool, told: str) -> Problem:
    """How many parameters are trained of a pretrained network with a new head: frozen, or its last part unfrozen."""
    head = (GlobalAveragePooling2D(), *([Dense(u, "relu")] if hidden else []), Dense(classes, "softmax"))
    return _on_layers(asked, head, told) if base == "layers" else _on_number(asked, head, told)


ASKED = {
    "trained": "How many parameters are trained?",
    "all": "How many parameters does the whole network have?",
    "last unfrozen": "How many parameters are trained?",
}


def _head(layers: tuple[Layer, ...]) -> str:
    return "; ".join(layer.words() for layer in layers)


def _numbers(hidden: bool) -> Mapping[Sym, Axis]:
    found = {classes: span(2, 20, bounds=(1, 10_000))}
    return found | ({u: among(32, 64, 128, 256, 512, bounds=(1, 65_536))} if hidden else {})


def _head_slips(kernel: Line, channels: Sym, side: Expr) -> Iterator[Slip]:
    """What goes wrong where the base meets the head's first kernel."""
    words = "fed the head with the flattened map, as if there were no global pooling"
    yield slip("flattened", words, {kernel.symbol: mul(side, side, kernel.expression)})
    yield slip("one-unit", "counted the weights of a single unit where the head begins", {kernel.symbol: channels})


# --- a base of which every layer is told -----------------------------------------------------------------------------


def _on_layers(asked: str, head: tuple[Layer, ...], told: str) -> Problem:
    base = (_conv(f1), MaxPooling2D(2), _conv(f2), MaxPooling2D(2))
    model = _frozen(sequential((n, n, c), (*base, *head)), (1, 3) if asked != "last unfrozen" else (1,))
    way = tell(model, told)
    frozen = "frozen" if asked != "last unfrozen" else "frozen except for its second convolution"
    ask = {
        "words": f"A network for images of [[ size ]] × [[ size ]] × [[ channels ]] is pretrained: {_head(base)}. It "
        f"is {frozen} and gets a new head: {_head(head)}. All layers have biases. {ASKED[asked]}",
        "keras": f"The convolutions of this model are pretrained, and the rest is new. {ASKED[asked]}",
    }[told]
    problem = counting(
        model,
        CONVENTION[told],
        ask=ask,
        trainable=asked != "all",
        code=way.code,
        given=way.given,
        numbers={
            n: among(32, 64, 96, 128, 160, 224, bounds=(4, 4096)),
            c: among(3, 4, bounds=(1, 512)),
            f1: among(8, 16, 24, 32, 48, 64, bounds=(1, 4096)),
            f2: among(32, 48, 64, 96, 128, 256, bounds=(1, 4096)),
            k: among(3, 5, bounds=(1, 31)),
            **_numbers(len(head) > 2),
        },
        where=(less(f1, f2),),
    )
    kernel = next(line for line in problem.lines if line.symbol.name[0] == "W")
    quarter = floor(n / 4)  # halved by each pooling
    return replace(problem, slips=(*_head_slips(kernel, f2, quarter), *problem.slips))


def _conv(filters: Sym) -> Layer:
    return Conv2D(filters, (k, k), padding="same", activation="relu")


def _frozen(model: Model, places: tuple[int, ...]) -> Model:
    """The model with the nodes at some places, from 1, frozen."""
    nodes = (replace(node, trainable=place not in places) for place, node in enumerate(model.nodes, 1))
    return replace(model, nodes=tuple(nodes))


# --- a base of which the number of parameters is told ----------------------------------------------------------------


def _on_number(asked: str, head: tuple[Layer, ...], told: str) -> Problem:
    model = sequential((m, m, c), head)
    problem = counting(
        model,
        CONVENTION[told],
        ask=_told(asked, head, told),
        trainable=asked != "all",
        code=_code(asked, head) if told == "keras" else "",
        numbers={
            base: among(2_257_984, 4_049_571, 7_037_504, 14_714_688, 20_861_480, 23_587_712, bounds=(1, 10**9)),
            **({block: span(160_000, 2_000_000, step=3_200, bounds=(1, 10**9))} if asked == "last unfrozen" else {}),
            m: among(4, 5, 7, 8, 10, bounds=(1, 1024)),
            c: among(512, 1024, 1280, 1536, 2048, bounds=(1, 65_536)),
            **_numbers(len(head) > 2),
        },
        where=(less(block, base),) if asked == "last unfrozen" else (),
    )
    problem = replace(problem, slips=(*_head_slips(problem.lines[0], c, m), *problem.slips))
    if asked == "trained":
        total = problem.lines[-1]
        words = "counted the frozen base as trained"
        return replace(
            problem, slips=(slip("base-too", words, {total.symbol: total.expression + base}), *problem.slips)
        )
    return _with_base(problem, asked, as_expr(model.parameters(CONVENTION[told])))


def _with_base(problem: Problem, asked: str, head: Expr) -> Problem:
    """The head's count with what is counted of the base. The model format has no layer that is a mere number."""
    count = problem.answer.symbol
    part, why = (base, "network: base and head") if asked == "all" else (block, "trained: last block and head")
    return replace(
        problem,
        lines=(*problem.lines, Line(whole, part + count, why, result=True)),
        slips=(*_parts(asked, count), *problem.slips),
        answer=Answer("integer", whole, unit=problem.answer.unit),
        proves={whole: add(part, head)},
        model=None,
    )


def _parts(asked: str, count: Sym) -> Iterator[Slip]:
    if asked == "all":
        yield slip("no-base", "left out the base, as it is frozen", {whole: count})
        yield slip("no-head", "left out the new head", {whole: base})
        yield slip("base-twice", "counted the base twice", {whole: 2 * base + count})
        return
    yield slip("no-block", "left out the unfrozen block", {whole: count})
    yield slip("no-head", "left out the new head", {whole: block})
    yield slip("whole-base", "counted the whole base as trained", {whole: base + count})
    yield slip(
        "frozen-rest", "counted what is frozen of the base instead of what is not", {whole: base - block + count}
    )


def _told(asked: str, head: tuple[Layer, ...], told: str) -> str:
    puts = "puts out maps of [[ side ]] × [[ side ]] with [[ channels ]] channels"
    frozen = {
        "trained": "It is frozen",
        "all": "It is frozen",
        "last unfrozen": "It is frozen except for its last block of [[ block ]] trainable parameters",
    }[asked]
    if told == "words":
        return (
            f"A pretrained network of [[ base ]] parameters {puts}. {frozen} and gets a new head: {_head(head)}. "
            f"The head has biases. {ASKED[asked]}"
        )
    last = " The last four layers of `base` hold [[ block ]] trainable ones." if asked == "last unfrozen" else ""
    return f"Here `base` is a pretrained network of [[ base ]] parameters that {puts}.{last} {ASKED[asked]}"


def _code(asked: str, head: tuple[Layer, ...]) -> str:
    freeze = "base.trainable = False"
    if asked == "last unfrozen":
        freeze = "for layer in base.layers[:-4]:\n    layer.trainable = False"
    rows = "".join(f"    {row},\n" for row in ("base", *(layer.keras() for layer in head)))
    return f"{freeze}\nmodel = keras.Sequential([\n{rows}])"
