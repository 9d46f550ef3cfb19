"""From a sentence to a padded sequence of ids."""

from collections.abc import Callable

from generator.derivation import Answer, Line, Numbers, Problem, Slip, differ, slip
from generator.family import family
from generator.notation import Function, Sym
from generator.space import span
from generator.words import Words, counts, distinct, drawn, length, listed, said, texts

Ids = tuple[int, ...]
PADDING, UNKNOWN, FIRST = 0, 1, 2  # the ids of no word, of an unknown word, and of the first word of the index
RARE = 2  # so many words of a sentence are missing in a given index: its longest
END = {"pre": "front", "post": "end"}

sentence, other = Sym("sentence", "s"), Sym("other", "o")
kept, maxlen, entries = Sym("kept", "K"), Sym("maxlen", "L"), Sym("entries", "I")
known, ids, padded = Sym("known", "v"), Sym("ids", "x"), Sym("padded", r"\hat{x}")


def _ranked(*found: Words) -> Words:
    """Words by frequency; equally frequent ones in the order of first appearance."""
    return tuple(word for word, _ in counts(*found).most_common())


def _in_index(text: Words, more: Words) -> Words:
    """The words of two sentences in alphabetical order, without the longest of the first."""
    rare = sorted(set(text), key=lambda word: (-len(word), word))[:RARE]
    return tuple(sorted({*text, *more} - {*rare}))


def coded(name: str, words: str, id_of: Callable[[int, str, Words], int]) -> Function:
    """Ids of the words of a text by their place in it, the word and the words of the index."""
    return said(name, words, lambda text, v: tuple(id_of(place, word, v) for place, word in enumerate(text)))


def brought(name: str, words: str, pad: str, cut: str, more: int = 0) -> Function:
    """Ids padded at one end, or cut at one, to so many ``more`` than the length asked for."""

    def fit(x: Ids, size: int) -> Ids:
        size += more
        zeros = (PADDING,) * (size - len(x))
        kept_ids = x[max(len(x) - size, 0) :] if cut == "pre" else x[:size]
        return zeros + kept_ids if pad == "pre" else kept_ids + zeros

    return said(name, words, fit)


in_index = said("in_index", "words of the index in the order of their ids", _in_index)
by_frequency = said("by_frequency", "most frequent words", lambda k, *found: _ranked(*found)[:k])
by_appearance = said("by_appearance", "first words", lambda k, *found: tuple(counts(*found))[:k])
by_alphabet = said("by_alphabet", "first words of the alphabet", lambda k, *found: tuple(sorted(counts(*found)))[:k])
everything = said("everything", "all words, the most frequent first", _ranked)
ids_of = coded("ids_of", "id of each word", lambda _, word, v: v.index(word) + FIRST if word in v else UNKNOWN)
ids_with_zero = coded(
    "ids_with_zero",
    "id of each word, 0 for unknown ones",
    lambda _, word, v: v.index(word) + FIRST if word in v else PADDING,
)
ids_from_one = coded(
    "ids_from_one", "ids from 1 on", lambda _, word, v: v.index(word) + FIRST - 1 if word in v else UNKNOWN
)
places = coded("places", "places in the sentence, from 2 on", lambda place, *_: place + FIRST)
ids_known = said(
    "ids_known", "ids of the known words", lambda text, v: tuple(v.index(word) + FIRST for word in text if word in v)
)
dictionary = said(
    "dictionary",
    "the index",
    lambda text, more: ", ".join(f"{word} = {n}" for n, word in enumerate(_in_index(text, more), FIRST)),
)


@family(
    "tokenize-and-pad", topic="By hand", sources=("002",), tags=("nlp",), index=("given", "built"), padding=tuple(END)
)
def tokenize_and_pad(index: str, padding: str) -> Problem:
    """The ids of a sentence by a word index, with unknown words, padded or cut to a length."""
    corpus = texts(2) if index == "built" else (sentence, other)
    text = corpus[-1] if index == "built" else sentence
    numbers = {**drawn(corpus), maxlen: span(4, 12)}
    return Problem(
        ask=_stem(index, padding, corpus),
        numbers={**numbers, kept: span(5, 10)} if index == "built" else numbers,
        given={} if index == "built" else {entries: dictionary(sentence, other)},
        lines=(
            Line(known, by_frequency(kept, *corpus), "word index: the most frequent word gets 2", kind="terms")
            if index == "built"
            else Line(known, in_index(sentence, other), "word index: the ids begin with 2", kind="terms"),
            Line(ids, ids_of(text, known), "ids: 1 for a word that is not in the index", kind="ids"),
            Line(padded, _brought(padding)(ids, maxlen), f"sequence: padded or cut at the {END[padding]}",
                 kind="ids", result=True),
        ),
        slips=_slips(index, padding, corpus, text),
        answer=Answer("list", padded, unit="ids"),
        check=lambda numbers: _step_by_step(index, padding, numbers),
        where=(*distinct(corpus), differ(length(text), maxlen)),
    )  # fmt: skip


