"""Figures the documentation prints from formulas of its own: yearly shares, a supply column, an inflation chart."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
from researchlib.ionet.emission import monthly_cumulative

__all__ = ["monthly_supply_column", "published_inflation_rate", "yearly_emission_share"]

MONTHS = 12
Numbers: TypeAlias = float | NDArray[np.float64]


def yearly_emission_share(
    year_index: ArrayLike, base_supply: float, annual_rate: float, monthly_factor: float, total_emission: float
) -> Numbers:
    """Return the share of all emission that falls into a year of the monthly schedule, percent.

    ``year_index`` counts years of twelve months from 1; ``base_supply``, ``annual_rate``, ``monthly_factor``,
    ``total_emission`` and errors are those of `unemitted_monthly`.

    Source: io.net documentation, IO Tokenomics, figure 1 (its labels from 2035 on are one year late).
    """
    year = _whole("year_index", year_index, 1)
    total = check.number("total_emission", total_emission, minimum=0, strict=True)
    until = monthly_cumulative(year * MONTHS, base_supply, annual_rate, monthly_factor)
    before = monthly_cumulative((year - 1) * MONTHS, base_supply, annual_rate, monthly_factor)
    return 100 * (until - before) / total


def monthly_supply_column(month: int, base_supply: float, first_monthly_rate: float, monthly_factor: float) -> float:
    """Return what the documentation's table prints as supply at the start of a month; it is not the true supply.

    The table multiplies supply by a rounded rate that shrinks by the factor each month, so it compounds where the
    schedule does not. True supply is the initial supply plus `monthly_cumulative`.

    Parameters
    ----------
    month : int
        Number of the month, from 1.
    base_supply : float
        Supply at the start of month 1, tokens.
    first_monthly_rate : float
        Rate of month 1, as the table rounds it (0.00667).
    monthly_factor : float
        Rate of a month over that of the month before, in (0, 1].

    Returns
    -------
    float
        Tokens.

    Raises
    ------
    ValueError
        For a month below 1, a number not above 0 or a factor outside (0, 1].

    Source: io.net documentation, Monthly Token Emission Schedule, column of total supply.

    Examples
    --------
    >>> round(monthly_supply_column(3, 500_000_000, 0.00667, 0.989849199), 2)
    506658165.73
    """
    count = check.integer("month", month, minimum=1, maximum=12_000)
    rate = check.number("first_monthly_rate", first_monthly_rate, minimum=0, strict=True)
    factor = check.number("monthly_factor", monthly_factor, minimum=0, maximum=1, strict=True)
    base = check.number("base_supply", base_supply, minimum=0, strict=True)
    return base * math.prod(1 + rate * factor**k for k in range(count - 1))


def published_inflation_rate(
    year: ArrayLike, start_rate_percent: float, monthly_disinflation: float, start_year: int
) -> Numbers:
    """Return the rate of a year on the documentation's inflation chart, percent.

    A third formula, neither schedule's: twelve months' disinflation taken off at once, each year. It is a nominal rate
    on the base, not emission over supply.

    Parameters
    ----------
    year : array_like
        Calendar year, from ``start_year``.
    start_rate_percent : float
        Rate of ``start_year``, percent.
    monthly_disinflation : float
        Fall of the rate a month, below 1/12.
    start_year : int
        Year with the starting rate (2024).

    Returns
    -------
    float or array
        Percent a year.

    Raises
    ------
    ValueError
        For a year before the first, a negative rate, or disinflation outside [0, 1/12].

    Source: io.net documentation, IO Tokenomics, inflation chart.

    Examples
    --------
    >>> round(float(published_inflation_rate(2025, 8.0, 0.010150801, 2024)), 2)
    7.03
    """
    years = _whole("year", year, check.integer("start_year", start_year)) - start_year
    rate = check.number("start_rate_percent", start_rate_percent, minimum=0)
    fall = check.number("monthly_disinflation", monthly_disinflation, minimum=0, maximum=1 / MONTHS)
    return rate * (1 - MONTHS * fall) ** years


def _whole(name: str, values: ArrayLike, minimum: int) -> NDArray[np.float64]:
    counts = check.array(name, values, ndim=None, minimum=minimum)
    if (counts != np.floor(counts)).any():
        raise ValueError(f"{name}: {values!r} given, whole numbers >= {minimum} allowed")
    return counts
