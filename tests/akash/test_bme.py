"""Conversions and circuit breaker: the proposal's figures, conservation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

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
    ("source", "target", "amount", "prices", "status"),
    [
        ("uakt", "uact", 5, (0, 1), "zero_price"),
        ("uact", "uakt", 10**8, (1, 0), "zero_price"),
        ("uakt", "uact", 9, ("0.1", 1), "epsilon"),
        ("uact", "uakt", 3, (1, 3), "epsilon"),
        ("uakt", "uact", 5, (1, 1), "minimum_mint"),
    ],
)
def test_what_is_refused_moves_nothing(source: str, target: str, amount: int, prices: Any, status: str) -> None:
    refused = bme.convert(
        amount, source, target, price_source=prices[0], price_target=prices[1], parameters=TODAY, remint_credit=7
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


def test_halt_lies_below_the_warning() -> None:
    assert replace(TODAY, bme_halt_bps=9499).bme_halt_bps == 9499
    with pytest.raises(ValueError, match="bme_halt_bps: 9500 given"):
        replace(TODAY, bme_halt_bps=9500)


@pytest.mark.parametrize("target", ["uusdc", "uakt"])
def test_only_the_two_tokens_are_converted(target: str) -> None:
    with pytest.raises(ValueError, match="source, target: "):
        bme.convert(1, "uakt", target, price_source=1, price_target=1, parameters=TODAY)


def test_no_more_is_pending_than_there_is() -> None:
    with pytest.raises(ValueError, match="pending: 2 given"):
        bme.collateral(1, 1, 1, TODAY, pending=2)
