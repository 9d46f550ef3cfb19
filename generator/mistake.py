"""A known wrong answer as text with holes: what it comes to, and what went wrong in this question's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as changed
from functools import cached_property
from typing import TYPE_CHECKING, Any

from generator.derivation import Line, Slip, faulty
from generator.distractors import slipped
from generator.holes import bare
from generator.notation import Expr, Num, Sym, named_already, replace, spoken
from generator.row import double
from generator.texts import LineText

if TYPE_CHECKING:
    from generator.sheet import Sheet


@dataclass(frozen=True)
class Mistake:
    """A slip, or a pair of them, of a sheet. ``number`` is its place among the blueprint's slips."""

    sheet: Sheet
    number: int
    slip: Slip

    @property
    def key(self) -> str:
        return self.slip.key

    @property
    def words(self) -> str:
        return self.slip.words

    @property
    def text(self) -> str:
        """The wrong answer as an option shows it."""
        if self.slip.text:
            return self.slip.text
        if self.sheet.problem.answer.kind in ("integer", "list"):
            return self.sheet.slots.hole(self.sheet.laid.slips[self.number][0], "text")
        return f"${self.math}$"

    @cached_property
    def math(self) -> str:
        """The wrong answer as LaTeX; empty where it is words."""
        sheet, answer = self.sheet, self.sheet.problem.answer
        if self.slip.text:
            return ""
        if sheet.static:
            return sheet.latex(slipped(sheet.problem, self.slip))
        places = iter(sheet.laid.slips[self.number])

        def hole(_sym: Sym, _bracket: bool) -> str:
            return sheet.slots.hole(next(places), "math")

        match answer.kind:
            case "shape" | "shapes" | "letters":
                return answer.link.join(sheet.shape(shape, hole) for shape in answer.shapes)
            case "vector" | "matrix":
                return sheet.value(self.double(answer.symbol), flat=True)
        return hole(answer.symbol, False)

    @cached_property
    def json(self) -> Any:
        """The wrong answer as a record holds it."""
        sheet, answer = self.sheet, self.sheet.problem.answer
        if self.slip.text:
            return self.slip.text
        if sheet.static:
            return self.written(sheet.problem.answer.symbol)
        holes = [bare(sheet.slots.hole(place, "json")) for place in sheet.laid.slips[self.number]]
        if answer.kind == "shapes":
            sizes = [len(shape) for shape in answer.shapes]
            return [holes[sum(sizes[:n]) : sum(sizes[: n + 1])] for n in range(len(sizes))]
        if answer.kind == "matrix":
            rows, columns = answer.symbol.shape
            return [holes[row * columns : (row + 1) * columns] for row in range(rows)]
        return holes if answer.kind in ("vector", "shape", "letters") else holes[0]

    @cached_property
    def feedback(self) -> str:
        """What went wrong, with this question's numbers: the faulty line, the right one, and where it leads."""
        return self.told("You")

    def told(self, who: str) -> str:
        """The same of another: "The student left out …"."""
        if self.slip.text:
            return self.slip.words
        problem = self.sheet.problem
        order = [line.symbol for line in problem.lines]
        shown, told = [], []
        for single in self.slip.made:
            named, *others = sorted(single.instead, key=order.index)
            shown.append(named)
            told.append(self._instead(self.wrong[named]) + _likewise(named, others))
        first = f"{who} {self.slip.words}: {'; and '.join(told)}."
        last = problem.answer.of
        if self.sheet.static or not isinstance(last, Sym) or last in shown:
            return first
        return f"{first} That leads to ${last.latex} = {self._value(last)}$."

    @cached_property
    def lines(self) -> tuple[LineText, ...]:
        """The whole working with the slip in it, set as a right one is. The sheet must be one of whole workings."""
        wrong, right = self.wrong, self.sheet.problem.lines
        return tuple(
            self._line(text, wrong[line.symbol]) if line.symbol in wrong else text
            for text, line in zip(self.sheet.lines, right, strict=True)
        )

    def _line(self, right: LineText, line: Line) -> LineText:
        """A faulty line in full."""
        expression = self.sheet.latex(line.expression)
        if self.sheet.static:
            return changed(right, expression=expression, value=self.written(line.symbol)["latex"])
        put_in, value = self._worked(line, flat=False)
        return changed(right, expression=expression, substituted=put_in, value=value)

    def written(self, symbol: Sym) -> dict[str, str]:
        """What a line of a derivation comes to in this working, as a record holds it."""
        return self.sheet.written(self.working, symbol)

    @property
    def working(self) -> list[Line]:
        """Every line, wrong where the slip reaches it."""
        return [self.wrong.get(each.symbol, each) for each in self.sheet.problem.lines]

    def reads(self, symbol: Sym) -> str:
        """A faulty line as LaTeX within a sentence."""
        line = self.wrong[symbol]
        expression = self.sheet.latex(line.expression)
        worked = () if self.sheet.static else self._worked(line)
        return " = ".join(dict.fromkeys((symbol.latex, expression, *worked)))

    @cached_property
    def wrong(self) -> dict[Sym, Line]:
        """The lines that the slip reaches."""
        return {line.symbol: line for line in faulty(self.sheet.problem.lines, self.slip.instead)}

    def _instead(self, line: Line) -> str:
        """The faulty line, and what it should have been."""
        sheet = self.sheet
        right = next(
            text for text, each in zip(sheet.lines, sheet.problem.lines, strict=True) if each.symbol == line.symbol
        )
        if sheet.static:
            return f"${right.symbol} = {sheet.latex(line.expression)}$ instead of ${right.expression}$"
        told = " = ".join(dict.fromkeys((right.symbol, *self._worked(line))))
        return f"${told}$ instead of ${sheet.value(line.symbol, flat=True)}$"

    def _worked(self, line: Line, flat: bool = True) -> tuple[str, str]:
        """A faulty line with its numbers put in, and what it comes to; ``flat``: an array as within a sentence."""
        above: dict[Sym, Expr] = {}
        for symbol in self.wrong.keys() - {line.symbol}:
            above |= {symbol: self.double(symbol), **dict(zip(symbol.parts, self.double(symbol).parts, strict=True))}
        put_in = self.sheet.latex(replace(line.expression, above), self.sheet.leaf)
        read_off = named_already(line.expression) or spoken(line.expression)
        if (line.symbol.shape and flat) or line.kind or read_off:
            put_in = self.sheet.latex(line.expression)
        return put_in, put_in if isinstance(line.expression, Num) else self._value(line.symbol, flat)

    def double(self, symbol: Sym) -> Sym:
        """The symbol's faulty double in the row."""
        return double(self.number, symbol)

    def _value(self, symbol: Sym, flat: bool = True) -> str:
        """The faulty value of a line; where a whole number is asked for, with what the student would round it to."""
        sheet, wrong = self.sheet, self.double(symbol)
        if symbol.shape:
            return sheet.value(wrong, flat=flat)
        index, answer = sheet.laid.place(wrong), sheet.problem.answer
        asked_whole = symbol == answer.of and answer.kind == "integer"
        return sheet.slots.hole(index, "math", "approx" if asked_whole and sheet.laid.kinds[index] == "number" else "")


def _likewise(named: Sym, others: list[Sym]) -> str:
    """What a slip changes besides the line that is told: the same at other steps, or other lines that go with it."""
    if not others:
        return ""
    if any(_letters(each) == _letters(named) for each in others):
        return ", and likewise at the other steps"
    return f", and {', '.join(f'${each.latex}$' for each in others)} to match"


def _letters(sym: Sym) -> str:
    return sym.latex.partition("_")[0]
