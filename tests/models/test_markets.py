"""Paired comparisons of the mechanisms: intervals, turning points, and the same draws for all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.models import markets

SETTING = markets.Setting(
    providers=12, gpus_each=8, ask_usd=0.4, ask_spread=0.3, value_usd=0.6, value_spread=0.4, delay_usd=0.1,
    mean_hours=8.0, price_attention=0.5, bidders=4, jobs=400,
)  # fmt: skip
RULES = markets.terms("2026-06-01")


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    return markets.compare(SETTING, RULES, load=0.9, posted=0.5, replications=6, seed=3)


def test_terms_are_those_of_the_tables() -> None:
    assert (RULES.take, RULES.tier_ratio) == (0.0, 2.0)
    assert RULES.tariff_kept == pytest.approx(0.05)
    assert RULES.buyer_fee == RULES.supplier_fee == pytest.approx(0.0225)


def test_an_interval_is_that_of_a_t_test() -> None:
    values = [0.3, -0.1, 0.5, 0.2, np.nan]
    theirs = stats.ttest_1samp(values[:4], 0).confidence_interval(0.95)
    ours = markets.interval(values)
    np.testing.assert_allclose([ours["low"], ours["high"]], [theirs.low, theirs.high])
    assert np.isnan(markets.interval([1.0])["low"])


def test_a_lead_turns_where_the_line_crosses_zero() -> None:
    assert markets.turns([1.0, 2.0, 3.0, 5.0], [1.0, -1.0, -3.0, 1.0]) == [1.5, 4.5]
    assert markets.turns([1.0, 2.0], [1.0, 2.0]) == []


def test_gains_add_up_and_shares_are_shares(runs: pd.DataFrame) -> None:
    np.testing.assert_allclose(runs["gain"], runs["tenants"] + runs["others"])
    assert runs[["work_served", "lowest_worth", "eight_gpus"]].stack().between(0, 1).all()
    auction = runs.xs("auction", level="mechanism")
    np.testing.assert_allclose(auction["others"], 0, atol=1e-12)  # bids at cost leave providers nothing over it
    assert (runs.xs("strategic", level="mechanism")["others"] > 0).all()


def test_supply_is_drawn_anew_and_the_seed_repeats_it(runs: pd.DataFrame) -> None:
    assert runs["price"].unstack("mechanism")["auction"].nunique() == 6
    again = markets.compare(SETTING, RULES, load=0.9, posted=0.5, replications=6, seed=3)
    pd.testing.assert_frame_equal(again, runs)


def test_the_mix_of_an_auction_is_the_auction_and_meets_the_same_draws(runs: pd.DataFrame) -> None:
    mixed = markets.factorial(SETTING, load=0.9, posted=0.5, replications=6, seed=3)
    auction = mixed.xs((False, False, False), level=list(markets.FACTORS))
    pd.testing.assert_frame_equal(auction, runs.xs("auction", level="mechanism"))  # no take fee since March 2026


def test_an_effect_is_the_mean_of_four_paired_differences() -> None:
    mixed = markets.factorial(SETTING, load=0.9, posted=0.5, replications=4, seed=3)
    wide = mixed["tenants"].unstack("split")
    by_hand = (wide[True] - wide[False]).groupby("replication").mean()
    effect = markets.effects(mixed).loc[("split", "tenants")]
    assert effect["value"] == pytest.approx(by_hand.mean())
    theirs = stats.ttest_1samp(by_hand, 0).confidence_interval(0.95)
    np.testing.assert_allclose(effect[["low", "high"]], [theirs.low, theirs.high])


def test_leaders_are_those_not_told_apart_from_the_best() -> None:
    index = pd.MultiIndex.from_product([range(4), ["a", "b", "c"]], names=["replication", "mechanism"])
    runs = pd.DataFrame({"gain": [5, 4.8, 1, 6, 6.3, 1, 5, 5.1, 2, 6, 5.5, 1]}, index=index)
    assert markets.leaders(runs, "gain", ["a", "b", "c"]) == ["a", "b"]
    assert markets.leaders(runs, "gain", ["b", "c"]) == ["b"]


def test_a_price_that_no_provider_accepts_serves_nobody() -> None:
    found = markets.compare(SETTING, RULES, load=0.9, posted=0.05, replications=2, seed=3)
    for name in ("tariff", "cluster"):
        rows = found.xs(name, level="mechanism")
        assert (rows[["work_served", "tenants", "gain"]] == 0).all().all()
        assert rows[["price", "wait"]].isna().all().all()


def test_fewer_bids_leave_tenants_less() -> None:
    rows = markets.over_bidders(SETTING, RULES, load=0.5, posted=0.5, counts=[2, 20], replications=3, seed=3)
    assert rows["markup"].is_monotonic_decreasing
    assert rows["value"].is_monotonic_increasing


def test_over_posted_and_over_load_are_differences_and_means_of_compare(runs: pd.DataFrame) -> None:
    found = markets.over_posted(SETTING, RULES, load=0.9, prices=[0.5], replications=6, seed=3)
    for row in found.to_dict("records"):
        assert row["value"] == pytest.approx(markets.paired(runs, "auction", row["mechanism"], "gain")["value"])
    by_load = markets.over_load(SETTING, RULES, loads=[0.9], posted=0.5, replications=6, seed=3)
    np.testing.assert_allclose(by_load.loc[0.9, "gain"], runs["gain"].groupby("mechanism").mean())
    ranges = markets.mean_ranges(runs, "gain")
    np.testing.assert_allclose(ranges["value"], runs["gain"].groupby("mechanism").mean()[list(ranges.index)])
