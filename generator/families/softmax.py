"""Softmax by hand."""

from math import exp as e_to

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, less, slip
from generator.family import family
from generator.functions import exp, largest, sigmoid
from generator.notation import Num, Pow, Sym, add
from generator.space import tenths

PLACES = 3
TOLD = 2  # the class whose probability is asked for


@family(
    "softmax",
    topic="By hand",
    sources=("002",),
    tags=("activation", "classification"),
    classes=(3, 4),
    asked=("all", "one"),
    shifted=(False, True),
)
def softmax(classes: int, asked: str, shifted: bool) -> Problem:
    """The probabilities that softmax makes of a few scores, all of them or one."""
    z, e, p = (Sym(name, latex, (classes,)) for name, latex in (("scores", "z"), ("powers", "u"), ("p", "p")))
    d, top, total = Sym("shifted", "d", (classes,)), Sym("top", "m"), Sym("S")
    one = Sym("probability", f"p_{{{TOLD}}}")
    lines = []
    if shifted:
        lines += [
            Line(top, largest(*z.parts), "largest score: it becomes 0", places=1),
            Line(d, z - top, "shifted scores: the largest taken off each", places=1),
        ]
    lines += [
        Line(e, exp(d if shifted else z), "exponentials: all of them positive", places=PLACES),
        Line(total, add(*e.parts), "sum: of all exponentials", places=PLACES),
    ]
    if asked == "all":
        lines.append(Line(p, e / total, "probabilities: each exponential's share of the sum", PLACES, result=True))
    else:
        share = e.parts[TOLD - 1] / total
        lines.append(Line(one, share, "probability: the exponential's share of the sum", PLACES, result=True))
    answer = p if asked == "all" else one
    ask = (
        "What probabilities does softmax make of them?"
        if asked == "all"
        else f"What probability does softmax give to class {TOLD}?"
    )
    first = " Subtract the largest score from each first, as programs do." if shifted else ""
    return Problem(
        ask=f"A network's output layer has {classes} neurons, one per class. For one input their scores are\n\n"
        f"$$\nz = [[ scores ]]\n$$\n\n{ask}{first} Keep {PLACES} decimals in every line.",
        numbers={z: tenths(-10, 30)},
        lines=tuple(lines),
        slips=_slips(asked, shifted, z, d, top, e, total, answer),
        answer=Answer("vector" if asked == "all" else "decimal", answer),
        check=lambda numbers: _by_differences(classes, asked, numbers),
        where=(
            *(differ(z.parts[a], z.parts[b]) for a in range(classes) for b in range(a)),
            *(less(exp(part), 0.9 * add(*map(exp, z.parts))) for part in z.parts),
            less(0.5, add(*z.parts)),
        ),
    )


def _slips(asked: str, shifted: bool, z: Sym, d: Sym, top: Sym, e: Sym, total: Sym, answer: Sym) -> tuple[Slip, ...]:
    def mine(array: Sym) -> Sym:
        return array if asked == "all" else array.parts[TOLD - 1]

    inside = d if shifted else z
    found = [
        slip("not-divided", "left the exponentials as they are and did not divide by their sum", {answer: mine(e)}),
        slip("no-exponentials", "divided the scores themselves by their sum", {answer: mine(z) / add(*z.parts)}),
        slip("sigmoid", "took the sigmoid of each score on its own", {answer: sigmoid(mine(z))}),
        slip("by-classes", "divided by the number of classes", {answer: mine(e) / len(e.parts)}),
        slip("sum-of-scores", "added up the scores instead of their exponentials", {total: add(*z.parts)}),
        slip("last-class-missing", "left the last class out of the sum", {total: add(*e.parts[:-1])}),
        slip("first-class-missing", "left the first class out of the sum", {total: add(*e.parts[1:])}),
        slip("powers-of-two", "took powers of 2 instead of $e$", {e: Pow(Num(2), inside)}),
    ]
    if shifted:
        found += [
            slip("subtracted-from-largest", "subtracted the scores from the largest instead", {d: top - z}),
            slip("sum-not-shifted", "added up the exponentials of the scores as they were before",
                 {total: add(*map(exp, z.parts))}),
        ]  # fmt: skip
    else:
        found += [
            slip("by-largest", "divided by the largest exponential", {answer: mine(e) / largest(*e.parts)}),
            slip("negative-exponents", "put a minus sign in the exponents", {e: exp(-inside)}),
            slip("squares", "took squares instead of exponentials", {e: z**2}),
        ]
    return tuple(found)


def _by_differences(classes: int, asked: str, numbers: Numbers) -> list[float] | float:
    """The second way: 1 over the sum of what each class's lead makes of it."""
    scores = [numbers[f"scores_{place}"] for place in range(1, classes + 1)]
    found = [1 / sum(e_to(other - score) for other in scores) for score in scores]
    return found if asked == "all" else found[TOLD - 1]