def _brought(padding: str) -> Function:
    return brought("brought", f"padded or cut at the {END[padding]}", padding, padding)


def _stem(index: str, padding: str, corpus: tuple[Sym, ...]) -> str:
    rest = (
        f"1 stands for unknown words, 0 for padding. Sequences are brought to the length [[ maxlen ]]: shorter ones "
        f"are padded at the {END[padding]}, longer ones cut at the {END[padding]} (`padding` and `truncating` are "
        f'`"{padding}"`). Which ids does '
    )
    if index == "given":
        return f"A tokenizer has the word index\n\n[[ entries ]].\n\nThe id {rest}“[[ sentence ]]” become?"
    return (
        f"A tokenizer builds its word index from two sentences:\n\n{listed(corpus)}\n\nIt keeps the [[ kept ]] most "
        "frequent words; equally frequent ones rank in the order in which they first appear. The first of them gets "
        f"the id 2, the next 3, and so on; {rest}sentence 2 become?"
    )


def _slips(index: str, padding: str, corpus: tuple[Sym, ...], text: Sym) -> tuple[Slip, ...]:
    far, end = ("post", "end") if padding == "pre" else ("pre", "front")
    found = [
        slip("unknown-left-out", "left out the unknown words", {ids: ids_known(text, known)}),
        slip("unknown-as-padding", "gave unknown words the id 0", {ids: ids_with_zero(text, known)}),
        slip("from-one", "began the index with the id 1", {ids: ids_from_one(text, known)}),
        slip("places", "numbered the words in the order of the sentence", {ids: places(text, known)}),
        slip("padded-at-other-end", f"padded at the {end}",
             {padded: brought("padded_there", f"padded at the {end}", far, padding)(ids, maxlen)}, credit=0.5),
        slip("cut-at-other-end", f"cut at the {end}",
             {padded: brought("cut_there", f"cut at the {end}", padding, far)(ids, maxlen)}, credit=0.5),
        slip("left-as-is", "left the sequence as long as it was", {padded: ids}),
        slip("one-too-many", "made the sequence one place too long",
             {padded: brought("one_longer", "one place longer", padding, padding, more=1)(ids, maxlen)}),
    ]  # fmt: skip
    if index == "built":
        found += [
            slip("by-appearance", "ranked the words in the order of appearance",
                 {known: by_appearance(kept, *corpus)}),
            slip("by-alphabet", "ranked the words by the alphabet", {known: by_alphabet(kept, *corpus)}),
            slip("no-limit", "gave every word an id of its own", {known: everything(*corpus)}),
            slip("own-words", "built the index from the second sentence alone", {known: by_frequency(kept, text)}),
        ]  # fmt: skip
    return tuple(found)


def _step_by_step(index: str, padding: str, numbers: Numbers) -> Ids:
    """The second way: an index looked up word by word, then one id at a time added or taken away."""
    table: dict[str, int] = {}
    if index == "given":
        for entry in numbers["entries"].split(", "):
            word, _, number = entry.partition(" = ")
            table[word] = int(number)
        text = numbers["sentence"]
    else:
        text = numbers["sentence_2"]
        everyone = list(numbers["sentence_1"]) + list(text)
        while len(table) < numbers["kept"]:
            left = [word for word in everyone if word not in table]
            table[max(left, key=everyone.count)] = len(table) + FIRST
    found = [table.get(word, UNKNOWN) for word in text]
    end = 0 if padding == "pre" else -1
    while len(found) > numbers["maxlen"]:
        found.pop(end)
    while len(found) < numbers["maxlen"]:
        found.insert(0 if padding == "pre" else len(found), PADDING)
    return tuple(found)
