"""When a growing total reaches a level: halvings, caps, exhausted pools, with what is not known about the rate.

Source: definitions of our own, each stated with its function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Amounts, Count, Positive, array, checked, frame, number, rule
from researchlib.tokens.drivers import Paths

__all__ = ["NetRate", "Removal", "grown", "net_rate", "removal", "uncertain_rates"]

Array: TypeAlias = NDArray[np.float64]
Series = Annotated[pd.DataFrame, frame("date", "value")]
Window = Annotated[float, rule(check.days, strict=True)]


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


@checked
def net_rate(series: Series, *, window_days: Window) -> NetRate:
    """Growth of a total over about the last ``window_days``, from the readings there are, in its unit a day.

    ``series`` has columns ``date`` and ``value``, only rows known at the time of the forecast. The rate runs from the
    latest reading that is at least ``window_days`` older than the last one, else from the first, to the last: irregular
    readings make the window longer, never shorter unless there is nothing older.

    Raises ValueError for fewer than two dates.
    """
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


@checked
def removal(
    series: Series,
    ceiling: Callable[[float], float],
    *,
    window_days: Window,
    cv: Amount,
    most: Annotated[float, number(minimum=0, maximum=1, strict=True)],
    paths: Paths,
    seed: Count,
) -> Removal:
    """Judge from a total's readings what is taken out of it a day, and how sure that is, in the total's unit a day.

    With two readings or more, the expected removal is what went missing over the window of :func:`net_rate`, and the
    draws spread around it by ``cv``. One reading shows no removal: any share of the growth from none to ``most`` is
    then held equally likely.

    ``series`` and ``window_days`` as in :func:`net_rate`; ``ceiling`` is the growth a day if nothing is removed, a
    function of the total (between two readings, that of the earlier one); ``cv`` the standard deviation of what is not
    known about the removal, a fraction of its mean; ``paths`` and ``seed`` number and seed of the draws.

    Raises ValueError without a reading, or as :func:`uncertain_rates`.
    """
    dates, totals = _ordered(series)
    if dates.empty:
        raise ValueError("series: no reading given, at least one needed")
    ahead = ceiling(float(totals[-1]))
    if len(dates) == 1:
        return Removal(most * ahead / 2, np.random.default_rng(seed).uniform(0, most * ahead, paths))
    rate = net_rate(series, window_days=window_days)
    seen = dates >= rate.since
    days = np.diff(dates[seen].to_numpy()) / np.timedelta64(1, "D")
    unhindered = sum(ceiling(float(total)) * span for total, span in zip(totals[seen][:-1], days, strict=True))
    expected = max(float(unhindered / days.sum()) - rate.per_day, 0.0)
    return Removal(expected, ahead - uncertain_rates(ahead, expected, cv, paths=paths, seed=seed))


@checked
def grown(
    total: Amount,
    days: Amount,
    levels: Amounts,
    rates: Amounts,
    removed: Annotated[Array, array(minimum=0, min_size=1)],
) -> Array:
    """Carry a ``total`` forward by some ``days`` while its growth changes at given levels, less a steady removal.

    ``levels`` ascend, ``rates`` are the growth a day below the first, between levels, and from the last on, one more
    than levels; ``removed`` is taken out a day on each path, and the total of each comes back. A path that reaches a
    level from which on its removal exceeds its growth stays there, since below the level it would grow again.

    Raises ValueError for levels that do not ascend, or a wrong number of rates.

    >>> grown(90, 20, [100], [2.0, 1.0], [0.0, 1.0]).tolist()
    [115.0, 100.0]
    """
    if (np.diff(levels) <= 0).any():
        raise ValueError(f"levels: {levels.tolist()} given, ascending levels allowed")
    if len(rates) != len(levels) + 1:
        raise ValueError(f"rates: {len(rates)} given, one more than the {len(levels)} level(s) needed")
    now, left = np.full(removed.shape, total), np.full(removed.shape, days)
    floor = 0.0
    for level, rate in zip(np.append(levels, np.inf), rates, strict=True):
        if level <= total:
            continue
        net = rate - removed
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where(net > 0, (level - now) / net, np.inf)
        spent = np.minimum(left, needed)
        now = np.where(spent > 0, np.maximum(now + net * spent, floor), now)
        left = left - spent
        floor = float(level)
    return now


@checked
def uncertain_rates(ceiling: Positive, removed: Amount, removed_cv: Amount, *, paths: Paths, seed: Count) -> Array:
    """Draw net rates of growth: a known ceiling less a removal of which only mean and spread are known.

    ``ceiling`` is the growth a day if nothing is removed, such as the protocol's daily emission; ``removed`` the
    expected removal a day, below it; ``removed_cv`` the standard deviation of what is not known about the removal, a
    fraction of its mean. The removal follows a gamma distribution (never negative), drawn again where it would reach
    the ceiling. ``paths`` positive rates come back; ``seed`` is that of the draws.

    Raises ValueError for an expected removal that is not below the ceiling.
    """
    if removed >= ceiling:
        raise ValueError(f"removed: {removed!r} given, a number below the ceiling {ceiling!r} allowed")
    rng = np.random.default_rng(seed)
    if removed == 0 or removed_cv == 0:
        return np.full(paths, float(ceiling - removed))
    shape, scale = removed_cv**-2, removed * removed_cv**2
    drawn = rng.gamma(shape, scale, paths)
    while (beyond := drawn >= ceiling).any():
        drawn[beyond] = rng.gamma(shape, scale, int(beyond.sum()))
    return ceiling - drawn
