"""Who won an order by the rule of the paper and the testnets.

The cheapest bid won by rule only in code released until September 2020. Since the marketplace opened on the mainnet
(8 March 2021) the tenant names the winner (`market.create_lease`); "the cheapest" is an assumption about tenants.

Source: Akash node v0.8.2, x/market (matching of orders).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from researchlib import _validate as check
from researchlib.akash.dec18 import parse_each
from researchlib.bounds import checked, rule, sequence

__all__ = ["lowest_bid_2020"]

FNV_OFFSET = 0x811C9DC5
FNV_PRIME = 0x01000193

Prices = Annotated[Sequence[Decimal], rule(parse_each, minimum=0, min_size=1)]
Addresses = Annotated[Sequence[bytes], sequence(kind=bytes)]


@checked
def lowest_bid_2020(prices: Prices, addresses: Addresses | None = None) -> int:
    """Return the index of the cheapest bid; ties are drawn by a hash of the bidders' addresses.

    ``prices`` are u-units per block, in the order of the store; without raw ``addresses`` ties are drawn over empty
    ones. The hash is FNV-1a of 32 bits over the address of the second bid of the sorted list and then over those of
    all tied bids but the first, so that the second enters twice. Raises ValueError for lists of different length.

    >>> lowest_bid_2020([5, 4, 6])
    1
    """
    names = [b""] * len(prices) if addresses is None else addresses
    check.same_length(prices=prices, addresses=names)
    ranked = sorted(range(len(prices)), key=prices.__getitem__)
    tied = [index for index in ranked if prices[index] == prices[ranked[0]]]
    if len(tied) == 1:
        return ranked[0]
    digest = FNV_OFFSET
    for index in (tied[1], *tied[1:]):
        for byte in names[index]:
            digest = (digest ^ byte) * FNV_PRIME % 2**32
    return tied[digest % len(tied)]
