"""One metric of one network as one row a date."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from researchlib.data import ask, live
from researchlib.data.ask import Date
from researchlib.data.load import load
from researchlib.data.networks import NETWORKS

__all__ = [
    "series",
]


def series(
    network: str,
    metric: str,
    *,
    source: str | Collection[str] | None = None,
    period_days: int | Collection[int] | None = None,
    status: str | Collection[str] | None = None,
    prefer: str | Sequence[str] = (),
    until: Date | None = None,
    empty: bool = False,
) -> pd.DataFrame:
    """Return one metric of one network as one row a date, sorted by date.

    Parameters
    ----------
    network : str
        One of ``NETWORKS``.
    metric : str
        Metric name, as ``data/README.md`` lists them.
    source : str or collection of str, optional
        Keep the rows with this ``source_id``.
    period_days : int or collection of int, optional
        Keep the rows that cover a period of this many days; 0 stands for stocks, which cover none. Without it, rows
        of one length only may be there: months, quarters and years are not mixed unless asked for.
    status : str or collection of str, optional
        Keep the rows that are ``measured``, ``announced`` or ``estimated``.
    prefer : str or sequence of str, optional
        Sources whose row is taken on a date where several differ, the first of them first; other dates keep theirs.
        Behind them come live readings (sources named ``..._live``), the latest read first.
    until : str or date, optional
        Keep the rows dated up to and including this day.
    empty : bool
        Give an empty table, and no error, where the choices leave no row: nothing was known yet.

    Returns
    -------
    DataFrame
        Columns date, value, unit, period_days, status, source_id, note, network, metric.

    Raises
    ------
    ValueError
        For an unknown network or metric, for a choice that leaves no row, and where rows of one date differ or
        periods differ in length: the message lists the choices there are.
    """
    ask.known("network", network, NETWORKS)
    table = load("observations")
    of_network = table[table["network"] == network]
    ask.known("metric", metric, list(of_network["metric"].unique()))
    every = of_network[of_network["metric"] == metric]

    rows = every
    for column, wanted in (("source_id", source), ("period_days", period_days), ("status", status)):
        if wanted is not None:
            options = [wanted] if isinstance(wanted, (str, int)) else list(wanted)
            rows = rows[rows[column].fillna(0).isin(options) if column == "period_days" else rows[column].isin(options)]
    if until is not None:
        rows = rows[rows["date"] <= ask.day("until", until)]
    if rows.empty and not empty:
        raise ValueError(f"series: no row of {network} {metric} fits; there are{_choices(every)}")

    lengths = rows["period_days"].fillna(0)
    # 28 to 31 days are a month, 90 to 92 a quarter: a fifth more tells lengths apart
    if period_days is None and not rows.empty and lengths.max() > 1.2 * lengths.min():
        raise ValueError(
            f"series: {network} {metric} has periods of different length; choose with period_days= (0: a stock) "
            f"among{_choices(rows)}"
        )
    preferred = [prefer] if isinstance(prefer, str) else list(prefer)
    for source_id in set(preferred) - set(every["source_id"]):  # a preference for what is not there is none
        ask.known("prefer", source_id, list(load("sources")["source_id"]))
    rows = rows.assign(rank=live.ranks(rows["source_id"], preferred)).sort_values(["date", "rank", "source_id"])
    best = rows[rows["rank"] == rows.groupby("date")["rank"].transform("min")]
    differing = best.groupby("date")["value"].transform("nunique") > 1
    if differing.any():
        days = ", ".join(str(day.date()) for day in best.loc[differing, "date"].unique()[:3])
        raise ValueError(
            f"series: {network} {metric} has different values on the same date ({days}); choose with source=, prefer=, "
            f"period_days= or status= among{_choices(rows)}"
        )
    columns = ["date", "value", "unit", "period_days", "status", "source_id", "note", "network", "metric"]
    return best.drop_duplicates("date")[columns].reset_index(drop=True)


def _choices(rows: pd.DataFrame) -> str:
    """List the sources, period lengths and statuses of some rows, one a line."""
    groups = rows.assign(period_days=rows["period_days"].fillna(0)).groupby(["source_id", "period_days", "status"])
    return "".join(
        f"\n  source={source!r}, period_days={period}, status={status!r}: {len(part)} row(s), "
        f"{part['date'].min():%Y-%m-%d} to {part['date'].max():%Y-%m-%d}"
        for (source, period, status), part in groups
    )
