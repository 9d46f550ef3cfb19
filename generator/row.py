"""From numbers to a row of values: one plain Python function per structure, compiled from the problem's lines.

The row holds, in this order: what is said of the question itself (`RESERVED`), the drawn numbers, given numbers,
lines, intermediate steps of the running line, the tolerance, and for every slip the wrong lines that a text shows and
its answer. What a slip computes on the way is no entry, and is computed once for all slips that share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import floor, isfinite

from generator.derivation import Answer, Condition, Line, Problem, Slip, faulty
from generator.functions import NAMESPACE
from generator.notation import Add, Call, Div, Expr, Num, Pow, Sym, add, children, entries, rebuild, replace
from generator.reading import bound, decimals, python
from generator.space import Axis

# the entries of every row that are not values of the problem, and how they are written
RESERVED = {"id": "raw", "number": "integer", "points": "raw", "key": "letter"}

# a slip's answer where a whole number is asked for: the student rounds it; nan if there is none
WHOLE = "{v} if type({v}) is int else rounded_down({v} + 0.5) if isfinite({v}) else nan"

# of a computer's arithmetic: what lies on the edge of a tolerance is within it, as a card's check has it too
NOISE = 1e-8

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


def double(number: int, symbol: Sym) -> Sym:
    """What a quantity is called in the working with the slip of that number."""
    return Sym(f"k{number}_{symbol.name}", symbol.latex, symbol.shape)


@dataclass
class _Code:
    """The function's source while it grows."""

    exact: bool
    pending: list[Condition]
    body: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)  # the row, in order
    locals: dict[str, str] = field(default_factory=dict)  # what holds each entry of the row
    found: dict[str, Sym] = field(default_factory=dict)  # source -> what holds its value already
    same: dict[Sym, Expr] = field(default_factory=dict)  # wrong quantities that another holds, or that are a number
    known: set[str] = field(default_factory=set)  # what the right working has come to
    errors: dict[str, str] = field(default_factory=dict)  # how far each may be off; those that are exact are not in it
    decimals: dict[str, int] = field(default_factory=dict)  # how many a value has, where that is known
    functions: dict[str, object] = field(default_factory=dict)

    def keep(self, name: str, kind: str) -> None:
        """A quantity of the right working becomes an entry of the row. Raises ValueError for a name that is taken."""
        if name in RESERVED:
            raise ValueError(f"every question has its own {name}: a quantity needs another name")
        if name in self.known:
            raise ValueError(f"two quantities are called {name}")
        self.enter(name, kind, name)
        self.known.add(name)

    def enter(self, name: str, kind: str, local: str) -> None:
        self.kinds[name] = kind
        self.locals[name] = local

    def assign(self, sym: Sym, expression: Expr, kind: str, places: int | None) -> None:
        """The statements for one line of the right working; where it is rounded, those for its error bound as well.

        A value whose decimals fit into the places loses nothing by rounding but what a computer adds to it.
        """
        for part, entry in zip(sym.parts, entries(expression), strict=True):
            code, held = self.source(entry, places), decimals(entry, self.decimals)
            fits = held is not None and (places is None or held <= places)
            if places is not None and not self.exact:
                off = bound(entry, self.errors) + ("" if fits else f" + {0.5 / 10**places!r}")
                if off != "0":
                    self.body.append(f"e_{part.name} = {off}")
                    self.errors[part.name] = f"e_{part.name}"
            if (shown := held if fits else places) is not None:
                self.decimals[part.name] = shown
            self.body.append(f"{part.name} = {code}")
            self.found.setdefault(code, part)
            self.keep(part.name, kind)
        self.check()

    def err(self, name: str, off: str, came_to: float, places: int) -> None:
        """The statement for how far a rounded entry may be off; none where nothing is lost by rounding."""
        if off != "0" or came_to > places:
            self.body.append(f"e_{name} = {off} + {0.5 / 10**places!r}")
            self.errors[name] = f"e_{name}"

    def follow(self, sym: Sym, expression: Expr, kind: str, places: int | None, shown: bool) -> None:
        """The same for a line of a wrong working, of which much is as in another: that is not computed again."""
        for part, entry in zip(sym.parts, entries(expression), strict=True):
            ready = self.ready(entry)
            code = self.rounded(self.gathered(ready) if kind == "integer" else ready, places)
            if places is None and (isinstance(ready, Sym) or (isinstance(ready, Num) and kind == "integer")):
                self.same[part] = ready
            elif code in self.found:
                self.same[part] = self.found[code]
            else:
                self.body.append(f"{part.name} = {code}")
                self.found[code] = part
            if shown:
                self.enter(part.name, kind, python(self.same.get(part, part)))

    def source(self, entry: Expr, places: int | None = None) -> str:
        """The Python of a scalar expression, rounded if it is to be."""
        return self.rounded(self.ready(entry), places)

    def rounded(self, ready: Expr, places: int | None) -> str:
        code = python(ready)
        return code if places is None or self.exact else f"round_half_up({code}, {places})"

    def gathered(self, expression: Expr) -> Expr:
        """A sum of whole numbers, with those of its terms that are right as one term: other slips share it."""
        if not isinstance(expression, Add):
            return expression
        right = [term for term in expression.terms if all(sym.name in self.known for sym in term.written)]
        wrong = [term for term in expression.terms if term not in right]
        return add(self.named(add(*right)), *wrong) if len(right) > 1 and wrong else expression

    def ready(self, expression: Expr) -> Expr:
        """The expression as it is computed.

        A quantity that another holds is that other; each power, and each division (see `functions.quotient`), is made
        by a statement of its own; the functions called are remembered.
        """
        if isinstance(expression, Sym):
            return self.same.get(expression, expression)
        parts = children(expression)
        new = [self.ready(part) for part in parts]
        if isinstance(expression, Div):
            over, under = python(self.named(new[0])), python(self.named(new[1]))
            tests = [f"type({name}) is int" for name in (over, under) if not name.isdigit()]
            tests.append(f"{over} % {under} == 0")
            return self.named_by(f"{over} // {under} if {' and '.join(tests)} else {over} / {under}")
        if isinstance(expression, Call):
            self.functions[expression.function.name] = expression.function.python
        if any(a is not b for a, b in zip(new, parts, strict=True)):
            expression = rebuild(expression, new)
        return self.named(expression) if isinstance(expression, Pow) else expression

    def named(self, expression: Expr) -> Expr:
        """A name for an expression; a name or a number is as good as one."""
        return expression if isinstance(expression, Sym | Num) else self.named_by(python(expression))

    def named_by(self, code: str) -> Sym:
        """A name for what a source comes to, the same one whenever it is asked for."""
        if code not in self.found:
            self.found[code] = Sym(f"_{len(self.found)}")
            self.body.append(f"{self.found[code].name} = {code}")
        return self.found[code]

    def check(self) -> None:
        """Refuse the draw as soon as a condition's names are known."""
        for condition in list(self.pending):
            sides = (condition.left, condition.right)
            if {sym.name for side in sides for sym in side.written} <= self.known:
                left, right = map(self.source, sides)
                self.body.append(f"if not ({left} {condition.relation} {right}): return None")
                self.pending.remove(condition)


