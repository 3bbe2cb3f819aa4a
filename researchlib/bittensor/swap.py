"""A whole swap against a pool: fee, price limit, refusals, and the pool after it.

The bare curve stands in `pool`. The fee leaves the pool: it goes to the block's author.

Source: subtensor at 14bc6f9f964b, pallets/swap/src/pallet/swap_step.rs and impls.rs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64_MAXIMUM, U64F64, Number
from researchlib.bittensor.pool import SIDES, Pool, fee, fee_on_top, limit_delta, output, price_raw

__all__ = ["PRICE_LIMITS", "Swap", "SwapParameters", "swap"]

PRICE_LIMITS = (1e-6, 1e6)
"""Lowest and highest price that a swap may be told to stop at, TAO per alpha."""

U16_MAXIMUM = 65_535


@dataclass(frozen=True)
class SwapParameters:
    """Fee and refusals.

    Parameters
    ----------
    swap_fee_rate_u16 : int
        Fee on the input, of 65,535.
    min_pool_reserve_rao : int
        A swap against a smaller reserve of what is wanted is refused.
    max_input_per_reserve : int
        A net input of more than this many times the reserve of what is paid is refused.
    """

    network: ClassVar[str] = "bittensor"

    swap_fee_rate_u16: int
    min_pool_reserve_rao: int
    max_input_per_reserve: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("swap_fee_rate_u16", self.swap_fee_rate_u16, minimum=0, maximum=U16_MAXIMUM - 1)
        check.integer("min_pool_reserve_rao", self.min_pool_reserve_rao, minimum=0, maximum=U64_MAXIMUM)
        check.integer("max_input_per_reserve", self.max_input_per_reserve, minimum=1, maximum=U64_MAXIMUM)


class Swap(NamedTuple):
    """Amounts of a swap in rao and alpha-rao, and the pool after it."""

    taken: int
    fee: int
    net_in: int
    amount_out: int
    pool: Pool


def swap(
    pool: Pool, side: str, amount_in: int, parameters: SwapParameters, *, price_limit: Number | None = None
) -> Swap:
    """Return the outcome of a swap.

    Parameters
    ----------
    pool : Pool
        Reserves and weight before.
    side : str
        `buy` (TAO in, alpha out) or `sell`.
    amount_in : int
        Rao or alpha-rao offered, fee included.
    parameters : SwapParameters
        Fee and refusals.
    price_limit : number, optional
        Price that the swap must not pass; what is left of the offer is not taken.

    Returns
    -------
    Swap
        What is taken (net input and fee), what is paid out, and the pool after it.

    Raises
    ------
    ValueError
        For a swap that the chain refuses: a small reserve, an input far above its reserve, a price already beyond the
        limit, or nothing to pay out; and for an argument outside its range.

    Examples
    --------
    >>> done = swap(Pool(10**12, 4 * 10**12), "buy", 10**9, SwapParameters(33, 10**6, 1000))
    >>> done.fee, done.net_in, done.amount_out
    (503547, 999496453, 3993993829)
    """
    check.instance("pool", pool, Pool)
    check.instance("parameters", parameters, SwapParameters)
    check.one_of("side", side, SIDES)
    amount = check.integer("amount_in", amount_in, minimum=1, maximum=U64_MAXIMUM)
    buys = side == "buy"
    paid, wanted = (pool.tao_reserve, pool.alpha_reserve) if buys else (pool.alpha_reserve, pool.tao_reserve)
    floor = parameters.min_pool_reserve_rao
    if wanted < floor:
        raise ValueError(f"pool: {wanted} of what is wanted given, at least {floor} allowed")

    rate = parameters.swap_fee_rate_u16
    charged, net_in = fee(amount, rate)
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
            net_in = min(
                limit_delta(side, paid, pool.quote_weight, U64F64.to_fraction(spot), U64F64.to_fraction(limit)), net_in
            )
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
