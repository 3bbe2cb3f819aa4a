"""Compiled kernels of a day of AKT supply: the same arithmetic as `daily.mint_day`, in one pass over the paths.

Source: as `daily`; a test holds both equal.
"""

from __future__ import annotations

from numpy import float64
from numpy.typing import NDArray

from researchlib._numba import njit

__all__ = ["grow", "settle"]


@njit(cache=True, error_model="numpy")
def grow(
    inflation: NDArray[float64],
    bonded_ratio: NDArray[float64],
    exponent: NDArray[float64],
    lower: float,
    upper: float,
    goal: float,
    speed: float,
    blocks: int,
    blocks_per_year: int,
) -> None:
    """Move inflation by a day of blocks in place and write the logarithm of the supply's growth into ``exponent``.

    ``speed`` is the rate change a block. Inflation first runs free; what lies beyond the band is then taken off: its
    overshoot at the day's end, and the triangle of the blocks before.
    """
    for i in range(inflation.size):
        change = (1 - bonded_ratio[i] / goal) * speed
        start = min(max(inflation[i], lower), upper)
        free = start + change * blocks
        end = min(max(free, lower), upper)
        beyond = free - end
        triangle = beyond * beyond / change if beyond != 0 else 0.0
        yearly = start * blocks + change * blocks * (blocks + 1) / 2 - (triangle + beyond) / 2
        inflation[i] = end
        rate = yearly / blocks_per_year
        exponent[i] = rate - rate * rate / (2 * blocks)


@njit(cache=True, error_model="numpy")
def settle(
    supply: NDArray[float64],
    minted: NDArray[float64],
    burned: NDArray[float64],
    act: NDArray[float64],
    growth: NDArray[float64],
    price: NDArray[float64],
    revenue: NDArray[float64],
    share: float,
    cut: float,
) -> None:
    """Mint, burn for the day's payments and pay providers out of the credits outstanding, all in place.

    ``growth`` is the day's factor of supply, ``share`` the part of the credits paid out, ``cut`` what the blocks lose
    by whole uakt.
    """
    for i in range(supply.size):
        grown = supply[i] * growth[i] - cut
        minted[i] += grown - supply[i]
        # nobody can pay with more AKT than there are
        stays = min(revenue[i], grown * price[i]) - act[i] * share
        act[i] += stays
        gone = stays / price[i]
        burned[i] += gone
        supply[i] = grown - gone
