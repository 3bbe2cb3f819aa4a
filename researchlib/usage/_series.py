"""The check every function of this wing makes on a dated series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["Array", "Dates", "dated", "days_from_start", "days_since"]

Array: TypeAlias = NDArray[np.float64]
#: Dates as a list of ISO texts, a column or an index.
Dates: TypeAlias = "Sequence[Any] | pd.Series[Any] | pd.Index[Any] | NDArray[Any]"

DAY = pd.Timedelta(days=1)


def dated(
    dates: Dates,
    values: ArrayLike,
    *,
    min_size: int,
    minimum: float | None = None,
    strict: bool = False,
) -> pd.Series:
    """Return ``values`` as a float series over sorted, distinct dates.

    Raises ValueError if the lengths differ, a date is not one, a date comes twice, or the series is too short.
    """
    numbers = check.array("values", values, minimum=minimum, strict=strict, min_size=min_size)
    try:
        index = pd.DatetimeIndex(pd.to_datetime(np.asarray(dates)))
    except (TypeError, ValueError) as error:
        raise ValueError(f"dates: {dates!r} given, dates or ISO text allowed") from error
    if len(index) != len(numbers):
        raise ValueError(f"dates: {len(index)} given, {len(numbers)} allowed (one a value)")
    if index.hasnans:
        raise ValueError("dates: a missing date given, dates or ISO text allowed")
    if index.has_duplicates:
        twice = index[index.duplicated()][0].date()
        raise ValueError(f"dates: {twice} given twice, one value a date allowed: choose a source first")
    return pd.Series(numbers, index=index).sort_index()


def days_since(start: pd.Timestamp, dates: Dates) -> Array:
    """Return the days from ``start`` to each date."""
    index = pd.DatetimeIndex(pd.to_datetime(np.asarray(dates)))
    return np.asarray((index - start) / DAY, dtype=np.float64)


def days_from_start(series: pd.Series) -> Array:
    """Return the days from the first date to each date."""
    return days_since(series.index[0], series.index)
