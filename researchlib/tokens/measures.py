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
from researchlib.bounds import AnyAmounts, AnyPositives, array, checked

__all__ = ["net_issuance_per_dollar", "real_yield"]

AnyYields = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=-1)]
AnyInflation = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=-1, strict=True)]


@checked
def real_yield(nominal_yield: AnyYields, inflation: AnyInflation) -> Any:
    """Growth of a staker's share of the supply: the ``nominal_yield`` after ``inflation``, all fractions.

    >>> round(float(real_yield(0.10, 0.10)), 12)
    0.0
    """
    check.broadcast(nominal_yield=nominal_yield, inflation=inflation)
    return (1 + nominal_yield) / (1 + inflation) - 1


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
