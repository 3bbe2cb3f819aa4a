"""When a growing total reaches a level: halvings, caps, exhausted pools, with what is not known about the rate."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["NetRate", "net_rate", "passage_days", "passage_interval", "uncertain_rates"]

Array: TypeAlias = NDArray[np.float64]


class NetRate(NamedTuple):
    """Growth a day of a total, between two of its readings."""

    per_day: float
    since: pd.Timestamp
    until: pd.Timestamp
    total: float


def net_rate(series: pd.DataFrame, *, window_days: float) -> NetRate:
    """Growth of a total over about the last ``window_days``, from the readings there are.

    The rate runs from the latest reading that is at least ``window_days`` older than the last one, else from the first,
    to the last: irregular readings make the window longer, never shorter unless there is nothing older.

    Parameters
    ----------
    series
        Columns ``date`` and ``value``, at least two dates; only rows known at the time of the forecast.
    window_days
        How far back to look.

    Returns
    -------
    NetRate with growth in the total's unit a day, the dates it runs between, and the last total.

    Raises
    ------
    ValueError
        With fewer than two dates, or a window that is not positive.
    """
    check.number("window_days", window_days, minimum=0, strict=True)
    ordered = (
        series.assign(date=pd.to_datetime(series["date"])).sort_values("date").drop_duplicates("date", keep="last")
    )
    if len(ordered) < 2:
        raise ValueError(f"series: {len(ordered)} dated reading(s) given, at least 2 needed for a rate")
    last = ordered.iloc[-1]
    old = ordered[ordered["date"] <= last["date"] - pd.Timedelta(days=window_days)]
    first = ordered.iloc[0] if old.empty else old.iloc[-1]
    days = (last["date"] - first["date"]) / pd.Timedelta(days=1)
    return NetRate(
        (float(last["value"]) - float(first["value"])) / days, first["date"], last["date"], float(last["value"])
    )


def uncertain_rates(ceiling: float, removed: float, removed_cv: float, *, paths: int, seed: int) -> Array:
    """Draw net rates of growth: a known ceiling less a removal of which only mean and spread are known.

    The removal follows a gamma distribution (never negative), drawn again where it would reach the ceiling.

    Parameters
    ----------
    ceiling
        Growth a day if nothing is removed, such as the protocol's daily emission.
    removed
        Expected removal a day, below the ceiling.
    removed_cv
        Standard deviation of what is not known about the removal, as a fraction of its mean.
    paths, seed
        Number and seed of the draws.

    Returns
    -------
    Net growth a day, positive, shape ``(paths,)``.

    Raises
    ------
    ValueError
        If the expected removal is negative or not below the ceiling, or a count is not positive.
    """
    check.number("ceiling", ceiling, minimum=0, strict=True)
    check.number("removed", removed, minimum=0)
    check.number("removed_cv", removed_cv, minimum=0)
    check.integer("paths", paths, minimum=1)
    if removed >= ceiling:
        raise ValueError(f"removed: {removed!r} given, a number below the ceiling {ceiling!r} allowed")
    rng = np.random.default_rng(check.integer("seed", seed, minimum=0))
    if removed == 0 or removed_cv == 0:
        return np.full(paths, float(ceiling - removed))
    shape, scale = removed_cv**-2, removed * removed_cv**2
    drawn = rng.gamma(shape, scale, paths)
    while (beyond := drawn >= ceiling).any():
        drawn[beyond] = rng.gamma(shape, scale, int(beyond.sum()))
    return ceiling - drawn


def passage_days(distance: float, rates: ArrayLike, *, daily_sd: float = 0.0, seed: int = 0) -> Array:
    """Days that a total needs for a distance, given its rate on each path and the noise of single days.

    Given the rate, the first-passage time of a Brownian motion with drift is inverse Gaussian.

    Parameters
    ----------
    distance
        Still to go, in the total's unit.
    rates
        Growth a day on each path, positive, shape ``(paths,)``.
    daily_sd
        Standard deviation of a single day's growth around its rate.
    seed
        Of the daily noise.

    Returns
    -------
    Days, shape ``(paths,)``.

    Raises
    ------
    ValueError
        For a negative distance or spread, or a rate that is not positive.

    Source: Folks and Chhikara (1978), The inverse Gaussian distribution and its statistical application, J. R. Stat.
    Soc. B 40, section 1.
    """
    check.number("distance", distance, minimum=0)
    growth = check.array("rates", rates, minimum=0, strict=True, min_size=1)
    check.number("daily_sd", daily_sd, minimum=0)
    rng = np.random.default_rng(check.integer("seed", seed, minimum=0))
    if distance == 0 or daily_sd == 0:
        return distance / growth
    return rng.wald(distance / growth, (distance / daily_sd) ** 2)


def passage_interval(
    since: Any, days: Array, *, coverage: float = 0.9
) -> tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]:
    """Median date and central interval of a passage.

    Parameters
    ----------
    since
        Date from which the days count.
    days
        As :func:`passage_days` gives them.
    coverage
        Of the interval, between 0 and 1.

    Returns
    -------
    Median, low and high date.

    >>> passage_interval("2024-01-01", np.array([9.0, 10.0, 11.0]))[0]
    Timestamp('2024-01-11 00:00:00')
    """
    check.number("coverage", coverage, minimum=0, maximum=1)
    low, median, high = np.quantile(
        check.array("days", days, minimum=0, min_size=1), [0.5 - coverage / 2, 0.5, 0.5 + coverage / 2]
    )
    start = pd.Timestamp(since)
    return tuple(start + pd.Timedelta(days=value) for value in (median, low, high))  # type: ignore[return-value]
