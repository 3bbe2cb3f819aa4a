"""The four networks side by side at a date: the newest reading of each kind up to then, or nothing.

No figure is newer than the date, each carries its own, and what was not read stays unknown. What a network announces
and what was verified stand in different rows.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.claims.cells import NOT_READ, Row, newest, reading
from researchlib.claims.networks_tokens import token_rows
from researchlib.claims.render_epochs import booked_epochs
from researchlib.claims.verdict import constant
from researchlib.render import burn, tiers

__all__ = ["TOPICS", "profile", "side_by_side"]

TOPICS = (
    "sells",
    "sets the price by",
    "hardware announced",
    "hardware verified",
    "capacity",
    "use",
    "customers spend",
    "token price",
    "supply",
    "issued a year",
    "burned a year",
    "net inflation",
)
"""Rows of the comparison, in order."""

YEAR = 365.25
SELLS = {
    "akash": "CPU, memory, storage and GPUs, by the block",
    "bittensor": "no computing by the hour: the work of miners on the tasks of its subnets",
    "ionet": "clusters of GPUs, by the hour",
    "render": "rendering of images, by the OctaneBench-hour",
}
FIRST_DAY = pd.Timestamp("2023-03-20")
"""Bittensor's present chain began then; the rules of the others are known from earlier."""
FOOLED_UNTIL = pd.Timestamp("2025-01-01")
"""Counts of io.net's verified GPUs before this day include fakes that passed the proof of work."""
WHAT = {
    "gpus_claimed": "GPUs",
    "gpus_registered": "GPUs ever registered",
    "gpus_explorer_total": "GPUs listed by its explorer",
    "gpus_cluster_ready": "GPUs ready",
    "gpus_verified_daily_avg": "GPUs on average",
    "gpus_verified": "GPUs",
    "gpu_utilization": "of GPUs leased",
    "gpu_utilization_high": "of GPUs leased at most",
}
"""How a metric is written where several serve one topic."""
VERIFIABLE = ("gpus_cluster_ready", "gpus_verified")


def profile(at: str | pd.Timestamp) -> pd.DataFrame:
    """Return what is known of the four networks on a day.

    Parameters
    ----------
    at : str or Timestamp
        The day; nothing read later is used.

    Returns
    -------
    DataFrame
        A row a network and topic of :data:`TOPICS`: network, topic, what (is counted), value (missing where nothing was
        read), unit, date (of the reading or the rule), kind (measured, announced, estimated, or by the rule), text
        (instead of a value), source_id (empty where nothing was read).

    Raises
    ------
    ValueError
        For a day that is none, or before the first network began.
    """
    try:
        day: Any = pd.Timestamp(at)
    except ValueError:
        day = pd.NaT
    if not day >= FIRST_DAY:
        raise ValueError(f"at: {at!r} given, a day from {FIRST_DAY:%Y-%m-%d} on allowed")
    rows = [*_words(day), *_hardware(day), *_use(day), *token_rows(day)]
    table = pd.DataFrame(rows, columns=Row._fields)
    table["topic"] = pd.Categorical(table["topic"], TOPICS, ordered=True)
    return table.sort_values(["topic", "network"], ignore_index=True).astype({"topic": "str"})


def side_by_side(table: pd.DataFrame) -> pd.DataFrame:
    """Return a profile as text, a row a topic and a column a network: each figure with its unit, date and kind."""
    text = table.assign(cell=[_cell(row) for row in table.to_dict("records")])
    wide = text.pivot(index="topic", columns="network", values="cell")
    return wide.loc[[topic for topic in TOPICS if topic in wide.index], list(data.NETWORKS)]


def _cell(row: dict[Hashable, Any]) -> str:
    if row["text"]:
        return str(row["text"])
    if pd.isna(row["value"]):
        return NOT_READ
    figure = " ".join(part for part in (_number(row["value"], row["unit"]), row["what"]) if part)
    return f"{figure} ({row['date']:%Y-%m-%d}, {row['kind']})"


def _number(value: float, unit: str) -> str:
    if unit == "fraction":
        return f"{value:.1%}"
    if unit == "usd":
        return f"{value:,.2f} USD" if value < 1_000 else f"{_short(value)} USD"
    return _short(value)


def _short(value: float) -> str:
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.1f} million"
    return f"{value:,.0f}"


