"""How much a word says about one document of a collection."""

from math import log

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import ln, log2, log10
from generator.notation import Function, Sym, as_expr
from generator.space import Axis, among, span
from generator.words import distinct, drawn, holding, length, listed, said, telling_words, texts, times, total

PLACES = 4
DOCUMENTS = 4
place, word = Sym("place"), Sym("word", "w")
occurrences, size = Sym("occurrences", "n"), Sym("size", "N")
documents, containing = Sym("documents", "D"), Sym("containing", "d")
tf, ratio = Sym("tf", r"\mathrm{tf}"), Sym("ratio", "q")
idf, score = Sym("idf", r"\mathrm{idf}"), Sym("score", "s")
LOGARITHMS = {"natural": (ln, r"\ln", "natural logarithm"), "base 10": (log10, r"\log_{10}", "logarithm to base 10")}

telling_here = said(
    "telling_here",
    "a word of the first document that is not in every one",
    lambda place, *found: [word for word in telling_words(*found) if word in found[0]][place - 1],
)


@family(
    "tf-idf",
    topic="By hand",
    sources=("002",),
    tags=("nlp",),
    told=("numbers", "texts"),
    logarithm=tuple(LOGARITHMS),
)
def tf_idf(told: str, logarithm: str) -> Problem:
    """The TF-IDF score of a word in one document of a collection, with the logarithm stated."""
    taken, written, told_as = LOGARITHMS[logarithm]
    collection = texts(DOCUMENTS, "document") if told == "texts" else ()
    formula = rf"\text{{tf-idf}} = \frac{{n}}{{N}} \cdot {written}\left(\frac{{D}}{{d}}\right)"
    return Problem(
        ask=f"{_stem(collection)} Take\n\n$$\n{formula}\n$$\n\nwith the {told_as}, for $n$ occurrences among the "
        f"$N$ words of the document, and $D$ documents of which $d$ contain the word. "
        f"Keep {PLACES} decimals in every line.",
        numbers=_numbers(collection),
        given={word: telling_here(place, *collection)} if collection else {},
        lines=(
            *_counted(collection),
            Line(tf, occurrences / size, "term frequency: its share of the document", places=PLACES),
            Line(ratio, documents / containing, "quotient: the rarer the larger", places=PLACES),
            Line(idf, taken(ratio), f"idf: the {told_as}", places=PLACES),
            Line(score, tf * idf, "score: often here and rare elsewhere", places=PLACES, result=True),
        ),
        slips=_slips(taken, collection),
        answer=Answer("decimal", score),
        check=lambda numbers: _by_differences(bool(collection), logarithm, numbers),
        where=distinct(collection) or (less(containing, documents),),
    )


def _numbers(collection: tuple[Sym, ...]) -> dict[Sym, Axis]:
    if collection:
        return {**drawn(collection), place: span(1, 3)}
    return {
        occurrences: span(2, 12),
        size: among(40, 50, 60, 80, 100, 120, 150, 200, 250, 300),
        documents: among(100, 200, 250, 400, 500, 800, 1000, 2000, 5000, 10_000),
        containing: span(2, 80),
    }


def _counted(collection: tuple[Sym, ...]) -> tuple[Line, ...]:
    if not collection:
        return ()
    return (
        Line(occurrences, times(word, collection[0]), "occurrences: in the first document"),
        Line(size, length(collection[0]), "words: of the first document"),
        Line(documents, as_expr(len(collection)), "documents: all of them"),
        Line(containing, holding(word, *collection), "documents with the word: each counts once"),
    )


def _stem(collection: tuple[Sym, ...]) -> str:
    if collection:
        return (
            f"A collection consists of {DOCUMENTS} documents:\n\n{listed(collection)}\n\nWhat is the TF-IDF score of "
            "the word “[[ word ]]” in the first document?"
        )
    return (
        "In a document of [[ size ]] words, one word occurs [[ occurrences ]] times. The document belongs to a "
        "collection of [[ documents ]] documents, [[ containing ]] of which contain that word. What is the word's "
        "TF-IDF score in the document?"
    )


def _slips(taken: Function, collection: tuple[Sym, ...]) -> tuple[Slip, ...]:
    other, base = (log10, "to base 10 instead of the natural one") if taken is ln else (ln, "to base $e$ instead of 10")
    found = [
        slip("other-logarithm", f"took the logarithm {base}", {idf: other(ratio)}, credit=0.5),
        slip("base-2", "took the logarithm to base 2", {idf: log2(ratio)}, credit=0.5),
        slip("no-logarithm", "took no logarithm", {idf: ratio}),
        slip("upside-down", "divided the documents the other way round", {idf: taken(containing / documents)}),
        slip("share-of-documents", "took the share of documents with the word for its idf",
             {idf: containing / documents}),
        slip("added", "added the two factors instead of multiplying them", {score: tf + idf}),
        slip("divided", "divided the term frequency by the idf", {score: tf / idf}),
        slip("no-idf", "gave the term frequency alone", {score: tf}),
        slip("no-tf", "gave the idf alone", {score: idf}),
        slip("not-a-share", "took the number of occurrences for the term frequency", {tf: occurrences}, credit=0.5),
    ]  # fmt: skip
    if collection:
        found.append(
            slip("whole-collection", "took the term frequency in the whole collection",
                 {occurrences: times(word, *collection), size: total(*collection)})
        )  # fmt: skip
    else:
        found.append(
            slip("plus-one", "added 1 to the documents with the word", {ratio: documents / (containing + 1)},
                 credit=0.5)
        )  # fmt: skip
    return tuple(found)


def _by_differences(read: bool, logarithm: str, numbers: Numbers) -> float:
    """The second way: a difference of logarithms, and everything found by looking."""
    if read:
        found = [numbers[f"document_{number}"] for number in range(1, DOCUMENTS + 1)]
        here = [1 if each == numbers["word"] else 0 for each in found[0]]
        share, there, holds = sum(here) / len(here), len(found), len([t for t in found if numbers["word"] in t])
    else:
        share = numbers["occurrences"] / numbers["size"]
        there, holds = numbers["documents"], numbers["containing"]
    base = log(10) if logarithm == "base 10" else 1.0
    return share * (log(there) - log(holds)) / base
