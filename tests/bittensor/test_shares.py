"""Subnet shares by root votes and by price."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import shares
from researchlib.bittensor.shares import RootVoteParameters

VOTES = RootVoteParameters(10, 32_767)
prices = st.lists(st.floats(0, 10), min_size=1, max_size=12)


def test_root_votes_by_hand() -> None:
    # ranks 0.7 and 0.3, trust 1 and 0.6
    kappa = 32_767 / 65_535
    weights = np.array([0.7, 0.3]) / (1 + np.exp(-10 * (np.array([1, 0.6]) - kappa)))
    got = shares.root_vote_shares([600, 400], [[30, 30], [7, 0]], VOTES)
    assert got == pytest.approx(weights / weights.sum())


def test_a_subnet_that_most_stake_ignores_gets_almost_nothing() -> None:
    got = shares.root_vote_shares([90, 10], [[1, 0], [0, 1]], VOTES)
    assert got[1] < 0.1 * 0.1 / 0.9


def test_no_votes_give_no_shares() -> None:
    assert shares.root_vote_shares([1], [[0, 0]], VOTES).tolist() == [0, 0]


@settings(max_examples=50, deadline=None)
@given(prices, st.data())
def test_price_shares_add_up(moving: list[float], draw: st.DataObject) -> None:
    burned = draw.draw(st.lists(st.floats(0, 1.5), min_size=len(moving), max_size=len(moving)))
    got = shares.price_shares(moving, miner_burned=burned)
    assert got.sum() == pytest.approx(1 if sum(moving) > 0 else 0)
    assert (got >= 0).all()


def test_price_share_counts_burn_and_root() -> None:
    got = shares.price_shares([1, 1, 2], miner_burned=[0.5, 0, 2], root_proportion=[1, 0.25, 1])
    assert got == pytest.approx([2 / 3, 1 / 3, 0])


def test_where_all_is_burned_price_alone_decides() -> None:
    assert shares.price_shares([1, 3], miner_burned=[1, 1]).tolist() == [0.25, 0.75]


@settings(max_examples=50, deadline=None)
@given(prices, st.data())
def test_disabled_shares_go_to_the_others(moving: list[float], draw: st.DataObject) -> None:
    before = shares.price_shares(moving)
    enabled = draw.draw(st.lists(st.booleans(), min_size=len(moving), max_size=len(moving)))
    after = shares.enabled_shares(before, enabled)
    assert after.sum() == pytest.approx(1) if before[enabled].sum() > 0 else after.sum() == 0
    assert (after[~np.array(enabled)] == 0).all()
    assert (after[enabled] >= before[enabled] - 1e-12).all() or before[enabled].sum() == 0


def test_emission_is_share_times_block() -> None:
    got = shares.subnet_tao_emission([0.5, 0.25, 0.25], 1000, enabled=[False, True, True])
    assert got.tolist() == [0, 500, 500]


def test_parameters_come_from_the_data() -> None:
    assert data.parameters(RootVoteParameters, "2024-05-01") == VOTES


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"miner_burned: 1 value\(s\) given, one a subnet \(2\) allowed"):
        shares.price_shares([1, 2], miner_burned=[0])
    with pytest.raises(ValueError, match=r"weights: 1 rows given, one a stake \(2\) allowed"):
        shares.root_vote_shares([1, 2], [[1, 2]], VOTES)
    for wrong in ([True, False], [1.0], 5):
        with pytest.raises(ValueError, match="enabled: "):
            shares.enabled_shares([1.0], wrong)
