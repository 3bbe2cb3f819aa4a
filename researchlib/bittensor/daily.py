"""A day of TAO issuance for arrays of paths: emission by issuance, exact through a halving, less what is recycled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bittensor._daily_kernels import advance
from researchlib.bittensor.emission import RAO_PER_TAO, EmissionParameters, block_emission, halving_threshold

__all__ = ["emit_day", "levels", "step"]

Array: TypeAlias = NDArray[np.float64]


def levels(parameters: EmissionParameters) -> tuple[Array, Array]:
    """Return the issuances at which each emission but the last ends, and the emissions of a block; TAO.

    Raises ValueError for ``parameters`` of another kind.

    Source: as :func:`emit_day`.
    """
    check.instance("parameters", parameters, EmissionParameters)
    count = (parameters.initial_block_emission * RAO_PER_TAO).bit_length()
    ends = [halving_threshold(n, parameters) for n in range(1, count + 1)]
    emissions = [block_emission(0, parameters)] + [block_emission(end, parameters) for end in ends]
    return np.array(ends) / RAO_PER_TAO, np.array(emissions) / RAO_PER_TAO


def emit_day(issuance: Array, parameters: EmissionParameters, blocks: float) -> Array:
    """Return the issuance after a day of blocks without recycling.

    A path that reaches a threshold within the day earns the old emission up to it and the new one after it, as block
    by block.

    Parameters
    ----------
    issuance
        TAO, shape ``(paths,)``.
    parameters
        Cap and first emission.
    blocks
        Blocks in the day, 7,200 at twelve seconds.

    Returns
    -------
    TAO, new array.

    Raises
    ------
    ValueError
        For an issuance below 0 or blocks below 0.

    Source: subtensor, block_emission.rs, get_block_emission_for_issuance, summed over the blocks of a day.
    """
    check.instance("parameters", parameters, EmissionParameters)
    ends, emissions = levels(parameters)
    after = check.array("issuance", issuance, minimum=0).copy()
    blocks = check.number("blocks", blocks, minimum=0)
    left = np.full(after.shape, blocks)
    while True:
        level = np.searchsorted(ends, after, side="right")
        room = np.append(ends, np.inf)[level] - after
        emitted = emissions[level]
        # the block that crosses a threshold is still paid in full
        needed = np.ceil(np.divide(room, emitted, out=np.full_like(room, np.inf), where=emitted > 0))
        taken = np.minimum(left, needed)
        after += emitted * np.where(emitted > 0, taken, 0.0)
        left -= taken
        if not (left > 0).any():
            return after


def step(parameters: EmissionParameters, *, block_seconds: float | None = None) -> Callable[..., None]:
    """Make the daily step of TAO issuance for a simulation.

    State: ``supply`` (TAO issued), ``minted`` and ``recycled`` (TAO, cumulative). Drivers: ``recycled`` (TAO a day that
    leaves issuance, net of what re-enters; never more than the day's emission and what was issued).

    Parameters
    ----------
    parameters
        Cap, first emission, block time.
    block_seconds
        Seconds a block takes in fact; the parameter's own without it.

    Returns
    -------
    A function of day, state and drivers that changes the state's arrays in place.

    Raises
    ------
    ValueError
        If the block time is not positive.

    Source: as :func:`emit_day`; recycling lowers TotalIssuance (subtensor, coinbase.rs, recycle_tao).
    """
    check.instance("parameters", parameters, EmissionParameters)
    seconds = check.number(
        "block_seconds", parameters.block_time if block_seconds is None else block_seconds, minimum=0, strict=True
    )
    ends, emissions = levels(parameters)
    blocks = 86_400 / seconds

    def day(_day: int, state: dict[str, Array], drivers: dict[str, Array]) -> None:
        advance(state["supply"], state["minted"], state["recycled"], drivers["recycled"], ends, emissions, blocks)

    return day
