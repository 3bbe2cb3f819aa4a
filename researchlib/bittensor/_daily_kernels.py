"""Compiled kernels of a day of TAO issuance: the same arithmetic as `daily.emit_day`, in one pass over the paths.

Source: as `daily`; a test holds both equal.
"""

from __future__ import annotations

import math

from numba import njit
from numpy import float64
from numpy.typing import NDArray

__all__ = ["advance"]


@njit(cache=True, error_model="numpy")
def advance(
    supply: NDArray[float64],
    minted: NDArray[float64],
    recycled: NDArray[float64],
    drawn: NDArray[float64],
    ends: NDArray[float64],
    emissions: NDArray[float64],
    blocks: float,
) -> None:
    """Emit a day of blocks and take off what is recycled, all in place.

    ``ends`` are the issuances at which each of the ``emissions`` but the last ends, ``drawn`` what recycling asks for.
    """
    low, high = supply.min(), supply.max()
    level = 0
    while level < ends.size and high >= ends[level]:
        level += 1
    grown = emissions[level] * blocks
    if (level == 0 or low >= ends[level - 1]) and (level == ends.size or high + grown < ends[level]):
        # nearly every day: one emission for all paths, none crosses; kept free of branches for vector registers
        for i in range(supply.size):
            issued = supply[i] + grown
            gone = min(drawn[i], issued)
            minted[i] += grown
            recycled[i] += gone
            supply[i] = issued - gone
        return
    for i in range(supply.size):
        issued, left = supply[i], blocks
        while left > 0:
            level = 0
            while level < ends.size and issued >= ends[level]:
                level += 1
            emitted, taken = emissions[level], left
            if level < ends.size and emitted > 0:
                # the block that crosses a threshold is still paid in full
                taken = min(left, math.ceil((ends[level] - issued) / emitted))
            issued += emitted * taken
            left -= taken
        gone = min(drawn[i], issued)
        minted[i] += issued - supply[i]
        recycled[i] += gone
        supply[i] = issued - gone
