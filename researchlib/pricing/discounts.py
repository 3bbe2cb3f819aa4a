"""Discount of one group of venues against another: same model, same period, with an interval.

Source: the matched-model method of price statistics; the intervals name theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import ArrayLike
from scipy import stats

from researchlib import _validate as check
from researchlib.pricing.comparison import require_columns, venue_prices

__all__ = ["discount", "discount_series", "hac_mean"]


def discount(
    prices: pd.DataFrame,
    *,
    base: str,
    groups: Sequence[str] | None = None,
    by: str = "venue_kind",
    frequency: str = "month",
    cluster: str = "venue",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Average discount of groups of venues against a base group, same model in the same period, with interval.

    The logarithm of each venue's price is regressed on the group with one effect a model and period, over
    the cells where both sides quote; the discount is ``1 - exp(coefficient)``. Standard errors are clustered.
    The interval uses Student's t with as many degrees of freedom as the smaller side has clusters, less one
    (the cautious form of Welch's rule), because few venues stand behind many readings.

    Parameters
    ----------
    prices : DataFrame
        Comparable readings, as `like_for_like` returns them.
    base : str
        The group that the others are compared with.
    groups : sequence of str, optional
        The groups to compare; all others by default.
    by : str
        Column that holds the groups.
    frequency : {"month", "quarter", "year"}
        Length of a period.
    cluster : {"venue", "gpu_model"}
        Column whose values share an error; ``gpu_model`` serves when a group is a single venue.
    confidence : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        A row a group: ``group, base, discount, low, high`` (fractions of the base price), ``cells`` (model and
        period pairs with both sides), ``clusters`` and ``base_clusters``, ``prices`` (venue prices used).

    Raises
    ------
    ValueError
        Unknown column or group, no cell with both sides, or fewer than two clusters on a side.

    Notes
    -----
    Source: Cameron and Miller (2015), "A practitioner's guide to cluster-robust inference", sections II and VI.
    """
    check.number("confidence", confidence, minimum=0, maximum=1, strict=True)
    check.one_of("cluster", cluster, ("venue", "gpu_model"))
    check.frame("prices", prices, ["gpu_model", "venue", check.text("by", by)])
    known = sorted(prices[by].unique())
    check.one_of("base", base, known)
    others = [name for name in known if name != base]
    groups = others if groups is None else groups
    check.sequence("groups", groups)
    for name in groups:
        check.one_of("groups", name, others)
    votes = venue_prices(prices, frequency, ["gpu_model", by])
    return pd.DataFrame([_discount(votes, name, base, by, cluster, confidence) for name in groups])


def _discount(
    votes: pd.DataFrame, group: str, base: str, by: str, cluster: str, confidence: float
) -> dict[str, str | float | int]:
    pair = votes[votes[by].isin([group, base])]
    cell = pair.groupby(["gpu_model", "period"], sort=True).ngroup()
    both = pair[by].groupby(cell).transform("nunique") == 2
    pair, cell = pair[both], cell[both]
    if pair.empty:
        raise ValueError(f"groups: {group!r} given, a group that quotes a model in the same period as {base!r} allowed")
    inside = pair[by] == group
    clusters = [int(pair.loc[side, cluster].nunique()) for side in (inside, ~inside)]
    if min(clusters) < 2:
        raise ValueError(f"cluster: {cluster!r} gives {clusters} clusters for {group!r} and {base!r}, 2 needed each")
    effects = pd.get_dummies(cell, dtype=float).to_numpy()
    design = np.column_stack([inside.to_numpy(dtype=float), effects])
    codes = pair[cluster].astype("category").cat.codes.to_numpy()
    fit = sm.OLS(np.log(pair["price"].to_numpy()), design).fit(cov_type="cluster", cov_kwds={"groups": codes})
    reach = stats.t.ppf(0.5 + confidence / 2, min(clusters) - 1) * fit.bse[0]
    gap = fit.params[0]
    return {
        "group": group,
        "base": base,
        "discount": float(-np.expm1(gap)),
        "low": float(-np.expm1(gap + reach)),
        "high": float(-np.expm1(gap - reach)),
        "cells": int(cell.nunique()),
        "clusters": clusters[0],
        "base_clusters": clusters[1],
        "prices": len(pair),
    }


def discount_series(level: pd.DataFrame, *, group: str, base: str, by: str = "venue_kind") -> pd.DataFrame:
    """Discount of one group against another in each period and model where both have a price level.

    Parameters
    ----------
    level : DataFrame
        As `price_level` returns it, with ``by`` and ``gpu_model`` among its groups.
    group, base : str
        The compared group and the group it is compared with.
    by : str
        Column that holds the groups.

    Returns
    -------
    DataFrame
        ``period, gpu_model, price, base_price`` (USD per GPU-hour) and ``discount`` (fraction of the base price).

    Raises
    ------
    ValueError
        Unknown group or missing column.

    Examples
    --------
    >>> level = pd.DataFrame({"period": ["2024-01-01"] * 2, "gpu_model": ["H100"] * 2,
    ...                       "venue_kind": ["depin", "hyperscaler"], "price": [2.0, 8.0]})
    >>> discount_series(level, group="depin", base="hyperscaler")["discount"].item()
    0.75
    """
    check.instance("level", level, pd.DataFrame)
    check.text("by", by)
    require_columns("level", level, ["period", "gpu_model", by, "price"])
    for name, value in (("group", group), ("base", base)):
        check.one_of(name, value, sorted(level[by].unique()))
    keys = ["period", "gpu_model"]
    ours = level.loc[level[by] == group, [*keys, "price"]]
    theirs = level.loc[level[by] == base, [*keys, "price"]].rename(columns={"price": "base_price"})
    joined = ours.merge(theirs, on=keys, how="inner", validate="one_to_one").sort_values(keys, ignore_index=True)
    return joined.assign(discount=1 - joined["price"] / joined["base_price"])


def hac_mean(values: ArrayLike, *, lags: int = 3, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mean of a time series with an interval that allows for its serial correlation.

    Parameters
    ----------
    values : array_like, shape (n,)
        Evenly spaced observations in time order.
    lags : int
        Newey-West lags.
    confidence : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    tuple of float
        Mean, lower and upper end, in the unit of ``values``.

    Raises
    ------
    ValueError
        Fewer than ``lags + 2`` values, or a value that is not finite.

    Notes
    -----
    Source: Newey and West (1987), "A simple, positive semi-definite, heteroskedasticity and autocorrelation
    consistent covariance matrix".
    """
    check.integer("lags", lags, minimum=0)
    check.number("confidence", confidence, minimum=0, maximum=1, strict=True)
    series = check.array("values", values, min_size=lags + 2)
    fit = sm.OLS(series, np.ones_like(series)).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
    low, high = fit.conf_int(alpha=1 - confidence)[0]
    return float(fit.params[0]), float(low), float(high)
