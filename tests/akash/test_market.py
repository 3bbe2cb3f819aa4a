"""States of groups, orders, bids and leases, step by step."""

from __future__ import annotations

from dataclasses import replace
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


def test_deposits_of_losers_go_back(group: Group) -> None:
    assert market.held_deposits(group) == 3 * DEPOSIT
    leased = market.create_lease(group, "a")
    assert market.held_deposits(leased) == DEPOSIT
    assert market.held_deposits(market.close_deployment(leased)) == 0


def test_a_tenant_closing_a_lease_opens_a_new_order(group: Group) -> None:
    closed = market.close_lease(market.create_lease(group, "a"))
    assert closed.lease is not None
    assert (closed.state, closed.order, closed.sequence, closed.bids) == ("open", "open", 2, ())
    assert closed.lease.state == "closed"
    assert states(bid(closed, "b", 50)) == {"b": "open"}


def test_a_provider_closing_its_lease_pauses_the_group(group: Group) -> None:
    paused = market.close_bid(market.create_lease(group, "a"), "a")
    assert (paused.state, paused.order, states(paused)["a"]) == ("paused", "closed", "closed")
    restarted = market.restart_group(paused)
    assert (restarted.state, restarted.order, restarted.sequence) == ("open", "open", 2)


def test_a_provider_may_withdraw_an_open_bid(group: Group) -> None:
    withdrawn = market.close_bid(group, "b")
    assert (withdrawn.state, withdrawn.order) == ("open", "open")
    assert states(withdrawn) == {"a": "open", "b": "closed", "c": "open"}
    with pytest.raises(ValueError, match=r"provider: 'b' given, one of a, c allowed"):
        market.create_lease(withdrawn, "b")


def test_a_group_that_is_not_open_gets_no_new_order(group: Group) -> None:
    leased = market.create_lease(group, "a")
    for state in ("paused", "insufficient_funds", "closed"):
        ended = market.close_lease(replace(leased, state=state))
        assert ended.lease is not None
        assert (ended.state, ended.lease.state, ended.sequence) == (state, "closed", leased.sequence)
        assert ended.order == leased.order


def test_an_empty_escrow_ends_the_lease(group: Group) -> None:
    ended = market.exhaust_escrow(market.create_lease(group, "a"))
    assert ended.lease is not None
    assert (ended.state, ended.order, ended.lease.state) == ("insufficient_funds", "closed", "insufficient_funds")
    assert market.held_deposits(ended) == 0


def test_closing_the_deployment_closes_everything(group: Group) -> None:
    closed = market.close_deployment(market.create_lease(group, "a"))
    assert closed.lease is not None
    assert (closed.state, closed.order, closed.lease.state) == ("closed", "closed", "closed")
    assert states(closed) == {"a": "closed", "b": "lost", "c": "lost"}


def test_a_deployment_without_a_lease_can_be_closed(group: Group) -> None:
    closed = market.close_deployment(group)
    assert (closed.state, closed.lease, set(states(closed).values())) == ("closed", None, {"closed"})


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
    with pytest.raises(ValueError, match=r"lease: None given, an active lease allowed"):
        market.close_lease(group)
    with pytest.raises(ValueError, match=r"state: 'open' given, one of paused allowed"):
        market.restart_group(group)
    with pytest.raises(ValueError, match=r"state: 'closed' given"):
        market.close_deployment(market.close_deployment(leased))
    with pytest.raises(ValueError, match=r"provider: 'b' given, one of a allowed"):
        market.close_bid(leased, "b")
