"""The pool's curve for arrays of pools and trades, in floating point: for simulation.

It agrees with the exact `pool` to within one part in 10^11 of the paid-out reserve plus the rao that the chain cuts
off; a test holds it to that. Amounts are in one unit throughout (rao, or TAO and alpha).

Source: as `pool`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["Reserves", "output", "price", "reweighted", "swap"]

Floats = NDArray[np.float64]
SIDES = ("buy", "sell")
U16_MAXIMUM = 65_535


class Reserves(NamedTuple):
    """What a swap pays out, and the reserves after it."""

    amount_out: Floats
    tao_reserve: Floats
    alpha_reserve: Floats


def price(tao_reserve: ArrayLike, alpha_reserve: ArrayLike, quote_weight: ArrayLike = 0.5) -> Floats:
    """Return the spot prices of alpha.

    Parameters
    ----------
    tao_reserve, alpha_reserve : array_like
        Reserves; alpha above 0.
    quote_weight : array_like
        Weight of TAO, a fraction from 0.01 to 0.99.

    Returns
    -------
    ndarray, shape of the arguments broadcast together
        TAO per alpha.

    Raises
    ------
    ValueError
        For a negative reserve, a pool without alpha or a weight outside its range.

    Examples
    --------
    >>> price([100.0, 300.0], [400.0, 100.0]).tolist()
    [0.25, 3.0]
    """
    tao = check.array("tao_reserve", tao_reserve, ndim=None, minimum=0)
    alpha = check.array("alpha_reserve", alpha_reserve, ndim=None, minimum=0, strict=True)
    weight = _weight(quote_weight)
    check.broadcast(tao_reserve=tao, alpha_reserve=alpha, quote_weight=weight)
    return (1 - weight) / weight * tao / alpha


def output(
    side: str,
    tao_reserve: ArrayLike,
    alpha_reserve: ArrayLike,
    amount_in: ArrayLike,
    quote_weight: ArrayLike = 0.5,
) -> Floats:
    """Return what the bare curve pays out, without fee.

    Parameters
    ----------
    side : str
        `buy` (TAO in, alpha out) or `sell`.
    tao_reserve, alpha_reserve : array_like
        Reserves, above 0.
    amount_in : array_like
        What is paid in.
    quote_weight : array_like
        Weight of TAO, a fraction from 0.01 to 0.99; one half for a constant product.

    Returns
    -------
    ndarray, shape of the arguments broadcast together
        What is paid out, below the reserve.

    Raises
    ------
    ValueError
        For an unknown side, a reserve that is not positive, a negative amount or a weight outside its range.

    Examples
    --------
    >>> output("buy", [100.0, 100.0], [400.0, 400.0], [100.0, 300.0]).tolist()
    [200.0, 300.0]
    """
    return _output(side, *_trades(side, tao_reserve, alpha_reserve, amount_in, quote_weight))


def _trades(
    side: str, tao_reserve: ArrayLike, alpha_reserve: ArrayLike, amount_in: ArrayLike, quote_weight: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return reserves, amounts and weights, checked."""
    check.one_of("side", side, SIDES)
    tao = check.array("tao_reserve", tao_reserve, ndim=None, minimum=0, strict=True)
    alpha = check.array("alpha_reserve", alpha_reserve, ndim=None, minimum=0, strict=True)
    amount = check.array("amount_in", amount_in, ndim=None, minimum=0)
    weight = _weight(quote_weight)
    check.broadcast(tao_reserve=tao, alpha_reserve=alpha, amount_in=amount, quote_weight=weight)
    return tao, alpha, amount, weight


def _output(side: str, tao: Floats, alpha: Floats, amount: Floats, weight: Floats) -> Floats:
    paid, wanted = (tao, alpha) if side == "buy" else (alpha, tao)
    if weight.ndim == 0 and weight == 0.5:
        return np.asarray(wanted * (amount / (paid + amount)))
    power = weight / (1 - weight) if side == "buy" else (1 - weight) / weight
    # 1 - (paid / (paid + amount))^power without loss of digits for small amounts
    return np.asarray(-wanted * np.expm1(-power * np.log1p(amount / paid)))


