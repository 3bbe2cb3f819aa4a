"""The continuous rule of registration prices."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import burn
from researchlib.bittensor.burn import BurnParameters


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**6), st.floats(1.001, 8))
def test_evenly_spaced_registrations_hold_the_price(half_life: int, factor: float) -> None:
    a_day = burn.equilibrium_registrations_per_day(BurnParameters(half_life, Fraction(factor)))
    assert factor * 2 ** (-7200 / a_day / half_life) == pytest.approx(1)


def test_sixty_a_day_in_autumn_2026() -> None:
    rules = data.parameters(BurnParameters, "2026-09-01")
    assert rules == BurnParameters(360, Fraction("1.26"))
    assert burn.equilibrium_registrations_per_day(rules) == pytest.approx(60, rel=0.001)


def test_a_price_that_only_rises_or_only_falls_has_no_balance() -> None:
    with pytest.raises(ValueError, match="burn_half_life: 0 given"):
        burn.equilibrium_registrations_per_day(BurnParameters(0, Fraction(2)))
    with pytest.raises(ValueError, match=r"burn_increase_mult: Fraction\(1, 1\) given"):
        burn.equilibrium_registrations_per_day(BurnParameters(1, Fraction(1)))
