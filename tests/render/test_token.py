"""Render's burn, net supply and break-even revenue against the Foundation's epochs and the proposals' examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import burn, token

PAYMENT = data.parameters(burn.PaymentParameters, "2025-01-01")
POSITIVE = st.floats(1e-6, 1e9)
SHARE = st.floats(0.01, 1.0)


def test_burned_usd_is_credits_by_price_by_share_by_rate() -> None:
    usd, credits = (
        data.series("render", metric, period_days=7, source="r_stats_burn").set_index("date")["value"]
        for metric in ("tokens_burned_usd", "rndr_used")
    )
    rate = burn.burn_implied_fx(usd, credits.reindex(usd.index), PAYMENT.eur_per_credit, PAYMENT.burn_share)
    complete = rate[:96]
    assert len(rate) == 97
    # the euro traded between 1.02 and 1.19 dollars in these weeks; the last epoch was not fully booked
    assert complete.min() > 1.02
    assert complete.max() < 1.20
    assert np.abs(np.diff(complete)).max() < 0.035
    assert rate[96] == pytest.approx(0.69, abs=0.01)


def test_shares_of_a_payment_add_up_to_it() -> None:
    assert PAYMENT.burn_share + PAYMENT.operator_fee == 1
    # RNP-021: USD 2,400 of which 400 are a grant: 2,280 burned, 120 to the operator
    assert burn.gross_from_burn(2280, 0.95) == pytest.approx((2400, 120))


@given(POSITIVE, st.floats(1e-3, 1e3), SHARE)
def test_at_break_even_supply_stands_still(emission: float, price: float, share: float) -> None:
    burned = token.break_even_revenue(emission, price, share) * share / price
    assert token.bme_net_supply(emission, burned) == pytest.approx(0, abs=1e-6 * emission)


def test_break_even_in_its_three_meanings() -> None:
    minted, released, paid = token.break_even_revenues(492_132, 0.68, 17_884.6154 * 52 / 12, 2.0, 0.95)
    assert minted == pytest.approx(1_036_067, abs=1)
    assert released == pytest.approx(0.68 * minted)
    assert paid == pytest.approx(37_651.82 * 52 / 12, rel=1e-6)


def test_arrays_and_numbers_agree() -> None:
    prices = np.array([1.0, 2.0, 4.0])
    for price, got in zip(prices, token.break_even_revenue(1000, prices, 0.95), strict=True):
        assert token.break_even_revenue(1000, price, 0.95) == got


def test_upgraded_share_of_the_proposals() -> None:
    # RNP-022 prints 77%, which implies about 549 million tokens
    assert token.upgraded_share(423e6, 549e6) == pytest.approx(0.77, abs=0.005)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: burn.burn_implied_fx([1, 2], [1, 2, 3], 0.25, 0.95), r"burned_usd, credits: shapes \(2,\), \(3,\)"),
        (lambda: token.bme_net_supply([1, 2], [1, 2, 3]), r"minted, burned: shapes \(2,\), \(3,\) given"),
        (lambda: token.break_even_revenue([1, 2], [1, 2, 3], 1), r"emission, token_price: shapes \(2,\), \(3,\) given"),
        (lambda: token.upgraded_share(2, 1), r"upgraded: 2\.0 given, a finite number <= 1"),
    ],
)
def test_arguments_that_do_not_fit_each_other_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
