"""Measures of a token's economy that mean the same on every network.

Arguments are numbers, or arrays that broadcast together; those of one call are of one period. Tokens are counted in
tokens, ``price`` is in USD a token.

Source: definitions, each stated with its function.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import AnyAmounts, AnyPositives, Positive, array, checked

__all__ = ["annual_inflation", "balancing_usage", "dilution"]
__all__ += ["net_issuance_per_dollar", "real_yield", "value_accrual"]

AnyShares = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=0, maximum=1)]
AnyYields = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=-1)]
AnyInflation = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=-1, strict=True)]


@checked
def annual_inflation(supply_start: AnyPositives, supply_end: AnyPositives, days: Positive) -> Any:
    """Growth from ``supply_start`` to ``supply_end``, so many ``days`` apart, as a compound fraction a year of 365.25.

    Raises ValueError for a growth so fast that no float holds its rate a year.

    >>> round(float(annual_inflation(100, 110, 365.25)), 6)
    0.1
    """
    check.broadcast(supply_start=supply_start, supply_end=supply_end)
    with np.errstate(over="ignore"):
        rate = np.asarray(supply_end / supply_start) ** (365.25 / days) - 1
    if not np.isfinite(rate).all():
        raise ValueError(f"days: {days!r} given, more needed for a growth a year that a float can hold")
    return rate


@checked
def dilution(supply_start: AnyPositives, supply_end: AnyPositives) -> Any:
    """Share of the network that a holder who receives nothing new has lost, a fraction of the former share.

    ``supply_start`` and ``supply_end`` are in tokens; it is negative where supply fell.

    >>> round(float(dilution(100, 125)), 6)
    0.2
    """
    check.broadcast(supply_start=supply_start, supply_end=supply_end)
    return 1 - supply_start / supply_end


@checked
def real_yield(nominal_yield: AnyYields, inflation: AnyInflation) -> Any:
    """Growth of a staker's share of the supply: the ``nominal_yield`` after ``inflation``, all fractions.

    >>> round(float(real_yield(0.10, 0.10)), 12)
    0.0
    """
    check.broadcast(nominal_yield=nominal_yield, inflation=inflation)
    return (1 + nominal_yield) / (1 + inflation) - 1


@checked
def value_accrual(burned: AnyAmounts, fees_to_holders: AnyAmounts, minted: AnyAmounts, price: AnyPositives) -> Any:
    """What holders as a whole gained from usage less what new tokens cost them, in USD.

    Tokens ``burned`` by usage, paid to holders out of it (``fees_to_holders``), and newly ``minted``, at a ``price``.

    >>> float(value_accrual(10, 5, 100, 2.0))
    -170.0
    """
    check.broadcast(burned=burned, fees_to_holders=fees_to_holders, minted=minted, price=price)
    return (burned + fees_to_holders - minted) * price


@checked
def net_issuance_per_dollar(
    minted: AnyAmounts, burned: AnyAmounts, price: AnyPositives, usage_usd: AnyPositives
) -> Any:
    """Dollars of net new tokens for each dollar that customers spent: the subsidy that usage rides on.

    Tokens ``minted`` less ``burned`` at their ``price``, over ``usage_usd``; below zero more burns than is made.

    >>> float(net_issuance_per_dollar(100, 20, 2.0, 40.0))
    4.0
    """
    check.broadcast(minted=minted, burned=burned, price=price, usage_usd=usage_usd)
    return (minted - burned) * price / usage_usd


@checked
def balancing_usage(minted: AnyAmounts, price: AnyPositives, burn_share: AnyShares) -> Any:
    """Customer spending, in USD, at which burned tokens equal ``minted`` ones.

    ``burn_share`` is the fraction of spending that buys tokens at the ``price`` and burns them; zero makes balance
    impossible and gives infinity.

    >>> float(balancing_usage(95, 2.0, 0.95))
    200.0
    """
    check.broadcast(minted=minted, price=price, burn_share=burn_share)
    value, share = minted * price, np.asarray(burn_share)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 0, value / share, np.where(value > 0, np.inf, 0.0))
