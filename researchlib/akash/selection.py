"""Who wins an order: the rule of the paper and the testnets, and what the tenant does on the mainnet.

The cheapest bid won by rule only in code released until September 2020. Since the marketplace opened on the mainnet
(8 March 2021) the tenant names the winner; "the cheapest" is an assumption about tenants, not a rule of the chain.

Source: Akash node v0.8.2, x/market (matching); x/market/handler/server.go, CreateLease; Akash Console.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.units import MICRO

__all__ = ["SELECTION_RULES", "Offer", "client_cost_range", "lowest_bid_2020", "select_winner"]

SELECTION_RULES = ("lowest", "tenant")

FNV_OFFSET = 0x811C9DC5
FNV_PRIME = 0x01000193


class Offer(NamedTuple):
    """An open bid as a client lists it: provider, group (placement) and price, u-units per block."""

    provider: str
    group: int
    price: Number


def select_winner(
    prices: Sequence[Number], rule: str, *, addresses: Sequence[bytes] | None = None, chosen: int | None = None
) -> int:
    """Return the index of the winning bid.

    Parameters
    ----------
    prices : sequence of number
        Prices of the open bids, u-units per block.
    rule : str
        ``lowest`` (paper, testnets until 2020) or ``tenant`` (mainnet).
    addresses : sequence of bytes, optional
        Address of each bidder, which decides ties under ``lowest``.
    chosen : int, optional
        Bid that the tenant names under ``tenant``.

    Raises
    ------
    ValueError
        For another rule, no bid, a negative price, and, under ``tenant``, a choice that is not among the bids.

    Examples
    --------
    >>> select_winner([8, 5], "lowest")
    1
    >>> select_winner([8, 5], "tenant", chosen=0)
    0
    """
    check.one_of("rule", rule, SELECTION_RULES)
    if rule == "lowest":
        return lowest_bid_2020(prices, addresses)
    bids = len(_prices(prices))
    _addresses(prices, addresses)
    return check.integer("chosen", chosen, minimum=0, maximum=bids - 1)


def lowest_bid_2020(prices: Sequence[Number], addresses: Sequence[bytes] | None = None) -> int:
    """Return the index of the cheapest bid; ties are drawn by a hash of the bidders' addresses.

    Parameters
    ----------
    prices : sequence of number
        Prices of the open bids, u-units per block, in the order of the store.
    addresses : sequence of bytes, optional
        Raw address of each bidder, as long as ``prices``; without them ties are drawn over empty addresses.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For no bid, a negative price, or lists of different length.

    Notes
    -----
    The hash is FNV-1a of 32 bits over the address of the second bid of the sorted list and then over those of all
    tied bids but the first, so that the second enters twice.

    Source: Akash node v0.8.2, x/market, matching of orders.

    Examples
    --------
    >>> lowest_bid_2020([5, 4, 6])
    1
    """
    exact = _prices(prices)
    names = _addresses(prices, addresses)
    ranked = sorted(range(len(exact)), key=exact.__getitem__)
    tied = [index for index in ranked if exact[index] == exact[ranked[0]]]
    if len(tied) == 1:
        return ranked[0]
    digest = FNV_OFFSET
    for index in (tied[1], *tied[1:]):
        for byte in names[index]:
            digest = (digest ^ byte) * FNV_PRIME % 2**32
    return tied[digest % len(tied)]


def client_cost_range(
    selected: Sequence[tuple[int, str | None]], offers: Sequence[Offer]
) -> tuple[float, float] | None:
    """Return the span of cost that a client shows while the tenant picks bids, tokens per block.

    Parameters
    ----------
    selected : sequence of (group, provider or None)
        Every placement and the provider picked for it.
    offers : sequence of Offer
        Bids that are open.

    Returns
    -------
    (float, float) or None
        Cheapest and dearest outcome: a picked bid that is open counts on both ends, a placement without bids not at
        all. None if no bid is open.

    Raises
    ------
    ValueError
        For a negative price.

    Notes
    -----
    Source: Akash Console, deploy-web bid selection.

    Examples
    --------
    >>> client_cost_range([(1, None)], [Offer("a", 1, 5_000_000), Offer("b", 1, 8_000_000)])
    (5.0, 8.0)
    """
    check.sequence("selected", selected, tuple)
    check.sequence("offers", offers, Offer)
    if not offers:
        return None
    low = high = 0
    for group, provider in selected:
        here = {
            offer.provider: dec18.parse("price", offer.price, minimum=0) for offer in offers if offer.group == group
        }
        if provider in here:
            here = {provider: here[provider]}
        low += min(here.values(), default=0)
        high += max(here.values(), default=0)
    return low / (MICRO * dec18.ONE), high / (MICRO * dec18.ONE)


def _prices(prices: Sequence[Number]) -> list[int]:
    check.sequence("prices", prices, min_size=1)
    return [dec18.parse("prices", price, minimum=0) for price in prices]


def _addresses(prices: Sequence[Number], addresses: Sequence[bytes] | None) -> list[bytes]:
    """Return an address for each price, empty ones if none are given."""
    if addresses is None:
        return [b""] * len(prices)
    check.sequence("addresses", addresses, bytes)
    check.same_length(prices=prices, addresses=addresses)
    return list(addresses)
