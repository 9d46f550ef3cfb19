"""The command ``netdrill``. Faults of the user become one line on standard error and exit code 2."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from generator.console import CONTEXT, watched
from generator.errors import FigureError, NetdrillError, RecipeError
from generator.survey import lint, list_, stress
from generator.versions import FIRST, MOST

if TYPE_CHECKING:
    from generator.build import Summary
    from generator.question import Question


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the version and stop."""
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"netdrill {version('netdrill')}")
    except PackageNotFoundError:
        click.echo("netdrill, not installed: run from a checkout")
    context.exit()


@click.group(context_settings=CONTEXT, invoke_without_command=True)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
@click.pass_context
def netdrill(context: click.Context) -> None:
    """Exam questions about neural networks, each with its solution worked out line by line.

    \b
    netdrill build                            build the deck "exam-practice"
    netdrill list                             what can be asked
    netdrill show lstm-step                   one question with its solution
    netdrill new my-exam                      a recipe to change
    netdrill build my-exam.toml --versions 3  worksheets A, B and C with keys
    netdrill build instructor-exam            an exam to set and print
    netdrill replace instructor-exam 7        another question 7
    netdrill key instructor-exam K7QM-2WDX    the key of the version with this code
    netdrill explain model.json               your own model, counted line by line
    netdrill quiz model.json                  questions about it
    netdrill figures                          what can be drawn
    netdrill stress lstm                      how well one can guess, over many questions
    netdrill lint my-cards.toml               faults of concept cards
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@netdrill.command(context_settings=CONTEXT)
@click.argument("recipe", default="exam-practice")
@click.option("-o", "--output", "root", default="out", show_default=True, help="Folder for the outputs.")
@click.option("--seed", type=int, metavar="N", help="Draw other questions than the recipe's seed does.")
@click.option("--formats", metavar="LIST", help="With commas, such as md,apkg,moodle. Default: those of the recipe.")
@click.option("--versions", type=int, metavar="N", help=f"How many versions: A, B … Z, AA … (1 to {MOST:,}).")
@click.option("--relock", is_flag=True, help="Draw all questions anew instead of keeping those of the lock.")
def build(recipe: str, root: str, seed: int | None, formats: str | None, versions: int | None, relock: bool) -> None:
    """Build worksheets, answers, Anki deck and question bank from RECIPE, a file or the name of a shipped deck.

    \b
    netdrill build
    netdrill build my-exam.toml -o handouts --versions 2
    netdrill build exam-practice --seed 7 --formats md,apkg
    """
    from generator.build import build as run
    from generator.recipe import find_recipe, read_recipe

    if versions is not None and not 1 <= versions <= MOST:
        raise RecipeError(f"--versions: {versions:,} is out of range. Allowed: 1 to {MOST:,}")
    chosen = read_recipe(find_recipe(recipe)).with_options(seed, versions, _listed(formats))
    total = sum(item.count for item in chosen.items) * chosen.versions
    with watched(total) as progress:
        summary = run(chosen, Path(root), relock, progress)
    _report(summary)


def _listed(formats: str | None) -> list[str] | None:
    return None if formats is None else [name.strip() for name in formats.split(",") if name.strip()]


@netdrill.command(context_settings=CONTEXT)
@click.argument("recipe")
@click.argument("code")
@click.option("-o", "--output", "root", default="out", show_default=True, help="Folder of the build's outputs.")
def key(recipe: str, code: str, root: str) -> None:
    """Print the key of the version of an exam that carries CODE, made again from the lock of its build.

    \b
    netdrill key instructor-exam K7QM-2WDX
    """
    from generator.again import key as again
    from generator.recipe import find_recipe, read_recipe

    _set(again(read_recipe(find_recipe(recipe)), Path(root), code))


@netdrill.command(context_settings=CONTEXT)
@click.argument("recipe")
@click.argument("number", type=int)
@click.option("-o", "--output", "root", default="out", show_default=True, help="Folder of the build's outputs.")
@click.option("--version", "letter", metavar="LETTER", default="", help="Only in this version. Default: in all.")
@click.option("--formats", metavar="LIST", help="As in netdrill build.")
def replace(recipe: str, number: int, root: str, letter: str, formats: str | None) -> None:
    """Build RECIPE again with another question in place of question NUMBER; all others stay.

    \b
    netdrill replace instructor-exam 7
    """
    from generator.again import replace as again
    from generator.recipe import find_recipe, read_recipe

    chosen = read_recipe(find_recipe(recipe)).with_options(None, None, _listed(formats))
    with watched(sum(item.count for item in chosen.items)) as progress:
        summary = again(chosen, Path(root), number, letter, progress)
    _report(summary)


WHAT = {
    "worksheet": "worksheet to print or work on",
    "worksheets": "the worksheets of all versions in one",
    "instructor": "what the paper covers, question by question",
    "answers": "answer key with solutions",
    "practice": "page to practise on: open it in a browser",
    "figures": "figures of the worksheets",
    "cards": "flash cards to cut: print on both sides, flip on the long edge",
    "deck": "Anki deck: import it with File > Import",
    "questions": "question bank, one record a line",
    "moodle": "for Moodle: Question bank > Import > Moodle XML",
    "canvas": "for Canvas: Import Content > QTI .zip file",
    "qti21": "QTI 2.1, for OpenOLAT and others",
    "blackboard": "for Blackboard: Upload Questions",
    "bank": "GIFT: Moodle's plain text format",
    "losses": "what that format cannot hold, and what is there instead",
    "netdrill": "keeps these questions at the next build",
}


def _report(summary: Summary) -> None:
    """What was written, as a table."""
    versions = f" in {summary.versions} versions" if summary.versions > 1 else ""
    click.echo(f"{summary.questions} question{'s' * (summary.questions != 1)}{versions} in {summary.folder}/")
    sizes: dict[str, int] = {}
    for name, size in summary.files:
        top, *within = name.split("/")
        sizes[f"{top}/" if within else top] = sizes.get(f"{top}/", 0) + size
    width = max(map(len, sizes))
    for name, size in sizes.items():
        stem = re.split(r"\W", name)[0]
        click.echo(f"  {click.style(name.ljust(width), bold=True)}  {_size(size):>8}  {WHAT.get(stem, '')}")
    for row in aligned(summary.coverage):
        click.echo(f"  {row}")
    for notice in summary.notices:
        click.echo(click.style(f"note: {notice}", fg="yellow"))


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table, each column as wide as it must be, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]


def _size(size: int) -> str:
    if size < 10_000:
        return f"{size:,} B"
    return f"{size / 1000:,.0f} kB" if size < 10_000_000 else f"{size / 1e6:,.0f} MB"


for survey in (list_, stress, lint):
    netdrill.add_command(survey)


@netdrill.command(context_settings=CONTEXT)
@click.argument("family")
@click.option("--form", metavar="FORM", help="One of those of netdrill list. Default: the first that FAMILY takes.")
@click.option("--seed", type=int, metavar="N", default=1, show_default=True, help="Another seed, another question.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Fix an axis: cell=LSTM, units=32.")
@click.option("--mental", is_flag=True, help="Numbers that need no calculator.")
@click.option("--format", "shape", type=click.Choice(["md", "json"]), default="md", show_default=True)
def show(family: str, form: str | None, seed: int, settings: tuple[str, ...], mental: bool, shape: str) -> None:
    """Show one question of FAMILY with its solution.

    \b
    netdrill show recurrent-parameters --set cell=LSTM --set features=64 --set units=32
    netdrill show conv-output-size --form choice --seed 5
    """
    question = _one(family, form, seed, settings, mental)
    if shape == "json":
        from generator.formats.jsonl import record

        click.echo(record(question.sheet, question.form)(question.row(1, 1), question.chosen))
        return
    from generator.bank import Placed
    from generator.formats.md import answer, filled, told

    placed = Placed(question, FIRST, 1, 1, 0)
    _set("\n".join(filled(placed, piece) for piece in (told, answer)))


def _one(family: str, form: str | None, seed: int, settings: tuple[str, ...], mental: bool) -> Question:
    from generator.draw import Compiler, Pool, too_few
    from generator.family import find
    from generator.forms import FORMS, find_form
    from generator.recipe import Item, axis_names, check_axes

    axes = dict(_setting(each) for each in settings)
    asked = [find_form(form)] if form else list(FORMS.values())
    known = axis_names([find(family)])
    compiler = Compiler()
    pools = []
    for kind in asked:
        item = Item(f"show {family}", (kind.id,), 1, 1, (family,), None, axes, mental=mental)
        check_axes(item, known)
        pools.append(Pool(item, seed, compiler))
        if question := pools[-1].draw(0, set()):
            return question
    pool = next((pool for pool in pools if pool.sources), pools[0])  # of a form that the family takes, if there is one
    raise too_few(pool.item, 0, pool)


def _setting(text: str) -> tuple[str, Any]:
    """KEY=VALUE, with the value read as a number or true/false where it is one."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name:
        raise RecipeError(f"--set: '{text}' is not of the form KEY=VALUE")
    if value.lower() in ("true", "false"):
        return name, value.lower() == "true"
    for read in (int, float):
        with suppress(ValueError):
            return name, read(value)
    return name, value


