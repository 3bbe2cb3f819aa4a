"""What auction theory expects: lowest and chosen of n bids, equilibrium bids of a procurement auction, its price.

Distributions are frozen ones of `scipy.stats`, of costs or bids, continuous and bounded below by zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import integrate, stats

from researchlib import _validate as check

__all__ = ["equilibrium_bid", "expected_choice", "expected_lowest", "expected_order_statistic", "expected_price"]

# Gauss-Legendre nodes on [0, 1]: exact for the polynomials that a few bidders give, close for smooth others
_NODES, _WEIGHTS = (values for values in np.polynomial.legendre.leggauss(200))
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


def _distribution(distribution: Any) -> Any:
    if not hasattr(distribution, "ppf") or not hasattr(distribution, "sf"):
        raise ValueError(f"distribution: {distribution!r} given, a frozen scipy.stats distribution allowed")
    lower = distribution.support()[0]
    if not lower >= 0:
        raise ValueError(f"distribution: support from {lower} given, from 0 or above allowed")
    return distribution


def expected_order_statistic(bidders: int, rank: int, distribution: Any) -> float:
    """Expected value of the ``rank``-th lowest of independent draws.

    Parameters
    ----------
    bidders : int
        Number of draws n.
    rank : int
        1 for the lowest, up to n for the highest.
    distribution : frozen scipy.stats distribution
        Of one draw, on non-negative numbers.

    Returns
    -------
    float
        In the unit of the draws.

    Raises
    ------
    ValueError
        Fewer bidders than the rank, or a distribution with negative values.

    Notes
    -----
    Source: David and Nagaraja (2003), "Order Statistics", section 3.1: the rank-th of n uniform draws follows
    Beta(rank, n - rank + 1).

    Examples
    --------
    >>> round(expected_order_statistic(4, 2, stats.uniform()), 6)
    0.4
    """
    check.integer("bidders", bidders, minimum=1)
    check.integer("rank", rank, minimum=1, maximum=bidders)
    draws = _distribution(distribution)
    place = stats.beta(rank, bidders - rank + 1)
    # in two halves, so that the narrow peak of many bidders is not missed
    middle = place.median()
    value = sum(
        integrate.quad(lambda u: draws.ppf(u) * place.pdf(u), low, high, limit=200)[0]
        for low, high in ((0, middle), (middle, 1))
    )
    return float(value)


def expected_lowest(bidders: int, distribution: Any) -> float:
    """Expected lowest of ``bidders`` independent bids.

    Closed forms are met: uniform on [a, b] gives a + (b - a)/(n + 1), exponential of mean m gives m/n, Weibull of
    shape k falls as n^(-1/k), Pareto of shape s and scale m gives m * n*s/(n*s - 1).

    Parameters
    ----------
    bidders : int
        Number of bids n.
    distribution : frozen scipy.stats distribution
        Of one bid, on non-negative numbers.

    Returns
    -------
    float
        In the unit of the bids.

    Raises
    ------
    ValueError
        No bidder, or a distribution with negative values.

    Notes
    -----
    Source: David and Nagaraja (2003), "Order Statistics", section 3.1: the integral of the survival function to
    the power n.

    Examples
    --------
    >>> round(expected_lowest(9, stats.uniform(loc=1, scale=2)), 6)
    1.2
    """
    check.integer("bidders", bidders, minimum=1)
    bids = _distribution(distribution)
    low, high = bids.support()
    # beyond this quantile the lowest of n lies with negligible weight; it only splits the range
    split = bids.ppf(1 - 0.01 ** (1 / bidders))
    value = low + sum(
        integrate.quad(lambda x: bids.sf(x) ** bidders, start, stop, limit=200)[0]
        for start, stop in ((low, split), (split, high))
    )
    return float(value)


def expected_choice(bidders: int, price_attention: float, distribution: Any) -> float:
    """Expected price of the bid that a tenant picks, when it reads the bids from the cheapest up.

    The tenant takes each bid that it reads with probability a, and begins again after the dearest, as
    `researchlib.pricing.auction.simulate_market` has it. The bid of rank k is then taken with probability
    ``a (1 - a)^(k - 1) / (1 - (1 - a)^n)``, and the quantile of the bid taken has the density
    ``n a (1 - a u)^(n - 1) / (1 - (1 - a)^n)`` on [0, 1].

    Parameters
    ----------
    bidders : int
        Number of bids n.
    price_attention : float
        a, between 0 (any bid equally often: the mean) and 1 (the cheapest).
    distribution : frozen scipy.stats distribution
        Of one bid, on non-negative numbers.

    Returns
    -------
    float
        In the unit of the bids.

    Raises
    ------
    ValueError
        No bidder, an attention outside 0 to 1, or a distribution with negative values.

    Notes
    -----
    Source: derived from the densities of order statistics (David and Nagaraja 2003, section 2.1), summed over ranks by
    the binomial theorem.

    Examples
    --------
    >>> [round(expected_choice(3, attention, stats.uniform()), 4) for attention in (0, 0.5, 1)]
    [0.5, 0.3929, 0.25]
    """
    check.integer("bidders", bidders, minimum=1)
    a = check.number("price_attention", price_attention, minimum=0, maximum=1)
    bids = _distribution(distribution)
    if a == 0:
        return float(bids.mean())
    taken = 1 - (1 - a) ** bidders
    # in two halves, so that the narrow peak of many bidders is not missed
    middle = (1 - (1 - taken / 2) ** (1 / bidders)) / a
    value = sum(
        integrate.quad(lambda u: bids.ppf(u) * bidders * a * (1 - a * u) ** (bidders - 1) / taken, *part, limit=200)[0]
        for part in ((0, middle), (middle, 1))
    )
    return float(value)


def equilibrium_bid(
    cost: ArrayLike, bidders: int, distribution: Any, *, ceiling: float | None = None
) -> NDArray[np.float64]:
    """Bid of a provider in the symmetric equilibrium of a pay-as-bid procurement auction.

    With n providers whose costs are independent draws of F and a ceiling r, a provider of cost c <= r bids
    ``c + integral from c to r of (1 - F(x))^(n-1) dx / (1 - F(c))^(n-1)``.

    Parameters
    ----------
    cost : array_like
        Costs, at or below the ceiling.
    bidders : int
        Number of providers n, at least 2.
    distribution : frozen scipy.stats distribution
        Of a provider's cost, on non-negative numbers.
    ceiling : float, optional
        Highest price that the tenant allows; the upper end of the distribution by default, which must be finite.

    Returns
    -------
    ndarray
        Bids, of the shape of ``cost``, in its unit.

    Raises
    ------
    ValueError
        Fewer than two bidders, no finite ceiling, or a cost above it.

    Notes
    -----
    Source: Krishna (2010), "Auction Theory", section 2.3, mirrored to the buyer's side.

    Examples
    --------
    >>> equilibrium_bid([0.0, 0.5], 2, stats.uniform()).round(6).tolist()
    [0.5, 0.75]
    """
    check.integer("bidders", bidders, minimum=2)
    top = _ceiling(distribution, ceiling)
    costs = check.array("cost", cost, ndim=None, minimum=0, maximum=top)
    rivals = bidders - 1
    x = costs[..., None] + (top - costs[..., None]) * _NODES
    # the ratio first, so that a survival near zero to the power of many rivals does not vanish
    here = distribution.sf(costs)[..., None]
    beaten = np.where(here > 0, distribution.sf(x) / np.where(here > 0, here, 1), 0) ** rivals
    bids: NDArray[np.float64] = costs + (top - costs) * (beaten @ _WEIGHTS)
    return bids


def _ceiling(distribution: Any, ceiling: float | None) -> float:
    top = float(_distribution(distribution).support()[1])
    if ceiling is not None:
        top = check.number("ceiling", ceiling, minimum=distribution.support()[0], strict=True)
    if not np.isfinite(top):
        raise ValueError("ceiling: none given, a finite ceiling allowed for a distribution without upper end")
    return top


def expected_price(bidders: int, distribution: Any, *, ceiling: float | None = None, payment: str = "bid") -> float:
    """Expected price of an order, given that it is filled, when providers bid in equilibrium.

    Revenue equivalence: paying the winner's own bid or the runner-up's cost (capped by the ceiling) costs the
    tenant the same on average. Each is computed from its own definition.

    Parameters
    ----------
    bidders : int
        Number of providers n, at least 2.
    distribution : frozen scipy.stats distribution
        Of a provider's cost, on non-negative numbers.
    ceiling : float, optional
        Highest price allowed; the upper end of the distribution by default, which must be finite.
    payment : {"bid", "second"}
        ``bid``: providers shade their bids and are paid them. ``second``: providers bid their cost, the lowest is
        paid the second lowest bid, or the ceiling.

    Returns
    -------
    float
        In the unit of the costs.

    Raises
    ------
    ValueError
        Fewer than two bidders, no finite ceiling, or an unknown payment.

    Notes
    -----
    Source: Myerson (1981), "Optimal auction design"; Krishna (2010), "Auction Theory", section 3.1.

    Examples
    --------
    >>> [round(expected_price(3, stats.uniform(), payment=rule), 6) for rule in ("bid", "second")]
    [0.5, 0.5]
    """
    check.integer("bidders", bidders, minimum=2)
    check.one_of("payment", payment, ("bid", "second"))
    top = _ceiling(distribution, ceiling)
    unfilled = distribution.sf(top) ** bidders
    if payment == "second":
        low = distribution.support()[0]
        x = low + (top - low) * _NODES
        survival = distribution.sf(x)
        # the runner-up costs more than x, and the order is filled
        dearer = survival**bidders + bidders * (1 - survival) * survival ** (bidders - 1) - unfilled
        return float(low + (top - low) * (dearer @ _WEIGHTS) / (1 - unfilled))
    # quantiles of the lowest cost, given that it is within the ceiling
    lowest = distribution.isf((1 - _NODES * (1 - unfilled)) ** (1 / bidders))
    return float(equilibrium_bid(np.minimum(lowest, top), bidders, distribution, ceiling=top) @ _WEIGHTS)
