"""Words that follow numbers: plurals, comparisons, lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import SupportsFloat

import pandas as pd

__all__ = ["compared", "count", "day", "listed"]


def count(number: SupportsFloat, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "week"), count(1200, "GPU"), count(2, "day", "days")
    ('1 week', '1,200 GPUs', '2 days')
    """
    value = float(number)
    return f"{value:,.0f} {noun if value == 1 else plural or noun + 's'}"


def compared(value: SupportsFloat, other: SupportsFloat, more: str, less: str, same: str, near: float = 0.0) -> str:
    """Return ``more``, ``less`` or ``same`` as a value lies above, below or within a relative ``near`` of another.

    >>> compared(3, 2, "above", "below", "at"), compared(1.99, 2, "above", "below", "at", near=0.01)
    ('above', 'at')
    """
    left, right = float(value), float(other)
    if left == right or abs(left - right) <= near * abs(right):
        return same
    return more if left > right else less


def day(date: pd.Timestamp) -> str:
    """Return a day as it stands in a sentence.

    >>> day(pd.Timestamp("2025-01-08"))
    '8 January 2025'
    """
    return f"{date.day} {date:%B %Y}"


def listed(names: Sequence[str], nothing: str = "none") -> str:
    """Return names as a list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed([])
    ('a', 'a, b and c', 'none')
    """
    if len(names) < 2:
        return names[0] if names else nothing
    return f"{', '.join(names[:-1])} and {names[-1]}"
