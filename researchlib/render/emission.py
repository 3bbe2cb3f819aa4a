"""Emission under the burn-mint equilibrium: the cap, the schedule and how a month is split.

Tokens are minted by a schedule of years that begin on 20 December. Nothing in it reacts to the tokens burned.
Years 1 to 5 are published; later years follow from a damping factor under one of two readings, which the caller
has to name.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, NamedTuple

import pandas as pd

from researchlib import _validate as check
from researchlib.render.calendar import CalendarParameters, Date, bme_month, parse_day

__all__ = [
    "Growth",
    "ScheduleParameters",
    "SupplyCap",
    "annual_from_monthly",
    "emission_month",
    "emission_schedule",
    "emission_split",
    "epoch_pool_days",
    "epoch_pool_weeks",
    "minted_by",
    "supply_cap",
    "year1_network_split",
]

MONTHS = 12
EPOCHS_PER_YEAR = 52
Growth = Literal["cap_year", "perpetual"]


@dataclass(frozen=True)
class ScheduleParameters:
    """What the emission schedule is made of; shares are of the supply increase."""

    network: ClassVar[str] = "render"
    initial_supply: int
    emission_increase_fraction: Fraction
    emission_fraction_year_1: Fraction
    emission_fraction_year_2: Fraction
    emission_fraction_year_3: Fraction
    emission_fraction_year_4: Fraction
    emission_fraction_year_5: Fraction
    growth_damping: Fraction
    cap_year: int

    @property
    def launch_fractions(self) -> tuple[Fraction, ...]:
        """Shares of the increase released in the years that are set one by one."""
        return (
            self.emission_fraction_year_1,
            self.emission_fraction_year_2,
            self.emission_fraction_year_3,
            self.emission_fraction_year_4,
            self.emission_fraction_year_5,
        )


class SupplyCap(NamedTuple):
    """Whole tokens that may be added to the initial supply, and the sum of the two."""

    increase: int
    max_supply: int


def supply_cap(initial_supply: int, increase_fraction: Fraction | float) -> SupplyCap:
    """Return the increase of supply in whole tokens and the resulting cap.

    Parameters
    ----------
    initial_supply : int
        Tokens before the first emission.
    increase_fraction : Fraction or float
        Increase as a share of it; a float counts as the decimal it prints.

    Returns
    -------
    SupplyCap
        increase and max_supply, tokens.

    Raises
    ------
    ValueError
        For a negative supply or share.

    Source: RNP-001, appendix.

    Examples
    --------
    >>> supply_cap(536_870_912, 0.2)
    SupplyCap(increase=107374182, max_supply=644245094)
    """
    initial = check.integer("initial_supply", initial_supply, minimum=0)
    check.number("increase_fraction", increase_fraction, minimum=0)
    increase = initial * _fraction(increase_fraction)
    return SupplyCap(int(increase), initial + int(increase))


def annual_from_monthly(monthly_emission: float) -> float:
    """Return the emission of a year of twelve equal months, tokens: whole ones for a whole ``monthly_emission``.

    Raises ValueError for a negative emission.

    Source: RNP-006, initial emission splits.

    Examples
    --------
    >>> annual_from_monthly(760_567)
    9126804
    """
    check.number("monthly_emission", monthly_emission, minimum=0)
    return monthly_emission * MONTHS


def emission_month(year: int, schedule: ScheduleParameters, *, growth: Growth | None = None) -> int:
    """Return the tokens minted in each month of a year of the schedule.

    The launch years round a twelfth of their share of the increase to whole tokens, as published. What they leave is
    released in a geometric series from year 6, whose first term no document states:

    - ``"cap_year"``: the series reaches the cap in the year that RNP-023 names;
    - ``"perpetual"``: each year releases one minus the damping of what is left, so that emission never ends, as
      RNP-001 asks (its first term is then 3.99% of the increase).

    Parameters
    ----------
    year : int
        Year of the schedule, from 1.
    schedule : ScheduleParameters
        Shares, damping and cap year.
    growth : {"cap_year", "perpetual"}, optional
        Reading of the years after launch, an assumption of the caller.

    Returns
    -------
    int
        Tokens a month.

    Raises
    ------
    ValueError
        For a year below 1, or one after the launch years without ``growth``.

    Source: RNP-001, appendix and its spreadsheet (years 1 to 5 in the copy kept by 1kx); RNP-023 (year 60).
    """
    check.instance("schedule", schedule, ScheduleParameters)
    check.integer("year", year, minimum=1)
    if growth is not None:
        check.one_of("growth", growth, ("cap_year", "perpetual"))
    increase = supply_cap(schedule.initial_supply, schedule.emission_increase_fraction).increase
    launch = [_half_up(increase * fraction / MONTHS) for fraction in schedule.launch_fractions]
    if year <= len(launch):
        return launch[year - 1]
    if growth is None:
        raise ValueError(
            f"year: {year!r} given, 1 to {len(launch)} allowed without growth=: emission of later years is not "
            "published; choose an assumption, 'cap_year' or 'perpetual'"
        )
    left = increase - MONTHS * sum(launch)
    damping = schedule.growth_damping
    steps = year - len(launch) - 1
    if growth == "perpetual":
        return int(left * (1 - damping) * damping**steps / MONTHS)
    if year > schedule.cap_year:
        return 0
    first = left * (1 - damping) / (1 - damping ** (schedule.cap_year - len(launch)))
    return int(first * damping**steps / MONTHS)


def emission_schedule(
    years: int, schedule: ScheduleParameters, calendar: CalendarParameters, *, growth: Growth | None = None
) -> pd.DataFrame:
    """Return the schedule year by year.

    Parameters
    ----------
    years : int
        How many years, from year 1.
    schedule, calendar
        The schedule and where its count begins.
    growth : {"cap_year", "perpetual"}, optional
        As in `emission_month`.

    Returns
    -------
    DataFrame
        Columns year, start (first day), emission_month and emission_year (tokens), cumulative (tokens minted by the
        end of the year), share_of_increase (of the year).

    Raises
    ------
    ValueError
        As `emission_month`.

    Source: RNP-001, RNP-006, RNP-018, RNP-022, RNP-023.
    """
    check.instance("schedule", schedule, ScheduleParameters)
    check.instance("calendar", calendar, CalendarParameters)
    first = parse_day("bme_start", calendar.bme_start)
    check.integer("years", years, minimum=1, maximum=datetime.MAXYEAR - first.year + 1)
    increase = supply_cap(schedule.initial_supply, schedule.emission_increase_fraction).increase
    table = pd.DataFrame({"year": range(1, years + 1)})
    table["start"] = [pd.Timestamp(first.replace(year=first.year + year - 1)) for year in table["year"]]
    table["emission_month"] = [emission_month(year, schedule, growth=growth) for year in range(1, years + 1)]
    table["emission_year"] = table["emission_month"] * MONTHS
    table["cumulative"] = table["emission_year"].cumsum()
    table["share_of_increase"] = table["emission_year"] / increase
    return table


def minted_by(
    at: Date, schedule: ScheduleParameters, calendar: CalendarParameters, *, growth: Growth | None = None
) -> int:
    """Return the tokens minted by the day ``at``: a month's emission is minted on its first day.

    ``growth`` is that of `emission_month`.

    Raises
    ------
    ValueError
        For a day before the first epoch, and as `emission_month`.

    Source: Render Network blog, emissions are live, December 2023.
    """
    check.instance("schedule", schedule, ScheduleParameters)
    check.instance("calendar", calendar, CalendarParameters)
    year, months = divmod(bme_month(at, calendar), MONTHS)
    whole = sum(emission_month(y, schedule, growth=growth) for y in range(1, year + 1)) * MONTHS
    return whole + (months * emission_month(year + 1, schedule, growth=growth) if months else 0)


def emission_split(monthly_emission: float, shares: Mapping[str, float]) -> dict[str, float]:
    """Return what each group gets of a month's emission, not rounded to whole tokens.

    Parameters
    ----------
    monthly_emission : float
        Tokens a month.
    shares : mapping of str to float
        Share of each group; together at most 1.

    Returns
    -------
    dict
        Tokens a month by group.

    Raises
    ------
    ValueError
        For negative emission, a share outside [0, 1] or shares that add up to more than 1.

    Source: RNP-003, RNP-006 (year 1), RNP-018 and RNP-023 (years 2 and 3).
    """
    check.mapping("shares", shares)
    emission = check.number("monthly_emission", monthly_emission, minimum=0)
    parts = {name: check.number(f"shares[{name!r}]", share, minimum=0, maximum=1) for name, share in shares.items()}
    # a millionth of slack: published shares are rounded decimals
    if sum(parts.values()) > 1 + 1e-6:
        raise ValueError(f"shares: they add up to {sum(parts.values())!r}, at most 1 allowed")
    return {name: emission * share for name, share in parts.items()}


def year1_network_split(month: int, network_emission: int) -> dict[str, int]:
    """Return the planned use of the network's half of the emission in a month of year 1.

    Node operators get half of it throughout. The other half goes to liquidity for three months, is shared with
    artists for six, and goes to artists for the last three. RNP-013 replaced the plan from month 6 on.

    Parameters
    ----------
    month : int
        Month of year 1, 1 to 12.
    network_emission : int
        The network's half of the month's emission, tokens.

    Returns
    -------
    dict
        node_operators, liquidity_providers, artists: whole tokens a month, halves rounded up as in the table.

    Raises
    ------
    ValueError
        For a month outside year 1 or negative emission.

    Source: RNP-006, table of initial emission splits.

    Examples
    --------
    >>> year1_network_split(4, 380_284)
    {'node_operators': 190142, 'liquidity_providers': 95071, 'artists': 95071}
    """
    check.integer("month", month, minimum=1, maximum=MONTHS)
    half = _half_up(Fraction(check.integer("network_emission", network_emission, minimum=0), 2))
    quarter = _half_up(Fraction(half, 2))
    liquidity = half if month <= 3 else quarter if month <= 9 else 0
    artists = 0 if month <= 3 else quarter if month <= 9 else half
    return {"node_operators": half, "liquidity_providers": liquidity, "artists": artists}


def epoch_pool_days(annual_pool: float, epoch_days: float) -> float:
    """Return the pool of an epoch: ``epoch_days`` 365ths of ``annual_pool``, tokens.

    Raises
    ------
    ValueError
        For a negative pool or an epoch without length.

    Source: Foundation, liability epochs 8 to 24 (node pool of BME year 1).
    """
    pool = check.number("annual_pool", annual_pool, minimum=0)
    return pool / 365 * check.number("epoch_days", epoch_days, minimum=0, strict=True)


def epoch_pool_weeks(monthly_pool: float) -> float:
    """Return the pool of a weekly epoch: a 52nd part of twelve times ``monthly_pool``, tokens.

    Raises
    ------
    ValueError
        For a negative pool.

    Source: Foundation, liability epochs from 25 on (availability pool); RNP-013.
    """
    return check.number("monthly_pool", monthly_pool, minimum=0) * MONTHS / EPOCHS_PER_YEAR


def _fraction(value: Fraction | float) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(str(value))


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
