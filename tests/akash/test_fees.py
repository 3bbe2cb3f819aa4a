"""Take fee: whole units, nothing lost, rate by token."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.fees import TakeParameters, take_fee, take_rate


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**15), st.decimals(0, 1, places=4))
def test_fee_and_earnings_make_the_amount(amount: int, rate: Decimal) -> None:
    fee, earnings = take_fee(amount, rate)
    assert fee + earnings == amount
    assert fee <= amount * rate < fee + 1


def test_rate_depends_on_the_token() -> None:
    rates = TakeParameters(Decimal("0.02"), Decimal("0.20"))
    assert take_rate("uakt", rates) == Decimal("0.02")
    for other in ("ibc/usdc", "uact", "uusdc"):
        assert take_rate(other, rates) == Decimal("0.20")
