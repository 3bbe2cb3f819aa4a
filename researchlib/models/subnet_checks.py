"""What was read of the subnets, held against the rules: shares, what entered the pools, who went, what was paid.

What a day's state lacks is missing here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.bittensor import emission, injection, pruning
from researchlib.bittensor import subnets as lock
from researchlib.models import subnets

__all__ = ["as_read", "by_day", "injected", "issued_nearby", "locks", "next_to_go", "replaced", "replayed"]

RAO = emission.RAO_PER_TAO


def replayed(table: pd.DataFrame) -> pd.DataFrame | None:
    """Return the chain's own shares beside those of the rule in force, None where the chain's are not known.

    Columns: chain, rule, error (rule less chain). The bar is the stored one where it was read, else taken from the
    state, as the chain does every 360 blocks.
    """
    chain, stored = subnets.chain_shares(table), subnets.last_bar(table)
    bar = float(stored["value"].iloc[0]) if len(stored) else None
    made = subnets.rule_shares(table, subnets.in_force(table).emission_share_rule, bar=bar)
    if chain is None or made is None:
        return None
    return pd.DataFrame({"chain": chain, "rule": made, "error": made - chain})


def injected(table: pd.DataFrame, rule: str | None = None) -> pd.DataFrame | None:
    """Return the TAO that a block puts into each pool by the rules, beside what the chain put in; None if not known.

    Columns: predicted, measured (rao), capped (the cap on alpha binds by the rules). The cap hangs on all alpha of a
    subnet; where the day lacks it, that of the nearest day with the same occupant stands in, and a subnet without one
    is left out.
    """
    terms = subnets.in_force(table)
    found = subnets.rule_shares(table, rule or terms.emission_share_rule)
    if found is None or table["tao_injected_per_block"].isna().all() or table["alpha_price_tao"].isna().all():
        return None
    filled = table.assign(alpha_issued=issued_nearby(table)).dropna(subset=["alpha_issued", "alpha_price_tao"])
    proportions = subnets.root_proportions(filled) if len(filled) else None
    if proportions is None:
        return None
    rule_of_alpha = data.parameters(emission.EmissionParameters, table["date"].iloc[0])
    rows = {}
    for row in filled.to_dict("records"):
        netuid = row["netuid"]
        created = emission.block_emission(round(row["alpha_issued"] * RAO), rule_of_alpha)
        made = injection.injection_terms(
            terms.injection_rule,
            float(found[netuid] * terms.block_emission * RAO),
            float(row["alpha_price_tao"]),
            created,
            tao_block_emission_rao=round(terms.block_emission * RAO),
            root_proportion=float(proportions[netuid]),
        )
        rows[netuid] = (float(made.tao_in_rao), row["tao_injected_per_block"] * RAO, made.excess_tao_rao > 0)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["predicted", "measured", "capped"])


def issued_nearby(table: pd.DataFrame) -> pd.Series:
    """Return the alpha issued of each subnet on the nearest day that tells it of the same occupant."""
    day = str(table["date"].iloc[0].date())
    every = subnets.states()
    since = subnets.occupied_since(every)
    found = table["alpha_issued"].copy()
    occupant = since.loc[day].reindex(found.index)
    near = sorted(
        subnets.known_on(every, "alpha_issued"), key=lambda other: abs(pd.Timestamp(other) - pd.Timestamp(day))
    )
    for other in near:
        same = (since.loc[other].reindex(found.index) == occupant).to_numpy(bool)
        found = found.fillna(every[other]["alpha_issued"].reindex(found.index).where(same))
    return found


def by_day(least_rao: float = 1000) -> pd.DataFrame:
    """Return how close the rule in force comes to what was read, a row a day of state.

    Columns: rule, price (moving or spot), worst and median (absolute error of a share against the chain's own),
    uncapped (median relative error of the TAO put in where no cap binds, of amounts above ``least_rao``), capped (the
    same where one does), pools (uncapped ones). What a day does not tell is missing.
    """
    rows = []
    for day, table in subnets.states().items():
        against, put = replayed(table), injected(table)
        row: dict[str, object] = {"day": pd.Timestamp(day), "rule": subnets.in_force(table).emission_share_rule}
        row["price"] = subnets.prices(table)[1]
        if against is not None:
            row |= {"worst": against["error"].abs().max(), "median": against["error"].abs().median()}
        if put is not None:
            put = put[put["measured"] > least_rao]
            off, capped = (put["predicted"] / put["measured"] - 1).abs(), put["capped"].astype(bool)
            row |= {"uncapped": off[~capped].median(), "capped": off[capped].median(), "pools": int((~capped).sum())}
        rows.append(row)
    return pd.DataFrame(rows).set_index("day")


@dataclass(frozen=True)
class _ShareRule:
    network: ClassVar[str] = "bittensor"

    emission_share_rule: str


def as_read() -> pd.DataFrame:
    """Return what part of the emission the largest subnets had, as read through the regimes, by date and rule."""
    rows = data.current("observations").query("network == 'bittensor'")
    rows = rows[rows["metric"].isin([f"emission_share_top{n}" for n in (1, 5, 10)])]
    wide = rows.pivot_table(index="date", columns="metric", values="value", aggfunc="last")
    wide.columns = [name.removeprefix("emission_share_") for name in wide.columns]
    wide = wide[["top1", "top5", "top10"]]
    wide.insert(0, "rule", [data.parameters(_ShareRule, day).emission_share_rule for day in wide.index])
    return wide


@dataclass(frozen=True)
class _Immunity:
    network: ClassVar[str] = "bittensor"

    network_immunity_period: int


def next_to_go(table: pd.DataFrame, most: int = 5, block: int | None = None) -> pd.DataFrame | None:
    """Return the subnets that the next registrations replace, in order, None where their age is not known.

    Each goes as if nobody's price moved and no block passed in between. Columns: netuid, price, registered_block.
    """
    if table["registered_block"].isna().any() or table["alpha_price_tao"].isna().all():
        return None
    day, now = table["date"].iloc[0], int(table["block"].iloc[0]) if block is None else block
    score = subnets.prices(table)[0]
    born = table["registered_block"].astype(int)
    left = [pruning.Subnet(int(n), int(born[n]), float(score[n])) for n in table.index]
    immunity = data.parameters(_Immunity, day).network_immunity_period
    gone: list[int] = []
    while len(gone) < most and (netuid := pruning.subnet_to_prune(left, now, immunity)) is not None:
        gone.append(netuid)
        left = [each for each in left if each.netuid != netuid]
    return pd.DataFrame(
        {"netuid": gone, "price": score[gone].to_numpy(), "registered_block": table.loc[gone, "registered_block"]}
    ).reset_index(drop=True)


def _paid() -> pd.DataFrame:
    rows = data.current("observations").query("network == 'bittensor' and metric == 'subnet_replacement_cost_paid'")
    told = rows["note"].str.extract(r"SN(?P<netuid>\d+), block (?P<block>\d+)").astype(int)
    return rows.assign(paid=rows["value"], **told).sort_values("block").reset_index(drop=True)


def replaced() -> pd.DataFrame:
    """Return the subnets that were replaced, with the block and what was paid, and their place in the order before.

    Columns: date, netuid, block, paid, read (the last day of state before), place (in the order of `next_to_go` by that
    state at that block, 1 for the first; missing where no state before it tells).
    """
    rows, every = _paid(), subnets.states()
    days = subnets.known_on(every, "alpha_price_tao")
    read, place = [], []
    for netuid, block in zip(rows["netuid"], rows["block"], strict=True):
        earlier = [day for day in days if every[day]["block"].iloc[0] < block]
        order = next_to_go(every[earlier[-1]], most=40, block=int(block)) if earlier else None
        netuids = [] if order is None else order["netuid"].tolist()
        read.append(earlier[-1] if earlier else None)
        place.append(netuids.index(netuid) + 1 if netuid in netuids else np.nan)
    return rows.assign(read=pd.to_datetime(pd.Series(read)), place=place)


def locks() -> pd.DataFrame:
    """Return what each subnet that replaced another paid, beside the rule's price from the one before it.

    Columns: date, netuid, block, paid, expected, difference (paid less expected), interval (blocks, as stored and
    scaled by the emission), source_id. The first row has no expectation.
    """
    rows = _paid()
    expected, interval = [np.nan], [np.nan]
    for last, row in pairwise(rows.to_dict("records")):
        rule = data.parameters(lock.LockParameters, row["date"])
        created = round(data.parameters(subnets.Terms, row["date"]).block_emission * RAO)
        paid, before, now = round(last["paid"] * RAO), int(last["block"]), int(row["block"])
        expected.append(lock.lock_cost(paid, before, now, rule, block_emission_rao=created) / RAO)
        interval.append(rule.lock_reduction_interval * created / RAO)
    return rows.assign(expected=expected, interval=interval, difference=rows["paid"] - expected)
