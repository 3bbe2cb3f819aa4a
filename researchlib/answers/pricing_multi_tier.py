"""Render's tariff: whether it moves, what a tier buys, and at what capacity a moving price would earn more."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "chosen", "elsewhere", "mix", "moving", "priority", "turn", "turn_words"]


def answer(found: Found) -> Answer:
    """Say whether the price moved, as far as it can be told, then tiers, waits, choices and a moving level."""
    changes = float(found["tariff_changes_on_record"])
    moved = "No change of the tariff is" if changes == 0 else f"{words.count(changes, 'change')} of the tariff stand"
    sentence = (
        f"{moved} on record, and sales alone cannot show one: the example job costs {found['job_tier2']} in the tier "
        f"that goes first and {found['job_tier3']} in the other."
    )
    bullets = [_told(found), _rented(found), _waits(found), _choice(found), _level(found)]
    return Answer(sentence, tuple(bullet for bullet in bullets if bullet))


def _told(found: Found) -> str:
    if "obh_per_credit" not in found:
        return "Whether prices moved is not known to that day: work done was not yet published."
    text = (
        f"A credit bought {found['obh_per_credit_low']} to {found['obh_per_credit_high']} a week. One ratio holds two "
        "unknowns, the mix of tiers and the level of prices, so neither can be told from it alone"
    )
    if "priority_share_of_work" in found:
        text += f": at the tariff {found['priority_share_of_work']} of the work was in tier 2"
    return f"{text}."


def _rented(found: Found) -> str:
    if "tier3_over_rented_low" not in found:
        return "No card with a score was rented elsewhere in that year, so there is nothing to set the tariff beside."
    return (
        f"An hour in tier 3 costs {found['tier3_over_rented_low']} to {found['tier3_over_rented_high']} times what the "
        f"bare card rents for, by venue; {found['cards_compared']} can be compared."
    )


def _waits(found: Found) -> str:
    sooner = float(found["gain_at_load"])
    if "job_hours_tier2" not in found or "job_hours_tier3" not in found:
        return "All work is in one tier here, so priority buys nothing."
    return (
        f"At the assumed load a job of 100 frames ends after {found['job_hours_tier2']} in tier 2 and "
        f"{found['job_hours_tier3']} in tier 3: priority {'buys' if sooner > 0 else 'does not buy'} time."
    )


def _choice(found: Found) -> str:
    text = (
        f"If customers chose by the assumed costs of waiting, {found['chosen_priority']} of the work would be in tier 2"
    )
    if "priority_share_of_work" in found:
        apart = abs(float(found["chosen_priority"]) - float(found["priority_share_of_work"]))
        text += (
            f", where the totals say {found['priority_share_of_work']} at the tariff: "
            f"{'the assumptions miss what was bought' if apart > 0.1 else 'near to each other'}"
        )
    gain = float(found["best_ratio_gain"])
    better = (
        f"a price ratio of {found['best_ratio']} would earn {found['best_ratio_gain']} more than two"
        if gain >= 0.005
        else "no ratio tried earns more than two"
    )
    return f"{text}. Under them {better}."


def _level(found: Found) -> str:
    return (
        f"A level that followed load would have changed revenue by {found['dynamic_revenue']} and work served by "
        f"{found['dynamic_served']} at the assumed capacity; {turn_words(found)}."
    )


def turn_words(found: Found) -> str:
    """Say where the sign of the revenue turns, against what was delivered in a week."""
    delivered = found["delivered"]
    if "revenue_turns_at" not in found:
        sign = "more" if float(found["dynamic_revenue"]) > 0 else "less"
        return f"it would have earned {sign} at every capacity tried"
    if float(found["revenue_turns_at"]) < float(delivered):
        where = "which is less than was delivered in one week"
    else:
        where = "which is more than was delivered in any week"
    return f"it earns more only below a capacity of {found['revenue_turns_at']} a week, {where} ({delivered})"


def moving(path: pd.DataFrame) -> str:
    """Say between what levels the price would have moved."""
    low, middle, high = (float(each) for each in path["level"].quantile([0, 0.5, 1]))
    return (
        f"It would have moved between {low:.2f} and {high:.2f} times the tariff, half of the weeks below {middle:.2f}."
    )


def turn(table: pd.DataFrame, at: float, delivered: float) -> str:
    """Say at which capacity the change of revenue turns, and whether so little is possible."""
    if at != at:
        sign = "more" if table["revenue"].iloc[0] > 0 else "less"
        return f"At every capacity drawn the moving level earns {sign}."
    possible = "no capacity that little is possible" if at < delivered else "such a capacity is possible"
    return f"It earns more below {at:,.0f} credits a week only; as {delivered:,.0f} were delivered, {possible}."


def mix(table: pd.DataFrame) -> str:
    """Give the shares of tier 2 that fit a level of prices, from the lowest to the highest level that any mix fits."""
    known = table.dropna()
    if known.empty:
        return "No mix of two tiers gives this ratio at any level drawn."
    first, last = known.iloc[0], known.iloc[-1]
    return (
        f"From {first['share']:.0%} in tier 2 if prices were {first['level']:.2f} times the tariff to "
        f"{last['share']:.0%} if they were {last['level']:.2f} times."
    )


def elsewhere(cards: int, low: float, high: float) -> str:
    """Give the range of tier 3 over rents elsewhere, with the number of cards."""
    if not cards:
        return "None of them was rented elsewhere that year."
    return (
        f"Tier 3 costs {low:.1f} to {high:.1f} times the rent elsewhere, by venue (n = {words.count(cards, 'card')})."
    )


def priority(table: pd.DataFrame) -> str:
    """Say how much sooner a job of tier 2 ends at the lowest and at the highest load."""
    if table.shape[1] < 2:
        return "All work is in one tier."
    gap = table[3] - table[2]
    return (
        f"Tier 2 ends {60 * gap.iloc[0]:.0f} minutes sooner at a load of {table.index[0]:.0%} and {gap.iloc[-1]:.1f} "
        f"hours at {table.index[-1]:.0%}."
    )


def chosen(share: float, measured: float | None) -> str:
    """Hold the share of tier 2 that customers would choose against what the totals say."""
    text = f"At a ratio of two customers would choose tier 2 for {share:.0%} of the work"
    return f"{text}." if measured is None else f"{text}; the totals say {measured:.0%}, if prices were the tariff's."
