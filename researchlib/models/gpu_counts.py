"""Counts of hardware that mean different things, of all four networks, and fleets in comparable units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.models import gpus
from researchlib.supply import hardware

__all__ = ["KINDS", "UNITS", "apple", "ionet", "known_fleets", "lent_nodes", "newest", "shares", "worth"]

#: What io.net's counts mean: the kind, and the words for it.
KINDS: Mapping[str, tuple[str, str]] = {
    "gpus_claimed": ("announced or shown", "announced"),
    "gpus_explorer_total": ("announced or shown", "explorer, total"),
    "gpus_explorer_constant": ("announced or shown", "explorer, a constant"),
    "gpus_registered": ("registered", "registered"),
    "gpus_unverified": ("registered", "seen in 30 days, unverified"),
    "gpus_verified": ("verified", "passed proof of work"),
    "gpus_verified_daily_avg": ("verified", "verified, mean of the quarter"),
    "gpus_cluster_ready": ("verified", "cluster-ready"),
    "gpus_explorer_hand_count": ("found by outsiders", "counted by hand"),
    "gpus_deployable": ("found by outsiders", "deployable when tried"),
    "gpus_rentable": ("found by outsiders", "rentable, critics say"),
}
#: Units in which fleets are compared, in words.
UNITS: Mapping[str, str] = {
    "memory_gib": "memory",
    "memory_bandwidth_gb_s": "bandwidth",
    "fp16_tensor_tflops": "dense FP16",
}
_NEWEST = {
    ("Akash", "listed by providers"): ("akash", "gpus_total", ("measured",)),
    ("Akash", "rented"): ("akash", "gpus_leased", ("measured",)),
    ("Akash", "somebody's estimate"): ("akash", "gpus_total", ("estimated",)),
    ("io.net", "announced"): ("ionet", "gpus_claimed", ("announced",)),
    ("io.net", "registered, ever"): ("ionet", "gpus_registered", ("announced",)),
    ("io.net", "verified, by its own figure"): ("ionet", "gpus_verified", ("announced", "measured")),
    ("io.net", "cluster-ready"): ("ionet", "gpus_cluster_ready", ("measured",)),
    ("Render", "nodes that ever joined"): ("render", "gpu_nodes_cumulative", ("announced",)),
    ("Render", "wallets paid for work"): ("render", "node_wallets_paid_work", ("measured",)),
    ("Render", "offered by Salad, announced"): ("render", "salad_gpus_daily", ("announced",)),
    ("Bittensor", "places taken"): ("bittensor", "neurons_registered", ("measured",)),
}


def ionet(until: str) -> pd.DataFrame:
    """Return io.net's counts up to a day with ``kind`` and ``words``.

    What an aggregator repeated as "cluster-ready" was verified by nobody and is left out, as are the devices of April
    2024 that were found to be fakes.
    """
    rows = data.current("observations")
    rows = rows[(rows["network"] == "ionet") & rows["metric"].isin(list(KINDS)) & (rows["date"] <= until)]
    rows = rows[~((rows["metric"] == "gpus_cluster_ready") & (rows["status"] == "estimated"))]
    kinds, words = ({name: each[place] for name, each in KINDS.items()} for place in (0, 1))
    return rows.assign(kind=rows["metric"].map(kinds), words=rows["metric"].map(words))


def newest(until: str) -> pd.DataFrame:
    """Return the newest reading of each kind up to a day, with ``name`` and ``what`` it counts, the largest first."""
    rows, found = data.current("observations"), []
    for (name, what), (network, metric, status) in _NEWEST.items():
        mine = (rows["network"] == network) & (rows["metric"] == metric) & rows["status"].isin(status)
        found.append(rows[mine & (rows["date"] <= until)].sort_values("date").iloc[-1:].assign(name=name, what=what))
    return pd.concat(found).sort_values("value", ascending=False)


def known_fleets(day: str, until: str) -> dict[str, pd.DataFrame]:
    """Return the fleets whose models are known: Akash's of a day, and what two announcements up to another day name."""
    found = {f"Akash, listed {pd.Timestamp(day):%B %Y}": gpus.fleet(day).cards["count"].rename_axis("gpu_model")}
    for network, metric, text in (
        ("ionet", "h200_onboarded", "io.net, announced"),
        ("render", "compute_capacity_target_h200_eq", "Render, ceiling"),
    ):
        for row in data.series(network, metric, until=until, empty=True).itertuples():
            found[f"{text} {row.date:%B %Y}"] = pd.Series({"H200": row.value}).rename_axis("gpu_model")
    return {name: fleet.rename("count").reset_index() for name, fleet in found.items()}


