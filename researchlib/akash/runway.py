"""How long the money of a deployment lasts.

Source: chain-sdk, go/node/utils/escrow_query.go.
"""

from __future__ import annotations

from decimal import Decimal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Exact, ExactPositives
from researchlib.bounds import Count, checked

__all__ = ["lease_runway"]


@checked
def lease_runway(balance: Exact, settled_at: Count, height: int, rates: ExactPositives) -> tuple[Decimal, int]:
    """Return what is left of an escrow ``balance`` at a height, u-units, and for how many whole blocks more.

    Both are negative once the account is overdrawn; the blocks are cut toward zero. ``balance`` is that of the last
    settlement, at the height ``settled_at``; ``rates`` are u-units per block, one entry for each active lease. Raises
    ValueError for a ``height`` before the settlement.

    >>> lease_runway(5_000_000, 1000, 1600, ["12.5", "7.25"])[1]
    252564
    """
    elapsed = check.integer("height", height, minimum=settled_at) - settled_at
    total = sum(map(dec18.scaled, rates))
    remaining = dec18.scaled(balance) - elapsed * total
    return dec18.to_decimal(remaining), dec18.truncate(dec18.quo(remaining, total))
