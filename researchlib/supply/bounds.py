"""Concentration when only top shares were published: what the rest could be, at its most even and most uneven.

Source: majorisation (Marshall, Olkin and Arnold, Inequalities, 2011): a sum of squares is least for the most even rest
and greatest for the most uneven one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["extreme_holdings", "herfindahl_bounds"]


def herfindahl_bounds(top_shares: ArrayLike, *, holders: int | None = None) -> tuple[float, float]:
    """Bound the Herfindahl index when only the largest shares were published.

    The rest is at its least concentrated in equal parts (infinitely many if ``holders`` is unknown), at its most in
    parts as large as the smallest published share.

    Parameters
    ----------
    top_shares : array of float
        Shares of the largest holders, fractions > 0 that sum to at most 1.
    holders : int, optional
        Number of all holders.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If the shares sum to more than 1, or ``holders`` cannot hold the rest with no share above the published ones.

    Examples
    --------
    >>> low, high = herfindahl_bounds([0.4, 0.2])
    >>> round(low, 3), round(high, 3)
    (0.2, 0.28)
    """
    shares = check.array("top_shares", top_shares, minimum=0, maximum=1, strict=True, min_size=1)
    rest = 1.0 - float(shares.sum())
    if rest < -1e-9:
        raise ValueError(f"top_shares: a sum of {shares.sum():.6g} given, at most 1 allowed")
    rest = max(rest, 0.0)
    smallest = float(shares.min())
    published = float(shares @ shares)
    full = int(rest / smallest + 1e-9)
    high = published + full * smallest**2 + max(rest - full * smallest, 0.0) ** 2
    if holders is None:
        return published, high
    others = check.integer("holders", holders, minimum=shares.size) - shares.size
    if rest > others * smallest + 1e-9:
        raise ValueError(f"holders: {holders} given, too few to hold the other {rest:.6g} in shares <= {smallest:.6g}")
    return published + (rest**2 / others if others else 0.0), high


def extreme_holdings(
    top_shares: Mapping[int, float], *, holders: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the most concentrated shares that published shares of the largest holders allow.

    Between two published ranks the least concentrated holders are equal; the most concentrated are as large as the
    mean of the group above allows until the sum is used up, and as small as the mean of the group below. Herfindahl
    index, Gini and Nakamoto coefficient of the two bound those of the truth (sharply, if every rank is published).

    Parameters
    ----------
    top_shares : mapping
        How many of the largest, and what they hold together (fraction): ``{1: 0.15, 5: 0.54}``.
    holders : int
        Number of all holders, up to ten million.

    Returns
    -------
    least, most : arrays of float, shape (holders,)
        Shares, group after group as published, each array summing to 1.

    Raises
    ------
    ValueError
        If a share is not a fraction, or no holdings could have these shares: each next holder holds at most as much.

    Examples
    --------
    >>> least, most = extreme_holdings({1: 0.4, 3: 0.8}, holders=5)
    >>> least.round(2).tolist(), most.round(2).tolist()
    ([0.4, 0.2, 0.2, 0.1, 0.1], [0.4, 0.3, 0.1, 0.2, 0.0])
    """
    check.mapping("top_shares", top_shares)
    ranks = sorted(check.integer("top_shares", rank, minimum=1) for rank in top_shares)
    if not ranks:
        raise ValueError("top_shares: none given, at least one needed")
    held = check.array("top_shares", [top_shares[rank] for rank in ranks], minimum=0, maximum=1, strict=True)
    holders = check.integer("holders", holders, minimum=ranks[-1], maximum=10_000_000)
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


def _unequal(size: int, total: float, cap: float, floor: float) -> NDArray[np.float64]:
    """Return ``size`` numbers in [floor, cap] with a given sum, as unequal as they can be, largest first."""
    group = np.full(size, floor)
    room = cap - floor
    extra = total - size * floor
    full = size if room <= 1e-15 else min(int(extra / room + 1e-9), size)
    group[:full] = cap
    if full < size:
        group[full] = max(total - group[:full].sum() - floor * (size - full - 1), floor)
    return group
