"""Measures of a token's economy that mean the same on every network.

Source: definitions, each stated with its function.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "annual_inflation",
    "balancing_usage",
    "dilution",
    "net_issuance_per_dollar",
    "real_yield",
    "value_accrual",
]


def annual_inflation(supply_start: ArrayLike, supply_end: ArrayLike, days: float) -> Any:
    """Growth of supply as a compound rate a year.

    Parameters
    ----------
    supply_start, supply_end
        Tokens, scalars or arrays of one shape.
    days
        Between the two.

    Returns
    -------
    Fraction a year (365.25 days); negative when supply fell.

    Raises
    ------
    ValueError
        For a supply or a number of days that is not positive.

    >>> round(float(annual_inflation(100, 110, 365.25)), 6)
    0.1
    """
    first = check.array("supply_start", supply_start, ndim=None, minimum=0, strict=True)
    last = check.array("supply_end", supply_end, ndim=None, minimum=0, strict=True)
    check.broadcast(supply_start=first, supply_end=last)
    check.number("days", days, minimum=0, strict=True)
    with np.errstate(over="ignore"):
        rate = (last / first) ** (365.25 / days) - 1
    if not np.isfinite(rate).all():
        raise ValueError(f"days: {days!r} given, more needed for a growth a year that a float can hold")
    return rate


def dilution(supply_start: ArrayLike, supply_end: ArrayLike) -> Any:
    """Share of the network that a holder who receives nothing new has lost.

    Parameters
    ----------
    supply_start, supply_end
        Tokens, scalars or arrays of one shape.

    Returns
    -------
    Fraction of the holder's former share; negative when supply fell.

    Raises
    ------
    ValueError
        For a supply that is not positive.

    >>> round(float(dilution(100, 125)), 6)
    0.2
    """
    first = check.array("supply_start", supply_start, ndim=None, minimum=0, strict=True)
    last = check.array("supply_end", supply_end, ndim=None, minimum=0, strict=True)
    check.broadcast(supply_start=first, supply_end=last)
    return 1 - first / last


def real_yield(nominal_yield: ArrayLike, inflation: ArrayLike) -> Any:
    """Growth of a staker's share of the supply: the yield after dilution.

    Parameters
    ----------
    nominal_yield, inflation
        Fractions over the same period, in tokens.

    Returns
    -------
    Fraction over that period.

    Raises
    ------
    ValueError
        For a yield below -1, or an inflation of -1 or less.

    >>> round(float(real_yield(0.10, 0.10)), 12)
    0.0
    """
    gained = check.array("nominal_yield", nominal_yield, ndim=None, minimum=-1)
    grown = check.array("inflation", inflation, ndim=None, minimum=-1, strict=True)
    check.broadcast(nominal_yield=gained, inflation=grown)
    return (1 + gained) / (1 + grown) - 1


def value_accrual(burned: ArrayLike, fees_to_holders: ArrayLike, minted: ArrayLike, price: ArrayLike) -> Any:
    """What holders as a whole gained from usage less what new tokens cost them.

    Parameters
    ----------
    burned, fees_to_holders, minted
        Tokens removed by usage, paid to holders out of usage, and newly made, over one period.
    price
        USD a token.

    Returns
    -------
    USD over the period; negative when issuance outweighs usage.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    >>> float(value_accrual(10, 5, 100, 2.0))
    -170.0
    """
    removed = check.array("burned", burned, ndim=None, minimum=0)
    paid = check.array("fees_to_holders", fees_to_holders, ndim=None, minimum=0)
    made = check.array("minted", minted, ndim=None, minimum=0)
    worth = _price(price)
    check.broadcast(burned=removed, fees_to_holders=paid, minted=made, price=worth)
    return (removed + paid - made) * worth


def net_issuance_per_dollar(minted: ArrayLike, burned: ArrayLike, price: ArrayLike, usage_usd: ArrayLike) -> Any:
    """Dollars of net new tokens for each dollar that customers spent: the subsidy that usage rides on.

    Parameters
    ----------
    minted, burned
        Tokens over one period.
    price
        USD a token in that period.
    usage_usd
        USD that customers spent in that period.

    Returns
    -------
    USD a USD; below zero the network burns more than it makes.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    >>> float(net_issuance_per_dollar(100, 20, 2.0, 40.0))
    4.0
    """
    made = check.array("minted", minted, ndim=None, minimum=0)
    removed = check.array("burned", burned, ndim=None, minimum=0)
    spent = check.array("usage_usd", usage_usd, ndim=None, minimum=0, strict=True)
    worth = _price(price)
    check.broadcast(minted=made, burned=removed, price=worth, usage_usd=spent)
    return (made - removed) * worth / spent


def balancing_usage(minted: ArrayLike, price: ArrayLike, burn_share: ArrayLike) -> Any:
    """Customer spending at which burned tokens equal minted ones.

    Parameters
    ----------
    minted
        Tokens over one period.
    price
        USD a token.
    burn_share
        Fraction of spending that is burned; zero makes balance impossible and gives infinity.

    Returns
    -------
    USD over the period.

    Raises
    ------
    ValueError
        For negative tokens, a price that is not positive, or a share outside [0, 1].

    >>> float(balancing_usage(95, 2.0, 0.95))
    200.0
    """
    made = check.array("minted", minted, ndim=None, minimum=0)
    share = check.array("burn_share", burn_share, ndim=None, minimum=0, maximum=1)
    worth = _price(price)
    check.broadcast(minted=made, price=worth, burn_share=share)
    value = made * worth
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 0, value / share, np.where(value > 0, np.inf, 0.0))


def _price(price: ArrayLike) -> NDArray[np.float64]:
    return check.array("price", price, ndim=None, minimum=0, strict=True)
