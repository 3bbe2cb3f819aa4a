from __future__ import annotations

import math
import random
from fractions import Fraction

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


@pytest.mark.parametrize(("whole", "divides_first"), [(20_000, False), (32_767, False), (32_768, True), (40_000, True)])
def test_large_weights_are_divided_first_and_so_cut_once_more(whole: int, divides_first: bool) -> None:
    """A weight that belongs just above the middle of two parts of 65,535: the early quotient is cut below it."""
    largest = whole * ONE + ONE // 2 + 12_345
    value = -(-(2 * 30_000 + 1) * largest // (2 * 65_535))
    assert Fraction(65_535 * value, largest) >= Fraction(60_001, 2)
    factor = 65_535 * ONE * ONE // largest
    assert Fraction(value * factor, ONE * ONE) < Fraction(60_001, 2)
    assert consensus.max_upscale_u16([value, largest]) == [30_000 if divides_first else 30_001, 65_535]


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


@given(values=st.lists(st.integers(0, 1 << 62), min_size=1, max_size=10))
@settings(max_examples=50, deadline=None)
def test_upscaled_weights_keep_their_proportions(values: list[int]) -> None:
    scaled = consensus.max_upscale_u16(values)
    largest = max(values)
    if largest == 0:
        assert scaled == values
        return
    assert max(scaled) == 65535
    # a weight below 2^-16 keeps few of its bits in the product with 65,535
    assert all(abs(part - 65535 * value / largest) <= 1 for part, value in zip(scaled, values, strict=True))


def test_upscale_of_nothing() -> None:
    assert consensus.max_upscale_u16([]) == []


def test_sigmoid_is_the_logistic_function() -> None:
    for trust in (0.0, 0.3, 0.5, 0.9):
        raw = consensus.consensus_sigmoid(i32f32.parse("trust", trust), 10 * ONE, ONE // 2)
        assert i32f32.to_float(raw) == pytest.approx(1 / (1 + math.exp(-10 * (trust - 0.5))), abs=1e-8)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="score: 1 value"):
        consensus.weighted_median([1, 2], [1], 0, 3)
    with pytest.raises(ValueError, match="values: -1 given, integers >= 0 allowed"):
        consensus.max_upscale_u16([-1, 5])
