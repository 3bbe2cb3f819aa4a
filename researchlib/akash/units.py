"""Prices per block in other units: per hour, per month, in tokens, in dollars, per GPU.

All prices of the chain are u-units (millionths of a token) per block, and sources disagree on the length of a block
(5.0 to 6.5 seconds), so the block time is an argument everywhere.

Source: Akash documentation, provider earnings; Akash Console, price components.
"""

from __future__ import annotations

from researchlib import _validate as check

__all__ = ["MICRO", "blocks_per_period", "price_per_month"]

MICRO = 1_000_000
"""u-units per token: 1 AKT = 10^6 uakt, 1 ACT = 10^6 uact, 1 USDC = 10^6 uusdc."""

SECONDS_PER_DAY = 86_400


def price_per_month(amount: float, block_time: float, days_per_month: float, *, token_price: float = 1.0) -> float:
    """Return what a price per block is a month, USD (tokens at the default price of 1).

    ``amount`` is in u-units per block, ``block_time`` in seconds, ``days_per_month`` the month's length,
    ``token_price`` USD a token. Raises ValueError for a negative amount or price, or a block time or month that is not
    positive.

    Notes
    -----
    Source: Akash documentation, provider earnings.

    Examples
    --------
    >>> round(price_per_month(23, 6.0, 30.436875), 4)
    10.0807
    """
    days = check.number("days_per_month", days_per_month, minimum=0, strict=True)
    price = check.number("token_price", token_price, minimum=0)
    return _tokens(amount, days * SECONDS_PER_DAY, block_time) * price


def blocks_per_period(period: float, block_time: float) -> float:
    """Return the number of blocks in a period, fraction kept; ``period`` and ``block_time`` in seconds.

    Raises ValueError for a negative period or a block time that is not positive.

    Examples
    --------
    >>> blocks_per_period(86_400, 6)
    14400.0
    """
    seconds = check.number("period", period, minimum=0)
    return seconds / check.number("block_time", block_time, minimum=0, strict=True)


def _tokens(amount: float, seconds: float, block_time: float) -> float:
    return check.number("amount", amount, minimum=0) * blocks_per_period(seconds, block_time) / MICRO
