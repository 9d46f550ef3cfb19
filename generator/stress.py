"""What a family is like in a form over many questions: how far one can guess, what comes twice, what is passed over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import median
from time import perf_counter
from typing import Any

from generator.chance import chance
from generator.draw import Compiler, Pool, too_few
from generator.family import Family
from generator.formats.jsonl import record
from generator.forms import Form
from generator.forms.order_the_lines import uses
from generator.guessing import Record, guesses, numbers_in, ordered
from generator.question import Question
from generator.recipe import Item
from generator.task import OPTIONS

MARGIN = 0.03  # a guessing rule may be so much better than chance …
ERRORS, MANY = 4, 10_000  # … and so many standard errors more, where there are fewer questions than these
UNLIKELY = 0.001  # by chance, one of all the tests of a run may be so unlikely
REFUSED = 0.5  # of the draws fewer than these are passed over
LEAST = 5  # questions expected in each cell of a χ² test


@dataclass(frozen=True)
class Rule:
    """What a guessing rule hits, what chance would, and the most that is allowed."""

    hits: float
    chance: float
    limit: float


@dataclass(frozen=True)
class Figures:
    """A family in a form. ``positions`` and ``ranks`` count where the key is; their p is None where they say too
    little. ``degenerate``: questions of a doubtful kind, by what is doubtful.
    """

    family: str
    form: str
    questions: int
    answers: int  # different ones
    commonest: float  # share of the commonest answer
    positions: tuple[int, ...]
    positions_p: float | None
    ranks: tuple[int, ...]
    ranks_p: float | None
    rules: dict[str, Rule]
    same_id: int
    same_content: int
    degenerate: dict[str, int]
    passed_over: float
    per_second: float

    @property
    def tests(self) -> dict[str, float]:
        """The χ² tests that say something."""
        found = {"position": self.positions_p, "rank": self.ranks_p}
        return {name: p for name, p in found.items() if p is not None}

    @property
    def worst(self) -> str:
        """The rule that comes nearest to its limit, or lies farthest over it; empty if there are no rules."""
        return max(self.rules, key=lambda name: self.rules[name].hits - self.rules[name].limit, default="")


def limit(chance: float, questions: int) -> float:
    """How often a guessing rule may hit where chance hits so often."""
    error = sqrt(chance * (1 - chance) / questions) if questions < MANY else 0
    return chance + MARGIN + ERRORS * error


def stress(
    family: Family, form: Form, count: int, seed: int, compiler: Compiler, progress: Callable[[int], None]
) -> Figures:
    """The figures over so many questions, structures in turn as in a build; over all there are if they are fewer.

    Raises RecipeError where the family does not take the form.
    """
    item = Item(f"stress {family.id}", (form.id,), count, 1, (family.id,), None, {})
    pool, tally, taken = Pool(item, seed, compiler), _Tally(form), set[str]()
    for turn in range(count):
        start = perf_counter()
        question = pool.draw(turn, taken)
        if question is None:
            break
        told = question.sheet.once(record, form)(question.row(turn + 1), question.chosen)
        tally.seconds.append(perf_counter() - start)
        tally.add(question, json.loads(told) | _uses(question))
        progress(1)
    if not tally.questions:
        raise too_few(item, 0, pool)
    return tally.figures(family, pool)


def _uses(question: Question) -> dict[str, Any]:
    """Where steps are to be put in order, which must stand before which: a record tells one right order only."""
    if question.form.response != "order":
        return {}
    return {"uses": uses(question.sheet.blueprint, question.chosen[OPTIONS])}


@dataclass
class _Tally:
    """What is counted question by question."""

    form: Form
    questions: int = 0
    seconds: list[float] = field(default_factory=list)
    contents: Counter[int] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    positions: Counter[int] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)
    options: int = 0
    rules: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    degenerate: Counter[str] = field(default_factory=Counter)

    def add(self, question: Question, asked: Record) -> None:
        self.questions += 1
        answer = answer_of(asked, self.form.response)
        self.answers[answer] += 1
        self.contents[hash((asked["stem"], answer, *sorted(_texts(asked))))] += 1
        self.degenerate.update(_degenerate(question, asked, self.form.response))
        for name, guess in guesses(asked, self.form.response).items():
            self.rules.setdefault(name, []).append(guess)
        if self.form.response == "one":
            self._place(_texts(asked), asked["answer"]["value"])

    def _place(self, texts: Sequence[str], key: int) -> None:
        self.options = len(texts)
        self.positions[key] += 1
        values = ordered(texts)
        if values and len(set(values)) == len(values):
            self.ranks[sorted(values).index(values[key])] += 1

    def figures(self, family: Family, pool: Pool) -> Figures:
        tried, met = (sum(getattr(source, name) for source in pool.sources) for name in ("place", "met"))
        positions, ranks = ([counted[n] for n in range(self.options)] for counted in (self.positions, self.ranks))
        return Figures(
            family=family.id,
            form=self.form.id,
            questions=self.questions,
            answers=len(self.answers),
            commonest=max(self.answers.values()) / self.questions,
            positions=tuple(positions),
            positions_p=_p(positions),
            ranks=tuple(ranks),
            ranks_p=_p(ranks),
            rules={name: _rule(found) for name, found in self.rules.items()},
            same_id=met - self.questions,
            same_content=self.questions - len(self.contents),
            degenerate=dict(self.degenerate),
            passed_over=(tried - met) / tried,
            per_second=1 / median(self.seconds),
        )


def _p(counts: Sequence[int]) -> float | None:
    return chance(counts) if counts and sum(counts) >= LEAST * len(counts) else None


def _rule(found: Sequence[tuple[float, float]]) -> Rule:
    hits, by_chance = (sum(column) / len(found) for column in zip(*found, strict=True))
    return Rule(hits, by_chance, limit(by_chance, len(found)))


def _texts(asked: Record) -> list[str]:
    return [each["text"] for each in asked["options"]]


def answer_of(asked: Record, response: str) -> str:
    """The right answer by what it says and not by its place: the right option, the true ones, the steps in order."""
    value, texts = asked["answer"]["value"], _texts(asked)
    found: Any = value
    if response == "one":
        found = texts[value]
    elif response == "many":
        found = sorted(texts[place] for place in value)
    elif response == "order":
        found = [texts[place] for place in value]
    elif response == "match":
        found = [(prompt, texts[place]) for prompt, place in zip(asked["prompts"], value, strict=True)]
    return json.dumps(found, ensure_ascii=False)


EQUAL = "options equal"


def _degenerate(question: Question, asked: Record, response: str) -> list[str]:
    """What is doubtful about a question."""
    texts, found = _texts(asked), []
    if len(set(texts)) < len(texts):
        found.append(EQUAL)
    drawn = question.values[: question.sheet.blueprint.drawn]
    if len(drawn) > 1 and len(set(drawn)) == 1:
        found.append("numbers all equal")
    value = asked["answer"]["value"]
    if isinstance(value, list) and len(value) > 1 and response == "typed" and all(each == value[0] for each in value):
        found.append("answer all equal")
    if _given(asked, response):
        found.append("answer in the stem")
    return found


def _given(asked: Record, response: str) -> bool:
    """Whether the answer stands in the stem as a number; of options, whether it is the only one that does."""
    value = asked["answer"]["value"]
    if response == "typed" and isinstance(value, int | float):
        return value in numbers_in(asked["stem"])
    if response != "one" or not (values := ordered(_texts(asked))):
        return False
    stem = set(numbers_in(asked["stem"]))
    return [place for place, each in enumerate(values) if each in stem] == [value]


def faults(figures: Sequence[Figures], tests: int = 0) -> list[str]:
    """What is over a threshold, a line each. ``tests``: of how many χ² tests these are some; else there are no more."""
    tests = tests or sum(len(each.tests) for each in figures)
    return [f"{each.family} {each.form}: {fault}" for each in figures for fault in _faults(each, tests)]


def _faults(each: Figures, tests: int) -> list[str]:
    count = f"of {each.questions:,}"
    told = [
        f"guessing '{name}' is right in {rule.hits:.1%} {count}, at most {rule.limit:.1%}"
        for name, rule in each.rules.items()
        if rule.hits > rule.limit
    ]
    counts = {"position": each.positions, "rank": each.ranks}
    told += [
        f"{name} of the key {list(counts[name])}: p = {p:.1g}, at least {UNLIKELY / tests:.1g}"
        for name, p in each.tests.items()
        if p <= UNLIKELY / tests
    ]
    twice = {"ids": each.same_id, "questions": each.same_content, "equal options": each.degenerate.get(EQUAL, 0)}
    told += [f"{number} {name} {'in' if name == 'equal options' else 'twice'} {count}, at most 0"
             for name, number in twice.items() if number]  # fmt: skip
    if each.passed_over >= REFUSED:
        told.append(f"{each.passed_over:.1%} of the draws passed over, fewer than {REFUSED:.0%}")
    return told
