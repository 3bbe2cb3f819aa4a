"""The Console's figures: rounding, capacity, spend, bid prices, net burn."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import statistics


@pytest.mark.parametrize(
    ("value", "digits", "expected"), [(1.005, 2, 1.01), (2.5, 0, 3), (-2.5, 0, -2), (0.1234, 3, 0.123)]
)
def test_rounding(value: float, digits: int, expected: float) -> None:
    assert statistics.round_as_console(value, digits) == expected


def test_one_record_a_host_counts() -> None:
    first = {"host_uri": "a", "active_gpu": 1, "pending_gpu": None, "available_gpu": 3}
    capacity = statistics.network_capacity([first, {**first, "active_gpu": 9}, {"host_uri": "b", "available_gpu": 4}])
    assert capacity.active_provider_count == 2
    assert capacity.resources["gpu"] == statistics.ResourceCapacity(1, 0, 7)
    assert capacity.resources["gpu"].utilisation == 0.125
    assert math.isnan(capacity.resources["cpu"].utilisation)


def test_storage_is_ephemeral_and_persistent() -> None:
    host = {
        "host_uri": "a",
        "active_ephemeral": 1,
        "active_persistent": 10,
        "pending_ephemeral": 2,
        "available_persistent": 5,
    }
    assert statistics.network_capacity([host]).resources["storage"] == statistics.ResourceCapacity(11, 2, 5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 10**9)] * 3), min_size=1, max_size=6))
def test_days_add_up_to_the_last_total(increments: list[tuple[int, int, int]]) -> None:
    totals = [
        [sum(day[column] for day in increments[: row + 1]) for row in range(len(increments))] for column in range(3)
    ]
    days = statistics.daily_revenue(*totals, [2.0] * len(increments))
    assert sum(day.uakt for day in days) == totals[0][-1]
    assert sum(day.uact for day in days) == totals[1][-1] + totals[2][-1]
    expected = totals[0][-1] / 1e6 * 2 + (totals[1][-1] + totals[2][-1]) / 1e6
    assert sum(day.usd for day in days) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("denom", "price", "expected"),
    [
        ("uakt", 3.0, (1.8, 600_000.0)),
        ("uakt", None, (None, None)),
        ("uact", 3.0, (0.6, 200_000.0)),
        ("uact", None, (0.6, None)),
        ("ibc/usdc", 3.0, (None, None)),
    ],
)
def test_bid_prices(denom: str, price: float | None, expected: tuple[float | None, float | None]) -> None:
    assert statistics.gpu_bid_price(1000, denom, price) == expected


def test_net_burn_may_be_negative() -> None:
    assert statistics.net_burn([100, 150], [0, 80]) == ([100, 70], [100, -30])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: statistics.network_capacity([{"active_cpu": 1}]), "providers"),
        (lambda: statistics.network_capacity([{"host_uri": "a", "active_cpu": -1}]), "active_cpu"),
        (lambda: statistics.daily_revenue([1], [1], [1], []), "akt_price"),
        (lambda: statistics.daily_revenue([-1], [1], [1], [1.0]), "total_uakt"),
        (lambda: statistics.daily_revenue([1], [1], [1], [-1.0]), "akt_price"),
        (lambda: statistics.gpu_bid_price(-1, "uakt", 1.0), "amount"),
        (lambda: statistics.gpu_bid_price(1, "uakt", 0.0), "akt_price"),
        (lambda: statistics.net_burn([1], []), "reminted"),
        (lambda: statistics.round_as_console(float("nan"), 2), "value"),
        (lambda: statistics.round_as_console(1.0, 16), "digits"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]


def test_fractions_of_a_unit_are_kept() -> None:
    """Prices per block have fractions, and so have the running totals that the indexer sums up."""
    (day,) = statistics.daily_revenue([1234.5678], [0.25], [10.5], [2.0])
    assert (day.uakt, day.uact) == (1234.5678, 10.75)
    # 0.0012345678 AKT counts as 0.001235, 0.00001075 USD as 0.000011
    assert day.usd == pytest.approx(0.001235 * 2 + 0.000011, abs=1e-15)


def test_hourly_bids_in_the_other_money() -> None:
    """600 blocks an hour: 1,234 u-units a block are 0.7404 tokens of 10^6, at 0.7 or 1.6 USD for one AKT."""
    assert statistics.gpu_bid_price(1234, "uact", 0.7) == (0.74, round(1234 * 600 / 0.7, 2))
    assert statistics.gpu_bid_price(1234, "uakt", 1.6) == (1.18, 740_400)
