"""Compare GPU-hour prices like with like: same model, same kind of price, same period, one vote a venue."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import ArrayLike
from scipy import stats

from researchlib import _validate as check

__all__ = ["FREQUENCIES", "discount", "discount_series", "hac_mean", "like_for_like", "price_level", "prices_on"]

FREQUENCIES = {"month": "M", "quarter": "Q", "year": "Y"}
PRICE = "price_usd_per_gpu_hour"


def _columns(name: str, frame: pd.DataFrame, needed: Collection[str]) -> None:
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise ValueError(f"{name}: no column {', '.join(missing)}; columns {', '.join(map(str, frame.columns))} given")


def like_for_like(
    prices: pd.DataFrame,
    aliases: pd.DataFrame,
    *,
    pricing: str = "on_demand",
    models: Sequence[str] | None = None,
    venue_kinds: Sequence[str] | None = None,
    exclude_venues: Sequence[str] = (),
    exclude_notes: Sequence[str] = (),
) -> pd.DataFrame:
    """Keep the prices that are comparable, under one name a GPU model.

    Parameters
    ----------
    prices : DataFrame
        One reading a row: ``date, venue, venue_kind, gpu_model, pricing, price_usd_per_gpu_hour``
        and ``note`` when ``exclude_notes`` is used; USD per GPU-hour.
    aliases : DataFrame
        ``printed_model, gpu_model``: names as price lists print them and the row of the specification table.
        A printed name without a row (empty ``gpu_model``) keeps its own name.
    pricing : str
        The kind of price to keep, such as ``on_demand`` or ``spot``: commitments and interruptible
        capacity are other goods.
    models, venue_kinds : sequence of str, optional
        Keep only these (models by their specification name).
    exclude_venues : sequence of str
        Names to leave out, for instance indices that are no vendor.
    exclude_notes : sequence of str
        Leave out readings whose note contains one of these texts, for instance "GPU component only".

    Returns
    -------
    DataFrame
        The kept readings with ``gpu_model`` unified, the former name in ``printed_model``, sorted by
        model, date and venue.

    Raises
    ------
    ValueError
        A column is missing, a price is not positive, or nothing is left to compare.
    """
    _columns("prices", prices, ["date", "venue", "venue_kind", "gpu_model", "pricing", PRICE])
    _columns("aliases", aliases, ["printed_model", "gpu_model"])
    check.array("prices", prices[PRICE], minimum=0, strict=True)
    check.one_of("pricing", pricing, sorted(prices["pricing"].unique()))
    named = aliases.dropna(subset=["gpu_model"])
    spec_name = dict(zip(named["printed_model"], named["gpu_model"], strict=True))
    spec_name = {printed: name for printed, name in spec_name.items() if name != ""}

    kept = prices[(prices["pricing"] == pricing) & ~prices["venue"].isin(list(exclude_venues))]
    if exclude_notes:
        _columns("prices", prices, ["note"])
        notes = kept["note"].fillna("").astype(str)
        for text in exclude_notes:
            kept = kept[~notes.loc[kept.index].str.contains(text, regex=False)]
    kept = kept.assign(
        date=pd.to_datetime(kept["date"]),
        printed_model=kept["gpu_model"],
        gpu_model=kept["gpu_model"].map(lambda name: spec_name.get(name, name)),
    )
    if models is not None:
        kept = kept[kept["gpu_model"].isin(list(models))]
    if venue_kinds is not None:
        kept = kept[kept["venue_kind"].isin(list(venue_kinds))]
    if kept.empty:
        raise ValueError(f"prices: no {pricing} reading left for models {models!r} and venue kinds {venue_kinds!r}")
    return kept.sort_values(["gpu_model", "date", "venue"], kind="stable").reset_index(drop=True)


def _venue_prices(prices: pd.DataFrame, frequency: str, by: Sequence[str]) -> pd.DataFrame:
    """Median of each venue's readings in each period: one vote a venue, however often it was read."""
    check.one_of("frequency", frequency, FREQUENCIES)
    _columns("prices", prices, ["date", "venue", PRICE, *by])
    check.array("prices", prices[PRICE], minimum=0, strict=True)
    period = pd.to_datetime(prices["date"]).dt.to_period(FREQUENCIES[frequency]).dt.to_timestamp()
    keys = list(dict.fromkeys(["period", *by, "venue"]))
    grouped = prices.assign(period=period).groupby(keys, sort=True)[PRICE]
    return grouped.agg(price="median", readings="size").reset_index()


