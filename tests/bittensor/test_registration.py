"""The interval rule of registration prices."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor.registration import IntervalParameters, RegistrationPrice, adjust_interval

WIDE = IntervalParameters(2, 0, 0, 2**63, 0, 2**63)


@pytest.mark.parametrize(
    ("by_work", "by_burn", "burn", "difficulty"),
    [
        (3, 1, 1000, 1500),  # busy, mostly work: difficulty up
        (1, 3, 1500, 1000),  # busy, mostly burn: burn up
        (2, 2, 1500, 1500),
        (1, 0, 750, 1000),  # quiet, mostly work: burn down
        (0, 1, 1000, 750),  # quiet, mostly burn: difficulty down
        (0, 0, 500, 500),
        (6, 0, 1000, 2000),  # three times the target doubles
        (1, 1, 1000, 1000),  # at the target nothing moves
    ],
)
def test_the_table_of_the_rule(by_work: int, by_burn: int, burn: int, difficulty: int) -> None:
    assert adjust_interval(1000, 1000, by_work, by_burn, WIDE) == RegistrationPrice(burn, difficulty)


@settings(max_examples=50, deadline=None)
@given(
    value=st.integers(0, 2**62),
    registrations=st.integers(0, 6),
    target=st.integers(1, 5),
    alpha=st.integers(0, 2**64 - 1),
)
def test_smoothing_mixes_old_and_wanted(value: int, registrations: int, target: int, alpha: int) -> None:
    rules = IntervalParameters(target, alpha, 0, 2**64 - 1, 0, 2**64 - 1)
    got = adjust_interval(value, value, registrations, registrations, rules).burn_rao
    wanted = Fraction(value * (2 * registrations + target), 2 * target)
    weight = Fraction(alpha, 2**64 - 1)
    mixed = weight * value + (1 - weight) * wanted
    # the weight has 18 fraction bits
    assert abs(got - mixed) <= abs(wanted - value) / 2**18 + 2


def test_bounds_hold() -> None:
    rules = IntervalParameters(1, 0, 900, 1100, 900, 1100)
    assert adjust_interval(1000, 1000, 3, 3, rules) == RegistrationPrice(1100, 1100)
    assert adjust_interval(1000, 1000, 0, 0, rules) == RegistrationPrice(900, 900)


def test_parameters_come_from_the_data() -> None:
    rules = data.parameters(IntervalParameters, "2025-06-01")
    assert (rules.target_registrations, rules.min_burn_rao) == (2, 500_000)
    with pytest.raises(ValueError, match="no value"):
        data.parameters(IntervalParameters, "2026-06-01")


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="burn_rao: -1 given"):
        adjust_interval(-1, 1, 0, 0, WIDE)
    with pytest.raises(ValueError, match="pow_registrations: 0.5 given"):
        adjust_interval(1, 1, 0.5, 0, WIDE)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="target_registrations: 0 given"):
        IntervalParameters(0, 0, 0, 1, 0, 1)
    with pytest.raises(ValueError, match="max_burn_rao: 5 given, an integer >= 10"):
        IntervalParameters(1, 0, 10, 5, 0, 1)
