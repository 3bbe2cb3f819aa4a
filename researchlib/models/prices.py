"""Prices of GPU-hours by quarter as they stood: market prices as read, list prices until they were read again.

A hyperscaler or neocloud that nobody read in a quarter still asked what its list last said; an offer on a network or a
marketplace is of its day. What a kind of venue asks, how it moved, and where one venue stands among the others follows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.pricing import comparison, discounts, hedonic

__all__ = [
    "BASES", "CARRIED", "HEADERS", "KINDS", "NETWORKS", "PLACED", "SAYS_LESS", "as_readings", "by_model", "by_quarter",
    "chained", "comparable", "coverage", "discounts_by_quarter", "hedonic_fit", "hedonic_terms", "left_out", "levels",
    "networks", "own_change", "placed", "set_against",
]  # fmt: skip

NETWORKS = "depin"
KINDS = {
    "hyperscaler": "hyperscalers", "neocloud": "neoclouds", "marketplace": "marketplaces", NETWORKS: "networks"
}  # fmt: skip
BASES = ("hyperscaler", "neocloud", "marketplace")
#: Kinds of venue that publish a list, which stands until it is changed.
CARRIED = ("hyperscaler", "neocloud")
#: Prices of a bare GPU, whose processor and memory are billed apart.
SAYS_LESS = ("GPU component only",)
#: Columns of `set_against` and of `placed` in words.
HEADERS = {
    "base": "against", "discount": "less by", "cells": "models and quarters", "clusters": "networks",
    "base_clusters": "others", "least": "least without one venue", "most": "most without one venue",
    "held": "simulated coverage",
}  # fmt: skip
PLACED = {
    "gpu_model": "model", "pricing": "kind of price", "date": "read", "price": "USD per GPU-hour",
    "median": "median of the others", "others": "n, others", "cheaper": "others that are cheaper",
}  # fmt: skip
_COLUMNS = ["period", "gpu_model", "venue_kind", "venue", "price", "readings", "read", "age_days"]


def comparable(pricing: str, *, low_confidence: bool = False) -> pd.DataFrame:
    """Return all readings of one kind of price under one name a model: no indices, no bare GPUs, no doubtful ones."""
    return comparison.like_for_like(
        data.current("gpu_prices"),
        data.load("gpu_aliases"),
        pricing=pricing,
        exclude_notes=SAYS_LESS,
        low_confidence=low_confidence,
    )


def by_quarter(readings: pd.DataFrame, since: str, until: str, carried_days: int) -> pd.DataFrame:
    """Return what each venue asked for each model in the quarters from one day to another, as known on the last.

    The price is the median of the quarter's readings. A list price not read in a quarter is the last one read, if that
    was at most ``carried_days`` before the quarter's end. A row a quarter, venue and model: ``period`` (first day),
    ``gpu_model``, ``venue_kind``, ``venue``, ``price`` (USD an hour), ``readings`` (0 if carried), ``read`` (day of the
    last reading) and ``age_days`` (its age at the quarter's end, 0 if read in it).
    """
    known = readings[readings["date"] <= until]
    if known.empty or since > until:
        return pd.DataFrame(columns=_COLUMNS).astype({"period": "datetime64[ns]", "price": float, "venue": str})
    quarter = known["date"].dt.to_period("Q")
    keys = ["gpu_model", "venue_kind", "venue"]
    own = known.groupby([quarter.rename("quarter"), *keys])
    read = own.agg(price=(comparison.PRICE, "median"), readings=("date", "size"), read=("date", "max")).reset_index()
    quarters = pd.period_range(quarter.min(), pd.Period(until, "Q"), name="quarter")
    lists = read[read["venue_kind"].isin(CARRIED)]
    grid = quarters.to_frame(index=False).merge(lists[keys].drop_duplicates(), how="cross")
    full = grid.merge(lists, on=["quarter", *keys], how="left").sort_values([*keys, "quarter"])
    full[["price", "read"]] = full.groupby(keys)[["price", "read"]].ffill()
    full["readings"] = full["readings"].fillna(0)
    full = pd.concat([full, read[~read["venue_kind"].isin(CARRIED)]], ignore_index=True).dropna(subset="price")
    end = full["quarter"].dt.end_time.dt.normalize().clip(upper=pd.Timestamp(until))
    full["age_days"] = (end - full["read"]).dt.days.where(full["readings"] == 0, 0)
    full["period"] = full["quarter"].dt.start_time
    inside = (full["quarter"] >= pd.Period(since, "Q")) & (full["age_days"] <= carried_days)
    # a quarter that began before the first day counts with what was read from that day on
    inside &= (full["readings"] == 0) | (full["read"] >= since)
    return full.loc[inside, _COLUMNS].sort_values(["period", *keys]).reset_index(drop=True)


def as_readings(panel: pd.DataFrame) -> pd.DataFrame:
    """Return a panel of `by_quarter` as readings, one a venue, model and quarter, as the methods of comparison want."""
    return panel.rename(columns={"price": comparison.PRICE, "period": "date"})


def levels(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the median over venues by quarter, model and kind, with its range, venues, and the carried among them."""
    groups = panel.groupby(["period", "gpu_model", "venue_kind"])
    level = groups.agg(
        price=("price", "median"), low=("price", "min"), high=("price", "max"), venues=("venue", "nunique"),
        carried=("readings", lambda count: int((count == 0).sum())), oldest_days=("age_days", "max"),
    )  # fmt: skip
    return level.reset_index()


def set_against(panel: pd.DataFrame, confidence: float, spread: float | None = None) -> pd.DataFrame:
    """Return the networks' discount against each other kind of venue, a row a kind with a model quoted on both sides.

    Columns as of `researchlib.pricing.discounts.discount`, its interval by randomisation (NaN where the venues are too
    few for one); ``least`` and ``most``, the discount without the one venue that moves it down or up most (NaN where a
    side is a single venue); and ``held``, the `coverage` of the interval for venues' effects of this ``spread``, if
    one is given.
    """
    rows = []
    for base in BASES:
        sides = _both_sides(panel, base)
        if sides.empty:
            continue
        found = discounts.discount(
            sides, base=base, groups=[NETWORKS], frequency="quarter", confidence=confidence, interval="randomised"
        )
        left = discounts.without_each(sides, base=base, group=NETWORKS, frequency="quarter")["discount"]
        held = {} if spread is None else {"held": coverage(panel, base, confidence, spread)}
        rows.append(found.assign(least=left.min(), most=left.max(), **held))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["base"])


