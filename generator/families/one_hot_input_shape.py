"""The shape of a text corpus as the input of a recurrent network: samples, timesteps, features."""

from collections.abc import Callable, Iterator

from generator.derivation import Answer, Condition, Line, Numbers, Problem, Slip, differ, less, slip
from generator.family import family
from generator.functions import floor
from generator.notation import Expr, Function, Num, Sym
from generator.resources import sentences
from generator.space import Axis, among, span

N, T, F, v = Sym("N"), Sym("T"), Sym("D"), Sym("v")
texts, longest, mean = Sym("texts", "n"), Sym("longest", "l"), Sym("mean", "a")
vocabulary, words, window = Sym("vocabulary", "V"), Sym("words", "w"), Sym("window", "k")
AXES = "(samples, timesteps, features)"
ONE_HOT = "Every word becomes a one-hot vector over the vocabulary"


@family(
    "one-hot-input-shape",
    topic="Shapes",
    sources=("000", "002", "003"),
    tags=("nlp", "rnn"),
    corpus=("three sentences", "four sentences", "texts", "window"),
    asked=("shape", "values"),
)
def one_hot_input_shape(corpus: str, asked: str) -> Problem | None:
    """The shape (samples, timesteps, features) of one-hot texts as the input of a recurrent network."""
    if corpus.endswith("sentences"):
        return _sentences(3 if corpus == "three sentences" else 4) if asked == "shape" else None
    return _texts(asked) if corpus == "texts" else _window(asked)


# --- a corpus in numbers -------------------------------------------------------------------------------------------


def _asked(asked: str, lines: list[Line]) -> tuple[str, tuple[Line, ...], Answer]:
    """The question, the lines and the answer, for the shape or for all its values."""
    if asked == "shape":
        return f"What is the shape {AXES} of the input?", tuple(lines), Answer("shape", ((N, T, F),))
    total = Line(v, N * T * F, "values: samples × timesteps × features", result=True)
    return "How many numbers does the input hold?", (*lines, total), Answer("integer", v, unit="numbers")


def _texts(asked: str) -> Problem:
    question, lines, answer = _asked(asked, [
        Line(N, texts, "samples: one for each of the texts"),
        Line(T, longest, "timesteps: as many as the longest text has words"),
        Line(F, vocabulary + 1, "features: one for each word, and one for unknown words"),
    ])  # fmt: skip
    return Problem(
        ask="A corpus has [[ texts ]] texts; the longest has [[ longest ]] words, and on average they have [[ mean ]]. "
        f"{ONE_HOT} of [[ vocabulary ]] words, with one more place for unknown words; shorter texts are filled up with "
        f"vectors of zeros. {question}",
        numbers={
            texts: among(20, 40, 50, 60, 80, 100, 120, 150, 200, 250, 400, 500, bounds=(2, 1_000_000)),
            longest: span(15, 60, bounds=(2, 10_000)),
            mean: span(7, 30, bounds=(1, 10_000)),
            vocabulary: among(300, 450, 600, 800, 1000, 1200, 1500, 2000, 3000, 5000, bounds=(2, 1_000_000)),
        },
        lines=lines,
        slips=(
            slip("padded-to-the-mean", "took the average length for the timesteps", {T: mean}),
            slip("no-unknown", "left out the place for unknown words", {F: vocabulary}, credit=0.5),
            slip("place-for-padding", "took a place more for the filling, which is zeros", {F: vocabulary + 2}),
            *_axes_slips(asked, longest, vocabulary + 1),
        ),
        answer=answer,
        proves={v: texts * longest * (vocabulary + 1)} if asked == "values" else {},
        check=lambda at: _encoded([["w"] * at["longest"]] * at["texts"], at["vocabulary"] + 1, asked),
        where=(less(mean, longest), differ(texts, longest)),
    )


def _window(asked: str) -> Problem:
    question, lines, answer = _asked(asked, [
        Line(N, words - window, "samples: a window begins at every word that leaves a next word to predict"),
        Line(T, window, "timesteps: the words of a window"),
        Line(F, vocabulary, "features: one for each word of the vocabulary"),
    ])  # fmt: skip
    return Problem(
        ask="A recurrent network learns to predict the next word of a text of [[ words ]] words from the [[ window ]] "
        "words before it. Every place where that many words and the next one fit makes a sample. "
        f"{ONE_HOT} of [[ vocabulary ]] words. {question}",
        numbers={
            words: span(200, 2000, 20, bounds=(3, 1_000_000)),
            window: span(3, 20, bounds=(1, 10_000)),
            vocabulary: among(60, 80, 90, 100, 120, 150, 160, 180, bounds=(2, 1_000_000)),
        },
        lines=lines,
        slips=(
            slip("no-next-word", "made a sample of the last window too, behind which no next word comes",
                 {N: words - window + 1}, credit=0.5),
            slip("side-by-side", "set the windows side by side", {N: floor(words / window)}),
            slip("sample-per-word", "made a sample of every word", {N: words}),
            slip("next-word-in-window", "put the word to be predicted into the window", {T: window + 1}),
            *_axes_slips(asked, window, vocabulary),
        ),
        answer=answer,
        proves={v: (words - window) * window * vocabulary} if asked == "values" else {},
        check=lambda at: _encoded([["w"] * at["window"] for last in range(at["words"]) if last >= at["window"]],
                                  at["vocabulary"], asked),
        where=(less(window, words),),
    )  # fmt: skip


