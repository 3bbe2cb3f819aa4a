"""Compound growth of a series read on irregular dates, with an interval and its gaps named.

Two models, because they answer differently. In the ``trend`` model readings scatter independently around an
exponential path, so each reading helps and long series give narrow intervals. In the ``drift`` model (a random walk
with drift in logarithms) a shock stays, so only the time spanned helps. Users, capacity and prices mostly drift:
the Durbin-Watson statistic of the trend says which one the data support (near 2: trend; near 0: drift).

Source: least squares on logarithms; Newey and West, 1987 (errors); Durbin and Watson, 1950 (statistic).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.stattools import durbin_watson

from researchlib import _validate as check
from researchlib.usage import _series
from researchlib.usage._series import Dates

__all__ = ["YEAR", "Growth", "cagr", "compound_growth", "doubling_time", "gaps", "matched_growth", "year_over_year"]

#: Days in a mean year.
YEAR = 365.25


@dataclass(frozen=True)
class Growth:
    """Compound growth a period, as a fraction, with its interval and what it rests on."""

    rate: float
    low: float
    high: float
    confidence: float
    period_days: float
    model: str
    observations: int
    span_days: float
    longest_gap_days: float
    durbin_watson: float


def cagr(start: float, end: float, days: float, *, period_days: float = YEAR) -> float:
    """Return the compound growth a period (fraction) between two readings.

    Parameters
    ----------
    start, end : float
        The two readings, > 0, in the same unit.
    days : float
        Days between them, > 0.
    period_days : float
        Length of the period to express growth in, days.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    Examples
    --------
    >>> cagr(100, 400, 2 * 365.25)
    1.0
    """
    start = check.number("start", start, minimum=0, strict=True)
    end = check.number("end", end, minimum=0, strict=True)
    days = check.number("days", days, minimum=0, strict=True)
    period_days = check.days("period_days", period_days, strict=True)
    try:
        return float((end / start) ** (period_days / days) - 1.0)
    except OverflowError:
        raise ValueError(f"days: {days!r} given, more needed for a growth a period that a float can hold") from None


def doubling_time(rate: float, *, period_days: float = YEAR) -> float:
    """Return the days to double at compound growth ``rate`` a period; negative: days to halve; zero growth: infinity.

    Parameters
    ----------
    rate : float
        Growth a period, fraction > -1.
    period_days : float
        Length of the period, days.

    Raises
    ------
    ValueError
        For a rate of -1 or less, or a period without length.

    Examples
    --------
    >>> doubling_time(1.0), doubling_time(-0.5)
    (365.25, -365.25)
    """
    rate = check.number("rate", rate, minimum=-1, strict=True)
    period_days = check.days("period_days", period_days, strict=True)
    return float("inf") if rate == 0 else float(period_days * np.log(2.0) / np.log1p(rate))


def compound_growth(
    dates: Dates,
    values: ArrayLike,
    *,
    model: Literal["trend", "drift"] = "trend",
    confidence: float = 0.95,
    period_days: float = YEAR,
    hac_lags: int | None = None,
) -> Growth:
    """Estimate compound growth from readings on any dates, without filling the gaps between them.

    ``trend`` regresses the logarithm on time; ``drift`` regresses each logarithmic change over the square root of
    its gap on that square root, so that a long gap weighs by the time it spans and not as one step.

    Parameters
    ----------
    dates : sequence of dates
        Irregular is fine; each once, in any order.
    values : array of float, shape (n,)
        Readings > 0 in one unit and one definition.
    model : {"trend", "drift"}
        What is random: the readings around the path, or the steps of the path.
    confidence : float
        Level of the interval, between 0 and 1.
    period_days : float
        Period in which growth is expressed, days.
    hac_lags : int, optional
        With ``trend``: Newey-West errors over this many readings, for scatter that is correlated in time. Only for
        long series: with few readings they are too small.

    Returns
    -------
    Growth
        Rate and interval as fractions a period; readings, span and longest gap behind them; Durbin-Watson statistic
        of the trend's residuals, whichever the model.

    Raises
    ------
    ValueError
        If fewer than three readings are given, one is not positive, or a date comes twice.

    Examples
    --------
    >>> growth = compound_growth(["2022-01-01", "2023-01-01", "2024-01-01"], [100, 210, 400])
    >>> round(growth.rate, 2), growth.observations, growth.longest_gap_days
    (1.0, 3, 365.0)
    """
    check.one_of("model", model, ("trend", "drift"))
    confidence = _level(confidence)
    period_days = check.days("period_days", period_days, strict=True)
    series = _series.dated(dates, values, min_size=3, minimum=0, strict=True)
    days = _series.days_from_start(series)
    periods = days / period_days
    logs = np.log(series.to_numpy())
    trend = OLS(logs, np.column_stack([np.ones_like(periods), periods]))
    fitted = trend.fit()
    residuals = fitted.resid
    if model == "drift":
        if hac_lags is not None:
            raise ValueError(f"hac_lags: {hac_lags!r} given, None allowed with model 'drift'")
        root = np.sqrt(np.diff(periods))
        fitted = OLS(np.diff(logs) / root, root).fit()
    elif hac_lags is not None:
        lags = check.integer("hac_lags", hac_lags, minimum=0, maximum=len(series) - 2)
        fitted = trend.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    low, high = fitted.conf_int(alpha=1.0 - confidence)[-1]
    return Growth(
        rate=float(np.expm1(fitted.params[-1])),
        low=float(np.expm1(low)),
        high=float(np.expm1(high)),
        confidence=confidence,
        period_days=period_days,
        model=model,
        observations=len(series),
        span_days=float(days[-1]),
        longest_gap_days=float(np.diff(days).max()),
        durbin_watson=float(durbin_watson(residuals)),
    )


def gaps(dates: Dates, *, expected_days: float) -> pd.DataFrame:
    """List the stretches of a series without a reading.

    Parameters
    ----------
    dates : sequence of dates
        Dates of the readings.
    expected_days : float
        Days between readings if none were missing; a gap is a stretch of more than one and a half times that.

    Returns
    -------
    DataFrame
        One row a gap: ``from`` and ``to`` (the readings around it), ``days`` and ``missing`` (readings absent).

    Raises
    ------
    ValueError
        For fewer than two dates, a date given twice, or an expected distance that is not positive.

    Examples
    --------
    >>> gaps(["2024-03-31", "2024-06-30", "2025-03-31"], expected_days=91.3)[["days", "missing"]].values.tolist()
    [[274.0, 2.0]]
    """
    expected_days = check.number("expected_days", expected_days, minimum=0, strict=True)
    index = check.dates("dates", dates, min_size=2)
    series = _series.dated(index, np.zeros(len(index)), min_size=2)
    days = np.diff(_series.days_from_start(series))
    table = pd.DataFrame({"from": series.index[:-1], "to": series.index[1:], "days": days})
    table["missing"] = np.round(days / expected_days).astype(int) - 1
    return table[days > 1.5 * expected_days].reset_index(drop=True)


def year_over_year(dates: Dates, values: ArrayLike, *, tolerance_days: float = 3.0) -> pd.DataFrame:
    """Compare each reading with the one a calendar year earlier.

    Parameters
    ----------
    dates : sequence of dates
        Dates of the readings, each once.
    values : array of float, shape (n,)
        Readings > 0.
    tolerance_days : float
        How far from the exact anniversary the earlier reading may lie, days.

    Returns
    -------
    DataFrame
        One row a reading: ``date``, ``value``, ``year_earlier`` (its date) and ``growth`` (fraction); the last two
        are missing where no reading lies within the tolerance.

    Raises
    ------
    ValueError
        For dates given twice, a reading that is not positive, or a negative tolerance.

    Examples
    --------
    >>> year_over_year(["2023-03-31", "2024-03-31", "2025-06-30"], [10, 15, 20])["growth"].tolist()
    [nan, 0.5, nan]
    """
    tolerance = check.days("tolerance_days", tolerance_days)
    series = _series.dated(dates, values, min_size=2, minimum=0, strict=True)
    frame = pd.DataFrame({"date": series.index, "value": series.to_numpy()})
    earlier = frame.rename(columns={"date": "year_earlier", "value": "earlier"})
    frame["anniversary"] = frame["date"] - pd.DateOffset(years=1)
    frame["anniversary"] = frame["anniversary"].astype(earlier["year_earlier"].dtype)
    joined = pd.merge_asof(
        frame,
        earlier,
        left_on="anniversary",
        right_on="year_earlier",
        direction="nearest",
        tolerance=pd.Timedelta(days=tolerance),
    )
    joined["growth"] = joined["value"] / joined["earlier"] - 1.0
    return joined[["date", "value", "year_earlier", "growth"]]


def matched_growth(
    dates: Dates, values: ArrayLike, *, start: str | pd.Timestamp, lag_days: float = 364, tolerance_days: float = 1.0
) -> pd.DataFrame:
    """Compare what was added up since a date with the same stretch earlier, reading by reading.

    Parameters
    ----------
    dates : sequence of dates
        Ends of the periods, each once.
    values : array of float, shape (n,)
        Flows of the periods, >= 0.
    start : date
        First reading to count.
    lag_days : float
        How much earlier; 364 days are 52 weeks, so that weeks meet weeks.
    tolerance_days : float
        How far from that the earlier reading may lie, days.

    Returns
    -------
    DataFrame
        One row a reading from ``start`` on: ``date``, ``total`` (since ``start``), ``earlier`` (the same stretch
        before), ``growth`` (fraction).

    Raises
    ------
    ValueError
        If no reading lies on or after ``start``, one has no counterpart, or the earlier stretch adds up to nothing.

    Examples
    --------
    >>> dates = pd.date_range("2024-01-03", periods=104, freq="7D")
    >>> grown = matched_growth(dates, [1.0] * 52 + [3.0] * 52, start="2025-01-01")
    >>> grown["growth"].iloc[[0, -1]].tolist()
    [2.0, 2.0]
    """
    lag = check.days("lag_days", lag_days, strict=True)
    tolerance = check.days("tolerance_days", tolerance_days)
    series = _series.dated(dates, values, min_size=2, minimum=0)
    now = series[series.index >= check.moment("start", start)]
    if now.empty:
        raise ValueError(f"start: {start} given, a date up to {series.index[-1].date()} allowed")
    where = series.index.get_indexer(
        pd.DatetimeIndex(now.index) - pd.Timedelta(days=lag), method="nearest", tolerance=pd.Timedelta(days=tolerance)
    )
    if (where < 0).any():
        lonely = now.index[where < 0][0].date()
        raise ValueError(f"dates: no reading {lag:g} days before {lonely} given, one for each from start on needed")
    earlier = np.cumsum(series.to_numpy()[where])
    if earlier[0] == 0:
        raise ValueError(f"values: nothing given {lag:g} days before start, a stretch above 0 needed")
    total = np.cumsum(now.to_numpy())
    return pd.DataFrame({"date": now.index, "total": total, "earlier": earlier, "growth": total / earlier - 1.0})


def _level(confidence: float) -> float:
    """Return a confidence level strictly between 0 and 1."""
    level = check.number("confidence", confidence, minimum=0, maximum=1, strict=True)
    if level == 1:
        raise ValueError(f"confidence: {confidence!r} given, a level below 1 allowed")
    return level
