"""Discount of one group of venues against another: same model, same period, with an interval.

Source: the matched-model method of price statistics; Cameron and Miller, A practitioner's guide to cluster-robust
inference, 2015, sections II and VI, for the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from researchlib import _validate as check
from researchlib.bounds import checked, number, rule
from researchlib.pricing.comparison import Frequency, _readings, venue_prices

__all__ = ["discount"]


@checked
def discount(
    prices: Annotated[pd.DataFrame, rule(_readings, columns=["gpu_model"])],
    *,
    base: str,
    groups: Sequence[str] | None = None,
    by: str = "venue_kind",
    frequency: Frequency = "month",
    cluster: Literal["venue", "gpu_model"] = "venue",
    confidence: Annotated[float, number(minimum=0, maximum=1, strict=True)] = 0.95,
) -> pd.DataFrame:
    """Average discount of groups of venues against a base group, same model in the same period, with interval.

    The logarithm of each venue's price is regressed on the group with one effect a model and period, over
    the cells where both sides quote; the discount is ``1 - exp(coefficient)``. Standard errors are clustered.
    The interval uses Student's t with as many degrees of freedom as the smaller side has clusters, less one
    (the cautious form of Welch's rule), because few venues stand behind many readings.

    ``prices`` are comparable readings, as `researchlib.pricing.comparison.like_for_like` returns them; ``by`` is their
    column of the groups, of which ``groups`` (all others by default) are compared with ``base``; the values of
    ``cluster`` share an error, and ``gpu_model`` serves when a group is a single venue; ``frequency`` is the
    length of a period, ``confidence`` the coverage of the interval, between 0 and 1.

    A row a group: ``group, base, discount, low, high`` (fractions of the base price), ``cells`` (model and period pairs
    with both sides), ``clusters`` and ``base_clusters``, ``prices`` (venue prices used).

    Raises ValueError for an unknown column or group, no cell with both sides, or fewer than two clusters on a side.
    """
    check.frame("prices", prices, [by])
    known = sorted(prices[by].unique())
    check.one_of("base", base, known)
    others = [name for name in known if name != base]
    for name in groups or ():
        check.one_of("groups", name, others)
    votes = venue_prices(prices, frequency, ["gpu_model", by])
    compared = others if groups is None else groups
    return pd.DataFrame([_discount(votes, name, base, by, cluster, confidence) for name in compared])


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
