"""What a caller asks for: a known name, a day."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Collection

import pandas as pd

__all__ = [
    "Date",
    "day",
    "known",
]

Date = str | datetime.date


def known(name: str, value: str, allowed: Collection[str]) -> None:
    """Raise ValueError listing what is allowed, close matches first."""
    if value in allowed:
        return
    close = difflib.get_close_matches(str(value), allowed, n=5)
    listed = [*close, *sorted(set(allowed) - set(close))]
    raise ValueError(f"{name}: {value!r} given, one of {', '.join(listed)} allowed")


def day(name: str, value: Date) -> pd.Timestamp:
    """Return a date or its text YYYY-MM-DD as a Timestamp; ValueError naming the argument for anything else."""
    try:
        if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError
        # a moment of a day counts as that day
        day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
        if pd.isna(day):
            raise ValueError
        return pd.Timestamp(day.year, day.month, day.day)
    except (AttributeError, TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} given, a date or its text YYYY-MM-DD allowed") from None
