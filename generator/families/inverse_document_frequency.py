"""How much a word says, by how few documents it stands in."""

from math import log

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.functions import ln, log2, log10
from generator.notation import Sym, as_expr
from generator.space import Axis, among, span
from generator.words import distinct, drawn, holding, listed, telling, texts, times, total, without

PLACES = 3
DOCUMENTS = 5
place, word = Sym("place"), Sym("word", "w")
documents, containing = Sym("documents", "D"), Sym("containing", "d")
ratio, logarithm, idf = Sym("ratio", "q"), Sym("logarithm", r"\ell"), Sym("idf", r"\mathrm{idf}")
FORMULA = {
    False: r"\mathrm{idf}(w) = \ln\left(\frac{D}{d}\right)",
    True: r"\mathrm{idf}(w) = \ln\left(\frac{D + 1}{d + 1}\right) + 1",
}


@family(
    "inverse-document-frequency",
    topic="By hand",
    sources=("002",),
    tags=("nlp",),
    told=("numbers", "texts"),
    smoothed=(False, True),
)
def inverse_document_frequency(told: str, smoothed: bool) -> Problem:
    """The logarithm that makes rare words count more, plain or smoothed."""
    collection = texts(DOCUMENTS, "document") if told == "texts" else ()
    more = 1 if smoothed else 0
    taken = logarithm if smoothed else idf
    last = (Line(idf, logarithm + 1, "idf: never below 1", places=PLACES, result=True),) if smoothed else ()
    return Problem(
        ask=_stem(smoothed, collection),
        numbers=_numbers(smoothed, collection),
        given={word: telling(place, *collection)} if collection else {},
        lines=(
            *_counted(collection),
            Line(ratio, (documents + more) / (containing + more), "quotient: the rarer the larger", places=PLACES),
            Line(taken, ln(ratio), "logarithm: the natural one", places=PLACES, result=not smoothed),
            *last,
        ),
        slips=_slips(smoothed, taken, collection),
        answer=Answer("decimal", idf),
        check=lambda numbers: _by_differences(bool(collection), smoothed, numbers),
        where=distinct(collection) or (less(containing, documents),),
    )


def _numbers(smoothed: bool, collection: tuple[Sym, ...]) -> dict[Sym, Axis]:
    """What is drawn; smoothing shows in small collections only."""
    if collection:
        return {**drawn(collection), place: span(1, 4)}
    bounds = (2, 1_000_000)
    if smoothed:
        return {documents: span(20, 200, 5, bounds=bounds), containing: span(2, 24, bounds=bounds)}
    sizes = among(100, 200, 250, 400, 500, 800, 1000, 2000, 5000, 10_000, bounds=bounds)
    return {documents: sizes, containing: span(2, 95, bounds=bounds)}


def _counted(collection: tuple[Sym, ...]) -> tuple[Line, ...]:
    if not collection:
        return ()
    return (
        Line(documents, as_expr(len(collection)), "documents: all of them"),
        Line(containing, holding(word, *collection), "documents with the word: each counts once"),
    )


def _stem(smoothed: bool, collection: tuple[Sym, ...]) -> str:
    told = (
        f"A collection consists of {DOCUMENTS} documents:\n\n{listed(collection)}\n\nWhat is the inverse document "
        "frequency of the word “[[ word ]]”?"
        if collection
        else "A collection consists of [[ documents ]] documents. A word stands in [[ containing ]] of them, in some "
        "of them more than once. What is its inverse document frequency?"
    )
    return (
        f"{told} Take the {'smoothed' if smoothed else 'plain'} form with the natural logarithm,\n\n"
        f"$$\n{FORMULA[smoothed]}\n$$\n\n"
        f"for $D$ documents of which $d$ contain the word. Keep {PLACES} decimals in every line."
    )


def _slips(smoothed: bool, taken: Sym, collection: tuple[Sym, ...]) -> tuple[Slip, ...]:
    more = 1 if smoothed else 0
    over, under = documents + more, containing + more
    found = [
        slip("no-logarithm", "took no logarithm", {taken: ratio}),
        slip("base-10", "took the logarithm to base 10", {taken: log10(ratio)}, credit=0.5),
        slip("base-2", "took the logarithm to base 2", {taken: log2(ratio)}, credit=0.5),
        slip("upside-down", "divided the other way round", {taken: ln(under / over)}),
        slip("one-document-more", "counted one document with the word too many",
             {ratio: over / (containing + (more + 1))}, credit=0.5),
    ]  # fmt: skip
    if collection:
        found += [
            slip("words-counted", "counted words instead of documents, in the whole collection",
                 {documents: total(*collection), containing: times(word, *collection)}),
            slip("without-the-word", "counted the documents without the word",
                 {containing: without(word, *collection)}),
        ]  # fmt: skip
    else:
        found += [
            slip("without-the-word", "divided by the documents without the word",
                 {ratio: over / (documents - containing + more)}),
            slip("share-of-the-rest", "took the documents without the word over those with it",
                 {ratio: (documents - containing + more) / under}),
            slip("not-divided", "left out the documents with the word", {ratio: over}),
            slip("logarithms-divided", "divided the logarithms instead of taking the logarithm of the quotient",
                 {taken: ln(over) / ln(under)}),
        ]  # fmt: skip
    if smoothed:
        found += [
            slip("not-smoothed", "left out the smoothing", {ratio: documents / containing}),
            slip("no-plus-one", "left out the 1 that is added at the end", {idf: logarithm}, credit=0.5),
            slip("one-below", "added 1 to the documents with the word only", {ratio: documents / under}),
        ]
    else:
        found += [
            slip("plus-one", "added 1 to the logarithm", {idf: ln(ratio) + 1}, credit=0.5),
            slip("smoothed", "added 1 to both counts", {ratio: (documents + 1) / (containing + 1)}, credit=0.5),
        ]
    return tuple(found)


def _by_differences(read: bool, smoothed: bool, numbers: Numbers) -> float:
    """The second way: the logarithm of a quotient is a difference, and documents are found by looking."""
    if read:
        found = [numbers[f"document_{number}"] for number in range(1, DOCUMENTS + 1)]
        there, holds = len(found), len([text for text in found if numbers["word"] in text])
    else:
        there, holds = numbers["documents"], numbers["containing"]
    return log(there + 1) - log(holds + 1) + 1 if smoothed else log(there) - log(holds)
