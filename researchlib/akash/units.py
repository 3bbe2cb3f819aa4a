"""Prices per block in other units: per hour, per month, in tokens, in dollars, per GPU.

All prices of the chain are u-units (millionths of a token) per block, and sources disagree on the length of a block
(5.0 to 6.5 seconds), so the block time is an argument everywhere.

Source: Akash documentation, provider earnings; Akash Console, price components.
"""

from __future__ import annotations

from dataclasses import dataclass

from researchlib import _validate as check

__all__ = [
    "MICRO",
    "LeasePrice",
    "blocks_per_period",
    "convert_price",
    "lease_accrual",
    "price_per_block",
    "price_per_month",
]

MICRO = 1_000_000
"""u-units per token: 1 AKT = 10^6 uakt, 1 ACT = 10^6 uact, 1 USDC = 10^6 uusdc."""

SECONDS_PER_HOUR = 3600
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class LeasePrice:
    """A price per block in tokens and dollars an hour, and dollars an hour for each GPU (None without GPUs)."""

    tokens_per_hour: float
    usd_per_hour: float
    usd_per_hour_per_gpu: float | None


def convert_price(
    amount: float, block_time: float, *, token_price: float = 1.0, gpu_units: int | None = None
) -> LeasePrice:
    """Return what a price per block is an hour.

    Parameters
    ----------
    amount : float
        u-units per block.
    block_time : float
        Seconds a block.
    token_price : float
        USD a token; 1 for ACT and USDC.
    gpu_units : int, optional
        GPUs in the group.

    Returns
    -------
    LeasePrice

    Raises
    ------
    ValueError
        For a negative amount or price, a block time that is not positive, or fewer than one GPU.

    Notes
    -----
    Source: Akash Console, CostRate component.

    Examples
    --------
    1 ACT per block at the Console's 6.098 seconds:

    >>> round(convert_price(1_000_000, 6.098).usd_per_hour, 2)
    590.36
    """
    price = check.number("token_price", token_price, minimum=0)
    tokens = _tokens(amount, SECONDS_PER_HOUR, block_time)
    each = None if gpu_units is None else tokens * price / check.integer("gpu_units", gpu_units, minimum=1)
    return LeasePrice(tokens, tokens * price, each)


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


def price_per_block(
    usd_per_month: float, block_time: float, days_per_month: float, *, token_price: float = 1.0
) -> float:
    """Return the price per block that makes this many USD a month, u-units; the inverse of `price_per_month`.

    ``usd_per_month`` is the price, ``block_time`` in seconds, ``days_per_month`` the month's length, ``token_price``
    USD a token. Raises ValueError for a negative price, or a block time, month or token price that is not positive.

    Notes
    -----
    Source: helm-charts repository, price_script_generic.sh.
    """
    usd = check.number("usd_per_month", usd_per_month, minimum=0)
    days = check.number("days_per_month", days_per_month, minimum=0, strict=True)
    price = check.number("token_price", token_price, minimum=0, strict=True)
    return usd / blocks_per_period(days * SECONDS_PER_DAY, block_time) * MICRO / price


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


def lease_accrual(elapsed_blocks: int, rate: float, block_time: float) -> tuple[float, float]:
    """Return what a lease has cost since it began, and its age.

    Parameters
    ----------
    elapsed_blocks : int
        Blocks since the lease was created.
    rate : float
        Price, u-units per block.
    block_time : float
        Seconds a block.

    Returns
    -------
    tokens, days : float

    Raises
    ------
    ValueError
        For negative blocks or price, or a block time that is not positive.

    Notes
    -----
    Source: Akash documentation, provider earnings.

    Examples
    --------
    >>> lease_accrual(72_010, 354, 6)[0]
    25.49154
    """
    blocks = check.integer("elapsed_blocks", elapsed_blocks, minimum=0)
    price = check.number("rate", rate, minimum=0)
    seconds = check.number("block_time", block_time, minimum=0, strict=True)
    return blocks * price / MICRO, blocks * seconds / SECONDS_PER_DAY


def _tokens(amount: float, seconds: float, block_time: float) -> float:
    return check.number("amount", amount, minimum=0) * blocks_per_period(seconds, block_time) / MICRO
