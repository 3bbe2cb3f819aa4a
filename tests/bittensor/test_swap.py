"""A whole swap: conservation, limits and refusals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import pool
from researchlib.bittensor.pool import Pool
from researchlib.bittensor.swap import SwapParameters, swap

RULES = SwapParameters(33, 10**6, 1000)
reserves = st.integers(10**9, 10**15)
pools = st.builds(Pool, reserves, reserves, st.integers(4 * 10**17, 6 * 10**17))


@settings(max_examples=50, deadline=None)
@given(pools, st.sampled_from(pool.SIDES), st.integers(10**6, 10**15))
def test_nothing_is_made_or_lost_and_the_pool_never_drains(state: Pool, side: str, amount: int) -> None:
    paid = state.tao_reserve if side == "buy" else state.alpha_reserve
    amount = min(amount, 900 * paid)
    assume(pool.output(state, side, pool.fee(amount, 33).net_in) > 0)
    done = swap(state, side, amount, RULES)
    assert done.taken == amount == done.fee + done.net_in
    after = done.pool
    tao, alpha = after.tao_reserve - state.tao_reserve, after.alpha_reserve - state.alpha_reserve
    assert (tao, alpha) == ((done.net_in, -done.amount_out) if side == "buy" else (-done.amount_out, done.net_in))
    assert min(after.tao_reserve, after.alpha_reserve) > 0
    assert (pool.price(after) > pool.price(state)) == (side == "buy") or tao * alpha == 0


@settings(max_examples=50, deadline=None)
@given(pools, st.integers(1, 10**15))
def test_there_and_back_never_gains(state: Pool, amount: int) -> None:
    bought = pool.output(state, "buy", amount)
    after = Pool(state.tao_reserve + amount, state.alpha_reserve - bought, state.quote_weight)
    # the power is cut at 18 decimals, so a large reserve can pay a rao too much
    assert pool.output(after, "sell", bought) <= amount + 1


def test_a_limit_stops_the_swap() -> None:
    state = Pool(10**12, 4 * 10**12)
    free = swap(state, "buy", 10**12, RULES)
    stopped = swap(state, "buy", 10**12, RULES, price_limit=0.36)
    assert stopped.taken < free.taken
    # price 0.25 to 0.36: the reserve grows by a fifth
    assert stopped.net_in == pytest.approx(2 * 10**11, rel=1e-9)
    assert pool.price(stopped.pool) == pytest.approx(0.36, rel=1e-9)
    assert stopped.fee == pool.fee_on_top(stopped.net_in, 33)
    sold = swap(state, "sell", 10**13, RULES, price_limit=0.16)
    assert pool.price(sold.pool) == pytest.approx(0.16, rel=1e-9)
    assert swap(state, "buy", 10**9, RULES, price_limit=0.36) == swap(state, "buy", 10**9, RULES)


@pytest.mark.parametrize(("side", "limit"), [("buy", 0.36), ("sell", 0.16)])
def test_a_limit_that_is_not_reached_changes_nothing(side: str, limit: float) -> None:
    # the fee on top of a cut amount is rounded otherwise than the fee within the amount: some would differ
    state = Pool(10**12, 4 * 10**12)
    for amount in (10**6, 1_000_898, 1_002_884, 1_018_771, 10**9):
        assert swap(state, side, amount, RULES, price_limit=limit) == swap(state, side, amount, RULES)


def test_parameters_come_from_the_data() -> None:
    assert data.parameters(SwapParameters, "2026-09-01") == RULES


@pytest.mark.parametrize(
    ("state", "side", "amount", "limit", "message"),
    [
        (Pool(10**9, 10**5), "buy", 10**6, None, "pool: 100000 of what is wanted given, at least 1000000 allowed"),
        (Pool(10**6, 10**9), "buy", 2 * 10**9, None, "amount_in: .* at most 1000 times the reserve"),
        (Pool(10**9, 10**9), "buy", 10**6, 0.5, "price_limit: 0.5 given, beyond the price of 1.0"),
        (Pool(10**9, 10**9), "sell", 10**6, 2, "price_limit: 2 given, beyond"),
        (Pool(10**15, 10**6), "buy", 1, None, "amount_in: 1 given, an amount that pays out at least 1"),
        (Pool(10**9, 10**9), "buy", 0, None, "amount_in: 0 given"),
        (Pool(10**9, 10**9), "both", 1, None, "side: 'both' given"),
    ],
)
def test_refusals(state: Pool, side: str, amount: int, limit: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        swap(state, side, amount, RULES, price_limit=limit)


def test_the_largest_input_is_a_thousand_reserves() -> None:
    """Free of fees, so that the whole input counts."""
    rules, state = SwapParameters(0, 0, 1000), Pool(10**9, 10**9)
    assert swap(state, "buy", 1000 * 10**9, rules).net_in == 1000 * 10**9
    with pytest.raises(ValueError, match="amount_in: 1000000000001 given, at most 1000 times"):
        swap(state, "buy", 1000 * 10**9 + 1, rules)
