"""Verdicts on how prices and rewards are set: the rules themselves are asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, get_type_hints

import pandas as pd

from researchlib import data
from researchlib.akash import market
from researchlib.bittensor import epoch
from researchlib.claims.verdict import Claim, Verdict, constant, day, events, first, from_parts, readings
from researchlib.ionet import orders
from researchlib.render import tiers

__all__ = ["EXAMINERS"]

ONE_MACHINE = 0.01
"""Devices work as one if the link between them has at least this part of the bandwidth of a GPU's own memory."""
MEGABITS_IN_A_GIGABYTE = 8_000
LATER = ("alpha_sigmoid_steepness",)
"""Parameters of an epoch that came after spring 2024."""

_EpochThen: Any = dataclasses.make_dataclass(
    "_EpochThen",
    [
        (field.name, get_type_hints(epoch.EpochParameters)[field.name])
        for field in dataclasses.fields(epoch.EpochParameters)
        if field.name not in LATER
    ],
    namespace={"network": "bittensor"},
    frozen=True,
)


def akash_market(claim: Claim) -> Verdict:
    """Put two bids on an order and lease the dearer one."""
    steps = ("marketplace opens", "persistent storage", "GPU marketplace")
    opened = [events("akash", text, until=claim.as_of) for text in steps]
    bids = (market.Bid("cheap", Decimal(5), deposit=0), market.Bid("dear", Decimal(8), deposit=0))
    leased = market.create_lease(market.Group(Decimal(10), "uakt", bids=bids), "dear").lease
    parts = {
        "open for CPU, storage and GPU": all(len(rows) for rows in opened),
        "the cheapest bid wins": leased is None or leased.provider == "cheap",
    }
    dates = [day(rows["date"].iloc[0]) if len(rows) else "no day known" for rows in opened]
    finding = (
        f"The market opened on {dates[0]}, with GPUs from {dates[2]}; tenants set a ceiling and providers bid. But the "
        f"tenant names the winner: with bids of 5 and 8 open the chain grants the lease at {leased and leased.price}. "
        f"The cheapest bid won by rule on test networks only, until 2020."
    )
    limits = constant("akash", "order_max_bids", claim.as_of)
    return Verdict(claim.claim_id, from_parts(parts), finding, (*opened, limits))


def bittensor_competition(claim: Claim) -> Verdict:
    """Move a miner's score in one epoch of consensus, and let a minority of validators praise another."""
    rows = data.parameter_rows(_EpochThen, at=claim.as_of)
    known = dataclasses.asdict(data.parameters(_EpochThen, at=claim.as_of))
    # without effect under Yuma2, and no document of the time gives it
    rules = epoch.EpochParameters(**known, alpha_sigmoid_steepness=0)
    scores = (0.25, 0.5, 0.75)
    shares = [_incentive(rules, score) for score in scores]
    lonely = _incentive(rules, 0.5, praised_by_one=True)
    owner = constant("bittensor", "subnet_owner_cut_u16", claim.as_of)
    miners = (1 - first(owner).value / 65_535) / 2
    parts = {
        "better scores earn more": shares == sorted(shares) and shares[0] < shares[-1],
        "validators' scores decide": lonely == 0,
    }
    finding = (
        f"In an epoch under the rules of {day(claim.as_of)} a miner with {', '.join(f'{s:.0%}' for s in scores)} of "
        f"all validators' weights gets {', '.join(f'{share:.0%}' for share in shares)} of what miners earn, "
        f"{miners:.0%} of a subnet's emission. It is the majority of stake that scores: a miner praised by a fifth of "
        f"it alone gets {lonely:.0%}."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (rows, owner))


def _incentive(rules: epoch.EpochParameters, score: float, *, praised_by_one: bool = False) -> float:
    """Return a miner's share of an epoch when five equal validators score it; or that of a third that only one scores.

    Uids 0 to 4 validate; 5 and 6 mine, and so does 7, which validator 4 may weight alone.
    """
    full = 65_535
    weights: list[dict[int, int]] = [{5: round(score * full), 6: full - round(score * full)} for _ in range(5)]
    if praised_by_one:
        weights[4] = {7: full}
    done = epoch.yuma_epoch(
        rules,
        block=1_000,
        stake_rao=[10**12] * 5 + [0] * 3,
        weights=[*weights, {}, {}, {}],
        last_update=[900] * 8,
        block_at_registration=[0] * 8,
        validator_permit=[True] * 5 + [False] * 3,
        emission_rao=10**9,
    )
    return done.incentive[7 if praised_by_one else 5] / sum(done.incentive)


def ionet_clusters(claim: Claim) -> Verdict:
    """Form a cluster of several devices, and set its best documented link beside a GPU's own memory."""
    ready = readings("ionet", "gpus_cluster_ready", until=claim.as_of)
    documented = data.parameter_history("ionet", "connectivity_tier4_download")["valid_from"].min()
    at = max(documented, claim.as_of)
    links = data.parameters(orders.ConnectivityParameters, at=at)
    rows = data.parameter_rows(orders.ConnectivityParameters, at=at)
    devices = [orders.Device("A100", 4, 1.0, 4, "US", supplier) for supplier in ("a", "b")]
    cluster = orders.form_cluster(orders.Request(8), devices)
    spec = data.load("gpu_specs").query("gpu_model == 'A100 SXM 80GB'")
    link = links.connectivity_tier4_download / MEGABITS_IN_A_GIGABYTE
    share = link / float(spec["memory_bandwidth_gb_s"].iloc[0])
    parts = {
        "several devices at once": len(ready) > 0 and cluster is not None and len(cluster.devices) > 1,
        "as one system": share >= ONE_MACHINE,
    }
    finding = (
        f"Devices of several owners are rented together under one head node. But the best connection that io.net "
        f"grades ({links.connectivity_tier4_download:,.0f} Mbit/s, documented since {day(documented)}) carries "
        f"{share:.2%} of what an A100 reads from its own memory: they stay several machines. What clusters the fleet "
        f"allows is open, as no split of it by model and place was read."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (ready, rows, spec))


def render_pricing(claim: Claim) -> Verdict:
    """Ask whether there are tiers, who sets their prices, and whether those ever moved."""
    tariff = data.parameters(tiers.TierParameters, at=claim.as_of)
    names = [field.name for field in dataclasses.fields(tiers.TierParameters)]
    histories = pd.concat([data.parameter_history("render", name) for name in names])
    in_force = histories[histories["status"] == "in_force"]
    changes = int((in_force.groupby("parameter")["value"].nunique() - 1).sum())
    prices = [
        tiers.price_per_obh(tariff.multiplier(tier), tariff.eur_per_credit, tariff.obh_per_credit_base)
        for tier in (2, 3)
    ]
    parts = {
        "several tiers": prices[0] != prices[1],
        "users do not set prices": True,  # a job's price is its work times its tier's price: no bid enters
        "dynamic": changes > 0,
    }
    finding = (
        f"Work is sold in tiers at {prices[0]:g} and {prices[1]:g} EUR per OctaneBench-hour, jobs go by tier and "
        f"reputation, and no bid of a user enters. But the tariff is administered: {changes or 'no'} change of it is "
        f"on record to this day, and no rule that would move it was published."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (histories,))


EXAMINERS: Mapping[str, Callable[[Claim], Verdict]] = {
    "akash-market": akash_market,
    "bittensor-competition": bittensor_competition,
    "ionet-clusters": ionet_clusters,
    "render-pricing": render_pricing,
}
