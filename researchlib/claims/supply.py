"""Verdicts on what the networks hold: counts of different meaning are never mixed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd

from researchlib import data
from researchlib.claims.verdict import (
    CANNOT_BE_SETTLED,
    DOES_NOT_HOLD,
    HOLDS,
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
from researchlib.supply import counts as gpu_counts

__all__ = ["EXAMINERS", "IONET_KINDS"]

LARGE_FLEET = 1_000
"""GPUs from which a decentralised network's fleet counts as large."""
CPU_HEAVY = 32
"""CPU threads a GPU from which a fleet counts as heavy in CPUs: more than servers built for GPUs come with."""
IONET_KINDS: Mapping[str, str] = {
    "gpus_explorer_total": "listed",
    "gpus_explorer_constant": "listed",
    "gpus_cluster_ready": "checked",
    "gpus_explorer_hand_count": "checked",
    "gpus_deployable": "checked",
}
"""What io.net's counts of April 2024 mean: what its explorer listed, and what could be found or deployed."""
NEAR = pd.Timedelta(days=31)
YEAR = pd.Timedelta(days=366)


def _ionet_counts(until: pd.Timestamp) -> tuple[float, float, float, pd.DataFrame]:
    """Return io.net's counts in the month before a day: least and most checked, most listed, and the rows."""
    rows = readings("ionet", *IONET_KINDS, since=until - NEAR, until=until)
    counts = gpu_counts.counts_by_kind(rows, IONET_KINDS)
    checked, listed = (counts[counts["kind"] == kind] for kind in ("checked", "listed"))
    return float(checked["low"].min()), float(checked["high"].max()), float(listed["high"].max()), rows


def akash_cpu_heavy(claim: Claim) -> Verdict:
    """Set Akash's GPUs beside io.net's checked ones, and look for a count of its CPUs."""
    gpus = readings("akash", "gpus_total", "gpus_total_high", since=claim.as_of - YEAR, until=claim.as_of)
    least, _, _, other = _ionet_counts(claim.as_of)
    cpus = readings("akash", "vcpu_total")
    then = cpus[cpus["date"] <= claim.as_of]
    most = float(gpus["value"].max())
    parts = {
        "few GPUs": most < least,
        "many CPUs": None if then.empty else last(then).value >= CPU_HEAVY * most,
    }
    finding = (
        f"Akash had at most {most:,.0f} GPUs (estimate of {last(gpus).day}) beside at least {least:,.0f} on io.net "
        f"that could be deployed in April 2024. "
    )
    if then.empty:
        finding += (
            f"But no count of Akash's CPUs of that time was read; the first is {first(cpus).value:,.0f} threads on "
            f"{first(cpus).day}."
        )
    else:
        finding += f"It had {last(then).value:,.0f} CPU threads on {last(then).day}."
    return Verdict(claim.claim_id, from_parts(parts), finding, (gpus, other, cpus))


def bittensor_miners(claim: Claim) -> Verdict:
    """Bound the miners by the places that the subnets of the time had."""
    counted = readings("bittensor", "subnets", until=claim.as_of).iloc[-1:]
    places = constant("bittensor", "max_allowed_uids", claim.as_of)
    permits = constant("bittensor", "max_allowed_validators", claim.as_of)
    later = readings("bittensor", "miners_active", "miners", since=claim.as_of)
    wider = readings("bittensor", "subnets", until=first(later).date).iloc[-1:]
    subnets = last(counted).value
    most, full = subnets * first(places).value, subnets * (first(places).value - first(permits).value)
    typical = subnets * first(later).value / last(wider).value
    if claim.number > most:
        verdict = DOES_NOT_HOLD
    else:
        verdict = HOLDS if claim.number <= min(full, typical) else CANNOT_BE_SETTLED
    finding = (
        f"No count of the time was read. {subnets:.0f} subnets of {first(places).value:.0f} places hold {most:,.0f} "
        f"neurons, of which {full:,.0f} to {most:,.0f} mine if all are taken; as full as the {last(wider).value:.0f} "
        f"subnets of {first(later).day} with their {first(later).value:,.0f} active miners, it would be "
        f"{typical:,.0f}. On {last(later).day} there were {last(later).value:,.0f}."
    )
    return Verdict(claim.claim_id, verdict, finding, (counted, places, permits, later, wider))


def bittensor_subnets(claim: Claim) -> Verdict:
    """Compare the claimed number of subnets with the last one counted before."""
    rows = readings("bittensor", "subnets")
    rows = rows[rows["status"] == "measured"]
    then, now = last(rows[rows["date"] <= claim.as_of]), last(rows)
    finding = (
        f"{then.value:.0f} subnets were counted on {then.day}, the root network apart; what each works on is not in "
        f"the data. On {now.day} there were {now.value:.0f}."
    )
    return Verdict(claim.claim_id, from_number(claim.number, then.value), finding, (rows,))


