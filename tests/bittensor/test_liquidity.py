"""Weights of a pool: how they start, and that adding liquidity leaves the price."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import liquidity, pool
from researchlib.bittensor.pool import EQUAL_WEIGHTS, WEIGHT_ONE, Pool

reserves = st.integers(10**9, 10**15)


@settings(max_examples=50, deadline=None)
@given(reserves, reserves, st.integers(0, 10**15), st.integers(0, 10**15))
def test_adding_liquidity_leaves_the_price(tao: int, alpha: int, more_tao: int, more_alpha: int) -> None:
    before = Pool(tao, alpha)
    after = liquidity.reweighted(before, more_tao, more_alpha)
    assert pool.price(after) == pytest.approx(pool.price(before), rel=1e-9)
    taken = after != before
    assert not taken or (after.tao_reserve, after.alpha_reserve) == (tao + more_tao, alpha + more_alpha)


def test_in_proportion_the_weight_stays() -> None:
    assert liquidity.reweighted(Pool(100, 400), 25, 100).quote_weight == EQUAL_WEIGHTS


def test_liquidity_that_would_tip_the_weights_is_refused() -> None:
    before = Pool(100, 100)
    assert liquidity.reweighted(before, 100 * 100, 0) == before
    assert liquidity.reweighted(before, 0, 100 * 100) == before
    assert liquidity.reweighted(before, 98 * 100, 0).quote_weight == WEIGHT_ONE - WEIGHT_ONE // 100


def test_an_empty_pool_gets_equal_weights() -> None:
    skewed = Pool(0, 0, 3 * 10**17)
    assert liquidity.reweighted(skewed, 10, 10).quote_weight == EQUAL_WEIGHTS


@settings(max_examples=50, deadline=None)
@given(reserves, reserves, st.floats(0.02, 50))
def test_created_pool_has_the_price(tao: int, alpha: int, skew: float) -> None:
    spot = skew * tao / alpha
    created = liquidity.created_pool(tao, alpha, spot)
    assert pool.price(created) == pytest.approx(spot, rel=1e-6)


def test_without_a_price_the_weights_are_equal() -> None:
    assert liquidity.created_pool(10**9, 4 * 10**9) == Pool(10**9, 4 * 10**9, EQUAL_WEIGHTS)
    assert liquidity.created_pool(0, 0, 0.25) == Pool(0, 0, EQUAL_WEIGHTS)
    for tao, alpha in ((0, 10**9), (10**9, 0)):  # one side alone asks for a weight of 0 or 1
        with pytest.raises(ValueError, match="a price that asks for a weight from 0.01 to 0.99"):
            liquidity.created_pool(tao, alpha, 0.25)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, WEIGHT_ONE), st.integers(0, 2**128 - 1))
def test_product_is_rounded_half_up(parts: int, value: int) -> None:
    exact = Fraction(parts * value, WEIGHT_ONE)
    got = liquidity.mul_round(parts, value)
    assert -Fraction(1, 2) < got - exact <= Fraction(1, 2)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="tao_delta: -1 given"):
        liquidity.reweighted(Pool(1, 1), -1, 0)
    with pytest.raises(ValueError, match="alpha_reserve: .* given"):
        liquidity.reweighted(Pool(2**62, 2**62), 0, 2**64)
    with pytest.raises(ValueError, match="spot: 0 given, a price > 0 allowed"):
        liquidity.created_pool(1, 1, 0)
    with pytest.raises(ValueError, match="spot: 1000 given for reserves of .*, a price that asks for a weight"):
        liquidity.created_pool(10**9, 10**9, 1000)
    with pytest.raises(ValueError, match="parts: 1000000000000000001 given"):
        liquidity.mul_round(WEIGHT_ONE + 1, 1)
