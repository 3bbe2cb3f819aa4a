"""A day of issuance agrees with the chain's blocks, also through a halving."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import daily
from researchlib.bittensor.emission import RAO_PER_TAO, EmissionParameters, issuance_after

PARAMETERS = EmissionParameters(max_supply=21_000_000, initial_block_emission=1, block_time=12)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 21_000_000 * RAO_PER_TAO), min_size=1, max_size=5))
def test_a_day_agrees_with_the_exact_rule(issued):
    expected = [issuance_after(i, 7200, PARAMETERS) / RAO_PER_TAO for i in issued]
    got = daily.emit_day(np.array(issued) / RAO_PER_TAO, PARAMETERS, 7200)
    np.testing.assert_allclose(got, expected, rtol=1e-9)


@pytest.mark.parametrize("before", [1, 3600, 7199, 7200, 7201])
def test_a_day_through_the_first_halving(before):
    start = 10_500_000 - before
    expected = issuance_after(start * RAO_PER_TAO, 7200, PARAMETERS) / RAO_PER_TAO
    assert daily.emit_day(np.array([float(start), 1.0]), PARAMETERS, 7200)[0] == pytest.approx(expected, rel=1e-15)
    state = {"supply": np.array([float(start), 1.0]), "minted": np.zeros(2), "recycled": np.zeros(2)}
    daily.step(PARAMETERS)(1, state, {"recycled": np.zeros(2)})
    assert state["supply"].tolist() == pytest.approx([expected, 7201.0], rel=1e-15)


@pytest.mark.parametrize("blocks", [0.5, 1, 2, 3])
@pytest.mark.parametrize("before", [0.0, 0.25, 1.0, 1.5])
def test_the_block_that_crosses_a_halving_is_paid_in_full(before, blocks):
    # whole tokens up to the first block at or above the threshold, halves from then on
    supply = 10_500_000 - before
    first = min(blocks, np.ceil(before))
    expected = supply + first + (blocks - first) / 2
    state = {"supply": np.array([supply]), "minted": np.zeros(1), "recycled": np.zeros(1)}
    daily.step(PARAMETERS, block_seconds=86_400 / blocks)(1, state, {"recycled": np.zeros(1)})
    assert state["supply"].tolist() == [expected]
    assert daily.emit_day(np.array([supply]), PARAMETERS, blocks).tolist() == [expected]


def test_levels_are_those_of_the_exact_rule() -> None:
    # halvings of 3 TAO leave parts of a TAO from the first on: 1.5, 2.25, 2.625 ...
    ends, emissions = daily.levels(EmissionParameters(max_supply=3, initial_block_emission=1, block_time=12))
    assert ends[:4].tolist() == [1.5, 2.25, 2.625, 2.8125]
    assert emissions[:4].tolist() == [1, 0.5, 0.25, 0.125]


def test_nothing_beyond_the_cap():
    assert daily.emit_day(np.array([21e6]), PARAMETERS, 7200)[0] == 21e6


def test_ten_years_agree_with_the_exact_rule():
    state = {name: np.full(3, 8_000_000.0 * (name == "supply")) for name in ("supply", "minted", "recycled")}
    day = daily.step(PARAMETERS)
    for number in range(3650):
        day(number, state, {"recycled": np.zeros(3)})
    expected = issuance_after(8_000_000 * RAO_PER_TAO, 7200 * 3650, PARAMETERS) / RAO_PER_TAO
    np.testing.assert_allclose(state["supply"], expected, rtol=1e-9)
    np.testing.assert_allclose(state["minted"], expected - 8_000_000, rtol=1e-9)


def test_recycled_tao_can_be_issued_again():
    state = {"supply": np.array([10_499_000.0, 10_499_000.0]), "minted": np.zeros(2), "recycled": np.zeros(2)}
    daily.step(PARAMETERS)(1, state, {"recycled": np.array([0.0, 5_000.0])})
    assert state["supply"].tolist() == [10_500_000 + 3_100, 10_500_000 + 3_100 - 5_000]
    assert state["recycled"].tolist() == [0.0, 5_000.0]


def test_slower_blocks_emit_less():
    state = {"supply": np.array([0.0]), "minted": np.zeros(1), "recycled": np.zeros(1)}
    daily.step(PARAMETERS, block_seconds=24)(1, state, {"recycled": np.zeros(1)})
    assert state["supply"][0] == 3600
    with pytest.raises(ValueError, match="block_seconds: 0"):
        daily.step(PARAMETERS, block_seconds=0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 21e6), min_size=1, max_size=5), st.floats(0, 8_000))
def test_the_compiled_step_equals_its_plain_twin(issued, recycled):
    supply = np.array(issued)
    state = {"supply": supply.copy(), "minted": np.zeros_like(supply), "recycled": np.zeros_like(supply)}
    daily.step(PARAMETERS)(1, state, {"recycled": np.full_like(supply, recycled)})
    plain = daily.emit_day(supply, PARAMETERS, 7200)
    np.testing.assert_allclose(state["supply"], plain - np.minimum(recycled, plain), rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(state["minted"], plain - supply, rtol=0, atol=1e-6)