def price_level(
    prices: pd.DataFrame, *, frequency: str = "month", by: Sequence[str] = ("gpu_model", "venue_kind")
) -> pd.DataFrame:
    """Price of a GPU-hour by period and group: the median over venues, each venue counted once.

    Parameters
    ----------
    prices : DataFrame
        Comparable readings, as `like_for_like` returns them.
    frequency : {"month", "quarter", "year"}
        Length of a period.
    by : sequence of str
        Columns that define a group.

    Returns
    -------
    DataFrame
        A row a period and group: ``period`` (its first day), the group, ``price``, ``low`` and ``high``
        (median, cheapest and dearest venue; USD per GPU-hour), ``venues`` and ``readings`` (counts).
        The panel of venues changes: read ``venues`` before reading a move.

    Raises
    ------
    ValueError
        Unknown frequency, missing column or a price that is not positive.
    """
    votes = _venue_prices(prices, frequency, by).groupby(["period", *by], sort=True)
    level = votes.agg(
        price=("price", "median"),
        low=("price", "min"),
        high=("price", "max"),
        venues=("price", "size"),
        readings=("readings", "sum"),
    )
    return level.reset_index()


def prices_on(prices: pd.DataFrame, date: str, *, window_days: int = 92) -> pd.DataFrame:
    """Last price of every venue and model that was read on a date or in the days before it.

    Parameters
    ----------
    prices : DataFrame
        Comparable readings, as `like_for_like` returns them.
    date : str
        ISO date.
    window_days : int
        Age in days beyond which a reading no longer speaks for the date.

    Returns
    -------
    DataFrame
        One reading a venue and model (the median where a venue was read several times that day), with
        ``age_days``.

    Raises
    ------
    ValueError
        The window is negative or holds no reading.
    """
    check.integer("window_days", window_days, minimum=0)
    day = pd.Timestamp(date)
    dates = pd.to_datetime(prices["date"])
    recent = prices.assign(date=dates)[(dates <= day) & (dates >= day - pd.Timedelta(days=window_days))]
    if recent.empty:
        raise ValueError(f"date: {date!r} given, a date with a reading in the {window_days} days before it allowed")
    keys = ["gpu_model", "venue_kind", "venue"]
    last = recent[recent["date"] == recent.groupby(keys)["date"].transform("max")]
    result = last.groupby([*keys, "date"], sort=True)[PRICE].median().reset_index()
    return result.assign(age_days=(day - result["date"]).dt.days)


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
    cluster : str
        Column whose values share an error: ``venue``, or ``gpu_model`` when a group is a single venue.
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
        Unknown group, no cell with both sides, or fewer than two clusters on a side.

    Notes
    -----
    Source: Cameron and Miller (2015), "A practitioner's guide to cluster-robust inference", sections II and VI.
    """
    check.number("confidence", confidence, minimum=0, maximum=1, strict=True)
    _columns("prices", prices, [by, cluster, "gpu_model", "venue"])
    known = sorted(prices[by].unique())
    check.one_of("base", base, known)
    groups = [name for name in known if name != base] if groups is None else list(groups)
    for name in groups:
        check.one_of("groups", name, [other for other in known if other != base])
    votes = _venue_prices(prices, frequency, ["gpu_model", by])
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
    _columns("level", level, ["period", "gpu_model", by, "price"])
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
