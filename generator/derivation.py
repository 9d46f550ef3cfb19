"""A problem as a chain of definitions, like a page of notes: each line names a quantity and says why.

A `Line` may use the lines above it. A `Slip` is one line done wrong, with a permanent key and words for it; the
lines below follow. A `Problem` is what a family returns: wording, numbers to draw, lines, slips, answer, and either
something to prove or a second way to compute the answer. A problem with neither cannot be built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from itertools import combinations
from typing import Any

from generator.errors import ProofError
from generator.notation import Expr, Sym, Written, as_expr, is_number, replace
from generator.space import Axis


@dataclass(frozen=True)
class Line:
    """``symbol = expression``, and why.

    ``why`` opens with the name of the term, up to a colon ("kernel: every feature feeds every unit"); that name is
    the label under the term in the running line, unless ``term`` is a shorter one. ``places``: decimals the line keeps
    when worked by hand (later lines use the rounded value); None for exact values. ``result``: a running line ends
    here. ``shortened``: where the value is an expression, it is multiplied out or factored, whatever is shorter.
    """

    symbol: Sym
    expression: Expr
    why: str
    places: int | None = None
    result: bool = False
    kind: str = ""
    shortened: bool = False
    term: str = ""

    @property
    def label(self) -> str:
        return self.why.split(":")[0]

    @property
    def title(self) -> str:
        """The same reason before a formula: "kernel (every feature feeds every unit)"."""
        label, _, rest = self.why.partition(": ")
        return f"{label} ({rest})" if rest else label

    def labelled(self, label: str) -> Line:
        """The line by another name, for the same reason; in the running line its term keeps its own."""
        return changed(self, term=self.term or self.label, why=label + self.why.removeprefix(self.label))


@dataclass(frozen=True)
class Slip:
    """One thing done wrong: the lines it replaces, in the words of a teacher ("left out the recurrent kernel").

    ``credit`` is the share of the points it deserves. ``text`` replaces the whole answer where an answer is words
    (a concept's wrong option); then ``words`` is the reason why it is wrong.
    """

    key: str
    words: str
    instead: Mapping[Sym, Expr] = field(default_factory=dict)
    credit: float = 0.0
    text: str = ""
    of: tuple[Slip, ...] = ()

    @property
    def made(self) -> tuple[Slip, ...]:
        """The single slips that this is made of."""
        return self.of or (self,)


def slip(key: str, words: str, instead: Mapping[Sym, Written], credit: float = 0.0) -> Slip:
    return Slip(key, words, {symbol: as_expr(written) for symbol, written in instead.items()}, credit)


def both(first: Slip, second: Slip) -> Slip | None:
    """Two slips made in one working; None if they touch the same line."""
    if set(first.instead) & set(second.instead):
        return None
    return Slip(
        f"{first.key}+{second.key}",
        f"{first.words}, and {second.words}",
        {**first.instead, **second.instead},
        min(first.credit, second.credit),
        of=(first, second),
    )


def pairs(slips: Iterable[Slip]) -> list[Slip]:
    """All combinations of two slips that can be made together."""
    return [pair for pair in (both(a, b) for a, b in combinations(slips, 2)) if pair]


@dataclass(frozen=True)
class Answer:
    """What is asked for.

    ``kind``: integer, decimal, vector, matrix, shape, shapes, letters, expression, words or list. ``of``: the quantity;
    for kind shape the one shape, for shapes each of them; letters are like shapes with one side each. ``unit``:
    "parameters". ``text``: the answer where it is words.
    ``link``: what stands between several shapes, as LaTeX: an arrow where one becomes the next.
    ``names``: what each of several shapes is the shape of ("after `Conv2D`"), or what each letter marks.
    """

    kind: str
    of: Sym | tuple[tuple[Expr, ...], ...] = ()
    unit: str = ""
    text: str = ""
    link: str = r" \to "
    names: tuple[str, ...] = ()

    @property
    def symbol(self) -> Sym:
        """The quantity asked for. Raises TypeError for shapes and words, which are not one quantity."""
        if not isinstance(self.of, Sym):
            raise TypeError(f"an answer of kind {self.kind} is not one quantity")
        return self.of

    @property
    def shapes(self) -> tuple[tuple[Expr, ...], ...]:
        """The shapes asked for, each by its sides; none for other kinds."""
        return () if isinstance(self.of, Sym) else self.of

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The scalars and lists that make up the answer, in order."""
        return self.of.parts if isinstance(self.of, Sym) else tuple(side for shape in self.of for side in shape)

    @property
    def ordered(self) -> bool:
        """Whether two answers can be put in order, so that a key could give itself away as the largest."""
        return self.kind in ("integer", "decimal") or (self.kind == "vector" and len(self.parts) == 1)

    @property
    def counts(self) -> bool:
        """Whether what is asked for are counts: whole, and at least one."""
        return self.kind in ("integer", "shape", "shapes")

    @property
    def static(self) -> bool:
        """Whether the answer is the same for every draw: words, or an expression."""
        return self.kind in ("words", "expression")


@dataclass(frozen=True)
class Condition:
    """``left relation right``, checked in every row as soon as its names are known; a draw that fails is refused."""

    left: Expr
    relation: str
    right: Expr


def differ(left: Written, right: Written) -> Condition:
    return Condition(as_expr(left), "!=", as_expr(right))


def less(left: Written, right: Written) -> Condition:
    return Condition(as_expr(left), "<", as_expr(right))


def at_most(left: Written, right: Written) -> Condition:
    return Condition(as_expr(left), "<=", as_expr(right))


@dataclass(frozen=True)
class Derivative:
    """What a line must come to in calculus: the partial derivative of an expression, taken by sympy."""

    of: Expr
    by: Sym


@dataclass(frozen=True)
class Figure:
    """A figure that a problem names: its template in ``templates/figures/``, and what it is drawn with.

    Labels are wording: ``[[ units ]] units``. Whole numbers and choices decide what is drawn, so they belong to the
    structure.
    """

    name: str
    settings: Mapping[str, object] = field(default_factory=dict)


Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """A question of one structure, for every draw of its numbers.

    ask       Markdown with ``$…$`` math; ``[[ name ]]`` stands for a drawn or given number
    numbers   drawn quantities and their axes; given: quantities shown in the stem, computed from the drawn ones
    lines     the working; answer: what is asked; slips: what goes wrong
    proves    what a line must come to, symbolically, for every draw; ``opens`` defines symbols in it further
    check     a second way to the answer: a function from the numbers, by name, to the value(s) of the answer
    letters   of an answer that is an expression: its letters, and values of them with which it is checked
    where     conditions on quantities; a draw that fails one is refused
    code      a listing for the stem (with holes); model: the model asked about, in the JSON model format;
              network: the same as a `model.Model`, where all of it is counted
    figure    what stands beside the stem, with drawn and given quantities for labels
    note      a remark for the solution; model_answer, rubric: an answer in sentences, and points for what it must say
    difficulty, topic, sources, tags: where they differ from the family's own
    """

    ask: str
    answer: Answer
    lines: tuple[Line, ...] = ()
    numbers: Mapping[Sym, Axis] = field(default_factory=dict)
    given: Mapping[Sym, Expr] = field(default_factory=dict)
    slips: tuple[Slip, ...] = ()
    proves: Mapping[Sym, Expr | Derivative] = field(default_factory=dict)
    opens: Mapping[Sym, Expr] = field(default_factory=dict)
    check: Callable[[Numbers], object] | None = None
    letters: Mapping[Sym, Axis] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    code: str = ""
    language: str = "python"
    model: object = None
    network: object = None
    figure: Figure | None = None
    convention: str = ""
    note: str = ""
    model_answer: str = ""
    rubric: tuple[tuple[float, str], ...] = ()
    difficulty: int = 0
    topic: str = ""
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.proves or self.check or self.answer.kind == "words"):
            raise ProofError(f"a problem needs something to prove or a check: {self.ask!r}")


