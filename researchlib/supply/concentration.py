"""Who holds how much: concentration of capacity, stake or emission among holders, with bootstrap intervals.

Every function takes what each holder holds, in any unit, zeros included: a holder of nothing counts as a holder.
Who counts as one holder (a wallet, a machine, an owner) decides the answer more than the formula does.

Source: Gini, 1912; Hirschman, The paternity of an index, 1964; Srinivasan, Quantifying decentralization, 2017 (Nakamoto
coefficient); Efron and Tibshirani, An introduction to the bootstrap, 1993.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from researchlib import _validate as check

__all__ = [
    "bootstrap_interval",
    "concentration_table",
    "gini",
    "herfindahl",
    "lorenz_curve",
    "nakamoto",
    "top_share",
]


def _holdings(amounts: ArrayLike) -> NDArray[np.float64]:
    """Return the holdings as a checked array: non-negative, at least one, not all zero."""
    result = check.array("amounts", amounts, minimum=0, min_size=1)
    if not result.any():
        raise ValueError("amounts: only zeros given, at least one holding above 0 needed")
    return result


def herfindahl(amounts: ArrayLike) -> float:
    """Return the Herfindahl-Hirschman index: the sum of squared shares, from 1/n (equal) to 1 (one holder).

    Its inverse is the number of equal holders that would be as concentrated.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Holding of each holder, >= 0.

    Raises
    ------
    ValueError
        If a holding is negative or all are zero.

    Examples
    --------
    >>> herfindahl([1, 1, 2])
    0.375
    """
    holdings = _holdings(amounts)
    shares = holdings / holdings.sum()
    return float(shares @ shares)


def gini(amounts: ArrayLike, *, unbiased: bool = False) -> float:
    """Return the Gini coefficient, a number without unit: 0 if all hold the same, (n - 1)/n if one holds everything.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Holding of each holder, >= 0. Sorting makes this O(n log n).
    unbiased : bool
        Multiply by n/(n - 1): for holders that are a sample of a larger population.

    Raises
    ------
    ValueError
        If a holding is negative, all are zero, or ``unbiased`` is asked of one holder.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 1])
    (0.0, 0.75)
    """
    check.flag("unbiased", unbiased)
    holdings = np.sort(_holdings(amounts))
    n = holdings.size
    if unbiased and n < 2:
        raise ValueError(f"amounts: {n} value(s) given, at least 2 needed for the unbiased coefficient")
    rank = np.arange(1 - n, n, 2)
    coefficient = float(rank @ holdings / (n * holdings.sum()))
    return coefficient * n / (n - 1) if unbiased else coefficient


def lorenz_curve(amounts: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the Lorenz curve: what share of the total the poorest share of holders holds.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Holding of each holder, >= 0.

    Returns
    -------
    holders, held : arrays of shape (n + 1,)
        Cumulative fractions, both from 0 to 1.

    Raises
    ------
    ValueError
        For a negative holding, or holders who hold nothing.

    Examples
    --------
    >>> [part.tolist() for part in lorenz_curve([3, 1])]
    [[0.0, 0.5, 1.0], [0.0, 0.25, 1.0]]
    """
    held = np.cumsum(np.concatenate([[0.0], np.sort(_holdings(amounts))]))
    return np.linspace(0.0, 1.0, held.size), held / held[-1]


def nakamoto(amounts: ArrayLike, *, threshold: float = 0.5) -> int:
    """Return the Nakamoto coefficient: the fewest holders that together hold more than ``threshold``.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Holding of each holder, >= 0.
    threshold : float
        Share to exceed, from 0 to below 1: one half controls a majority, one third blocks a two-thirds vote.

    Raises
    ------
    ValueError
        If a holding is negative, all are zero, or the threshold is 1 or more.

    Examples
    --------
    >>> nakamoto([40, 30, 20, 10]), nakamoto([50, 50])
    (2, 2)
    """
    threshold = check.number("threshold", threshold, minimum=0)
    if threshold >= 1:
        raise ValueError(f"threshold: {threshold!r} given, a share below 1 allowed")
    held = np.cumsum(np.sort(_holdings(amounts))[::-1])
    return int(np.searchsorted(held, threshold * held[-1], side="right")) + 1


