"""Verdicts on what the networks hold: counts of different meaning are never mixed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from researchlib import data
from researchlib.claims.verdict import (
    CANNOT_BE_SETTLED,
    DOES_NOT_HOLD,
    HOLDS,
    Claim,
    Ruling,
    day,
    ruled,
)
from researchlib.claims.view import View, first, last
from researchlib.supply import counts as gpu_counts

__all__ = [
    "IONET_KINDS", "YEAR", "akash_cpu_heavy", "bittensor_miners", "bittensor_not_comparable", "bittensor_subnets",
    "ionet_aggregation", "ionet_apple", "ionet_counts", "ionet_testnet", "render_gpu_rich",
]  # fmt: skip

IONET_KINDS: Mapping[str, str] = {
    "gpus_explorer_total": "listed",
    "gpus_explorer_constant": "listed",
    "gpus_cluster_ready": "checked",
    "gpus_explorer_hand_count": "checked",
    "gpus_deployable": "checked",
}
"""What io.net's counts of April 2024 mean: what its explorer listed, and what could be found or deployed."""
YEAR = pd.Timedelta(days=366)


def ionet_counts(then: View) -> tuple[float, float, float, pd.DataFrame]:
    """Return io.net's counts in the weeks before a day: least and most checked, most listed, and the rows."""
    since = then.day - pd.Timedelta(days=then.number("days_before"))
    rows = then.readings("ionet", *IONET_KINDS, since=since)
    first(rows)
    counts = gpu_counts.counts_by_kind(rows, IONET_KINDS)
    checked, listed = (counts[counts["kind"] == kind] for kind in ("checked", "listed"))
    return float(checked["low"].min()), float(checked["high"].max()), float(listed["high"].max()), rows


def akash_cpu_heavy(claim: Claim, then: View) -> Ruling:
    """Set Akash's GPUs beside io.net's checked ones, and look for a count of its CPUs."""
    gpus = then.readings("akash", "gpus_total", "gpus_total_high", since=claim.as_of - YEAR)
    least, _, _, other = ionet_counts(then)
    cpus = then.readings("akash", "vcpu_total")
    first(gpus)
    most = float(gpus["value"].max())
    heavy = None if cpus.empty else last(cpus).value >= then.number("cpu_heavy") * most
    finding = (
        f"Akash had at most {most:,.0f} GPUs (estimate of {last(gpus).day}) beside at least {least:,.0f} on io.net "
        f"that could be deployed in April 2024. "
    )
    if cpus.empty:
        finding += "But no count of its CPUs was read."
    else:
        finding += f"It had {last(cpus).value:,.0f} CPU threads on {last(cpus).day}."
    return ruled({"few GPUs": most < least, "many CPUs": heavy}, finding, gpus, other, cpus)


def bittensor_miners(claim: Claim, then: View) -> Ruling:
    """Bound the miners by the places that the subnets of the time had."""
    counted = then.readings("bittensor", "subnets").iloc[-1:]
    places = then.constant("bittensor", "max_allowed_uids")
    permits = then.constant("bittensor", "max_allowed_validators")
    subnets = last(counted).value
    most, least = subnets * first(places).value, subnets * (first(places).value - first(permits).value)
    open_ = HOLDS if claim.number <= least else CANNOT_BE_SETTLED
    finding = (
        f"No count of the time was read. {subnets:.0f} subnets of {first(places).value:.0f} places hold {most:,.0f} "
        f"neurons, of which {least:,.0f} to {most:,.0f} mine if all are taken: the claim lies "
        f"{'above' if claim.number > most else 'below' if claim.number <= least else 'between'}."
    )
    return ruled(DOES_NOT_HOLD if claim.number > most else open_, finding, counted, places, permits)


def bittensor_subnets(claim: Claim, then: View) -> Ruling:
    """Compare the claimed number of subnets with the last one counted, and ask what they share."""
    rows = then.readings("bittensor", "subnets")
    rows = rows[rows["status"] == "measured"]
    shared = then.constant("bittensor", "tempo")
    count = then.compared(claim.number, last(rows).value)
    parts = {
        "as many": count != DOES_NOT_HOLD,
        "each with one task": None,
        "each a chain of its own": shared.empty,  # the chain's own rules set when a subnet's epoch ends
    }
    finding = (
        f"{last(rows).value:.0f} subnets were counted on {last(rows).day}, the root network apart; what each works on "
        f"is not in the data. They are no chains of their own: all of them live in the state of one chain, which "
        f"closes the epoch of each every {first(shared).value:.0f} blocks and keeps one issuance."
    )
    return ruled(parts, finding, rows, shared)


