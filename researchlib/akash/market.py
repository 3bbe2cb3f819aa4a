"""Orders, bids and leases: how a group of resources goes from an open order to a lease and on to its close.

A `Group` holds its present order, the bids on it and the lease. Every step returns a new group; a step that the chain
refuses raises ValueError with the reason. Nothing here compares prices between bids: the tenant names the winner
(see `researchlib.akash.selection`).

Source: Akash node, x/market/handler/server.go and x/deployment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.orders import OrderLimits, check_group, is_within_ceiling, order_price
from researchlib.akash.resources import Resource

__all__ = [
    "Bid",
    "Group",
    "Lease",
    "bid_refusal",
    "close_bid",
    "close_deployment",
    "close_lease",
    "create_lease",
    "exhaust_escrow",
    "held_deposits",
    "open_group",
    "place_bid",
    "restart_group",
]


@dataclass(frozen=True)
class Bid:
    """A provider's bid: price in u-units per block, deposit in u-units; open, active, lost or closed."""

    provider: str
    price: Decimal
    deposit: int
    state: str = "open"


@dataclass(frozen=True)
class Lease:
    """The provider that was chosen and its price, u-units per block; active, insufficient_funds or closed."""

    provider: str
    price: Decimal
    state: str = "active"


@dataclass(frozen=True)
class Group:
    """A group with its present order.

    Attributes
    ----------
    ceiling : Decimal
        Highest price that a bid may ask, u-units per block.
    denom : str
    state : str
        open, paused, insufficient_funds or closed.
    order : str
        open, active or closed.
    sequence : int
        Number of the present order, counted from 1.
    bids : tuple of Bid
        Bids on the present order.
    lease : Lease, optional
        The last lease of the group.
    """

    ceiling: Decimal
    denom: str
    state: str = "open"
    order: str = "open"
    sequence: int = 1
    bids: tuple[Bid, ...] = ()
    lease: Lease | None = None


def open_group(resources: Sequence[Resource], denom: str, limits: OrderLimits) -> Group:
    """Return a group with an open order for these resources, priced in ``denom`` (for instance ``uact``).

    Raises
    ------
    ValueError
        For resources outside the limits, see `researchlib.akash.orders.check_group`.
    """
    check.sequence("resources", resources, Resource)
    check.text("denom", denom)
    check.instance("limits", limits, OrderLimits)
    check_group(resources, limits)
    return Group(order_price(resources), denom)


def bid_refusal(
    group: Group,
    provider: str,
    price: Number,
    denom: str,
    deposit: int,
    *,
    limits: OrderLimits,
    minimum_deposit: int,
) -> str | None:
    """Return why the chain would refuse a bid, None if it takes it; the checks run in the chain's order.

    Parameters
    ----------
    group : Group
    provider : str
    price : number
        u-units per block.
    denom : str
    deposit : int
        u-units of a token that the chain takes as deposit.
    limits : OrderLimits
    minimum_deposit : int
        Smallest deposit in that token, u-units.

    Returns
    -------
    str or None
        ``deposit``, ``too_many_bids`` (more than the maximum stand already, lost ones not counted: one more than the
        maximum gets through), ``order_not_open``, ``duplicate`` or ``price``.

    Raises
    ------
    ValueError
        For a deposit or price that is no number.

    Notes
    -----
    Source: x/market/handler/server.go, CreateBid.
    """
    check.instance("group", group, Group)
    check.text("provider", provider)
    check.text("denom", denom)
    check.instance("limits", limits, OrderLimits)
    least = check.integer("minimum_deposit", minimum_deposit, minimum=0)
    if check.integer("deposit", deposit, minimum=0) < least:
        return "deposit"
    if sum(bid.state != "lost" for bid in group.bids) > limits.order_max_bids:
        return "too_many_bids"
    if group.order != "open" or group.state != "open":
        return "order_not_open"
    if any(bid.provider == provider for bid in group.bids):
        return "duplicate"
    if not is_within_ceiling(group.ceiling, group.denom, price, denom):
        return "price"
    return None


def place_bid(
    group: Group,
    provider: str,
    price: Number,
    denom: str,
    deposit: int,
    *,
    limits: OrderLimits,
    minimum_deposit: int,
) -> Group:
    """Return the group with one more open bid.

    Parameters
    ----------
    group, provider, price, denom, deposit, limits, minimum_deposit
        As in `bid_refusal`: a price in u-units per block, deposits in u-units.

    Raises
    ------
    ValueError
        If the chain refuses the bid; the message gives the reason.
    """
    check.instance("group", group, Group)
    check.text("provider", provider)
    check.instance("limits", limits, OrderLimits)
    reason = bid_refusal(group, provider, price, denom, deposit, limits=limits, minimum_deposit=minimum_deposit)
    if reason:
        raise ValueError(
            f"bid: {provider!r} at {price} {denom} with deposit {deposit} given, refused: {reason}; one bid a provider "
            f"on an open order, at most {group.ceiling} {group.denom}, with deposit {minimum_deposit} or more allowed"
        )
    bid = Bid(provider, dec18.to_decimal(dec18.parse("price", price)), deposit)
    return replace(group, bids=(*group.bids, bid))


