"""Forecasts made with what was known then, held against what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check

__all__ = ["known_at", "passage_days", "rolling", "score"]

Array: TypeAlias = NDArray[np.float64]


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
    dates = pd.to_datetime(frame["date"])
    known = frame[dates <= pd.Timestamp(origin)]
    if known.empty:
        first = "no dates at all" if frame.empty else f"the first is {dates.min():%Y-%m-%d}"
        raise ValueError(f"origin: {origin} given, nothing was known by then ({first})")
    return known


def passage_days(
    distance: float, rate: float, rate_sd: float, *, daily_sd: float = 0.0, paths: int = 10_000, seed: int = 0
) -> Array:
    """Draw how many days a growing total needs for a distance, when its rate is uncertain.

    On each path the rate is drawn once (what is not known about the regime) from a gamma distribution, and the days'
    own noise is added: given the rate, the time to reach a level follows an inverse Gaussian distribution.

    Parameters
    ----------
    distance
        Still to go, in the total's unit.
    rate
        Expected growth a day.
    rate_sd
        Standard deviation of what is not known about the rate, same unit.
    daily_sd
        Standard deviation of a single day's growth.
    paths, seed
        Number and seed of the draws.

    Returns
    -------
    Days, shape ``(paths,)``.

    Source: first-passage time of Brownian motion with drift, Folks and Chhikara (1978), J. R. Stat. Soc. B 40.
    """
    check.number("distance", distance, minimum=0)
    check.number("rate", rate, minimum=0, strict=True)
    check.number("rate_sd", rate_sd, minimum=0)
    check.number("daily_sd", daily_sd, minimum=0)
    check.integer("paths", paths, minimum=1)
    rng = np.random.default_rng(check.integer("seed", seed, minimum=0))
    if distance == 0:
        return np.zeros(paths)
    rates = np.full(paths, float(rate))
    if rate_sd > 0:
        rates = rng.gamma((rate / rate_sd) ** 2, rate_sd**2 / rate, size=paths)
    if daily_sd == 0:
        return distance / rates
    return rng.wald(distance / rates, (distance / daily_sd) ** 2)


def rolling(
    origins: Iterable[Any], forecast: Callable[[pd.Timestamp], tuple[float, float, float]], outcome: Any
) -> pd.DataFrame:
    """Make a forecast at each origin and put it beside the outcome.

    Parameters
    ----------
    origins
        Dates on which a forecast is made.
    forecast
        ``forecast(origin)`` gives point, low and high, using only what was known then.
    outcome
        One number for all origins, or a function of the origin.

    Returns
    -------
    DataFrame with a row an origin: ``origin, forecast, low, high, outcome, error, covered``; the error is forecast less
    outcome, in the forecast's unit.
    """
    made = []
    for origin in map(pd.Timestamp, origins):
        point, low, high = forecast(origin)
        if not low <= point <= high:
            raise ValueError(
                f"forecast({origin:%Y-%m-%d}): low {low}, point {point}, high {high} given, ascending allowed"
            )
        came = outcome(origin) if callable(outcome) else outcome
        made.append((origin, point, low, high, came, point - came, bool(low <= came <= high)))
    if not made:
        raise ValueError("origins: none given, at least one needed")
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
    """
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
