"""How many samples fall to training, validation and test."""

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.notation import Expr, Sym
from generator.space import among, span

samples, percent, held_back = Sym("samples", "n"), Sym("test_percent", "p"), Sym("validation_percent", "q")
test, rest, validation, training = Sym("test", "t"), Sym("rest", "r"), Sym("validation", "v"), Sym("training", "s")
SETS = {"test": test, "training": training, "validation": validation}


@family(
    "train-test-split",
    topic="By hand",
    sources=("002",),
    tags=("nlp",),
    validated=(False, True),
    asked=tuple(SETS),
)
def train_test_split(validated: bool, asked: str) -> Problem | None:
    """How many samples each set has when a part is held back for test, and of the rest one for validation."""
    if (asked == "validation") > validated or (asked == "test" and validated):
        return None  # there is none, or the validation set is beside the point
    left = training if asked == "training" and not validated else rest
    lines = [Line(test, ceil(samples * percent / 100), "test set: its share, rounded up", result=asked == "test")]
    if asked != "test":
        lines.append(Line(left, samples - test, "rest: what is not for testing", result=not validated))
    if validated:
        held = ceil(rest * held_back / 100)
        lines.append(
            Line(validation, held, "validation set: its share of the rest, rounded up", result=asked == "validation")
        )
        if asked == "training":
            lines.append(Line(training, rest - validation, "training set: all the others", result=True))
    more = (
        " Of the samples that are left, [[ validation_percent ]] % become the validation set, rounded up as well."
        if validated
        else ""
    )
    return Problem(
        ask="A data set has [[ samples ]] labelled texts. [[ test_percent ]] % of them become the test set; a number "
        f"that is not whole is rounded up.{more} {_last(asked)}",
        numbers={samples: span(101, 4999, bounds=(10, 10_000_000)), percent: among(10, 15, 20, 25, 30, 33, 40)}
        | ({held_back: among(10, 12, 15, 20, 25, 30)} if validated else {}),
        lines=tuple(lines),
        slips=_slips(validated, asked, left),
        answer=Answer("integer", SETS[asked], unit="samples"),
        check=lambda numbers: _dealt_out(validated, asked, numbers),
        where=(
            _breaks(samples * percent),
            *((_breaks(rest * held_back),) if validated else ()),
        ),
    )


def _last(asked: str) -> str:
    return (
        "All others are for training. How many texts are "
        + {
            "test": "in the test set?",
            "training": "left for training?",
            "validation": "in the validation set?",
        }[asked]
    )


def _breaks(hundredfold: Expr) -> Condition:
    """Whether there is anything to round."""
    return differ(ceil(hundredfold / 100), floor(hundredfold / 100))


def _slips(validated: bool, asked: str, left: Sym) -> tuple[Slip, ...]:
    share = samples * percent / 100
    found = [
        slip("rounded-down", "rounded the test set down", {test: floor(share)}, credit=0.5),
        slip("other-share", "took the test set for the rest, and the rest for the test set",
             {test: ceil(samples * (100 - percent) / 100)}),
        slip("divided-by-percent", "divided by the percentage of the test set", {test: ceil(samples / percent)}),
        slip("on-top", "took the test set as that percentage on top of the rest",
             {test: ceil(samples * percent / (100 + percent))}),
        slip("share-of-the-rest", "took the test share of what is left after it",
             {test: ceil(samples * (100 - percent) * percent / 10_000)}),
        slip("one-too-many", "added one to the test set after rounding up", {test: ceil(share) + 1}),
        slip("twice", "took the test share twice", {test: ceil(2 * samples * percent / 100)}),
    ]  # fmt: skip
    if validated:
        found += [
            slip("of-all", "took the validation share of all samples", {validation: ceil(samples * held_back / 100)}),
            slip("of-the-test-set", "took the validation share of the test set",
                 {validation: ceil(test * held_back / 100)}),
            slip("validation-rounded-down", "rounded the validation set down",
                 {validation: floor(rest * held_back / 100)}, credit=0.5),
            slip("validation-other-share", "took the others for the validation set",
                 {validation: ceil(rest * (100 - held_back) / 100)}),
        ]  # fmt: skip
        if asked == "training":
            found.append(slip("validation-left-in", "left the validation set in", {training: rest}))
    if asked == "test":
        found.append(slip("ten-times", "divided by 10 instead of 100", {test: ceil(samples * percent / 10)}))
    if asked == "training":
        found.append(slip("test-not-taken-off", "left the test set in", {left: samples}))
    return tuple(found)


def _dealt_out(validated: bool, asked: str, numbers: Numbers) -> int:
    """The second way: one sample after the other goes to a set until its share is reached."""
    test_set = held = 0
    while test_set * 100 < numbers["samples"] * numbers["test_percent"]:
        test_set += 1
    left = int(numbers["samples"]) - test_set
    while validated and held * 100 < left * numbers["validation_percent"]:
        held += 1
    return {"test": test_set, "validation": held, "training": left - held}[asked]
