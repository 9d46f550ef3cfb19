"""What a form makes of a sheet: the texts of a question and its key, for formats to lay out.

All texts are Markdown with holes. Where something differs from question to question (which line is left out, which
student erred) it is `Varied`: each question shows the pieces that it has chosen for the block of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import indent
from typing import Any

from generator.holes import block
from generator.texts import OptionText

# the names of the blocks
VARIANT, OPTIONS, PROMPTS, SLIPS, ORDER, BEFORE = "variant", "options", "prompts", "slips", "order", "before"
PLACES = 6  # a pair of places among the options is a number of two digits of this base


@dataclass(frozen=True)
class Varied:
    """Pieces of which a question shows one, or several: Markdown, or values for JSON."""

    pieces: tuple[Any, ...]
    name: str = VARIANT
    separator: str = ""


Text = str | Varied


def mapped(text: Text, how: Callable[[str], str]) -> str:
    """The text set in some way, each piece of a block by itself."""
    if isinstance(text, str):
        return how(text)
    return block(text.name, text.separator, [how(str(piece)) for piece in text.pieces])


def flat(text: Text) -> str:
    """The Markdown, with its block in it."""
    return text if isinstance(text, str) else block(text.name, text.separator, text.pieces)


@dataclass(frozen=True)
class Blank:
    """One of several answers to fill in: what it is, its value as Markdown and in JSON, and how it is checked.

    ``follow``: how it comes from the blanks above it (LaTeX), for an error carried forward. ``names`` are those of its
    numbers, and ``rules`` say what each comes to by the numbers above, as `reading.data` writes it; none if it does not
    depend on them. ``part``: the letter of the part that it belongs to, ``share`` its share of the question's points;
    without them all blanks count alike.
    """

    label: str
    value: str
    json: Any
    kind: str
    tolerance: Any = 0
    follow: str = ""
    names: tuple[str, ...] = ()
    rules: tuple[Any, ...] = ()
    part: str = ""
    share: float = 0


@dataclass(frozen=True)
class Typed:
    """A known wrong answer: its value in JSON, what the student did, the faulty working, its share of the points."""

    key: str
    json: Any
    words: str
    feedback: str
    credit: float = 0.0


@dataclass(frozen=True)
class Task:
    """``stem``: the paragraphs of the question. ``answer`` and ``remarks``: the key, and what it adds.

    ``kind``, ``value``, ``tolerance`` and ``unit`` are those of the answer in a record, and ``vocabulary`` the letters
    of one that is an expression to type (see `vocabulary`). ``options`` are to choose from,
    to put in order, or what the ``prompts`` are matched with; a question shows those of the blocks `OPTIONS` and
    `PROMPTS`. ``before``: pairs of places among the options shown, of which the first must come before the second.
    ``parts`` are the questions that ``blanks`` belong to, by letter. ``slips`` are wrong answers that may be typed; a
    question lists those of the block `SLIPS`. ``hints`` stand in for the sheet's, where those would tell too much.
    """

    stem: tuple[Text, ...]
    kind: Any
    value: Any
    answer: Text
    tolerance: Any = 0
    unit: str = ""
    vocabulary: Mapping[str, Any] | Varied = field(default_factory=dict)
    options: tuple[OptionText, ...] = ()
    before: tuple[Varied, ...] = ()
    prompts: tuple[str, ...] = ()
    blanks: tuple[Blank, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    slips: tuple[Typed, ...] = ()
    remarks: tuple[Text, ...] = ()
    rubric: tuple[tuple[float, str], ...] = ()
    hints: tuple[str, ...] | None = None

    @property
    def shares(self) -> dict[str, float]:
        """The share of the points that each part has, by letter."""
        return {part: sum(blank.share for blank in self.blanks if blank.part == part) for part in self.parts}

    def part(self, letter: str) -> str:
        """The question of a part with its share, where it is not known how many points there are."""
        return f"{self.parts[letter]} ({self.shares[letter]:.0%} of the points)"


def numbered(lines: Sequence[tuple[str, str]]) -> str:
    """A numbered list of labels and formulas in Markdown; a matrix stands on lines of its own."""
    return "\n".join(f"{place}. {_listed(label, math)}" for place, (label, math) in enumerate(lines, 1))


def _listed(label: str, math: str) -> str:
    if "\\\\" not in math:
        return f"{label}: ${math}$"
    return f"{label}:\n\n    $$\n{indent(math, '    ')}\n    $$\n"
