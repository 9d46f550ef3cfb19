"""Figures with letters in place of names: which letter marks which part, or what the part with a letter is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations

from generator.derivation import Answer, Figure, Line, Numbers, Problem, Slip
from generator.notation import Expr, Function, Sym
from generator.space import Axis
from generator.words import said

LETTERS = "PQRSTU"  # none of them is an option's letter, or a quantity of a cell
ALL = "all"
letters = Sym("letters")


@dataclass(frozen=True)
class Part:
    """A part of a figure: its name, how it is told from the figure, and what it is for."""

    name: str
    told: str
    does: str

    @property
    def symbol(self) -> Sym:
        return Sym(self.name.replace(" ", "_"), rf"\text{{{self.name}}}")


@dataclass(frozen=True)
class Marked:
    """A figure whose parameter ``marks`` takes a letter for each of its parts, in their order."""

    figure: str
    shows: str  # "an LSTM cell"
    parts: tuple[Part, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """What may be asked about: all parts at once, or one of them."""
        return (ALL, *(part.name for part in self.parts))

    def problem(self, asked: str) -> Problem:
        return self._every() if asked == ALL else self._one(asked)

    @property
    def _drawn(self) -> Figure:
        marks = [f"[[ letter_{place} ]]" for place in range(1, len(self.parts) + 1)]
        return Figure(self.figure, {"blank": "yes", "marks": marks})

    @property
    def _letters(self) -> dict[Sym, Expr]:
        """The letter at each part, as the figure shows it."""
        return {Sym(f"letter_{n}"): letter_of(n)(letters) for n in range(1, len(self.parts) + 1)}

    @property
    def _shown(self) -> str:
        return LETTERS[: len(self.parts)]

    def _every(self) -> Problem:
        return Problem(
            ask=f"In this figure of {self.shows}, letters stand in place of names. Which letter marks which part?",
            numbers={letters: Axis(tuple("".join(order) for order in permutations(self._shown)))},
            given=self._letters,
            lines=tuple(
                Line(part.symbol, letter_of(n)(letters), part.told, kind="word") for n, part in enumerate(self.parts, 1)
            ),
            answer=Answer(
                "letters", tuple((part.symbol,) for part in self.parts), names=tuple(part.name for part in self.parts)
            ),
            check=lambda numbers: _by_place(len(self.parts), numbers),
            figure=self._drawn,
        )

    def _one(self, name: str) -> Problem:
        (part,) = (each for each in self.parts if each.name == name)
        number = self.parts.index(part) + 1
        return Problem(
            ask=f"In this figure of {self.shows}, letters stand in place of names. What does "
            f"[[ letter_{number} ]] mark?",
            numbers={letters: Axis(tuple(self._shown[n:] + self._shown[:n] for n in range(len(self.parts))))},
            given=self._letters,
            answer=Answer("words", text=f"The {name}: {part.does}"),
            slips=tuple(
                Slip(
                    each.name.replace(" ", "-"),
                    f"To tell the {each.name}: {each.told}.",
                    text=f"The {each.name}: {each.does}",
                )
                for each in self.parts
                if each != part
            ),
            note=f"To tell the {name}: {part.told}.",
            figure=self._drawn,
        )


@cache
def letter_of(place: int) -> Function:
    """The letter at one part of the figure."""
    return said(f"letter_{place}_of", "its letter in the figure", lambda order: order[place - 1])


def _by_place(count: int, numbers: Numbers) -> list[str]:
    """The second way: each letter put where it stands."""
    found = [""] * count
    for letter in LETTERS[:count]:
        found[str(numbers["letters"]).index(letter)] = letter
    return found
