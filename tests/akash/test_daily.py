"""A day in closed form agrees with the chain's blocks, one by one in integers."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from researchlib.akash import daily, mint

BLOCKS = 14_400
BAND = mint.MintParameters(Decimal("0.13"), Decimal("0.20"), Decimal("1"), Decimal("0.67"), 5_256_000)


def chain(supply_uakt, inflation, bonded, parameters, blocks):
    for _ in range(blocks):
        inflation = mint.next_inflation(inflation, bonded, parameters)
        annual = mint.annual_provisions(inflation, supply_uakt)
        supply_uakt += mint.block_provision(annual, parameters.blocks_per_year)
    return supply_uakt, inflation


@pytest.mark.parametrize(
    ("inflation", "bonded"),
    [
        ("0.15", "0.40"),  # rising inside the band
        ("0.15", "0.90"),  # falling inside the band
        ("0.1999", "0.10"),  # meets the upper edge within the day
        ("0.1301", "1"),  # meets the lower edge within the day
        ("0.20", "0.40"),  # stands at the upper edge
        ("0.13", "0.90"),  # stands at the lower edge
        ("0.16", "0.67"),  # at the goal nothing moves
    ],
)
def test_a_day_agrees_with_its_blocks(inflation, bonded):
    start = 245_000_000 * 10**6
    exact, exact_inflation = chain(start, Decimal(inflation), Decimal(bonded), BAND, BLOCKS)
    supply, end = daily.mint_day(
        np.array([start / 1e6]), np.array([float(inflation)]), np.array([float(bonded)]), BAND, BLOCKS
    )
    assert supply[0] == pytest.approx(exact / 1e6, rel=1e-12)
    assert end[0] == pytest.approx(float(exact_inflation), rel=1e-9)


def test_a_moved_band_costs_at_most_the_change_of_one_block():
    """The chain jumps to the edge in one block and moves from the next; in closed form it moves at once."""
    exact, _ = chain(245_000_000 * 10**6, Decimal("0.08"), Decimal("0.5"), BAND, BLOCKS)
    supply, _ = daily.mint_day(np.array([245e6]), np.array([0.08]), np.array([0.5]), BAND, BLOCKS)
    assert supply[0] == pytest.approx(exact / 1e6, rel=1e-9)


def test_shapes_fit():
    with pytest.raises(ValueError, match=r"supply, inflation, bonded_ratio: shapes \(3,\), \(2,\), \(1,\)"):
        daily.mint_day(np.ones(3), np.zeros(2), np.zeros(1), BAND, 1440)


def test_days_follow_the_chain_through_a_change_of_the_band():
    lower = mint.MintParameters(Decimal("0.08"), Decimal("0.13"), Decimal("1"), Decimal("0.67"), 5_256_000)
    exact, rate = 245_000_000 * 10**6, Decimal("0.15")
    supply, inflation = np.array([245e6]), np.array([0.15])
    for bonded, rule in (("0.6", BAND), ("0.7", lower)):
        exact, rate = chain(exact, rate, bonded, rule, 1440)
        supply, inflation = daily.mint_day(supply, inflation, np.array([float(bonded)]), rule, 1440)
        assert supply[0] == pytest.approx(exact / 1e6, rel=1e-9)
        assert inflation[0] == pytest.approx(float(rate), rel=1e-6)