def _both_sides(panel: pd.DataFrame, base: str) -> pd.DataFrame:
    """Return the readings of networks and one other kind of venue in quarters in which both quote a model."""
    sides = as_readings(panel[panel["venue_kind"].isin([NETWORKS, base])])
    return sides[sides.groupby(["date", "gpu_model"])["venue_kind"].transform("nunique") == 2]


def networks(panel: pd.DataFrame) -> pd.Series:
    """Return the number of prices of each network that enters `set_against`, the most first."""
    both = pd.concat([_both_sides(panel, base) for base in BASES])
    used = both[both["venue_kind"] == NETWORKS].drop_duplicates(["date", "gpu_model", "venue"])
    counts: pd.Series = used["venue"].value_counts()
    return counts


def left_out(panel: pd.DataFrame, overall: pd.DataFrame) -> pd.DataFrame:
    """Return the discount with each venue left out in turn: ``base``, ``left_out``, ``side``, ``discount``, ``all``."""
    parts = []
    for base, share in zip(overall["base"], overall.get("discount", ()), strict=True):
        left = discounts.without_each(_both_sides(panel, base), base=base, group=NETWORKS, frequency="quarter")
        parts.append(left.assign(base=base, all=share))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def coverage(panel: pd.DataFrame, base: str, confidence: float, spread: float) -> float:
    """Return how often the interval of `set_against` holds the truth in simulation, NaN where there is no interval.

    ``spread`` is that of venues' own effects, logs.
    """
    held = discounts.interval_coverage(
        _both_sides(panel, base), base=base, group=NETWORKS, frequency="quarter", confidence=confidence,
        spread=spread, base_spread=spread, draws=2_000, seed=1,
    )  # fmt: skip
    return held["randomised"]


