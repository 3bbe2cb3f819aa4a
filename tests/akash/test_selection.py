"""The cheapest bid wins, and a hash decides ties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.selection import FNV_OFFSET, FNV_PRIME, lowest_bid_2020

address = st.binary(min_size=20, max_size=20)


def fnv1a(data: bytes) -> int:
    """Written from the definition; checked below against its published test values."""
    digest = FNV_OFFSET
    for byte in data:
        digest = ((digest ^ byte) * FNV_PRIME) & 0xFFFFFFFF
    return digest


@pytest.mark.parametrize(("data", "digest"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_hash_constants(data: bytes, digest: int) -> None:
    assert fnv1a(data) == digest


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), address), min_size=1, max_size=8))
def test_winner_has_the_lowest_price(bids: list[tuple[int, bytes]]) -> None:
    prices = [price for price, _ in bids]
    winner = lowest_bid_2020(prices, [name for _, name in bids])
    assert prices[winner] == min(prices)


@settings(max_examples=50, deadline=None)
@given(st.lists(address, min_size=2, max_size=6))
def test_ties_follow_the_hash(names: list[bytes]) -> None:
    data = names[1] + b"".join(names[1:])
    assert lowest_bid_2020([5] * len(names), names) == fnv1a(data) % len(names)


def test_one_address_for_each_price() -> None:
    with pytest.raises(ValueError, match=r"prices, addresses: 2, 1 value"):
        lowest_bid_2020([1, 2], [b"a"])
