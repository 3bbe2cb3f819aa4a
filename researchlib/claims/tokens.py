"""Verdicts on the tokens of Akash, Render and io.net."""

from __future__ import annotations

import pandas as pd

from researchlib import data
from researchlib.akash import fees, mint
from researchlib.claims.verdict import (
    DOES_NOT_HOLD,
    HOLDS,
    HOLDS_WITH_A_CORRECTION,
    Claim,
    Ruling,
    day,
    ruled,
)
from researchlib.claims.view import View, first, last
from researchlib.data.limits import limit
from researchlib.models import akt, render
from researchlib.render import emission, token

__all__ = [
    "akash_inflation", "akash_stake", "akash_take_akt", "akash_take_destination", "akash_take_usdc", "akash_unit",
    "ionet_airdrop", "render_bme", "render_epochs", "render_inflationary", "render_pay", "render_solana",
]  # fmt: skip


def _take_rate(claim: Claim, then: View, denom: str, parameter: str) -> Ruling:
    rate = float(fees.take_rate(denom, then.parameters(fees.TakeParameters)))
    history = then.history("akash", parameter)
    rival = history[history["status"] == "conflicting"]
    announced = "".join(f" ({first(rival.iloc[i:]).value:.0%} was announced)" for i in range(len(rival)))
    finding = f"The code in force on {day(claim.as_of)} took {rate:.0%}{announced}, out of the provider's income."
    verdict = then.compared(claim.number, rate)
    return ruled(verdict, finding, history)


def akash_take_akt(claim: Claim, then: View) -> Ruling:
    """Compare the claimed share of fees in AKT with the one that the code took."""
    return _take_rate(claim, then, "uakt", "take_rate_akt")


def akash_take_usdc(claim: Claim, then: View) -> Ruling:
    """Compare the claimed share of fees in USDC with the one that the code took."""
    return _take_rate(claim, then, "usdc", "take_rate_default")


def akash_take_destination(claim: Claim, then: View) -> Ruling:
    """Ask whether the take reached the community pool, and whether that pool had no use yet."""
    takes = then.parameters(fees.TakeParameters)
    budgets = then.readings("akash", "incentive_budget")
    parts = {"flows to the pool": takes.take_rate_default > 0, "use undecided": budgets.empty}
    said = [f"{row['value'] / 1e6:g} million USD on {day(row['date'])}" for row in budgets.to_dict("records")]
    finding = (
        f"The take of {takes.take_rate_default:.0%} went into the same community pool as the tax on inflation. By then "
        f"incentives to providers had been voted ({', '.join(said) or 'nothing'})."
    )
    return ruled(parts, finding, then.rules(fees.TakeParameters), budgets)


def akash_inflation(claim: Claim, then: View) -> Ruling:
    """Compare the claimed inflation with what the mint rule gives."""
    found = akt.inflation_at(str(then.day.date()), known_by=str(then.day.date()))
    tax, bonded = then.constant("akash", "community_tax"), then.readings("akash", "staking_ratio").iloc[-1:]
    band = then.parameters(mint.MintParameters)
    finding = (
        f"In the band of {band.inflation_min:.0%} to {band.inflation_max:.0%} the mint rule puts inflation at "
        f"{found:.1%} on {day(claim.as_of)}, with the {last(bonded).value:.0%} bonded that were last read. Of it "
        f"{first(tax).value:.0%} went to the community pool instead of stakers."
    )
    verdict = then.compared(claim.number, found)
    return ruled(verdict, finding, then.rules(mint.MintParameters), tax, bonded)


def akash_stake(claim: Claim, then: View) -> Ruling:
    """Ask whether AKT is staked, whether stakers are paid by minting, and whether fees are due in it."""
    bonded, gas = then.readings("akash", "staking_ratio").iloc[-1:], then.constant("akash", "min_gas_price")
    band = then.parameters(mint.MintParameters)
    paid_in_akt = gas["unit"].eq("uakt").all() if len(gas) else None
    parts = {
        "staked": last(bonded).value > 0,
        "stakers are paid": band.inflation_min > 0,
        "pays fees": None if paid_in_akt is None else bool(paid_in_akt),
    }
    finding = (
        f"{last(bonded).value:.0%} of AKT was bonded on {last(bonded).day}, the mint rule paid at least "
        f"{band.inflation_min:.0%} a year on all AKT, and a validator's lowest gas price was set in AKT."
    )
    return ruled(parts, finding, bonded, gas, then.rules(mint.MintParameters))