def tidy(problem: Problem) -> Problem:
    """The problem as it is shown: a line that comes to nothing vanishes with its terms, an alias line collapses."""
    gone: dict[Sym, Expr] = {}
    kept: list[Line] = []
    defined = {line.symbol for line in problem.lines}
    asked = {side for shape in problem.answer.shapes for side in shape}  # each is worked out, even if nothing changes
    for line in problem.lines:
        expression = replace(line.expression, gone)
        alias = isinstance(expression, Sym) and expression in defined and line.symbol not in asked
        if is_number(expression, 0) or alias:
            gone[line.symbol] = expression
            if line.result:
                kept = [changed(each, result=True) if each.symbol == expression else each for each in kept]
        else:
            kept.append(changed(line, expression=expression))
    return changed(
        problem,
        lines=tuple(kept),
        answer=_followed(problem.answer, gone),
        proves={_symbol(replace(symbol, gone), symbol): target for symbol, target in problem.proves.items()},
        slips=_biting(problem.slips, {line.symbol: line.expression for line in kept}, gone),
    )


def _symbol(expr: Expr, fallback: Sym) -> Sym:
    return expr if isinstance(expr, Sym) else fallback


def _followed(answer: Answer, gone: Mapping[Sym, Expr]) -> Answer:
    if isinstance(answer.of, Sym):
        return changed(answer, of=_symbol(replace(answer.of, gone), answer.of))
    return changed(answer, of=tuple(tuple(replace(side, gone) for side in shape) for shape in answer.of))


def _biting(slips: tuple[Slip, ...], kept: Mapping[Sym, Expr], gone: Mapping[Sym, Expr]) -> tuple[Slip, ...]:
    """The slips that change a line that is there, once each by what they change."""
    found: dict[object, Slip] = {}
    for each in slips:
        if each.text:
            found[each.key] = each
            continue
        instead = {symbol: replace(expr, gone) for symbol, expr in each.instead.items() if symbol in kept}
        changes = {symbol: expr for symbol, expr in instead.items() if expr != kept[symbol]}
        if changes:
            found.setdefault(tuple(changes.items()), changed(each, instead=changes))
    return tuple(found.values())


def faulty(lines: tuple[Line, ...], instead: Mapping[Sym, Expr]) -> list[Line]:
    """The working with a slip in it: the lines replaced and every line that follows from them, in order."""
    moved: set[Sym] = set()
    wrong = []
    for line in lines:
        expression = instead.get(line.symbol, line.expression)
        if line.symbol in instead or not moved.isdisjoint(expression.written):
            moved.update((line.symbol, *line.symbol.parts))
            wrong.append(line if expression is line.expression else changed(line, expression=expression))
    return wrong
