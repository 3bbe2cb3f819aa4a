"""The check every function of this wing makes on a dated series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["Array", "Dates", "dated", "days_from_start", "days_since", "even_changes"]

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
    names: tuple[str, str] = ("dates", "values"),
) -> pd.Series:
    """Return ``values`` as a float series over sorted, distinct dates; ``names`` are those of the two arguments.

    Raises ValueError if the lengths differ, a date is not one, a date comes twice, or the series is too short.
    """
    numbers = check.array(names[1], values, minimum=minimum, strict=strict, min_size=min_size)
    index = check.dates(names[0], dates)
    if len(index) != len(numbers):
        raise ValueError(f"{names[0]}: {len(index)} given, {len(numbers)} allowed (one for each of {names[1]})")
    if index.has_duplicates:
        twice = index[index.duplicated()][0].date()
        raise ValueError(f"{names[0]}: {twice} given twice, one value a date allowed: choose a source first")
    return pd.Series(numbers, index=index).sort_index()


def even_changes(series: pd.Series) -> Array:
    """Return the logarithmic changes of an evenly spaced series; ValueError if a step is beyond 1.5 median steps."""
    steps = np.diff(days_from_start(series))
    if steps.max() > 1.5 * np.median(steps):
        gap = series.index[int(steps.argmax())].date()
        raise ValueError(f"dates: {steps.max():g} days after {gap} given, even steps of {np.median(steps):g} allowed")
    return np.diff(np.log(series.to_numpy()))


def days_since(start: pd.Timestamp, dates: pd.Index) -> Array:
    """Return the days from ``start`` to each date."""
    return np.asarray((pd.DatetimeIndex(dates) - start) / DAY, dtype=np.float64)


def days_from_start(series: pd.Series) -> Array:
    """Return the days from the first date to each date."""
    return days_since(series.index[0], series.index)
