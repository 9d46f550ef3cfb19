"""The commands that look over all families: ``list``, ``stress`` and ``lint``."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.console import CONTEXT, watched

if TYPE_CHECKING:
    from generator.lint import Deck
    from generator.stress import Figures


@click.command("list", context_settings=CONTEXT)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--forms", is_flag=True, help="How many questions in each form, as a Markdown table.")
def list_(as_json: bool, forms: bool) -> None:
    """List the families of questions: what they ask, in which forms, and how many questions there are.

    \b
    netdrill list
    netdrill list --json
    """
    from generator.census import census

    if forms:
        click.echo(_by_form())
        return
    entries = census()
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=1))
        return
    topic = ""
    for entry in sorted(entries, key=lambda entry: entry.topic):
        if entry.topic != topic:
            click.echo(("\n" if topic else "") + click.style(entry.topic, bold=True))
            topic = entry.topic
        about = "" if entry.exact else "about "
        many = f"{about}{_many(entry.questions)} questions"
        click.echo(f"  {click.style(entry.id, fg='cyan')}  ({', '.join(entry.forms)}; {many})")
        click.echo(f"      {entry.asks}")


def _many(count: int) -> str:
    return f"{count:,}" if count < 10**12 else f"10^{len(str(count)) - 1}"


def _by_form() -> str:
    """A Markdown table: families by forms, ≈ before what is estimated."""
    from generator.census import forms_of
    from generator.family import families
    from generator.forms import FORMS

    rows = [["family", *FORMS], ["---", *("--:" for _ in FORMS)]]
    with watched(len(families())) as progress:
        for family in families().values():
            counts = forms_of(family)
            told = {name: f"{'' if exact else '≈ '}{_many(count)}" for name, (count, exact) in counts.items()}
            rows.append([family.id, *(told.get(name, "–") for name in FORMS)])
            progress("counting", 1)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@click.command(context_settings=CONTEXT)
@click.argument("names", metavar="[FAMILY]...", nargs=-1)
@click.option("--form", "forms", multiple=True, metavar="FORM", help="Only this form; may be given several times.")
@click.option("--count", type=click.IntRange(1, 1_000_000), default=300, show_default=True, help="Questions of each.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Draw other questions.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def stress(names: tuple[str, ...], forms: tuple[str, ...], count: int, seed: int, as_json: bool) -> None:
    """Make many questions of each FAMILY (default: all) in every form, and say what gives answers away.

    Structures take turns as in a build; where there are fewer questions, all are made. Exit code 1 if something is
    over a threshold: guessing that beats chance, an uneven place of the key, a question that comes twice, too many
    draws passed over.

    \b
    netdrill stress lstm
    netdrill stress skip-gram-pairs --form choice --form open --count 100
    netdrill stress lstm --json
    """
    from generator.stress import faults

    found = _stressed(names, forms, count, seed)
    over = faults(found)
    if as_json:
        told = {"figures": [asdict(each) for each in found], "over": over}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _table(found, over)
    if over:
        sys.exit(1)


def _stressed(names: Sequence[str], forms: Sequence[str], count: int, seed: int) -> list[Figures]:
    """The figures of each family in each form, or in those of the forms named that it takes."""
    from generator.draw import Compiler
    from generator.errors import RecipeError
    from generator.family import families, find
    from generator.forms import FORMS, find_form
    from generator.stress import stress

    chosen = [find(name) for name in dict.fromkeys(names)] or list(families().values())
    kinds = [find_form(name) for name in dict.fromkeys(forms)] or list(FORMS.values())
    found, refused = [], None
    with watched(len(chosen) * len(kinds) * count) as progress:
        for family in chosen:
            compiler = Compiler()
            for form in kinds:
                tell = partial(progress, f"{family.id} {form.id}")
                try:
                    found.append(stress(family, form, count, seed, compiler, tell))
                except RecipeError as error:
                    refused = error
    if not found and refused:
        raise refused
    return found


COLUMNS = (
    "family", "form", "questions", "answers", "commonest", "place p", "rank p", "best guess", "hits", "allowed",
    "twice", "doubtful", "passed over", "a second",
)  # fmt: skip


def _table(found: Sequence[Figures], over: Sequence[str]) -> None:
    """A line for each family and form, and what is over a threshold."""
    _aligned([COLUMNS, *map(_row, found)], words=(0, 1, 7))
    for each in over:
        click.echo(click.style(f"over: {each}", fg="red"))


def _row(each: Figures) -> tuple[str, ...]:
    best = each.rules.get(each.worst)
    return (
        each.family,
        each.form,
        f"{each.questions:,}",
        f"{each.answers:,}",
        f"{each.commonest:.1%}",
        *("" if p is None else f"{p:.2g}" for p in (each.positions_p, each.ranks_p)),
        each.worst,
        *(("", "") if best is None else (f"{best.hits:.1%}", f"{best.limit:.1%}")),
        str(each.same_id + each.same_content),
        str(sum(each.degenerate.values())),
        f"{each.passed_over:.0%}",
        f"{each.per_second:,.0f}",
    )


@click.command(context_settings=CONTEXT)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--items", type=click.Path(path_type=Path), metavar="FILE", help="Tags that decks must have, as TOML.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="A source beside the notes; several times.")
def lint(files: tuple[Path, ...], items: Path | None, sources: tuple[str, ...]) -> None:
    """Look for faults in concept files (default: the shipped ones), and count their cards.

    A line for each: answers that the question gives away, keys that their length tells, questions that come twice,
    math that cannot be set, unknown sources, tags that are missing. Exit code 1 if there is one; warnings are none.

    \b
    netdrill lint
    netdrill lint my-cards.toml --source lecture-3
    """
    from generator.concepts import shipped
    from generator.lint import NOTES, Rules, read_items
    from generator.lint import lint as look

    rules = Rules((*NOTES, *sources), read_items(items) if items else {})
    decks, found = look(files or shipped(), rules)
    for finding in found:
        click.echo(click.style(str(finding), fg="yellow" if finding.warning else "red"))
    _counts(decks)
    if any(not finding.warning for finding in found):
        sys.exit(1)


COUNTS = ("deck", "cards", "choices", "rubrics", "key longest", "key shortest")


def _counts(decks: Sequence[Deck]) -> None:
    """A line for each deck: its cards, those with wrong options, with a rubric, and how far length tells the key."""
    rows = [
        (
            deck.path.stem,
            *(str(len(cards)) for cards in (deck.cards, deck.choices, deck.explained)),
            *(f"{deck.share(rule):.0%}" for rule in ("longest text", "shortest text")),
        )
        for deck in decks
    ]
    whole = [str(sum(int(row[place]) for row in rows)) for place in (1, 2, 3)]
    _aligned([COUNTS, *rows, ("in all", *whole, "", "")], words=(0,))


def _aligned(rows: Sequence[Sequence[str]], words: Collection[int]) -> None:
    """A table under a bold head; columns of words begin together, others end together."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for place, row in enumerate(rows):
        cells = [
            cell.ljust(width) if n in words else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo(click.style("  ".join(cells).rstrip(), bold=place == 0))
