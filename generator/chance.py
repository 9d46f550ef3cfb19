"""How likely counts are by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence


def chance(counts: Sequence[int], expected: float | None = None) -> float:
    """The probability that counts of equally likely cells lie as far from even, or farther (chi-square)."""
    even = expected or sum(counts) / len(counts)
    statistic = sum((count - even) ** 2 for count in counts) / even
    return upper_gamma((len(counts) - 1) / 2, statistic / 2)


def upper_gamma(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function for whole and half a, by its recurrence."""
    at, found = (0.5, math.erfc(math.sqrt(x))) if a % 1 else (1.0, math.exp(-x))
    while at < a:
        found += math.exp(at * math.log(x) - x - math.lgamma(at + 1)) if x else 0.0
        at += 1
    return found
