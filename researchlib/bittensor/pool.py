"""A subnet's pool of TAO and alpha, in the chain's exact arithmetic: the weighted pool in force since 25 June 2026.

Reserves x (alpha, the base) and y (TAO, the quote) have weights w1 + w2 = 1. With both at one half the pool is a
constant product, which was the rule before (February to July 2025 on the reserves themselves, then on virtual ones).
Weights are integers over 10^18, amounts rao and alpha-rao. `liquidity` says how weights move, `swap` adds fee, limit
and refusals, `pool_arrays` has the same curve for arrays.

Source: subtensor at 14bc6f9f964b, pallets/swap/src/pallet/balancer.rs and swap_step.rs; safe-bigmath,
pow_ratio_scaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from math import gcd
from typing import Annotated, Any, NamedTuple

from researchlib.bittensor.fixed import U16, U16_MAXIMUM, U64, U64_MAXIMUM, U64F64, Number, exact
from researchlib.bounds import checked, integer, one_of, rule

__all__ = ["EQUAL_WEIGHTS", "SIDES", "WEIGHT_ONE", "Fee", "Pool", "fee", "fee_on_top", "limit_delta", "output", "price"]

WEIGHT_ONE = 10**18
EQUAL_WEIGHTS = WEIGHT_ONE // 2
MIN_WEIGHT = WEIGHT_ONE // 100
SIDES = ("buy", "sell")
"""`buy`: TAO in, alpha out; `sell`: alpha in, TAO out."""
EXACT_ROOTS = 64
"""Largest root taken in integers. A ratio of two 64-bit numbers has no higher root that is a ratio, save 1 itself."""

Side = Annotated[str, one_of(*SIDES)]
Weight = Annotated[int, integer(minimum=MIN_WEIGHT, maximum=WEIGHT_ONE - MIN_WEIGHT)]


def _price(name: str, value: Any) -> None:
    exact(name, value)
    if U64F64.parse(name, value) <= 0:
        raise ValueError(f"{name}: {value!r} given, a price > 0 allowed")


Price = Annotated[Number, rule(_price)]


@checked
@dataclass(frozen=True)
class Pool:
    """Reserves of a pool in rao and alpha-rao, and the weight of TAO times 10^18, 0.01 to 0.99."""

    tao_reserve: U64
    alpha_reserve: U64
    quote_weight: Weight = EQUAL_WEIGHTS


class Fee(NamedTuple):
    """Fee taken from an input, and what goes into the curve, rao."""

    fee: int
    net_in: int


@checked
def price(pool: Pool) -> float:
    """Return the spot price of alpha in a ``pool``, TAO per alpha: (w1 / w2) x (y / x); 0 for a pool without alpha.

    >>> price(Pool(tao_reserve=10**12, alpha_reserve=4 * 10**12))
    0.25
    """
    return price_raw(pool) / U64F64.one


def price_raw(pool: Pool) -> int:
    """Return `price` times 2^64, as the chain computes it."""
    grid = U64F64
    weights = grid.divide(WEIGHT_ONE - pool.quote_weight, pool.quote_weight)
    return grid.multiply(weights, grid.divide(pool.tao_reserve, pool.alpha_reserve))


@checked
def output(pool: Pool, side: Side, amount_in: U64) -> int:
    """Return what the bare curve of a ``pool`` pays out: without fee, limits or the floor of the reserves.

    ``side`` is one of `SIDES`, ``amount_in`` and result are rao and alpha-rao. The result is cut, and never more than
    the reserve.

    >>> output(Pool(tao_reserve=10**9, alpha_reserve=4 * 10**9), "buy", 10**9)
    2000000000
    """
    weights = pool.quote_weight, WEIGHT_ONE - pool.quote_weight
    if side == "buy":
        paid, wanted, (top, bottom) = pool.tao_reserve, pool.alpha_reserve, weights
    else:
        paid, wanted, (bottom, top) = pool.alpha_reserve, pool.tao_reserve, weights
    after = min(U64_MAXIMUM, paid + amount_in)
    power = min(_scaled_power(paid, after, top, bottom, WEIGHT_ONE), WEIGHT_ONE) if after else 0
    left = (power << 64) // WEIGHT_ONE
    return wanted * (U64F64.one - left) >> 64


@checked
def fee(amount_in: U64, fee_rate_u16: U16) -> Fee:
    """Return the fee on ``amount_in``, rounded down, and the rest; ``fee_rate_u16`` is of 65,535 (33 since July 2025).

    >>> fee(10**9, 33)
    Fee(fee=503547, net_in=999496453)
    """
    taken = amount_in * fee_rate_u16 // U16_MAXIMUM
    return Fee(taken, amount_in - taken)


@checked
def fee_on_top(net_in: U64, fee_rate_u16: Annotated[int, integer(minimum=0, maximum=U16_MAXIMUM - 1)]) -> int:
    """Return the fee that goes with a net input, for a swap that a price limit stops.

    It is ``net_in`` x rate / (65,535 - rate), with ``fee_rate_u16``, in the unit of the input.

    >>> fee_on_top(999_496_453, 33)
    503547
    """
    grid = U64F64
    # the cut ratio can miss a whole number by a hair, as on the chain
    charged = grid.multiply(net_in * grid.one, grid.divide(fee_rate_u16, U16_MAXIMUM - fee_rate_u16)) >> 64
    return min(charged, U64_MAXIMUM)


@checked
def limit_delta(side: Side, reserve: U64, quote_weight: Weight, spot: Price, target: Price) -> int:
    """Return the net input, cut, that moves the price from ``spot`` to the limit ``target``, both TAO per alpha.

    ``side`` is one of `SIDES`, ``reserve`` that of what is paid in, ``quote_weight`` the weight of TAO times 10^18. 0
    if the limit lies on the wrong side of the price.

    >>> limit_delta("buy", 10**9, EQUAL_WEIGHTS, 0.25, 1)
    1000000000
    """
    now, limit = U64F64.parse("spot", spot), U64F64.parse("target", target)
    if side == "buy":
        top, bottom, power = limit, now, WEIGHT_ONE - quote_weight
    else:
        top, bottom, power = now, limit, quote_weight
    if top <= bottom:
        return 0
    grown = min(_scaled_power(top, bottom, power, WEIGHT_ONE, WEIGHT_ONE), U64_MAXIMUM)
    growth = (grown << 64) // WEIGHT_ONE - U64F64.one
    return min(reserve * max(growth, 0) >> 64, U64_MAXIMUM)


def _scaled_power(top: int, bottom: int, exponent_top: int, exponent_bottom: int, scale: int) -> int:
    """Return floor(scale x (top / bottom)^(exponent_top / exponent_bottom)), the last three > 0.

    Exact where roots can be taken, else to forty digits more than needed.
    """
    if top == 0 or top == bottom:
        return 0 if top == 0 else scale
    common = gcd(exponent_top, exponent_bottom)
    p, q = exponent_top // common, exponent_bottom // common
    if q == 1 and p <= 2 * EXACT_ROOTS:
        return int(scale * top**p // bottom**p)
    if q <= EXACT_ROOTS and p <= EXACT_ROOTS:
        return _root(scale**q * top**p // bottom**p, q)
    with localcontext() as context:
        # the result has at most 20 digits before the point for a power that the pool uses; more is cut by the caller
        context.prec = 100
        context.Emax, context.Emin = 10**6, -(10**6)
        return int(scale * (Decimal(top) / Decimal(bottom)) ** (Decimal(p) / Decimal(q)))


def _root(value: int, degree: int) -> int:
    """Return the whole part of a root, by Newton's method from above."""
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
