"""Parts: one model, (a) its counts, (b) the shapes of its arrays, (c) what changes if nothing has biases."""

from __future__ import annotations

from dataclasses import replace

from generator.derivation import Line, Problem
from generator.forms.base import Form
from generator.forms.blanks import Wanted, carried, filled, line_wanted, picker, slips
from generator.layers.base import prod_of
from generator.listing import Sizes
from generator.model import Model
from generator.notation import Expr, Sym, add, as_expr
from generator.sheet import Sheet
from generator.task import Task

CHANGE = Sym("change", r"\Delta")
ARRAYS = 4  # asked for at most
SHARES = {"a": 0.5, "b": 0.25, "c": 0.25}  # of the points
ASKS = {
    "a": "How many parameters has each layer, and how many are there in all?",
    "b": "What are the shapes of the first arrays?",
    "c": "By how many parameters is the model smaller if nothing in it has biases?",
}


def _extended(problem: Problem) -> Problem | None:
    """The problem with the lines of the further parts; None where no whole model with biases is counted."""
    model = problem.network
    if not isinstance(model, Model) or problem.answer.unit != "parameters":
        return None
    weights = model.weights(problem.convention)
    biases = [as_expr(prod_of(weight.shape)) for weight in weights if "bias" in weight.name]
    others = [as_expr(prod_of(weight.shape)) for weight in weights if "bias" not in weight.name]
    if not biases:
        return None
    _, sides = _arrays(problem, model)
    lines = [Line(sym, expr, "side: worked out from the sizes given") for sym, expr in sides.items()]
    return replace(
        problem,
        lines=(*problem.lines, *lines, Line(CHANGE, add(*biases), "fewer: every bias", result=True)),
        proves={
            **problem.proves,
            **sides,
            CHANGE: as_expr(model.parameters(problem.convention)) - add(*others),
        },
    )


def _arrays(problem: Problem, model: Model) -> tuple[list[tuple[str, tuple[Expr, ...]]], dict[Sym, Expr]]:
    """The arrays asked for, each as words and its shape, and what the sides are that nobody drew."""
    sizes = Sizes("array_side")
    found = []
    for each in model.applied(problem.convention):
        for weight in each.weights if each.counted else ():
            name = weight.name.replace("_", " ")
            shape = sizes.named(tuple(map(as_expr, weight.shape)))
            found.append((f"{name} of layer {each.number}, `{each.node.layer.kind}`", tuple(map(as_expr, shape))))
            if len(found) == ARRAYS:
                return found, sizes.given
    return found, sizes.given


def _wanted(sheet: Sheet) -> list[Wanted]:
    problem = sheet.problem
    results = [line for line in problem.lines if line.result and line.symbol != CHANGE]
    change = next(line for line in problem.lines if line.symbol == CHANGE)
    model = problem.network
    arrays, _ = _arrays(problem, model) if isinstance(model, Model) else ([], {})
    return [
        *(line_wanted(line, "a", SHARES["a"] / len(results)) for line in results),
        *(Wanted(name, shape, "shape", None, "b", SHARES["b"] / len(arrays)) for name, shape in arrays),
        line_wanted(change, "c", SHARES["c"]),
    ]


def _task(sheet: Sheet) -> Task:
    wanted = _wanted(sheet)
    blanks = filled(sheet, wanted)
    return Task(
        stem=(sheet.stem, "Answer in parts."),
        kind="blanks",
        value=[blank.json for blank in blanks],
        answer="; ".join(f"({place}) {blank.value}" for place, blank in enumerate(blanks, 1)),
        blanks=blanks,
        parts={part: f"**({part})** {ask}" for part, ask in ASKS.items()},
        slips=slips(sheet, wanted),
        remarks=carried(blanks),
    )


FORM = Form(
    id="parts",
    says="one model in parts: its counts, the shapes of its arrays, what changes without biases",
    response="blanks",
    takes=lambda found: any(line.symbol == CHANGE for line in found.problem.lines),
    task=_task,
    picker=lambda sheet: picker(sheet, _wanted(sheet)),
    whole=True,
    extends=_extended,
)
