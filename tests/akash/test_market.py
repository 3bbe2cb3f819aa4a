"""From an open order to a lease, step by step."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from researchlib.akash import market
from researchlib.akash.market import Group
from researchlib.akash.orders import OrderLimits
from researchlib.akash.resources import GIB, Resource

LIMITS = OrderLimits(20, Decimal(10), 10, 384_000, 24, 2**20, 2**41, 5 * 2**20, 2**45, 50, 20)
DEPOSIT = 500_000
bid = partial(market.place_bid, denom="uact", deposit=DEPOSIT, limits=LIMITS, minimum_deposit=DEPOSIT)


@pytest.fixture
def group() -> Group:
    opened = market.open_group([Resource(cpu=1000, memory=GIB, price=Decimal(100))], "uact", LIMITS)
    return bid(bid(bid(opened, "a", 90), "b", 60), "c", 100)


def states(group: Group) -> dict[str, str]:
    return {each.provider: each.state for each in group.bids}


def test_the_tenant_may_name_any_open_bid(group: Group) -> None:
    leased = market.create_lease(group, "c")
    assert states(leased) == {"a": "lost", "b": "lost", "c": "active"}
    assert (leased.order, leased.lease) == ("active", market.Lease("c", Decimal(100)))


def test_the_twenty_first_bid_passes_and_the_next_does_not() -> None:
    group = market.open_group([Resource(cpu=1000, memory=GIB, price=Decimal(100))], "uact", LIMITS)
    for number in range(21):
        group = bid(group, str(number), 1)
    with pytest.raises(ValueError, match=r"refused: too_many_bids"):
        bid(group, "last", 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"deposit": DEPOSIT - 1}, "deposit"),
        ({"provider": "a"}, "duplicate"),
        ({"price": 101}, "price"),
        ({"price": 0}, "price"),
        ({"denom": "uakt"}, "price"),
    ],
)
def test_refused_bids(group: Group, change: dict[str, object], reason: str) -> None:
    offer = {"provider": "d", "price": 50, "denom": "uact", "deposit": DEPOSIT, **change}
    assert market.bid_refusal(group, **offer, limits=LIMITS, minimum_deposit=DEPOSIT) == reason  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=rf"refused: {reason}; .* at most 100"):
        market.place_bid(group, **offer, limits=LIMITS, minimum_deposit=DEPOSIT)  # type: ignore[arg-type]


def test_no_bid_on_a_leased_order(group: Group) -> None:
    with pytest.raises(ValueError, match=r"refused: order_not_open"):
        bid(market.create_lease(group, "a"), "d", 50)


def test_steps_out_of_order_are_refused(group: Group) -> None:
    leased = market.create_lease(group, "a")
    with pytest.raises(ValueError, match=r"an open order of an open group allowed"):
        market.create_lease(leased, "b")
    with pytest.raises(ValueError, match=r"provider: 'd' given, one of a, b, c allowed"):
        market.create_lease(group, "d")
