"""Winner rules: cheapest with its hash, the tenant's choice, and what clients show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.selection import FNV_OFFSET, FNV_PRIME, Offer, client_cost_range, lowest_bid_2020, select_winner

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


def test_the_tenant_may_pick_the_dearest() -> None:
    assert select_winner([1, 9, 2], "tenant", chosen=1) == 1


@pytest.mark.parametrize(
    ("selected", "expected"),
    [
        ([(1, None)], (5.0, 8.0)),
        ([(1, "b")], (8.0, 8.0)),
        ([(1, "gone")], (5.0, 8.0)),
        ([(1, "a"), (2, None)], (6.0, 6.0)),
        ([(1, None), (3, None)], (5.0, 8.0)),
    ],
)
def test_cost_range(selected: list[tuple[int, str | None]], expected: tuple[float, float]) -> None:
    offers = [Offer("a", 1, 5_000_000), Offer("b", 1, 8_000_000), Offer("a", 2, 1_000_000)]
    assert client_cost_range(selected, offers) == expected


def test_prices_of_nothing_and_of_parts_of_a_unit_count() -> None:
    offers = [Offer("a", 1, 0), Offer("b", 1, "500000.5")]
    assert client_cost_range([(1, None)], offers) == (0, 0.5000005)
    with pytest.raises(ValueError, match="price: .*-0.5.* given"):
        client_cost_range([(1, None)], [Offer("a", 1, "-0.5")])


def test_without_offers_there_is_no_range() -> None:
    assert client_cost_range([(1, None)], []) is None


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: select_winner([1], "dearest"), "rule"),
        (lambda: select_winner([1], "tenant"), "chosen"),
        (lambda: select_winner([1], "tenant", chosen=1), "chosen"),
        (lambda: select_winner([], "lowest"), "prices"),
        (lambda: select_winner([1, -1], "tenant", chosen=0), "prices"),
        (lambda: lowest_bid_2020([1, 2], [b"a"]), "prices, addresses"),
        (lambda: lowest_bid_2020([1, 2], ["a", "b"]), "addresses"),
        (lambda: lowest_bid_2020([-1]), "prices"),
        (lambda: client_cost_range(None, [Offer("a", 1, 5)]), "selected"),
        (lambda: client_cost_range([1], [Offer("a", 1, 5)]), "selected"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]


def test_the_tenant_may_name_any_bid_and_no_other() -> None:
    assert [select_winner([8, 5, 7], "tenant", chosen=bid) for bid in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="chosen: 3 given"):
        select_winner([8, 5, 7], "tenant", chosen=3)
