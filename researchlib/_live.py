"""Which of several rows about the same thing counts: what was asked for, then what `researchlib refresh` read last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

__all__ = ["KEYS", "latest", "ranks"]

KEYS: Mapping[str, tuple[str, ...]] = {
    "observations": ("network", "metric", "date", "period_days"),
    "gpu_prices": ("date", "venue", "instance", "gpu_model", "gpus", "pricing", "region"),
    "token_prices": ("network", "date"),
}
"""What rows have in common that speak of the same thing, by table that can be refreshed."""

#: ids of sources that `researchlib refresh` reads; a history read again later carries the day
_LIVE = re.compile(r"_live(?:_(\d{8}))?$")


def ranks(source_ids: pd.Series, preferred: Sequence[str] = ()) -> pd.Series:
    """Return the place of each source: the preferred first, then live ones, the last read first, then all others."""
    live = sorted((name for name in source_ids.unique() if _LIVE.search(name)), key=_read_on, reverse=True)
    places = {name: place for place, name in enumerate(dict.fromkeys([*preferred, *live]))}
    return source_ids.map(places).fillna(len(places))


def latest(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the rows of a table without those that a live reading, or a later one, stands beside."""
    rank = ranks(rows["source_id"])
    if rank.eq(0).all():  # nothing live
        return rows
    best = rank.groupby([rows[column] for column in KEYS[table]], dropna=False).transform("min")
    return rows[rank == best]


def _read_on(source_id: str) -> str:
    """Day on which a live source was read again, as text; empty for the first reading."""
    found = _LIVE.search(source_id)
    return (found and found.group(1)) or ""