def _set(markdown: str) -> None:
    """Set nicely where a person reads, as it is where a program does."""
    if not sys.stdout.isatty():
        click.echo(markdown)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    from generator.terminal import readable

    Console().print(Markdown(readable(markdown)))


CONVENTIONS = ("keras", "pytorch", "classic")


@netdrill.command(context_settings=CONTEXT)
@click.argument("model")
@click.option(
    "--convention", type=click.Choice(CONVENTIONS), default="keras", show_default=True, help="Whose count it is."
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["md", "json", "html"]),
    default="md",
    show_default=True,
    help="How to print.",
)
def explain(model: str, convention: str, shape: str) -> None:
    """Explain MODEL layer by layer: counts worked on paper, arrays, output shapes, totals, memory.

    MODEL is a JSON file (one model; of .jsonl one a line), a Keras model.to_json() or get_config(), a .keras
    archive, or - for standard input. Nothing in it is run.

    \b
    netdrill explain model.json --convention pytorch
    netdrill explain model.keras --format html > model.html
    netdrill explain models.jsonl --format json
    """
    from generator.exposition import expositions

    text = sys.stdin.read() if model == "-" else None
    failed = False
    for each in expositions(Path(model), text, convention, shape):
        if each.fault and shape != "json":
            _tell(each.fault)
        elif shape == "md":
            _set(each.text)
        else:
            click.echo(each.text)
        failed = failed or bool(each.fault)
    if failed:
        sys.exit(2)


