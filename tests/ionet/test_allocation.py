"""io.net's allocation and unlocking against the documentation, and circulation against what markets reported."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.ionet import allocation, emission, supply

ALLOCATION = data.parameters(allocation.AllocationParameters, "2025-01-01")
VESTING = data.parameters(allocation.VestingParameters, "2025-01-01")
LOOSE = data.parameters(allocation.LooseParameters, "2025-01-01")


def test_genesis_groups_add_up_to_500_million() -> None:
    genesis = allocation.genesis_tokens(ALLOCATION)
    assert genesis == pytest.approx(
        {"community": 100e6, "ecosystem": 128e6, "seed": 100e6, "series_a": 81.6e6, "core": 90.4e6}
    )
    assert sum(genesis.values()) == pytest.approx(500e6)


def test_month_13_frees_10_078_million_a_month() -> None:
    genesis = allocation.genesis_tokens(ALLOCATION)
    step = (genesis["seed"] + genesis["series_a"]) / VESTING.investor_steps + genesis["core"] / VESTING.core_steps
    assert step == pytest.approx(10.078e6, abs=1e3)


@given(st.integers(0, 100))
def test_unlocking_never_falls_and_ends_at_one(months: int) -> None:
    for group, last in (("investor", 36), ("employee", 48)):
        now, then = allocation.unlocked_fraction(group, [months, months + 1], VESTING)
        assert 0 <= now <= then <= 1
        assert (now == 0) == (months <= 12)
        assert (now == 1) == (months >= last)


def test_listing_supply_is_the_often_repeated_95_million() -> None:
    assert allocation.circulating_supply(0, 0, ALLOCATION, VESTING, LOOSE) == pytest.approx(95e6, rel=0.01)


def test_the_ecosystem_unlocks_month_by_month() -> None:
    months = np.array([0, 1, 3, 12])
    full = allocation.circulating_supply(months, 0, ALLOCATION, VESTING, LOOSE)
    none = allocation.circulating_supply(months, 0, ALLOCATION, VESTING, replace(LOOSE, ecosystem_unlock_year=0.0))
    assert full - none == pytest.approx(LOOSE.ecosystem_unlock_year * np.array([0, 1 / 12, 1 / 4, 1]))


def test_circulation_follows_what_markets_reported() -> None:
    reported = data.series("ionet", "circulating_supply")
    emitted = data.parameters(emission.EmissionParameters, "2025-01-01")
    clock = data.parameters(supply.CalendarParameters, "2025-01-01")
    for row in reported.itertuples():
        months = allocation.months_since("2024-06-11", row.date.date())
        tokens = supply.emitted_by(row.date.date(), emitted, clock)
        got = allocation.circulating_supply(months, tokens, ALLOCATION, VESTING, LOOSE)
        assert got == pytest.approx(row.value, rel=0.04)


def test_everything_is_free_in_the_end() -> None:
    months = np.array([200, 400])
    assert allocation.circulating_supply(months, 300e6, ALLOCATION, VESTING, LOOSE) == pytest.approx([800e6, 800e6])


@pytest.mark.parametrize(
    ("at", "months"),
    [
        ("2024-06-10", 0),
        ("2024-06-11", 0),
        ("2024-07-10", 0),
        ("2024-07-11", 1),
        (datetime.date(2024, 7, 11), 1),
        (datetime.datetime(2027, 6, 11, 23), 36),
    ],
)
def test_whole_months_since_listing(at: str | datetime.date, months: int) -> None:
    assert allocation.months_since("2024-06-11", at) == months


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: allocation.genesis_community(0.5, 800e6, 500e6), r"emissions: 500000000.0 given"),
        (lambda: allocation.unlocked_fraction("investor", 1.5, VESTING), r"months: 1.5 given, whole numbers >= 0"),
        (
            lambda: allocation.circulating_supply([1, 2], [1, 2, 3], ALLOCATION, VESTING, LOOSE),
            r"months, emitted: shapes \(2,\), \(3,\) given",
        ),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
