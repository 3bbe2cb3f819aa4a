"""Levels rebuilt from quoted changes: reports often print a level once and only its change afterwards.

Source: arithmetic: a level times one plus the change that was quoted.
"""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd

from researchlib.bounds import Dates, Positives, array, checked
from researchlib.usage import _series
from researchlib.usage._series import Array

__all__ = ["chain_changes"]


@checked
def chain_changes(
    dates: Dates,
    values: Positives,
    change_dates: Dates,
    changes: Annotated[Array, array(minimum=-1, strict=True)],
    *,
    period: Literal["M", "Q", "Y"] = "Q",
) -> pd.DataFrame:
    """Fill the missing levels of a regularly reported series from the changes quoted for its periods.

    ``values`` are the levels read on ``dates``, ``changes`` the fractions quoted on ``change_dates``, both one a
    ``period`` (calendar month, quarter or year). A change leads from the period before to its own. Levels are carried
    forward first, then backward; a level that was read is never replaced.

    The result has a row a period with a level: ``date`` (its last day), ``value``, ``read`` (False: rebuilt). A rebuilt
    level carries the rounding of every change on its way.

    Raises ValueError if lengths differ or a period comes twice.

    Examples
    --------
    >>> table = chain_changes(["2025-03-31"], [46_000], ["2025-06-30"], [-0.59])
    >>> table["value"].round().tolist(), table["read"].tolist()
    ([46000.0, 18860.0], [True, False])
    """
    read = _by_period("dates", _series.dated(dates, values, min_size=1), period)
    quoted = _series.dated(change_dates, changes, min_size=1, names=("change_dates", "changes"))
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
