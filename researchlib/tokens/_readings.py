"""The check that fits and interpolations make on dated readings."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check

__all__ = ["ascending"]


def ascending(dates: pd.DatetimeIndex, values: NDArray[np.float64], min_size: int) -> NDArray[np.float64]:
    """Return the days from the first date to each.

    Raises ValueError unless there is one value a date, on strictly ascending dates, and enough of them.
    """
    check.array("values", values, min_size=min_size)
    check.same_length(dates=dates, values=values)
    days = np.asarray((dates - dates[0]) / pd.Timedelta(days=1), dtype=np.float64)
    if not (np.diff(days) > 0).all():
        raise ValueError("dates: not ascending or repeated, strictly ascending dates needed")
    return days
