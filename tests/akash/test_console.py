"""Smaller figures of the Console: its own tests' values, and sums by hand."""

from __future__ import annotations

from typing import Any

import pytest

from researchlib.akash.console import cloud_price_estimate, lease_duration, stable_spend, usage_statistics


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(1, (5.83, 32.82, 36.14, 39.37)), (2, (11.66, 65.63, 72.29, 78.74)), (3, (17.49, 98.45, 108.43, 118.11))],
)
def test_clouds_cost_what_the_console_tests_expect(factor: int, expected: tuple[float, ...]) -> None:
    """Values of the Console's pricing.service.spec.ts."""
    assert cloud_price_estimate(factor * 1000, factor * 10**9, factor * 10**9) == expected


def test_aws_gives_twenty_gigabytes_of_storage_away() -> None:
    assert cloud_price_estimate(0, 0, 20 * 10**9).aws == 0
    # 10 GB x 0.000111 USD x 730.488 h
    assert cloud_price_estimate(0, 0, 30 * 10**9).aws == 0.81


def test_dollar_tokens_are_taken_together() -> None:
    assert stable_spend((100, 50), (80, 40), (70, 0)) == (150, 30, 120, 50)


def test_usage_without_a_day_is_zero() -> None:
    assert usage_statistics([], 5) == (0, 0, 0)
    assert usage_statistics([10.25, 0.5], 3) == (10.75, 5.38, 1.5)


def test_leases_add_up() -> None:
    assert lease_duration([(0, 600), (600, 1800)], seconds_per_step=6) == (2, 10_800, 3)
    assert lease_duration([]) == (0, 0, 0)
    assert lease_duration([(5, 5), (7, 8)]) == (2, 1, 1 / 3600)
    assert cloud_price_estimate(0, 0, 0) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cloud_price_estimate(-1, 0, 0), "cpu: -1 given"),
        (lambda: stable_spend((1, -1), (0, 0), (0, 0)), "now: .*-1.* given"),
        (lambda: usage_statistics([1.0], -1), "deployments: -1 given"),
        (lambda: stable_spend((1, 1), (1,), (0, 0)), r"compare: \(1,\) given"),
        (lambda: lease_duration([(5, 4)]), r"leases: \[\(5, 4\)\] given"),
        (lambda: lease_duration([], seconds_per_step=0), "seconds_per_step: 0 given"),
    ],
)
def test_bad_input_is_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("leases", [[(5,)], [(1, 2, 3)]])
def test_leases_are_pairs_of_times(leases: list[Any]) -> None:
    with pytest.raises(ValueError, match="leases: "):
        lease_duration(leases, seconds_per_step=6)


def test_estimates_follow_parts_of_a_gigabyte() -> None:
    """Rounded to cents, half the memory costs half."""
    half, whole = cloud_price_estimate(0, 150.5e9, 0), cloud_price_estimate(0, 301e9, 0)
    for cloud in ("akash", "aws", "gcp", "azure"):
        assert 2 * getattr(half, cloud) == pytest.approx(getattr(whole, cloud), abs=0.011), cloud
