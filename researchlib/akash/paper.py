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

__all__ = [
    "PaperSchedule",
    "adjusted_inflation",
    "annual_emission",
    "exchange_rate_lock",
    "lock_factor",
    "stretched_half_life",
    "supply",
    "supply_limit",
    "validator_limit",
    "weighted_mean",
]


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


def lock_factor(remaining_lock_years: float, full_lock_years: float) -> float:
    """Return the share of the full reward that a lock earns: half without a lock, all at the full lock and beyond.

    Parameters
    ----------
    remaining_lock_years : float
        Years until the tokens unlock, at least 0.
    full_lock_years : float
        Lock that earns everything, above 0; one year in the paper.

    Raises
    ------
    ValueError
        For a value outside its range.

    Notes
    -----
    Source: economics paper, lock factor.
    """
    remaining = check.number("remaining_lock_years", remaining_lock_years, minimum=0)
    full = check.number("full_lock_years", full_lock_years, minimum=0, strict=True)
    return 0.5 + 0.5 * min(remaining, full) / full


def stretched_half_life(half_life_years: float, mean_lock_factor: float) -> float:
    """Return the half-life of emission when stakers have this mean lock factor, years.

    ``half_life_years`` is that without locks, ``mean_lock_factor`` a fraction. Raises ValueError for a half-life that
    is not positive or a factor outside (0, 1].

    Notes
    -----
    Source: economics paper, equation 8.
    """
    half_life = check.number("half_life_years", half_life_years, minimum=0, strict=True)
    return half_life / check.number("mean_lock_factor", mean_lock_factor, minimum=0, maximum=1, strict=True)


def adjusted_inflation(inflation: float, locked_share: float) -> float:
    """Return inflation as the unlocked part of the supply sees it, in the unit of ``inflation``.

    ``locked_share`` is the fraction of the supply that is locked. Raises ValueError for a negative inflation or a
    locked share outside [0, 1).

    Notes
    -----
    Source: economics paper, inflation adjusted for locked tokens.

    Examples
    --------
    >>> round(adjusted_inflation(1.40, 0.60), 2)
    3.5
    """
    rate = check.number("inflation", inflation, minimum=0)
    locked = check.number("locked_share", locked_share, minimum=0, maximum=1)
    return rate / check.number("1 - locked_share", 1 - locked, minimum=0, strict=True)


def validator_limit(initial_validators: int, years: float) -> int:
    """Return the planned number of validators ``years`` after launch, at least half a year.

    ``initial_validators`` is the number planned for the start. Raises ValueError for fewer than one validator or an
    earlier time.

    Notes
    -----
    Source: economics paper, validator limit: log2(2t) times the initial number, rounded up.

    Examples
    --------
    >>> validator_limit(64, 10)
    277
    """
    initial = check.integer("initial_validators", initial_validators, minimum=1)
    return math.ceil(math.log2(2 * check.number("years", years, minimum=0.5)) * initial)


def weighted_mean(values: ArrayLike, weights: ArrayLike) -> float:
    """Return the stake-weighted mean of ``values``, with which validators value a token, in their unit.

    ``weights`` are normalised by their sum. Raises ValueError for lists of different length, no value, negative
    weights, or weights that sum to zero.

    Notes
    -----
    Source: economics paper, token valuation for settlement.

    Examples
    --------
    >>> round(weighted_mean([1, 1.5, 2, 4, 12], [0.3, 0.2, 0.3, 0.1, 0.1]), 6)
    2.8
    """
    of = check.array("values", values, min_size=1)
    by = check.array("weights", weights, minimum=0)
    if of.size != by.size:
        raise ValueError(f"weights: {by.size} value(s) given, one for each of {of.size} values allowed")
    return float(of @ by / check.number("sum of weights", by.sum(), minimum=0, strict=True))


def exchange_rate_lock(lease_amount: float, locked_rate: float, current_rate: float) -> float:
    """Return what is due now for a lease whose exchange rate was locked, in tokens.

    Parameters
    ----------
    lease_amount : float
        Tokens agreed on, at least 0.
    locked_rate, current_rate : float
        Value of a token at the agreement and now, above 0.

    Raises
    ------
    ValueError
        For a value outside its range.

    Notes
    -----
    Source: economics paper, exchange-rate lock.
    """
    amount = check.number("lease_amount", lease_amount, minimum=0)
    locked = check.number("locked_rate", locked_rate, minimum=0, strict=True)
    return amount * locked / check.number("current_rate", current_rate, minimum=0, strict=True)


def _remaining(years: ArrayLike, half_life: float) -> NDArray[np.float64]:
    """Return the share of emission left at each time."""
    return np.exp2(-check.array("years", years, ndim=None, minimum=0, infinite=True) / half_life)


def _scalar(values: NDArray[np.float64]) -> Any:
    """Return a float for a single time, the array otherwise."""
    return float(values) if values.ndim == 0 else values
