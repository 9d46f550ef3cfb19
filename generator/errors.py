"""The errors that a user can cause. The command turns each into one line and exit code 2."""

from collections.abc import Iterable
from difflib import get_close_matches


class NetdrillError(Exception):
    """What went wrong, where, and what is allowed, in one line."""


class RecipeError(NetdrillError):
    """A recipe or concept file that cannot be used as it stands."""


class SpaceError(NetdrillError):
    """A space of questions that is empty, or smaller than what was asked of it."""


class OutputError(NetdrillError):
    """An output folder that cannot be written."""


class ModelError(NetdrillError):
    """A model that cannot be built: which layer, and why."""


class FigureError(NetdrillError):
    """A figure that cannot be drawn: which parameter, and what is allowed."""


class NoEquivalent(NetdrillError):
    """A layer that the convention's framework does not have."""


class ExpressionError(NetdrillError):
    """A typed expression that cannot be read: what, and where."""


class ProofError(Exception):
    """A derivation whose lines do not lead to its answer: a defect of a family, never of the user."""


def unknown(what: str, name: str, allowed: Iterable[str]) -> str:
    """One clause that names the unknown word, the nearest allowed one, and all that are allowed."""
    names = sorted(allowed)
    return f"unknown {what} '{name}'.{nearest(name, names)} Allowed: {', '.join(names) or 'none'}"


def nearest(name: str, allowed: Iterable[str]) -> str:
    """A sentence that names the allowed word nearest to this one, empty if none is near."""
    near = get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""
