"""A question of one structure as text with holes: everything a format may want to set.

All texts are Markdown with ``$…$`` math, or bare LaTeX where a name says so. Formats decide how to lay them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from generator.blueprint import Blueprint
from generator.derivation import Line
from generator.difficulty import difficulty
from generator.distractors import reached
from generator.family import word
from generator.figures import draw
from generator.holes import Slots, bare
from generator.layers import Layer
from generator.mistake import Mistake
from generator.notation import Add, Expr, Num, Sym, named_already, spoken
from generator.reading import Leaf, by_name, latex, plain
from generator.row import RESERVED, Layout
from generator.texts import Chain, LineText, OptionText
from generator.vocabulary import vocabulary
from generator.wording import array, context, named, worded

F = TypeVar("F")
T = TypeVar("T")

CONVENTION = {
    "classic": "Convention: as textbooks count, with one bias vector (if any) per set of weights.",
    "keras": "Convention: Keras 3.",
    "pytorch": "Convention: PyTorch 2.",
}


@dataclass
class Sheet:
    """The texts of a blueprint. Built on demand, each once; `slots` collects the holes that they hold.

    ``whole``: its rows hold every line of a faulty working, and not only what a feedback tells of it.
    """

    blueprint: Blueprint
    whole: bool = False
    slots: Slots = field(init=False)
    made: dict[Any, Any] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.slots = Slots(self.laid.kinds)
        self.problem = self.blueprint.problem
        self.static = self.problem.answer.static
        self.times = " " if self.problem.answer.kind == "expression" else r" \cdot "

    def once(self, make: Callable[[Sheet, F], T], form: F) -> T:
        """What is made of this sheet in a form, made the first time that it is asked for."""
        if (make, form) not in self.made:
            self.made[make, form] = make(self, form)
        found: T = self.made[make, form]
        return found

    @cached_property
    def laid(self) -> Layout:
        return self.blueprint.whole if self.whole else self.blueprint.layout

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

    @cached_property
    def figure_settings(self) -> dict[str, Any]:
        """What the figure is drawn with; labels are wording, and may name what the stem may."""
        settings = self.problem.figure.settings if self.problem.figure else {}
        return {name: self._labelled(value) for name, value in settings.items()}

    def _labelled(self, value: object) -> Any:
        if isinstance(value, str):
            return named(value, self.names)
        return [self._labelled(each) for each in value] if isinstance(value, list | tuple) else value

    def figure(self, id: str = "", card: bool = False) -> str:
        """The figure as SVG, empty if there is none; see `figures.draw`."""
        figure = self.problem.figure
        return draw(figure.name, self.figure_settings, id, card) if figure else ""

    @property
    def convention(self) -> str:
        return CONVENTION.get(self.problem.convention, "")

    @cached_property
    def legend(self) -> str:
        """What the letters of the lines stand for: x = 64 features, h = 32 units."""
        if any(line.kind for line in self.problem.lines):
            return ""  # lines in words have no letters
        shown = [sym for sym in [*self.problem.numbers, *self.problem.given] if not sym.shape and self._is_number(sym)]
        used = {sym.name for line in self.problem.lines for sym in line.expression.written}
        told = [f"${sym.latex} = {self.value(sym)}$ ({plain_name(sym)})" for sym in shown if sym.name in used]
        return ", ".join(told)

    @property
    def letters(self) -> str:
        """The legend as it goes on from a sentence: ", with $x = 64$ (features)"."""
        return f", with {self.legend}" if self.legend else ""

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
        return lambda sym, bracket: self.value(sym, bracket) if sym.parts[0].name in self.laid.index else sym.latex

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
            value = reached(self.problem.lines, line.symbol)
            return LineText(line.symbol.latex, expression, "", self.latex(value), line.why, plain(value))
        if isinstance(line.expression, Num):
            return LineText(line.symbol.latex, expression, "", expression, line.why, self.json(line.symbol))
        as_it_is = named_already(line.expression) or spoken(line.expression)
        substituted = "" if as_it_is else self.latex(line.expression, self.leaf)
        return LineText(
            line.symbol.latex, expression, substituted, self.value(line.symbol), line.why, self.json(line.symbol)
        )

    def told(self, place: int) -> str:
        """A line as LaTeX within a sentence: an array flat, and without the numbers that it comes from."""
        text, symbol = self.lines[place], self.problem.lines[place].symbol
        if len(symbol.parts) == 1:
            return text.math
        return " = ".join(dict.fromkeys((text.symbol, text.expression, self.value(symbol, flat=True))))

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
    def answer_symbol(self) -> str:
        return self._of.latex

    @cached_property
    def closed_rows(self) -> tuple[str, ...]:
        """The same in rows that fit a page: formula, numbers (a row for each layer), value."""
        form = self.blueprint.closed
        if form is None:
            return ()
        terms = form.terms if isinstance(form, Add) and len(self.blueprint.chains) > 1 else (form,)
        rows = []
        for reading in (lambda term: latex(term, times=""), lambda term: latex(term, self.leaf)):
            first, *rest = map(reading, terms)
            rows += [f"= {first}", *(rf"\quad + {each}" for each in rest)]
        return (*rows, f"= {self.value(self._of)}")

    @property
    def _of(self) -> Sym:
        return self.problem.answer.symbol

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """Three stages: what to work out, the formulas, the numbers put in."""
        if not self.lines:
            return ()
        if self.problem.answer.kind == "letters":
            told = zip(self.problem.answer.names, self.problem.lines, strict=True)
            return (f"To tell them: {'; '.join(f'{name}: {line.why}' for name, line in told)}.",)
        given = {each.name for sym in [*self.problem.numbers, *self.problem.given] for each in (sym, *sym.parts)}
        order = dict.fromkeys(line.term or line.label for line in self.problem.lines)
        first = [
            text for line, text in zip(self.problem.lines, self.lines, strict=True)
            if self.static or {sym.name for sym in line.expression.written} <= given
        ]  # fmt: skip
        formulas = [f"${text.symbol} = {text.expression}$" for text in self._formulas()]
        numbers = [
            f"${text.symbol} = {text.substituted or text.value}$" for text in (first[:3] if self.static else first)
        ]
        return (
            f"Work out, in this order: {'; '.join(order)}.",
            f"The formulas: {', '.join(formulas)}.",
            f"To begin with: {', '.join(numbers)}.",
        )

    def _formulas(self) -> list[LineText]:
        """The lines that a hint may show: of a derivation only how its pieces are put together."""
        names = {line.symbol for line in self.problem.lines}
        return [
            text
            for line, text in zip(self.problem.lines, self.lines, strict=True)
            if not self.static or names & set(line.expression.written)
        ]

    # --- answer --------------------------------------------------------------------------------------------------

    @cached_property
    def answer_math(self) -> str:
        """The answer as LaTeX; empty where it is words."""
        answer = self.problem.answer
        match answer.kind:
            case "words":
                return ""
            case "expression":
                return self.latex(reached(self.problem.lines, self._of))
            case "shape" | "shapes":
                return answer.link.join(self.shape(shape, self.leaf) for shape in answer.shapes)
        return self.value(self._of, flat=True)

    def shape(self, sides: Iterable[Expr], leaf: Leaf) -> str:
        return r" \times ".join(self.latex(side, leaf) for side in sides)

    @cached_property
    def answer_text(self) -> str:
        """The answer as Markdown."""
        answer = self.problem.answer
        if answer.kind == "words":
            return answer.text
        if answer.kind == "letters":
            return ", ".join(f"{name} {self.letter(of)}" for name, of in zip(answer.names, answer.parts, strict=True))
        if answer.kind in ("integer", "list"):
            return self.slots.hole(self.laid.place(self._of), "text") + (
                f" {answer.unit}" if answer.kind == "integer" and answer.unit else ""
            )
        return f"${self.answer_math}$"

    def written(self, working: Sequence[Line], symbol: Sym) -> dict[str, str]:
        """What a line of a derivation comes to, right or wrong, as a record holds it."""
        found = reached(working, symbol)
        return {"plain": plain(found), "latex": self.latex(found)}

    def letter(self, of: Expr) -> str:
        """The letter that marks a part of the figure."""
        return self.slots.hole(self.laid.place(_symbol(of)))

    @cached_property
    def shape_names(self) -> tuple[str, ...]:
        """What each shape of the answer is the shape of: "after `Conv2D`"."""
        answer, model = self.problem.answer, self.problem.model
        layers = model.get("layers", ()) if isinstance(model, dict) else ()
        if answer.names or len(layers) != len(answer.shapes):
            return answer.names or tuple(f"shape {place}" for place in range(1, len(answer.shapes) + 1))
        return tuple(f"after layer {place}, `{layer['type']}`" for place, layer in enumerate(layers, 1))

    @cached_property
    def shapes_json(self) -> list[Any]:
        return [[self.json(_symbol(side)) for side in shape] for shape in self.problem.answer.shapes]

    @cached_property
    def answer_json(self) -> Any:
        answer = self.problem.answer
        match answer.kind:
            case "words":
                return answer.text
            case "expression":
                return self.written(self.problem.lines, self._of)
            case "letters":
                return [self.json(_symbol(of)) for of in answer.parts]
            case "shape" | "shapes":
                return self.shapes_json if answer.kind == "shapes" else self.shapes_json[0]
        return self.json(self._of)

    @cached_property
    def vocabulary(self) -> dict[str, Any]:
        """The letters that an expression may be typed in; empty where the answer is none."""
        return vocabulary(self.problem) if self.problem.answer.kind == "expression" else {}

    @cached_property
    def tolerance(self) -> Any:
        return bare(self.slots.hole(self.laid.index["tolerance"], "json")) if "tolerance" in self.laid.index else 0

    @cached_property
    def tolerance_text(self) -> str:
        return self.slots.hole(self.laid.index["tolerance"], "text") if "tolerance" in self.laid.index else ""

    # --- wrong answers -------------------------------------------------------------------------------------------

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Every slip and pair of slips that this structure can show; only single ones in whole workings."""
        slips = self.blueprint.slips[: self.blueprint.singles if self.whole else None]
        return tuple(Mistake(self, number, slip) for number, slip in enumerate(slips))

    @property
    def slips(self) -> tuple[Mistake, ...]:
        """The single slips, as answers that may be typed."""
        return self.mistakes[: self.blueprint.singles]

    @cached_property
    def options(self) -> tuple[OptionText, ...]:
        """The key first, then an option for every mistake."""
        wrong = (OptionText(each.text, each.feedback, each.key, each.slip.credit) for each in self.mistakes)
        return (OptionText(self.key_text, self._right(), credit=1.0), *wrong)

    @property
    def key_json(self) -> str:
        """The place of the right option, in JSON."""
        return bare(self.reserved("key", "json"))

    @property
    def key_text(self) -> str:
        """The answer as an option shows it."""
        answer = self.problem.answer
        if answer.kind in ("integer", "list"):
            return self.slots.hole(self.laid.place(answer.symbol), "text")
        return answer.text if answer.kind == "words" else f"${self.answer_math}$"

    def _right(self) -> str:
        if self.problem.answer.kind in ("vector", "matrix") and len(self.problem.answer.parts) > 1:
            worked = "" if named_already(self.problem.lines[-1].expression) else self.lines[-1].expression
            return f"Right: ${' = '.join(filter(None, (self.lines[-1].symbol, worked, self.answer_math)))}$."
        if self.chains:
            return f"Right: ${self.chains[-1].symbol} = {' = '.join(self.chains[-1].steps[-2:])}$."
        if self.lines and not self.problem.answer.shapes and self.lines[-1].value != self.answer_math:
            return f"Right: ${self.lines[-1].math}$."
        return "Right."

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


def plain_name(sym: Sym) -> str:
    """What a drawn number is: units of layer 2, filters of convolution 1."""
    name, _, place = sym.name.rpartition("_")
    if not place.isdecimal():
        return sym.name.replace("_", " ")
    if name == "given_size":
        return "given"
    if name in ("input", "weight", "step"):
        return f"{name} {place}"
    return f"{name} of {'convolution' if name in ('filters', 'kernel') else 'layer'} {place}"
