"""Emission before the Incentive Dynamic Engine: two schedules on one fixed base.

Each period emits the starting rate of a base that never grows, times a factor a period. Hourly or monthly, the factor
is the root of one equation: all periods together emit 300 million tokens. In all functions ``base_supply`` is the
supply at launch and fixed base of the rate, tokens, and ``annual_rate`` that of the first period, a fraction a year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from researchlib.bounds import AnyNumbers, Count, Positive, PositiveCount, checked, number, whole

__all__ = [
    "EmissionParameters",
    "HourlyEmission",
    "hourly_cumulative",
    "hourly_emission",
    "monthly_cumulative",
    "monthly_emission",
]

MONTHS = 12
AnyCounts = Annotated[float | NDArray[np.float64], whole(ndim=None, minimum=0)]
#: places in a row of periods, from 1
AnyPlaces = Annotated[float | NDArray[np.float64], whole(ndim=None, minimum=1)]
Fall = Annotated[float, number(minimum=0, maximum=math.nextafter(1, 0))]
Factor = Annotated[float, number(minimum=0, maximum=1, strict=True)]


@checked
@dataclass(frozen=True)
class EmissionParameters:
    """Both schedules: the base (tokens), the starting rate, the two factors and the number of periods."""

    network: ClassVar[str] = "ionet"
    initial_supply: Count
    total_emission: PositiveCount
    emission_base: PositiveCount
    annual_rate_start: Positive
    hours_per_year: PositiveCount
    disinflation_per_epoch: Fall
    emission_epochs: PositiveCount
    monthly_factor: Factor
    monthly_periods: PositiveCount


class HourlyEmission(NamedTuple):
    """Tokens of an hourly epoch, and supply once it has been paid."""

    emission: AnyNumbers
    supply_after: AnyNumbers


@checked
def hourly_emission(
    epoch: AnyPlaces,
    base_supply: Positive,
    annual_rate: Positive,
    hours_per_year: PositiveCount,
    disinflation_per_epoch: Fall,
) -> HourlyEmission:
    """Return the emission of an hourly ``epoch``, counted from 1, and the supply after it.

    ``base_supply`` and ``annual_rate`` as above, 8,760 ``hours_per_year``; the rate falls by the share
    ``disinflation_per_epoch`` from one epoch to the next.

    Source: io.net documentation, Token Emission Schedule; base fixed as block 2024-06-20T00:00 shows.

    Examples
    --------
    >>> first = hourly_emission(1, 500_000_000, 0.08, 8760, 1.38869523959793e-5)
    >>> round(float(first.emission), 2), round(float(first.supply_after), 2)
    (4566.21, 500004566.21)
    """
    first = base_supply * annual_rate / hours_per_year
    emission = first * np.exp((epoch - 1) * math.log1p(-disinflation_per_epoch))
    return HourlyEmission(emission, base_supply + first * _geometric_sum(disinflation_per_epoch, epoch))


@checked
def hourly_cumulative(
    epochs: AnyCounts,
    base_supply: Positive,
    annual_rate: Positive,
    hours_per_year: PositiveCount,
    disinflation_per_epoch: Fall,
) -> AnyNumbers:
    """Return what the first ``epochs`` emit together, tokens.

    ``base_supply``, ``annual_rate``, ``hours_per_year`` and ``disinflation_per_epoch`` as in `hourly_emission`.

    Source: io.net documentation, Token Emission Schedule.

    Examples
    --------
    >>> round(float(hourly_cumulative(175_319, 500_000_000, 0.08, 8760, 1.38869523959793e-5)))
    300000000
    """
    return base_supply * annual_rate / hours_per_year * _geometric_sum(disinflation_per_epoch, epochs)


@checked
def monthly_emission(
    month: AnyPlaces, base_supply: Positive, annual_rate: Positive, monthly_factor: Factor
) -> AnyNumbers:
    """Return the emission of a ``month`` of the monthly schedule, tokens, counted from 1 (July 2024).

    ``base_supply`` and ``annual_rate`` as above; ``monthly_factor`` is the rate of a month over that of the one before.

    Source: io.net documentation, Monthly Token Emission Schedule, column of tokens emitted.

    Examples
    --------
    >>> round(float(monthly_emission(12, 500_000_000, 0.08, 0.9898489529623)))
    2979456
    """
    return base_supply * annual_rate / MONTHS * monthly_factor ** (month - 1)


@checked
def monthly_cumulative(
    months: AnyCounts, base_supply: Positive, annual_rate: Positive, monthly_factor: Factor
) -> AnyNumbers:
    """Return what the first ``months`` emit together, tokens.

    ``base_supply``, ``annual_rate`` and ``monthly_factor`` as in `monthly_emission`.

    Source: io.net documentation, Monthly Token Emission Schedule.
    """
    return base_supply * annual_rate / MONTHS * _geometric_sum(1 - monthly_factor, months)


def _geometric_sum(fall: float, count: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Return 1 + g + ... + g^(count - 1) with g = 1 - fall; exact to the last digits for a small fall."""
    if fall == 0:
        return count
    if fall == 1:
        return np.minimum(count, 1.0)
    return -np.expm1(count * math.log1p(-fall)) / fall
