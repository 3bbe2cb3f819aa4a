"""A whole swap against a pool: fee, price limit, refusals, and the pool after it.

The bare curve stands in `pool`. The fee leaves the pool: it goes to the block's author.

Source: subtensor at 14bc6f9f964b, pallets/swap/src/pallet/swap_step.rs and impls.rs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, NamedTuple

from researchlib.bittensor.fixed import U16_MAXIMUM, U64, U64_MAXIMUM, U64F64, Exact
from researchlib.bittensor.pool import Pool, Side, fee, fee_on_top, limit_delta, output, price_raw
from researchlib.bounds import checked, integer

__all__ = ["PRICE_LIMITS", "Swap", "SwapParameters", "swap"]

PRICE_LIMITS = (1e-6, 1e6)
"""Lowest and highest price that a swap may be told to stop at, TAO per alpha."""

AtLeastOne = Annotated[int, integer(minimum=1, maximum=U64_MAXIMUM)]


@checked
@dataclass(frozen=True)
class SwapParameters:
    """Fee on the input, of 65,535, and refusals.

    A swap against a smaller reserve of what is wanted than ``min_pool_reserve_rao`` is refused, and one of a net input
    of more than ``max_input_per_reserve`` times the reserve of what is paid.
    """

    network: ClassVar[str] = "bittensor"

    swap_fee_rate_u16: Annotated[int, integer(minimum=0, maximum=U16_MAXIMUM - 1)]
    min_pool_reserve_rao: U64
    max_input_per_reserve: AtLeastOne


class Swap(NamedTuple):
    """Amounts of a swap in rao and alpha-rao (taken: net input and fee), and the pool after it."""

    taken: int
    fee: int
    net_in: int
    amount_out: int
    pool: Pool


@checked
def swap(
    pool: Pool, side: Side, amount_in: AtLeastOne, parameters: SwapParameters, *, price_limit: Exact | None = None
) -> Swap:
    """Return the outcome of a swap with a ``pool``: TAO for alpha (``side`` `buy`) or alpha for TAO (`sell`).

    ``amount_in`` is offered, fee included. The swap does not pass the ``price_limit`` (TAO per alpha); what is left of
    the offer is not taken. Raises ValueError for a swap that the chain refuses: a small reserve, an input far above its
    reserve, a price already beyond the limit, or nothing to pay out.

    >>> done = swap(Pool(10**12, 4 * 10**12), "buy", 10**9, SwapParameters(33, 10**6, 1000))
    >>> done.fee, done.net_in, done.amount_out
    (503547, 999496453, 3993993829)
    """
    buys = side == "buy"
    paid, wanted = (pool.tao_reserve, pool.alpha_reserve) if buys else (pool.alpha_reserve, pool.tao_reserve)
    floor = parameters.min_pool_reserve_rao
    if wanted < floor:
        raise ValueError(f"pool: {wanted} of what is wanted given, at least {floor} allowed")

    rate = parameters.swap_fee_rate_u16
    charged, net_in = fee(amount_in, rate)
    if net_in > parameters.max_input_per_reserve * paid:
        most = parameters.max_input_per_reserve
        raise ValueError(f"amount_in: {amount_in} given, at most {most} times the reserve of {paid} allowed")

    if price_limit is not None:
        lowest, highest = (U64F64.parse("price_limit", bound) for bound in PRICE_LIMITS)
        limit = max(lowest, min(highest, U64F64.parse("price_limit", price_limit)))
        spot = price_raw(pool)
        if limit <= spot if buys else limit >= spot:
            raise ValueError(f"price_limit: {price_limit!r} given, beyond the price of {spot / U64F64.one} allowed")
        after = price_raw(_moved(pool, buys, net_in, output(pool, side, net_in)))
        if after > limit if buys else after < limit:
            ends = U64F64.to_fraction(spot), U64F64.to_fraction(limit)
            net_in = min(limit_delta(side, paid, pool.quote_weight, *ends), net_in)
            charged = fee_on_top(net_in, rate)

    amount_out = output(pool, side, net_in)
    if amount_out == 0:
        raise ValueError(f"amount_in: {amount_in} given, an amount that pays out at least 1 allowed")
    return Swap(net_in + charged, charged, net_in, amount_out, _moved(pool, buys, net_in, amount_out))


def _moved(pool: Pool, buys: bool, net_in: int, amount_out: int) -> Pool:
    tao, alpha = (net_in, -amount_out) if buys else (-amount_out, net_in)
    return replace(
        pool,
        tao_reserve=min(pool.tao_reserve + tao, U64_MAXIMUM),
        alpha_reserve=min(pool.alpha_reserve + alpha, U64_MAXIMUM),
    )
