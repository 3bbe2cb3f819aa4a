"""Render's burn, net supply and break-even revenue against the Foundation's epochs and the proposals' examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import burn, token

PAYMENT = data.parameters(burn.PaymentParameters, "2025-01-01")
POSITIVE = st.floats(1e-6, 1e9)
SHARE = st.floats(0.01, 1.0)


@pytest.fixture(scope="module")
def epochs():
    columns = {
        m: data.series("render", m, period_days=7, source="r_stats_burn") for m in ("tokens_burned_usd", "rndr_used")
    }
    usd = columns["tokens_burned_usd"].set_index("date")["value"]
    return usd, columns["rndr_used"].set_index("date")["value"].reindex(usd.index)


def test_burned_usd_is_credits_by_price_by_share_by_rate(epochs) -> None:
    usd, credits = epochs
    rate = burn.burn_implied_fx(usd, credits, PAYMENT.eur_per_credit, PAYMENT.burn_share)
    complete = rate[:96]
    assert len(rate) == 97
    # the euro traded between 1.02 and 1.19 dollars in these weeks; the last epoch was not fully booked
    assert complete.min() > 1.02
    assert complete.max() < 1.20
    assert np.abs(np.diff(complete)).max() < 0.035
    assert rate[96] == pytest.approx(0.69, abs=0.01)
    again = burn.burned_usd(credits, rate, PAYMENT.eur_per_credit, PAYMENT.burn_share)
    assert again == pytest.approx(usd.to_numpy(), rel=1e-12)


def test_shares_of_a_payment_add_up_to_it() -> None:
    assert PAYMENT.burn_share + PAYMENT.operator_fee == 1
    # RNP-021: USD 2,400 of which 400 are a grant: 2,280 burned, 120 to the operator
    assert burn.settlement(2400, 0.95) == pytest.approx((2280, 120))


@given(POSITIVE, SHARE)
@settings(max_examples=50, deadline=None)
def test_gross_undoes_settlement(value: float, share: float) -> None:
    burned, fee = burn.settlement(value, share)
    gross, fee_again = burn.gross_from_burn(burned, share)
    assert gross == pytest.approx(value)
    assert fee_again == pytest.approx(fee, abs=1e-6 * value)


@given(POSITIVE, st.floats(1e-3, 1e3), SHARE)
@settings(max_examples=50, deadline=None)
def test_at_break_even_supply_stands_still(emission: float, price: float, share: float) -> None:
    revenue = token.break_even_revenue(emission, price, share)
    assert token.bme_net_supply(emission, burn.tokens_burned(revenue, price, share)) == pytest.approx(
        0, abs=1e-6 * emission
    )
    assert token.steady_price(revenue, emission, share) == pytest.approx(price)


@given(POSITIVE, st.floats(1e-3, 1e3), SHARE)
@settings(max_examples=50, deadline=None)
def test_twice_the_demand_at_twice_the_price_burns_the_same(value: float, price: float, share: float) -> None:
    once = burn.tokens_burned(value, price, share)
    assert burn.tokens_burned(2 * value, 2 * price, share) == pytest.approx(once)


def test_break_even_in_its_three_meanings() -> None:
    minted, released, paid = token.break_even_revenues(492_132, 0.68, 17_884.6154 * 52 / 12, 2.0, 0.95)
    assert minted == pytest.approx(1_036_067, abs=1)
    assert released == pytest.approx(0.68 * minted)
    assert paid == pytest.approx(37_651.82 * 52 / 12, rel=1e-6)


def test_a_cap_counts_all_that_was_minted() -> None:
    assert token.total_supply(100, [10, 5], [0, 0], increase=15).tolist() == [110, 115]
    with pytest.raises(ValueError, match=r"minted: .*15.* given in all, at most 14 allowed by the cap"):
        token.total_supply(100, [10, 5], [0, 0], increase=14)
    assert token.total_supply(100, [], [], increase=0).size == 0
    assert token.total_supply(10, [0, 0], [4, 6]).tolist() == [6, 0]


def test_total_supply_adds_up() -> None:
    supply = token.total_supply(536_870_912, [760_567, 760_567], [10_000, 0], increase=107_374_182)
    assert supply.tolist() == [536_870_912 + 750_567, 536_870_912 + 750_567 + 760_567]


def test_arrays_and_numbers_agree() -> None:
    prices = np.array([1.0, 2.0, 4.0])
    for price, got in zip(prices, token.break_even_revenue(1000, prices, 0.95), strict=True):
        assert token.break_even_revenue(1000, price, 0.95) == got


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: burn.settlement(-1, 0.95), r"usage_value: .*-1.0.* given, finite numbers >= 0"),
        (lambda: burn.settlement(1, 0), r"burn_share: 0 given, a finite number > 0 and <= 1"),
        (lambda: burn.gross_from_burn(1, 1.5), r"burn_share: 1.5 given"),
        (lambda: burn.tokens_burned(1, 0, 0.95), r"token_price: .*0.0.* given, finite numbers > 0"),
        (lambda: burn.tokens_burned([1, float("nan")], 1, 0.95), r"usage_value: .*nan.* given"),
        (lambda: burn.burned_usd(1, 0, 0.25, 0.95), r"eurusd: .*0.0.* given"),
        (lambda: burn.burn_implied_fx(1, 0, 0.25, 0.95), r"credits: .*0.0.* given"),
        (lambda: token.bme_net_supply(-1, 0), r"minted: .*-1.0.* given"),
        (lambda: token.break_even_revenue(1, 0, 0.95), r"token_price: .*0.0.* given"),
        (lambda: token.break_even_revenues(1, 1.1, 1, 1, 0.95), r"released_fraction: 1.1 given"),
        (lambda: token.steady_price(1, 0, 0.95), r"emission: .*0.0.* given"),
        (lambda: token.total_supply(10, [1], [1, 2]), r"burned: 2 period\(s\) given, 1 needed"),
        (lambda: token.total_supply(10, [1], [12]), r"burned: .*12.0.* tokens given in all, more than there are"),
        (lambda: token.total_supply(10, [3], [0], increase=2), r"minted: .*3.0.* tokens given in all, at most 2"),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
