"""What a new subnet costs, and the pool it starts with.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/coinbase/root.rs (lock cost) and subnets/subnet.rs (pool);
v1.0.0 root.rs for the rule before February 2025.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from researchlib import _validate as check
from researchlib.bittensor.emission import RAO_PER_TAO
from researchlib.bittensor.fixed import U64_MAXIMUM, U64F64

__all__ = ["LockParameters", "NewPool", "PoolReserves", "lock_cost", "median_price", "new_pool"]


@dataclass(frozen=True)
class LockParameters:
    """Rule of the lock cost.

    Parameters
    ----------
    min_lock_rao : int
        Lowest price in rao.
    lock_reduction_interval : int
        Blocks in which the price falls by one last price, as stored; the block emission in TAO scales it.
    """

    network: ClassVar[str] = "bittensor"

    min_lock_rao: int
    lock_reduction_interval: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("min_lock_rao", self.min_lock_rao, minimum=0, maximum=U64_MAXIMUM)
        check.integer("lock_reduction_interval", self.lock_reduction_interval, minimum=0, maximum=U64_MAXIMUM)


class PoolReserves(NamedTuple):
    """A subnet's pool as the median price sees it; `added` is false for a place that is free."""

    netuid: int
    tao_reserve: int
    alpha_reserve: int
    added: bool = True


class NewPool(NamedTuple):
    """Reserves of a new subnet's pool, rao and alpha-rao."""

    tao_reserve: int
    alpha_reserve: int


def lock_cost(
    last_lock_rao: int,
    last_lock_block: int,
    current_block: int,
    parameters: LockParameters,
    *,
    block_emission_rao: int = RAO_PER_TAO,
) -> int:
    """Return the price of registering a subnet.

    The price doubles at a registration, is back at the last price after one interval and at the floor after nearly
    two. Since February 2025 the interval shrinks with the block emission.

    Parameters
    ----------
    last_lock_rao : int
        Price paid at the last registration.
    last_lock_block : int
        Its block; 0 if there was none. A block ahead of the current one holds the price at twice the last.
    current_block : int
        Block of the question.
    parameters : LockParameters
        Floor and interval.
    block_emission_rao : int
        Emission of a block; 10^9 for the rule before February 2025, which did not look at it.

    Returns
    -------
    int
        Rao.

    Raises
    ------
    ValueError
        For a negative argument or one beyond 64 bits.

    Examples
    --------
    >>> rules = LockParameters(10**9, 115_200)
    >>> lock_cost(600 * 10**9, 9_000_000, 9_043_200, rules, block_emission_rao=500_000_000) / 1e9
    750.0000288
    """
    check.instance("parameters", parameters, LockParameters)
    last = check.integer("last_lock_rao", last_lock_rao, minimum=0, maximum=U64_MAXIMUM)
    last_block = check.integer("last_lock_block", last_lock_block, minimum=0, maximum=U64_MAXIMUM)
    now = check.integer("current_block", current_block, minimum=0, maximum=U64_MAXIMUM)
    emitted = check.integer("block_emission_rao", block_emission_rao, minimum=0, maximum=U64_MAXIMUM)

    interval = parameters.lock_reduction_interval * emitted // RAO_PER_TAO
    start = last if last_block == 0 else min(2 * last, U64_MAXIMUM)
    a_block = last // interval if interval else 0
    fallen = a_block * max(now - last_block, 0)
    return max(start - fallen, parameters.min_lock_rao)


def median_price(pools: Iterable[PoolReserves]) -> float:
    """Return the median spot price of alpha over the subnets with a price.

    Parameters
    ----------
    pools : iterable of PoolReserves
        All subnets; root, free places and prices of 0 do not count.

    Returns
    -------
    float
        TAO per alpha; the mean of the two middle prices of an even number; 1 if there is none.

    Raises
    ------
    ValueError
        For a negative reserve.

    Examples
    --------
    >>> median_price([PoolReserves(1, 700, 100), PoolReserves(2, 200, 100), PoolReserves(3, 500, 100)])
    5.0
    """
    check.sequence("pools", pools, PoolReserves)
    prices = []
    for pool in pools:
        tao = check.integer("tao_reserve", pool.tao_reserve, minimum=0, maximum=U64_MAXIMUM)
        alpha = check.integer("alpha_reserve", pool.alpha_reserve, minimum=0, maximum=U64_MAXIMUM)
        price = U64F64.divide(tao, alpha)
        if pool.added and pool.netuid != 0 and price > 0:
            prices.append(price)
    if not prices:
        return 1.0
    prices.sort()
    middle = len(prices) // 2
    median = prices[middle] if len(prices) % 2 else (prices[middle - 1] + prices[middle]) // 2
    return median / U64F64.one


def new_pool(lock_rao: int, price: float) -> NewPool:
    """Return the pool of a new subnet since 23 April 2026: the whole lock, at the median price of the others.

    Before, from dynamic TAO on, every pool started with 1 TAO and 1 alpha.

    Parameters
    ----------
    lock_rao : int
        Price paid for the subnet in rao.
    price : float
        Median price of the other subnets, TAO per alpha.

    Returns
    -------
    NewPool
        Rao and alpha-rao.

    Raises
    ------
    ValueError
        For a negative lock or a price that is not positive.

    Examples
    --------
    >>> new_pool(600 * 10**9, 0.25)
    NewPool(tao_reserve=600000000000, alpha_reserve=2400000000000)
    """
    lock = check.integer("lock_rao", lock_rao, minimum=0, maximum=U64_MAXIMUM)
    check.number("price", price, minimum=0, strict=True)
    grid = U64F64
    alpha = grid.to_int(grid.divide(lock * grid.one, grid.parse("price", price)))
    return NewPool(lock, min(alpha, U64_MAXIMUM))
