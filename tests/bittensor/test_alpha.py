"""Moving price and root's proportion."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import alpha
from researchlib.bittensor.alpha import MovingPriceParameters

LIVE = MovingPriceParameters(Fraction("0.0003"), 201_600)


def test_an_old_subnet_has_a_half_life_of_eight_hours() -> None:
    price, blocks = 1.0, 2310  # ln 2 / 0.0003
    price = alpha.moving_price(price, 0, 200_000_000, 1, LIVE, updates=blocks)
    assert price == pytest.approx(0.5, abs=1e-3)


@settings(max_examples=50, deadline=None)
@given(previous=st.floats(0, 2), price=st.floats(0, 3), block=st.integers(1, 10**7), first=st.integers(1, 10**7))
def test_average_is_the_formula_within_its_grid(previous: float, price: float, block: int, first: int) -> None:
    age = max(block - (first - 1), 0)
    weight = 0.0003 * age / (age + 201_600)
    expected = weight * min(price, 1) + (1 - weight) * previous
    got = alpha.moving_price(previous, price, block, first, LIVE)
    assert got == pytest.approx(expected, abs=2**-31 + 1e-9 * weight)
    assert min(previous, min(price, 1)) - 2**-31 <= got <= max(previous, min(price, 1))


def test_before_march_2025_the_full_weight_applied_at_once() -> None:
    early = data.parameters(MovingPriceParameters, "2025-03-01")
    assert alpha.moving_price(0, 1, 5, 5, early) == pytest.approx(0.0003, abs=2**-31)
    assert alpha.moving_price(0, 1, 5, 5, data.parameters(MovingPriceParameters, "2025-04-01")) < 1e-8


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**16), st.integers(0, 10**16), st.integers(0, 2**64 - 1))
def test_root_proportion_is_a_fraction(root: int, issued: int, weight: int) -> None:
    # the weight is cut at 32 fraction bits before it meets the stake
    weighted = Fraction(2**32 * weight // (2**64 - 1), 2**32) * root
    expected = weighted / (weighted + issued) if weighted + issued else 0
    assert 0 <= expected - Fraction(alpha.root_proportion(root, issued, weight)) < Fraction(1, 2**32)


def test_root_proportion_falls_as_alpha_is_issued() -> None:
    weight = 3_320_413_933_267_719_290
    values = [alpha.root_proportion(5_298_381 * 10**9, issued * 10**15, weight) for issued in range(1, 21)]
    assert values == sorted(values, reverse=True)
