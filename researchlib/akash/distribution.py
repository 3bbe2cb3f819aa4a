"""What stakers receive of what a block mints.

Source: Cosmos SDK, x/distribution/keeper/allocation.go; Akash Console, apps/api dashboard statistics.
"""

from __future__ import annotations

from typing import Annotated

from researchlib.bounds import Amount, Share, checked, number

__all__ = ["staking_return"]


@checked
def staking_return(
    inflation: Amount, bonded_ratio: Annotated[float, number(minimum=0, maximum=1, strict=True)], community_tax: Share
) -> float:
    """Return the nominal yearly yield of a bonded token before commission, a fraction.

    ``inflation`` is the fraction of the total supply minted a year, ``bonded_ratio`` bonded tokens over total supply,
    ``community_tax`` the fraction of rewards that goes to the community pool; 0 reproduces the forum's figures of 2021.

    >>> round(staking_return(0.13, 0.45, 0.40), 4)
    0.1733
    """
    return inflation * (1 - community_tax) / bonded_ratio
