"""The pool's curve for arrays of pools and trades, in floating point: for simulation.

It agrees with the exact `pool` to within one part in 10^11 of the paid-out reserve plus the rao that the chain cuts
off; a test holds it to that. Amounts are in one unit throughout (rao, or TAO and alpha). Arguments may have any shapes
that broadcast together, else ValueError; results have that shape.

Source: as `pool`.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from researchlib import _validate as check
from researchlib.bittensor.fixed import U16, U16_MAXIMUM, Floats
from researchlib.bittensor.pool import Side
from researchlib.bounds import array, checked

__all__ = ["Reserves", "output", "price", "reweighted", "swap"]

Sizes = Annotated[Floats, array(ndim=None, minimum=0)]
PositiveSizes = Annotated[Floats, array(ndim=None, minimum=0, strict=True)]
Weights = Annotated[Floats, array(ndim=None, minimum=0.01, maximum=0.99)]
HALF = np.array(0.5)


class Reserves(NamedTuple):
    """What a swap pays out, and the reserves after it."""

    amount_out: Floats
    tao_reserve: Floats
    alpha_reserve: Floats


@checked
def price(tao_reserve: Sizes, alpha_reserve: PositiveSizes, quote_weight: Weights = HALF) -> Floats:
    """Return the spot prices of alpha, TAO per alpha, from ``tao_reserve`` and ``alpha_reserve``.

    ``quote_weight`` is the weight of TAO, a fraction. Raises ValueError for shapes that do not fit.

    >>> price([100.0, 300.0], [400.0, 100.0]).tolist()
    [0.25, 3.0]
    """
    check.broadcast(tao_reserve=tao_reserve, alpha_reserve=alpha_reserve, quote_weight=quote_weight)
    return (1 - quote_weight) / quote_weight * tao_reserve / alpha_reserve


@checked
def output(
    side: Side, tao_reserve: PositiveSizes, alpha_reserve: PositiveSizes, amount_in: Sizes, quote_weight: Weights = HALF
) -> Floats:
    """Return what the bare curve pays out for ``amount_in``, without fee; ``side`` is one of `pool.SIDES`.

    ``tao_reserve``, ``alpha_reserve``, ``quote_weight`` and errors as for `price`.

    >>> output("buy", [100.0, 100.0], [400.0, 400.0], [100.0, 300.0]).tolist()
    [200.0, 300.0]
    """
    check.broadcast(
        tao_reserve=tao_reserve, alpha_reserve=alpha_reserve, amount_in=amount_in, quote_weight=quote_weight
    )
    paid, wanted = (tao_reserve, alpha_reserve) if side == "buy" else (alpha_reserve, tao_reserve)
    if quote_weight.ndim == 0 and quote_weight == 0.5:
        return np.asarray(wanted * (amount_in / (paid + amount_in)))
    power = quote_weight / (1 - quote_weight) if side == "buy" else (1 - quote_weight) / quote_weight
    # 1 - (paid / (paid + amount))^power without loss of digits for small amounts
    return np.asarray(-wanted * np.expm1(-power * np.log1p(amount_in / paid)))


@checked
def swap(
    side: Side,
    tao_reserve: PositiveSizes,
    alpha_reserve: PositiveSizes,
    amount_in: Sizes,
    quote_weight: Weights = HALF,
    *,
    fee_rate_u16: U16 = 0,
) -> Reserves:
    """Return the outcome of one swap in each pool: as `output`, with a fee of ``fee_rate_u16`` (of 65,535).

    ``amount_in`` includes the fee, which leaves the pool; ``side``, ``tao_reserve``, ``alpha_reserve``,
    ``quote_weight`` and errors as for `output`.

    >>> after = swap("sell", 100.0, 400.0, 400.0)
    >>> float(after.amount_out), float(after.tao_reserve), float(after.alpha_reserve)
    (50.0, 50.0, 800.0)
    """
    net = np.asarray(amount_in * (1 - fee_rate_u16 / U16_MAXIMUM))
    paid_out = output(side, tao_reserve, alpha_reserve, net, quote_weight)
    if side == "buy":
        return Reserves(paid_out, np.asarray(tao_reserve + net), np.asarray(alpha_reserve - paid_out))
    return Reserves(paid_out, np.asarray(tao_reserve - paid_out), np.asarray(alpha_reserve + net))


@checked
def reweighted(
    tao_reserve: PositiveSizes,
    alpha_reserve: PositiveSizes,
    tao_delta: Sizes,
    alpha_delta: Sizes,
    quote_weight: Weights = HALF,
) -> Floats:
    """Return the weights of TAO after ``tao_delta`` and ``alpha_delta`` were added, so that the prices stay.

    ``tao_reserve``, ``alpha_reserve``, ``quote_weight`` (all before) and errors as for `price`. Where the new one would
    leave 0.01 to 0.99 it is the old one: the chain refuses such liquidity.

    >>> reweighted([100.0, 100.0], [400.0, 400.0], [100.0, 1.0], [0.0, 4.0]).round(6).tolist()
    [0.666667, 0.5]
    """
    check.broadcast(
        tao_reserve=tao_reserve,
        alpha_reserve=alpha_reserve,
        tao_delta=tao_delta,
        alpha_delta=alpha_delta,
        quote_weight=quote_weight,
    )
    of_base = (1 - quote_weight) * (1 + alpha_delta / alpha_reserve)
    of_quote = quote_weight * (1 + tao_delta / tao_reserve)
    moved = of_quote / (of_base + of_quote)
    return np.where((moved >= 0.01) & (moved <= 0.99), moved, quote_weight)
