"""Swaps, yields and attacks on the real pools, against the constant product and plain arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import pool
from researchlib.models import pools, subnets

KNOWN, LAST = "2026-08-07", "2026-09-30"
FEE = 33 / 65_535


def _row(day: str, netuid: int) -> pd.Series:
    table = data.load("subnets")
    return table[(table["date"] == pd.Timestamp(day)) & (table["netuid"] == netuid)].iloc[0]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 128), st.floats(0.01, 2e5))
def test_a_purchase_is_the_constant_product_on_the_reserves_read(netuid, tao) -> None:
    row, made = _row(LAST, netuid), pools.buy(netuid, tao, as_of=LAST)
    net = tao * (1 - FEE)
    assert made.alpha == pytest.approx(row["alpha_in_pool"] * net / (row["tao_in_pool"] + net), rel=1e-6)
    # back on the curve but for the second fee, which the product tells exactly
    sold = made.alpha * (1 - FEE)
    left, held = row["tao_in_pool"] + net, row["alpha_in_pool"] - made.alpha
    assert made.back == pytest.approx(left * sold / (held + sold), rel=1e-6)
    assert made.slippage > 0


def test_the_exact_rule_and_the_arrays_agree_on_every_pool() -> None:
    for day in (KNOWN, LAST):
        table = subnets.state(day)
        largest = max(table["tao_in_pool"].max(), table["alpha_in_pool"].max()) * 1e9
        assert 0 < pools.agreement(table, [0.001, 1000.0, 100_000.0]) <= 1 + 1e-11 * largest
    curve = pools.curves(subnets.state(LAST), [1000.0])
    assert curve.loc[1000.0, 64] == pytest.approx(pools.buy(64, 1000, as_of=LAST).slippage, rel=1e-7)


def test_a_pool_has_the_reserves_and_the_price_that_were_read() -> None:
    for netuid in (1, 64, 128):
        row, at = _row(KNOWN, netuid), pools.pool_of(subnets.state(KNOWN), netuid)
        assert pool.price(at) == pytest.approx(row["alpha_price_tao"], rel=1e-8)
    deep = pools.all_pools(subnets.state(LAST), 0.1)
    reading = data.load("observations").query("metric == 'dtao_pool_tao'").set_index("date")["value"]
    assert deep["tao"].sum() == pytest.approx(reading[pd.Timestamp(LAST)], abs=0.6)
    assert deep["move_tao"].to_numpy() == pytest.approx(deep["tao"].to_numpy() * (1.1**0.5 - 1) / (1 - FEE), rel=1e-6)
    assert deep["injected_day"].sum() == pytest.approx(3600 * 0.321843, rel=1e-4)


def test_a_price_is_bought_and_sold_back_as_the_product_says() -> None:
    row, made = _row(LAST, 64), pools.attack(subnets.state(LAST), 64, 2.0)
    assert made.tao == pytest.approx(row["tao_in_pool"] * (2**0.5 - 1) / (1 - FEE), rel=1e-6)
    assert made.alpha == pytest.approx(row["alpha_in_pool"] * (1 - 0.5**0.5), rel=1e-6)
    assert made.tao - made.back < 0.001 * made.tao
    sold = made.alpha * (1 - FEE)
    assert made.back_at_spot == pytest.approx(row["tao_in_pool"] * sold / (row["alpha_in_pool"] + sold), rel=1e-6)
    assert made.share_after == pytest.approx(subnets.subnet_share(64, 2, as_of=LAST).after)
    # 7,200 blocks of a weight of 0.0003, nearly all of which an old subnet has
    old = 1 - np.exp(-7200 * 0.0003)
    assert 0.97 * old < made.followed[0] < old
    assert list(made.followed) == sorted(made.followed)
    assert pools.attack(subnets.state("2026-06-14"), 64, 2.0).share is None
    tried = pools.attacks(subnets.state(LAST), 64, [1.5, 2.0])
    assert tried.loc[2.0, "gained"] == pytest.approx(3600 * (made.share_after - made.share))
    assert tried["lost"].is_monotonic_increasing


def test_miners_get_41_percent_and_selling_it_follows_the_product() -> None:
    table = subnets.state(LAST)
    assert pools.miners_pay(table)[64] == pytest.approx(7200 * 0.41, rel=1e-4)
    assert pools.miners_pay(table)[86] == 0  # not started
    worth, row = pools.spot_against_sale(table, 64), _row(LAST, 64)
    sold = row["alpha_outside_pool"] * (1 - FEE)
    last = worth.loc["all alpha outside the pool"]
    assert last["spot"] == pytest.approx(row["alpha_outside_pool"] * row["alpha_price_tao"], rel=1e-6)
    assert last["sale"] == pytest.approx(row["tao_in_pool"] * sold / (row["alpha_in_pool"] + sold), rel=1e-6)
    assert last["all_sale"] < table["tao_in_pool"].sum()
    assert (worth["sale"] < worth["spot"]).all()
    assert worth["lost"].to_numpy() == pytest.approx((1 - worth["sale"] / worth["spot"]).to_numpy())
    assert pools.spot_against_sale(table, 86)["lost"].iloc[0] == 0
    assert len(pools.spot_against_sale(subnets.state("2026-08-23"), 64)) == 3


def test_a_days_pay_on_subnet_64_in_august_is_what_was_told_of_it_at_the_moving_price() -> None:
    """2,952 alpha at the moving price of 7 August and the 218.09 USD of 4 July: 55,676 USD."""
    table = subnets.state(KNOWN)
    (usd,) = pools.tao_price(pd.Timestamp(KNOWN))["price_usd"]
    assert pools.miners_pay(table)[64] * table["moving_price_tao"][64] * usd == pytest.approx(55_676, abs=2)
    worth = pools.spot_against_sale(table, 64).iloc[0]
    assert worth["sale"] / worth["spot"] == pytest.approx(
        1 / (1 + 2952 / table["alpha_in_pool"][64]) * (1 - FEE), rel=1e-5
    )
    assert pools.tao_price(pd.Timestamp("2026-06-14"))["date"].iloc[0] <= pd.Timestamp("2026-06-14")
    assert pools.tao_price(pd.Timestamp("2023-01-01")).empty


def test_yields_are_the_pots_over_the_stakes() -> None:
    table, row = subnets.state(LAST), _row(LAST, 64)
    rows, root = pools.yields(table)
    staked_root = 5_445_703.100865
    weighted = 3_320_413_933_267_719_290 / (2**64 - 1) * staked_root
    proportion = weighted / (weighted + row["alpha_issued"])
    validators = 0.82 * 0.5 * (1 - proportion)
    assert rows["earned"][64] == pytest.approx(
        validators * 7200 * 365 * (1 - 11_796 / 65_535) / row["alpha_staked"], rel=1e-3
    )
    assert rows["grown"][64] == pytest.approx(7200 * 365 / row["alpha_outside_pool"], rel=1e-9)
    on = table[table["started"].astype(bool)]
    parts = weighted / (weighted + on["alpha_issued"]) * 0.82 * 0.5 * on["alpha_price_tao"]
    assert root == pytest.approx(parts.sum() * 7200 * 365 * (1 - 11_796 / 65_535) / staked_root, rel=1e-3)
    assert pools.yields(subnets.state("2026-08-23")) is None
    unpriced = pools.yields(table.assign(alpha_price_tao=table["alpha_price_tao"].mask(table["netuid"] == 64)))[1]
    assert unpriced == pytest.approx(root - parts[64] * 7200 * 365 * (1 - 11_796 / 65_535) / staked_root, rel=1e-3)


def test_a_days_emission_hardly_moves_the_weights() -> None:
    moved = pools.weights_moved(subnets.state(KNOWN))
    assert 0 < moved.abs().max() < 1e-6
    assert pools.weights_moved(subnets.state(LAST)) is None


def test_paying_for_the_way_takes_the_days_that_earn_it() -> None:
    made = pools.buy(64, 1000, as_of=LAST)
    days = pools.payback_days(made, 0.365)
    assert days * 0.001 * made.alpha * made.spot == pytest.approx(made.tao - made.back)
    assert pools.payback_days(made, 0.0) is None


def _without_64() -> pd.DataFrame:
    table = subnets.state(LAST)
    return table.assign(tao_in_pool=table["tao_in_pool"].mask(table["netuid"] == 64))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: pools.buy(500, 1, as_of=LAST), "netuid: 500 given, a subnet of 2026-09-30"),
        (lambda: pools.buy(64, 1, as_of="2026-07-31"), "as_of: 2026-07-31 given, a day with the reserves of pools"),
        (lambda: pools.buy(64, 1, as_of="2026-10-01"), "as_of: '2026-10-01' given, one of 2026-06-14"),
        (
            lambda: pools.buy(70, 1e9, as_of=LAST),
            r"tao: 1000000000.0 given, above 0 and at most 268,481 TAO allowed: 1,000 times the 268.481 in the pool",
        ),
        (lambda: pools.buy(64, 0, as_of=LAST), "tao: 0 given, above 0"),
        (lambda: pools.attack(subnets.state(LAST), 64, 1.0), "factor: 1.0 given, a number above 1 allowed"),
        (
            lambda: pools.pool_of(_without_64(), 64),
            r"netuid: 64 given, a subnet with a pool on 2026-09-30 \(1 to 128 but 64\) allowed",
        ),
    ],
)  # fmt: skip
def test_what_a_pool_does_not_take_is_refused_by_name(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()
