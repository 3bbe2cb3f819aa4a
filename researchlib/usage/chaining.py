"""Levels rebuilt from quoted changes: reports often print a level once and only its change afterwards.

Source: arithmetic: a level times one plus the change that was quoted.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd
from numpy.typing import ArrayLike

from researchlib import _validate as check
from researchlib.usage import _series
from researchlib.usage._series import Dates

__all__ = ["chain_changes"]


def chain_changes(
    dates: Dates,
    values: ArrayLike,
    change_dates: Dates,
    changes: ArrayLike,
    *,
    period: Literal["M", "Q", "Y"] = "Q",
) -> pd.DataFrame:
    """Fill the missing levels of a regularly reported series from the changes quoted for its periods.

    A change leads from the period before to its own. Levels are carried forward first, then backward; a level that was
    read is never replaced.

    Parameters
    ----------
    dates, values : sequence of dates, array of float
        Levels read, > 0, one a period.
    change_dates, changes : sequence of dates, array of float
        Changes quoted, fractions > -1, one a period.
    period : {"M", "Q", "Y"}
        Calendar month, quarter or year that levels and changes belong to.

    Returns
    -------
    DataFrame
        One row a period with a level: ``date`` (its last day), ``value``, ``read`` (False: rebuilt). A rebuilt level
        carries the rounding of every change on its way.

    Raises
    ------
    ValueError
        If a value is not positive, a change is not above -1, or a period comes twice.

    Examples
    --------
    >>> table = chain_changes(["2025-03-31"], [46_000], ["2025-06-30"], [-0.59])
    >>> table["value"].round().tolist(), table["read"].tolist()
    ([46000.0, 18860.0], [True, False])
    """
    check.one_of("period", period, ("M", "Q", "Y"))
    read = _by_period("dates", _series.dated(dates, values, min_size=1, minimum=0, strict=True), period)
    names = ("change_dates", "changes")
    quoted = _series.dated(change_dates, changes, min_size=1, minimum=-1, strict=True, names=names)
    steps = _by_period("change_dates", quoted, period)
    levels = dict(read)
    for now, change in steps.items():
        if now - 1 in levels:
            levels.setdefault(now, levels[now - 1] * (1.0 + change))
    for now, change in reversed(steps.items()):
        if now in levels:
            levels.setdefault(now - 1, levels[now] / (1.0 + change))
    rows = [(now.end_time.normalize(), levels[now], now in read) for now in sorted(levels)]
    return pd.DataFrame(rows, columns=["date", "value", "read"])


def _by_period(name: str, series: pd.Series, period: str) -> dict[pd.Period, float]:
    """Return the readings of a series by the period they fall into."""
    periods = pd.DatetimeIndex(series.index).to_period(period)
    if periods.has_duplicates:
        raise ValueError(f"{name}: two readings in {periods[periods.duplicated()][0]} given, one a period allowed")
    return dict(zip(periods, series.to_numpy(), strict=True))
