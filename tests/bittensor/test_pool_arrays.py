"""The curve for arrays against the exact pool."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import liquidity, pool, pool_arrays
from researchlib.bittensor.pool import EQUAL_WEIGHTS, WEIGHT_ONE, Pool

TOLERANCE = 1e-11  # of the reserve that is paid out, besides the rao that the exact rule cuts
reserves = st.integers(10**6, 10**16)
weights = st.one_of(st.just(EQUAL_WEIGHTS), st.integers(10**16, WEIGHT_ONE - 10**16))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(reserves, reserves, st.integers(0, 10**16)), min_size=1, max_size=8),
    weights,
    st.sampled_from(pool.SIDES),
)
def test_output_agrees_with_the_exact_rule(rows: list[tuple[int, int, int]], weight: int, side: str) -> None:
    tao, alpha, amount = np.array(rows, dtype=float).T
    got = pool_arrays.output(side, tao, alpha, amount, weight / WEIGHT_ONE)
    exact = np.array([float(pool.output(Pool(t, a, weight), side, i)) for t, a, i in rows])
    wanted = alpha if side == "buy" else tao
    assert (np.abs(got - exact) <= 1 + TOLERANCE * wanted).all()
    assert (got <= wanted).all()


@settings(max_examples=50, deadline=None)
@given(reserves, reserves, weights)
def test_price_agrees_with_the_exact_rule(tao: int, alpha: int, weight: int) -> None:
    exact = pool.price(Pool(tao, alpha, weight))
    assert float(pool_arrays.price(tao, alpha, weight / WEIGHT_ONE)) == pytest.approx(exact, rel=1e-8, abs=1e-16)


@settings(max_examples=50, deadline=None)
@given(reserves, reserves, st.integers(0, 10**15), st.integers(0, 10**15), weights)
def test_weights_agree_with_the_exact_rule(tao: int, alpha: int, more_tao: int, more_alpha: int, weight: int) -> None:
    exact = liquidity.reweighted(Pool(tao, alpha, weight), more_tao, more_alpha).quote_weight / WEIGHT_ONE
    got = float(pool_arrays.reweighted(tao, alpha, more_tao, more_alpha, weight / WEIGHT_ONE))
    assert got == pytest.approx(exact, abs=1e-9) or min(abs(got - 0.01), abs(got - 0.99)) < 1e-9


@pytest.mark.parametrize("side", pool.SIDES)
def test_swap_conserves_and_takes_the_fee(side: str) -> None:
    tao, alpha, amount = np.array([1e12, 3e12]), np.array([4e13, 1e12]), np.array([[1e9], [5e10]])
    after = pool_arrays.swap(side, tao, alpha, amount, fee_rate_u16=33)
    net = amount * (1 - 33 / 65_535)
    assert after.amount_out == pytest.approx(pool_arrays.output(side, tao, alpha, net))
    # equal weights: the product of the reserves stays
    assert after.tao_reserve * after.alpha_reserve == pytest.approx(np.broadcast_to(tao * alpha, (2, 2)), rel=1e-12)
    assert (after.tao_reserve + after.alpha_reserve).shape == (2, 2)


def test_shapes_that_do_not_broadcast_are_refused() -> None:
    three, two = np.ones(3), np.ones(2)
    with pytest.raises(ValueError, match=r"tao_reserve, .*: shapes \(3,\), \(\), \(2,\)"):
        pool_arrays.swap("buy", three, 1.0, two)
    with pytest.raises(ValueError, match="tao_reserve, alpha_reserve, quote_weight: shapes"):
        pool_arrays.price(three, two)
    with pytest.raises(ValueError, match="tao_reserve, .*tao_delta, .*: shapes"):
        pool_arrays.reweighted(three, 1.0, two, 0.0)
