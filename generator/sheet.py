"""A question of one structure as text with holes: everything a format may want to set.

All texts are Markdown with ``$…$`` math, or bare LaTeX where a name says so. Formats decide how to lay them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from generator.blueprint import Blueprint, opened, slipped
from generator.derivation import Line, Problem, Slip, faulty
from generator.family import word
from generator.forms import Form
from generator.holes import Fill, Slots, bare
from generator.layers import Layer
from generator.notation import Call, Expr, Leaf, Num, Sym, by_name, latex, plain, replace, symbols
from generator.row import RESERVED, Layout
from generator.wording import array, context, worded

CONVENTION = {
    "classic": "Convention: as textbooks count, with one bias vector (if any) per set of weights.",
    "keras": "Convention: Keras 3.",
    "pytorch": "Convention: PyTorch 2.",
}


@dataclass(frozen=True)
class LineText:
    """One named line. ``symbol``, ``expression``, ``substituted`` and ``value`` are LaTeX, ``json`` the bare value."""

    symbol: str
    expression: str
    substituted: str
    value: str
    why: str
    json: Any

    @property
    def math(self) -> str:
        """symbol = expression = numbers put in = value, without saying a thing twice."""
        return " = ".join(dict.fromkeys(filter(None, (self.symbol, self.expression, self.substituted, self.value))))


@dataclass(frozen=True)
class Chain:
    """A running line: the quantity, and each step of its right-hand side as LaTeX."""

    symbol: str
    steps: tuple[str, ...]

    @property
    def math(self) -> str:
        return " = ".join((self.symbol, *self.steps))

    @property
    def aligned(self) -> str:
        first, *rest = self.steps
        rows = [f"{self.symbol} &= {first}", *(f"&= {step}" for step in rest)]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


@dataclass(frozen=True)
class OptionText:
    """A choice: what it says, and what it answers back."""

    text: str
    feedback: str
    slip: str = ""
    credit: float = 0.0

    @property
    def correct(self) -> bool:
        return not self.slip


@dataclass(frozen=True)
class SlipText:
    """A known wrong answer that may be typed: key, words, and its value (JSON and LaTeX)."""

    key: str
    words: str
    json: Any
    math: str
    feedback: str


@dataclass
class Sheet:
    """The texts of a blueprint. Built on demand, each once; `slots` collects the holes that they hold."""

    blueprint: Blueprint
    slots: Slots = field(init=False)
    fills: dict[tuple[object, str], Fill] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.slots = Slots(self.laid.kinds)
        self.problem = self.blueprint.problem
        self.static = self.problem.answer.static
        self.times = " " if self.problem.answer.kind == "expression" else r" \cdot "

    def once(self, make: Callable[[Sheet, Form], Fill], form: Form) -> Fill:
        """A format's text of this sheet in a form, made the first time that it is asked for."""
        if (make, form.id) not in self.fills:
            self.fills[make, form.id] = make(self, form)
        return self.fills[make, form.id]

    @property
    def laid(self) -> Layout:
        return self.blueprint.layout

    def reserved(self, name: str, place: str = "text") -> str:
        """The hole of the question's id, number, points or key."""
        return self.slots.hole(list(RESERVED).index(name), place)

    # --- stem ----------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> dict[str, Any]:
        return context(self.problem, self.laid, self.slots)

    @cached_property
    def stem(self) -> str:
        """The whole question, its listing included."""
        if not self.problem.code:
            return self.ask
        return f"{self.ask}\n\n```{self.problem.language}\n{self.code}\n```"

    @cached_property
    def ask(self) -> str:
        if not self.names:
            return self.problem.ask  # nothing is drawn: a concept card's text is no template
        return worded(self.problem.ask, self.names, self.slots)

    @cached_property
    def code(self) -> str:
        fenced = worded(f"```\n{self.problem.code}\n```", self.names, self.slots) if self.problem.code else ""
        return fenced.removeprefix("```\n").removesuffix("\n```")

    @property
    def convention(self) -> str:
        return CONVENTION.get(self.problem.convention, "")

    @cached_property
    def legend(self) -> str:
        """What the letters of the lines stand for: x = 64 features, h = 32 units."""
        if any(line.kind for line in self.problem.lines):
            return ""  # lines in words have no letters
        shown = [sym for sym in [*self.problem.numbers, *self.problem.given] if not sym.shape and self._is_number(sym)]
        used = {sym.name for line in self.problem.lines for sym in symbols(line.expression)}
        told = [f"${sym.latex} = {self.value(sym)}$ ({plain_name(sym)})" for sym in shown if sym.name in used]
        return ", ".join(told)

    def _is_number(self, sym: Sym) -> bool:
        return self.laid.kinds[self.laid.place(sym)] not in ("word", "words")

    # --- values --------------------------------------------------------------------------------------------------

    def value(self, sym: Sym, bracket: bool = False, flat: bool = False) -> str:
        """LaTeX hole for a quantity's value; ``flat``: a vector within a sentence."""
        if sym.shape:
            if len(sym.parts) == 1:
                return self.value(sym.parts[0], bracket)
            return array(sym, self.laid, self.slots, flat)
        return self.slots.hole(self.laid.place(sym), "bracket" if bracket else "math")

    def json(self, sym: Sym) -> Any:
        """The value in JSON: a bare hole, lists of them for arrays."""
        holes = [bare(self.slots.hole(self.laid.place(part), "json")) for part in sym.parts]
        if not sym.shape:
            return holes[0]
        if len(sym.shape) == 1:
            return holes
        rows, columns = sym.shape
        return [holes[row * columns : (row + 1) * columns] for row in range(rows)]

    @cached_property
    def leaf(self) -> Leaf:
        return lambda sym, bracket: self.value(sym, bracket) if sym.name in self._placed else sym.latex

    @cached_property
    def _placed(self) -> set[str]:
        arrays = {line.symbol.name for line in self.problem.lines} | {sym.name for sym in self.problem.numbers}
        return set(self.laid.index) | arrays

    def latex(self, expression: Expr, leaf: Leaf = by_name) -> str:
        """LaTeX in the manner of the problem: letters stand side by side, numbers with a dot between them."""
        return latex(expression, leaf, self.times)

    # --- working -------------------------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> tuple[LineText, ...]:
        return tuple(self._line(line) for line in self.problem.lines)

    def _line(self, line: Line) -> LineText:
        expression = self.latex(line.expression)
        if self.static:
            value = self.latex(opened(self.problem.lines, line.symbol))
            bare_value = plain(opened(self.problem.lines, line.symbol))
            return LineText(line.symbol.latex, expression, "", value, line.why, bare_value)
        bare_name = isinstance(line.expression, Sym)
        in_words = isinstance(line.expression, Call) and bool(line.kind)
        substituted = "" if bare_name or in_words else self.latex(line.expression, self.leaf)
        return LineText(
            line.symbol.latex, expression, substituted, self.value(line.symbol), line.why, self.json(line.symbol)
        )

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        return tuple(
            Chain(line.symbol.latex, tuple(dict.fromkeys(self.latex(step, self.leaf) for step in steps)))
            for line, steps in self.blueprint.chains
        )

    @cached_property
    def closed(self) -> str:
        """The closed form that sympy found, as LaTeX: P = 4h(x + h + 1)."""
        form = self.blueprint.closed
        return "" if form is None else f"{self._of.latex} = {latex(form, times='')}"

    @cached_property
    def closed_worked(self) -> str:
        """The closed form with the numbers put in, and its value."""
        form = self.blueprint.closed
        return "" if form is None else f"{self.closed} = {latex(form, self.leaf)} = {self.value(self._of)}"

    @property
    def _of(self) -> Sym:
        return self.problem.answer.symbol

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """Three stages: what to work out, the formulas, the numbers put in."""
        if not self.lines:
            return ()
        given = {sym.name for sym in [*self.problem.numbers, *self.problem.given]}
        order = dict.fromkeys(line.label for line in self.problem.lines)
        first = [
            text for line, text in zip(self.problem.lines, self.lines, strict=True)
            if self.static or {sym.name for sym in symbols(line.expression)} <= given
        ]  # fmt: skip
        formulas = [f"${text.symbol} = {text.expression}$" for text in self.lines]
        numbers = [
            f"${text.symbol} = {text.substituted or text.value}$" for text in (first[:3] if self.static else first)
        ]
        return (
            f"Work out, in this order: {'; '.join(order)}.",
            f"The formulas: {', '.join(formulas)}.",
            f"To begin with: {', '.join(numbers)}.",
        )

    # --- answer --------------------------------------------------------------------------------------------------

    @cached_property
    def answer_math(self) -> str:
        """The answer as LaTeX; empty where it is words."""
        answer = self.problem.answer
        match answer.kind:
            case "words":
                return ""
            case "expression":
                return self.latex(opened(self.problem.lines, self._of))
            case "shape" | "shapes":
                return r" \to ".join(self._shape(shape, self.leaf) for shape in answer.shapes)
        return self.value(self._of, flat=True)

    def _shape(self, sides: Iterable[Expr], leaf: Leaf) -> str:
        return r" \times ".join(self.latex(side, leaf) for side in sides)

    @cached_property
    def answer_text(self) -> str:
        """The answer as Markdown."""
        answer = self.problem.answer
        if answer.kind == "words":
            return answer.text
        if answer.kind in ("integer", "list"):
            return self.slots.hole(self.laid.place(self._of), "text") + (
                f" {answer.unit}" if answer.kind == "integer" and answer.unit else ""
            )
        return f"${self.answer_math}$"

    @cached_property
    def answer_json(self) -> Any:
        answer = self.problem.answer
        match answer.kind:
            case "words":
                return answer.text
            case "expression":
                found = opened(self.problem.lines, self._of)
                return {"plain": plain(found), "latex": self.latex(found)}
            case "shape" | "shapes":
                shapes = [[self.json(_symbol(side)) for side in shape] for shape in answer.shapes]
                return shapes if answer.kind == "shapes" else shapes[0]
        return self.json(self._of)

    @cached_property
    def tolerance(self) -> Any:
        return bare(self.slots.hole(self.laid.index["tolerance"], "json")) if "tolerance" in self.laid.index else 0

    @cached_property
    def tolerance_text(self) -> str:
        return self.slots.hole(self.laid.index["tolerance"], "text") if "tolerance" in self.laid.index else ""

    # --- slips ---------------------------------------------------------------------------------------------------

    @cached_property
    def slips(self) -> tuple[SlipText, ...]:
        """The single slips, as answers that may be typed."""
        return tuple(
            SlipText(
                slip.key,
                slip.words,
                self._slip_json(number, slip),
                self._slip_math(number, slip),
                self._feedback(number, slip),
            )
            for number, slip in enumerate(self.blueprint.slips[: self.blueprint.singles])
        )

    @cached_property
    def options(self) -> tuple[OptionText, ...]:
        """The key first, then an option for every slip and pair of slips."""
        wrong = (
            OptionText(self._slip_text(number, slip), self._feedback(number, slip), slip.key, slip.credit)
            for number, slip in enumerate(self.blueprint.slips)
        )
        return (OptionText(self._option(self.answer_math, None), self._right(), credit=1.0), *wrong)

    def _option(self, math: str, number: int | None) -> str:
        answer = self.problem.answer
        if answer.kind in ("integer", "list"):
            index = self.laid.place(self._of) if number is None else self.laid.slips[number][0]
            return self.slots.hole(index, "text")
        return answer.text if answer.kind == "words" else f"${math}$"

    def _slip_text(self, number: int, slip: Slip) -> str:
        return slip.text or self._option(self._slip_math(number, slip), number)

    def _slip_math(self, number: int, slip: Slip) -> str:
        if slip.text:
            return ""
        if self.static:
            return self.latex(slipped(self.problem, slip))
        answer, places = self.problem.answer, iter(self.laid.slips[number])

        def hole(_sym: Sym, _bracket: bool) -> str:
            return self.slots.hole(next(places), "math")

        match answer.kind:
            case "shape" | "shapes":
                return r" \to ".join(self._shape(shape, hole) for shape in answer.shapes)
            case "vector":
                return self.value(renamed(self._of, number), flat=True)
        return hole(self._of, False)

    def _slip_json(self, number: int, slip: Slip) -> Any:
        if slip.text:
            return slip.text
        if self.static:
            return {"plain": plain(slipped(self.problem, slip)), "latex": self.latex(slipped(self.problem, slip))}
        answer = self.problem.answer
        holes = [bare(self.slots.hole(place, "json")) for place in self.laid.slips[number]]
        if answer.kind == "shapes":
            sizes = [len(shape) for shape in answer.shapes]
            return [holes[sum(sizes[:n]) : sum(sizes[: n + 1])] for n in range(len(sizes))]
        return holes if answer.kind in ("vector", "shape") else holes[0]

    def _right(self) -> str:
        if self.chains:
            if self.problem.answer.kind == "vector" and len(self.problem.answer.parts) > 1:
                return f"Right: ${self.lines[-1].symbol} = {self.lines[-1].expression}$."
            return f"Right: ${self.chains[-1].symbol} = {' = '.join(self.chains[-1].steps[-2:])}$."
        if self.lines and self.lines[-1].value != self.answer_math:
            return f"Right: ${self.lines[-1].math}$."
        return "Right."

    def _feedback(self, number: int, slip: Slip) -> str:
        """What went wrong, with this question's numbers: the faulty line, the right one, and where it leads."""
        if slip.text:
            return slip.words
        wrong = {line.symbol: line for line in faulty(self.problem.lines, slip.instead)}
        order = [line.symbol for line in self.problem.lines]
        told = []
        for single in slip.made:
            symbol = min(single.instead, key=order.index)
            more = ", and likewise wherever it occurs" if len(single.instead) > 1 else ""
            told.append(self._instead(number, wrong[symbol], wrong) + more)
        first = f"You {slip.words}: {'; and '.join(told)}."
        last = self.problem.answer.of
        if self.static or not isinstance(last, Sym) or any(last in single.instead for single in slip.made):
            return first
        return f"{first} That leads to ${last.latex} = {self._wrong_value(number, last)}$."

    def _instead(self, number: int, line: Line, wrong: dict[Sym, Line]) -> str:
        right = next(
            text for text, each in zip(self.lines, self.problem.lines, strict=True) if each.symbol == line.symbol
        )
        if self.static:
            return f"${right.symbol} = {self.latex(line.expression)}$ instead of ${right.expression}$"
        above: dict[Sym, Expr] = {symbol: renamed(symbol, number) for symbol in wrong if symbol != line.symbol}
        put_in = self.latex(replace(line.expression, above), self.leaf)
        value = self._wrong_value(number, line.symbol)
        if line.symbol.shape or line.kind or isinstance(line.expression, Sym):
            put_in = self.latex(line.expression)
        if isinstance(line.expression, Num):
            value = put_in
        told = " = ".join(dict.fromkeys((right.symbol, put_in, value)))
        return f"${told}$ instead of ${self.value(line.symbol, flat=True)}$"

    def _wrong_value(self, number: int, symbol: Sym) -> str:
        wrong = renamed(symbol, number)
        if symbol.shape:
            return self.value(wrong, flat=True)
        index = self.laid.place(wrong)
        asked_whole = symbol == self.problem.answer.of and self.problem.answer.kind == "integer"
        if asked_whole and self.laid.kinds[index] == "number":
            return self.slots.hole(index, "math", "approx")
        return self.slots.hole(index, "math")

    # --- data ----------------------------------------------------------------------------------------------------

    @cached_property
    def numbers(self) -> dict[str, Any]:
        return {sym.name: self.json(sym) for sym in self.problem.numbers}

    @cached_property
    def structure(self) -> dict[str, Any]:
        return {name: word(value) for name, value in self.blueprint.structure.items()}

    @cached_property
    def model(self) -> Any:
        return self._filled(self.problem.model, self.json)

    def _filled(self, value: Any, write: Callable[[Sym], Any]) -> Any:
        match value:
            case dict():
                return {name: self._filled(each, write) for name, each in value.items()}
            case list() | tuple():
                return [self._filled(each, write) for each in value]
            case Sym():
                return write(value)
            case Layer():
                return self._filled(value.config(), write)
        return value

    @property
    def topic(self) -> str:
        return self.problem.topic or self.blueprint.family.topic

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.blueprint.family.tags, *self.problem.tags)))

    @property
    def sources(self) -> tuple[str, ...]:
        return self.problem.sources or self.blueprint.family.sources

    @cached_property
    def difficulty(self) -> int:
        return difficulty(self.problem)


def _symbol(side: Expr) -> Sym:
    """A side of an asked shape, which must be a quantity with a place in the row."""
    if not isinstance(side, Sym):
        raise TypeError("a shape that is asked for is made of lines and drawn numbers")
    return side


def renamed(symbol: Sym, number: int) -> Sym:
    """The symbol's faulty double in the row, for the slip of that number."""
    return Sym(f"k{number}_{symbol.name}", symbol.latex, symbol.shape)


def plain_name(sym: Sym) -> str:
    return sym.name.replace("_", " ")


def difficulty(problem: Problem) -> int:
    """1 (easy) to 5, by structure alone: the more lines the harder; one more if asked backwards or in letters."""
    if problem.difficulty:
        return problem.difficulty
    steps = len(problem.lines)
    level = 1 + sum(steps > bar for bar in (3, 6, 10, 16))
    backwards = any(isinstance(target, Sym) for target in problem.proves.values())
    return min(5, level + backwards + (problem.answer.kind == "expression"))
