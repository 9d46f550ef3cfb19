"""Functions on words: what questions about text count and pick. On the page they read as words.

A text is a tuple of words; functions of several texts take them last.
"""

from collections import Counter
from collections.abc import Callable

from generator.derivation import Condition, differ
from generator.notation import Function, Sym
from generator.resources import sentences
from generator.space import Axis

Words = tuple[str, ...]


def said(name: str, words: str, python: Callable[..., object]) -> Function:
    """A function that reads as words on the page."""
    return Function(name, lambda *_: rf"\text{{{words}}}", python, spoken=True)


def texts(count: int, name: str = "sentence") -> tuple[Sym, ...]:
    """The symbols of several texts."""
    return tuple(Sym(f"{name}_{place}", f"s_{place}") for place in range(1, count + 1))


def drawn(symbols: tuple[Sym, ...]) -> dict[Sym, Axis]:
    """Each text is a sentence of the bank."""
    return dict.fromkeys(symbols, Axis(sentences()))


def listed(symbols: tuple[Sym, ...]) -> str:
    """The texts as a list in the wording."""
    return "\n".join(f"{place}. [[ {symbol.name} ]]" for place, symbol in enumerate(symbols, 1))


def counts(*found: Words) -> Counter[str]:
    """How often each word occurs, in the order of first appearance."""
    return Counter(word for text in found for word in text)


def _repeated(*found: Words) -> list[str]:
    return [word for word, times in counts(*found).items() if times > 1]


def telling_words(*found: Words) -> list[str]:
    """The words that are not in every text, those of several texts first."""
    words = [word for word in counts(*found) if _holding(word, *found) < len(found)]
    return sorted(words, key=lambda word: _holding(word, *found) == 1)


def _holding(word: str, *found: Words) -> int:
    return sum(word in text for text in found)


# --- counting ----------------------------------------------------------------------------------------------------

length = said("length", "number of words", len)
total = said("total", "number of words in all", lambda *found: sum(map(len, found)))
longest = said("longest", "number of words in the longest", lambda *found: max(map(len, found)))
shortest = said("shortest", "number of words in the shortest", lambda *found: min(map(len, found)))
different = said("different", "number of different words", lambda *found: len(counts(*found)))
most_frequent = said(
    "most_frequent", "times that the most frequent word occurs", lambda *found: max(counts(*found).values())
)
times = said("times", "times that the word occurs", lambda word, *found: counts(*found)[word])
holding = said("holding", "number of documents with the word", _holding)
without = said(
    "without", "number of documents without the word", lambda word, *found: len(found) - _holding(word, *found)
)

# --- picking -----------------------------------------------------------------------------------------------------

word_at = said("word_at", "the word asked about", lambda text, place: text[place - 1])
occurrences = said("occurrences", "times it occurs", lambda text, place: text.count(text[place - 1]))
repeats = said("repeats", "words that occur more than once", lambda *found: len(_repeated(*found)))
repeated = said("repeated", "a word that occurs more than once", lambda place, *found: _repeated(*found)[place - 1])
telling = said("telling", "a word that is not in every text", lambda place, *found: telling_words(*found)[place - 1])
joined = said("joined", "left and right context", lambda left, right: left + right)
nothing = said("nothing", "nothing", lambda _: ())
with_target = said("with_target", "left context, target and right context", lambda a, word, b: (*a, word, *b))


def before(window: int) -> Function:
    """Up to so many words before a place."""
    return said(f"before_{window}", f"{_up_to(window)} before it", lambda s, t: s[max(t - 1 - window, 0) : t - 1])


def after(window: int) -> Function:
    """Up to so many words after a place."""
    return said(f"after_{window}", f"{_up_to(window)} after it", lambda s, t: s[t : t + window])


def around(window: int) -> Function:
    """Up to so many words before and after a place."""
    words = f"{_up_to(window)} before it and {_up_to(window)} after it"
    return said(f"around_{window}", words, lambda s, t: s[max(t - 1 - window, 0) : t - 1] + s[t : t + window])


def _up_to(window: int) -> str:
    """The edge of the sentence may leave fewer."""
    return "the word" if window == 1 else f"up to {window} words"


def distinct(symbols: tuple[Sym, ...]) -> tuple[Condition, ...]:
    """No text comes twice."""
    return tuple(differ(one, other) for place, one in enumerate(symbols) for other in symbols[:place])
