"""Whether supply followed the token: Render's lent and own nodes, io.net, Akash and Bittensor."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "counted", "lent", "online", "places", "wallets"]


def answer(found: Found) -> Answer:
    """Set the one count with payments behind it beside the others, and say what cannot be told."""
    step, share = float(found["wallet_step"]), float(found["wallet_placebo"])
    left, peak = float(found["lent_last"]), float(found["lent_peak"])
    went = words.compared(left, peak, "rose on to", "fell to", "stayed at")
    sentence = (
        f"Where a payment stands behind the count supply moved with it: Render's nodes lent to io.net, "
        f"{found['lent_peak']} before its token and the pay cut, {went} {found['lent_last']}; Render's own wallets "
        f"changed by {step:+.0%}."
    )
    like = float(found["ready_change"])
    bullets = (
        f"The launch of io.net's token and the cut of Render's pay for lent nodes fall into one month, so which of "
        f"them moved the nodes cannot be told; {found['lent_outside']} later months lie outside the earlier trend.",
        f"The wallets' {step:+.0%} ({found['wallet_step_low']} to {found['wallet_step_high']}) came when job pay "
        f"changed by {found['pay_change']}; {share:.0%} of all weeks show a step as large: "
        f"{'no more than chance' if share > 0.1 else 'more than chance gives'}.",
        f"io.net's own counts run from {found['april_lowest']} to {found['april_highest']} within days of April 2024; "
        f"like for like, cluster-ready GPUs {'fell' if like < 0 else 'rose'} by {abs(like):.0%} in the year after.",
        f"Akash's first pilot is said to have brought {found['akash_added']} GPUs for at most "
        f"{found['akash_budget_per_gpu']} each; counts of the whole network went from {found['akash_first']} to "
        f"{found['akash_last']} by {found['akash_last_date']}.",
        f"Bittensor: not known. The count called nodes is {found['nodes_over_places']} the places that its subnets had "
        f"in {found['places_date']}, so it counts something else; its elasticity to TAO's price, "
        f"{found['nodes_elasticity']} ({found['nodes_elasticity_low']} to {found['nodes_elasticity_high']}), says "
        f"nothing of places.",
    )
    return Answer(sentence, bullets)


def counted(counts: pd.DataFrame) -> str:
    """Say how far apart the counts of one week are."""
    april = counts[counts["date"].between("2024-04-27", "2024-05-01")]["value"]
    return f"Within one week of April 2024 they run from {april.min():,.0f} to {april.max():,.0f}."


def lent(nodes: pd.DataFrame, trend: pd.DataFrame) -> str:
    """Say where the nodes peaked and ended, and how many later months the earlier trend misses."""
    known = nodes.dropna()
    top = known.sort_values("nodes").iloc[-1]
    last = known.iloc[-1]
    return (
        f"{top['nodes']:,.0f} in {top['date']:%B %Y}, {last['nodes']:,.0f} in {last['date']:%B %Y}; "
        f"{int(trend['outside'].sum())} of {len(trend)} later months lie outside the trend's interval."
    )


def wallets(step: float, low: float, high: float, share: float) -> str:
    """Say how large the step is, and in how many other weeks one as large is found."""
    return f"Step at the cut {step:+.0%} ({low:+.0%} to {high:+.1%}); as large in {share:.0%} of all weeks."


def online(counts: pd.DataFrame) -> str:
    """Say what was counted first and last, and what was estimated later."""
    read = counts[counts["status"] == "measured"]
    first, last = read.iloc[0], read.iloc[-1]
    text = f"Counted: {first['low']:,.0f} by {first['date']:%B %Y}, {last['low']:,.0f} by {last['date']:%B %Y}"
    later = counts[(counts["date"] > last["date"]) & (counts["status"] == "estimated")]
    return f"{text}{f'; estimated later: {later.iloc[-1].low:,.0f}' if len(later) else ''}."


def places(months: pd.DataFrame) -> str:
    """Say whether the count of nodes fits into the places there were."""
    known = months.dropna(subset="places")
    over = int((known["nodes"] > known["places"]).sum())
    return f"In {over} of {words.count(len(known), 'month')} with a reading of places the nodes are more than those."
