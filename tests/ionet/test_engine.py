"""The engine's known rules: what the reports say in prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.ionet import engine

ENGINE = data.parameters(engine.EngineParameters, "2026-07-01")
USD = st.floats(0, 1e7)
PRICE = st.floats(0.01, 10)


def test_half_the_pool_is_the_burn_target() -> None:
    assert ENGINE.ide_burn_target / ENGINE.unemitted_at_ide == pytest.approx(0.5, abs=0.003)


@given(USD, PRICE)
def test_half_the_price_releases_twice_as_much(payout: float, price: float) -> None:
    assert engine.ide_release(payout, price / 2) == pytest.approx(2 * engine.ide_release(payout, price))


@given(USD, USD, PRICE, st.floats(0, 1e8))
def test_an_epoch_pays_what_it_can_and_mints_no_more_than_is_left(
    earned: float, payout: float, price: float, left: float
) -> None:
    epoch = engine.engine_epoch(earned, payout, price, left, ENGINE)
    assert 0 <= epoch.io_released <= left
    assert epoch.io_released * price + epoch.unpaid_usd == pytest.approx(payout, rel=1e-9, abs=1e-9)
    assert (epoch.io_burned > 0) == (earned > payout)
    assert epoch.io_burned * price == pytest.approx(0.5 * max(0, earned - payout), rel=1e-9, abs=1e-9)


def test_shapes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"io_price, unemitted: shapes \(3,\), \(\), \(\), \(2,\) given"):
        engine.engine_epoch([1] * 3, 1, 0.2, [1] * 2, ENGINE)
