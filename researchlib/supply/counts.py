"""Counts of GPUs that mean different things, kept apart: announced, registered, verified; own and lent by others.

Source: definitions of our own, each stated with its function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
import pandas as pd

from researchlib import _validate as check
from researchlib.bounds import Amount, checked, frame

__all__ = ["counts_by_kind", "split_by_origin"]


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


@checked
def split_by_origin(total: Amount, partners: Mapping[str, float | None]) -> pd.DataFrame:
    """Split the ``total`` GPUs that a network lists into its own and those that partner networks lend it.

    ``partners`` gives the GPUs of each within ``total``, None where no figure was read. The result has a row an origin
    (``own`` first): ``count`` (missing where unknown), ``at_most`` (the largest count consistent with what is known)
    and ``share`` of the total.

    Raises ValueError if a partner's count is negative or all of them exceed the total.

    Examples
    --------
    >>> split_by_origin(1000, {"render": 300, "filecoin": None})["at_most"].to_dict()
    {'own': 700.0, 'render': 300.0, 'filecoin': 700.0}
    """
    known = {name: check.number(name, count, minimum=0) for name, count in partners.items() if count is not None}
    rest = total - sum(known.values())
    if rest < 0:
        raise ValueError(f"partners: {sum(known.values()):g} GPUs given, at most the total of {total:g} allowed")
    own = rest if len(known) == len(partners) else np.nan
    counts = {"own": own} | {name: known.get(name, np.nan) for name in partners}
    table = pd.DataFrame({"count": counts}, dtype=float).rename_axis("origin")
    table["at_most"] = table["count"].fillna(rest)
    table["share"] = table["count"] / total if total else np.nan
    return table
