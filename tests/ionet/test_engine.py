"""The engine's known rules: what the reports say in prose, and the mechanisms without a bundled vector."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.ionet import engine

ENGINE = data.parameters(engine.EngineParameters, "2026-07-01")
USD = st.floats(0, 1e7)
PRICE = st.floats(0.01, 10)


def test_half_the_pool_is_the_burn_target() -> None:
    assert ENGINE.ide_burn_target / ENGINE.unemitted_at_ide == pytest.approx(0.5, abs=0.003)


@given(USD, PRICE)
@settings(max_examples=50, deadline=None)
def test_half_the_price_releases_twice_as_much(payout: float, price: float) -> None:
    assert engine.ide_release(payout, price / 2) == pytest.approx(2 * engine.ide_release(payout, price))


@given(USD, USD, PRICE, st.floats(0, 1e8))
@settings(max_examples=50, deadline=None)
def test_an_epoch_pays_what_it_can_and_mints_no_more_than_is_left(
    earned: float, payout: float, price: float, left: float
) -> None:
    epoch = engine.engine_epoch(earned, payout, price, left, ENGINE)
    assert 0 <= epoch.io_released <= left
    assert epoch.io_released * price + epoch.unpaid_usd == pytest.approx(payout, rel=1e-9, abs=1e-9)
    assert (epoch.io_burned > 0) == (earned > payout)
    assert epoch.io_burned * price == pytest.approx(0.5 * max(0, earned - payout), rel=1e-9, abs=1e-9)


def test_no_surplus_no_burn() -> None:
    assert engine.ide_burn(10_000, 15_000, 0.5, 0.2) == (0, 0)


def test_open_points_are_named() -> None:
    assert any("sustainability ratio" in point for point in engine.OPEN_POINTS)


MECHANISMS_WITHOUT_A_BUNDLED_VECTOR = {
    "ionet.monthly_supply_column": (
        {"month": 2, "base_supply": 500_000_000, "first_monthly_rate": 0.00667, "monthly_factor": 0.989849199},
        {"supply": 503_335_000},
    ),
    "ionet.published_inflation_rate": (
        {"year": 2025, "start_rate_percent": 8.0, "monthly_disinflation": 0.010150801, "start_year": 2024},
        {"percent": 7.02552310},
    ),
}


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS_WITHOUT_A_BUNDLED_VECTOR))
def test_adapter(mechanism: str, adapters: dict[str, Any]) -> None:
    given_input, expected = MECHANISMS_WITHOUT_A_BUNDLED_VECTOR[mechanism]
    assert adapters[mechanism](given_input) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: engine.ide_release(-1, 0.2), r"payout_usd: .*-1.0.* given"),
        (lambda: engine.ide_release(1, 0), r"io_price: .*0.0.* given, finite numbers > 0"),
        (lambda: engine.ide_burn(1, 1, 1.1, 0.2), r"burn_share: 1.1 given"),
        (lambda: engine.ide_burn(float("nan"), 1, 0.5, 0.2), r"network_earnings_usd: .*nan.* given"),
        (lambda: engine.engine_epoch(1, 1, 0.2, -1, ENGINE), r"unemitted: .*-1.0.* given"),
        (
            lambda: engine.engine_epoch([1] * 3, 1, 0.2, [1] * 2, ENGINE),
            r"unemitted: shapes \(3,\), \(\), \(\), \(2,\)",
        ),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
