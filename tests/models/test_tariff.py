"""Render's tariff against plain pandas on the tables, and arithmetic that one can do by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from researchlib.data.limits import limit
from researchlib.models import tariff

OBSERVATIONS = Path(__file__).parents[2] / "data" / "observations.csv"


@pytest.fixture(scope="module")
def weeks() -> tariff.Weeks:
    return tariff.weeks("2025-10-22")


def _plain() -> pd.DataFrame:
    rows = pd.read_csv(OBSERVATIONS, parse_dates=["date"]).query("network == 'render' and period_days == 7")
    table = rows.pivot_table(index="date", columns="metric", values="value")[["rndr_used", "octanebench_hours"]]
    return table.loc["2025-06-04":"2025-08-27"]


def test_capacity_is_no_less_than_what_was_delivered(weeks) -> None:
    most = _plain()["rndr_used"].max()
    assert most <= float(str(limit("render_delivered"))) < most + 1
    assert tariff.billed(weeks)["credits"].max() == most


def test_one_ratio_is_one_line_of_mixes_and_prices(weeks) -> None:
    plain = _plain().sum()
    ratio = plain["octanebench_hours"] / plain["rndr_used"]
    table = tariff.mixes(weeks, ratio, [0.5, 1.0, 1.5, 2.0]).set_index("level")["share"]
    credits = (200 - ratio) / 100  # a credit buys 100 OBh in tier 2 and 200 in tier 3
    assert table[1.0] == pytest.approx(credits * 100 / ratio)
    assert table[1.0] == pytest.approx(0.77, abs=0.01)
    # half as much again for the money: a mix richer in tier 3 explains the same ratio
    assert 0 < table[1.5] < table[1.0]
    assert table[[0.5, 2.0]].isna().all()


def test_the_example_costs_what_the_tariff_says(weeks) -> None:
    table = tariff.table(weeks, 37_200.0, 400.0)
    assert table["the job, EUR"].tolist() == pytest.approx([37_200 / obh * 0.25 for obh in (25, 100, 200)])
    assert table["hours on one node"].tolist() == pytest.approx([93] * 3)


def test_rents_elsewhere_count_venues_and_leave_render_out() -> None:
    found = tariff.rented(["RTX 3060", "RTX 3090 Ti"], 2026)
    rows = pd.read_csv(OBSERVATIONS.with_name("gpu_prices.csv"), keep_default_na=False, parse_dates=["date"])
    rows = rows[(rows["pricing"] == "on_demand") & (rows["confidence"] == "ok") & (rows["date"].dt.year == 2026)]
    rows = rows[rows["gpu_model"].isin(["RTX 3090 Ti", "RTX 3090 Ti 24GB"]) & (rows["venue"] != "Render")]
    votes = rows.groupby("venue")["price_usd_per_gpu_hour"].median()
    assert found.loc["RTX 3090 Ti", "venues"] == len(votes)
    assert found.loc["RTX 3090 Ti", "median"] == pytest.approx(votes.median())


def test_a_moving_level_earns_more_where_little_can_be_served_and_less_where_much(weeks) -> None:
    demand = weeks.table["credits"].dropna().to_numpy()
    terms = {"elasticity": 1.0, "gain": 0.5, "lowest": 0.01, "highest": 100.0}
    table, turn = tariff.revenue_turn(demand, [1e5, 2e5, 4e5, 8e5], **terms)
    assert (table["revenue"] > 0).tolist() == [True, True, False, False]
    assert 2e5 < turn < 4e5
    assert np.isnan(tariff.revenue_turn(demand, [4e5, 8e5], **terms)[1])


def test_priority_ends_sooner_and_all_in_one_tier_is_one_column() -> None:
    table = tariff.job_times([0.6, 0.9], nodes=20, task_hours=0.5, share=0.5, size=40, jobs=400, seed=1)
    assert (table[2] < table[3]).all()
    assert (table.loc[0.9] > table.loc[0.6]).all()
    assert tariff.job_times([0.6], nodes=5, task_hours=0.5, share=1.0, size=5, jobs=50).columns.tolist() == [2]


def test_cheap_priority_is_chosen_more_often() -> None:
    terms = {"load": 1.0, "nodes": 50, "task_hours": 0.5, "delay_cost": 0.5, "delay_spread": 1.5, "value_ratio": 4.0}
    table = tariff.ratios([1.1, 2.0, 4.0], 0.5, **terms)
    assert table["priority"].is_monotonic_decreasing
    ratio, gain = tariff.best_ratio(table, 2.0)
    assert ratio in (1.1, 2.0, 4.0)
    assert gain >= 0
