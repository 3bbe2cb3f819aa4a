"""The exponential that the kernels of the bonds write out."""

from __future__ import annotations

import math

import pytest

from researchlib.bittensor import _bond_kernels


@pytest.mark.parametrize("x", [-20, -19.5, -7.25, -1, -1e-3, 0, 1e-3, 0.5, 1, 3, 12.75, 20])
def test_exponential_up_to_the_tenth_power(x: float) -> None:
    """The first power left out is (x/64)^11 / 11!, which six squarings make 64 times as large."""
    left_out = 64 * (abs(x) / 64) ** 11 / math.factorial(11)
    assert _bond_kernels._exp(x) == pytest.approx(math.exp(x), rel=2 * left_out + 1e-13)
