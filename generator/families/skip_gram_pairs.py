"""The training pairs that skip-gram makes of a sentence."""

from generator.derivation import Answer, Line, Numbers, Problem, Slip, less, slip
from generator.family import family
from generator.notation import Expr, Sym
from generator.resources import sentences
from generator.space import Axis, span
from generator.words import after, around, before, joined, length, nothing, occurrences, said, with_target, word_at

sentence, position, target = Sym("sentence", "s"), Sym("position", "t"), Sym("target", "w")
left, right, context, pairs = Sym("left", r"\ell"), Sym("right", "r"), Sym("context", "c"), Sym("pairs", "P")

paired = said("paired", "the target with each word of its context", lambda w, c: tuple((w, each) for each in c))
reversed_ = said(
    "reversed_pairs", "each word of the context with the target", lambda w, c: tuple((each, w) for each in c)
)


@family(
    "skip-gram-pairs",
    topic="Text",
    sources=("002",),
    tags=("nlp", "word2vec"),
    window=(1, 2, 3),
)
def skip_gram_pairs(window: int) -> Problem:
    """The (target, context) pairs that skip-gram trains on for one word of a sentence."""
    return Problem(
        ask=f"Skip-gram with a window of {window} on each side is trained on the sentence “[[ sentence ]]”. Which "
        "(target, context) pairs does it make for the target “[[ target ]]”, word [[ position ]] of the sentence?",
        numbers={sentence: Axis(sentences()), position: span(1, 12)},
        given={target: word_at(sentence, position)},
        lines=(
            Line(
                left,
                before(window)(sentence, position),
                "left context: as far as the window or the sentence goes",
                kind="words",
            ),
            Line(right, after(window)(sentence, position), "right context: likewise", kind="words"),
            Line(context, joined(left, right), "context: all neighbours, in the order of the sentence", kind="words"),
            Line(
                pairs, paired(target, context), "pairs: the target predicts each neighbour", kind="pairs", result=True
            ),
        ),
        slips=tuple(_slips(window)),
        answer=Answer("list", pairs, unit="pairs"),
        check=lambda numbers: _by_distance(window, numbers),
        where=(less(position, length(sentence) + 1), less(occurrences(sentence, position), 2)),
    )


def _slips(window: int) -> list[Slip]:
    def context_of(words: int) -> dict[Sym, Expr]:
        return {context: around(words)(sentence, position)}

    found = [
        slip("window-too-wide", "went one word too far on each side", context_of(window + 1)),
        slip("no-right-context", "left out the words after the target", {right: nothing(sentence)}),
        slip("no-left-context", "left out the words before the target", {left: nothing(sentence)}),
        slip(
            "target-with-itself", "paired the target with itself as well", {context: with_target(left, target, right)}
        ),
        slip("cbow-direction", "let the context predict the target, as CBOW does", {pairs: reversed_(target, context)}),
    ]
    if window > 1:
        found.append(slip("window-too-narrow", "stopped one word short on each side", context_of(window - 1)))
    return found


def _by_distance(window: int, numbers: Numbers) -> tuple[tuple[str, str], ...]:
    """The second way: every other word of the sentence that is at most a window away."""
    words, place = numbers["sentence"], numbers["position"] - 1
    near = [other for other in range(len(words)) if other != place and abs(other - place) <= window]
    return tuple((words[place], words[other]) for other in near)
