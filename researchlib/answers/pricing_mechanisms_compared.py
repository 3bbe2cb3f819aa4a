"""Auction, tariff and cluster order: who serves most, who gains most, and at what posted price the order turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["MEASURES", "THREE", "answer", "apart", "by_bidders", "by_load", "by_posted", "factor", "lead", "leading"]

NAMES = {"auction": "the auction", "tariff": "the tariff", "cluster": "the cluster order"}
NAMES |= {"strategic": "the auction with theory's bids"}
THREE = ("auction", "tariff", "cluster")
#: Columns of `researchlib.models.markets.compare` in words.
MEASURES = {
    "work_served": "work served",
    "lowest_worth": "of the fifth worth least",
    "eight_gpus": "of eight-GPU jobs",
    "price": "USD a GPU-hour",
    "wait": "mean wait, hours",
    "tenants": "tenants' gain",
    "others": "providers' and network's",
    "gain": "everybody's gain",
}


def lead(names: Sequence[str], does: str) -> str:
    """Say which mechanism leads, or that several cannot be told apart; the first has the highest mean."""
    if len(names) == 1:
        return f"{NAMES[names[0]]} {does}"
    return f"{words.listed([NAMES[name] for name in names])} cannot be told apart in who {does}"


def leading(tenants: Sequence[str], everybody: Sequence[str]) -> str:
    """Say who leaves tenants most and who gains most in all."""
    said = f"{lead(tenants, 'leaves tenants most')}; {lead(everybody, 'gains most in all')}."
    return said[0].upper() + said[1:]


def answer(found: Found) -> Answer:
    """Say who serves most and leaves tenants most, and what theory's bids, overload and the rules change."""
    work, tenants, theory, everybody, crowded = (
        str(found[f"most_{name}"]).split(" ") for name in ("work", "tenants", "tenants_theory", "gain", "gain_overload")
    )
    if work == tenants and len(work) == 1:
        said = f"{NAMES[work[0]]} serves most work ({found[f'work_served_{work[0]}']}) and leaves tenants most"
    else:
        said = f"{lead(work, 'serves most work')}, and {lead(tenants, 'leaves tenants most')}"
    at = f"At a load of {found['load']} and a posted price of {found['posted']}"
    sentence = f"{at}, {said}, if providers bid their cost."
    served = ", ".join(f"{NAMES[name]} {found[f'work_served_{name}']}" for name in THREE)
    gained = ", ".join(f"{NAMES[name]} {found[f'tenants_{name}']}" for name in THREE)
    price = f" The auction's price is {found['price_auction']} a GPU-hour." if "price_auction" in found else ""
    wait = f" The tariff makes its jobs wait {found['wait_tariff']} on average." if "wait_tariff" in found else ""
    bullets = (
        f"Work served: {served}.{price}{wait}",
        f"Tenants' gain in USD for each GPU-hour wanted: {gained}. With the bids of auction theory it is "
        f"{found['tenants_strategic']}: {lead(theory, 'leaves tenants most')}.",
        f"In all, providers and network included, {lead(everybody, 'gains most')}; at a load of {found['overload']} "
        f"{lead(crowded, 'gains most')}.",
        _turning(found),
        _large(found),
    )
    return Answer(sentence, bullets)


def _turning(found: Found) -> str:
    parts = []
    for name in ("tariff", "cluster"):
        at = f"turns at {found[f'turn_{name}']}" if f"turn_{name}" in found else "turns at no price tried"
        parts.append(f"against {NAMES[name]} it is {found[f'lead_overload_{name}']} USD and {at}")
    return f"That order hangs on the posted price. The auction's lead at {found['overload']}: {'; '.join(parts)}."


def _large(found: Found) -> str:
    if "eight_gpus_auction" not in found:
        return "Jobs of eight GPUs: not known, too few were wanted."
    return (
        f"Of the work of eight-GPU jobs the auction serves {found['eight_gpus_auction']}. Over all mixes of rules, "
        f"splitting jobs over providers moves that by {found['effect_split_eight']}, letting them wait by "
        f"{found['effect_queue_eight']}, and a posted price by {found['effect_posted_eight']}."
    )


def apart(spread: Mapping[Any, float], form: str) -> str:
    """Write a paired difference with its interval, and say when zero lies within it."""
    told = "" if spread["low"] > 0 or spread["high"] < 0 else ", not told apart from none"
    sign = "{:+" + form.partition("{:")[2]
    low, high = (form.format(spread[end]) for end in ("low", "high"))
    return f"{sign.format(spread['value'])} [{low}, {high}]{told}"


def factor(effects: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Say of each factor, in words, how it moves the work served of eight-GPU jobs; percentage points."""
    points = (pd.DataFrame(effects.xs("eight_gpus", level="measure")) * 100).to_dict("index")
    if any(pd.isna(each["value"]) for each in points.values()):
        return "Jobs of eight GPUs: not known, too few were wanted."
    said = [f"{text} {apart(points[name], '{:.0f}')}" for name, text in names.items()]
    return f"Work served of eight-GPU jobs, percentage points: {'; '.join(said)}."


def by_load(prices: pd.Series, waits: pd.Series) -> str:
    """Say what a rising load does to the price of the auction and to the tariff's wait, in hours by load."""
    paid, waited = prices.dropna(), waits.dropna()
    if paid.empty:
        return "The auction serves nobody: all bids are above what the jobs are worth."
    text = f"The auction's price goes from {paid.iloc[0]:.2f} to {paid.iloc[-1]:.2f} USD as load grows"
    return text + (f", the tariff's wait from {waited.iloc[0]:.1f} to {waited.iloc[-1]:.1f} h." if len(waited) else ".")


def by_posted(table: pd.DataFrame) -> str:
    """Say between which posted prices tariff and cluster order are ahead of the auction for certain."""
    parts = []
    for name, rows in table.groupby("mechanism", sort=False):
        ahead = rows.loc[rows["high"] < 0, "posted"]
        where = f"from {ahead.min():.2f} to {ahead.max():.2f} USD" if len(ahead) else "at none of the prices tried"
        parts.append(f"{NAMES[str(name)]} {where}")
    return f"Ahead of the auction, with an interval that leaves out zero: {', '.join(parts)}."


def by_bidders(table: pd.DataFrame) -> str:
    """Say with how many expected bids tenants gain more in the auction than under the tariff, zero left out."""
    sure = [str(number) for number in table.loc[table["low"] > 0, "bidders"]]
    if not sure:
        return "With none of these numbers of bids is it told apart that tenants gain more than under the tariff."
    return (
        f"Tenants gain more than under the tariff, zero outside the interval, with {words.listed(sure)} bids expected."
    )
