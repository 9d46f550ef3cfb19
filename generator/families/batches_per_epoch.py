"""How many batches an epoch has."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.notation import Expr, Sym
from generator.space import among, span

samples, batch, percent = Sym("samples", "n"), Sym("batch", "m"), Sym("percent", "v")
aside, training = Sym("aside", "a"), Sym("training", "t")
batches, before, last = Sym("batches", "b"), Sym("before", "k"), Sym("last", "r")
SIZES = among(16, 32, 64, 128, 256, bounds=(2, 100_000))
KERAS = "model.fit(x_train, y_train, batch_size=[[ batch ]], epochs=10)"
PYTORCH = (
    "from torch.utils.data import DataLoader\n\nloader = DataLoader(train_set, batch_size=[[ batch ]], shuffle=True{})"
)
ASK = {
    "words": "A training set has [[ samples ]] samples. They go through the network in batches of [[ batch ]]. How "
    "many batches does one epoch have?",
    "keras": "A Keras `model` is trained on the [[ samples ]] samples of `x_train` and their targets `y_train`. How "
    "many batches does each epoch of this call have?",
    "pytorch": "`train_set` has [[ samples ]] samples. How many batches does the loader give in one epoch?",
    "incomplete batch dropped": "`train_set` has [[ samples ]] samples. How many batches does the loader give in one "
    "epoch?",
    "validation set": "Of [[ samples ]] samples, [[ percent ]] % are set aside for validation. The others go through "
    "the network in batches of [[ batch ]]. How many batches does one epoch of training have?",
    "last batch": "A training set of [[ samples ]] samples goes through the network in batches of [[ batch ]]. How "
    "many samples does the last batch of an epoch have?",
}
CODE = {
    "keras": KERAS,
    "pytorch": PYTORCH.format(""),
    "incomplete batch dropped": PYTORCH.format(", drop_last=True"),
}


@family(
    "batches-per-epoch",
    topic="By hand",
    sources=("002",),
    tags=("training",),
    asked=tuple(ASK),
)
def batches_per_epoch(asked: str) -> Problem:
    """How many batches one epoch has: the last one may be smaller, or dropped; or how many samples it has."""
    validated, dropped, told_last = (
        asked == what for what in ("validation set", "incomplete batch dropped", "last batch")
    )
    seen = training if validated else samples
    numbers = {samples: span(1000, 60_000, bounds=(1, 10**9)), batch: SIZES}
    if validated:
        numbers = {
            samples: span(1000, 60_000, 100, bounds=(1, 10**9)),
            percent: among(10, 15, 20, 25, 30),
            batch: SIZES,
        }
    lines = []
    if validated:
        lines = [
            Line(aside, samples * percent / 100, "set aside: never trained on"),
            Line(training, samples - aside, "left for training: all others"),
        ]
    if told_last:
        lines = [
            Line(before, floor(seen / batch), "full batches: samples by batch size, rounded down"),
            Line(last, samples - before * batch, "last batch: what the full ones leave", result=True),
        ]
    else:
        rounded = floor(seen / batch) if dropped else ceil(seen / batch)
        why = "rounded down, for the last one is dropped" if dropped else "rounded up, for the last one may be smaller"
        lines.append(Line(batches, rounded, f"batches: samples by batch size, {why}", result=True))
    return Problem(
        ask=ASK[asked],
        code=CODE.get(asked, ""),
        numbers=numbers,
        lines=tuple(lines),
        slips=_last_slips() if told_last else _slips(dropped, seen) + (_validation_slips() if validated else ()),
        answer=Answer("integer", last if told_last else batches, unit="samples" if told_last else "batches"),
        check=lambda n: _by_dealing(dropped, told_last, n),
        where=(differ(ceil(seen / batch), floor(seen / batch)),),
        convention="keras" if asked == "keras" else "pytorch" if asked in CODE else "",
    )


def _slips(dropped: bool, seen: Expr) -> tuple[Slip, ...]:
    right, other = (floor, ceil) if dropped else (ceil, floor)
    return (
        slip("not-rounded", f"divided and did not round {'down' if dropped else 'up'}", {batches: seen / batch}),
        slip("kept", "kept the incomplete last batch", {batches: other(seen / batch)})
        if dropped
        else slip(
            "rounded-down", "rounded down and lost the samples of the last batch", {batches: other(seen / batch)}
        ),
        slip(
            "one-more-for-the-rest",
            "rounded up and added one more batch for what is left",
            {batches: ceil(seen / batch) + 1},
        ),
        slip(
            "one-less-for-the-rest",
            "rounded down and took off one more batch for what is missing",
            {batches: floor(seen / batch) - 1},
        ),
        slip("half-batches", "took half the batch size", {batches: right(2 * seen / batch)}),
        slip("double-batches", "took twice the batch size", {batches: right(seen / (2 * batch))}),
        slip("per-sample", "took every sample for a batch", {batches: seen}),
        slip("batch-size", "took the batch size for the number of batches", {batches: batch}),
    )


def _validation_slips() -> tuple[Slip, ...]:
    return (
        slip("nothing-aside", "divided all samples into batches", {training: samples}),
        slip("only-aside", "took the samples set aside", {training: aside}),
        slip("aside-added", "added the samples set aside instead of taking them off", {training: samples + aside}),
    )


def _last_slips() -> tuple[Slip, ...]:
    return (
        slip("full", "took the last batch for full", {last: batch}),
        slip("missing", "took what the last batch lacks", {last: (before + 1) * batch - samples}),
        slip("one-batch-less", "left one full batch out", {before: floor(samples / batch) - 1}),
        slip("quotient", "took the number of full batches", {last: before}),
        slip("batches", "took the number of batches", {last: before + 1}),
        slip(
            "one-too-many", "counted the last sample of the full batches as well", {last: samples - before * batch + 1}
        ),
        slip(
            "index-for-count",
            "took the index of the last sample, counted from 0, for the number of samples",
            {last: samples - before * batch - 1},
        ),
        slip(
            "first-decimal",
            "took the first decimal of the quotient for the remainder",
            {last: floor(10 * samples / batch) - 10 * before},
        ),
        slip(
            "two-decimals",
            "took two decimals of the quotient for the remainder",
            {last: floor(100 * samples / batch) - 100 * before},
        ),
    )


def _by_dealing(dropped: bool, told_last: bool, n: Numbers) -> int:
    """The second way: the samples where a batch begins."""
    size, seen = n["batch"], n["samples"] * (100 - n.get("percent", 0)) // 100
    starts = range(0, seen - (size - 1 if dropped else 0), size)
    return seen - starts[-1] if told_last else len(starts)
