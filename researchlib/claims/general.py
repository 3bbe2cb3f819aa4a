"""Verdicts on what the article says of all four networks, of what they are for, and of what nothing was counted."""

from __future__ import annotations

from researchlib.bittensor import recycling
from researchlib.claims.supply import YEAR, ionet_counts
from researchlib.claims.tokens import render_epochs
from researchlib.claims.verdict import (
    Claim,
    Ruling,
    day,
    ruled,
)
from researchlib.claims.view import View, first, last
from researchlib.models import tao

__all__ = [
    "akash_uses", "all_burns", "all_largest", "all_medium", "bittensor_access", "bittensor_cloud", "bittensor_rival",
    "ionet_ai",
]  # fmt: skip


def all_largest(claim: Claim, then: View) -> Ruling:
    """Give the three networks' own counts: what other networks held is in no table."""
    akash = then.readings("akash", "gpus_total", "gpus_total_high", since=then.day - YEAR)
    low, high, _, ionet = ionet_counts(then)
    render = then.readings("render", "node_wallets_paid_work").iloc[-1:]
    finding = (
        f"io.net had {low:,.0f} to {high:,.0f} real GPUs, Akash at most {last(akash).value:,.0f}, and Render paid "
        f"{last(render).value:,.0f} wallets in a week. No count of another network (Aethir, Flux, Golem) was read, so "
        f"which were the largest is open."
    )
    return ruled({"none was larger": None}, finding, akash, ionet, render)


def all_medium(claim: Claim, then: View) -> Ruling:
    """Ask of each network whether its token was needed to pay."""
    take = then.constant("akash", "take_rate_akt")
    burn, price = then.constant("render", "burn_share"), then.constant("render", "eur_per_credit")
    listed = then.events("ionet", "IO token launch")
    fee = then.constant("bittensor", "registration_fee_recycled")
    parts = {
        "Akash": None if take.empty else True,
        "Render": None if burn.empty else first(burn).value > 0,
        "io.net": not listed.empty,
        "Bittensor": None if fee.empty else True,
    }
    finding = (
        f"AKT pays for leases beside USDC, {first(burn).value:.0%} of a payment on Render becomes RENDER though work "
        f"is priced in euro, TAO pays for places. But io.net had {'a' if len(listed) else 'no'} token on "
        f"{day(claim.as_of)}: its customers paid in dollars."
    )
    return ruled(parts, finding, take, burn, price, fee, listed)


def all_burns(claim: Claim, then: View) -> Ruling:
    """Ask whether tokens leave the supply on Render and Bittensor, and how much beside what is made."""
    weeks = render_epochs(then.day)
    burned, made = weeks.weeks["burned"].sum(), weeks.weeks["scheduled"].sum()
    judged, leaves = tao.halving_forecast(then.day), then.parameters(recycling.RecyclingParameters)
    parts = {
        "Render burns": burned > 0,
        "TAO leaves the supply": bool(leaves.registration_fee_recycled and judged.removed > 0),
        "that raises their value": None,  # no rule of the time links a burn to a price, and supply grew all the same
    }
    finding = (
        f"Burns took back {burned / made:.1%} of the RENDER made by the schedule and recycling {judged.removed:,.0f} "
        f"of {judged.emitted:,.0f} TAO a day (these are created again later). Whether that raised their value cannot "
        f"be told: the supply of both grew."
    )
    return ruled(parts, finding, *weeks.frames, judged.known, then.rules(recycling.RecyclingParameters))


def akash_uses(claim: Claim, then: View) -> Ruling:
    """Ask whether what game servers and blockchain nodes need could be leased: storage that lasts, an own address."""
    storage, address = then.events("akash", "persistent storage"), then.events("akash", "IP address market")
    used = then.readings("akash", "storage_leased", "memory_leased").iloc[-1:]
    parts = {"nodes: storage that lasts": not storage.empty, "game servers: an own address": not address.empty}
    said = [day(rows["date"].iloc[0]) if len(rows) else "no day known" for rows in (storage, address)]
    finding = (
        f"Storage that outlives a container could be leased from {said[0]} and an own IP address from {said[1]}, which "
        f"is what they need. How many ran there was not counted."
    )
    return ruled(parts, finding, storage, address, used)


def ionet_ai(claim: Claim, then: View) -> Ruling:
    """Look for a count of work by kind."""
    hours = then.readings("ionet", "compute_hours_cumulative")
    kinds = then.readings("ionet", "compute_hours_ai")  # never read; one would settle it
    finding = (
        f"io.net announced {last(hours).value:,.0f} hours of computing by {last(hours).day}, of no named kind: what "
        f"customers ran was not counted."
    )
    parts = {"work is machine learning": None if kinds.empty else last(kinds).value > last(hours).value / 2}
    return ruled(parts, finding, hours, kinds)


def bittensor_rival(claim: Claim, then: View) -> Ruling:
    """Look for what anyone outside paid for the work of its subnets."""
    paid = then.readings("bittensor", "subnet_revenue")
    share = then.readings("bittensor", "emission_share_sn1").iloc[-1:]
    finding = (
        f"Its first subnet, for text, drew {last(share).value:.0%} of emission on {last(share).day}. "
        + ("What" if paid.empty else f"{last(paid).value:,.0f} USD were announced; what")
        + " customers outside paid for its answers was not read, nor how good they were beside others."
    )
    return ruled({"it competes": None}, finding, share, paid)


def bittensor_cloud(claim: Claim, then: View) -> Ruling:
    """Ask whether the chain knows where a miner computes."""
    field = then.constant("bittensor", "max_allowed_uids")
    hosts = then.readings("bittensor", "miners_in_clouds")  # never read; one would settle it
    parts = {"nothing forbids it": True, "some do": None if hosts.empty else last(hosts).value > 0}
    finding = (
        f"A place among the {first(field).value:.0f} of a subnet is bound to a key, and nothing the chain stores says "
        f"where its owner computes. How many rented from a cloud was not counted."
    )
    return ruled(parts, finding, field, hosts)


def bittensor_access(claim: Claim, then: View) -> Ruling:
    """Ask what stake opened, and whether users paid in TAO."""
    permits = then.constant("bittensor", "max_allowed_validators")
    staked = then.readings("bittensor", "staking_ratio").iloc[-1:]
    parts = {"stake gives a permit": first(permits).value > 0, "users pay for services in TAO": None}
    finding = (
        f"The {first(permits).value:.0f} keys with most stake in a subnet may validate, and validators ask miners; "
        f"{last(staked).value:.0%} of TAO was staked on {last(staked).day}. What users paid, and in what, was not read."
    )
    return ruled(parts, finding, permits, staked)
