"""Since when a reading could be known: from its own day if anyone could take it from the chain, else since publication.

A back-test that goes by the date of a reading alone uses some months before anyone could have read them.
"""

from __future__ import annotations

import pandas as pd

from researchlib import data

__all__ = ["LEDGER", "since"]

#: What a node, an explorer or a burn transaction shows to anyone on the day itself, by network and metric.
LEDGER = frozenset(
    {
        ("akash", "circulating_supply"),
        ("akash", "genesis_unlock"),
        ("akash", "inflation_rate"),
        ("akash", "staking_ratio"),
        ("akash", "tokens_minted"),
        ("akash", "total_supply"),
        ("bittensor", "block_number"),
        ("bittensor", "subnet_registration_cost_paid"),
        ("bittensor", "total_issuance"),
        ("ionet", "emission_per_hour"),
        ("ionet", "tokens_emitted"),
        ("render", "rndr_used"),
        ("render", "tokens_burned"),
        ("render", "tokens_burned_usd"),
    }
)


def since(readings: pd.DataFrame) -> pd.DataFrame:
    """Return readings with a column ``known``: the day from which on a forecast could use each.

    Measured readings of ``LEDGER`` count from their own date, all others from the publication of their source where
    that is later; a publication dated by month or year alone counts from its last day, an undated one from the reading.
    """
    published = data.load("sources").set_index("source_id")["published"].astype("string")
    said = readings["source_id"].map(published.map(_last_day))
    on_chain = [
        status == "measured" and (network, metric) in LEDGER
        for network, metric, status in readings[["network", "metric", "status"]].itertuples(index=False)
    ]
    later = pd.concat([readings["date"], pd.to_datetime(said)], axis=1).max(axis=1)
    return readings.assign(known=readings["date"].where(pd.Series(on_chain, index=readings.index), later))


def _last_day(published: str | None) -> pd.Timestamp | None:
    if published is None or pd.isna(published) or not published:
        return None
    return pd.Period(published).end_time.normalize()
