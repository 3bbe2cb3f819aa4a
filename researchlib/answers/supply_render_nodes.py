"""A Render node: pay a wallet and an OctaneBench-hour, and whether it covers the card and its power."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "by_work", "cut_and_rise", "paid_and_charged", "price_jumps", "wallet_size"]

WEEK_HOURS = 168


def answer(found: Found) -> Answer:
    """Lead with pay a wallet, then the cut, an OctaneBench-hour, the hours a card needs, and availability."""
    sentence = (
        f"A wallet was paid {found['pay_per_wallet_usd']} a week for jobs on average in the weeks to {found['until']}; "
        f"{_verdict(found)}."
    )
    bullets = [
        f"Over {words.count(found['weeks'], 'week')} that is {found['pay_per_wallet']} a week to each of "
        f"{found['wallets']} wallets; a wallet can hold several nodes, and how pay is spread over wallets is not "
        f"in the tables."
    ]
    if "after_cut_usd" in found:
        bullets.append(
            f"The pool for jobs was cut from epoch {found['cut_epoch']} on: a wallet had {found['before_cut_usd']} a "
            f"week in the quarter before and {found['after_cut_usd']} in the {found['after_cut_weeks']} weeks after, "
            f"when {found['after_cut_wallets']} wallets were paid."
        )
    else:
        bullets.append("Not known at this date: pay after the cut of the pool for jobs.")
    if "hour_usd" not in found:
        bullets.append("Not known at this date: pay for an OctaneBench-hour, and so what a card earns.")
        return Answer(sentence, tuple(bullets))
    more = words.compared(found["paid"], found["charged"], "more than", "less than", "as much as")
    bullets.append(
        f"A thousand OctaneBench-hours were paid {found['paid']} ({found['paid_low']} to {found['paid_high']} by "
        f"week), {more} the {found['charged']} that customers were charged: the pool is fixed, so pay falls as "
        f"work grows."
    )
    bullets.append(_card(found))
    bullets.append(_available(found))
    return Answer(sentence, tuple(bullets))


def _verdict(found: Found) -> str:
    if "hour_usd" not in found:
        return "whether that covers a card is not known"
    if "even_owned" in found:
        return f"a card bought for it is covered from {_hours(found, 'even_owned')} of work on"
    if "even_electricity" in found:
        return f"the electricity of a card is covered from {_hours(found, 'even_electricity')} of work on"
    return "no number of hours covers the electricity of a card"


def _hours(found: Found, name: str) -> str:
    return f"{found[name]} a week" + (", more than a week has," if float(found[name]) > WEEK_HOURS else "")


def _card(found: Found) -> str:
    said = f"The card, {found['card']}, is paid {found['hour_usd']} for an hour of work. "
    if "even_electricity" not in found:
        return said + "No number of hours pays its electricity."
    said += f"Its electricity is covered from {_hours(found, 'even_electricity')} on"
    if "price_of_card" not in found:
        return said + "; what the card costs is not known."
    if "even_owned" not in found:
        return said + ", the card never."
    left = float(found["net_owned"])
    return (
        f"{said}, the card bought for it too from {_hours(found, 'even_owned')} on; the mean wallet did the work of "
        f"{found['wallet_hours']} of it. At {found['hours']} it {'leaves' if left >= 0 else 'loses'} "
        f"{abs(left):,.2f} USD a week, without availability."
    )


def _available(found: Found) -> str:
    if "available_idle" not in found:
        return f"Not known: availability pay, for {found['nodes']} nodes could not have done the work of these weeks."
    covers = float(found["available_idle"]) >= float(found["standby"])
    return (
        f"If {found['nodes']} nodes share the pool for availability, a week without work brings "
        f"{found['available_idle']} and {'covers' if covers else 'does not cover'} the {found['standby']} of standing "
        f"by; a wallet earns most of it with {found['best_nodes']} nodes."
    )


def by_work(each: Mapping[str, float], hours: float, card: str) -> str:
    """Say what is left of a week's job pay after the costs of the card, or its electricity where that is all known."""
    whole = not math.isnan(each["owned"])
    left = each["jobs"] - each["owned" if whole else "electricity"]
    of = "all costs" if whole else "electricity"
    return f"{hours:.0f} hours on the {card}: {each['jobs']:,.2f} USD for jobs, {left:+,.2f} USD after {of}."


def cut_and_rise(table: pd.DataFrame) -> str:
    """Compare pay a wallet, in RENDER and USD, and the number of wallets at both ends of the weeks."""
    first, last = table.iloc[:13].mean(numeric_only=True), table.iloc[-13:].mean(numeric_only=True)
    return (
        f"From the first {len(table.iloc[:13])} weeks to the last: {first['per_wallet']:,.0f} to "
        f"{last['per_wallet']:,.0f} RENDER a wallet, {first['per_wallet_usd']:,.0f} to {last['per_wallet_usd']:,.0f} "
        f"USD; wallets {first['wallets']:,.0f} to {last['wallets']:,.0f}."
    )


def price_jumps(table: pd.DataFrame) -> str:
    """Say how far the week's price moved at most from one week to the next."""
    moves = (table["price"] / table["price"].shift()).dropna()
    if moves.empty:
        return "One week is no series."
    return f"From one week to the next it moved by a factor of {moves.min():.2f} to {moves.max():.2f}."


def paid_and_charged(table: pd.DataFrame) -> str:
    """Count the weeks in which nodes were paid more for a unit of work than customers were charged."""
    known = table.dropna(subset=["paid", "charged"])
    more = int((known["paid"] > known["charged"]).sum())
    return f"Nodes were paid more than customers were charged in {more} of {words.count(len(known), 'week')}."


def wallet_size(points: pd.Series) -> str:
    """Say at how many nodes a wallet has most points, and what one more costs it."""
    best = int(points.to_numpy().argmax()) + 1
    said = f"A wallet has most with {words.count(best, 'node')}"
    if best + 1 not in points.index:
        return f"{said}."
    return f"{said}; one more lowers it by {1 - points.loc[best + 1] / points.loc[best]:.0%}."
