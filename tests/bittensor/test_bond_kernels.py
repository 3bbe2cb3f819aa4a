"""What the kernels of the bonds write out: the exponential, and the speed of a bond."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from researchlib.bittensor import _bond_kernels, bonds, i32f32


@pytest.mark.parametrize("x", [-20, -19.5, -7.25, -1, -1e-3, 0, 1e-3, 0.5, 1, 3, 12.75, 20])
def test_exponential_up_to_the_tenth_power(x: float) -> None:
    """The first power left out is (x/64)^11 / 11!, which six squarings make 64 times as large."""
    left_out = 64 * (abs(x) / 64) ** 11 / math.factorial(11)
    assert _bond_kernels._exp(x) == pytest.approx(math.exp(x), rel=2 * left_out + 1e-13)


@pytest.mark.parametrize("steepness", [0, 2, 30, 37, 39, 40, 41, 60, 2000])
@pytest.mark.parametrize("far", [False, True])
def test_the_sigmoid_is_cut_at_twenty(steepness: int, far: bool) -> None:
    # between no distance and the whole: half the steepness either way, beyond which the chain takes 20 at most
    one = np.uint64(i32f32.ONE)
    agreed = np.uint64(0) if far else one
    speed = _bond_kernels._liquid_alpha(agreed, one, np.uint64(0), np.uint64(0), one, float(steepness))
    argument = min(steepness / 2, 20) * (-1 if far else 1)
    assert int(speed) == pytest.approx(2**32 / (1 + math.exp(argument)), abs=1.01)


@pytest.mark.parametrize(("consensus", "weight", "bond"), itertools.product((0, 1, 2, 4), repeat=3))
def test_speed_of_a_bond_agrees_with_the_rule(consensus: int, weight: int, bond: int) -> None:
    quarter = i32f32.ONE // 4
    low, high, steepness = i32f32.ONE // 10, i32f32.ONE * 9 // 10, 8
    agreed, bought, held = consensus * quarter, weight * quarter, bond * quarter
    exact = bonds.liquid_alpha(agreed, bought, held, bonds.LiquidAlpha(low, high, steepness * i32f32.ONE))
    fast = _bond_kernels._liquid_alpha(
        np.uint64(agreed), np.uint64(bought), np.uint64(held), np.uint64(low), np.uint64(high), float(steepness)
    )
    assert int(fast) / i32f32.ONE == pytest.approx(exact / i32f32.ONE, abs=1e-6)