@netdrill.command(context_settings=CONTEXT)
@click.argument("model")
@click.option("-o", "--output", "root", default="out", show_default=True, help="Folder for the outputs.")
@click.option(
    "--convention", type=click.Choice(CONVENTIONS), default="keras", show_default=True, help="Whose count it is."
)
def quiz(model: str, root: str, convention: str) -> None:
    """Set questions about MODEL: worksheet, answers, Anki deck and question bank.

    \b
    netdrill quiz model.json -o handouts
    """
    from generator.exposition import only_model
    from generator.quiz import quiz as run
    from generator.recipe import check_name

    path = Path(model)
    text = sys.stdin.read() if model == "-" else None
    name = "model" if model == "-" else path.stem
    check_name(Path(f"{name}.toml"))
    _report(run(only_model(path, text), name, convention, Path(root)))


@netdrill.command(context_settings=CONTEXT)
@click.argument("name")
def new(name: str) -> None:
    """Write a commented recipe NAME.toml to start from.

    \b
    netdrill new my-exam && netdrill build my-exam.toml
    """
    import json

    from generator.recipe import check_name
    from generator.resources import folder

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    check_name(path)
    title = " ".join(re.split(r"[\s_-]+", path.stem)).strip().capitalize() or path.stem
    text = (folder("templates") / "recipe.toml").read_text(encoding="utf-8")
    text = text.replace("NAME", path.stem).replace('"TITLE"', json.dumps(title, ensure_ascii=False))
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise RecipeError(f"{path}: is there already") from None
    except OSError as error:
        raise RecipeError(f"{path}: cannot be written ({error.strerror})") from None
    _fill(file, path, text)
    click.echo(f"{path}: written. Change it, then: netdrill build {path}")


def _fill(file: TextIO, path: Path, text: str) -> None:
    """Write the whole text into the file just made, or leave no file."""
    try:
        with file:
            file.write(text)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise RecipeError(f"{path}: cannot be written ({error.strerror})") from None
        raise


@netdrill.command(context_settings=CONTEXT)
@click.argument("name", required=False)
@click.option("-o", "--output", "root", metavar="DIR", help="Write files into this folder instead of printing.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A parameter: timesteps=4, blank=yes.")
def figures(name: str | None, root: str | None, settings: tuple[str, ...]) -> None:
    """List the figures and what they take; with NAME print that one as SVG, with -o write it, or all of them.

    \b
    netdrill figures
    netdrill figures deep-rnn --set layers=3 --set cell=LSTM > deep.svg
    netdrill figures -o figures
    """
    from generator.figures import draw, names, parameters

    if settings and not name:
        raise FigureError("--set: name the figure that it is for")
    chosen = dict(_setting(each) for each in settings)
    if root:
        _keep({each: draw(each, chosen, card=True) for each in ([name] if name else names())}, Path(root))
    elif name:
        click.echo(draw(name, chosen, card=True), nl=False)
    else:
        for each in names():
            told = (f"{key} ({takes.describe()})" for key, takes in parameters(each).items())
            click.echo(f"{click.style(each, bold=True)}  {'; '.join(told)}".rstrip())


def _keep(drawn: dict[str, str], root: Path) -> None:
    """Write each figure into a file of its own, whole or not at all."""
    root.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        part = root / f".{name}.part"
        try:
            part.write_text(svg, encoding="utf-8", newline="\n")
            part.replace(root / f"{name}.svg")
        finally:
            part.unlink(missing_ok=True)
    click.echo(f"{len(drawn)} figure{'s' * (len(drawn) != 1)} in {root}/")


def main(arguments: list[str] | None = None) -> None:
    """The command as a process: exit code 0, or one line on standard error and exit code 2."""
    gc.set_threshold(200_000, 20, 20)  # what compiling makes lives to the end: searching it for garbage is time lost
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a ⊙ shows its number
    try:
        netdrill.main(arguments, prog_name="netdrill", standalone_mode=False)
    except NetdrillError as error:
        _fail(str(error))
    except click.ClickException as error:
        _fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted")
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror or error}")


def _fail(message: str) -> None:
    _tell(message)
    sys.exit(2)


def _tell(message: str) -> None:
    """One line on standard error."""
    line = " ".join(message.splitlines())
    click.echo(f"{click.style('netdrill:', fg='red', bold=True)} {line}", err=True)


if __name__ == "__main__":
    main()