def swap(
    side: str,
    tao_reserve: ArrayLike,
    alpha_reserve: ArrayLike,
    amount_in: ArrayLike,
    quote_weight: ArrayLike = 0.5,
    *,
    fee_rate_u16: int = 0,
) -> Reserves:
    """Return the outcome of one swap in each pool.

    Parameters
    ----------
    side, tao_reserve, alpha_reserve, amount_in, quote_weight
        As for `output`; the amount includes the fee.
    fee_rate_u16 : int
        Fee on the input, of 65,535; it leaves the pool.

    Returns
    -------
    Reserves
        What is paid out, and the reserves after it.

    Raises
    ------
    ValueError
        As for `output`, and for a rate above 65,535.

    Examples
    --------
    >>> after = swap("sell", 100.0, 400.0, 400.0)
    >>> float(after.amount_out), float(after.tao_reserve), float(after.alpha_reserve)
    (50.0, 50.0, 800.0)
    """
    rate = check.integer("fee_rate_u16", fee_rate_u16, minimum=0, maximum=U16_MAXIMUM)
    tao, alpha, amount, weight = _trades(side, tao_reserve, alpha_reserve, amount_in, quote_weight)
    net = np.asarray(amount * (1 - rate / U16_MAXIMUM))
    paid_out = _output(side, tao, alpha, net, weight)
    if side == "buy":
        return Reserves(paid_out, np.asarray(tao + net), np.asarray(alpha - paid_out))
    return Reserves(paid_out, np.asarray(tao - paid_out), np.asarray(alpha + net))


def reweighted(
    tao_reserve: ArrayLike,
    alpha_reserve: ArrayLike,
    tao_delta: ArrayLike,
    alpha_delta: ArrayLike,
    quote_weight: ArrayLike = 0.5,
) -> Floats:
    """Return the weights of TAO after liquidity was added, so that the prices stay.

    Parameters
    ----------
    tao_reserve, alpha_reserve : array_like
        Reserves before, above 0.
    tao_delta, alpha_delta : array_like
        What is added.
    quote_weight : array_like
        Weight of TAO before, a fraction from 0.01 to 0.99.

    Returns
    -------
    ndarray, shape of the arguments broadcast together
        Weights; where the new one would leave 0.01 to 0.99, the old one: the chain refuses such liquidity.

    Raises
    ------
    ValueError
        For a reserve that is not positive, a negative amount or a weight outside its range.

    Examples
    --------
    >>> reweighted([100.0, 100.0], [400.0, 400.0], [100.0, 1.0], [0.0, 4.0]).round(6).tolist()
    [0.666667, 0.5]
    """
    tao = check.array("tao_reserve", tao_reserve, ndim=None, minimum=0, strict=True)
    alpha = check.array("alpha_reserve", alpha_reserve, ndim=None, minimum=0, strict=True)
    more_tao = check.array("tao_delta", tao_delta, ndim=None, minimum=0)
    more_alpha = check.array("alpha_delta", alpha_delta, ndim=None, minimum=0)
    weight = _weight(quote_weight)
    check.broadcast(
        tao_reserve=tao, alpha_reserve=alpha, tao_delta=more_tao, alpha_delta=more_alpha, quote_weight=weight
    )
    of_base = (1 - weight) * (1 + more_alpha / alpha)
    of_quote = weight * (1 + more_tao / tao)
    moved = of_quote / (of_base + of_quote)
    return np.where((moved >= 0.01) & (moved <= 0.99), moved, weight)


def _weight(quote_weight: ArrayLike) -> Floats:
    return check.array("quote_weight", quote_weight, ndim=None, minimum=0.01, maximum=0.99)
