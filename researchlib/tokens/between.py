"""Levels between few readings: the straight line in the logarithm, and random paths that pass through every reading.

Source: Glasserman, Monte Carlo methods in financial engineering, 2003, section 3.1 (Brownian bridge).
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Count, Dates, Positives, checked, number, rule
from researchlib.tokens._readings import ascending
from researchlib.tokens.drivers import Paths

__all__ = ["level_between", "paths_through"]


def _day_or_days(name: str, value: Any) -> Any:
    return check.moment(name, value) if np.ndim(value) == 0 else check.dates(name, value, min_size=1)


@checked
def level_between(dates: Dates, values: Positives, at: Annotated[Any, rule(_day_or_days)]) -> Any:
    """Return a level on a day from the readings around it: straight in the logarithm, the last reading after the last.

    ``dates`` ascend and ``values`` are the levels on them; ``at`` is a date or several, none before the first reading.
    The result is a float or an array as ``at``, in the readings' unit.

    Raises ValueError for dates that do not ascend, values that are not one a date or none, or a day before the first.

    >>> round(level_between(["2025-01-01", "2025-01-03"], [1.0, 4.0], "2025-01-02"), 9)
    2.0
    """
    days = ascending(dates, values, 1)
    asked = pd.DatetimeIndex([at]) if isinstance(at, pd.Timestamp) else at
    if asked.min() < dates[0]:
        raise ValueError(f"at: {asked.min():%Y-%m-%d} given, a day from {dates[0]:%Y-%m-%d} on allowed")
    wanted = np.asarray((asked - dates[0]) / pd.Timedelta(days=1), float)
    found: NDArray[np.float64] = np.exp(np.interp(wanted, days, np.log(values)))
    return float(found[0]) if isinstance(at, pd.Timestamp) else found


@checked
def paths_through(
    dates: Dates,
    values: Positives,
    days: Dates,
    *,
    volatility: Annotated[float, number(minimum=0, maximum=10)],
    paths: Paths,
    seed: Count,
) -> NDArray[np.float64]:
    """Return levels on consecutive days, one column a path, whose logarithm is a Brownian bridge between readings.

    ``dates`` ascend and ``values`` are the levels on them; ``days`` follow each other, none before the first reading.
    After the last reading a path is a free random walk. ``volatility`` is the standard deviation of a year's log
    change, ``seed`` that of the draws of so many ``paths``.

    Raises ValueError for dates that do not ascend, days that skip one, a day before the first reading, and
    levels too large for a float.

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
    with np.errstate(over="ignore"):
        levels: NDArray[np.float64] = np.exp(line[:, None] + deviation)
    if not np.isfinite(levels).all():
        raise ValueError(f"values: {values.max():g} given, levels whose paths a float can hold allowed")
    return levels
