"""Verdicts on the tokens of Akash, Render and io.net."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.akash import fees, mint
from researchlib.claims.akash_inflation import inflation_bounds, inflation_from_reading
from researchlib.claims.render_epochs import booked_epochs
from researchlib.claims.verdict import (
    DOES_NOT_HOLD,
    HOLDS,
    HOLDS_WITH_A_CORRECTION,
    Claim,
    Verdict,
    constant,
    day,
    events,
    first,
    from_number,
    from_parts,
    last,
    readings,
)
from researchlib.render import burn, calendar, emission, token
from researchlib.usage import intervention

__all__ = ["EXAMINERS"]

OUT_OF_REACH = 10.0
"""Demand is to blame for inflation only if less than this multiple of it would balance supply."""
COMPLETE = 0.95
"""A migration is done when this share of the tokens has moved."""
EACH_SIDE = 3
"""Readings on both sides of a date that an interrupted series needs."""
YEAR = pd.Timedelta(days=366)


def _later(parameter: str, at: pd.Timestamp) -> str:
    """Say which values of a parameter of Akash came into force after a day."""
    rows = data.parameter_history("akash", parameter)
    rows = rows[(rows["status"] == "in_force") & (rows["valid_from"] > at)]
    said = [f"{float(row['value']):.0%} since {day(row['valid_from'])}" for row in rows.to_dict("records")]
    return ", ".join(said) or "no change is known"


def _take_rate(claim: Claim, denom: str, parameter: str) -> Verdict:
    rate = float(fees.take_rate(denom, data.parameters(fees.TakeParameters, at=claim.as_of)))
    history = data.parameter_history("akash", parameter)
    rival = history[(history["status"] == "conflicting") & (history["valid_from"] <= claim.as_of)]
    announced = "".join(f" ({first(rival.iloc[i:]).value:.0%} was announced)" for i in range(len(rival)))
    finding = (
        f"The code in force on {day(claim.as_of)} took {rate:.0%}{announced}, out of the provider's income. "
        f"Afterwards: {_later(parameter, claim.as_of)}."
    )
    return Verdict(claim.claim_id, from_number(claim.number, rate), finding, (history,))


def akash_take_akt(claim: Claim) -> Verdict:
    """Compare the claimed share of fees in AKT with the one that the code took."""
    return _take_rate(claim, "uakt", "take_rate_akt")


def akash_take_usdc(claim: Claim) -> Verdict:
    """Compare the claimed share of fees in USDC with the one that the code took."""
    return _take_rate(claim, "usdc", "take_rate_default")


def akash_take_destination(claim: Claim) -> Verdict:
    """Ask whether the take reached the community pool, and whether that pool had no use yet."""
    takes = data.parameters(fees.TakeParameters, at=claim.as_of)
    rates = data.parameter_rows(fees.TakeParameters, at=claim.as_of)
    budgets = readings("akash", "incentive_budget")
    voted = budgets["date"] <= claim.as_of
    parts = {"flows to the pool": takes.take_rate_default > 0, "use undecided": not voted.any()}
    said = [f"{row['value'] / 1e6:g} million USD on {day(row['date'])}" for row in budgets.to_dict("records")]
    before, after = (", ".join(said[: voted.sum()]) or "nothing"), (", ".join(said[voted.sum() :]) or "nothing")
    finding = (
        f"The take went into the same community pool as the tax on inflation. By then incentives to providers "
        f"had been voted ({before}), and more came later ({after}). The take itself: "
        f"{_later('take_rate_default', claim.as_of)}."
    )
    evidence = (rates, budgets, readings("akash", "community_pool_returned", "community_pool_spend"))
    return Verdict(claim.claim_id, from_parts(parts), finding, evidence)


def akash_inflation(claim: Claim) -> Verdict:
    """Compare the claimed inflation with what the mint rule gives between the readings."""
    bounds = inflation_bounds(claim.as_of)
    seen = inflation_from_reading(claim.as_of)
    tax = constant("akash", "community_tax", claim.as_of)
    band = data.parameters(mint.MintParameters, at=claim.as_of)
    finding = (
        f"In the band of {band.inflation_min:.0%} to {band.inflation_max:.0%} the mint rule puts inflation between "
        f"{bounds.low:.1%} and {bounds.high:.1%} on {day(claim.as_of)}"
    )
    if seen is not None:
        finding += f"; the {seen.read.value:.0%} read on {seen.read.day} leads back to {seen.before:.1%}"
    finding += (
        f". Of it {first(tax).value:.0%} went to the community pool instead of stakers; upper edge afterwards "
        f"{_later('inflation_max', claim.as_of)}."
    )
    found = (bounds.low + bounds.high) / 2 if seen is None else seen.before
    evidence = (bounds.rows, tax) if seen is None else (bounds.rows, tax, seen.rows)
    return Verdict(claim.claim_id, from_number(claim.number, found), finding, evidence)


def render_bme(claim: Claim) -> Verdict:
    """Ask whether burning and minting ever excluded each other, as the claim has it."""
    epochs, rows = booked_epochs(claim.as_of, claim.as_of)
    burns, mints = epochs["tokens_burned"] > 0, epochs["minted_month"] > 0
    parts = {
        "burns without minting": bool((burns & ~mints).any()),
        "mints without burning": bool((mints & ~burns).any()),
    }
    finding = (
        f"Neither depends on a balance of jobs and nodes: in {int((burns & mints).sum())} of {len(epochs)} epochs to "
        f"{day(claim.as_of)} paid jobs burned tokens while the schedule minted {epochs['minted_month'].iloc[-1]:,.0f} "
        f"RENDER a month. The rule has not changed since."
    )
    rules = data.parameter_rows(emission.ScheduleParameters, at=claim.as_of)
    return Verdict(claim.claim_id, from_parts(parts), finding, (rows, rules))


def render_inflationary(claim: Claim) -> Verdict:
    """Set burns against the schedule, and the spending that would balance it against what was spent."""
    epochs, rows = booked_epochs(claim.as_of, claim.as_of)
    schedule = data.parameters(emission.ScheduleParameters, at=claim.as_of)
    dates = data.parameters(calendar.CalendarParameters, at=claim.as_of)
    share = data.parameters(burn.PaymentParameters, at=claim.as_of).burn_share
    price = readings("render", "token_price_month_avg", until=claim.as_of).iloc[-1:]
    minted, burned = emission.minted_by(claim.as_of, schedule, dates), float(epochs["tokens_burned"].sum())
    weekly = emission.epoch_pool_weeks(epochs["minted_month"].iloc[-1])
    needed = float(np.asarray(token.break_even_revenue(weekly, last(price).value, share)))
    spent = float(np.asarray(burn.gross_from_burn(epochs["tokens_burned_usd"].iloc[-13:].mean(), share).gross))
    if float(np.asarray(token.bme_net_supply(minted, burned))) <= 0:
        verdict = DOES_NOT_HOLD
    else:
        verdict = HOLDS if needed <= OUT_OF_REACH * spent else HOLDS_WITH_A_CORRECTION
    year = booked_epochs(claim.as_of)[0].iloc[-52:]
    covered = year["tokens_burned"].sum() / sum(emission.epoch_pool_weeks(month) for month in year["minted_month"])
    finding = (
        f"By {day(claim.as_of)} {burned:,.0f} RENDER were burned of {minted:,.0f} minted: inflationary, but by its "
        f"fixed schedule, as balance would have taken {needed / spent:.0f} times the {spent:,.0f} USD a week that "
        f"customers spent (at {last(price).value:.2f} USD a token). In the year to {day(year.index[-1])} burns came to "
        f"{covered:.0%} of the schedule."
    )
    rules = data.parameter_rows(emission.ScheduleParameters, at=claim.as_of)
    return Verdict(claim.claim_id, verdict, finding, (rows, price, rules))


def render_solana(claim: Claim) -> Verdict:
    """Ask whether the new token existed, and how much of the old one had been exchanged."""
    start = events("render", "moves to Solana", until=claim.as_of)
    moved = readings("render", "tokens_upgraded_solana")
    supply = readings("render", "circulating_supply").merge(moved[["date"]], on="date")
    printed = readings("render", "share_upgraded_solana")
    parts: dict[str, bool | None] = {"the move began": not start.empty, "all moved": None}
    finding = "No start of the exchange is in the data. "
    if len(start):
        finding = (
            f"Since {day(start['date'].iloc[0])} the token could be exchanged one to one, of each holder's free will. "
        )
    if len(supply):
        tokens = last(moved[moved["date"] <= supply["date"].iloc[0]])
        share = float(token.upgraded_share(tokens.value, first(supply).value))
        parts["all moved"] = share >= COMPLETE
        finding += (
            f"No share of spring 2024 was read; the first is {tokens.value / 1e6:.0f} million tokens or {share:.0%} on "
            f"{tokens.day}, then {last(printed).value:.0%} on {last(printed).day}."
        )
    return Verdict(claim.claim_id, from_parts(parts), finding, (start, moved, supply, printed))


def ionet_airdrop(claim: Claim) -> Verdict:
    """Ask whether there was no token, and whether checked supply fell once there was one."""
    launch = events("ionet", "IO token launch")
    when = launch["date"].iloc[0]
    counts = ("gpus_cluster_ready", "gpus_explorer_hand_count", "gpus_deployable", "gpus_verified_daily_avg")
    rows = readings("ionet", *counts, since=when - YEAR, until=when + YEAR)
    rows = rows[rows["status"] != "announced"]
    series = rows.groupby("date")["value"].median()
    before, after = series[series.index < when], series[series.index >= when]
    finding = f"There was no token before {day(when)}. " if when > claim.as_of else f"IO was listed on {day(when)}. "
    finding += (
        f"Counts of real GPUs by others had a median of {before.median():,.0f} before it and {after.median():,.0f} in "
        f"the year after, "
    )
    followed: bool | None = None
    if min(len(before), len(after)) >= EACH_SIDE:
        days = pd.DatetimeIndex(series.index)
        table = intervention.interrupted_series(days, series.to_numpy(), {"launch": when}, slopes=False)
        low, high = (float(table[column]["step: launch"]) for column in ("effect_low", "effect_high"))
        followed = True if high < 0 else (False if low > 0 else None)
        finding += f"a step of {low:+.0%} to {high:+.0%} at the listing."
    else:
        finding += (
            f"but {len(before)} date(s) before and {len(after)} after are too few to tell the airdrop from the purge "
            f"of fakes in April 2024 and the rule on idle devices of November."
        )
    parts = {"no token": bool(when > claim.as_of), "supply left after the airdrop": followed}
    return Verdict(claim.claim_id, from_parts(parts), finding, (launch, rows))


EXAMINERS: Mapping[str, Callable[[Claim], Verdict]] = {
    "akash-inflation": akash_inflation,
    "akash-take-akt": akash_take_akt,
    "akash-take-destination": akash_take_destination,
    "akash-take-usdc": akash_take_usdc,
    "ionet-airdrop": ionet_airdrop,
    "render-bme": render_bme,
    "render-inflationary": render_inflationary,
    "render-solana": render_solana,
}
