"""The four networks side by side at a date: the newest reading of each kind up to then, or nothing.

No figure is newer than the date, each carries its own, and what was not read stays unknown. What a network announces
and what was verified stand apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.data.limits import limit
from researchlib.models import akt, economies, render, usage
from researchlib.render import tiers

__all__ = ["FIRST_DAY", "TOPICS", "profile", "words"]

TOPICS = (
    "hardware announced", "hardware verified", "capacity", "use", "customers spend", "token price", "supply",
    "issued in the year", "burned in the year", "net inflation",
)  # fmt: skip
"""Topics of a profile, in order."""
FIRST_DAY = pd.Timestamp("2023-03-20")
"""Bittensor's present chain began then; the rules of the others are known from earlier."""
FOOLED_UNTIL = pd.Timestamp("2025-01-01")
"""Counts of io.net's verified GPUs before this day include fakes that passed the proof of work."""
COMPUTED = "by the rule"
DAYS = 365
ANY, SAID, OWN, READ = (
    ("measured", "announced", "estimated"),
    ("announced", "estimated"),
    ("measured", "announced"),
    ("measured",),
)


class Row(NamedTuple):
    """What is known of one network on one topic."""

    network: str
    topic: str
    what: str = ""
    value: float = np.nan
    unit: str = ""
    date: pd.Timestamp | None = None
    kind: str = ""
    source_id: str = ""


class Cell(NamedTuple):
    """Where a figure comes from: metrics with what each counts, the preferred first, and kinds of reading allowed.

    ``days`` is the length of the period that a flow must have.
    """

    network: str
    topic: str
    metrics: Mapping[str, str]
    kinds: tuple[str, ...] = ANY
    days: int | None = None


CELLS = (
    Cell("akash", "hardware announced", {"gpus_total": "GPUs", "gpus_total_high": "GPUs at most"}, SAID),
    Cell("ionet", "hardware announced",
         {"gpus_claimed": "GPUs", "gpus_registered": "GPUs ever registered", "gpus_explorer_total": "GPUs listed"}),
    Cell("render", "hardware announced", {"gpu_nodes_cumulative": "nodes that ever joined"}),
    Cell("akash", "hardware verified", {"gpus_total": "GPUs listed"}, READ),
    Cell("ionet", "hardware verified",
         {"gpus_cluster_ready": "GPUs ready", "gpus_verified_daily_avg": "GPUs on average", "gpus_verified": "GPUs"},
         OWN),
    Cell("render", "hardware verified", {"node_wallets_paid_work": "wallets paid"}),
    Cell("akash", "capacity", {"providers_active": "providers"}),
    Cell("bittensor", "capacity", {"uid_slots": "places"}),
    Cell("ionet", "capacity", {"cpus_verified": "CPUs", "cpus_verified_daily_avg": "CPUs on average"}),
    Cell("akash", "use", {"gpu_utilization": "of GPUs leased", "gpu_utilization_high": "of GPUs leased at most"}),
    Cell("bittensor", "use", {"subnets": "subnets"}),
    Cell("ionet", "use", {"compute_hours_month": "hours in a month"}),
    Cell("render", "use", {"rndr_used": "credits in a week"}, days=7),
    Cell("ionet", "customers spend", {"network_revenue_annualized": "a year"}),
)  # fmt: skip
"""The figures of a profile that are a reading; prices, spending and tokens are asked of their models."""


def profile(at: str | pd.Timestamp) -> pd.DataFrame:
    """Return what is known of the four networks on a day.

    Supply and what is issued and burned in the year to the day are those of `models.economies`, which draws them
    through readings on both sides of the day; all other figures are of the day or before.

    Parameters
    ----------
    at : str or Timestamp
        The day.

    Returns
    -------
    DataFrame
        A row a network and topic of ``TOPICS``: network, topic, what (is counted), value (missing where nothing is
        known), unit, date (of the reading or the rule), kind (measured, announced, estimated, or by the rule) and
        source_id (empty where nothing is known).

    Raises
    ------
    ValueError
        For a day that is none, or before the first network began.
    """
    day: Any = pd.to_datetime(at, errors="coerce")
    if not day >= FIRST_DAY:
        raise ValueError(f"at: {at!r} given, a day from {FIRST_DAY:%Y-%m-%d} on allowed")
    table = data.current("observations")
    table = table[table["date"] <= day]
    found = [_newest(table, cell) for cell in CELLS]
    for network in data.NETWORKS:
        found += [_spent(network, day), _price(network, day), *_tokens(network, day)]
    known = {(row.network, row.topic): row for row in found if row is not None}
    every = [known.get((name, topic), Row(name, topic)) for topic in TOPICS for name in data.NETWORKS]
    return pd.DataFrame(every, columns=Row._fields)


def _newest(table: pd.DataFrame, cell: Cell) -> Row | None:
    """Return the newest reading of a cell, of equally new ones that of the metric named first."""
    rows = table[(table["network"] == cell.network) & table["metric"].isin(list(cell.metrics))]
    rows = rows[rows["status"].isin(list(cell.kinds)) & ((rows["period_days"] == cell.days) | (cell.days is None))]
    rows = rows[(rows["metric"] != "gpus_verified") | (rows["date"] >= FOOLED_UNTIL)]
    if cell.days == 7:  # the last week of Render's file is not fully booked
        rows = rows[rows["date"] <= str(limit("complete_epoch"))]
    if rows.empty:
        return None
    rank = rows["metric"].map({metric: place for place, metric in enumerate(cell.metrics)})
    row = rows.assign(rank=rank).sort_values(["date", "rank"], ascending=[False, True], kind="stable").iloc[0]
    figure = float(row["value"]), row["unit"], row["date"], row["status"], row["source_id"]
    return Row(cell.network, cell.topic, cell.metrics[row["metric"]], *figure)


