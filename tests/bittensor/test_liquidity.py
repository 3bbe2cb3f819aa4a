"""Weights of a pool: how they start, and that adding liquidity leaves the price."""

from __future__ import annotations

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


def test_the_chain_rounds_half_up() -> None:
    """Of reserves 1 and 1 with one more TAO: the parts are 0.5 x 1 and 0.5 x 2, rounded to 1 and 1."""
    assert liquidity.reweighted(Pool(1, 1), 1, 0).quote_weight == EQUAL_WEIGHTS


def test_reserves_that_leave_64_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="alpha_reserve: .* given"):
        liquidity.reweighted(Pool(2**62, 2**62), 0, 2**64)
