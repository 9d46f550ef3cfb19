"""The program's templates: rendered once per structure, with holes in them, or once per document."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.holes import LETTER, block
from generator.resources import folder


@cache
def pages() -> Environment:
    """jinja2 over ``templates/``, with the delimiters of wording. Markdown is not HTML: escaping is each format's."""
    found = Environment(
        loader=FileSystemLoader(folder("templates")),
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    found.globals |= {"LETTER": LETTER, "block": block}
    return found


def page(name: str) -> Callable[..., str]:
    return pages().get_template(name).render