def layout(
    problem: Problem,
    slips: Sequence[Slip],
    steps: Iterable[tuple[Expr, Sym]],
    tell_apart: int = 0,
    exact: bool = False,
    whole: bool = False,
) -> Layout:
    """Compile the row of a problem with these slips.

    ``tell_apart``: a draw in which one of the first so many slips lands within the key's tolerance is refused.
    ``exact``: no line is rounded. ``whole``: every line of a faulty working is an entry of the row.
    """
    code = _Code(exact, list(problem.where))
    drawn = [part for sym in problem.numbers for part in sym.parts]
    for sym, axis in problem.numbers.items():
        for part in sym.parts:
            code.keep(part.name, _kind_of(axis))
            if isinstance(axis.values[0], int | float):
                code.decimals[part.name] = axis.places
    code.check()
    broken = any(code.decimals.values()) or any(_breaks(line.expression) for line in problem.lines)
    rest = "number" if broken else "integer"
    for sym, expression in problem.given.items():
        kind = "word" if isinstance(expression, Call) and expression.function.name not in NAMESPACE else rest
        code.assign(sym, expression, *_as_exact(expression, code, kind))
    if not problem.answer.static:
        for line in problem.lines:
            code.assign(line.symbol, line.expression, _kind(line, rest), line.places)
        for expression, sym in steps:
            code.assign(sym, expression, *_as_exact(expression, code, rest))
    tolerance = _tolerance(code, problem.answer)
    order = {line.symbol.name: place for place, line in enumerate(problem.lines)}
    shown = {line.symbol.name for line in problem.lines} if whole else set()
    finals = [_slip(code, problem, slip, number, rest, order, shown) for number, slip in enumerate(slips)]
    if tolerance:
        for final in finals[:tell_apart]:
            pairs = zip(final, problem.answer.parts, strict=True)
            apart = [f"abs({code.locals[name]} - {part.name})" for name, part in pairs]  # type: ignore[attr-defined]
            code.body.append(
                f"if {'max' if len(apart) > 1 else ''}({', '.join(apart)}) <= tolerance + {NOISE}: return None"
            )
    return _compiled(code, [part.name for part in drawn], finals)


def _kind_of(axis: Axis) -> str:
    if isinstance(axis.values[0], float):
        return f"decimal{axis.places}"
    return {int: "integer", str: "word", tuple: "words"}[type(axis.values[0])]


def _as_exact(expression: Expr, code: _Code, kind: str) -> tuple[str, int | None]:
    """The kind of a number that no line rounds, and its decimals: all that it has, if it has an end."""
    places = decimals(expression, code.decimals)
    return (f"decimal{places}", places) if places else (kind, None)


