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


def market(price: np.ndarray, ceiling: np.ndarray, draw: np.ndarray, *, tenant: bool = False) -> kernel.Outcome:
    """Lease one of one unit to an order an hour, for good, from providers with a unit each."""
    count, providers = ceiling.size, price.size
    arrival = np.arange(count, dtype=float)
    orders = kernel.Orders(arrival, arrival + 1_000, np.zeros(count, np.int32), ceiling, draw)
    ones = np.ones((providers, 1), np.int64)
    return kernel.compiled_market(orders, ones, ones[:1], price[None, :], np.ones((1, providers), bool), tenant=tenant)


def test_orders_fill_providers_from_the_cheapest_up() -> None:
    providers = 150
    price = np.random.default_rng(1).permutation(providers).astype(float)
    count = providers + 10
    ceiling = np.full(count, np.inf)
    ceiling[[20, 100, 140]] = [19.5, 110.0, 139.0]
    found = market(price, ceiling, np.zeros(count, np.int64))
    # the price is the provider's rank: the order takes the number of leases so far, if its ceiling allows it
    taken = 0
    for i in range(count):
        assert found.capable[i] == providers - taken
        within = (
            max(int(min(ceiling[i] // 1, providers - 1)) + 1 if np.isfinite(ceiling[i]) else providers, taken) - taken
        )
        assert found.bids[i] == within
        if within:
            assert (price[found.provider[i]], found.price[i]) == (taken, taken)
            taken += 1
        else:
            assert found.provider[i] == -1
            assert np.isnan(found.price[i])
    assert taken == providers


@pytest.mark.parametrize("tenant", [False, True])
def test_ties_beyond_a_word(tenant: bool) -> None:
    # a hundred providers ask 1, thirty ask 2 and one asks 7; draws pick among the tied, or among all within 6
    price = np.repeat([1.0, 2.0, 7.0], [100, 30, 1])
    draws = np.array([0, 63, 64, 96, 500, 12_345_678_901], np.int64)
    for draw in draws:
        found = market(price, np.array([6.0]), np.array([draw]), tenant=tenant)
        expected = draw % (130 if tenant else 100)
        assert (found.bids[0], found.provider[0], found.price[0]) == (130, expected, price[expected])