def worth(fleets: Mapping[str, pd.DataFrame], reference: str) -> pd.DataFrame:
    """Return each fleet's GPUs and how many of a reference GPU it is worth by each of ``UNITS``, at least.

    Where a model's figure is missing the others' sum stands: a lower bound. The reference needs all figures.
    """
    specs, aliases = gpus.names()
    one = specs.set_index("gpu_model").loc[reference, list(UNITS)].astype(float)
    rows = {
        name: hardware.fleet_units(fleet, specs, aliases).loc[list(UNITS), "at_least"] / one
        for name, fleet in fleets.items()
    }
    table = pd.DataFrame(rows).T.astype(float)
    table.insert(0, "GPUs", [float(fleet["count"].sum()) for fleet in fleets.values()])
    return table


def shares(fleet: pd.DataFrame, largest: int = 5) -> pd.DataFrame:
    """Return the share of each of the most numerous models in a fleet's GPUs, power, memory, bandwidth and FP16."""
    table = hardware.fleet_by_model(fleet, *gpus.names()).set_index("gpu_model")
    columns = {"count": "GPUs", "tdp_w": "power limit", **UNITS}
    group = [name if place < largest else "other models" for place, name in enumerate(table.index)]
    parts = table[list(columns)].groupby(group, sort=False).sum()
    return (parts / parts.sum()).rename(columns=columns)


def lent_nodes(until: str) -> pd.DataFrame:
    """Return the least number of nodes that Render lent to io.net by month: the payout over the cap, rounded up.

    A node is paid at most the cap; ``limited`` says that a round sum was paid, so that the fund was the limit.
    """
    paid = data.series("render", "compute_client_rewards", until=until, empty=True)
    caps = data.parameter_history("render", "compute_client_node_cap").set_index("valid_from")
    cap = caps["value"].astype(float).sort_index().reindex(pd.DatetimeIndex(paid["date"]), method="ffill").to_numpy()
    nodes = np.ceil(paid["value"].to_numpy() / cap - 1e-9)
    return paid.assign(nodes=nodes, limited=paid["value"].isin([100_000, 12_500]))


def apple(reference: str, rival: str) -> pd.DataFrame:
    """Return memory and bandwidth of Apple chips and a rival card as shares of a reference, and what io.net paid them.

    The reward is the multiplier of June 2024 to June 2025 over that of an H100.
    """
    specs = data.load("gpu_specs").set_index("gpu_model")
    chips = ["M4", "M2 Max", "M3 Max", "M4 Max", "M2 Ultra", rival]
    columns = {"memory_gib": "memory", "memory_bandwidth_gb_s": "bandwidth"}
    table = (specs.loc[chips, list(columns)] / specs.loc[reference, list(columns)]).astype(float)
    rules = data.load("parameters").query("network == 'ionet' and valid_from < '2025-06-04'")
    weight = rules[rules["parameter"].str.startswith("multiplier_")].set_index("parameter")["value"].astype(float)
    keys = [
        "multiplier_" + ("apple_" if specs.loc[chip, "vendor"] == "Apple" else "") + chip.lower().replace(" ", "_")
        for chip in chips
    ]
    table["reward"] = weight.reindex(keys).to_numpy() / weight["multiplier_h100"]
    return table.rename(columns=columns)
