"""Emission before the Incentive Dynamic Engine: two schedules on one fixed base, and the factor behind both.

Each period emits the starting rate of a base that never grows, times a factor a period. Hourly or monthly, the factor
is the root of one equation: all periods together emit 300 million tokens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "EmissionParameters",
    "HourlyEmission",
    "calibrated_disinflation",
    "calibrated_factor",
    "hourly_cumulative",
    "hourly_emission",
    "hourly_rate_percent",
    "monthly_cumulative",
    "monthly_emission",
    "unemitted_monthly",
]

MONTHS = 12
Numbers: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class EmissionParameters:
    """Both schedules: the base, the starting rate, the two factors and the number of periods."""

    network: ClassVar[str] = "ionet"
    initial_supply: int
    total_emission: int
    emission_base: int
    annual_rate_start: float
    hours_per_year: int
    disinflation_per_epoch: float
    emission_epochs: int
    monthly_factor: float
    monthly_periods: int


class HourlyEmission(NamedTuple):
    """Tokens of an hourly epoch, and supply once it has been paid."""

    emission: Numbers
    supply_after: Numbers


def calibrated_disinflation(
    base_supply: float, annual_rate: float, periods_per_year: int, periods: int, total_emission: float
) -> float:
    """Return the fall of the rate from one period to the next for which all periods emit a given total.

    Parameters
    ----------
    base_supply : float
        Fixed base of the rate, tokens.
    annual_rate : float
        Rate of the first period, a year.
    periods_per_year : int
        Periods a year: 8,760 hours or 12 months.
    periods : int
        Number of periods.
    total_emission : float
        Tokens that all periods emit.

    Returns
    -------
    float
        Fall as a share of the rate, in [0, 1].

    Raises
    ------
    ValueError
        For a number not above 0, or a total below the first period's emission or above that of all periods without
        disinflation.

    Source: io.net documentation, Token Emission Schedule and Monthly Token Emission Schedule (both promise 300M).

    Examples
    --------
    >>> f"{calibrated_disinflation(500_000_000, 0.08, 8760, 175_319, 300_000_000):.8e}"
    '1.38869524e-05'
    """
    first = _first(base_supply, annual_rate, periods_per_year)
    count = check.integer("periods", periods, minimum=1)
    total = check.number("total_emission", total_emission)
    if not first <= total <= first * count:
        raise ValueError(
            f"total_emission: {total_emission!r} given, {first!r} (the first period) to {first * count!r} "
            "(all periods without disinflation) allowed"
        )
    low, high = 0.0, 1.0
    while (middle := (low + high) / 2) not in (low, high):
        # the sum falls as disinflation rises
        low, high = (middle, high) if _geometric_sum(middle, count) > total / first else (low, middle)
    return high if total < first * count else 0.0


def calibrated_factor(
    base_supply: float, annual_rate: float, periods_per_year: int, periods: int, total_emission: float
) -> float:
    """Return the factor from one period to the next for which all periods emit a given total.

    One minus `calibrated_disinflation`, with its parameters (``base_supply`` and ``total_emission`` in tokens,
    ``annual_rate`` a fraction, ``periods_per_year``, ``periods``) and ValueError where it raises one. A factor near 1
    keeps few digits of its distance from 1, so compute with the disinflation where periods are many.

    Source: io.net documentation, Token Emission Schedule and Monthly Token Emission Schedule (both promise 300M).

    Examples
    --------
    >>> round(calibrated_factor(500_000_000, 0.08, 12, 240, 300_000_000), 13)
    0.9898489529623
    """
    return 1 - calibrated_disinflation(base_supply, annual_rate, periods_per_year, periods, total_emission)


def hourly_emission(
    epoch: ArrayLike, base_supply: float, annual_rate: float, hours_per_year: int, disinflation_per_epoch: float
) -> HourlyEmission:
    """Return the emission of an hourly epoch and the supply after it.

    Parameters
    ----------
    epoch : array_like
        Number of the epoch, from 1.
    base_supply : float
        Supply at launch and fixed base of the rate, tokens.
    annual_rate : float
        Rate of the first epoch, a year.
    hours_per_year : int
        8,760.
    disinflation_per_epoch : float
        Fall of the rate from one epoch to the next, in [0, 1).

    Returns
    -------
    HourlyEmission
        emission and supply_after, tokens.

    Raises
    ------
    ValueError
        For an epoch below 1 or not whole, a number not above 0 or disinflation outside [0, 1).

    Source: io.net documentation, Token Emission Schedule; base fixed as block 2024-06-20T00:00 shows.

    Examples
    --------
    >>> first = hourly_emission(1, 500_000_000, 0.08, 8760, 1.38869523959793e-5)
    >>> round(float(first.emission), 2), round(float(first.supply_after), 2)
    (4566.21, 500004566.21)
    """
    count = _counts("epoch", epoch, 1)
    check.integer("hours_per_year", hours_per_year, minimum=1)
    first, fall = _first(base_supply, annual_rate, hours_per_year), _fall(disinflation_per_epoch)
    emission = first * np.exp((count - 1) * math.log1p(-fall))
    return HourlyEmission(emission, float(base_supply) + first * _geometric_sum(fall, count))


def hourly_rate_percent(
    epoch: ArrayLike, annual_rate: float, hours_per_year: int, disinflation_per_epoch: float
) -> Numbers:
    """Return the rate of an hourly epoch, percent of the base an hour.

    ``epoch``, ``annual_rate``, ``hours_per_year``, ``disinflation_per_epoch`` and errors are those of
    `hourly_emission`.

    Source: io.net documentation, Token Emission Schedule.
    """
    count = _counts("epoch", epoch, 1)
    check.integer("hours_per_year", hours_per_year, minimum=1)
    return (
        100
        * _first(1.0, annual_rate, hours_per_year)
        * np.exp((count - 1) * math.log1p(-_fall(disinflation_per_epoch)))
    )


def hourly_cumulative(
    epochs: ArrayLike, base_supply: float, annual_rate: float, hours_per_year: int, disinflation_per_epoch: float
) -> Numbers:
    """Return what the first hourly epochs emit together, tokens.

    ``epochs`` counts them, 0 included; ``base_supply``, ``annual_rate``, ``hours_per_year``, ``disinflation_per_epoch``
    and errors are those of `hourly_emission`.

    Source: io.net documentation, Token Emission Schedule.

    Examples
    --------
    >>> round(float(hourly_cumulative(175_319, 500_000_000, 0.08, 8760, 1.38869523959793e-5)))
    300000000
    """
    count = _counts("epochs", epochs, 0)
    check.integer("hours_per_year", hours_per_year, minimum=1)
    first = _first(base_supply, annual_rate, hours_per_year)
    return first * _geometric_sum(_fall(disinflation_per_epoch), count)


def monthly_emission(month: ArrayLike, base_supply: float, annual_rate: float, monthly_factor: float) -> Numbers:
    """Return the emission of a month of the monthly schedule.

    Parameters
    ----------
    month : array_like
        Number of the month, from 1 (July 2024).
    base_supply : float
        Fixed base of the rate, tokens.
    annual_rate : float
        Rate of the first month, a year.
    monthly_factor : float
        Rate of a month over that of the month before, in (0, 1].

    Returns
    -------
    float or array
        Tokens.

    Raises
    ------
    ValueError
        For a month below 1 or not whole, a number not above 0 or a factor outside (0, 1].

    Source: io.net documentation, Monthly Token Emission Schedule, column of tokens emitted.

    Examples
    --------
    >>> round(float(monthly_emission(12, 500_000_000, 0.08, 0.9898489529623)))
    2979456
    """
    count = _counts("month", month, 1)
    return _first(base_supply, annual_rate, MONTHS) * _factor(monthly_factor) ** (count - 1)


def monthly_cumulative(months: ArrayLike, base_supply: float, annual_rate: float, monthly_factor: float) -> Numbers:
    """Return what the first months emit together, tokens.

    ``months`` counts them, 0 included; ``base_supply``, ``annual_rate``, ``monthly_factor`` and errors are those of
    `monthly_emission`.

    Source: io.net documentation, Monthly Token Emission Schedule.
    """
    count = _counts("months", months, 0)
    first = _first(base_supply, annual_rate, MONTHS)
    return first * _geometric_sum(1 - _factor(monthly_factor), count)


def unemitted_monthly(
    months_elapsed: ArrayLike, base_supply: float, annual_rate: float, monthly_factor: float, total_emission: float
) -> Numbers:
    """Return what the monthly schedule still has to emit after some months, tokens.

    ``months_elapsed`` counts those over, ``total_emission`` is the tokens of all; ``base_supply``, ``annual_rate``,
    ``monthly_factor`` and errors are those of `monthly_cumulative`.

    Source: io.net documentation, Monthly Token Emission Schedule; 231M in June 2026 as reported by CoinDesk Research.
    """
    check.array("months_elapsed", months_elapsed, ndim=None, minimum=0)
    total = check.number("total_emission", total_emission, minimum=0, strict=True)
    return total - monthly_cumulative(months_elapsed, base_supply, annual_rate, monthly_factor)


def _geometric_sum(fall: float, count: Numbers) -> Numbers:
    """Return 1 + g + ... + g^(count - 1) with g = 1 - fall; exact to the last digits for a small fall."""
    if fall == 0:
        return count
    if fall == 1:
        return np.minimum(count, 1.0)
    return -np.expm1(count * math.log1p(-fall)) / fall


def _counts(name: str, values: ArrayLike, minimum: int) -> NDArray[np.float64]:
    counts = check.array(name, values, ndim=None, minimum=minimum)
    if (counts != np.floor(counts)).any():
        raise ValueError(f"{name}: {values!r} given, whole numbers >= {minimum} allowed")
    return counts


def _first(base_supply: float, annual_rate: float, periods_per_year: int) -> float:
    base = check.number("base_supply", base_supply, minimum=0, strict=True)
    rate = check.number("annual_rate", annual_rate, minimum=0, strict=True)
    return base * rate / check.integer("periods_per_year", periods_per_year, minimum=1)


def _fall(disinflation_per_epoch: float) -> float:
    fall = check.number("disinflation_per_epoch", disinflation_per_epoch, minimum=0, maximum=1)
    if fall == 1:
        raise ValueError("disinflation_per_epoch: 1 given, a number below 1 allowed")
    return fall


def _factor(monthly_factor: float) -> float:
    return check.number("monthly_factor", monthly_factor, minimum=0, maximum=1, strict=True)
