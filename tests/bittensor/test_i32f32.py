from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import i32f32


@pytest.mark.parametrize("x", [-20, -5, -1, -0.25, 0, 0.1, 0.5, 1, 1.5, 5, 10])
def test_exp_agrees_with_the_real_function(x: float) -> None:
    result = i32f32.exp(i32f32.parse("x", x)) / i32f32.ONE
    assert result == pytest.approx(math.exp(x), rel=2e-7, abs=2**-31)


def test_exp_holds_its_argument_within_twenty() -> None:
    assert i32f32.exp(30 * i32f32.ONE) == i32f32.exp(20 * i32f32.ONE)
    assert i32f32.exp(-30 * i32f32.ONE) == i32f32.exp(-20 * i32f32.ONE)


def test_exp_of_one_is_e_cut_to_23_bits() -> None:
    assert i32f32.exp(i32f32.ONE) == math.floor(Fraction(math.e) * (1 << 23)) << 9


@given(values=st.lists(st.integers(0, 1 << 40), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_normalised_values_add_up_to_a_hair_less_than_one(values: list[int]) -> None:
    shares = i32f32.normalise(values)
    if any(values):
        assert i32f32.ONE - len(values) < sum(shares) <= i32f32.ONE
    else:
        assert shares == values


@pytest.mark.parametrize("part", [0, 1, 21845, 32767, 65535])
def test_u16_proportion_comes_back_at_most_one_lower(part: int) -> None:
    assert part - 1 <= i32f32.to_u16(i32f32.from_u16(part)) <= part


def test_u16_is_held_within_its_range() -> None:
    assert i32f32.to_u16(2 * i32f32.ONE) == 65535
    assert i32f32.to_u16(-i32f32.ONE) == 0


def test_numbers_stay_within_64_bits() -> None:
    outside_and_in = (-(2**63) - 1, -(2**63), 2**63 - 1, 2**63)
    assert [i32f32.saturate(raw) for raw in outside_and_in] == [-(2**63), -(2**63), 2**63 - 1, 2**63 - 1]
