"""Scores that reward honesty: an interval's width and its misses in one number, and whether one forecast beats another.

Source: Bracher, Ray, Gneiting and Reich, 2021, Evaluating epidemic forecasts in an interval format (weighted interval
score); Diebold and Mariano, 1995; Harvey, Leybourne and Newbold, 1997, Testing the equality of prediction mean squared
errors (small-sample correction).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from scipy import stats

from researchlib import _validate as check
from researchlib.bounds import Count, Numbers, array, checked
from researchlib.usage._series import Array, Confidence

__all__ = ["Comparison", "diebold_mariano", "weighted_interval_score"]


class Comparison(NamedTuple):
    """Mean difference of two losses in their unit (negative: the first is better), its interval, p of none."""

    difference: float
    low: float
    high: float
    p: float


@checked
def weighted_interval_score(
    outcome: Numbers, forecast: Numbers, low: Numbers, high: Numbers, confidence: Confidence = 0.9
) -> Array:
    """Return the score of each forecast with its interval from ``low`` to ``high``, in the unit of the ``outcome``.

    Half the absolute error of the ``forecast`` (a median), and the interval's width and misses, weighted as for a
    central interval of level ``confidence``: small is good, and only honest intervals keep it small. A forecast
    without a width scores its absolute error, so that points and intervals can be compared.

    Raises ValueError for arrays of different length.

    Examples
    --------
    >>> weighted_interval_score([10.0, 10.0], [12.0, 12.0], [12.0, 9.0], [12.0, 15.0], 0.9).round(2).tolist()
    [2.0, 0.87]
    """
    check.broadcast(outcome=outcome, forecast=forecast, low=low, high=high)
    alpha = 1 - confidence
    misses = np.maximum(low - outcome, 0) + np.maximum(outcome - high, 0)
    score: Array = (np.abs(outcome - forecast) / 2 + alpha / 2 * (high - low) + misses) / 1.5
    return score


@checked
def diebold_mariano(
    first: Annotated[Array, array(min_size=3)],
    second: Annotated[Array, array(min_size=3)],
    overlap: Count = 0,
    confidence: Confidence = 0.95,
) -> Comparison:
    """Compare the losses of two forecasts at the same origins: the mean difference, with an interval and a p-value.

    ``first`` and ``second`` are losses such as absolute errors; ``overlap`` is the number of following origins whose
    outcomes overlap with one's own (the horizon in steps between origins, less one); ``confidence`` is the level of the
    interval. The small-sample correction of Harvey, Leybourne and Newbold is made. Long overlaps can make the plain
    variance tiny or negative, so that of Bartlett's weights is taken where it is larger.

    Raises ValueError for different lengths, or an overlap that leaves no two origins apart.

    Examples
    --------
    >>> round(diebold_mariano([1.0, 2.0, 1.5, 2.5], [2.0, 2.5, 2.5, 2.0]).p, 2)
    0.25
    """
    n, steps = len(first), overlap + 1
    if len(second) != n:
        raise ValueError(f"second: {len(second)} losses given, {n} allowed (one for each of first)")
    if steps >= n:
        raise ValueError(f"overlap: {overlap} given, at most {n - 2} allowed with {n} origins")
    difference = first - second
    mean = float(difference.mean())
    centred = difference - mean
    spread = [float(centred[lag:] @ centred[: n - lag]) / n for lag in range(steps)]
    tapered = [(1 - lag / steps) * each for lag, each in enumerate(spread)]
    variance = max(spread[0] + 2 * sum(spread[1:]), tapered[0] + 2 * sum(tapered[1:]))
    corrected = (n + 1 - 2 * steps + steps * (steps - 1) / n) / n
    error = float(np.sqrt(variance / n / corrected))
    if error == 0:
        return Comparison(mean, mean, mean, 1.0 if mean == 0 else 0.0)
    reach = float(stats.t.ppf((1 + confidence) / 2, n - 1)) * error
    return Comparison(mean, mean - reach, mean + reach, float(2 * stats.t.sf(abs(mean) / error, n - 1)))
