from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import consensus, i32f32

ONE = i32f32.ONE
VOTES = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 8)), min_size=1, max_size=15)


def by_definition(stake: list[int], score: list[int], minority: int) -> int:
    """The least score up to which more than the minority of the stake lies; the largest if none."""
    reached = 0
    for value, part in sorted(zip(score, stake, strict=True)):
        reached += part
        if reached > max(minority, 0):
            return value
    return max(score)


@given(votes=VOTES, minority=st.integers(-5, 800))
@settings(max_examples=50, deadline=None)
def test_median_is_that_of_the_definition(votes: list[tuple[int, int]], minority: int) -> None:
    stake, score = [part for part, _ in votes], [value for _, value in votes]
    median = consensus.weighted_median(stake, score, minority, sum(stake))
    assert median == by_definition(stake, score, minority)


@pytest.mark.parametrize("seed", range(6))
def test_median_at_every_minority(seed: int) -> None:
    rng = random.Random(seed)
    stake = [rng.randint(1, 6) for _ in range(seed + 2)]
    score = [rng.randint(0, 4) for _ in stake]
    for minority in range(-2, sum(stake) + 2):
        median = consensus.weighted_median(stake, score, minority, sum(stake))
        assert median == by_definition(stake, score, minority)


def test_median_of_nothing_is_zero() -> None:
    assert consensus.weighted_median([], [], 0, 0) == 0
    assert consensus.weighted_median_columns([0, 0], [{0: ONE}, {}], ONE // 2, 2) == [0, 0]


def test_missing_weights_count_as_zero() -> None:
    third = ONE // 3
    assert consensus.weighted_median_columns([third] * 3, [{0: 5}, {0: 7}, {}], ONE // 2, 1) == [5]
    assert consensus.weighted_median_columns([third] * 3, [{0: 5}, {}, {}], ONE // 2, 1) == [0]


def test_clip_cuts_and_drops() -> None:
    assert consensus.clip([{0: 5, 1: 5, 2: 0}], [3, 0, 0]) == [{0: 3, 2: 0}]


def test_masks_leave_what_counts() -> None:
    rows = [{0: 10, 1: 30, 2: 10}, {0: 10, 1: 10}, {2: 5}]
    kept = consensus.masked_weights(rows, [True, True, False], 1, lambda i, j: (i, j) == (0, 2))
    assert kept == [{1: ONE}, {0: ONE // 2, 1: ONE // 2}, {}]


def test_lists_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"stake, score: 2, 1 value\(s\) given"):
        consensus.weighted_median([1, 2], [1], 0, 3)
