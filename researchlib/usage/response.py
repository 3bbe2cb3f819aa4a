"""Does one series follow another: how much supply moves when a price, a reward or a token does.

Changes are compared, not levels: two series that only wander look related in levels. A coefficient is an elasticity,
not a cause; a driver that comes first is at least not an echo.

Source: least squares on changes of logarithms; Newey and West, 1987 (errors).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.regression.linear_model import OLS

from researchlib import _validate as check
from researchlib.usage import _series
from researchlib.usage._series import Dates
from researchlib.usage.intervention import newey_west_lags

__all__ = ["elasticity"]


def elasticity(
    dates: Dates,
    values: ArrayLike,
    driver: ArrayLike,
    *,
    lags: Sequence[int] = (0,),
    hac_lags: int | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate by how many percent a series changes with one percent of a driver, at each lag alone.

    Parameters
    ----------
    dates : sequence of dates
        Evenly spaced (no step beyond one and a half times the median step).
    values, driver : array of float, shape (n,)
        Levels > 0 on these dates, in the same order.
    lags : sequence of int
        Steps by which the driver comes first, from 0. Each is tried in a regression of its own.
    hac_lags : int, optional
        Newey-West lags; by default the usual number for the observations.
    confidence : float
        Level of the intervals; several lags give several chances of a false find.

    Returns
    -------
    DataFrame
        Index ``lag``; ``elasticity``, ``low``, ``high``, ``changes`` (their number).

    Raises
    ------
    ValueError
        If steps are uneven, a level is not positive, fewer than five changes are left, or the driver never moves.

    Examples
    --------
    >>> dates = pd.date_range("2024-01-31", periods=8, freq="ME")
    >>> price = [1.0, 2, 1, 3, 2, 4, 3, 5]
    >>> table = elasticity(dates, np.power(price, 0.5), price, hac_lags=0)
    >>> float(table.loc[0, "elasticity"].round(6)), int(table.loc[0, "changes"])
    (0.5, 7)
    """
    check.sequence("lags", lags, int)
    wanted = [check.integer("lags", lag, minimum=0) for lag in lags]
    level = check.number("confidence", confidence, minimum=0, maximum=0.999999, strict=True)
    size = 6 + max(wanted, default=0)
    follows = _series.dated(dates, values, min_size=size, minimum=0, strict=True)
    leads = _series.dated(dates, driver, min_size=1, minimum=0, strict=True, names=("dates", "driver"))
    change, moved = _series.even_changes(follows), _series.even_changes(leads)
    rows = {}
    for lag in wanted:
        y, x = change[lag:], moved[: moved.size - lag]
        if np.ptp(x) == 0:
            raise ValueError("driver: a series without any change given, one that moves needed")
        errors = newey_west_lags(y.size)
        if hac_lags is not None:
            errors = check.integer("hac_lags", hac_lags, minimum=0, maximum=y.size - 2)
        fit = OLS(y, np.column_stack([np.ones_like(x), x])).fit(
            cov_type="HAC", cov_kwds={"maxlags": errors, "use_correction": True}, use_t=True
        )
        low, high = fit.conf_int(alpha=1.0 - level)[1]
        rows[lag] = (fit.params[1], low, high, y.size)
    columns = ["elasticity", "low", "high", "changes"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("lag")
