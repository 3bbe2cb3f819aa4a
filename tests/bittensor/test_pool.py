"""The pool's curve against real-number formulas at high precision, and the mechanisms without a bundled vector."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import pool
from researchlib.bittensor.pool import EQUAL_WEIGHTS, WEIGHT_ONE, Pool

reserves = st.integers(1, 21 * 10**15)
weights = st.integers(WEIGHT_ONE // 100, WEIGHT_ONE - WEIGHT_ONE // 100)
pools = st.builds(Pool, reserves, reserves, st.one_of(st.just(EQUAL_WEIGHTS), weights))
amounts = st.integers(0, 2**64 - 1)
sides = st.sampled_from(pool.SIDES)


def real_output(state: Pool, side: str, amount: int) -> Decimal:
    base = Decimal(WEIGHT_ONE - state.quote_weight) / state.quote_weight
    with localcontext() as context:
        context.prec = 60
        if side == "sell":
            paid, wanted, power = state.alpha_reserve, state.tao_reserve, base
        else:
            paid, wanted, power = state.tao_reserve, state.alpha_reserve, 1 / base
        after = min(paid + amount, 2**64 - 1)
        return wanted * (1 - (Decimal(paid) / after) ** power)


@settings(max_examples=50, deadline=None)
@given(pools, sides, amounts)
def test_output_is_the_curve(state: Pool, side: str, amount: int) -> None:
    got = pool.output(state, side, amount)
    wanted = state.tao_reserve if side == "sell" else state.alpha_reserve
    # the power is cut at 18 decimals
    assert abs(got - real_output(state, side, amount)) <= 1 + Decimal(wanted) / WEIGHT_ONE
    assert 0 <= got <= wanted


@settings(max_examples=50, deadline=None)
@given(pools, sides, amounts, amounts)
def test_more_in_never_gives_less_out(state: Pool, side: str, a: int, b: int) -> None:
    less, more = sorted((a, b))
    assert pool.output(state, side, less) <= pool.output(state, side, more)


@settings(max_examples=50, deadline=None)
@given(reserves, reserves, st.integers(0, 10**16))
def test_equal_weights_are_a_constant_product(tao: int, alpha: int, amount: int) -> None:
    got = pool.output(Pool(tao, alpha), "buy", amount)
    assert abs(got - Fraction(alpha * amount, tao + amount)) <= 1 + Fraction(alpha, 10**18)


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 2**64), st.integers(1, 2**64), st.integers(1, 12), st.integers(1, 12), st.sampled_from([1, 10**18])
)
def test_power_is_cut_exactly(top: int, bottom: int, p: int, q: int, scale: int) -> None:
    got = pool._scaled_power(top, bottom, p * 10**6, q * 10**6, scale)
    assert got**q * bottom**p <= scale**q * top**p < (got + 1) ** q * bottom**p


def test_power_matches_the_librarys_own_example() -> None:
    """Example in the documentation of safe-bigmath."""
    assert pool._scaled_power(21, 28, 6 * 10**17, 4 * 10**17, 10**18) == 649_519_052_838_328_985


@settings(max_examples=50, deadline=None)
@given(pools)
def test_price_is_the_ratio(state: Pool) -> None:
    exact = Fraction(WEIGHT_ONE - state.quote_weight, state.quote_weight) * Fraction(
        state.tao_reserve, state.alpha_reserve
    )
    assert pool.price(state) == pytest.approx(float(exact), rel=1e-9, abs=1e-16)


def test_fees_read_on_chain() -> None:
    assert pool.fee(10**9, 33).fee == 503_547
    assert pool.fee(10 * 10**9, 33).fee == 5_035_477


@settings(max_examples=50, deadline=None)
@given(amounts, st.integers(0, 65_535))
def test_fee_and_net_add_up(amount: int, rate: int) -> None:
    assert sum(pool.fee(amount, rate)) == amount


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**16), st.integers(0, 6_553))
def test_fee_on_top_is_the_fee_of_the_gross_amount(net: int, rate: int) -> None:
    gross = net + pool.fee_on_top(net, rate)
    assert abs(pool.fee(gross, rate).fee - pool.fee_on_top(net, rate)) <= 2


@settings(max_examples=50, deadline=None)
@given(st.builds(Pool, st.integers(10**9, 10**15), st.integers(10**9, 10**15), weights), st.floats(1.001, 4))
def test_limit_delta_moves_the_price_to_the_limit(state: Pool, factor: float) -> None:
    spot = pool.price(state)
    paid = pool.limit_delta("buy", state.tao_reserve, state.quote_weight, spot, spot * factor)
    after = Pool(state.tao_reserve + paid, state.alpha_reserve - pool.output(state, "buy", paid), state.quote_weight)
    assert pool.price(after) == pytest.approx(spot * factor, rel=1e-5)
    sold = pool.limit_delta("sell", state.alpha_reserve, state.quote_weight, spot, spot / factor)
    after = Pool(state.tao_reserve - pool.output(state, "sell", sold), state.alpha_reserve + sold, state.quote_weight)
    assert pool.price(after) == pytest.approx(spot / factor, rel=1e-5)


def test_limit_on_the_wrong_side_takes_nothing() -> None:
    assert pool.limit_delta("buy", 10**9, EQUAL_WEIGHTS, 1, 0.5) == 0
    assert pool.limit_delta("sell", 10**9, EQUAL_WEIGHTS, 1, 2) == 0
