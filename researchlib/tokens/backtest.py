"""Forecasts made with what was known then, held against what happened.

Source: the usual measures of forecast errors, as in Hyndman and Athanasopoulos, Forecasting: principles and practice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from researchlib import _validate as check

__all__ = ["known_at", "rolling", "score"]


def known_at(frame: pd.DataFrame, origin: Any) -> pd.DataFrame:
    """Rows of a dated table up to and including a day: all that a forecast of that day may use.

    Parameters
    ----------
    frame
        Any table with a column ``date``.
    origin
        The day of the forecast.

    Raises
    ------
    ValueError
        If nothing was known by then; the message names the first date.
    """
    check.frame("frame", frame, ["date"])
    dates = pd.to_datetime(frame["date"])
    known = frame[dates <= check.moment("origin", origin)]
    if known.empty:
        first = "no dates at all" if frame.empty else f"the first is {dates.min():%Y-%m-%d}"
        raise ValueError(f"origin: {origin} given, nothing was known by then ({first})")
    return known


def rolling(
    origins: Sequence[Any] | pd.DatetimeIndex,
    forecast: Callable[[pd.Timestamp], tuple[float, float, float]],
    outcome: float | Callable[[pd.Timestamp], float],
) -> pd.DataFrame:
    """Make a forecast at each origin and put it beside the outcome.

    Parameters
    ----------
    origins
        Dates on which a forecast is made, at least one.
    forecast
        ``forecast(origin)`` gives point, low and high, using only what was known then.
    outcome
        One number for all origins, or a function of the origin.

    Returns
    -------
    DataFrame with a row an origin: ``origin, forecast, low, high, outcome, error, covered``; the error is forecast less
    outcome, in the forecast's unit.

    Raises
    ------
    ValueError
        For no origin or one that is no date, an outcome that is no finite number, or a forecast whose low, point and
        high do not ascend.
    """
    check.function("forecast", forecast)
    made = []
    for origin in check.dates("origins", origins, min_size=1):
        point, low, high = forecast(origin)
        if not low <= point <= high:
            raise ValueError(
                f"forecast({origin:%Y-%m-%d}): low {low}, point {point}, high {high} given, ascending allowed"
            )
        came = outcome(origin) if callable(outcome) else outcome
        check.number("outcome", came)
        made.append((origin, point, low, high, came, point - came, bool(low <= came <= high)))
    return pd.DataFrame(made, columns=["origin", "forecast", "low", "high", "outcome", "error", "covered"])


def score(table: pd.DataFrame) -> pd.Series:
    """Sum a back-test up: how far off, in which direction, and how often inside the interval.

    Parameters
    ----------
    table
        As :func:`rolling` returns it.

    Returns
    -------
    Series ``forecasts``, ``bias`` (mean error), ``mae``, ``rmse`` in the forecast's unit, ``coverage`` (fraction).

    Raises
    ------
    ValueError
        If a column is missing, or there is no row.
    """
    check.frame("table", table, ["error", "covered"])
    if table.empty:
        raise ValueError("table: no rows given, at least one forecast needed")
    error = table["error"].astype(float)
    return pd.Series(
        {
            "forecasts": float(len(table)),
            "bias": error.mean(),
            "mae": error.abs().mean(),
            "rmse": float(np.sqrt((error**2).mean())),
            "coverage": table["covered"].astype(float).mean(),
        }
    )
