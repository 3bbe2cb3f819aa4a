"""Listed bids, the script's history and the simulated market of whole orders."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from researchlib import data
from researchlib.akash import orders, provider_script
from researchlib.models import bids

DAY = "2026-06-01"
LIMITS = data.parameters(orders.OrderLimits, at=DAY)
TARGETS = data.parameters(provider_script.ScriptTargets, at=DAY)
SETTING = bids.Setting(10, 80, 0.3, 0.6, 0.0, 1.5, 0.5, 24.0, 1000, bids.script_prices(TARGETS, 0.4))


def test_the_list_is_the_last_that_gives_both_bids() -> None:
    table, rows = bids.listed_bids(DAY)
    prices = data.load("gpu_prices")
    page = prices[(prices["venue"] == "Akash") & (prices["source_id"] == "gpu_pricing_table_2026_05")]
    by_hand = page.pivot_table(index="gpu_model", columns="pricing", values="price_usd_per_gpu_hour")
    np.testing.assert_allclose(table["ratio"].max(), (by_hand["bid_max"] / by_hand["bid_min"]).max())
    assert set(rows["source_id"]) == {"gpu_pricing_table_2026_05"}
    assert bids.listed_bids("2024-01-01")[0].empty
    assert set(bids.listed_bids("2026-07-17")[0].index) == {"A100 SXM 80GB", "H100 SXM 80GB"}


def test_the_chain_leases_to_whom_the_tenant_names() -> None:
    won = bids.winners(0.14, 0.40, LIMITS, TARGETS)
    assert won[:2] == ("low", "high")
    assert won.premium == pytest.approx(0.40 / 0.14 - 1, rel=1e-5)


def test_the_server_costs_what_its_comment_says() -> None:
    priced, frames = bids.server_history(DAY)
    assert priced.sum(axis=1).tolist() == pytest.approx([274.0, 162.4, 98.0, 65.6])
    assert len(bids.server_history("2022-11-05")[0]) == 3
    assert all((frame["valid_from"] <= DAY).all() for frame in frames)


def test_competition_is_the_lowest_and_the_mean_of_lognormal_asks() -> None:
    table = bids.competition([1, 16], median=0.4, spread=0.3, attention=0.5)
    asks = stats.lognorm(0.3, scale=0.4)
    grid = np.linspace(0, 1, 200_001)[1:-1]
    lowest = (asks.ppf(grid) * 16 * (1 - grid) ** 15).mean()
    assert table.loc[16, "lowest"] == pytest.approx(lowest, rel=1e-3)
    assert table.loc[16, "any"] == pytest.approx(0.4 * np.exp(0.045))
    np.testing.assert_allclose(table.loc[1], table.loc[1, "any"])


def test_markets_are_drawn_anew_and_providers_stay_over_loads() -> None:
    runs = bids.over_load(SETTING, [0.2, 1.2], replications=6, seed=3)
    assert runs[0.2]["price"].nunique() == 6
    correlation = np.corrcoef(runs[0.2]["price"], runs[1.2]["price"])[0, 1]
    assert correlation > 0.5
    for shape in bids.SHAPES.index:
        table = bids.ranges(runs, shape)
        assert (table["low"] <= table["value"]).all()
        assert (table["value"] <= table["high"]).all()
        assert table.stack().between(0, 1).all()
    eight = bids.ranges(runs, "eight GPUs")["value"]
    assert eight[1.2] < eight[0.2]


def test_a_provider_too_small_serves_no_large_order() -> None:
    small = bids.Setting(40, 40, 0.3, 0.6, 0.0, 1.5, 0.5, 24.0, 500, SETTING.script)
    assert (bids.measures(small, replications=2, seed=1)["eight GPUs"] == 0).all()


def test_one_assumption_at_a_time_moves_price_and_leases() -> None:
    base, moved = bids.moved(SETTING, replications=3, seed=3)
    price = moved["price"]
    assert price.loc["tenants' attention", "at_low"] > price.loc["tenants' attention", "at_high"]
    leased = moved["leased"]
    assert leased.loc["ceiling", "at_low"] < base["leased"] < leased.loc["ceiling", "at_high"]
    assert price.loc["orders that want an audit", "at_low"] == pytest.approx(base["price"])
