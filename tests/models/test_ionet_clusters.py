"""Requests for clusters over fleets drawn anew."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from researchlib import data
from researchlib.ionet import orders
from researchlib.models import ionet_clusters as clusters
from researchlib.pricing import reliability

FLEET = clusters.Fleet(devices=80, busy=0.5, median_mbps=500.0, price_spread=0.3)
RULES = data.parameters(orders.ConnectivityParameters, at="2026-06-01")


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return clusters.attempts(FLEET, RULES, [1, 16, 64], draws=20, seed=3)


def test_a_filter_more_never_meets_more(found: pd.DataFrame) -> None:
    met = found.pivot_table(index=["draw", "size"], columns="filter", values="met")[list(clusters.FILTERS)]
    # a single device can be missing while an exact fit of more exists, so only counts of single GPUs are nested
    single = met.xs(1, level="size").to_numpy(float)
    assert (np.diff(single, axis=1) <= 0).all()


def test_the_cheapest_cost_no_more_than_any(found: pd.DataFrame) -> None:
    formed = found[found["met"] & (found["filter"] == "any device of the model") & (found["size"] == 64)]
    assert len(formed) > 0
    assert (formed["price"] < formed["any_price"]).mean() > 0.9
    assert formed["price"].nunique() == len(formed)  # each draw is another fleet


def test_intervals_hold_the_shares_and_are_wilsons(found: pd.DataFrame) -> None:
    shares = clusters.shares(found)
    met = int(found.loc[(found["filter"] == "tier 3, in the US") & (found["size"] == 16), "met"].sum())
    low, high = proportion_confint(met, 20, method="wilson")
    np.testing.assert_allclose(shares.loc[("tier 3, in the US", 16)], [met / 20, low, high])
    assert (shares["low"] <= shares["value"] + 1e-12).all()
    assert (shares["value"] <= shares["high"] + 1e-12).all()
    costs = clusters.costs(found, "price")
    assert (costs["low"] <= costs["high"]).all()


def test_without_spread_every_cluster_costs_the_list_price() -> None:
    table = clusters.by_spread(FLEET, RULES, [0.0, 0.4], 32, draws=5, seed=3)
    np.testing.assert_allclose(table.loc[0.0], 1.0)
    assert table.loc[0.4, "cheapest first"] < 1


def test_at_the_half_life_half_of_the_runs_break() -> None:
    hours = clusters.half_life(64, 168.0)
    assert hours == pytest.approx(64 * 168 / math.log(2))
    assert reliability.finish_probability(64, 168.0, hours) == pytest.approx(0.5)
    # 419 interruptions of 16,384 GPUs in 54 days (arXiv 2407.21783): 81% of weeks of 64 see none
    measured = 16_384 * 54 * 24 / 419
    assert measured == pytest.approx(50_700, rel=1e-3)
    assert math.exp(-64 * 168 / measured) == pytest.approx(0.81, abs=0.005)
