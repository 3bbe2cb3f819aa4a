"""Who receives what a block mints: validators, delegators, the community pool.

Source: Cosmos SDK, x/distribution/keeper/allocation.go (release without a proposer bonus).
"""

from __future__ import annotations

from researchlib import _validate as check

__all__ = ["staking_return"]


def staking_return(inflation: float, bonded_ratio: float, community_tax: float) -> float:
    """Return the nominal yearly yield of a bonded token before commission, a fraction.

    Parameters
    ----------
    inflation : float
        Fraction of the total supply minted a year.
    bonded_ratio : float
        Bonded tokens over total supply, above 0 and at most 1.
    community_tax : float
        Fraction of rewards that goes to the community pool; 0 reproduces the forum's figures of 2021.

    Raises
    ------
    ValueError
        For a value outside these ranges.

    Notes
    -----
    Source: Akash Console, apps/api dashboard statistics.

    Examples
    --------
    >>> round(staking_return(0.13, 0.45, 0.40), 4)
    0.1733
    """
    rate = check.number("inflation", inflation, minimum=0)
    tax = check.number("community_tax", community_tax, minimum=0, maximum=1)
    bonded = check.number("bonded_ratio", bonded_ratio, minimum=0, maximum=1, strict=True)
    return rate * (1 - tax) / bonded
