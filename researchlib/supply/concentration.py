"""Who holds how much: concentration of capacity, stake or emission among holders, with bootstrap intervals.

``amounts`` is what each holder holds, in any unit, zeros included: a holder of nothing counts as a holder. Who counts
as one holder (a wallet, a machine, an owner) decides the answer more than the formula does.

Source: Gini, 1912; Hirschman, The paternity of an index, 1964; Srinivasan, Quantifying decentralization, 2017 (Nakamoto
coefficient); Efron and Tibshirani, An introduction to the bootstrap, 1993; Marshall, Olkin and Arnold, Inequalities,
2011 (majorisation: how even or uneven holdings can be of which only a part was published).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import PositiveCount, checked, integer, mapping, number, rule

__all__ = [
    "extreme_holdings",
    "gini",
    "herfindahl",
    "lorenz_curve",
    "nakamoto",
    "top_share",
]

Array = NDArray[np.float64]


def _holdings(name: str, amounts: Any) -> Array:
    result = check.array(name, amounts, minimum=0, min_size=1)
    if not result.any():
        raise ValueError(f"{name}: only zeros given, at least one holding above 0 needed")
    return result


def _minority(name: str, share: Any) -> float:
    result = check.number(name, share, minimum=0)
    if result >= 1:
        raise ValueError(f"{name}: {share!r} given, a share below 1 allowed")
    return result


Holdings = Annotated[Array, rule(_holdings)]
Confidence = Annotated[float, number(minimum=0, maximum=0.9999, strict=True)]
Resamples = Annotated[int, integer(minimum=100, maximum=10_000_000)]


@checked
def herfindahl(amounts: Holdings) -> float:
    """Return the Herfindahl-Hirschman index of ``amounts``: the sum of squared shares, from 1/n (equal) to 1.

    Its inverse is the number of equal holders that would be as concentrated.

    Examples
    --------
    >>> herfindahl([1, 1, 2])
    0.375
    """
    shares = amounts / amounts.sum()
    return float(shares @ shares)


@checked
def gini(amounts: Holdings, *, unbiased: bool = False) -> float:
    """Return the Gini coefficient of ``amounts``, a share: 0 if all hold the same, (n - 1)/n if one holds everything.

    ``unbiased`` multiplies by n/(n - 1), for holders that are a sample of a larger population.

    Raises ValueError if ``unbiased`` is asked of one holder.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 1])
    (0.0, 0.75)
    """
    n = amounts.size
    if unbiased and n < 2:
        raise ValueError(f"amounts: {n} value(s) given, at least 2 needed for the unbiased coefficient")
    coefficient = float(np.arange(1 - n, n, 2) @ np.sort(amounts) / (n * amounts.sum()))
    return coefficient * n / (n - 1) if unbiased else coefficient


@checked
def lorenz_curve(amounts: Holdings) -> tuple[Array, Array]:
    """Return the Lorenz curve of n ``amounts``: cumulative fractions of holders, poorest first, and of what they hold.

    Both have n + 1 values, from 0 to 1.

    Examples
    --------
    >>> [part.tolist() for part in lorenz_curve([3, 1])]
    [[0.0, 0.5, 1.0], [0.0, 0.25, 1.0]]
    """
    held = np.cumsum(np.concatenate([[0.0], np.sort(amounts)]))
    return np.linspace(0.0, 1.0, held.size), held / held[-1]


@checked
def nakamoto(amounts: Holdings, *, threshold: Annotated[float, rule(_minority)] = 0.5) -> int:
    """Return the Nakamoto coefficient of ``amounts``: the fewest holders with more than the share ``threshold``.

    One half controls a majority, one third blocks a two-thirds vote.

    Examples
    --------
    >>> nakamoto([40, 30, 20, 10]), nakamoto([50, 50])
    (2, 2)
    """
    held = np.cumsum(np.sort(amounts)[::-1])
    return int(np.searchsorted(held, threshold * held[-1], side="right")) + 1


@checked
def top_share(amounts: Holdings, n: PositiveCount) -> float:
    """Return the share of all ``amounts`` that the ``n`` largest holders hold; 1 if there are no more than ``n``.

    Examples
    --------
    >>> top_share([40, 30, 20, 10], 2)
    0.7
    """
    holdings = np.sort(amounts)[::-1]
    return float(holdings[:n].sum() / holdings.sum())


@checked
def extreme_holdings(
    top_shares: Annotated[Mapping[int, float], mapping(min_size=1)],
    *,
    holders: Annotated[int, integer(minimum=1, maximum=10_000_000)],
) -> tuple[Array, Array]:
    """Return the least and the most concentrated shares that published shares of the largest holders allow.

    ``top_shares`` says how many of the largest hold what fraction together, ``{1: 0.15, 5: 0.54}``; ``holders`` is the
    number of all. Both arrays list the shares of all holders, group after group as published, and sum to 1.

    Between two published ranks the least concentrated holders are equal; the most concentrated are as large as the
    mean of the group above allows until the sum is used up, and as small as the mean of the group below. Herfindahl
    index, Gini and Nakamoto coefficient of the two bound those of the truth (sharply, if every rank is published).

    Raises ValueError if a share is not a fraction, or no holdings could have these shares: each next holder holds at
    most as much.

    Examples
    --------
    >>> least, most = extreme_holdings({1: 0.4, 3: 0.8}, holders=5)
    >>> least.round(2).tolist(), most.round(2).tolist()
    ([0.4, 0.2, 0.2, 0.1, 0.1], [0.4, 0.3, 0.1, 0.2, 0.0])
    """
    ranks = sorted(check.integer("top_shares", rank, minimum=1) for rank in top_shares)
    held = check.array("top_shares", [top_shares[rank] for rank in ranks], minimum=0, maximum=1, strict=True)
    check.integer("holders", holders, minimum=ranks[-1])
    if ranks[-1] < holders:
        ranks, held = [*ranks, holders], np.append(held, 1.0)
    elif abs(held[-1] - 1.0) > 1e-9:
        raise ValueError(f"top_shares: {held[-1]:.6g} given for all {holders} holders, 1 allowed")
    sizes = np.diff([0, *ranks])
    sums = np.diff(held, prepend=0.0)
    means = sums / sizes
    if np.any(means < 0) or np.any(np.diff(means) > 1e-9):
        raise ValueError(
            f"top_shares: {dict(top_shares)!r} given, each next holder holds at most what the one before does"
        )
    caps, floors = np.append(1.0, means[:-1]), np.append(means[1:], 0.0)
    most = [_unequal(*group) for group in zip(sizes.tolist(), sums, caps, floors, strict=True)]
    return np.repeat(means, sizes), np.concatenate(most)


def _unequal(size: int, total: float, cap: float, floor: float) -> Array:
    """Return ``size`` numbers in [floor, cap] with a given sum, as unequal as they can be, largest first."""
    group = np.full(size, floor)
    room = cap - floor
    extra = total - size * floor
    full = size if room <= 1e-15 else min(int(extra / room + 1e-9), size)
    group[:full] = cap
    if full < size:
        group[full] = max(total - group[:full].sum() - floor * (size - full - 1), floor)
    return group
