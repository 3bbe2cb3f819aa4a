"""Growth curves fitted to a dated series: exponential, logistic, Gompertz, Bass, with what the data leave open.

An exponential has no ceiling, the other three have one; before the bend, the data cannot tell them apart, and a
ceiling fitted then is a guess. A fit therefore says whether its parameters are ``determined``, and a comparison shows
the error on readings kept aside next to the corrected Akaike criterion.

Source: Gompertz, 1825; Verhulst, 1838; Bass, A new product growth for model consumer durables, 1969; Hurvich and Tsai,
Regression and time series model selection in small samples, 1989 (corrected criterion).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, stats
from statsmodels.tools.eval_measures import aicc

from researchlib import _validate as check
from researchlib.usage import _series
from researchlib.usage._series import Array, Dates

__all__ = ["CURVES", "Curve", "compare_curves", "curve_parameters", "fit_curve", "predict_curve"]

YEAR = 365.25


def _exponential(t: Array, log_level: float, rate: float) -> Array:
    level: Array = np.exp(log_level + rate * t)
    return level


def _logistic(t: Array, log_ceiling: float, log_rate: float, midpoint: float) -> Array:
    level: Array = np.exp(log_ceiling - np.logaddexp(0.0, -np.exp(log_rate) * (t - midpoint)))
    return level


def _gompertz(t: Array, log_ceiling: float, log_rate: float, inflection: float) -> Array:
    level: Array = np.exp(log_ceiling - np.exp(-np.exp(log_rate) * (t - inflection)))
    return level


def _bass(t: Array, log_market: float, log_innovation: float, log_imitation: float) -> Array:
    p, q = np.exp(log_innovation), np.exp(log_imitation)
    decay = np.exp(-(p + q) * t)
    level: Array = np.exp(log_market) * (1.0 - decay) / (1.0 + q / p * decay)
    return level


#: Curve to its function and its parameters, with time in years from the start; ``log_`` ones are fitted as logarithms
#: and therefore stay positive. ``rate``, ``innovation`` and ``imitation`` are per year.
CURVES: dict[str, tuple[Callable[..., Array], tuple[str, ...]]] = {
    "exponential": (_exponential, ("log_level", "rate")),
    "logistic": (_logistic, ("log_ceiling", "log_rate", "midpoint")),
    "gompertz": (_gompertz, ("log_ceiling", "log_rate", "inflection")),
    "bass": (_bass, ("log_market", "log_innovation", "log_imitation")),
}


@dataclass(frozen=True, eq=False)
class Curve:
    """A fitted curve: estimates on the scale of :data:`CURVES` (rates per year), their covariance, and its fit."""

    name: str
    start: pd.Timestamp
    errors: str
    estimates: Array
    covariance: Array
    sigma: float
    observations: int
    aicc: float
    determined: bool


def _starts(name: str, t: Array, y: Array) -> list[list[float]]:
    """Return starting points for the search: curves straightened under several guesses of the ceiling."""
    floor = np.maximum(y, 1e-3 * y.max())
    span = float(np.ptp(t))
    if name == "exponential":
        slope, level = np.polyfit(t, np.log(floor), 1)
        return [[level, slope]]
    ceilings = [factor * y.max() for factor in (1.02, 1.3, 3.0, 30.0)]
    if name == "bass":
        return [
            [np.log(c), np.log(p / span), np.log(q / span)] for c in ceilings for p in (0.02, 0.3) for q in (0.5, 6)
        ]
    result = []
    for ceiling in ceilings:
        share = floor / ceiling
        straight = np.log(share / (1 - share)) if name == "logistic" else -np.log(-np.log(share))
        slope, level = np.polyfit(t, straight, 1)
        slope = max(slope, 0.1 / span)
        result.append([np.log(ceiling), np.log(slope), -level / slope])
    return result


def _limits(name: str, t: Array, y: Array) -> tuple[list[float], list[float]]:
    """Return how far the search may go: beyond these limits the data say nothing."""
    top, span = float(np.log(y.max())), float(np.ptp(t))
    if name == "exponential":
        return [top - 60, -60 / span], [top + 60, 60 / span]
    slow, fast = np.log(1e-4 / span), np.log(1e3 / span)
    if name == "bass":
        return [top - 1, np.log(1e-9 / span), slow], [top + np.log(1e6), fast, fast]
    return [top - 1, slow, t[0] - 20 * span], [top + np.log(1e6), fast, t[-1] + 20 * span]


def fit_curve(
    dates: Dates,
    values: ArrayLike,
    name: Literal["exponential", "logistic", "gompertz", "bass"],
    *,
    errors: Literal["multiplicative", "additive"] = "multiplicative",
    start: str | pd.Timestamp | None = None,
) -> Curve:
    """Fit a growth curve by least squares.

    Parameters
    ----------
    dates : sequence of dates
        Irregular is fine; each once.
    values : array of float, shape (n,)
        Readings > 0: a stock, or for ``bass`` cumulative adopters. At least two more readings than parameters.
    name : {"exponential", "logistic", "gompertz", "bass"}
        The curve.
    errors : {"multiplicative", "additive"}
        Scatter as a share of the level (fitted in logarithms) or in units.
    start : date, optional
        Where time begins: for ``bass`` the launch, before the first reading. Default: the first reading.

    Returns
    -------
    Curve
        ``determined`` is False where the data do not pin the parameters down; their intervals are then infinite.

    Raises
    ------
    ValueError
        If the series is too short or not positive, or ``bass`` starts at or after its first reading.

    Notes
    -----
    The search is bounded, far beyond what data can say: an exponential to sixty e-foldings over the span of the dates
    and from the largest reading, a ceiling to a million times the largest reading, a bend to twenty spans before or
    after the readings, and rates times the span to 0.0001 and 1,000 (innovation: to one in a billion). A fit that ends
    at a bound is not ``determined``.

    Examples
    --------
    >>> dates = pd.date_range("2020-01-01", periods=6, freq="365D")
    >>> curve = fit_curve(dates, [10, 20, 40, 80, 160, 320], "exponential")
    >>> round(float(curve_parameters(curve).loc["rate", "value"]), 3), curve.determined
    (0.694, True)
    """
    check.one_of("name", name, tuple(CURVES))
    check.one_of("errors", errors, ("multiplicative", "additive"))
    function, labels = CURVES[name]
    series = _series.dated(dates, values, min_size=len(labels) + 3, minimum=0, strict=True)
    begin = series.index[0] if start is None else check.moment("start", start)
    if name == "bass" and begin >= series.index[0]:
        raise ValueError(f"start: {begin.date()} given, a launch before the first reading allowed with 'bass'")
    t = _series.days_since(begin, series.index) / YEAR
    y = series.to_numpy()
    target = np.log(y) if errors == "multiplicative" else y / y.max()

    def residuals(estimates: Array) -> Array:
        curve = function(t, *estimates)
        reached = np.log(np.maximum(curve, 1e-300)) if errors == "multiplicative" else curve / y.max()
        return np.asarray(reached - target, dtype=np.float64)

    limits = _limits(name, t, y)
    with np.errstate(over="ignore", under="ignore"):
        fits = [
            optimize.least_squares(residuals, np.clip(first, *limits), bounds=limits, x_scale="jac", jac="3-point")
            for first in _starts(name, t, y)
        ]
    best = min(fits, key=lambda fit: fit.cost)
    n, k = t.size, len(labels)
    rss = max(2.0 * float(best.cost), 1e-30)
    sigma = float(np.sqrt(rss / (n - k)))
    information = best.jac.T @ best.jac
    # a limit that binds, or a direction the residuals do not feel: the data leave the parameters open
    determined = not best.active_mask.any() and bool(np.linalg.cond(information) < 1e12)
    covariance = sigma**2 * np.linalg.inv(information) if determined else np.full((k, k), np.inf)
    likelihood = -0.5 * n * (np.log(2.0 * np.pi * rss / n) + 1.0)
    unit = 1.0 if errors == "multiplicative" else float(y.max())
    return Curve(
        name=name,
        start=begin,
        errors=errors,
        estimates=best.x,
        covariance=covariance,
        sigma=sigma * unit,
        observations=n,
        aicc=float(aicc(likelihood - (0.0 if unit == 1.0 else n * np.log(unit)), n, k + 1)),
        determined=determined,
    )


def curve_parameters(curve: Curve, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the parameters of a fitted curve with their intervals.

    Parameters
    ----------
    curve : Curve
        From :func:`fit_curve`.
    confidence : float
        Level of the intervals (t quantiles; symmetric on the logarithm for positive parameters).

    Returns
    -------
    DataFrame
        Index ``parameter`` without the ``log_``; ``value``, ``low``, ``high``: levels in the unit of the series, rates
        per year, ``midpoint`` and ``inflection`` in years from the start.

    Raises
    ------
    ValueError
        For a confidence outside (0, 1).
    """
    check.instance("curve", curve, Curve)
    labels = CURVES[curve.name][1]
    half = _quantile(curve, confidence) * np.sqrt(np.diag(curve.covariance))
    frame = pd.DataFrame(
        {"value": curve.estimates, "low": curve.estimates - half, "high": curve.estimates + half},
        index=pd.Index(labels, name="parameter"),
    )
    logs = [label for label in labels if label.startswith("log_")]
    frame.loc[logs] = np.exp(frame.loc[logs])
    return frame.rename(index=lambda label: label.removeprefix("log_"))