def _kind(line: Line, rest: str) -> str:
    return line.kind or (rest if line.places is None else f"decimal{line.places}")


def _breaks(expression: Expr) -> bool:
    """Whether a slip in this line could come out as a fraction."""
    return isinstance(expression, Div | Call) or any(map(_breaks, children(expression)))


def _tolerance(code: _Code, answer: Answer) -> bool:
    """The propagated error bound of the answer, rounded up to one place more than the answer has.

    Whoever carries full precision and rounds at the end may be half a place further off, but only by whole places.
    """
    names = [part.name for part in answer.parts if isinstance(part, Sym) and part.name in code.errors]
    if not names or code.exact:
        return False
    places = int(code.kinds[names[0]].removeprefix("decimal")) + 1
    worst = f"max({', '.join('e_' + name for name in names)}, 0.0)"
    code.body.append(f"worst = {worst}")
    at_the_end = f"(worst * {10 ** (places - 1)} + 0.5) // 1 / {10 ** (places - 1)}"
    code.body.append(f"tolerance = max(-(-worst * {10**places} // 1) / {10**places}, {at_the_end})")
    code.keep("tolerance", f"decimal{places}")
    return True


def _slip(
    code: _Code, problem: Problem, slip: Slip, number: int, rest: str, order: dict[str, int], shown: set[str]
) -> list[str]:
    """The statements for one slip; returns the entries of its answer's parts (none for a slip in words).

    ``shown``: lines that are entries of the row, beside those that any text may show.
    """
    if slip.text or problem.answer.static:
        return []
    if any(map(_breaks, slip.instead.values())):
        rest = "number"  # and so may every line that follows
    shown, renamed = shown | _shown(problem, slip, order), dict[Sym, Expr]()
    for line in _told(faulty(problem.lines, slip.instead), problem.answer, slip, shown):
        wrong = double(number, line.symbol)
        expression = replace(line.expression, renamed)
        code.follow(wrong, expression, _kind(line, rest), line.places, not shown.isdisjoint(_names(line.symbol)))
        renamed[line.symbol] = wrong
        renamed |= dict(zip(line.symbol.parts, wrong.parts, strict=True))
    whole = problem.answer.kind == "integer" and rest == "number"
    names = []
    for place, part in enumerate(problem.answer.parts):
        wrong_part, name = replace(part, renamed), f"k{number}_answer_{place}"
        kind = "number" if whole else _part_kind(code, part)
        if not whole and isinstance(wrong_part, Sym) and code.kinds.get(wrong_part.name) == kind:
            names.append(wrong_part.name)
            continue
        value = python(code.named(code.ready(wrong_part)))
        if whole:
            value = code.named_by(WHOLE.format(v=value)).name
        code.enter(name, kind, value)
        names.append(name)
    return names


def _shown(problem: Problem, slip: Slip, order: dict[str, int]) -> set[str]:
    """The lines of a slip that a text may show.

    They are the first line (by ``order``) that each single slip replaces, those that stand in it, and the answer's.
    """
    first = [min(single.instead, key=lambda symbol: order[symbol.name]) for single in slip.made]
    shown = {sym.name for symbol in first for sym in (symbol, *slip.instead[symbol].written)}
    return shown | ({problem.answer.of.name} if isinstance(problem.answer.of, Sym) else set())


def _told(lines: list[Line], answer: Answer, slip: Slip, shown: set[str]) -> list[Line]:
    """Of faulty lines those that the answer rests on, those that the slip replaced, and those to be shown."""
    needed = {sym.name for part in answer.parts for sym in part.written} | {sym.name for sym in slip.instead} | shown
    kept = []
    for line in reversed(lines):
        if needed & _names(line.symbol):
            needed |= {sym.name for sym in line.expression.written}
            kept.append(line)
    return kept[::-1]


def _names(symbol: Sym) -> set[str]:
    """By which a line's quantity may be called: its own name, and those of its parts."""
    return {symbol.name, *(part.name for part in symbol.parts)}


def _part_kind(code: _Code, part: Expr) -> str:
    return code.kinds[part.name] if isinstance(part, Sym) else "integer"


def _compiled(code: _Code, drawn: list[str], finals: list[list[str]]) -> Layout:
    source = "def compute(numbers):\n"
    if drawn:
        source += f"    ({', '.join(drawn)},) = numbers\n"
    source += "".join(f"    {statement}\n" for statement in code.body)
    source += f"    return ({''.join(code.locals[name] + ', ' for name in code.kinds)})\n"
    scope: dict[str, object] = {**NAMESPACE, "isfinite": isfinite, "rounded_down": floor, **code.functions}
    exec(source, scope)  # our own source, printed from the tree: no text of a user is in it
    kinds = {**RESERVED, **code.kinds}
    index = {name: place for place, name in enumerate(kinds)}
    return Layout(
        index,
        tuple(kinds.values()),
        tuple(tuple(index[name] for name in final) for final in finals),
        scope["compute"],  # type: ignore[arg-type]
    )
