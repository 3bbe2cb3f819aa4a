"""Block emission against the chain's own fixed-point form, its thresholds, and what happened."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import emission
from researchlib.bittensor.emission import RAO_PER_TAO, EmissionParameters

TAO = EmissionParameters(max_supply=21_000_000, initial_block_emission=1, block_time=12)
CAP = 21 * 10**15


def chain_halvings(issued: int) -> int:
    """The halvings as the chain computes them, in 32 fraction bits."""
    left = (1 << 32) - (issued << 32) // CAP
    return ((1 << 64) // left).bit_length() - 33


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.integers(0, CAP - 1), st.integers(0, 10**12).map(lambda left: CAP - 1 - left)))
def test_integer_form_is_the_chains_fixed_point_form(issued: int) -> None:
    assert emission.block_emission(issued, TAO) == 10**9 >> chain_halvings(issued)


@pytest.mark.parametrize(
    ("halving", "tao"), [(1, 10_500_000), (2, 15_750_000), (3, 18_375_000), (4, 19_687_500), (5, 20_343_750)]
)
def test_threshold_is_where_the_emission_halves(halving: int, tao: int) -> None:
    issued = tao * RAO_PER_TAO
    assert emission.halving_threshold(halving, TAO) == issued
    assert emission.halvings_passed(issued, TAO) == halving
    assert emission.halvings_passed(issued - 1, TAO) == halving - 1
    assert emission.block_emission(issued, TAO) * 2**halving == RAO_PER_TAO


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2 * CAP), st.integers(0, 2 * CAP))
def test_emission_never_rises_with_issuance(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert emission.block_emission(low, TAO) >= emission.block_emission(high, TAO)


def test_array_form_is_exact_for_integers() -> None:
    edges = [emission.halving_threshold(n, TAO) + step for n in range(1, 31) for step in (-1, 0, 1)]
    issued = np.array([[0, *edges, CAP - 1, CAP, 2 * CAP]])
    expected = [[emission.block_emission(int(value), TAO) for value in issued[0]]]
    assert emission.block_emission_array(issued, TAO).tolist() == expected


def test_first_halving_without_recycling_is_31_december_2024() -> None:
    """10.5 million TAO at 7,200 a day from 3 January 2021."""
    days = emission.days_to_halving(0, TAO)
    assert np.datetime64("2021-01-03") + np.timedelta64(int(days), "D") == np.datetime64("2024-12-31")


def test_parameters_come_from_the_data() -> None:
    assert data.parameters(EmissionParameters, "2024-05-01") == TAO
    assert emission.daily_emission(0, TAO) == 7200


def test_recycling_delays_the_halving() -> None:
    issued = 10_000_000 * RAO_PER_TAO
    for recycled, growth in ((1440, 5760), (-800, 8000)):
        days = emission.days_to_halving(issued, TAO, net_recycled_tao_per_day=recycled)
        assert days == pytest.approx(500_000 / growth)
    for issued, seconds in ((9_000_000, 12), (12_000_000, 24)):  # of every single TAO
        later = emission.days_to_halving((issued - 1) * RAO_PER_TAO, TAO)
        assert (later - emission.days_to_halving(issued * RAO_PER_TAO, TAO)) * 86_400 == pytest.approx(
            seconds, abs=1e-3
        )


def test_no_halving_comes_without_growth() -> None:
    assert emission.days_to_halving(0, TAO, net_recycled_tao_per_day=7200) == math.inf
    assert emission.days_to_halving(CAP, TAO, net_recycled_tao_per_day=-1) == math.inf


def test_array_form_takes_floats_and_refuses_what_is_no_issuance() -> None:
    assert emission.block_emission_array([1e15, 1.2e16], TAO).tolist() == [10**9, 5 * 10**8]
    for issued in ([-1], [float("nan")], [2.0**63], ["x"]):
        with pytest.raises(ValueError, match="total_issuance_rao"):
            emission.block_emission_array(issued, TAO)
