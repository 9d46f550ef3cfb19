"""From numbers to a row of values: one plain Python function per structure, compiled from the problem's lines.

The row holds, in this order: what is said of the question itself (`RESERVED`), the drawn numbers, given numbers,
lines, intermediate steps of the running line, the tolerance, and for every slip its answer and its wrong lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan

from generator.derivation import Answer, Condition, Line, Problem, Slip, faulty
from generator.functions import NAMESPACE
from generator.notation import Call, Div, Expr, Sym, children, entries, replace, symbols
from generator.reading import bound, python

# the entries of every row that are not values of the problem, and how they are written
RESERVED = {"id": "raw", "number": "integer", "points": "raw", "key": "letter"}

Compute = Callable[[Sequence[object]], tuple[object, ...] | None]


@dataclass(frozen=True)
class Layout:
    """Where each quantity stands in a row, and of which kind it is."""

    index: dict[str, int]
    kinds: tuple[str, ...]
    slips: tuple[tuple[int, ...], ...]  # for each slip, where the parts of its answer stand
    compute: Compute  # drawn numbers -> the row without its reserved entries, or None for a refused draw

    def place(self, sym: Sym) -> int:
        return self.index[sym.name]


@dataclass
class _Code:
    """The function's source while it grows."""

    exact: bool
    pending: list[Condition]
    body: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)  # the row, in order
    known: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    functions: dict[str, object] = field(default_factory=dict)

    def keep(self, name: str, kind: str) -> None:
        self.kinds[name] = kind
        self.known.add(name)

    def assign(self, sym: Sym, expression: Expr, kind: str, places: int | None, tracked: bool = True) -> None:
        """The statements for one line. ``tracked``: its error bound is computed too (not for slips)."""
        for part, entry in zip(sym.parts, entries(expression), strict=True):
            self.learn(entry)
            code = python(entry)
            if places is not None and not self.exact:
                code = f"round_half_up({code}, {places})"
                if tracked:
                    propagated = bound(entry, self.errors)
                    self.body.append(f"e_{part.name} = {propagated} + {0.5 / 10**places!r}")
                    self.errors[part.name] = f"e_{part.name}"
            self.body.append(f"{part.name} = {code}")
            self.keep(part.name, kind)
        self.check()

    def learn(self, expression: Expr) -> None:
        """Remember the Python of every function that the expression calls."""
        if isinstance(expression, Call):
            self.functions[expression.function.name] = expression.function.python
        for part in children(expression):
            self.learn(part)

    def check(self) -> None:
        """Refuse the draw as soon as a condition's names are known."""
        for condition in list(self.pending):
            sides = (condition.left, condition.right)
            if {sym.name for side in sides for sym in symbols(side)} <= self.known:
                for side in sides:
                    self.learn(side)
                self.body.append(f"if not ({python(sides[0])} {condition.relation} {python(sides[1])}): return None")
                self.pending.remove(condition)


def layout(
    problem: Problem, slips: Sequence[Slip], steps: Iterable[tuple[Expr, Sym]], tell_apart: int = 0, exact: bool = False
) -> Layout:
    """Compile the row of a problem with these slips.

    ``tell_apart``: a draw in which one of the first so many slips lands within the key's tolerance is refused.
    ``exact``: no line is rounded.
    """
    code = _Code(exact, list(problem.where))
    drawn = [part for sym in problem.numbers for part in sym.parts]
    for sym, axis in problem.numbers.items():
        for part in sym.parts:
            code.keep(part.name, _kind_of(axis.values[0]))
    code.check()
    rest = "number" if any(_breaks(line.expression) for line in problem.lines) else "integer"
    for sym, expression in problem.given.items():
        kind = "word" if isinstance(expression, Call) and expression.function.name not in NAMESPACE else rest
        code.assign(sym, expression, kind, None)
    if not problem.answer.static:
        for line in problem.lines:
            code.assign(line.symbol, line.expression, _kind(line, rest), line.places)
        for expression, sym in steps:
            code.assign(sym, expression, rest, None)
    tolerance = _tolerance(code, problem.answer)
    finals = [_slip(code, problem, slip, number, rest) for number, slip in enumerate(slips)]
    if tolerance:
        for final in finals[:tell_apart]:
            apart = [f"abs({name} - {part.name})" for name, part in zip(final, problem.answer.parts, strict=True)]  # type: ignore[attr-defined]
            code.body.append(f"if {'max' if len(apart) > 1 else ''}({', '.join(apart)}) <= tolerance: return None")
    return _compiled(code, [part.name for part in drawn], finals)


