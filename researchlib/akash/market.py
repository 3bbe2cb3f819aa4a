"""Orders, bids and leases: how a group of resources goes from an open order to a lease.

A `Group` holds its present order, the bids on it and the lease. Every step returns a new group; a step that the chain
refuses raises ValueError with the reason. Nothing here compares prices between bids: the tenant names the winner
(see `researchlib.akash.selection`).

Source: Akash node, x/market/handler/server.go (CreateBid, CreateLease) and x/deployment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from researchlib import _validate as check
from researchlib.akash.dec18 import Exact, ExactAmount
from researchlib.akash.orders import OrderLimits, check_group, is_within_ceiling, order_price
from researchlib.akash.resources import Resource
from researchlib.bounds import Count, checked

__all__ = ["Bid", "Group", "Lease", "bid_refusal", "create_lease", "open_group", "place_bid"]


@checked
@dataclass(frozen=True)
class Bid:
    """A provider's bid: price in u-units per block, deposit in u-units."""

    provider: str
    price: ExactAmount
    deposit: Count
    state: Literal["open", "active", "lost", "closed"] = "open"


@checked
@dataclass(frozen=True)
class Lease:
    """The provider that was chosen and its price, u-units per block."""

    provider: str
    price: ExactAmount


@checked
@dataclass(frozen=True)
class Group:
    """A group with its present order: ``ceiling`` is the highest price that a bid may ask, u-units per block."""

    ceiling: ExactAmount
    denom: str
    state: Literal["open", "paused", "insufficient_funds", "closed"] = "open"
    order: Literal["open", "active", "closed"] = "open"
    bids: tuple[Bid, ...] = ()
    lease: Lease | None = None


@checked
def open_group(resources: Sequence[Resource], denom: str, limits: OrderLimits) -> Group:
    """Return a group with an open order for these ``resources``, priced in ``denom`` (for instance ``uact``).

    Raises ValueError for resources outside the ``limits``, see `researchlib.akash.orders.check_group`.
    """
    check_group(resources, limits)
    return Group(order_price(resources), denom)


@checked
def bid_refusal(
    group: Group,
    provider: str,
    price: Exact,
    denom: str,
    deposit: Count,
    *,
    limits: OrderLimits,
    minimum_deposit: Count,
) -> str | None:
    """Return why the chain would refuse a bid on ``group``, None if it takes it; checks run in the chain's order.

    A ``provider`` asks a ``price`` in ``denom`` u-units per block; ``deposit`` and ``minimum_deposit`` are u-units of a
    token that the chain takes as deposit. Reasons: ``deposit``, ``too_many_bids`` (more than the maximum of ``limits``
    stand already, lost ones not counted: one more than the maximum gets through), ``order_not_open``, ``duplicate``
    and ``price``.
    """
    if deposit < minimum_deposit:
        return "deposit"
    if sum(bid.state != "lost" for bid in group.bids) > limits.order_max_bids:
        return "too_many_bids"
    if group.order != "open" or group.state != "open":
        return "order_not_open"
    if any(bid.provider == provider for bid in group.bids):
        return "duplicate"
    return None if is_within_ceiling(group.ceiling, group.denom, price, denom) else "price"


@checked
def place_bid(
    group: Group,
    provider: str,
    price: Exact,
    denom: str,
    deposit: Count,
    *,
    limits: OrderLimits,
    minimum_deposit: Count,
) -> Group:
    """Return the ``group`` with one more open bid.

    ``provider``, ``price`` (u-units per block), ``denom``, ``deposit``, ``limits`` and ``minimum_deposit`` are those of
    `bid_refusal`. Raises ValueError if the chain refuses the bid; the message gives the reason.
    """
    reason = bid_refusal(group, provider, price, denom, deposit, limits=limits, minimum_deposit=minimum_deposit)
    if reason:
        raise ValueError(
            f"bid: {provider!r} at {price} {denom} with deposit {deposit} given, refused: {reason}; one bid a provider "
            f"on an open order, at most {group.ceiling} {group.denom}, with deposit {minimum_deposit} or more allowed"
        )
    return replace(group, bids=(*group.bids, Bid(provider, price, deposit)))


@checked
def create_lease(group: Group, provider: str) -> Group:
    """Return the ``group`` leased to this ``provider`` at its bid; every other open bid is lost.

    The tenant may name any open bid: the chain compares no prices. Raises ValueError if the order or the group is not
    open, or the provider has no open bid.
    """
    offers = [bid for bid in group.bids if bid.state == "open"]
    if group.state != "open" or group.order != "open":
        raise ValueError(f"group: {group.state}, order {group.order} given, an open order of an open group allowed")
    check.one_of("provider", provider, [bid.provider for bid in offers])
    chosen = next(bid for bid in offers if bid.provider == provider)
    bids = tuple(
        replace(bid, state="active" if bid is chosen else "lost") if bid.state == "open" else bid for bid in group.bids
    )
    return replace(group, order="active", bids=bids, lease=Lease(chosen.provider, chosen.price))