def predict_curve(curve: Curve, dates: Dates, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return a fitted curve on any dates, with prediction intervals (delta method).

    Parameters
    ----------
    curve : Curve
        From :func:`fit_curve`.
    dates : sequence of dates
        Where to evaluate, not before the curve's start for ``bass``.
    confidence : float
        Level of the interval for a new reading.

    Returns
    -------
    DataFrame
        ``date``, ``value`` (with multiplicative errors the median), ``low``, ``high``; unbounded if the curve is not
        determined. The interval takes the curve's form for granted.

    Raises
    ------
    ValueError
        For what is no fitted curve, or a confidence outside (0, 1).
    """
    check.instance("curve", curve, Curve)
    index = check.dates("dates", dates)
    t = _series.days_since(curve.start, index) / YEAR
    function = CURVES[curve.name][0]

    def scaled(estimates: Array) -> Array:
        value = function(t, *estimates)
        return np.log(value) if curve.errors == "multiplicative" else value

    centre = scaled(curve.estimates)
    if curve.determined:
        step = 1e-5 * np.maximum(np.abs(curve.estimates), 1.0)
        gradient = np.column_stack(
            [(scaled(curve.estimates + d) - scaled(curve.estimates - d)) / (2 * d.sum()) for d in np.diag(step)]
        )
        variance = np.einsum("ij,jk,ik->i", gradient, curve.covariance, gradient) + curve.sigma**2
        half = _quantile(curve, confidence) * np.sqrt(variance)
    else:
        half = np.full_like(centre, np.inf)
    bounds = np.column_stack([centre, centre - half, centre + half])
    if curve.errors == "multiplicative":
        bounds = np.exp(bounds)
    frame = pd.DataFrame(bounds, columns=["value", "low", "high"])
    frame.insert(0, "date", index)
    return frame


def compare_curves(
    dates: Dates,
    values: ArrayLike,
    *,
    names: Sequence[Literal["exponential", "logistic", "gompertz", "bass"]] = ("exponential", "logistic", "gompertz"),
    holdout: int = 4,
    errors: Literal["multiplicative", "additive"] = "multiplicative",
    start: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Compare growth curves inside the sample and on readings kept aside.

    Parameters
    ----------
    dates, values, errors, start
        As in :func:`fit_curve`.
    names : sequence of str
        Curves to compare.
    holdout : int
        Last readings kept from a second fit and then predicted.

    Returns
    -------
    DataFrame
        Index ``curve``, best AICc first, and last ``last reading`` (no curve: the bar to beat). ``aicc``, ``delta``
        (to the best), ``weight`` (Akaike), ``holdout_error`` (root mean square; of logarithms with multiplicative
        errors) and ``determined``.

    Raises
    ------
    ValueError
        If what is left without the holdout is too short for a curve.
    """
    check.sequence("names", names, min_size=1)
    for name in names:
        check.one_of("names", name, tuple(CURVES))
    holdout = check.integer("holdout", holdout, minimum=1)
    series = _series.dated(dates, values, min_size=holdout + 5)
    early, late = series.iloc[:-holdout], series.iloc[-holdout:]
    scale = np.log if errors == "multiplicative" else np.asarray
    rows: list[dict[str, object]] = []
    for name in names:
        full = fit_curve(series.index, series.to_numpy(), name, errors=errors, start=start)
        short = fit_curve(early.index, early.to_numpy(), name, errors=errors, start=start)
        ahead = predict_curve(short, late.index)["value"].to_numpy()
        rows.append({"curve": name, "aicc": full.aicc, "determined": full.determined, "miss": scale(ahead)})
    rows.append({"curve": "last reading", "aicc": np.nan, "miss": np.full(holdout, scale(early.to_numpy()[-1]))})
    actual = scale(late.to_numpy())
    for row in rows:
        row["holdout_error"] = float(np.sqrt(np.mean((row.pop("miss") - actual) ** 2)))
    table = pd.DataFrame(rows).set_index("curve").sort_values("aicc")
    table["delta"] = table["aicc"] - table["aicc"].min()
    table["weight"] = np.exp(-0.5 * table["delta"]) / np.exp(-0.5 * table["delta"]).sum()
    table = table[["aicc", "delta", "weight", "holdout_error", "determined"]]
    return table


def _quantile(curve: Curve, confidence: float) -> float:
    """Return the two-sided t quantile for a curve's degrees of freedom."""
    level = check.number("confidence", confidence, minimum=0, maximum=0.999999, strict=True)
    return float(stats.t.ppf((1.0 + level) / 2.0, curve.observations - curve.estimates.size))
