"""Discount of one group of venues against another: same model, same period, with an interval.

Source: the matched-model method of price statistics; for the intervals Cameron and Miller, A practitioner's guide to
cluster-robust inference, 2015, sections II and VI, and Rosenbaum, Observational Studies, 2002, section 2.6.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from researchlib import _validate as check
from researchlib.bounds import Amount, Positive, checked, integer, number, rule
from researchlib.pricing.comparison import Frequency, _readings, venue_prices

__all__ = ["discount", "interval_coverage", "without_each"]

Interval = Literal["cluster", "randomised"]
#: Most relabellings tried; where there are fewer ways to deal the labels, all of them are.
RELABELLINGS = 1_999
Floats = NDArray[np.float64]


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
    interval: Interval = "cluster",
) -> pd.DataFrame:
    """Average discount of groups of venues against a base group, same model in the same period, with interval.

    The logarithm of each venue's price is regressed on the group with one effect a model and period, over
    the cells where both sides quote; the discount is ``1 - exp(coefficient)``.

    ``interval`` is ``cluster`` (standard errors clustered, Student's t with as many degrees of freedom as the smaller
    side has clusters, less one: the cautious form of Welch's rule) or ``randomised``: the gaps that are not refuted
    when the clusters' labels are dealt anew, which needs no large number of venues and holds if their own effects are
    alike on both sides. Where the labels can be dealt in too few ways to refute any gap, low and high are NaN.

    ``prices`` are comparable readings, as `researchlib.pricing.comparison.like_for_like` returns them; ``by`` is their
    column of the groups, of which ``groups`` (all others by default) are compared with ``base``; the values of
    ``cluster`` share an error, and ``gpu_model`` serves when a group is a single venue; ``frequency`` is the
    length of a period, ``confidence`` the coverage of the interval, between 0 and 1.

    A row a group: ``group, base, discount, low, high`` (fractions of the base price), ``cells`` (model and period pairs
    with both sides), ``clusters`` and ``base_clusters``, ``prices`` (venue prices used).

    Raises ValueError for an unknown column or group, no cell with both sides, or, for errors that are clustered, fewer
    than two clusters on a side.
    """
    check.frame("prices", prices, [by])
    known = sorted(prices[by].unique())
    check.one_of("base", base, known)
    others = [name for name in known if name != base]
    for name in groups or ():
        check.one_of("groups", name, others)
    votes = venue_prices(prices, frequency, ["gpu_model", by])
    compared = others if groups is None else groups
    return pd.DataFrame([_discount(votes, name, base, by, cluster, confidence, interval) for name in compared])


def _votes_of(prices: pd.DataFrame, group: str, base: str, by: str, frequency: Frequency) -> pd.DataFrame:
    """Return the votes of the venues, refusing a column or a side that the prices do not have."""
    check.frame("prices", prices, [by])
    for name, value in (("base", base), ("group", group)):
        check.one_of(name, value, sorted(prices[by].unique()))
    return venue_prices(prices, frequency, ["gpu_model", by])


def _pair(votes: pd.DataFrame, group: str, base: str, by: str) -> tuple[pd.DataFrame, pd.Series]:
    """Return the votes of cells where both sides quote, and the number of each one's cell."""
    pair = votes[votes[by].isin([group, base])]
    cell = pair.groupby(["gpu_model", "period"], sort=True).ngroup()
    both = pair[by].groupby(cell).transform("nunique") == 2
    return pair[both], cell[both]


def _discount(
    votes: pd.DataFrame, group: str, base: str, by: str, cluster: str, confidence: float, interval: Interval
) -> dict[str, str | float | int]:
    pair, cell = _pair(votes, group, base, by)
    if pair.empty:
        raise ValueError(f"groups: {group!r} given, a group that quotes a model in the same period as {base!r} allowed")
    inside = pair[by] == group
    clusters = [int(pair.loc[side, cluster].nunique()) for side in (inside, ~inside)]
    codes = pair[cluster].astype("category").cat.codes.to_numpy()
    logs = np.log(pair["price"].to_numpy())
    if interval == "randomised":
        gap, low, high = _randomised(logs, inside.to_numpy(), cell.to_numpy(), codes, 1 - confidence)
    else:
        if min(clusters) < 2:
            raise ValueError(
                f"cluster: {cluster!r} gives {clusters} clusters for {group!r} and {base!r}, 2 needed each"
            )
        effects = pd.get_dummies(cell, dtype=float).to_numpy()
        design = np.column_stack([inside.to_numpy(dtype=float), effects])
        fit = sm.OLS(logs, design).fit(cov_type="cluster", cov_kwds={"groups": codes})
        gap, reach = fit.params[0], stats.t.ppf(0.5 + confidence / 2, min(clusters) - 1) * fit.bse[0]
        low, high = gap - reach, gap + reach
    return {
        "group": group,
        "base": base,
        "discount": float(-np.expm1(gap)),
        "low": float(-np.expm1(high)),
        "high": float(-np.expm1(low)),
        "cells": int(cell.nunique()),
        "clusters": clusters[0],
        "base_clusters": clusters[1],
        "prices": len(pair),
    }


def _within(values: Floats, cell: NDArray[np.integer[Any]]) -> Floats:
    """Return rows less the mean of their cell."""
    frame = pd.DataFrame(values)
    less: Floats = (frame - frame.groupby(cell).transform("mean")).to_numpy()
    return less


def _randomised(
    logs: Floats,
    inside: NDArray[np.bool_],
    cell: NDArray[np.integer[Any]],
    codes: NDArray[np.integer[Any]],
    alpha: float,
) -> tuple[float, float, float]:
    """Return the gap of the logs and the ends of the gaps that dealing the clusters' labels anew does not refute.

    With the gap taken out, a label says nothing: the coefficient of labels dealt anew is then as large as the one that
    is left in a share of the deals, and a gap is refuted where that share is ``alpha`` or less.
    """
    centred, label, deals, weight = _deals(inside, cell, codes)
    products, towards = centred.T @ centred, centred.T @ _within(logs[:, None], cell)[:, 0]
    gap = float(towards @ label / (label @ products @ label))
    slopes, shifts = deals @ towards / weight, deals @ products @ label / weight
    grid = gap + np.linspace(-4, 4, 4_001)
    share = np.zeros(grid.size)
    for slope, shift in zip(slopes, shifts, strict=True):
        share += np.abs(slope - grid * shift) >= np.abs(gap - grid) * (1 - 1e-9)
    kept = grid[share / slopes.size > alpha]
    if kept[0] == grid[0] or kept[-1] == grid[-1]:
        return gap, math.nan, math.nan
    return gap, float(kept[0]), float(kept[-1])


def _deals(
    inside: NDArray[np.bool_], cell: NDArray[np.integer[Any]], codes: NDArray[np.integer[Any]]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return membership of clusters less its mean in a cell, their labels, those labels dealt anew, and their weight.

    Labels that split no cell say nothing and are left out.
    """
    count = int(codes.max()) + 1
    centred = _within((codes[:, None] == np.arange(count)).astype(float), cell)
    label = np.array([inside[codes == each].any() for each in range(count)], dtype=float)
    inner = int(label.sum())
    if math.comb(count, inner) <= RELABELLINGS:
        deals = np.zeros((math.comb(count, inner), count))
        for row, chosen in enumerate(itertools.combinations(range(count), inner)):
            deals[row, list(chosen)] = 1
    else:
        rng = np.random.default_rng(0)
        deals = np.vstack([label, *(rng.permutation(label) for _ in range(RELABELLINGS))])
    weight = ((deals @ (centred.T @ centred)) * deals).sum(axis=1)
    return centred, label, deals[weight > 1e-9], weight[weight > 1e-9]


@checked
def interval_coverage(
    prices: Annotated[pd.DataFrame, rule(_readings, columns=["gpu_model"])],
    *,
    base: str,
    group: str,
    by: str = "venue_kind",
    frequency: Frequency = "month",
    confidence: Annotated[float, number(minimum=0, maximum=1, strict=True)] = 0.95,
    spread: Amount = 0.4,
    base_spread: Amount = 0.4,
    noise: Positive = 0.15,
    draws: Annotated[int, integer(minimum=1, maximum=100_000)] = 2_000,
    seed: Annotated[int | np.random.Generator, rule(check.seed)] = 0,
) -> dict[str, float]:
    """Simulate how often each interval of `discount` holds the truth on the venues, models and periods of ``prices``.

    Venues of the ``group`` and of ``base`` have effects of their own, normal in logs with standard deviations
    ``spread`` and ``base_spread``, and every price an error of standard deviation ``noise``. ``by``, ``frequency`` and
    ``confidence`` are as in `discount`; so many ``draws`` follow from ``seed``.

    Returns the share of draws whose interval holds the true gap: ``cluster`` and ``randomised``, NaN where no interval
    of that kind can be made.

    Raises ValueError for an unknown column or group, or no cell with both sides.
    """
    pair, cells = _pair(_votes_of(prices, group, base, by, frequency), group, base, by)
    if pair.empty:
        raise ValueError(f"group: {group!r} given, a group that quotes a model in the same period as {base!r} allowed")
    inside, cell = (pair[by] == group).to_numpy(), cells.to_numpy()
    codes = pair["venue"].astype("category").cat.codes.to_numpy()
    centred, label, deals, weight = _deals(inside, cell, codes)
    rng = np.random.default_rng(seed)
    effects = rng.normal(0, np.where(label > 0, spread, base_spread)[:, None], (label.size, draws))
    logs = _within(effects[codes] + rng.normal(0, noise, (codes.size, draws)), cell)
    towards, split = centred.T @ logs, centred @ label
    gap = split @ logs / (split @ split)
    ways = np.abs(deals @ towards / weight[:, None])
    held = (ways >= np.abs(gap) * (1 - 1e-9)).mean(axis=0) > 1 - confidence
    fewest, room = int(min(label.sum(), (1 - label).sum())), codes.size - 1 - len(np.unique(cell))
    errors = np.full(draws, np.nan)
    if fewest > 1 and room > 0:
        sums = np.zeros((label.size, draws))
        np.add.at(sums, codes, split[:, None] * (logs - split[:, None] * gap))
        small = label.size / (label.size - 1) * (codes.size - 1) / room
        errors = np.sqrt((sums**2).sum(axis=0) * small) / (split @ split)
    reach = stats.t.ppf(0.5 + confidence / 2, max(fewest - 1, 1)) * errors
    return {
        "cluster": float((np.abs(gap) <= reach).mean()) if not np.isnan(errors).any() else math.nan,
        # no draw refuted: the labels can be dealt in too few ways
        "randomised": float(held.mean()) if not held.all() else math.nan,
    }


@checked
def without_each(
    prices: Annotated[pd.DataFrame, rule(_readings, columns=["gpu_model"])],
    *,
    base: str,
    group: str,
    by: str = "venue_kind",
    frequency: Frequency = "month",
) -> pd.DataFrame:
    """Leave each venue out in turn: the discount of a ``group`` against ``base`` by who is missing.

    ``prices``, ``by`` and ``frequency`` as in `discount`. A row a venue of the comparison: ``left_out``, ``side`` (its
    group) and ``discount`` without it, NaN where no model is then quoted on both sides.

    Raises ValueError for an unknown column or group.
    """
    votes = _votes_of(prices, group, base, by, frequency)
    pair, _ = _pair(votes, group, base, by)
    rows = []
    for venue, side in pair[["venue", by]].drop_duplicates().sort_values([by, "venue"]).itertuples(index=False):
        left, cell = _pair(votes[votes["venue"] != venue], group, base, by)
        if left.empty:
            rows.append((venue, side, math.nan))
            continue
        both = np.column_stack([left[by] == group, np.log(left["price"])]).astype(float)
        inside, logs = _within(both, cell.to_numpy()).T
        rows.append((venue, side, float(-np.expm1(inside @ logs / (inside @ inside)))))
    return pd.DataFrame(rows, columns=["left_out", "side", "discount"])
