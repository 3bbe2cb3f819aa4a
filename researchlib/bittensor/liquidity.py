"""Liquidity of a pool: the weights it starts with, and how they move so that adding to it leaves the price.

The chain adds TAO and alpha out of proportion in every block (`injection`); the weights take up the difference.

Source: subtensor at 14bc6f9f964b, pallets/swap/src/pallet/balancer.rs (update_weights_for_added_liquidity).
"""

from __future__ import annotations

from dataclasses import replace

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64_MAXIMUM, Number
from researchlib.bittensor.pool import EQUAL_WEIGHTS, MIN_WEIGHT, WEIGHT_ONE, Pool, positive_price

__all__ = ["created_pool", "mul_round", "reweighted"]


def mul_round(parts: int, value: int) -> int:
    """Return parts of 10^18 times a value, rounded half up.

    Parameters
    ----------
    parts : int
        0 to 10^18.
    value : int
        Any whole unit, below 2^128.

    Returns
    -------
    int
        The product, in the unit of ``value``.

    Raises
    ------
    ValueError
        For an argument outside its range.

    Examples
    --------
    >>> mul_round(EQUAL_WEIGHTS, 3)
    2
    """
    parts = check.integer("parts", parts, minimum=0, maximum=WEIGHT_ONE)
    value = check.integer("value", value, minimum=0, maximum=(1 << 128) - 1)
    return (value * parts + WEIGHT_ONE // 2) // WEIGHT_ONE


def reweighted(pool: Pool, tao_delta: int, alpha_delta: int) -> Pool:
    """Return the pool after liquidity was added: the weights move so that the price stays.

    Parameters
    ----------
    pool : Pool
        Reserves and weight before.
    tao_delta, alpha_delta : int
        Rao and alpha-rao added.

    Returns
    -------
    Pool
        With the new reserves and weight. The chain refuses liquidity that would move the weight out of 0.01 to 0.99:
        then it is the pool as it was.

    Raises
    ------
    ValueError
        For a negative amount, or reserves that would leave 64 bits.

    Examples
    --------
    >>> reweighted(Pool(10**12, 4 * 10**12), 10**12, 0).quote_weight
    666666666666666666
    """
    check.instance("pool", pool, Pool)
    tao = check.integer("tao_delta", tao_delta, minimum=0) + pool.tao_reserve
    alpha = check.integer("alpha_delta", alpha_delta, minimum=0) + pool.alpha_reserve
    of_base = mul_round(WEIGHT_ONE - pool.quote_weight, pool.tao_reserve * alpha)
    of_quote = mul_round(pool.quote_weight, pool.alpha_reserve * tao)
    both = of_base + of_quote
    weight = WEIGHT_ONE * of_quote // both if both else EQUAL_WEIGHTS
    if not MIN_WEIGHT <= weight <= WEIGHT_ONE - MIN_WEIGHT:
        return pool
    return replace(pool, tao_reserve=tao, alpha_reserve=alpha, quote_weight=weight)


def created_pool(tao_reserve: int, alpha_reserve: int, spot: Number | None = None) -> Pool:
    """Return a pool whose weights give a price with the reserves there are.

    Parameters
    ----------
    tao_reserve, alpha_reserve : int
        Rao and alpha-rao.
    spot : number, optional
        Price, TAO per alpha; without it the weights are equal.

    Returns
    -------
    Pool
        Weight of TAO y / (p x + y).

    Raises
    ------
    ValueError
        For a negative reserve, a price that is not positive or one that asks for a weight outside 0.01 to 0.99.

    Examples
    --------
    >>> created_pool(10**9, 4 * 10**9, 0.25).quote_weight == EQUAL_WEIGHTS
    True
    """
    if spot is None:
        return Pool(tao_reserve, alpha_reserve)
    tao = check.integer("tao_reserve", tao_reserve, minimum=0, maximum=U64_MAXIMUM)
    alpha = check.integer("alpha_reserve", alpha_reserve, minimum=0, maximum=U64_MAXIMUM)
    worth = positive_price("spot", spot) * alpha >> 64
    weight = WEIGHT_ONE * tao // (worth + tao) if worth + tao else EQUAL_WEIGHTS
    if not MIN_WEIGHT <= weight <= WEIGHT_ONE - MIN_WEIGHT:
        raise ValueError(
            f"spot: {spot!r} given for reserves of {tao} and {alpha}, a price that asks for a weight from 0.01 to 0.99 "
            "allowed"
        )
    return Pool(tao, alpha, weight)
