"""IO: what was emitted, what is left, and what would stop supply from growing under the engine."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "blocks", "engine", "fan", "holders", "per_dollar", "takes"]


def answer(found: Found) -> Answer:
    """Say what was emitted by the day and what has to be earned for supply to stand still."""
    enough = float(found["earnings_start"]) >= float(found["balance_earnings"])
    sentence = (
        f"By {found['as_of']} {found['emitted']} IO had been emitted; under the engine supply stands still when "
        f"earnings are {found['balance_ratio']} what suppliers are paid, at any price."
    )
    off = found["twelve_months_off_by"]
    bullets = [
        f"Of the plan {found['unemitted']} were left by the schedule in use. The months that the documentation prints "
        f"follow from the rule {off}; both schedules emit {found['total_emission']} in the end.",
        f"New IO were worth {found['issuance_per_dollar']} for each dollar of revenue.",
        f"At the assumed payout the balance is at {found['balance_earnings']} earned a day: the assumed start, "
        f"{found['earnings_start']}, {'reaches' if enough else 'falls short of'} it. This verdict hangs on the payout, "
        f"which nobody has published.",
        f"Drawn with these assumptions, supply after {found['years']} is {found['supply_end']} IO in the middle and "
        f"{found['supply_end_interval']} on nine paths of ten: what the known rules make of assumed, independent "
        f"drivers, not a probability of the future. {found['first_year_target_reached']} of the paths reach the "
        f"announced burn of the first year, {found['supply_lower']} end below the start.",
        "Not known: what was released and burned since the engine started.",
    ]
    return Answer(sentence, tuple(bullets))


def blocks(table: pd.DataFrame) -> str:
    """Say which schedule each block that was read follows, to half a per cent."""
    near = {name: (table[name] / table["read"] - 1).abs() < 0.005 for name in ("hourly", "monthly")}
    hourly, monthly = int((near["hourly"] & ~near["monthly"]).sum()), int((near["monthly"] & ~near["hourly"]).sum())
    rest = len(table) - hourly - monthly
    verb = "follows" if hourly == 1 else "follow"
    return (
        f"Of {words.count(len(table), 'block')} read {hourly} {verb} the hourly schedule "
        f"alone, {monthly} the monthly alone" + (f", {rest} both or neither." if rest else ".")
    )


def holders(table: pd.DataFrame) -> str:
    """Name the largest part of what can circulate at the end, and compare what was emitted with all else."""
    last = table.iloc[-1]
    unlocked = last.sum() - last["emitted"]
    more = words.compared(unlocked, last["emitted"], "more", "less", "as much")
    return (
        f"At the end {last.sum() / 1e6:,.0f} million; {more} unlocked ({unlocked / 1e6:,.0f} million) than emitted "
        f"({last['emitted'] / 1e6:,.0f})."
    )


def per_dollar(table: pd.DataFrame) -> str:
    """Give the ratio of new tokens to revenue, quarter by quarter."""
    return (
        "New IO per dollar of revenue: "
        + words.listed([f"{row.ratio:.1f} USD in {row.Index}" for row in table.itertuples()])
        + "."
    )


def engine(earnings: float, payout: float, ratio: float) -> str:
    """Say on which side of the balance the assumed earnings lie."""
    side = words.compared(earnings, ratio * payout, "shrinks", "grows", "stands still")
    return f"Balance at {ratio:.1f} times the payout, at every price; at {earnings / payout:.1f} times supply {side}."


def takes(earnings: float, payout: float, change: float) -> str:
    """Say by how much supply changes a day."""
    verb = words.compared(change, 0, "grows", "shrinks", "stands still")
    amount = f" by {abs(change):,.0f} IO a day" if change else ""
    return f"At {earnings:,.0f} USD earned and {payout:,.0f} paid out a day supply {verb}{amount}."


def fan(end: pd.Series, start: float) -> str:
    """Say where the middle path and the drawn range end, against the start."""
    low, middle, high = (end[name] / 1e6 for name in (0.05, 0.5, 0.95))
    side = words.compared(middle, start / 1e6, "above", "below", "at", near=0.005)
    nine = f"nine in ten between {low:,.0f} and {high:,.0f}"
    return f"The middle path ends at {middle:,.0f} million, {side} the start; {nine}."
