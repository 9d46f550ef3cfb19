"""Back to a paper that was built: the key of a version by its code, and a question replaced by another."""

from __future__ import annotations

from pathlib import Path

from generator.bank import Bank
from generator.build import Progress, Summary, bank_of, build
from generator.codes import same
from generator.draw import draw
from generator.errors import RecipeError
from generator.formats.md import answers
from generator.lock import NAME, Lock, read_lock
from generator.recipe import Recipe
from generator.versions import FIRST


def key(recipe: Recipe, root: Path, code: str) -> str:
    """The key of the version with this code, made again from the lock in ``root/<recipe name>``, as Markdown.

    Raises RecipeError if there is no lock, or no version of it has this code.
    """
    bank = _bank(recipe, _lock(recipe, root))
    for version, found in bank.codes.items():
        if same(found, code):
            return answers(bank, version)
    raise RecipeError(
        f"{recipe.name}: no version has the code '{code}'; the lock keeps {len(bank.codes)}, "
        "and a recipe that was changed since may ask other questions"
    )


def replace(
    recipe: Recipe, root: Path, number: int, version: str = "", progress: Progress = lambda what, n: None
) -> Summary:
    """Build again with another question ``number``, in one version or in all.

    Where all versions ask the same questions it is the question of this number in that version, or in the first, and
    another takes its place in all of them. Raises RecipeError if there is no lock or no such question.
    """
    lock = _lock(recipe, root)
    recipe = recipe.with_options(None if recipe.seed is None else lock.seed, lock.versions, None)
    bank = _bank(recipe, lock)
    versions = bank.versions()
    if version and version not in versions:
        raise RecipeError(f"--version: there is no version '{version}'. Allowed: {', '.join(versions)}")
    there = len(versions[FIRST])
    if not 1 <= number <= there:
        raise RecipeError(f"{recipe.name}: there is no question {number}. Allowed: 1 to {there}")
    asked = version or (FIRST if recipe.same_questions else "")
    dropped = [each.question.id for each in bank.placed if each.number == number and asked in ("", each.version)]
    return build(recipe, root, progress=progress, dropped=dropped)


def _lock(recipe: Recipe, root: Path) -> Lock:
    path = root / recipe.name / NAME
    lock = read_lock(path)
    if lock is None or not lock.pins:
        raise RecipeError(f"{path}: no such file; without the lock nothing of a paper can be made again")
    return lock


def _bank(recipe: Recipe, lock: Lock) -> Bank:
    """The questions that the lock keeps, in all its versions."""
    whole = recipe.with_options(None, lock.versions, None)
    return bank_of(whole, draw(whole, lock.seed, lock.pins, dropped=lock.dropped))
