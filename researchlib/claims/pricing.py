"""Verdicts on how prices and rewards are set: the rules themselves are asked."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any, get_type_hints

import pandas as pd

from researchlib.akash import market
from researchlib.bittensor import epoch
from researchlib.claims.verdict import (
    Claim,
    Ruling,
    day,
    ruled,
)
from researchlib.claims.view import View, first, last
from researchlib.render import tiers

__all__ = [
    "akash_market", "bittensor_competition", "bittensor_off_chain", "ionet_clusters", "render_pricing",
]  # fmt: skip

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


def akash_market(claim: Claim, then: View) -> Ruling:
    """Put two bids on an order and lease the dearer one."""
    opened = [then.events("akash", text) for text in ("marketplace opens", "persistent storage", "GPU marketplace")]
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
    return ruled(parts, finding, *opened, then.constant("akash", "order_max_bids"))


def _epoch_rules(then: View) -> tuple[epoch.EpochParameters, pd.DataFrame]:
    """Return the rules of an epoch of the day, and their rows."""
    known = dataclasses.asdict(then.parameters(_EpochThen))
    # without effect under Yuma2, and no document of the time gives it
    return epoch.EpochParameters(**known, alpha_sigmoid_steepness=0), then.rules(_EpochThen)


def bittensor_competition(claim: Claim, then: View) -> Ruling:
    """Move a miner's score in one epoch of consensus, and let a minority of validators praise another."""
    rules, rows = _epoch_rules(then)
    scores = (0.25, 0.5, 0.75)
    shares = [_incentive(rules, score) for score in scores]
    lonely = _incentive(rules, 0.5, praised_by_one=True)
    owner = then.constant("bittensor", "subnet_owner_cut_u16")
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
    return ruled(parts, finding, rows, owner)


def bittensor_off_chain(claim: Claim, then: View) -> Ruling:
    """Pay a miner in one epoch of consensus that is told nothing but stakes and weights."""
    rules, rows = _epoch_rules(then)
    share = _incentive(rules, 0.5)
    finding = (
        f"An epoch of the chain takes stakes and validators' weights and nothing of the work: from them alone a miner "
        f"with half of all weights gets {share:.0%} of what miners earn. What they compute never enters a block."
    )
    return ruled({"paid without the work on the chain": share > 0}, finding, rows)


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


def ionet_clusters(claim: Claim, then: View) -> Ruling:
    """Ask whether clusters were for rent, and whether anyone had measured that they work as one."""
    ready = then.readings("ionet", "gpus_cluster_ready")
    measured = then.readings("ionet", "cluster_bandwidth", "cluster_scaling")  # neither was ever read; one would tell
    parts = {"several GPUs are rented together": len(ready) > 0 or None, "as one system": len(measured) > 0 or None}
    finding = (
        f"On {last(ready).day} io.net counted {last(ready).value:,.0f} GPUs ready to be put into clusters. How fast "
        f"the machines of a cluster were linked, and whether several computed as fast as one large machine, nobody "
        f"had measured."
    )
    return ruled(parts, finding, ready)


def render_pricing(claim: Claim, then: View) -> Ruling:
    """Ask whether there are tiers, who sets their prices, and whether those ever moved."""
    tariff = then.parameters(tiers.TierParameters)
    histories = then.history("render", *(field.name for field in dataclasses.fields(tiers.TierParameters)))
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
        f"on record, and no rule that would move it was published."
    )
    return ruled(parts, finding, histories)
