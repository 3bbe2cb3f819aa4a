"""The retired decaying inflation: its band, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from researchlib.akash.decay import DecayParameters, decayed_inflation
from researchlib.akash.mint import MintParameters

YEAR = 31_557_600
STOCK = MintParameters(Decimal(0), Decimal(1), Decimal("0.13"), Decimal("0.67"), 6_311_520)
DEFAULT = DecayParameters(Decimal(100), Decimal(2), Decimal("0.05"))


@pytest.mark.parametrize(
    ("inflation", "years", "expected"),
    [
        ("0.5", 0, "95"),  # a fraction lies far below a percentage: the lower edge
        ("0.5", 2, "47.5"),
        ("200", 2, "52.5"),
        ("50", 2, "50"),  # at the goal of half inflation does not move
    ],
)
def test_inflation_is_held_in_the_band(inflation: str, years: int, expected: str) -> None:
    balanced = MintParameters(Decimal(0), Decimal(1), Decimal("0.13"), Decimal("0.5"), 6_311_520)
    assert decayed_inflation(inflation, "0.5", 0, years * YEAR, DEFAULT, balanced) == Decimal(expected)


def test_the_coefficient_is_cut_after_six_digits() -> None:
    """2^(-1/2) = 0.7071067..., so the ideal of 100 is 70.7106 and without variance nothing else comes out."""
    exact = DecayParameters(Decimal(100), Decimal(2), Decimal(0))
    assert decayed_inflation("80", "0.5", 0, YEAR, exact, STOCK) == Decimal("70.7106")


def test_a_block_before_the_genesis_is_refused() -> None:
    with pytest.raises(ValueError, match="block_time: 9 given"):
        decayed_inflation("0.5", "0.5", 10, 9, DEFAULT, STOCK)


def test_a_half_life_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="decay_factor_years"):
        DecayParameters(Decimal(100), Decimal(0), Decimal("0.05"))
