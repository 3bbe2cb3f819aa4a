"""The check that fits and interpolations make on dated readings."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["ascending"]

Array: TypeAlias = NDArray[np.float64]


def ascending(dates: ArrayLike, values: ArrayLike, *, min_size: int) -> tuple[pd.Timestamp, Array, Array]:
    """Return the first date, the days from it to each date, and the levels.

    Raises ValueError unless there are enough readings, one level above 0 a date, on strictly ascending dates.
    """
    when = check.dates("dates", dates)
    level = check.array("values", values, minimum=0, strict=True, min_size=min_size)
    check.same_length(dates=when, values=level)
    days = np.asarray((when - when[0]) / pd.Timedelta(days=1), dtype=np.float64)
    if not (np.diff(days) > 0).all():
        raise ValueError("dates: not ascending or repeated, strictly ascending dates needed")
    return when[0], days, level
