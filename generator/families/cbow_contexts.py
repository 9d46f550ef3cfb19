"""The words from which CBOW predicts one word of a sentence."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.notation import Expr, Sym
from generator.resources import sentences
from generator.space import Axis, span
from generator.words import after, around, before, joined, length, nothing, occurrences, said, with_target, word_at

sentence, position, target = Sym("sentence", "s"), Sym("position", "t"), Sym("target", "w")
left, right, context = Sym("left", r"\ell"), Sym("right", "r"), Sym("context", "c")
WHOLE = "whole sentence"

all_before = said("all_before", "all words before it", lambda s, t: s[: t - 1])
all_after = said("all_after", "all words after it", lambda s, t: s[t:])
once_each = said("once_each", "left and right context, each word once", lambda a, b: tuple(dict.fromkeys(a + b)))
target_alone = said("target_alone", "the target", lambda w: (w,))


@family(
    "cbow-contexts",
    topic="By hand",
    sources=("002",),
    tags=("nlp", "word2vec"),
    window=(WHOLE, 1, 2, 3),
)
def cbow_contexts(window: int | str) -> Problem:
    """The context words from which CBOW predicts one word of a sentence."""
    if isinstance(window, int):
        reach = f"with a window of {window} on each side"
        backwards, forwards = before(window), after(window)
    else:
        reach = "with the whole sentence as context"
        backwards, forwards = all_before, all_after
    return Problem(
        ask=f"CBOW {reach} is trained on the sentence “[[ sentence ]]”. From which context words does it predict "
        "“[[ target ]]”, word [[ position ]] of the sentence? List them in the order of the sentence; a word that "
        "occurs twice is listed twice.",
        numbers={sentence: Axis(sentences()), position: span(1, 9)},
        given={target: word_at(sentence, position)},
        lines=(
            Line(left, backwards(sentence, position), "left context: the words before the target", kind="terms"),
            Line(right, forwards(sentence, position), "right context: the words after the target", kind="terms"),
            Line(context, joined(left, right), "context: all of them predict the one target", kind="terms",
                 result=True),
        ),
        slips=_slips(window),
        answer=Answer("list", context, unit="words"),
        check=lambda numbers: _by_distance(window, numbers),
        where=(less(position, length(sentence) + 1), less(occurrences(sentence, position), 2)),
    )  # fmt: skip


def _slips(window: int | str) -> tuple[Slip, ...]:
    def context_of(words: int) -> dict[Sym, Expr]:
        return {context: around(words)(sentence, position)}

    found = [
        slip("no-right-context", "left out the words after the target", {right: nothing(sentence)}),
        slip("no-left-context", "left out the words before the target", {left: nothing(sentence)}),
        slip("target-in-context", "put the target into its own context", {context: with_target(left, target, right)}),
        slip("direction", "predicted the context from the target, as skip-gram does", {context: target_alone(target)}),
    ]
    if window != 1:
        found.append(
            slip("repeats-dropped", "listed a word that occurs twice only once", {context: once_each(left, right)})
        )
    if isinstance(window, str):
        found.append(slip("window-of-2", "stopped two words away from the target", context_of(2)))
    else:
        found.append(slip("window-too-wide", "went one word too far on each side", context_of(window + 1)))
        if window > 1:
            found.append(slip("window-too-narrow", "stopped one word short on each side", context_of(window - 1)))
    return tuple(found)


def _by_distance(window: int | str, numbers: Numbers) -> tuple[str, ...]:
    """The second way: every other word of the sentence that is near enough."""
    words, place = numbers["sentence"], numbers["position"] - 1
    reach = window if isinstance(window, int) else len(words)
    return tuple(word for at, word in enumerate(words) if 0 < abs(at - place) <= reach)
