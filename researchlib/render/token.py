"""Net supply under the burn-mint equilibrium, and the revenue at which it stands still.

Emission is set by schedule and the burn by paid work, so supply turns on their difference, and the answer depends on
which emission is meant: minted, released from the treasuries, or paid to nodes. All functions take numbers or arrays.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "BreakEven",
    "bme_net_supply",
    "break_even_revenue",
    "break_even_revenues",
    "steady_price",
    "total_supply",
]

Numbers: TypeAlias = float | NDArray[np.float64]


class BreakEven(NamedTuple):
    """Revenue at which the burn equals an emission, in its three meanings; USD a period."""

    minted: Numbers
    released: Numbers
    paid_to_nodes: Numbers


def bme_net_supply(minted: ArrayLike, burned: ArrayLike) -> Numbers:
    """Return the change of supply: minted less burned, tokens.

    Raises
    ------
    ValueError
        For a negative number of tokens.

    Source: RNP-001, implementation.
    """
    made = check.array("minted", minted, ndim=None, minimum=0)
    removed = check.array("burned", burned, ndim=None, minimum=0)
    check.broadcast(minted=made, burned=removed)
    return made - removed


def total_supply(
    initial_supply: float, minted: ArrayLike, burned: ArrayLike, *, increase: float | None = None
) -> NDArray[np.float64]:
    """Return total supply after each period: the initial supply plus all that was minted less all that was burned.

    Parameters
    ----------
    initial_supply : float
        Tokens before the first period.
    minted, burned : array_like, shape (periods,)
        Tokens of each period.
    increase : float, optional
        Tokens the schedule may mint in all; burned tokens are minted again only after that, by a limit that has not
        been published.

    Returns
    -------
    array, shape (periods,)
        Tokens.

    Raises
    ------
    ValueError
        For negative tokens, arrays of different length, more minted than ``increase``, or a burn that leaves less
        than nothing.

    Source: RNP-001, implementation and appendix.
    """
    start = check.number("initial_supply", initial_supply, minimum=0)
    made = np.cumsum(check.array("minted", minted, minimum=0))
    gone = np.cumsum(check.array("burned", burned, minimum=0))
    if made.shape != gone.shape:
        raise ValueError(f"burned: {gone.size} period(s) given, {made.size} needed, as many as minted")
    if increase is not None and made.size and made[-1] > check.number("increase", increase, minimum=0):
        raise ValueError(f"minted: {made[-1]!r} tokens given in all, at most {increase} allowed by the cap")
    supply = start + made - gone
    if (supply < 0).any():
        raise ValueError(f"burned: {gone[supply < 0][0]!r} tokens given in all, more than there are")
    return supply


def break_even_revenue(emission: ArrayLike, token_price: ArrayLike, burn_share: float) -> Numbers:
    """Return the customer spend of a period at which the burn equals the emission.

    Parameters
    ----------
    emission : array_like
        Tokens of the period; say which emission is meant (see `break_even_revenues`).
    token_price : array_like
        USD a token.
    burn_share : float
        Share of spend that is burned, in (0, 1].

    Returns
    -------
    float or array
        USD a period; more spend makes supply shrink.

    Raises
    ------
    ValueError
        For negative emission, a price not above 0 or a share outside (0, 1].

    Source: identity of RNP-001: burn_share * revenue / price = emission.

    Examples
    --------
    >>> round(float(break_even_revenue(17_884.6154, 2.0, 0.95)), 2)
    37651.82
    """
    tokens = check.array("emission", emission, ndim=None, minimum=0)
    price = _price(token_price)
    check.broadcast(emission=tokens, token_price=price)
    return tokens * price / _share("burn_share", burn_share)


def break_even_revenues(
    minted: ArrayLike, released_fraction: float, paid_to_nodes: ArrayLike, token_price: ArrayLike, burn_share: float
) -> BreakEven:
    """Return the break-even revenue in its three meanings, for one period length.

    Parameters
    ----------
    minted : array_like
        Scheduled emission of the period, tokens: supply as the chain counts it.
    released_fraction : float
        Share of it that leaves the treasuries: supply that can reach the market.
    paid_to_nodes : array_like
        Job and availability pools of the period, tokens: what the work costs the network.
    token_price : array_like
        USD a token.
    burn_share : float
        Share of spend that is burned, in (0, 1].

    Returns
    -------
    BreakEven
        minted, released, paid_to_nodes: USD a period.

    Raises
    ------
    ValueError
        As `break_even_revenue`, and for a fraction outside [0, 1].

    Source: RNP-001 (identity), RNP-022 (releases), RNP-013 (pools).
    """
    fraction = check.number("released_fraction", released_fraction, minimum=0, maximum=1)
    scheduled = check.array("minted", minted, ndim=None, minimum=0)
    paid = check.array("paid_to_nodes", paid_to_nodes, ndim=None, minimum=0)
    price = _price(token_price)
    check.broadcast(minted=scheduled, paid_to_nodes=paid, token_price=price)
    return BreakEven(
        break_even_revenue(scheduled, price, burn_share),
        break_even_revenue(scheduled * fraction, price, burn_share),
        break_even_revenue(paid, price, burn_share),
    )


def steady_price(revenue: ArrayLike, emission: ArrayLike, burn_share: float) -> Numbers:
    """Return the token price at which a period's burn equals its emission.

    Parameters
    ----------
    revenue : array_like
        Customer spend of the period, USD.
    emission : array_like
        Tokens of the period, above 0.
    burn_share : float
        Share of spend that is burned, in (0, 1].

    Returns
    -------
    float or array
        USD a token; below it supply shrinks.

    Raises
    ------
    ValueError
        For negative revenue, emission not above 0 or a share outside (0, 1].

    Source: identity of RNP-001.
    """
    spend = check.array("revenue", revenue, ndim=None, minimum=0)
    tokens = check.array("emission", emission, ndim=None, minimum=0, strict=True)
    check.broadcast(revenue=spend, emission=tokens)
    return spend * _share("burn_share", burn_share) / tokens


def _share(name: str, value: float) -> float:
    return check.number(name, value, minimum=0, maximum=1, strict=True)


def _price(token_price: ArrayLike) -> NDArray[np.float64]:
    return check.array("token_price", token_price, ndim=None, minimum=0, strict=True)