def _kind_of(value: object) -> str:
    if isinstance(value, float):
        return "decimal1"
    return {int: "integer", str: "word", tuple: "words"}[type(value)]


def _kind(line: Line, rest: str) -> str:
    return line.kind or (rest if line.places is None else f"decimal{line.places}")


def _breaks(expression: Expr) -> bool:
    """Whether a slip in this line could come out as a fraction."""
    return isinstance(expression, Div | Call) or any(map(_breaks, children(expression)))


def _tolerance(code: _Code, answer: Answer) -> bool:
    """The propagated error bound of the answer, rounded up to one place more than the answer has."""
    names = [part.name for part in answer.parts if isinstance(part, Sym) and part.name in code.errors]
    if not names or code.exact:
        return False
    places = int(code.kinds[names[0]].removeprefix("decimal")) + 1
    worst = f"max({', '.join('e_' + name for name in names)}, 0.0)"
    code.body.append(f"tolerance = -(-{worst} * {10**places} // 1) / {10**places}")
    code.keep("tolerance", f"decimal{places}")
    return True


def _slip(code: _Code, problem: Problem, slip: Slip, number: int, rest: str) -> list[str]:
    """The statements for one slip; returns the names of its answer's parts (none for a slip in words)."""
    if slip.text or problem.answer.static:
        return []
    renamed: dict[Sym, Expr] = {}
    for line in _told(faulty(problem.lines, slip.instead), problem.answer, slip):
        wrong = Sym(f"k{number}_{line.symbol.name}", line.symbol.latex, line.symbol.shape)
        expression = replace(line.expression, renamed)
        kind = "number" if line.kind == "" and line.places is None and _breaks(line.expression) else _kind(line, rest)
        code.assign(wrong, expression, kind, line.places, tracked=False)
        renamed[line.symbol] = wrong
        renamed |= dict(zip(line.symbol.parts, wrong.parts, strict=True))
    names = []
    for place, part in enumerate(problem.answer.parts):
        name = f"k{number}_answer_{place}"
        whole = problem.answer.kind == "integer" and (rest == "number" or any(map(_breaks, slip.instead.values())))
        value = python(replace(part, renamed))
        code.body.append(f"{name} = whole({value})" if whole else f"{name} = {value}")
        code.keep(name, "number" if whole else _part_kind(code, part))
        names.append(name)
    return names


def _told(lines: list[Line], answer: Answer, slip: Slip) -> list[Line]:
    """Of faulty lines those that the answer rests on, and those that the slip replaced: no other is ever shown."""
    needed = {sym.name for part in answer.parts for sym in symbols(part)} | {sym.name for sym in slip.instead}
    kept = []
    for line in reversed(lines):
        if needed & {line.symbol.name, *(part.name for part in line.symbol.parts)}:
            needed |= {sym.name for sym in symbols(line.expression)}
            kept.append(line)
    return kept[::-1]


def _part_kind(code: _Code, part: Expr) -> str:
    return code.kinds[part.name] if isinstance(part, Sym) else "integer"


def whole(value: float) -> float:
    """A slip's answer where a whole number is asked for: the student rounds it. nan if there is none."""
    if isinstance(value, int):
        return value
    return int(value + 0.5) if isfinite(value) else nan


def _compiled(code: _Code, drawn: list[str], finals: list[list[str]]) -> Layout:
    source = "def compute(numbers):\n"
    if drawn:
        source += f"    ({', '.join(drawn)},) = numbers\n"
    source += "".join(f"    {statement}\n" for statement in code.body)
    source += f"    return ({''.join(name + ', ' for name in code.kinds)})\n"
    scope: dict[str, object] = {**NAMESPACE, "whole": whole, **code.functions}
    exec(source, scope)  # our own source, printed from the tree: no text of a user is in it
    kinds = {**RESERVED, **code.kinds}
    index = {name: place for place, name in enumerate(kinds)}
    return Layout(
        index,
        tuple(kinds.values()),
        tuple(tuple(index[name] for name in final) for final in finals),
        scope["compute"],  # type: ignore[arg-type]
    )
