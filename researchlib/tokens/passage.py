"""When a growing total reaches a level: halvings, caps, exhausted pools, with what is not known about the rate.

Source: first passage of a Brownian motion with drift; a plain path where there is no noise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["NetRate", "Removal", "grown", "net_rate", "passage_days", "passage_interval", "removal", "uncertain_rates"]

Array: TypeAlias = NDArray[np.float64]


class NetRate(NamedTuple):
    """Growth a day of a total, between two of its readings."""

    per_day: float
    since: pd.Timestamp
    until: pd.Timestamp
    total: float


class Removal(NamedTuple):
    """What a total is expected to lose a day, and draws of it with what is not known."""

    expected: float
    draws: Array


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
        With fewer than two dates, or a window that is not positive or beyond 273 years.
    """
    check.frame("series", series, ["date", "value"])
    check.days("window_days", window_days, strict=True)
    dates, totals = _ordered(series)
    if len(dates) < 2:
        raise ValueError(f"series: {len(dates)} dated reading(s) given, at least 2 needed for a rate")
    older = dates.searchsorted(dates[-1] - pd.Timedelta(days=window_days), side="right")
    first = max(int(older) - 1, 0)
    days = (dates[-1] - dates[first]) / pd.Timedelta(days=1)
    return NetRate(float(totals[-1] - totals[first]) / days, dates[first], dates[-1], float(totals[-1]))


def _ordered(series: pd.DataFrame) -> tuple[pd.DatetimeIndex, Array]:
    """Dates and totals by date; of several readings on one date the last."""
    dates, totals = check.dates("date", series["date"]), check.array("value", series["value"])
    order = dates.argsort(kind="stable")
    dates, totals = dates[order], totals[order]
    last = ~dates.duplicated(keep="last")
    return dates[last], totals[last]


def removal(
    series: pd.DataFrame,
    ceiling: Callable[[float], float],
    *,
    window_days: float,
    cv: float,
    most: float,
    paths: int,
    seed: int,
) -> Removal:
    """Judge from a total's readings what is taken out of it a day, and how sure that is.

    With two readings or more, the expected removal is what went missing over the window of :func:`net_rate`, and the
    draws spread around it by ``cv``. One reading shows no removal: any share of the growth from none to ``most`` is
    then held equally likely.

    Parameters
    ----------
    series
        Columns ``date`` and ``value``; only rows known at the time of the forecast.
    ceiling
        Growth a day if nothing is removed, as a function of the total; between two readings, that of the earlier one.
    window_days
        How far back to look.
    cv
        Standard deviation of what is not known about the removal, as a fraction of its mean.
    most
        Largest share of the growth that is thought of without any history, in (0, 1).
    paths, seed
        Number and seed of the draws.

    Returns
    -------
    Removal in the total's unit a day; the draws lie below the growth at the last total, shape ``(paths,)``.

    Raises
    ------
    ValueError
        Without a reading, or as :func:`net_rate` and :func:`uncertain_rates`.
    """
    check.frame("series", series, ["date", "value"])
    check.function("ceiling", ceiling)
    check.days("window_days", window_days, strict=True)
    check.number("most", most, minimum=0, maximum=1, strict=True)
    dates, totals = _ordered(series)
    if dates.empty:
        raise ValueError("series: no reading given, at least one needed")
    ahead = ceiling(float(totals[-1]))
    if len(dates) == 1:
        rng = np.random.default_rng(check.integer("seed", seed, minimum=0))
        drawn = rng.uniform(0, most * ahead, check.integer("paths", paths, minimum=1, maximum=10_000_000))
        return Removal(most * ahead / 2, drawn)
    rate = net_rate(series, window_days=window_days)
    seen = dates >= rate.since
    days = np.diff(dates[seen].to_numpy()) / np.timedelta64(1, "D")
    unhindered = sum(ceiling(float(total)) * span for total, span in zip(totals[seen][:-1], days, strict=True))
    expected = max(float(unhindered / days.sum()) - rate.per_day, 0.0)
    return Removal(expected, ahead - uncertain_rates(ahead, expected, cv, paths=paths, seed=seed))


def grown(total: float, days: float, levels: ArrayLike, rates: ArrayLike, removed: ArrayLike) -> Array:
    """Carry a total forward whose growth changes at given levels, less a steady removal.

    Parameters
    ----------
    total
        Today.
    days
        How far ahead.
    levels
        Ascending levels at which the growth changes, shape ``(n,)``.
    rates
        Growth a day below the first level, between levels, and from the last on, shape ``(n + 1,)``.
    removed
        Taken out a day on each path, shape ``(paths,)``.

    Returns
    -------
    The total of each path, shape ``(paths,)``. A path that reaches a level from which on its removal exceeds its growth
    stays there, since below the level it would grow again.

    Raises
    ------
    ValueError
        For levels that do not ascend, or a wrong number of rates.

    >>> grown(90, 20, [100], [2.0, 1.0], [0.0, 1.0]).tolist()
    [115.0, 100.0]
    """
    check.number("total", total, minimum=0)
    check.number("days", days, minimum=0)
    bounds = check.array("levels", levels, minimum=0)
    growth = check.array("rates", rates, minimum=0)
    gone = check.array("removed", removed, minimum=0, min_size=1)
    if (np.diff(bounds) <= 0).any():
        raise ValueError(f"levels: {bounds.tolist()} given, ascending levels allowed")
    if len(growth) != len(bounds) + 1:
        raise ValueError(f"rates: {len(growth)} given, one more than the {len(bounds)} level(s) needed")
    now, left = np.full(gone.shape, float(total)), np.full(gone.shape, float(days))
    floor = 0.0
    for level, rate in zip(np.append(bounds, np.inf), growth, strict=True):
        if level <= total:
            continue
        net = rate - gone
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where(net > 0, (level - now) / net, np.inf)
        spent = np.minimum(left, needed)
        now = np.where(spent > 0, np.maximum(now + net * spent, floor), now)
        left = left - spent
        floor = float(level)
    return now


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
    check.integer("paths", paths, minimum=1, maximum=10_000_000)
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

    Raises
    ------
    ValueError
        For a coverage outside [0, 1], negative days or none, or a date more than 273 years ahead.

    >>> passage_interval("2024-01-01", np.array([9.0, 10.0, 11.0]))[0]
    Timestamp('2024-01-11 00:00:00')
    """
    check.number("coverage", coverage, minimum=0, maximum=1)
    low, median, high = np.quantile(
        check.array("days", days, minimum=0, min_size=1), [0.5 - coverage / 2, 0.5, 0.5 + coverage / 2]
    )
    start = check.moment("since", since)
    ahead = [check.days("days", float(value)) for value in (median, low, high)]
    return tuple(start + pd.Timedelta(days=value) for value in ahead)  # type: ignore[return-value]
