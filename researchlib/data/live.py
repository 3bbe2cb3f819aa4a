"""Which of several rows about the same thing counts: what was asked for, then what `researchlib refresh` read last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

__all__ = ["KEYS", "SOURCES", "latest", "ranks"]

KEYS: Mapping[str, tuple[str, ...]] = {
    "observations": ("network", "metric", "date", "period_days"),
    "gpu_prices": ("date", "venue", "instance", "gpu_model", "gpus", "pricing", "region"),
    "token_prices": ("network", "date"),
    "subnets": ("date", "netuid"),
}
"""What rows have in common that speak of the same thing, by table that can be refreshed."""

SOURCES = frozenset(
    {
        "akash_console_capacity_live",
        "akash_console_dashboard_live",
        "akash_console_gpu_prices_live",
        "akash_console_gpus_live",
        "akash_console_graph_live",
        "akash_console_providers_live",
        "akash_lcd_live",
        "bittensor_rpc_live",
        "coingecko_chart_live",
        "ionet_blocks_live",
        "ionet_network_live",
        "ionet_staking_live",
        "ionet_supply_live",
        "render_solana_supply_live",
        "render_stats_burn_live",
        "render_stats_liability_live",
    }
)
"""Ids of the endpoints that `researchlib refresh` reads; the name alone does not tell: "emissions are live"."""

#: what a history that was revised carries behind its id: the day it was read again, and how often that day
_AGAIN = re.compile(r"_(\d{8})(?:_(\d+))?$")


def ranks(source_ids: pd.Series, preferred: Sequence[str] = ()) -> pd.Series:
    """Return the place of each source: the preferred first, then live ones, the last read first, then all others."""
    read = {name: when for name in source_ids.unique() if (when := _read_on(name))}
    live = sorted(read, key=lambda name: read[name], reverse=True)
    places = {name: place for place, name in enumerate(dict.fromkeys([*preferred, *live]))}
    return source_ids.map(places).fillna(len(places))


def latest(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the rows of a table without those that a live reading, or a later one, stands beside."""
    rank = ranks(rows["source_id"])
    if rank.eq(0).all():  # nothing live
        return rows
    # what is announced or estimated is another statement, and the only one of its kind: a counter does not replace it
    key = [*KEYS[table], *(["status"] if "status" in rows else [])]
    best = rank.groupby([rows[column] for column in key], dropna=False).transform("min")
    return rows[rank == best]


def _read_on(source_id: str) -> tuple[str, int] | None:
    """Return the day on which an endpoint was read again and the count of that day, of a first reading the least."""
    again = _AGAIN.search(source_id)
    if (source_id[: again.start()] if again else source_id) not in SOURCES:
        return None
    return (again[1], int(again[2] or 1)) if again else ("", 0)
