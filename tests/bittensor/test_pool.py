"""The pool's curve against real-number formulas at high precision, and the mechanisms without a bundled vector."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import _powers, pool
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
    got = _powers.scaled_power(top, bottom, p * 10**6, q * 10**6, scale)
    assert got**q * bottom**p <= scale**q * top**p < (got + 1) ** q * bottom**p


def test_power_matches_the_librarys_own_example() -> None:
    """Example in the documentation of safe-bigmath."""
    assert _powers.scaled_power(21, 28, 6 * 10**17, 4 * 10**17, 10**18) == 649_519_052_838_328_985


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


@settings(max_examples=50, deadline=None)
@given(st.integers(10**9, 10**15), st.integers(10**9, 10**15), st.floats(1e-6, 0.9))
def test_alpha_needed_pays_what_is_wanted(tao: int, alpha: int, part: float) -> None:
    state, wanted = Pool(tao, alpha), int(tao * part)
    got = pool.output(state, "sell", pool.alpha_needed(state, wanted))
    # one alpha-rao more or less is worth the marginal price
    assert got == pytest.approx(wanted, abs=2 + tao / alpha)


def test_alpha_needed_for_more_than_there_is() -> None:
    assert pool.alpha_needed(Pool(10**9, 10**9), 10**9) == 0


@pytest.mark.parametrize(
    ("mechanism", "case", "expected"),
    [
        # upstream's test_base_needed_for_quote: 10^9 ((10^9 / (10^9 - 1,123,432))^(1/3) - 1)
        (
            "bittensor.swap_alpha_needed",
            {
                "quote_weight_1e18": 25 * 10**16,
                "tao_reserve": 10**9,
                "alpha_reserve": 10**9,
                "tao_wanted": 1_123_432,
            },
            {"alpha_in": int(1e9 * ((1e9 / (1e9 - 1_123_432)) ** (1 / 3) - 1))},
        ),
        # a price four times as high at equal weights doubles the reserve
        (
            "bittensor.swap_limit_delta",
            {"side": "buy", "quote_weight_1e18": EQUAL_WEIGHTS, "price": 0.25, "target_price": 1, "reserve": 10**9},
            {"amount_in": 10**9},
        ),
        (
            "bittensor.swap_limit_delta",
            {"side": "sell", "quote_weight_1e18": EQUAL_WEIGHTS, "price": "1", "target_price": "0.25", "reserve": 1000},
            {"amount_in": 1000},
        ),
        # half of an odd number is rounded up
        (
            "bittensor.swap_mul_round",
            {"parts_1e18": EQUAL_WEIGHTS, "value": "36893488147419103233"},
            {"value": 2**64 + 1},
        ),
        (
            "bittensor.swap_exponential",
            {"quote_weight_1e18": 25 * 10**16, "reserve": 1000, "delta": 1000, "direction": "base_over_quote"},
            {"value": 0.125},
        ),
        (
            "bittensor.swap_exponential",
            {"quote_weight_1e18": 75 * 10**16, "reserve": 1000, "delta": -500, "direction": "quote_over_base"},
            {"value": 8.0},
        ),
    ],
)
def test_mechanisms_without_a_bundled_vector(
    mechanism: str, case: dict[str, Any], expected: dict[str, Any], adapters: dict[str, Any]
) -> None:
    assert adapters[mechanism](case) == expected


def test_the_chain_gives_up_on_a_power_beyond_its_64_bits() -> None:
    # at equal weights the power is reserve over what is left; 18 decimals of it fit below 2^64 / 10^18 = 18.4
    assert pool.exponential(18, -17, EQUAL_WEIGHTS, "base_over_quote") == pytest.approx(18)
    assert pool.exponential(19, -18, EQUAL_WEIGHTS, "base_over_quote") == 0
    assert pool.exponential(18, -18, EQUAL_WEIGHTS, "base_over_quote") == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Pool(-1, 1), "tao_reserve: -1 given"),
        (lambda: Pool(1, 2**64), "alpha_reserve: 18446744073709551616 given"),
        (lambda: Pool(1, 1, 0), "quote_weight: 0 given"),
        (lambda: pool.output(Pool(1, 1), "hold", 1), "side: 'hold' given, one of buy, sell allowed"),
        (lambda: pool.output(Pool(1, 1), "buy", 0.5), "amount_in: 0.5 given"),
        (lambda: pool.fee(1, 70_000), "fee_rate_u16: 70000 given"),
        (lambda: pool.fee_on_top(1, 65_535), "fee_rate_u16: 65535 given"),
        (lambda: pool.limit_delta("buy", 1, EQUAL_WEIGHTS, 0, 1), "spot: 0 given, a price > 0 allowed"),
        (lambda: pool.limit_delta("buy", 1, EQUAL_WEIGHTS, -0.5, 1), "spot: -0.5 given, a price > 0 allowed"),
        (lambda: pool.limit_delta("buy", 1, EQUAL_WEIGHTS, 1, -0.5), "target: -0.5 given, a price > 0 allowed"),
        (lambda: pool.limit_delta("buy", 1, EQUAL_WEIGHTS, 1, float("nan")), "target: nan given"),
        (lambda: pool.alpha_needed(Pool(1, 1), -1), "tao_wanted: -1 given"),
        (lambda: pool.exponential(1, 1, EQUAL_WEIGHTS, "up"), "direction: 'up' given"),
    ],
)
def test_bad_input_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