def akash_unit(claim: Claim, then: View) -> Ruling:
    """Ask whether orders may be priced in another token than AKT, and in which most were paid."""
    takes = then.parameters(fees.TakeParameters)
    spent = [then.readings("akash", metric) for metric in ("lease_spend_akt", "lease_spend_usdc")]
    paid = None  # a year's parts, once both were read
    if all(len(rows) for rows in spent):
        price = data.series("akash", "token_price", until=then.day)["value"].iloc[-1]
        paid = bool(last(spent[0]).value * price > last(spent[1]).value)
    stable = then.events("akash", "stable payments")
    parts = {"orders can be priced in AKT": True, "most are": paid}
    finding = (
        f"Orders are priced in AKT or, since {day(stable['date'].iloc[0]) if len(stable) else 'no day known'}, in "
        f"USDC, of which {takes.take_rate_default:.0%} is taken instead of {takes.take_rate_akt:.0%}. How much was "
        f"paid in either by then was not read."
    )
    return ruled(parts, finding, stable, then.rules(fees.TakeParameters), *spent)


def render_epochs(then: pd.Timestamp) -> render.Epochs:
    """Return Render's complete epochs up to a day; ValueError before the first has closed."""
    found = render.epochs(str(min(then, pd.Timestamp(str(limit("complete_epoch")))).date()))
    if found.weeks.empty:
        raise ValueError(f"no epoch of Render had closed by {day(then)}")
    return found


def render_bme(claim: Claim, then: View) -> Ruling:
    """Ask whether burning and minting ever excluded each other, as the claim has it."""
    found = render_epochs(then.day)
    burns, mints = found.weeks["burned"] > 0, found.weeks["scheduled"] > 0
    parts = {
        "burns without minting": bool((burns & ~mints).any()),
        "mints without burning": bool((mints & ~burns).any()),
    }
    finding = (
        f"Neither depends on a balance of jobs and nodes: in {int((burns & mints).sum())} of {len(found.weeks)} epochs "
        f"to {day(claim.as_of)} paid jobs burned tokens while the schedule minted "
        f"{found.weeks['scheduled'].iloc[-1]:,.0f} RENDER a week."
    )
    return ruled(parts, finding, *found.frames)


def render_inflationary(claim: Claim, then: View) -> Ruling:
    """Set burns against the schedule, and the spending that would balance it against what was spent."""
    found = render_epochs(then.day)
    price = then.readings("render", "token_price_month_avg").iloc[-1:]
    minted = float(emission.minted_by(then.day, found.schedule, found.calendar))
    burned, spent = float(found.weeks["burned"].sum()), render.weekly_spend(found)
    needed = float(render.break_even(found, [last(price).value], 1.0)["minted"].iloc[0])
    to_blame = needed <= then.number("out_of_reach") * spent
    grows = float(token.bme_net_supply(minted, burned)) > 0
    verdict = DOES_NOT_HOLD if not grows else HOLDS if to_blame else HOLDS_WITH_A_CORRECTION
    finding = (
        f"By {day(claim.as_of)} {burned:,.0f} RENDER were burned of {minted:,.0f} minted: "
        f"{'inflationary' if grows else 'not inflationary'}. Balance would have taken {needed / spent:.0f} times the "
        f"{spent:,.0f} USD a week that customers spent (at {last(price).value:.2f} USD a token)"
        f"{'.' if to_blame else ', so it is the fixed schedule that decides.'}"
    )
    return ruled(verdict, finding, price, *found.frames)


def render_solana(claim: Claim, then: View) -> Ruling:
    """Ask whether the new token existed, and whether the network itself had moved."""
    start = then.events("render", "moves to Solana")
    running = then.events("render", "BME emissions begin")
    parts = {"the token can be exchanged": not start.empty, "the network pays on Solana": not running.empty}
    said = [day(rows["date"].iloc[0]) if len(rows) else "no day known" for rows in (start, running)]
    finding = (
        f"The network's core moved and the token could be exchanged one to one from {said[0]}; burns and emissions "
        f"run on Solana since {said[1]}. Holders exchange of their free will; no share of the time was read."
    )
    return ruled(parts, finding, start, running)


def render_pay(claim: Claim, then: View) -> Ruling:
    """Ask in what work is priced, and what a payment turns into."""
    price, burn = then.constant("render", "eur_per_credit"), then.constant("render", "burn_share")
    parts = {"payments end in the token": first(burn).value > 0, "work is priced in the token": price.empty}
    finding = (
        f"Work is priced in credits of {first(price).value:g} EUR, not in the token; since {first(burn).day} "
        f"{first(burn).value:.0%} of a payment buys RENDER and burns it."
    )
    return ruled(parts, finding, price, burn)


def ionet_airdrop(claim: Claim, then: View) -> Ruling:
    """Ask whether there was no token, and whether anything showed why supply joined."""
    launch, promised = then.events("ionet", "IO token launch"), then.events("ionet", "rewards season")
    parts = {"no token": launch.empty, "supply joined for the airdrop": None}
    finding = f"{'No token was listed' if launch.empty else 'IO was listed'} by {day(claim.as_of)}. "
    if len(promised):
        finding += f"Rewards were promised from {day(promised['date'].iloc[0])}; "
    finding += "no supplier was asked why it joined, and one cannot see who leaves before the tokens are given out."
    return ruled(parts, finding, launch, promised)