def ionet_testnet(claim: Claim, then: View) -> Ruling:
    """Ask when the test network opened and how much of what was listed was real."""
    start = then.events("ionet", "Activity starts to count")
    low, high, listed, rows = ionet_counts(then)
    parts = {
        "opened in November 2023": None if start.empty else f"{start['date'].iloc[0]:%Y-%m}" == "2023-11",
        "large": low >= then.number("large_fleet"),
        "as large as listed": high >= listed * then.number("real_share"),
    }
    finding = (
        f"Activity counts from {day(start['date'].iloc[0]) if len(start) else 'no day known'}. In April 2024 the "
        f"explorer listed {listed:,.0f} GPUs; {low:,.0f} to {high:,.0f} were found to be real, {high / listed:.1%} at "
        f"most."
    )
    return ruled(parts, finding, start, rows)


def ionet_aggregation(claim: Claim, then: View) -> Ruling:
    """Split io.net's checked GPUs by origin, as far as a partner's part can be told."""
    ready = then.readings("ionet", "gpus_cluster_ready").iloc[-1:]
    paid = then.readings("render", "compute_client_rewards")
    cap = then.constant("render", "compute_client_node_cap")
    # a node is paid at most the cap, so the payout is a lower bound of the nodes
    nodes = math.ceil(last(paid).value / first(cap).value)
    filecoin = then.events("ionet", "Filecoin")
    parts = {
        "from Render": nodes > 0,
        "from Filecoin": None if filecoin.empty else True,
        "from data centres and miners": None,  # no count by kind of owner exists
    }
    finding = (
        f"By what they were paid in {last(paid).month}, at least {nodes:,.0f} of Render's nodes worked for io.net, "
        f"which counted {last(ready).value:,.0f} cluster-ready GPUs. No count of GPUs from Filecoin, data centres or "
        f"miners was read."
    )
    return ruled(parts, finding, ready, paid, cap)


def ionet_apple(claim: Claim, then: View) -> Ruling:
    """Ask when Apple's chips were let in, and whether any were counted."""
    added = then.events("ionet", "Apple")
    counted = then.readings("ionet", "gpus_apple")  # no such count was read yet; one would settle it
    specs = data.load("gpu_specs").set_index("gpu_model").loc[["M2 Ultra", "RTX 4090"]].reset_index()
    throughput = float(specs["fp32_tflops"].iloc[0] / specs["fp32_tflops"].iloc[1])
    parts = {"added": not added.empty, "widens the supply": None if counted.empty else last(counted).value > 0}
    finding = (
        f"Software for Apple chips was out on {day(added['date'].iloc[0]) if len(added) else 'no day known'}, but no "
        f"count of such devices was read, so how far they widened the supply is open. An M2 Ultra has {throughput:.0%} "
        f"of an RTX 4090's FP32 throughput."
    )
    return ruled(parts, finding, added, counted, specs)


def render_gpu_rich(claim: Claim, then: View) -> Ruling:
    """Bound Render's GPUs from below by the wallets that were paid."""
    wallets = then.readings("render", "node_wallets_paid_work").iloc[-1:]
    joined = then.readings("render", "gpu_nodes_cumulative")
    low, large = last(wallets).value, then.number("large_fleet")
    high = math.inf if joined.empty else last(joined).value
    verdict = HOLDS if low >= large else DOES_NOT_HOLD if high < large else CANNOT_BE_SETTLED
    finding = (
        f"No count of GPUs was read. In the epoch to {last(wallets).day} {low:,.0f} wallets, each with one GPU or "
        f"more, were paid for work; {large:,.0f} GPUs are taken as a large fleet."
    )
    return ruled(verdict, finding, wallets, joined)


def bittensor_not_comparable(claim: Claim, then: View) -> Ruling:
    """Look for any count of hardware on Bittensor beside those of the other three."""
    table = data.current("observations")
    table = table[table["metric"].str.match(r"gpus?_|gpus$") & (table["date"] <= then.day) & (table["unit"] == "count")]
    own = then.readings("bittensor", *table.loc[table["network"] == "bittensor", "metric"].unique())
    others = table[table["network"] != "bittensor"]
    count = others.groupby("network").size()
    finding = (
        f"{len(own) or 'No'} count of hardware on Bittensor was read, {count.sum()} of GPUs on other networks. Its "
        f"chain knows places and scores, not machines."
    )
    return ruled({"no hardware to compare": own.empty}, finding, others, own)
