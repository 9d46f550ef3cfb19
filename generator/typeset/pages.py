"""The program's templates: rendered once per structure, with holes in them, or once per document."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, FileSystemLoader

from generator.holes import LETTER, block
from generator.resources import folder
from generator.wording import SETTINGS


@cache
def pages() -> Environment:
    """jinja2 over ``templates/``, with the delimiters of wording. Markdown is not HTML: escaping is each format's."""
    found = Environment(loader=FileSystemLoader(folder("templates")), autoescape=False, **SETTINGS)
    found.globals |= {"LETTER": LETTER, "block": block}
    return found


def page(name: str) -> Callable[..., str]:
    return pages().get_template(name).render