def _words(at: pd.Timestamp) -> list[Row]:
    """What each network sells and how its price comes about, with the rule in force."""
    akash = constant("akash", "order_max_bids", at)
    render = constant("render", "tier2_multiplier", at)
    ionet = constant("ionet", "reservation_fee", at)
    shares = constant("bittensor", "emission_share_rule", at)
    tariff = data.parameters(tiers.TierParameters, at=at)
    price = [
        tiers.price_per_obh(tariff.multiplier(tier), tariff.eur_per_credit, tariff.obh_per_credit_base)
        for tier in (2, 3)
    ]
    credit = ", in ACT (one USD each)" if len(constant("akash", "act_price_usd", at)) else ""
    rule = f" (rule: {shares['value'].iloc[0]})".replace("_", " ") if len(shares) else ""
    how = {
        "akash": (f"an auction: tenants set a ceiling, providers bid, the tenant picks{credit}", akash),
        "bittensor": (f"no price: emission follows validators' scores in a subnet; among subnets{rule}", shares),
        "ionet": ("the platform, from supply and demand, by no published formula", ionet),
        "render": (f"a tariff: {price[0]:g} and {price[1]:g} EUR an OctaneBench-hour in tiers 2 and 3", render),
    }
    rows = []
    for network, (text, source) in how.items():
        source_id = source["source_id"].iloc[0] if len(source) else ""
        rows.append(Row(network, "sells", text=SELLS[network], source_id=source_id))
        rows.append(Row(network, "sets the price by", text=text, source_id=source_id))
    return rows


def _hardware(at: pd.Timestamp) -> list[Row]:
    said, own = ("announced", "estimated"), ("measured", "announced")
    listed = newest("ionet", ["gpus_claimed", "gpus_registered", "gpus_explorer_total"], at)
    counts = ["gpus_cluster_ready", "gpus_verified_daily_avg", *(["gpus_verified"] if at >= FOOLED_UNTIL else [])]
    verified = newest("ionet", counts, at, status=own)
    akash = newest("akash", ["gpus_total", "gpus_total_high"], at, status=said)
    joined, paid = (newest("render", [metric], at) for metric in ("gpu_nodes_cumulative", "node_wallets_paid_work"))
    return [
        reading("akash", "hardware announced", "GPUs", akash),
        reading("bittensor", "hardware announced", "", None),
        reading("ionet", "hardware announced", _what(listed), listed),
        reading("render", "hardware announced", "nodes that ever joined", joined),
        reading("akash", "hardware verified", "GPUs listed", newest("akash", ["gpus_total"], at, status=("measured",))),
        reading("bittensor", "hardware verified", "", None),
        reading("ionet", "hardware verified", _what(verified), verified),
        reading("render", "hardware verified", "wallets paid (GPUs not counted)", paid),
        reading("akash", "capacity", "providers online", newest("akash", ["providers_active"], at)),
        reading("bittensor", "capacity", "places for neurons", newest("bittensor", ["uid_slots"], at)),
        reading("ionet", "capacity", "CPUs", newest("ionet", ["cpus_verified", "cpus_verified_daily_avg"], at)),
        reading("render", "capacity", "", None),
    ]


def _use(at: pd.Timestamp) -> list[Row]:
    leased = newest("akash", ["gpu_utilization", "gpu_utilization_high"], at)
    leases = newest("akash", ["lease_revenue"], at)
    if leases is None:
        leases = newest("akash", ["lease_revenue_daily_avg"], at)
    return [
        reading("akash", "use", _what(leased), leased),
        reading("bittensor", "use", "subnets", newest("bittensor", ["subnets"], at)),
        reading("ionet", "use", "compute hours in a month", newest("ionet", ["compute_hours_month"], at)),
        reading("render", "use", "credits of work in a week", newest("render", ["rndr_used"], at)),
        _a_year("akash", leases),
        _a_year("bittensor", newest("bittensor", ["subnet_revenue"], at)),
        _a_year("ionet", newest("ionet", ["network_revenue_annualized", "network_revenue"], at)),
        _render_spending(at),
    ]


def _what(row: pd.Series | None) -> str:
    """Return what a reading counts, and whether the network says so itself where others could have counted."""
    if row is None:
        return ""
    own = row["status"] == "announced" and row["metric"] in VERIFIABLE
    return WHAT[row["metric"]] + (" by its own account" if own else "")


def _a_year(network: str, row: pd.Series | None) -> Row:
    """Return spending as USD a year: a flow over its days, a daily or an annual rate."""
    if row is None:
        return reading(network, "customers spend", "", None)
    if row["unit"] == "usd_per_day":
        factor = YEAR
    else:
        factor = 1.0 if pd.isna(row["period_days"]) else YEAR / float(row["period_days"])
    found = reading(network, "customers spend", "a year", row)
    return found._replace(value=found.value * factor, unit="usd")


def _render_spending(at: pd.Timestamp) -> Row:
    """Return what Render's customers paid in the last 13 booked epochs, as USD a year."""
    if constant("render", "burn_share", at).empty:
        return Row("render", "customers spend")
    epochs, rows = booked_epochs(at, at)
    if epochs.empty:
        return Row("render", "customers spend")
    share = data.parameters(burn.PaymentParameters, at=at).burn_share
    week = float(np.asarray(burn.gross_from_burn(epochs["tokens_burned_usd"].iloc[-13:].mean(), share).gross))
    source = str(rows["source_id"].iloc[-1])
    return Row("render", "customers spend", "a year", week * YEAR / 7, "usd", epochs.index[-1], "measured", source)
