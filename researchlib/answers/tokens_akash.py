"""AKT: what the rule says against what was read, what staking leaves, and where votes take supply."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "gap", "outlook", "pool", "rule_and_readings", "staking"]

#: What a yield has to be away from zero before it counts as a gain or a loss.
NOTHING = 0.005


def answer(found: Found) -> Answer:
    """Say how much AKT there will be and what decides it, how near the rule is to readings, and what staking leaves."""
    sentence = (
        f"Votes on the inflation band decide how much AKT there will be: {found['supply_end_low']} to "
        f"{found['supply_end_high']} on 90% of paths in {found['outlook_end']}."
    )
    if str(found["supply_end_low"]) == str(found["supply_end_high"]):
        sentence = (
            f"If no vote moves the inflation band there will be {found['supply_end']} AKT in {found['outlook_end']}."
        )
    wide = f"{found['supply_undirected_low']} to {found['supply_undirected_high']}"
    bullets = [
        f"Votes moved the band {found['band_changes']}. The median is {found['supply_end']}; if votes come without the "
        f"direction of the past ones {found['supply_undirected']} ({wide}), if none comes {found['supply_band_kept']}. "
        f"Above the published maximum end {found['supply_end_above_maximum']} of paths, without direction "
        f"{found['supply_undirected_above_maximum']}.",
        f"The chain's own rule comes within {found['supply_gap_june_2022']} of the supply read in June 2022 and within "
        f"{found['supply_gap_newest']} in {found['supply_gap_newest_date']}. On 1 May 2024 it gives "
        f"{found['inflation_2024_05_01']} inflation, now {found['inflation_newest']}.",
        f"Staking paid {found['staking_return_2024_05_01']} a year on 1 May 2024, after dilution "
        f"{found['real_yield_2024_05_01']}; now {found['staking_return_newest']}, after dilution "
        f"{found['real_yield_newest']}.",
    ]
    first, last = (float(found[f"new_per_dollar_{when}"]) for when in ("first", "last"))
    ends = f"{found['new_per_dollar_last_low']} to {found['new_per_dollar_last_high']}"
    change = words.compared(last, first, "more", "less", "as much")
    bullets.append(
        f"Tenants spent {found['revenue']} a year at the rate of {found['revenue_month']}. In the outlook's first year "
        f"new AKT are worth {found['new_per_dollar_first']} dollars for each that tenants spend, in its last "
        f"{found['new_per_dollar_last']} ({ends}), {change}."
    )
    bullets.append(
        f"Leases take out little: 1,000 USD settled at a price 20% lower {found['cycle_price_down_20']}, at the same "
        f"price nothing. Takes brought the community pool {found['take_over_tax_2024']} of the tax on minting in 2024."
    )
    return Answer(sentence, tuple(bullets))


def outlook(quantiles: pd.DataFrame, last: NDArray[np.float64], limit: float) -> str:
    """Say where supply ends on 90% of paths, and how many pass the published maximum."""
    end = quantiles.iloc[-1] / 1e6
    above = float((last > limit).mean())
    return f"90% of paths end between {end[0.05]:.0f} and {end[0.95]:.0f} million AKT; {above:.0%} above the maximum."


def rule_and_readings(table: pd.DataFrame) -> str:
    """Say how far the rule lies from readings of inflation, in points, at most and in the mean."""
    off = (table["rule"] - table["read"]).abs() * 100
    many = words.count(len(off), "reading")
    return f"The rule lies {off.mean():.1f} points from {many} on average, {off.max():.1f} at most."


def gap(table: pd.DataFrame) -> str:
    """Say how far the rule lies from the first and the newest later reading of supply."""
    said = [
        f"{abs(each):.1%} {words.compared(each, 0, 'above', 'below', 'from')} that of {day:%B %Y}"
        for day, each in table["gap"].iloc[1:].items()
    ]
    return f"The rule lies {words.listed(said)}."


def staking(paid: pd.DataFrame) -> str:
    """Say what staking pays now, and on which share of days it surely gained or lost after dilution."""
    now = paid.iloc[-1]
    ahead, behind = float((paid["real_low"] > NOTHING).mean()), float((paid["real_high"] < -NOTHING).mean())
    ends = f"{now['low']:.1%}" + ("" if now["low"] == now["high"] else f" to {now['high']:.1%}")
    return f"Now it pays {ends}; after dilution it surely gained on {ahead:.0%} of days and lost on {behind:.0%}."


def pool(tax: float, usdc: float, by_code: float, by_announcement: float) -> str:
    """Compare the tax on minting with take fees at the rate of the code and at the one announced."""
    code, announced = (tax / (usdc + of_akt) for of_akt in (by_code, by_announcement))
    return f"Minting brought {code:,.0f} times what takes did, {announced:,.0f} times at the rate announced."
