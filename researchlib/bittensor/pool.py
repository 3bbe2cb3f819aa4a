"""A subnet's pool of TAO and alpha, in the chain's exact arithmetic: the weighted pool in force since 25 June 2026.

Reserves x (alpha, the base) and y (TAO, the quote) have weights w1 + w2 = 1. With both at one half the pool is a
constant product, which was the rule before (February to July 2025 on the reserves themselves, then on virtual ones).
Weights are integers over 10^18. `liquidity` says how weights come about and move, `swap` adds fee, limit and
refusals, `pool_arrays` has the same curve for arrays.

Source: subtensor at 14bc6f9f964b, pallets/swap/src/pallet/balancer.rs and swap_step.rs; safe-bigmath,
pow_ratio_scaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from researchlib import _validate as check
from researchlib.bittensor._powers import scaled_power
from researchlib.bittensor.fixed import U64_MAXIMUM, U64F64, Number

__all__ = [
    "EQUAL_WEIGHTS",
    "SIDES",
    "WEIGHT_ONE",
    "Fee",
    "Pool",
    "alpha_needed",
    "exponential",
    "fee",
    "fee_on_top",
    "limit_delta",
    "output",
    "price",
]

WEIGHT_ONE = 10**18
EQUAL_WEIGHTS = WEIGHT_ONE // 2
MIN_WEIGHT = WEIGHT_ONE // 100
SIDES = ("buy", "sell")
"""`buy`: TAO in, alpha out; `sell`: alpha in, TAO out."""

U16_MAXIMUM = 65_535


@dataclass(frozen=True)
class Pool:
    """Reserves and weight of a pool.

    Parameters
    ----------
    tao_reserve, alpha_reserve : int
        Rao and alpha-rao.
    quote_weight : int
        Weight of TAO times 10^18, 0.01 to 0.99; one half if left out.
    """

    tao_reserve: int
    alpha_reserve: int
    quote_weight: int = EQUAL_WEIGHTS

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("tao_reserve", self.tao_reserve, minimum=0, maximum=U64_MAXIMUM)
        check.integer("alpha_reserve", self.alpha_reserve, minimum=0, maximum=U64_MAXIMUM)
        check.integer("quote_weight", self.quote_weight, minimum=MIN_WEIGHT, maximum=WEIGHT_ONE - MIN_WEIGHT)


class Fee(NamedTuple):
    """Fee taken from an input, and what goes into the curve, rao."""

    fee: int
    net_in: int


def price(pool: Pool) -> float:
    """Return the spot price of alpha.

    Parameters
    ----------
    pool : Pool
        Reserves and weight.

    Returns
    -------
    float
        TAO per alpha: (w1 / w2) x (y / x); 0 for a pool without alpha.

    Raises
    ------
    ValueError
        For what is no pool.

    Examples
    --------
    >>> price(Pool(tao_reserve=10**12, alpha_reserve=4 * 10**12))
    0.25
    """
    check.instance("pool", pool, Pool)
    return price_raw(pool) / U64F64.one


def price_raw(pool: Pool) -> int:
    """Return `price` times 2^64, as the chain computes it."""
    grid = U64F64
    weights = grid.divide(WEIGHT_ONE - pool.quote_weight, pool.quote_weight)
    return grid.multiply(weights, grid.divide(pool.tao_reserve, pool.alpha_reserve))


def exponential(reserve: int, delta: int, quote_weight: int, direction: str) -> float:
    """Return the power in the pool's curve: (reserve / (reserve + delta)) to the ratio of the weights.

    Parameters
    ----------
    reserve : int
        Reserve of the asset that is paid in.
    delta : int
        Change of the reserve; negative for an asset that is wanted.
    quote_weight : int
        Weight of TAO times 10^18.
    direction : str
        `base_over_quote`: power w1 / w2 (a sale); `quote_over_base`: w2 / w1 (a purchase).

    Returns
    -------
    float
        The power, cut at 18 decimals; 0 if nothing of the reserve is left.

    Raises
    ------
    ValueError
        For a reserve or change beyond 64 bits, a weight outside 0.01 to 0.99 or an unknown direction.

    Examples
    --------
    >>> exponential(1000, 3000, EQUAL_WEIGHTS, "base_over_quote")
    0.25
    """
    reserve = check.integer("reserve", reserve, minimum=0, maximum=U64_MAXIMUM)
    delta = check.integer("delta", delta, minimum=-U64_MAXIMUM, maximum=U64_MAXIMUM)
    weight = check.integer("quote_weight", quote_weight, minimum=MIN_WEIGHT, maximum=WEIGHT_ONE - MIN_WEIGHT)
    check.one_of("direction", direction, ("base_over_quote", "quote_over_base"))
    return _exponential(reserve, delta, weight, direction == "base_over_quote") / U64F64.one


def _exponential(reserve: int, delta: int, quote_weight: int, base_over_quote: bool) -> int:
    after = max(0, min(U64_MAXIMUM, reserve + delta))
    if after == 0:
        return 0
    top, bottom = WEIGHT_ONE - quote_weight, quote_weight
    if not base_over_quote:
        top, bottom = bottom, top
    power = scaled_power(reserve, after, top, bottom, WEIGHT_ONE)
    if delta >= 0:
        power = min(power, WEIGHT_ONE)
    elif power > U64_MAXIMUM:
        return 0  # the chain gives up on a power above 18.4
    return (power << 64) // WEIGHT_ONE


def output(pool: Pool, side: str, amount_in: int) -> int:
    """Return what the bare curve pays out: without fee, limits or the floor of the reserves.

    Parameters
    ----------
    pool : Pool
        Reserves and weight.
    side : str
        `buy` (TAO in, alpha out) or `sell`.
    amount_in : int
        Rao or alpha-rao paid in.

    Returns
    -------
    int
        Alpha-rao or rao, cut; never more than the reserve.

    Raises
    ------
    ValueError
        For an unknown side, or an amount that is negative or beyond 64 bits.

    Examples
    --------
    >>> output(Pool(tao_reserve=10**9, alpha_reserve=4 * 10**9), "buy", 10**9)
    2000000000
    """
    check.instance("pool", pool, Pool)
    check.one_of("side", side, SIDES)
    amount = check.integer("amount_in", amount_in, minimum=0, maximum=U64_MAXIMUM)
    buys = side == "buy"
    paid, wanted = (pool.tao_reserve, pool.alpha_reserve) if buys else (pool.alpha_reserve, pool.tao_reserve)
    left = _exponential(paid, amount, pool.quote_weight, not buys)
    return wanted * (U64F64.one - left) >> 64


def fee(amount_in: int, fee_rate_u16: int) -> Fee:
    """Return the fee on an input, and the rest.

    Parameters
    ----------
    amount_in : int
        Rao or alpha-rao paid.
    fee_rate_u16 : int
        Rate, of 65,535 (33 by default since July 2025, 0.05 %).

    Returns
    -------
    Fee
        Fee, rounded down, and net input.

    Raises
    ------
    ValueError
        For a negative amount or a rate above 65,535.

    Examples
    --------
    >>> fee(10**9, 33)
    Fee(fee=503547, net_in=999496453)
    """
    amount = check.integer("amount_in", amount_in, minimum=0, maximum=U64_MAXIMUM)
    rate = check.integer("fee_rate_u16", fee_rate_u16, minimum=0, maximum=U16_MAXIMUM)
    taken = amount * rate // U16_MAXIMUM
    return Fee(taken, amount - taken)


def fee_on_top(net_in: int, fee_rate_u16: int) -> int:
    """Return the fee that goes with a net input, for a swap that a price limit stops.

    Parameters
    ----------
    net_in : int
        Rao or alpha-rao that go into the curve.
    fee_rate_u16 : int
        Rate, of 65,535.

    Returns
    -------
    int
        Rounded down: net x rate / (65,535 - rate).

    Raises
    ------
    ValueError
        For a negative amount or a rate of 65,535 or more.

    Examples
    --------
    >>> fee_on_top(999_496_453, 33)
    503547
    """
    grid = U64F64
    amount = check.integer("net_in", net_in, minimum=0, maximum=U64_MAXIMUM)
    rate = check.integer("fee_rate_u16", fee_rate_u16, minimum=0, maximum=U16_MAXIMUM - 1)
    # the cut ratio can miss a whole number by a hair, as on the chain
    return min(grid.multiply(amount * grid.one, grid.divide(rate, U16_MAXIMUM - rate)) >> 64, U64_MAXIMUM)


def limit_delta(side: str, reserve: int, quote_weight: int, spot: Number, target: Number) -> int:
    """Return the net input that moves the price to a limit.

    Parameters
    ----------
    side : str
        `buy` or `sell`.
    reserve : int
        Reserve of what is paid in: TAO for a purchase, alpha for a sale.
    quote_weight : int
        Weight of TAO times 10^18.
    spot, target : number
        Price now and limit, TAO per alpha.

    Returns
    -------
    int
        Rao or alpha-rao, cut; 0 if the limit lies on the wrong side of the price.

    Raises
    ------
    ValueError
        For an unknown side, a negative reserve or a price that is not positive.

    Examples
    --------
    >>> limit_delta("buy", 10**9, EQUAL_WEIGHTS, 0.25, 1)
    1000000000
    """
    check.one_of("side", side, SIDES)
    reserve = check.integer("reserve", reserve, minimum=0, maximum=U64_MAXIMUM)
    weight = check.integer("quote_weight", quote_weight, minimum=MIN_WEIGHT, maximum=WEIGHT_ONE - MIN_WEIGHT)
    now, limit = positive_price("spot", spot), positive_price("target", target)
    if side == "buy":
        top, bottom, power = limit, now, WEIGHT_ONE - weight
    else:
        top, bottom, power = now, limit, weight
    if top <= bottom:
        return 0
    grown = min(scaled_power(top, bottom, power, WEIGHT_ONE, WEIGHT_ONE), U64_MAXIMUM)
    growth = (grown << 64) // WEIGHT_ONE - U64F64.one
    return min(reserve * max(growth, 0) >> 64, U64_MAXIMUM)


def alpha_needed(pool: Pool, tao_wanted: int) -> int:
    """Return the alpha to sell, without fee, for a wanted amount of TAO.

    Parameters
    ----------
    pool : Pool
        Reserves and weight.
    tao_wanted : int
        Rao.

    Returns
    -------
    int
        Alpha-rao, cut; 0 if the pool does not hold that much TAO.

    Raises
    ------
    ValueError
        For an amount that is negative or beyond 64 bits.

    Examples
    --------
    >>> alpha_needed(Pool(tao_reserve=10**9, alpha_reserve=4 * 10**9), 5 * 10**8)
    4000000000
    """
    check.instance("pool", pool, Pool)
    wanted = check.integer("tao_wanted", tao_wanted, minimum=0, maximum=U64_MAXIMUM)
    grown = _exponential(pool.tao_reserve, -wanted, pool.quote_weight, base_over_quote=False)
    return min(pool.alpha_reserve * max(grown - U64F64.one, 0) >> 64, U64_MAXIMUM)


def positive_price(name: str, value: Any) -> int:
    """Return a price times 2^64; ValueError unless it is above 0."""
    raw = U64F64.parse(name, value)
    if raw <= 0:
        raise ValueError(f"{name}: {value!r} given, a price > 0 allowed")
    return raw
