"""How large a share of a text one word is."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, at_most, slip
from generator.family import family
from generator.notation import Sym
from generator.space import span
from generator.words import different, distinct, drawn, listed, most_frequent, repeated, repeats, texts, times, total

PLACES = 3
place, word = Sym("place"), Sym("word", "w")
count, words, frequency = Sym("occurrences", "n"), Sym("words", "N"), Sym("frequency", r"\mathrm{tf}")


@family("term-frequency", topic="By hand", sources=("002",), tags=("nlp",), sentences=(2, 3))
def term_frequency(sentences: int) -> Problem:
    """How large a share of the words of a short document one word is."""
    document = texts(sentences)
    return Problem(
        ask=f"A document consists of {sentences} sentences:\n\n{listed(document)}\n\nWhat is the term frequency of the "
        "word “[[ word ]]” in this document, as its share of all words? "
        f"Give it to {PLACES} decimals.",
        numbers={**drawn(document), place: span(1, sentences - 1)},
        given={word: repeated(place, *document)},
        lines=(
            Line(count, times(word, *document), "occurrences: in the whole document"),
            Line(words, total(*document), "words: all of them, repeats included"),
            Line(frequency, count / words, "term frequency: the word's share", places=PLACES, result=True),
        ),
        slips=_slips(document),
        answer=Answer("decimal", frequency),
        check=lambda numbers: _word_by_word(sentences, numbers),
        where=(*distinct(document), at_most(place, repeats(*document))),
    )


def _slips(document: tuple[Sym, ...]) -> tuple[Slip, ...]:
    return (
        slip("different-words", "divided by the number of different words", {words: different(*document)}),
        slip("first-sentence", "counted the word in the first sentence only", {count: times(word, document[0])}),
        slip("once", "counted the word once, however often it occurs", {count: 1}),
        slip("missed-one", "missed an occurrence of the word", {count: times(word, *document) - 1}),
        slip("last-sentence-words", "counted the words of the last sentence only", {words: total(document[-1])}),
        slip("by-sentences", "divided by the number of sentences instead of words", {words: len(document)}),
        slip("other-words", "divided by the number of the other words", {words: total(*document) - count}),
        slip("by-most-frequent", "divided by the count of the most frequent word", {words: most_frequent(*document)}),
        slip("smoothed", "added the number of different words to the number of words",
             {words: total(*document) + different(*document)}),
        slip("plus-one", "added 1 to the number of words", {words: total(*document) + 1}, credit=0.5),
        slip("not-divided", "gave the number of occurrences, not their share", {frequency: count}),
    )  # fmt: skip


def _word_by_word(sentences: int, numbers: Numbers) -> float:
    """The second way: a tally, one word at a time."""
    seen = hits = 0
    for number in range(1, sentences + 1):
        for each in numbers[f"sentence_{number}"]:
            seen += 1
            hits += each == numbers["word"]
    return hits / seen