def top_share(amounts: ArrayLike, n: int) -> float:
    """Return the share of the total that the ``n`` largest holders hold (fraction).

    Parameters
    ----------
    amounts : array of float
        Holding of each holder, >= 0.
    n : int
        How many of the largest to add, at least 1; with fewer holders than that, the share is 1.

    Raises
    ------
    ValueError
        For a negative holding, holders who hold nothing, or ``n`` below 1.

    Examples
    --------
    >>> top_share([40, 30, 20, 10], 2)
    0.7
    """
    n = check.integer("n", n, minimum=1)
    holdings = np.sort(_holdings(amounts))[::-1]
    return float(holdings[:n].sum() / holdings.sum())


def bootstrap_interval(
    amounts: ArrayLike,
    statistic: Callable[[NDArray[np.float64]], float],
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: Literal["BCa", "percentile", "basic"] = "BCa",
    seed: int | np.random.Generator = 0,
) -> tuple[float, float]:
    """Return a bootstrap interval of a concentration measure over holders.

    It answers how the measure would vary if the holders seen were a sample of those there could be; for a complete
    list on one day it is not an error of measurement. With very heavy tails (one holder dominates) it is too short.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Holding of each holder, at least 3 of them.
    statistic : callable
        Holdings to a number, such as :func:`gini`.
    confidence : float
        Level, between 0 and 1.
    resamples : int
        Bootstrap resamples.
    method : {"BCa", "percentile", "basic"}
        As in :func:`scipy.stats.bootstrap`; take "percentile" for counts such as :func:`nakamoto`.
    seed : int or Generator
        Source of randomness.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If fewer than three holders are given, all hold the same (nothing varies), so many hold nothing that a
        resample could have no total, or an option is out of range.
    """
    check.function("statistic", statistic)
    holdings = _holdings(amounts)
    if holdings.size < 3:
        raise ValueError(f"amounts: {holdings.size} value(s) given, at least 3 needed")
    if np.ptp(holdings) == 0:
        raise ValueError("amounts: equal holdings given, holdings that vary needed for a bootstrap")
    confidence = check.number("confidence", confidence, minimum=0, maximum=0.9999, strict=True)
    resamples = check.integer("resamples", resamples, minimum=100, maximum=10_000_000)
    check.one_of("method", method, ("BCa", "percentile", "basic"))
    above = np.count_nonzero(holdings)
    if resamples * (1.0 - above / holdings.size) ** holdings.size > 1e-3:
        raise ValueError(f"amounts: {above} of {holdings.size} above 0 given, more needed: a resample could hold none")
    result = stats.bootstrap(
        (holdings,),
        lambda sample: float(statistic(sample)),  # scipy takes no quantiles of whole numbers
        confidence_level=confidence,
        n_resamples=resamples,
        method=method,
        vectorized=False,
        rng=check.seed("seed", seed),
    ).confidence_interval
    return float(result.low), float(result.high)


def concentration_table(
    amounts: ArrayLike,
    *,
    top: tuple[int, ...] = (1, 10),
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Put the measures of one set of holders side by side, each with its bootstrap interval.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Holding of each holder, at least 3 of them.
    top : tuple of int
        Sizes for which the share of the largest holders is given.
    confidence, resamples, seed
        As in :func:`bootstrap_interval` (percentile intervals, which suit every row).

    Returns
    -------
    DataFrame
        Index ``measure``; ``value``, ``low``, ``high``.

    Raises
    ------
    ValueError
        For an argument that is not as described.
    """
    check.integer("seed", seed)
    check.sequence("top", top)
    for n in top:
        check.integer("top", n, minimum=1)
    measures: Mapping[str, Callable[[Any], float]] = {
        "Herfindahl index": herfindahl,
        "Gini coefficient": gini,
        "Nakamoto coefficient": nakamoto,
        **{f"share of the top {n}": partial(top_share, n=n) for n in top},
    }
    rows = {}
    for name, statistic in measures.items():
        low, high = bootstrap_interval(
            amounts, statistic, confidence=confidence, resamples=resamples, method="percentile", seed=seed
        )
        rows[name] = {"value": float(statistic(amounts)), "low": low, "high": high}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")
