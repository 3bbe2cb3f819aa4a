"""The bit tables of the compiled market, against lists of flags and sorted arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.pricing import _auction_kernel as kernel

WORDS = st.integers(0, 2**64 - 1)


def as_words(flags: np.ndarray) -> np.ndarray:
    """Return lines of flags as 64-bit words, place 0 in the lowest bit."""
    lines, size = flags.shape
    words = [[0] * -(-size // 64) for _ in range(lines)]
    for line, place in np.argwhere(flags).tolist():
        words[line][place // 64] += 2 ** (place % 64)
    return np.array(words, np.uint64)


@settings(max_examples=50, deadline=None)
@given(WORDS)
def test_bits_of_a_word_are_counted_and_the_lowest_found(word: int) -> None:
    assert kernel._ones(np.uint64(word)) == bin(word).count("1")
    if word:
        assert kernel._lowest(np.uint64(word)) == bin(word)[::-1].index("1")


@pytest.mark.parametrize("place", range(64))
def test_every_single_bit_is_found(place: int) -> None:
    assert kernel._lowest(np.uint64(2**place)) == place
    assert kernel._lowest(np.uint64(2**64 - 2**place)) == place


@pytest.mark.parametrize("size", [1, 63, 64, 65, 128, 200])
def test_flags_are_packed_a_word_for_64(size: int) -> None:
    flags = np.random.default_rng(size).random((3, size)) < 0.5
    np.testing.assert_array_equal(kernel._as_bits(flags), as_words(flags))


@pytest.mark.parametrize("size", [5, 64, 70, 130, 200])
def test_bits_of_a_line_are_counted_and_numbered(size: int) -> None:
    flags = np.random.default_rng(size).random((2, size)) < 0.4
    flags[1, 3] = True
    words = as_words(flags)
    for limit in range(size + 1):
        assert kernel._set_before(words, 1, limit) == flags[1, :limit].sum()
    for rank, place in enumerate(np.flatnonzero(flags[1])):
        assert kernel._position(words, 1, rank) == place


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(-1, 10))
def test_prices_within_a_ceiling_are_counted(prices: list[int], ceiling: int) -> None:
    line = np.sort(np.array([prices], np.float64), axis=1)
    assert kernel._within(np.vstack([line + 3, line]), 1, float(ceiling)) == (line <= ceiling).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60), st.sampled_from([0, 1, 3]))
def test_the_next_order_is_the_one_that_a_search_finds(seed: int, count: int, digits: int) -> None:
    rng = np.random.default_rng(seed)
    arrival = np.sort(5 + rng.exponential(1, count).cumsum().round(digits))
    scale, first = kernel._arrival_grid(arrival)
    times = np.concatenate([arrival, rng.uniform(arrival[0], arrival[-1], 40)])
    found = [kernel._first_at_or_after(arrival, scale, first, time) for time in times]
    np.testing.assert_array_equal(found, np.searchsorted(arrival, times))
    # a cell begins with the first order that falls into it or a later one
    cells = ((arrival - arrival[0]) * scale).astype(int)
    np.testing.assert_array_equal(first, np.searchsorted(cells, np.arange(count + 1)))


@pytest.mark.parametrize("engine", [kernel.plain_market, kernel.compiled_market])
def test_orders_fill_providers_from_the_cheapest_up(engine: object) -> None:
    rng = np.random.default_rng(1)
    providers = 150
    price = rng.permutation(providers).astype(float)
    count = providers + 10
    arrival = np.arange(count, dtype=float)
    ceiling = np.full(count, np.inf)
    ceiling[[20, 100, 140]] = [19.5, 110.0, 139.0]
    winner, paid, bids, capable = engine(
        arrival, arrival + 1_000, np.zeros(count, np.int32), ceiling, np.zeros(count, np.int64),
        np.ones((providers, 1), np.int64), np.ones((1, 1), np.int64), price[None, :],
        np.ones((1, providers), np.bool_), False, False,
    )  # fmt: skip
    # the price is the provider's rank: the order takes the number of leases so far, if its ceiling allows it
    taken = 0
    for i in range(count):
        assert capable[i] == providers - taken
        within = int(min(ceiling[i] // 1, providers - 1)) + 1 - taken if np.isfinite(ceiling[i]) else providers - taken
        assert bids[i] == max(within, 0)
        if within > 0:
            assert (price[winner[i]], paid[i]) == (taken, taken)
            taken += 1
        else:
            assert winner[i] == -1
            assert np.isnan(paid[i])
    assert taken == providers


@pytest.mark.parametrize("engine", [kernel.plain_market, kernel.compiled_market])
@pytest.mark.parametrize(("tenant", "second"), [(False, False), (True, False), (False, True)])
def test_ties_and_runners_up_beyond_a_word(engine: object, tenant: bool, second: bool) -> None:
    # a hundred providers ask 1, thirty ask 2 and one asks 7; draws pick among the tied, or among all
    price = np.repeat([1.0, 2.0, 7.0], [100, 30, 1])
    draw = np.array([0, 63, 64, 96, 500, 12_345_678_901], np.int64)
    count = draw.size
    winner, paid, bids, _ = engine(
        np.arange(count, dtype=float), np.arange(count) + 0.5, np.zeros(count, np.int32), np.full(count, 6.0), draw,
        np.ones((131, 1), np.int64), np.ones((1, 1), np.int64), price[None, :], np.ones((1, 131), np.bool_),
        tenant, second,
    )  # fmt: skip
    expected = draw % (130 if tenant else 100)
    assert bids.tolist() == [130] * count
    np.testing.assert_array_equal(winner, expected)
    np.testing.assert_array_equal(paid, np.ones(count) if second else price[expected])


@pytest.mark.parametrize("engine", [kernel.plain_market, kernel.compiled_market])
def test_a_runner_up_alone_sets_the_price_and_a_lone_bidder_meets_the_ceiling(engine: object) -> None:
    price = np.array([[5.0, 3.0, 4.0]])
    winner, paid, bids, capable = engine(
        np.array([0.0, 1.0, 2.0, 3.0]), np.full(4, 9.0), np.zeros(4, np.int32), np.array([8.0, 8.0, 8.0, 8.0]),
        np.zeros(4, np.int64), np.ones((3, 1), np.int64), np.ones((1, 1), np.int64), price, np.ones((1, 3), np.bool_),
        False, True,
    )  # fmt: skip
    assert winner.tolist() == [1, 2, 0, -1]
    assert paid.tolist()[:3] == [4, 5, 8]
    assert bids.tolist() == capable.tolist() == [3, 2, 1, 0]
