"""How many updates the weights get in training."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.functions import ceil, floor
from generator.notation import Expr, Sym
from generator.space import among, span

samples, batch, epochs, percent = Sym("samples", "n"), Sym("batch", "m"), Sym("epochs", "E"), Sym("percent", "v")
training, batches, updates = Sym("training", "t"), Sym("batches", "b"), Sym("updates", "u")
LOOP = """from torch.utils.data import DataLoader

loader = DataLoader(train_set, batch_size=[[ batch ]], shuffle=True)
for epoch in range([[ epochs ]]):
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss_function(model(inputs), targets).backward()
        optimizer.step()"""
ASK = {
    "words": "A network is trained on [[ samples ]] samples, in batches of [[ batch ]], for [[ epochs ]] epochs. How "
    "often are its weights updated?",
    "keras": "A Keras `model` is trained on the [[ samples ]] samples of `x_train` and their targets `y_train`. How "
    "often does this call update the weights?",
    "pytorch": "`train_set` has [[ samples ]] samples. `model`, `optimizer` and `loss_function` are there already. How "
    "often does this loop update the weights?",
    "validation set": "Of [[ samples ]] samples, [[ percent ]] % are set aside for validation. On the others a network "
    "is trained in batches of [[ batch ]], for [[ epochs ]] epochs. How often are its weights updated?",
    "incomplete batch dropped": "A network is trained on [[ samples ]] samples, in batches of [[ batch ]], for "
    "[[ epochs ]] epochs. A last batch that is not full is dropped. How often are the weights updated?",
    "epochs": "A network is trained on [[ samples ]] samples, in batches of [[ batch ]]. For how many epochs must it "
    "be trained, so that the weights are updated at least [[ wanted ]] times?",
}
CODE = {"keras": "model.fit(x_train, y_train, batch_size=[[ batch ]], epochs=[[ epochs ]])", "pytorch": LOOP}


@family(
    "updates-in-training",
    topic="By hand",
    sources=("002",),
    tags=("training",),
    asked=tuple(ASK),
)
def updates_in_training(asked: str) -> Problem:
    """How often the weights are updated in training, or how many epochs a number of updates takes."""
    validated, dropped = asked == "validation set", asked == "incomplete batch dropped"
    seen = training if validated else samples
    share = floor(seen / batch) if dropped else ceil(seen / batch)
    why = "an incomplete last one is dropped" if dropped else "the last one may be smaller"
    first = Line(training, samples - samples * percent / 100, "left for training: without what is set aside")
    if asked == "epochs":
        return _epochs()
    return Problem(
        ask=ASK[asked],
        code=CODE.get(asked, ""),
        numbers={
            samples: span(1000, 60_000, 100 if validated else 1, bounds=(1, 10**9)),
            batch: among(16, 32, 64, 128, 256, bounds=(1, 100_000)),
            epochs: span(3, 50, bounds=(1, 100_000)),
        }
        | ({percent: among(10, 15, 20, 25, 30)} if validated else {}),
        lines=(
            *((first,) if validated else ()),
            Line(batches, share, f"batches: {why}"),
            Line(updates, epochs * batches, "updates: one per batch, in every epoch", result=True),
        ),
        slips=_slips(dropped, validated, seen),
        answer=Answer("integer", updates, unit="updates"),
        check=lambda n: _by_dealing(dropped, n),
        where=(differ(ceil(seen / batch), floor(seen / batch)),),
        convention=asked if asked in CODE else "",
    )


def _slips(dropped: bool, validated: bool, seen: Expr) -> tuple[Slip, ...]:
    found = [
        slip("not-rounded", f"did not round the batches {'down' if dropped else 'up'}", {batches: seen / batch}),
        slip("last-batch-kept", "counted the incomplete last batch as well", {batches: ceil(seen / batch)})
        if dropped
        else slip("last-batch-dropped", "dropped the incomplete last batch", {batches: floor(seen / batch)}),
        slip("one-epoch", "counted a single epoch", {updates: batches}),
        slip("added", "added the epochs instead of multiplying", {updates: batches + epochs}),
        slip("an-epoch-less", "counted one epoch too few", {updates: (epochs - 1) * batches}),
        slip("an-epoch-more", "counted one epoch too many", {updates: (epochs + 1) * batches}),
        slip("per-sample", "updated after every sample", {batches: seen}),
        slip("per-epoch", "updated once per epoch, as gradient descent on all samples does", {updates: epochs}),
        slip(
            "one-more-for-the-rest",
            "rounded up and added one more batch for what is left",
            {batches: ceil(seen / batch) + 1},
        ),
        slip("times-batch-size", "multiplied by the batch size as well", {updates: epochs * batches * batch}),
    ]
    if validated:
        found += [
            slip("nothing-aside", "trained on all samples", {training: samples}),
            slip("only-aside", "trained on the samples set aside", {training: samples * percent / 100}),
        ]
    return tuple(found)


def _by_dealing(dropped: bool, n: Numbers) -> int:
    """The second way: the samples where a batch begins, once per epoch."""
    seen = n["samples"] * (100 - n.get("percent", 0)) // 100
    starts = range(0, seen - (n["batch"] - 1 if dropped else 0), n["batch"])
    return len(starts) * int(n["epochs"])


def _epochs() -> Problem:
    """Backwards: whole epochs until there are enough updates."""
    wanted = Sym("wanted", "U")
    return Problem(
        ask=ASK["epochs"],
        numbers={
            samples: span(1000, 60_000, bounds=(1, 10**9)),
            batch: among(16, 32, 64, 128, 256, bounds=(1, 100_000)),
            wanted: span(5000, 50_000, 1000, bounds=(1, 10**9)),
        },
        lines=(
            Line(batches, ceil(samples / batch), "batches: as many updates has an epoch"),
            Line(epochs, ceil(wanted / batches), "epochs: rounded up, so that there are enough", result=True),
        ),
        slips=(
            slip("not-rounded", "did not round the epochs up", {epochs: wanted / batches}),
            slip("rounded-down", "rounded down, and has too few updates", {epochs: floor(wanted / batches)}),
            slip("one-more", "added an epoch", {epochs: ceil(wanted / batches) + 1}),
            slip("two-more", "added two epochs", {epochs: ceil(wanted / batches) + 2}),
            slip("per-sample", "updated after every sample", {batches: samples}),
            slip("batch-size", "took the batch size for the number of batches", {batches: batch}),
            slip("batches", "took the number of batches", {epochs: batches}),
            slip("half-batches", "took half the batch size", {batches: ceil(2 * samples / batch)}),
            slip("double-batches", "took twice the batch size", {batches: ceil(samples / (2 * batch))}),
        ),
        answer=Answer("integer", epochs, unit="epochs"),
        check=_by_counting,
        where=(differ(ceil(wanted / batches), floor(wanted / batches)), differ(floor(wanted / batches), 0)),
    )


def _by_counting(n: Numbers) -> int:
    """The second way: epoch after epoch until there are enough."""
    per_epoch, made, found = len(range(0, n["samples"], n["batch"])), 0, 0
    while made < n["wanted"]:
        made, found = made + per_epoch, found + 1
    return found
