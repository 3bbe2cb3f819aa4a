"""What the methods of this wing share: a checked dated series, its steps, and errors that allow for correlation."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS

from researchlib import _validate as check
from researchlib.bounds import number

__all__ = ["YEAR", "Array", "Confidence", "dated", "days_from_start", "days_since", "even_changes", "hac_fit"]

Array: TypeAlias = NDArray[np.float64]
Confidence = Annotated[float, number(minimum=0, maximum=0.999999, strict=True)]

#: Days in a mean year.
YEAR = 365.25


def dated(
    dates: pd.DatetimeIndex,
    values: Array,
    *,
    min_size: int,
    positive: bool = False,
    names: tuple[str, str] = ("dates", "values"),
) -> pd.Series:
    """Return ``values`` as a series over sorted, distinct dates; ``names`` are those of the two arguments.

    Raises ValueError if the lengths differ, a date comes twice, the series is too short, or a value is not above 0 that
    must be.
    """
    check.array(names[1], values, minimum=0 if positive else None, strict=positive, min_size=min_size)
    if len(dates) != len(values):
        raise ValueError(f"{names[0]}: {len(dates)} given, {len(values)} allowed (one for each of {names[1]})")
    if dates.has_duplicates:
        twice = dates[dates.duplicated()][0].date()
        raise ValueError(f"{names[0]}: {twice} given twice, one value a date allowed: choose a source first")
    return pd.Series(values, index=dates).sort_index()


def even_changes(series: pd.Series) -> Array:
    """Return the logarithmic changes of an evenly spaced series; ValueError if a step is beyond 1.5 median steps."""
    steps = np.diff(days_from_start(series))
    if steps.max() > 1.5 * np.median(steps):
        gap = series.index[int(steps.argmax())].date()
        raise ValueError(f"dates: {steps.max():g} days after {gap} given, even steps of {np.median(steps):g} allowed")
    return np.diff(np.log(series.to_numpy()))


def days_since(start: pd.Timestamp, dates: pd.Index) -> Array:
    """Return the days from ``start`` to each date."""
    return np.asarray((pd.DatetimeIndex(dates) - start) / pd.Timedelta(days=1), dtype=np.float64)


def days_from_start(series: pd.Series) -> Array:
    """Return the days from the first date to each date."""
    return days_since(series.index[0], series.index)


def hac_fit(follows: Array, regressors: Any, lags: int) -> Any:
    """Return the least-squares fit with Newey-West errors over ``lags`` steps, in Student's distribution."""
    return OLS(follows, regressors).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
