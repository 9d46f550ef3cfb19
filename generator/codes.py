"""Codes that tell the versions of a paper apart and say nothing of what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is easily taken for another
LENGTH = 8


def code(version: str, ids: Sequence[str]) -> str:
    """The code of a version with these questions, such as ``K7QM-2WDX``."""
    number = int.from_bytes(blake2b("/".join((version, *ids)).encode(), digest_size=LENGTH).digest(), "big")
    signs = "".join(SIGNS[number >> 5 * place & 31] for place in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def same(one: str, other: str) -> bool:
    """Whether two codes are the same, however somebody typed them."""
    return _bare(one) == _bare(other)


def _bare(code: str) -> str:
    return "".join(char for char in code.upper() if char in SIGNS)