def create_lease(group: Group, provider: str) -> Group:
    """Return the group leased to this provider at its bid; every other open bid is lost.

    The tenant may name any open bid: the chain compares no prices.

    Raises
    ------
    ValueError
        If the order or the group is not open, or the provider has no open bid.

    Notes
    -----
    Source: x/market/handler/server.go, CreateLease.
    """
    check.instance("group", group, Group)
    offers = [bid for bid in group.bids if bid.state == "open"]
    if group.state != "open" or group.order != "open":
        raise ValueError(f"group: {group.state}, order {group.order} given, an open order of an open group allowed")
    check.one_of("provider", provider, _names(offers))
    chosen = next(bid for bid in offers if bid.provider == provider)
    bids = tuple(
        replace(bid, state="active" if bid is chosen else "lost") if bid.state == "open" else bid for bid in group.bids
    )
    return replace(group, order="active", bids=bids, lease=Lease(chosen.provider, chosen.price))


def close_lease(group: Group) -> Group:
    """Return the group after its tenant closed the lease: a new order opens, without bids.

    Raises ValueError without an active lease.

    Notes
    -----
    Source: x/market/handler/server.go, CloseLease.
    """
    check.instance("group", group, Group)
    ended = replace(group, lease=replace(_active_lease(group), state="closed"))
    return replace(ended, order="open", sequence=group.sequence + 1, bids=()) if group.state == "open" else ended


def close_bid(group: Group, provider: str) -> Group:
    """Return the group after a provider closed its bid; on an active lease this pauses the group.

    Raises ValueError if the provider has no open or active bid.

    Notes
    -----
    Source: x/market/handler/server.go, CloseBid.
    """
    check.instance("group", group, Group)
    standing = [bid for bid in group.bids if bid.state in ("open", "active")]
    check.one_of("provider", provider, _names(standing))
    bids = tuple(
        replace(bid, state="closed") if bid.provider == provider and bid in standing else bid for bid in group.bids
    )
    if not any(bid.provider == provider and bid.state == "active" for bid in standing):
        return replace(group, bids=bids)
    lease = replace(_active_lease(group), state="closed")
    return replace(group, state="paused", order="closed", bids=bids, lease=lease)


def restart_group(group: Group) -> Group:
    """Return a paused group with a new open order.

    Raises ValueError for a group that is not paused.

    Notes
    -----
    Source: x/deployment, StartGroup.
    """
    check.instance("group", group, Group)
    check.one_of("state", group.state, ("paused",))
    return replace(group, state="open", order="open", sequence=group.sequence + 1, bids=())


def exhaust_escrow(group: Group) -> Group:
    """Return the group after its escrow account ran dry: lease and group end for want of funds.

    Raises ValueError without an active lease.

    Notes
    -----
    Source: x/market/hooks, escrow account closed.
    """
    check.instance("group", group, Group)
    lease = replace(_active_lease(group), state="insufficient_funds")
    return replace(group, state="insufficient_funds", order="closed", bids=_closed(group.bids), lease=lease)


def close_deployment(group: Group) -> Group:
    """Return the group after its tenant closed the deployment: order, bids and lease are closed.

    Raises ValueError for a group that is closed already.

    Notes
    -----
    Source: x/deployment, CloseDeployment.
    """
    check.instance("group", group, Group)
    check.one_of("state", group.state, ("open", "paused", "insufficient_funds"))
    lease = group.lease
    if lease and lease.state == "active":
        lease = replace(lease, state="closed")
    return replace(group, state="closed", order="closed", bids=_closed(group.bids), lease=lease)


def held_deposits(group: Group) -> int:
    """Return the bid deposits that the chain still holds for the present order of ``group``, u-units.

    Raises ValueError for what is no group.
    """
    check.instance("group", group, Group)
    return sum(bid.deposit for bid in group.bids if bid.state in ("open", "active"))


def _active_lease(group: Group) -> Lease:
    if group.lease is None or group.lease.state != "active":
        raise ValueError(f"lease: {group.lease and group.lease.state} given, an active lease allowed")
    return group.lease


def _closed(bids: tuple[Bid, ...]) -> tuple[Bid, ...]:
    return tuple(replace(bid, state="closed") if bid.state in ("open", "active") else bid for bid in bids)


def _names(bids: Sequence[Bid]) -> list[str]:
    return [bid.provider for bid in bids]
