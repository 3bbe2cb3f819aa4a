"""Supply beside its incentives, recomputed from the tables in plain pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib import data
from researchlib.models import incentives


def test_fifteen_thousand_nodes_do_not_fit_into_the_places_of_spring_2024() -> None:
    """32 subnets of 256 places: 8,192; in October 2024 Taostats' own sum over 52 subnets is 14,080."""
    months, places = incentives.bittensor_places()
    april = months.set_index("date").loc["2024-04-30"]
    assert (april["nodes"], april["places"]) == (14_961, 8_192)
    assert months.set_index("date").loc["2024-10-31", "places"] == 14_080
    assert months.set_index("date").loc[["2024-02-29", "2024-08-31"], "places"].isna().all()
    assert not places["date"].duplicated().any()


def test_lent_nodes_are_pay_over_cap_and_unknown_where_the_pool_was_empty() -> None:
    nodes = incentives.lent_nodes()[0].set_index("date")["nodes"]
    paid = data.series("render", "compute_client_rewards").set_index("date")["value"]
    assert nodes["2024-05-31"] == pytest.approx(paid["2024-05-31"] / 75)
    assert nodes["2024-10-31"] == pytest.approx(paid["2024-10-31"] / 10)
    assert nodes[["2024-02-28", "2024-06-30", "2024-07-31"]].isna().all()


def test_the_trend_before_the_launch_is_a_line_through_logarithms() -> None:
    nodes = incentives.lent_nodes()[0]
    known = nodes.dropna()
    before = known[known["date"] < "2024-06-01"]
    day = (known["date"] - known["date"].iloc[0]).dt.days
    slope, level = np.polyfit(day[before.index], np.log(before["nodes"]), 1)
    trend = incentives.lent_trend(nodes, 0.95)
    assert trend["expected"].to_numpy() == pytest.approx(np.exp(level + slope * day[known["date"] >= "2024-06-01"]))
    assert len(trend) == 3


def test_like_is_held_against_like() -> None:
    table = incentives.ionet_like_with_like()[0]
    assert table.loc["cluster-ready", "change"] == pytest.approx(5350 / 12000 - 1)
    assert table.loc["registered, all time", "change"] == pytest.approx(327 / 60 - 1)


def test_every_count_of_ionet_has_a_kind_and_akash_its_range_twice() -> None:
    counts = incentives.ionet_counts()
    assert set(counts["counts"]) == set(incentives.IONET_COUNTS)
    gpus, providers, _ = incentives.akash_gpus()
    ranges = gpus[gpus["status"] == "range"]
    assert ranges[["low", "high"]].to_numpy().tolist() == [[150, 200], [550, 600]]
    assert gpus.query("status == 'measured'")["low"].iloc[:2].tolist() == [702, 587]
    assert providers["date"].is_monotonic_increasing
    assert pd.Timestamp("2026-03-31") in set(providers["date"])
