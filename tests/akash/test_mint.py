"""Inflation, block provisions and the staking return: the SDK's figures and the rule's invariants."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.distribution import staking_return
from researchlib.akash.mint import MintParameters, annual_provisions, block_provision, next_inflation

SDK = MintParameters(Decimal("0.07"), Decimal("0.20"), Decimal("0.13"), Decimal("0.67"), 6_311_520)
AKASH = MintParameters(Decimal("0.13"), Decimal("0.20"), Decimal(1), Decimal("0.67"), 5_256_000)

fraction = st.decimals(0, 1, places=18)


@settings(max_examples=50, deadline=None)
@given(fraction, fraction)
def test_inflation_stays_in_the_band(inflation: Decimal, bonded: Decimal) -> None:
    following = next_inflation(inflation, bonded, AKASH)
    assert AKASH.inflation_min <= following <= AKASH.inflation_max


@settings(max_examples=50, deadline=None)
@given(st.decimals("0.13", "0.20", places=18), fraction, fraction)
def test_more_bonded_tokens_never_raise_inflation(inflation: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert next_inflation(inflation, high, AKASH) <= next_inflation(inflation, low, AKASH)


def test_inflation_moves_towards_the_band_edges() -> None:
    assert next_inflation("0.15", "0.5", AKASH) > Decimal("0.15")
    assert next_inflation("0.15", "0.9", AKASH) < Decimal("0.15")
    assert next_inflation("0.15", "0.67", AKASH) == Decimal("0.15")


def test_a_year_below_the_goal_adds_the_shortfall_times_the_rate() -> None:
    """6,311,520 steps of the first size make the yearly change (1 - 0.5 / 0.67) x 13% within rounding."""
    step = next_inflation("0.10", "0.5", SDK) - Decimal("0.10")
    assert float(step * SDK.blocks_per_year) == pytest.approx((1 - 0.5 / 0.67) * 0.13, rel=1e-10)


@pytest.mark.parametrize(
    ("annual", "amount"), [(6_311_519, 0), (6_311_520, 1), (6_311_521, 1), (12_623_039, 1), (12_623_040, 2)]
)
def test_provision_is_cut_to_whole_units(annual: int, amount: int) -> None:
    """Cases around one unit a block, as in the SDK's test of block provisions."""
    assert block_provision(annual, 6_311_520) == amount


@settings(max_examples=50, deadline=None)
@given(st.decimals(0, 1, places=18), st.integers(0, 10**15))
def test_blocks_of_a_year_never_mint_more_than_the_year(inflation: Decimal, supply: int) -> None:
    annual = annual_provisions(inflation, supply)
    minted = block_provision(annual, 5_256_000) * 5_256_000
    assert annual - 5_256_001 < minted <= annual + Decimal("1e-6")


def test_a_hair_below_a_whole_unit_mints_none() -> None:
    """The SDK divides by the integer and cuts (QuoInt); a rounded quotient would be 1."""
    assert block_provision("6311519.999999999999999999", 6_311_520) == 0


def test_the_band_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match=r"inflation_min: 0.3 given, at most 0.20 allowed"):
        replace(SDK, inflation_min=Decimal("0.3"))


@pytest.mark.parametrize(
    ("inflation", "bonded", "tax", "expected"),
    [(0.4773, 0.8434, 0, 0.5659), (0.40, 0.8434, 0, 0.4743), (0.13, 0.45, 0.4, 0.13 * 0.6 / 0.45)],
)
def test_staking_return(inflation: float, bonded: float, tax: float, expected: float) -> None:
    """The first two are the forum's figures of July 2021."""
    assert staking_return(inflation, bonded, tax) == pytest.approx(expected, abs=5e-5)
