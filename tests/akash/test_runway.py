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


@pytest.mark.parametrize(("balance", "height"), [(0, 1000), (1, 1001), (100, 1010), (101, 1011)])
def test_predicted_close_is_rounded_up(balance: int, height: int) -> None:
    assert runway.predicted_close_height(1000, balance, [10]) == height


@pytest.mark.parametrize(
    ("rate", "predicted", "amount", "steady"),
    [
        (10, 500, 288_000, 144_000),  # dry: 48 hours of 600 blocks from now
        (10, 1000 + 600 * 24, 144_000, 144_000),
        (10, 10**6, 0, 144_000),
        (0, 500, 0, 0),
        (-1, 500, 0, 0),
        (0.0001, 500, 2, 1),
    ],
)
def test_top_up(rate: float, predicted: int, amount: int, steady: int) -> None:
    assert runway.top_up(rate, predicted, 1000) == (amount, steady)


def test_cost_counts_deployments_that_end_in_the_window() -> None:
    deployments = [(10, 999), (10, 1000), (0.5, 1599), (10, 1600), (10, 1601)]
    assert runway.cost_until(1000, 1, deployments) == (1600, 6000)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: runway.lease_runway(1, 10, 9, [1]), "height"),
        (lambda: runway.lease_runway(1, 0, 0, []), "rates"),
        (lambda: runway.predicted_close_height(0, -1, [1]), "balance"),
        (lambda: runway.top_up(1, 1, 1, look_ahead_hours=49), "look_ahead_hours"),
        (lambda: runway.top_up(1, 1, 1, blocks_per_hour=0), "blocks_per_hour"),
        (lambda: runway.cost_until(1, -1, []), "hours"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]