def _axes_slips(asked: str, long: Expr, wide: Expr) -> Iterator[Slip]:
    """What goes wrong with the axes themselves."""
    yield slip("indices", "gave every word as one number instead of a one-hot vector", {F: Num(1)})
    yield slip("one-step", "added up the words of a sample, as a bag of words does", {T: Num(1)})
    if asked == "shape":
        yield slip("axes-swapped", "swapped timesteps and features", {T: wide, F: long})
    else:
        yield slip("one-sample", "counted a single sample", {v: T * F})
        yield slip("features-for-timesteps", "took the features for the timesteps as well", {v: N * F * F})
        yield slip("features-added", "added the features to the timesteps instead of multiplying", {v: N * (T + F)})
        yield slip("timestep-more", "gave every sample a timestep for its end", {v: N * (T + 1) * F})


def _encoded(samples: list[list[str]], wide: int, asked: str) -> object:
    """The second way: count what would be written down."""
    rows = [len(sample) for sample in samples]
    return sum(rows) * wide if asked == "values" else [len(samples), max(rows), wide]


# --- a corpus in words -----------------------------------------------------------------------------------------------


def said(name: str, words_: str, python: Callable[..., object]) -> Function:
    """A count over sentences that reads as words on the page."""
    return Function(name, lambda *_: rf"\text{{{words_}}}", python)


most_words = said("most_words", "words of the longest sentence", lambda *found: max(map(len, found)))
fewest_words = said("fewest_words", "words of the shortest sentence", lambda *found: min(map(len, found)))
all_words = said("all_words", "words of all sentences", lambda *found: sum(map(len, found)))
distinct_words = said("distinct_words", "different words", lambda *found: len(set().union(*found)))


def _sentences(count: int) -> Problem:
    drawn = [Sym(f"sentence_{number}", f"s_{{{number}}}") for number in range(1, count + 1)]
    told = [f"“[[ {sentence.name} ]]”" for sentence in drawn]
    repeated = less(distinct_words(*drawn), all_words(*drawn))
    return Problem(
        ask=f"A corpus has these sentences: {', '.join(told[:-1])} and {told[-1]}. {ONE_HOT}, which is made of the "
        "words that occur; the shorter sentences are filled up with vectors of zeros. What is the shape "
        f"{AXES} of the corpus as the input of a recurrent network?",
        numbers={sentence: Axis(sentences()) for sentence in drawn},
        lines=(
            Line(N, Num(count), "samples: one for each sentence", kind="integer"),
            Line(T, most_words(*drawn), "timesteps: as many as the longest sentence has words", kind="integer"),
            Line(F, distinct_words(*drawn), "features: one for each different word", kind="integer"),
        ),
        slips=(
            slip("repeats-counted", "counted words that occur again", {F: all_words(*drawn)}),
            slip("shortest", "cut all sentences to the shortest", {T: fewest_words(*drawn)}),
            slip("one-long-text", "put the sentences one behind the other", {N: Num(1), T: all_words(*drawn)}),
            slip("longest-for-features", "made the vectors as long as the sentences", {F: most_words(*drawn)}),
            slip("axes-swapped", "swapped timesteps and features", {T: distinct_words(*drawn), F: most_words(*drawn)}),
            slip("samples-and-timesteps-swapped", "put the timesteps before the samples",
                 {N: most_words(*drawn), T: Num(count)}),
            slip("indices", "gave every word as one number instead of a one-hot vector", {F: Num(1)}),
            slip("place-for-padding", "took a place more for the filling, which is zeros",
                 {F: distinct_words(*drawn) + 1}),
        ),
        answer=Answer("shape", ((N, T, F),)),
        check=lambda numbers: _spelt(count, numbers),
        where=(*_apart(drawn), repeated),
    )  # fmt: skip


def _apart(drawn: list[Sym]) -> Iterator[Condition]:
    for number, sentence in enumerate(drawn):
        for other in drawn[:number]:
            yield differ(other, sentence)


def _spelt(count: int, numbers: Numbers) -> list[int]:
    """The second way: write the words down one after the other."""
    known: list[str] = []
    timesteps = 0
    for number in range(1, count + 1):
        for place, word in enumerate(numbers[f"sentence_{number}"], 1):
            timesteps = max(timesteps, place)
            known += [] if word in known else [word]
    return [count, timesteps, len(known)]
