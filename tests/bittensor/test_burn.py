"""The continuous rule of registration prices."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import burn
from researchlib.bittensor.burn import BurnParameters

RULES = BurnParameters(360, Fraction("1.26"), 500_000, 100 * 10**9)


def test_known_factors() -> None:
    assert burn.decay_factor(360) == 4_286_705_684
    assert burn.decay_factor(1) == 2**31
    assert burn.decay_factor(0) == 2**32


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 20_000))
def test_factor_is_the_root_of_one_half(half_life: int) -> None:
    # the chain cuts every product, so its factor may lie a little above the true root
    exact = 2 ** (-1 / half_life) * 2**32
    assert exact - 1 <= burn.decay_factor(half_life) <= exact + 20


def test_price_halves_in_its_half_life() -> None:
    assert burn.burn_after_blocks(10**10, 360, RULES) == pytest.approx(5 * 10**9, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 2000), st.integers(0, 2000))
def test_blocks_add_up_and_bounds_hold(price: int, first: int, second: int) -> None:
    halfway = burn.burn_after_blocks(price, first, RULES)
    assert burn.burn_after_blocks(halfway, second, RULES) == burn.burn_after_blocks(price, first + second, RULES)
    if first:
        assert RULES.min_burn_rao <= halfway <= RULES.max_burn_rao
    assert burn.burn_after_registration(price, RULES) >= min(price, RULES.max_burn_rao)


def test_first_block_does_not_decay() -> None:
    rules = BurnParameters(1, Fraction(2), 0, 10**9)
    assert burn.burn_path(1000, [("block", 1), ("block", 1)], rules, start_block=0) == [1000, 500]
    assert burn.burn_path(1000, [("block", 2)], rules, start_block=0) == [500]


def test_factor_below_one_counts_as_one_and_no_half_life_as_no_decay() -> None:
    rules = BurnParameters(0, Fraction(1, 2), 0, 10**9)
    assert burn.burn_path(1000, [("register", 3), ("block", 100)], rules) == [1000, 1000]


def test_without_a_half_life_blocks_leave_even_a_price_outside_its_bounds() -> None:
    rules = BurnParameters(0, Fraction(2), 100, 1000)
    assert burn.burn_after_blocks(5, 10, rules) == 5
    assert burn.burn_after_blocks(5000, 10, rules) == 5000
    decaying = BurnParameters(1, Fraction(2), 100, 1000)
    assert [burn.burn_after_blocks(5000, n, decaying) for n in (0, 1, 2, 3, 4, 5)] == [5000, 1000, 500, 250, 125, 100]
    assert burn.burn_after_blocks(5, 1, decaying) == 100


def test_sixty_registrations_a_day_hold_the_price() -> None:
    spaced = [("register", 1), ("block", 120)] * 60
    path = burn.burn_path(10**9, spaced, RULES)
    assert path[-1] == pytest.approx(10**9, rel=0.01)
    assert burn.equilibrium_registrations_per_day(RULES) == pytest.approx(60, rel=0.001)


def test_parameters_come_from_the_data() -> None:
    assert data.parameters(BurnParameters, "2026-09-01") == RULES


def test_bad_input_is_refused() -> None:
    for negative in (-1, -5):
        with pytest.raises(ValueError, match=f"burn_rao: {negative} given"):
            burn.burn_path(negative, [], RULES)
    with pytest.raises(ValueError, match="events: 'wait' given, one of block, register allowed"):
        burn.burn_path(5, [("wait", 1)], RULES)
    with pytest.raises(ValueError, match="burn_increase_mult: .* given"):
        BurnParameters(360, Fraction(-1), 0, 1)
    with pytest.raises(ValueError, match="burn_half_life: 0 given"):
        burn.equilibrium_registrations_per_day(BurnParameters(0, Fraction(2), 0, 1))


def test_no_blocks_change_nothing() -> None:
    assert burn.burn_path(10**9, [("block", 0)], RULES) == [10**9]
