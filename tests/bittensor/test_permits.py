from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import i32f32, permits

STAKES = st.lists(st.integers(0, 10**16), min_size=1, max_size=20)


def test_activity_ends_after_the_cutoff() -> None:
    assert permits.active([100, 99], block=150, activity_cutoff=50) == [True, False]


def test_activity_block_cannot_overflow() -> None:
    assert permits.active([(1 << 64) - 1], block=(1 << 64) - 1, activity_cutoff=1) == [True]


def test_stake_below_the_threshold_counts_as_none_but_the_owners() -> None:
    assert permits.stake_shares([9, 10, 10], stake_threshold_rao=10) == [0, i32f32.ONE // 2, i32f32.ONE // 2]
    with_owner = permits.stake_shares([5, 15, 9], stake_threshold_rao=10, owner_uid=0)
    assert with_owner == [i32f32.ONE // 4, i32f32.ONE * 3 // 4, 0]


def test_stakes_and_their_sum_saturate_at_63_bits() -> None:
    top = 2**63 - 1
    assert permits.stake_shares([2**64 - 1]) == [i32f32.ONE]
    assert permits.stake_shares([2**64 - 1, 2**62]) == [i32f32.ONE, (2**62 << 32) // top]
    assert permits.stake_shares([2**62, 2**62, 2**62]) == [(2**62 << 32) // top] * 3


def test_no_stake_is_no_share() -> None:
    assert permits.stake_shares([0, 0]) == [0, 0]


@given(stake=STAKES, k=st.integers(0, 25))
@settings(max_examples=50, deadline=None)
def test_permits_go_to_the_largest_stakes(stake: list[int], k: int) -> None:
    shares = permits.stake_shares(stake)
    mask = permits.validator_permits(shares, k)
    assert sum(mask) == min(k, sum(share > 0 for share in shares))
    least = min((share for share, permit in zip(shares, mask, strict=True) if permit), default=0)
    assert all(share <= least for share, permit in zip(shares, mask, strict=True) if not permit and k)


def test_of_equal_stakes_the_later_one_wins() -> None:
    assert permits.validator_permits([5, 5, 5], 1) == [False, False, True]


def test_the_owner_always_has_a_permit() -> None:
    assert permits.validator_permits([0, 5], 1, owner_uid=0) == [True, True]


def test_fewer_values_than_k_keep_zeros_unless_told() -> None:
    assert permits.top_k([0, 3], 5) == [True, True]
    assert permits.top_k([0, 3], 5, nonzero=True) == [False, True]


def test_active_stake_is_of_active_permitted_neurons() -> None:
    quarter = i32f32.ONE // 4
    result = permits.active_stake([quarter] * 4, [True, True, False, True], [True, True, True, False])
    assert result == [i32f32.ONE // 2, i32f32.ONE // 2, 0, 0]
