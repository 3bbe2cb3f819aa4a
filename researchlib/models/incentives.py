"""Supply beside the money that was to bring it: counts of io.net and Akash, nodes lent, places of Bittensor."""

from __future__ import annotations

import pandas as pd

from researchlib import data
from researchlib.usage import intervention

__all__ = [
    "IONET_COUNTS",
    "akash_gpus",
    "bittensor_places",
    "ionet_counts",
    "ionet_like_with_like",
    "lent_nodes",
    "lent_trend",
]

#: What io.net's counts of GPUs count.
IONET_COUNTS = {
    "claimed": ["gpus_claimed", "nodes_claimed"],
    "registered": ["gpus_registered"],
    "shown by the explorer": ["gpus_explorer_total", "gpus_explorer_constant"],
    "seen or tried, unverified": ["gpus_unverified", "gpus_fake_attempted"],
    "verified": ["gpus_verified", "gpus_verified_daily_avg"],
    "ready or rentable": ["gpus_cluster_ready", "gpus_deployable", "gpus_explorer_hand_count", "gpus_rentable"],
}
LAUNCH = pd.Timestamp("2024-06-11")  # io.net's token; Render's pay for a node lent to it was cut in the same month


def ionet_counts() -> pd.DataFrame:
    """Return every reading of io.net's GPUs with what it counts, by date, the largest of a date first."""
    kinds = {metric: name for name, metrics in IONET_COUNTS.items() for metric in metrics}
    rows = data.current("observations")
    rows = rows[(rows["network"] == "ionet") & rows["metric"].isin(kinds)]
    rows = rows.assign(counts=rows["metric"].map(kinds))
    return rows.sort_values(["date", "value"], ascending=[True, False])[
        ["date", "counts", "value", "status", "source_id"]
    ]


def ionet_like_with_like() -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return how far counts of one kind moved between readings of one kind, and the readings."""
    ready = data.series("ionet", "gpus_cluster_ready", until="2025-12-31")
    verified = data.series("ionet", "gpus_verified_daily_avg")
    registered = data.series("ionet", "gpus_registered")
    read = {"registered, all time": registered, "cluster-ready": ready, "verified, mean of a quarter": verified}
    rows = {
        name: (each["date"].iloc[0], each["date"].iloc[-1], each["value"].iloc[0], each["value"].iloc[-1])
        for name, each in read.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["from", "to", "first", "last"])
    table["change"] = table["last"] / table["first"] - 1
    return table, tuple(read.values())


def lent_nodes() -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return Render's nodes on io.net by month, pay over the most a node could get; unknown where the pool was empty.

    A month that paid out the whole pool (100,000, later 12,500 RENDER) gives no count.
    """
    paid = data.series("render", "compute_client_rewards")
    caps = data.parameter_history("render", "compute_client_node_cap")
    cap = [float(caps[(caps["valid_from"] <= day) & (day < caps["valid_to"])]["value"].iloc[0]) for day in paid["date"]]
    whole = paid["value"].isin([100_000, 12_500])
    nodes = (paid["value"] / cap).where(~whole)
    return pd.DataFrame({"date": paid["date"], "nodes": nodes}), (paid, caps.rename(columns={"valid_from": "from"}))


def lent_trend(nodes: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Continue the months before the launch in a trend, and hold the later ones against it."""
    known = nodes.dropna()
    month = LAUNCH.to_period("M").start_time
    return intervention.counterfactual(
        pd.DatetimeIndex(known["date"]), known["nodes"].to_numpy(), month, confidence=confidence
    )


def akash_gpus() -> tuple[pd.DataFrame, pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return counts of Akash's GPUs online (date, low, high, status) and of providers, and what they come from.

    The range of early 2024 stands once as read and once with what the first pilot is said to have added.
    """
    metrics = ["gpus_total", "gpus_total_low", "gpus_total_high", "gpus_added_by_incentives"]
    rows = data.current("observations")
    rows = rows[(rows["network"] == "akash") & rows["metric"].isin(metrics)].sort_values("date")
    by = dict(list(rows.groupby("metric")))
    low, high = (float(by[f"gpus_total_{end}"]["value"].iloc[0]) for end in ("low", "high"))
    early, added = by["gpus_total_low"]["date"].iloc[0], by["gpus_added_by_incentives"].iloc[0]
    total = by["gpus_total"]
    counts = pd.concat(
        [
            pd.DataFrame({"date": [early, added["date"]], "low": [low, low + added["value"]],
                          "high": [high, high + added["value"]], "status": "range"}),
            total.assign(low=total["value"], high=total["value"])[["date", "low", "high", "status"]],
        ]
    ).sort_values("date", kind="stable")  # fmt: skip
    providers = data.series("akash", "providers_active", period_days=(0, 90, 92), prefer="messari_q1_2026")
    return counts, providers, (rows, providers)


def bittensor_places() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the monthly count of "nodes" beside the places that subnets had, and the readings of places.

    A subnet has 256 places as a rule, so a reading of subnets gives 256 times as many; readings of the places
    themselves count as they are. ``places`` is the newest of those, unknown where none was read within two months.
    """
    nodes = data.series("bittensor", "nodes_monthly")
    nodes = nodes[nodes["date"] >= "2023-11-01"]  # earlier values count something else, as their note says
    subnets = data.series("bittensor", "subnets", status="measured")
    most = data.parameter_history("bittensor", "max_allowed_uids")
    each = float(most.query("status == 'in_force'")["value"].iloc[-1])
    read = data.series("bittensor", "uid_slots")
    places = pd.concat([subnets.assign(value=subnets["value"] * each), read]).sort_values("date", kind="stable")
    places = places.drop_duplicates("date", keep="last")
    there = places[["date", "value"]].rename(columns={"value": "places"})
    joined = pd.merge_asof(nodes, there, on="date", tolerance=pd.Timedelta(days=62))
    joined["over"] = joined["value"] / joined["places"]
    return joined.rename(columns={"value": "nodes"}), places
