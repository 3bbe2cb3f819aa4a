"""Counts of GPUs that mean different things, kept apart: announced, registered, verified.

Source: definitions of our own, each stated with its function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import pandas as pd

from researchlib import _validate as check
from researchlib.bounds import checked, frame

__all__ = ["counts_by_kind"]


@checked
def counts_by_kind(
    observations: Annotated[pd.DataFrame, frame("metric", "date", "value", "source_id")], kinds: Mapping[str, str]
) -> pd.DataFrame:
    """Line up counts that mean different things, with conflicting readings left visible.

    ``observations`` has a reading a row; ``kinds`` names what each metric counts, such as
    ``{"gpus_claimed": "announced", "gpus_registered": "registered"}``. The result has a row a date and kind: ``low``
    and ``high`` (the smallest and largest reading), ``readings``, ``conflict`` (readings differ), ``metrics`` and
    ``sources`` (names, comma-separated).

    Raises ValueError if a metric has no kind, or a count is negative.
    """
    for metric in observations["metric"].unique():
        check.one_of("metric", metric, list(kinds))
    rows = observations.assign(
        date=pd.to_datetime(observations["date"]),
        value=check.array("value", observations["value"], minimum=0),
        kind=observations["metric"].map(kinds),
    )
    table = rows.groupby(["date", "kind"]).agg(
        low=("value", "min"),
        high=("value", "max"),
        readings=("value", "size"),
        metrics=("metric", lambda names: ", ".join(sorted(set(names)))),
        sources=("source_id", lambda names: ", ".join(sorted(set(names)))),
    )
    table.insert(3, "conflict", table["low"] < table["high"])
    return table.reset_index()
