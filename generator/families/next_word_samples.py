"""What a few sentences come to as training data of a next-word model."""

from collections.abc import Sequence

from generator.derivation import Answer, Line, Problem, Slip, slip
from generator.family import family
from generator.notation import Expr, Sym, add
from generator.words import different, distinct, drawn, length, listed, longest, shortest, texts, total

samples, most, steps = Sym("samples", "S"), Sym("most", "M"), Sym("steps", "T")
vocabulary, width = Sym("vocabulary", "V"), Sym("width", "C")
ASKED = {
    "samples": "How many samples are that?",
    "inputs": "Every input is padded with zeros to the length of the longest input. What is the shape of the array of "
    "inputs, the samples first?",
    "targets": "The different words of the sentences have ids from 1 on, and 0 is the id of the padding. Each target "
    "is one-hot, with a place for every id, the padding's among them. What is the shape of the array of targets, the "
    "samples first?",
}


@family("next-word-samples", topic="By hand", sources=("002",), tags=("nlp",), asked=tuple(ASKED), sentences=(2, 3))
def next_word_samples(asked: str, sentences: int) -> Problem:
    """How many samples a next-word model gets from a few sentences, and in arrays of which shape."""
    told = texts(sentences)
    words = [Sym(f"words_{place}", f"m_{place}") for place in range(1, sentences + 1)]
    made = [Sym(f"samples_{place}", f"S_{place}") for place in range(1, sentences + 1)]
    side = {"inputs": (steps,), "targets": (width,)}.get(asked, ())
    return Problem(
        ask=f"A next-word model is trained on these sentences:\n\n{listed(told)}\n\nEvery beginning of a sentence, "
        "from its first word alone to all words but the last, is an input; its target is the word that follows. "
        f"{ASKED[asked]}",
        numbers=drawn(told),
        lines=(
            *(
                Line(count, length(text), f"words of sentence {place}: repeats included")
                for place, (count, text) in enumerate(zip(words, told, strict=True), 1)
            ),
            *(
                Line(part, count - 1, f"samples of sentence {place}: every word but the first is a target")
                for place, (part, count) in enumerate(zip(made, words, strict=True), 1)
            ),
            Line(samples, add(*made), "samples: of all sentences", result=True),
            *_sides(asked, told),
        ),
        slips=(*_sample_slips(words, made, told), *_side_slips(asked, told)),
        answer=Answer("shape", ((samples, *side),)) if side else Answer("integer", samples, unit="samples"),
        check=lambda numbers: _written_out(asked, [numbers[text.name] for text in told]),
        where=distinct(told),
    )


def _sides(asked: str, told: tuple[Sym, ...]) -> tuple[Line, ...]:
    return {
        "samples": (),
        "inputs": (
            Line(most, longest(*told), "longest sentence: it has the longest input"),
            Line(steps, most - 1, "input length: the last word is never in an input", result=True),
        ),
        "targets": (
            Line(vocabulary, different(*told), "vocabulary: every word once"),
            Line(width, vocabulary + 1, "one-hot width: a place for the padding too", result=True),
        ),
    }[asked]


def _sample_slips(words: list[Sym], made: list[Sym], told: tuple[Sym, ...]) -> tuple[Slip, ...]:
    def each(of: Sequence[Expr]) -> dict[Sym, Expr]:
        return dict(zip(made, of, strict=True))

    return (
        slip("sample-per-word", "made a sample of every word, the first one too", each(words)),
        slip("last-target-missing", "left out the sample with the last word as target",
             each([count - 2 for count in words])),
        slip("every-stretch", "made a sample of every stretch of words, not only of beginnings",
             each([count * (count - 1) / 2 for count in words])),
        slip("run-together", "ran the sentences together into one text", {samples: total(*told) - 1}),
        slip("last-sentence-missing", "left out the last sentence", {samples: add(*made[:-1])}),
        slip("first-sentence-missing", "left out the first sentence", {samples: add(*made[1:])}),
        slip("one-per-sentence", "made one sample of every sentence", {samples: len(made)}),
        slip("all-as-long", "counted every sentence as long as the longest",
             {samples: len(made) * (longest(*told) - 1)}),
        slip("different-words", "counted the different words", {samples: different(*told)}),
    )  # fmt: skip


def _side_slips(asked: str, told: tuple[Sym, ...]) -> tuple[Slip, ...]:
    if asked == "inputs":
        return (
            slip("target-in-input", "left the target in the input", {steps: most}, credit=0.5),
            slip("shortest", "cut all inputs to the length of the shortest sentence", {most: shortest(*told)}),
            slip("all-words", "padded to the number of words in all sentences", {most: total(*told)}),
        )
    if asked == "targets":
        return (
            slip("no-padding-id", "left out the place for the padding", {width: vocabulary}, credit=0.5),
            slip("repeats-counted", "counted words that come again once more", {vocabulary: total(*told)}),
            slip("ids-kept", "kept the ids instead of one-hot vectors", {width: 1}),
            slip("unknown-word", "added a place for unknown words as well", {width: vocabulary + 2}, credit=0.5),
        )
    return ()


def _written_out(asked: str, told: list[tuple[str, ...]]) -> int | list[int]:
    """The second way: every sample written out."""
    found = [(text[:end], text[end]) for text in told for end in range(1, len(text))]
    if asked == "samples":
        return len(found)
    if asked == "inputs":
        return [len(found), max(len(start) for start, _ in found)]
    return [len(found), len({"<padding>"}.union(*told))]
