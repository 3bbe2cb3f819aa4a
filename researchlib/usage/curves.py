"""Growth curves fitted to a dated series: exponential, logistic, Gompertz, with what the data leave open.

An exponential has no ceiling, the other two have one; before the bend, the data cannot tell them apart, and a ceiling
fitted then is a guess. A fit therefore says whether its parameters are ``determined``, and a comparison shows the error
on readings kept aside next to the corrected Akaike criterion. Errors are shares of the level: all is fitted in
logarithms.

Source: Gompertz, 1825; Verhulst, 1838; Hurvich and Tsai, Regression and time series model selection in small samples,
1989 (corrected criterion).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from scipy import optimize, stats
from statsmodels.tools.eval_measures import aicc

from researchlib import _validate as check
from researchlib.bounds import Dates, PositiveCount, Positives, checked, sequence
from researchlib.usage import _series
from researchlib.usage._series import YEAR, Array, Confidence

__all__ = ["CURVES", "Curve", "compare_curves", "fit_curve", "predict_curve"]

Name = Literal["exponential", "logistic", "gompertz"]


def _exponential(t: Array, log_level: float, rate: float) -> Array:
    return log_level + rate * t


def _logistic(t: Array, log_ceiling: float, log_rate: float, midpoint: float) -> Array:
    level: Array = log_ceiling - np.logaddexp(0.0, -np.exp(log_rate) * (t - midpoint))
    return level


def _gompertz(t: Array, log_ceiling: float, log_rate: float, inflection: float) -> Array:
    level: Array = log_ceiling - np.exp(-np.exp(log_rate) * (t - inflection))
    return level


#: Curve to the function of its logarithm and its parameters, with time in years from the first reading; ``log_`` ones
#: are fitted as logarithms and therefore stay positive. Rates are per year.
CURVES: dict[str, tuple[Callable[..., Array], tuple[str, ...]]] = {
    "exponential": (_exponential, ("log_level", "rate")),
    "logistic": (_logistic, ("log_ceiling", "log_rate", "midpoint")),
    "gompertz": (_gompertz, ("log_ceiling", "log_rate", "inflection")),
}


@dataclass(frozen=True, eq=False)
class Curve:
    """A fitted curve: estimates on the scale of :data:`CURVES` (rates per year), their covariance, and its fit."""

    name: str
    start: pd.Timestamp
    estimates: Array
    covariance: Array
    sigma: float
    observations: int
    aicc: float
    determined: bool


def _starts(name: str, t: Array, y: Array) -> list[list[float]]:
    """Return starting points for the search: curves straightened under several guesses of the ceiling."""
    floor = np.maximum(y, 1e-3 * y.max())
    if name == "exponential":
        slope, level = np.polyfit(t, np.log(floor), 1)
        return [[level, slope]]
    result = []
    for ceiling in (factor * y.max() for factor in (1.02, 1.3, 3.0, 30.0)):
        share = floor / ceiling
        straight = np.log(share / (1 - share)) if name == "logistic" else -np.log(-np.log(share))
        slope, level = np.polyfit(t, straight, 1)
        slope = max(slope, 0.1 / float(np.ptp(t)))
        result.append([np.log(ceiling), np.log(slope), -level / slope])
    return result


def _limits(name: str, t: Array, y: Array) -> tuple[list[float], list[float]]:
    """Return how far the search may go: beyond these limits the data say nothing."""
    top, span = float(np.log(y.max())), float(np.ptp(t))
    if name == "exponential":
        return [top - 60, -60 / span], [top + 60, 60 / span]
    slow, fast = np.log(1e-4 / span), np.log(1e3 / span)
    return [top - 1, slow, t[0] - 20 * span], [top + np.log(1e6), fast, t[-1] + 20 * span]


@checked
def fit_curve(dates: Dates, values: Positives, name: Name) -> Curve:
    """Return the growth curve ``name`` of :data:`CURVES` fitted to the logarithms of ``values`` by least squares.

    ``dates`` may be irregular, each once, with at least two more readings than the curve has parameters. ``determined``
    is False where the data do not pin the parameters down; their intervals are then infinite.

    The search is bounded, far beyond what data can say: an exponential to sixty e-foldings over the span of the dates
    and from the largest reading, a ceiling to a million times the largest reading, a bend to twenty spans before or
    after the readings, and rates times the span to 0.0001 and 1,000. A fit that ends at a bound is not ``determined``.

    Raises ValueError if lengths differ, a date comes twice or the series is too short.

    Examples
    --------
    >>> dates = pd.date_range("2020-01-01", periods=6, freq="365D")
    >>> curve = fit_curve(dates, [10, 20, 40, 80, 160, 320], "exponential")
    >>> round(float(curve.estimates[1]), 3), curve.determined
    (0.694, True)
    """
    function, labels = CURVES[name]
    series = _series.dated(dates, values, min_size=len(labels) + 3)
    t, y = _series.days_from_start(series) / YEAR, series.to_numpy()
    target = np.log(y)
    limits = _limits(name, t, y)
    with np.errstate(over="ignore", under="ignore"):
        fits = [
            # a level that no float holds is as far off as the smallest one that does
            optimize.least_squares(
                lambda estimates: np.maximum(function(t, *estimates), np.log(1e-300)) - target,
                np.clip(first, *limits),
                bounds=limits,
                x_scale="jac",
                jac="3-point",
            )
            for first in _starts(name, t, y)
        ]
    best = min(fits, key=lambda fit: fit.cost)
    n, k = t.size, len(labels)
    rss = max(2.0 * float(best.cost), 1e-30)
    sigma = float(np.sqrt(rss / (n - k)))
    information = best.jac.T @ best.jac
    # a limit that binds, or a direction the residuals do not feel: the data leave the parameters open
    determined = not best.active_mask.any() and bool(np.linalg.cond(information) < 1e12)
    return Curve(
        name=name,
        start=series.index[0],
        estimates=best.x,
        covariance=sigma**2 * np.linalg.inv(information) if determined else np.full((k, k), np.inf),
        sigma=sigma,
        observations=n,
        aicc=float(aicc(-0.5 * n * (np.log(2.0 * np.pi * rss / n) + 1.0), n, k + 1)),
        determined=determined,
    )


@checked
def predict_curve(curve: Curve, dates: Dates, *, confidence: Confidence = 0.95) -> pd.DataFrame:
    """Return a fitted ``curve`` on any ``dates``, with prediction intervals (delta method).

    The columns are ``date``, ``value`` (a median), ``low`` and ``high`` (for a new reading, at level ``confidence``),
    in the unit of the readings; unbounded if the curve is not determined. The interval takes the curve's form for
    granted.
    """
    t = _series.days_since(curve.start, dates) / YEAR
    function = CURVES[curve.name][0]
    centre = function(t, *curve.estimates)
    half = np.full_like(centre, np.inf)
    if curve.determined:
        step = 1e-5 * np.maximum(np.abs(curve.estimates), 1.0)
        gradient = np.column_stack(
            [
                (function(t, *(curve.estimates + d)) - function(t, *(curve.estimates - d))) / (2 * d.sum())
                for d in np.diag(step)
            ]
        )
        variance = np.einsum("ij,jk,ik->i", gradient, curve.covariance, gradient) + curve.sigma**2
        quantile = stats.t.ppf((1.0 + confidence) / 2.0, curve.observations - curve.estimates.size)
        half = quantile * np.sqrt(variance)
    bounds = np.exp(np.column_stack([centre, centre - half, centre + half]))
    frame = pd.DataFrame(bounds, columns=["value", "low", "high"])
    frame.insert(0, "date", dates)
    return frame


@checked
def compare_curves(
    dates: Dates,
    values: Positives,
    *,
    names: Annotated[Sequence[Name], sequence(min_size=1)] = ("exponential", "logistic", "gompertz"),
    holdout: PositiveCount = 4,
) -> pd.DataFrame:
    """Compare growth curves (``names`` of :data:`CURVES`) inside the sample and on readings kept aside.

    ``dates`` and ``values`` as in :func:`fit_curve`; the last ``holdout`` readings are kept from a second fit and then
    predicted. The result has by ``curve``, best first, and last by ``last reading`` (no curve: the bar to beat):
    ``aicc``, ``delta`` (to the best), ``weight`` (Akaike), ``holdout_error`` (root mean square of logarithms) and
    ``determined``.

    Raises ValueError if a name is unknown, or what is left without the holdout is too short for a curve.
    """
    for name in names:
        check.one_of("names", name, tuple(CURVES))
    series = _series.dated(dates, values, min_size=holdout + 5)
    early, late = (
        (pd.DatetimeIndex(part.index), part.to_numpy()) for part in (series.iloc[:-holdout], series.iloc[-holdout:])
    )
    rows: list[dict[str, Any]] = []
    for name in names:
        full = fit_curve(dates, values, name)
        ahead = predict_curve(fit_curve(*early, name), late[0])["value"].to_numpy()
        rows.append({"curve": name, "aicc": full.aicc, "determined": full.determined, "ahead": ahead})
    rows.append({"curve": "last reading", "aicc": np.nan, "ahead": early[1][-1]})
    for row in rows:
        row["holdout_error"] = float(np.sqrt(np.mean((np.log(row.pop("ahead")) - np.log(late[1])) ** 2)))
    table = pd.DataFrame(rows).set_index("curve").sort_values("aicc")
    table["delta"] = table["aicc"] - table["aicc"].min()
    table["weight"] = np.exp(-0.5 * table["delta"]) / np.exp(-0.5 * table["delta"]).sum()
    return table[["aicc", "delta", "weight", "holdout_error", "determined"]]
