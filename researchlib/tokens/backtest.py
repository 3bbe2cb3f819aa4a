"""Forecasts made with what was known then, held against what happened.

Source: the usual measures of forecast errors, as in Hyndman and Athanasopoulos, Forecasting: principles and practice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pandas as pd

from researchlib import _validate as check
from researchlib.bounds import Date, callback, checked, frame, rule

__all__ = ["known_at", "rolling"]


@checked
def known_at(frame: Annotated[pd.DataFrame, frame("date")], origin: Date) -> pd.DataFrame:
    """Rows of a dated ``frame`` up to and including a day: all that a forecast made on that ``origin`` may use.

    Raises ValueError where nothing was known by then; the message names the first date.
    """
    dates = pd.to_datetime(frame["date"])
    known = frame[dates <= origin]
    if known.empty:
        first = "no dates at all" if frame.empty else f"the first is {dates.min():%Y-%m-%d}"
        raise ValueError(f"origin: {origin:%Y-%m-%d} given, nothing was known by then ({first})")
    return known


def _outcome(name: str, value: Any) -> Any:
    return callback.clean(name, value) if callable(value) else check.number(name, value)


@checked
def rolling(
    origins: Annotated[pd.DatetimeIndex, rule(check.dates, min_size=1)],
    forecast: Callable[[pd.Timestamp], tuple[float, float, float]],
    outcome: Annotated[float | Callable[[pd.Timestamp], float], rule(_outcome)],
) -> pd.DataFrame:
    """Make a forecast at each of the ``origins``, which are dates, and put it beside the outcome; a row an origin.

    ``forecast(origin)`` gives point, low and high, using only what was known then; ``outcome`` is what came, one
    number for all origins or a function of the origin.
    Columns ``origin, forecast, low, high, outcome, error, covered``; the error is forecast less outcome, in the
    forecast's unit.

    Raises ValueError for an outcome that is no finite number, or a forecast whose low, point and high do not ascend.
    """
    made = []
    for origin in origins:
        point, low, high = forecast(origin)
        if not low <= point <= high:
            raise ValueError(
                f"forecast({origin:%Y-%m-%d}): low {low}, point {point}, high {high} given, ascending allowed"
            )
        came = check.number("outcome", outcome(origin)) if callable(outcome) else outcome
        made.append((origin, point, low, high, came, point - came, bool(low <= came <= high)))
    return pd.DataFrame(made, columns=["origin", "forecast", "low", "high", "outcome", "error", "covered"])
