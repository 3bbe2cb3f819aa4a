"""Liquidity of a pool: how its weights move so that adding to it leaves the price.

The chain adds TAO and alpha out of proportion in every block (`injection`); the weights take up the difference.

Source: subtensor at 14bc6f9f964b, pallets/swap/src/pallet/balancer.rs (update_weights_for_added_liquidity).
"""

from __future__ import annotations

from dataclasses import replace

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64_MAXIMUM
from researchlib.bittensor.pool import EQUAL_WEIGHTS, MIN_WEIGHT, WEIGHT_ONE, Pool
from researchlib.bounds import Count, checked

__all__ = ["reweighted"]


@checked
def reweighted(pool: Pool, tao_delta: Count, alpha_delta: Count) -> Pool:
    """Return the ``pool`` after liquidity was added (rao, alpha-rao): the weights move so that the price stays.

    The chain refuses a ``tao_delta`` and ``alpha_delta`` that would move the weight out of 0.01 to 0.99: then it is the
    pool as it was. Raises ValueError for reserves that would leave 64 bits.

    >>> reweighted(Pool(10**12, 4 * 10**12), 10**12, 0).quote_weight
    666666666666666666
    """
    tao, alpha = pool.tao_reserve + tao_delta, pool.alpha_reserve + alpha_delta
    of_base = _part(WEIGHT_ONE - pool.quote_weight, pool.tao_reserve * alpha)
    of_quote = _part(pool.quote_weight, pool.alpha_reserve * tao)
    both = of_base + of_quote
    weight = WEIGHT_ONE * of_quote // both if both else EQUAL_WEIGHTS
    if not MIN_WEIGHT <= weight <= WEIGHT_ONE - MIN_WEIGHT:
        return pool
    check.integer("tao_reserve", tao, maximum=U64_MAXIMUM)
    check.integer("alpha_reserve", alpha, maximum=U64_MAXIMUM)
    return replace(pool, tao_reserve=tao, alpha_reserve=alpha, quote_weight=weight)


def _part(parts: int, value: int) -> int:
    """Return parts of 10^18 times a value, rounded half up."""
    return (value * parts + WEIGHT_ONE // 2) // WEIGHT_ONE
