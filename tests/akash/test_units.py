"""Prices per block in other units, against published figures and the inverse."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import units


def test_reference_values_of_the_console() -> None:
    assert units.convert_price(1_000_000, 6.098).usd_per_hour == pytest.approx(590.36, abs=0.005)
    assert units.price_per_month(1_000_000, 6.098, 30.437) == pytest.approx(431_249.07, abs=0.005)
    assert units.convert_price(1_000_000, 6.098, gpu_units=2).usd_per_hour_per_gpu == pytest.approx(295.18, abs=0.005)


def test_one_uakt_is_0438_akt_a_month() -> None:
    assert units.price_per_month(1, 6, 30.436875) == pytest.approx(0.438, abs=5e-4)


def test_without_a_token_price_a_token_is_a_dollar() -> None:
    # a month of 30 days of blocks of 6 seconds: 432,000 of them
    assert units.price_per_block(432, 6, 30) == pytest.approx(1000)
    assert units.price_per_month(1000, 6, 30) == pytest.approx(432)


def test_blocks_of_the_price_script() -> None:
    assert int(units.blocks_per_period(30.437 * 86_400, 6.117)) == 429_909


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1e6), st.floats(1, 10), st.floats(28, 31), st.floats(0.01, 100))
def test_month_and_block_are_inverse(usd: float, block_time: float, days: float, price: float) -> None:
    per_block = units.price_per_block(usd, block_time, days, token_price=price)
    assert units.price_per_month(per_block, block_time, days, token_price=price) == pytest.approx(usd, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1e6), st.floats(1, 10))
def test_slower_blocks_are_cheaper(amount: float, block_time: float) -> None:
    faster = units.convert_price(amount, block_time).tokens_per_hour
    assert units.convert_price(amount, block_time * 1.1).tokens_per_hour <= faster


def test_lease_accrual() -> None:
    """Documentation example: 102,549 blocks at 23 uakt."""
    assert units.lease_accrual(102_549, 23, 6) == pytest.approx((2.358627, 7.121458333), abs=1e-9)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: units.convert_price(-1, 6), "amount"),
        (lambda: units.convert_price(1, 0), "block_time"),
        (lambda: units.convert_price(1, 6, gpu_units=0), "gpu_units"),
        (lambda: units.convert_price(1, 6, token_price=-1), "token_price"),
        (lambda: units.price_per_month(1, 6, 0), "days_per_month"),
        (lambda: units.price_per_block(1, 6, 30, token_price=0), "token_price"),
        (lambda: units.lease_accrual(-1, 1, 6), "elapsed_blocks"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]