def ionet_testnet(claim: Claim) -> Verdict:
    """Ask when the test network opened and how much of what was listed was real."""
    start = events("ionet", "Activity starts to count", until=claim.as_of)
    low, high, listed, rows = _ionet_counts(claim.as_of)
    later = readings("ionet", "gpus_verified_daily_avg", since=claim.as_of)
    parts = {
        "opened in November 2023": None if start.empty else f"{start['date'].iloc[0]:%Y-%m}" == "2023-11",
        "large": low >= LARGE_FLEET,
        "as large as listed": high >= listed / 2,
    }
    finding = (
        f"Activity counts from {day(start['date'].iloc[0]) if len(start) else 'no day known'}. In April 2024 the "
        f"explorer listed {listed:,.0f} GPUs; {low:,.0f} to {high:,.0f} were found to be real, {high / listed:.1%} at "
        f"most. In the quarter to {last(later).day} {last(later).value:,.0f} were verified on average."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (start, rows, later))


def ionet_aggregation(claim: Claim) -> Verdict:
    """Split io.net's checked GPUs by origin, as far as a partner's part can be told."""
    ready = readings("ionet", "gpus_cluster_ready", until=claim.as_of).iloc[-1:]
    payments = readings("render", "compute_client_rewards")
    paid = payments[payments["date"] <= claim.as_of]
    cap = constant("render", "compute_client_node_cap", claim.as_of)
    # a node is paid at most the cap, so the payout is a lower bound of the nodes
    nodes = math.ceil(last(paid).value / first(cap).value)
    split = gpu_counts.split_by_origin(last(ready).value, {"render": nodes, "filecoin": None})["share"]
    filecoin = events("ionet", "Filecoin", until=claim.as_of)
    parts = {
        "from Render": nodes > 0,
        "from Filecoin": None if filecoin.empty else True,
        "from data centres and miners": None,  # no count by kind of owner exists
    }
    finding = (
        f"By what they were paid in {last(paid).month}, at least {nodes:,.0f} of Render's nodes worked for io.net, "
        f"{float(split['render']):.0%} of {last(ready).value:,.0f} cluster-ready GPUs; the payments ended in "
        f"{last(payments).month}. No count of GPUs from Filecoin, data centres or miners was read."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (ready, payments, cap))


def ionet_apple(claim: Claim) -> Verdict:
    """Ask when Apple's chips were let in, whether any were counted, and what became of them."""
    added = events("ionet", "Apple", until=claim.as_of)
    ended = events("ionet", "Apple M2 support ends")
    counted = readings("ionet", "gpus_apple", until=claim.as_of)  # no such count was read yet; one would settle it
    weights = pd.concat(
        [data.parameter_history("ionet", f"multiplier_{model}").iloc[:1] for model in ("apple_m2_ultra", "h100")]
    )
    specs = data.load("gpu_specs").set_index("gpu_model").loc[["M2 Ultra", "RTX 4090"]].reset_index()
    reward = float(weights["value"].iloc[0]) / float(weights["value"].iloc[1])
    throughput = float(specs["fp32_tflops"].iloc[0] / specs["fp32_tflops"].iloc[1])
    parts = {"added": not added.empty, "widens the supply": None if counted.empty else last(counted).value > 0}
    finding = (
        f"Software for Apple chips was out on {day(added['date'].iloc[0]) if len(added) else 'no day known'}, but no "
        f"count of such devices was read, so how far they widened the supply is open. An M2 Ultra has {throughput:.0%} "
        f"of an RTX 4090's FP32 throughput and earned {reward:.0%} of an H100's reward; its support ended on "
        f"{day(ended['date'].iloc[0])}."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (added, ended, weights, specs))


def render_gpu_rich(claim: Claim) -> Verdict:
    """Bound Render's GPUs between the wallets that were paid and the nodes that ever joined."""
    wallets = readings("render", "node_wallets_paid_work", until=claim.as_of).iloc[-1:]
    joined = readings("render", "gpu_nodes_cumulative")
    low, high = last(wallets).value, last(joined).value
    verdict = HOLDS if low >= LARGE_FLEET else DOES_NOT_HOLD if high < LARGE_FLEET else CANNOT_BE_SETTLED
    finding = (
        f"No count of GPUs was read. In the epoch to {last(wallets).day} {low:,.0f} wallets, each with one GPU or "
        f"more, were paid for work; the Foundation's {high:,.0f} nodes of {last(joined).month} are all that ever "
        f"joined. {LARGE_FLEET:,} GPUs, taken here as a large fleet, lie in between."
    )
    return Verdict(claim.claim_id, verdict, finding, (wallets, joined))


EXAMINERS: Mapping[str, Callable[[Claim], Verdict]] = {
    "akash-cpu-heavy": akash_cpu_heavy,
    "bittensor-miners": bittensor_miners,
    "bittensor-subnets": bittensor_subnets,
    "ionet-aggregation": ionet_aggregation,
    "ionet-apple": ionet_apple,
    "ionet-testnet": ionet_testnet,
    "render-gpu-rich": render_gpu_rich,
}
