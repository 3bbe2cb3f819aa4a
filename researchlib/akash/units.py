"""A price per block as one a month.

All prices of the chain are u-units (millionths of a token) per block, and sources disagree on the length of a block
(5.0 to 6.5 seconds), so the block time is an argument everywhere.

Source: Akash documentation, provider earnings; helm-charts, price_script_generic.sh.
"""

from __future__ import annotations

from researchlib.bounds import Amount, Positive, checked

__all__ = ["MICRO", "blocks_per_period", "price_per_month"]

MICRO = 1_000_000
"""u-units per token: 1 AKT = 10^6 uakt, 1 ACT = 10^6 uact, 1 USDC = 10^6 uusdc."""


@checked
def price_per_month(
    amount: Amount, block_time: Positive, days_per_month: Positive, *, token_price: Amount = 1
) -> float:
    """Return what ``amount`` u-units per block are a month, USD: tokens at the default ``token_price`` of 1 USD.

    ``block_time`` in seconds, ``days_per_month`` in days.

    >>> round(price_per_month(23, 6.0, 30.436875), 4)
    10.0807
    """
    return amount * blocks_per_period(days_per_month * 86_400, block_time) / MICRO * token_price


@checked
def blocks_per_period(period: Amount, block_time: Positive) -> float:
    """Return the number of blocks in a ``period``, fraction kept; it and ``block_time`` in seconds.

    >>> blocks_per_period(86_400, 6)
    14400.0
    """
    return period / block_time
