"""How long the money of a deployment lasts, and what it takes to keep it running.

Source: chain-sdk, go/node/utils/escrow_query.go; Akash Console, automatic top-up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number

__all__ = ["cost_until", "lease_runway", "predicted_close_height", "top_up"]


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


def predicted_close_height(last_withdraw_height: int, balance: Number, rates: Sequence[Number]) -> int:
    """Return the height at which the indexer expects a deployment to run dry.

    ``last_withdraw_height`` is a block, ``balance`` in u-units, ``rates`` in u-units per block. Raises ValueError for a
    negative balance, no lease, or a rate that is not positive.

    Notes
    -----
    Source: Akash Console, indexer.

    Examples
    --------
    >>> predicted_close_height(1000, 105, [10])
    1011
    """
    check.sequence("rates", rates)
    start = check.integer("last_withdraw_height", last_withdraw_height, minimum=0)
    return start - (-dec18.parse("balance", balance, minimum=0) // _total_rate(rates))


def top_up(
    block_rate: float,
    predicted_close: int,
    height: int,
    *,
    blocks_per_hour: int = 600,
    target_hours: float = 48,
    look_ahead_hours: float = 24,
) -> tuple[int, int]:
    """Return the deposit of the Console's automatic top-up, and its size once the cycle is steady, u-units.

    Parameters
    ----------
    block_rate : float
        u-units per block; 0 or less deposits nothing.
    predicted_close : int
        Height until which the account is funded.
    height : int
        Present height.
    blocks_per_hour : int
        600 at the Console's 6 seconds.
    target_hours, look_ahead_hours : float
        Runway after a top-up, and runway left when one is made.

    Raises
    ------
    ValueError
        For negative heights or hours, or no block an hour.

    Notes
    -----
    Source: Akash Console, automatic top-up of deployments.

    Examples
    --------
    >>> top_up(10, 20_000, 10_000)
    (188000, 144000)
    """
    rate = check.number("block_rate", block_rate)
    now = check.integer("height", height, minimum=0)
    hourly = check.integer("blocks_per_hour", blocks_per_hour, minimum=1)
    target = check.number("target_hours", target_hours, minimum=0)
    ahead = check.number("look_ahead_hours", look_ahead_hours, minimum=0, maximum=target)
    if rate <= 0:
        return 0, 0
    funded_until = max(now, check.integer("predicted_close", predicted_close, minimum=0))
    amount = math.floor(rate * (now + hourly * target - funded_until))
    return max(0, amount), math.floor(rate * hourly * (target - ahead))


def cost_until(
    height: int, hours: float, deployments: Sequence[tuple[float, int]], *, blocks_per_hour: int = 600
) -> tuple[int, int]:
    """Return the height some hours ahead, and what it costs to keep deployments alive until then, u-units.

    Parameters
    ----------
    height : int
        Present height.
    hours : float
        Hours ahead, at least 0.
    deployments : sequence of (block_rate, predicted_close)
        u-units per block and the height until which each is funded; those that are dry already, or funded beyond the
        target, cost nothing.
    blocks_per_hour : int
        600 at the Console's 6 seconds.

    Raises
    ------
    ValueError
        For a negative height, time or rate, or no block an hour.

    Notes
    -----
    Source: Akash Console, deployment costs.

    Examples
    --------
    >>> cost_until(1000, 1, [(10, 1200), (10, 900)])
    (1600, 4000)
    """
    check.sequence("deployments", deployments, tuple)
    now = check.integer("height", height, minimum=0)
    hourly = check.integer("blocks_per_hour", blocks_per_hour, minimum=1)
    target = math.floor(now + hourly * check.number("hours", hours, minimum=0))
    cost = 0
    for block_rate, predicted_close in deployments:
        if now <= predicted_close <= target:
            cost += math.floor(check.number("block_rate", block_rate, minimum=0) * (target - predicted_close))
    return target, cost


def _total_rate(rates: Sequence[Number]) -> int:
    if not rates:
        raise ValueError("rates: none given, at least one allowed")
    return sum(dec18.parse("rates", rate, minimum=0, strict=True) for rate in rates)
