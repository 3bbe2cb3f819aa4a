"""Levels between few readings as random paths that pass through every one of them.

Source: Glasserman, Monte Carlo methods in financial engineering, 2003, section 3.1 (Brownian bridge).
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib.bounds import Amount, Count, Dates, PositiveCount, Positives, checked
from researchlib.tokens._readings import ascending

__all__ = ["paths_through"]


@checked
def paths_through(
    dates: Dates, values: Positives, days: Dates, *, volatility: Amount, paths: PositiveCount, seed: Count
) -> NDArray[np.float64]:
    """Return levels on consecutive days, one column a path, whose logarithm is a Brownian bridge between readings.

    ``dates`` ascend and ``values`` are the levels on them; ``days`` follow each other, none before the first reading.
    After the last reading a path is a free random walk. ``volatility`` is the standard deviation of a year's log
    change, ``seed`` that of the draws.

    Raises ValueError for dates that do not ascend, days that skip one, or a day before the first reading.

    >>> paths_through(["2025-01-01", "2025-01-03"], [1.0, 4.0], ["2025-01-02"], volatility=0.0, paths=1, seed=1)
    array([[2.]])
    """
    read = np.floor(ascending(dates, values, 1)).astype(int)
    wanted = np.asarray((days - dates[0]) // pd.Timedelta(days=1), int)
    if len(days) < 1 or (np.diff(wanted) != 1).any():
        raise ValueError(f"days: {len(days)} given, consecutive days, at least one, allowed")
    if wanted[0] < 0:
        raise ValueError(f"days: {days[0]:%Y-%m-%d} given, a day from {dates[0]:%Y-%m-%d} on allowed")
    steps = np.random.default_rng(seed).standard_normal((max(wanted[-1], read[-1]) + 1, paths))
    walk = np.cumsum(steps, axis=0) * volatility / np.sqrt(365.25)
    before = np.searchsorted(read, wanted, side="right") - 1
    after = np.searchsorted(read, wanted, side="left").clip(max=len(read) - 1)
    left, right = walk[read[before]], walk[read[after]]
    share = (wanted - read[before]) / np.maximum(read[after] - read[before], 1)
    deviation = walk[wanted] - left - share[:, None] * (right - left)
    line = np.interp(wanted, read, np.log(values))
    levels: NDArray[np.float64] = np.exp(line[:, None] + deviation)
    return levels
