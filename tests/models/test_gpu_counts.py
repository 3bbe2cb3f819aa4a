"""Counts of hardware, recomputed from the tables by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from researchlib import data
from researchlib.models import gpu_counts, gpus


def test_a_lower_bound_of_nodes_is_rounded_up() -> None:
    """77,099.70 RENDER at 75 a node at most: 1,027 nodes could be paid 77,025, so there were 1,028."""
    nodes = gpu_counts.lent_nodes("2024-12-31").set_index("date")["nodes"]
    assert nodes[pd.Timestamp("2024-04-30")] == 1028 == math.ceil(77_099.70 / 75)
    assert nodes[pd.Timestamp("2023-12-31")] == 720 == 54_000 / 75
    assert nodes[pd.Timestamp("2024-10-31")] == 313 == 3_130 / 10
    assert gpu_counts.lent_nodes("2023-10-01").empty


def test_an_aggregators_claim_and_the_fakes_are_no_counts() -> None:
    rows = gpu_counts.ionet("2026-12-31")
    assert 45_000 not in rows["value"].to_numpy()
    assert 1_800_000 not in rows["value"].to_numpy()
    assert gpu_counts.ionet("2024-04-30")["date"].max() <= pd.Timestamp("2024-04-30")


def test_the_newest_counts_are_sorted_and_not_later_than_asked() -> None:
    side = gpu_counts.newest("2026-08-01")
    assert side["value"].is_monotonic_decreasing
    assert side["date"].max() <= pd.Timestamp("2026-08-01")
    assert side.set_index(["name", "what"]).loc[("Akash", "rented"), "value"] == 126


def test_worth_is_the_sum_over_the_reference() -> None:
    fleets = gpu_counts.known_fleets("2026-05-24", "2026-09-28")
    table = gpu_counts.worth(fleets, "H100 SXM 80GB")
    assert table["GPUs"].tolist() == [259, 800, 1200]
    specs = data.load("gpu_specs").set_index("gpu_model")["memory_gib"]
    cards = gpus.fleet("2026-05-24").cards
    assert table["memory_gib"].iloc[0] == pytest.approx((cards["count"] * specs[cards["spec"]].to_numpy()).sum() / 80)
    assert table["memory_gib"].iloc[1] == pytest.approx(800 * 141 / 80)


def test_shares_add_up_to_one() -> None:
    parts = gpu_counts.shares(gpus.fleet("2026-05-24").cards["count"].reset_index())
    assert parts.sum().tolist() == pytest.approx([1.0] * 5)
    assert parts.loc["H100", "GPUs"] == pytest.approx(104 / 259)


def test_apple_chips_are_ratios_of_the_sheets() -> None:
    table = gpu_counts.apple("H100 SXM 80GB", "RTX 4090")
    assert table.loc["M2 Ultra", ["memory", "bandwidth"]].tolist() == pytest.approx([192 / 80, 800 / 3350])