def _spent(network: str, at: pd.Timestamp) -> Row | None:
    """Return what customers of Akash or Render spend a year, by the models that their notebooks ask."""
    if network == "render" and at >= _first_epoch():
        found = usage.render_spend(str(at.date()))
        value, date, source = found["usd_per_year"], found["to"], found["source_id"]
    elif network == "akash" and (akt.spending()["date"] <= at).any():
        spent = akt.revenue(str(at.date()))
        value, date, source = spent.usd_per_year, spent.last, spent.rows["source_id"].iloc[0]
    else:
        return None
    return Row(network, "customers spend", "a year", float(value), "usd", date, "measured", source)


def _first_epoch() -> pd.Timestamp:
    """Return the day on which Render's first epoch closed."""
    return pd.Timestamp(str(limit("oldest render tokens_burned")))


def _price(network: str, at: pd.Timestamp) -> Row | None:
    rows = data.current("token_prices").query("network == @network and date <= @at and price_usd > 0")
    if rows.empty:
        return None
    row = rows.sort_values("date").iloc[-1]
    return Row(network, "token price", "", row["price_usd"], "usd", row["date"], "measured", row["source_id"])


def _tokens(network: str, at: pd.Timestamp) -> list[Row]:
    """Return supply, what was issued and burned in a year, and its growth, a year that ends where readings do."""
    ends: dict[str, Callable[[], Any]] = {
        "akash": akt.newest,
        "bittensor": lambda: limit("newest bittensor total_issuance"),
        "ionet": lambda: limit("last_day ionet emission_base"),
        "render": lambda: render.later().last,
    }
    day = min(at, pd.Timestamp(str(ends[network]())))
    burned: float | None = 0.0
    if network == "akash":  # the mint rule reaches back further than the prices that value its year
        replay = akt.replay(str(day.date()))
        path, source = replay.days["supply"].iloc[-DAYS - 1 :], replay.frames[0]["source_id"].iloc[-1]
        minted = float(path.iloc[-1] - path.iloc[0])
    elif network == "render" and day < _first_epoch() + pd.Timedelta(days=DAYS):
        return []
    else:
        try:
            found = economies.of(network, str(day.date()))
        except ValueError:  # its prices, readings or rules do not reach so far back
            return []
        path, minted, burned = found.path, found.minted, found.burned
        source = found.frames[0]["source_id"].iloc[-1]
    rows: dict[str, float] = {"supply": float(path.iloc[-1]), "issued in the year": minted}
    if burned is not None:
        rows["net inflation"] = (minted - burned) / float(path.iloc[0])
    if burned is not None and network != "bittensor":  # what its counter lacks is not all recycled
        rows["burned in the year"] = burned
    units = {"net inflation": "fraction"}
    return [
        Row(network, topic, "", value, units.get(topic, "tokens"), day, COMPUTED, source)
        for topic, value in rows.items()
    ]


def words(at: str | pd.Timestamp) -> pd.DataFrame:
    """Return what each network sells and how its price comes about on a day: columns sells, price and source_id."""
    day = pd.Timestamp(at)

    def rule(network: str, parameter: str) -> pd.DataFrame:
        rows = data.parameter_history(network, parameter)
        begun = (rows["status"] == "in_force") & (rows["valid_from"] <= day)
        return rows[begun & ~(rows["valid_to"] <= day)]

    bids, steps = rule("akash", "order_max_bids"), rule("render", "tier2_multiplier")
    fee, shares = rule("ionet", "reservation_fee"), rule("bittensor", "emission_share_rule")
    tariff = data.parameters(tiers.TierParameters, at=day)
    dear, cheap = (
        tiers.price_per_obh(tariff.multiplier(tier), tariff.eur_per_credit, tariff.obh_per_credit_base)
        for tier in (2, 3)
    )
    credit = ", in ACT of one USD each" if len(rule("akash", "act_price_usd")) else ""
    named = f" (rule: {shares['value'].iloc[0].replace('_', ' ')})" if len(shares) else ""
    said = {
        "akash": ("CPU, memory, storage and GPUs, by the block",
                  f"an auction: tenants set a ceiling, providers bid, the tenant picks{credit}", bids),
        "bittensor": ("no computing by the hour: the work of miners on the tasks of its subnets",
                      f"no price: emission follows validators' scores in a subnet; among subnets{named}", shares),
        "ionet": ("clusters of GPUs, by the hour",
                  "the platform, from supply and demand, by no published formula", fee),
        "render": ("rendering of images, by the OctaneBench-hour",
                   f"a tariff: {dear:g} and {cheap:g} EUR an OctaneBench-hour in tiers 2 and 3", steps),
    }  # fmt: skip
    table = {
        network: {"sells": sells, "price": price, "source_id": rows["source_id"].iloc[0] if len(rows) else ""}
        for network, (sells, price, rows) in said.items()
    }
    return pd.DataFrame(table).T.loc[list(data.NETWORKS)]
