"""What auction theory expects: the price of a chosen bid, equilibrium bids of a procurement auction, a sample's range.

Distributions are frozen ones of `scipy.stats`, of costs or bids, continuous and bounded below by zero.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, stats

from researchlib import _validate as check
from researchlib.bounds import PositiveCount, Share, array, checked, integer, number, rule

__all__ = ["equilibrium_bid", "expected_choice", "expected_range"]

# Gauss-Legendre nodes on [0, 1]: exact for the polynomials that a few bidders give, close for smooth others
_NODES, _WEIGHTS = (values for values in np.polynomial.legendre.leggauss(200))
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


def _distribution(name: str, value: Any) -> None:
    if not hasattr(value, "ppf") or not hasattr(value, "sf"):
        raise ValueError(f"{name}: {value!r} given, a frozen scipy.stats distribution allowed")
    lower = value.support()[0]
    if not lower >= 0:
        raise ValueError(f"{name}: support from {lower} given, from 0 or above allowed")


AnyCosts = Annotated[NDArray[np.float64], array(ndim=None, minimum=0)]
Distribution = Annotated[Any, rule(_distribution)]


@checked
def expected_choice(bidders: PositiveCount, price_attention: Share, distribution: Distribution) -> float:
    """Expected price of the bid that a tenant picks among ``bidders`` bids, each drawn from the ``distribution``.

    The tenant reads the bids from the cheapest up, takes each with probability ``price_attention`` and begins again
    after the most expensive, as `researchlib.pricing.auction.simulate_market` has it: 0 gives the mean bid, 1 the
    expected lowest of n. With a for the attention, the quantile of the bid taken has the density
    ``n a (1 - a u)^(n - 1) / (1 - (1 - a)^n)`` on [0, 1].

    Source: derived from the densities of order statistics (David and Nagaraja, Order Statistics, 2003, section 2.1),
    summed over ranks, which a tenant takes with geometric weights, by the binomial theorem.

    >>> [round(expected_choice(3, attention, stats.uniform()), 4) for attention in (0, 0.5, 1)]
    [0.5, 0.3929, 0.25]
    """
    a = price_attention
    if a == 0:
        return float(distribution.mean())
    taken = 1 - (1 - a) ** bidders

    def weighed(u: float) -> float:
        return float(distribution.ppf(u) * bidders * a * (1 - a * u) ** (bidders - 1) / taken)

    # in two halves, so that the narrow peak of many bidders is not missed
    middle = (1 - (1 - taken / 2) ** (1 / bidders)) / a
    return float(sum(integrate.quad(weighed, *part, limit=200)[0] for part in ((0, middle), (middle, 1))))


@checked
def expected_range(draws: Annotated[int, integer(minimum=2, maximum=1_000_000)]) -> float:
    """Expected distance of the highest from the lowest of a number of normal ``draws``, in standard deviations.

    A range divided by it estimates the standard deviation; quality control knows it as d2.

    Source: Tippett, On the extreme individuals and the range of samples taken from a normal population, 1925.

    >>> round(expected_range(5), 3)
    2.326
    """
    # the chance that x lies between the lowest and the highest draw, symmetric around 0
    return 2 * float(integrate.quad(lambda x: 1 - stats.norm.cdf(x) ** draws - stats.norm.sf(x) ** draws, 0, 9)[0])


@checked
def equilibrium_bid(
    cost: AnyCosts,
    bidders: Annotated[int, integer(minimum=2)],
    distribution: Distribution,
    *,
    ceiling: Annotated[float, number(minimum=0)] | None = None,
) -> NDArray[np.float64]:
    """Bids of providers of each ``cost`` in the symmetric equilibrium of a pay-as-bid procurement auction.

    With n ``bidders`` whose costs are independent draws of the ``distribution`` F and a ``ceiling`` r, a provider of
    cost c <= r bids ``c + integral from c to r of (1 - F(x))^(n-1) dx / (1 - F(c))^(n-1)``. Costs, ceiling and bids
    are prices in one unit; without a ceiling the distribution's upper end stands for it.

    Raises ValueError for a cost above the ceiling, a ceiling at or below the lowest cost, or no bound at all.

    Source: Krishna (2010), "Auction Theory", section 2.3, mirrored to the buyer's side.

    >>> equilibrium_bid([0.0, 0.5], 2, stats.uniform()).round(6).tolist()
    [0.5, 0.75]
    """
    low, top = (float(end) for end in distribution.support())
    if ceiling is not None:
        top = check.number("ceiling", ceiling, minimum=low, strict=True)
    if not np.isfinite(top):
        raise ValueError("ceiling: none given, a finite ceiling allowed for a distribution without upper end")
    check.array("cost", cost, ndim=None, maximum=top)
    x = cost[..., None] + (top - cost[..., None]) * _NODES
    # the ratio first, so that a survival near zero to the power of many rivals does not vanish
    here = distribution.sf(cost)[..., None]
    beaten = np.where(here > 0, distribution.sf(x) / np.where(here > 0, here, 1), 0) ** (bidders - 1)
    bids: NDArray[np.float64] = cost + (top - cost) * (beaten @ _WEIGHTS)
    return bids