def discounts_by_quarter(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the point of `set_against` quarter by quarter: ``period``, ``base``, ``discount``, cells and venues."""
    parts = [set_against(part, 0.95).assign(period=period) for period, part in panel.groupby("period")]
    kept = [part for part in parts if len(part)]
    columns = ["period", "base", "discount", "cells", "clusters", "base_clusters"]
    return pd.concat(kept, ignore_index=True)[columns] if kept else pd.DataFrame(columns=columns)


def chained(panel: pd.DataFrame) -> pd.DataFrame:
    """Return a matched-model index by kind of venue, 1 in its first quarter: what the same offers cost.

    Each link is the geometric mean of the price ratios of venues' models quoted in both quarters. A row a kind and
    quarter: ``period``, ``venue_kind``, ``index``, ``matched`` (offers in the link, 0 for the first).
    """
    rows = []
    for kind, of_kind in panel.groupby("venue_kind"):
        table = of_kind.pivot_table(index="period", columns=["venue", "gpu_model"], values="price")
        level = 1.0
        rows.append((table.index[0], kind, level, 0))
        for before, now in zip(table.index[:-1], table.index[1:], strict=True):
            ratios = (table.loc[now] / table.loc[before]).dropna()
            if ratios.empty or (now.to_period("Q") - before.to_period("Q")).n > 1:
                break  # nothing links the later quarters to the first
            level *= _geometric_mean(ratios)
            rows.append((now, kind, level, len(ratios)))
    return pd.DataFrame(rows, columns=["period", "venue_kind", "index", "matched"])


def own_change(panel: pd.DataFrame) -> pd.DataFrame:
    """Return how each network moved its own prices between the first and the last quarter in which it was read.

    A row a network with models quoted in both: ``first``, ``last`` (quarters), ``change`` (geometric mean over them,
    as a fraction) and ``models``.
    """
    rows = {}
    for venue, own in panel[panel["venue_kind"] == NETWORKS].groupby("venue"):
        table = own.pivot_table(index="period", columns="gpu_model", values="price")
        ratios = (table.iloc[-1] / table.iloc[0]).dropna()
        if len(table) > 1 and len(ratios):
            rows[venue] = (
                *(str(pd.Period(table.index[end], "Q")) for end in (0, -1)),
                _geometric_mean(ratios) - 1,
                len(ratios),
            )
    return pd.DataFrame.from_dict(rows, orient="index", columns=["first", "last", "change", "models"])


def _geometric_mean(ratios: pd.Series) -> float:
    # an offer counts once, however its price is written
    return float(np.exp(np.log(ratios.to_numpy(dtype=float)).mean()))


def by_model(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the networks' discount against the median neocloud by model, and by their most and least expensive.

    Each venue counts with its median over the quarters in which both sides quote the model. Columns ``discount``,
    ``low`` and ``high``, ``venues`` and ``others``.
    """
    both = _both_sides(panel, "neocloud")
    votes = both.groupby(["gpu_model", "venue_kind", "venue"])[comparison.PRICE].median()
    side = votes.groupby(["gpu_model", "venue_kind"]).agg(["median", "min", "max", "size"]).unstack()
    if both.empty:
        return pd.DataFrame(columns=["discount", "low", "high", "venues", "others"])
    base = side["median", "neocloud"]
    gaps = {
        name: 1 - side[of, NETWORKS] / base for name, of in (("discount", "median"), ("low", "max"), ("high", "min"))
    }
    counts = {"venues": side["size", NETWORKS].astype(int), "others": side["size", "neocloud"].astype(int)}
    return pd.DataFrame(gaps | counts).rename_axis(None)


def hedonic_fit(panel: pd.DataFrame, confidence: float) -> tuple[hedonic.Hedonic | None, str]:
    """Return the hedonic regression of a panel, or none and why: too few models or attributes that run together."""
    if panel.empty:
        return None, "no price in the window"
    try:
        return hedonic.hedonic_regression(as_readings(panel), data.load("gpu_specs"), confidence=confidence), ""
    except ValueError as error:
        return None, str(error).partition(": ")[2]


def hedonic_terms(fit: hedonic.Hedonic) -> pd.DataFrame:
    """Return the coefficients of a hedonic regression in words: attributes, kinds of venue, quarters."""
    words = {
        "memory_gib": "memory",
        "memory_bandwidth_gb_s": "memory bandwidth",
        "fp16_tensor_tflops": "FP16 throughput",
    }
    named = {term: f"{text}, per cent a per cent" for term, text in words.items()}
    for term in fit.coefficients.index:
        if term.startswith("venue_kind_"):
            named[term] = f"{KINDS[term.removeprefix('venue_kind_')]}, log gap"
        elif term.startswith("period_"):
            named[term] = f"quarter {pd.Period(term.removeprefix('period_'), 'Q')}, log gap to {_quarter(fit)}"
    return fit.coefficients.loc[list(named)].rename(named)


def _quarter(fit: hedonic.Hedonic) -> str:
    return str(pd.Period(fit.bases["period"], "Q"))


def placed(venue: str, until: str, window_days: int, *, low_confidence: bool = False) -> pd.DataFrame:
    """Place a venue among all others that were read near a day: a row a model and kind of price.

    Each venue counts with its last reading in the ``window_days`` before the day. Columns ``gpu_model``, ``pricing``,
    ``date`` (of the venue's own reading), ``price``, ``median`` (of the others), ``others`` (their number) and
    ``cheaper`` (share of them that asks less; a tie counts half).
    """
    rows = []
    for pricing in sorted(data.current("gpu_prices")["pricing"].unique()):
        try:
            readings = comparable(pricing, low_confidence=low_confidence)
        except ValueError:  # none but doubtful ones or indices
            continue
        recent = readings[readings["date"].between(pd.Timestamp(until) - pd.Timedelta(days=window_days), until)]
        if venue not in set(recent["venue"]):
            continue
        last = comparison.prices_on(recent, pd.Timestamp(until), window_days=window_days)
        for row in last[last["venue"] == venue].itertuples():
            others = last.loc[(last["gpu_model"] == row.gpu_model) & (last["venue"] != venue), comparison.PRICE]
            price = float(getattr(row, comparison.PRICE))
            below = float(((others < price) + (others == price) / 2).mean()) if len(others) else float("nan")
            rows.append((row.gpu_model, pricing, row.date, price, others.median(), len(others), below))
    return pd.DataFrame(rows, columns=["gpu_model", "pricing", "date", "price", "median", "others", "cheaper"])
