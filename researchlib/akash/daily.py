"""A day of AKT supply for arrays of paths: minting block by block in closed form.

The exact rules work block by block in integers (:mod:`researchlib.akash.mint`); here a day of blocks is summed at once.
The two agree within 1e-9 of the supply.

Source: Cosmos SDK, x/mint/types/minter.go, summed over the blocks of a day.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.akash.mint import MintParameters
from researchlib.bounds import AnyAmounts, array, checked, integer

__all__ = ["mint_day"]

Array: TypeAlias = NDArray[np.float64]

UNIT = 1e-6
"""One uakt in AKT: what a block mints is cut to whole uakt, half of one is lost on average."""

MOST_BLOCKS = 86_400_000
"""Blocks in a day at one a millisecond."""


@checked
def mint_day(
    supply: AnyAmounts,
    inflation: AnyAmounts,
    bonded_ratio: Annotated[float | Array, array(ndim=None, minimum=0, maximum=1)],
    parameters: MintParameters,
    blocks: Annotated[int, integer(minimum=0, maximum=MOST_BLOCKS)],
) -> tuple[Array, Array]:
    """Return supply and inflation after a day of ``blocks`` on which the bonded ratio stands still, new arrays.

    Inflation moves by the same amount each block until it meets the band of the ``parameters``; each block mints its
    part of a year. Summed over the day this is an arithmetic series, and the supply grows by its exponential.

    ``supply`` (AKT), ``inflation`` (fraction a year, at the end of the day before) and ``bonded_ratio`` (bonded over
    total supply) have shape ``(paths,)``; a day has 14,400 blocks at six seconds, fewer on a slower chain. Raises
    ValueError for shapes that do not broadcast together.
    """
    check.broadcast(supply=supply, inflation=inflation, bonded_ratio=bonded_ratio)
    lower, upper = float(parameters.inflation_min), float(parameters.inflation_max)
    change = (1 - bonded_ratio / float(parameters.goal_bonded)) * float(parameters.inflation_rate_change)
    change /= parameters.blocks_per_year
    start = np.clip(inflation, lower, upper)  # a moved band makes inflation jump in its first block
    edge = np.where(change > 0, upper, lower)
    with np.errstate(divide="ignore", invalid="ignore"):
        ramp = np.floor((edge - start) / change)
    # from the edge there is nothing to climb; without change the start itself is kept
    ramp = np.clip(np.where(change == 0, blocks, np.nan_to_num(ramp, nan=0.0)), 0, blocks)
    total = start * ramp + change * ramp * (ramp + 1) / 2 + edge * (blocks - ramp)
    end = np.where(ramp < blocks, edge, start + change * blocks)
    mean_square = (start**2 + start * end + end**2) / 3
    grown = (total - blocks * mean_square / (2 * parameters.blocks_per_year)) / parameters.blocks_per_year
    return supply * np.exp(grown) - blocks * UNIT / 2, end
