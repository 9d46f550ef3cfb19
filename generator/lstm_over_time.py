"""An LSTM cell of one unit at successive timesteps: its gates and states by name, back from the last one."""

from __future__ import annotations

from dataclasses import dataclass

from generator.notation import Expr, Sym

ONE_UNIT = "Take a single unit, so that every letter is a number."
LETTERS = {"ctilde": r"\tilde{c}", "dc": r"\delta c", "dh": r"\delta h"}
WRITTEN = ("t", "numbers")


@dataclass(frozen=True)
class Cell:
    """``last``: number of the last timestep, None if that is t. ``coupled``: as much is let in as is forgotten."""

    last: int | None = None
    coupled: bool = False

    def at(self, letter: str, back: int) -> Sym:
        """A gate or state so many steps before the last one."""
        return Sym(f"{letter}_{self.index(back).replace('-', '_')}", self.latex(letter, back))

    def latex(self, letter: str, back: int) -> str:
        """The same as the page has it."""
        index = self.index(back)
        return f"{LETTERS.get(letter, letter)}_{f'{{{index}}}' if len(index) > 1 else index}"

    def index(self, back: int) -> str:
        if self.last is None:
            return f"t-{back}" if back else "t"
        return str(self.last - back)

    def let_in(self, back: int) -> Expr:
        """The input gate: its own, or what the forget gate leaves."""
        return 1 - self.at("f", back) if self.coupled else self.at("i", back)

    def equation(self) -> str:
        """How the cell state comes from the one before, for a stem."""
        gate = "(1 - f_t)" if self.coupled else "i_t"
        return rf"c_t = f_t \odot c_{{t-1}} + {gate} \odot \tilde{{c}}_t"

    @property
    def words(self) -> str:
        return "An LSTM cell whose input gate is coupled to its forget gate" if self.coupled else "An LSTM cell"


def cell(written: str, steps: int, coupled: bool = False) -> Cell:
    """The cell whose last timestep is t, or goes by its number; the first state is that of timestep 1."""
    return Cell(None if written == "t" else steps + 1, coupled)
