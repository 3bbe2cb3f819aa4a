"""The emission that the economics paper planned: an exponential decay that never ran on the chain.

Source: "AKT: Akash Network Token and Mining Economics" (AEP-5, 31 January 2020), equations 3 to 5 and 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from researchlib.bounds import Amount, Positive, array, checked, number

__all__ = ["PaperSchedule", "annual_emission", "supply", "supply_limit"]

Years = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=0, infinite=True)]
LockFactor = Annotated[float, number(minimum=0, maximum=1, strict=True)]


@checked
@dataclass(frozen=True)
class PaperSchedule:
    """Initial supply (tokens), initial emission (fraction of it a year), half-life (years)."""

    network: ClassVar[str] = "akash"
    paper_initial_supply: Positive
    paper_initial_rate: Amount
    paper_half_life: Positive


@checked
def annual_emission(years: Years, schedule: PaperSchedule, *, mean_lock_factor: LockFactor = 1.0) -> Any:
    """Return the rate of emission some ``years`` after launch, tokens a year; one number or an array, as ``years``.

    A ``mean_lock_factor`` of all stakers below 1 lowers the first emission of the ``schedule`` and stretches the
    half-life, so that the limit stays.

    >>> annual_emission(2, PaperSchedule(100e6, 1.0, 2.0))
    50000000.0
    """
    first = schedule.paper_initial_rate * mean_lock_factor * schedule.paper_initial_supply
    return _scalar(first * np.exp2(-years / (schedule.paper_half_life / mean_lock_factor)))


@checked
def supply(years: Years, schedule: PaperSchedule, *, mean_lock_factor: LockFactor = 1.0) -> Any:
    """Return the supply some ``years`` after launch, tokens.

    ``schedule`` and ``mean_lock_factor`` (a fraction) are those of `annual_emission`.

    >>> int(supply(float("inf"), PaperSchedule(100e6, 1.0, 2.0)))
    388539008
    """
    emitted = supply_limit(schedule) - schedule.paper_initial_supply
    left = np.exp2(-years / (schedule.paper_half_life / mean_lock_factor))
    return _scalar(schedule.paper_initial_supply + emitted * (1 - left))


@checked
def supply_limit(schedule: PaperSchedule) -> float:
    """Return the supply that the ``schedule`` approaches, tokens.

    The published maximum, 388,539,008 AKT, is its whole part.
    """
    growth = schedule.paper_initial_rate * schedule.paper_half_life / math.log(2)
    return schedule.paper_initial_supply * (1 + growth)


def _scalar(values: Any) -> Any:
    """Return a float for a single time, the array otherwise."""
    return float(values) if values.ndim == 0 else values
