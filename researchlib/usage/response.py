"""Does one series follow another: how much supply moves when a price, a reward or a token does.

Changes are compared, not levels: two series that only wander look related in levels. A coefficient is an elasticity,
not a cause; a driver that comes first is at least not an echo.

Source: least squares on changes of logarithms; Newey and West, 1987 (errors).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import pandas as pd

from researchlib import _validate as check
from researchlib.bounds import Count, Dates, Positives, checked, whole
from researchlib.usage import _series
from researchlib.usage._series import Confidence
from researchlib.usage.intervention import newey_west_lags

__all__ = ["elasticity"]


@checked
def elasticity(
    dates: Dates,
    values: Positives,
    driver: Positives,
    *,
    lags: Annotated[Sequence[int], whole(minimum=0)] = (0,),
    hac_lags: Count | None = None,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Estimate by how many percent a series changes with one percent of a driver, at each lag alone.

    ``values`` and ``driver`` are levels on the same evenly spaced ``dates`` (no step beyond one and a half times the
    median step). ``lags`` are steps by which the driver comes first, each tried in a regression of its own;
    ``hac_lags`` are those of Newey and West, by default the usual number for the observations. ``confidence`` is the
    level of the intervals: several lags give several chances of a false find.

    The result has by ``lag``: ``elasticity``, ``low``, ``high`` and ``changes`` (their number).

    Raises ValueError if steps are uneven, fewer than five changes are left, or the driver never moves.

    Examples
    --------
    >>> dates = pd.date_range("2024-01-31", periods=8, freq="ME")
    >>> price = [1.0, 2, 1, 3, 2, 4, 3, 5]
    >>> table = elasticity(dates, np.power(price, 0.5), price, hac_lags=0)
    >>> float(table.loc[0, "elasticity"].round(6)), int(table.loc[0, "changes"])
    (0.5, 7)
    """
    follows = _series.dated(dates, values, min_size=6 + max(lags, default=0))
    leads = _series.dated(dates, driver, min_size=1, names=("dates", "driver"))
    change, moved = _series.even_changes(follows), _series.even_changes(leads)
    rows = {}
    for lag in lags:
        y, x = change[lag:], moved[: moved.size - lag]
        if np.ptp(x) == 0:
            raise ValueError("driver: a series without any change given, one that moves needed")
        errors = newey_west_lags(y.size)
        if hac_lags is not None:
            errors = check.integer("hac_lags", hac_lags, maximum=y.size - 2)
        fit = _series.hac_fit(y, np.column_stack([np.ones_like(x), x]), errors)
        low, high = fit.conf_int(alpha=1.0 - confidence)[1]
        rows[lag] = (fit.params[1], low, high, y.size)
    columns = ["elasticity", "low", "high", "changes"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("lag")
