"""Time-weighted and aggregate price: hand-made cases and bounds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.oracle import OracleParameters, aggregate_price, time_weighted_price

RULES = OracleParameters(1, 150)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(90, 2)], 2),  # alone in the window
        ([(0, 2)], 2),  # long before it: moved to its start
        ([(40, 1), (75, 3)], 2),  # 25 s at 1, 25 s at 3
        ([(60, 1), (75, 3)], Decimal("2.25")),  # 15 s at 1, 25 s at 3
        ([(100, 1), (100, 4)], Decimal("2.5")),  # no time at all: the plain mean
        ([(75, 3), (110, 9)], 3),  # an observation of the future does not count
    ],
)
def test_windows(points: list[tuple[int, int]], expected: Decimal) -> None:
    assert time_weighted_price(100, 50, points) == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.decimals("0.01", 100, places=4)), min_size=1, max_size=10))
def test_average_lies_between_the_prices(points: list[tuple[int, Decimal]]) -> None:
    prices = [price for _, price in points]
    tiny = Decimal("1e-17")
    assert min(prices) - tiny <= time_weighted_price(100, 50, points) <= max(prices) + tiny


def test_aggregate() -> None:
    price = aggregate_price(["1.00", "1.01", "1.02"], ["1.00", "1.01", "1.015"], RULES)
    assert (price.twap, price.median, price.deviation_bps, price.healthy) == (
        Decimal("1.01"),
        Decimal("1.01"),
        150,
        True,
    )
    even = aggregate_price([1, 1], ["1.00", "1.0151"], RULES)
    assert (even.median, even.deviation_bps, even.healthy) == (Decimal("1.00755"), 151, False)


def test_too_few_sources_are_not_healthy() -> None:
    assert not aggregate_price([1], [1], OracleParameters(2, 150)).healthy


def test_an_observation_is_needed() -> None:
    with pytest.raises(ValueError, match=r"points: .* at least one observation up to now=100"):
        time_weighted_price(100, 50, [(101, 1)])


def test_median_of_five_is_the_third() -> None:
    prices = ["1", "1.001", "1.002", "1.003", "1.004"]
    assert aggregate_price(prices, prices, RULES).median == Decimal("1.002")
    assert aggregate_price(["1"] * 4, ["1", "1.002", "1.004", "1.008"], RULES).median == Decimal("1.003")


@pytest.mark.parametrize(("averages", "latest"), [([1, 1], [1]), ([1], [1, 1])])
def test_one_latest_price_for_each_average(averages: list[int], latest: list[int]) -> None:
    with pytest.raises(ValueError, match="averages, latest: "):
        aggregate_price(averages, latest, RULES)


def test_observations_count_by_the_nanosecond() -> None:
    """49.999 s at 1 and 1 ms at 3, of 50 s."""
    assert time_weighted_price(100, 50, [(0, 1), ("99.999", 3)]) == Decimal("1.00004")
