"""Runway, predicted close, top-up: hand-made cases and agreement with the settlement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import runway
from researchlib.akash.settlement import settle_prorata


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=4))
def test_runway_is_what_the_settlement_can_pay(balance: int, rates: list[int]) -> None:
    _, blocks = runway.lease_runway(balance, 0, 0, rates)
    assert settle_prorata(10**12, balance, 0, rates).full_blocks == blocks


def test_overdrawn_accounts_have_a_negative_runway() -> None:
    remaining, blocks = runway.lease_runway(100, 0, 25, [10])
    assert (remaining, blocks) == (-150, -15)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: runway.lease_runway(1, 10, 9, [1]), "height"),
        (lambda: runway.lease_runway(1, 0, 0, []), "rates"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]
