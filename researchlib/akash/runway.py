"""How long the money of a deployment lasts, and what it takes to keep it running.

Source: chain-sdk, go/node/utils/escrow_query.go; Akash Console, automatic top-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number

__all__ = ["lease_runway"]


def lease_runway(balance: Number, settled_at: int, height: int, rates: Sequence[Number]) -> tuple[Decimal, int]:
    """Return what is left of an escrow balance at a height, and for how many whole blocks more.

    Parameters
    ----------
    balance : number
        u-units at the last settlement.
    settled_at, height : int
        Height of the last settlement, and the height asked for.
    rates : sequence of number
        Rate of each active lease, u-units per block.

    Returns
    -------
    balance_remaining : Decimal
        u-units; negative once the account is overdrawn.
    blocks_remaining : int
        Cut toward zero; negative once the account is overdrawn.

    Raises
    ------
    ValueError
        For a height before the settlement, no lease, or a rate that is not positive.

    Notes
    -----
    Source: chain-sdk, go/node/utils/escrow_query.go.

    Examples
    --------
    >>> lease_runway(5_000_000, 1000, 1600, ["12.5", "7.25"])[1]
    252564
    """
    check.sequence("rates", rates)
    money = dec18.parse("balance", balance)
    since = check.integer("settled_at", settled_at, minimum=0)
    elapsed = check.integer("height", height, minimum=since) - since
    total = _total_rate(rates)
    remaining = money - elapsed * total
    return dec18.to_decimal(remaining), dec18.truncate(dec18.quo(remaining, total))


def _total_rate(rates: Sequence[Number]) -> int:
    if not rates:
        raise ValueError("rates: none given, at least one allowed")
    return sum(dec18.parse("rates", rate, minimum=0, strict=True) for rate in rates)
