"""The emission that the economics paper planned: an exponential decay that never ran on the chain.

Source: "AKT: Akash Network Token and Mining Economics" (AEP-5, 31 January 2020).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["PaperSchedule", "annual_emission", "supply", "supply_limit"]


@dataclass(frozen=True)
class PaperSchedule:
    """Initial supply (tokens), initial emission (fraction of it a year), half-life (years).

    Raises ValueError for a supply or half-life that is not positive, or a negative rate.
    """

    network: ClassVar[str] = "akash"
    paper_initial_supply: float
    paper_initial_rate: float
    paper_half_life: float

    def __post_init__(self) -> None:
        """Check the ranges."""
        check.number("paper_initial_supply", self.paper_initial_supply, minimum=0, strict=True)
        check.number("paper_initial_rate", self.paper_initial_rate, minimum=0)
        check.number("paper_half_life", self.paper_half_life, minimum=0, strict=True)


def annual_emission(years: ArrayLike, schedule: PaperSchedule, *, mean_lock_factor: float = 1.0) -> Any:
    """Return the rate of emission at a time, tokens a year.

    Parameters
    ----------
    years : float or array of float
        Time since launch, at least 0; infinity is allowed.
    schedule : PaperSchedule
    mean_lock_factor : float
        Mean lock factor of all stakers, above 0 and at most 1: below 1 it lowers the first emission and stretches
        the half-life, so that the limit stays.

    Returns
    -------
    float or array of float
        Same shape as ``years``.

    Raises
    ------
    ValueError
        For a time before launch or a factor outside its range.

    Notes
    -----
    Source: economics paper, equations 3 and 8.

    Examples
    --------
    >>> annual_emission(2, PaperSchedule(100e6, 1.0, 2.0))
    50000000.0
    """
    check.instance("schedule", schedule, PaperSchedule)
    factor = check.number("mean_lock_factor", mean_lock_factor, minimum=0, maximum=1, strict=True)
    first = schedule.paper_initial_rate * factor * schedule.paper_initial_supply
    return _scalar(first * _remaining(years, schedule.paper_half_life / factor))


def supply(years: ArrayLike, schedule: PaperSchedule, *, mean_lock_factor: float = 1.0) -> Any:
    """Return the supply at a time, tokens.

    ``years`` since launch, ``schedule``, ``mean_lock_factor`` (a fraction) and errors are those of `annual_emission`.

    Notes
    -----
    Source: economics paper, equations 4, 5 and 8.

    Examples
    --------
    >>> int(supply(float("inf"), PaperSchedule(100e6, 1.0, 2.0)))
    388539008
    """
    check.instance("schedule", schedule, PaperSchedule)
    factor = check.number("mean_lock_factor", mean_lock_factor, minimum=0, maximum=1, strict=True)
    emitted = supply_limit(schedule) - schedule.paper_initial_supply
    return _scalar(schedule.paper_initial_supply + emitted * (1 - _remaining(years, schedule.paper_half_life / factor)))


def supply_limit(schedule: PaperSchedule) -> float:
    """Return the supply that the schedule approaches, tokens. Raises ValueError for what is no schedule.

    Notes
    -----
    Source: economics paper, equation 5. The published maximum, 388,539,008 AKT, is its whole part.
    """
    check.instance("schedule", schedule, PaperSchedule)
    growth = schedule.paper_initial_rate * schedule.paper_half_life / math.log(2)
    return schedule.paper_initial_supply * (1 + growth)


def _remaining(years: ArrayLike, half_life: float) -> NDArray[np.float64]:
    """Return the share of emission left at each time."""
    return np.exp2(-check.array("years", years, ndim=None, minimum=0, infinite=True) / half_life)


def _scalar(values: NDArray[np.float64]) -> Any:
    """Return a float for a single time, the array otherwise."""
    return float(values) if values.ndim == 0 else values
