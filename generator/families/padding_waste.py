"""How much of a padded batch is zeros."""

from typing import Any

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import largest, smallest
from generator.notation import Expr, Sym, add, as_expr
from generator.space import Axis, span
from generator.words import distinct, drawn, listed, longest, shortest, texts, total

PLACES = 3
SEQUENCES = 4
target, words = Sym("length", "T"), Sym("words", "W")
cells, zeros, share = Sym("cells", "A"), Sym("zeros", "Z"), Sym("share", "p")


@family(
    "padding-waste",
    topic="By hand",
    sources=("002",),
    tags=("nlp",),
    told=("lengths", "texts"),
    padded=("to the longest", "to a number"),
)
def padding_waste(told: str, padded: str) -> Problem:
    """How large a share of a batch of texts is padding."""
    fixed = padded == "to a number"
    batch = (
        texts(SEQUENCES) if told == "texts" else tuple(Sym(f"length_{n}", f"m_{n}") for n in range(1, SEQUENCES + 1))
    )
    most, least, together = (
        (longest(*batch), shortest(*batch), total(*batch))
        if told == "texts"
        else (largest(*batch), smallest(*batch), add(*batch))
    )
    first = () if fixed else (Line(target, most, "length: that of the longest"),)
    return Problem(
        ask=_stem(told, fixed, batch),
        numbers=_numbers(told, fixed, batch),
        lines=(
            *first,
            Line(words, together, "words: of the whole batch"),
            Line(cells, SEQUENCES * target, "places: every sequence has the same length"),
            Line(zeros, cells - words, "zeros: places without a word"),
            Line(share, zeros / cells, "share: of all places", places=PLACES, result=True),
        ),
        slips=_slips(fixed, batch, most, least, together),
        answer=Answer("decimal", share),
        check=lambda numbers: _filled_up(told, fixed, [numbers[each.name] for each in batch], numbers),
        where=_where(fixed, batch),
    )


def _numbers(told: str, fixed: bool, batch: tuple[Sym, ...]) -> dict[Sym, Axis]:
    found = drawn(batch) if told == "texts" else dict.fromkeys(batch, span(3, 40))
    if fixed:
        found[target] = span(16, 24) if told == "texts" else span(40, 80, 5)
    return found


def _where(fixed: bool, batch: tuple[Sym, ...]) -> tuple[Condition, ...]:
    """Something is padded, and not by next to nothing."""
    bites = () if fixed else (less(cells, 20 * zeros),)
    return (*distinct(batch), *bites)


def _stem(told: str, fixed: bool, batch: tuple[Sym, ...]) -> str:
    to = "[[ length ]] words" if fixed else "the length of the longest"
    if told == "texts":
        what = f"A batch consists of these sentences, each a sequence of words:\n\n{listed(batch)}\n\nAll are padded"
    else:
        lengths = ", ".join(f"[[ {each.name} ]]" for each in batch[:-1]) + f" and [[ {batch[-1].name} ]]"
        what = f"A batch of {SEQUENCES} texts with {lengths} words is padded"
    return f"{what} with zeros to {to}. How large a share of the batch is zeros? Give it to {PLACES} decimals."


def _slips(fixed: bool, batch: tuple[Sym, ...], most: Expr, least: Expr, together: Expr) -> tuple[Slip, ...]:
    found = [
        slip("share-of-words", "gave the share of the words", {share: words / cells}),
        slip("zeros-per-word", "divided the zeros by the words instead of all places", {share: zeros / words}),
        slip("not-divided", "gave the number of zeros, not their share", {share: zeros}),
        slip("per-sequence", "divided the zeros by the number of sequences", {share: zeros / len(batch)}),
        slip("shortest-only", "counted the zeros of the shortest sequence only", {zeros: target - least}),
        slip("sequence-too-many", "counted a sequence too many", {cells: (len(batch) + 1) * target}),
        slip("longest-left-out", "left the words of the longest sequence out", {words: together - most}),
    ]
    if fixed:
        found.append(slip("to-the-longest", "padded to the length of the longest only", {cells: len(batch) * most}))
    else:
        found += [
            slip("one-too-far", "padded one place beyond the longest", {target: most + 1}),
            slip("padded-sequences", "gave the share of the sequences that are padded",
                 {share: (len(batch) - 1) / as_expr(len(batch))}),
        ]  # fmt: skip
    return tuple(found)


def _filled_up(told: str, fixed: bool, batch: list[Any], numbers: Numbers) -> float:
    """The second way: the batch written out in ones and zeros."""
    lengths = [len(each) if told == "texts" else each for each in batch]
    side = numbers["length"] if fixed else max(lengths)
    places = [place < each for each in lengths for place in range(side)]
    return places.count(False) / len(places)
