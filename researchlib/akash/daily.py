"""A day of AKT supply for arrays of paths: minting block by block in closed form, and the burn-mint cycle of leases.

The exact rules work block by block in integers (:mod:`researchlib.akash.mint`); here a day of blocks is summed at once.
The two agree within 1e-9 of the supply.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.akash._daily_kernels import grow, settle
from researchlib.akash.mint import MintParameters

__all__ = ["mint_day", "replay", "step"]

Array: TypeAlias = NDArray[np.float64]

UNIT = 1e-6
"""One uakt in AKT: what a block mints is cut to whole uakt, half of one is lost on average."""

MOST_BLOCKS = 86_400_000
"""Blocks in a day at one a millisecond."""


def mint_day(
    supply: Array, inflation: Array, bonded_ratio: Array, parameters: MintParameters, blocks: int
) -> tuple[Array, Array]:
    """Return supply and inflation after a day of blocks on which the bonded ratio stands still.

    Inflation moves by the same amount each block until it meets the band; each block mints its part of a year. Summed
    over the day this is an arithmetic series, and the supply grows by its exponential.

    Parameters
    ----------
    supply
        AKT, shape ``(paths,)``.
    inflation
        Fraction a year at the end of the day before, same shape.
    bonded_ratio
        Bonded over total supply, 0 to 1, same shape.
    parameters
        Of the mint module.
    blocks
        Blocks in the day: 14,400 at six seconds, fewer on a slower chain; at most one a millisecond.

    Returns
    -------
    Supply in AKT and inflation as a fraction a year, new arrays.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    Source: Cosmos SDK, x/mint/types/minter.go, summed over the blocks of a day.
    """
    check.instance("parameters", parameters, MintParameters)
    check.integer("blocks", blocks, minimum=0, maximum=MOST_BLOCKS)
    supply = check.array("supply", supply, ndim=None, minimum=0)
    inflation = check.array("inflation", inflation, ndim=None, minimum=0)
    bonded_ratio = check.array("bonded_ratio", bonded_ratio, ndim=None, minimum=0, maximum=1)
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


def replay(
    supply: float, inflation: float, bonded_ratio: Sequence[float], parameters: Sequence[MintParameters], blocks: int
) -> tuple[Array, Array]:
    """Return supply and inflation at the end of each day while votes change the parameters.

    Parameters
    ----------
    supply
        AKT before the first day.
    inflation
        Fraction a year before the first day.
    bonded_ratio, parameters
        Of each day, at least one.
    blocks
        Blocks in a day.

    Returns
    -------
    Supply in AKT and inflation as a fraction a year, each of shape ``(days,)``.

    Raises
    ------
    ValueError
        For no day, lists of different length, a supply that is not positive, or a bonded ratio outside 0 to 1.

    Source: as :func:`mint_day`.
    """
    check.sequence("parameters", parameters, MintParameters)
    bonded = check.array("bonded_ratio", bonded_ratio, minimum=0, maximum=1, min_size=1)
    if len(parameters) != len(bonded):
        raise ValueError(f"parameters: {len(parameters)} days given, as many as bonded ratios ({len(bonded)}) allowed")
    check.integer("blocks", blocks, minimum=1, maximum=MOST_BLOCKS)
    held = np.array([check.number("supply", supply, minimum=0, strict=True)])
    rate = np.array([check.number("inflation", inflation, minimum=0)])
    days = np.empty((2, len(bonded)))
    for day, (ratio, rule) in enumerate(zip(bonded, parameters, strict=True)):
        held, rate = mint_day(held, rate, np.array([ratio]), rule, blocks)
        days[:, day] = held[0], rate[0]
    return days[0], days[1]


def step(
    parameters: MintParameters, *, block_seconds: float, escrow_days: float
) -> Callable[[int, dict[str, Array], dict[str, Array]], None]:
    """Make the daily step of AKT supply for a simulation.

    State: ``supply`` (AKT), ``inflation`` (fraction a year), ``minted`` and ``burned`` (AKT, cumulative), ``act`` (USD
    of credits outstanding). Drivers: ``bonded_ratio``, ``price`` (USD an AKT), ``revenue`` (USD of leases paid for a
    day, cut to what all AKT are worth). A payment burns AKT at the day's price into credits; providers are paid out of
    the credits outstanding, which takes ``escrow_days`` on average, in AKT at the price of that later day. So usage
    burns on balance only while credits grow or the price rises.

    Parameters
    ----------
    parameters
        Of the mint module, held for all days.
    block_seconds
        Seconds a block takes in fact; the mint rule assumes 31,557,600 / blocks_per_year.
    escrow_days
        Mean time between a payment and the provider's withdrawal, days.

    Returns
    -------
    A function of day, state and drivers that changes the state's arrays in place.

    Raises
    ------
    ValueError
        If a duration is not positive.

    Source: as :func:`mint_day`; AEP-76 (burn-mint equilibrium).
    """
    check.instance("parameters", parameters, MintParameters)
    blocks = round(86_400 / check.number("block_seconds", block_seconds, minimum=0, strict=True))
    share = 1 / check.number("escrow_days", escrow_days, minimum=1)
    per_year = parameters.blocks_per_year
    band = float(parameters.inflation_min), float(parameters.inflation_max), float(parameters.goal_bonded)
    speed = float(parameters.inflation_rate_change) / per_year

    def day(_day: int, state: dict[str, Array], drivers: dict[str, Array]) -> None:
        growth = np.empty_like(state["supply"])
        grow(state["inflation"], drivers["bonded_ratio"], growth, *band, speed, blocks, per_year)
        np.exp(growth, out=growth)
        held = state["supply"], state["minted"], state["burned"], state["act"]
        settle(*held, growth, drivers["price"], drivers["revenue"], share, blocks * UNIT / 2)

    return day
