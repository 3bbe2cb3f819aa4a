"""Conversions and circuit breaker: the proposal's figures, conservation, bad input."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import bme

TODAY = bme.BmeParameters(9500, 9000, 25, 0, 10, 10, 14_400, Decimal(10), Decimal(0))
price = st.decimals("0.01", 100, places=6)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**15), price, st.integers(0, 1000), st.integers(0, 10**15))
def test_every_unit_that_comes_out_is_accounted_for(amount: int, akt: Decimal, bps: int, credit: int) -> None:
    rules = replace(TODAY, bme_settle_spread_bps=bps)
    paid = bme.convert(amount, "uact", "uakt", price_source=1, price_target=akt, parameters=rules, remint_credit=credit)
    assert paid.minted_total == paid.spread + paid.user_receives == paid.reissued + paid.newly_minted
    assert paid.reissued <= credit
    assert paid.remint_credit_after == credit - paid.reissued
    assert paid.newly_minted == 0 or paid.remint_credit_after == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(10**9, 10**15), price)
def test_making_act_fills_the_vault(amount: int, akt: Decimal) -> None:
    made = bme.convert(amount, "uakt", "uact", price_source=akt, price_target=1, parameters=TODAY, remint_credit=5)
    assert made.status == "executed" or made.minted_total == 0
    if made.status == "executed":
        assert made.remint_credit_after == amount + 5
        assert made.minted_total == int(amount * akt)
        assert (made.reissued, made.newly_minted) == (0, made.minted_total)


@settings(max_examples=50, deadline=None)
@given(st.integers(10**9, 10**15), price)
def test_a_round_trip_at_one_price_gains_nothing(amount: int, akt: Decimal) -> None:
    there = bme.convert(amount, "uakt", "uact", price_source=akt, price_target=1, parameters=TODAY)
    if there.status != "executed":
        return
    back = bme.convert(
        there.user_receives,
        "uact",
        "uakt",
        price_source=1,
        price_target=akt,
        parameters=TODAY,
        remint_credit=there.remint_credit_after,
    )
    assert back.user_receives <= amount
    assert back.newly_minted == 0


@pytest.mark.parametrize(
    ("price_source", "price_target", "amount", "status"),
    [("1", "3", 3, "epsilon"), ("1", "3", 4, "executed"), ("0", "3", 10, "zero_price"), ("1", "0", 10, "zero_price")],
)
def test_refusals(price_source: str, price_target: str, amount: int, status: str) -> None:
    converted = bme.convert(
        amount, "uact", "uakt", price_source=price_source, price_target=price_target, parameters=TODAY
    )
    assert converted.status == status


@pytest.mark.parametrize(
    ("price_source", "amount", "status"), [(0, 5, "zero_price"), ("0.1", 9, "epsilon"), (1, 5, "minimum_mint")]
)
def test_what_is_refused_moves_nothing(price_source: str, amount: int, status: str) -> None:
    refused = bme.convert(
        amount, "uakt", "uact", price_source=price_source, price_target=1, parameters=TODAY, remint_credit=7
    )
    assert refused == bme.Conversion(status, 0, 0, 0, 0, 0, 7)


def test_smallest_mint_is_ten_act() -> None:
    def make(amount: int) -> str:
        return bme.convert(amount, "uakt", "uact", price_source=1, price_target=1, parameters=TODAY).status

    assert (make(9_999_999), make(10_000_000)) == ("minimum_mint", "executed")


@pytest.mark.parametrize(
    ("vault", "supply", "bps", "status"),
    [
        (96_000_000, 100_000_000, 9600, "healthy"),
        (95_000_000, 100_000_000, 9500, "warning"),
        (90_010_000, 100_000_000, 9001, "warning"),
        (90_000_000, 100_000_000, 9000, "halt_cr"),
        (0, 100_000_000, 0, "halt_cr"),
        (10**15, 0, 2**32 - 1, "healthy"),
    ],
)
def test_thresholds(vault: int, supply: int, bps: int, status: str) -> None:
    state = bme.collateral(vault, supply, 1, TODAY)
    assert (state.bps, state.status) == (bps, status)


def test_queued_coins_are_no_collateral() -> None:
    assert bme.collateral(120, 100, 1, TODAY, pending=25) == bme.collateral(95, 100, 1, TODAY)


@pytest.mark.parametrize(("before", "after"), [("healthy", "halt_oracle"), ("halt_cr", "halt_cr")])
def test_oracle_failure(before: str, after: str) -> None:
    assert bme.collateral(100, 100, 0, TODAY, previous_status=before).status == after


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_epochs_lengthen_as_the_ratio_falls(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 10 <= bme.epoch_spacing(high, TODAY) <= bme.epoch_spacing(low, TODAY) <= 14_400


def test_examples_of_the_proposal() -> None:
    up, down = bme.cycle(1000, 1.14, 1.50), bme.cycle(1000, 1.14, 0.90)
    assert (up.akt_burned, up.akt_paid) == pytest.approx((877.192982, 666.666667), abs=1e-6)
    assert (up.net_supply_change, down.net_supply_change) == pytest.approx((-210.526316, 233.918129), abs=1e-6)
    assert (up.from_vault, up.fresh_mint) == (up.akt_paid, 0)
    assert down.from_vault + down.fresh_mint == pytest.approx(down.akt_paid)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bme_min_epoch_blocks", 0),
        ("bme_warn_bps", 10_001),
        ("bme_halt_bps", 9500),
        ("bme_mint_spread_bps", 1001),
        ("bme_settle_spread_bps", -1),
        ("bme_epoch_backoff_percent", 101),
    ],
)
def test_parameters_outside_the_modules_range_are_refused(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"{field}: {value} given"):
        replace(TODAY, **{field: value})


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: bme.convert(1, "uakt", "uusdc", price_source=1, price_target=1, parameters=TODAY), "source, target"),
        (lambda: bme.convert(1, "uakt", "uakt", price_source=1, price_target=1, parameters=TODAY), "source, target"),
        (lambda: bme.convert(0, "uakt", "uact", price_source=1, price_target=1, parameters=TODAY), "amount"),
        (lambda: bme.convert(1, "uakt", "uact", price_source=-1, price_target=1, parameters=TODAY), "price_source"),
        (lambda: bme.collateral(1, 1, 1, TODAY, pending=2), "pending"),
        (lambda: bme.collateral(1, 1, 1, TODAY, previous_status="odd"), "previous_status"),
        (lambda: bme.epoch_spacing(-1, TODAY), "bps"),
        (lambda: bme.cycle(1, 0, 1), "price_mint"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]


@pytest.mark.parametrize("zero", ["price_source", "price_target"])
def test_without_a_price_nothing_moves_and_the_credit_stays(zero: str) -> None:
    prices = {"price_source": 1, "price_target": 1, zero: 0}
    found = bme.convert(100_000_000, "uact", "uakt", parameters=TODAY, remint_credit=7, **prices)
    assert found == bme.Conversion("zero_price", 0, 0, 0, 0, 0, 7)


def test_halt_lies_below_the_warning() -> None:
    assert replace(TODAY, bme_halt_bps=9499).bme_halt_bps == 9499
    with pytest.raises(ValueError, match="bme_halt_bps: 9500 given"):
        replace(TODAY, bme_halt_bps=9500)
