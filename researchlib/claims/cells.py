"""One cell of the comparison: the newest reading of a kind up to a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from researchlib.claims.verdict import readings

__all__ = ["NOT_READ", "Row", "newest", "reading"]

NOT_READ = "not read"
"""How an unknown figure is written."""


class Row(NamedTuple):
    """What is known of one network on one topic; ``text`` stands where no number can."""

    network: str
    topic: str
    what: str = ""
    value: float = np.nan
    unit: str = ""
    date: pd.Timestamp | None = None
    kind: str = ""
    source_id: str = ""
    text: str = ""


def newest(network: str, metrics: Sequence[str], at: pd.Timestamp, *, status: Sequence[str] = ()) -> pd.Series | None:
    """Return the newest row of some metrics up to a day, of equally new ones that of the metric named first.

    Parameters
    ----------
    network, metrics
        As in the table of observations.
    at
        Nothing later is looked at.
    status
        Kinds of reading allowed; by default all.

    Returns
    -------
    The row, or None where nothing was read.
    """
    rows = readings(network, *metrics, until=at)
    if status:
        rows = rows[rows["status"].isin(list(status))]
    if rows.empty:
        return None
    latest = rows[rows["date"] == rows["date"].max()]
    rank = latest["metric"].map({metric: position for position, metric in enumerate(metrics)})
    best: pd.Series = latest.iloc[int(np.argmin(rank.to_numpy()))]
    return best


def reading(network: str, topic: str, what: str, row: pd.Series | None) -> Row:
    """Return a row of observations as a cell; None as one that was not read."""
    if row is None:
        return Row(network, topic)
    return Row(network, topic, what, float(row["value"]), row["unit"], row["date"], row["status"], row["source_id"])
